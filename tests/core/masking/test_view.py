"""The view: one byte for one character, the same for every cut, and a way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.masking.view import VANISHED_MOST, PlainView, fold

odd = st.text(st.sampled_from("ab1@ é１＠\u200b\u0301\u00ad東🙂\ud83d\u2011٣…Ж"), max_size=60)


def view_of(*pieces: str) -> PlainView:
    view = PlainView()
    for piece in pieces:
        view.add(piece)
    return view


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("plain ASCII\n", b"plain ASCII\n"),
        ("ｆｕｌｌ＠１２", b"full@12"),
        ("é Ü ñ Å", b"e U n A"),
        ("e\u0301", b"e"),
        ("٣ ५ 𝟗", b"3 5 9"),
        ("\u00a0\u2003\u3000", b"   "),
        ("\u2010\u2011\u2013\u2014\u2212", b"-----"),
        ("a\u200b\u2060\ufeff\u00adb", b"ab"),
        ("。", b"."),
        ("🙂…\ud83d", b"\x1a\x1a\x1a"),
    ],
)
def test_characters_fold_to_what_they_stand_for(text: str, folded: bytes) -> None:
    assert fold(text) == folded


def test_other_letters_keep_apart_scripts_with_and_without_spaces() -> None:
    assert all(0x80 <= byte < 0xC0 for byte in fold("жωß"))
    assert all(byte >= 0xC0 for byte in fold("東かไ"))
    assert fold("Ж") == fold("ж")


@given(odd, st.integers(0, 60), st.integers(0, 60))
def test_the_view_of_pieces_is_the_view_of_the_whole(text: str, one: int, two: int) -> None:
    low, high = sorted((one, two))
    whole, pieces = view_of(text), view_of(text[:low], text[low:high], text[high:])
    assert (pieces.data, pieces.chars, pieces.total) == (whole.data, whole.chars, whole.total)
    for position in range(len(whole.data) + 1):
        assert pieces.raw(position) == whole.raw(position)


@given(odd, st.integers(0, 60))
def test_each_position_leads_back_to_its_character(text: str, dropped: int) -> None:
    view = view_of(text)
    chars = view.chars
    dropped = min(dropped, len(chars))
    view.drop(dropped)
    for position in range(dropped, len(chars)):
        assert text[view.raw(position)] == chars[position]
        assert view.raw_end(position + 1) == view.raw(position) + 1
    assert view.raw(len(chars)) == len(text)


def test_not_everything_vanishes() -> None:
    view = view_of(*["\u200b" * 7] * 100)
    assert view.total == 700
    assert len(view.data) == 700 - VANISHED_MOST
