"""The tables of `audit.db` and `text.db`, and how records become rows.

Rows are only ever added. What is asked for often is narrow (`exchange`, `answer`, `decision`);
the bodies lie apart and compressed, so that a question about a month reads no bodies.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
import zstandard

from extproc.adapters.sqlite.database import Migration
from extproc.core.decision import Unavailable
from extproc.core.record import AnswerRecord, DecisionRecord, EventRecord, ExchangeRecord, Record

AUDIT_FILE = "audit.db"
TEXT_FILE = "text.db"

_of_this_thread = threading.local()
"""A decompressor for each thread: to make one takes twenty times as long as to use it."""

_MAX_INTEGER = (1 << 63) - 1
"""SQLite's. A policy or an upstream may name a larger number."""

_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_WORTH_IT = 400
"""Bytes."""

REQUEST = "request"
RESPONSE = "response"

_MARK = "INSERT OR IGNORE INTO mark"
_IS_REFUSED = "({0}.code <> '' OR {0}.outcome = 'refused')"


def _names(row: str, is_denied: str) -> str:
    """A query for the marks of one row of a trigger."""
    return (
        f"SELECT key AS name FROM json_each({row}.findings) "  # noqa: S608 - our own names only
        f"UNION ALL SELECT {row}.code WHERE {row}.code <> '' "
        f"UNION ALL SELECT 'deny' WHERE {is_denied}"
    )


def _all_names(table: str, is_denied: str) -> str:
    """A query for the marks of all rows of a table, with its exchange's id."""
    return (
        f"SELECT j.key AS name, t.* FROM {table} t, json_each(t.findings) j "  # noqa: S608
        f"WHERE t.findings <> '{{}}' "
        f"UNION ALL SELECT t.code, t.* FROM {table} t WHERE t.code <> '' "
        f"UNION ALL SELECT 'deny', t.* FROM {table} t WHERE {is_denied}"
    )


_OF_ALL_EXCHANGES = _all_names("exchange", "NOT t.allowed")
_OF_ALL_ANSWERS = _all_names("answer", _IS_REFUSED.format("t"))

