"""What was spent: one row for each account and window, in `spending.db`.

A charge is one transaction under the write lock, so that a race for the last request has one
winner, across processes. It is on the path of every call: so commits are not synced to the disk.
With a WAL that is enough for a process that is killed, for what it wrote is the kernel's by then;
a machine that loses its power forgets the last charges, at most those since the last sweep, and
never the file. And the WAL is moved into the file, with its sync, by the sweep alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pysqlite3 import dbapi2

from extproc.adapters.sqlite.database import (
    Connection,
    Migration,
    errors,
    open_for_writing,
    transaction,
)
from extproc.service.budgets import Account, Busy, Exhausted, Spent, exhausted

FILE = "spending.db"
WAIT_SECONDS = 2.0
"""That a charge may wait for another process's."""

_SCHEMA: tuple[Migration, ...] = (
    (
        """CREATE TABLE spent (
            start INTEGER NOT NULL,
            scope TEXT NOT NULL,
            name TEXT NOT NULL,
            requests INTEGER NOT NULL,
            tokens INTEGER NOT NULL,
            PRIMARY KEY (start, scope, name)
        ) STRICT, WITHOUT ROWID""",
    ),
)

_ADD = """
    INSERT INTO spent VALUES (?, ?, ?, ?, max(?, 0))
    ON CONFLICT DO UPDATE SET requests = requests + ?4, tokens = max(tokens + ?5, 0)"""
_READ = "SELECT requests, tokens FROM spent WHERE start = ? AND scope = ? AND name = ?"

T = TypeVar("T")


class SpendingStore:
    """Fulfils service.budgets.Spending. Without `waits`, for one thread; with it, for any."""

    def __init__(self, path: Path) -> None:
        """`path`: the database file; created when it is missing. Raises Unavailable("store")."""
        self._hasty = _open(path, 0)
        self._patient = _open(path, WAIT_SECONDS)
        self._lock = threading.Lock()
        """Of the patient connection."""
        self._kept_from = 0

    def close(self) -> None:
        self._hasty.close()
        with self._lock:
            self._patient.close()

    def charge(
        self, accounts: Sequence[Account], start: int, tokens: int, *, waits: bool
    ) -> list[Spent] | Exhausted:
        def work(db: Connection) -> list[Spent] | Exhausted:
            before = []
            for account in accounts:
                spent = _read(db, start, account)
                refused = exhausted(account, spent)
                if refused is not None:
                    return refused
                before.append(spent)
            _add(db, accounts, start, 1, tokens)
            return before

        return self._writing(work, waits=waits)

    def add(self, accounts: Sequence[Account], start: int, tokens: int, *, waits: bool) -> None:
        self._writing(lambda db: _add(db, accounts, start, 0, tokens), waits=waits)

    def spent(self, account: Account, start: int) -> Spent:
        """In the window that starts then. May wait."""
        with self._lock, errors():
            return _read(self._patient, start, account)

    def sweep(self, before: int) -> None:
        with self._lock, errors():
            if self._kept_from < before:
                with transaction(self._patient):
                    self._patient.execute("DELETE FROM spent WHERE start < ?", (before,))
                self._kept_from = before
            # PASSIVE: nobody waits for it.
            self._patient.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def _writing(self, work: Callable[[Connection], T], *, waits: bool) -> T:
        if waits:
            with self._lock, errors(), transaction(self._patient):
                return work(self._patient)
        with errors():
            try:
                with transaction(self._hasty):
                    return work(self._hasty)
            except dbapi2.OperationalError as error:
                if getattr(error, "sqlite_errorcode", None) == dbapi2.SQLITE_BUSY:
                    raise Busy from None
                raise


def _open(path: Path, seconds: float) -> Connection:
    connection = open_for_writing(path, _SCHEMA, full=False)
    with errors():
        connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


def _read(db: Connection, start: int, account: Account) -> Spent:
    row = db.execute(_READ, (start, account.scope, account.name)).fetchone()
    return Spent(0, 0) if row is None else Spent(*row)


def _add(
    db: Connection, accounts: Sequence[Account], start: int, requests: int, tokens: int
) -> None:
    for account in accounts:
        db.execute(_ADD, (start, account.scope, account.name, requests, tokens))
