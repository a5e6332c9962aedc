"""The document that Rego sees: what stands where, and that looking at a part is looking at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.call import Call
from extproc.core.identity import Identity
from extproc.core.llm.dialect import Message
from extproc.core.policy_input import (
    CREDENTIAL,
    UNBOUNDED,
    HttpRequest,
    Place,
    PolicyInput,
    authz_input,
    encode_at,
    exchange_input,
)
from tests.engines import Given

IDENTITY = Identity(
    subject="ada@example.com",
    issuer="https://login.example.com",
    groups=("research", "board"),
    agent_id="agt_1",
    agent_name="notes",
    credential_id="crd_1",
    expires_at=1_700_000_000_000_000,
    parent="agt_0",
    started_at=1_600_000_000_000_000,
    binding="dpop",
    scope="chat",
    claims={"sub": "ada", "level": Decimal("1.50")},
)
HEADERS = {
    ":path": "/v1/chat/completions",
    "authorization": "Bearer the-secret",
    "x-api-key": "the-secret",
    "cookie": "the-secret",
    "x-team": "tower",
}
LLM = {
    "api": "openai",
    "operation": "chat",
    "model": "gpt-4.1",
    "stream": False,
    "messages": (Message("user", "How tall is the tower?"),),
    "tools": ("weather",),
    "max_tokens": None,
    "usage": None,
}


def asked(path: str = "/v1/chat/completions", **more: Any) -> HttpRequest:
    return HttpRequest("POST", path, "models.example.com", "https", "HTTP/1.1", HEADERS, **more)


def authz(path: str = "/v1/chat/completions", **more: Any) -> PolicyInput:
    return authz_input(asked(path, **more), "10.1.2.3", 4711, IDENTITY, "openai", "chat")


def exchange() -> PolicyInput:
    call = Call("exc_1", "dec_1", 5, "10.1.2.3", 4711, "HTTP/1.1", "r", IDENTITY)
    return exchange_input(asked(id="r", size=512), call, LLM, "ok", [("EMAIL", 2, "messages")])


BASE: dict[str, Any] = {
    "version": {"ext_authz": "v3", "encoding": "protojson"},
    "attributes": {
        "source": {"address": {"socketAddress": {"address": "10.1.2.3", "portValue": 4711}}},
        "request": {
            "http": {
                "id": "r",
                "method": "POST",
                "headers": {
                    ":path": "/v1/chat/completions",
                    "authorization": CREDENTIAL,
                    "x-api-key": CREDENTIAL,
                    "cookie": CREDENTIAL,
                    "x-team": "tower",
                },
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
        "groups": ["research", "board"],
        "claims": {"sub": "ada", "level": 1.5},
    },
    "agent": {
        "id": "agt_1",
        "name": "notes",
        "parent": "agt_0",
        "started_at": 1_600_000_000_000_000,
    },
    "credential": {
        "id": "crd_1",
        "expires_at": 1_700_000_000_000_000,
        "binding": "dpop",
        "scope": "chat",
    },
}
AUTHZ = {**BASE, "llm": {"api": "openai", "operation": "chat"}}
EXCHANGE = {
    **BASE,
    "llm": {
        **LLM,
        "messages": [{"role": "user", "content": "How tall is the tower?"}],
        "tools": ["weather"],
    },
    "findings": {
        "status": "ok",
        "items": [{"type": "EMAIL", "count": 2, "where": "messages"}],
    },
}


@pytest.mark.parametrize(
    ("document", "whole"),
    [
        pytest.param(authz(id="r", size=512), AUTHZ, id="when only the head is known"),
        pytest.param(exchange(), EXCHANGE, id="when the body is known"),
    ],
)
def test_the_whole_document(document: PolicyInput, whole: dict[str, Any]) -> None:
    encoded = document.encode()
    assert json.loads(encoded) == whole
    assert list(json.loads(encoded)) == list(whole)
    assert b"the-secret" not in encoded
    assert document.encode() is encoded


def test_empty_values_are_left_out_of_the_attributes_and_nowhere_else() -> None:
    nobody = Identity(
        subject="", issuer="", groups=(), agent_id="", agent_name="", credential_id="", expires_at=0
    )
    request = HttpRequest("GET", "", "", "", "", {}, size=0)
    seen = json.loads(authz_input(request, "", 0, nobody, "", "").encode())
    assert seen["attributes"]["request"] == {"http": {"method": "GET"}}
    assert seen["identity"] == {"subject": "", "issuer": "", "groups": [], "claims": {}}
    assert seen["parsed_path"] == [""]


@pytest.mark.parametrize(
    ("path", "parsed_path", "parsed_query"),
    [
        ("/v1/models", ["v1", "models"], {}),
        ("/v1/a%20b%2Fc", ["v1", "a b", "c"], {}),
        ("//v1/", ["v1", ""], {}),
        ("/v1?a=1&a=&b=%2B+", ["v1"], {"a": ["1", ""], "b": ["+ "]}),
        ("/v1?", ["v1"], {}),
        ("/v1?a", ["v1"], {"a": [""]}),
    ],
)
def test_the_path_is_parsed(path: str, parsed_path: list[str], parsed_query: Any) -> None:
    document = authz(path)
    assert document.at(("parsed_path",)) == parsed_path
    assert document.at(("parsed_query",)) == parsed_query


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*above, key)
            yield from places(below, (*above, key))


@pytest.mark.parametrize(("make", "whole"), [(authz, AUTHZ), (exchange, EXCHANGE)])
@pytest.mark.parametrize("is_written_first", [False, True])
def test_each_place_holds_what_the_whole_document_has_there(
    make: Any, whole: dict[str, Any], is_written_first: bool
) -> None:
    for place in places(whole):
        document = make(**({"id": "r", "size": 512} if make is authz else {}))
        if is_written_first:
            document.encode()
        there = {place[-1]: Given(whole).at(place)}
        for part in reversed(place[:-1]):
            there = {part: there}
        assert json.loads(encode_at(document, [place])) == there


@pytest.mark.parametrize(
    "place",
    [
        ("none",),
        ("findings",),
        ("findings", "status"),
        ("identity", "none"),
        ("identity", "subject", "none"),
        ("identity", "groups", "0"),
        ("llm", "model"),
        ("attributes", "request", "http", "body"),
    ],
)
def test_where_nothing_is_there_is_a_key_error(place: Place) -> None:
    document = authz()
    for _ in range(2):
        with pytest.raises(KeyError):
            document.at(place)
        document.encode()


def test_the_unbounded_places_are_places() -> None:
    assert set(UNBOUNDED) <= set(places(EXCHANGE))


@pytest.mark.parametrize(
    ("document", "encoded"),
    [
        ({}, b"{}"),
        ({"a": None}, b'{"a":null}'),
        ({"a": 1, "c": 2}, b'{"a":1}'),
        ({"a": True}, b'{"a":true}'),
        ({"a": 1.0}, b'{"a":1.0}'),
        ({"a": "1"}, b'{"a":"1"}'),
        ({"b": {"d": 1}}, b"{}"),
        ({"b": {"c": 1, "d": 1}, "a": 1}, b'{"a":1,"b":{"c":1}}'),
        ({"b": [1]}, b"{}"),
        ({"b": None}, b"{}"),
        (None, b"{}"),
    ],
)
def test_a_part_is_written_by_itself(document: Any, encoded: bytes) -> None:
    assert encode_at(Given(document), (("a",), ("b", "c"))) == encoded


_documents = st.recursive(
    st.sampled_from([None, True, 1, 1.0, "1", "", []]),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


@given(document=_documents, places=st.sets(st.sampled_from(["a", "bc", "ba", "ca"]).map(tuple)))
def test_a_part_holds_those_places_and_no_others(document: Any, places: set[Place]) -> None:
    written = Given(encode_at(Given(document), sorted(places)))

    def at(document: PolicyInput, place: Place) -> object:
        try:
            return document.at(place)
        except KeyError:
            return KeyError

    for place in places:
        assert repr(at(written, place)) == repr(at(Given(document), place))
    kept = {place[0] for place in places if at(Given(document), place) is not KeyError}
    assert set(json.loads(written.encode())) == kept
