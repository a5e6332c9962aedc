"""What may go wrong between Envoy and the policy server, one by one, through a real Envoy.

Each fault comes in place of an answer about a body, on the way in and on the way out, and the rest
of the model's answer comes only after it. In every row nothing passes that was not judged. The
one exception is status 0, which Envoy takes for leave to go on without us: the last test shows
why a transport must not say it before its time, and tests/wire/test_transports.py that ours do not.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from extproc.app import socket_path
from extproc.config import host_port
from extproc.core.events import RequestBody, RequestHeaders, ResponseBody, ResponseHeaders
from extproc.core.replies import Admission, BodyReply, Direction, HeadersReply, Reply
from extproc.wire.authorization import authorization
from extproc.wire.processing import EventStream, MessageStream
from tests.e2e.dialects import CHAT
from tests.stack import Answer, Stack, has_ended, parse_answer, request, rest_of
from tests.upstream import WAIT, Upstream, chunked
from tests.wire.http2 import transport_class

pytestmark = pytest.mark.e2e

QUESTION = b'{"model": "demo", "input": "the question as it came"}'
JUDGED_QUESTION = b'{"model": "demo", "input": "the judged question"}'
ANSWER = [b"the answer as it came, ", WAIT, b"the rest as it came"]
JUDGED_ANSWER = b"the judged answer"

PATIENCE = 1
"""Seconds of a client. In full duplex, Envoy itself waits long for an answer about a body."""

Fault = Callable[[EventStream, Any], Awaitable[None]]
"""What a handler does instead of an answer: its stream in the core's words, and the raw one."""


@dataclass
class Sides:
    """What the two ends of a call saw."""

    client: Answer
    upstream: list[bytes]

    @property
    def has_seen_what_was_not_judged(self) -> bool:
        return any(b"as it came" in body for body in (self.client.body, *self.upstream))

    @property
    def is_sound(self) -> bool:
        """Nothing unjudged, and nothing that looks like an answer but is less than the judged."""
        is_whole = self.client.status == 200 and self.client.is_complete
        return not self.has_seen_what_was_not_judged and (
            not is_whole or self.client.body == JUDGED_ANSWER
        )


class Faulty:
    """Our transport, and a handler that does its work up to the fault."""

    def __init__(self, path: Path, transport: str) -> None:
        self.name = transport
        self._class = transport_class(transport)
        self._path = path
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stopping: asyncio.Event
        self.fault: Fault = _says_nothing
        self.faults = 0
        self.direction = Direction.REQUEST
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._thread.start()
        self._ready.wait()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._loop.close()

    async def _run(self) -> None:
        async def check(_: object) -> Admission:
            return Admission((), b"{}")

        self._stopping = asyncio.Event()
        transport = self._class(self._path, authorization(check), self._process, lambda _: None)
        await transport.start()
        self._ready.set()
        await self._stopping.wait()
        await transport.stop(0)

    async def _process(self, stream: MessageStream) -> None:
        events = EventStream(stream)
        while (event := await events.receive()) is not None:
            match event:
                case RequestBody() if event.end_of_stream and self.direction is Direction.REQUEST:
                    self.faults += 1
                    return await self.fault(events, stream)
                case RequestBody() if event.end_of_stream:
                    for reply in judged(Direction.REQUEST):
                        await events.send(reply)
                case ResponseHeaders():
                    await events.send(HeadersReply(Direction.RESPONSE))
                case ResponseBody() if self.direction is Direction.RESPONSE:
                    self.faults += 1
                    return await self.fault(events, stream)
                case ResponseBody():
                    await events.send(BodyReply(Direction.RESPONSE, b"", event.end_of_stream))
                case RequestHeaders() | RequestBody():
                    pass
        return None


def judged(direction: Direction) -> list[Reply]:
    if direction is Direction.RESPONSE:
        return [BodyReply(direction, JUDGED_ANSWER, True)]
    set_headers = {
        "x-extproc-upstream": "demo",
        "content-length": str(len(JUDGED_QUESTION)),
    }
    return [HeadersReply(direction, set_headers), BodyReply(direction, JUDGED_QUESTION, True)]


async def _answer(events: EventStream, direction: Direction) -> None:
    for reply in judged(direction):
        await events.send(reply)


