"""The one writer of `audit.db`: a thread that commits as fast as the disk lets it.

There is no fixed window. While one commit waits for the disk, the next records gather; so a
quiet server writes each record at once, and a busy one writes many with one sync.

What workers send is read by the same thread, from their pipes, and answered by it: between a
worker and the disk nobody else has to wake up.

What was acknowledged is on the disk (WAL, synchronous=FULL). When the disk fails, every write
raises until the file could be opened and written again; the thread tries by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from pysqlite3 import dbapi2

from extproc.adapters.sqlite import schema
from extproc.adapters.sqlite.database import Connection, errors, open_for_writing, transaction
from extproc.adapters.sqlite.words import WordIndex
from extproc.core.decision import Unavailable
from extproc.core.record import AnswerRecord, DecisionRecord, EventRecord, ExchangeRecord, Record

_BATCH_RECORDS = 500
_BATCH_BYTES = 16 << 20
_WRONG_SHAPE = (
    dbapi2.IntegrityError,
    dbapi2.InterfaceError,
    dbapi2.ProgrammingError,
    AttributeError,
    OverflowError,
    TypeError,
    ValueError,
)


class Delivery(Protocol):
    """Records that belong together, and their sender, who waits for one answer."""

    records: Sequence[Record]

    def answer(self, why_not: str) -> None:
        """`why_not` is empty when they are durable. Called once, in the writer's thread."""
        ...


class Source(Protocol):
    """Where deliveries come from, such as a pipe. All is called in the writer's thread."""

    def fileno(self) -> int: ...

    def receive(self) -> Sequence[Delivery] | None:
        """What has come whole; None when no more will. Does not wait."""
        ...

    def close(self) -> None: ...


class _Entry:
    """Records on their way, all or none acknowledged, and whom to tell."""

    __slots__ = ("delivery", "future", "loop", "records", "size")

    def __init__(
        self,
        records: Sequence[Record | EventRecord],
        loop: asyncio.AbstractEventLoop | None = None,
        future: asyncio.Future[None] | None = None,
        delivery: Delivery | None = None,
    ) -> None:
        self.delivery = delivery
        self.records = records
        self.size = sum(
            len(record.body)
            for record in records
            if isinstance(record, ExchangeRecord | AnswerRecord)
        )
        self.loop = loop
        self.future = future

    @property
    def is_awaited(self) -> bool:
        return self.future is not None or self.delivery is not None


