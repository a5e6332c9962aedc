"""The bench of masking by itself. No time is asserted here, only that what is counted is right."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from bench import masking
from bench.masking import KB, PROFILES, Dialect
from extproc.core.masking import Masker


@pytest.fixture(scope="module")
def masker() -> Masker:
    return Masker("default")


def test_prompts_have_a_kilobyte_and_one_value() -> None:
    texts = masking.ordinary(30)
    assert {len(text) for text in texts} == {KB}
    assert {len(masking.MAIL.findall(text)) for text in texts} == {1}
    assert not any(masking.MAIL.search(text) for text in masking.clean(30))


@pytest.mark.parametrize("make", [masking.ordinary, masking.clean, masking.mixed])
def test_texts_are_the_same_each_time(make: masking.Callable[[int], list[str]]) -> None:
    assert make(3) == make(3)


def test_tokens_are_all_of_the_text() -> None:
    for text in masking.mixed(5):
        pieces = masking.tokens(text)
        assert "".join(pieces) == text
        assert max(map(len, pieces)) <= 8


@pytest.mark.parametrize("dialect", masking.ROUTES)
def test_a_stream_says_its_text(dialect: Dialect) -> None:
    text = "Hello, world: 12.\n\nBye"
    assert "".join(masking._said(b"".join(masking.events(text, dialect)))) == text


@pytest.mark.parametrize("dialect", masking.ROUTES)
def test_a_delay_is_counted_for_each_event(masker: Masker, dialect: Dialect) -> None:
    stream = masking.events("Hello there, write to ann.lee@example.com, please.", dialect)
    late = masking.delays(masker, dialect, stream)
    assert len(late) == len(stream)
    assert min(late) == 0
    # The address is several tokens long, and its first must wait for its last.
    assert max(late) >= len(masking.tokens("lee@example.com"))


def test_what_is_not_masked_is_not_timed() -> None:
    with pytest.raises(ValueError, match="not masked"):
        masking.prove(Masker("secrets"), ["write to ann.lee@example.com"])


def test_what_is_masked_may_be_timed(masker: Masker) -> None:
    masking.prove(masker, masking.ordinary(3))


def test_terms_are_as_many_as_were_asked_for() -> None:
    made = masking.terms(500)
    assert len(set(made)) == 500
    assert all(len(name.split(" ")) == 2 for name in made)


def test_a_body_is_about_as_long_as_was_asked_for() -> None:
    data = masking.body(100 * KB)
    assert 0.9 < len(data) / (100 * KB) < 1.1
    assert len(json.loads(data)["messages"]) > 90


def test_a_rate_is_the_work_done_in_a_second() -> None:
    done: list[str] = []

    def job(name: str, amount: int) -> masking.Job:
        def work() -> int:
            done.append(name)
            return amount

        return work

    found = masking.rates({"one": job("one", 1), "three": job("three", 3)}, 2, least=0.001)
    assert done[:2] == ["one", "three"]  # warm
    assert all(rate > 0 for rate in found.values())


def test_a_fresh_process_with_a_masker_is_bigger_than_one_without() -> None:
    bare, with_masker = masking.fresh("", "hello"), masking.fresh("secrets", "hello")
    assert bare["build_s"] == 0
    assert with_masker["build_s"] > 0
    assert with_masker["resident_mib"] > bare["resident_mib"]


def result() -> dict[str, object]:
    speed = {f"{name} ordinary": 10.0 for name in PROFILES} | {"re ordinary": 2.0}
    return {
        "rounds": 3,
        "machine": {"Python": "3"},
        "mb_s": speed,
        "terms": {"build_s": 0.5, "none": 10.0, "terms": 9.0},
        "events_s": {"openai prose": 100_000.0, "json openai prose": 200_000.0},
        "held": {"openai prose": {"p50": 1, "p90": 2, "p99": 3, "most": 4, "events": 5}},
        "body": {"bytes": 1_000_000, "body": 40.0, "json": 2.0},
        "fresh": {
            name: {"import_s": 0.1, "build_s": 0.2, "resident_mib": 30.0}
            for name in ("", *PROFILES)
        },
    }


def test_the_page_shows_each_figure_beside_its_base() -> None:
    page = masking.page(result())
    assert "10.0 (5×)" in page
    assert "100,000 |" in page
    assert "200,000 |" in page
    assert "40.0 ms | 2.0 ms, `json.loads` alone" in page


def test_the_page_has_a_place_for_the_tables() -> None:
    shown = masking.insert(masking.PAGE.read_text(), masking.page(result()), masking.MARKER)
    assert "10.0 (5×)" in shown


@pytest.mark.parametrize("wrong", [["--rounds", "0"], ["--fast"]])
def test_a_wrong_use_is_refused(wrong: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        masking.arguments(wrong)
    assert refused.value.code == 2
    assert wrong[0] in capsys.readouterr().err
