"""The record writer: what it acknowledged is there, whatever happens next."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from extproc.adapters.sqlite import schema
from extproc.adapters.sqlite.queries import RecordReader
from extproc.adapters.sqlite.records import RecordWriter
from extproc.core.decision import Phase, Unavailable
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome, Record
from extproc.service.questions import Detail, Question

NOW = 1_800_000_000_000_000


def exchange(number: int, **changes: object) -> ExchangeRecord:
    return ExchangeRecord(**{"exchange_id": f"exc_{number:04}", "at": NOW + number} | changes)


FULL = [
    ExchangeRecord(
        exchange_id="exc_1", at=NOW, subject="alice", issuer="urn:extproc:local",
        agent_id="agt_1", agent_name="bot", client_id="cli", source="10.0.0.7", method="POST",
        path="/v1/chat/completions", api="openai", operation="chat", model="gpt-5", stream=True,
        upstream="openai", allowed=True, code="", reason="", findings={"EMAIL": 2}, size=120,
        body=b'{"messages":[]}', timings={"authz": 300, "mask": 80},
    ),
    DecisionRecord("dec_1", "exc_1", Phase.AUTHZ, NOW + 1, True, revision="r1", duration=200),
    DecisionRecord("dec_2", "exc_1", Phase.RESPONSE, NOW + 9, False, "policy_denied", "no", "r1"),
    AnswerRecord(
        exchange_id="exc_1", at=NOW + 10, status=200, outcome=Outcome.REFUSED,
        code="policy_denied", reason="no", findings={"PHONE": 1}, body=b"data: {}\n\n",
        chunks=((0, 4), (20_000, 6)), model="gpt-5-2026", finish_reason="stop", input_tokens=7,
        output_tokens=9, first_byte=4000, duration=31_000, timings={"judge": 90},
    ),
]  # fmt: skip


async def test_every_field_of_a_record_comes_back(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    for record in FULL:
        await writer.write(record)
    assert writer.depth == 0
    reader = RecordReader(tmp_path / "audit.db")
    assert reader.exchange("exc_1") == Detail(FULL[0], FULL[3], FULL[1:3])
    await asyncio.to_thread(writer.close)


async def test_it_is_on_the_disk_when_write_returns(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    writer.enqueue(exchange(1))
    await writer.write(exchange(2))
    ids = [one.exchange.exchange_id for one in RecordReader(tmp_path / "audit.db").find(Question())]
    assert ids == ["exc_0001", "exc_0002"]
    await asyncio.to_thread(writer.close)


async def test_records_that_belong_together_are_acknowledged_together(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    await writer.write(*FULL)
    assert RecordReader(tmp_path / "audit.db").exchange("exc_1") == Detail(
        FULL[0], FULL[3], FULL[1:3]
    )
    broken = ExchangeRecord(exchange_id="exc_2", at=None)  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        await writer.write(broken, exchange(3))
    await asyncio.to_thread(writer.close)


async def test_many_at_once_are_all_written(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    await asyncio.gather(*(writer.write(exchange(number)) for number in range(1500)))
    assert len(RecordReader(tmp_path / "audit.db").find(Question())) == 1500
    await asyncio.to_thread(writer.close)


async def test_a_record_that_comes_twice_is_kept_as_it_was_first(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    await writer.write(exchange(1, subject="alice", body=b"first"))
    await writer.write(exchange(1, subject="mallory", body=b"second"))
    detail = RecordReader(tmp_path / "audit.db").exchange("exc_0001")
    assert detail is not None
    assert (detail.exchange.subject, detail.exchange.body) == ("alice", b"first")
    await asyncio.to_thread(writer.close)


@pytest.mark.parametrize("table", ["exchange", "answer", "decision", "body"])
async def test_rows_cannot_be_changed(tmp_path: Path, table: str) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    for record in FULL:
        await writer.write(record)
    await asyncio.to_thread(writer.close)
    connection = dbapi2.connect(str(tmp_path / "audit.db"))
    with pytest.raises(dbapi2.IntegrityError, match="append-only"):
        connection.execute(f"UPDATE {table} SET exchange_id = 'exc_2'")
    connection.close()


async def test_close_writes_what_waits_and_then_refuses(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    for number in range(1200):
        writer.enqueue(exchange(number))
    await asyncio.to_thread(writer.close)
    assert len(RecordReader(tmp_path / "audit.db").find(Question())) == 1200
    with pytest.raises(Unavailable, match="closed"):
        writer.enqueue(exchange(1))
    with pytest.raises(Unavailable, match="closed"):
        await writer.write(exchange(1))


@pytest.mark.parametrize(
    "broken",
    [
        ExchangeRecord(exchange_id="exc_x", at=None),  # type: ignore[arg-type]
        ExchangeRecord(exchange_id="exc_x", at=NOW, body="text"),  # type: ignore[arg-type]
        ExchangeRecord(exchange_id="exc_x", at=NOW, model=["gpt"]),  # type: ignore[arg-type]
        DecisionRecord("dec_x", "exc_x", Phase.AUTHZ, NOW, True, duration=object()),  # type: ignore[arg-type]
    ],
    ids=["no time", "a body that is text", "a list for a name", "an object for a number"],
)
async def test_a_record_of_a_wrong_shape_is_refused_alone(tmp_path: Path, broken: Record) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    writer.enqueue(broken)
    results = await asyncio.gather(
        writer.write(exchange(1)), writer.write(broken), writer.write(exchange(2)),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(result) for result in results] == [type(None), Unavailable, type(None)]
    assert (writer.failure, writer.depth) == ("", 0)
    await asyncio.to_thread(writer.close)


@pytest.mark.parametrize(
    ("word", "recorded"),
    [
        ("\ud800 lone", "? lone"),
        ("nul \0 inside", "nul \0 inside"),
        ("'); DROP TABLE exchange; --", "'); DROP TABLE exchange; --"),
        ("\U0001d518", "\U0001d518"),
    ],
)
async def test_odd_words_are_kept(tmp_path: Path, word: str, recorded: str) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    await writer.write(exchange(1, model=word, reason=word))
    (found,) = RecordReader(tmp_path / "audit.db").find(Question())
    assert (found.exchange.model, found.exchange.reason) == (recorded, recorded)
    await asyncio.to_thread(writer.close)


async def test_numbers_beyond_sqlites_are_kept_as_its_largest(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    await writer.write(AnswerRecord(exchange_id="exc_1", at=NOW, outcome=Outcome.COMPLETED,
                                    input_tokens=1 << 70))  # fmt: skip
    await writer.write(exchange(1))
    await asyncio.to_thread(writer.close)


@pytest.mark.parametrize("limits", [{"max_records": 0}, {"max_bytes": 9}])
async def test_a_full_queue_refuses(tmp_path: Path, limits: dict[str, int]) -> None:
    writer = RecordWriter(tmp_path / "audit.db", **limits)
    with pytest.raises(Unavailable, match="full"):
        await writer.write(exchange(1, body=b"ten bytes!"))
    with pytest.raises(Unavailable, match="full"):
        writer.enqueue(exchange(1, body=b"ten bytes!"))
    await asyncio.to_thread(writer.close)


async def test_a_disk_that_fails_refuses_until_it_is_back_and_loses_nothing_that_waits(
    tmp_path: Path,
) -> None:
    path = tmp_path / "audit.db"
    writer = RecordWriter(path, retry=0.01, has_text_index=False)
    await writer.write(exchange(1))
    # A table that is gone fails every commit, as a full disk does, and can be put back.
    saboteur = dbapi2.connect(str(path), isolation_level=None)
    saboteur.execute("ALTER TABLE exchange RENAME TO elsewhere")
    writer.enqueue(exchange(2))
    with pytest.raises(Unavailable, match="no such table"):
        await writer.write(exchange(3))
    writer.enqueue(exchange(4))
    saboteur.execute("ALTER TABLE elsewhere RENAME TO exchange")
    saboteur.close()
    async with asyncio.timeout(5):
        while True:
            try:
                await writer.write(exchange(5))
                break
            except Unavailable:
                await asyncio.sleep(0)
    assert writer.failure == ""
    await asyncio.to_thread(writer.close)
    ids = [one.exchange.exchange_id for one in RecordReader(path).find(Question())]
    assert ids == ["exc_0001", "exc_0002", "exc_0004", "exc_0005"]


async def test_closing_while_the_disk_fails_says_what_was_lost(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    writer = RecordWriter(path, retry=60, has_text_index=False)
    saboteur = dbapi2.connect(str(path), isolation_level=None)
    saboteur.execute("DROP TABLE exchange")
    saboteur.close()
    writer.enqueue(exchange(1))
    with pytest.raises(Unavailable):
        await writer.write(exchange(2))
    with pytest.raises(Unavailable, match="1 records were not written"):
        await asyncio.to_thread(writer.close)


async def test_a_caller_that_stops_waiting_does_not_stop_the_record(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    task = asyncio.ensure_future(writer.write(exchange(1)))
    await asyncio.sleep(0)
    task.cancel()
    await writer.write(exchange(2))
    assert task.cancelled()
    assert len(RecordReader(tmp_path / "audit.db").find(Question())) == 2
    await asyncio.to_thread(writer.close)


ACKNOWLEDGER = """
import asyncio, pathlib, sys
sys.path.insert(0, sys.argv[2])
from test_sqlite_records import *
async def main():
    writer = RecordWriter(pathlib.Path(sys.argv[1]))
    async def one(number):
        await writer.write(exchange(number, body=b"x" * 300))
        os.write(1, b"%d\\n" % number)
    for first in range(0, 1_000_000, 20):
        await asyncio.gather(*(one(number) for number in range(first, first + 20)))
