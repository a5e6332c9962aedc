"""The words of bodies: what is found, and that the index never changes an answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysqlite3 import dbapi2

from extproc.adapters.sqlite.queries import RecordReader, words_of
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.sqlite.words import WordIndex, text_of
from extproc.core.record import AnswerRecord, ExchangeRecord, Outcome
from extproc.service.questions import Question

NOW = 1_800_000_000_000_000


def sse(*events: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"plain words", "plain words"),
        (b"", ""),
        (b'{"model":"m","messages":[{"role":"user","content":"Hello \\u00fc"}]}', "Hello ü"),
        (b'{"a":"x","b":[{"c":"y"}],"n":1,"t":null}', "x\ny"),
        (b'{"broken": "words', '{"broken": "words'),
        (b"[" * 5000, "[" * 5000),
        (b"\xff\xfe words", "\ufffd\ufffd words"),
        (
            sse(
                {"id": "1", "choices": [{"index": 0, "delta": {"content": "Hel"}}]},
                {"id": "1", "choices": [{"index": 0, "delta": {"content": "lo"}}]},
            )
            + b"data: [DONE]\n\n",
            "Hello",
        ),
        (
            b"event: content_block_delta\n"
            + sse({"index": 0, "delta": {"text": "one"}}, {"index": 1, "delta": {"text": "two"}})
            + sse({"index": 0, "delta": {"text": "some"}}),
            "onesome\ntwo",
        ),
        (sse({"type": "response.output_text.delta", "delta": "wo"}, {"delta": "rd"}), "word"),
        (b": a comment\ndata: not json\n\n", ""),
    ],
    ids=[
        "text", "nothing", "JSON", "strings of JSON in order", "JSON that is cut", "too deep",
        "not UTF-8", "OpenAI's pieces", "Anthropic's blocks", "Responses' deltas", "no events",
    ],
)  # fmt: skip
def test_the_words_of_a_body(body: bytes, text: str) -> None:
    assert text_of(body) == text


@given(st.binary(max_size=200))
def test_any_body_has_words_without_an_error(body: bytes) -> None:
    text_of(body)
    text_of(b"data: " + body)
    text_of(b"{" + body)


INJECTIONS = [
    '"', '""', "'", "a AND b", "a OR", "NOT", "NEAR(a b)", "text:alice", "-alice", "alice*",
    "^alice", "(", "{a b}: c", "a\0b", '" OR "', "\\", "words:secret", "+", "a + b",
    "; DROP TABLE words", "*", '"unbalanced phrase', "日本語",
]  # fmt: skip


@pytest.fixture
async def recorded(tmp_path: Path) -> Path:
    writer = RecordWriter(tmp_path / "audit.db")
    await writer.write(ExchangeRecord(exchange_id="exc_1", at=NOW, body=b"Alice met Bob. near or"))
    await writer.write(AnswerRecord(exchange_id="exc_1", at=NOW, outcome=Outcome.COMPLETED,
                                    body=b"The quick brown fox"))  # fmt: skip
    await writer.write(ExchangeRecord(exchange_id="exc_2", at=NOW + 1, body=b"bob wrote to alice"))
    await asyncio.to_thread(writer.close)
    return tmp_path / "audit.db"


def found(path: Path, text: str) -> list[str]:
    reader = RecordReader(path)
    ids = [one.exchange.exchange_id for one in reader.find(Question(text=text))]
    reader.close()
    return ids


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_people_type_is_only_ever_words(recorded: Path, text: str) -> None:
    assert set(found(recorded, text)) <= {"exc_1", "exc_2"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_makes_a_query_that_sqlite_takes(text: str) -> None:
    connection = dbapi2.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    query = words_of(text)
    if query:
        connection.execute("SELECT * FROM words WHERE words MATCH ?", (query,)).fetchall()
    connection.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("alice", ["exc_1", "exc_2"]),
        ("ALICE bob", ["exc_1", "exc_2"]),
        ('"alice met"', ["exc_1"]),
        ('"met alice"', []),
        ("quick", ["exc_1"]),
        ("quick alice", []),
        ("near", ["exc_1"]),
        ("alice OR nobody", []),
        ("ali", []),
        ("alice !!!", ["exc_1", "exc_2"]),
    ],
    ids=[
        "a word", "all words, any case", "a phrase", "its order counts", "a word of the answer",
        "words of one body", "an operator is a word", "OR is one too", "whole words",
        "punctuation means nothing",
    ],
)  # fmt: skip
def test_found_by_text(recorded: Path, text: str, ids: list[str]) -> None:
    assert found(recorded, text) == ids


@pytest.mark.parametrize("state", ["none", "behind", "whole", "another file's", "broken"])
def test_the_answer_is_the_same_whatever_the_state_of_the_index(recorded: Path, state: str) -> None:
    index = recorded.with_name("text.db")
    for path in recorded.parent.glob("text.db*"):
        path.unlink()
    if state == "broken":
        index.write_bytes(b"broken" * 1000)
    elif state != "none":
        follower = WordIndex(recorded)
        follower.catch_up()
        follower.close()
        connection = dbapi2.connect(str(index), isolation_level=None)
        assert connection.execute("SELECT number FROM progress").fetchone() == (3,)
        if state == "behind":
            connection.execute("DELETE FROM words WHERE rowid = 3")
            connection.execute("UPDATE progress SET number = 2")
        if state == "another file's":
            connection.execute("UPDATE progress SET origin = 'other', number = 3000")
        connection.close()
    assert found(recorded, "alice") == ["exc_1", "exc_2"]
    assert found(recorded, "fox") == ["exc_1"]


def test_the_index_follows_a_new_file_of_the_same_name(recorded: Path) -> None:
    connection = dbapi2.connect(str(recorded), isolation_level=None)
    connection.execute("UPDATE origin SET id = 'new'")
    connection.execute("DELETE FROM body WHERE number = 1")
    connection.close()
    follower = WordIndex(recorded)
    follower.catch_up()
    follower.close()
    connection = dbapi2.connect(str(recorded.with_name("text.db")))
    assert connection.execute("SELECT * FROM progress").fetchone() == ("new", 3)
    rows = connection.execute("SELECT rowid FROM words WHERE words MATCH 'alice'").fetchall()
    assert rows == [(3,)]
    connection.close()
