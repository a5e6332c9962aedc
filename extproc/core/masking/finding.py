"""What masking answers with: findings, edits and cuts. All offsets are characters of a `str`."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """A sensitive value that was found: `text[start:end]`, end exclusive."""

    type: str
    """One of the contract's types, or a custom type in capitals."""
    start: int
    end: int


class Edit(msgspec.Struct, frozen=True):
    """Replace `raw[start:end]` by `text`. Offsets count from the start of the stream."""

    start: int
    end: int
    text: str
    """The label, or "" where the edit goes on with the one that ends at `start`."""
    type: str
    """Empty for a value that is restored, which is no finding."""
    kept: str = ""
    """Of a restored value: what is recorded in its place."""


class Cut(msgspec.Struct, frozen=True):
    """How far a stream is final."""

    upto: int
    """Raw characters since the start of the stream that will not change any more."""
    edits: tuple[Edit, ...]
    """In order, not overlapping, all between the cut before and `upto`."""
