"""Who is running: the leases, one row an agent, in `state.db`.

A lease is free again when it was ended, when it expired, and when its agent was idle for too
long. All counting happens under the write lock, so a race for the last slot has one winner,
across threads and processes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from extproc.adapters.sqlite.bell import Bell
from extproc.adapters.sqlite.database import (
    Connection,
    Migration,
    errors,
    open_for_writing,
    transaction,
)
from extproc.core.decision import RETRY_AFTER_MAX, Code, Refused, Unavailable
from extproc.core.identity import Agent

FILE = "state.db"
Agents = list[Agent]
"""Named here because the store's own `list` hides the type inside the class."""

_SCHEMA: tuple[Migration, ...] = (
    (
        """CREATE TABLE agent (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            groups TEXT NOT NULL,
            client_id TEXT NOT NULL,
            parent TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            idle_timeout INTEGER NOT NULL,
            models TEXT NOT NULL,
            ended_at INTEGER,
            end_reason TEXT NOT NULL,
            changed INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX agent_active ON agent (subject) WHERE ended_at IS NULL",
        "CREATE INDEX agent_child ON agent (parent) WHERE ended_at IS NULL",
        "CREATE INDEX agent_changed ON agent (changed)",
        # Counts the starts and ends, not the traffic; agent.changed is its value at the change.
        "CREATE TABLE epoch (number INTEGER NOT NULL) STRICT",
        "INSERT INTO epoch VALUES (0)",
    ),
)

_COLUMNS = Agent.__struct_fields__
_INSERT = (
    f"INSERT INTO agent ({', '.join(_COLUMNS)}, changed) "  # noqa: S608 - our own field names
    f"VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})"
)
_END = """
    WITH RECURSIVE family (id) AS (
        VALUES (?)
        UNION
        SELECT agent.id FROM agent JOIN family ON agent.parent = family.id
        WHERE agent.ended_at IS NULL
    )
    UPDATE agent SET ended_at = ?, end_reason = ?, changed = ?
    WHERE id IN family AND ended_at IS NULL
    RETURNING *"""
_DUE = """
    SELECT id, expires_at FROM agent
    WHERE ended_at IS NULL AND (expires_at <= :now OR last_seen + idle_timeout <= :now)"""


class AgentStore:
    """Leases in `state.db`; safe to use from several threads. Times are microseconds.

    Every method raises Unavailable("store") when the file cannot answer in bounded time.
    """

    def __init__(self, path: Path) -> None:
        """`path`: the database file; created when it is missing."""
        self._db = open_for_writing(path, _SCHEMA)
        self._lock = threading.Lock()
        self._watch = open_for_writing(path, _SCHEMA)
        self._watch_lock = threading.Lock()
        self._epoch = 0
        self._path = path
        self._is_lost = False
        with errors():
            self._file = path.stat().st_ino
        self._hang_bell()

    def close(self) -> None:
        self._db.close()
        self._watch.close()
        self._bell.close()

    def start(self, agent: Agent, per_subject: int, total: int, now: int) -> None:
        """Take a lease. Raises Refused(AGENT_LIMIT), or REVOKED when its parent has ended."""
        with self._writing() as db:
            epoch = self._next_epoch(db)
            ended = self._end_due(db, now, epoch)
            refused = self._refusal(db, agent, per_subject, total, now)
            if refused is None:
                db.execute(_INSERT, (*_row(agent), epoch))
            elif not ended:
                raise refused
        # After the commit: what was swept stays swept, whether or not this lease was given.
        if refused is not None:
            raise refused

    def end(self, agent_id: str, reason: str, now: int) -> bool:
        """End a lease and those of its children. False when it was not running."""
        with self._writing() as db:
            return bool(self._end(db, agent_id, reason, now, self._next_epoch(db)))

    def touch(self, seen: Mapping[str, int]) -> None:
        """Note when agents were last heard of. One that has ended stays ended."""
        if not seen:
            return
        with self._writing() as db:
            db.executemany(
                "UPDATE agent SET last_seen = max(last_seen, ?) WHERE id = ? AND ended_at IS NULL",
                [(moment, agent_id) for agent_id, moment in seen.items()],
            )

    def sweep(self, now: int) -> Agents:
        """End what has expired or was idle for too long; returns what it ended."""
        self._look_at_files()
        with self._lock, errors():
            # Most sweeps find nothing; they need no write lock and no sync to the disk.
            if self._db.execute(_DUE, {"now": now}).fetchone() is None:
                return []
        with self._writing() as db:
            return self._end_due(db, now, self._next_epoch(db))

    def get(self, agent_id: str) -> Agent | None:
        # Of the connection that never writes: the event loop asks, and must not wait for a write.
        with self._watch_lock, errors():
            row = self._watch.execute("SELECT * FROM agent WHERE id = ?", (agent_id,)).fetchone()
        return None if row is None else _agent(row)

    def list(self, subject: str | None = None, active_only: bool = True) -> Agents:
        """Agents in the order of their start. Active: not ended, though it may be due."""
        where = " AND ".join(
            ["1"]
            + ["subject = :subject"] * (subject is not None)
            + ["ended_at IS NULL"] * active_only
        )
        with self._lock, errors():
            rows = self._db.execute(
                f"SELECT * FROM agent WHERE {where} ORDER BY started_at, id",  # noqa: S608
                {"subject": subject},
            ).fetchall()
        return [_agent(row) for row in rows]

    def active(self) -> dict[str, Agent]:
        """Every agent that has not ended, by id."""
        return {agent.id: agent for agent in self.list()}

    def changes(self) -> int:
        """A number that grows when an agent starts or ends, in whichever process."""
        if self._is_lost:
            raise Unavailable("store", f"{self._path.name} was deleted or replaced; restart")
        if self._bell.number != self._epoch:
            with self._watch_lock, errors():
                (self._epoch,) = self._watch.execute("SELECT number FROM epoch").fetchone()
        return self._epoch

    def changed(self, since: int) -> Agents:
        """The agents that started or ended after `changes()` was `since`, as they are."""
        with self._watch_lock, errors():
            rows = self._watch.execute("SELECT * FROM agent WHERE changed > ?", (since,)).fetchall()
        return [_agent(row) for row in rows]

    def beat(self, moment: int) -> None:
        """Say that the leases are looked after: swept, from a store that answers.

        `moment`: microseconds of the machine's monotonic clock, which all its processes share.
        """
        self._bell.beat(moment)

    def heard(self) -> int:
        """The moment of the last `beat`, in whichever process; 0 when there was none."""
        return self._bell.beaten

    def _hang_bell(self) -> None:
        bell_path = self._path.with_suffix(".epoch")
        with errors():
            # The old one, if there is one, may be in another thread's hand: it is not closed.
            self._bell = Bell(bell_path)
        with self._writing() as db:
            (number,) = db.execute("SELECT number FROM epoch").fetchone()
            # Who rang the old one in the meantime is heard now: the number is another.
            self._bell.ring(number)

    def _look_at_files(self) -> None:
        """Others open the files anew, by their names. When those are other files by now, what
        they write is not seen here, and the other way round."""
        try:
            self._is_lost = self._path.stat().st_ino != self._file
        except OSError:
            self._is_lost = True
        if self._is_lost:
            raise Unavailable("store", f"{self._path.name} was deleted or replaced; restart")
        with errors():
            is_hung = self._bell.is_at(self._path.with_suffix(".epoch"))
        if not is_hung:
            self._hang_bell()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, errors(), transaction(self._db) as db:
            yield db

    def _next_epoch(self, db: Connection) -> int:
        """The epoch of this transaction's changes."""
        (number,) = db.execute("UPDATE epoch SET number = number + 1 RETURNING number").fetchone()
        self._bell.ring(number)
        return int(number)

    def _end_due(self, db: Connection, now: int, epoch: int) -> Agents:
        ended: Agents = []
        for row in db.execute(_DUE, {"now": now}).fetchall():
            reason = "expired" if row["expires_at"] <= now else "idle"
            ended += self._end(db, row["id"], reason, now, epoch)
        return ended

    @staticmethod
    def _end(db: Connection, agent_id: str, reason: str, now: int, epoch: int) -> Agents:
        return [_agent(row) for row in db.execute(_END, (agent_id, now, reason, epoch)).fetchall()]

    @staticmethod
    def _refusal(
        db: Connection, agent: Agent, per_subject: int, total: int, now: int
    ) -> Refused | None:
        if agent.parent and not _is_running(db, agent.parent):
            return Refused(Code.REVOKED, "the agent that starts this one has ended")
        for limit, where, message in (
            (
                per_subject,
                "subject = :subject",
                f"subject {agent.subject} has {per_subject} running agents, which is the limit",
            ),
            (total, "1", f"{total} agents are running, which is the limit"),
        ):
            # S608: `where` is one of the two texts above.
            count, next_free = db.execute(
                "SELECT count(*), min(min(expires_at, last_seen + idle_timeout)) "  # noqa: S608
                f"FROM agent WHERE ended_at IS NULL AND {where}",
                {"subject": agent.subject},
            ).fetchone()
            if count >= limit:
                wait = -(-(next_free - now) // 1_000_000)
                return Refused(
                    Code.AGENT_LIMIT, message, retry_after=min(max(wait, 1), RETRY_AFTER_MAX)
                )
        return None


def _is_running(db: Connection, agent_id: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM agent WHERE id = ? AND ended_at IS NULL", (agent_id,)
    ).fetchone()
    return row is not None


def _row(agent: Agent) -> tuple[Any, ...]:
    return tuple(
        msgspec.json.encode(value).decode() if isinstance(value, tuple) else value
        for value in (getattr(agent, name) for name in _COLUMNS)
    )


def _agent(row: Any) -> Agent:
    columns = {name: row[name] for name in _COLUMNS}
    for name in ("groups", "models"):
        columns[name] = tuple(msgspec.json.decode(columns[name], type=list[str]))
    return Agent(**columns)
