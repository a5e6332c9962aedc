"""The view of a text that is itself JSON: what its strings say, and where they say it.

Detectors see the document with its escapes undone, quotes and keys included, so that a key can
be the context of its value. Edits stay inside: a finding in a string is replaced within that
string, whole escapes at a time; a finding in a number takes the whole number, and a string
stands in its place; braces, commas and quotes are never replaced, whatever a finding covers.

This is a lexer, not a parser: it makes something of every text, and the same for every cut.
- A text whose first character cannot begin an object, array, string or number is plain text.
- What stands outside strings and is not punctuation is a *scalar* (a number, `true`, or what a
  broken document has there). It is held until it ends. One longer than SCALAR_MOST is no number
  that anybody means, and is masked.
- Half an escape, and half a surrogate pair, is held until the other half comes.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right

from extproc.core.masking.detectors.detector import Match, Run
from extproc.core.masking.engine import end_of_run
from extproc.core.masking.finding import Edit
from extproc.core.masking.view import OTHER, Fold, only_spaces, with_lost

SCALAR_MOST = 64

_STRUCTURE, _STRING, _SCALAR, _SPILLED = range(4)
"""What a character belongs to; _SPILLED is a scalar's part behind SCALAR_MOST."""

_SAME = [re.compile(kinds) for kinds in (rb"\x00+", rb"\x01+", rb"[\x02\x03]+", rb"[\x02\x03]+")]
"""For each kind: how far the same string, scalar or punctuation goes on."""

