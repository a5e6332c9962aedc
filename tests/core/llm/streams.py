"""Builds streams of all dialects text by text, and hears them as a stock client does.

A `Channel` is one text of a stream: how a piece of it is said, and where a client finds it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from anthropic._streaming import SSEDecoder as AnthropicDecoder
from openai._streaming import SSEDecoder as OpenAiDecoder

from extproc.core.llm import AnswerStream, Route, framing_of
from extproc.core.masking import Finding, Masker

CHAT = Route("openai", "chat")
MESSAGES = Route("anthropic", "messages")
OTHER = Route("other", "unknown")

EMAIL = "alice@example.com"
CARD = "4111 1111 1111 1111"
SSN = "536-22-8726"
SECRETS = (EMAIL, CARD, SSN)


@functools.cache
def the_masker() -> Masker:
    return Masker()


def masked(text: str, *, is_json: bool = False) -> str:
    masker = the_masker()
    return (masker.mask_json_text(text) if is_json else masker.mask(text))[0]


def findings(text: str, *, is_json: bool = False) -> list[Finding]:
    masker = the_masker()
    return (masker.mask_json_text(text) if is_json else masker.mask(text))[1]


@dataclass(frozen=True)
class Channel:
    name: str
    route: Route
    key: tuple[Any, ...]
    """Where `hear` puts its text."""
    say: Callable[[str], bytes]
    """One event with this piece of the text."""
    is_json: bool = False
    is_loose: bool = False
    """Nobody says that its pieces are one text, so each is masked by itself first, and a label
    may stand elsewhere than in the masked whole."""


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def data(value: Any) -> bytes:
    return b"data: " + compact(value) + b"\n\n"


def chunk(delta: Any, index: int = 0, finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": index, "delta": delta, "finish_reason": finish, **more}
    return data({"id": "chatcmpl-1", "model": "m", "choices": [choice]})


def event(kind: str, **more: Any) -> bytes:
    return b"event: " + kind.encode() + b"\n" + data({"type": kind, **more})


def block_delta(delta: dict[str, Any], index: int = 0) -> bytes:
    return event("content_block_delta", index=index, delta=delta)


def _openai(name: str, path: Sequence[Any], delta: Callable[[str], Any], **more: Any) -> Channel:
    index = more.pop("index", 0)
    return Channel(name, CHAT, (index, *path), lambda text: chunk(delta(text), index), **more)


def _tool(position: int, function: dict[str, Any]) -> dict[str, Any]:
    return {"tool_calls": [{"index": position, "function": function}]}


OPENAI_CHANNELS = (
    _openai("content", ("content",), lambda t: {"content": t}),
    _openai("content of the second choice", ("content",), lambda t: {"content": t}, index=1),
    _openai("refusal", ("refusal",), lambda t: {"refusal": t}),
    _openai("reasoning_content", ("reasoning_content",), lambda t: {"reasoning_content": t}),
    _openai("reasoning", ("reasoning",), lambda t: {"reasoning": t}),
    _openai(
        "a tool's name", ("tool_calls", 0, "function", "name"), lambda t: _tool(0, {"name": t})
    ),
    _openai(
        "a tool's arguments",
        ("tool_calls", 0, "function", "arguments"),
        lambda t: _tool(0, {"arguments": t}),
        is_json=True,
    ),
    _openai(
        "the second tool's arguments",
        ("tool_calls", 1, "function", "arguments"),
        lambda t: _tool(1, {"arguments": t}),
        is_json=True,
    ),
    _openai(
        "a function's arguments",
        ("function_call", "arguments"),
        lambda t: {"function_call": {"arguments": t}},
        is_json=True,
    ),
    _openai(
        "the transcript of audio",
        ("audio", "transcript"),
        lambda t: {"audio": {"transcript": t}},
    ),
    _openai(
        "details of reasoning",
        ("reasoning_details", 0, "text"),
        lambda t: {"reasoning_details": [{"index": 0, "type": "reasoning.text", "text": t}]},
    ),
    _openai("a field that nobody knows", ("whisper",), lambda t: {"whisper": t}, is_loose=True),
)


def _anthropic(name: str, index: int, kind: str, field: str, **more: Any) -> Channel:
    return Channel(
        name,
        MESSAGES,
        (index, field),
        lambda text: block_delta({"type": kind, field: text}, index),
        **more,
    )


ANTHROPIC_CHANNELS = (
    _anthropic("text", 0, "text_delta", "text"),
    _anthropic("text of the second block", 1, "text_delta", "text"),
    _anthropic("thinking", 0, "thinking_delta", "thinking"),
    _anthropic("a tool's input", 0, "input_json_delta", "partial_json", is_json=True),
    _anthropic("a delta that nobody knows", 0, "whisper_delta", "whisper", is_loose=True),
)

# --- OpenAI's other streams

COMPLETIONS = Route("openai", "completions")
RESPONSES = Route("openai", "responses")

COMPLETION_CHANNELS = tuple(
    Channel(
        f"text of choice {index}",
        COMPLETIONS,
        (index, "text"),
        lambda text, index=index: data({"choices": [{"index": index, "text": text}]}),
    )
    for index in (0, 1)
)


def _response(
    name: str, family: str, index: str = "content_index", at: tuple[int, int] = (0, 0), **more: Any
) -> Channel:
    where = {"item_id": f"it_{at[0]}", "output_index": at[0], index: at[1]}
    kind = f"response.{family}.delta"
    more_of = {"logprobs": []} if family == "output_text" else {}
    return Channel(
        name,
        RESPONSES,
        (kind, *at),
        lambda text: event(kind, sequence_number=7, **where, delta=text, **more_of),
        **more,
    )


RESPONSE_CHANNELS = (
    _response("text", "output_text"),
    _response("text of the second part", "output_text", at=(0, 1)),
    _response("text of the second item", "output_text", at=(1, 0)),
    _response("refusal", "refusal"),
    _response("reasoning", "reasoning_text"),
    _response("summary of the reasoning", "reasoning_summary_text", "summary_index"),
    _response("a tool's arguments", "function_call_arguments", is_json=True),
    _response("arguments for a server of tools", "mcp_call_arguments", at=(1, 0), is_json=True),
    _response("input of a custom tool", "custom_tool_call_input", at=(2, 0)),
    _response("code", "code_interpreter_call_code", at=(3, 0)),
    _response("a command", "shell_call_command", "command_index"),
    _response("a transcript", "audio.transcript"),
    _response("a delta that nobody knows", "whisper", is_loose=True),
)

# --- Google

GEMINI = Route("gemini", "generate_content", "gemini-3-pro", is_stream=True)


def candidate(part: dict[str, Any], index: int = 0, finish: str | None = None) -> bytes:
    said = {"index": index, "content": {"role": "model", "parts": [part]}}
    return data({"candidates": [{**said, **({"finishReason": finish} if finish else {})}]})


def _gemini(name: str, part: Callable[[str], Any], *path: Any, **more: Any) -> Channel:
    index = more.pop("index", 0)
    return Channel(name, GEMINI, (index, *path), lambda text: candidate(part(text), index), **more)


GEMINI_CHANNELS = (
    _gemini("text", lambda t: {"text": t}, "text"),
    _gemini("text of the second candidate", lambda t: {"text": t}, "text", index=1),
    _gemini("thoughts", lambda t: {"text": t, "thought": True}, "thought"),
    _gemini(
        "a string among a tool's arguments",
        lambda t: {
            "functionCall": {
                "name": "f",
                "partialArgs": [{"jsonPath": "$.to", "stringValue": t, "willContinue": True}],
            }
        },
        "$.to",
    ),
)

# --- Ollama

OLLAMA_CHAT = Route("ollama", "chat")
OLLAMA_GENERATE = Route("ollama", "generate")


def line(**more: Any) -> bytes:
    return compact({"model": "m", "created_at": "2026-11-23T03:00:00.1Z", **more}) + b"\n"


OLLAMA_CHAT_CHANNELS = tuple(
    Channel(
        field,
        OLLAMA_CHAT,
        ("message", field),
        lambda text, field=field: line(message={"role": "assistant", field: text}, done=False),
    )
    for field in ("content", "thinking")
)
OLLAMA_GENERATE_CHANNELS = tuple(
    Channel(
        field,
        OLLAMA_GENERATE,
        (field,),
        lambda text, field=field: line(**{field: text}, done=False),
    )
    for field in ("response", "thinking")
)

GROUPS = {
    "openai chat": OPENAI_CHANNELS,
    "openai completions": COMPLETION_CHANNELS,
    "openai responses": RESPONSE_CHANNELS,
    "anthropic": ANTHROPIC_CHANNELS,
    "gemini": GEMINI_CHANNELS,
    "ollama chat": OLLAMA_CHAT_CHANNELS,
    "ollama generate": OLLAMA_GENERATE_CHANNELS,
}
"""By dialect: texts that may stream side by side."""
CHANNELS = tuple(channel for group in GROUPS.values() for channel in group)


def media_of(route: Route) -> str:
    return "application/x-ndjson" if route.api == "ollama" else "text/event-stream"


def ending(route: Route, indexes: Iterable[int] = (0, 1)) -> bytes:
    if route is COMPLETIONS:
        ends = [{"index": index, "text": "", "finish_reason": "stop"} for index in indexes]
        return b"".join((*(data({"choices": [end]}) for end in ends), b"data: [DONE]\n\n"))
    if route is RESPONSES:
        return event("response.completed", response={"id": "resp_1", "status": "completed"})
    if route is GEMINI:
        return b"".join(candidate({"text": ""}, index, "STOP") for index in indexes)
    if route.api == "ollama":
        return line(done=True, done_reason="stop", total_duration=10**9)
    if route is CHAT:
        stops = [chunk({}, index, "stop") for index in indexes]
        return b"".join((*stops, b"data: [DONE]\n\n"))
    stops = [event("content_block_stop", index=index) for index in indexes]
    end = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 9})
    return b"".join((*stops, end, event("message_stop")))


def events_of(route: Route, output: bytes) -> list[tuple[str | None, Any]]:
    """(event name, JSON data) as the stock client's own decoder reads them."""
    if route.api == "ollama":
        return [(None, json.loads(each)) for each in output.splitlines() if each]
    decoder: Any = AnthropicDecoder() if route is MESSAGES else OpenAiDecoder()
    return [
        (sse.event, json.loads(sse.data))
        for sse in decoder.iter_bytes(iter([output]))
        if sse.data and sse.data != "[DONE]"
    ]


