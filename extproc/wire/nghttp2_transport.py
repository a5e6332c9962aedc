"""The fast transport: the two servicers on asyncio and libnghttp2, over a UNIX socket.

gRPC is little more than HTTP/2: a call is a stream, a message is five bytes of prefix and its
payload, and the last word is `grpc-status` in the trailers. libnghttp2 does the HTTP/2; this
room does the rest, for two methods, with one task per call. Its rules:

1. Status 0 is the one word that makes Envoy go on without us, so only `_Call.end` may say it, and
   only when it is true. Of Process: Envoy has closed its side, the handler has taken every
   message and was told that no more come, and it returned. Of Check: there is an answer.
   Every other end is an error status or a reset, both of which Envoy takes as a refusal.
2. What Envoy resets, or what was open when the connection went, is cancelled. No task outlives
   `stop`.
3. Memory is bounded by what a handler took, not by what Envoy sent: bytes are acknowledged when
   no message waits for the handler, and a handler waits with its next message until Envoy read
   the last ones.
4. What a loop turn produced goes out in one write. Envoy is then woken once for many messages,
   and that, not Python, is most of what a call costs.

Only Envoy reaches the socket, and Envoy resets every ext_proc stream that it is done with. So
the protection of libnghttp2 against clients that reset too often is off: it would hang up on
Envoy after a thousand calls, and fail those in flight.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from enum import IntEnum
from pathlib import Path
from typing import cast

import structlog
from ngh2 import (
    Configuration,
    Connection,
    ConnectionClosed,
    DataReceived,
    ErrorCode,
    Event,
    NGH2Error,
    PingAcknowledged,
    RequestReceived,
    Role,
    Setting,
    StreamClosed,
    TrailersReceived,
)

from extproc.wire.authorization import Check
from extproc.wire.processing import Process

_log = structlog.get_logger("extproc.transport")

MAX_MESSAGE = 4 << 20
"""Bytes. Envoy sends bodies in pieces of at most 1 MiB; headers are bounded by Envoy."""

STREAM_WINDOW = 1 << 20
"""Bytes that Envoy may send on one stream while a message waits for the handler."""

CONNECTION_WINDOW = 256 << 20
"""Bytes of all streams together. Far more than a stream's own: calls that wait for a human must
not take the window from all others."""

MOST_UNSENT = 1 << 20
"""Bytes of one stream that Envoy has no room for, before its handler has to wait."""

_WRITE = 1 << 18
_CLOSE_SECONDS = 1.0
_UNLIMITED = (1 << 40, 1 << 40)
_CONFIGURATION = Configuration(
    auto_window_update=False,
    stream_reset_rate_limit=_UNLIMITED,
    glitch_rate_limit=_UNLIMITED,
    # Over these the connection ends, so they are wider than what the settings ask for.
    max_inbound_header_list_size=64 << 10,
    max_inbound_header_count=256,
)
_SETTINGS = {
    Setting.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
    Setting.MAX_CONCURRENT_STREAMS: 1 << 16,
    Setting.MAX_HEADER_LIST_SIZE: 16 << 10,
}


class Status(IntEnum):
    """gRPC's status codes, those that are said here."""

    OK = 0
    DEADLINE_EXCEEDED = 4
    RESOURCE_EXHAUSTED = 8
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14


_HEADERS = ((b":status", b"200"), (b"content-type", b"application/grpc"))
_TRAILERS = {
    status: ((b"grpc-status", b"%d" % status), (b"grpc-message", status.name.lower().encode()))
    for status in Status
}
_TIMEOUT = re.compile(rb"(\d{1,8})([HMSmun])")
_UNITS = {b"H": 3600.0, b"M": 60.0, b"S": 1.0, b"m": 1e-3, b"u": 1e-6, b"n": 1e-9}
_CHECK = b"/envoy.service.auth.v3.Authorization/Check"
_PROCESS = b"/envoy.service.ext_proc.v3.ExternalProcessor/Process"


