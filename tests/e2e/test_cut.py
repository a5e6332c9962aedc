"""An agent is ended, and what it has open ends with it: at once, well formed, and recorded."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import anthropic
import openai
import pytest

from extproc.config import host_port
from tests.e2e.dialects import (
    CHAT,
    MESSAGES,
    chat,
    chat_answer,
    chat_event,
    message_event,
    message_stream,
    messages,
)
from tests.e2e.test_workers import workers
from tests.stack import (
    Answer,
    Stack,
    opened,
    parse_answer,
    read_answer,
    request,
    rest_of,
)
from tests.upstream import WAIT, Seen, Upstream, chunked, endless, whole

pytestmark = pytest.mark.e2e

RESPONSES = "/v1/responses"
BODIES = {
    CHAT: chat("hi", stream=True),
    MESSAGES: messages("hi", stream=True),
    RESPONSES: json.dumps({"model": "demo", "input": "hi", "stream": True}).encode(),
}


def _responses_event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


RESPONSE = {"id": "resp_1", "object": "response", "created_at": 1, "model": "demo", "output": [],
            "status": "in_progress", "parallel_tool_calls": True, "tool_choice": "auto",
            "tools": []}  # fmt: skip
PIECES = {
    CHAT: [chat_event("Hello there. ")],
    MESSAGES: [
        *message_stream("")[:2],
        message_event(
            "content_block_delta", index=0, delta={"type": "text_delta", "text": "Hello there. "}
        ),
    ],
    RESPONSES: [
        _responses_event("response.created", response=RESPONSE, sequence_number=0),
        _responses_event(
            "response.output_text.delta", item_id="msg_1", output_index=0, content_index=0,
            delta="Hello there. ", logprobs=[], sequence_number=1,
        ),
    ],
}  # fmt: skip


def endlessly(seen: Seen) -> Any:
    return endless(PIECES[seen.path])


def api_end(stack: Stack, admin: str, agent_id: str) -> Answer:
    _, port = host_port(stack.config.listen.control)
    return request(
        port, "DELETE", f"/api/v1/agents/{agent_id}", {"authorization": f"Bearer {admin}"}
    )


def send_call(stack: Stack, token: str, body: bytes, length: int | None = None) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", stack.port), 8)
    client.sendall(
        f"POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {length or len(body)}\r\n"
        "connection: close\r\n\r\n".encode()
        + body
    )
    return client


def is_open(stack: Stack, agent: str) -> bool:
    """Whether the server has heard of a call of this agent: it is recorded as admitted."""
    with stack.agents() as agents:
        (found,) = [each for each in agents.running("carol") if each.id == agent]
    return found.last_seen > found.started_at


# --- one call, wherever it is


def test_a_call_whose_body_still_comes(stack: Stack, upstream: Upstream) -> None:
    agent, token = stack.agent("carol")
    with send_call(stack, token, chat("hi")[:20], 100) as client:
        stack.wait_for(lambda: is_open(stack, agent))
        stack.end(agent)
        answer = read_answer(client)
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked")
    assert "killed" in answer.json["error"]["message"]
    assert "error_description" in answer.headers["www-authenticate"]
    assert upstream.seen == []
    record = stack.wait_for_answer(answer.headers["x-extproc-exchange-id"])
    assert (record["outcome"], record["code"]) == ("refused", "revoked")


@pytest.mark.parametrize(
    "held_at",
    [
        pytest.param(0, id="before the answer's head"),
        pytest.param(len(chat_answer("never")) // 2, id="in the answer's body"),
    ],
)
def test_a_call_that_waits_for_the_model(stack: Stack, upstream: Upstream, held_at: int) -> None:
    (said,) = whole(chat_answer("never"))
    assert isinstance(said, bytes)
    upstream.answer = [said[:-held_at], WAIT, said[-held_at:]] if held_at else [WAIT, said]
    agent, token = stack.agent("carol")
    with send_call(stack, token, chat("hi")) as client:
        upstream.wait_for(lambda: len(upstream.seen) == 1)
        stack.end(agent)
        answer = read_answer(client)
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked")
    upstream.wait_for(lambda: upstream.resets == 1)
    record = stack.wait_for_answer(answer.headers["x-extproc-exchange-id"])
    assert (record["outcome"], record["code"], record["status"]) == ("refused", "revoked", 401)
    assert b"never" not in answer.body


def test_a_stream_that_has_said_nothing_yet_is_broken_off(stack: Stack, upstream: Upstream) -> None:
    """Its head is out, and Envoy takes no piece of ours before it has shown one of the model's."""
    upstream.answer = chunked([WAIT], end=False)
    agent, token = stack.agent("carol")
    with opened(stack, token, chat("hi", stream=True), until=b"\r\n\r\n") as (client, got):
        stack.end(agent)
        answer = parse_answer(got + b"".join(rest_of(client)))
    assert (answer.status, answer.is_complete, answer.body) == (200, False, b"")
    upstream.wait_for(lambda: upstream.resets == 1)
    record = stack.wait_for_answer(answer.headers["x-extproc-exchange-id"])
    assert (record["outcome"], record["code"], record["response"]) == ("refused", "revoked", "")


