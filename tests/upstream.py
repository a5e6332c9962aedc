"""A model's server that says exactly the bytes it is told to, and remembers what it saw."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Seen:
    """One request as the upstream got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    trailers: dict[str, str] = field(default_factory=dict)


class Reset(Exception):
    """In a script: drop the connection here."""


RESET = object()
"""In a script: drop the connection here."""

WAIT = object()
"""In a script: go on only when `Upstream.go` is set."""

TICK = object()
"""In a script: go on after a moment, as a model does that thinks about its next word."""
TICK_SECONDS = 0.5

Script = Iterable[object]


def whole(
    body: bytes, content_type: str = "application/json", status: str = "200 OK", **headers: str
) -> Script:
    lines = [f"HTTP/1.1 {status}", f"content-type: {content_type}", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n" + body]


def chunked(
    pieces: Sequence[object],
    content_type: str = "text/event-stream",
    trailers: bytes = b"",
    end: bool = True,
) -> Script:
    script: list[object] = [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"
        + f"content-type: {content_type}\r\n\r\n".encode()
    ]
    script += [
        b"%x\r\n%b\r\n" % (len(piece), piece) if isinstance(piece, bytes) else piece
        for piece in pieces
    ]
    if end:
        script.append(b"0\r\n" + trailers + b"\r\n")
    return script


def endless(pieces: Sequence[bytes], content_type: str = "text/event-stream") -> Script:
    """A stream that says its last piece over and over, and never ends by itself."""
    yield from chunked(pieces, content_type, end=False)
    while True:
        yield TICK
        yield b"%x\r\n%b\r\n" % (len(pieces[-1]), pieces[-1])


class Upstream:
    """Runs in a thread of its own; `answer` is the script for the next requests."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answer: Script | Callable[[Seen], Script] = whole(b"{}")
        self.resets = 0
        """Answers that the other side broke off in the middle, of requests since `clear`."""
        self.is_hasty = False
        """Answer after the head of a request, before its body."""
        self.go = threading.Event()
        self.changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def clear(self) -> None:
        self.seen.clear()
        self.resets = 0
        self.go.clear()

    def wait_for(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        with self.changed:
            assert self.changed.wait_for(holds, seconds), "the upstream never saw it"

    def close(self) -> None:
        self.go.set()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        async def start() -> asyncio.Server:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 26)
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            return server

        server = self._loop.run_until_complete(start())
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (seen := await self._read(reader)) is not None:
                with self.changed:
                    self.seen.append(seen)
                    self.changed.notify_all()
                script = self.answer(seen) if callable(self.answer) else self.answer
                await self._say(seen, script, reader, writer)
                if self.is_hasty:
                    return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _say(
        self, seen: Seen, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            for part in script:
                if part is RESET:
                    writer.transport.abort()
                    raise ConnectionResetError
                if part is TICK:
                    await self._tick(reader)
                    continue
                if part is WAIT:
                    await self._wait(reader)
                    continue
                assert isinstance(part, bytes)
                writer.write(part)
                await writer.drain()
        except ConnectionError:
            with self.changed:
                # A test may have ended, and another begun, before the last answer was broken off.
                self.resets += any(each is seen for each in self.seen)
                self.changed.notify_all()
            raise

    async def _tick(self, reader: asyncio.StreamReader) -> None:
        try:
            async with asyncio.timeout(TICK_SECONDS):
                if not await reader.read(1):
                    raise ConnectionResetError
        except TimeoutError:
            pass

    async def _wait(self, reader: asyncio.StreamReader) -> None:
        while not self.go.is_set():
            try:
                async with asyncio.timeout(0.02):
                    if not await reader.read(1):
                        raise ConnectionResetError
            except TimeoutError:
                continue

    async def _read(self, reader: asyncio.StreamReader) -> Seen | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise
            return None
        line, *rest = head.decode("latin-1").split("\r\n")
        method, path, _ = line.split(" ")
        headers = dict(_pair(each) for each in rest if ":" in each)
        trailers: dict[str, str] = {}
        body = b""
        if self.is_hasty:
            return Seen(method, path, headers, body)
        if "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readexactly(2)
            while each := (await reader.readline()).decode("latin-1").strip():
                name, value = _pair(each)
                trailers[name] = value
        return Seen(method, path, headers, body, trailers)


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()
