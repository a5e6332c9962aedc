"""Pages of `audit.db`, the newest rows first: each read in milliseconds from a million exchanges.

An index in the order of time exists for each thing that one asks by, and for what is rare a table
of marks (`schema`). The one that leaves least to look through is walked backwards from where the
last page ended, and everything else that was asked for is looked at on the way.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from pysqlite3 import dbapi2

from extproc.adapters.sqlite import schema
from extproc.adapters.sqlite.database import Connection, open_for_reading
from extproc.adapters.sqlite.queries import (
    FOUND_COLUMNS,
    RecordReader,
    conditions,
    found_of,
    words_of,
)
from extproc.adapters.sqlite.words import bodies_after
from extproc.core.decision import Unavailable
from extproc.core.record import EventKind, EventRecord
from extproc.service.browsing import Cursor, Extent, Tally
from extproc.service.moments import BadQuestion
from extproc.service.questions import ALLOW, Found, Question

MOST_SECONDS = 5.0
"""For one page; then whoever asks is told to ask for less."""
_TOO_LONG = "this takes too long to answer; name a time, or one thing more"
_STEPS = 20_000
"""Of SQLite's machine, between two looks at the clock."""
_FEW = 20_000
"""Rows of an index that are counted, to choose among several."""
_MANY = 4_000
"""Bodies with the words; with more of them, exchanges are walked and asked for the words."""
_STRIDE = 1_000
_MODELS = 64
_TALLIED = 10_000
_NEVER = (1 << 63) - 1
_PLACE = "e.at AS e_at, e.exchange_id AS e_exchange_id"
_INDEX = {
    "at": "exchange_at",
    "subject": "exchange_subject",
    "agent_id": "exchange_agent",
    "agent_name": "exchange_agent_name",
    "client_id": "exchange_client",
    "source": "exchange_source",
    "model": "exchange_model",
}


class _Branch(NamedTuple):
    """One index and the value to look up in it. Its rows are in the order of time."""

    column: str
    """Of `exchange`; `at` for all; `mark` for the marks."""
    value: str = ""

    @property
    def table(self) -> str:
        """The order of the joins is ours, not the planner's: it knows nothing of how much."""
        if self.column == "mark":
            return "mark k CROSS JOIN exchange e ON e.exchange_id = k.exchange_id"
        return f"exchange e INDEXED BY {_INDEX[self.column]}"

    @property
    def order(self) -> str:
        return "k" if self.column == "mark" else "e"

    @property
    def condition(self) -> tuple[str, list[Any]]:
        if self.column == "at":
            return "1", []
        name = "k.name" if self.column == "mark" else f"e.{self.column}"
        return f"{name} = ?", [self.value]


