"""The automaton of a list finds what a look at each word finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from extproc.core.masking.words import WordList, word_list

WORDS = frozenset({b"Ann", b"Anna", b"Annabel", b"Bo", b"Bob", b"Robert"})
LIST = WordList(WORDS)


def found(text: bytes, start: int = 0) -> list[tuple[int, int]]:
    spans = []
    while (span := LIST.search(text, start))[1] >= 0:
        spans.append(span)
        start = span[1]
    return spans


@given(st.lists(st.sampled_from([*sorted(WORDS), b"A", b"a", b" ", b"-", b"1", b"_", b"\x9f"])))
def test_it_finds_whole_words(parts: list[bytes]) -> None:
    text = b"".join(parts)
    assert found(text) == [
        match.span() for match in re.finditer(rb"[A-Za-z0-9_]+", text) if match[0] in WORDS
    ]


def test_it_looks_before_where_it_starts() -> None:
    assert found(b"Bob Ann", 1) == [(4, 7)]
    assert found(b"xBob", 1) == []


def test_those_who_ask_for_the_same_share_one() -> None:
    assert word_list(frozenset(WORDS)) is word_list(frozenset(sorted(WORDS)))