class _Call:
    """One RPC, and the handler's MessageStream. `end` is the only way out."""

    __slots__ = (
        "_connection",
        "_has_answered",
        "_is_half_closed",
        "_is_told",
        "_messages",
        "_partial",
        "_unacknowledged",
        "_waiter",
        "id",
        "is_check",
        "is_ended",
        "task",
        "timer",
    )

    def __init__(self, connection: _Connection, stream_id: int, *, is_check: bool) -> None:
        self.id = stream_id
        self.is_check = is_check
        self.is_ended = False
        self.task: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self._connection = connection
        self._partial = bytearray()
        self._messages: deque[bytes] = deque()
        self._unacknowledged = 0
        self._waiter: asyncio.Future[None] | None = None
        self._is_half_closed = False
        self._is_told = False
        """The handler has heard that Envoy closed its side."""
        self._has_answered = False

    # -- the handler's side ------------------------------------------------------------------

    async def receive(self) -> bytes | None:
        while not self._messages:
            if self._is_half_closed or self.is_ended:
                self._is_told = True
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        message = self._messages.popleft()
        if not self._messages:
            self._acknowledge()
        return message

    async def send(self, message: bytes) -> None:
        """Raises ConnectionResetError when the call is over."""
        while not self.is_ended and self._connection.is_full(self.id):
            await self._connection.has_room()
        self.answer(message)

    def answer(self, message: bytes) -> None:
        if self.is_ended:
            raise ConnectionResetError("the call is over")
        http = self._connection.http
        frame = b"\0" + len(message).to_bytes(4, "big") + message
        if not self._has_answered:
            http.send_response(self.id, _HEADERS)
            self._has_answered = True
        http.send_data(self.id, frame)
        self._connection.flush_soon()

    # -- Envoy's side ------------------------------------------------------------------------

    def feed(self, data: bytes, *, is_last: bool) -> None:
        self._unacknowledged += len(data)
        self._partial += data
        while len(self._partial) >= 5 and not self.is_ended:
            end = 5 + int.from_bytes(self._partial[1:5], "big")
            if self._partial[0]:
                self.fail(Status.UNIMPLEMENTED)  # we offered no compression
            elif end > 5 + MAX_MESSAGE:
                self.fail(Status.RESOURCE_EXHAUSTED)
            elif len(self._partial) < end:
                break
            else:
                with memoryview(self._partial) as view:
                    self._messages.append(bytes(view[5:end]))
                del self._partial[:end]
        if self.is_ended:
            return
        self._is_half_closed = is_last
        if is_last and self._partial:
            self.fail(Status.INTERNAL)  # the end of a message is missing
        elif not self._messages:
            self._acknowledge()  # or the rest of a long message could never come
        if (self._messages or is_last) and self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def only_message(self) -> bytes | None:
        """The request of a unary call that Envoy has sent whole."""
        return self._messages.popleft() if len(self._messages) == 1 else None

    def _acknowledge(self) -> None:
        if self._unacknowledged:
            self._connection.acknowledge(self.id, self._unacknowledged)
            self._unacknowledged = 0

    # -- the end -----------------------------------------------------------------------------

    def end(self, status: Status) -> None:
        """Say the last word, once. A status 0 that is not earned becomes an error."""
        if self.is_ended:
            return
        if status is Status.OK:
            is_earned = self._has_answered if self.is_check else self._is_told
            if not (is_earned and self._is_half_closed and not self._messages):
                status = Status.INTERNAL
        http = self._connection.http
        if self._has_answered:
            http.send_trailers(self.id, _TRAILERS[status])
        else:
            http.send_response(self.id, _HEADERS + _TRAILERS[status], end_stream=True)
        if not self._is_half_closed:
            self._connection.cut_off(self.id)
        self.forget()
        self._connection.flush_soon()

    def fail(self, status: Status) -> None:
        """End a call that the handler did not end."""
        self.end(status)
        self.cancel()

    def cancel(self) -> None:
        """The call is gone; nothing can be said any more."""
        self.forget()
        if self.task is not None:
            self.task.cancel()

    def forget(self) -> None:
        self.is_ended = True
        self._messages.clear()
        self._partial.clear()
        # The connection's window outlives the stream.
        self._acknowledge()
        if self.timer is not None:
            self.timer.cancel()
        self._connection.calls.pop(self.id, None)


class _Connection(asyncio.Protocol):
    """Envoy's end of the socket, and the calls on it."""

    def __init__(self, server: Nghttp2Transport) -> None:
        self.http = Connection(Role.SERVER, _CONFIGURATION)
        self.calls: dict[int, _Call] = {}
        self._server = server
        self._loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self._transport: asyncio.Transport
        self._is_paused = False
        self._will_flush = False
        self._waiting: list[asyncio.Future[None]] = []
        """Handlers that wait for room."""
        self._cut_off: list[int] = []
        """Streams to reset as soon as their last word is out."""

    # -- asyncio's side ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.connections.add(self)
        self.http.initiate_connection(_SETTINGS)
        self.http.set_local_window_size(CONNECTION_WINDOW)
        self.flush_soon()

    def data_received(self, data: bytes) -> None:
        try:
            self.http.receive_data(data)
            self._take(self.http.events())
        except NGH2Error as error:
            self._abort(error)
        else:
            # After the tasks that this woke, so that their answers go out together.
            self.flush_soon()

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        self.flush_soon()

    def connection_lost(self, _: Exception | None) -> None:
        self.cancel()
        self._server.connections.discard(self)
        self.closed.set_result(None)

    # -- the calls' side ---------------------------------------------------------------------

    def acknowledge(self, stream_id: int, size: int) -> None:
        if not self.closed.done() and not self._transport.is_closing():
            self.http.acknowledge_received_data(size, stream_id)
            self.flush_soon()

    def is_full(self, stream_id: int) -> bool:
        return self._is_paused or self.http.queued_body_size(stream_id) > MOST_UNSENT

    async def has_room(self) -> None:
        """Return when it is worth to look again."""
        waiter = self._loop.create_future()
        self._waiting.append(waiter)
        await waiter

    def cut_off(self, stream_id: int) -> None:
        self._cut_off.append(stream_id)

    def flush_soon(self) -> None:
        if not self._will_flush:
            self._will_flush = True
            self._loop.call_soon(self._flush)
