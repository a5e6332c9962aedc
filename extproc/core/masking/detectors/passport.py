"""Passports: their number behind its name, and the machine-readable lines.

A number has six to ten characters, of which at least five are digits, and eight to ten when it
has no letter; dates are none. The lines are those of ICAO 9303, two of 44 (passport), two of 36
(visa, older cards) or three of 30 characters (cards): a line with the check digits of number,
birth and expiry, and one that begins P, I, A, C or V and has fillers.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.checksum import icao
from extproc.core.masking.detectors.cue import digits_of, named
from extproc.core.masking.detectors.detector import Detector, Reach
from extproc.core.masking.view import WORD

_NUMBER = "(?:[A-Z]{1,3}-?|(?-i:[A-Z]{1,3}) )?[0-9](?:[A-Z0-9]| ?[0-9]){4,9}"
_DATE = re.compile(rb"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])$")


def _number(view: bytes, start: int, end: int) -> int:
    value = view[start:end].translate(None, b" -")
    digits = len(digits_of(value))
    if _DATE.match(value) or len(value) > 10:
        return 0
    least = 8 if digits == len(value) else 5
    return end if digits >= least else 0


def _dated(view: bytes, start: int, end: int) -> int:
    """The line of a passport or visa: number, country, birth, sex, expiry."""
    line = view[start:end]
    parts = ((line[0:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]))
    return end if all(icao(part) == check - 48 for part, check in parts) else 0


def _carded(view: bytes, start: int, end: int) -> int:
    """The second of three lines: birth, sex, expiry, country."""
    line = view[start:end]
    parts = ((line[0:6], line[6]), (line[8:14], line[14]))
    return end if all(icao(part) == check - 48 for part, check in parts) else 0


def _named(view: bytes, start: int, end: int) -> int:
    """The line of a passport or visa that has the name."""
    return end if end - start in (36, 44) else 0


def _numbered(view: bytes, start: int, end: int) -> int:
    """The first of three lines: kind, country, number."""
    return end if icao(view[start + 5 : start + 14]) == view[start + 14] - 48 else 0


_LINE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_START = rb"(?<![" + WORD + rb"<])"
_END = rb"(?![" + WORD + rb"<])"
_DATES = "[0-9]{6}[0-9][MFX<][0-9]{6}[0-9]"

DETECTORS = (
    named(
        "PASSPORT",
        "passports?|passeport|pasaporte|passaporto?|paspoort|reisepass|passnummer|pass-nr",
        _NUMBER,
        _number,
    ),
    Detector(
        "PASSPORT",
        _DATES,
        re.compile(
            _START
            + b"[A-Z0-9<]{9}[0-9][A-Z<]{3}"
            + _DATES.encode()
            + b"[A-Z0-9<]{8}(?:[A-Z0-9<]{8})?"
            + _END
        ),
        _dated,
        reach=Reach.BEHIND,
        back=_LINE,
        back_most=13,
    ),
    Detector(
        "PASSPORT",
        _DATES,
        re.compile(_START + _DATES.encode() + b"[A-Z<]{3}[A-Z0-9<]{11}[0-9]" + _END),
        _carded,
    ),
    Detector(
        "PASSPORT",
        "[A-Z]<<[A-Z]{2}",
        re.compile(_START + b"[PV][A-Z<][A-Z<]{3}[A-Z<]{31,39}" + _END),
        _named,
        reach=Reach.BEHIND,
        back=_LINE,
        back_most=44,
    ),
    Detector(
        "PASSPORT",
        "[A-Z0-9<]<<<<<<<[<0-9]",
        re.compile(_START + b"[IAC][A-Z<][A-Z<]{3}[A-Z0-9<]{9}[0-9][A-Z0-9<]{15}" + _END),
        _numbered,
        reach=Reach.BEHIND,
        back=_LINE,
        back_most=30,
    ),
)
