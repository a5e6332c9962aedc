"""Opening a database file: its permissions, its journal, its schema, and its errors.

Every error of SQLite leaves this room as `Unavailable("store")`.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pysqlite3 import dbapi2

from extproc.core.decision import Unavailable

Connection = Any
"""A `pysqlite3` connection in autocommit mode; the wheel ships no types."""
Migration = tuple[str, ...]
"""The statements of one step of a schema. Step n brings `user_version` to n."""

BUSY_TIMEOUT = 5.0
"""Seconds that a statement waits for another process's write before it gives up."""

_WITHOUT_WAL_RESET_BUG = (3, 51, 3)
_opening = threading.Lock()


@contextmanager
def errors() -> Iterator[None]:
    """Turns what SQLite and the file system raise into Unavailable("store")."""
    try:
        yield
    except (dbapi2.Error, OSError) as error:
        raise Unavailable("store", f"{type(error).__name__}: {error}") from error


def make_private_directory(path: Path) -> None:
    """Create a directory for its owner only. One that exists keeps its mode. Raises OSError."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def open_for_writing(path: Path, schema: Sequence[Migration], *, full: bool = True) -> Connection:
    """A connection that may write, on a file that is created and migrated when needed.

    WAL; `full` syncs each commit to the disk. Raises Unavailable("store"), also when the file
    was written by a newer version of this program.
    """
    with errors():
        make_private_directory(path.parent)
        with _exclusive(path.parent):
            _create_private(path)
            connection = _connect(path)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(f"PRAGMA synchronous = {'FULL' if full else 'NORMAL'}")
                _migrate(connection, path, schema)
            except BaseException:
                connection.close()
                raise
        return connection


def open_for_reading(path: Path) -> Connection:
    """A connection that cannot change the file, which must exist. Raises Unavailable("store")."""
    with errors():
        # Not mode=ro: a reader of a WAL may have to create the shared-memory file beside it.
        connection = _connect(path)
        connection.execute("PRAGMA query_only = ON")
        return connection


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """BEGIN IMMEDIATE … COMMIT; rolled back when the block raises.

    IMMEDIATE takes the write lock before the first read, so what is counted inside cannot have
    changed by the time it is acted on.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _connect(path: Path) -> Connection:
    if dbapi2.sqlite_version_info < _WITHOUT_WAL_RESET_BUG:
        raise Unavailable("store", f"SQLite {dbapi2.sqlite_version} can corrupt a WAL")
    # Each connection is guarded by its owner's lock, not tied to the thread that opened it.
    connection = dbapi2.connect(
        f"file:{quote(str(path.absolute()))}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = dbapi2.Row
    return connection


@contextmanager
def _exclusive(directory: Path) -> Iterator[None]:
    """One opener at a time, across processes: switching a new file to WAL does not wait."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with _opening:
            yield
    finally:
        os.close(descriptor)


def _create_private(path: Path) -> None:
    # Only a file that is new is opened here. Closing any descriptor of a file drops all POSIX
    # locks that this process holds on it, those of its SQLite connections too. SQLite gives the
    # journal files beside it the same mode.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


def _migrate(connection: Connection, path: Path, schema: Sequence[Migration]) -> None:
    with transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(schema):
            raise Unavailable("store", f"{path.name} was written by a newer version of extproc")
        for number, statements in enumerate(schema[version:], version + 1):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
