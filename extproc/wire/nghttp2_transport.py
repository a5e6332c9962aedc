"""The fast transport: the two servicers on asyncio and libnghttp2, over a UNIX socket.

gRPC is little more than HTTP/2: a call is a stream, a message is five bytes of prefix and its
payload, the last word is `grpc-status` in the trailers. libnghttp2 does the HTTP/2; this room
does the rest, for two methods, with one task a call. Its rules:

1. Status 0 is the one word that lets Envoy go on without us, so only `_Call.end` may say it, and
   only when it is true. Of Process: Envoy has closed its side, the handler took every message,
   was told that no more come, and returned. Of Check: there is an answer. Every other end is an
   error status or a reset, and Envoy takes both as a refusal.
2. What Envoy resets, and what is open when the connection goes, is cancelled. No task outlives
   `stop`.
3. Memory is bounded by what the handlers took, not by what Envoy sent: bytes are acknowledged
   while no message waits for the handler, and a handler waits while Envoy does not read.
4. What one turn of the loop produced goes out in one write. Envoy is then woken once for many
   messages, and that, not Python, is most of what a call costs.

Envoy resets every ext_proc stream that it is done with, and nobody else reaches the socket. So
libnghttp2's protection against clients that reset too often is off: after a thousand calls it
would hang up on Envoy and fail those in flight.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import cast

import ngh2
import structlog

from extproc.core.exchange import ExchangeError
from extproc.wire.authorization import Check
from extproc.wire.processing import EarlyEnd, Process

_log = structlog.get_logger("extproc.transport")

MAX_MESSAGE = 4 << 20
"""Bytes. Envoy sends bodies in pieces of at most 1 MiB; headers are bounded by Envoy."""

STREAM_WINDOW = 1 << 20
"""Bytes that Envoy may send on one stream while a message waits for its handler."""

CONNECTION_WINDOW = 256 << 20
"""The same for all streams together; wide, or calls that wait for a human would stop the rest."""

MOST_UNSENT = 1 << 20
"""Bytes of one stream that Envoy has no room for, before the handler has to wait."""

_ANY = (1 << 40, 1 << 40)
_CONFIGURATION = ngh2.Configuration(
    auto_window_update=False,
    stream_reset_rate_limit=_ANY,
    glitch_rate_limit=_ANY,
    # Beyond these the whole connection ends, so they are wider than what the settings ask for.
    max_inbound_header_list_size=64 << 10,
    max_inbound_header_count=256,
)
_SETTINGS = {
    ngh2.Setting.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
    ngh2.Setting.MAX_CONCURRENT_STREAMS: 1 << 16,
    ngh2.Setting.MAX_HEADER_LIST_SIZE: 16 << 10,
}
_NO_ERROR = ngh2.ErrorCode.NO_ERROR
_INTERNAL_ERROR = ngh2.ErrorCode.INTERNAL_ERROR
_WRITE_BYTES = 1 << 18
_CLOSE_SECONDS = 1.0


class Status(IntEnum):
    """gRPC's status codes, as far as they are said here."""

    OK = 0
    DEADLINE_EXCEEDED = 4
    RESOURCE_EXHAUSTED = 8
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14


_CHECK = b"/envoy.service.auth.v3.Authorization/Check"
_PROCESS = b"/envoy.service.ext_proc.v3.ExternalProcessor/Process"
_CONTENT_TYPE = re.compile(rb"application/grpc([+;].*)?")
_TIMEOUT = re.compile(rb"(\d{1,8})([HMSmun])")
_UNITS = {b"H": 3600, b"M": 60, b"S": 1, b"m": 1e-3, b"u": 1e-6, b"n": 1e-9}
_HEADERS = ((b":status", b"200"), (b"content-type", b"application/grpc"))
_TRAILERS = {
    status: ((b"grpc-status", b"%d" % status), (b"grpc-message", status.name.lower().encode()))
    for status in Status
}


def _size(message: bytes | bytearray) -> int:
    return int.from_bytes(message[1:5], "big")


