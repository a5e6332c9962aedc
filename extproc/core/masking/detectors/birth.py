"""Dates of birth: a date in any usual form close behind a word for birth.

With figures (1990-05-12, 12/05/1990, 12.5.90), with a month's name in one of six languages
before or behind the day (May 12, 1990; 12th of May 1990; 12 mai 1990), or as eight digits. A
year alone is none.

In `strict` a date needs no word: in a row of a table the word is in the table's head, if anywhere.
There it is a whole date with signs or a month's name, from 1900 on, without a time of day behind.
Two figures are a year only between slashes or hyphens.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.cue import named
from extproc.core.masking.detectors.detector import STRICT, Detector
from extproc.core.masking.view import WORD

_YEAR = "(?:1[89]|20)[0-9]{2}"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = "(?:0?[1-9]|1[0-2])"
_NAME = (
    "(?:jan|feb|fev|mar|mrt|apr|abr|avr|may|mai|maj|mei|mag|jun|juin|giu|jul|juil|lug|aug|aou|ago"
    "|sep|set|oct|okt|ott|nov|dec|dez|dic|ene|gen)[a-z\\x80-\\xbf]{0,7}"
)
_SHORT = f"(?:{_YEAR}|'?[0-9]{{2}})"
_DATES = (
    f"{_YEAR} ?[./-] ?{_MONTH} ?[./-] ?{_DAY}(?:T[0-9:.]{{5,12}}Z?)?",
    f"{_DAY} ?[./-] ?{_DAY} ?[./-] ?{_SHORT}",
    f"{_DAY}(?:st|nd|rd|th|er|\\.|o|a)?[ -]?(?:of |de |di )?(?:the )?"
    f"{_NAME}\\.?,?[ -]?(?:of |de |del )?{_SHORT}",
    f"{_NAME}\\.? {{0,2}}(?:the )?{_DAY}(?:st|nd|rd|th)?,? {{1,2}}{_YEAR}",
    f"{_YEAR},? {_NAME} {_DAY}",
    f"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])",
    f"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|[12][0-9]|3[01]){_YEAR}",
)
_NAMES = (
    "birth|b-?day|geboren|geburts|naissance|nacid[oa]|nacimiento|nascid[oa]|nascimento|nascita"
    "|geboorte|fodelse|f.dselsdato"
)
_WORDS = r"born|d\.?o\.?b\.?|geb\.|nee? (?:le|en|a)|nat[oa] (?:il|a|nel)|fodt"
_DATE = "(?:" + "|".join(_DATES) + ")"

_FULL = "(?:19|20)[0-9]{2}"
_SIGNED = (("-", f"(?:{_FULL}|[0-9]{{2}})"), ("/", f"(?:{_FULL}|[0-9]{{2}})"), ("\\.", _FULL))
_OF_ANY = (
    *(f"{_FULL}{sign}{_MONTH}{sign}{_DAY}" for sign in ("-", "/", "\\.")),
    *(f"{_DAY}{sign}{_DAY}{sign}{year}" for sign, year in _SIGNED),
    f"{_DAY}(?:st|nd|rd|th|\\.)?[ -](?:of |de )?{_NAME}\\.?,?[ -](?:de |del )?{_FULL}",
    f"{_NAME}\\.? {_DAY}(?:st|nd|rd|th)?,? {_FULL}",
)
_NO_TIME = rb"(?![" + WORD + rb"]|[./:-][0-9]|,? [0-9]{1,2}:[0-9])"

DETECTORS = (
    named("DATE_OF_BIRTH", _NAMES, _DATE, words=_WORDS, gap=40, across=True),
    named("DATE_OF_BIRTH", "", _DATE, words=r"b\.", gap=2),
    *(
        Detector(
            "DATE_OF_BIRTH",
            f"(?i){date}",
            re.compile(
                rb"(?i)(?<![" + WORD + rb"])(?<![0-9][./:-])" + date.encode("ascii") + _NO_TIME
            ),
            profiles=STRICT,
        )
        for date in _OF_ANY
    ),
)
