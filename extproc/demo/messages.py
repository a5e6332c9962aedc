"""Anthropic messages, whole and streamed, as the stock `anthropic` client reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from extproc.demo.answer import Answer, Directives, Prompt, count_tokens, pieces
from extproc.demo.dialect import (
    BadRequest,
    frame,
    read_messages,
    read_model,
    read_object,
    read_text,
)

_FINISH = {"stop": "end_turn", "length": "max_tokens", "tool": "tool_use"}
_SIGNATURE = "ZGVtby10aG91Z2h0"
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def read_prompt(body: bytes) -> Prompt:
    """Raises BadRequest."""
    document = read_object(body)
    if not isinstance(document.get("max_tokens"), int):
        raise BadRequest("max_tokens: a number is required")
    return _read(document)


def count(body: bytes) -> bytes:
    """The answer of `/v1/messages/count_tokens`. Raises BadRequest."""
    return msgspec.json.encode({"input_tokens": _read(read_object(body)).input_tokens})


def message(ident: str, prompt: Prompt, answer: Answer) -> bytes:
    """A `message`."""
    return msgspec.json.encode(
        _envelope(ident, prompt)
        | {
            "content": list(_blocks(ident, answer)),
            "stop_reason": _FINISH[answer.finish],
            "usage": _usage(prompt, answer.output_tokens),
        }
    )


def events(ident: str, prompt: Prompt, answer: Answer, asked: Directives) -> Iterator[bytes]:
    """The events of a streamed message, in the order that the API documents."""
    opening = _envelope(ident, prompt) | {"usage": _usage(prompt, 1)}
    yield _event("message_start", message=opening)
    for index, block in enumerate(_blocks(ident, answer)):
        yield _event("content_block_start", index=index, content_block=_emptied(block))
        if index == 0:
            yield _event("ping")
        for delta in _deltas(block, asked):
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    yield _event(
        "message_delta",
        delta={"stop_reason": _FINISH[answer.finish], "stop_sequence": None},
        usage={"output_tokens": answer.output_tokens},
    )
    yield _event("message_stop")


def error(status: int, text: str) -> bytes:
    return msgspec.json.encode(
        {"type": "error", "error": {"type": _ERRORS.get(status, "api_error"), "message": text}}
    )


def _event(kind: str, **fields: Any) -> bytes:
    return frame({"type": kind} | fields, kind)


def _envelope(ident: str, prompt: Prompt) -> dict[str, Any]:
    return {
        "id": f"msg_{ident}",
        "type": "message",
        "role": "assistant",
        "model": prompt.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _usage(prompt: Prompt, output_tokens: int) -> dict[str, int]:
    return {
        "input_tokens": prompt.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output_tokens,
    }


def _blocks(ident: str, answer: Answer) -> Iterator[dict[str, Any]]:
    if answer.thought is not None:
        yield {"type": "thinking", "thinking": answer.thought, "signature": _SIGNATURE}
    if answer.text is not None:
        yield {"type": "text", "text": answer.text}
    if answer.call is not None:
        call = answer.call
        yield {
            "type": "tool_use",
            "id": f"toolu_{ident}",
            "name": call.name,
            "input": call.arguments,
        }


def _emptied(block: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, dict[str, Any]] = {
        "thinking": {"thinking": "", "signature": ""},
        "text": {"text": ""},
        "tool_use": {"input": {}},
    }
    return block | empty[block["type"]]


def _deltas(block: dict[str, Any], asked: Directives) -> Iterator[dict[str, Any]]:
    if block["type"] == "thinking":
        for piece in pieces(block["thinking"], asked):
            yield {"type": "thinking_delta", "thinking": piece}
        yield {"type": "signature_delta", "signature": block["signature"]}
    elif block["type"] == "text":
        for piece in pieces(block["text"], asked):
            yield {"type": "text_delta", "text": piece}
    else:
        # The API sends an empty piece first; a reader that cannot take one breaks here.
        yield {"type": "input_json_delta", "partial_json": ""}
        for piece in pieces(msgspec.json.encode(block["input"]).decode(), asked):
            yield {"type": "input_json_delta", "partial_json": piece}


def _read(document: dict[str, Any]) -> Prompt:
    messages = read_messages(document)
    spoken = [turn for turn in messages if turn["role"] == "user"]
    said = [text for turn in spoken if (text := read_text(turn.get("content")))]
    tools = tuple(
        tool["name"]
        for tool in document.get("tools") or ()
        if isinstance(tool, dict) and isinstance(tool.get("name"), str)
    )
    thinking = document.get("thinking")
    return Prompt(
        model=read_model(document),
        text=said[-1] if said else "",
        tool_result=_tool_result(messages[-1]),
        tools=tools,
        must_call=_must_call(document.get("tool_choice"), tools),
        thinks=isinstance(thinking, dict) and thinking.get("type") in ("enabled", "adaptive"),
        is_stream=document.get("stream") is True,
        input_tokens=count_tokens(read_text(document.get("system")))
        + sum(count_tokens(read_text(turn.get("content"))) for turn in messages),
    )


def _tool_result(turn: dict[str, Any]) -> str | None:
    """The results that a turn carries; such a turn often has no words of the user's own."""
    content = turn.get("content")
    results = [
        read_text(block.get("content"))
        for block in (content if isinstance(content, list) else ())
        if isinstance(block, dict) and block.get("type") == "tool_result"
    ]
    return "\n".join(results) if results else None


def _must_call(choice: Any, tools: tuple[str, ...]) -> str | None:
    if not isinstance(choice, dict) or not tools:
        return None
    if choice.get("type") == "any":
        return tools[0]
    if choice.get("type") == "tool" and choice.get("name") in tools:
        return str(choice["name"])
    return None
