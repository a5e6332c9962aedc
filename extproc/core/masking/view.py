"""The view: text as detectors see it, one byte for one character.

ASCII stands for itself. Other characters fold one by one, so that the view of a whole text is
the view of its pieces put together:

- full-width, styled and accented forms become their ASCII base (`＠` is `@`, `é` is `e`, `٣` is 3);
- Unicode spaces and dashes become a space and a hyphen;
- zero-width characters, direction marks and combining marks vanish, up to VANISHED_MOST in a row;
- other letters become one byte by their code point: 0x80-0xBF where words are written apart
  (Greek, Cyrillic, ...), 0xC0-0xFE where they are not (Han, Kana, Thai, ...);
- all else, emoji and lone surrogates for instance, becomes OTHER, which no detector names.

Offsets of the view are offsets of the characters, but for those that vanish.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from typing import Protocol

from extproc.core.masking.detectors.detector import Match
from extproc.core.masking.finding import Edit

WORD = rb"A-Za-z0-9_\x80-\xbf"
"""Inside a character class: what continues a word. Scripts without spaces do not."""

OTHER = "\x1a"

VANISHED_MOST = 32
"""Zero-width characters in a row that are nothing; one more is a character, else hostile text
could be held for ever.
"""

_CACHED = 4096
"""Folded characters that are remembered; hostile text must not fill the memory with more."""

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_IGNORED = frozenset({"Cf", "Mn", "Me", "Mc"})
_FULL_STOPS = "。｡"


def _fold(character: str) -> str | None:
    """One byte, as a Latin-1 character, or None for a character that vanishes."""
    category = unicodedata.category(character)
    if category in _IGNORED or character == "\u2800":
        return None
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd" or character == "\u2212":
        return "-"
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if character in _FULL_STOPS:
        return "."
    base = "".join(
        part
        for part in unicodedata.normalize("NFKD", character)
        if unicodedata.category(part) not in _IGNORED
    )
    if len(base) == 1 and "\x20" <= base < "\x7f":
        return base
    if category[0] != "L":
        return OTHER
    lower = character.lower()
    code = ord(lower[0])
    if _UNSPACED.match(lower):
        return chr(0xC0 + code % 0x3F)
    return chr(0x80 + code % 0x40)


class _Folding(dict[int, str | None]):
    """A table for `str.translate` that fills itself."""

    def __missing__(self, code: int) -> str | None:
        folded = chr(code) if code < 0x80 else _fold(chr(code))
        if len(self) < _CACHED:
            self[code] = folded
        return folded


_FOLDING = _Folding()
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def _fold_run(match: re.Match[str]) -> str:
    return match[0].translate(_FOLDING)


def fold(text: str) -> bytes:
    """The view of a text without its place in a stream: every vanishing character vanishes."""
    if text.isascii():
        return text.encode("ascii")
    return _NOT_ASCII.sub(_fold_run, text).encode("latin-1")


class Fold:
    """Folds a text piece by piece."""

    def __init__(self) -> None:
        self._in_row = 0
        """Characters that vanished since the last one that did not."""

    def add(self, text: str) -> tuple[bytes, str, list[int]]:
        """The view of a piece, its characters without those that vanish, and where those are."""
        data = fold(text)
        if len(data) == len(text):
            if text:
                self._in_row = 0
            return data, text, []
        vanished: list[int] = []
        parts = []
        chars = []
        at = 0
        for run in _NOT_ASCII.finditer(text):
            if run.start() > at:
                self._in_row = 0
            parts.append(text[at : run.start()])
            chars.append(text[at : run.start()])
            for index, character in enumerate(run[0], run.start()):
                folded = _FOLDING[ord(character)]
                if folded is not None:
                    self._in_row = 0
                elif self._in_row < VANISHED_MOST:
                    self._in_row += 1
                    vanished.append(index)
                    continue
                else:
                    folded = OTHER
                parts.append(folded)
                chars.append(character)
            at = run.end()
        if at < len(text):
            self._in_row = 0
        parts.append(text[at:])
        chars.append(text[at:])
        return "".join(parts).encode("latin-1"), "".join(chars), vanished


def with_lost(chars: str, start: int, places: list[int], lost: list[str]) -> str:
    """The characters from position `start` on, with those between them that vanished."""
    low = bisect_right(places, start)
    high = bisect_left(places, start + len(chars))
    if low == high:
        return chars
    parts: list[str] = []
    at = 0
    for place, character in zip(places[low:high], lost[low:high], strict=True):
        parts += chars[at : place - start], character
        at = place - start
    return "".join((*parts, chars[at:]))


def only_spaces(data: bytes, chars: str) -> bytes:
    """The view of characters, with OTHER for every space that is not an ASCII one."""
    if chars.isascii():
        return data
    folded = data.decode("latin-1")
    pairs = zip(folded, chars, strict=True)
    return "".join(OTHER if byte == " " != character else byte for byte, character in pairs).encode(
        "latin-1"
    )


def seen(text: str) -> bytes:
    """A text by itself, as `View.read` gives it."""
    data, chars, _ = Fold().add(text)
    return only_spaces(data, chars)


class View(Protocol):
    """A text that arrives in pieces, as detectors see it, and the way back to raw offsets.

    Positions are counted from the start of the stream. `data` and `chars` hold what `drop`
    left, from position `base` on.
    """

    data: bytes
    chars: str
    """The characters themselves, in step with `data`: literal terms are compared with these."""
    base: int
    total: int
    """Raw characters so far."""

    def add(self, piece: str) -> None: ...

    def end(self) -> None:
        """The text is complete."""

    def drop(self, upto: int) -> None:
        """Forget what lies before a position."""

    def raw(self, position: int) -> int:
        """Where the character at a position begins; at the view's end: where it will begin."""
        ...

    def raw_end(self, position: int) -> int:
        """Where the character before a position ends."""
        ...

    def edits(
        self, start: int, end: int, type_name: str, *, is_new: bool, text: str | None = None
    ) -> list[Edit]:
        """Mask a stretch. It continues the finding before it unless it `is_new`.

        `text` stands in its place, else its label; see `is_whole`.
        """
        ...

    def is_whole(self, start: int, end: int) -> bool:
        """Whether one text can stand in the place of all of a stretch."""
        ...

    def value(self, start: int, end: int) -> str:
        """The characters of a stretch, those that vanish included."""
        ...

    def read(self, start: int, end: int) -> bytes:
        """A stretch of `data` in which a space is one to every reader of the raw text; any other
        is OTHER."""
        ...

    def steady(self, limit: int) -> int:
        """The highest position up to `limit` where the text may be taken apart."""
        ...

    def placed(self, found: list[Match], limit: int) -> int:
        """`limit`, or less when a match ends where it cannot be masked yet."""
        ...

    def forced(self, limit: int) -> list[Match]:
        """What is masked whatever it says, and begins before `limit`. Each is told once."""
        ...

    def widened(self, found: list[Match]) -> list[Match]:
        """The matches as they can be masked."""
        ...

    def reached(self, end: int) -> int:
        """How far a run to `end` can be masked: less when it must wait, more when it is widened."""
        ...


