"""Answers questions from `audit.db` without ever changing it.

Full text comes from `text.db` as far as that has come, and from the bodies themselves beyond, so
that the answer is exact also a millisecond after a record was written.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from pysqlite3 import dbapi2

from extproc.adapters.sqlite import schema
from extproc.adapters.sqlite.database import Connection, errors, open_for_reading
from extproc.adapters.sqlite.words import bodies_after
from extproc.core.decision import Phase
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome
from extproc.service.questions import ALLOW, DENY, Detail, Found, Question

_BATCH = 500
_ANSWER_COLUMNS = tuple(
    name for name in AnswerRecord.__struct_fields__ if name not in ("body", "chunks")
)
_EXCHANGE_COLUMNS = tuple(name for name in ExchangeRecord.__struct_fields__ if name != "body")
FOUND_COLUMNS = ", ".join(
    [f"e.{name} AS e_{name}" for name in _EXCHANGE_COLUMNS]
    + [f"a.{name} AS a_{name}" for name in _ANSWER_COLUMNS]
)
_FOUND = (
    f"SELECT {FOUND_COLUMNS}"  # noqa: S608 - our own names only
    " FROM exchange e LEFT JOIN answer a ON a.exchange_id = e.exchange_id"
)
_IS_DENIED = (
    "(NOT e.allowed OR (a.exchange_id IS NOT NULL AND (a.code <> '' OR a.outcome = 'refused')))"
)
_CODE = "CASE WHEN ifnull(a.code, '') <> '' THEN a.code ELSE e.code END"


class RecordReader:
    """Safe to use from several threads, one question at a time."""

    def __init__(self, path: Path) -> None:
        """`path`: of audit.db, which must exist. Raises Unavailable("store")."""
        self._path = path
        self._lock = threading.Lock()
        self._db = open_for_reading(path)

    def close(self) -> None:
        self._db.close()

    def find(self, question: Question) -> list[Found]:
        """The exchanges that a question means, in the order in which they started."""
        where, values = conditions(question)
        with self._reading() as db:
            if question.text is not None:
                numbers = self._with_words(db, words_of(question.text))
                where.append(
                    "e.exchange_id IN (SELECT exchange_id FROM body "
                    "WHERE number IN (SELECT value FROM json_each(?)))"
                )
                values.append(msgspec.json.encode(numbers).decode())
            condition = " AND ".join(where) or "1"
            rows = db.execute(f"{_FOUND} WHERE {condition} ORDER BY e.at, e.exchange_id", values)
            return [found_of(row) for row in rows]

    def exchange(self, exchange_id: str) -> Detail | None:
        """Everything about one exchange; None when there is none of that id."""
        with self._reading() as db:
            return next(self._details(db, "e.exchange_id = ?", exchange_id), None)

    def session(self, agent_id: str) -> list[Detail]:
        """Everything about an agent's exchanges, in the order in which they started."""
        with self._reading() as db:
            return list(self._details(db, "e.agent_id = ?", agent_id))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One snapshot for all statements of a question."""
        with self._lock, errors():
            self._db.execute("BEGIN")
            try:
                yield self._db
            finally:
                self._db.execute("COMMIT")

    def _details(self, db: Connection, condition: str, value: str) -> Iterator[Detail]:
        rows = db.execute(
            f"{_FOUND} WHERE {condition} ORDER BY e.at, e.exchange_id",
            (value,),
        ).fetchall()
        for row in rows:
            exchange, answer = _exchange(row), _answer(row)
            for body in db.execute(
                "SELECT * FROM body WHERE exchange_id = ?", (exchange.exchange_id,)
            ):
                content = schema.unpacked(body["content"])
                if body["direction"] == schema.REQUEST:
                    exchange = msgspec.structs.replace(exchange, body=content)
                elif answer is not None:
                    chunks = msgspec.json.decode(
                        schema.unpacked(body["chunks"]) or b"[]", type=tuple[tuple[int, int], ...]
                    )
                    answer = msgspec.structs.replace(answer, body=content, chunks=chunks)
            decisions = db.execute(
                "SELECT * FROM decision WHERE exchange_id = ? ORDER BY at, decision_id",
                (exchange.exchange_id,),
            )
            yield Detail(exchange, answer, [_decision(one) for one in decisions])

    def _with_words(self, db: Connection, query: str) -> list[int]:
        """The numbers of the bodies that hold the words."""
        if not query:
            return []
        (origin,) = db.execute("SELECT id FROM origin").fetchone()
        numbers, covered = self._indexed(origin, query)
        # The rest, by the same engine and the same rules, so that it means the same.
        bodies = bodies_after(db, covered)
        while batch := list(islice(bodies, _BATCH)):
            scratch = dbapi2.connect(":memory:")
            try:
                scratch.execute(schema.WORDS)
                scratch.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", batch)
                numbers += [number for (number,) in scratch.execute(_MATCH, (query,))]
            finally:
                scratch.close()
        return numbers

    def _indexed(self, origin: str, query: str) -> tuple[list[int], int]:
        """What the index knows, and up to which body it knows it. (nothing, 0) without one."""
        path = self._path.with_name(schema.TEXT_FILE)
        if not path.exists():
            return [], 0
        try:
            index = open_for_reading(path)
        except Exception:  # the index only saves time
            return [], 0
        try:
            index.execute("BEGIN")
            known, number = index.execute("SELECT origin, number FROM progress").fetchone()
            if known != origin:
                return [], 0
            return [found for (found,) in index.execute(_MATCH, (query,))], number
        except dbapi2.DatabaseError:
            return [], 0
        finally:
            index.close()


_MATCH = "SELECT rowid FROM words WHERE words MATCH ?"


def conditions(question: Question) -> tuple[list[str], list[Any]]:
    """What must hold of `exchange e` and its `answer a`, and the values; all but the words."""
    where: list[str] = []
    values: list[Any] = []

    def also(condition: str, *bound: Any) -> None:
        where.append(condition)
        values.extend(bound)

    if question.windows:
        also(
            "(" + " OR ".join(["e.at >= ? AND e.at < ?"] * len(question.windows)) + ")",
            *(edge for window in question.windows for edge in window),
        )
    if question.subject is not None:
        also("e.subject = ?", question.subject)
    if question.agent is not None:
        also("(e.agent_id = ? OR e.agent_name = ?)", *[question.agent] * 2)
    if question.model is not None:
        if set(question.model) & set("*?["):
            also("(e.model = ? OR e.model GLOB ?)", question.model, _glob(question.model))
        else:
            also("e.model = ?", question.model)
    if question.client is not None:
        also(
            "(e.agent_id = ? OR e.agent_name = ? OR e.client_id = ? OR e.source = ?)",
            *[question.client] * 4,
        )
    if question.finding is not None:
        also(
            "(json_extract(e.findings, ?) > 0 OR json_extract(a.findings, ?) > 0)",
            *[f'$."{question.finding}"'] * 2,
        )
    if question.decision == ALLOW:
        also(f"NOT {_IS_DENIED}")
    elif question.decision == DENY:
        also(_IS_DENIED)
    elif question.decision is not None:
        also(f"{_CODE} = ?", question.decision)
    return where, values


def words_of(text: str) -> str:
    """What a person typed, as an FTS5 query that cannot be anything but words and phrases.

    Every word must be there; words in double quotes must follow each other. Nothing else has a
    meaning: an operator of FTS5 is a word like any other.
    """
    phrases = [quoted or word for quoted, word in re.findall(r'"([^"]*)"|([^\s"]+)', text)]
    # A phrase without a letter or digit has no token, and would match nothing.
    return " ".join(
        f'"{phrase.replace(chr(0), " ")}"'
        for phrase in phrases
        if any(character.isalnum() for character in phrase)
    )


def _glob(pattern: str) -> str:
    # SQLite writes "none of these" as [^…].
    return pattern.replace("[!", "[^")


def found_of(row: Any) -> Found:
    """Of a row with `FOUND_COLUMNS`."""
    return Found(_exchange(row), _answer(row))


def _columns(row: Any, prefix: str, names: tuple[str, ...]) -> dict[str, Any]:
    columns = {name: row[prefix + name] for name in names}
    for name in ("findings", "timings"):
        columns[name] = msgspec.json.decode(columns[name], type=dict[str, int])
    return columns


def _exchange(row: Any) -> ExchangeRecord:
    columns = _columns(row, "e_", _EXCHANGE_COLUMNS)
    for name in ("stream", "allowed"):
        columns[name] = bool(columns[name])
    return ExchangeRecord(**columns)


def _answer(row: Any) -> AnswerRecord | None:
    if row["a_exchange_id"] is None:
        return None
    columns = _columns(row, "a_", _ANSWER_COLUMNS)
    columns["outcome"] = Outcome(columns["outcome"])
    return AnswerRecord(**columns)


def _decision(row: Any) -> DecisionRecord:
    columns = {name: row[name] for name in DecisionRecord.__struct_fields__}
    columns["phase"] = Phase(columns["phase"])
    columns["allowed"] = bool(columns["allowed"])
    return DecisionRecord(**columns)
