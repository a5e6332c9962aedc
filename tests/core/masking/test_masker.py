"""The masker as a whole: profiles, terms, patterns, JSON, and what happens when it cannot look."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from extproc.core.decision import Unavailable
from extproc.core.masking import Finding, Masker, StreamMasker, detectors
from extproc.core.masking.detectors.detector import PROFILES, Detector
from extproc.core.masking.engine import Engine, Scanner
from extproc.core.masking.view import PlainView
from tests.core.masking.pieces import fed

MIXED = "jo@example.com, 415-555-2671, AKIA" + "IOSFODNN7EXAMPLE, password = 'hunter22'"


# --- profiles


@pytest.mark.parametrize(
    ("profile", "types"),
    [
        ("default", ["EMAIL", "PHONE", "API_KEY", "PASSWORD"]),
        ("structured", ["EMAIL", "PHONE", "API_KEY", "PASSWORD"]),
        ("strict", ["EMAIL", "PHONE", "API_KEY", "PASSWORD"]),
        ("secrets", ["API_KEY", "PASSWORD"]),
    ],
)
def test_a_profile_chooses_the_types(profile: str, types: list[str]) -> None:
    assert [finding.type for finding in Masker(profile).find(MIXED)] == types


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown profile 'paranoid'"):
        Masker("paranoid")


def test_every_detector_is_of_a_known_type_and_profile() -> None:
    for detector in detectors.DETECTORS:
        assert detector.type in detectors.STRENGTH
        assert detector.profiles <= PROFILES
        assert "strict" in detector.profiles


def test_maskers_of_one_configuration_share_what_is_compiled() -> None:
    assert Masker()._scanner.engine is Masker()._scanner.engine


# --- findings


def test_offsets_are_characters_of_the_text_as_it_was() -> None:
    text = "日本 é 🙂 \ud83d jo@\u200bexample.com 🙂"
    masked, findings = Masker().mask(text)
    assert findings == [Finding("EMAIL", 9, 24)]
    assert text[9:24] == "jo@\u200bexample.com"
    assert masked == "日本 é 🙂 \ud83d [EMAIL] 🙂"


def test_a_text_without_findings_comes_back_as_it_was() -> None:
    for text in ("", "x", "all is well", "\ud83d\ude00\u200b\u0301"):
        assert Masker().mask(text) == (text, [])


# --- terms and patterns


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("the Zanzibar project", "the [TERM]"),
        ("ZANZIBAR PROJECT!", "[TERM]!"),
        ("zan\u200bzibar project", "[TERM]"),
        ("Zanzibar projects", "Zanzibar projects"),
        ("unzanzibar project", "unzanzibar project"),
        ("Müller, MULLER und Müllers", "[TERM], [TERM] und Müllers"),
        ("ωμέγα and Ωμέγα", "[TERM] and [TERM]"),
        ("東京タワーへ行く", "[TERM]へ行く"),
        ("東京タヲーへ行く", "東京タヲーへ行く"),
        ("c++, C++ and c+", "[TERM], [TERM] and c+"),
    ],
)
def test_terms_are_found_caseless_and_as_whole_words(text: str, masked: str) -> None:
    masker = Masker(terms=["Zanzibar Project", "Müller", "Ωμέγα", "東京タワー", "C++"])
    assert masker.mask(text)[0] == masked
    assert fed(masker.stream(), text)[0] == masked


def test_patterns_name_their_findings() -> None:
    masker = Masker(
        patterns=[("EMPLOYEE", r"\bEMP-\d{6}\b"), ("CASE", r"(?i)case [a-z]{2}\d{1,9}?x")]
    )
    text = "EMP-004217 and XEMP-004217, Case AB12x"
    assert masker.mask(text)[0] == "[EMPLOYEE] and XEMP-004217, [CASE]"
    assert masker.find("EMP-0042170") == []


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(?<=id )\d{4}", "lookbehind|invalid|look"),
        (r"(?=\d{4})\d+", "(?i)invalid|look"),
        (r"(\w)\1", "group"),
        (r"a+", "longer than 1024 characters; bound its repeats"),
        (r"a{1,1000}b{1,100}", "longer than 1024"),
        (r"a*", "empty"),
        (r"x?", "empty"),
        (r"[[:alpha:]]{3}", "POSIX"),
        (r"a{,3}b", "without a least count"),
        (r"é{3}", "outside ASCII"),
        (r"(", "parenthesis|missing"),
        (r"\pL{3}", "bad escape"),
    ],
)
def test_a_pattern_that_cannot_be_streamed_exactly_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Masker(patterns=[("THING", pattern)])


@pytest.mark.parametrize("type_name", ["thing", "", "A B", "É", "X]", "A" * 33])
def test_a_type_is_written_in_capitals(type_name: str) -> None:
    with pytest.raises(ValueError, match="is no type"):
        Masker(patterns=[(type_name, "abc")])


@pytest.mark.parametrize("term", ["", "  ", "\u200b", "x" * 1025])
def test_a_term_has_characters_and_not_too_many(term: str) -> None:
    with pytest.raises(ValueError, match="the term"):
        Masker(terms=[term])


def test_a_pattern_that_makes_others_backtrack_is_linear_here() -> None:
    masker = Masker(patterns=[("SLOW", r"(?:a|aa|a?a){1,200}b")])
    text = "a" * 3000
    assert masker.mask(text)[0] == text
    assert masker.mask(text + "b")[1][0].end == 3001


# --- JSON


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"to": "jo@example.com"}', '{"to": "[EMAIL]"}'),
        (r'{"to": "a\njo\u0040example.com"}', r'{"to": "a\n[EMAIL]"}'),
        (r'["\\jo@example.com\\"]', r'["\\[EMAIL]\\"]'),
        ('{"jo@example.com": 1}', '{"[EMAIL]": 1}'),
        ('{"card": 4111111111111111}', '{"card": "[CREDIT_CARD]"}'),
        ('{"card":-4111111111111111}', '{"card":"[CREDIT_CARD]"}'),
        ('[4111111111111111,"4111111111111111"]', '["[CREDIT_CARD]","[CREDIT_CARD]"]'),
        ('{"phone": 5551234567, "count": 5551234567}', '{"phone": "[PHONE]", "count": 5551234567}'),
        ('{"password": "s3cr3t-value", "ok": true}', '{"password": "[PASSWORD]", "ok": true}'),
        ("4111111111111111", '"[CREDIT_CARD]"'),
        ('"jo@example.com"', '"[EMAIL]"'),
        ("[" + "1" * 70 + "]", '["[SECRET]"]'),
        ("[1e400, -0.5, null]", "[1e400, -0.5, null]"),
        ("mail jo@example.com", "mail [EMAIL]"),
        ("  jo@example.com 4111111111111111", "  [EMAIL] [CREDIT_CARD]"),
        ('{"to": "jo@example.com', '{"to": "[EMAIL]'),
        (r'{"to": "jo@example.com\u00', r'{"to": "[EMAIL]\u00'),
        ("", ""),
    ],
)
def test_json_is_masked_within_its_values(text: str, masked: str) -> None:
    masker = Masker()
    assert masker.mask_json_text(text)[0] == masked
    assert fed(masker.json_stream(), text)[0] == masked


def test_a_finding_over_two_values_leaves_the_punctuation() -> None:
    masker = Masker(patterns=[("WIDE", "one.{3,9}two")])
    masked = masker.mask_json_text('["is one", "two", 3]')[0]
    assert json.loads(masked) == ["is [WIDE]", "[WIDE]", 3]


def test_deep_json_is_no_deeper_for_the_masker() -> None:
    text = "[" * 100_000 + '"jo@example.com"' + "]" * 100_000
    assert Masker().mask_json_text(text)[0] == text.replace("jo@example.com", "[EMAIL]")


# --- when it cannot look, nothing passes


def failing(view: bytes, start: int, end: int) -> int:
    raise RuntimeError("what it looked at: " + view.decode())


def stream_of(*chosen: Detector) -> StreamMasker:
    return StreamMasker(Scanner(Engine(chosen)), PlainView())


def test_a_detector_that_raises_makes_the_masker_unavailable() -> None:
    broken = Detector("EMAIL", "@", re.compile(rb"@[a-z]{1,9}"), failing)
    with pytest.raises(Unavailable, match="masker") as caught:
        stream_of(broken).whole("jo@example.com")
    assert caught.value.component == "masker"
    assert "example" not in caught.value.detail
    stream = stream_of(broken)
    stream.feed("jo@exam")
    with pytest.raises(Unavailable):
        stream.feed("ple .com")


def test_a_stream_that_failed_stays_unavailable() -> None:
    stream = stream_of(Detector("EMAIL", "@", re.compile(rb"@[a-z]{1,9}"), failing))
    with pytest.raises(Unavailable):
        stream.feed("@ab ")
    for again in (lambda: stream.feed("all is well"), stream.finish):
        with pytest.raises(Unavailable):
            again()


def test_a_database_that_does_not_compile_makes_the_masker_unavailable() -> None:
    with pytest.raises(Unavailable, match="masker"):
        Engine([Detector("EMAIL", "(", re.compile(b"@"))])


def test_two_threads_get_the_right_text_or_none() -> None:
    masker = Masker()
    text = "all is well " * 20_000 + "jo@example.com"
    right = masker.mask(text)[0]

    def mask(_: int) -> str | None:
        try:
            return masker.mask(text)[0]
        except Unavailable:
            return None

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(mask, range(40))) <= {right, None}
    assert masker.mask(text)[0] == right