class PlainView:
    """Text that stands for itself."""

    def __init__(self) -> None:
        self.data = b""
        self.chars = ""
        self.base = 0
        self.total = 0
        self._fold = Fold()
        self._vanished: list[int] = []
        """For each vanished character the position that it stood before, ascending."""
        self._lost: list[str] = []
        """Those characters."""
        self._forgotten = 0

    def add(self, piece: str) -> None:
        self.total += len(piece)
        data, chars, vanished = self._fold.add(piece)
        if vanished:
            size = self.base + len(self.data)
            self._vanished += [size + index - order for order, index in enumerate(vanished)]
            self._lost += [piece[index] for index in vanished]
        self.data += data
        self.chars += chars

    def end(self) -> None:
        pass

    def drop(self, upto: int) -> None:
        count = upto - self.base
        self.data = self.data[count:]
        self.chars = self.chars[count:]
        self.base = upto
        if self._vanished:
            passed = bisect_right(self._vanished, upto)
            self._forgotten += passed
            del self._vanished[:passed]
            del self._lost[:passed]

    def raw(self, position: int) -> int:
        if not self._vanished:
            return position + self._forgotten
        return position + self._forgotten + bisect_right(self._vanished, position)

    def raw_end(self, position: int) -> int:
        return self.raw(position - 1) + 1

    def edits(
        self, start: int, end: int, type_name: str, *, is_new: bool, text: str | None = None
    ) -> list[Edit]:
        first = self.raw(start) if is_new else self.raw_end(start)
        shown = (f"[{type_name}]" if text is None else text) if is_new else ""
        return [Edit(first, self.raw_end(end), shown, type_name)]

    def is_whole(self, start: int, end: int) -> bool:
        return True

    def value(self, start: int, end: int) -> str:
        chars = self.chars[start - self.base : end - self.base]
        return with_lost(chars, start, self._vanished, self._lost)

    def read(self, start: int, end: int) -> bytes:
        data = self.data[start - self.base : end - self.base]
        chars = self.chars[start - self.base : end - self.base]
        return only_spaces(data, chars)

    def steady(self, limit: int) -> int:
        return limit

    def placed(self, found: list[Match], limit: int) -> int:
        return limit

    def forced(self, limit: int) -> list[Match]:
        return []

    def widened(self, found: list[Match]) -> list[Match]:
        return found

    def reached(self, end: int) -> int:
        return end
