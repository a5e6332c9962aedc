"""No validator raises on anything that its own pattern matches: that would refuse a whole body."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extproc.core.masking import detectors
from extproc.core.masking.detectors.detector import Detector, accept

_LOOKS = re.compile(rb"\(\?<?[!=](?:\[[^\]]*\]|\\.|[^()\[\\])*\)")
# What a pattern wants to see behind a match (`(?=`) Hypothesis does not make by chance.
JUDGED = [
    detector
    for detector in detectors.DETECTORS
    if detector.validate is not accept and b"(?=" not in _LOOKS.sub(b"", detector.pattern.pattern)
]


@pytest.mark.parametrize("number", range(len(JUDGED)))
@settings(max_examples=20, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_validator_judges_whatever_its_pattern_matches(number: int, data: st.DataObject) -> None:
    detector: Detector = JUDGED[number]
    # What stands around a match is left out: Hypothesis makes the match alone.
    bare = re.compile(_LOOKS.sub(b"", detector.pattern.pattern), detector.pattern.flags)
    text = b" " + data.draw(st.from_regex(bare, fullmatch=True)) + b" "
    match = detector.pattern.match(text, 1)
    if match is not None:
        start, end = match.span(1 if match.re.groups else 0)
        assert 0 <= detector.validate(text, start, end) <= len(text)