def hear(route: Route, output: bytes) -> dict[tuple[Any, ...], str]:
    """All texts of a stream, put together as a client does, by their places."""
    texts: dict[tuple[Any, ...], str] = {}
    for _, document in events_of(route, output):
        for path, text in _heard(route, document):
            texts[path] = texts.get(path, "") + text
    return texts


def _heard(route: Route, document: Any) -> Iterator[tuple[tuple[Any, ...], str]]:
    if route.api == "ollama":
        for field in ("response", "thinking"):
            yield (field,), document.get(field, "")
        for field in ("content", "thinking"):
            yield ("message", field), document.get("message", {}).get(field, "")
    elif route is RESPONSES:
        if isinstance(document.get("delta"), str):
            places = ("content_index", "summary_index", "command_index")
            inner = next((document[name] for name in places if name in document), 0)
            yield (document["type"], document["output_index"], inner), document["delta"]
    elif route is GEMINI:
        for each in document.get("candidates", ()):
            for part in each["content"]["parts"]:
                if "text" in part:
                    kind = "thought" if part.get("thought") else "text"
                    yield (each["index"], kind), part["text"]
                for piece in part.get("functionCall", {}).get("partialArgs", ()):
                    yield (each["index"], piece["jsonPath"]), piece["stringValue"]
    elif route is MESSAGES:
        said = document.get("delta", document.get("content_block"))
        yield from _strings(said, (document.get("index"),))
    else:
        for choice in document.get("choices", ()):
            said = choice.get("delta", {"text": choice.get("text")})
            yield from _strings(said, (choice["index"],))


def _strings(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(value, str):
        if path[-1] != "type":
            yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, (*path, item.get("index", index)))


def pass_through(route: Route, pieces: Iterable[bytes]) -> bytes:
    framing = framing_of(route, media_of(route))
    assert framing is not None
    stream = AnswerStream(route, the_masker(), framing)
    return b"".join([*(stream.feed(piece) for piece in pieces), stream.finish()])


def cut(value: Any, *places: int) -> list[Any]:
    """A text or bytes, cut at these places."""
    edges = [0, *sorted(places), len(value)]
    return [value[a:b] for a, b in pairwise(edges)]
