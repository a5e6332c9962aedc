"""The live tail: every beginning of a match is live, and what cannot become one is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from extproc.core.masking import detectors
from extproc.core.masking.live import LiveTail, lead_width, reversed_prefixes, widths


@pytest.mark.parametrize(
    ("pattern", "text", "live"),
    [
        (rb"abc", b"xxab", 2),
        (rb"abc", b"xxabc", 3),
        (rb"abc", b"xxabx", 0),
        (rb"a[0-9]{2,4}b", b"za12", 3),
        (rb"a[0-9]{2,4}b", b"za12345", 0),
        (rb"a(?:bc|de)+f", b"abcded", 6),
        (rb"a(?:bc|de)+f", b"abcdec", 0),
        (rb"(?i)ab(?-i:c)d", b"aBc", 3),
        (rb"(?i)ab(?-i:c)d", b"aBC", 0),
        (rb"a.b", b"a\n", 0),
        (rb"(?s)a.b", b"a\n", 2),
        (rb"[^a]x", b"b", 1),
        (rb"(?<=z)ab\b", b"ab", 2),
        (rb"a(?![0-9]|-[0-9])", b"a-", 2),
        (rb"a{3,}b", b"c" + b"a" * 50, 50),
        (rb"(?:[0-9]{1,3}\.){3}[0-9]{1,3}", b"v=10.20.", 6),
    ],
)
def test_the_longest_beginning_of_a_match_is_live(pattern: bytes, text: bytes, live: int) -> None:
    assert LiveTail([re.compile(pattern)]).length(text) == live


@pytest.mark.parametrize("pattern", [rb"(a)b\1", rb"(a)?(?(1)b|c)", rb"a(?=bc)[a-z]{3}"])
def test_what_cannot_be_described_is_refused(pattern: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be looked for in a stream"):
        reversed_prefixes(re.compile(pattern))


PATTERNS = list(dict.fromkeys(detector.pattern for detector in detectors.DETECTORS))
TAILS = [LiveTail([pattern]) for pattern in PATTERNS]
_LOOKS = re.compile(rb"\(\?<?[!=](?:\[[^\]]*\]|\\.|[^()\[\\])*\)")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_beginning_of_a_detectors_match_is_live(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(PATTERNS) - 1))
    # What stands around a match is left out: Hypothesis makes the match alone.
    bare = re.compile(_LOOKS.sub(b"", PATTERNS[index].pattern), PATTERNS[index].flags)
    text = data.draw(st.from_regex(bare, fullmatch=True))
    assume(len(text) <= 300)
    for size in range(len(text) + 1):
        assert TAILS[index].length(b" " + text[:size]) >= size


def test_every_detector_is_bounded() -> None:
    for pattern in PATTERNS:
        assert widths(pattern)[1] < 5000, pattern.pattern


def test_of_a_value_what_leads_to_it_is_not_live() -> None:
    pattern = re.compile(rb"(?i)(?<![a-z])pass(?:word)?[ :=]{1,3}([a-z]{4,8}[0-9]?)(?![a-z])")
    assert lead_width(pattern) == 11
    assert LiveTail([pattern]).length(b"my password: hun") == 13
    tail = LiveTail([], [pattern])
    assert tail.length(b"my password: hun") == 3
    assert tail.length(b"my password: ") == 0
    assert tail.length(b"my password: hunter2!") == 0
