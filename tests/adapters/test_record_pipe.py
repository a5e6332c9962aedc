"""Records from a worker to the writer: acknowledged when durable, in order, and bounded."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from extproc.adapters import record_pipe
from extproc.adapters.record_pipe import PipeRecorder, RecordIntake, receive_frames
from extproc.adapters.sqlite.queries import RecordReader
from extproc.adapters.sqlite.records import RecordWriter
from extproc.core.decision import Phase, Unavailable
from extproc.core.record import (
    AnswerRecord,
    DecisionRecord,
    ExchangeRecord,
    Outcome,
    Record,
)
from tests.fakes import MemoryRecorder


class Pipes:
    """Two pipes in one event loop, a recorder at one end and an intake at the other."""

    def __init__(self) -> None:
        self.recorder: PipeRecorder
        self.writer = MemoryRecorder()
        self.tasks: list[asyncio.Task[None]] = []

    async def connect(self, writer: object) -> None:
        loop = asyncio.get_running_loop()
        down, up = os.pipe(), os.pipe()
        self.output, _ = await loop.connect_write_pipe(
            asyncio.Protocol, os.fdopen(down[1], "wb", 0)
        )
        self.recorder = PipeRecorder(self.output)
        readers = []
        self.inputs = []
        for end in (down[0], up[0]):
            reader = asyncio.StreamReader()
            transport, _ = await loop.connect_read_pipe(
                lambda reader=reader: asyncio.StreamReaderProtocol(reader), os.fdopen(end, "rb", 0)
            )
            self.inputs.append(transport)
            readers.append(reader)
        answers, protocol = await loop.connect_write_pipe(
            asyncio.streams.FlowControlMixin, os.fdopen(up[1], "wb", 0)
        )
        self.answer = asyncio.StreamWriter(answers, protocol, None, loop)
        self.counted: list[bytes] = []
        intake = RecordIntake(readers[0], self.answer, writer, self.counted.append)  # type: ignore[arg-type]
        self.tasks = [
            asyncio.create_task(intake.run()),
            asyncio.create_task(receive_frames(readers[1], self.recorder)),
        ]

    async def close(self) -> None:
        self.recorder.close()
        await self.tasks[0]
        self.answer.close()
        await self.tasks[1]
        for transport in self.inputs:
            transport.close()


@pytest.fixture
async def pipes() -> AsyncIterator[Pipes]:
    made = Pipes()
    await made.connect(made.writer)
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


class CountingRecorder(MemoryRecorder):
    """Also how many records came together."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    async def write(self, *records: Record) -> None:
        self.batches.append(len(records))
        await super().write(*records)


@pytest.mark.parametrize(
    ("is_busy", "batches"),
    [
        pytest.param(False, [1, 7], id="at once, the rest with the next, when idle"),
        pytest.param(True, [8], id="together, when the processor is what calls wait for"),
    ],
)
async def test_records_gather_when_it_is_worth_it(
    is_busy: bool, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_pipe, "BUSY", -1.0 if is_busy else 1000.0)
    monkeypatch.setattr(record_pipe, "GATHER_SECONDS", 60.0)
    pipes = Pipes()
    writer = CountingRecorder()
    await pipes.connect(writer)
    pipes.recorder.check()
    assert record_pipe.GATHER_CALLS == 8
    first = asyncio.create_task(pipes.recorder.write(decision(0)))
    while not is_busy and not writer.batches:
        await asyncio.sleep(0)
    await asyncio.gather(first, *(pipes.recorder.write(decision(each)) for each in range(1, 8)))
    assert writer.batches == batches
    await pipes.close()


async def test_a_disk_that_is_full_is_told(pipes: Pipes) -> None:
    pipes.writer.fails = True
    pipes.recorder.enqueue(decision(0))
    with pytest.raises(Unavailable, match="full"):
        await pipes.recorder.write(decision(1))
    pipes.writer.fails = False
    await pipes.recorder.write(decision(2))
    assert pipes.writer.records == [decision(0), decision(1), decision(2)], "no decision is lost"


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
    hangs = asyncio.Event()

    async def write(*_: object) -> None:
        await hangs.wait()

    monkeypatch.setattr(pipes.writer, "write", write)
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
    hangs.set()


async def test_one_who_stops_waiting_leaves_the_record_on_its_way(pipes: Pipes) -> None:
    task = asyncio.create_task(pipes.recorder.write(decision(1)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await pipes.recorder.write(decision(2))
    assert pipes.writer.records == [decision(1), decision(2)]


async def test_after_the_end_nothing_is_taken() -> None:
    pipes = Pipes()
    await pipes.connect(pipes.writer)
    await pipes.close()
    with pytest.raises(Unavailable):
        await pipes.recorder.write(decision(1))


async def test_through_to_the_disk(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db", has_text_index=False)
    pipes = Pipes()
    await pipes.connect(writer)
    await pipes.recorder.write(ExchangeRecord(exchange_id="exc_1", at=1, body=b"{}"))
    reader = RecordReader(tmp_path / "audit.db")
    found = reader.exchange("exc_1")
    assert found is not None
    assert found.exchange.body == b"{}"
    reader.close()
    await pipes.close()
    writer.close()
