"""Bad input and bad credentials: a clear error with its code, recorded, nothing passed on."""

from __future__ import annotations

import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.e2e.dialects import CHAT, MESSAGES, chat, messages
from tests.stack import Stack, exchange_bytes
from tests.upstream import Upstream

pytestmark = pytest.mark.e2e

EXCHANGE = "x-extproc-exchange-id"


def test_without_a_credential(stack: Stack, upstream: Upstream) -> None:
    answer = stack.call(chat("hi"), None)
    assert (answer.status, answer.json["error"]["code"]) == (401, "missing_credential")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    answer = stack.call(messages("hi"), None, MESSAGES)
    assert (answer.status, answer.json["type"], answer.json["code"]) == (
        401, "error", "missing_credential",
    )  # fmt: skip
    assert answer.json["error"]["type"] == "authentication_error"
    assert upstream.seen == []
    recorded = stack.exchange(answer.headers[EXCHANGE])
    assert (recorded["code"], recorded["subject"]) == ("missing_credential", "")


def test_the_key_may_stand_in_x_api_key(stack: Stack, upstream: Upstream, token: str) -> None:
    answer = stack.call(messages("hi"), None, MESSAGES, x_api_key=token)
    assert answer.status == 200
    assert len(upstream.seen) == 1


def _forged(_: Stack, token: str) -> str:
    """Our own claims under somebody else's key."""
    claims = json.loads(jwt_part(token, 1))
    key = ECKey.generate_key("P-256")
    return str(jwt.encode({"alg": "ES256", "typ": "at+jwt"}, claims, key))


def jwt_part(token: str, index: int) -> bytes:
    import base64

    part = token.split(".")[index]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _unsigned(token: str) -> str:
    import base64

    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda stack, token: _unsigned(token), id="alg none"),
        pytest.param(_forged, id="another issuer's key"),
        pytest.param(lambda stack, token: token[:-4] + "AAAA", id="a broken signature"),
        pytest.param(lambda stack, token: "sk-live-not-ours", id="a provider's key"),
        pytest.param(lambda stack, token: f"{token}, Bearer {token}", id="two credentials"),
        pytest.param(lambda stack, token: "x" * 20_000, id="very long"),
    ],
)
def test_a_wrong_credential(stack: Stack, upstream: Upstream, token: str, spoil) -> None:  # type: ignore[no-untyped-def]
    wrong = spoil(stack, token)
    answer = stack.call(chat("hi"), wrong)
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert wrong not in answer.body.decode()
    assert upstream.seen == []
    assert stack.exchange(answer.headers[EXCHANGE])["code"] == "invalid_token"
    assert stack.call(chat("hi"), token).status == 200


def test_a_killed_agents_credential(stack: Stack, upstream: Upstream) -> None:
    agent, token = stack.agent("bob")
    assert stack.call(chat("hi"), token).status == 200
    stack.end(agent)
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked")
    assert len(upstream.seen) == 1
    recorded = stack.exchange(answer.headers[EXCHANGE])
    assert (recorded["subject"], recorded["agent"]) == ("bob", agent), "who used it is known"


def test_an_expired_credential(stack: Stack, upstream: Upstream) -> None:
    token = stack.token("bob", ttl=1)
    deadline = time.monotonic() + 10
    while (answer := stack.call(chat("hi"), token)).status == 200:
        assert time.monotonic() < deadline
    assert (answer.status, answer.json["error"]["code"]) in {
        (401, "invalid_token"), (401, "revoked"),
    }  # fmt: skip


BAD_BODIES = [
    pytest.param(b'{"model": "demo"', "invalid_request", id="malformed JSON"),
    pytest.param(b"", "invalid_request", id="an empty body"),
    pytest.param(b"[1]", "invalid_request", id="not an object"),
    pytest.param(
        b'{"model":"demo","model":"x","messages":[]}', "invalid_request", id="a key twice",
    ),
    pytest.param(
        b'{"model":"demo","messages":[{"role":"user","content":"\\ud800"}]}',
        "invalid_request", id="a lone surrogate",
    ),
    pytest.param(
        b'{"model":"demo","messages":[{"role":"user","content":"\xff"}]}',
        "invalid_request", id="invalid UTF-8",
    ),
    pytest.param(
        b'{"model":"demo","messages":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        "invalid_request", id="nesting 10,000 deep",
    ),
    pytest.param(b'{"model":"demo","messages":[],"x":NaN}', "invalid_request", id="NaN"),
    pytest.param(b'{"model":7,"messages":[]}', "invalid_request", id="a model that is no string"),
    pytest.param(b'{"model":"demo","messages":[]} {}', "invalid_request", id="two documents"),
]  # fmt: skip


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
@pytest.mark.parametrize(("body", "code"), BAD_BODIES)
def test_a_bad_body(
    stack: Stack, upstream: Upstream, token: str, body: bytes, code: str, path: str
) -> None:
    answer = stack.call(body, token, path)
    error = answer.json if path == MESSAGES else answer.json["error"]
    assert (answer.status, error["code"]) == (400, code)
    assert upstream.seen == []
    assert stack.exchange(answer.headers[EXCHANGE])["code"] == code
    assert stack.call(chat("hi"), token).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"content_type": "text/plain"}, id="text"),
        pytest.param({"content_type": "multipart/form-data; boundary=x"}, id="a form"),
        pytest.param({"content_encoding": "gzip"}, id="compressed"),
    ],
)
def test_a_wrong_media_type(
    stack: Stack, upstream: Upstream, token: str, headers: dict[str, str]
) -> None:
    answer = stack.call(chat("hi"), token, **headers)
    assert (answer.status, answer.json["error"]["code"]) == (415, "unsupported_media_type")
    assert upstream.seen == []
    assert stack.exchange(answer.headers[EXCHANGE])["code"] == "unsupported_media_type"


def test_an_unknown_path_is_denied(stack: Stack, upstream: Upstream, token: str) -> None:
    answer = stack.call(b'{"input":"hi","model":"demo"}', token, "/v1/nothing")
    assert (answer.status, answer.json["error"]["code"]) == (403, "policy_denied")
    assert upstream.seen == []


def test_an_upgrade_is_refused(stack: Stack, upstream: Upstream, token: str) -> None:
    answer = exchange_bytes(
        stack.port,
        f"GET {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode(),
        timeout=10,
    )
    assert answer.status == 400
    assert upstream.seen == []


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("content-length: 5\r\ntransfer-encoding: chunked\r\n", id="two lengths"),
        pytest.param("content-length: -1\r\n", id="a negative length"),
        pytest.param("content-length: 5, 6\r\n", id="a list of lengths"),
    ],
)
def test_a_lying_length_never_reaches_the_upstream(
    stack: Stack, upstream: Upstream, token: str, head: str
) -> None:
    answer = exchange_bytes(
        stack.port,
        f"POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{head}"
        "content-type: application/json\r\n\r\n0\r\n\r\n".encode(),
        timeout=10,
    )
    assert answer.status in (0, 400)
    assert upstream.seen == []
    assert stack.call(chat("hi"), token).status == 200


def test_a_body_shorter_than_its_length_never_reaches_the_upstream(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", stack.port), 10) as client:
        client.sendall(
            f"POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
            "content-type: application/json\r\ncontent-length: 5000\r\n\r\n".encode()
            + chat("hi")
        )
        client.shutdown(socket.SHUT_WR)
        client.recv(65536)
    assert stack.call(chat("again"), token).status == 200
    assert [json.loads(seen.body)["messages"][0]["content"] for seen in upstream.seen] == ["again"]
