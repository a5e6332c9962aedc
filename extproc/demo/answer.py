"""What the demo model says: a prompt in, an answer out. Pure, and the same for both dialects.

A prompt may hold directives, read from the last user message only. What they do:

    #pii        answer with the made-up customer record ("personal data" and "customer record"
                ask for it too)
    #tool       call the request's first tool, with personal data as arguments
    #think      think aloud first, with personal data in the thought
    #length     end as if the token limit had been reached
    #split=N    stream N characters a delta (otherwise a word a delta)
    #bytes=N    answer with exactly N characters of filler, one byte each
    #delay=MS   wait between deltas; an answer that is not streamed waits once
    #gzip       compress the answer, whatever the caller accepts
    #status=N   answer with that error status (400 to 599), in the dialect
    #reset      drop the connection in the middle of the answer

On a loopback address, GET /last tells what the last request was: count, method, path, headers,
body_base64 and how it ended. It is an aid for tests, and not served on any other address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from extproc.demo import record

Finish = Literal["stop", "length", "tool"]

_NUMBERED = re.compile(r"#(split|bytes|delay|status)=(\d{1,9})\b")
_BARE = re.compile(r"#(pii|tool|think|length|gzip|reset)\b")
_ASKS_FOR_RECORD = re.compile(r"personal data|customer record", re.IGNORECASE)
_WORD = re.compile(r"\s*\S+|\s+")

_BYTES_MAX = 64 << 20
_DELAY_MAX = 60_000
_PIECE = 4096
"""Characters a delta of filler, which would otherwise be millions of deltas."""
_FILLER = "The demo model counts the waves that reach the shore, one after another, and then. "


class Directives(msgspec.Struct, frozen=True):
    """What the last user message asks of the demo model, apart from an answer."""

    split: int = 0
    """Characters a delta; 0 is a word a delta."""
    bytes: int | None = None
    delay: int = 0
    """Milliseconds."""
    status: int | None = None
    pii: bool = False
    tool: bool = False
    think: bool = False
    length: bool = False
    gzip: bool = False
    reset: bool = False


class Prompt(msgspec.Struct, frozen=True):
    """A request of either dialect, as far as the demo model reads it."""

    model: str
    text: str
    """The last user message, as it arrived."""
    tool_result: str | None = None
    """Set when the conversation ends with a tool's result: nothing is left to call."""
    tools: tuple[str, ...] = ()
    """Names, in the order of the request."""
    must_call: str | None = None
    """The tool that the request insists on."""
    thinks: bool = False
    """The request itself asks for thinking."""
    is_stream: bool = False
    include_usage: bool = False
    """OpenAI's `stream_options.include_usage`."""
    choices: int = 1
    input_tokens: int = 1


class ToolCall(msgspec.Struct, frozen=True):
    name: str
    arguments: dict[str, Any]


class Answer(msgspec.Struct, frozen=True):
    thought: str | None
    text: str | None
    call: ToolCall | None
    finish: Finish
    output_tokens: int


def read_directives(text: str) -> Directives:
    """The directives in a text. A number out of range is brought to the nearest in range."""
    numbers = {name: int(value) for name, value in _NUMBERED.findall(text)}
    names = {match[1] for match in _BARE.finditer(text)}
    status = numbers.get("status")
    return Directives(
        split=numbers.get("split", 0),
        bytes=min(numbers["bytes"], _BYTES_MAX) if "bytes" in numbers else None,
        delay=min(numbers.get("delay", 0), _DELAY_MAX),
        status=None if status is None else max(400, min(status, 599)),
        pii="pii" in names or _ASKS_FOR_RECORD.search(text) is not None,
        tool="tool" in names,
        think="think" in names,
        length="length" in names,
        gzip="gzip" in names,
        reset="reset" in names,
    )


def count_tokens(text: str) -> int:
    """Four characters a token: near enough for a demo, and the same every time."""
    return max(1, (len(text) + 3) // 4)


def answer(prompt: Prompt, asked: Directives, choice: int = 0) -> Answer:
    """The answer to a prompt. Choices beyond the first say which one they are."""
    thought = _think(prompt) if asked.think or prompt.thinks else None
    call = _call(prompt, asked)
    text = None if call else _say(prompt, asked, choice)
    finish: Finish = "tool" if call else "length" if asked.length else "stop"
    spoken = (thought or "") + (text or "") + (msgspec.json.encode(call).decode() if call else "")
    return Answer(thought, text, call, finish, count_tokens(spoken))


def pieces(text: str, asked: Directives) -> Iterator[str]:
    """Cut a text into deltas, as the directives say."""
    size = asked.split or (_PIECE if asked.bytes is not None else 0)
    if size:
        for start in range(0, len(text), size):
            yield text[start : start + size]
        return
    for match in _WORD.finditer(text):
        yield match[0]


def _say(prompt: Prompt, asked: Directives, choice: int) -> str:
    if asked.bytes is not None:
        return (_FILLER * (asked.bytes // len(_FILLER) + 1))[: asked.bytes]
    said = [f"Hello from {prompt.model}, the demo model. You said: {prompt.text}"]
    if choice:
        said[0] = f"({choice + 1}) {said[0]}"
    if prompt.tool_result is not None:
        said.append(f"The tool answered: {prompt.tool_result}")
    if asked.pii:
        said.append(record.LETTER)
    return "\n\n".join(said)


def _think(prompt: Prompt) -> str:
    return (
        f"The user said: {prompt.text}\n"
        f"I should greet them, and not tell anyone that {record.EMAIL} pays with {record.CARD}."
    )


def _call(prompt: Prompt, asked: Directives) -> ToolCall | None:
    if prompt.tool_result is not None or not prompt.tools:
        return None
    if prompt.must_call is None and not asked.tool:
        return None
    return ToolCall(prompt.must_call or prompt.tools[0], {"customer": record.CUSTOMER})
