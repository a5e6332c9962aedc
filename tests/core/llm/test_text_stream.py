"""Plain text answers, in any pieces of bytes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extproc.core.decision import Unavailable
from extproc.core.llm import TextStream
from tests.core.llm.streams import CARD, EMAIL, cut, masked, the_masker

TEXT = f"é to {EMAIL}\r\n🙂 or {CARD}, thanks\n"


def pass_text(pieces: list[bytes]) -> tuple[bytes, dict[str, int]]:
    stream = TextStream(the_masker())
    output = b"".join([*map(stream.feed, pieces), stream.finish()])
    assert (stream.finish(), stream.held) == (b"", 0)
    return output, stream.findings


def test_every_cut_in_three() -> None:
    data = TEXT.encode()
    expected = (masked(TEXT).encode(), {"EMAIL": 1, "CREDIT_CARD": 1})
    for places in itertools.combinations(range(len(data) + 1), 2):
        assert pass_text(cut(data, *places)) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.integers(0, 200), max_size=5))
@settings(deadline=None)
def test_any_text(text: str, places: list[int]) -> None:
    data = text.encode()
    assert (
        pass_text(cut(data, *(min(place, len(data)) for place in places)))[0]
        == masked(text).encode()
    )


@pytest.mark.parametrize("data", [b"ok \xff", b"\xed\xa0\x80", b"\xc3(", b"ok \xc3"])
def test_what_is_not_utf8_is_not_passed(data: bytes) -> None:
    with pytest.raises(Unavailable):
        pass_text([data])
