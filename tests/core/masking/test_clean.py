"""What one look at many texts calls clean holds no finding."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from extproc.core.masking import Masker

MASKER = Masker("default", terms=["Project Blue"])
PIECES = [
    "jo@example.com", "4111 1111 1111 1111", "hello", "world ", "call 415 555 0100", " tel: ",
    "(415) 555-0100", "192.168.3.4", "v1.2.3.4", "sk-abcdefghij1234567890ABCD", "eyJhbGciOiJ9",
    ".eyJzdWIiOiIxIn0.", "abcdefghijk", "-----BEGIN PRIVATE KEY-----", "DE89370400440532013000",
    "078-05-1120", "password=", "hunter2!Xy9", "\n", "@", " example.com", "AKIA", "Project ",
    "Blue",
    "IOSFODNN7EXAMPLE", " 12", "34", "5678", "::1", "2001:db8::ff00:42:8329", "max_tokens", "key: ",
    "é", "\u200b", '"', "{", "\\n",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_no_finding_is_in_a_text_that_is_called_clean(texts: list[str]) -> None:
    for text in MASKER.clean(texts):
        assert MASKER.mask(text)[1] == []


def test_the_words_of_a_dialect_are_clean() -> None:
    words = ["max_tokens", "prompt_tokens", "completion_tokens", "role", "user", "Hello there."]
    assert sorted(MASKER.clean(words)) == sorted(words)
    assert sorted(MASKER.clean(words)) == sorted(words), "also when they are known"


def test_with_patterns_of_ones_own_nothing_is_taken_for_clean() -> None:
    masker = Masker("default", patterns=[("BADGE", "B-[0-9]{4}")])
    assert masker.clean(["hello"]) == []
