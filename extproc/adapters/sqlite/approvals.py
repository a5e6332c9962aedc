"""Held calls and what people decided about them: `approvals.db`.

One row a case; who voted stands apart, one row a person, so that nobody votes twice. A grant's use
is taken in the same transaction in which it is looked for: of two that ask at once, one gets it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
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
from extproc.core.approval import ApprovalState, Conditions, Grant, Held, is_met
from extproc.core.decision import Code, Refused
from extproc.service.approvals import Case, Choice, Vote

FILE = "approvals.db"
Cases = Sequence[Case]

_SCHEMA: tuple[Migration, ...] = (
    (
        """CREATE TABLE approval (
            id TEXT PRIMARY KEY,
            digest BLOB NOT NULL,
            state TEXT NOT NULL,
            agent_id TEXT NOT NULL,
            asked_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            decided_at INTEGER,
            held BLOB NOT NULL,
            conditions BLOB NOT NULL,
            uses_left INTEGER NOT NULL,
            granted_until INTEGER NOT NULL,
            is_glass INTEGER NOT NULL,
            reviewed_by TEXT NOT NULL,
            announced INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX approval_digest ON approval (digest, asked_at)",
        "CREATE INDEX approval_pending ON approval (expires_at) WHERE state = 'pending'",
        "CREATE INDEX approval_agent ON approval (agent_id) WHERE state = 'pending'",
        "CREATE INDEX approval_new ON approval (asked_at) WHERE announced = 0",
        "CREATE INDEX approval_asked ON approval (asked_at)",
        """CREATE TABLE vote (
            approval_id TEXT NOT NULL,
            voter TEXT NOT NULL,
            vote BLOB NOT NULL,
            PRIMARY KEY (approval_id, voter)
        ) STRICT, WITHOUT ROWID""",
        # Which call passed by which grant.
        """CREATE TABLE used (
            approval_id TEXT NOT NULL,
            exchange_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (approval_id, exchange_id)
        ) STRICT, WITHOUT ROWID""",
        "CREATE TABLE epoch (number INTEGER NOT NULL) STRICT",
        "INSERT INTO epoch VALUES (0)",
    ),
)
_WAITS = ApprovalState.PENDING


