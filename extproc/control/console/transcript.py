"""What a streamed answer said, piece by piece, with the moments at which the pieces came.

It knows no dialect, as the index of words does not: what a stream sends under `delta` is what is
being said; of streams that send nothing so, what they call content, text or response.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from extproc.control.console.readable import MOST, Span

_SAID = frozenset({"content", "text", "response"})
_NOT_SAID = frozenset({"id", "type", "role", "name", "object", "stop_reason", "finish_reason"})
_DEEPEST = 32


def pieces(body: str, chunks: Sequence[Sequence[int]]) -> list[Span]:
    """The body's characters by the chunks, (microseconds, bytes) each, in which they came."""
    data = body.encode("utf-8", "replace")
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    found: list[Span] = []
    begin = position = 0
    for at, size in chunks:
        end = position + len(decoder.decode(data[begin : begin + size]))
        begin += size
        if end > position:
            found.append(Span(position, end, at))
        position = end
        if position > MOST:
            break
    return found


def said(body: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """The words alone, and when they came; nothing where it cannot be told."""
    for is_delta in (True, False):
        text: list[str] = []
        found: list[Span] = []
        length = 0
        for string, at in _strings(body, spans, is_delta):
            text.append(string)
            found.append(Span(length, length + len(string), at))
            length += len(string)
        if length:
            return "".join(text), found
    return "", []


def _strings(body: str, spans: Sequence[Span], is_delta: bool) -> Iterator[tuple[str, int]]:
    moments = iter(spans)
    now = next(moments, None)
    position = 0
    for line in body.splitlines(keepends=True):
        position += len(line)
        # A line is there when its last character is.
        while now is not None and now.end < position:
            now = next(moments, None)
        if now is None:
            return
        try:
            document = msgspec.json.decode(line.removeprefix("data:").strip())
        except (msgspec.DecodeError, RecursionError):
            continue
        for string in _within(document, is_delta, depth=0):
            yield string, now.at


def _within(value: Any, is_delta: bool, *, depth: int, key: str = "") -> Iterator[str]:
    """`is_delta`: whether what is looked for is under `delta`."""
    if isinstance(value, str):
        if key and value:
            yield value
    elif isinstance(value, list) and depth < _DEEPEST:
        for child in value:
            yield from _within(child, is_delta, depth=depth + 1, key=key)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, child in value.items():
            if name in _NOT_SAID:
                continue
            is_words = bool(key) or (name == "delta" if is_delta else name in _SAID)
            # Under `content` there may be parts; under `delta` all is said.
            yield from _within(child, is_delta, depth=depth + 1, key=name if is_words else "")
