"""A result that was written for the opa-envoy-plugin is read as ours, or refused whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.decision import PolicyResult, Unavailable
from extproc.core.plugin_result import read_plugin_result

ALLOWED = PolicyResult(allowed=True)


def denied(**fields: Any) -> PolicyResult:
    return PolicyResult(allowed=False, **fields)


@pytest.mark.parametrize(
    ("value", "result"),
    [
        pytest.param(True, ALLOWED, id="true"),
        pytest.param(False, denied(), id="false"),
        pytest.param({"allowed": True}, ALLOWED, id="an object that allows"),
        pytest.param({"allowed": False}, denied(), id="an object that denies"),
        pytest.param(
            {"allowed": False, "body": "Not today.", "http_status": 451},
            denied(reason="Not today.", http_status=451),
            id="a deny with words and a status",
        ),
        pytest.param(
            {"allowed": True, "body": "Unused.", "http_status": 200},
            ALLOWED,
            id="an allow has no use for them",
        ),
        pytest.param(
            {"allowed": False, "headers": {"X-Why": "because", "x-also": ["a", "b"]}},
            denied(headers={"x-why": "because", "x-also": "a, b"}),
            id="headers of one and of several values",
        ),
        pytest.param(
            {"allowed": True, "headers": [{"x-a": "1"}, {"X-A": "2"}, {"x-b": "3"}]},
            PolicyResult(allowed=True, headers={"x-a": "1, 2", "x-b": "3"}),
            id="headers as a list of objects",
        ),
        pytest.param(
            {
                "allowed": True,
                "headers": {},
                "response_headers_to_add": {},
                "request_headers_to_remove": [],
                "query_parameters_to_set": {},
                "query_parameters_to_remove": [],
                "dynamic_metadata": {},
            },
            ALLOWED,
            id="every key, but empty",
        ),
        pytest.param(
            {
                "allowed": False,
                "response_headers_to_add": {"x-a": "1"},
                "request_headers_to_remove": ["x-b"],
                "query_parameters_to_set": {"c": ["1"]},
                "query_parameters_to_remove": ["d"],
            },
            denied(),
            id="a deny has no use for changes of the request",
        ),
    ],
)
def test_what_is_read(value: Any, result: PolicyResult) -> None:
    assert read_plugin_result(value) == result


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param(None, "neither", id="null"),
        pytest.param(1, "neither", id="a number"),
        pytest.param("true", "neither", id="a text"),
        pytest.param([True], "neither", id="a list"),
        pytest.param({}, "allowed", id="nothing said"),
        pytest.param({"allowed": 1}, "allowed", id="a number that allows"),
        pytest.param({"allowed": "true"}, "allowed", id="a text that allows"),
        pytest.param({"allowed": None}, "allowed", id="null that allows"),
        pytest.param({"allowed": True, "alowed": True}, "alowed", id="an unknown key"),
        pytest.param({"allowed": False, "reason": "x"}, "reason", id="a key of ours"),
        pytest.param({"allowed": False, "body": {}}, "body", id="a body that is no text"),
        pytest.param({"allowed": False, "http_status": "403"}, "http_status", id="a text"),
        pytest.param({"allowed": False, "http_status": True}, "http_status", id="true"),
        pytest.param({"allowed": False, "http_status": None}, "http_status", id="no status"),
        pytest.param({"allowed": False, "http_status": 200}, "200", id="a deny with success"),
        pytest.param({"allowed": False, "http_status": 302}, "302", id="a redirect"),
        pytest.param({"allowed": False, "http_status": 600}, "600", id="a status of none"),
        pytest.param({"allowed": True, "headers": "x"}, "headers", id="headers as text"),
        pytest.param({"allowed": True, "headers": [["a", "b"]]}, "headers", id="headers as pairs"),
        pytest.param({"allowed": True, "headers": {"a": 1}}, "headers", id="a header of a number"),
        pytest.param({"allowed": True, "headers": {"a": [1]}}, "headers", id="one of several"),
        pytest.param({"allowed": True, "headers": {":path": "/"}}, "header", id="a pseudo-header"),
        pytest.param({"allowed": True, "headers": {"": "x"}}, "header", id="a header of no name"),
        pytest.param({"allowed": False, "headers": {"a": "b\nc: d"}}, "header", id="a line break"),
        pytest.param(
            {"allowed": False, "headers": {"set-cookie": ["a", "b"]}}, "set-cookie", id="a break"
        ),
        pytest.param(
            {"allowed": True, "response_headers_to_add": {"a": "b"}},
            "response_headers_to_add is not supported",
            id="headers for the caller of what is allowed",
        ),
        pytest.param(
            {"allowed": True, "request_headers_to_remove": ["a"]},
            "request_headers_to_remove is not supported",
            id="headers to remove",
        ),
        pytest.param(
            {"allowed": True, "query_parameters_to_set": {"a": "b"}},
            "query_parameters_to_set is not supported",
            id="parameters to set",
        ),
        pytest.param(
            {"allowed": True, "query_parameters_to_remove": ["a"]},
            "query_parameters_to_remove is not supported",
            id="parameters to remove",
        ),
        pytest.param(
            {"allowed": False, "request_headers_to_remove": "a"},
            "request_headers_to_remove must be",
            id="a wrong type in what a deny does not use",
        ),
        pytest.param(
            {"allowed": True, "dynamic_metadata": {"a": 1}},
            "dynamic_metadata is not supported",
            id="metadata for another filter",
        ),
        pytest.param(
            {"allowed": True, "dynamic_metadata": []}, "dynamic_metadata must be", id="no metadata"
        ),
    ],
)  # fmt: skip
def test_what_is_refused(value: Any, why: str) -> None:
    with pytest.raises(Unavailable) as raised:
        read_plugin_result(value)
    assert raised.value.component == "policy"
    assert why in raised.value.detail


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
_keys = st.sampled_from(
    ["allowed", "headers", "body", "http_status", "response_headers_to_add", "dynamic_metadata"]
)


@given(_json | st.dictionaries(_keys, _json))
def test_only_true_exactly_allows(value: Any) -> None:
    try:
        result = read_plugin_result(value)
    except Unavailable:
        return
    said = value["allowed"] if isinstance(value, dict) else value
    assert result.allowed is said
    assert said is True or said is False
