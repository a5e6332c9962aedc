"""Records from a worker to the writer: acknowledged when durable, in order, and bounded."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pysqlite3 import dbapi2

from extproc.adapters import record_pipe
from extproc.adapters.record_pipe import PipeRecorder, WorkerPipe, receive_frames
from extproc.adapters.sqlite.queries import RecordReader
from extproc.adapters.sqlite.records import RecordWriter, Source
from extproc.core.decision import Phase, Unavailable
from extproc.core.record import (
    AnswerRecord,
    DecisionRecord,
    ExchangeRecord,
    Outcome,
    Record,
)


class MemoryWriter:
    """Follows pipes from the event loop, and keeps what comes."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.batches: list[int] = []
        """How many records came together."""
        self.why_not = ""
        self.hangs = False

    def follow(self, source: Source) -> None:
        loop = asyncio.get_running_loop()

        def receive() -> None:
            deliveries = source.receive()
            if deliveries is None:
                loop.remove_reader(source.fileno())
                source.close()
                return
            for delivery in deliveries:
                self.batches.append(len(delivery.records))
                if not self.why_not:
                    self.records += delivery.records
                if not self.hangs:
                    delivery.answer(self.why_not)

        loop.add_reader(source.fileno(), receive)


class Pipes:
    """Two pipes in one event loop, a recorder at one end and a writer at the other."""

    def __init__(self) -> None:
        self.recorder: PipeRecorder
        self.writer = MemoryWriter()
        self.counted: list[bytes] = []
        self.is_ready = False
        self.ended = threading.Event()

    async def connect(self, writer: Any = None) -> None:
        loop = asyncio.get_running_loop()
        (worker_in, ours_out), (ours_in, worker_out) = os.pipe(), os.pipe()
        output, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(worker_out, "wb", 0))
        self.recorder = PipeRecorder(output)
        reader = asyncio.StreamReader()
        self.input, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(worker_in, "rb", 0)
        )
        self.hearing = asyncio.create_task(receive_frames(reader, self.recorder))
        (writer or self.writer).follow(
            WorkerPipe(
                ours_in,
                ours_out,
                ready=lambda: setattr(self, "is_ready", True),
                count=self.counted.append,
                ended=self.ended.set,
            )
        )

    async def close(self) -> None:
        self.recorder.close()
        await self.hearing
        self.input.close()
        assert self.ended.is_set()


@pytest.fixture
async def pipes() -> AsyncIterator[Pipes]:
    made = Pipes()
    await made.connect()
    yield made
    await made.close()


def decision(number: int) -> DecisionRecord:
    return DecisionRecord(f"dec_{number}", f"exc_{number}", Phase.REQUEST, number, allowed=True)


async def test_all_kinds_arrive_as_they_were(pipes: Pipes) -> None:
    records = (
        decision(1),
        ExchangeRecord(
            exchange_id="exc_1", at=7, body=b"\xff\x00", findings={"EMAIL": 1}, subject="é"
        ),
        AnswerRecord(exchange_id="exc_1", at=8, outcome=Outcome.CUT, chunks=((1, 2), (3, 4))),
    )
    await pipes.recorder.write(*records)
    assert pipes.writer.records == list(records)


async def test_what_was_enqueued_comes_before_what_is_awaited(pipes: Pipes) -> None:
    for number in range(50):
        pipes.recorder.enqueue(decision(number))
    await pipes.recorder.write(decision(50))
    assert pipes.writer.records == [decision(number) for number in range(51)]


async def test_a_large_body_and_many_at_once(pipes: Pipes) -> None:
    large = ExchangeRecord(exchange_id="exc_1", at=1, body=b"x" * 5_000_000)
    await asyncio.gather(
        pipes.recorder.write(large), *(pipes.recorder.write(decision(each)) for each in range(500))
    )
    assert len(pipes.writer.records) == 501


