"""OpenAI chat completions (`/v1/chat/completions`), and the list of models.

Source: platform.openai.com/docs/api-reference/chat and the types of the stock client. Fields
of the many servers that speak the same dialect are here too where they carry text:
`reasoning_content`, `reasoning`, `reasoning_details`.

In a stream, one text is (choice index, path below `delta`). A choice ends with its
`finish_reason`; the stream ends with the data `[DONE]`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from extproc.core.llm.dialect import (
    AnswerFacts,
    Carrier,
    Dialect,
    Everything,
    Group,
    LlmRequest,
    Message,
    a_boolean,
    a_count,
    a_string,
    all_text,
    an_array,
    an_object,
    optional,
    said_count,
    said_string,
)
from extproc.core.llm.places import position
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import (
    BLOB,
    FREE,
    JSON,
    LOOSE,
    NAME,
    PADDING,
    PROSE,
    PROTOCOL,
    Kind,
    Path,
    Slot,
    Spec,
    array_of,
)

_FUNCTION = Spec(fields={"name": FREE, "arguments": JSON})

_TOOL_CALL = Spec(
    fields={
        "index": PROTOCOL,
        "id": NAME,
        "type": FREE,
        "function": _FUNCTION,
        "custom": FREE,
    }
)

IMAGE_URL = Spec(text=Kind.BLOB, fields={"url": BLOB, "detail": FREE})

_PART = Spec(
    fields={
        "type": FREE,
        "text": PROSE,
        "refusal": PROSE,
        "image_url": IMAGE_URL,
        "input_audio": Spec(fields={"data": BLOB, "format": FREE}),
        "file": Spec(fields={"file_data": BLOB, "file_id": NAME, "filename": FREE}),
    }
)

_REASONING_DETAIL = Spec(
    fields={
        "index": PROTOCOL,
        "type": FREE,
        "id": NAME,
        "format": FREE,
        "text": PROSE,
        "summary": PROSE,
        "data": BLOB,
        "signature": BLOB,
    }
)

_MESSAGE = Spec(
    fields={
        "role": FREE,
        "content": Spec(items=_PART, prose=True),
        "refusal": PROSE,
        "name": FREE,
        "reasoning_content": PROSE,
        "reasoning": PROSE,
        "reasoning_details": array_of(_REASONING_DETAIL),
        "tool_calls": array_of(_TOOL_CALL),
        "tool_call_id": NAME,
        "function_call": _FUNCTION,
        "annotations": FREE,
        "images": array_of(_PART),
        "audio": Spec(
            fields={"id": NAME, "data": BLOB, "transcript": FREE, "expires_at": PROTOCOL}
        ),
    }
)

_REQUEST = Spec(
    fields={
        "model": NAME,
        "messages": array_of(_MESSAGE),
        "tools": FREE,
        "max_tokens": PROTOCOL,
        "max_completion_tokens": PROTOCOL,
        "n": PROTOCOL,
        "seed": PROTOCOL,
        "temperature": PROTOCOL,
        "top_p": PROTOCOL,
        "top_logprobs": PROTOCOL,
        "frequency_penalty": PROTOCOL,
        "presence_penalty": PROTOCOL,
        "logit_bias": PROTOCOL,
    }
)

ANSWER_HEAD = {
    "id": NAME,
    "object": FREE,
    "created": PROTOCOL,
    "model": NAME,
    "system_fingerprint": NAME,
    "service_tier": FREE,
    "usage": PROTOCOL,
}

_ANSWER = Spec(
    fields={
        **ANSWER_HEAD,
        "choices": array_of(
            Spec(
                fields={
                    "index": PROTOCOL,
                    "message": _MESSAGE,
                    "finish_reason": FREE,
                    "logprobs": FREE,
                },
                logprobs=True,
            )
        ),
        # GET /v1/models answers with a list of models, each with its name as id.
        "data": array_of(Spec(fields={"id": NAME, "object": FREE, "created": PROTOCOL})),
    }
)

_STREAM = Spec(text=Kind.STREAM, rest=LOOSE, items=LOOSE)
_STREAM_PROSE = Spec(text=Kind.STREAM, rest=LOOSE, items=LOOSE, prose=True)
_STREAM_JSON = Spec(text=Kind.STREAM_JSON, rest=LOOSE, items=LOOSE)
_FUNCTION_DELTA = Spec(fields={"name": _STREAM, "arguments": _STREAM_JSON}, rest=LOOSE)

_DELTA = Spec(
    fields={
        "role": FREE,
        "content": _STREAM_PROSE,
        "refusal": _STREAM_PROSE,
        "reasoning_content": _STREAM_PROSE,
        "reasoning": _STREAM_PROSE,
        "reasoning_details": array_of(
            Spec(
                fields={
                    **_REASONING_DETAIL.fields,
                    "text": _STREAM_PROSE,
                    "summary": _STREAM_PROSE,
                },
                rest=LOOSE,
            )
        ),
        "tool_calls": array_of(
            Spec(
                fields={
                    "index": PROTOCOL,
                    "id": NAME,
                    "type": FREE,
                    "function": _FUNCTION_DELTA,
                    "custom": Spec(fields={"name": _STREAM, "input": _STREAM}, rest=LOOSE),
                },
                rest=LOOSE,
            )
        ),
        "function_call": _FUNCTION_DELTA,
        "annotations": FREE,
        "images": array_of(_PART),
        "audio": Spec(
            fields={"id": NAME, "data": BLOB, "transcript": _STREAM, "expires_at": PROTOCOL},
            rest=LOOSE,
        ),
    },
    rest=LOOSE,
)

_CHUNK = Spec(
    fields={
        **ANSWER_HEAD,
        "choices": array_of(
            Spec(
                fields={
                    "index": PROTOCOL,
                    "delta": _DELTA,
                    "text": _STREAM_PROSE,
                    "finish_reason": FREE,
                    "logprobs": FREE,
                },
                logprobs=True,
            )
        ),
        "obfuscation": PADDING,
    }
)


class OpenAiChat:
    request: ClassVar[Spec] = _REQUEST
    answer: ClassVar[Spec] = _ANSWER
    events: ClassVar[frozenset[str]] = frozenset({"message", "error"})
    end: ClassVar[str | None] = "[DONE]"

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        if route.operation == "models":
            return LlmRequest(route.api, route.operation)
        body = an_object(document, "$")
        maximum = optional(a_count, body, "max_tokens")
        newer = optional(a_count, body, "max_completion_tokens")
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=a_string(body.get("model"), "$.model"),
            stream=optional(a_boolean, body, "stream") or False,
            messages=tuple(
                _read_message(item, f"$.messages[{index}]")
                for index, item in enumerate(an_array(body.get("messages"), "$.messages"))
            ),
            tools=_read_tools(body),
            max_tokens=maximum if newer is None else newer,
        )

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        self.read_event(document, facts)

    def event_spec(self, event: str | None, document: Any) -> Spec:
        if type(document) is dict:
            if "choices" in document:
                return _CHUNK
            if "error" in document:
                return FREE
        return LOOSE

    def channel(self, event: str | None, document: Any, path: Path) -> tuple[Group, Path]:
        if len(path) > 2 and path[0] == "choices":
            return path[1], path[2:]
        return "", (event or "", *path)

    def begins(self, document: Any) -> Group | None:
        return None

    def ends(self, document: Any) -> Iterable[Group] | Everything:
        return [
            position(index, choice)
            for index, choice in enumerate(_choices(document))
            if type(choice) is dict and choice.get("finish_reason")
        ]

    def read_event(self, document: Any, facts: AnswerFacts) -> None:
        if type(document) is not dict:
            return
        facts.model = said_string(document.get("model")) or facts.model
        for choice in _choices(document):
            if type(choice) is dict and not facts.finish_reason:
                facts.finish_reason = said_string(choice.get("finish_reason"))
        usage = document.get("usage")
        if type(usage) is dict:
            tokens = said_count(usage.get("prompt_tokens"))
            facts.input_tokens = facts.input_tokens if tokens is None else tokens
            tokens = said_count(usage.get("completion_tokens"))
            facts.output_tokens = facts.output_tokens if tokens is None else tokens

    def carrier(self, document: Any, slot: Slot) -> Carrier:
        head = {
            key: document[key] for key in ("id", "object", "created", "model") if key in document
        }
        # From the text outwards: an object for a key, an array of one for an index.
        below: Any = {slot.path[-1]: ""}
        container = below
        for part in reversed(slot.path[1:-1]):
            if isinstance(part, int):
                below["index"] = part
                below = [below]
            else:
                below = {part: below}
        below[0]["finish_reason"] = None
        return Carrier(None, {**head, "choices": below}, container, slot.path[-1])


def _choices(document: Any) -> list[Any]:
    choices = document.get("choices") if type(document) is dict else None
    return choices if type(choices) is list else []


def _read_message(value: Any, path: str) -> Message:
    message = an_object(value, path)
    content = message.get("content")
    if type(content) is list:
        for index, part in enumerate(content):
            an_object(part, f"{path}.content[{index}]")
    elif content is not None:
        a_string(content, f"{path}.content")
    rest = {key: item for key, item in message.items() if key not in ("role", "content")}
    return Message(a_string(message.get("role"), f"{path}.role"), all_text(content, rest))


def _read_tools(body: dict[str, Any]) -> tuple[str, ...]:
    names = []
    for index, item in enumerate(optional(an_array, body, "tools") or []):
        path = f"$.tools[{index}]"
        tool = an_object(item, path)
        kind = optional(a_string, tool, "type", path) or "function"
        if kind in ("function", "custom"):
            inner = an_object(tool.get(kind), f"{path}.{kind}")
            names.append(a_string(inner.get("name"), f"{path}.{kind}.name"))
        else:
            # A tool that the provider brings has no other name than its type.
            names.append(kind)
    for index, item in enumerate(optional(an_array, body, "functions") or []):
        path = f"$.functions[{index}]"
        names.append(a_string(an_object(item, path).get("name"), f"{path}.name"))
    return tuple(names)


OPENAI_CHAT: Dialect = OpenAiChat()
