"""Names of persons all in capitals or all in small letters: only first and last name together.

- `MARIA LOPEZ`, `LOPEZ, MARIA`: both are known.
- `john smith`: one of the commonest first names, and a known surname behind it.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import NAMES, Detector
from extproc.core.masking.detectors.names import COMMON, FIRST, LAST, LAST_OR_WORD
from extproc.core.masking.detectors.person import END, START, is_surname

_CAPITALS = re.compile(
    START + rb"[A-Z]{3,15}+,? (?:[A-Z]\.? )?[A-Z]{2,20}+(?:[-'][A-Z]{2,20}+)?(?![A-Za-z0-9_(=:/\\])"
)
_SMALL_FIRST = (
    b"james|robert|michael|william|david|richard|joseph|thomas|charles|christopher|daniel"
    b"|matthew|anthony|steven|andrew|kenneth|joshua|kevin|brian|george|edward|timothy|jason"
    b"|jeffrey|jacob|nicholas|eric|jonathan|stephen|benjamin|samuel|patrick|alexander|peter"
    b"|henry|john|paul|mary|patricia|jennifer|linda|elizabeth|barbara|susan|jessica|sarah"
    b"|karen|nancy|lisa|margaret|sandra|ashley|emily|michelle|amanda|melissa|stephanie|rebecca"
    b"|laura|amy|anna|emma|maria|julia|jose|carlos|luis|juan|miguel|mohammed|muhammad|ahmed"
    b"|ali|fatima|priya|rahul|wei|ming|ivan|olga|giovanni|marco|pierre|hans"
)
_SMALL = re.compile(START + rb"(?:" + _SMALL_FIRST + rb") [a-z][a-z\x80-\xbf]{1,19}+" + END)


def _capitals(view: bytes, start: int, end: int) -> int:
    words = [word.title() for word in view[start:end].split(b" ") if len(word) > 2]
    first, last = words[0], words[-1]
    if first.endswith(b","):
        first, last = last, first[:-1]
    if first not in FIRST or (last in COMMON and last not in LAST_OR_WORD):
        return 0
    return end if is_surname(last) or last in LAST_OR_WORD else 0


def _small(view: bytes, start: int, end: int) -> int:
    last = view[start:end].rpartition(b" ")[2].title()
    return end if is_surname(last) and last not in COMMON else 0


DETECTORS = (
    Detector(
        "PERSON",
        "",
        _CAPITALS,
        _capitals,
        words=frozenset(word.upper() for word in FIRST | LAST),
        profiles=NAMES,
    ),
    Detector("PERSON", rf"\b(?:{_SMALL_FIRST.decode()}) [a-z]", _SMALL, _small, profiles=NAMES),
)
