"""An agent is ended, and what it has open ends with it: at once, well formed, and recorded."""

from __future__ import annotations

import socket

import pytest

from tests.e2e.dialects import chat, chat_answer, chat_event
from tests.stack import Stack, opened, parse_answer, read_answer, rest_of
from tests.upstream import WAIT, Upstream, chunked, whole

pytestmark = pytest.mark.e2e


def send_call(stack: Stack, token: str, body: bytes, length: int | None = None) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", stack.port), 8)
    client.sendall(
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {length or len(body)}\r\n"
        "connection: close\r\n\r\n".encode()
        + body
    )
    return client


def test_collecting(stack: Stack, upstream: Upstream) -> None:
    agent, token = stack.agent("x1")
    import time

    with send_call(stack, token, chat("hi")[:20], 100) as client:
        time.sleep(0.5)
        stack.end(agent)
        answer = read_answer(client)
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked"), answer
    print(answer)
    print(stack.wait_for_answer(answer.headers["x-extproc-exchange-id"]))


def test_awaiting(stack: Stack, upstream: Upstream) -> None:
    upstream.answer = [WAIT, *whole(chat_answer("never"))]
    agent, token = stack.agent("x1")
    with send_call(stack, token, chat("hi")) as client:
        upstream.wait_for(lambda: len(upstream.seen) == 1)
        stack.end(agent)
        answer = read_answer(client)
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked"), answer
    upstream.wait_for(lambda: upstream.resets == 1)
    print(stack.wait_for_answer(answer.headers["x-extproc-exchange-id"]))


def test_holding(stack: Stack, upstream: Upstream) -> None:
    (first,) = whole(chat_answer("never"))
    upstream.answer = [first[:-20], WAIT, first[-20:]]
    agent, token = stack.agent("x1")
    import time

    with send_call(stack, token, chat("hi")) as client:
        upstream.wait_for(lambda: len(upstream.seen) == 1)
        time.sleep(0.3)
        stack.end(agent)
        answer = read_answer(client)
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked"), answer
    upstream.wait_for(lambda: upstream.resets == 1)
    print(stack.wait_for_answer(answer.headers["x-extproc-exchange-id"]))


def test_streaming_nothing_yet(stack: Stack, upstream: Upstream) -> None:
    upstream.answer = chunked([WAIT], end=False)
    agent, token = stack.agent("x1")
    with opened(stack, token, chat("hi", stream=True), until=b"\r\n\r\n") as (client, got):
        stack.end(agent)
        answer = parse_answer(got + b"".join(rest_of(client)))
    print(answer)
    assert answer.is_complete
    assert b"revoked" in answer.body
    upstream.wait_for(lambda: upstream.resets == 1)
    print(stack.wait_for_answer(answer.headers["x-extproc-exchange-id"]))


def test_streaming(stack: Stack, upstream: Upstream) -> None:
    upstream.answer = chunked([chat_event("Hello there. "), WAIT], end=False)
    agent, token = stack.agent("x1")
    with opened(stack, token, chat("hi", stream=True)) as (client, got):
        stack.end(agent)
        answer = parse_answer(got + b"".join(rest_of(client)))
    print(answer)
    assert answer.is_complete
    assert b"revoked" in answer.body
    upstream.wait_for(lambda: upstream.resets == 1)
    print(stack.wait_for_answer(answer.headers["x-extproc-exchange-id"]))
