"""What a transport promises its handlers and Envoy: both transports, and a stock client."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extproc.wire.processing import MessageStream
from tests.wire.http2 import (
    CHECK,
    PATIENCE,
    PROCESS,
    Client,
    Server,
    connected,
    echo,
    framed,
    serving,
    transport_class,
)

OK = grpc.StatusCode.OK
MIB = 1 << 20

CUT_OFF = {
    "grpcio": {"CancelledError", "returned", "_ServerStoppedError", "InternalError"},
    "nghttp2": {"CancelledError"},
}
"""How a handler ends whose call has gone. grpc.aio may also say that no more messages come."""


@pytest.fixture(params=["grpcio", "nghttp2"])
def transport(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    transport_class(name)
    return name


@pytest.fixture
async def server(transport: str, tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(transport, tmp_path) as running:
        yield running


@pytest.fixture
async def channel(server: Server) -> AsyncIterator[grpc.aio.Channel]:
    async with server.channel() as opened:
        yield opened


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    pytest.importorskip("ngh2", reason="the raw client: ngh2 is not installed")
    async with connected(server) as opened:
        yield opened


async def check(channel: grpc.aio.Channel, message: bytes, **options: float) -> bytes:
    answer: bytes = await channel.unary_unary(CHECK)(message, timeout=PATIENCE, **options)
    return answer


async def another_check(channel: grpc.aio.Channel) -> grpc.StatusCode:
    call = channel.unary_unary(CHECK)(b"new", timeout=PATIENCE)
    code: grpc.StatusCode = await call.code()
    return code


def process(channel: grpc.aio.Channel) -> grpc.aio.StreamStreamCall:
    return channel.stream_stream(PROCESS)(timeout=PATIENCE)


async def send(call: grpc.aio.StreamStreamCall, message: bytes) -> None:
    try:
        await call.write(message)
    except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
        # The server has already ended the call; `ending` says how.
        assert call.done() or await call.code() is not OK


async def ending(call: grpc.aio.StreamStreamCall) -> grpc.StatusCode:
    """Read to the end; the status, whatever it is."""
    try:
        while await call.read() is not grpc.aio.EOF:
            pass
    except grpc.aio.AioRpcError:
        pass
    return await call.code()


# -- Check -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 16 << 10, MIB, 4 * MIB])
async def test_check_answers(channel: grpc.aio.Channel, size: int) -> None:
    assert await check(channel, b"x" * size) == b"x" * size


async def test_a_check_that_fails_is_an_error(server: Server, channel: grpc.aio.Channel) -> None:
    async def fails(_: bytes) -> bytes:
        raise KeyError("a bug")

    server.check = fails
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await check(channel, b"hello")
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE
    assert server.failures == ["transport"]


async def test_a_message_over_the_cap_is_refused(channel: grpc.aio.Channel) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await check(channel, b"x" * (4 * MIB + 1))
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    call = process(channel)
    await send(call, b"x" * (4 * MIB + 1))
    assert await ending(call) is not OK
    assert await check(channel, b"next") == b"next"


@pytest.mark.parametrize(
    "method", ["/envoy.service.auth.v3.Authorization/Other", "/other.Service/Check", "/"]
)
async def test_an_unknown_method(channel: grpc.aio.Channel, method: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await channel.unary_unary(method)(b"hello", timeout=PATIENCE)
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_a_deadline_cancels_the_check(server: Server, channel: grpc.aio.Channel) -> None:
    ends: asyncio.Queue[str] = asyncio.Queue()

    async def waits(_: bytes) -> bytes:
        try:
            await asyncio.Event().wait()
        finally:
            ends.put_nowait("cancelled")
        return b""

    server.check = waits
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await channel.unary_unary(CHECK)(b"hello", timeout=0.05)
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    async with asyncio.timeout(PATIENCE):
        assert await ends.get() == "cancelled"


# -- Process ---------------------------------------------------------------------------------


async def test_a_conversation(server: Server, channel: grpc.aio.Channel) -> None:
    call = process(channel)
    for number in range(100):
        await call.write(b"%d" % number)
        assert await call.read() == b"%d" % number
    await call.done_writing()
    assert await ending(call) is OK
    assert await server.end() == "returned"
    assert server.failures == []


async def test_large_messages(channel: grpc.aio.Channel) -> None:
    call = process(channel)
    for letter in b"abc":
        await call.write(bytes([letter]) * MIB)
        assert await call.read() == bytes([letter]) * MIB
    await call.done_writing()
    assert await ending(call) is OK


async def test_all_messages_come_before_the_end(server: Server, channel: grpc.aio.Channel) -> None:
    call = process(channel)
    for number in range(50):
        await call.write(b"%d" % number)
    await call.done_writing()
    assert [await call.read() for _ in range(50)] == [b"%d" % number for number in range(50)]
    assert await ending(call) is OK
    assert await server.end() == "returned"


async def _returns_at_once(stream: MessageStream) -> None:
    pass


async def _returns_after_one(stream: MessageStream) -> None:
    await stream.receive()


async def _returns_after_an_answer(stream: MessageStream) -> None:
    await stream.send(await stream.receive() or b"")


async def _raises(stream: MessageStream) -> None:
    await stream.receive()
    raise KeyError("a bug")


async def _raises_after_an_answer(stream: MessageStream) -> None:
    await _returns_after_an_answer(stream)
    raise KeyError("a bug")


@pytest.mark.parametrize("half_closes", [False, True], ids=["open", "half-closed"])
@pytest.mark.parametrize(
    "handler",
    [
        _returns_at_once,
        _returns_after_one,
        _returns_after_an_answer,
        _raises,
        _raises_after_an_answer,
    ],
)
async def test_status_0_is_not_said_before_its_time(
    server: Server,
    channel: grpc.aio.Channel,
    handler: Callable[[MessageStream], Awaitable[None]],
    half_closes: bool,
) -> None:
    """Envoy would let the rest of the body pass unjudged."""
    server.process = handler
    call = process(channel)
    for _ in range(2):
        await send(call, b"hello")
    if half_closes:
        with contextlib.suppress(asyncio.InvalidStateError):
            await call.done_writing()
    assert await ending(call) is not OK
    server.process = echo
    assert await check(channel, b"next") == b"next"


_LAST = ["returns", "raises"]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sent=st.integers(0, 4),
    half_closes=st.booleans(),
    taken=st.integers(0, 5),
    answers=st.booleans(),
    last=st.sampled_from(_LAST),
)
def test_status_0_exactly_when_it_is_true(
    transport: str,
    tmp_path: Path,
    sent: int,
    half_closes: bool,
    taken: int,
    answers: bool,
    last: str,
) -> None:
    """For every way that a call and its handler may go together."""
    # One take more than there are messages would wait for Envoy, for good.
    taken = min(taken, sent + half_closes)

    async def handler(stream: MessageStream) -> None:
        for _ in range(taken):
            message = await stream.receive()
            if answers and message is not None:
                await stream.send(message)
        if last == "raises":
            raise KeyError("a bug")

    async def conversation() -> grpc.StatusCode:
        async with (
            serving(transport, tmp_path, collects=False) as server,
            server.channel() as channel,
        ):
            server.process = handler
            call = process(channel)
            for _ in range(sent):
                await send(call, b"hello")
            if half_closes:
                with contextlib.suppress(asyncio.InvalidStateError):
                    await call.done_writing()
            return await ending(call)

    was_told = half_closes and taken == sent + 1
    status = asyncio.run(conversation())
    assert (status is OK) == (was_told and last == "returns")


async def test_a_half_close_is_the_end_of_messages(
    server: Server, channel: grpc.aio.Channel
) -> None:
    heard: list[bytes | None] = []

    async def handler(stream: MessageStream) -> None:
        heard.append(await stream.receive())
        heard.append(await stream.receive())
        heard.append(await stream.receive())

    server.process = handler
    call = process(channel)
    await call.write(b"one")
    await call.done_writing()
    assert await ending(call) is OK
    assert heard == [b"one", None, None]


async def test_an_answer_may_come_after_the_half_close(
    server: Server, channel: grpc.aio.Channel
) -> None:
    async def handler(stream: MessageStream) -> None:
        while await stream.receive() is not None:
            pass
        await stream.send(b"late")

    server.process = handler
    call = process(channel)
    await call.done_writing()
    assert await call.read() == b"late"
    assert await ending(call) is OK


async def test_a_client_that_cancels_ends_the_handler(
    server: Server, channel: grpc.aio.Channel, transport: str
) -> None:
    call = process(channel)
    await call.write(b"hello")
    assert await call.read() == b"hello"
    call.cancel()
    assert await server.end() in CUT_OFF[transport]
    assert await check(channel, b"next") == b"next"


async def test_a_connection_that_breaks_ends_every_handler(
    server: Server, client: Client, transport: str
) -> None:
    for _ in range(20):
        client.request()
    await client.flush()
    for _ in range(20):
        await server.began.get()
    client.writer.transport.abort()
    assert {await server.end() for _ in range(20)} <= CUT_OFF[transport]
    async with server.channel() as channel:
        assert await check(channel, b"next") == b"next"


async def test_many_streams_at_once(server: Server, channel: grpc.aio.Channel) -> None:
    streams = 200
    all_began = asyncio.Event()
    began = 0

    async def handler(stream: MessageStream) -> None:
        nonlocal began
        began += 1
        if began == streams:
            all_began.set()
        await all_began.wait()
        await echo(stream)

    async def talk(number: int) -> grpc.StatusCode:
        call = process(channel)
        for turn in range(3):
            await call.write(b"%d %d" % (number, turn))
            assert await call.read() == b"%d %d" % (number, turn)
        await call.done_writing()
        return await ending(call)

    server.process = handler
    assert set(await asyncio.gather(*map(talk, range(streams)))) == {OK}


async def test_a_fast_sender_waits_for_a_slow_handler(
    server: Server, channel: grpc.aio.Channel
) -> None:
    may_take = asyncio.Event()
    taken = 0

    async def handler(stream: MessageStream) -> None:
        nonlocal taken
        await may_take.wait()
        while (message := await stream.receive()) is not None:
            taken += len(message)

    server.process = handler
    call = process(channel)
    sent = 0
    while True:
        writing = asyncio.create_task(call.write(b"x" * (64 << 10)))
        done, _ = await asyncio.wait({writing}, timeout=0.3)
        if not done:
            break
        sent += 64 << 10
        assert sent < 16 * MIB
    may_take.set()
    await writing
    await call.done_writing()
    assert await ending(call) is OK
    assert taken == sent + (64 << 10)


async def test_envoy_resets_every_stream_that_it_is_done_with(
    server: Server, client: Client, transport: str
) -> None:
    """A server that takes it for an attack would hang up after a thousand calls."""
    for _ in range(200 if transport == "nghttp2" else 20):
        streams = [client.request() for _ in range(100)]
        for stream_id in streams:
            client.http.send_data(stream_id, framed(b"hello"))
        await client.flush()
        for stream_id in streams:
            await client.until("DataReceived", stream_id)
            client.http.reset_stream(stream_id)
        await client.flush()
        client.events.clear()
    assert await client.check() == b"hello"


# -- the end of a server ---------------------------------------------------------------------


async def test_stop_lets_an_open_stream_finish_and_takes_no_new_one(
    server: Server, channel: grpc.aio.Channel
) -> None:
    call = process(channel)
    await call.write(b"one")
    assert await call.read() == b"one"
    stopping = asyncio.create_task(server.transport.stop(PATIENCE))
    async with server.channel() as another:
        # Until the stop has begun, some may still be taken.
        while (status := await another_check(another)) is OK:
            pass
        assert status is grpc.StatusCode.UNAVAILABLE
    await call.write(b"two")
    assert await call.read() == b"two"
    assert not stopping.done()
    await call.done_writing()
    assert await ending(call) is OK
    async with asyncio.timeout(PATIENCE):
        await stopping


async def test_stop_ends_what_does_not_end_by_itself(
    server: Server, channel: grpc.aio.Channel, transport: str
) -> None:
    call = process(channel)
    await call.write(b"one")
    assert await call.read() == b"one"
    async with asyncio.timeout(PATIENCE):
        await server.transport.stop(0.1)
    assert await server.end() in CUT_OFF[transport]
    assert await ending(call) is not OK


async def test_stop_before_start(transport: str, tmp_path: Path) -> None:
    if transport == "nghttp2":
        await Server(transport, tmp_path).transport.stop(1)


async def test_a_socket_that_cannot_be_bound(transport: str, tmp_path: Path) -> None:
    with pytest.raises((OSError, RuntimeError)):
        await Server(transport, tmp_path / ("long" * 40)).transport.start()


async def test_a_socket_left_behind_is_replaced(transport: str, tmp_path: Path) -> None:
    (tmp_path / "s").touch()
    async with serving(transport, tmp_path) as server, server.channel() as channel:
        assert await check(channel, b"hello") == b"hello"
