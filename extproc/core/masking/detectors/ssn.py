"""United States social security numbers.

Three, two and four digits with hyphens, or with the same dot or underscore twice; behind
a cue also with spaces, slashes, nothing, two signs, or a sign between spaces, and as nine single
digits. Never issued: area 000, 666 and 900-999, group 00, serial 0000.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import Detector, Reach
from extproc.core.masking.detectors.number import ANCHOR, END, START, is_cued

_HYPHENS = rb"(?<![0-9]-)[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}"
_SIGNS = rb"[0-8][0-9]{2}(?:\.[0-9]{2}\.|_[0-9]{2}_)[0-9]{4}"
_LOOSE = rb"(?<![0-9]-)[0-8][0-9]{2}[ ._/-]{0,2}[0-9]{2}[ ._/-]{0,2}[0-9]{4}"
_APART = rb"[0-8](?:[ .-][0-9]){8}"
_WIDE = rb"[0-8][0-9]{2}(?: [._/-] [0-9]{2} [._/-] )[0-9]{4}"
CUES = frozenset({b"ssn", b"ssns", b"itin", b"tin", b"taxid", b"social security", b"tax id"})


def _issued(view: bytes, start: int, end: int) -> int:
    digits = view[start:end].translate(None, b" ._/-")
    never = digits[:3] in (b"000", b"666") or digits[3:5] == b"00" or digits[5:] == b"0000"
    return 0 if never else end


def _cued(view: bytes, start: int, end: int) -> int:
    return _issued(view, start, end) if is_cued(CUES, view, start) else 0


DETECTORS: tuple[Detector, ...] = (
    Detector("SSN", r"[0-9]{3}-[0-9]{2}-[0-9]{4}", re.compile(START + _HYPHENS + END), _issued),
    Detector(
        "SSN",
        "[0-9]{3}[._][0-9]{2}[._][0-9]{4}",
        re.compile(START + rb"(?<![0-9][./_])" + _SIGNS + END),
        _issued,
    ),
    Detector(
        "SSN",
        "[0-9]{3} [._/-] [0-9]{2} [._/-] [0-9]{4}",
        re.compile(START + _WIDE + END),
        _cued,
    ),
    # Who calls it so means one, although the area was never issued.
    Detector(
        "SSN",
        ANCHOR,
        re.compile(START + rb"(?<![0-9]-)[069][0-9]{2}-[0-9]{2}-[0-9]{4}" + END),
        reach=Reach.GROUPS,
        digits=9,
        cues=frozenset({b"ssn", b"ssns", b"social security"}),
    ),
    Detector(
        "SSN",
        ANCHOR,
        re.compile(START + rb"(?:" + _LOOSE + rb"|" + _APART + rb")" + END),
        _issued,
        reach=Reach.GROUPS,
        digits=9,
        cues=CUES,
    ),
)