class RecordWriter:
    """Writes records in the order in which they came; safe to use from several threads."""

    def __init__(
        self,
        path: Path,
        *,
        max_records: int = 20_000,
        max_bytes: int = 256 << 20,
        has_text_index: bool = True,
        retry: float = 1.0,
    ) -> None:
        """`path`: the database file; created when it is missing. Raises Unavailable("store").

        `max_records` and `max_bytes` (of bodies) bound what may wait; beyond, writes are refused.
        `retry`: seconds between attempts to reopen a file that failed.
        """
        self._retry = retry
        self._path = path
        self._max_records = max_records
        self._max_bytes = max_bytes
        self._waiting: deque[_Entry] = deque()
        self._bytes = 0
        self._writing = 0
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._new_sources: list[Source] = []
        self._bell, self._rope = os.pipe()
        """What is written at one end wakes the thread at the other."""
        os.set_blocking(self._bell, False)
        os.set_blocking(self._rope, False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._is_closing = False
        self._has_ended = False
        self._failure = ""
        self._rows = schema.RowMaker()
        self._db: Connection | None = open_for_writing(path, schema.AUDIT)
        self._words = WordIndex(path) if has_text_index else None
        self._thread = threading.Thread(target=self._run, name="record-writer", daemon=True)
        self._thread.start()

    @property
    def depth(self) -> int:
        """Records that are not on the disk yet: extproc_audit_queue_depth."""
        return len(self._waiting) + self._writing

    @property
    def failure(self) -> str:
        """Why records cannot be written; empty when they can. For logs and readiness."""
        return self._failure

    async def write(self, *records: Record | EventRecord) -> None:
        """Returns when the records are on the disk, in one commit.

        Raises Unavailable("store") when any of them may not be. A caller that stops waiting
        leaves them in the queue.
        """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._put(_Entry(records, loop, future), is_awaited=True)
        await future

    def enqueue(self, record: Record) -> None:
        """Takes a record to be written soon, after all that came before it.

        It is kept and tried again while the disk fails. Raises Unavailable("store") when the
        queue is full or closed.
        """
        self._put(_Entry((record,)), is_awaited=False)

    def follow(self, source: Source) -> None:
        """Take what comes from there, until it ends. What cannot be written is refused; of that,
        decisions are kept and tried again, since some of them nobody waits for.
        """
        with self._lock:
            if not self._has_ended:
                self._new_sources.append(source)
                self._wake()
                return
        source.close()

    def close(self) -> None:
        """Writes what waits, then ends. Raises Unavailable("store") if records were lost."""
        with self._lock:
            self._is_closing = True
        self._wake()
        self._thread.join()
        os.close(self._rope)
        if self._words is not None:
            self._words.close()
        if self._waiting:
            raise Unavailable("store", f"{len(self._waiting)} records were not written")

    def _put(self, entry: _Entry, *, is_awaited: bool) -> None:
        with self._lock:
            if self._is_closing:
                raise Unavailable("store", "the record writer is closed")
            if self._has_ended:
                raise Unavailable("store", self._failure)
            if is_awaited and self._failure:
                raise Unavailable("store", self._failure)
            if (
                len(self._waiting) >= self._max_records
                or self._bytes + entry.size > self._max_bytes
            ):
                raise Unavailable("store", "the queue of records is full")
            self._append(entry)
        self._wake()

    def _append(self, entry: _Entry) -> None:
        self._waiting.append(entry)
        self._bytes += entry.size

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # it rings already, or nobody is there any more
            os.write(self._rope, b"\0")

    def _run(self) -> None:
        try:
            self._write_all()
        finally:
            with self._lock:
                self._has_ended = True
                if not self._is_closing:
                    self._failure = "the record writer has died"
            sources = [key.data for key in self._selector.get_map().values() if key.data]
            for source in (*sources, *self._new_sources):
                source.close()
            self._selector.close()
            os.close(self._bell)

    def _write_all(self) -> None:
        while self._is_ready():
            self._listen(0.0 if self._waiting or self._is_closing else None)
            with self._lock:
                if not self._waiting:
                    if self._is_closing:
                        break
                    continue
                batch = self._take()
            try:
                broken, has_bodies = self._commit(batch)
            except Exception as error:  # whatever it is: nothing of the batch was acknowledged
                was_last = self._is_closing
                self._fail(batch, f"{type(error).__name__}: {error}")
                if was_last:
                    break
                continue
            self._writing = 0
            _resolve(broken, "the record has a wrong shape")
            _resolve([entry for entry in batch if entry not in broken], None)
            if has_bodies and self._words is not None:
                self._words.wake()
        if self._db is not None:
            self._db.close()

    def _is_ready(self) -> bool:
        """Wait, after a failure, until the file could be opened again. False to give up."""
        while self._db is None:
            again = time.monotonic() + self._retry
            while not self._is_closing and (rest := again - time.monotonic()) > 0:
                self._listen(rest)
            is_last = self._is_closing
            try:
                self._db = open_for_writing(self._path, schema.AUDIT)
            except Exception as error:
                self._failure = f"{type(error).__name__}: {error}"
                if is_last:
                    return False
            else:
                # The next record shows whether it can be written, too.
                self._failure = ""
        return True

    def _listen(self, timeout: float | None) -> None:
        """Take what comes within `timeout` seconds; None waits until something does."""
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._bell, 1 << 16)
                continue
            source: Source = key.data
            try:
                deliveries = source.receive()
            except Exception:  # a sender that makes no sense is cut off, and knows it by that
                deliveries = None
            if deliveries is None:
                self._selector.unregister(source)
                source.close()
                continue
            for delivery in deliveries:
                entry = _Entry(delivery.records, delivery=delivery)
                if self._failure:
                    self._refuse([entry], self._failure)
                else:
                    with self._lock:
                        self._append(entry)
        if self._new_sources:
            with self._lock:
                new, self._new_sources = self._new_sources, []
            for source in new:
                self._selector.register(source, selectors.EVENT_READ, source)

    def _take(self) -> list[_Entry]:
        batch: list[_Entry] = []
        size = 0
        while self._waiting and len(batch) < _BATCH_RECORDS and size < _BATCH_BYTES:
            entry = self._waiting.popleft()
            size += entry.size
            batch.append(entry)
        self._bytes -= size
        self._writing = len(batch)
        return batch

    def _commit(self, batch: list[_Entry]) -> tuple[list[_Entry], bool]:
        """Those that cannot be written down, and whether there were bodies among the others.

        Raises Unavailable("store") when the file cannot be written.
        """
        broken: list[_Entry] = []
        has_bodies = False
        with errors():
            try:
                return [], self._commit_all(batch)
            except _WRONG_SHAPE:
                pass  # once more, one by one, to find out which
        with errors(), transaction(self._db) as db:
            for entry in batch:
                try:
                    for row in chain.from_iterable(map(self._rows.rows, entry.records)):
                        db.execute(row.statement, row.values)
                        has_bodies |= row.is_body
                except _WRONG_SHAPE:
                    # A mistake of ours must not hold up everyone else's records for ever.
                    broken.append(entry)
        return broken, has_bodies

    def _commit_all(self, batch: list[_Entry]) -> bool:
        """All of a batch, table by table; whether there were bodies."""
        tables: dict[str, list[Sequence[Any]]] = {}
        has_bodies = False
        for entry in batch:
            for record in entry.records:
                for row in self._rows.rows(record):
                    tables.setdefault(row.statement, []).append(row.values)
                    has_bodies |= row.is_body
        with transaction(self._db) as db:
            for statement, values in tables.items():
                db.executemany(statement, values)
        return has_bodies

    def _fail(self, batch: list[_Entry], why: str) -> None:
        """Refuse those who wait, keep the others for the next attempt, in their order."""
        with self._lock:
            entries = [*batch, *self._waiting]
            self._waiting = deque(entry for entry in entries if not entry.is_awaited)
            self._bytes = sum(entry.size for entry in self._waiting)
            self._writing = 0
            self._failure = why
        self._refuse([entry for entry in entries if entry.is_awaited], why)
        with contextlib.suppress(Exception):  # it failed already; a new connection is next
            if self._db is not None:
                self._db.close()
        self._db = None

    def _refuse(self, entries: list[_Entry], why: str) -> None:
        _resolve(entries, why)
        with self._lock:
            for entry in entries:
                if entry.delivery is None or len(self._waiting) >= self._max_records:
                    continue
                kept = [each for each in entry.records if isinstance(each, DecisionRecord)]
                if kept:
                    # To write one twice does no harm: its sender may send it again.
                    self._append(_Entry(kept))


def _resolve(batch: list[_Entry], why: str | None) -> None:
    """Tell those who wait, with one wake-up for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for entry in batch:
        if entry.delivery is not None:
            entry.delivery.answer(why or "")
        if entry.loop is not None and entry.future is not None:
            by_loop.setdefault(entry.loop, []).append(entry.future)
    for loop, futures in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle(futures, why))
        except RuntimeError:  # the loop is closed: no one waits any more
            continue


def _settle(futures: list[asyncio.Future[None]], why: str | None) -> Callable[[], None]:
    def settle() -> None:
        for future in futures:
            if future.done():
                continue
            if why is None:
                future.set_result(None)
            else:
                future.set_exception(Unavailable("store", why))

    return settle