async def _rest(events: EventStream) -> None:
    while await events.receive() is not None:
        pass


# -- faults that a handler can make ----------------------------------------------------------


async def _says_nothing(events: EventStream, _: Any) -> None:
    await _rest(events)


async def _returns(events: EventStream, _: Any) -> None:
    return


async def _raises(events: EventStream, _: Any) -> None:
    raise KeyError("a bug")


async def _is_cancelled(events: EventStream, _: Any) -> None:
    raise asyncio.CancelledError


async def _sends_an_empty_message(events: EventStream, stream: Any) -> None:
    await stream.send(b"")
    await _rest(events)


async def _sends_garbage(events: EventStream, stream: Any) -> None:
    await stream.send(b"\xff\xff no protobuf")
    await _rest(events)


def on(direction: Direction, fault: Callable[[EventStream, Direction], Awaitable[None]]) -> Fault:
    async def at(events: EventStream, _: Any) -> None:
        await fault(events, direction)

    return at


async def _answers_for_another_phase(events: EventStream, direction: Direction) -> None:
    other = Direction.RESPONSE if direction is Direction.REQUEST else Direction.REQUEST
    await _answer(events, other)
    await _rest(events)


async def _answers_and_returns(events: EventStream, direction: Direction) -> None:
    await _answer(events, direction)


async def _answers_twice(events: EventStream, direction: Direction) -> None:
    await _answer(events, direction)
    await _answer(events, direction)
    await _rest(events)


HANDLER_FAULTS = {
    "says nothing": lambda _: _says_nothing,
    "returns": lambda _: _returns,
    "raises": lambda _: _raises,
    "is cancelled": lambda _: _is_cancelled,
    "sends an empty message": lambda _: _sends_an_empty_message,
    "sends garbage": lambda _: _sends_garbage,
    "answers for another phase": lambda side: on(side, _answers_for_another_phase),
    "answers and returns": lambda side: on(side, _answers_and_returns),
    "answers twice": lambda side: on(side, _answers_twice),
}


# -- faults that take a transport whose rules are broken -------------------------------------


def raw(break_rules: Callable[[Any, Any, Any], None]) -> Fault:
    """What our transport never sends. It gets the call, its connection, and libnghttp2."""

    async def fault(_: EventStream, call: Any) -> None:
        connection = call._connection
        call.is_ended = True
        if not call._has_answered:
            connection.http.send_response(call.id, _HEADERS)
        break_rules(call, connection, connection.http)
        connection.flush_soon()
        await asyncio.Event().wait()

    return fault


_HEADERS = ((b":status", b"200"), (b"content-type", b"application/grpc"))


def _closes(_: Any, connection: Any, __: Any) -> None:
    connection._transport.abort()


def _says_goodbye_and_closes(_: Any, connection: Any, http: Any) -> None:
    http.send_goaway(2)
    connection._flush()
    connection._transport.close()


RAW_FAULTS: dict[str, Fault] = {
    "RST_STREAM NO_ERROR": raw(lambda call, _, http: http.reset_stream(call.id, 0)),
    "RST_STREAM INTERNAL_ERROR": raw(lambda call, _, http: http.reset_stream(call.id, 2)),
    "RST_STREAM REFUSED_STREAM": raw(lambda call, _, http: http.reset_stream(call.id, 7)),
    "RST_STREAM CANCEL": raw(lambda call, _, http: http.reset_stream(call.id, 8)),
    "status 14": raw(lambda call, _, http: http.send_trailers(call.id, ((b"grpc-status", b"14"),))),
    "trailers without a status": raw(
        lambda call, _, http: http.send_trailers(call.id, ((b"x-any", b"thing"),))
    ),
    "the end without trailers": raw(lambda call, _, http: http.end_stream(call.id)),
    "half a message and the end": raw(
        lambda call, _, http: http.send_data(call.id, b"\0\0\0\0\5he", end_stream=True)
    ),
    "a message that says it is compressed": raw(
        lambda call, _, http: http.send_data(call.id, b"\1\0\0\0\2hi")
    ),
    "the connection drops": raw(_closes),
    "GOAWAY and the connection closes": raw(_says_goodbye_and_closes),
}