AUDIT: tuple[Migration, ...] = (
    (
        """CREATE TABLE exchange (
            exchange_id TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            agent_id TEXT NOT NULL,
            agent_name TEXT NOT NULL,
            client_id TEXT NOT NULL,
            source TEXT NOT NULL,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            api TEXT NOT NULL,
            operation TEXT NOT NULL,
            model TEXT NOT NULL,
            stream INTEGER NOT NULL,
            upstream TEXT NOT NULL,
            allowed INTEGER NOT NULL,
            code TEXT NOT NULL,
            reason TEXT NOT NULL,
            findings TEXT NOT NULL,
            size INTEGER NOT NULL,
            timings TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX exchange_at ON exchange (at)",
        "CREATE INDEX exchange_subject ON exchange (subject, at)",
        "CREATE INDEX exchange_agent ON exchange (agent_id, at)",
        "CREATE INDEX exchange_agent_name ON exchange (agent_name, at)",
        "CREATE INDEX exchange_client ON exchange (client_id, at)",
        "CREATE INDEX exchange_source ON exchange (source, at)",
        "CREATE INDEX exchange_model ON exchange (model, at)",
        """CREATE TABLE answer (
            exchange_id TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            code TEXT NOT NULL,
            reason TEXT NOT NULL,
            findings TEXT NOT NULL,
            model TEXT NOT NULL,
            finish_reason TEXT NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            first_byte INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            timings TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE decision (
            decision_id TEXT NOT NULL,
            exchange_id TEXT NOT NULL,
            phase TEXT NOT NULL,
            at INTEGER NOT NULL,
            allowed INTEGER NOT NULL,
            code TEXT NOT NULL,
            reason TEXT NOT NULL,
            revision TEXT NOT NULL,
            duration INTEGER NOT NULL,
            PRIMARY KEY (exchange_id, phase, decision_id)
        ) STRICT, WITHOUT ROWID""",
        # Numbers only grow while the newest body stays, so the text index can go by them.
        """CREATE TABLE body (
            number INTEGER PRIMARY KEY,
            exchange_id TEXT NOT NULL,
            direction TEXT NOT NULL,
            content BLOB NOT NULL,
            chunks BLOB NOT NULL,
            UNIQUE (exchange_id, direction)
        ) STRICT""",
        # Tells this file from another one of the same name, for what is made from it.
        "CREATE TABLE origin (id TEXT NOT NULL) STRICT",
        "INSERT INTO origin VALUES (lower(hex(randomblob(16))))",
        *(
            f"""CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table}
            BEGIN SELECT raise(ABORT, 'records are append-only'); END"""
            for table in ("exchange", "answer", "decision", "body")
        ),
    ),
    (
        """CREATE TABLE event (
            event_id TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            agent_id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            source TEXT NOT NULL,
            code TEXT NOT NULL,
            reason TEXT NOT NULL,
            object_id TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "ALTER TABLE exchange ADD COLUMN approval_id TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX event_at ON event (at)",
        "CREATE INDEX event_subject ON event (subject, at)",
        "CREATE INDEX event_agent ON event (agent_id, at)",
        """CREATE TRIGGER event_is_append_only BEFORE UPDATE ON event
        BEGIN SELECT raise(ABORT, 'records are append-only'); END""",
    ),
    (
        # What is rare and asked for by name: types of findings (in capitals), codes of refusals and
        # `deny` (in small letters), each with the moment of its exchange, so that the newest few
        # are read off. A mark says where to look; what holds is in the records themselves.
        """CREATE TABLE mark (
            name TEXT NOT NULL,
            at INTEGER NOT NULL,
            exchange_id TEXT NOT NULL,
            PRIMARY KEY (name, at, exchange_id)
        ) STRICT, WITHOUT ROWID""",
        f"""CREATE TRIGGER exchange_is_marked AFTER INSERT ON exchange
        WHEN new.findings <> '{{}}' OR NOT new.allowed OR new.code <> ''
        BEGIN {_MARK} SELECT name, new.at, new.exchange_id FROM
            ({_names("new", "NOT new.allowed")}); END""",  # noqa: S608
        f"""CREATE TRIGGER answer_is_marked AFTER INSERT ON answer
        WHEN new.findings <> '{{}}' OR new.code <> '' OR new.outcome = 'refused'
        BEGIN {_MARK} SELECT name, e.at, e.exchange_id FROM exchange e,
            ({_names("new", _IS_REFUSED.format("new"))})
            WHERE e.exchange_id = new.exchange_id; END""",  # noqa: S608
        # One batch may bring the answer first.
        f"""CREATE TRIGGER answer_was_there AFTER INSERT ON exchange
        WHEN EXISTS (SELECT 1 FROM answer WHERE exchange_id = new.exchange_id)
        BEGIN {_MARK} SELECT name, new.at, new.exchange_id FROM
            ({_OF_ALL_ANSWERS}) WHERE exchange_id = new.exchange_id; END""",  # noqa: S608
        f"""{_MARK} SELECT name, at, exchange_id FROM ({_OF_ALL_EXCHANGES})""",  # noqa: S608
        f"""{_MARK} SELECT n.name, e.at, e.exchange_id FROM ({_OF_ALL_ANSWERS}) n
            JOIN exchange e ON e.exchange_id = n.exchange_id""",  # noqa: S608
        "CREATE INDEX decision_id ON decision (decision_id)",
    ),
)

# Contentless: it holds the words and where they are, not the text a second time.
WORDS = """CREATE VIRTUAL TABLE words USING fts5(
    text, content='', contentless_delete=1, tokenize='unicode61')"""
TEXT: tuple[Migration, ...] = (
    (
        WORDS,
        # Which audit.db the words are of, and up to which of its bodies.
        "CREATE TABLE progress (origin TEXT NOT NULL, number INTEGER NOT NULL) STRICT",
        "INSERT INTO progress VALUES ('', 0)",
    ),
)


class Row(NamedTuple):
    """One INSERT. A row whose key is there already is left as it is."""

    statement: str
    values: Sequence[Any]
    is_body: bool = False


class RowMaker:
    """Turns records into rows. Belongs to one thread: its compressor is not shared."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=1)

    def rows(self, record: Record | EventRecord) -> list[Row]:
        """Raises whatever a record of the wrong shape provokes."""
        if isinstance(record, EventRecord):
            return [Row(_EVENT, _values(record, _of_event))]
        if isinstance(record, DecisionRecord):
            return [Row(_DECISION, _values(record, _of_decision))]
        if isinstance(record, ExchangeRecord):
            return [
                Row(_EXCHANGE, _values(record, _of_exchange)),
                *self._body(record.exchange_id, REQUEST, record.body, ()),
            ]
        return [
            Row(_ANSWER, _values(record, _of_answer)),
            *self._body(record.exchange_id, RESPONSE, record.body, record.chunks),
        ]

    def _body(
        self, exchange_id: str, direction: str, body: bytes, chunks: tuple[tuple[int, int], ...]
    ) -> list[Row]:
        if not body and not chunks:
            return []
        packed = self._packed(msgspec.json.encode(chunks)) if chunks else b""
        content = self._packed(body)
        return [Row(_BODY, (exchange_id, direction, content, packed), is_body=True)]

    def _packed(self, content: bytes) -> bytes:
        """Compressed, where that is worth it; what `unpacked` makes of both is the same."""
        if len(content) < _WORTH_IT and not content.startswith(_ZSTD_MAGIC):
            return content
        return self._compressor.compress(content)


def unpacked(content: bytes) -> bytes:
    """A body or its chunks as they were before they were stored. Raises Unavailable("store")."""
    try:
        if not content.startswith(_ZSTD_MAGIC):
            return content
        decompressor = getattr(_of_this_thread, "decompressor", None)
        if decompressor is None:
            decompressor = _of_this_thread.decompressor = zstandard.ZstdDecompressor()
        return bytes(decompressor.decompress(content))
    except zstandard.ZstdError as error:
        raise Unavailable("store", f"a recorded body is damaged: {error}") from None


def _columns(record: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name in record.__struct_fields__ if name not in ("body", "chunks"))


def _statement(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    # Not OR IGNORE: that would also swallow a NULL where none may be, and acknowledge it.
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "  # noqa: S608 - own names
        "ON CONFLICT DO NOTHING"
    )


def _values(record: Record | EventRecord, columns: Callable[[Any], tuple[Any, ...]]) -> list[Any]:
    return [
        value
        if ((kind := type(value)) is str and value.isascii())
        or (kind is int and -_MAX_INTEGER <= value <= _MAX_INTEGER)
        else _plain(value)
        for value in columns(record)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, int):
        return min(max(value, -_MAX_INTEGER), _MAX_INTEGER)
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    # A lone surrogate cannot be written as UTF-8; what is recorded shows where it was.
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    return value


_EXCHANGE_COLUMNS = _columns(ExchangeRecord)
_ANSWER_COLUMNS = _columns(AnswerRecord)
_DECISION_COLUMNS = _columns(DecisionRecord)
_EVENT_COLUMNS = _columns(EventRecord)
_of_event = attrgetter(*_EVENT_COLUMNS)
_EVENT = _statement("event", _EVENT_COLUMNS)
_of_exchange = attrgetter(*_EXCHANGE_COLUMNS)
_of_answer = attrgetter(*_ANSWER_COLUMNS)
_of_decision = attrgetter(*_DECISION_COLUMNS)
_EXCHANGE = _statement("exchange", _EXCHANGE_COLUMNS)
_ANSWER = _statement("answer", _ANSWER_COLUMNS)
_DECISION = _statement("decision", _DECISION_COLUMNS)
_BODY = _statement("body", ("exchange_id", "direction", "content", "chunks"))
