"""Does a string look as if a machine had chosen it?"""

from __future__ import annotations

import math
import re
from collections import Counter

_KINDS = (re.compile(rb"[a-z]"), re.compile(rb"[A-Z]"), re.compile(rb"[0-9]"))


def entropy(text: bytes) -> float:
    """Bits a character, by how often each occurs (Shannon)."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values())


def is_random(text: bytes, least: float) -> bool:
    """At least `least` bits a character, and digits among letters, as words do not have."""
    has_digit = _KINDS[2].search(text) is not None
    has_letter = _KINDS[0].search(text) is not None or _KINDS[1].search(text) is not None
    return has_digit and has_letter and entropy(text) >= least