class ApprovalStore:
    """Fulfils service.approvals.Approvals. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        """`path`: the database file; created when it is missing. Raises Unavailable("store")."""
        self._db = open_for_writing(path, _SCHEMA)
        self._lock = threading.Lock()
        self._watch = open_for_writing(path, _SCHEMA)
        self._watch_lock = threading.Lock()
        self._epoch = 0
        with errors():
            self._bell = Bell(path.with_suffix(".epoch"))
        with self._writing() as db:
            (number,) = db.execute("SELECT number FROM epoch").fetchone()
            self._bell.ring(number)

    def close(self) -> None:
        self._db.close()
        self._watch.close()
        self._bell.close()

    def ask(self, held: Held, id: str, now: int, ttl: int, most_pending: int) -> Case | Grant:
        with self._writing() as db:
            row = db.execute(
                "SELECT id FROM approval WHERE digest = ? AND state = ? AND uses_left > 0 "
                "AND granted_until > ? ORDER BY asked_at LIMIT 1",
                (held.digest, ApprovalState.APPROVED, now),
            ).fetchone()
            if row is not None and (grant := self._take(db, row["id"], held.exchange_id, now)):
                return grant
            known = db.execute(
                # A no stands for as long as a question would.
                "SELECT * FROM approval WHERE digest = :digest AND (state = 'pending' AND "
                "expires_at > :now OR state = 'denied' AND decided_at > :now - :ttl) "
                "ORDER BY asked_at DESC LIMIT 1",
                {"digest": held.digest, "now": now, "ttl": ttl},
            ).fetchone()
            if known is not None:
                return self._case(db, known)
            (pending,) = db.execute(
                "SELECT count(*) FROM approval WHERE agent_id = ? AND state = 'pending'",
                (held.agent_id,),
            ).fetchone()
            if pending >= most_pending:
                raise Refused(
                    Code.RATE_LIMITED,
                    f"{pending} calls of this agent wait for a person already",
                    retry_after=30,
                )
            db.execute(
                "INSERT INTO approval VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, 0, 0, 0, '', 0)",
                (
                    id,
                    held.digest,
                    _WAITS,
                    held.agent_id,
                    now,
                    now + ttl,
                    msgspec.json.encode(held),
                    msgspec.json.encode(Conditions()),
                ),
            )
            self._ring(db)
            row = db.execute("SELECT * FROM approval WHERE id = ?", (id,)).fetchone()
            return self._case(db, row)

    def take(self, id: str, exchange_id: str, now: int) -> Grant | None:
        with self._writing() as db:
            return self._take(db, id, exchange_id, now)

    def get(self, id: str) -> Case | None:
        with self._watch_lock, errors():
            row = self._watch.execute("SELECT * FROM approval WHERE id = ?", (id,)).fetchone()
            return None if row is None else self._case(self._watch, row)

    def list(self, state: ApprovalState | None, limit: int) -> Cases:
        with self._watch_lock, errors():
            rows = self._watch.execute(
                "SELECT * FROM approval WHERE :state IS NULL OR state = :state "
                "ORDER BY state = 'pending' DESC, asked_at DESC LIMIT :limit",
                {"state": state, "limit": limit},
            ).fetchall()
            return [self._case(self._watch, row) for row in rows]

    def vote(self, id: str, vote: Vote, choice: Choice, until: int, now: int) -> Case:
        with self._writing() as db:
            row = db.execute("SELECT * FROM approval WHERE id = ?", (id,)).fetchone()
            if row is None or row["state"] != _WAITS or row["expires_at"] <= now:
                raise Refused(Code.INVALID_REQUEST, "this approval does not wait any more")
            added = db.execute(
                "INSERT INTO vote VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                (id, vote.person or vote.voter, msgspec.json.encode(vote)),
            ).fetchone()
            if added is None:
                raise Refused(Code.INVALID_REQUEST, "you have decided on this already")
            case = self._case(db, row)
            state = _WAITS
            if not choice.approves:
                state = ApprovalState.DENIED
            elif choice.breaks_glass or is_met(
                case.held.rule, [each.groups for each in case.votes if each.verdict == "approve"]
            ):
                state = ApprovalState.APPROVED
            if choice.approves:
                # The strictest of what all who approve have asked for.
                db.execute(
                    "UPDATE approval SET conditions = ? WHERE id = ?",
                    (msgspec.json.encode(_both(case.conditions, choice.conditions)), id),
                )
            if state is not _WAITS:
                granted = state is ApprovalState.APPROVED
                db.execute(
                    "UPDATE approval SET state = ?, decided_at = ?, uses_left = ?, "
                    "granted_until = ?, is_glass = ? WHERE id = ?",
                    (
                        state,
                        now,
                        choice.uses if granted else 0,
                        until if granted else 0,
                        choice.breaks_glass,
                        id,
                    ),
                )
            self._ring(db)
            return self._case(
                db, db.execute("SELECT * FROM approval WHERE id = ?", (id,)).fetchone()
            )

    def review(self, id: str, by: str) -> bool:
        with self._writing() as db:
            done = db.execute(
                "UPDATE approval SET reviewed_by = ? WHERE id = ? AND is_glass = 1 "
                "AND reviewed_by = '' RETURNING 1",
                (by, id),
            ).fetchone()
            return done is not None

    def expire(self, now: int) -> Cases:
        with self._watch_lock, errors():
            due = self._watch.execute(
                "SELECT 1 FROM approval WHERE state = 'pending' AND expires_at <= ? LIMIT 1", (now,)
            ).fetchone()
        if due is None:
            return []
        with self._writing() as db:
            rows = db.execute(
                "UPDATE approval SET state = 'expired', decided_at = :now "
                "WHERE state = 'pending' AND expires_at <= :now RETURNING *",
                {"now": now},
            ).fetchall()
            self._ring(db)
            return [self._case(db, row) for row in rows]

    def announce(self) -> Cases:
        with self._watch_lock, errors():
            new = self._watch.execute(
                "SELECT 1 FROM approval WHERE announced = 0 LIMIT 1"
            ).fetchone()
        if new is None:
            return []
        with self._writing() as db:
            rows = db.execute(
                "UPDATE approval SET announced = 1 WHERE announced = 0 RETURNING *"
            ).fetchall()
            return [self._case(db, row) for row in rows]

    def states(self, ids: Sequence[str]) -> Mapping[str, ApprovalState]:
        with self._watch_lock, errors():
            rows = self._watch.execute(
                "SELECT id, state FROM approval WHERE id IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(list(ids)).decode(),),
            ).fetchall()
        return {row["id"]: ApprovalState(row["state"]) for row in rows}

    def pending(self) -> int:
        with self._watch_lock, errors():
            (count,) = self._watch.execute(
                "SELECT count(*) FROM approval WHERE state = 'pending'"
            ).fetchone()
        return int(count)

    def changes(self) -> int:
        if self._bell.number != self._epoch:
            with self._watch_lock, errors():
                (self._epoch,) = self._watch.execute("SELECT number FROM epoch").fetchone()
        return self._epoch

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, errors(), transaction(self._db) as db:
            yield db

    def _ring(self, db: Connection) -> None:
        (number,) = db.execute("UPDATE epoch SET number = number + 1 RETURNING number").fetchone()
        self._bell.ring(number)

    @staticmethod
    def _take(db: Connection, id: str, exchange_id: str, now: int) -> Grant | None:
        row = db.execute(
            "UPDATE approval SET uses_left = uses_left - 1 WHERE id = ? AND state = 'approved' "
            "AND uses_left > 0 AND granted_until > ? RETURNING conditions",
            (id, now),
        ).fetchone()
        if row is None:
            return None
        db.execute("INSERT INTO used VALUES (?, ?, ?)", (id, exchange_id, now))
        return Grant(id, msgspec.json.decode(row["conditions"], type=Conditions))

    @staticmethod
    def _case(db: Connection, row: Any) -> Case:
        votes = db.execute("SELECT vote FROM vote WHERE approval_id = ?", (row["id"],)).fetchall()
        return Case(
            id=row["id"],
            state=ApprovalState(row["state"]),
            asked_at=row["asked_at"],
            expires_at=row["expires_at"],
            held=msgspec.json.decode(row["held"], type=Held),
            votes=tuple(
                sorted(
                    (msgspec.json.decode(each["vote"], type=Vote) for each in votes),
                    key=lambda vote: vote.at,
                )
            ),
            decided_at=row["decided_at"],
            conditions=msgspec.json.decode(row["conditions"], type=Conditions),
            uses_left=row["uses_left"],
            granted_until=row["granted_until"],
            is_glass=bool(row["is_glass"]),
            reviewed_by=row["reviewed_by"],
        )


def _both(one: Conditions, other: Conditions) -> Conditions:
    """What holds under both; the later one's words where they differ, the smaller number."""
    lengths = [each.max_tokens for each in (one, other) if each.max_tokens is not None]
    return Conditions(
        model=other.model or one.model,
        max_tokens=min(lengths, default=None),
        profile=other.profile or one.profile,
    )
