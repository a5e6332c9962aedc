"""Does a string look as if a machine had chosen it?"""

from __future__ import annotations

import math
import re
from collections import Counter

_DIGIT = re.compile(rb"[0-9]")
_LETTER = re.compile(rb"[A-Za-z]")
_HEX = re.compile(
    rb"(?:[0-9a-f]{20,}|[0-9A-F]{20,}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$"
)
_HEX_DIGITS = re.compile(rb"[0-9A-Fa-f-]+$")
_PIECE = re.compile(rb"[A-Za-z0-9]+")
_CAMEL = re.compile(rb"[A-Z]?[a-z]{3,}")
_BOTH_CASES = re.compile(rb"[A-Z].*[a-z]|[a-z].*[A-Z]")
_STRETCH = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def entropy(text: bytes) -> float:
    """Bits a character, by how often each occurs (Shannon)."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values())


def is_random(text: bytes, least: float) -> bool:
    """At least `least` bits a character, and digits among letters, as words do not have."""
    has_both = _DIGIT.search(text) is not None and _LETTER.search(text) is not None
    return has_both and entropy(text) >= least


def turns(text: bytes) -> float:
    """How often words and numbers take turns, of once a character.

    A word is of small letters, with a capital before them or not, or of capitals. About 0.4
    where a machine chose among letters and digits, 0.1 in identifiers.
    """
    stretches = _STRETCH.findall(text)
    return (len(stretches) - 1) / max(1, sum(map(len, stretches)) - 1)


def longest_piece(text: bytes) -> int:
    """Letters and digits in a row. Paths, versions and names of many words have few."""
    return max(map(len, _PIECE.findall(text)), default=0)


def is_wordy(text: bytes) -> bool:
    """`newClientKey25519`: mostly words, told by their capitals."""
    words = sum(map(len, _CAMEL.findall(text)))
    return words > len(text) / 2 and _BOTH_CASES.search(text) is not None


def is_hex(text: bytes) -> bool:
    """Hexadecimal digits, or a UUID."""
    return _HEX.match(text) is not None and _DIGIT.search(text) is not None


def is_token(text: bytes, least: int = 16) -> bool:
    """Hexadecimal, a UUID, or `least` characters that take turns as in no identifier.

    Fewer than 16 must take more turns.
    """
    if _HEX_DIGITS.match(text):
        return is_hex(text) and entropy(text) >= 2.8
    if len(text) < least or longest_piece(text) < least * 3 // 4 or entropy(text) < 3.0:
        return False
    often = turns(text)
    often_enough = 0.2 if len(text) >= 16 else 0.3
    if _DIGIT.search(text) is None:
        return len(text) >= 20 and often > 0.3
    return _LETTER.search(text) is not None and often > often_enough and not is_wordy(text)
