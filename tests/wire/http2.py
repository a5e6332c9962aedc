"""Both transports as tests see them, and an HTTP/2 client that sends whatever it is told."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import grpc
import pytest

from extproc.wire.grpcio_transport import GrpcioTransport
from extproc.wire.processing import MessageStream

CHECK = "/envoy.service.auth.v3.Authorization/Check"
PROCESS = "/envoy.service.ext_proc.v3.ExternalProcessor/Process"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PATIENCE = 20


def transport_class(name: str) -> Any:
    if name == "grpcio":
        return GrpcioTransport
    pytest.importorskip("ngh2", reason="nghttp2: ngh2 is not installed")
    from extproc.wire.nghttp2_transport import Nghttp2Transport

    return Nghttp2Transport


async def echo(stream: MessageStream) -> None:
    while (message := await stream.receive()) is not None:
        await stream.send(message)


async def same(request: bytes) -> bytes:
    return request


class Server:
    """A transport with handlers that a test may change, and how each Process ended."""

    def __init__(self, transport: str, directory: Path) -> None:
        self.socket = directory / "s"
        self.check: Callable[[bytes], Awaitable[bytes]] = same
        self.process: Callable[[MessageStream], Awaitable[None]] = echo
        self.failures: list[str] = []
        self.began: asyncio.Queue[None] = asyncio.Queue()
        self.ends: asyncio.Queue[str] = asyncio.Queue()
        self.transport = transport_class(transport)(
            self.socket, self._check, self._process, self.failures.append
        )

    async def _check(self, request: bytes) -> bytes:
        return await self.check(request)

    async def _process(self, stream: MessageStream) -> None:
        self.began.put_nowait(None)
        try:
            await self.process(stream)
        except BaseException as error:
            self.ends.put_nowait(type(error).__name__)
            raise
        self.ends.put_nowait("returned")

    async def end(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return await self.ends.get()

    def channel(self) -> grpc.aio.Channel:
        options = (
            ("grpc.max_receive_message_length", -1),
            ("grpc.max_send_message_length", -1),
            ("grpc.use_local_subchannel_pool", 1),
        )
        return grpc.aio.insecure_channel(f"unix:{self.socket}", options=options)


@contextlib.asynccontextmanager
async def serving(
    transport: str, directory: Path, *, collects: bool = True
) -> AsyncIterator[Server]:
    """A server that leaves nothing behind: no task, and no complaint of the event loop.

    Some complaints come only as garbage is collected, which costs more than a short call.
    """
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    server = Server(transport, directory)
    await server.transport.start()
    try:
        yield server
    finally:
        async with asyncio.timeout(PATIENCE):
            await server.transport.stop(0)
    if transport == "nghttp2":
        assert not [each for each in asyncio.all_tasks() if "Nghttp2" in repr(each.get_coro())]
        assert not server.transport.connections
    if collects:
        gc.collect()
    # grpc.aio, client or server, complains about the loop of the test before.
    assert [each for each in complaints if "PollerCompletionQueue" not in each["message"]] == []


def framed(message: bytes, flag: int = 0) -> bytes:
    return bytes([flag]) + len(message).to_bytes(4, "big") + message


def frame(kind: int, flags: int, stream_id: int, payload: bytes = b"") -> bytes:
    """One HTTP/2 frame, whatever it may mean (RFC 9113, section 4.1)."""
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream_id.to_bytes(4, "big")
    return head + payload


class Client:
    """libnghttp2 as a client, one frame at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import ngh2

        self.reader, self.writer = reader, writer
        self.http = ngh2.Connection(
            ngh2.Role.CLIENT, ngh2.Configuration(peer_max_concurrent_streams=1 << 20)
        )
        self.events: list[Any] = []

    async def start(self, settings: dict[int, int] | None = None) -> None:
        self.http.initiate_connection(settings)
        await self.flush()

    def request(
        self, path: str = PROCESS, headers: Iterable[tuple[str, str]] = (), **changes: str
    ) -> int:
        fields = {
            ":method": "POST", ":scheme": "http", ":path": path, ":authority": "x",
            "content-type": "application/grpc", "te": "trailers",
        } | {name.replace("_", "-"): value for name, value in changes.items()}  # fmt: skip
        lines = [*fields.items(), *headers]
        return int(self.http.send_request([(n.encode(), v.encode()) for n, v in lines]))

    async def flush(self) -> None:
        self.writer.write(self.http.data_to_send())
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def read(self) -> bool:
        """Take what has come; False at the end of the connection."""
        async with asyncio.timeout(PATIENCE):
            data = await self.reader.read(1 << 20)
        if data and not self.writer.is_closing():
            self.http.receive_data(data)
            self.events += self.http.events()
            await self.flush()
            self.events += self.http.events()
            if any(type(each).__name__ == "ConnectionClosed" for each in self.events):
                self.writer.close()
        return bool(data)

    async def until(self, kind: str, stream_id: int | None = None) -> Any:
        """The first event of a kind, for a stream."""
        while True:
            for event in self.events:
                if type(event).__name__ == kind and stream_id in (
                    None,
                    getattr(event, "stream_id", None),
                ):
                    return event
            assert await self.read(), f"closed after {self.events}"

    async def status(self, stream_id: int) -> int | None:
        """The grpc-status that a stream ended with; None for none."""
        await self.until("StreamClosed", stream_id)
        for event in self.events:
            if getattr(event, "stream_id", None) == stream_id and hasattr(event, "headers"):
                for name, value in event.headers:
                    if name == b"grpc-status":
                        return int(value)
        return None

    def data(self, stream_id: int) -> bytes:
        return b"".join(
            each.data
            for each in self.events
            if type(each).__name__ == "DataReceived" and each.stream_id == stream_id
        )

    async def check(self, message: bytes = b"hello") -> bytes:
        """One whole unary call."""
        stream_id = self.request(CHECK)
        self.http.send_data(stream_id, framed(message), end_stream=True)
        await self.flush()
        assert await self.status(stream_id) == 0
        return self.data(stream_id)[5:]


@contextlib.asynccontextmanager
async def connected(
    server: Server, settings: dict[int, int] | None = None
) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_unix_connection(str(server.socket))
    client = Client(reader, writer)
    try:
        await client.start(settings)
        yield client
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