class _Call:
    """One RPC, and its handler's MessageStream."""

    def __init__(self, connection: _Connection, stream_id: int, *, is_check: bool) -> None:
        self.id = stream_id
        self.is_check = is_check
        self.is_told = False
        """The handler knows that Envoy closed its side."""
        self.is_ended = False
        self.task: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.loop = connection.loop
        self._connection = connection
        self._partial = bytearray()
        self._messages: deque[bytes] = deque()
        self._unacknowledged = 0
        self._waiter: asyncio.Future[None] | None = None
        self._is_half_closed = False
        self._has_answered = False

    async def receive(self) -> bytes | None:
        while not self._messages:
            if self._is_half_closed or self.is_ended:
                self.is_told = True
                return None
            self._waiter = self.loop.create_future()
            await self._waiter
        message = self._messages.popleft()
        if not self._messages:
            self._acknowledge()
        return message

    async def send(self, message: bytes) -> None:
        """Raises ConnectionResetError when the call is over."""
        while not self.is_ended and self._connection.is_full(self.id):
            await self._connection.wait_for_room()
        if self.is_ended:
            raise ConnectionResetError("the call is over")
        http = self._connection.http
        frame = b"\0" + len(message).to_bytes(4, "big") + message
        if not self._has_answered:
            http.send_response(self.id, _HEADERS)
            self._has_answered = True
        http.send_data(self.id, frame)
        self._connection.flush_soon()

    def feed(self, data: bytes, *, is_last: bool) -> None:
        """Bytes from Envoy, cut anywhere."""
        self._is_half_closed = is_last
        self._unacknowledged += len(data)
        if data:
            if not self._partial and data[0] == 0 and len(data) == 5 + _size(data):
                self._messages.append(data[5:])  # as nearly always
            elif (status := self._split(data)) is not Status.OK:
                return self.fail(status)
        is_cut_short = is_last and (self._partial or (self.is_check and len(self._messages) != 1))
        if is_cut_short or (self.is_check and len(self._messages) > 1):
            return self.fail(Status.INTERNAL)
        if not self._messages:
            self._acknowledge()  # or the rest of a long message could never come
        if (self._messages or is_last) and self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
        return None

    def _split(self, data: bytes) -> Status:
        partial = self._partial
        partial += data
        while len(partial) >= 5:
            end = 5 + _size(partial)
            if partial[0]:
                return Status.UNIMPLEMENTED  # we offered no compression
            if end > 5 + MAX_MESSAGE:
                return Status.RESOURCE_EXHAUSTED
            if len(partial) < end:
                break
            with memoryview(partial) as view:
                self._messages.append(bytes(view[5:end]))
            del partial[:end]
        return Status.OK

    def end(self, status: Status) -> None:
        """Say the last word, once. A status 0 that was not earned becomes an error."""
        if self.is_ended:
            return
        if status is Status.OK:
            is_earned = self._has_answered if self.is_check else self.is_told
            if not (is_earned and self._is_half_closed and not self._messages):
                status = Status.INTERNAL
        # Envoy may have reset the stream in the same batch of frames that we still read.
        with suppress(ngh2.StreamProtocolError):
            if self._has_answered:
                self._connection.http.send_trailers(self.id, _TRAILERS[status])
            else:
                last_word = _HEADERS + _TRAILERS[status]
                self._connection.http.send_response(self.id, last_word, end_stream=True)
        if not self._is_half_closed:
            self._connection.to_reset.append(self.id)
        self._forget()
        self._connection.flush_soon()

    def fail(self, status: Status) -> None:
        """End a call that its handler did not end."""
        self.end(status)
        self.cancel()

    def cancel(self) -> None:
        """Nobody listens any more."""
        self._forget()
        if self.task is not None:
            self.task.cancel()

    def _forget(self) -> None:
        self.is_ended = True
        self._messages.clear()
        self._partial.clear()
        self._acknowledge()  # the connection's window outlives the stream
        if self.timer is not None:
            self.timer.cancel()
        self._connection.calls.pop(self.id, None)

    def _acknowledge(self) -> None:
        self._connection.acknowledge(self.id, self._unacknowledged)
        self._unacknowledged = 0


