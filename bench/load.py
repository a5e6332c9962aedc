"""Asks, and takes the time: `python -m bench.load`. One job a line in, one result a line out.

A connection asks again as soon as the answer is whole: the same bytes, but for the number in the
prompt. An answer counts only with status 200 and with its body complete.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from time import perf_counter
from typing import Any

from bench import loop
from bench.scenarios import NUMBER

PATIENCE = 10.0
"""Seconds for the answers that are still open when the time is over."""

_CONTENT = re.compile(rb'"content":\s*"((?:[^"\\]|\\.)+)"')
_END = b"0\r\n\r\n"
_LETTERS = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")


class Answer:
    """Finds the end of one HTTP/1.1 answer in the pieces that arrive."""

    __slots__ = ("_head", "_left", "pieces", "status")

    def __init__(self) -> None:
        self.status = 0
        self.pieces: list[bytes] = []
        """The body; with its chunks' frames, if it has any."""
        self._head = b""
        self._left = -1
        """Bytes to come; -1 in a chunked body, whose end is its own."""

    def feed(self, data: bytes) -> bool:
        """True when the answer is whole."""
        if not self.status:
            self._head += data
            head, found, data = self._head.partition(b"\r\n\r\n")
            if not found:
                return False
            self.status = int(head[9:12])
            _, found, length = head.lower().partition(b"\r\ncontent-length:")
            if found:
                self._left = int(length.split(b"\r\n", 1)[0])
        self.pieces.append(data)
        if self._left >= 0:
            self._left -= len(data)
            return self._left <= 0
        if data.endswith(_END):
            return True
        # The last chunk may come in two pieces.
        return len(data) < len(_END) and b"".join(self.pieces[-6:]).endswith(_END)

    @property
    def body(self) -> bytes:
        whole = b"".join(self.pieces)
        return whole if self._left >= 0 else b"".join(chunk for _, chunk in chunks(whole))


def chunks(raw: bytes) -> list[tuple[int, bytes]]:
    """(offset behind it, content) of each chunk of a chunked body."""
    found = []
    at = 0
    while True:
        line = raw.find(b"\r\n", at)
        size = int(raw[at:line].split(b";")[0], 16) if line > 0 else 0
        if not size:
            return found
        at = line + 2 + size + 2
        found.append((at, raw[line + 2 : line + 2 + size]))


class Totals:
    """What one job saw."""

    def __init__(self) -> None:
        self.in_time = 0
        """Good answers before the time was over."""
        self.good = 0
        self.bad: dict[str, int] = {}
        self.latencies: list[float] = []
        self.streams: list[Stream] = []

    def miss(self, why: str) -> None:
        self.bad[why] = self.bad.get(why, 0) + 1


class Stream:
    """One streamed answer: when it was asked, what arrived when."""

    __slots__ = ("asked", "pieces")

    def __init__(self, asked: float) -> None:
        self.asked = asked
        self.pieces: list[tuple[float, bytes]] = []

    def deltas(self) -> list[tuple[float, bytes]]:
        """(when it was here in full, text) of each delta that says something."""
        raw = b"".join(piece for _, piece in self.pieces)
        ends, times = [], []
        at = 0
        for when, piece in self.pieces:
            at += len(piece)
            ends.append(at)
            times.append(when)
        found = []
        number = 0
        for end, content in chunks(raw):
            while ends[number] < end - 2:
                number += 1
            found += [(times[number], text) for text in _CONTENT.findall(content)]
        return found


class Connection(asyncio.Protocol):
    def __init__(self, job: Job) -> None:
        self._job = job
        self._totals = job.totals
        self._transport: Any = None
        self._answer: Answer | None = None
        self._asked = 0.0
        self._stream: Stream | None = None
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def ask(self) -> None:
        job = self._job
        if not job.may_ask():
            self._transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self._answer = Answer()
        self._asked = perf_counter()
        if job.is_stream:
            self._stream = Stream(self._asked)
        self._transport.write(job.next_request())

    def data_received(self, data: bytes) -> None:
        answer = self._answer
        if answer is None:
            return
        now = perf_counter()
        before = len(answer.pieces)
        is_whole = answer.feed(data)
        if self._stream is not None and len(answer.pieces) > before:
            self._stream.pieces.append((now, answer.pieces[-1]))
        if not is_whole:
            return
        totals = self._totals
        if answer.status == 200:
            totals.good += 1
            totals.in_time += now <= self._job.deadline
            totals.latencies.append(now - self._asked)
            if self._stream is not None:
                totals.streams.append(self._stream)
            self._job.last = answer
        else:
            totals.miss(str(answer.status))
        self._answer = self._stream = None
        self.ask()

    def connection_lost(self, _: Exception | None) -> None:
        if self._answer is not None:
            self._totals.miss("cut")
            self._answer = None
        if not self.done.done():
            self.done.set_result(None)


