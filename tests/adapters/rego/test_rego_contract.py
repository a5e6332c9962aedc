"""The same policies and inputs give the same decisions in process and at a real OPA."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extproc.core.decision import Phase, read_policy_result
from tests.engines import Both, both

REGO = Path(__file__).parents[3] / "rego"
ENTRYPOINTS = {phase: f"extproc/{phase}/decision" for phase in Phase}

CALL: dict[str, Any] = {
    "version": {"ext_authz": "v3", "encoding": "protojson"},
    "attributes": {
        "source": {"address": {"socketAddress": {"address": "10.1.2.3", "portValue": 4711}}},
        "request": {
            "http": {
                "id": "1",
                "method": "POST",
                "headers": {":path": "/v1/chat/completions", "authorization": "[credential]"},
                "path": "/v1/chat/completions",
                "host": "models.example.com",
                "scheme": "https",
                "protocol": "HTTP/1.1",
                "size": 512,
            }
        },
    },
    "parsed_path": ["v1", "chat", "completions"],
    "parsed_query": {},
    "identity": {
        "subject": "ada@example.com",
        "issuer": "https://login.example.com",
        "groups": ["research"],
        "claims": {"sub": "ada@example.com"},
    },
    "agent": {"id": "agt_1", "name": "notes", "parent": "", "started_at": 1},
    "credential": {"id": "crd_1", "expires_at": 2, "binding": "bearer", "scope": ""},
    "llm": {
        "api": "openai",
        "operation": "chat",
        "model": "gpt-4.1",
        "stream": True,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "assistant", "content": None},
            {"role": "user", "content": "How tall is the tower?"},
        ],
        "tools": ["weather"],
        "max_tokens": 100,
        "usage": None,
    },
    "findings": {"status": "ok", "items": [{"type": "EMAIL", "count": 1, "where": "messages"}]},
}


@pytest.fixture(scope="module")
def engines(opa_url: str) -> Iterator[Both]:
    with both(opa_url, REGO, ENTRYPOINTS) as pair:
        yield pair


def changed(**changes: Any) -> dict[str, Any]:
    """The call with changes such as llm__model="o-3"."""
    document = copy.deepcopy(CALL)
    for name, value in changes.items():
        *parents, last = name.split("__")
        node = document
        for parent in parents:
            node = node[parent]
        node[last] = value
    return document


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize(
    ("document", "is_allowed"),
    [
        pytest.param(CALL, {"authz", "request", "response"}, id="an ordinary call"),
        pytest.param({}, set(), id="nothing"),
        pytest.param(None, set(), id="null"),
        pytest.param([], set(), id="a list"),
        pytest.param(
            changed(llm__operation="models", llm__model=None, llm__messages=None),
            {"authz", "request", "response"},
            id="the list of models",
        ),
        pytest.param(changed(llm__operation="batch"), {"response"}, id="an unknown operation"),
        pytest.param(
            changed(llm__messages=[{"role": "user", "content": "The LAUNCH\ncodes!"}]),
            {"authz", "response"},
            id="blocked words",
        ),
        pytest.param(
            changed(llm__messages=[{"role": "user", "content": "éLAUNCH codes"}]),
            {"authz", "request", "response"},
            id="blocked words inside another word",
        ),
        pytest.param(
            changed(llm__messages=[{"role": "user", "content": "a"}] * 1001),
            {"authz", "response"},
            id="many messages",
        ),
        pytest.param(changed(llm__max_tokens=10**9), {"authz", "response"}, id="many tokens"),
        pytest.param(changed(llm__max_tokens="1"), {"authz", "response"}, id="tokens as text"),
        pytest.param(changed(findings__status="partial"), {"authz", "response"}, id="in part"),
        pytest.param(changed(findings__status="unavailable"), {"authz"}, id="not searched"),
        pytest.param(changed(identity__subject=""), {"request", "response"}, id="no subject"),
        pytest.param(changed(agent=None), {"request", "response"}, id="no agent"),
        pytest.param(
            changed(identity__groups=None), {"authz", "request", "response"}, id="no groups"
        ),
        pytest.param(changed(llm__model=1), {"authz", "response"}, id="a model that is no text"),
    ],
)
def test_both_engines_decide_the_same(
    engines: Both, phase: Phase, document: Any, is_allowed: set[str]
) -> None:
    embedded, opa = engines.ask(phase, document)
    assert embedded == opa
    assert read_policy_result(embedded).allowed == (phase in is_allowed)


_words = st.lists(
    st.sampled_from(["launch", "Codes", "LAUNCH", "codes", " ", "-", "\n", "é", "\u0301", "_", "1"])
).map("".join)
_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**40), 2**40),
        st.sampled_from([0.5, -1e300]),
        _words,
        st.sampled_from(["chat", "models", "ok", "partial", "gpt-4", "*", "research"]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "status", "id"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, child in items:
        yield from _places(child, (*path, key))


_JUDGED = [
    p for p in _places(CALL) if p[:1] in [("identity",), ("agent",), ("llm",), ("findings",)]
]


@st.composite
def _documents(draw: st.DrawFn) -> Any:
    """The ordinary call with one to three places removed or replaced by anything."""
    document: Any = copy.deepcopy(CALL)
    for path in draw(st.lists(st.sampled_from(_JUDGED), min_size=1, max_size=3)):
        node = document
        try:
            for key in path[:-1]:
                node = node[key]
            if draw(st.integers(0, 3)) == 0:
                del node[path[-1]]
            else:
                node[path[-1]] = draw(_values)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return document


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(document=_documents(), phase=st.sampled_from(list(Phase)))
def test_both_engines_decide_the_same_whatever_the_input(
    engines: Both, document: Any, phase: Phase
) -> None:
    embedded, opa = engines.ask(phase, document)
    assert embedded == opa


@pytest.mark.parametrize("command", ["check --strict", "fmt --fail --list", "test"])
def test_opa_itself_is_content_with_the_default_policies(opa: Path, command: str) -> None:
    run = subprocess.run([opa, *command.split(), REGO], capture_output=True, check=False)
    assert run.returncode == 0, run.stdout.decode() + run.stderr.decode()
