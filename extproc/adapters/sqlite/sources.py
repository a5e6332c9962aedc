"""Which addresses use which credential, as all workers saw it, in `sources.db`.

One row for a credential and an address. Nothing here must outlive a loss of power, so commits are
not synced to the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from extproc.adapters.sqlite.database import (
    Connection,
    Migration,
    errors,
    open_for_writing,
    transaction,
)
from extproc.service.sharing import RUN_GAP, Source

FILE = "sources.db"

_SCHEMA: tuple[Migration, ...] = (
    (
        """CREATE TABLE source (
            credential TEXT NOT NULL,
            agent_id TEXT NOT NULL,
            source TEXT NOT NULL,
            first_seen INTEGER NOT NULL,
            since INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (credential, source)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX source_revision ON source (revision)",
        "CREATE INDEX source_agent ON source (agent_id)",
        "CREATE INDEX source_last_seen ON source (last_seen)",
        """CREATE TABLE shared (
            credential TEXT PRIMARY KEY,
            agent_id TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX shared_agent ON shared (agent_id)",
        # Counts the saves; source.revision is its value at the last of the row.
        "CREATE TABLE epoch (number INTEGER NOT NULL) STRICT",
        "INSERT INTO epoch VALUES (0)",
    ),
)

# service.sharing.Source.merge, in SQL: the right sides see the row as it was.
_SAVE = f"""
    INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
        first_seen = min(first_seen, excluded.first_seen),
        since = CASE
            WHEN excluded.since - last_seen <= {RUN_GAP} AND since - excluded.last_seen <= {RUN_GAP}
            THEN min(since, excluded.since)
            WHEN excluded.last_seen > last_seen THEN excluded.since
            ELSE since END,
        last_seen = max(last_seen, excluded.last_seen),
        revision = excluded.revision"""  # noqa: S608 - a number of ours
_COLUMNS = "credential, agent_id, source, first_seen, since, last_seen"


class SourceStore:
    """Fulfils service.sharing.Sources; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """`path`: the database file; created when it is missing. Raises Unavailable("store")."""
        self._db = open_for_writing(path, _SCHEMA, full=False)
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def save(self, seen: Sequence[Source]) -> None:
        if not seen:
            return
        with self._writing() as db:
            (revision,) = db.execute(
                "UPDATE epoch SET number = number + 1 RETURNING number"
            ).fetchone()
            db.executemany(
                _SAVE,
                [
                    (
                        one.credential,
                        one.agent_id,
                        one.source,
                        one.first_seen,
                        one.since,
                        one.last_seen,
                        revision,
                    )
                    for one in seen
                ],
            )

    def changed(self, since: int) -> tuple[int, list[Source]]:
        with self._lock, errors():
            rows = self._db.execute(
                f"SELECT {_COLUMNS}, revision FROM source WHERE revision > ? ORDER BY revision",  # noqa: S608
                (since,),
            ).fetchall()
        return (rows[-1]["revision"] if rows else since), [Source(*row[:-1]) for row in rows]

    def flag(self, credential: str, agent_id: str, at: int) -> bool:
        with self._writing() as db:
            return bool(
                db.execute(
                    "INSERT OR IGNORE INTO shared VALUES (?, ?, ?)", (credential, agent_id, at)
                ).rowcount
            )

    def sweep(self, before: int) -> None:
        with self._lock, errors():
            # Most sweeps find nothing; they need no write lock.
            due = self._db.execute(
                "SELECT 1 FROM source WHERE last_seen < ? LIMIT 1", (before,)
            ).fetchone()
        if due is None:
            return
        with self._writing() as db:
            db.execute("DELETE FROM source WHERE last_seen < ?", (before,))
            db.execute(
                "DELETE FROM shared WHERE at < ? AND credential NOT IN "
                "(SELECT credential FROM source)",
                (before,),
            )

    def sources(self, agent_id: str) -> list[Source]:
        """The addresses that an agent was heard of from lately, in the order of their coming."""
        with self._lock, errors():
            rows = self._db.execute(
                "SELECT max(credential), agent_id, source, min(first_seen), max(since), "
                "max(last_seen) FROM source WHERE agent_id = ? GROUP BY source ORDER BY 4, 3",
                (agent_id,),
            ).fetchall()
        return [Source(*row) for row in rows]

    def is_shared(self, agent_id: str) -> bool:
        """Whether several addresses used one credential of this agent at once."""
        with self._lock, errors():
            row = self._db.execute(
                "SELECT 1 FROM shared WHERE agent_id = ? LIMIT 1", (agent_id,)
            ).fetchone()
        return row is not None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, errors(), transaction(self._db) as db:
            yield db
