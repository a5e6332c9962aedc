"""Pages of what was recorded: each holds what the whole list holds, in the opposite order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2

from extproc.adapters.sqlite import pages as pages_module
from extproc.adapters.sqlite import schema
from extproc.adapters.sqlite.database import open_for_writing
from extproc.adapters.sqlite.pages import RecordPages
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.sqlite.words import WordIndex
from extproc.core.decision import Phase
from extproc.core.record import (
    AnswerRecord,
    DecisionRecord,
    EventKind,
    EventRecord,
    ExchangeRecord,
    Outcome,
    Record,
)
from extproc.service.browsing import Cursor
from extproc.service.moments import BadQuestion
from extproc.service.questions import Question

MODELS = ("gpt-5", "gpt-5-mini", "claude-x", "demo")


def made(number: int) -> list[Record]:
    """One exchange of many, in which everything that can be asked for comes up."""
    id, at = f"exc_{number:06}", 1_000_000 * (number // 2)
    is_known = number % 11 != 0
    is_refused = number % 9 == 0
    records: list[Record] = [
        DecisionRecord(f"dec_{number:06}", id, Phase.REQUEST, at, not is_refused, revision="r1"),
        ExchangeRecord(
            exchange_id=id,
            at=at,
            subject=f"user-{number % 7}" if is_known else "",
            agent_id=f"agt_{number % 13}" if is_known else "",
            agent_name=f"agt_{number % 3}" if is_known else "",
            client_id=f"client-{number % 4}",
            source=f"127.0.0.{number % 5}",
            model=MODELS[number % 4],
            allowed=not is_refused,
            code="policy_denied" if is_refused else "",
            findings={"EMAIL": 1} if number % 5 == 0 else {},
            body=b'{"q":"common words%s"}' % (b" seldom" if number % 50 == 0 else b""),
        ),
    ]
    if number % 8:
        records.append(
            AnswerRecord(
                exchange_id=id,
                at=at + 5,
                outcome=Outcome.REFUSED if number % 10 == 1 else Outcome.COMPLETED,
                code="revoked" if number % 20 == 1 else "",
                findings={"PHONE": 2} if number % 6 == 1 else {},
                body=b'{"a":"answered"}',
            )
        )
    return records


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordPages]:
    path = tmp_path_factory.mktemp("pages") / "audit.db"
    # The words of the last ones are in no index yet.
    for first, last in ((0, 560), (560, 600)):
        writer = RecordWriter(path, has_text_index=False)
        for number in range(first, last):
            records = made(number)
            # The two halves of an exchange may come in either order within one commit.
            for record in reversed(records) if number % 3 == 0 else records:
                writer.enqueue(record)
        writer.close()
        if first == 0:
            index = WordIndex(path)
            index.catch_up()
            index.close()
    reader = RecordPages(path)
    yield reader
    reader.close()


def all_pages(pages: RecordPages, question: Question, limit: int, **more: Any) -> list[str]:
    found: list[str] = []
    before: Cursor | None = None
    while True:
        rows, following = pages.page(question, before, limit, **more)
        assert len(rows) <= limit
        found += [row.exchange.exchange_id for row in rows]
        if following is None:
            return found
        before = following


QUESTIONS = [
    pytest.param({}, id="everything"),
    pytest.param({"windows": ((50_000_000, 90_000_000),)}, id="a window of time"),
    pytest.param({"windows": ((1, 3_000_000), (9_000_000, 12_000_000))}, id="two windows"),
    pytest.param({"subject": "user-3"}, id="a subject"),
    pytest.param({"agent": "agt_2"}, id="what is the id of one agent and the name of another"),
    pytest.param({"client": "127.0.0.1"}, id="a source address"),
    pytest.param({"client": "agt_1"}, id="a client by whatever names it"),
    pytest.param({"model": "gpt-5"}, id="a model"),
    pytest.param({"model": "gpt-*"}, id="a glob of models"),
    pytest.param({"model": "[!g]*"}, id="a glob that excludes"),
    pytest.param({"model": "no*"}, id="a glob that matches nothing"),
    pytest.param({"finding": "EMAIL"}, id="a finding in requests"),
    pytest.param({"finding": "PHONE"}, id="a finding in answers"),
    pytest.param({"finding": "IBAN"}, id="a finding that was never made"),
    pytest.param({"decision": "allow"}, id="what was allowed"),
    pytest.param({"decision": "deny"}, id="what was denied"),
    pytest.param({"decision": "policy_denied"}, id="a code, which an answer's may replace"),
    pytest.param({"decision": "revoked"}, id="a code of an answer"),
    pytest.param({"text": "seldom"}, id="a rare word"),
    pytest.param({"text": "common"}, id="a word of every request"),
    pytest.param({"text": "answered", "subject": "user-1"}, id="a common word of one subject"),
    pytest.param({"text": "nowhere"}, id="a word that nobody used"),
    pytest.param({"text": "--"}, id="no word at all"),
    pytest.param({"subject": "user-2", "finding": "EMAIL", "decision": "deny"}, id="all at once"),
]


@pytest.mark.parametrize("limit", [7, 1000])
@pytest.mark.parametrize("is_common", [False, True], ids=["by the words", "by walking"])
@pytest.mark.parametrize("asked", QUESTIONS)
def test_the_pages_together_are_the_whole_list(
    pages: RecordPages,
    asked: dict[str, Any],
    is_common: bool,
    limit: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if is_common:
        # So that six hundred exchanges are many.
        monkeypatch.setattr(pages_module, "_MANY", 20)
        monkeypatch.setattr(pages_module, "_STRIDE", 32)
        monkeypatch.setattr(pages_module, "_FEW", 10)
    question = Question(**asked)
    whole = [one.exchange.exchange_id for one in pages.find(question)]
    assert all_pages(pages, question, limit) == whole[::-1]


def test_the_questions_above_find_something(pages: RecordPages) -> None:
    empty = {str(each.id) for each in QUESTIONS if not pages.find(Question(**each.values[0]))}  # type: ignore[arg-type]
    assert empty == {
        "a glob that matches nothing",
        "a finding that was never made",
        "a word that nobody used",
        "no word at all",
    }


def test_a_session_is_of_one_agent_and_not_of_its_namesakes(pages: RecordPages) -> None:
    details = pages.session("agt_2")
    whole = [detail.exchange.exchange_id for detail in details]
    assert all_pages(pages, Question(), 5, session="agt_2") == whole[::-1]
    extent = pages.extent("agt_2")
    assert extent.newest is not None
    assert (extent.count, extent.newest.exchange.exchange_id) == (len(whole), whole[-1])
    assert pages.extent("agt_none").newest is None


def test_a_question_that_takes_too_long_is_sent_back(
    pages: RecordPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "MOST_SECONDS", -1.0)
    monkeypatch.setattr(pages_module, "_STEPS", 1)
    with pytest.raises(BadQuestion, match="too long"):
        pages.page(Question(), None, 10)
    monkeypatch.undo()
    assert len(pages.page(Question(), None, 10)[0]) == 10


def test_decisions_are_counted_and_found_by_their_id(pages: RecordPages) -> None:
    tallies = pages.tallies(200 * 1_000_000)
    assert sum(one.count for one in tallies) == 200
    assert {(one.phase, one.allowed, one.revision) for one in tallies} == {
        ("request", True, "r1"),
        ("request", False, "r1"),
    }
    assert pages.exchange_of("dec_000123") == "exc_000123"
    assert pages.exchange_of("dec_none") is None
    assert pages.span() == (0, 299 * 1_000_000)


def test_an_older_file_gets_its_marks(tmp_path: Path) -> None:
    old, new = tmp_path / "old" / "audit.db", tmp_path / "new" / "audit.db"
    for path, steps in ((old, schema.AUDIT[:2]), (new, schema.AUDIT)):
        db = open_for_writing(path, steps)
        rows = schema.RowMaker()
        for number in range(120):
            for record in made(number):
                for row in rows.rows(record):
                    db.execute(row.statement, row.values)
        db.close()
    open_for_writing(old, schema.AUDIT).close()
    marks = [
        dbapi2.connect(str(path)).execute("SELECT * FROM mark ORDER BY 1, 2, 3").fetchall()
        for path in (old, new)
    ]
    assert marks[0] == marks[1]
    assert {name for name, _, _ in marks[0]} == {
        "EMAIL", "PHONE", "deny", "policy_denied", "revoked",
    }  # fmt: skip


async def test_events_are_read_page_by_page(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path / "audit.db", has_text_index=False)
    events = [
        EventRecord(event_id=f"evt_{n}", at=n // 2, kind=EventKind.AGENT_ENDED) for n in range(7)
    ]
    await writer.write(*events)
    writer.close()
    pages = RecordPages(tmp_path / "audit.db")
    first = pages.events(None, 4)
    rest = pages.events(Cursor(first[-1].at, first[-1].event_id), 4)
    assert [*first, *rest] == events[::-1]
    pages.close()