class Job:
    """Ask for so many seconds, or so many times.

    `request`: the bytes to send. `connections`: how many ask at once; they begin one after the
    other within `spread` seconds. `first`: the number of the first prompt.
    """

    def __init__(
        self,
        port: int,
        request: bytes,
        connections: int,
        *,
        seconds: float = 0.0,
        count: int = 0,
        first: int = 0,
        is_stream: bool = False,
        spread: float = 0.0,
    ) -> None:
        self.port = port
        self._head, self._mark, self._tail = request.partition(NUMBER.encode())
        self.connections = connections
        self.seconds = seconds
        self.is_stream = is_stream
        self.spread = spread
        self.deadline = float("inf")
        self.totals = Totals()
        self.last: Answer | None = None
        self._left = count or 1 << 60
        self._number = first

    def may_ask(self) -> bool:
        # A system that only fails must not be asked for ever.
        if perf_counter() >= self.deadline or self._left <= 0:
            return False
        self._left -= 1
        return sum(self.totals.bad.values()) < 1000

    def next_request(self) -> bytes:
        if not self._mark:
            return self._head
        self._number += 1
        number = (b"%08x" % (self._number & 0xFFFFFFFF)).translate(_LETTERS)
        return b"%b%b%b" % (self._head, number, self._tail)

    async def run(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        connect = loop.create_connection
        callers: list[Connection] = []
        for _ in range(self.connections):
            try:
                _, caller = await connect(lambda: Connection(self), "127.0.0.1", self.port)
            except OSError:
                self.totals.miss("connect")
            else:
                callers.append(caller)
        started = perf_counter()
        if self.seconds:
            self.deadline = started + self.seconds
        for number, caller in enumerate(callers):
            loop.call_later(number * self.spread / len(callers), caller.ask)
        if callers:
            patience = (self.seconds or 60.0) + PATIENCE
            _, late = await asyncio.wait([each.done for each in callers], timeout=patience)
            if late:
                self.totals.miss("late")
        took = perf_counter() - started
        return self._result(self.seconds or took)

    def _result(self, took: float) -> dict[str, Any]:
        totals = self.totals
        latencies = sorted(totals.latencies)
        result: dict[str, Any] = {
            "good": totals.good,
            "bad": totals.bad,
            "rps": totals.in_time / took,
            "p50_ms": quantile(latencies, 0.5) * 1e3,
            "p99_ms": quantile(latencies, 0.99) * 1e3,
            "asked": self._number,
            "last": self.last.body.decode("utf-8", "replace") if self.last else "",
        }
        if self.is_stream:
            result.update(stream_result(totals.streams))
        return result


def stream_result(streams: Sequence[Stream]) -> dict[str, Any]:
    """A delta is late by what it came later than the same text in the luckiest of all streams,
    each counted from its own request. So time that every stream must wait is not in it.
    """
    events, first, gaps, text = [], [], [], b""
    arrived: list[tuple[int, float]] = []
    soonest: dict[int, float] = {}
    for stream in streams:
        deltas = stream.deltas()
        if not deltas:
            continue
        events.append((stream.pieces[0][0] - stream.asked) * 1e3)
        times = sorted({when for when, _ in deltas})
        first.append((times[0] - stream.asked) * 1e3)
        gaps += [(after - before) * 1e3 for before, after in pairwise(times)]
        text = b"".join(piece for _, piece in deltas)
        size = 0
        for when, piece in deltas:
            size += len(piece)
            after = (when - stream.asked) * 1e3
            arrived.append((size, after))
            soonest[size] = min(after, soonest.get(size, after))
    late = sorted(after - soonest[size] for size, after in arrived)
    return {
        "event_ms": events,
        "ttft_ms": first,
        "gaps_ms": gaps,
        "late_p99_ms": quantile(late, 0.99),
        "late_max_ms": late[-1] if late else 0.0,
        "text": text.decode("utf-8", "replace"),
    }


def quantile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank; 0 when there is nothing."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    gc.disable()
    asked = 0
    for line in sys.stdin:
        job = json.loads(line)
        job["request"] = base64.b64decode(job["request"])
        result = loop.run(Job(**job, first=asked).run())
        asked = result["asked"]
        print(json.dumps(result), flush=True)
        gc.collect()


if __name__ == "__main__":
    main()