STATUS_0 = raw(lambda call, _, http: http.send_trailers(call.id, ((b"grpc-status", b"0"),)))


# -- the table -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def envoy(tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("table"), _upstream.url)
    try:
        stack.start_envoy()
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="module", params=["grpcio", "nghttp2"])
def server(request: pytest.FixtureRequest, envoy: Stack, _upstream: Upstream) -> Iterator[Faulty]:
    running = Faulty(socket_path(envoy.config), request.param)
    try:
        # Envoy may still be about to find out that the server before it has gone.
        while not running.faults:
            call(envoy, _upstream, running, _returns, Direction.REQUEST)
        yield running
    finally:
        running.close()


def call(envoy: Stack, upstream: Upstream, server: Faulty, fault: Fault, side: Direction) -> Sides:
    """One call, and what both ends saw within the client's patience."""
    upstream.clear()
    upstream.answer = chunked(ANSWER)
    server.fault, server.direction = fault, side
    lines = [
        f"POST {CHAT} HTTP/1.1", "host: x", "connection: close", "content-type: application/json",
        f"content-length: {len(QUESTION)}",
    ]  # fmt: skip
    closed = streams_closed(envoy)
    got = b""
    with socket.create_connection(("127.0.0.1", envoy.port), PATIENCE) as client:
        client.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + QUESTION)
        deadline = time.monotonic() + PATIENCE / 2
        while streams_closed(envoy) == closed and time.monotonic() < deadline:
            assert envoy.envoy is not None
            assert not has_ended(envoy.envoy)
        upstream.go.set()
        with contextlib.suppress(TimeoutError):
            for piece in rest_of(client):
                got += piece
    return Sides(parse_answer(got), [seen.body for seen in upstream.seen])


def streams_closed(envoy: Stack) -> int:
    """How many calls of Process Envoy is done with."""
    host, port = host_port(envoy.config.listen.envoy_admin)
    query = "/stats?filter=ext_proc.streams_(closed|failed)"
    stats = request(port, "GET", query, host=host).body
    return sum(int(line.rpartition(b":")[2]) for line in stats.splitlines())


def fault_happens(
    envoy: Stack, upstream: Upstream, server: Faulty, fault: Fault, side: Direction
) -> Sides:
    faults = server.faults
    saw = call(envoy, upstream, server, fault, side)
    assert server.faults == faults + 1
    return saw


SIDES = [
    pytest.param(Direction.REQUEST, id="in place of an answer about the request"),
    pytest.param(Direction.RESPONSE, id="in place of an answer about the answer"),
]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("fault", HANDLER_FAULTS)
def test_a_handler_that(
    envoy: Stack, upstream: Upstream, server: Faulty, fault: str, side: Direction
) -> None:
    saw = fault_happens(envoy, upstream, server, HANDLER_FAULTS[fault](side), side)
    assert saw.is_sound, saw


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("fault", RAW_FAULTS)
@pytest.mark.parametrize("server", ["nghttp2"], indirect=True)
def test_a_server_that_sends(
    envoy: Stack, upstream: Upstream, server: Faulty, fault: str, side: Direction
) -> None:
    saw = fault_happens(envoy, upstream, server, RAW_FAULTS[fault], side)
    assert saw.is_sound, saw


@pytest.mark.parametrize("server", ["nghttp2"], indirect=True)
def test_why_status_0_has_to_be_earned(envoy: Stack, upstream: Upstream, server: Faulty) -> None:
    """Envoy goes on without us: what comes from then on passes as it comes."""
    saw = fault_happens(envoy, upstream, server, STATUS_0, Direction.RESPONSE)
    assert saw.has_seen_what_was_not_judged
    assert saw.client.is_complete


@pytest.mark.parametrize("server", ["nghttp2"], indirect=True)
def test_a_request_that_was_not_judged_has_nowhere_to_go(
    envoy: Stack, upstream: Upstream, server: Faulty
) -> None:
    """Even if we said status 0: the route to an upstream is a header that only we can set."""
    saw = fault_happens(envoy, upstream, server, STATUS_0, Direction.REQUEST)
    assert saw.client.status == 503
    assert saw.upstream == []
