"""The dialects: where text is in a model call, how it is masked, and how a refusal is said.

Everything here is pure and works on bytes and plain JSON values. A call goes through it so:

1. `read_route(method, path)` names the dialect and the operation.
2. `parse_json(body)` reads a body strictly; `read_request(route, document)` gives the facts
   that a policy sees.
3. `mask_document(route, document, masker, direction)` masks a whole JSON body in place. When
   nothing changed, pass the original bytes on, byte for byte; else `write_json(document)`.
4. An event stream goes through `AnswerStream`, plain text through `TextStream`: `feed(bytes)`
   gives what may go out now, `finish()` the rest. `read_answer` gives the facts of a whole
   answer.
5. `refusal_body`, `refusal_headers` and `last_event` say no in the caller's dialect.

Errors: `Refused(INVALID_REQUEST)` for a body that a caller can put right, and
`Unavailable("masker")` for an answer that cannot be looked at; then nothing more passes.
"""

from extproc.core.llm.answer import AnswerStream
from extproc.core.llm.body import Direction, MaskResult, mask_document, mask_text_body, unsearched
from extproc.core.llm.dialect import AnswerFacts, LlmRequest, Message
from extproc.core.llm.json_body import parse_json, write_json
from extproc.core.llm.refusals import CallId, last_event, refusal_body, refusal_headers
from extproc.core.llm.registry import framing_of, read_answer, read_request
from extproc.core.llm.routes import Api, Route, read_route
from extproc.core.llm.text import TextStream

__all__ = [
    "AnswerFacts",
    "AnswerStream",
    "Api",
    "CallId",
    "Direction",
    "LlmRequest",
    "MaskResult",
    "Message",
    "Route",
    "TextStream",
    "framing_of",
    "last_event",
    "mask_document",
    "mask_text_body",
    "parse_json",
    "read_answer",
    "read_request",
    "read_route",
    "refusal_body",
    "refusal_headers",
    "unsearched",
    "write_json",
]
