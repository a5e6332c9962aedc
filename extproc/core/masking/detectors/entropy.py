"""Does a string look as if a machine had chosen it?"""

from __future__ import annotations

import math
import re
from collections import Counter

_KINDS = (re.compile(rb"[a-z]"), re.compile(rb"[A-Z]"), re.compile(rb"[0-9]"))
_STRETCH = re.compile(rb"[a-z]+|[A-Z]+|[0-9]+")


def entropy(text: bytes) -> float:
    """Bits a character, by how often each occurs (Shannon)."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values())


def is_random(text: bytes, least: float) -> bool:
    """At least `least` bits a character, and digits among letters, as words do not have."""
    has_digit = _KINDS[2].search(text) is not None
    has_letter = _KINDS[0].search(text) is not None or _KINDS[1].search(text) is not None
    return has_digit and has_letter and entropy(text) >= least


def turns(text: bytes) -> float:
    """How often small letters, capitals and digits take turns, of once a character.

    About 0.6 where a machine chose among all three, 0.4 where among two, 0.1 in identifiers.
    """
    stretches = _STRETCH.findall(text)
    return (len(stretches) - 1) / max(1, sum(map(len, stretches)) - 1)
