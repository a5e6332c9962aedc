"""Which tail of a text could still become part of a match?

A tail is *live* when it is a prefix of something that a pattern matches. To find the longest
live tail, read the text backwards: from each pattern's parse tree comes an expression for all
prefixes of its matches, reversed. All of them in one alternation, matched by RE2 against the
reversed text, anchored at its start, longest match wanted: one call, linear, whatever the text.

For a sequence a1 a2 ... an, a reversed prefix is a reversed prefix of some ai followed by
a(i-1) ... a1, each reversed. For a repeat X{m,n} it is a reversed prefix of X followed by up to
n-1 whole X.

The expression may describe more than the prefixes (counts above LOOSE are taken as open,
look-behind and word boundaries are ignored): then text is held a little longer. It never
describes less. Therefore what cannot be described is refused with ValueError: back-references,
conditions, and a look-ahead of more than one character that is not a pattern's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import re2

LOOSE = 4
"""A higher upper count of a repeat is taken as open. To count would cost the automaton a state for
each, and so many for two that count side by side that they do not fit its memory: it would then
take a thousand times as long.
"""

EXACT = 70
"""The same where only long tails are looked at, seldom and with few patterns."""

_HEAVY = 5
"""States for each that is counted. A repeat that needs more is taken as open too."""

_ASKED = 2
"""So many of an open repeat are asked for, at most."""

_ALL = frozenset(range(256))
_CATEGORIES = {
    sre.CATEGORY_DIGIT: frozenset(b"0123456789"),
    sre.CATEGORY_SPACE: frozenset(b" \t\n\r\f\v"),
    sre.CATEGORY_WORD: frozenset(c for c in range(128) if chr(c).isalnum() or chr(c) == "_"),
}
_NOT_CATEGORIES = {
    sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
    sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
    sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
}
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_ZERO_WIDTH = (sre.AT, sre.ASSERT, sre.ASSERT_NOT)

Items = Any  # a parsed sequence: the standard library has no public type for it


@lru_cache(maxsize=512)
def parsed(pattern: re.Pattern[bytes]) -> Items:
    """Asked for several times while an engine is built, which clears this cache at its end."""
    return parser.parse(pattern.pattern, pattern.flags)


def _parts(pattern: re.Pattern[bytes]) -> tuple[Items, Items]:
    """The pattern's lead, all that stands before its first group, and the rest. The lead is empty
    where there is no group, or where that is a part of something else.
    """
    items = parsed(pattern)
    for index, (op, value) in enumerate(items):
        if op is sre.SUBPATTERN and value[0] == 1:
            return items[:index], items[index:]
    return items[:0], items


def lead_width(pattern: re.Pattern[bytes]) -> int:
    """How many bytes there may be before the value, the first group."""
    return int(_parts(pattern)[0].getwidth()[1])


def widths(pattern: re.Pattern[bytes]) -> tuple[int, int]:
    """The shortest and the longest match in bytes, the longest with its final look-ahead.

    The longest is a very large number when there is no limit.
    """
    items = parsed(pattern)
    least, most = items.getwidth()
    if len(items) and items[-1][0] in (sre.ASSERT, sre.ASSERT_NOT):
        most += items[-1][1][1].getwidth()[1]
    return int(least), int(most)


class _Reverser:
    """Writes RE2 expressions of reversed matches and of reversed prefixes of matches."""

    def __init__(self, flags: int, loose: int) -> None:
        self.ignore_case = bool(flags & re.IGNORECASE)
        self.dot_all = bool(flags & re.DOTALL)
        self.loose = loose
        self._written: dict[int, str] = {}
        """Nodes, by identity, that were written before: each is a part of many prefixes."""

    # --- single bytes

    def bytes_of(self, op: Any, value: Any) -> frozenset[int] | None:
        """The set of bytes that a one-byte node matches; None for any other node."""
        if op is sre.LITERAL:
            return self._cased({value})
        if op is sre.NOT_LITERAL:
            return _ALL - self._cased({value})
        if op is sre.ANY:
            return _ALL if self.dot_all else _ALL - {0x0A}
        if op is sre.IN:
            return self._class(value)
        return None

    def _class(self, members: Any) -> frozenset[int]:
        negated = False
        found: set[int] = set()
        for op, value in members:
            if op is sre.NEGATE:
                negated = True
            elif op is sre.LITERAL:
                found.add(value)
            elif op is sre.RANGE:
                found.update(range(value[0], value[1] + 1))
            elif value in _CATEGORIES:
                found |= _CATEGORIES[value]
            else:
                found |= _ALL - _CATEGORIES[_NOT_CATEGORIES[value]]
        cased = self._cased(found)
        return _ALL - cased if negated else cased

    def _cased(self, values: Iterable[int]) -> frozenset[int]:
        found = frozenset(values)
        if not self.ignore_case:
            return found
        text = bytes(sorted(found))
        return found | frozenset(text.lower()) | frozenset(text.upper())

    # --- whole matches, reversed

    def whole(self, items: Items) -> str:
        return "".join(self._whole_node(op, value) for op, value in reversed(items))

    def _whole_node(self, op: Any, value: Any) -> str:
        if type(value) is int:
            return self._written_node(op, value)
        text = self._written.get(id(value))
        if text is None:
            text = self._written[id(value)] = self._written_node(op, value)
        return text

    def _written_node(self, op: Any, value: Any) -> str:
        single = self.bytes_of(op, value)
        if single is not None:
            return _class_text(single)
        if op is sre.BRANCH:
            return _either(self.whole(branch) for branch in value[1])
        if op is sre.SUBPATTERN:
            return self._scoped(value).whole(value[3])
        if op is sre.ATOMIC_GROUP:
            return self.whole(value)
        if op in _REPEATS:
            least, most, body = value
            return _repeat(self.whole(body), least, most, _weight(body), self.loose)
        if op in _ZERO_WIDTH:
            return ""
        raise ValueError(f"{str(op).lower().replace('_', ' ')} cannot be looked for in a stream")

    # --- prefixes of matches, reversed; the empty prefix is always among them

    def prefix(self, items: Items, *, is_end: bool) -> str:
        text = ""
        last = len(items) - 1
        for index in range(last, -1, -1):
            op, value = items[index]
            here = self._prefix_node(op, value, is_end=is_end and index == last)
            text = _either((text + self._whole_node(op, value), here))
        return text

    def _prefix_node(self, op: Any, value: Any, *, is_end: bool) -> str:
        if self.bytes_of(op, value) is not None:
            return ""
        if op is sre.BRANCH:
            return _either(self.prefix(branch, is_end=is_end) for branch in value[1])
        if op is sre.SUBPATTERN:
            return self._scoped(value).prefix(value[3], is_end=is_end)
        if op is sre.ATOMIC_GROUP:
            return self.prefix(value, is_end=is_end)
        if op in _REPEATS:
            _, most, body = value
            fewer = most if most is sre.MAXREPEAT else most - 1
            before = _repeat(self.whole(body), 0, fewer, _weight(body), self.loose)
            return _either((self.prefix(body, is_end=False) + before, ""))
        if op in (sre.ASSERT, sre.ASSERT_NOT):
            direction, ahead = value
            if direction < 0 or ahead.getwidth()[1] <= 1:
                return ""
            if not is_end:
                raise ValueError("a look-ahead inside a pattern cannot be looked for in a stream")
            return self.prefix(ahead, is_end=False)
        return ""

    def _scoped(self, value: Any) -> _Reverser:
        _, added, removed, _ = value
        flags = re.IGNORECASE * self.ignore_case | re.DOTALL * self.dot_all
        scoped = (flags | added) & ~removed
        return self if scoped == flags else _Reverser(scoped, self.loose)


@lru_cache(maxsize=512)
def _class_text(values: frozenset[int]) -> str:
    """The values as a class of ranges."""
    if len(values) == 256:
        return r"[\x00-\xff]"
    ranges = []
    ordered = sorted(values)
    first = previous = ordered[0] if ordered else 0
    for value in [*ordered[1:], 999]:
        if value != previous + 1:
            ranges.append(rf"\x{first:02x}-\x{previous:02x}")
            first = value
        previous = value
    return f"[{''.join(ranges)}]"


def _either(options: Iterable[str]) -> str:
    unique = list(dict.fromkeys(options))
    if unique == [""]:
        return ""
    optional = "" in unique
    joined = "|".join(option for option in unique if option)
    return f"(?:{joined}){'?' if optional else ''}"


def _weight(items: Items) -> int:
    """About how many states a sequence needs."""
    total = 0
    for op, value in items:
        if op is sre.BRANCH:
            total += sum(_weight(branch) for branch in value[1])
        elif op is sre.SUBPATTERN:
            total += _weight(value[3])
        elif op in _REPEATS:
            _, most, body = value
            total += _weight(body) * (most if most <= EXACT else 1)
        elif op not in _ZERO_WIDTH:
            total += 1
    return total


def _repeat(body: str, least: int, most: Any, weight: int, loose: int) -> str:
    if most == 0 or not body:
        return ""
    if most is sre.MAXREPEAT or most > loose or most * weight > loose * _HEAVY:
        # It is still asked for: else a sign between two words would be live without the first.
        return f"(?:{body}){{{min(least, _ASKED)},}}" if least else f"(?:{body})*"
    return f"(?:{body}){{{least},{most}}}"


def reversed_prefixes(
    pattern: re.Pattern[bytes], *, of_value: bool = False, loose: int = LOOSE
) -> str:
    """An RE2 expression that matches the reverse of every prefix of every match, or of the value
    in every match.

    Raises ValueError for what cannot be described.
    """
    items = parsed(pattern)
    if of_value:
        _, items = _parts(pattern)
    return _Reverser(pattern.flags, loose).prefix(items, is_end=True)


class LiveTail:
    """The longest live tail of a text, for a set of patterns."""

    def __init__(
        self,
        patterns: Iterable[re.Pattern[bytes]],
        values: Iterable[re.Pattern[bytes]] = (),
        loose: int = LOOSE,
    ) -> None:
        """Of `values` only the value is live, the first group: what leads to it is looked up
        backwards when the value is there.
        """
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.longest_match = True
        options.never_capture = True
        options.log_errors = False
        options.max_mem = 32 << 20
        expression = _either(
            (
                *(reversed_prefixes(pattern, loose=loose) for pattern in patterns),
                *(reversed_prefixes(pattern, of_value=True, loose=loose) for pattern in values),
            )
        )
        # The class, not `re2.compile`: that one's cache would keep the automaton for ever.
        self._match = re2._Regexp(expression.encode("latin-1"), options)._regexp.Match
        self._anchor = re2._Anchor.ANCHOR_START

    def length(self, text: bytes) -> int:
        """How many bytes at the text's end could be the beginning of a match.

        Raises MemoryError when RE2 cannot say.
        """
        _, end = self._match(self._anchor, text[::-1], 0, len(text))[0]
        if end < 0:
            # The empty tail always matches, so this is RE2 running out of memory.
            raise MemoryError("no answer from the live-tail automaton")
        return int(end)


WINDOW = 200
"""Bytes. Few patterns can be longer, so that no more is looked at for the others."""


def longest(tails: Iterable[LiveTail], text: bytes) -> int:
    """The longest of several, WINDOW at most. Raises MemoryError when RE2 cannot say."""
    backwards = text[: -WINDOW - 1 : -1]
    size = len(backwards)
    length = 0
    for tail in tails:
        _, end = tail._match(tail._anchor, backwards, 0, size)[0]
        if end < 0:
            # The empty tail always matches, so this is RE2 running out of memory.
            raise MemoryError("no answer from the live-tail automaton")
        if end > length:
            length = end
            if length == size:
                break
    return length
