"""The engine looks wherever a detector's pattern matches: no anchor is too narrow."""

from __future__ import annotations

import re

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from extproc.core.masking import detectors
from extproc.core.masking.detectors import url_encoded
from extproc.core.masking.detectors.detector import Detector, Reach, accept
from extproc.core.masking.engine import Engine, Scanner
from extproc.core.masking.view import PlainView

_LOOKS = re.compile(rb"\(\?<?[!=](?:\[[^\]]*\]|\\.|[^()\[\\])*\)")

# Detectors that share a pattern divide its matches among them, by their anchors.
BY_PATTERN: dict[re.Pattern[bytes], list[Detector]] = {}
for _detector in detectors.DETECTORS:
    if _detector.type == "IP_ADDRESS":
        continue  # its pattern also matches nobody's addresses, which have no anchor
    if _detector.reach is Reach.WORDS or _detector.words:
        continue  # what its anchor finds must be a known word, or stands behind the beginning
    BY_PATTERN.setdefault(_detector.pattern, []).append(
        msgspec.structs.replace(_detector, validate=accept, cues=frozenset())
    )
PATTERNS = list(BY_PATTERN)
_ENCODED = {detector.pattern for detector in url_encoded.DETECTORS}
SCANNERS = [Scanner(Engine(sharing)) for sharing in BY_PATTERN.values()]


# Always the same examples: a pattern also matches what only its validator knows to refuse.
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_what_a_pattern_matches_has_its_anchor(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(PATTERNS) - 1))
    # What stands around a match is left out: Hypothesis makes the match alone.
    bare = re.compile(_LOOKS.sub(b"", PATTERNS[index].pattern), PATTERNS[index].flags)
    text = b" " + data.draw(st.from_regex(bare, fullmatch=True)) + b" "
    match = PATTERNS[index].match(text, 1)
    assume(match is not None)
    assert match is not None
    # Fewer digits than the anchor asks for are refused by every validator.
    has_groups = any(
        detector.reach is Reach.GROUPS
        for sharing in SCANNERS[index].engine.anchored
        for detector in sharing
    )
    assume(not has_groups or sum(byte in b"0123456789" for byte in match[0]) >= 12)
    # And so is what is not encoded, where it should be.
    assume(b"%" in match[0] or PATTERNS[index] not in _ENCODED)
    view = PlainView()
    view.data = text
    view.chars = text.decode("latin-1")
    found = SCANNERS[index].matches(view, 0, len(text), [])
    start, end = match.span(1 if match.re.groups else 0)
    assert any(start <= hit.start < hit.end and hit.end >= end for hit in found)
