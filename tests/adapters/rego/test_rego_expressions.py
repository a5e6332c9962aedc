"""Both engines give the same value for the same expression."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extproc.adapters.rego.builtins import ARITY, FORBIDDEN, NATIVE, REPLACED
from extproc.core.decision import Phase
from tests.engines import Both, both
from tests.opa import serving

EXPRESSIONS = [
    # The regular expressions are RE2's, with ASCII classes.
    r'regex.match(`^\d+$`, "٣")',
    r'regex.match(`^\w+$`, "é")',
    r'regex.match(`\bx`, "éx")',
    r'regex.match(`\Qa.b\E`, "a.b")',
    r'regex.match(`(?i)straße`, "STRASSE")',
    r'regex.match(`[^\pL\pM\pN]`, "éà1")',
    'regex.match("x{1001}", "x")',
    'regex.match("(", "x")',
    'regex.match("(?=x)", "x")',
    'regex.match(input.n, "x")',
    'regex.match("", "")',
    'regex.is_valid("(")',
    'regex.is_valid("a")',
    "regex.is_valid(input.n)",
    'regex.find_n("a*", "baac", -1)',
    'regex.find_n("a*", "baac", 2)',
    'regex.find_n("a*", "baac", 0)',
    'regex.find_n("", "éa", -1)',
    'regex.find_n("x?", "", -1)',
    'regex.find_all_string_submatch_n("a(x*)b", "-axxb-ab-", -1)',
    'regex.find_all_string_submatch_n("a(x)?(y)?", "ax a ay", -1)',
    'regex.find_all_string_submatch_n("(a)|(b)", "ab", 1)',
    'regex.split("a", "banana")',
    'regex.split("", "né!")',
    'regex.split("x*", "axbxc")',
    'regex.split("z+", "")',
    'regex.split("", "")',
    'regex.split("a", "aa")',
    'regex.split("^", "ab")',
    'regex.replace("baac", "a*", "-")',
    'regex.replace("-ab-axxb-", "a(x*)b", "$1W")',
    'regex.replace("-ab-axxb-", "a(x*)b", "${1}W")',
    'regex.replace("-ab-", "(?P<n>a)", "$n,${n}x$$")',
    'regex.replace("abc", "b", "$")',
    'regex.replace("abc", "b", "$0${0}${9}")',
    'regex.replace("abc", "b", "${")',
    'regex.replace("abc", "b", "${a-b}$-x")',
    'regex.replace("é", "", "-")',
    'regex.replace("a", "(", "-")',
    # Addresses are Go's.
    'net.cidr_contains("10.0.0.0/8", "10.1.2.3")',
    'net.cidr_contains("10.0.0.0/8", "11.1.2.3")',
    'net.cidr_contains("10.1.2.3/8", "10.0.0.0/9")',
    'net.cidr_contains("10.0.0.0/8", "0.0.0.0/0")',
    'net.cidr_contains("10.0.0.0/8", "::ffff:10.1.2.3")',
    'net.cidr_contains("::ffff:10.0.0.0/104", "10.1.2.3")',
    'net.cidr_contains("::ffff:10.0.0.0/104", "11.1.2.3")',
    'net.cidr_contains("::/0", "10.1.2.3")',
    'net.cidr_contains("::/0", "2001:db8::1")',
    'net.cidr_contains("2001:db8::/32", "2001:db8::/48")',
    'net.cidr_contains("10.0.0.0/8", "2001:db8::1")',
    'net.cidr_contains("10.0.0.0", "10.0.0.0")',
    'net.cidr_contains("10.0.0.0/255.0.0.0", "10.0.0.1")',
    'net.cidr_contains("10.0.0.0/33", "10.0.0.1")',
    'net.cidr_contains("10.0.0.0/08", "10.0.0.1")',
    'net.cidr_contains("010.0.0.0/8", "10.0.0.1")',
    'net.cidr_contains("fe80::/10", "fe80::1%eth0")',
    'net.cidr_contains("10.0.0.0/8", "")',
    'net.cidr_contains("10.0.0.0/8", input.n)',
    'urlquery.decode("a=1&b=2%2B+x")',
    'urlquery.decode("%")',
    'urlquery.decode("%zz")',
    'urlquery.decode("%C3%A9")',
    'strings.count("aaa", "")',
    'strings.count("é", "")',
    'strings.count("cheese", "e")',
    'strings.count("aaa", "aa")',
    'strings.count(input.n, "")',
    # What both bring, as far as a policy for models is likely to use it.
    'glob.match("gpt-*", null, "gpt-4.1")',
    'glob.match("gpt-*", [], "gpt-4.1")',
    'glob.match("{gpt,o}-?", null, "o-3")',
    'glob.match("[", null, "x")',
    'sprintf("%d %s %v", [1, "a", [2]])',
    'concat(" ", {"b", "a"})',
    'split("a,b", ",")',
    'trim(" x ", " ")',
    'substring("abc", 1, -1)',
    'time.parse_rfc3339_ns("2026-11-23T03:00:00Z")',
    "time.clock(0)",
    'time.weekday([0, "UTC"])',
    'object.get({"a": {"b": 1}}, ["a", "b"], 0)',
    'object.union({"a": 1}, {"b": 2})',
    'json.unmarshal("{\\"a\\": 1}")',
    'base64.decode("YQ==")',
    'to_number("1e3")',
    'to_number("x")',
    "numbers.range(1, 3)",
    "sort({3, 1, 2})",
    "1 / 0",
    "sum([1, 2.5])",
    'max({"a", "b"})',
    'semver.compare("1.2.3", "1.10.0")',
    'indexof("abc", "z")',
    '1 in "abc"',
    "1 in null",
    '"a" in {"x": "a"}',
    'contains("launch codes", "codes")',
    'startswith("a", "")',
    'lower("ABC É")',
]


NEGATIONS = {
    # Without the import: what the lint lets through means the same.
    "plain": """
