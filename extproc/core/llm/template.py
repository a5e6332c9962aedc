"""The quick way for events that differ from an earlier one only in their text.

An event that was read the long way is cut into literals and slots. Later bytes are the same
document with other strings in those slots if the literals are the same and each slot is the
inside of exactly one JSON string, or one whole number where a count stood: JSON's grammar is
context free, so a string in the place of a string changes nothing else. Duplicate keys, unknown
fields, other numbers: all were looked at when the template was made, because they stand in the
literals. Whatever does not fit goes the long way.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec

from extproc.core.llm.dialect import Group
from extproc.core.llm.spec import Kind, Path, Slot

_VALUE = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*')
_WHOLE_NUMBER = re.compile(rb"0|[1-9][0-9]{0,17}")
# Strict: refuses control characters, wrong escapes, half surrogate pairs and wrong UTF-8.
_read_string = msgspec.json.Decoder(str).decode
_write_string = msgspec.json.Encoder().encode


class Template:
    __slots__ = ("channels", "counts", "document", "head", "middles", "slots", "tail")

    def __init__(
        self,
        *,
        head: bytes,
        middles: tuple[bytes, ...],
        tail: bytes,
        document: Any,
        slots: tuple[Slot, ...],
        channels: tuple[tuple[Group, Path] | None, ...],
        counts: tuple[bool, ...],
    ) -> None:
        self.head = head
        self.middles = middles
        """The literals between the slots; beside a string each has its quotation mark."""
        self.tail = tail
        self.document = document
        """Like the one that it was made from, to make another like it; its counts are the last
        ones."""
        self.slots = slots
        """All slots in the order in which they stand."""
        self.channels = channels
        """For each slot the text that it belongs to; None for padding and counts."""
        self.counts = counts
        """For each slot whether it is a count."""

    def match(self, raw: bytes) -> list[str] | None:
        """The strings in the slots, or None when the event is not of this form."""
        if not (raw.startswith(self.head) and raw.endswith(self.tail)):
            return None
        at = len(self.head)
        stop = len(raw) - len(self.tail)
        texts = []
        try:
            for middle, is_count in zip(self.middles, self.counts, strict=False):
                end = raw.find(middle, at, stop)
                if end < 0:
                    return None
                texts.append(_read_count(raw[at:end]) if is_count else _read(raw[at:end]))
                at = end + len(middle)
            if stop < at:
                return None
            texts.append(_read_count(raw[at:stop]) if self.counts[-1] else _read(raw[at:stop]))
        except (msgspec.DecodeError, ValueError):
            # Not the inside of one string, or no number; the long way says what it is.
            return None
        return texts

    def write(self, texts: Sequence[str]) -> bytes:
        """An event of this form with these strings in the slots."""
        out = [self.head]
        for text, literal in zip(texts, (*self.middles, self.tail), strict=True):
            out.append(_write_string(text)[1:-1])
            out.append(literal)
        return b"".join(out)


def _read(inside: bytes) -> str:
    return _read_string(b'"%b"' % inside)


def _read_count(digits: bytes) -> str:
    if not _WHOLE_NUMBER.fullmatch(digits):
        raise ValueError("no whole number")
    return digits.decode("ascii")


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
    tokens = _VALUE.finditer(raw, start, start + len(data))
    # Keys and values stand in the text in the order in which the parser kept them, so the
    # n-th string or number of the document is the n-th token.
    for place, value in _values(document):
        token = next(tokens, None)
        is_string = token is not None and token[0].startswith(b'"')
        if token is None or is_string is not (type(value) is str):
            return None
        if is_string and json.loads(token[0]) != value:
            return None
        number = wanted.get(place) if place is not None else None
        if number is not None:
            order.append(number)
            cuts.append((token.start() + is_string, token.end() - is_string))
    if next(tokens, None) is not None or len(cuts) != len(slots) or not cuts:
        return None
    # A copy: the event that it was made of may still wait to be written, with its own counts.
    copies: dict[int, Any] = {}
    document = copy.deepcopy(document, copies)
    slots = [
        Slot(copies[id(slot.container)], slot.key, slot.text, slot.kind, slot.path, slot.is_prose)
        for slot in slots
    ]
    return Template(
        head=raw[: cuts[0][0]],
        middles=tuple(raw[a[1] : b[0]] for a, b in pairwise(cuts)),
        tail=raw[cuts[-1][1] :],
        document=document,
        slots=tuple(slots[number] for number in order),
        channels=tuple(channels[number] for number in order),
        counts=tuple(slots[number].kind is Kind.COUNT for number in order),
    )


def _values(value: Any) -> Iterator[tuple[tuple[int, Any] | None, Any]]:
    """Every key (without a place), string and number (with its place), in document order."""
    is_object = type(value) is dict
    items: Iterable[tuple[Any, Any]] = value.items() if is_object else enumerate(value)
    for key, item in items:
        if is_object:
            yield None, key
        if type(item) in (str, int, Decimal):
            yield (id(value), key), item
        elif type(item) in (dict, list):
            yield from _values(item)
