"""Digits spelled in English words behind a cue: `SSN: one two three ...`.

Nine behind a word for a social security number; twelve to nineteen that are a card's behind a
word for cards; seven to fifteen behind a word for telephones.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.card import CUES as CARD_CUES
from extproc.core.masking.detectors.card import is_card
from extproc.core.masking.detectors.detector import Detector, Validate
from extproc.core.masking.detectors.number import is_cued
from extproc.core.masking.detectors.phone import CUES as PHONE_CUES
from extproc.core.masking.detectors.ssn import CUES as SSN_CUES
from extproc.core.masking.view import WORD

_DIGITS = {
    word: value
    for value, words in enumerate(
        b"zero oh o,one,two,three,four,five,six,seven,eight,nine".split(b",")
    )
    for word in words.split()
}
_DIGIT = "(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_PATTERN = re.compile(
    f"(?i){_DIGIT}(?:[ ,.-]{{1,3}}(?:{_DIGIT}|o)){{6,18}}(?![A-Za-z0-9_])".encode()
)
_WORDS = re.compile(rb"[a-z]+")


def _spelled(cues: frozenset[bytes], accepts: Validate) -> Validate:
    def validate(view: bytes, start: int, end: int) -> int:
        words = _WORDS.findall(view[start:end].lower())
        digits = bytes(48 + _DIGITS[word] for word in words)
        return end if accepts(digits, 0, len(digits)) and is_cued(cues, view, start) else 0

    return validate


def _is_ssn(digits: bytes, _start: int, end: int) -> int:
    return end if end == 9 else 0


def _is_card(digits: bytes, _start: int, end: int) -> int:
    return end if is_card(digits) else 0


def _is_phone(digits: bytes, _start: int, end: int) -> int:
    return end if end <= 15 else 0


DETECTORS = tuple(
    Detector(
        type_name,
        f"(?i){_DIGIT}[ ,.-]{{1,3}}{_DIGIT}[ ,.-]{{1,3}}{_DIGIT}",
        re.compile(
            rb"(?<![" + WORD + rb"])" + _PATTERN.pattern.removeprefix(b"(?i)"), re.IGNORECASE
        ),
        _spelled(cues, accepts),
    )
    for type_name, cues, accepts in (
        ("SSN", SSN_CUES, _is_ssn),
        ("CREDIT_CARD", CARD_CUES, _is_card),
        ("PHONE", PHONE_CUES, _is_phone),
    )
)