decision := [a, b, c, d, e]
default a := false
a if not input.a
default b := false
b if not input.a.b
default c := false
c if { some key in ["a", "b"]; not input[key] }
default d := false
d if not e
default e := false
e if { some i in [0, 1]; not input.b["x"][i] }
""",
    # With it: everything else does.
    "future": """
import future.keywords.not
decision := [a, b, c, d, e]
default a := false
a if not f(input.a, input.b)
default b := false
b if not input.a == 1
default c := false
c if not data.none[input.a]
default d := false
d if not count([x | x := input.a]) > 0
default e := false
e if not input[input.b]
f(x, y) if x == y
""",
}


@pytest.fixture(scope="module")
def expressions(opa: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A policy that gives the value of the expression with the number `input.i`."""
    path = tmp_path_factory.mktemp("expressions")
    rules = [
        f"decision := v if {{\n\tinput.i == {i}\n\tv := {text}\n}}"
        for i, text in enumerate(EXPRESSIONS)
    ]
    for name, text in NEGATIONS.items():
        (path / f"{name}.rego").write_text(f"package {name}\n\n{text}")
    (path / "t.rego").write_text("package t\n\n" + "\n\n".join(rules) + "\n")
    entrypoints = {
        Phase.AUTHZ: "t/decision",
        Phase.REQUEST: "plain/decision",
        Phase.RESPONSE: "future/decision",
    }
    with serving(opa, str(path)) as url, both(url, path, entrypoints) as pair:
        yield pair


@pytest.mark.parametrize("number", range(len(EXPRESSIONS)), ids=EXPRESSIONS)
def test_both_engines_agree_on_an_expression(expressions: Both, number: int) -> None:
    embedded, opa = expressions.ask(Phase.AUTHZ, {"i": number, "n": 1})
    assert embedded == opa


@pytest.mark.parametrize("phase", [Phase.REQUEST, Phase.RESPONSE], ids=["plain", "future"])
@pytest.mark.parametrize(
    "document",
    [
        {},
        {"a": 1},
        {"a": False},
        {"a": None, "b": "a"},
        {"a": {"b": 1}, "b": "x"},
        {"a": 1, "b": 1},
        {"a": 1, "b": {"x": [1, False]}},
        {"a": [], "b": {"x": []}},
    ],
)
def test_both_engines_agree_on_what_not_means(
    expressions: Both, phase: Phase, document: Any
) -> None:
    embedded, opa = expressions.ask(phase, document)
    assert embedded == opa
    assert [type(value) for value in embedded] == [bool] * 5


def test_opa_knows_every_function_of_ours(opa: Path) -> None:
    shown = subprocess.run([opa, "capabilities", "--current"], check=True, capture_output=True)
    known = {
        function["name"]: len(function["decl"].get("args", []))
        for function in json.loads(shown.stdout)["builtins"]
    }
    ours = {name: arity for name, arity in ARITY.items() if name != "walk"}
    assert ours == {name: known.get(name) for name in ours}
    assert set(known) >= set(FORBIDDEN)
    assert not set(NATIVE) & set(REPLACED)
