"""Anthropic messages (`/v1/messages`) and token counting.

Source: docs.anthropic.com, "Messages" and "Streaming messages", and the types of the stock
client.

In a stream, one text is (content block index, field). A block begins with
`content_block_start` and ends with `content_block_stop`; `message_stop` ends everything.

Thinking blocks carry a signature over their text. The text is masked like all other text, so
where something was found in it, the signature does not fit any more, and the provider may
refuse the block when a client sends it back in a later turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from extproc.core.decision import Unavailable
from extproc.core.llm.dialect import (
    EVERYTHING,
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
    refuse,
    said_count,
    said_string,
)
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import (
    BLOB,
    FREE,
    LOOSE,
    NAME,
    PROSE,
    PROTOCOL,
    Kind,
    Path,
    Slot,
    Spec,
    array_of,
)

_CITATION = Spec(
    fields={
        "file_id": NAME,
        "encrypted_index": BLOB,
        "document_index": PROTOCOL,
        "start_char_index": PROTOCOL,
        "end_char_index": PROTOCOL,
    }
)
_SOURCE = Spec(
    # A `text` source has plain text as its data, which is not a blob.
    kinds={
        "base64": Spec(fields={"type": FREE, "media_type": FREE, "data": BLOB}),
        "file": Spec(fields={"type": FREE, "file_id": NAME}),
    }
)
_MEDIA = Spec(fields={"type": FREE, "source": _SOURCE})
_CALL = Spec(fields={"type": FREE, "id": NAME, "name": FREE, "input": FREE})
_SEARCH_RESULT = Spec(fields={"type": FREE, "encrypted_content": BLOB})

# What a tool gave back holds the same kinds of blocks, one level further down.
_INNER_BLOCK = Spec(
    kinds={
        "image": _MEDIA,
        "document": _MEDIA,
        "web_search_result": _SEARCH_RESULT,
    }
)
_RESULT = Spec(
    fields={"type": FREE, "tool_use_id": NAME, "content": Spec(items=_INNER_BLOCK)},
)
_BLOCKS = {
    "text": Spec(fields={"type": FREE, "text": PROSE, "citations": array_of(_CITATION)}),
    "thinking": Spec(fields={"type": FREE, "thinking": PROSE, "signature": BLOB}),
    "redacted_thinking": Spec(fields={"type": FREE, "data": BLOB}),
    "image": _MEDIA,
    "document": _MEDIA,
    "tool_use": _CALL,
    "server_tool_use": _CALL,
    "tool_result": _RESULT,
    "web_search_tool_result": _RESULT,
    "web_fetch_tool_result": _RESULT,
    "code_execution_tool_result": _RESULT,
}
_BLOCK = Spec(kinds=_BLOCKS)
_CONTENT = Spec(items=_BLOCK)

_REQUEST = Spec(
    fields={
        "model": NAME,
        "system": _CONTENT,
        "messages": array_of(Spec(fields={"role": FREE, "content": _CONTENT})),
        "tools": FREE,
        "max_tokens": PROTOCOL,
        "temperature": PROTOCOL,
        "top_p": PROTOCOL,
        "top_k": PROTOCOL,
    }
)

_ANSWER = Spec(
    fields={
        "id": NAME,
        "type": FREE,
        "role": FREE,
        "model": NAME,
        "content": _CONTENT,
        "stop_reason": FREE,
        "usage": PROTOCOL,
        "input_tokens": PROTOCOL,
        # Errors carry one, and support asks for it.
        "request_id": NAME,
    }
)

_STREAM = Spec(text=Kind.STREAM, prose=True)

_BLOCK_START = Spec(
    kinds={
        **_BLOCKS,
        "text": Spec(fields={**_BLOCKS["text"].fields, "text": _STREAM}),
        "thinking": Spec(fields={**_BLOCKS["thinking"].fields, "thinking": _STREAM}),
    }
)
_DELTA = Spec(
    kinds={
        "text_delta": Spec(fields={"type": FREE, "text": _STREAM}),
        "thinking_delta": Spec(fields={"type": FREE, "thinking": _STREAM}),
        "signature_delta": Spec(fields={"type": FREE, "signature": BLOB}),
        "input_json_delta": Spec(
            fields={"type": FREE, "partial_json": Spec(text=Kind.STREAM_JSON)}
        ),
        "citations_delta": Spec(fields={"type": FREE, "citation": _CITATION}),
    },
    text=Kind.LOOSE,
    rest=LOOSE,
    items=LOOSE,
)

_EVENTS = {
    "message_start": Spec(fields={"type": FREE, "message": _ANSWER}),
    "content_block_start": Spec(
        fields={"type": FREE, "index": PROTOCOL, "content_block": _BLOCK_START}
    ),
    "content_block_delta": Spec(fields={"type": FREE, "index": PROTOCOL, "delta": _DELTA}),
    "content_block_stop": Spec(fields={"type": FREE, "index": PROTOCOL}),
    "message_delta": Spec(fields={"type": FREE, "delta": FREE, "usage": PROTOCOL}),
    "message_stop": FREE,
    "ping": FREE,
    "error": _ANSWER,
}

_OF_BLOCKS = frozenset({"content_block_start", "content_block_delta", "content_block_stop"})
_DELTA_TYPES = {"text": "text_delta", "thinking": "thinking_delta"}


class AnthropicMessages:
    request: ClassVar[Spec] = _REQUEST
    answer: ClassVar[Spec] = _ANSWER
    events: ClassVar[frozenset[str]] = frozenset(_EVENTS)
    end: ClassVar[str | None] = None

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        body = an_object(document, "$")
        system = body.get("system")
        messages = [] if system is None else [Message("system", _read_content(system, "$.system"))]
        for index, item in enumerate(an_array(body.get("messages"), "$.messages")):
            path = f"$.messages[{index}]"
            message = an_object(item, path)
            role = a_string(message.get("role"), f"{path}.role")
            messages.append(Message(role, _read_content(message.get("content"), f"{path}.content")))
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=a_string(body.get("model"), "$.model"),
            stream=optional(a_boolean, body, "stream") or False,
            messages=tuple(messages),
            tools=tuple(
                _read_tool(tool, f"$.tools[{index}]")
                for index, tool in enumerate(optional(an_array, body, "tools") or [])
            ),
            max_tokens=optional(a_count, body, "max_tokens"),
        )

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        if type(document) is not dict:
            return
        facts.model = said_string(document.get("model")) or facts.model
        facts.finish_reason = said_string(document.get("stop_reason")) or facts.finish_reason
        _read_usage(document.get("usage"), facts)

    def event_spec(self, event: str | None, document: Any) -> Spec:
        kind = said_string(document.get("type")) if type(document) is dict else ""
        if event in _EVENTS and kind != event:
            # Some clients go by the event's name and some by the type in the data.
            raise Unavailable("masker", "an event's name and type do not agree")
        if kind in _OF_BLOCKS and type(document.get("index")) is not int:
            raise Unavailable("masker", "an event of a content block has no index")
        return _EVENTS.get(kind, LOOSE)

    def channel(self, event: str | None, document: Any, path: Path) -> tuple[Group, Path]:
        if type(document) is dict and said_string(document.get("type")) in _OF_BLOCKS:
            return document["index"], path[1:]
        return "", (event or "", *path)

    def begins(self, document: Any) -> Group | None:
        if type(document) is dict and document.get("type") == "content_block_start":
            index: int = document["index"]
            return index
        return None

    def ends(self, document: Any) -> Iterable[Group] | Everything:
        kind = document.get("type") if type(document) is dict else None
        if kind == "content_block_stop":
            return (document["index"],)
        if kind == "message_stop":
            return EVERYTHING
        return ()

    def read_event(self, document: Any, facts: AnswerFacts) -> None:
        if type(document) is not dict:
            return
        kind = document.get("type")
        if kind == "message_start":
            self.read_answer(document.get("message"), facts)
        elif kind == "message_delta":
            delta = document.get("delta")
            if type(delta) is dict:
                facts.finish_reason = said_string(delta.get("stop_reason")) or facts.finish_reason
            _read_usage(document.get("usage"), facts)

    def carrier(self, document: Any, slot: Slot) -> Carrier:
        field = str(slot.path[-1])
        delta = {"type": _DELTA_TYPES.get(field, "input_json_delta"), field: ""}
        event = {"type": "content_block_delta", "index": document["index"], "delta": delta}
        return Carrier("content_block_delta", event, delta, field)


def _read_content(value: Any, path: str) -> str:
    if type(value) is list:
        for index, block in enumerate(value):
            an_object(block, f"{path}[{index}]")
    elif type(value) is not str:
        refuse(path, "a string or an array")
    return all_text(value)


def _read_tool(value: Any, path: str) -> str:
    tool = an_object(value, path)
    # A toolset of the provider has no name, only a type.
    return optional(a_string, tool, "name", path) or optional(a_string, tool, "type", path) or ""


def _read_usage(usage: Any, facts: AnswerFacts) -> None:
    if type(usage) is not dict:
        return
    tokens = said_count(usage.get("input_tokens"))
    facts.input_tokens = facts.input_tokens if tokens is None else tokens
    # In a stream the count grows: `message_start` has the first, `message_delta` the last.
    tokens = said_count(usage.get("output_tokens"))
    facts.output_tokens = facts.output_tokens if tokens is None else tokens


ANTHROPIC_MESSAGES: Dialect = AnthropicMessages()
