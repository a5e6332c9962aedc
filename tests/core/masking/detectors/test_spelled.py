"""Digits spelled in words: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

SIXTEEN = "four " + "one " * 14 + "one"

CASES: list[Case] = [
    ("a security number", "SSN: one two three four five six seven eight nine.", "SSN: [SSN]."),
    ("hyphens", "ssn one-two-three-four-five-six-seven-eight-nine", "ssn [SSN]"),
    ("a card", f"card number: {SIXTEEN}", "card number: [CREDIT_CARD]"),
    ("a telephone", "call me at five five five, one two oh four", "call me at [PHONE]"),
    ("no cue", "one two three four five six seven eight nine", None),
    ("too few", "call me at one two three", None),
    ("no card", f"card number: {SIXTEEN[:-3]}two", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
