"""The reference transport: the two servicers on grpc.aio, over a UNIX socket.

grpc.aio ends a stream with status 0 when a handler returns, which Envoy takes as leave to carry
on. So nothing here returns before Envoy closed; every error becomes an error status.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import grpc
import structlog

from extproc.core.exchange import ExchangeError
from extproc.wire.authorization import Check
from extproc.wire.processing import EarlyEnd, Process

_log = structlog.get_logger("extproc.transport")

MAX_MESSAGE = 4 << 20
"""Bytes. Envoy sends bodies in pieces of at most 1 MiB; headers are bounded by Envoy."""

_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE),
    ("grpc.max_send_message_length", 64 << 20),
    ("grpc.so_reuseport", 0),
    # Envoy asks every 5 s whether we live, with or without calls.
    ("grpc.http2.min_ping_interval_without_data_ms", 1000),
    ("grpc.http2.max_ping_strikes", 0),
)


class _Stream:
    def __init__(self, context: grpc.aio.ServicerContext) -> None:
        self._context = context
        self.is_closed = False
        """Envoy has half-closed: only now may the handler end."""

    async def receive(self) -> bytes | None:
        message = await self._context.read()
        if message is grpc.aio.EOF:
            self.is_closed = True
            return None
        return bytes(message)

    async def send(self, message: bytes) -> None:
        await self._context.write(message)


class GrpcioTransport:
    """Serves both services on one socket."""

    def __init__(
        self, socket: Path, check: Check, process: Process, failed: Callable[[str], None]
    ) -> None:
        self._socket = socket
        self._failed = failed
        self._server = grpc.aio.server(options=_OPTIONS)
        self._server.add_generic_rpc_handlers(
            (
                grpc.method_handlers_generic_handler(
                    "envoy.service.auth.v3.Authorization",
                    {"Check": grpc.unary_unary_rpc_method_handler(self._check(check))},
                ),
                grpc.method_handlers_generic_handler(
                    "envoy.service.ext_proc.v3.ExternalProcessor",
                    {"Process": grpc.stream_stream_rpc_method_handler(self._process(process))},
                ),
            )
        )

    async def start(self) -> None:
        """Raises OSError when the socket cannot be bound."""
        self._socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._socket.unlink(missing_ok=True)
        if not self._server.add_insecure_port(f"unix:{self._socket}"):
            raise OSError(f"cannot listen on {self._socket}")
        await self._server.start()

    async def stop(self, grace: float) -> None:
        """Take no new calls; end those still open after `grace` seconds."""
        await self._server.stop(grace)

    def _check(self, check: Check) -> Callable[..., object]:
        async def handle(request: bytes, context: grpc.aio.ServicerContext) -> bytes:
            try:
                return await check(request)
            except Exception as error:
                self._report(error)
                # Envoy answers 503 by status_on_error.
                await context.abort(grpc.StatusCode.UNAVAILABLE, "unavailable")
                raise AssertionError("unreachable") from None

        return handle

    def _process(self, process: Process) -> Callable[..., object]:
        async def handle(_: object, context: grpc.aio.ServicerContext) -> None:
            try:
                stream = _Stream(context)
                await process(stream)
                if not stream.is_closed:
                    raise EarlyEnd("the handler ended before Envoy did")
            except Exception as error:
                self._report(error)
                # Leave only by an error status; see the module's docstring.
                await context.abort(grpc.StatusCode.INTERNAL, "internal")

        return handle

    def _report(self, error: Exception) -> None:
        self._failed("transport")
        # Not the text of any error: it may quote a piece of a body.
        detail = str(error) if isinstance(error, EarlyEnd | ExchangeError) else ""
        _log.error("call failed", error=type(error).__name__, detail=detail)
