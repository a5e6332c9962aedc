"""The model's stand-in: `python -m bench.upstream`. Prints its port, serves until it is ended.

It reads no JSON and makes every answer once, so that on its own core it outruns what is measured.
GET /last gives back the last body that it got.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import re
from typing import Any

from bench import loop
from bench.scenarios import ANSWER, DELTA_SIZE, STREAMED

_COMMON = {"id": "chatcmpl-bench", "created": 1_700_000_000, "model": "bench"}
_USAGE = {"prompt_tokens": 120, "completion_tokens": 24, "total_tokens": 144}


def _json(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _whole(body: bytes, status: bytes = b"200 OK") -> bytes:
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def _event(document: Any) -> bytes:
    data = document if isinstance(document, bytes) else _json(document)
    event = b"data: %s\n\n" % data
    return b"%x\r\n%s\r\n" % (len(event), event)


def _chunk(choices: list[Any], **more: Any) -> bytes:
    return _event({**_COMMON, "object": "chat.completion.chunk", "choices": choices, **more})


def _choice(delta: dict[str, str], finish: str | None = None) -> list[Any]:
    return [{"index": 0, "delta": delta, "finish_reason": finish}]


CHAT = _whole(
    _json(
        {
            **_COMMON,
            "object": "chat.completion",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": ANSWER},
                    "finish_reason": "stop",
                }
            ],
            "usage": _USAGE,
        }
    )
)
MODELS = _whole(
    _json(
        {
            "object": "list",
            "data": [
                {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "bench"}
                for name in ("bench", "bench-large")
            ],
        }
    )
)
MISSING = _whole(b'{"error":{"message":"no such path"}}', b"404 Not Found")
OPENING = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n"
    b"transfer-encoding: chunked\r\n\r\n" + _chunk(_choice({"role": "assistant", "content": ""}))
)
PIECES = [
    _chunk(_choice({"content": STREAMED[start : start + DELTA_SIZE]}))
    for start in range(0, len(STREAMED), DELTA_SIZE)
]
CLOSING = _chunk(_choice({}, "stop")) + _chunk([], usage=_USAGE) + _event(b"[DONE]") + b"0\r\n\r\n"


_USUAL_DELAY = 0.005
_DELAY = re.compile(rb'"user":\s*"every (\d+) ms"')


class Model(asyncio.Protocol):
    """One connection. Requests follow each other; nobody here sends one before its answer."""

    last = b""

    def __init__(self) -> None:
        self._delay = 0.0
        """Seconds between two deltas."""
        self._transport: asyncio.Transport
        self._head = b""
        self._pieces: list[bytes] = []
        self._left: int | None = None
        """Bytes of the body that are still to come; None while the head is, -1 when chunked."""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        if self._left is None:
            self._head += data
            head, found, data = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._head = head.lower()
            self._left = _length(self._head)
        self._pieces.append(data)
        if self._left < 0:
            # Only our own bodies come here, and no JSON ends like the last chunk.
            if not data.endswith(b"0\r\n\r\n"):
                return
        else:
            self._left -= len(data)
            if self._left > 0:
                return
        head, body = self._head, b"".join(self._pieces)
        self._head, self._left = b"", None
        self._pieces.clear()
        self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1]
        if path.endswith((b"/v1/models", b"/healthz")):
            self._transport.write(MODELS)
        elif path == b"/last":
            self._transport.write(_whole(Model.last))
        elif not path.endswith(b"/chat/completions"):
            self._transport.write(MISSING)
        else:
            Model.last = body
            self._say(body)

    def _say(self, body: bytes) -> None:
        if b'"stream":true' in body or b'"stream": true' in body:
            self._transport.write(OPENING)
            asked = _DELAY.search(body)
            self._delay = int(asked[1]) / 1000 if asked else _USUAL_DELAY
            self._stream(0, asyncio.get_running_loop().time())
        else:
            self._transport.write(CHAT)

    def _stream(self, number: int, start: float) -> None:
        if self._transport.is_closing():
            return
        if number == len(PIECES):
            self._transport.write(CLOSING)
            return
        self._transport.write(PIECES[number])
        # From the start, not from now: a late turn of the loop must not slow the whole stream.
        self._timer = asyncio.get_running_loop().call_at(
            start + (number + 1) * self._delay, self._stream, number + 1, start
        )


def _length(head: bytes) -> int:
    if b"transfer-encoding: chunked" in head:
        return -1
    _, found, rest = head.partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def serve(port: int) -> asyncio.Server:
    listen = asyncio.get_running_loop().create_server
    return await listen(Model, "127.0.0.1", port, backlog=1024)


async def _main(port: int) -> None:
    server = await serve(port)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Nothing here makes cycles, and a collection would be a pause in somebody's figures.
    gc.disable()
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.upstream", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks one")
    options = parser.parse_args()
    loop.run(_main(options.port))
