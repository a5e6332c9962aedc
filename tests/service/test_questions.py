"""Who queried the model at 03:00? Exact answers, on real records in real SQLite."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extproc.adapters.sqlite.queries import RecordReader
from extproc.adapters.sqlite.records import RecordWriter
from extproc.core.decision import Phase
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome, Record
from extproc.service.moments import BadQuestion
from extproc.service.questions import Evidence

BERLIN = "Europe/Berlin"


def moment(text: str) -> int:
    since = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


class Noon:
    def now(self) -> int:
        return moment("2026-11-23T12:00:00+01:00")

    def elapsed(self) -> int:
        return 0


def asked(number: int, at: str, **columns: Any) -> ExchangeRecord:
    bob = {"subject": "bob", "agent_id": "agt_2", "agent_name": "crawler", "client_id": "ci"}
    alice = {"subject": "alice", "agent_id": "agt_1", "agent_name": "bot", "client_id": "cli"}
    who = bob if columns.pop("bob", False) else alice
    if columns.pop("unknown", False):
        who = {}
    return ExchangeRecord(
        **{
            "exchange_id": f"exc_{number}",
            "at": moment(at),
            "source": "10.0.0.7",
            "method": "POST",
            "path": "/v1/chat/completions",
            "model": "gpt-5",
        }
        | who
        | columns
    )


def answered(number: int, **columns: Any) -> AnswerRecord:
    return AnswerRecord(
        **{
            "exchange_id": f"exc_{number}",
            "at": moment("2026-11-23T03:30:00+01:00"),
            "status": 200,
            "outcome": Outcome.COMPLETED,
            "duration": 1500,
        }
        | columns
    )


RECORDS: list[Record] = [
    asked(1, "2026-11-23T02:59:59.999999+01:00"),
    asked(2, "2026-11-23T03:00:00+01:00", findings={"EMAIL": 2}, body=b"mail the customer"),
    answered(2, input_tokens=7, output_tokens=9, findings={"PHONE": 1}, body=b"I called him"),
    asked(3, "2026-11-23T03:00:59.999999+01:00", bob=True, model="claude-5", source="10.0.0.8"),
    answered(3, status=403, outcome=Outcome.REFUSED, code="policy_denied", reason="words"),
    asked(4, "2026-11-23T03:01:00+01:00", bob=True, model="claude-5[1m]"),
    answered(4, outcome=Outcome.CUT),
    asked(5, "2026-11-23T03:00:30+01:00", unknown=True, model="", allowed=False,
          code="invalid_token", reason="expired", source="192.0.2.1"),
    answered(5, status=401, outcome=Outcome.REFUSED),
    asked(6, "2026-10-25T02:30:00+02:00"),
    asked(7, "2026-10-25T02:30:00+01:00"),
    asked(8, "2026-11-22T03:00:30+01:00", model="GPT-5", findings={"EMAIL": 0}),
    DecisionRecord("dec_1", "exc_2", Phase.AUTHZ, moment("2026-11-23T03:00:00.001+01:00"), True,
                   revision="r1", duration=210),
    DecisionRecord("dec_2", "exc_2", Phase.REQUEST, moment("2026-11-23T03:00:00.002+01:00"), True),
]  # fmt: skip


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    path = tmp_path_factory.mktemp("records") / "audit.db"

    async def record() -> None:
        writer = RecordWriter(path)
        for one in RECORDS:
            await writer.write(one)
        await asyncio.to_thread(writer.close)

    asyncio.run(record())
    reader = RecordReader(path)
    yield Evidence(reader, Noon())
    reader.close()


FOUND = {
    "everything": ({}, {1, 2, 3, 4, 5, 6, 7, 8}),
    "at 03:00, its edges exact": ({"at": "03:00"}, {2, 3, 5}),
    "at 03:00 a model": ({"at": "03:00", "model": "claude-5"}, {3}),
    "at 03:00 yesterday": ({"at": "2026-11-22T03:00"}, {8}),
    "at a second": ({"at": "03:00:00"}, {2}),
    "at 03:00 in Tokyo is another minute": ({"at": "03:00", "tz": "Asia/Tokyo"}, set()),
    "at 11:00 in Tokyo is this one": ({"at": "11:00", "tz": "Asia/Tokyo"}, {2, 3, 5}),
    "at a minute that came twice": ({"at": "2026-10-25T02:30"}, {6, 7}),
    "at one of the two": ({"at": "2026-10-25T02:30+02:00"}, {6}),
    "on a day": ({"at": "2026-11-23"}, {1, 2, 3, 4, 5}),
    "from": ({"from": "03:00:59"}, {3, 4}),
    "to": ({"to": "2026-11-22"}, {6, 7, 8}),
    "from and to": ({"from": "2026-11-22T03:00", "to": "2026-11-23T03:00"}, {1, 8}),
    "a subject": ({"subject": "bob"}, {3, 4}),
    "a subject is not a pattern": ({"subject": "b%"}, set()),
    "an agent by id": ({"agent": "agt_2"}, {3, 4}),
    "an agent by name": ({"agent": "crawler"}, {3, 4}),
    "a model, its case counts": ({"model": "gpt-5"}, {1, 2, 6, 7}),
    "models by a glob": ({"model": "claude-*"}, {3, 4}),
    "models by a class": ({"model": "[gG][pP]?-5"}, {1, 2, 6, 7, 8}),
    "models by what they are not": ({"model": "[!g]*"}, {3, 4, 8}),
    "a model whose name looks like a glob": ({"model": "claude-5[1m]"}, {4}),
    "a client by its address": ({"client": "192.0.2.1"}, {5}),
    "a client by its client_id": ({"client": "ci"}, {3, 4}),
    "a client by its agent's name": ({"client": "crawler"}, {3, 4}),
    "a client by its agent's id": ({"client": "agt_2"}, {3, 4}),
    "words of a request": ({"text": "customer MAIL"}, {2}),
    "words of an answer": ({"text": '"called him"'}, {2}),
    "a finding of a request": ({"finding": "EMAIL"}, {2}),
    "a finding of an answer": ({"finding": "PHONE"}, {2}),
    "what was allowed": ({"decision": "allow"}, {1, 2, 4, 6, 7, 8}),
    "what was denied": ({"decision": "deny"}, {3, 5}),
    "a code": ({"decision": "invalid_token"}, {5}),
    "all at once": (
        {"at": "03:00", "tz": BERLIN, "subject": "alice", "agent": "bot", "model": "gpt-?",
         "client": "cli", "text": "customer", "finding": "EMAIL", "decision": "allow"}, {2}),
}  # fmt: skip


@pytest.mark.parametrize(("question", "numbers"), FOUND.values(), ids=FOUND.keys())
def test_found(evidence: Evidence, question: dict[str, str], numbers: set[int]) -> None:
    sessions = evidence.sessions({"tz": BERLIN} | question)
    found = [one["id"] for session in sessions for one in session["exchanges"]]
    assert sorted(found) == sorted(f"exc_{number}" for number in numbers)


@pytest.mark.parametrize(
    "question",
    [
        {"at": "noon"},
        {"at": "03:00", "from": "02:00"},
        {"tz": "Nowhere"},
        {"finding": "email"},
        {"finding": 'EMAIL" OR 1'},
        {"decision": "perhaps"},
        {"text": "!!!"},
        {"subject": "\udcff"},
        {"who": "alice"},
        {"from_": "03:00"},
    ],
    ids=[
        "no time", "two times", "no zone", "no type", "an injected type", "no decision", "no word",
        "not UTF-8", "no filter", "our own name for one",
    ],
)  # fmt: skip
def test_a_question_that_is_not_well_put(evidence: Evidence, question: dict[str, str]) -> None:
    with pytest.raises(BadQuestion):
        evidence.sessions(question)


def test_a_session_is_an_agent_and_what_matched(evidence: Evidence) -> None:
    alice, bob, unknown = sorted(
        evidence.sessions({"at": "03:00", "tz": BERLIN}), key=lambda one: one["subject"] or "~"
    )
    assert alice == {
        "session": "agt_1",
        "subject": "alice",
        "agent": "agt_1",
        "agent_name": "bot",
        "client_id": "cli",
        "first_at": "2026-11-23T03:00:00.000+01:00",
        "last_at": "2026-11-23T03:00:00.000+01:00",
        "models": ["gpt-5"],
        "exchanges": [
            {
                "id": "exc_2",
                "at": "2026-11-23T03:00:00.000+01:00",
                "method": "POST",
                "path": "/v1/chat/completions",
                "model": "gpt-5",
                "status": 200,
                "outcome": "completed",
                "decision": "allow",
                "code": "",
                "reason": "",
                "source": "10.0.0.7",
                "findings": {"request": {"EMAIL": 2}, "response": {"PHONE": 1}},
                "tokens": {"input": 7, "output": 9},
                "duration_ms": 1.5,
            }
        ],
    }
    (refused,) = bob["exchanges"]
    assert (refused["decision"], refused["code"], refused["reason"]) == (
        "deny", "policy_denied", "words",
    )  # fmt: skip
    assert {name: unknown[name] for name in ("session", "subject", "agent", "models")} == {
        "session": "", "subject": "", "agent": "", "models": [],
    }  # fmt: skip
    (stranger,) = unknown["exchanges"]
    assert (stranger["code"], stranger["reason"]) == ("invalid_token", "expired")


def test_an_exchange_without_an_answer_yet_says_so(evidence: Evidence) -> None:
    ((row,),) = (
        session["exchanges"] for session in evidence.sessions({"at": "02:59:59", "tz": BERLIN})
    )
    assert (row["status"], row["outcome"], row["duration_ms"], row["tokens"]) == (
        None, None, None, {"input": None, "output": None},
    )  # fmt: skip


def test_one_exchange_with_everything(evidence: Evidence) -> None:
    document = evidence.show("exc_2", BERLIN)
    assert document is not None
    assert document["request"] == "mail the customer"
    assert document["response"] == "I called him"
    assert document["subject"] == "alice"
    assert document["decisions"][0] == {
        "id": "dec_1",
        "phase": "authz",
        "at": "2026-11-23T03:00:00.001+01:00",
        "allowed": True,
        "code": "",
        "reason": "",
        "revision": "r1",
        "duration_ms": 0.21,
    }
    assert [one["id"] for one in document["decisions"]] == ["dec_1", "dec_2"]


def test_one_session_with_everything(evidence: Evidence) -> None:
    document = evidence.show("agt_2", BERLIN)
    assert document is not None
    assert (document["session"], document["models"]) == ("agt_2", ["claude-5", "claude-5[1m]"])
    assert [one["id"] for one in document["exchanges"]] == ["exc_3", "exc_4"]
    assert document["exchanges"][0]["response"] == ""


@pytest.mark.parametrize("id", ["exc_0", "agt_0", "", "' OR 1=1 --"])
def test_what_is_not_there(evidence: Evidence, id: str) -> None:
    assert evidence.show(id) is None


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("e.at >= 1 AND e.at < 2", "exchange_at"),
        ("e.subject = 'alice'", "exchange_subject"),
        ("e.agent_id = 'agt_1'", "exchange_agent"),
        ("e.model = 'gpt-5' AND e.at >= 1 AND e.at < 2", "exchange_model"),
    ],
)
def test_a_question_reads_a_range_of_an_index(
    evidence: Evidence, question: str, index: str
) -> None:
    reader = evidence._records
    assert isinstance(reader, RecordReader)
    plan = reader._db.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM exchange e LEFT JOIN answer a "
        f"ON a.exchange_id = e.exchange_id WHERE {question}"
    ).fetchall()
    assert f"SEARCH e USING INDEX {index} (" in plan[0]["detail"]


def test_a_reader_cannot_write(evidence: Evidence) -> None:
    reader = evidence._records
    assert isinstance(reader, RecordReader)
    with pytest.raises(Exception, match="readonly"):
        reader._db.execute("DELETE FROM exchange")
