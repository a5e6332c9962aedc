"""Server-sent events as bytes (WHATWG HTML, section 9.2.6), cut and read without loss.

A frame keeps the bytes it came as, so that an event with nothing to hide goes out as it came,
and a changed one keeps all but its data. Rules: lines end with CR LF, LF or CR; an empty line
ends a frame, and is a frame of its own where none had begun; a byte order mark at the start of
the stream is not part of the first line; `data` lines are joined with LF; one space behind a
colon is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extproc.core.decision import Unavailable
from extproc.core.llm.framing import Cutter, Frame, is_data

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LINE = re.compile("([^\r\n]*)(\r\n|\n|\r|\\Z)")
_LF = 10


class Framer:
    """Cuts at empty lines; see `framing.Cutter`."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        """Line ends before this offset were looked at."""
        self._line = 0
        """Where the current line begins; only kept once a CR was seen."""
        self._has_cr = False

    @property
    def rest(self) -> bytes:
        """The start of a frame that is not complete."""
        return bytes(self._buffer)

    @property
    def size(self) -> int:
        """Bytes of that."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        if self._has_cr:
            return self._cut_any()
        if b"\r" in data:
            self._has_cr = True
            self._scanned = 0
            return self._cut_any()
        return self._cut_lf()

    def _cut_lf(self) -> list[bytes]:
        """The common case, where no CR was seen."""
        buffer = self._buffer
        frames: list[bytes] = []
        start = 0
        while start < len(buffer):
            if buffer[start] == _LF:
                end = start + 1
            else:
                end = buffer.find(b"\n\n", max(start, self._scanned)) + 2
                if end < 2:
                    break
            frames.append(bytes(buffer[start:end]))
            start = end
        if start:
            del buffer[:start]
        # The last byte may be the first LF of two.
        self._scanned = max(len(buffer) - 1, 0)
        return frames

    def _cut_any(self) -> list[bytes]:
        buffer = self._buffer
        frames: list[bytes] = []
        start = 0
        line = self._line
        scanned = len(buffer)
        for match in _LINE_END.finditer(buffer, self._scanned):
            end = match.end()
            if match.start() == line:
                frames.append(bytes(buffer[start:end]))
                start = end
            elif end == len(buffer) and match[0] == b"\r":
                # An LF may follow and belong to this line end, and then the line behind it is
                # not empty. Behind an empty line it would only be one more empty line.
                scanned = match.start()
                break
            line = end
        if start:
            del buffer[:start]
        self._line = line - start
        self._scanned = scanned - start
        return frames


def read_frame(raw: bytes, *, is_first: bool = False) -> Frame:
    """Read a frame. Raises Unavailable("masker") when it is not UTF-8."""
    if is_first and raw.startswith(_BOM):
        raw = raw[len(_BOM) :]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unavailable("masker", "an event of the stream is not UTF-8") from None
    lines = tuple((match[1], match[2]) for match in _LINE.finditer(text) if match[0])
    event: str | None = None
    data: list[str] = []
    for line, _ in lines:
        name, colon, value = line.partition(":")
        if colon and value[:1] == " ":
            value = value[1:]
        if name == "data":
            data.append(value)
        elif name == "event":
            event = value or None
    return Frame(lines, event, "\n".join(data) if data else None)


def write_frame(lines: Iterable[tuple[str, str]], data: str | None) -> bytes:
    """These lines with their ends, with `data` in the place of the first data line."""
    out: list[str] = []
    is_written = False
    for line, end in lines:
        if data is None or not is_data(line):
            out += (line, end)
        elif not is_written:
            is_written = True
            # A stream that breaks off behind the line leaves it without an end.
            glue = end or "\n"
            out += (glue.join(f"data: {piece}" for piece in data.split("\n")), end)
    return "".join(out).encode("utf-8")


class ServerSentEvents:
    """A `framing.Framing`."""

    def cutter(self) -> Cutter:
        return Framer()

    def read(self, raw: bytes, *, is_first: bool) -> Frame:
        return read_frame(raw, is_first=is_first)

    def data_at(self, raw: bytes, frame: Frame) -> int | None:
        if sum(is_data(line) for line, _ in frame.lines) != 1 or frame.data is None:
            return None
        start = 0
        for line, end in frame.lines:
            size = len(line.encode("utf-8"))
            if is_data(line):
                # Behind the name, the colon and the one space that may follow it.
                return start + size - len(frame.data.encode("utf-8"))
            start += size + len(end)
        return None

    def new(self, event: str | None) -> tuple[tuple[str, str], ...]:
        lines = (("data", "\n"), ("", "\n"))
        return ((f"event: {event}", "\n"), *lines) if event else lines

    def write(self, lines: Iterable[tuple[str, str]], data: str | None) -> bytes:
        return write_frame(lines, data)

    def last(self, error: bytes, name: str | None, sent: bytes) -> bytes:
        head = f"event: {name}\n".encode() if name else b""
        return b"%bdata: %b\n\n" % (head, error)


SSE = ServerSentEvents()
