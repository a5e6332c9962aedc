"""Rules that look at no input are evaluated at load, and nobody can tell but by the clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extproc.adapters.rego import EmbeddedEngine, bundle, embedded
from extproc.adapters.rego.constants import DATA, settle
from extproc.core.decision import Phase, Unavailable
from tests.engines import Given

Write = Callable[..., Path]
WORDS = '{"words": ["a", "b"], "limit": 3}'


def settled(path: Path) -> bundle.Bundle:
    loaded = bundle.read(path)
    engine, modules = embedded.load(loaded)
    return settle(loaded, modules, [("t", "decision")], engine)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param('r := concat("|", data.words)', {"t.r": "a|b"}, id="a text"),
        pytest.param("r if data.limit > 2", {"t.r": True}, id="a boolean"),
        pytest.param("r := data.limit + 1", {"t.r": 4}, id="a number"),
        pytest.param('r := {"a": [w | some w in data.words]}', {"t.r": {"a": ["a", "b"]}},
                     id="an object"),
        pytest.param("r := s\n\ns := data.limit", {"t.r": 3, "t.s": 3}, id="one of another"),
        pytest.param("r := f(data.limit)\n\nf(x) := x", {"t.r": 3}, id="of a function"),
        pytest.param("default r := 1\n\nr := 2 if data.limit > 2", {"t.r": 2}, id="not a default"),
        pytest.param("default r := 1\n\nr := 2 if data.limit > 3", {"t.r": 1}, id="a default"),
        pytest.param("r := 1 if { data.limit > 3 } else := 2", {"t.r": 2}, id="an else"),
        pytest.param("r if data.limit > 2\n\nr if data.limit > 1", {"t.r": True}, id="two bodies"),
        pytest.param("r := count(s)\n\ns contains w if some w in data.words", {"t.r": 2},
                     id="of a set"),
        pytest.param("r := 1", {}, id="a literal"),
        pytest.param("r := input.x", {}, id="of the input"),
        pytest.param("r := s\n\ns := input.x", {}, id="of the input behind a rule"),
        pytest.param("r contains w if some w in data.words", {}, id="a set of rules"),
        pytest.param("r := {w | some w in data.words}", {}, id="a set"),
        pytest.param("r := [{w} | some w in data.words]", {}, id="a set inside"),
        pytest.param("r := data.limit / 2", {}, id="a fraction"),
        pytest.param("r := 9007199254740991 + data.limit", {}, id="a large number"),
        pytest.param("r := {data.limit: 1}", {}, id="a key that is no text"),
        pytest.param("r := null if data.limit", {}, id="null"),
        pytest.param("r := 1 if data.limit > 3", {}, id="undefined"),
        pytest.param("r := 1 / (data.limit - 3)", {}, id="an error"),
        pytest.param("r := 1 if data.limit\n\nr := 2 if data.limit", {}, id="a conflict"),
        pytest.param("r := object.subset([data.limit], [])", {}, id="a panic"),
        pytest.param("r if time.now_ns() > data.limit", {}, id="of the clock"),
        pytest.param("r.x := data.limit", {}, id="a head that is a path"),
        pytest.param("r[w] := data.limit if some w in data.words", {}, id="a head that varies"),
        pytest.param("r := x if { x := data.limit with data.limit as 4 }", {}, id="a `with` in it"),
        pytest.param("r := data.limit\n\nf(x) if { r with data.limit as 4 }", {},
                     id="a `with` elsewhere"),
        pytest.param("r := f(1)\n\nf(x) := data.limit\n\ng(x) := 1\n\nh if { r with f as g }", {},
                     id="a `with` of a function"),
        pytest.param("r := data.limit\n\nh if { r with input.x as 4 }", {"t.r": 3},
                     id="a `with` of the input"),
    ],
)  # fmt: skip
def test_what_is_settled(policy: Write, text: str, values: dict[str, Any]) -> None:
    path = policy(f"decision := [r, input.y]\n\n{text}", data_json=WORDS)
    found = settled(path)
    assert found.data.get(DATA, {}) == values

    def answer(loaded: bundle.Bundle) -> object:
        engine, _ = embedded.load(loaded)
        engine.set_input_json('{"x": 5, "y": 6}')
        try:
            return engine.eval_rule_as_json("data.t.decision")
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            return type(error)

    assert answer(found) == answer(bundle.read(path))


def test_lines_keep_their_numbers(policy: Write) -> None:
    path = policy(
        "decision := [e, after]\n\n"
        "default r := 1\n\n# Größe\nr := x if {\n\tx := data.limit\n} # ü\n\n"
        "e := r\n\nafter := 1 / (input.x - data.limit)",
        data_json=WORDS,
    )
    (text,) = settled(path).modules.values()
    assert text.split("\n") == [
        "package t",
        "",
        "decision := [e, after]",
        "",
        f'r := data["{DATA}"]["t.r"]',
        "",
        "# Größe",
        "",
        "",
        " # ü",
        "",
        f'e := data["{DATA}"]["t.e"]',
        "",
        "after := 1 / (input.x - data.limit)",
        "",
    ]
    engine = EmbeddedEngine(path, {Phase.REQUEST: "t/decision"}, 5.0)
    assert engine.evaluate(Phase.REQUEST, Given({"x": 4})) == [3, 1]
    with pytest.raises(Unavailable, match=r"t\.rego:14: "):
        engine.evaluate(Phase.REQUEST, Given({"x": 3}))


def test_definitions_in_several_files_are_one_rule(policy: Write) -> None:
    path = policy(
        "decision := [r, input.x]",
        data_json=WORDS,
        a="package t\n\nr := 1 if data.limit > 3\n",
        b="package t\n\nr := 2 if data.limit > 2\n",
    )
    found = settled(path)
    assert found.data[DATA] == {"t.r": 2}
    assert "r" not in found.modules["b.rego"].removeprefix("package t")


def test_data_of_that_name_is_left_alone(policy: Write) -> None:
    path = policy("decision := r\n\nr := data.limit", data_json=f'{{"{DATA}": {{}}, "limit": 3}}')
    assert settled(path) == bundle.read(path)


def test_rules_that_nobody_asks_are_not_evaluated(policy: Write) -> None:
    path = policy("decision := input.x\n\nr := data.limit", data_json=WORDS)
    assert DATA not in settled(path).data


def test_the_default_policies_have_constants() -> None:
    path = Path(__file__).parents[3] / "rego"
    loaded = bundle.read(path)
    engine, modules = embedded.load(loaded)
    found = settle(loaded, modules, [("extproc", "request", "decision")], engine)
    gap = r"[^\pL\pM\pN]"
    assert found.data[DATA] == {
        "extproc.request.asks_people": False,
        "extproc.request.blocked": f"(?i)(^|{gap})(launch{gap}+codes)({gap}|$)",
        "extproc.request.is_complete": True,
    }
