"""Who is signed in to the console: `sessions.db`. A session is known by its hash alone."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from extproc.adapters.sqlite.database import Migration, errors, open_for_writing, transaction
from extproc.core.identity import Subject

FILE = "sessions.db"

_SCHEMA: tuple[Migration, ...] = (
    (
        """CREATE TABLE session (
            digest BLOB PRIMARY KEY,
            issuer TEXT NOT NULL,
            subject TEXT NOT NULL,
            session TEXT NOT NULL,
            person BLOB NOT NULL,
            until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX session_subject ON session (subject)",
        "CREATE INDEX session_until ON session (until)",
    ),
)


class SessionStore:
    """Fulfils service.people.Sessions. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """`path`: the database file; created when it is missing. Raises Unavailable("store")."""
        self._db = open_for_writing(path, _SCHEMA)
        self._lock = threading.Lock()

    def close(self) -> None:
        self._db.close()

    def put(self, digest: bytes, subject: bytes, until: int) -> None:
        person = msgspec.json.decode(subject, type=Subject)
        row = (digest, person.issuer, person.subject, person.session, subject, until)
        with self._lock, errors(), transaction(self._db) as db:
            db.execute("INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?)", row)

    def get(self, digest: bytes) -> tuple[bytes, int] | None:
        with self._lock, errors():
            row = self._db.execute(
                "SELECT person, until FROM session WHERE digest = ?", (digest,)
            ).fetchone()
        return None if row is None else (bytes(row["person"]), row["until"])

    def drop(self, digest: bytes) -> None:
        with self._lock, errors(), transaction(self._db) as db:
            db.execute("DELETE FROM session WHERE digest = ?", (digest,))

    def drop_subject(self, issuer: str, subject: str, session: str) -> int:
        """End the sessions that have all of these; what is empty is not asked for."""
        if not (subject or session):
            return 0
        with self._lock, errors(), transaction(self._db) as db:
            gone = db.execute(
                "DELETE FROM session WHERE :issuer IN ('', issuer) "
                "AND :subject IN ('', subject) AND :session IN ('', session)",
                {"issuer": issuer, "subject": subject, "session": session},
            )
            return int(gone.rowcount)

    def sweep(self, now: int) -> None:
        """Forget the sessions that are over."""
        with self._lock, errors():
            due = self._db.execute("SELECT 1 FROM session WHERE until <= ?", (now,)).fetchone()
        if due is not None:
            with self._lock, errors(), transaction(self._db) as db:
                db.execute("DELETE FROM session WHERE until <= ?", (now,))
