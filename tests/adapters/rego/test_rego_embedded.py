"""The embedded engine gives the entrypoint's value, or it is unavailable; there is no third."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extproc.adapters.rego import EmbeddedEngine, PolicyError
from extproc.adapters.rego.builtins import NATIVE
from extproc.core.decision import Phase, PolicyResult, Unavailable, read_policy_result
from extproc.core.plugin_result import read_plugin_result
from tests.engines import Given

Load = Callable[..., EmbeddedEngine]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("decision := true", True, id="a boolean"),
        pytest.param('decision := {"allowed": true}', {"allowed": True}, id="an object"),
        pytest.param("decision := input.a", {"b": ["é", 1.5, None]}, id="the input, whole"),
        pytest.param("decision contains x if some x in [2, 1, 2]", [1, 2], id="a set is a list"),
        pytest.param("decision := data.numbers[1]", 20, id="data"),
        pytest.param('decision if { print("secret", input) }', True, id="print is swallowed"),
    ],
)
async def test_a_value_is_given(
    engine: Load, text: str, value: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    loaded = engine(text, data_json='{"numbers": [10, 20]}')
    document = '{"a": {"b": ["é", 1.5, null]}}'.encode()
    assert await loaded.decide(Phase.REQUEST, Given(document)) == value
    assert capfd.readouterr() == ("", "")


async def test_calls_of_one_turn_get_each_its_own_answer(engine: Load) -> None:
    loaded = engine("decision := 6 / input.llm.messages")
    asked = [Given(b'{"llm": {"messages": %d}}' % number) for number in (1, 0, 2, 3)]
    left = asyncio.create_task(loaded.decide(Phase.REQUEST, asked[0]))
    answers = asyncio.gather(
        *(loaded.decide(Phase.REQUEST, document) for document in asked), return_exceptions=True
    )
    await asyncio.sleep(0)  # all have asked
    left.cancel()
    first, second, *rest = await answers
    assert (first, type(second), rest) == (6, Unavailable, [3, 2])


@pytest.mark.parametrize(
    ("text", "document"),
    [
        pytest.param("decision if input.a", b"{}", id="undefined"),
        pytest.param('decision := "<undefined>"', b"{}", id="a text that looks undefined"),
        pytest.param("decision := 1 / input.a", b'{"a": 0}', id="division by zero"),
        pytest.param("decision if lower(input.a)", b'{"a": 1}', id="wrong type for a builtin"),
        pytest.param("decision := 1 if input.a\n\ndecision := 2", b'{"a": 1}', id="conflict"),
        pytest.param("decision if object.subset(input.a, [])", b'{"a": [1]}', id="a panic"),
        pytest.param('decision if regex.match(input.a, "")', b'{"a": "("}', id="a broken pattern"),
        pytest.param("decision if input", b"", id="no document"),
        pytest.param("decision if input", b"{", id="half a document"),
        pytest.param("decision if input", b'{"a": NaN}', id="a document that is no JSON"),
        pytest.param("decision if input", b'{"a": "\xff"}', id="a document that is no UTF-8"),
        pytest.param("decision if input", b'{"a": "\\ud800"}', id="half a surrogate pair"),
        pytest.param("decision if input", b"[" * 10_000 + b"]" * 10_000, id="10,000 deep"),
    ],
)  # fmt: skip
async def test_whatever_goes_wrong_is_unavailable(engine: Load, text: str, document: bytes) -> None:
    loaded = engine(text)
    with pytest.raises(Unavailable) as raised:
        await loaded.decide(Phase.REQUEST, Given(document))
    assert raised.value.component == "policy"
    assert "Stack backtrace" not in raised.value.detail


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("null", id="null"),
        pytest.param("1", id="a number"),
        pytest.param('"true"', id="a text"),
        pytest.param("[true]", id="a list"),
        pytest.param("{}", id="nothing said"),
        pytest.param('{"allowed": 1}', id="allowed is a number"),
        pytest.param('{"allowed": "true"}', id="allowed is a text"),
        pytest.param('{"allowed": true, "alowed": true}', id="an unknown key"),
        pytest.param('{"allowed": true, "reason": 1}', id="another key of a wrong type"),
        pytest.param('{"allowed": true, "approval": {"required": "no"}}', id="deep inside too"),
        pytest.param('{"allowed": false, "http_status": 200}', id="a deny that looks like success"),
    ],
)
async def test_a_value_that_is_no_decision_is_unavailable(engine: Load, value: str) -> None:
    loaded = engine(f"decision := {value}")
    with pytest.raises(Unavailable):
        read_policy_result(await loaded.decide(Phase.REQUEST, Given(b"{}")))


async def test_an_error_does_not_outlive_its_call(engine: Load) -> None:
    loaded = engine("decision := object.subset(input.a, input.b)")
    with pytest.raises(Unavailable):
        await loaded.decide(Phase.REQUEST, Given(b'{"a": [1], "b": []}'))
    assert await loaded.decide(Phase.REQUEST, Given(b'{"a": {"x": 1}, "b": {}}')) is True


async def test_an_input_does_not_outlive_its_call(engine: Load) -> None:
    loaded = engine("decision := input.a")
    assert await loaded.decide(Phase.REQUEST, Given(b'{"a": 1}')) == 1
    with pytest.raises(Unavailable):
        await loaded.decide(Phase.REQUEST, Given(b"not JSON"))
    with pytest.raises(Unavailable):
        await loaded.decide(Phase.REQUEST, Given(b"{}"))


async def test_an_answer_that_came_too_late_is_unavailable(engine: Load) -> None:
    loaded = engine("decision := true", timeout=1e-9)
    with pytest.raises(Unavailable, match="took"):
        await loaded.decide(Phase.REQUEST, Given(b"{}"))


def test_another_thread_is_refused_and_not_tried(engine: Load) -> None:
    loaded = engine("decision := true")
    raised: list[BaseException] = []

    def elsewhere() -> None:
        try:
            loaded.evaluate(Phase.REQUEST, Given(b"{}"))
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert [type(error) for error in raised] == [Unavailable]
    assert loaded.evaluate(Phase.REQUEST, Given(b"{}")) is True


async def test_a_phase_without_an_entrypoint_is_unavailable(policy: Callable[..., Path]) -> None:
    loaded = EmbeddedEngine(policy("decision := true"), {Phase.AUTHZ: "t/decision"}, 1.0)
    assert await loaded.decide(Phase.AUTHZ, Given(b"{}")) is True
    with pytest.raises(Unavailable):
        await loaded.decide(Phase.REQUEST, Given(b"{}"))


def test_the_revision_changes_with_every_name_and_byte_that_decides(
    policy: Callable[..., Path],
) -> None:
    def revision() -> str:
        return EmbeddedEngine(path, {}, 1.0).revision

    path = policy("decision := true", data_json='{"a": 1}')
    seen = [revision(), revision()]
    policy(t_test="package t_test\n\ntest_a := true\n")
    seen.append(revision())
    assert len(set(seen)) == 1
    policy(data_json='{"a": 2}')
    seen.append(revision())
    (path / "t.rego").rename(path / "u.rego")
    seen.append(revision())
    policy(lib="package lib\n")
    seen.append(revision())
    assert len(set(seen)) == 4
    assert all(len(one) == 12 for one in seen)


def test_a_new_engine_is_a_reload_and_the_old_one_stays_as_it_was(engine: Load) -> None:
    old = engine("decision := 1")
    with pytest.raises(PolicyError):
        engine("decision := ")
    new = engine("decision := 2")
    document = Given({})
    assert (old.evaluate(Phase.AUTHZ, document), new.evaluate(Phase.AUTHZ, document)) == (1, 2)


def test_the_default_policies_refuse_an_input_that_says_nothing() -> None:
    rego = Path(__file__).parents[3] / "rego"
    loaded = EmbeddedEngine(rego, {phase: f"extproc/{phase}/decision" for phase in Phase}, 5.0)
    for phase in Phase:
        result = read_policy_result(loaded.evaluate(phase, Given({})))
        assert result == PolicyResult(allowed=False, reason=result.reason)
        assert result.reason.endswith(".")


@pytest.mark.parametrize("name", sorted(NATIVE))
def test_every_function_that_we_say_regorus_has_is_there(engine: Load, name: str) -> None:
    operands = ["input.x"] * (2 if name == "walk" else NATIVE[name])
    loaded = engine(f"decision if {name}({', '.join(operands)})")
    detail = ""
    try:
        loaded.evaluate(Phase.REQUEST, Given(b'{"x": {}}'))
    except Unavailable as error:  # of the operands, or undefined
        detail = error.detail
    assert "could not find function" not in detail


PLUGIN = """# As it may stand beside an opa-envoy-plugin.
package envoy.authz

