"""What of `input` a policy can look at: never less than what it does look at."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from extproc.adapters.rego import EmbeddedEngine, PolicyError, bundle, embedded
from extproc.adapters.rego.builtins import ARITY, FORBIDDEN
from extproc.adapters.rego.reach import STEADY, Reaches
from extproc.core.decision import Phase, Unavailable
from extproc.core.policy_input import Place, encode_at
from tests.engines import REFUSED, Given

ENTRYPOINT = ("t", "decision")
DATA: dict[str, Any] = {"d": {"a": 1, "b": [1, 2], "c": "a"}}


def case(name: str, text: str, *places: str) -> Any:
    """`places` such as "a/b"; "" is everything."""
    return pytest.param(text, {tuple(filter(None, place.split("/"))) for place in places}, id=name)


FORMS = [
    case("no input", "decision := data.d.a"),
    case("a place", "decision := input.a", "a"),
    case("a place below", "decision := input.a.b", "a/b"),
    case("two places", "decision := [input.b, input.a.c]", "a/c", "b"),
    case("a place and one below it", "decision := [input.a.b, input.a]", "a"),
    case("a constant text as index", 'decision := input["a"].b', "a/b"),
    case("a raw text as index", "decision := input[`a`].b", "a/b"),
    case("an escape in a text", r'decision := input["\u0061"]', "a"),
    case("a text with a dot", 'decision := input["a.b"].c', "a.b/c"),
    case("a number as index", "decision := input.a[0].b", "a"),
    case("a variable as index", "decision := [x | x := input.a[_]]", "a"),
    case("a variable as index, then more", "decision := [x | x := input.a[_].b]", "a"),
    case("a place as index", "decision := input.a[input.b.c]", "a", "b/c"),
    case("a place as index of data", "decision := data.d[input.c]", "c"),
    case("an index into all of it", "decision := input[input.c]", ""),
    case("every key", "decision := {k | some k; input[k]}", ""),
    case("all of it", "decision := input", ""),
    case("all of it as an operand", 'decision := object.get(input, "a", 0)', ""),
    case("all of it walked", "decision := [p | walk(input, [p, _])]", ""),
    case("a place walked", "decision := [p | walk(input.a, [p, _])]", "a"),
    case("all of it in a variable", "decision := x.a if { x := input }", ""),
    case("a place in a variable", "decision := x.b if { x := input.a }", "a"),
    case("a pattern", 'decision := x if { {"a": x} = input }', ""),
    case("a pattern of a place", "decision := x if { [x, _] = input.a }", "a"),
    case("another rule", "decision := r\n\nr := input.a", "a"),
    case("another rule by its full name", "decision := data.t.r\n\nr := input.a", "a"),
    case("another rule by a text", 'decision := data["t"]["r"]\n\nr := input.a', "a"),
    case("part of a rule", 'decision := r.x\n\nr := {"x": input.a, "y": input.b}', "a", "b"),
    case("an element of a rule", 'decision if r["x"]\n\nr contains x if some x in input.a', "a"),
    case("a rule that is not asked", "decision := 1\n\nr := input.a"),
    case("a rule behind a rule", "decision := r\n\nr := s\n\ns if input.a.b", "a/b"),
    case("a head that is a path", "decision := r.x\n\nr.x := input.a\n\nr.y := input.b", "a"),
    case("above such heads", "decision := r\n\nr.x := input.a\n\nr.y := input.b", "a", "b"),
    case("a key that varies", "decision := r\n\nr[x] := input.b if some x in input.a", "a", "b"),
    case("a set's element", "decision := r\n\nr contains input.a", "a"),
    case("several definitions", "decision if input.a\n\ndecision if input.b", "a", "b"),
    case("a default", "default decision := 1\n\ndecision := 2 if input.a", "a"),
    case("an else", "decision := 1 if { input.a } else := input.b if { input.c }", "a", "b", "c"),
    case("a function", "decision := f(1)\n\nf(x) := input.a", "a"),
    case("an operand", "decision := f(input.a)\n\nf(x) := x.b", "a"),
    case("a function called by name", "decision := data.t.f(1)\n\nf(x) := input.a", "a"),
    case("a default of a function", "decision := f(1)\n\ndefault f(_) := 1\n\nf(x) := 2 if input.a",
         "a"),
    case("a builtin", "decision := count(input.a)", "a"),
    case("a builtin with its result", "decision := x if { count(input.a, x) }", "a"),
    case("operators", "decision := input.a + (input.b * 2)", "a", "b"),
    case("sets", "decision := {1} | {input.a}", "a"),
    case("an object's key", "decision := {input.a: 1}", "a"),
    case("a membership", "decision if input.a in input.b", "a", "b"),
    case("a membership with a key", "decision if input.a, 1 in input.b", "a", "b"),
    case("some in", "decision := [x | some x in input.a]", "a"),
    case("some with a key", "decision := [x | some x, input.b in input.a]", "a", "b"),
    case("every", "decision if { every x in input.a { x != input.b } }", "a", "b"),
    case("a list comprehension", "decision := [input.a | input.b]", "a", "b"),
    case("a set comprehension", "decision := {x | x := input.a}", "a"),
    case("an object comprehension", "decision := {k: input.b | some k in input.a}", "a", "b"),
    case("a negation", "decision if not input.a.b", "a/b"),
    case("a unification", "decision := x if { x = input.a }", "a"),
    case("a comparison", 'decision if input.a.b == "x"', "a/b"),
    case("a call as start", 'decision := f(1)[input.a]\n\nf(x) := {"x": input.b}', "a", "b"),
    case("a literal as start", "decision := {1: 2}[input.a]", "a"),
    case("print", "decision if { print(input.a) }", "a"),
    case("with data", "decision if { r == 1 with data.d.a as input.b }\n\nr := data.d.a", "b"),
    case("with a rule", "decision if { r == 1 with data.t.s as input.b }\n\nr := s\n\ns := input.a",
         "a", "b"),
    case("with a function", "decision if { f(1) == 1 with f as g }\n\nf(x) := 1\n\ng(x) := input.a",
         "a"),
    case("with a builtin", "decision if { count([]) == 1 with count as g }\n\ng(x) := input.a",
         "a"),
    case("with input", 'decision if { r with input as {"a": 1} }\n\nr if input.a', ""),
    case("with a part of input", "decision if { r with input.a as 1 }\n\nr if input.a", ""),
    case("a variable of a rule's name, in one branch",
         "decision := 1 if { some r in [2]; r == 3 } else := r\n\nr := input.a", "a"),
    case("a parameter of a rule's name", "decision := f(1)\n\nf(r) := r\n\nr := input.a", "a"),
]  # fmt: skip

MODULES = [
    case("an alias", "package t\n\nimport input.a.b as ab\n\ndecision := ab.c", "a/b/c"),
    case("an alias's own name", "package t\n\nimport input.a.b\n\ndecision := b", "a/b"),
    case("an alias by a text", 'package t\n\nimport input["a"].b\n\ndecision := b.c', "a/b/c"),
    case("input itself", "package t\n\nimport input\n\ndecision := input.a", "a"),
    case("all of input by an alias", "package t\n\nimport input as i\n\ndecision := i.a", "a"),
    case("an alias that is not used", "package t\n\nimport input.a\n\ndecision := 1"),
    case("an alias with an index", "package t\n\nimport input.a\n\ndecision := [a[_].b]", "a"),
    case("an alias with `with`", "package t\n\nimport input.a as i\n\n"
         "decision if { r with input.a as 1 }\n\nr if i", ""),
    case("a package", "package t\n\nimport data.lib\n\ndecision := lib.r", "c"),
    case("a whole package", "package t\n\nimport data.lib\n\ndecision := lib", "b", "c"),
    case("a package by an alias", "package t\n\nimport data.lib as l\n\ndecision := l.f(1)", "b"),
    case("a rule", "package t\n\nimport data.lib.r\n\ndecision := r", "c"),
    case("a function", "package t\n\nimport data.lib.f\n\ndecision := f(1)", "b"),
    case("a rule in another file", "package t\n\ndecision := elsewhere", "d"),
    case("a package below", "package t\n\ndecision := data.t.sub.r", "a/d"),
]  # fmt: skip

LIBRARIES = {
    "lib.rego": "package lib\n\nr := input.c\n\nf(x) := input.b\n",
    "t2.rego": "package t\n\nelsewhere := input.d\n",
    "sub.rego": "package t.sub\n\nr := input.a.d\n",
}


def write(path: Path, text: str) -> Path:
    """With `not` as every engine understands it."""
    prelude, text = ("", text) if text.startswith("package") else ("package t\n", text)
    (path / "t.rego").write_text(
        f"{prelude}\nimport future.keywords.not\n\n{text}\n"
        if prelude
        else text.replace("\n", "\n\nimport future.keywords.not\n", 1) + "\n"
    )
    for name, content in LIBRARIES.items():
        (path / name).write_text(content)
    (path / "data.json").write_text(json.dumps(DATA))
    return path


def raw(path: Path) -> tuple[Any, Reaches]:
    """The engine without any of our own cleverness."""
    engine, modules = embedded.load(bundle.read(path))
    return engine, Reaches(modules)


def evaluate(engine: Any, encoded: bytes) -> Any:
    probe = engine.clone()
    try:
        probe.set_input_json(encoded.decode())
        return probe.eval_rule_as_json("data.t.decision")
    except RuntimeError:
        return REFUSED


_keys = st.sampled_from("abcd")
_documents = st.dictionaries(
    _keys,
    st.recursive(
        st.sampled_from([None, True, False, 0, 1, 2, "a", "b", "x", [], {}]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
        max_leaves=8,
    ),
)


def graft(into: dict[str, Any], place: Place, document: Any) -> None:
    """Make `into` have at the place what `document` has there."""
    try:
        value = Given(document).at(place)
    except KeyError:
        node: Any = into
        for part in place[:-1]:
            node = node.get(part) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node.pop(place[-1], None)
        return
    node = into
    for part in place[:-1]:
        if not isinstance(node.get(part), dict):
            node[part] = {}
        node = node[part]
    node[place[-1]] = value


@pytest.mark.parametrize(("text", "places"), [*FORMS, *MODULES])
def test_every_form_of_looking_at_the_input(tmp_path: Path, text: str, places: set[Place]) -> None:
    engine, reaches = raw(write(tmp_path, text))
    found = reaches.of(ENTRYPOINT)
    assert found.paths == (None if () in places else tuple(sorted(places)))

    @settings(max_examples=20, deadline=None)
    @given(one=_documents, other=_documents)
    def holds(one: dict[str, Any], other: dict[str, Any]) -> None:
        for place in found.paths or ():
            graft(other, place, one)
        same = [one, other] if found.paths is not None else [one]
        answers = {evaluate(engine, json.dumps(each).encode()) for each in same}
        if found.paths is not None:
            answers.add(evaluate(engine, encode_at(Given(one), found.paths)))
        assert len(answers) == 1

    holds()


@pytest.mark.parametrize(
    ("text", "is_steady"),
    [
        pytest.param("decision := input.a", True, id="no function"),
        pytest.param('decision if regex.match("a", input.a)', True, id="a builtin"),
        pytest.param("decision := f(1)\n\nf(x) := x", True, id="a function"),
        pytest.param("decision := time.now_ns()", False, id="the clock"),
        pytest.param("decision := time.clock(input.a)", False, id="a time zone"),
        pytest.param("decision := r\n\nr := time.now_ns()", False, id="behind a rule"),
        pytest.param("decision := f(1)\n\nf(x) := time.now_ns()", False, id="behind a function"),
        pytest.param("decision := 1\n\nr := time.now_ns()", True, id="in a rule that is not asked"),
        pytest.param('decision if trace("x")', False, id="a trace"),
        pytest.param("decision if { print(input.a) }", False, id="print"),
        pytest.param(
            "decision if { f(1) with f as time.now_ns }\n\nf(x) := x",
            False,
            id="the clock in place of a function",
        ),
        pytest.param(
            "decision if { time.now_ns() with time.now_ns as 1 }", False, id="a clock that stands"
        ),
    ],
)
def test_what_depends_on_more_than_input_and_data(
    tmp_path: Path, text: str, is_steady: bool
) -> None:
    assert raw(write(tmp_path, text))[1].of(ENTRYPOINT).is_steady == is_steady


def test_steady_functions_are_named_one_by_one() -> None:
    assert not STEADY & set(FORBIDDEN)
    assert sorted(name for name in set(ARITY) - STEADY if not name.startswith("time.")) == [
        "trace",
        "uuid.parse",
    ]


def test_the_default_policies_look_at_little() -> None:
    _, modules = embedded.load(bundle.read(Path(__file__).parents[3] / "rego"))
    reaches = Reaches(modules)
    seen = {phase: reaches.of(("extproc", phase, "decision")) for phase in Phase}
    assert all(reach.is_steady for reach in seen.values())
    assert seen[Phase.AUTHZ].paths == (
        ("agent", "id"),
        ("identity", "subject"),
        ("llm", "operation"),
    )
    assert seen[Phase.REQUEST].paths == (
        ("findings", "items"),
        ("findings", "status"),
        ("identity", "groups"),
        ("llm", "max_tokens"),
        ("llm", "messages"),
        ("llm", "model"),
        ("llm", "operation"),
        ("llm", "tools"),
    )
    assert seen[Phase.RESPONSE].paths == (("findings", "status"),)


# -- policies that nobody would write ------------------------------------------------------


@st.composite
def _policies(draw: st.DrawFn) -> str:
    """Rules r0 to r3, each of which may need the later ones, and functions; entrypoint r0."""

    def some(*choices: str) -> str:
        return draw(st.sampled_from(choices))

    def value(rule: int, depth: int) -> str:
        leaf = ["1", '"a"', "input.a", "input.a.b", 'input["c"]', "input.b.c.d", "alias", "alias.d",
                "data.d.a", "data.d.b", "x", "x.a", "null", "input.d[_]"]  # fmt: skip
        leaf += [f"{start}r{n}" for n in range(rule + 1, 4) for start in ("", "data.t.")]
        if depth == 0:
            return some(*leaf)
        inner = value(rule, depth - 1)
        return some(
            *leaf,
            f"[{inner}]",
            f"[y | y := {inner}]",
            f"[y | some y in {inner}]",
            f"{{k: 1 | some k in [{inner}]}}",
            f'{{"a": {inner}}}',
            f'object.get({inner}, "a", 0)',
            f"input.a[{inner}]",
            f"data.d[{inner}]",
            f"type_name({inner})",
            f"{inner} == {value(rule, depth - 1)}",
            f"f({inner})",
            f"g({inner})",
        )

    def statement(rule: int) -> str:
        one, two = value(rule, 1), value(rule, 1)
        return some(
            one,
            f"{one} == {two}",
            f"not {one}",
            f"not {one} == {two}",
            f"some v in [{one}]; v == {two}",
            f"every v in [{one}] {{ v != {two} }}",
            f"z := {one}; z != {two}",
            *([f"{one} with data.d.a as {two}"] if draw(st.integers(0, 3)) == 0 else []),
            *([f"{one} with input.a as {two}"] if draw(st.integers(0, 3)) == 0 else []),
            *([f"{one} == {two} with f as g"] if draw(st.integers(0, 3)) == 0 else []),
        )

    text = ["package t", "import future.keywords.not", "import input.d as alias"]
    for rule in range(4):
        if draw(st.booleans()):
            text.append(f"default r{rule} := {some('1', 'false', 'null')}")
        for _ in range(draw(st.integers(1, 2))):
            body = "; ".join(
                [f"x := {value(3, 1)}", *(statement(rule) for _ in range(draw(st.integers(0, 2))))]
            )
            text.append(f"r{rule} := {value(rule, 2)} if {{ {body} }}")
    text += ["f(q) := q if input.c == 1", "default f(_) := 2", "g(q) := [q, input.b]"]
    return "\n\n".join(text) + "\n"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=_policies(), documents=st.lists(_documents, min_size=4, max_size=4))
def test_what_is_left_out_settled_or_remembered_changes_no_decision(
    text: str, documents: list[dict[str, Any]]
) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory)
        (path / "t.rego").write_text(text.replace("r0", "decision"))
        (path / "data.json").write_text(json.dumps(DATA))
        try:
            engine = EmbeddedEngine(path, {Phase.REQUEST: "t/decision"}, 30.0)
        except PolicyError:
            assume(False)
        plain, _ = raw(path)
    for document in (*documents, *documents):
        encoded = json.dumps(document).encode()
        expected = evaluate(plain, encoded)
        try:
            answer = engine.evaluate(Phase.REQUEST, Given(encoded))
        except Unavailable:
            assert expected in (REFUSED, '"<undefined>"')
        else:
            assert answer == json.loads(expected)
