"""The demo model as a process: its address, its memory, bad input, and its end."""

from __future__ import annotations

import base64
import json
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from .conftest import running

HELLO = {"model": "demo", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}


def test_it_tells_its_port_and_ends_cleanly(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with running("--listen", "127.0.0.1:0", "--port-file", str(port_file)) as (process, url):
        assert int(port_file.read_text()) == urlsplit(url).port
        with httpx2.Client(base_url=url) as client:
            assert client.get("/healthz").json() == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stdout is not None
        assert process.stderr is not None
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_a_signal_right_after_the_address_is_not_lost() -> None:
    with running("--listen", "127.0.0.1:0") as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_it_logs_neither_prompts_nor_keys_nor_the_drops_it_was_asked_for() -> None:
    with running("--listen", "127.0.0.1:0") as (process, url):
        asked = HELLO | {"messages": [{"role": "user", "content": "a secret #reset"}]}
        with httpx2.Client(base_url=url) as client, pytest.raises(httpx2.RemoteProtocolError):
            client.post("/v1/messages", json=asked, headers={"x-api-key": "a key"})
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_an_address_without_a_port_is_refused() -> None:
    with pytest.raises(AssertionError), running("--listen", "127.0.0.1"):
        pass


def test_it_remembers_the_last_request_byte_for_byte(http: httpx2.Client) -> None:
    before = http.get("/last").json()["count"]
    body = json.dumps(HELLO, indent=7).encode()
    http.post("/v1/chat/completions?a=%20b", content=body, headers={"x-seen": "yes"})
    last = http.get("/last").json()
    assert last["count"] == before + 1
    assert (last["method"], last["path"]) == ("POST", "/v1/chat/completions?a=%20b")
    assert ["x-seen", "yes"] in last["headers"]
    assert base64.b64decode(last["body_base64"]) == body
    assert last["ended"] == "complete"


def test_it_remembers_that_a_connection_was_dropped(http: httpx2.Client) -> None:
    asked = HELLO | {"stream": True, "messages": [{"role": "user", "content": "#reset"}]}
    with pytest.raises(httpx2.RemoteProtocolError):
        http.post("/v1/chat/completions", json=asked)
    assert http.get("/last").json()["ended"] == "dropped"


def test_it_remembers_a_body_as_far_as_it_came(url: str, http: httpx2.Client) -> None:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as peer:
        peer.sendall(b'POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 99\r\n\r\n{"half')
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(4096):
            pass
    last = http.get("/last").json()
    assert (base64.b64decode(last["body_base64"]), last["ended"]) == (b'{"half', "dropped")


def test_a_listener_that_others_reach_remembers_nothing() -> None:
    with running("--listen", "0.0.0.0:0") as (_, url):
        port = urlsplit(url).port
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert client.post("/v1/messages", json=HELLO).status_code == 200
            assert client.get("/last").status_code == 404


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"", "the body is not JSON", id="nothing"),
        pytest.param(b"{", "the body is not JSON", id="half an object"),
        pytest.param(b"[" * 100_000, "the body is not JSON", id="very deep"),
        pytest.param(b'"\xff"', "the body is not JSON", id="not UTF-8"),
        pytest.param(b"[]", "the body must be a JSON object", id="a list"),
        pytest.param(
            b'{"max_tokens":1,"model":"demo"}',
            "messages: a list of at least one message is required",
            id="no messages",
        ),
        pytest.param(
            b'{"max_tokens":1,"messages":[{"role":"user","content":"hi"}]}',
            "model: a string is required",
            id="no model",
        ),
        pytest.param(
            b'{"max_tokens":1,"model":"demo","messages":["hi"]}',
            "messages[0].role: a string is required",
            id="a message that is no object",
        ),
    ],
)
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
def test_what_cannot_be_read_is_refused_in_the_dialect(
    http: httpx2.Client, path: str, body: bytes, message: str
) -> None:
    refused = http.post(path, content=body)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert (error["type"], error["message"]) == (
        "invalid_request_error",
        "max_tokens: a number is required" if error["message"].startswith("max_") else message,
    )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/chat/completions", 405), ("POST", "/v1/responses", 404), ("GET", "/", 404)],
)
def test_what_it_does_not_serve_is_refused(
    http: httpx2.Client, method: str, path: str, status: int
) -> None:
    refused = http.request(method, path)
    assert (refused.status_code, "error" in refused.json()) == (status, True)
