"""How the events of a stream stand one behind the other in its bytes.

A framing cuts bytes into frames, reads the data of a frame, and writes a frame with other data.
All keep the bytes that a frame came as, so that an event with nothing to hide goes out as it came.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

FRAME_MAX = 1 << 20
"""Bytes of one frame, with what separates it from the next."""


class Frame(msgspec.Struct, frozen=True):
    """One frame, read."""

    lines: tuple[tuple[str, str], ...]
    """What it consists of: a text and what ends it. `is_data` tells which holds the data."""
    event: str | None
    """The name that server-sent events may have."""
    data: str | None
    """None when the frame has none: a comment, a retry, the end of an array."""


class Cutter(Protocol):
    """Cuts a stream of bytes into frames, wherever the pieces were cut.

    `feed` returns the frames that are complete. Joined, and with `rest` at the end, they are
    the input. The caller checks sizes, so that what comes before a giant can still go out.
    """

    @property
    def rest(self) -> bytes:
        """The start of a frame that is not complete."""
        ...

    @property
    def size(self) -> int:
        """Bytes of that."""
        ...

    def feed(self, data: bytes) -> list[bytes]: ...


class Framing(Protocol):
    """Holds no state, so one object serves all streams."""

    def cutter(self) -> Cutter: ...

    def read(self, raw: bytes, *, is_first: bool) -> Frame:
        """Raises Unavailable("masker") when it is not UTF-8."""
        ...

    def data_at(self, raw: bytes, frame: Frame) -> int | None:
        """Where the data begins in the bytes; None when it does not stand there in one piece."""
        ...

    def new(self, event: str | None) -> tuple[tuple[str, str], ...]:
        """The lines of a frame of our own."""
        ...

    def write(self, lines: Iterable[tuple[str, str]], data: str | None) -> bytes:
        """These lines with `data` in the place of theirs."""
        ...

    def last(self, error: bytes, name: str | None, sent: bytes) -> bytes:
        """The event that ends a stream early. `name` is for server-sent events; `sent` is the
        last byte that went out, white space aside."""
        ...


def is_data(line: str) -> bool:
    return line == "data" or line.startswith("data:")
