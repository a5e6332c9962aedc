"""Who is running: the leases, one row an agent, in `state.db`; and who may not run any more.

A lease is free again when it was ended, when it expired, and when its agent was idle for too
long. All counting happens under the write lock, so a race for the last slot has one winner,
across threads and processes. Whatever ends an agent is on the disk before the bell rings that
tells the other processes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from extproc.adapters.sqlite import limits as limit
from extproc.adapters.sqlite.bell import Bell
from extproc.adapters.sqlite.database import (
    Connection,
    Migration,
    errors,
    open_for_writing,
    transaction,
)
from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Agent
from extproc.service.leases import Limits, Revocation

FILE = "state.db"
LOGGED_OUT_KEPT = 24 * 3600 * 1_000_000
"""Microseconds that a session's end is known: as old as an id token may be."""
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
    (
        "ALTER TABLE agent ADD COLUMN source TEXT NOT NULL DEFAULT 'local'",
        "ALTER TABLE agent ADD COLUMN session TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE agent ADD COLUMN actor TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE agent ADD COLUMN scope TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE agent ADD COLUMN depth INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE agent ADD COLUMN ends_at INTEGER NOT NULL DEFAULT 0",
        """CREATE TABLE revocation (
            subject TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            by TEXT NOT NULL,
            reason TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        # The token itself is nowhere; who reads this file can use none.
        """CREATE TABLE refresh (
            digest BLOB PRIMARY KEY,
            agent_id TEXT NOT NULL,
            used_at INTEGER
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX refresh_agent ON refresh (agent_id)",
        """CREATE TABLE seat (
            agent_id TEXT NOT NULL,
            model TEXT NOT NULL,
            PRIMARY KEY (agent_id, model)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TRIGGER agent_ended AFTER UPDATE OF ended_at ON agent
        WHEN new.ended_at IS NOT NULL
        BEGIN
            DELETE FROM refresh WHERE agent_id = new.id;
            DELETE FROM seat WHERE agent_id = new.id;
        END""",
    ),
    (
        "ALTER TABLE agent ADD COLUMN binding TEXT NOT NULL DEFAULT 'bearer'",
        "ALTER TABLE agent ADD COLUMN confirmation TEXT NOT NULL DEFAULT ''",
    ),
    (
        """CREATE TABLE logged_out (
            issuer TEXT NOT NULL,
            session TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (issuer, session)
        ) STRICT, WITHOUT ROWID""",
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

    def start(self, agent: Agent, limits: Limits, now: int) -> Agents:
        """Take a lease; returns whom it evicted.

        Raises Refused: AGENT_LIMIT, or REVOKED when the subject is or its parent has ended.
        """
        with self._writing() as db:
            epoch = self._next_epoch(db)
            due = self._end_due(db, now, epoch)
            refused, evicted = self._make_room(db, agent, limits, now, epoch)
            if refused is None:
                db.execute(_INSERT, (*_row(agent), epoch))
            elif not due:
                raise refused
        # After the commit: what was swept stays swept, whether or not this lease was given.
        if refused is not None:
            raise refused
        return evicted

    def seat(self, agent_id: str, model: str, most: int, now: int) -> None:
        """Count an agent among those that call a model. Raises Refused: AGENT_LIMIT, REVOKED."""
        with self._writing() as db:
            if refused := limit.seat_refusal(db, agent_id, model, most, now):
                raise refused
            db.execute("INSERT OR IGNORE INTO seat VALUES (?, ?)", (agent_id, model))

    def end(self, agent_id: str, reason: str, now: int) -> bool:
        """End a lease and those of its children. False when it was not running."""
        with self._writing() as db:
            return bool(self._end(db, agent_id, reason, now, self._next_epoch(db)))

    def end_session(self, issuer: str, subject: str, session: str, now: int) -> Agents:
        """End what an issuer's session started, or all of its subject's when it names none."""
        if not (subject or session):
            return []
        with self._writing() as db:
            if session:
                db.execute("DELETE FROM logged_out WHERE at <= ?", (now - LOGGED_OUT_KEPT,))
                db.execute(
                    "INSERT OR REPLACE INTO logged_out VALUES (?, ?, ?)", (issuer, session, now)
                )
            rows = db.execute(
                "SELECT id FROM agent WHERE ended_at IS NULL AND issuer = :issuer "
                "AND :subject IN ('', subject) AND :session IN ('', session)",
                {"issuer": issuer, "subject": subject, "session": session},
            ).fetchall()
            return self._end_all(db, rows, "logged out", now)

    def revoke(self, revocation: Revocation) -> Agents:
        """End all agents of a subject and let it start none. The first revocation stands."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO revocation VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                msgspec.structs.astuple(revocation),
            )
            rows = db.execute(
                "SELECT id FROM agent WHERE ended_at IS NULL AND subject = ?",
                (revocation.subject,),
            ).fetchall()
            return self._end_all(db, rows, "revoked", revocation.at)

    def restore(self, subject: str) -> bool:
        with self._writing() as db:
            gone = db.execute("DELETE FROM revocation WHERE subject = ? RETURNING 1", (subject,))
            return gone.fetchone() is not None

    def is_out(self, subject: str, issuer: str, session: str) -> bool:
        with self._lock, errors():
            return limit.revoked(self._db, subject) or limit.logged_out(self._db, issuer, session)

    def revocations(self) -> Sequence[Revocation]:
        with self._lock, errors():
            rows = self._db.execute("SELECT * FROM revocation ORDER BY at, subject").fetchall()
        return [Revocation(**dict(row)) for row in rows]

    def keep_refresh(self, digest: bytes, agent_id: str) -> None:
        with self._writing() as db:
            db.execute("INSERT INTO refresh VALUES (?, ?, NULL)", (digest, agent_id))

    def holder(self, digest: bytes) -> str | None:
        with self._lock, errors():
            row = self._db.execute(
                "SELECT agent_id FROM refresh WHERE digest = ?", (digest,)
            ).fetchone()
        return None if row is None else str(row["agent_id"])

    def renew(self, old: bytes, new: bytes, ttl: int, now: int) -> Agent:
        """Extend a lease by a refresh token, which `new` replaces.

        Raises Refused: INVALID_TOKEN when it is unknown, REVOKED when it was used before, which
        ends the agent: one of the two who used it is a thief, and nobody can tell which.
        """
        with self._writing() as db:
            token = db.execute("SELECT * FROM refresh WHERE digest = ?", (old,)).fetchone()
            if token is None:
                raise Refused(Code.INVALID_TOKEN, "the refresh token is not known, or has ended")
            agent_id, epoch = token["agent_id"], self._next_epoch(db)
            is_reused = token["used_at"] is not None
            if is_reused:
                self._end(db, agent_id, "reused", now, epoch)
            else:
                row = self._renewed(db, agent_id, ttl, now, epoch)
                if row is None:
                    raise Refused(Code.REVOKED, "the refresh token's agent no longer runs")
                db.execute("UPDATE refresh SET used_at = ? WHERE digest = ?", (now, old))
                db.execute("INSERT INTO refresh VALUES (?, ?, NULL)", (new, agent_id))
        if is_reused:
            raise Refused(Code.REVOKED, "the refresh token was used before; its agent was ended")
        return _agent(row)

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

    def _end_all(self, db: Connection, rows: Sequence[Any], reason: str, now: int) -> Agents:
        if not rows:
            return []
        epoch = self._next_epoch(db)
        return [agent for row in rows for agent in self._end(db, row["id"], reason, now, epoch)]

    @staticmethod
    def _renewed(db: Connection, agent_id: str, ttl: int, now: int, epoch: int) -> Any:
        return db.execute(
            "UPDATE agent SET expires_at = max(expires_at, min(:until, ends_at)), "
            "last_seen = max(last_seen, :now), changed = :epoch "
            "WHERE id = :id AND ended_at IS NULL AND expires_at > :now AND ends_at > :now "
            "RETURNING *",
            {"until": now + ttl, "now": now, "epoch": epoch, "id": agent_id},
        ).fetchone()

    @staticmethod
    def _end(db: Connection, agent_id: str, reason: str, now: int, epoch: int) -> Agents:
        return [_agent(row) for row in db.execute(_END, (agent_id, now, reason, epoch)).fetchall()]

    def _make_room(
        self, db: Connection, agent: Agent, limits: Limits, now: int, epoch: int
    ) -> tuple[Refused | None, Agents]:
        """Why the agent may not start, and whom it evicted."""
        evicted: Agents = []
        if refused := limit.standing(db, agent):
            return refused, evicted
        # Each turn ends one agent, or is the last one.
        while full := limit.reached(db, agent, limits, now):
            refused, idlest = full
            if not (limits.evicts and idlest):
                if evicted:
                    # One limit could be met at another's cost only; nobody is ended for nothing.
                    raise refused
                return refused, evicted
            evicted += self._end(db, idlest, "evicted", now, epoch)
        return None, evicted


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
