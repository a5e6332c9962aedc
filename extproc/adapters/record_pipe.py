"""Records from a worker to the one writer, over the worker's standard input and output.

A worker that wrote to the disk itself would share its interpreter with a writing thread, and
several workers would queue for the file's lock. So batches go down a pipe, and the number of each
batch that is durable comes back. One batch is on its way at a time: what comes meanwhile goes
together with the next, so that batches grow with the load. A frame is four bytes of length and
MessagePack.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterable, Sequence

import msgspec

from extproc.adapters.system import wanted_processor
from extproc.core.decision import Unavailable
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Record

MAX_WAITING = 256 << 20
"""Bytes that a worker may have on their way; beyond, calls are refused."""
ENQUEUED_SECONDS = 0.25
GATHER_SECONDS = 0.016
GATHER_CALLS = 64
BUSY = 0.5
"""Of a core, which this process used or waited for. Below, a record goes at once. Above, calls
wait for the processor and not for the disk, and each commit costs it as much as half a call; what
goes on together afterwards is also cheaper than one by one, for the processor's caches. So records
gather for that many seconds, and one commit is for all; or until as many calls wait as come in
that time at the rate of late, or as were open at once, or that many."""
MAX_FRAME = 1 << 30
MAX_DECISIONS = 50_000
DEADLINE_SECONDS = 5.0
"""A disk that hangs longer than this refuses the call; Envoy would wait as long as the client."""
_LENGTH = 4
_READY = 0
"""The number of no batch: the worker can serve."""
_READ_BYTES = 1 << 20


class _Batch(msgspec.Struct, array_like=True, omit_defaults=True):
    number: int
    """Counts up; its return means that this and all before it are durable."""
    decisions: list[DecisionRecord] = []
    exchanges: list[ExchangeRecord] = []
    answers: list[AnswerRecord] = []
    counted: list[bytes] = []
    """adapters.metrics: what the worker counted since the last time."""


class _Done(msgspec.Struct, array_like=True):
    number: int
    why_not: str
    """Empty when the batch is durable."""


class PipeRecorder:
    """The worker's end; fulfils service.recorder.Recorder."""

    def __init__(self, output: asyncio.WriteTransport) -> None:
        self.most_open: Callable[[], int] = lambda: 0
        """How many exchanges were under way at once, at most, since this was asked last."""
        self._output = output
        self._loop = asyncio.get_running_loop()
        self._encoder = msgspec.msgpack.Encoder()
        self._batch = _Batch(1, [], [], [])
        self._waiters: list[asyncio.Future[None]] = []
        self._on_their_way: list[asyncio.Future[None]] = []
        self._counted: list[bytes] = []
        self._sent_at: float | None = None
        """When the batch went that has not come back; seconds of the event loop's clock."""
        self._size = 0
        """Bytes of bodies that wait for the next batch."""
        self._timer: asyncio.TimerHandle | None = None
        self._gathering: asyncio.TimerHandle | None = None
        self._will_flush = False
        self._written = 0
        """Calls that began to wait since `check`."""
        self._enough = 0
        """So many calls that wait are worth a commit."""
        self._checked = (self._loop.time(), wanted_processor())
        self._is_closed = False

    async def write(self, *records: Record) -> None:
        """Returns when all are durable. Raises Unavailable("store").

        A caller that stops waiting leaves its records on their way.
        """
        self._add(records)
        self._written += 1
        future = self._loop.create_future()
        self._waiters.append(future)
        if self._sent_at is None:
            self._flush_soon()
        await future

    def enqueue(self, record: Record) -> None:
        """Goes along with the next record that somebody waits for, or by itself soon."""
        self._add((record,))
        if self._timer is None:
            self._timer = self._loop.call_later(ENQUEUED_SECONDS, self._flush)

    def count(self, counted: bytes) -> None:
        """Send along what was counted; the one before must have gone."""
        if counted and not self._is_closed:
            self._counted.append(counted)
            self._flush()

    def check(self) -> None:
        """Refuse who waits for a disk that does not answer, and look how busy this process is.

        To be called a few times a second.
        """
        before, self._checked = self._checked, (self._loop.time(), wanted_processor())
        passed, wanted = (now - then for now, then in zip(self._checked, before, strict=True))
        coming = int(self._written * GATHER_SECONDS / passed) if wanted > BUSY * passed else 0
        self._enough = min(GATHER_CALLS, self.most_open(), coming)
        self._written = 0
        if self._sent_at is not None and self._loop.time() - self._sent_at > DEADLINE_SECONDS:
            self._settle([*self._on_their_way, *self._waiters], "the disk did not answer in time")
            self._on_their_way, self._waiters = [], []

    def heard(self, frame: bytes) -> None:
        """An answer of the writer."""
        done = _decode_done(frame)
        waited, self._on_their_way = self._on_their_way, []
        self._sent_at = None
        self._settle(waited, done.why_not)
        if self._waiters:
            self._flush_soon()

    def ready(self) -> None:
        """Tell the other side that this worker can serve."""
        self._send(_Batch(_READY))

    async def drain(self) -> None:
        """Wait until the writer has taken all that was sent, and nobody waits any more."""
        with contextlib.suppress(Unavailable):
            await self.write()

    def close(self) -> None:
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._settle([*self._on_their_way, *self._waiters], "the writer has gone")
        self._output.close()

    @staticmethod
    def _settle(futures: Iterable[asyncio.Future[None]], why_not: str) -> None:
        for future in futures:
            if future.done():
                continue
            if why_not:
                future.set_exception(Unavailable("store", why_not))
            else:
                future.set_result(None)

    def _add(self, records: Sequence[Record]) -> None:
        if self._is_closed or self._output.is_closing():
            raise Unavailable("store", "the writer has gone")
        if self._size > MAX_WAITING or len(self._batch.decisions) > MAX_DECISIONS:
            raise Unavailable("store", "too many records wait for the writer")
        batch = self._batch
        for record in records:
            if isinstance(record, DecisionRecord):
                batch.decisions.append(record)
            elif isinstance(record, ExchangeRecord):
                batch.exchanges.append(record)
                self._size += len(record.body)
            else:
                batch.answers.append(record)
                self._size += len(record.body)

    def _flush_soon(self) -> None:
        is_due = len(self._waiters) >= self._enough
        if is_due and not self._will_flush:
            # What else this turn of the event loop brings goes along.
            self._will_flush = True
            self._loop.call_soon(self._flush)
        elif not is_due and self._gathering is None:
            self._gathering = self._loop.call_later(GATHER_SECONDS, self._flush)

    def _flush(self) -> None:
        for timer in (self._timer, self._gathering):
            if timer is not None:
                timer.cancel()
        self._timer = self._gathering = None
        self._will_flush = False
        if self._is_closed or self._output.is_closing() or self._sent_at is not None:
            return
        batch = self._batch
        # All counts since the last batch, each as it was taken.
        batch.counted, self._counted = self._counted, []
        self._batch = _Batch(batch.number + 1, [], [], [])
        self._on_their_way, self._waiters = self._waiters, []
        self._sent_at = self._loop.time()
        self._size = 0
        self._send(batch)

    def _send(self, batch: _Batch) -> None:
        frame = self._encoder.encode(batch)
        self._output.write(len(frame).to_bytes(_LENGTH) + frame)