class RecordPages(RecordReader):
    """Fulfils service.browsing.Shelf. Safe to use from several threads, one question at a time."""

    _until = 0.0

    def page(
        self, question: Question, before: Cursor | None, limit: int, session: str | None = None
    ) -> tuple[Sequence[Found], Cursor | None]:
        where, values = conditions(question)
        if session is not None:
            where.append("e.agent_id = ?")
            values.append(session)
        with self._in_time() as db:
            branches = self._best(db, question, before, session)
            if question.text is not None:
                words = words_of(question.text)
                numbers, tail = self._some_with_words(db, words)
                if len(numbers) <= _MANY:
                    return self._of_bodies(db, numbers | tail, where, values, before, limit)
                return self._walk(db, words, tail, branches, where, values, before, limit)
            found = self._rows(db, branches, where, values, before, limit)
        rows = [found_of(row) for row in found]
        return rows, _cursor_of(rows[-1]) if len(rows) == limit else None

    def extent(self, session: str) -> Extent:
        with self._in_time() as db:
            count, first, last = db.execute(
                "SELECT count(*), ifnull(min(at), 0), ifnull(max(at), 0) "
                "FROM exchange INDEXED BY exchange_agent WHERE agent_id = ?",
                (session,),
            ).fetchone()
            newest = self._rows(db, [_Branch("agent_id", session)], [], [], None, 1)
        return Extent(first, last, count, found_of(newest[0]) if newest else None)

    def tallies(self, since: int) -> Sequence[Tally]:
        with self._in_time() as db:
            first = db.execute(
                "SELECT exchange_id FROM exchange INDEXED BY exchange_at WHERE at >= ? "
                "ORDER BY at LIMIT 1",
                (since,),
            ).fetchone()
            if first is None:
                return []
            # Ids of exchanges are in the order of time, and the key of decisions begins with them.
            rows = db.execute(
                "SELECT phase, allowed, code, reason, revision, count(*), max(exchange_id) FROM "
                "(SELECT * FROM decision WHERE exchange_id >= ? AND at >= ? "
                "ORDER BY exchange_id DESC LIMIT ?) "
                "GROUP BY phase, allowed, code, reason, revision ORDER BY 6 DESC, 1, 3, 4 LIMIT ?",
                (first["exchange_id"], since, _TALLIED, _MODELS),
            ).fetchall()
        return [Tally(row[0], bool(row[1]), *row[2:]) for row in rows]

    def exchange_of(self, decision_id: str) -> str | None:
        with self._in_time() as db:
            row = db.execute(
                "SELECT exchange_id FROM decision INDEXED BY decision_id WHERE decision_id = ?",
                (decision_id,),
            ).fetchone()
        return None if row is None else str(row["exchange_id"])

    def events(self, before: Cursor | None, limit: int) -> Sequence[EventRecord]:
        with self._in_time() as db:
            rows = db.execute(
                "SELECT * FROM event WHERE (at, event_id) < (?, ?) "
                "ORDER BY at DESC, event_id DESC LIMIT ?",
                (*(before or (_NEVER, "")), limit),
            ).fetchall()
        return [EventRecord(**{**dict(row), "kind": EventKind(row["kind"])}) for row in rows]

    def span(self) -> tuple[int, int]:
        with self._in_time() as db:
            (oldest,) = db.execute("SELECT ifnull(min(at), 0) FROM exchange").fetchone()
            (newest,) = db.execute("SELECT ifnull(max(at), 0) FROM exchange").fetchone()
        return oldest, newest

    @contextmanager
    def _in_time(self) -> Iterator[Connection]:
        until = math.inf
        try:
            with self._reading() as db:
                # From now on: who waited for another's question loses nothing by it.
                until = self._until = time.monotonic() + MOST_SECONDS
                db.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
                try:
                    yield db
                finally:
                    db.set_progress_handler(None, 0)
        except Unavailable:
            if time.monotonic() > until:
                raise BadQuestion(_TOO_LONG) from None
            raise

    def _best(
        self, db: Connection, question: Question, before: Cursor | None, session: str | None
    ) -> list[_Branch]:
        """The index, or the few, with the fewest rows to look through."""
        start, end = _bounds(question, before)
        best: tuple[int, list[_Branch]] | None = None
        for branches in self._ways(db, question, session):
            count = 0
            for branch in branches:
                condition, values = branch.condition
                table = "mark k" if branch.column == "mark" else branch.table
                (some,) = db.execute(
                    f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {condition} "  # noqa: S608
                    f"AND {branch.order}.at >= ? AND {branch.order}.at <= ? LIMIT {_FEW})",
                    (*values, start, end),
                ).fetchone()
                count += some
            if best is None or count < best[0]:
                best = count, branches
        assert best is not None
        return best[1]

    def _ways(
        self, db: Connection, question: Question, session: str | None
    ) -> Iterator[list[_Branch]]:
        """All that it can be answered by; where two are long, the better one comes first."""
        if session is not None:
            yield [_Branch("agent_id", session)]
        if question.decision not in (None, ALLOW):
            assert question.decision is not None
            yield [_Branch("mark", question.decision)]
        if question.finding is not None:
            yield [_Branch("mark", question.finding)]
        if question.agent is not None:
            yield [_Branch(name, question.agent) for name in ("agent_id", "agent_name")]
        if question.client is not None:
            names = ("agent_id", "agent_name", "client_id", "source")
            yield [_Branch(name, question.client) for name in names]
        if question.subject is not None:
            yield [_Branch("subject", question.subject)]
        if question.model is not None and (models := self._models(db, question)) is not None:
            yield [_Branch("model", name) for name in models]
        yield [_Branch("at")]

    def _models(self, db: Connection, question: Question) -> list[str] | None:
        """The recorded names that a glob matches; None when there are too many to name them."""
        assert question.model is not None
        if not set(question.model) & set("*?["):
            return [question.model]
        # From one name to the next through the index: as many steps as there are names.
        names = [
            name
            for (name,) in db.execute(
                "WITH RECURSIVE each (name) AS (SELECT min(model) FROM exchange UNION ALL "
                "SELECT (SELECT min(model) FROM exchange WHERE model > each.name) FROM each "
                "WHERE each.name IS NOT NULL) SELECT name FROM each LIMIT ?",
                (20 * _MODELS,),
            )
        ]
        where, values = conditions(Question(model=question.model))
        matching = [
            name
            for name in names
            if name is not None
            and db.execute(
                f"SELECT 1 FROM (SELECT ? AS model) e WHERE {where[0]}",  # noqa: S608
                (name, *values),
            ).fetchone()
        ]
        is_whole = names[-1] is None
        return matching if is_whole and len(matching) <= _MODELS else None

    def _rows(
        self,
        db: Connection,
        branches: Sequence[_Branch],
        where: Sequence[str],
        values: Sequence[Any],
        before: Cursor | None,
        limit: int,
        columns: str = FOUND_COLUMNS,
    ) -> list[Any]:
        """The newest rows of all branches together that fulfil the conditions."""
        found: dict[str, Any] = {}
        for branch in branches:
            condition, value = branch.condition
            order = branch.order
            rows = db.execute(
                f"SELECT {columns} FROM {branch.table} "  # noqa: S608 - our own names only
                "LEFT JOIN answer a ON a.exchange_id = e.exchange_id "
                f"WHERE {' AND '.join([condition, *where])} "
                f"AND ({order}.at, {order}.exchange_id) < (?, ?) "
                f"ORDER BY {order}.at DESC, {order}.exchange_id DESC LIMIT ?",
                (*value, *values, *(before or (_NEVER, "")), limit),
            )
            for row in rows:
                found[row["e_exchange_id"]] = row
        ordered = sorted(
            found.values(), key=lambda row: (row["e_at"], row["e_exchange_id"]), reverse=True
        )
        return ordered[:limit]

    # -- words -----------------------------------------------------------------------------

    def _some_with_words(self, db: Connection, query: str) -> tuple[set[int], set[int]]:
        """Bodies with the words: as many as `_MANY` and one that the index knows, and those that it
        does not know yet."""
        if not query:
            return set(), set()
        index, covered = self._index(db)
        try:
            known: set[int] = set()
            if index is not None:
                known = {
                    number
                    for (number,) in index.execute(
                        "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (query, _MANY + 1)
                    )
                }
        except dbapi2.DatabaseError:
            known, covered = set(), 0
        finally:
            if index is not None:
                index.close()
        return known, self._tail(db, query, covered)

    def _of_bodies(
        self,
        db: Connection,
        numbers: set[int],
        where: Sequence[str],
        values: Sequence[Any],
        before: Cursor | None,
        limit: int,
    ) -> tuple[list[Found], Cursor | None]:
        # The place alone: SQLite leaves out the answers then, unless something is asked of them.
        rows = db.execute(
            f"SELECT {_PLACE} FROM (SELECT DISTINCT exchange_id FROM body "  # noqa: S608
            "WHERE number IN (SELECT value FROM json_each(?))) t "
            "CROSS JOIN exchange e ON e.exchange_id = t.exchange_id "
            "LEFT JOIN answer a ON a.exchange_id = e.exchange_id "
            f"WHERE {' AND '.join([*where, '(e.at, e.exchange_id) < (?, ?)'])} "
            "ORDER BY e.at DESC, e.exchange_id DESC LIMIT ?",
            (
                msgspec.json.encode(sorted(numbers)).decode(),
                *values,
                *(before or (_NEVER, "")),
                limit,
            ),
        ).fetchall()
        found = self._found(db, [row["e_exchange_id"] for row in rows])
        return found, _cursor_of(found[-1]) if len(found) == limit else None

    def _walk(
        self,
        db: Connection,
        query: str,
        tail: set[int],
        branches: Sequence[_Branch],
        where: Sequence[str],
        values: Sequence[Any],
        before: Cursor | None,
        limit: int,
    ) -> tuple[list[Found], Cursor | None]:
        """Words that are in many bodies: go through the exchanges, and look which have them.

        Within half of the time, then the page is a short one and the next goes on from there.
        """
        until = time.monotonic() + MOST_SECONDS / 2
        index, _ = self._index(db)
        assert index is not None
        ids: list[str] = []
        following: Cursor | None = None
        try:
            while len(ids) < limit:
                rows = self._rows(db, branches, where, values, before, _STRIDE, _PLACE)
                with_words = self._having(db, index, query, tail, rows)
                ids += [row["e_exchange_id"] for row in rows if row["e_exchange_id"] in with_words]
                following = Cursor(*rows[-1]) if len(rows) == _STRIDE else None
                if following is None or time.monotonic() > until:
                    break
                before = following
        finally:
            index.close()
        found = self._found(db, ids[:limit])
        if len(ids) >= limit:
            following = _cursor_of(found[-1])
        return found, following

    def _found(self, db: Connection, ids: Sequence[str]) -> list[Found]:
        """These exchanges, the newest first."""
        rows = db.execute(
            f"SELECT {FOUND_COLUMNS} FROM json_each(?) CROSS JOIN exchange e "  # noqa: S608
            "ON e.exchange_id = value LEFT JOIN answer a ON a.exchange_id = e.exchange_id "
            "ORDER BY e.at DESC, e.exchange_id DESC",
            (msgspec.json.encode(list(ids)).decode(),),
        )
        return [found_of(row) for row in rows]

    def _having(
        self, db: Connection, index: Connection, query: str, tail: set[int], rows: Sequence[Any]
    ) -> set[str]:
        """Those of the exchanges that have a body with the words."""
        ids = msgspec.json.encode([row["e_exchange_id"] for row in rows]).decode()
        bodies = dict(
            db.execute(
                "SELECT number, exchange_id FROM json_each(?) CROSS JOIN body "
                "ON body.exchange_id = value",
                (ids,),
            ).fetchall()
        )
        if not bodies:
            return set()
        matching = index.execute(
            "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?",
            (query, min(bodies), max(bodies)),
        )
        return {
            bodies[number]
            for number in {*(number for (number,) in matching), *tail}
            if number in bodies
        }

    def _index(self, db: Connection) -> tuple[Connection | None, int]:
        """The index of words, and up to which body it goes; (None, 0) without a good one."""
        path = self._path.with_name(schema.TEXT_FILE)
        if not path.exists():
            return None, 0
        (origin,) = db.execute("SELECT id FROM origin").fetchone()
        index = open_for_reading(path)
        try:
            index.execute("BEGIN")
            known, number = index.execute("SELECT origin, number FROM progress").fetchone()
        except dbapi2.DatabaseError:
            known, number = "", 0
        if known != origin:
            index.close()
            return None, 0
        return index, number

    def _tail(self, db: Connection, query: str, covered: int) -> set[int]:
        """By the same engine and the same rules as the index, so that it means the same."""
        found: set[int] = set()
        bodies = bodies_after(db, covered)
        while batch := list(islice(bodies, _STRIDE)):
            if time.monotonic() > self._until:
                raise BadQuestion(_TOO_LONG)
            scratch = dbapi2.connect(":memory:")
            try:
                scratch.execute(schema.WORDS)
                scratch.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", batch)
                matching = scratch.execute(
                    "SELECT rowid FROM words WHERE words MATCH ?", (query,)
                ).fetchall()
                found |= {number for (number,) in matching}
            finally:
                scratch.close()
        return found


def _cursor_of(found: Found) -> Cursor:
    return Cursor(found.exchange.at, found.exchange.exchange_id)


def _bounds(question: Question, before: Cursor | None) -> tuple[int, int]:
    """Between which moments all that is meant began."""
    starts, ends = zip(*question.windows, strict=True) if question.windows else ((0,), (_NEVER,))
    return max(0, min(starts)), min(max(ends), before.at if before else _NEVER)
