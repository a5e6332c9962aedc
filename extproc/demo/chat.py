"""OpenAI chat completions, whole and streamed, as the stock `openai` client reads them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
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

CREATED = 1_700_000_000
"""Seconds since 1970. Fixed, so that the same prompt gets the same bytes."""
CHOICES_MAX = 8
_FINISH = {"stop": "stop", "length": "length", "tool": "tool_calls"}


def read_prompt(body: bytes) -> Prompt:
    """Raises BadRequest."""
    document = read_object(body)
    messages = read_messages(document)
    spoken = [message for message in messages if message["role"] == "user"]
    last = messages[-1]
    tools = tuple(_tool_names(document.get("tools")))
    choices = document.get("n") or 1
    if not isinstance(choices, int) or not 1 <= choices <= CHOICES_MAX:
        raise BadRequest(f"n: a number from 1 to {CHOICES_MAX} is required")
    options = document.get("stream_options")
    return Prompt(
        model=read_model(document),
        text=read_text(spoken[-1].get("content")) if spoken else "",
        tool_result=read_text(last.get("content")) if last["role"] == "tool" else None,
        tools=tools,
        must_call=_must_call(document.get("tool_choice"), tools),
        is_stream=document.get("stream") is True,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        choices=choices,
        input_tokens=sum(count_tokens(read_text(message.get("content"))) for message in messages),
    )


def completion(ident: str, prompt: Prompt, answers: list[Answer]) -> bytes:
    """A `chat.completion`."""
    choices = [
        {
            "index": index,
            "message": _message(ident, index, answer),
            "logprobs": None,
            "finish_reason": _FINISH[answer.finish],
        }
        for index, answer in enumerate(answers)
    ]
    return msgspec.json.encode(
        {
            "id": f"chatcmpl-{ident}",
            "object": "chat.completion",
            "created": CREATED,
            "model": prompt.model,
            "choices": choices,
            "usage": _usage(prompt, answers),
            "system_fingerprint": "fp_demo",
        }
    )


def chunks(ident: str, prompt: Prompt, answers: list[Answer], asked: Directives) -> Iterator[bytes]:
    """The events of a streamed completion. Choices take turns, as they do at the real one."""
    head = {
        "id": f"chatcmpl-{ident}",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": prompt.model,
        "system_fingerprint": "fp_demo",
    }
    # With include_usage every chunk has the key, and only the last one a value.
    tail: dict[str, Any] = {"usage": None} if prompt.include_usage else {}
    columns = [_choices(ident, index, answer, asked) for index, answer in enumerate(answers)]
    for row in zip_longest(*columns):
        for choice in row:
            if choice is not None:
                yield frame(head | {"choices": [choice]} | tail)
    if prompt.include_usage:
        yield frame(head | {"choices": [], "usage": _usage(prompt, answers)})
    yield b"data: [DONE]\n\n"


def error(status: int, message: str) -> bytes:
    kind = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error"}
    return msgspec.json.encode(
        {
            "error": {
                "message": message,
                "type": kind.get(
                    status, "server_error" if status >= 500 else "invalid_request_error"
                ),
                "param": None,
                "code": None,
            }
        }
    )


def _choices(ident: str, index: int, answer: Answer, asked: Directives) -> Iterator[dict[str, Any]]:
    def choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}

    yield choice({"role": "assistant", "content": None if answer.call else "", "refusal": None})
    if answer.thought is not None:
        for piece in pieces(answer.thought, asked):
            yield choice({"reasoning_content": piece})
    if answer.text is not None:
        for piece in pieces(answer.text, asked):
            yield choice({"content": piece})
    if answer.call is not None:
        call = _tool_call(ident, index, answer)
        arguments = call["function"]["arguments"]
        call["function"]["arguments"] = ""
        yield choice({"tool_calls": [{"index": 0} | call]})
        for piece in pieces(arguments, asked):
            yield choice({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    yield choice({}, _FINISH[answer.finish])


def _message(ident: str, index: int, answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": None}
    if answer.thought is not None:
        message["reasoning_content"] = answer.thought
    if answer.call is not None:
        message["tool_calls"] = [_tool_call(ident, index, answer)]
    return message


def _tool_call(ident: str, index: int, answer: Answer) -> dict[str, Any]:
    assert answer.call is not None
    arguments = msgspec.json.encode(answer.call.arguments).decode()
    return {
        "id": f"call_{ident}{index}",
        "type": "function",
        "function": {"name": answer.call.name, "arguments": arguments},
    }


def _usage(prompt: Prompt, answers: list[Answer]) -> dict[str, Any]:
    output = sum(answer.output_tokens for answer in answers)
    thought = sum(count_tokens(answer.thought) for answer in answers if answer.thought)
    return {
        "prompt_tokens": prompt.input_tokens,
        "completion_tokens": output,
        "total_tokens": prompt.input_tokens + output,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": thought},
    }


def _tool_names(tools: Any) -> Iterator[str]:
    for tool in tools if isinstance(tools, list) else ():
        function = tool.get("function") if isinstance(tool, dict) else None
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            yield function["name"]


def _must_call(choice: Any, tools: tuple[str, ...]) -> str | None:
    if choice == "required" and tools:
        return tools[0]
    if isinstance(choice, dict) and isinstance(choice.get("function"), dict):
        name = choice["function"].get("name")
        return name if name in tools else None
    return None