async def receive_frames(reader: asyncio.StreamReader, recorder: PipeRecorder) -> None:
    """Until the other side has gone."""
    while (frame := await _frame(reader)) is not None:
        recorder.heard(frame)


class Delivered:
    """One batch, as it came; fulfils adapters.sqlite.records.Delivery."""

    def __init__(self, pipe: WorkerPipe, batch: _Batch) -> None:
        self.records: Sequence[Record] = [*batch.decisions, *batch.exchanges, *batch.answers]
        self._pipe = pipe
        self._number = batch.number

    def answer(self, why_not: str) -> None:
        self._pipe.answer(self._number, why_not)


class WorkerPipe:
    """The writer's end of one worker's pipes; fulfils adapters.sqlite.records.Source."""

    def __init__(
        self,
        incoming: int,
        outgoing: int,
        *,
        ready: Callable[[], None],
        count: Callable[[bytes], None],
        ended: Callable[[], None],
    ) -> None:
        """Owns both file descriptors. `ready`, `count` and `ended` are called in the writer's
        thread: when the worker can serve, for each of its counts, and when it has gone.
        """
        os.set_blocking(incoming, False)
        os.set_blocking(outgoing, False)
        self._incoming = incoming
        self._outgoing = outgoing
        self._ready = ready
        self._count = count
        self._ended = ended
        self._encoder = msgspec.msgpack.Encoder()
        self._buffer = bytearray()
        self._is_closed = False

    def fileno(self) -> int:
        return self._incoming

    def receive(self) -> list[Delivered] | None:
        """Raises msgspec.MsgspecError, ValueError for what no worker of ours sends."""
        try:
            data = os.read(self._incoming, _READ_BYTES)
        except BlockingIOError:
            return []
        if not data:
            return None
        buffer = self._buffer
        buffer += data
        start = 0
        found = []
        while len(buffer) - start >= _LENGTH:
            end = start + _LENGTH + int.from_bytes(buffer[start : start + _LENGTH])
            if end - start > MAX_FRAME:
                raise ValueError("a frame is too long")
            if len(buffer) < end:
                break
            with memoryview(buffer) as view:
                batch = _decode_batch(view[start + _LENGTH : end])
            start = end
            delivered = self._open(batch)
            if delivered is not None:
                found.append(delivered)
        del buffer[:start]
        return found

    def _open(self, batch: _Batch) -> Delivered | None:
        if batch.number == _READY:
            self._ready()
            return None
        for counted in batch.counted:
            self._count(counted)
        delivered = Delivered(self, batch)
        if delivered.records:
            return delivered
        delivered.answer("")
        return None

    def answer(self, number: int, why_not: str) -> None:
        # A worker may go before its records are written, and the number of its pipe may be some
        # other file's by now.
        if self._is_closed:
            return
        frame = self._encoder.encode(_Done(number, why_not))
        # A worker has one batch on its way, so that there is always room; or it has gone.
        with contextlib.suppress(OSError):
            os.write(self._outgoing, len(frame).to_bytes(_LENGTH) + frame)

    def close(self) -> None:
        self._is_closed = True
        os.close(self._incoming)
        os.close(self._outgoing)
        self._ended()


async def _frame(reader: asyncio.StreamReader) -> bytes | None:
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH))
        if length > MAX_FRAME:
            return None
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


_decode_batch = msgspec.msgpack.Decoder(_Batch).decode
_decode_done = msgspec.msgpack.Decoder(_Done).decode
