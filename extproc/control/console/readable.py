"""Text of strangers on a page: every character visible, and what was masked stands out.

Markup is Jinja's affair, which escapes all of it. What escaping leaves are characters that hide
or turn around what is beside them: controls, bidirectional marks, blanks without a width.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec
from markupsafe import Markup, escape

MOST = 256 << 10
"""Characters of one text that a page shows."""

_ODD = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# What masking leaves: a label, one with a pseudonym's tail, or a block of asterisks around figures.
_MASKED = re.compile(r"\[[A-Z][A-Z0-9_]{1,40}(?:_[0-9a-f]{6})?\]")
# A string that never ends is one all the same, so that nothing is looked at twice.
_NESTING = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{\]}]', re.DOTALL)
_DEEPEST = 32
_RUN = re.compile(r"[^\x20-\x7e\n\t]")


class Span(NamedTuple):
    start: int
    end: int
    at: int
    """Microseconds since the answer began."""


def visible(text: object) -> Markup:
    """HTML in which no character of the text is hidden."""
    return Markup("").join(_visible(str(text)))


def masked(text: object) -> Markup:
    """The same, and what was masked is marked. Long texts are cut, and say so."""
    whole = str(text)
    shown = whole[:MOST]
    pieces: list[Markup] = []
    position = 0
    for found in _MASKED.finditer(shown):
        pieces += [visible(shown[position : found.start()]), _mark(found[0])]
        position = found.end()
    pieces.append(visible(shown[position:]))
    if len(whole) > MOST:
        cut = Markup('\n<em class="cut">{} more characters are not shown.</em>')
        pieces.append(cut.format(f"{len(whole) - MOST:,}"))
    return Markup("").join(pieces)


def laid_out(text: str) -> str:
    """JSON with line breaks and indentation, and not another character changed; else as it is.

    What is nested too deep stays as it is: indented, it would be a thousand times as long.
    """
    if len(text) > MOST or not text.lstrip().startswith(("{", "[")) or _depth(text) > _DEEPEST:
        return text
    try:
        return msgspec.json.format(text.encode(), indent=2).decode()
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return text


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in _NESTING.finditer(text):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def timed(text: str, spans: Sequence[Span]) -> Markup:
    """A text in its pieces, each with the moment it came: milliseconds in `data-at`.

    A mask that came in several pieces is marked in each of them.
    """
    text = text[:MOST]
    marks = [(found.start(), found.end()) for found in _MASKED.finditer(text)]
    starts, ends = [start for start, _ in marks], [end for _, end in marks]
    pieces: list[Markup] = []
    for start, end, at in spans:
        inside = marks[bisect_right(ends, start) : bisect_left(starts, end)]
        edges = sorted({start, end, *(e for m in inside for e in m if start < e < end)})
        shown = [
            (_mark if any(m[0] <= left < m[1] for m in inside) else visible)(text[left:right])
            for left, right in pairwise(edges)
        ]
        if shown:
            piece = Markup('<span data-at="{}">{}</span>')
            pieces.append(piece.format(at // 1000, Markup("").join(shown)))
    return Markup("").join(pieces)


def _mark(text: str) -> Markup:
    return Markup("<mark>{}</mark>").format(visible(text))


def _visible(text: str) -> Iterator[Markup]:
    position = 0
    for found in _RUN.finditer(text):
        character = found[0]
        if unicodedata.category(character) not in _ODD:
            continue
        yield escape(text[position : found.start()])
        yield Markup('<span class="odd">U+{:04X}</span>').format(ord(character))
        position = found.end()
    yield escape(text[position:])