@pytest.mark.parametrize(
    ("is_busy", "are_many", "batches"),
    [
        pytest.param(False, True, [1, 7], id="at once, the rest with the next, when idle"),
        pytest.param(True, True, [8], id="together, when the processor is what calls wait for"),
        pytest.param(True, False, [1, 7], id="at once when few have come of late"),
    ],
)
async def test_records_gather_when_it_is_worth_it(
    is_busy: bool, are_many: bool, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_pipe, "BUSY", -1.0 if is_busy else 1000.0)
    monkeypatch.setattr(record_pipe, "GATHER_SECONDS", 60.0)
    monkeypatch.setattr(record_pipe, "GATHER_CALLS", 8)
    pipes = Pipes()
    await pipes.connect()
    pipes.recorder.most_open = lambda: 100
    if are_many:
        await asyncio.gather(*(pipes.recorder.write(decision(each)) for each in range(8)))
        pipes.writer.batches.clear()
    pipes.recorder.check()
    first = asyncio.create_task(pipes.recorder.write(decision(0)))
    while batches[0] == 1 and not pipes.writer.batches:
        await asyncio.sleep(0)
    await asyncio.gather(first, *(pipes.recorder.write(decision(each)) for each in range(1, 8)))
    assert pipes.writer.batches == batches
    await pipes.close()


async def test_nobody_waits_for_more_calls_than_there_are(
    pipes: Pipes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_pipe, "BUSY", -1.0)
    monkeypatch.setattr(record_pipe, "GATHER_SECONDS", 60.0)
    pipes.recorder.most_open = lambda: 2
    await asyncio.gather(*(pipes.recorder.write(decision(each)) for each in range(8)))
    pipes.writer.batches.clear()
    pipes.recorder.check()
    await asyncio.gather(*(pipes.recorder.write(decision(each)) for each in range(2)))
    assert pipes.writer.batches == [2]


async def test_a_disk_that_is_full_is_told(pipes: Pipes) -> None:
    pipes.writer.why_not = "the disk is full"
    with pytest.raises(Unavailable, match="full"):
        await pipes.recorder.write(decision(1))
    pipes.writer.why_not = ""
    await pipes.recorder.write(decision(2))
    assert pipes.writer.records == [decision(2)]


async def test_the_other_side_is_told_when_a_worker_can_serve(pipes: Pipes) -> None:
    pipes.recorder.ready()
    await pipes.recorder.write(decision(1))
    assert pipes.is_ready


async def test_what_nobody_waits_for_goes_by_itself(pipes: Pipes) -> None:
    pipes.recorder.enqueue(decision(1))
    async with asyncio.timeout(10):
        while not pipes.writer.records:
            await asyncio.sleep(0)
    assert pipes.writer.records == [decision(1)]


async def test_counts_go_along(pipes: Pipes) -> None:
    pipes.recorder.enqueue(decision(1))
    pipes.recorder.count(b"one")
    pipes.recorder.count(b"")
    pipes.recorder.count(b"two")
    await pipes.recorder.write(decision(2))
    await pipes.recorder.write(decision(3))
    assert pipes.counted == [b"one", b"two"]
    pipes.writer.records.pop()
    assert pipes.writer.records == [decision(1), decision(2)]


