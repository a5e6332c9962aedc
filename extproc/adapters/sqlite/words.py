"""The full-text index: the words of the recorded bodies, in `text.db`, made in the background.

Nothing depends on it being there or complete: a question scans the bodies that it does not cover
yet. So a large body never delays the acknowledgement of a record, and a broken index costs time
but no answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from extproc.adapters.sqlite import schema
from extproc.adapters.sqlite.database import (
    Connection,
    errors,
    open_for_reading,
    open_for_writing,
    transaction,
)
from extproc.core.decision import Unavailable

_QUIET = 0.5
_LONGEST_WAIT = 60.0
"""Seconds. Until then a question looks into the bodies themselves."""
_BATCH = 200
_NOT_TEXT = frozenset(
    {"id", "object", "type", "role", "model", "finish_reason", "stop_reason", "service_tier",
     "system_fingerprint", "signature", "encrypted_content"}
)  # fmt: skip
"""Members whose values are the protocol's words, not anyone's."""


class WordIndex:
    """Follows `audit.db` from a thread of its own. Several processes may; each body counts once."""

    def __init__(self, audit: Path) -> None:
        """`audit`: the path of audit.db, which must exist. Raises Unavailable("store")."""
        self._audit = open_for_reading(audit)
        self._db = open_for_writing(audit.with_name(schema.TEXT_FILE), schema.TEXT, full=False)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._wake.set()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="word-index", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There are new bodies."""
        self._wake.set()

    def catch_up(self) -> None:
        """Returns when every body that was recorded before is indexed. Raises Unavailable."""
        while self._advance():
            pass

    def close(self) -> None:
        """Ends after the batch in hand; the rest is done at the next start."""
        self._is_closing = True
        self._wake.set()
        self._thread.join()
        self._audit.close()
        self._db.close()

    def _run(self) -> None:
        while not self._is_closing:
            self._wake.wait()
            self._wait_for_quiet()
            try:
                while not self._is_closing and self._advance():
                    pass
            except Unavailable:
                # A question reads the bodies themselves meanwhile; the next record tries again.
                continue

    def _wait_for_quiet(self) -> None:
        """Calls come first: the words are seen to when none came for a while, or very many did."""
        began = time.monotonic()
        while self._wake.is_set() and not self._is_closing:
            self._wake.clear()
            if time.monotonic() - began < _LONGEST_WAIT:
                self._wake.wait(_QUIET)

    def _advance(self) -> bool:
        """Index the next bodies; False when there are none."""
        with self._lock, errors():
            (origin,) = self._audit.execute("SELECT id FROM origin").fetchone()
            known, number = self._db.execute("SELECT origin, number FROM progress").fetchone()
            if known != origin:
                self._restart(origin)
                number = 0
            bodies = list(bodies_after(self._audit, number, _BATCH))
            if not bodies:
                return False
            with transaction(self._db) as db:
                # Another process may have been faster; then its work stands.
                if tuple(db.execute("SELECT * FROM progress").fetchone()) == (origin, number):
                    db.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", bodies)
                    db.execute("UPDATE progress SET number = ?", (bodies[-1][0],))
        return True

    def _restart(self, origin: str) -> None:
        with transaction(self._db) as db:
            db.execute("INSERT INTO words (words) VALUES ('delete-all')")
            db.execute("UPDATE progress SET origin = ?, number = 0", (origin,))


def bodies_after(audit: Connection, number: int, limit: int = -1) -> Iterator[tuple[int, str]]:
    """(number, text) of the bodies recorded after the one with that number, in order."""
    rows = audit.execute(
        "SELECT number, content FROM body WHERE number > ? ORDER BY number LIMIT ?",
        (number, limit),
    )
    for row in rows:
        try:
            text = text_of(schema.unpacked(row["content"]))
        except Unavailable:
            # Damaged on the disk: it has no words, and must not hide those of the others.
            text = ""
        yield row["number"], text


def text_of(body: bytes) -> str:
    """The words of a body: the strings of JSON; of a stream, its pieces put together again.

    It knows no dialect: whatever a stream sends under `delta`, at the same place, is one text.
    Anything else is taken as it is.
    """
    text = body.decode("utf-8", "replace")
    start = text.lstrip()[:6]
    if start.startswith(("{", "[", '"')):
        document = _json(text)
        if document is not None:
            return "\n".join(string for _, string in _strings(document))
    elif start.startswith(("data:", "event:", "id:", "retry:", ":")):
        return _stream_text(text)
    return text


def _stream_text(text: str) -> str:
    pieces: dict[Any, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("data:"):
            continue
        document = _json(line[5:])
        if document is None:
            continue
        index = document.get("index") if isinstance(document, dict) else None
        for place, string in _strings(document):
            if "delta" in place:
                pieces.setdefault((repr(index), place), []).append(string)
            else:
                pieces.setdefault(string, [string])
    return "\n".join("".join(strings) for strings in pieces.values())


def _json(text: str) -> Any:
    """None when it is not JSON, or nested deeper than anyone can read."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _strings(document: Any) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every string value with its place, in the document's order; without recursion."""
    stack: list[tuple[tuple[Any, ...], Any]] = [((), document)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            stack += [
                ((*place, name), child)
                for name, child in reversed(value.items())
                if name not in _NOT_TEXT
            ]
        elif isinstance(value, list):
            stack += [
                ((*place, number), child) for number, child in reversed(list(enumerate(value)))
            ]
