"""Requests and answers of the two dialects, small."""

from __future__ import annotations

import json
from typing import Any

CHAT = "/v1/chat/completions"
MESSAGES = "/v1/messages"

EMAIL = "jane.roe@example.com"
CARD = "4111 1111 1111 1111"


def chat(text: str, **more: Any) -> bytes:
    return json.dumps(
        {"model": "demo", "messages": [{"role": "user", "content": text}], **more}
    ).encode()


def messages(text: str, **more: Any) -> bytes:
    return json.dumps(
        {
            "model": "demo",
            "max_tokens": 64,
            "messages": [{"role": "user", "content": text}],
            **more,
        }
    ).encode()


def chat_answer(text: str) -> bytes:
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1700000000,
            "model": "demo",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8},
        }
    ).encode()


def chat_event(text: str | None = None, finish: str | None = None, index: int = 0) -> bytes:
    delta = {} if text is None else {"content": text}
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "demo",
        "choices": [{"index": index, "delta": delta, "finish_reason": finish}],
    }
    return b"data: " + json.dumps(document).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def chat_stream(text: str, size: int = 3) -> list[bytes]:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [*(chat_event(piece) for piece in pieces), chat_event(finish="stop"), DONE]


def chat_text(body: bytes) -> str:
    """What a client puts together from a stream."""
    text = ""
    for line in body.decode().splitlines():
        if line.startswith("data: {"):
            for choice in json.loads(line[6:]).get("choices", []):
                text += choice["delta"].get("content") or ""
    return text


def message_event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def message_stream(text: str, size: int = 3) -> list[bytes]:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [
        message_event(
            "message_start",
            message={
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "demo",
                "content": [],
                "stop_reason": None,
                "stop_sequence": None,
                "usage": {"input_tokens": 3, "output_tokens": 1},
            },
        ),
        message_event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        *(
            message_event(
                "content_block_delta", index=0, delta={"type": "text_delta", "text": piece}
            )
            for piece in pieces
        ),
        message_event("content_block_stop", index=0),
        message_event(
            "message_delta",
            delta={"stop_reason": "end_turn", "stop_sequence": None},
            usage={"output_tokens": 5},
        ),
        message_event("message_stop"),
    ]


def message_text(body: bytes) -> str:
    text = ""
    for line in body.decode().splitlines():
        if line.startswith("data: {"):
            document = json.loads(line[6:])
            if document["type"] == "content_block_delta":
                text += document["delta"]["text"]
    return text
