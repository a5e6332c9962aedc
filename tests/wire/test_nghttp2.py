"""The nghttp2 transport, frame by frame: what a stock client never sends and cannot see."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import struct
import tracemalloc
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("ngh2", reason="nghttp2: ngh2 is not installed")

from extproc.wire import nghttp2_transport as transport
from extproc.wire.processing import MessageStream
from tests.wire.http2 import (
    CHECK,
    PATIENCE,
    PREFACE,
    PROCESS,
    Client,
    Server,
    connected,
    echo,
    frame,
    framed,
    serving,
)

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    0, 1, 3, 4, 6, 7, 8, 9,
)  # fmt: skip
INITIAL_WINDOW_SIZE = 4

each_example = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving("nghttp2", tmp_path) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with connected(server) as opened:
        yield opened


def run(directory: Path, talk: Callable[[Server, Client], Coroutine[Any, Any, None]]) -> None:
    """One conversation on a server of its own."""

    async def conversation() -> None:
        async with (
            serving("nghttp2", directory, collects=False) as server,
            connected(server) as client,
        ):
            await talk(server, client)

    asyncio.run(conversation())


# -- gRPC's framing --------------------------------------------------------------------------


@each_example
@given(
    messages=st.lists(st.binary(max_size=40), max_size=6),
    cuts=st.lists(st.integers(0, 300), max_size=12),
)
def test_messages_may_be_cut_anywhere(
    tmp_path: Path, messages: list[bytes], cuts: list[int]
) -> None:
    wire = b"".join(map(framed, messages))
    places = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]

    async def talk(_: Server, client: Client) -> None:
        stream_id = client.request()
        await client.flush()
        for start, end in itertools.pairwise(places):
            # Also empty frames: they mean nothing.
            client.writer.write(frame(DATA, 0, stream_id, wire[start:end]))
        client.http.end_stream(stream_id)
        await client.flush()
        assert await client.status(stream_id) == 0
        assert client.data(stream_id) == wire

    run(tmp_path, talk)


@pytest.mark.parametrize("path", [CHECK, PROCESS])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(framed(b"hello", 1), 12, id="a compressed message"),
        pytest.param(framed(b"hello", 255), 12, id="an unknown flag"),
        pytest.param(b"\0\0\0\0\5hell", 13, id="the end of the message is missing"),
        pytest.param(framed(b"hello") + b"\0\0\0", 13, id="half a prefix at the end"),
        pytest.param(b"\0\x00\x40\x00\x01", 8, id="a message over the cap, announced"),
        pytest.param(b"\0\xff\xff\xff\xff", 8, id="the longest message there is"),
    ],
)
async def test_what_is_no_message(client: Client, path: str, sent: bytes, status: int) -> None:
    stream_id = client.request(path)
    client.http.send_data(stream_id, sent, end_stream=True)
    await client.flush()
    assert await client.status(stream_id) == status
    assert await client.check() == b"hello"


@pytest.mark.parametrize("count", [0, 2, 3])
async def test_check_takes_one_message(server: Server, client: Client, count: int) -> None:
    asked: list[bytes] = []

    async def check(request: bytes) -> bytes:
        asked.append(request)
        return request

    server.check = check
    stream_id = client.request(CHECK)
    client.http.send_data(stream_id, framed(b"hello") * count, end_stream=True)
    await client.flush()
    assert await client.status(stream_id) == 13
    assert asked == []


async def test_the_end_may_come_as_trailers(client: Client) -> None:
    stream_id = client.request()
    client.http.send_data(stream_id, framed(b"hello"))
    client.http.send_trailers(stream_id, [(b"x-any", b"thing")])
    await client.flush()
    assert await client.status(stream_id) == 0
    assert client.data(stream_id) == framed(b"hello")


@pytest.mark.parametrize("error", [KeyError("a bug"), asyncio.CancelledError()], ids=repr)
@pytest.mark.parametrize("path", [CHECK, PROCESS])
async def test_whatever_a_handler_raises_is_an_error(
    server: Server, client: Client, path: str, error: BaseException
) -> None:
    async def fails(_: object) -> Any:
        raise error

    server.check = server.process = fails
    stream_id = client.request(path)
    client.http.send_data(stream_id, framed(b"hello"), end_stream=True)
    await client.flush()
    assert await client.status(stream_id) == (14 if path == CHECK else 13)


async def test_a_check_without_an_answer_is_an_error(server: Server, client: Client) -> None:
    async def nothing(_: bytes) -> Any:
        return None

    server.check = nothing
    stream_id = client.request(CHECK)
    client.http.send_data(stream_id, framed(b"hello"), end_stream=True)
    await client.flush()
    assert await client.status(stream_id) == 14


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"content_type": "application/json"}, "415", id="JSON"),
        pytest.param({"content_type": "application/grpcweb"}, "415", id="another gRPC"),
        pytest.param({":method": "GET"}, "415", id="GET"),
        pytest.param({"content_type": "application/grpc+proto"}, "200", id="gRPC with a codec"),
        pytest.param({"content_type": "application/grpc;x=y"}, "200", id="gRPC with a parameter"),
    ],
)
async def test_the_kind_of_a_request(client: Client, changes: dict[str, str], status: str) -> None:
    stream_id = client.request(CHECK, **changes)
    client.http.send_data(stream_id, framed(b"hello"), end_stream=True)
    await client.flush()
    response = await client.until("ResponseReceived", stream_id)
    assert dict(response.headers)[b":status"] == status.encode()
    assert await client.status(stream_id) == (0 if status == "200" else None)
    assert await client.check() == b"hello"


@pytest.mark.parametrize(
    ("timeout", "status"),
    [
        *((f"1{unit}", 4) for unit in "mun"),
        ("0S", 4),
        *((each, 0) for each in ("1H", "99999999H", "10M", "30S")),
        *((each, 13) for each in ("", "5", "S", "-1S", "1.5S", "123456789S", "1s", "1 S")),
    ],
)
@pytest.mark.parametrize("path", [CHECK, PROCESS])
async def test_a_deadline(
    server: Server, client: Client, path: str, timeout: str, status: int
) -> None:
    async def waits(_: object) -> Any:
        await asyncio.Event().wait()

    if status == 4:
        server.check = server.process = waits
    stream_id = client.request(path, grpc_timeout=timeout)
    client.http.send_data(stream_id, framed(b"hello"), end_stream=True)
    await client.flush()
    assert await client.status(stream_id) == status
    if status == 4 and path == PROCESS:
        assert await server.end() == "CancelledError"


# -- memory ----------------------------------------------------------------------------------


async def test_a_handler_that_takes_nothing_stops_its_sender(
    server: Server, client: Client
) -> None:
    may_take = asyncio.Event()

    async def takes_later(stream: MessageStream) -> None:
        await may_take.wait()
        await echo(stream)

    server.process = takes_later
    message = framed(b"x" * 60_000)
    stream_id = client.request()
    for _ in range(100):
        client.http.send_data(stream_id, message)
    client.http.end_stream(stream_id)
    await client.flush()
    # Another call on the same connection is not held up, and its answer is the proof that the
    # server has read all that it allowed to be sent.
    assert await client.check() == b"hello"
    sent = 100 * len(message) - client.http.queued_body_size(stream_id)
    assert sent <= transport.STREAM_WINDOW + len(message)
    may_take.set()
    assert await client.status(stream_id) == 0
    assert client.data(stream_id) == message * 100


async def test_a_client_that_does_not_read_stops_the_handler(server: Server) -> None:
    sent = 0
    is_stuck = asyncio.Event()

    async def talks(stream: MessageStream) -> None:
        nonlocal sent
        await stream.receive()
        for _ in range(200):
            asyncio.get_running_loop().call_later(0.2, is_stuck.set)
            await stream.send(b"x" * 60_000)
            sent += 60_000
        await stream.receive()

    server.process = talks
    async with connected(server, {INITIAL_WINDOW_SIZE: 1 << 16}) as client:
        stream_id = client.request()
        client.http.send_data(stream_id, framed(b"hello"), end_stream=True)
        await client.flush()
        await is_stuck.wait()
        assert sent <= transport.MOST_UNSENT + (1 << 16) + 2 * 60_005
        assert await client.status(stream_id) == 0
        assert client.data(stream_id) == framed(b"x" * 60_000) * 200


async def test_a_socket_that_nobody_reads_stops_the_handler(server: Server) -> None:
    sent = 0
    is_stuck = asyncio.Event()

    async def talks(stream: MessageStream) -> None:
        nonlocal sent
        for _ in range(400):
            asyncio.get_running_loop().call_later(0.2, is_stuck.set)
            await stream.send(b"x" * 60_000)
            sent += 60_000

    server.process = talks
    async with connected(server, {INITIAL_WINDOW_SIZE: 1 << 30}) as client:
        client.http.set_local_window_size(1 << 30)
        client.request()
        await client.flush()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await is_stuck.wait()
        # The socket's own buffers come on top.
        assert sent <= transport.MOST_UNSENT + (4 << 20)
        client.writer.transport.abort()
        assert await server.end() == "CancelledError"


@pytest.mark.parametrize("path", ["/unknown", PROCESS], ids=["refused", "never taken"])
async def test_what_was_not_taken_is_given_back_to_the_connection(
    server: Server, client: Client, path: str
) -> None:
    """Or a connection would stop after many calls that ended early."""

    async def takes_nothing(_: MessageStream) -> None:
        await asyncio.Event().wait()

    server.process = takes_nothing
    assert await client.check() == b"hello"
    for _ in range(300):
        stream_id = client.request(path)
        client.http.send_data(stream_id, framed(b"") + b"x" * 1_000_000)
        await client.flush()
        assert await client.check() == b"hello"
        client.http.reset_stream(stream_id)
        client.events.clear()
    assert await client.check() == b"hello"


async def test_the_answers_of_one_turn_go_out_together(server: Server, client: Client) -> None:
    assert await client.check() == b"hello"
    client.events.clear()
    streams = [client.request(CHECK) for _ in range(20)]
    for stream_id in streams:
        client.http.send_data(stream_id, framed(b"hello"), end_stream=True)
    await client.flush()
    assert await client.read()
    ended = {each.stream_id for each in client.events if type(each).__name__ == "StreamClosed"}
    assert ended == set(streams)


# -- the connection --------------------------------------------------------------------------


async def test_ping_is_answered(client: Client) -> None:
    client.http.ping(b"are you?")
    await client.flush()
    assert (await client.until("PingAcknowledged")).opaque_data == b"are you?"


async def test_a_storm_of_resets(server: Server, client: Client) -> None:
    for _ in range(200):
        streams = [client.request() for _ in range(100)]
        for stream_id in streams:
            client.http.send_data(stream_id, framed(b"hello" * 10))
        await client.flush()
        for stream_id in streams:
            client.http.reset_stream(stream_id)
        await client.flush()
    assert await client.check() == b"hello"
    ends = {await server.end() for _ in range(server.began.qsize())}
    assert ends <= {"CancelledError"}


async def test_stop_says_goodbye_in_two_steps(server: Server) -> None:
    """First a notice, so that no call which is already under way is lost."""
    reader, writer = await asyncio.open_unix_connection(str(server.socket))

    async def until(kind: int, stream_id: int) -> bytes:
        while True:
            async with asyncio.timeout(PATIENCE):
                head = await reader.readexactly(9)
            payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
            if (head[3], int.from_bytes(head[5:], "big")) == (kind, stream_id):
                return payload

    writer.write(START + frame(HEADERS, 4, 1, _headers()) + frame(DATA, 0, 1, framed(b"hello")))
    assert await until(DATA, 1) == framed(b"hello")
    stopping = asyncio.create_task(server.transport.stop(PATIENCE))
    assert await until(GOAWAY, 0) == struct.pack(">II", 2**31 - 1, 0)
    ping = await until(PING, 0)
    # This call crosses the notice on the way, so it is served.
    writer.write(frame(HEADERS, 4, 3, _headers()) + frame(DATA, 1, 3, framed(b"crossing")))
    assert await until(DATA, 3) == framed(b"crossing")
    writer.write(frame(PING, 1, 0, ping))
    assert await until(GOAWAY, 0) == struct.pack(">II", 3, 0)
    # This one does not.
    writer.write(frame(HEADERS, 5, 5, _headers()))
    writer.write(frame(DATA, 1, 1, framed(b"bye")))
    assert await until(DATA, 1) == framed(b"bye")
    assert not stopping.done()
    async with asyncio.timeout(PATIENCE):
        await reader.read()
        await stopping
    assert server.began.qsize() == 2
    writer.close()
    await writer.wait_closed()


async def test_an_idle_connection_ends_with_stop(server: Server, client: Client) -> None:
    assert await client.check() == b"hello"
    async with asyncio.timeout(PATIENCE / 2):
        stopping = asyncio.create_task(server.transport.stop(PATIENCE))
        while await client.read():
            pass
        await stopping


async def test_stop_ends_open_calls_as_unavailable(server: Server, client: Client) -> None:
    stream_id = client.request()
    client.http.send_data(stream_id, framed(b"hello"))
    await client.flush()
    await client.until("DataReceived", stream_id)
    stopping = asyncio.create_task(server.transport.stop(0))
    assert await client.status(stream_id) == 14
    await stopping
    assert await server.end() == "CancelledError"


async def test_stop_does_not_wait_for_a_client_that_does_not_read(server: Server) -> None:
    async def talks(stream: MessageStream) -> None:
        while True:
            await stream.send(b"x" * 60_000)

    server.process = talks
    async with connected(server, {INITIAL_WINDOW_SIZE: 1 << 30}) as client:
        client.request()
        await client.flush()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await server.began.get()
        async with asyncio.timeout(PATIENCE):
            await server.transport.stop(0.1)
        assert await server.end() == "CancelledError"


async def test_a_handler_that_will_not_be_cancelled_says_nothing_more(
    server: Server, client: Client
) -> None:
    heard: list[object] = []

    async def stubborn(stream: MessageStream) -> None:
        try:
            await stream.receive()
        except asyncio.CancelledError:
            heard.append(await stream.receive())
            with pytest.raises(ConnectionResetError):
                await stream.send(b"too late")

    server.process = stubborn
    stream_id = client.request()
    await client.flush()
    await server.began.get()
    client.http.reset_stream(stream_id)
    await client.flush()
    assert await server.end() == "returned"
    assert heard == [None]
    assert await client.check() == b"hello"


@pytest.mark.parametrize("kind", ["asyncio", "uvloop"])
def test_both_event_loops(tmp_path: Path, kind: str) -> None:
    factory = asyncio.new_event_loop
    if kind == "uvloop":
        factory = pytest.importorskip("uvloop", reason="uvloop is not installed").new_event_loop

    async def conversation() -> None:
        async with serving("nghttp2", tmp_path) as server:
            async with connected(server) as client:
                stream_id = client.request()
                client.http.send_data(stream_id, framed(b"x" * 3_000_000), end_stream=True)
                await client.flush()
                assert await client.status(stream_id) == 0
                assert client.data(stream_id) == framed(b"x" * 3_000_000)
                for _ in range(3):
                    client.request()
                await client.flush()
                for _ in range(4):
                    await server.began.get()
            assert await server.end() == "returned"
            assert {await server.end() for _ in range(3)} == {"CancelledError"}
            async with connected(server) as client:
                assert await client.check() == b"hello"
                client.request()
                await client.flush()
                await server.began.get()
                await server.transport.stop(0.05)

    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(conversation())


# -- what no client of good will sends -------------------------------------------------------


def _headers(path: bytes = PROCESS.encode(), *more: tuple[bytes, bytes]) -> bytes:
    """A header block of literals without indexing (RFC 7541, section 6.2.2)."""
    lines = (
        (b":method", b"POST"), (b":scheme", b"http"), (b":path", path), (b":authority", b"x"),
        (b"content-type", b"application/grpc"), *more,
    )  # fmt: skip
    return b"".join(b"\0" + _literal(name) + _literal(value) for name, value in lines)


def _literal(text: bytes) -> bytes:
    size, encoded = len(text), b""
    if size < 127:
        return bytes([size]) + text
    size -= 127
    while size >= 128:
        encoded += bytes([size % 128 + 128])
        size //= 128
    return b"\x7f" + encoded + bytes([size]) + text


async def _throw(server: Server, data: bytes) -> bytes:
    """Send bytes, close the sending side, and read what the server has to say to it."""
    reader, writer = await asyncio.open_unix_connection(str(server.socket))
    answer = b""
    with contextlib.suppress(ConnectionError):
        writer.write(data)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            answer = await reader.read()
    writer.transport.abort()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return answer


START = PREFACE + frame(SETTINGS, 0, 0)

floods = {
    "nothing": b"",
    "half a preface": PREFACE[:10],
    "another protocol": b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" * 1000,
    "no settings": PREFACE + frame(PING, 0, 0, b"12345678"),
    "empty data without end": START
    + frame(HEADERS, 4, 1, _headers())
    + frame(DATA, 0, 1) * 100_000,
    "data on a stream that is not there": START + frame(DATA, 0, 7, b"x") * 1000,
    "a header too many": START
    + frame(HEADERS, 4, 1, _headers(b"/", *((b"x-%d" % n, b"y") for n in range(1000)))),
    "huge headers": START
    + frame(HEADERS, 0, 1, _headers(b"/", (b"x", b"y" * 15_000)))
    + frame(CONTINUATION, 0, 1, b"\0\1x" + _literal(b"y" * 16_000)) * 7
    + frame(CONTINUATION, 4, 1),
    "continuation without end": START
    + frame(HEADERS, 0, 1, _headers())
    + frame(CONTINUATION, 0, 1, b"\0\1x\1y") * 10_000,
    "empty continuation without end": START
    + frame(HEADERS, 0, 1, _headers())
    + frame(CONTINUATION, 0, 1) * 100_000,
    "pings": START + frame(PING, 0, 0, b"12345678") * 50_000,
    "settings": START + frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 1000)) * 50_000,
    "window updates": START + frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff") * 10,
    "a frame over the limit": START + frame(DATA, 0, 1, b"x" * 100_000),
    "many streams and no word": START
    + b"".join(frame(HEADERS, 4, 2 * n + 1, _headers()) for n in range(5_000)),
    "streams opened and reset in one breath": START
    + b"".join(
        frame(HEADERS, 4, 2 * n + 1, _headers()) + frame(RST_STREAM, 0, 2 * n + 1, b"\0\0\0\x08")
        for n in range(5_000)
    ),
    "bad calls reset in one breath": START
    + b"".join(
        frame(HEADERS, 4, 2 * n + 1, _headers(b"/no", (b"grpc-timeout", b"?")))
        + frame(DATA, 0, 2 * n + 1, framed(b"hello", 1))
        + frame(RST_STREAM, 0, 2 * n + 1, b"\0\0\0\x08")
        for n in range(5_000)
    ),
    "empty messages without end": START
    + frame(HEADERS, 4, 1, _headers())
    + frame(DATA, 0, 1, framed(b"") * 3_000) * 60,
    "goaway": START + frame(GOAWAY, 0, 0, b"\0" * 8) * 1000,
}


@pytest.mark.parametrize("data", floods.values(), ids=floods)
async def test_a_bad_client_hurts_only_itself(server: Server, client: Client, data: bytes) -> None:
    assert await client.check() == b"hello"
    tracemalloc.start()
    try:
        await _throw(server, data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 128 << 20
    assert await client.check() == b"hello"
    assert len(server.transport.connections) == 1


frames = st.builds(
    frame,
    st.integers(0, 10) | st.integers(0, 255),
    st.sampled_from([0, 1, 4, 5, 8, 0x20]) | st.integers(0, 255),
    st.sampled_from([0, 1, 3, 5, 2]) | st.integers(0, 2**32 - 1),
    st.binary(max_size=60)
    | st.sampled_from([_headers(), _headers(CHECK.encode()), _headers(b"/"), framed(b"hello")]),
)


@settings(each_example, max_examples=150)
@given(
    start=st.sampled_from([START, START, START + frame(HEADERS, 4, 1, _headers()), PREFACE, b""]),
    sent=st.lists(frames, max_size=12) | st.lists(st.binary(max_size=200), max_size=5),
)
def test_broken_frames_hurt_only_their_connection(
    tmp_path: Path, start: bytes, sent: list[bytes]
) -> None:
    async def talk(server: Server, client: Client) -> None:
        await _throw(server, start + b"".join(sent))
        assert await client.check() == b"hello"

    run(tmp_path, talk)


@settings(each_example, max_examples=100)
@given(place=st.integers(0, 400), byte=st.integers(1, 255), cut=st.booleans())
def test_a_good_conversation_with_one_wrong_byte(
    tmp_path: Path, place: int, byte: int, cut: bool
) -> None:
    """One byte missing, or another in its place."""
    good = (
        START
        + frame(HEADERS, 4, 1, _headers())
        + frame(DATA, 1, 1, framed(b"hello"))
        + frame(HEADERS, 4, 3, _headers(CHECK.encode()))
        + frame(DATA, 1, 3, framed(b"hello"))
    )
    place = min(place, len(good) - 1)
    bad = good[:place] + (b"" if cut else bytes([good[place] ^ byte]) + good[place + 1 :])

    async def talk(server: Server, client: Client) -> None:
        await _throw(server, bad)
        assert await client.check() == b"hello"

    run(tmp_path, talk)
