"""What a detector is: data that one engine runs."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from typing import NamedTuple

import msgspec

DEFAULT = frozenset({"default", "structured", "strict"})
"""Personal data that its form gives away."""
NAMES = frozenset({"default", "strict"})
"""Personal data that is made of words: `structured` leaves it."""
SECRETS = frozenset({"default", "structured", "strict", "secrets"})
"""Credentials are looked for in every profile."""
STRICT = frozenset({"strict"})
"""Detectors that would rather mask too much."""

PROFILES = DEFAULT | SECRETS | STRICT
CONTEXT = 64
"""Characters before a candidate that a detector may look at."""

Validate = Callable[[bytes, int, int], int]
"""(view, start, end) of what the pattern matched to the end of the value, 0 when it is none."""


def accept(view: bytes, start: int, end: int) -> int:
    return end


class Reach(enum.Enum):
    """How a match lies around its anchor."""

    HEAD = "head"
    """It begins where the anchor begins."""
    BEHIND = "behind"
    """It begins earlier: walk back from the anchor's start over `back`."""
    GROUPS = "groups"
    """It may begin at any group of digits in the run of digits around the anchor."""
    WORDS = "words"
    """It may begin where the anchor begins, or at one of a few words before it on the line that
    begin with a capital letter or a digit.
    """


class Run(msgspec.Struct, frozen=True):
    """What goes on being masked behind a match, however long it is.

    The match has decided; the run only says how far. So a key of a megabyte needs no memory.
    """

    pattern: re.Pattern[bytes]
    """A repeat that may match nothing."""
    unit: int = 1
    """The most bytes that one turn of the repeat needs."""


class Detector(msgspec.Struct, frozen=True):
    """One way to find one type. `pattern` decides, the rest is there to find it fast."""

    type: str
    anchor: str
    """A short Hyperscan expression that is part of every match."""
    pattern: re.Pattern[bytes]
    """Bounded. Its first group, when there is one, is the value; else all of it is.
    Look-behind up to CONTEXT; look-ahead only at the end."""
    validate: Validate = accept
    run: Run | None = None
    reach: Reach = Reach.HEAD
    back: bytes = b""
    """With BEHIND: the bytes to walk back over."""
    back_most: int = 0
    """With BEHIND: how many of them."""
    profiles: frozenset[str] = DEFAULT
    digits: int = 0
    """With GROUPS: the fewest digits that a match has."""
    cues: frozenset[bytes] = frozenset()
    """With GROUPS: words of which one must stand before the number, see `number.is_cued`."""
    words: frozenset[bytes] = frozenset()
    """The anchor, when there are any: capitalised words, a list too long for an expression."""
    then: bytes = b""
    """With `words`: what stands right behind the word, or nothing is tried."""
    links: frozenset[bytes] = frozenset()
    """With WORDS: small words that may stand between the capitalised ones."""
    holds_lead: bool = False
    """A stream is held from where the pattern begins. Else from where the value, its first group,
    begins, and what leads to it is looked up backwards: right unless words of prose can be the
    value, which would all be held.
    """


class Match(NamedTuple):
    """`view[start:end]` is sensitive. Positions count from the stream's start."""

    start: int
    end: int
    rank: int
    """The lower, the stronger the type."""
    type: str
    run: Run | None = None