_BEGINS_JSON = frozenset('{["-0123456789')
_SPACES = re.compile(r"[ \t\r\n]+")
_PUNCTUATION = re.compile(r"[ \t\r\n{}\[\],:]+")
_SCALAR_RUN = re.compile(r'[^ \t\r\n{}\[\],:"]+')
_LITERAL_RUN = re.compile(r'[^"\\]+')
_SPACE = re.compile(rb"[ \t-\r]")
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt])|u([0-9A-Fa-f]{4}))')
_HALF_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{0,3})?")
_HALF_LOW = re.compile(r"(?:\\(?:u(?:[Dd](?:[C-Fc-f][0-9A-Fa-f]?)?)?)?)?")
_LOW = re.compile(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ESCAPED = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_SPILL = Run(re.compile(rb'[^ \t\r\n{}\[\],:"]*'))
_SPILL_RANK = 900
"""Weaker than any type that a detector finds in it."""


class JsonView:
    """See the module. Offers what `view.View` asks for."""

    def __init__(self) -> None:
        self.data = b""
        self.chars = ""
        self.base = 0
        self.total = 0
        self._size = 0
        self._fresh_data: list[bytes] = []
        self._fresh_chars: list[str] = []
        """What a piece adds, joined when it is read: else a text of escapes costs a copy each."""
        self._fold = Fold()
        self._kinds = bytearray()
        self._starts = array("q")
        self._ends = array("q")
        self._vanished: list[int] = []
        """For each vanished character the position that it stood before, ascending."""
        self._lost: list[str] = []
        """Those characters."""
        self._half = ""
        """Raw text that cannot be read without what follows it."""
        self._is_begun = False
        self._is_plain = False
        self._is_in_string = False
        self._is_ended = False
        self._scalar = -1
        """Where the scalar at the text's end began, -1 when there is none."""
        self._spills: list[int] = []
        """Where scalars begin that are too long, until they are masked."""

    # --- reading

    def add(self, piece: str) -> None:
        text = self._half + piece
        offset = self.total - len(self._half)
        self.total += len(piece)
        self._half = ""
        at = 0
        while at < len(text):
            if self._is_plain:
                stop = self._read_plain(text, at, offset)
            elif self._is_in_string:
                stop = self._read_string(text, at, offset)
            else:
                stop = self._read_outside(text, at, offset)
            if stop == at:
                self._half = text[at:]
                break
            at = stop
        self.data += b"".join(self._fresh_data)
        self.chars += "".join(self._fresh_chars)
        self._fresh_data.clear()
        self._fresh_chars.clear()

    def end(self) -> None:
        self._is_ended = True
        self.add("")
        self._scalar = -1

    def _read_outside(self, text: str, at: int, offset: int) -> int:
        """Read one token; answers where it ends."""
        if not self._is_begun:
            if space := _SPACES.match(text, at):
                self._put(space[0], offset + at, _STRUCTURE)
                return space.end()
            self._is_begun = True
            self._is_plain = text[at] not in _BEGINS_JSON
            if self._is_plain:
                return self._read_plain(text, at, offset)
        if scalar := _SCALAR_RUN.match(text, at):
            self._put_scalar(scalar[0], offset + at)
            return scalar.end()
        self._scalar = -1
        if punctuation := _PUNCTUATION.match(text, at):
            self._put(punctuation[0], offset + at, _STRUCTURE)
            return punctuation.end()
        self._is_in_string = True
        self._put('"', offset + at, _STRUCTURE)
        return at + 1

    def _read_plain(self, text: str, at: int, offset: int) -> int:
        self._put(text[at:], offset + at, _STRING)
        return len(text)

    def _read_string(self, text: str, at: int, offset: int) -> int:
        """Read up to an escape, or one escape; answers where it ends, `at` for half of one."""
        if literal := _LITERAL_RUN.match(text, at):
            self._put(literal[0], offset + at, _STRING)
            return literal.end()
        if text[at] == '"':
            self._is_in_string = False
            self._put('"', offset + at, _STRUCTURE)
            return at + 1
        escape = _ESCAPE.match(text, at)
        if escape is None:
            if not self._is_ended and _HALF_ESCAPE.fullmatch(text, at):
                return at
            self._put("\\", offset + at, _STRING)
            return at + 1
        stop = escape.end()
        if escape[1]:
            character = _ESCAPED[escape[1]]
        else:
            code = int(escape[2], 16)
            if 0xD800 <= code < 0xDC00:
                if low := _LOW.match(text, stop):
                    code = 0x10000 + (code - 0xD800) * 0x400 + int(low[1], 16) - 0xDC00
                    stop = low.end()
                elif not self._is_ended and _HALF_LOW.fullmatch(text, stop):
                    return at
            character = chr(code)
        self._put_one(character, offset + at, offset + stop)
        return stop

    # --- writing, in step: data, chars, kinds, starts, ends

    def _put(self, text: str, offset: int, kind: int) -> None:
        """Characters that stand for themselves."""
        data, chars, vanished = self._fold.add(text)
        size = self._size
        self._append(data, chars, kind)
        if not vanished:
            self._starts.extend(range(offset, offset + len(text)))
            self._ends.extend(range(offset + 1, offset + len(text) + 1))
            return
        self._vanished += [size + index - order for order, index in enumerate(vanished)]
        self._lost += [text[index] for index in vanished]
        gone = set(vanished)
        kept = [offset + index for index in range(len(text)) if index not in gone]
        self._starts.extend(kept)
        self._ends.extend(place + 1 for place in kept)

    def _put_one(self, character: str, start: int, end: int) -> None:
        """A character that is written as an escape."""
        data, chars, _ = self._fold.add(character)
        if data:
            self._append(data, chars, _STRING)
            self._starts.append(start)
            self._ends.append(end)
        else:
            self._vanished.append(self._size)
            self._lost.append(character)

    def _append(self, data: bytes, chars: str, kind: int) -> None:
        self._size += len(data)
        self._fresh_data.append(data)
        self._fresh_chars.append(chars)
        self._kinds += bytes((kind,)) * len(data)

    def _put_scalar(self, text: str, offset: int) -> None:
        size = self._size
        if self._scalar < 0:
            self._scalar = size
        # Not folded: only ASCII ends a scalar, so only ASCII may look as if it did.
        text = _NOT_ASCII.sub(OTHER, text)
        spill = self._scalar + SCALAR_MOST
        room = max(0, spill - size)
        self._put(text[:room], offset, _SCALAR)
        if len(text) > room:
            self._put(text[room:], offset + room, _SPILLED)
            if size <= spill:
                self._spills.append(self._scalar)

    # --- the way back

    def drop(self, upto: int) -> None:
        count = upto - self.base
        self.data = self.data[count:]
        self.chars = self.chars[count:]
        del self._kinds[:count]
        del self._starts[:count]
        del self._ends[:count]
        if self._vanished:
            passed = bisect_right(self._vanished, upto)
            del self._vanished[:passed]
            del self._lost[:passed]
        self.base = upto

    def raw(self, position: int) -> int:
        index = position - self.base
        if index < len(self._starts):
            return self._starts[index]
        return self.total - len(self._half)

    def raw_end(self, position: int) -> int:
        return self._ends[position - 1 - self.base]

    # --- masking

    def edits(
        self, start: int, end: int, type_name: str, *, is_new: bool, text: str | None = None
    ) -> list[Edit]:
        label = f"[{type_name}]"
        if text is not None and self.is_whole(start, end):
            label = text if self._is_plain else json.dumps(text, ensure_ascii=False)[1:-1]
        edits = []
        while start < end:
            kind, stop = self._cell(start, end)
            if kind != _STRUCTURE:
                goes_on = not is_new and self._is_inside(start)
                shown = f'"{label}"' if kind in (_SCALAR, _SPILLED) else label
                first = self.raw_end(start) if goes_on else self.raw(start)
                edits.append(Edit(first, self.raw_end(stop), "" if goes_on else shown, type_name))
            is_new = False
            start = stop
        return edits

    def is_whole(self, start: int, end: int) -> bool:
        kind, stop = self._cell(start, end)
        return stop == end and kind != _STRUCTURE

    def value(self, start: int, end: int) -> str:
        chars = self.chars[start - self.base : end - self.base]
        return with_lost(chars, start, self._vanished, self._lost)

    def read(self, start: int, end: int) -> bytes:
        low, high = start - self.base, end - self.base
        data = bytearray(only_spaces(self.data[low:high], self.chars[low:high]))
        # An escape is a space to who reads the JSON, and none to who shows it as it is.
        for space in _SPACE.finditer(data):
            index = low + space.start()
            if self._ends[index] - self._starts[index] > 1:
                data[space.start()] = ord(OTHER)
        return bytes(data)

    def _cell(self, start: int, end: int) -> tuple[int, int]:
        """The kind of text at a position, and up to where it goes on."""
        kind = self._kinds[start - self.base]
        run = _SAME[kind].match(self._kinds, start - self.base, end - self.base)
        return kind, self.base + (run.end() if run else 0)

    def _is_inside(self, position: int) -> bool:
        """Whether the character before belongs to the same string or scalar."""
        index = position - self.base
        return index > 0 and self._kinds[index - 1] != _STRUCTURE

    def _scalar_start(self, position: int) -> int:
        index = position - self.base
        while index and self._kinds[index - 1] == _SCALAR:
            index -= 1
        return index + self.base

    def _is_spilled(self, start: int) -> bool:
        index = start + SCALAR_MOST - self.base
        if start < self.base:
            return True  # only of these is the beginning forgotten
        cell = self._kinds[index - SCALAR_MOST : index + 1]
        return len(cell) > SCALAR_MOST and cell[-1] == _SPILLED and _STRUCTURE not in cell

    def steady(self, limit: int) -> int:
        """A scalar is masked as a whole, so it is settled as a whole, up to SCALAR_MOST."""
        index = limit - self.base
        if not index or self._kinds[index - 1] != _SCALAR:
            return limit
        goes_on = self._scalar >= 0 if limit == self._size else self._kinds[index] == _SCALAR
        return self._scalar_start(limit) if goes_on else limit

    def placed(self, found: list[Match], limit: int) -> int:
        """A match that reaches into a scalar must wait for that scalar's end."""
        if self._scalar < 0 or self._is_spilled(self._scalar):
            return limit
        return min((match.start for match in found if match.end > self._scalar), default=limit)

    def forced(self, limit: int) -> list[Match]:
        found = []
        while self._spills and self._spills[0] < limit:
            start = self._spills.pop(0)
            end = self.base + end_of_run(_SPILL, self.data, start - self.base)
            found.append(Match(start, end, _SPILL_RANK, "SECRET", _SPILL))
        return found

    def widened(self, found: list[Match]) -> list[Match]:
        return [self._widened(match) for match in found]

    def _widened(self, match: Match) -> Match:
        start, end = match.start, match.end
        if self._kinds[start - self.base] == _SCALAR:
            start = self._scalar_start(start)
        if self._kinds[end - 1 - self.base] == _SCALAR:
            _, end = self._cell(end - 1, self._size)
        return match._replace(start=start, end=end)

    def reached(self, end: int) -> int:
        if 0 <= self._scalar < end and not self._is_spilled(self._scalar):
            return self._scalar
        if self._kinds[end - 1 - self.base] == _SCALAR:
            return self._cell(end - 1, self._size)[1]
        return end