asyncio.run(main())
"""


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    process = subprocess.Popen(
        [sys.executable, "-c", ACKNOWLEDGER, str(path), str(Path(__file__).parent)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(400)]
    os.kill(process.pid, signal.SIGKILL)
    acknowledged += [int(line) for line in process.stdout.read().split(b"\n")[:-1]]
    process.wait()
    process.stdout.close()
    kept = {int(one.exchange.exchange_id[4:]) for one in RecordReader(path).find(Question())}
    assert kept >= set(acknowledged)
    connection = dbapi2.connect(str(path))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


async def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db")
    await writer.write(exchange(1, body=b"text"))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}
    await asyncio.to_thread(writer.close)


@pytest.mark.parametrize(
    ("table", "record", "apart"),
    [
        ("exchange", ExchangeRecord, {"body"}),
        ("answer", AnswerRecord, {"body", "chunks"}),
        ("decision", DecisionRecord, set()),
    ],
)
def test_each_table_has_exactly_its_records_fields(
    tmp_path: Path, table: str, record: type, apart: set[str]
) -> None:
    RecordWriter(tmp_path / "audit.db", has_text_index=False).close()
    connection = dbapi2.connect(str(tmp_path / "audit.db"))
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.close()
    assert columns == [name for name in record.__struct_fields__ if name not in apart]
    assert schema.AUDIT_FILE == "audit.db"