@pytest.mark.parametrize("path", [CHAT, MESSAGES, RESPONSES])
def test_a_stream_ends_by_one_event(stack: Stack, upstream: Upstream, path: str) -> None:
    upstream.answer = endlessly
    agent, token = stack.agent("carol")
    with opened(stack, token, BODIES[path], path) as (client, got):
        stack.end(agent)
        answer = parse_answer(got + b"".join(rest_of(client)))
    assert answer.is_complete
    assert is_cut(path, answer.body)
    upstream.wait_for(lambda: upstream.resets == 1)
    record = stack.wait_for_answer(answer.headers["x-extproc-exchange-id"])
    assert (record["outcome"], record["code"]) == ("refused", "revoked")
    assert record["response"].encode() == answer.body
    assert stack.call(chat("hi"), token).json["error"]["code"] == "revoked"


def is_cut(path: str, body: bytes) -> bool:
    """Whether the last event is the dialect's error, and the only one."""
    *before, last, rest = body.decode().split("\n\n")
    assert rest == ""
    assert "Hello" in "".join(before)
    assert "revoked" not in "".join(before)
    *name, data = last.split("\n")
    document = json.loads(data.removeprefix("data: "))
    assert "killed" in document["error"]["message"]
    match path:
        case "/v1/messages":
            assert name == ["event: error"]
            assert (document["type"], document["code"]) == ("error", "revoked")
        case "/v1/responses":
            assert name == ["event: error"]
            assert (document["type"], document["code"]) == ("error", "revoked")
        case _:
            assert name == []
            assert document["error"]["code"] == "revoked"
    return True


def test_a_client_that_does_not_read_keeps_nothing_alive(stack: Stack, upstream: Upstream) -> None:
    """The model is stopped, however full the way to the client is."""
    word = chat_event("Hello there. " * 1000)
    chunk = b"%x\r\n%b\r\n" % (len(word), word)
    said: list[int] = []
    looks = [0]

    def talk(_: Seen) -> Iterator[object]:
        yield from chunked([], end=False)
        while True:
            said.append(len(chunk))
            yield chunk

    def is_stuck() -> bool:
        """Nothing was said between this look and each of the ten before."""
        looks.append(len(said))
        return len(looks) > 10 and looks[-10] == looks[-1]

    upstream.answer = talk
    agent, token = stack.agent("carol")
    with opened(stack, token, BODIES[CHAT]):
        stack.wait_for(is_stuck)
        stack.end(agent)
        upstream.wait_for(lambda: upstream.resets == 1)


# --- as the stock clients see it


def test_openais_client_raises(stack: Stack, upstream: Upstream) -> None:
    upstream.answer = endlessly
    for kind in ("chat", "responses"):
        agent, token = stack.agent("carol")
        with openai.OpenAI(base_url=f"{stack.data_url}/v1", api_key=token, max_retries=0) as client:
            stream: Any = (
                client.chat.completions.create(
                    model="demo", messages=[{"role": "user", "content": "hi"}], stream=True
                )
                if kind == "chat"
                else client.responses.create(model="demo", input="hi", stream=True)
            )
            next(stream)
            stack.end(agent)
            with pytest.raises(openai.APIError, match="killed"):
                list(stream)
            with pytest.raises(openai.AuthenticationError, match="killed"):
                client.models.list()