class _Connection(asyncio.Protocol):
    """Envoy's end of the socket, and the calls on it."""

    def __init__(self, server: Nghttp2Transport) -> None:
        self.http = ngh2.Connection(ngh2.Role.SERVER, _CONFIGURATION)
        self.calls: dict[int, _Call] = {}
        self.to_reset: list[int] = []
        """Streams that Envoy may still send on, though our last word is on its way."""
        self._server = server
        self.loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[None] = self.loop.create_future()
        self._transport: asyncio.Transport
        self._is_over = False
        self._is_paused = False
        self._will_flush = False
        self._waiting_for_room: list[asyncio.Future[None]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.connections.add(self)
        if self._server.is_stopping:
            return self.abort("too late")
        self.http.initiate_connection(_SETTINGS)
        self.http.set_local_window_size(CONNECTION_WINDOW)
        return self.flush_soon()

    def data_received(self, data: bytes) -> None:
        try:
            self.http.receive_data(data)
            self._take(self.http.events())
        except ngh2.NGH2Error as error:
            self.abort(f"{type(error).__name__}: {error}")
        # After the tasks that this woke, so that their answers go out together.
        self.flush_soon()

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        self.flush_soon()

    def connection_lost(self, _: Exception | None) -> None:
        self._give_up()
        self._server.connections.discard(self)
        self.closed.set_result(None)

    def acknowledge(self, stream_id: int, size: int) -> None:
        if size and not self._is_over:
            self.http.acknowledge_received_data(size, stream_id)
            self.flush_soon()

    def is_full(self, stream_id: int) -> bool:
        return self._is_paused or self.http.queued_body_size(stream_id) > MOST_UNSENT

    async def wait_for_room(self) -> None:
        """Until it is worth to look again."""
        waiter = self.loop.create_future()
        self._waiting_for_room.append(waiter)
        await waiter

    def flush_soon(self) -> None:
        if not self._will_flush:
            self._will_flush = True
            self.loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._will_flush = False
        if self._transport.is_closing():
            return
        try:
            while not self._is_paused:
                if data := self.http.data_to_send(_WRITE_BYTES):
                    self._transport.write(data)
                elif not self.to_reset:
                    break
                else:
                    stream_id = self.to_reset.pop()
                    # The last word is out, unless it waits for room behind an answer.
                    is_out = self.http.queued_body_size(stream_id) == 0
                    self.http.reset_stream(stream_id, _NO_ERROR if is_out else _INTERNAL_ERROR)
            self._take(self.http.events())
        except ngh2.NGH2Error as error:
            self.abort(f"{type(error).__name__}: {error}")
        if not self._is_paused:
            if self._is_over:
                self._transport.close()
            waiting, self._waiting_for_room = self._waiting_for_room, []
            for waiter in waiting:
                if not waiter.done():
                    waiter.set_result(None)

    def _take(self, events: Iterable[ngh2.Event]) -> None:
        for event in events:
            if isinstance(event, ngh2.DataReceived):
                self._feed(event.stream_id, event.data, event.end_stream)
            elif isinstance(event, ngh2.RequestReceived):
                self._open(event.stream_id, dict(event.headers))
                if event.end_stream:
                    self._feed(event.stream_id, b"", True)
            elif isinstance(event, ngh2.TrailersReceived):
                self._feed(event.stream_id, b"", True)
            elif isinstance(event, ngh2.StreamClosed):
                if event.stream_id in self.calls:
                    self.calls[event.stream_id].cancel()
            elif isinstance(event, ngh2.PingAcknowledged):
                # Envoy has read the notice of `drain`: what it sent before is here.
                self.http.send_goaway()
            elif isinstance(event, ngh2.ConnectionClosed):
                self._give_up()

    def _open(self, stream_id: int, headers: dict[bytes, bytes]) -> None:
        kind = headers.get(b"content-type", b"")
        if headers[b":method"] != b"POST" or not _CONTENT_TYPE.fullmatch(kind):
            with suppress(ngh2.StreamProtocolError):
                self.http.send_response(stream_id, ((b":status", b"415"),), end_stream=True)
            self.to_reset.append(stream_id)
            return None
        path = headers.get(b":path")
        self.calls[stream_id] = call = _Call(self, stream_id, is_check=path == _CHECK)
        if path not in (_CHECK, _PROCESS):
            return call.fail(Status.UNIMPLEMENTED)
        if (timeout := headers.get(b"grpc-timeout")) is not None:
            if (parts := _TIMEOUT.fullmatch(timeout)) is None:
                return call.fail(Status.INTERNAL)
            seconds = int(parts[1]) * _UNITS[parts[2]]
            call.timer = self.loop.call_later(seconds, call.fail, Status.DEADLINE_EXCEEDED)
        if path == _PROCESS:
            self._server.serve(call)
        return None

    def _feed(self, stream_id: int, data: bytes, is_last: bool) -> None:
        if (call := self.calls.get(stream_id)) is None:
            return self.acknowledge(stream_id, len(data))
        call.feed(data, is_last=is_last)
        # A Check begins when its request is whole.
        if is_last and call.is_check and not call.is_ended:
            self._server.serve(call)
        return None

    def drain(self) -> None:
        """Ask for no more calls; the connection ends with the last of those under way."""
        if not self._is_over:
            self.http.send_shutdown_notice()
            self._flush()  # a PING overtakes what waits
            self.http.ping()
            self.flush_soon()

    def hang_up(self) -> None:
        """End every call with an error, and then the connection."""
        for call in list(self.calls.values()):
            call.fail(Status.UNAVAILABLE)
        if not self._is_over:
            self.http.send_goaway()
            self._flush()
        self._transport.close()

    def abort(self, reason: str) -> None:
        _log.warning("connection dropped", reason=reason)
        self._transport.abort()
        self._give_up()

    def _give_up(self) -> None:
        self._is_over = True
        for call in list(self.calls.values()):
            call.cancel()


class Nghttp2Transport:
    """Serves both services on one socket."""

    def __init__(
        self, socket: Path, check: Check, process: Process, failed: Callable[[str], None]
    ) -> None:
        self._socket = socket
        self._check = check
        self._process = process
        self._failed = failed
        self._listener: asyncio.AbstractServer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: set[_Connection] = set()
        self.is_stopping = False

    async def start(self) -> None:
        """Raises OSError when the socket cannot be bound."""
        self._socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._socket.unlink(missing_ok=True)
        self._listener = await asyncio.get_running_loop().create_unix_server(
            lambda: _Connection(self), str(self._socket)
        )

    async def stop(self, grace: float) -> None:
        """Take no new calls; end those still open after `grace` seconds."""
        if self._listener is None:
            return
        self.is_stopping = True
        self._listener.close()
        for connection in list(self.connections):
            connection.drain()
        await self._until_closed(grace)
        for connection in list(self.connections):
            connection.hang_up()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._until_closed(_CLOSE_SECONDS)
        for connection in list(self.connections):
            connection.abort("it does not read")
        await self._until_closed(_CLOSE_SECONDS)
        await self._listener.wait_closed()

    async def _until_closed(self, seconds: float) -> None:
        if self.connections and seconds > 0:
            await asyncio.wait([each.closed for each in self.connections], timeout=seconds)

    def serve(self, call: _Call) -> None:
        handling: Coroutine[None, None, None] = (
            self._answer(call) if call.is_check else self._converse(call)
        )
        call.task = call.loop.create_task(handling)
        self._tasks.add(call.task)
        call.task.add_done_callback(self._tasks.discard)

    async def _answer(self, call: _Call) -> None:
        try:
            request = await call.receive()
            assert request is not None
            await call.send(await self._check(request))
            call.end(Status.OK)
        except Exception as error:
            self._report(error)
        finally:
            # Envoy answers 503 by status_on_error.
            call.end(Status.UNAVAILABLE)

    async def _converse(self, call: _Call) -> None:
        try:
            await self._process(call)
            if not call.is_told:
                raise EarlyEnd("the handler ended before Envoy did")
            call.end(Status.OK)
        except Exception as error:
            self._report(error)
        finally:
            call.end(Status.INTERNAL)

    def _report(self, error: Exception) -> None:
        self._failed("transport")
        # Not the text of any error: it may quote a piece of a body.
        detail = str(error) if isinstance(error, EarlyEnd | ExchangeError) else ""
        _log.error("call failed", error=type(error).__name__, detail=detail)
