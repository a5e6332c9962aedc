"""What breaks, breaks closed: the policy server dies, hangs up early, or answers nonsense."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extproc.app import socket_path
from extproc.core.events import Event, RequestBody, RequestHeaders, ResponseBody, ResponseHeaders
from extproc.core.replies import Admission, BodyReply, Direction, HeadersReply
from extproc.wire.authorization import authorization
from extproc.wire.grpcio_transport import GrpcioTransport
from extproc.wire.processing import EventStream, processing
from tests.e2e.dialects import EMAIL, MESSAGES, chat, chat_answer, chat_event, messages
from tests.stack import Stack, opened, parse_answer, rest_of
from tests.upstream import WAIT, Upstream, chunked, whole

pytestmark = pytest.mark.e2e


def test_the_policy_server_is_killed_in_the_middle_of_a_stream(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    stack = make_stack()
    token = stack.token()
    upstream.answer = chunked(
        [chat_event("Hello there. "), chat_event(f"Write to {EMAIL[:9]}"), WAIT,
         chat_event(f"{EMAIL[9:]} now"), chat_event("This is never judged.")]
    )  # fmt: skip
    with opened(stack, token, chat("hi", stream=True)) as (client, got):
        stack.kill_server()
        upstream.go.set()
        got_all = got + b"".join(rest_of(client))
    assert not parse_answer(got_all).is_complete
    assert EMAIL[:9].encode() not in got_all
    assert b"never judged" not in got_all
    # With it down, nothing passes, and the refusal is in the caller's dialect.
    upstream.clear()
    refused = stack.call(chat("hi"), token)
    assert (refused.status, refused.json["error"]["code"]) == (503, "unavailable")
    refused = stack.call(messages("hi"), token, MESSAGES)
    assert (refused.status, refused.json["type"], refused.json["code"]) == (
        503, "error", "unavailable",
    )  # fmt: skip
    assert upstream.seen == []
    # And when it is back, so is the agent.
    stack.start_server()
    upstream.answer = whole(chat_answer("back"))
    stack.wait_for(lambda: stack.call(chat("hi"), token).status == 200)


def test_the_server_drains_before_it_stops(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    stack = make_stack()
    token = stack.token()
    upstream.answer = chunked([chat_event("Hello there. "), WAIT, chat_event("Bye.")])
    with opened(stack, token, chat("hi", stream=True)) as (client, got):
        assert stack.server is not None
        stack.server.terminate()
        upstream.go.set()
        answer = parse_answer(got + b"".join(rest_of(client)))
    assert answer.is_complete
    assert b"Bye." in answer.body
    assert stack.server.wait(20) == 0


class Faulty:
    """A policy server with our transport and a handler of the test's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.converse: Callable[[EventStream], Awaitable[None]] = self._nothing
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stopping: asyncio.Event
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

        async def converse(events: EventStream) -> None:
            await self.converse(events)

        self._stopping = asyncio.Event()
        transport = GrpcioTransport(
            self.path, authorization(check), processing(converse), lambda _: None
        )
        await transport.start()
        self._ready.set()
        await self._stopping.wait()
        await transport.stop(0)

    @staticmethod
    async def _nothing(events: EventStream) -> None:
        while await events.receive() is not None:
            pass


@pytest.fixture(scope="module")
def faulty(
    tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream
) -> Iterator[tuple[Stack, Faulty]]:
    stack = Stack(tmp_path_factory.mktemp("faulty"), _upstream.url)
    server = Faulty(socket_path(stack.config))
    try:
        stack.start_envoy()
        yield stack, server
    finally:
        stack.stop()
        server.close()


async def _pass_the_request(events: EventStream) -> Event | None:
    body = b""
    while (event := await events.receive()) is not None:
        match event:
            case RequestBody():
                body += event.body
                if event.end_of_stream:
                    set_headers = {"x-extproc-upstream": "demo"}
                    await events.send(HeadersReply(Direction.REQUEST, set=set_headers))
                    await events.send(BodyReply(Direction.REQUEST, body, True))
            case ResponseHeaders():
                return event
    return None


def _ends_on_headers() -> Callable[[EventStream], Awaitable[None]]:
    async def converse(events: EventStream) -> None:
        assert isinstance(await events.receive(), RequestHeaders)

    return converse


def _ends_on_body() -> Callable[[EventStream], Awaitable[None]]:
    async def converse(events: EventStream) -> None:
        await events.receive()
        assert isinstance(await events.receive(), RequestBody)

    return converse


def _raises_on_body() -> Callable[[EventStream], Awaitable[None]]:
    async def converse(events: EventStream) -> None:
        await events.receive()
        await events.receive()
        raise KeyError("a bug")

    return converse


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(_ends_on_headers, id="ends after the headers"),
        pytest.param(_ends_on_body, id="ends after the body"),
        pytest.param(_raises_on_body, id="raises after the body"),
    ],
)
def test_a_handler_that_ends_early_on_the_request(
    faulty: tuple[Stack, Faulty], upstream: Upstream, handler
) -> None:  # type: ignore[no-untyped-def]
    stack, server = faulty
    server.converse = handler()
    answer = stack.call(chat("hi"), "any")
    assert (answer.status, answer.json["error"]["code"]) == (503, "unavailable")
    assert upstream.seen == []


@pytest.mark.parametrize("ends", ["on the headers", "in the body", "raises in the body"])
def test_a_handler_that_ends_early_on_the_answer(
    faulty: tuple[Stack, Faulty], upstream: Upstream, ends: str
) -> None:
    async def converse(events: EventStream) -> None:
        assert await _pass_the_request(events) is not None
        if ends == "on the headers":
            return
        await events.send(HeadersReply(Direction.RESPONSE, remove=("content-length",)))
        assert isinstance(await events.receive(), ResponseBody)
        if ends == "raises in the body":
            raise KeyError("a bug")

    stack, server = faulty
    server.converse = converse
    upstream.answer = chunked([chat_event(f"Write to {EMAIL}"), chat_event("Never judged.")] * 3)
    answer = stack.call(chat("hi"), "any")
    assert EMAIL.encode() not in answer.body
    assert b"Never judged" not in answer.body
    assert not (answer.status == 200 and answer.is_complete)


def test_hostile_text_does_not_keep_others_waiting(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    """The server's own watchdog would end it if the event loop stood still."""
    stack = make_stack(limits={"request_body": "12MiB"})
    token = stack.token()
    upstream.answer = whole(chat_answer("ok"))
    with ThreadPoolExecutor(1) as pool:
        hostile = pool.submit(stack.call, chat("1 " * 1_000_000), token)
        served = 0
        while not hostile.done():
            assert stack.call(chat("hi"), token).status == 200
            served += 1
    assert hostile.result().status in (200, 403, 413, 503)
    assert served > 3
    assert stack.server is not None
    assert stack.server.poll() is None


def test_large_and_small_bodies_at_once_are_all_masked(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    """Large ones are looked at in a thread of their own, at the same time as the others."""
    stack = make_stack(transport="nghttp2")
    token = stack.token()
    upstream.answer = whole(chat_answer(f"Write to {EMAIL}, " + "word " * 2000))
    bodies = [chat(f"{EMAIL} " + "words of a long prompt " * 12_000), chat(f"I am {EMAIL}")] * 20
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: stack.call(body, token), bodies))
    assert {answer.status for answer in answers} == {200}
    assert all(EMAIL.encode() not in answer.body for answer in answers)
    assert len(upstream.seen) == len(bodies)
    assert all(EMAIL.encode() not in seen.body for seen in upstream.seen)
