"""What was decided is remembered by what the policy looked at, and by nothing less."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extproc.adapters.rego import EmbeddedEngine
from extproc.adapters.rego.embedded import REMEMBERED, REMEMBERED_BYTES
from extproc.core.decision import Phase, Unavailable
from extproc.core.policy_input import UNBOUNDED
from tests.engines import Given

Write = Callable[..., Path]


class Watched(EmbeddedEngine):
    """Tells what it really evaluated."""

    def __init__(self, path: Path, timeout: float = 5.0) -> None:
        self.evaluated: list[bytes] = []
        super().__init__(path, {Phase.REQUEST: "t/decision"}, timeout)
        self.evaluated.clear()

    def _run(self, rule: str, encoded: bytes) -> str:
        self.evaluated.append(encoded)
        return super()._run(rule, encoded)

    def ask(self, document: Any) -> Any:
        return self.evaluate(Phase.REQUEST, Given(document))


def test_what_is_the_same_to_the_policy_is_evaluated_once(policy: Write) -> None:
    engine = Watched(policy('decision := {"allowed": input.a.b == 1}'))
    for other in range(3):
        assert engine.ask({"a": {"b": 1, "c": other}, "d": other}) == {"allowed": True}
    assert engine.evaluated == [b'{"a":{"b":1}}']
    assert engine.ask({"a": {"b": 2}}) == {"allowed": False}
    assert len(engine.evaluated) == 2


def test_absent_null_and_every_type_are_different(policy: Write) -> None:
    engine = Watched(policy("default decision := []\n\ndecision := [input.a]"))
    for value in (None, True, 1, "1", "true", "null", [], {}, ""):
        for _ in range(2):
            assert engine.ask({"a": value}) == [value]
    for absent in ({}, {"b": 1}, [], None):
        assert engine.ask(absent) == []
    assert len(engine.evaluated) == 10


def test_what_is_remembered_cannot_be_changed(policy: Write) -> None:
    engine = Watched(policy('decision := {"headers": {"x": input.a}}'))
    for _ in range(3):
        answer = engine.ask({"a": "1"})
        assert answer == {"headers": {"x": "1"}}
        answer["headers"]["x"] = answer["allowed"] = "changed"
    assert len(engine.evaluated) == 1


@pytest.mark.parametrize(
    ("text", "document"),
    [
        pytest.param("decision := 1 / input.a", {"a": 0}, id="an error"),
        pytest.param("decision := 1 if input.a", {}, id="undefined"),
        pytest.param("decision if object.subset(input.a, [])", {"a": [1]}, id="a panic"),
    ],
)
def test_what_failed_is_tried_again(policy: Write, text: str, document: Any) -> None:
    engine = Watched(policy(text))
    for _ in range(3):
        with pytest.raises(Unavailable):
            engine.ask(document)
    assert len(engine.evaluated) == 3


def test_what_came_late_is_not_remembered(policy: Write) -> None:
    engine = Watched(policy("decision := input.a"), timeout=1e-9)
    for _ in range(2):
        with pytest.raises(Unavailable, match="took"):
            engine.ask({"a": 1})
    assert len(engine.evaluated) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("decision := [input.a, time.now_ns()]", id="of the clock"),
        pytest.param("decision := input", id="of the whole input"),
        pytest.param("decision := [input.a | input[_]]", id="of any place"),
        pytest.param("decision := [1 | input.llm]", id="of all that was asked"),
        *(
            pytest.param(f"decision := [1 | input.{'.'.join(place)}]", id=f"of {place[-1]}")
            for place in UNBOUNDED
        ),
    ],
)
def test_what_is_not_worth_or_not_fit_to_remember(policy: Write, text: str) -> None:
    engine = Watched(policy(text))
    for _ in range(2):
        engine.ask({"a": 1})
    assert len(engine.evaluated) == 2


def test_one_header_and_one_claim_are_remembered(policy: Write) -> None:
    engine = Watched(
        policy(
            'decision := [input.attributes.request.http.headers["x-team"], '
            "input.identity.claims.level]"
        )
    )
    headers = {"x-team": "tower", "x-request-id": "1"}
    document = {
        "attributes": {"request": {"http": {"headers": headers}}},
        "identity": {"claims": {"level": 2}},
    }
    for _ in range(2):
        assert engine.ask(document) == ["tower", 2]
    assert len(engine.evaluated) == 1


@pytest.mark.parametrize(
    ("text", "size"),
    [
        pytest.param("decision := count(input.a)", REMEMBERED_BYTES, id="a long input"),
        pytest.param(
            'decision := concat("", [input.a | some _ in numbers.range(1, 100)])',
            REMEMBERED_BYTES // 50,
            id="a long value",
        ),
    ],
)
def test_what_is_long_is_not_remembered(policy: Write, text: str, size: int) -> None:
    engine = Watched(policy(text))
    first = engine.ask({"a": "x" * size})
    assert engine.ask({"a": "x" * size}) == first
    assert len(engine.evaluated) == 2


def test_what_was_not_asked_for_longest_is_forgotten_first(policy: Write) -> None:
    engine = Watched(policy("decision := input.a"))
    for number in range(REMEMBERED):
        engine.ask({"a": number})
    assert engine.ask({"a": 0}) == 0
    assert engine.ask({"a": REMEMBERED}) == REMEMBERED
    engine.evaluated.clear()
    assert [engine.ask({"a": number}) for number in (0, 2, 1)] == [0, 2, 1]
    assert engine.evaluated == [b'{"a":1}']


def test_another_engine_remembers_nothing_of_this_one(policy: Write) -> None:
    for number in (1, 2):
        engine = Watched(policy("decision := data.x + input.a", data_json=f'{{"x": {number}}}'))
        assert [engine.ask({"a": 1}) for _ in range(2)] == [number + 1] * 2
        assert len(engine.evaluated) == 1


def test_the_engine_is_given_only_what_the_policy_looks_at(policy: Write) -> None:
    engine = Watched(policy("decision := count(input.llm.messages)"))
    document = {"llm": {"messages": [{"content": "é"}], "tools": ["x"]}, "identity": {"claims": {}}}
    assert engine.ask(document) == 1
    assert engine.evaluated == ['{"llm":{"messages":[{"content":"é"}]}}'.encode()]


def test_an_input_that_cannot_be_written_is_unavailable(policy: Write) -> None:
    class Broken(Given):
        def at(self, place: object) -> Any:
            return "\ud800" if place == ("a",) else object()

    for text in ("decision := input.a", "decision := input.b"):
        with pytest.raises(Unavailable, match="the input is no JSON"):
            Watched(policy(text)).evaluate(Phase.REQUEST, Broken({}))