def test_anthropics_client_raises(stack: Stack, upstream: Upstream) -> None:
    upstream.answer = endlessly
    agent, token = stack.agent("carol")
    with anthropic.Anthropic(base_url=stack.data_url, api_key=token, max_retries=0) as client:
        stream = client.messages.create(
            model="demo", max_tokens=9, messages=[{"role": "user", "content": "hi"}], stream=True
        )
        next(stream)
        stack.end(agent)
        with pytest.raises(anthropic.APIError, match="killed"):
            list(stream)


# --- all streams of a subject


@dataclass
class Streamed:
    path: str
    ended_at: float
    answer: Answer


class Crowd:
    """Streams that run in a thread of their own, until each is ended by the other side."""

    def __init__(self, port: int, calls: list[tuple[str, str]]) -> None:
        """`calls`: path and credential of each."""
        self._port = port
        self._calls = calls
        self._waiting = len(calls)
        self.are_under_way = threading.Event()
        self._result: list[Streamed] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self.are_under_way.wait(60), "they did not all begin"

    def ends(self) -> list[Streamed]:
        """In the order of the calls."""
        self._thread.join(30)
        assert not self._thread.is_alive(), "some still go on"
        return self._result

    def _run(self) -> None:
        async def all_of_them() -> list[Streamed]:
            return await asyncio.gather(*(self._one(path, token) for path, token in self._calls))

        self._result = asyncio.run(all_of_them())

    async def _one(self, path: str, token: str) -> Streamed:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        body = BODIES[path]
        writer.write(
            f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n".encode()
            + body
        )
        got = b""
        while b"Hello" not in got:
            piece = await reader.read(1 << 16)
            assert piece, got
            got += piece
        self._waiting -= 1
        if not self._waiting:
            self.are_under_way.set()
        while piece := await reader.read(1 << 16):
            got += piece
        ended_at = time.monotonic()
        writer.close()
        return Streamed(path, ended_at, parse_answer(got))


@pytest.fixture(scope="module", params=["grpcio", "nghttp2"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream
) -> Iterator[Stack]:
    """Two workers."""
    changes = {"workers": 2, "transport": request.param}
    stack = Stack(tmp_path_factory.mktemp("cut"), _upstream.url, changes)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.mark.parametrize(("agents", "each"), [(2, 1), (5, 40)], ids=["2 streams", "200 streams"])
def test_all_streams_of_a_subject_end_within_a_second(
    pair: Stack, upstream: Upstream, agents: int, each: int
) -> None:
    upstream.answer = endlessly
    chief, admin = pair.agent("root", groups=["admin"])
    started = [pair.agent("dora") for _ in range(agents)]
    paths = [CHAT, MESSAGES, RESPONSES]
    calls = [(paths[at % 3], token) for _, token in started for at in range(each)]
    crowd = Crowd(pair.port, calls)
    begun = time.monotonic()
    for agent, _ in started:
        assert api_end(pair, admin, agent).status == 200
    ended = crowd.ends()
    # From the first word of the first end, so the time that the ends themselves took is in it.
    waits = sorted(one.ended_at - begun for one in ended)
    p50, p99 = statistics.median(waits), waits[-1 - len(waits) // 100]
    print(f"{len(waits)} streams: p50 {p50:.3f} s, p99 {p99:.3f} s, max {waits[-1]:.3f} s")
    assert p99 <= 1.0
    for one in ended:
        assert one.answer.is_complete
        assert is_cut(one.path, one.answer.body)
    # Nobody generates any more, and all of it is written down.
    upstream.wait_for(lambda: upstream.resets == len(calls))
    for one in ended:
        record = pair.wait_for_answer(one.answer.headers["x-extproc-exchange-id"])
        assert (record["outcome"], record["code"]) == ("refused", "revoked")
        assert record["response"].encode() == one.answer.body
    pair.end(chief)


def test_the_other_agents_of_a_subject_go_on(pair: Stack, upstream: Upstream) -> None:
    upstream.answer = lambda seen: chunked([chat_event("Hello. "), WAIT, chat_event("Bye.")])
    one, first = pair.agent("erin")
    _, second = pair.agent("erin")
    with (
        opened(pair, first, BODIES[CHAT]) as (cut, got),
        opened(pair, second, BODIES[CHAT]) as (spared, heard),
    ):
        pair.end(one)
        assert b"revoked" in got + b"".join(rest_of(cut))
        upstream.go.set()
        answer = parse_answer(heard + b"".join(rest_of(spared)))
    assert answer.is_complete
    assert b"Bye." in answer.body


def test_a_lease_that_expires_in_the_middle_of_a_stream(pair: Stack, upstream: Upstream) -> None:
    upstream.answer = endlessly
    _, token = pair.agent("frank", ttl=2)
    with opened(pair, token, BODIES[CHAT]) as (client, got):
        answer = parse_answer(got + b"".join(rest_of(client)))
    assert answer.is_complete
    assert b"its lease expired" in answer.body
    record = pair.wait_for_answer(answer.headers["x-extproc-exchange-id"])
    assert (record["outcome"], record["code"]) == ("refused", "revoked")


# --- what breaks at the same time


def test_an_end_outlives_a_worker_that_is_killed_with_it(pair: Stack, upstream: Upstream) -> None:
    upstream.answer = endlessly
    agent, token = pair.agent("grace")
    with opened(pair, token, BODIES[CHAT]) as (client, _):
        pair.end(agent)
        for worker in workers(pair):
            os.kill(worker, signal.SIGKILL)
        assert b"".join(rest_of(client)) is not None
    upstream.wait_for(lambda: upstream.resets == 1)
    pair.wait_for(lambda: pair.call(chat("hi"), token).status == 401, seconds=20)
    other = pair.token("grace")
    upstream.answer = whole(chat_answer("ok"))
    pair.wait_for(lambda: pair.call(chat("hi"), other).status == 200)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: pair.call(chat("hi"), token), range(12)))
    assert {each.status for each in answers} == {401}


