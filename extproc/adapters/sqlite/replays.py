"""Ids that were used once, in `replays.db`: of proofs, of assertions.

A file of its own, so that its writes wait for nobody else's. Whether an id is new is decided by
one INSERT, across threads and processes.

`synchronous = NORMAL`: nothing is lost when a process dies, however it dies, since what was
committed is with the operating system. A power cut may take the last commits. What was used in
those moments could then be used once more, if the machine is back before it is too old, which
for a proof is a minute. A sync for every call would cost far more than that is worth.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from extproc.adapters.sqlite.database import Migration, errors, open_for_writing, transaction
from extproc.adapters.system import SystemClock
from extproc.core.decision import Unavailable
from extproc.core.ports import Clock

FILE = "replays.db"

MOST = 1_000_000
"""Rows; some hundred megabytes. An id that finds no place counts as used."""
_SWEEP_EVERY = 16
_SWEEP_MOST = 64
"""Rows, four times as many as came since: the table shrinks, and no call waits for long."""
_BUSY_MILLISECONDS = 500
"""Who asks is an event loop; it is better told no than kept waiting."""

_SCHEMA: tuple[Migration, ...] = (
    (
        "CREATE TABLE replay (digest BLOB PRIMARY KEY, until INTEGER NOT NULL) "
        "STRICT, WITHOUT ROWID",
        "CREATE INDEX replay_until ON replay (until)",
        # Counting a million rows takes too long to do it for each.
        "CREATE TABLE tally (rows INTEGER NOT NULL) STRICT",
        "INSERT INTO tally VALUES (0)",
    ),
)


class ReplayStore:
    """extproc.core.ports.Replays. Safe to use from several threads and processes."""

    def __init__(self, path: Path, clock: Clock | None = None, most: int = MOST) -> None:
        """`path`: the database file; created when it is missing. Raises Unavailable("store")."""
        self._db = open_for_writing(path, _SCHEMA, full=False)
        self._db.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        self._lock = threading.Lock()
        self._clock = clock or SystemClock()
        self._most = most
        self._asked = 0

    def close(self) -> None:
        self._db.close()

    def first(self, kind: str, id: str, until: int) -> bool:
        """Whether this id of this kind is seen for the first time.

        `until`: microseconds since 1970; past it the id may be forgotten, so what it belongs to
        must be refused for its age by then. Raises Unavailable("store"), also when it is full.
        """
        digest = hashlib.sha256(f"{kind}\0{id}".encode("utf-8", "surrogatepass")).digest()
        with self._lock, errors(), transaction(self._db) as db:
            if self._asked % _SWEEP_EVERY == 0:
                self._sweep()
            self._asked += 1
            added = db.execute(
                "INSERT INTO replay VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, until)
            ).rowcount
            if added != 1:
                return False
            (rows,) = db.execute("UPDATE tally SET rows = rows + 1 RETURNING rows").fetchone()
            if rows > self._most and not self._sweep():
                # Forgetting one that is still good to make room would let it be used again.
                raise Unavailable("store", f"{FILE} holds {self._most} ids that are still good")
        return True

    def _sweep(self) -> int:
        gone: int = self._db.execute(
            "DELETE FROM replay WHERE digest IN "
            "(SELECT digest FROM replay WHERE until <= ? ORDER BY until LIMIT ?)",
            (self._clock.now(), _SWEEP_MOST),
        ).rowcount
        if gone:
            self._db.execute("UPDATE tally SET rows = rows - ?", (gone,))
        return gone
