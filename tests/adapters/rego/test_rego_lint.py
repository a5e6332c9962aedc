"""What is refused when policies are loaded, each with its file and line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from extproc.adapters.rego import EmbeddedEngine, PolicyError, check_policies
from extproc.core.decision import Phase
from tests.engines import Given

ENTRYPOINTS = {Phase.REQUEST: "t/decision"}
Write = Callable[..., Path]


def case(name: str, text: str, *errors: str) -> object:
    return pytest.param(text, list(errors), id=name)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        case("a policy that is right", "decision := true"),
        case("text that is no Rego", "decision := {", "t.rego:4: expecting expression"),
        case(
            "a function that calls itself",
            "decision := f(1)\n\nf(x) := f(x + 1)",
            "t.rego:5: a rule needs itself: data.t.f → data.t.f",
        ),
        case(
            "functions that call each other",
            "decision := f(1)\n\nf(x) := g(x)\n\ng(x) := f(x)",
            "t.rego:5: a rule needs itself: data.t.f → data.t.g → data.t.f",
        ),
        case(
            "a function that calls itself by its full name",
            "decision := f(1)\n\nf(x) := data.t.f(x)",
            "t.rego:5: a rule needs itself: data.t.f → data.t.f",
        ),
        case(
            "a call inside a comprehension counts",
            "decision := f(1)\n\nf(x) := [f(y) | some y in x]",
            "t.rego:5: a rule needs itself: data.t.f → data.t.f",
        ),
        case(
            "a rule that needs its own package",
            "decision := data.t",
            "t.rego:3: a rule needs itself: data.t.decision → data.t.decision",
        ),
        case(
            "a rule that may need any rule",
            "decision := data[input.x]",
            "t.rego:3: a rule needs itself: data.t.decision → data.t.decision",
        ),
        case("a variable of a rule's name", "decision := a\n\na := x if { x := 1 }\n\nx := a"),
        case("a parameter of a rule's name", "decision := f(1)\n\nf(decision) := decision"),
        case(
            "a call that is negated without the import",
            "decision if not f(input.x)\n\nf(x) if x",
            "t.rego:3: `not` of more than a plain reference needs `import future.keywords.not`, "
            "or engines differ where something is undefined",
        ),
        case(
            "a comparison that is negated without the import",
            "decision if not input.x == 1",
            "t.rego:3: `not` of more than a plain reference needs `import future.keywords.not`, "
            "or engines differ where something is undefined",
        ),
        case(
            "an index that is negated without the import",
            "decision if not data.m[input.x]",
            "t.rego:3: `not` of more than a plain reference needs `import future.keywords.not`, "
            "or engines differ where something is undefined",
        ),
        case("the import", "import future.keywords.not\ndecision if not f(input.x)\nf(x) if x"),
        case("plain negations", "decision if { some i in [1]; not input[i]; not a }\na if input.x"),
        case(
            "walk with one operand",
            "decision if { [_, v] := walk(input); v == 1 }",
            "t.rego:3: walk needs two operands here: walk(x, [path, value])",
        ),
        case("walk with two", "decision if { walk(input, [_, v]); v == 1 }"),
        case(
            "the network",
            'decision := http.send({"url": input.x})',
            "t.rego:3: http.send is not allowed: a decision may not wait for the network",
        ),
        case(
            "a name server",
            "decision := net.lookup_ip_addr(input.x)",
            "t.rego:3: net.lookup_ip_addr is not allowed: a decision may not wait for the network",
        ),
        case(
            "the environment",
            "decision := opa.runtime().env",
            "t.rego:3: opa.runtime is not allowed: it shows the environment, and secrets with it",
        ),
        case(
            "chance",
            'decision := rand.intn("x", 2)',
            "t.rego:3: rand.intn is not allowed: the decision could not be replayed",
        ),
        case(
            "a forbidden function in place of another",
            "decision if f(1) with f as http.send\n\nf(x) := x",
            "t.rego:3: http.send is not allowed: a decision may not wait for the network",
        ),
        case(
            "a builtin that only OPA has",
            "decision := crypto.sha256(input.x)",
            "t.rego:3: the embedded engine has no function crypto.sha256",
        ),
        case(
            "a function that nobody has",
            "decision := strngs.count(input.x)",
            "t.rego:3: the embedded engine has no function strngs.count",
        ),
        case(
            "a function of another package that it has not",
            "import data.lib\n\ndecision := lib.f(1)",
            "t.rego:5: lib.f is not a function of these policies",
        ),
        case(
            "too many operands",
            "decision := lower(1, 2, 3)",
            "t.rego:3: lower takes 1 operands, not 3",
        ),
        case("the result as the last operand", 'decision := x if { lower("A", x) }'),
        case(
            "a variable that nothing binds",
            "decision := x",
            "t.rego:3: var x is unsafe",
        ),
        case(
            "no such entrypoint",
            "decide := true",
            "request: there is no rule t/decision",
        ),
        case(
            "a function is no entrypoint",
            "decision(x) := x",
            "request: there is no rule t/decision",
        ),
    ],
)  # fmt: skip
def test_lint(policy: Write, text: str, errors: list[str]) -> None:
    path = policy(text)
    found = check_policies(path, ENTRYPOINTS)
    assert [error.removeprefix(f"{path}:1: ") for error in found] == errors


def test_every_mistake_is_told_at_once(policy: Write) -> None:
    path = policy(
        "decision := nope(1)", u="package u\n\na := http.send({})\n\nb := opa.runtime()\n"
    )
    assert check_policies(path, {Phase.AUTHZ: "t/x"}) == [
        "t.rego:3: the embedded engine has no function nope",
        "u.rego:3: http.send is not allowed: a decision may not wait for the network",
        "u.rego:5: opa.runtime is not allowed: it shows the environment, and secrets with it",
        f"{path}:1: authz: there is no rule t/x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "entrypoint", ["", "t", "t.decision", "t/../u", "t/decision?x", "/t/decision"]
)
def test_an_entrypoint_is_a_path_of_names(policy: Write, entrypoint: str) -> None:
    path = policy("decision := true")
    assert check_policies(path, {Phase.AUTHZ: entrypoint}) == [
        f"{path}:1: authz: {entrypoint!r} is no path such as package/rule"
    ]


@pytest.mark.parametrize(
    ("files", "error"),
    [
        pytest.param({"data_json": "{"}, "data.json:1: not JSON", id="data that is no JSON"),
        pytest.param({"data_json": "[]"}, "data.json:1: data must be", id="data that is a list"),
        pytest.param({"data.yaml": "a: ["}, "data.yaml:1: not YAML", id="data that is no YAML"),
        pytest.param({"data.yaml": "a: 2026-01-01"}, None, id="a date is a text"),
        pytest.param({"data.yaml": "1: 2"}, "data.yaml:1: data must be", id="a number as key"),
        pytest.param(
            {"data_json": '{"a": 1}', "data.yaml": "a: 2"},
            "data.yaml:1: data.a is given twice",
            id="data that is given twice",
        ),
        pytest.param(
            {"data_json": '{"a": {"b": 1}}', "a__data_json": '{"c": 2}'}, None, id="data to merge"
        ),
        pytest.param({"other_json": "{}"}, "other.json:1: only data.json", id="other data"),
        pytest.param(
            {"data_json": '{"t": {"decision": 1}}'},
            "t.rego:3: data.t.decision is a rule and data at once",
            id="data in the place of a rule",
        ),
        pytest.param({"data_json": '{"t": {"words": 1}}'}, None, id="data beside a rule"),
        pytest.param({"t_test": "package t_test\n\nbroken"}, None, id="tests are not loaded"),
    ],
)  # fmt: skip
def test_files(policy: Write, files: dict[str, str], error: str | None) -> None:
    found = check_policies(policy("decision := true", **files), ENTRYPOINTS)
    assert len(found) == (error is not None)
    assert all(one.startswith(error or "") for one in found)


def test_data_stands_under_the_path_of_its_directory(policy: Write) -> None:
    path = policy(
        "decision := [data.a, data.b.c.d]", data_json='{"a": 1}', b__c__data_json='{"d": 2}'
    )
    loaded = EmbeddedEngine(path, ENTRYPOINTS, 5.0)
    assert loaded.evaluate(Phase.REQUEST, Given({})) == [1, 2]


def test_hidden_files_are_not_read_and_links_to_files_are(policy: Write, tmp_path: Path) -> None:
    """As a mounted ConfigMap has them: ..data/ holds the files, links point there."""
    path = policy()
    (path / "..data").mkdir()
    (path / "..data" / "t.rego").write_text("package t\n\ndecision := true\n")
    (path / "t.rego").symlink_to("..data/t.rego")
    (path / ".other.json").write_text("not JSON")
    assert check_policies(path, ENTRYPOINTS) == []


@pytest.mark.parametrize(
    ("make", "error"),
    [
        pytest.param(lambda path: path / "none", "is not a directory", id="no directory"),
        pytest.param(lambda path: path, "holds no policy", id="an empty directory"),
    ],
)
def test_directories(tmp_path: Path, make: Callable[[Path], Path], error: str) -> None:
    (found,) = check_policies(make(tmp_path), ENTRYPOINTS)
    assert error in found


@pytest.mark.parametrize(
    ("literal", "error"),
    [
        pytest.param("[" * 40 + "]" * 40, "t.rego:3: brackets are nested more", id="lists"),
        pytest.param('{"a":' * 40 + "1" + "}" * 40, "t.rego:3: brackets are nested", id="objects"),
        pytest.param("\n[" * 10_000, "t.rego:16: brackets are nested", id="10,000 lists, open"),
        pytest.param("(" * 10_000 + ")" * 10_000, "t.rego:3: brackets", id="parentheses"),
        pytest.param("+".join(["1"] * 5000), "t.rego:3: has more than 1000", id="a long sum"),
        pytest.param(
            "[\n" + ",\n".join(["[" * 11 + "]" * 11] * 100) + "]", "too many nested", id="a table"
        ),
        pytest.param("1 # " + "[" * 100, None, id="brackets in a comment"),
        pytest.param('"' + "[" * 100 + '\\"["', None, id="brackets in a text"),
        pytest.param("`" + "[{\n" * 100 + "`", None, id="brackets in a raw text"),
    ],
)  # fmt: skip
def test_what_would_stop_the_parser_is_refused_by_its_text(
    policy: Write, literal: str, error: str | None
) -> None:
    path = policy(f"decision := {literal}")
    start = time.process_time()
    found = check_policies(path, ENTRYPOINTS)
    assert time.process_time() - start < 2
    assert len(found) == (error is not None)
    assert all((error or "") in one for one in found)


@pytest.mark.parametrize(("terms", "is_loaded"), [(100, True), (1000, False)])
def test_a_chain_of_operators_is_loaded_or_refused(
    policy: Write, terms: int, is_loaded: bool
) -> None:
    path = policy("decision := " + "\n+ ".join(["1"] * terms))
    assert (check_policies(path, ENTRYPOINTS) == []) == is_loaded


def test_an_engine_is_not_made_of_policies_with_mistakes(policy: Write) -> None:
    with pytest.raises(PolicyError) as raised:
        EmbeddedEngine(policy("decision := nope(1)"), ENTRYPOINTS, 5.0)
    assert raised.value.errors == ["t.rego:3: the embedded engine has no function nope"]
    assert str(raised.value) == raised.value.errors[0]
