"""Check digits: the arithmetic that several kinds of numbers share."""

from __future__ import annotations

from collections.abc import Sequence

# Verhoeff: products in the dihedral group of order ten, and the permutation of each place.
_PRODUCT = [
    [(a + b) % 5 if b < 5 else 5 + (a + b) % 5 for b in range(10)]
    if a < 5
    else [5 + (a - b) % 5 if b < 5 else (a - b) % 5 for b in range(10)]
    for a in range(10)
]
_STEP = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def weighted(digits: bytes, weights: Sequence[int]) -> int:
    """The sum of each ASCII digit times its weight; digits without a weight do not count."""
    return sum((digit - 48) * weight for digit, weight in zip(digits, weights, strict=False))


def verhoeff(digits: bytes) -> bool:
    """Whether the last digit is Verhoeff's check digit of those before it."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        value = digit - 48
        for _ in range(place % 8):
            value = _STEP[value]
        check = _PRODUCT[check][value]
    return check == 0


def mod11_10(digits: bytes) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7064 mod 11,10."""
    product = 10
    for digit in digits[:-1]:
        product = ((product + digit - 48) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == digits[-1] - 48


_VALUES = {48 + value: value for value in range(10)} | {
    65 + value: 10 + value for value in range(26)
}
_VALUES[ord("<")] = 0


def icao(text: bytes) -> int:
    """The check digit of ICAO 9303: weights 7, 3, 1; letters count from 10, fillers 0."""
    return sum(_VALUES[byte] * (7, 3, 1)[place % 3] for place, byte in enumerate(text)) % 10


def is_date(year: int, month: int, day: int) -> bool:
    """Whether a date in a number can be one; `year` may be of the century, 0-99."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return day <= longest and year >= 0
