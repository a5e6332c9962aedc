"""Driving licences: their number behind its name, and the British form alone.

States write them differently: up to five letters, then digits, perhaps in groups, perhaps with
letters among them. At least five of six to eighteen characters are digits, and seven when there
is no letter. The British number (DVLA) is five letters of the surname filled with 9, a decade,
a month, to which a woman's adds 50, a day, a year, initials or 9, and three characters.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.cue import digits_of, named
from extproc.core.masking.detectors.detector import Detector
from extproc.core.masking.view import WORD

_LICENSE = "DRIVER_LICENSE"
_NUMBER = "(?:[A-Z]{1,5}-?|(?-i:[A-Z]{1,5}) )?[0-9](?:-?[A-Z0-9]| [0-9]){4,19}"
_LETTER = re.compile(rb"[A-Za-z]")
_DATE = re.compile(rb"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])$")
_BRITISH = (
    rb"(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999)[0-9](?:[05][1-9]|[16][0-2])"
    rb"(?:0[1-9]|[12][0-9]|3[01])[0-9][A-Z9]{2}[0-9A-Z]{3}"
)


def _number(view: bytes, start: int, end: int) -> int:
    value = view[start:end].translate(None, b" -")
    if not 6 <= len(value) <= 18 or _DATE.match(value):
        return 0
    least = 5 if _LETTER.search(value) else 7
    return end if len(digits_of(value)) >= least else 0


DETECTORS = (
    named(
        _LICENSE,
        "driv(?:er|ing).{0,3}(?:licen|permit)|permis de conduire|fuhrerschein|fahrerlaubnis"
        "|patente di guida|(?:carnet|licencia|permiso) de condu|rijbewijs|k.rkort|prawo jazdy",
        _NUMBER,
        _number,
    ),
    named(
        _LICENSE,
        "licen[cs]e[ _-]?(?:num|#)",
        _NUMBER,
        _number,
        words="dln?|licen[cs]e[ _-]?(?:no|id)",
        gap=12,
    ),
    Detector(
        _LICENSE,
        "[A-Z]{2}[A-Z9]{3}[0-9]{6}[A-Z9]{2}",
        re.compile(rb"(?<![" + WORD + rb"])" + _BRITISH + rb"(?![" + WORD + rb"])"),
    ),
)