async def test_a_disk_that_hangs_refuses_in_bounded_time(
    pipes: Pipes, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipes.writer.hangs = True
    monkeypatch.setattr(record_pipe, "DEADLINE_SECONDS", -1.0)
    calls = [asyncio.create_task(pipes.recorder.write(decision(each))) for each in range(3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    calls.append(asyncio.create_task(pipes.recorder.write(decision(9))))
    await asyncio.sleep(0)
    pipes.recorder.check()
    for call in calls:
        with pytest.raises(Unavailable, match="in time"):
            await call


async def test_one_who_stops_waiting_leaves_the_record_on_its_way(pipes: Pipes) -> None:
    task = asyncio.create_task(pipes.recorder.write(decision(1)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await pipes.recorder.write(decision(2))
    assert pipes.writer.records == [decision(1), decision(2)]


async def test_after_the_end_nothing_is_taken() -> None:
    pipes = Pipes()
    await pipes.connect()
    await pipes.close()
    with pytest.raises(Unavailable):
        await pipes.recorder.write(decision(1))


async def test_through_to_the_disk(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db", has_text_index=False)
    pipes = Pipes()
    await pipes.connect(writer)
    large = ExchangeRecord(exchange_id="exc_2", at=1, body=b"x" * 5_000_000)
    await asyncio.gather(
        pipes.recorder.write(ExchangeRecord(exchange_id="exc_1", at=1, body=b"{}")),
        pipes.recorder.write(large),
    )
    reader = RecordReader(tmp_path / "audit.db")
    for number, body in ((1, b"{}"), (2, large.body)):
        found = reader.exchange(f"exc_{number}")
        assert found is not None
        assert found.exchange.body == body
    reader.close()
    await leave(pipes)
    writer.close()


async def leave(pipes: Pipes) -> None:
    """As a worker does that ends; the writer notices in its own thread."""
    pipes.recorder.close()
    assert await asyncio.to_thread(pipes.ended.wait, 10)
    await pipes.close()


async def test_decisions_outlive_a_disk_that_fails(tmp_path: Path) -> None:
    """They are kept and tried again, whether somebody waited for them or not."""
    writer = RecordWriter(tmp_path / "audit.db", retry=0.01, has_text_index=False)
    pipes = Pipes()
    await pipes.connect(writer)
    await pipes.recorder.write(decision(1))
    with dbapi2.connect(tmp_path / "audit.db") as db:
        db.execute("ALTER TABLE decision RENAME TO gone")
    pipes.recorder.enqueue(decision(2))
    with pytest.raises(Unavailable):
        await pipes.recorder.write(decision(3), ExchangeRecord(exchange_id="exc_3", at=1))
    with pytest.raises(Unavailable):
        await pipes.recorder.write(decision(4))
    with dbapi2.connect(tmp_path / "audit.db") as db:
        db.execute("ALTER TABLE gone RENAME TO decision")
    async with asyncio.timeout(10):
        while True:
            try:
                await pipes.recorder.write(decision(5))
                break
            except Unavailable:
                await asyncio.sleep(0)
    await leave(pipes)
    writer.close()
    with dbapi2.connect(tmp_path / "audit.db") as db:
        rows = db.execute("SELECT decision_id FROM decision ORDER BY 1").fetchall()
        assert [row[0] for row in rows] == [f"dec_{number}" for number in range(1, 6)]
        assert db.execute("SELECT count(*) FROM exchange").fetchone() == (0,)


async def test_a_worker_that_makes_no_sense_is_cut_off(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db", has_text_index=False)
    pipes, other = Pipes(), Pipes()
    await pipes.connect(writer)
    await other.connect(writer)
    pipes.recorder._output.write(b"\0\0\0\2ab")
    assert await asyncio.to_thread(pipes.ended.wait, 10)
    await pipes.hearing  # its input ended, as it does when we do: a worker ends then
    await other.recorder.write(decision(1))
    for each in (pipes, other):
        await leave(each)
    writer.close()


async def test_a_writer_that_dies_says_so_and_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    writer = RecordWriter(tmp_path / "audit.db", has_text_index=False)
    pipes, late = Pipes(), Pipes()
    await pipes.connect(writer)
    monkeypatch.setattr(writer, "_take", None)  # what no record can bring about
    waiting = asyncio.create_task(pipes.recorder.write(decision(1)))
    assert await asyncio.to_thread(pipes.ended.wait, 10)
    await pipes.hearing
    assert writer.failure == "the record writer has died"
    with pytest.raises(Unavailable, match="died"):
        await writer.write(decision(2))
    await late.connect(writer)
    assert late.ended.is_set()
    for each in (pipes, late):
        await each.close()
    with pytest.raises(Unavailable):
        await waiting
    with pytest.raises(Unavailable, match="1 records"):
        writer.close()


def test_nobody_is_answered_where_a_pipe_was(tmp_path: Path) -> None:
    """A worker may be gone when its records are written; its pipe's number is another file's."""
    (ours_in, theirs_out), (theirs_in, ours_out) = os.pipe(), os.pipe()
    pipe = WorkerPipe(ours_in, ours_out, ready=lambda: None, count=print, ended=lambda: None)
    batch = msgspec.msgpack.encode([1, [decision(1)]])
    os.write(theirs_out, len(batch).to_bytes(4) + batch)
    deliveries = pipe.receive()
    assert deliveries is not None
    pipe.close()
    other = os.open(tmp_path / "other", os.O_CREAT | os.O_RDWR)
    os.dup2(other, ours_out)
    deliveries[0].answer("")
    assert (tmp_path / "other").read_bytes() == b""
    for end in {other, ours_out, theirs_in, theirs_out}:
        os.close(end)
