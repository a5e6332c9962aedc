"""The quick way for events that differ from an earlier one only in their text.

An event that was read the long way is cut into literals and string slots. Later bytes are the
same document with other strings in those slots if the literals are the same and each slot is
the inside of exactly one JSON string: JSON's grammar is context free, so a string in the place
of a string changes nothing else. Duplicate keys, unknown fields, numbers: all were looked at
when the template was made, because they stand in the literals. Whatever does not fit goes the
long way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from extproc.core.llm.dialect import Group
from extproc.core.llm.places import Path, Slot

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
# Strict: refuses control characters, wrong escapes, half surrogate pairs and wrong UTF-8.
_read_string = msgspec.json.Decoder(str).decode
_write_string = msgspec.json.Encoder().encode


class Template(msgspec.Struct, frozen=True):
    head: bytes
    middles: tuple[bytes, ...]
    """The literals between the slots; each begins and ends with a quotation mark."""
    tail: bytes
    document: Any
    """The document it was made from, to make another like it."""
    slots: tuple[Slot, ...]
    """All slots in the order in which they stand."""
    channels: tuple[tuple[Group, Path] | None, ...]
    """For each slot the text that it belongs to; None for padding."""

    def match(self, raw: bytes) -> list[str] | None:
        """The strings in the slots, or None when the event is not of this form."""
        if not (raw.startswith(self.head) and raw.endswith(self.tail)):
            return None
        at = len(self.head)
        stop = len(raw) - len(self.tail)
        texts = []
        try:
            for middle in self.middles:
                end = raw.find(middle, at, stop)
                if end < 0:
                    return None
                texts.append(_read_string(b'"%b"' % raw[at:end]))
                at = end + len(middle)
            if stop < at:
                return None
            texts.append(_read_string(b'"%b"' % raw[at:stop]))
        except (msgspec.DecodeError, UnicodeDecodeError):
            # Not the inside of one string; the long way says what it is.
            return None
        return texts

    def write(self, texts: Sequence[str]) -> bytes:
        """An event of this form with these strings in the slots."""
        out = [self.head]
        for text, literal in zip(texts, (*self.middles, self.tail), strict=True):
            out.append(_write_string(text)[1:-1])
            out.append(literal)
        return b"".join(out)


def make_template(
    raw: bytes,
    start: int,
    text: str,
    document: Any,
    slots: Sequence[Slot],
    channels: Sequence[tuple[Group, Path] | None],
) -> Template | None:
    """Cut a frame that was read and is clean; its data `text` begins at `start`.

    `slots` and `channels` belong together; they are put in the order of the document. None when
    the strings are not where they should be.
    """
    data = text.encode("utf-8")
    if raw[start : start + len(data)] != data:
        return None
    wanted = {(id(slot.container), slot.key): n for n, slot in enumerate(slots)}
    cuts: list[tuple[int, int]] = []
    order: list[int] = []
    tokens = _STRING.finditer(raw, start, start + len(data))
    # Keys and values stand in the text in the order in which the parser kept them, so the
    # n-th string of the document is the n-th string token.
    for place, string in _strings(document):
        token = next(tokens, None)
        if token is None or json.loads(token[0]) != string:
            return None
        number = wanted.get(place) if place is not None else None
        if number is not None:
            order.append(number)
            cuts.append((token.start() + 1, token.end() - 1))
    if next(tokens, None) is not None or len(cuts) != len(slots) or not cuts:
        return None
    return Template(
        head=raw[: cuts[0][0]],
        middles=tuple(raw[a[1] : b[0]] for a, b in pairwise(cuts)),
        tail=raw[cuts[-1][1] :],
        document=document,
        slots=tuple(slots[number] for number in order),
        channels=tuple(channels[number] for number in order),
    )


def _strings(value: Any) -> Iterator[tuple[tuple[int, Any] | None, str]]:
    """Every key (without a place) and string value (with its place), in document order."""
    is_object = type(value) is dict
    items: Iterable[tuple[Any, Any]] = value.items() if is_object else enumerate(value)
    for key, item in items:
        if is_object:
            yield None, key
        if type(item) is str:
            yield (id(value), key), item
        elif type(item) in (dict, list):
            yield from _strings(item)