def test_an_end_outlives_a_server_that_is_killed_with_it(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    stack = make_stack(transport="nghttp2")
    upstream.answer = endlessly
    agent, token = stack.agent("heidi")
    admin = stack.token("root", groups=["admin"])
    with opened(stack, token, BODIES[CHAT]) as (client, got):
        assert api_end(stack, admin, agent).status == 200
        stack.kill_server()
        rest = got + b"".join(rest_of(client))
    # Cut by an event, or broken off with the server; either way nothing generates any more.
    assert b"revoked" in rest or not parse_answer(rest).is_complete
    upstream.wait_for(lambda: upstream.resets == 1)
    stack.start_server()
    stack.wait_for(lambda: stack.call(chat("hi"), token).status != 503)
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked")


def test_a_store_that_was_taken_away_serves_nobody(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    stack = make_stack(transport="nghttp2")
    token = stack.token("ivan")
    upstream.answer = whole(chat_answer("ok"))
    assert stack.call(chat("hi"), token).status == 200
    (stack.data_dir / "state.db").rename(stack.data_dir / "elsewhere.db")
    stack.wait_for(lambda: stack.call(chat("hi"), token).status == 503, seconds=5)
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.json["error"]["code"]) == (503, "unavailable")
    assert "deleted or replaced" in stack.log()
    _, port = host_port(stack.config.listen.control)
    stack.wait_for(lambda: request(port, "GET", "/readyz").status == 503, seconds=5)
    assert "leases" in request(port, "GET", "/readyz").json["reason"]


def test_workers_that_hear_of_no_ends_refuse_until_they_do(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    """The control process stands still; it is the one that ends what is due."""
    stack = make_stack(transport="nghttp2")
    token = stack.token("judy", ttl=120)
    upstream.answer = whole(chat_answer("ok"))
    assert stack.call(chat("hi"), token).status == 200
    assert stack.server is not None
    stack.server.send_signal(signal.SIGSTOP)
    try:
        deadline = time.monotonic() + 30
        while "nobody has looked after the leases" not in stack.log():
            assert stack.call(chat("hi"), token).status in (503, 504)
            assert time.monotonic() < deadline
    finally:
        stack.server.send_signal(signal.SIGCONT)
    stack.wait_for(lambda: stack.call(chat("hi"), token).status == 200)
    _, port = host_port(stack.config.listen.control)
    metric = 'extproc_failures_total{component="revocations"}'
    stack.wait_for(lambda: metric in request(port, "GET", "/metrics").body.decode())
