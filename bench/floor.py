"""The floor: `python -m bench.floor`. The server's own transports, under handlers that read
Envoy's messages, decide nothing and let everything pass.

It answers in the same order as the server does: a request and a whole answer are held until
they are complete, a stream goes on piece by piece. So what a system costs above the floor is
what it does, not how it talks.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import signal
from pathlib import Path
from typing import Any

from bench import loop
from extproc.process import work_in_batches
from extproc.wire.authorization import CALL_KEY
from extproc.wire.messages import (
    CheckRequest,
    CheckResponse,
    ProcessingRequest,
    ProcessingResponse,
)
from extproc.wire.processing import MessageStream

UPSTREAM_HEADER = b"x-extproc-upstream"
_FULL_DUPLEX = 4
_OVERWRITE = 2


def transport_class(name: str) -> Any:
    """Raises ImportError when there is no such transport."""
    module = importlib.import_module(f"extproc.wire.{name}_transport")
    for attribute, value in vars(module).items():
        if attribute.lower() == f"{name}transport":
            return value
    raise ImportError(f"{module.__name__} has no transport of its name")


def has_transport(name: str) -> bool:
    try:
        transport_class(name)
    except ImportError:
        return False
    return True


def _admission() -> bytes:
    message = CheckResponse()
    message.ok_response.headers_to_remove.extend(("authorization", "x-api-key", "accept-encoding"))
    # The server hands the caller's identity on, so some metadata must travel here too.
    message.dynamic_metadata.fields[CALL_KEY].string_value = "floor"
    return bytes(message.SerializeToString())


_ADMISSION = _admission()


async def check(data: bytes) -> bytes:
    CheckRequest.FromString(data)
    return _ADMISSION


class Passing:
    """One ext_proc stream, passed on unchanged."""

    def __init__(self, upstream: bytes) -> None:
        self._upstream = upstream
        self._is_duplex = False
        self._is_held = True
        self._pieces: list[bytes] = []

    def receive(self, data: bytes) -> list[bytes]:
        """One message in, the replies out."""
        message = ProcessingRequest.FromString(data)
        kind = message.WhichOneof("request")
        side, _, part = kind.partition("_")
        match part:
            case "headers":
                headers = getattr(message, kind)
                if side == "request":
                    self._is_duplex = message.protocol_config.request_body_mode == _FULL_DUPLEX
                else:
                    self._is_held = not _is_event_stream(headers)
                if headers.end_of_stream or not self._is_duplex:
                    return [self._headers(side, None)]
                return [] if self._is_held else [self._headers(side, None)]
            case "body":
                body = getattr(message, kind)
                if not self._is_duplex:
                    reply = ProcessingResponse()
                    getattr(reply, kind).response.SetInParent()
                    return [reply.SerializeToString()]
                if not self._is_held:
                    return [_body(kind, body.body, body.end_of_stream)]
                self._pieces.append(body.body)
                return self._whole(side, is_last=True) if body.end_of_stream else []
            case _:
                reply = ProcessingResponse()
                getattr(reply, kind).SetInParent()
                trailers = reply.SerializeToString()
                if self._is_duplex and self._is_held:
                    return [*self._whole(side, is_last=False), trailers]
                return [trailers]

    def _whole(self, side: str, *, is_last: bool) -> list[bytes]:
        body = b"".join(self._pieces)
        self._pieces.clear()
        length = len(body) if is_last else None
        return [self._headers(side, length), _body(f"{side}_body", body, is_last)]

    def _headers(self, side: str, length: int | None) -> bytes:
        reply = ProcessingResponse()
        common = getattr(reply, f"{side}_headers").response
        common.SetInParent()
        if side == "request":
            common.clear_route_cache = True
            _set(common, UPSTREAM_HEADER, self._upstream)
        if length is not None:
            _set(common, b"content-length", b"%d" % length)
        return bytes(reply.SerializeToString())


def _set(common: Any, name: bytes, value: bytes) -> None:
    option = common.header_mutation.set_headers.add()
    option.header.key = name.decode()
    option.header.raw_value = value
    option.append_action = _OVERWRITE


def _body(kind: str, body: bytes, is_last: bool) -> bytes:
    reply = ProcessingResponse()
    streamed = getattr(reply, kind).response.body_mutation.streamed_response
    streamed.body = body
    streamed.end_of_stream = is_last
    return bytes(reply.SerializeToString())


def _is_event_stream(headers: Any) -> bool:
    return any(
        header.key == "content-type" and header.raw_value.startswith(b"text/event-stream")
        for header in headers.headers.headers
    )


def processing(upstream: str) -> Any:
    async def process(stream: MessageStream) -> None:
        passing = Passing(upstream.encode())
        while (data := await stream.receive()) is not None:
            for reply in passing.receive(data):
                await stream.send(reply)

    return process


async def _main(name: str, socket: Path, upstream: str) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    transport = transport_class(name)(socket, check, processing(upstream), lambda _: None)
    await transport.start()
    await stopping.wait()
    await transport.stop(1.0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.floor", description=__doc__)
    parser.add_argument("--transport", default="grpcio")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--upstream", default="bench", help="the name of the upstream to route to")
    options = parser.parse_args()
    work_in_batches()
    loop.run(_main(options.transport, options.socket, options.upstream))
