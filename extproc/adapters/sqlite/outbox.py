"""What receivers of webhooks are still to be told: `webhooks.db`.

A file of its own, which the control process alone writes: no call waits for it. A message that is
done stays, without its words, for two days, so that nothing is told twice for a restart.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from extproc.adapters.sqlite.database import (
    Connection,
    Migration,
    errors,
    open_for_writing,
    transaction,
)

FILE = "webhooks.db"
MOST = 10_000
"""Messages that wait for one receiver; some hundred megabytes at the very worst."""
_REMEMBERED = 48 * 3600 * 1_000_000
_SWEEP_MOST = 1000

_SCHEMA: tuple[Migration, ...] = (
    (
        """CREATE TABLE message (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            receiver TEXT NOT NULL,
            case_id TEXT NOT NULL,
            event TEXT NOT NULL,
            body BLOB NOT NULL,
            put_at INTEGER NOT NULL,
            tries INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            is_done INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX message_due ON message (receiver, due_at) WHERE is_done = 0",
        "CREATE INDEX message_case ON message (receiver, case_id, number) WHERE is_done = 0",
        "CREATE INDEX message_done ON message (put_at) WHERE is_done = 1",
        # Cases that were told of and not decided then.
        "CREATE TABLE open (case_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    ),
)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    """The `webhook-id`: the same in every try, so that who is told twice can tell."""
    receiver: str
    case_id: str
    event: str
    body: bytes
    put_at: int
    tries: int = 0


class Outbox:
    """Safe to use from several threads; of one process."""

    def __init__(self, path: Path, most: int = MOST) -> None:
        """`path`: the database file; created when it is missing. Raises Unavailable("store")."""
        self._db = open_for_writing(path, _SCHEMA)
        self._lock = threading.Lock()
        self._most = most

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def put(self, case_id: str, messages: Sequence[Message], *, is_open: bool) -> int:
        """Add the messages about a case, and note whether it waits; returns how many found no
        place. One that was put before is left as it is."""
        lost = 0
        with self._writing() as db:
            for each in messages:
                (waiting,) = db.execute(
                    "SELECT count(*) FROM message WHERE receiver = ? AND is_done = 0",
                    (each.receiver,),
                ).fetchone()
                if waiting >= self._most:
                    lost += 1
                    continue
                db.execute(
                    "INSERT INTO message VALUES (NULL, ?, ?, ?, ?, ?, ?, 0, 0, 0) "
                    "ON CONFLICT DO NOTHING",
                    (each.id, each.receiver, case_id, each.event, each.body, each.put_at),
                )
            if is_open:
                db.execute("INSERT INTO open VALUES (?) ON CONFLICT DO NOTHING", (case_id,))
            else:
                db.execute("DELETE FROM open WHERE case_id = ?", (case_id,))
        return lost

    def due(self, receiver: str, now: int, most: int) -> list[Message]:
        """What may be sent now, the oldest first: of each case one at a time, so that no
        decision comes before its question."""
        with self._lock, errors():
            rows = self._db.execute(
                "SELECT * FROM message AS this WHERE receiver = :receiver AND is_done = 0 "
                "AND due_at <= :now AND NOT EXISTS (SELECT 1 FROM message AS earlier "
                "WHERE earlier.receiver = :receiver AND earlier.case_id = this.case_id "
                "AND earlier.number < this.number AND earlier.is_done = 0) "
                "ORDER BY number LIMIT :most",
                {"receiver": receiver, "now": now, "most": most},
            ).fetchall()
        return [
            Message(
                id=row["id"],
                receiver=row["receiver"],
                case_id=row["case_id"],
                event=row["event"],
                body=row["body"],
                put_at=row["put_at"],
                tries=row["tries"],
            )
            for row in rows
        ]

    def finish(self, id: str) -> None:
        """It was sent, or given up."""
        with self._writing() as db:
            db.execute("UPDATE message SET is_done = 1, body = x'' WHERE id = ?", (id,))

    def delay(self, id: str, until: int) -> None:
        with self._writing() as db:
            db.execute("UPDATE message SET tries = tries + 1, due_at = ? WHERE id = ?", (until, id))

    def open_cases(self) -> list[str]:
        with self._lock, errors():
            return [row["case_id"] for row in self._db.execute("SELECT case_id FROM open")]

    def sweep(self, receivers: Sequence[str], now: int) -> int:
        """Forget what was done long ago, and what is for nobody any more; returns how many of
        the latter there were."""
        known = msgspec.json.encode(list(receivers)).decode()
        with self._writing() as db:
            db.execute(
                "DELETE FROM message WHERE number IN (SELECT number FROM message "
                "WHERE is_done = 1 AND put_at <= ? LIMIT ?)",
                (now - _REMEMBERED, _SWEEP_MOST),
            )
            gone = db.execute(
                "DELETE FROM message WHERE is_done = 0 "
                "AND receiver NOT IN (SELECT value FROM json_each(?))",
                (known,),
            )
            return int(gone.rowcount)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, errors(), transaction(self._db) as db:
            yield db
