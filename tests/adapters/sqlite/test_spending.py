"""The contract of service.budgets.Spending, on real SQLite."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from extproc.adapters.sqlite import spending
from extproc.adapters.sqlite.spending import SpendingStore
from extproc.config import Budget
from extproc.core.decision import Unavailable
from extproc.service.budgets import Account, Busy, Exhausted, Spent

START = 1_800_000_000_000_000
HOUR = 3_600_000_000
AGENT = Account("agent", "agt_1", Budget(requests=10, tokens=1000))
SUBJECT = Account("subject", "alice", Budget(requests=15))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SpendingStore]:
    store = SpendingStore(tmp_path / spending.FILE)
    yield store
    store.close()


def test_what_was_spent_before_is_told_with_each_charge(store: SpendingStore) -> None:
    both = [AGENT, SUBJECT]
    assert store.charge(both, START, 7, waits=False) == [Spent(0, 0), Spent(0, 0)]
    store.add(both, START, 100, waits=False)
    assert store.charge(both, START, 5, waits=True) == [Spent(1, 107), Spent(1, 107)]
    assert [store.spent(one, START) for one in both] == [Spent(2, 112), Spent(2, 112)]


def test_one_exhausted_account_keeps_all_others_as_they_were(store: SpendingStore) -> None:
    other = Account("agent", "agt_2", Budget())
    for _ in range(15):
        store.charge([SUBJECT], START, 1, waits=False)
    refused = store.charge([other, SUBJECT], START, 1, waits=False)
    assert refused == Exhausted(SUBJECT, "requests")
    assert refused.limit == 15
    assert store.spent(other, START) == Spent(0, 0)
    assert store.spent(SUBJECT, START) == Spent(15, 15)


@pytest.mark.parametrize(
    ("tokens", "may"), [(998, True), (999, True), (1000, False), (5000, False)]
)
def test_a_call_may_begin_while_a_token_is_left(
    store: SpendingStore, tokens: int, may: bool
) -> None:
    store.add([AGENT], START, tokens, waits=False)
    answer = store.charge([AGENT], START, 300, waits=False)
    assert answer == ([Spent(0, tokens)] if may else Exhausted(AGENT, "tokens"))


def test_what_is_taken_back_never_makes_a_debt_of_ours(store: SpendingStore) -> None:
    store.add([AGENT], START, -5, waits=False)
    assert store.spent(AGENT, START) == Spent(0, 0)
    store.add([AGENT], START, 3, waits=False)
    store.add([AGENT], START, -5, waits=False)
    assert store.spent(AGENT, START) == Spent(0, 0)


def test_windows_and_scopes_are_counted_each_by_itself(store: SpendingStore) -> None:
    namesake = Account("subject", AGENT.name, Budget())
    store.charge([AGENT], START, 1, waits=False)
    assert store.spent(AGENT, START + HOUR) == Spent(0, 0)
    assert store.spent(namesake, START) == Spent(0, 0)


def test_a_sweep_forgets_what_is_over_and_empties_the_journal(
    store: SpendingStore, tmp_path: Path
) -> None:
    for window in range(3):
        store.charge([AGENT], START + window * HOUR, 1, waits=False)
    store.sweep(START + HOUR)
    assert [store.spent(AGENT, START + window * HOUR).requests for window in range(3)] == [0, 1, 1]
    for _ in range(100):
        store.add([AGENT], START + HOUR, 1, waits=False)
        store.sweep(START + HOUR)
    assert (tmp_path / "spending.db-wal").stat().st_size < 100_000


@contextmanager
def elsewhere(path: Path) -> Iterator[None]:
    """Somebody else writes."""
    other = dbapi2.connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("COMMIT")
    other.close()


def test_a_writer_elsewhere_is_not_waited_for_unless_asked(
    store: SpendingStore, tmp_path: Path
) -> None:
    answers: list[object] = []
    with elsewhere(tmp_path / spending.FILE):
        with pytest.raises(Busy):
            store.charge([AGENT], START, 1, waits=False)
        with pytest.raises(Busy):
            store.add([AGENT], START, 1, waits=False)
        waiting = threading.Thread(
            target=lambda: answers.append(store.charge([AGENT], START, 1, waits=True))
        )
        waiting.start()
        assert answers == []
    waiting.join(10)
    assert answers == [[Spent(0, 0)]]


def test_a_writer_that_hangs_is_waited_for_in_bounded_time(
    store: SpendingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spending, "WAIT_SECONDS", 0.05)
    hurried = SpendingStore(tmp_path / spending.FILE)
    with elsewhere(tmp_path / spending.FILE), pytest.raises(Unavailable):
        hurried.charge([AGENT], START, 1, waits=True)
    hurried.close()


def test_the_file_is_its_owners_alone(store: SpendingStore, tmp_path: Path) -> None:
    store.charge([AGENT], START, 1, waits=False)
    for path in tmp_path.glob("spending.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


RACER = """
import sys, pathlib
sys.path.insert(0, sys.argv[2])
from test_spending import *
store = SpendingStore(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
passed = 0
for number in range(20):
    try:
        answer = store.charge([AGENT, SUBJECT], START, 1, waits=False)
    except Busy:
        answer = store.charge([AGENT, SUBJECT], START, 1, waits=True)
    passed += not isinstance(answer, Exhausted)
print(passed, flush=True)
sys.stdin.readline()
"""


def racer(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", RACER, str(path), str(Path(__file__).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def said(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_four_processes_with_twenty_calls_each_race_for_ten_requests(tmp_path: Path) -> None:
    path = tmp_path / spending.FILE
    racers = [racer(path) for _ in range(4)]
    for process in racers:
        go(process)
    assert sum(said(process) for process in racers) == 10
    for process in racers:
        process.communicate("end\n")
    store = SpendingStore(path)
    assert store.spent(AGENT, START) == Spent(10, 10)
    store.close()


def test_a_process_that_is_killed_leaves_its_count(tmp_path: Path) -> None:
    path = tmp_path / spending.FILE
    process = racer(path)
    go(process)
    assert said(process) == 10
    process.kill()
    process.communicate()
    store = SpendingStore(path)
    assert store.charge([AGENT], START, 1, waits=False) == Exhausted(AGENT, "requests")
    assert store.spent(SUBJECT, START) == Spent(10, 10)
    store.close()