import input.attributes.request.http as http_request
import rego.v1

default allow := {"allowed": false, "body": "Ask your team for access.", "http_status": 403}

allow := {"allowed": true, "headers": {"x-team": team}} if {
	http_request.method == "POST"
	["v1", "chat", _] = input.parsed_path
	not input.parsed_query.debug
	team := data.teams[http_request.headers["x-user"]]
}
"""


@pytest.mark.parametrize(
    ("user", "result"),
    [
        ("ada", PolicyResult(allowed=True, headers={"x-team": "tower"})),
        (
            "eve",
            PolicyResult(allowed=False, reason="Ask your team for access.", http_status=403),
        ),
    ],
)
def test_a_policy_of_the_opa_envoy_plugin_decides_unchanged(
    policy: Callable[..., Path], user: str, result: PolicyResult
) -> None:
    path = policy(envoy=PLUGIN, data_json='{"teams": {"ada": "tower"}}')
    loaded = EmbeddedEngine(path, {Phase.AUTHZ: "envoy/authz/allow"}, 5.0)
    document = {
        "attributes": {"request": {"http": {"method": "POST", "headers": {"x-user": user}}}},
        "parsed_path": ["v1", "chat", "completions"],
        "parsed_query": {},
    }
    assert read_plugin_result(loaded.evaluate(Phase.AUTHZ, Given(document))) == result
