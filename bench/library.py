"""A million recorded exchanges of a month, as an audit database of its own.

People, models and words are drawn with weights like those of real use: a few come up all the
time, most hardly ever. Bodies are masked, as what is recorded always is.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from extproc.adapters.sqlite import schema
from extproc.adapters.sqlite.database import open_for_writing
from extproc.adapters.sqlite.words import WordIndex
from extproc.adapters.system import SortableIds
from extproc.core.decision import Phase
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome, Record

DAYS = 30
_SECOND = 1_000_000
_BATCH = 5_000
_WORDS = 30_000
_PER_BODY = 40
_MODELS = ("gpt-5", "gpt-5-mini", "claude-sonnet", "gemini-pro", "text-embedding-3")
_KINDS = (("EMAIL", 0.06), ("PERSON", 0.1), ("PHONE", 0.02), ("CREDIT_CARD", 0.001))


class _MovingClock:
    """Says what it was told last, so that ids are of the moments of their records."""

    def __init__(self) -> None:
        self.moment = 0

    def now(self) -> int:
        return self.moment

    def elapsed(self) -> int:
        return self.moment


def words() -> list[str]:
    """The vocabulary; the first are the frequent ones, the last hardly come up."""
    letters = "bdfgklmnprstvz"
    return [
        "".join(
            letters[number // 14**place % 14] + "aeiou"[number // 5**place % 5]
            for place in range(4)
        )
        for number in range(_WORDS)
    ]


def fill(directory: Path, count: int, say: Callable[[str], None] = lambda _: None) -> None:
    """Write `audit.db` and its index of words."""
    began = time.perf_counter()
    path = directory / schema.AUDIT_FILE
    db = open_for_writing(path, schema.AUDIT, full=False)
    db.execute("PRAGMA synchronous = OFF")
    rows = schema.RowMaker()
    batch: dict[str, list[object]] = {}
    for number, records in enumerate(_exchanges(count), 1):
        for record in records:
            for row in rows.rows(record):
                batch.setdefault(row.statement, []).append(row.values)
        if number % _BATCH == 0 or number == count:
            db.execute("BEGIN IMMEDIATE")
            for statement, values in batch.items():
                db.executemany(statement, values)
            db.execute("COMMIT")
            batch = {}
            if number % (20 * _BATCH) == 0:
                say(f"{number:,} exchanges after {time.perf_counter() - began:.0f} s")
    db.close()
    index = WordIndex(path)
    index.catch_up()
    index.close()
    say(f"words after {time.perf_counter() - began:.0f} s")


def _exchanges(count: int) -> Iterator[list[Record]]:
    dice = random.Random(7)
    clock = _MovingClock()
    ids = SortableIds(clock)
    vocabulary = words()
    # Zipf's law, by drawing an exponent evenly.
    drawn = [vocabulary[int(_WORDS ** dice.random()) - 1] for _ in range(200_000)]
    start = time.time_ns() // 1000 - DAYS * 24 * 3600 * _SECOND
    step = DAYS * 24 * 3600 * _SECOND // count
    for number in range(count):
        clock.moment = at = start + number * step
        id = ids.new("exc")
        person = int(2_000 ** dice.random())
        model = dice.choices(_MODELS, (50, 30, 15, 4, 1))[0]
        is_refused = dice.random() < 0.01
        findings = {kind: 1 for kind, share in _KINDS if dice.random() < share}
        told = " ".join(f"[{kind}]" for kind in findings)
        begin = dice.randrange(len(drawn) - 2 * _PER_BODY)
        asked, said = (
            " ".join(drawn[begin + half : begin + half + _PER_BODY]) for half in (0, _PER_BODY)
        )
        yield [
            DecisionRecord(
                ids.new("dec"), id, Phase.REQUEST, at, not is_refused,
                "policy_denied" if is_refused else "",
                f"rule {person % 5}" if is_refused else "", "r-1", 300,
            ),
            ExchangeRecord(
                exchange_id=id, at=at, subject=f"person-{person}", issuer="bench",
                agent_id=f"agt_{person:05}{number // 20_000:04}",
                agent_name=f"agent-{person % 40}", client_id=f"client-{person % 10}",
                source=f"127.0.{person % 16}.{person % 250}", method="POST",
                path="/v1/chat/completions", api="openai", operation="chat", model=model,
                upstream="bench", allowed=not is_refused,
                code="policy_denied" if is_refused else "",
                reason=f"rule {person % 5}" if is_refused else "",
                findings=findings, size=700,
                body=json.dumps(
                    {"model": model, "messages": [{"role": "user", "content": f"{asked} {told}"}]}
                ).encode(),
            ),
            AnswerRecord(
                exchange_id=id, at=at + _SECOND, status=403 if is_refused else 200,
                outcome=Outcome.REFUSED if is_refused else Outcome.COMPLETED,
                body=json.dumps({"choices": [{"message": {"content": said}}]}).encode(),
                input_tokens=120, output_tokens=90, first_byte=200_000, duration=_SECOND,
            ),
        ]  # fmt: skip
