"""Streams of bare JSON: a document a line (NDJSON), and the elements of one array.

Ollama streams the first. Gemini streams the second where nobody asks for server-sent events: an
array whose elements come one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extproc.core.decision import Unavailable
from extproc.core.llm.framing import Cutter, Frame, is_data


class LineCutter:
    """Cuts behind each line feed."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0

    @property
    def rest(self) -> bytes:
        return bytes(self._buffer)

    @property
    def size(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        buffer = self._buffer
        buffer += data
        frames = []
        start = 0
        while end := buffer.find(b"\n", max(start, self._scanned)) + 1:
            frames.append(bytes(buffer[start:end]))
            start = end
        if start:
            del buffer[:start]
        self._scanned = len(buffer)
        return frames


_OUTSIDE = re.compile(rb"[\"\[\]{}]")
_INSIDE = re.compile(rb"[\"\\]")
_SPACES = b" \t\r\n"


class ElementCutter:
    """Cuts behind each element of the outer array, and behind its closing bracket.

    Only objects and arrays are elements here. A document that is no array is one element.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._depth = 0
        self._floor = 0
        """The depth at which elements begin: 1 inside of an array."""
        self._is_begun = False
        self._is_in_string = False

    @property
    def rest(self) -> bytes:
        return bytes(self._buffer)

    @property
    def size(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        buffer = self._buffer
        buffer += data
        frames = []
        start = 0
        at = self._scanned
        while token := (_INSIDE if self._is_in_string else _OUTSIDE).search(buffer, at):
            at = token.end()
            sign = token[0]
            if sign == b"\\":
                if at == len(buffer):
                    at -= 1  # what is escaped has not come yet
                    break
                at += 1
            elif sign == b'"':
                self._is_in_string = not self._is_in_string
            elif sign in b"[{":
                if not self._is_begun:
                    self._is_begun = True
                    self._floor = int(sign == b"[")
                self._depth += 1
            else:
                self._depth -= 1
                if self._depth <= self._floor:
                    frames.append(bytes(buffer[start:at]))
                    start = at
        else:
            at = len(buffer)
        del buffer[:start]
        self._scanned = at - start
        return frames


class _Bare:
    """Data that stands for itself, between what separates it."""

    def data_at(self, raw: bytes, frame: Frame) -> int | None:
        if frame.data is None:
            return None
        start = 0
        for line, end in frame.lines:
            if is_data(line):
                return start
            start += len(line) + len(end)
        return None

    def write(self, lines: Iterable[tuple[str, str]], data: str | None) -> bytes:
        out: list[str] = []
        for line, end in lines:
            out += ((data or "") if is_data(line) else line, end)
        return "".join(out).encode("utf-8")


class JsonLines(_Bare):
    """A `framing.Framing`: one document a line."""

    def cutter(self) -> Cutter:
        return LineCutter()

    def read(self, raw: bytes, *, is_first: bool) -> Frame:
        text = _decoded(raw)
        data = text.rstrip("\r\n")
        end = text[len(data) :]
        if not data.strip():
            return Frame((("", text),), None, None)
        return Frame((("data", end),), None, data)

    def new(self, event: str | None) -> tuple[tuple[str, str], ...]:
        return (("data", "\n"),)

    def last(self, error: bytes, name: str | None, sent: bytes) -> bytes:
        return error + b"\n"


_NO_ELEMENT = re.compile(r"[ \t\r\n,]*\[?[ \t\r\n,]*\]?[ \t\r\n]*")
_BEFORE = re.compile(r"[ \t\r\n,]*\[?[ \t\r\n,]*")


class JsonArray(_Bare):
    """A `framing.Framing`: the elements of one array."""

    def cutter(self) -> Cutter:
        return ElementCutter()

    def read(self, raw: bytes, *, is_first: bool) -> Frame:
        text = _decoded(raw)
        if _NO_ELEMENT.fullmatch(text):
            return Frame((("", text),), None, None)
        before = _BEFORE.match(text) if is_first else re.match(r"[ \t\r\n,]*", text)
        head = before[0] if before else ""
        return Frame((("", head), ("data", "")), None, text[len(head) :])

    def new(self, event: str | None) -> tuple[tuple[str, str], ...]:
        return (("", ","), ("data", ""))

    def last(self, error: bytes, name: str | None, sent: bytes) -> bytes:
        if sent == b"]":
            return b""  # it is closed already, and nothing may follow
        return (b"," if sent else b"[") + error + b"]"


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unavailable("masker", "an event of the stream is not UTF-8") from None


LINES = JsonLines()
ARRAY = JsonArray()
