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
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from extproc.core.decision import Unavailable
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Record

MAX_WAITING = 256 << 20
"""Bytes that a worker may have on their way; beyond, calls are refused."""
ENQUEUED_SECONDS = 0.25
GATHER_SECONDS = 0.004
GATHER_CALLS = 8
BUSY = 0.4
"""Of a core. Below, a record goes at once. Above, calls wait for the processor and not for the
disk, and each commit costs it as much as half a call: so records gather until that many calls
wait, or so many seconds, and one commit is for all of them."""
MAX_FRAME = 1 << 30
MAX_DECISIONS = 50_000
DEADLINE_SECONDS = 5.0
"""A disk that hangs longer than this refuses the call; Envoy would wait as long as the client."""
_LENGTH = 4
_MAX_OWED = 10_000


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


class Writer(Protocol):
    """adapters.sqlite.records.RecordWriter."""

    async def write(self, *records: Record) -> None: ...


class PipeRecorder:
    """The worker's end; fulfils service.recorder.Recorder."""

    def __init__(self, output: asyncio.WriteTransport) -> None:
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
        self._is_busy = False
        self._checked = (self._loop.time(), time.process_time())
        self._is_closed = False

    async def write(self, *records: Record) -> None:
        """Returns when all are durable. Raises Unavailable("store").

        A caller that stops waiting leaves its records on their way.
        """
        self._add(records)
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
        before, self._checked = self._checked, (self._loop.time(), time.process_time())
        passed, used = (now - then for now, then in zip(self._checked, before, strict=True))
        self._is_busy = used > BUSY * passed
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
        is_due = not self._is_busy or len(self._waiters) >= GATHER_CALLS
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
        frame = self._encoder.encode(batch)
        self._output.write(len(frame).to_bytes(_LENGTH) + frame)


async def receive_frames(reader: asyncio.StreamReader, recorder: PipeRecorder) -> None:
    """Until the other side has gone."""
    while (frame := await _frame(reader)) is not None:
        recorder.heard(frame)


class RecordIntake:
    """The writer's end: takes what one worker sends, tells it what is durable."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        answer: asyncio.StreamWriter,
        writer: Writer,
        count: Callable[[bytes], None],
    ) -> None:
        self._reader = reader
        self._answer = answer
        self._writer = writer
        self._count = count
        self._encoder = msgspec.msgpack.Encoder()
        self._tasks: set[asyncio.Task[None]] = set()
        self._owed: list[Record] = []

    async def run(self) -> None:
        """Until the worker has gone; what came whole is still written."""
        loop = asyncio.get_running_loop()
        while (frame := await _frame(self._reader)) is not None:
            batch = _decode_batch(frame)
            for counted in batch.counted:
                self._count(counted)
            records: list[Record] = [*batch.decisions, *batch.exchanges, *batch.answers]
            # Each goes as far as the writer's queue before the next one starts: in their order.
            task = loop.create_task(self._write(batch.number, records))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self, number: int, records: Sequence[Record]) -> None:
        # What could not be written before, some of which nobody waited for, comes first. To write
        # a record twice does no harm.
        owed, self._owed = self._owed, []
        why_not = ""
        try:
            if owed or records:
                await self._writer.write(*owed, *records)
        except Unavailable as error:
            self._owed = [*owed, *(each for each in records if isinstance(each, DecisionRecord))]
            del self._owed[_MAX_OWED:]
            why_not = error.detail or str(error)
        frame = self._encoder.encode(_Done(number, why_not))
        if not self._answer.is_closing():
            self._answer.write(len(frame).to_bytes(_LENGTH) + frame)


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
