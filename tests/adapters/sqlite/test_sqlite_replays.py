"""Ids that may be used once: by whichever thread, in whichever process, across restarts."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from extproc.adapters.sqlite.replays import FILE, ReplayStore
from extproc.core.decision import Unavailable
from extproc.core.ports import Clock

SECOND = 1_000_000


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = 100 * SECOND

    def now(self) -> int:
        return self.moment

    def elapsed(self) -> int:
        return self.moment


@pytest.fixture
def clock() -> Hand:
    return Hand()


def store(directory: Path, clock: Clock, most: int = 1000) -> ReplayStore:
    return ReplayStore(directory / FILE, clock, most)


def test_an_id_is_first_once(tmp_path: Path, clock: Hand) -> None:
    replays = store(tmp_path, clock)
    until = 200 * SECOND
    assert replays.first("dpop", "a", until)
    assert not replays.first("dpop", "a", until)
    assert replays.first("assertion", "a", until)
    assert replays.first("dpop", "b", until)


def test_kind_and_id_do_not_run_together(tmp_path: Path, clock: Hand) -> None:
    replays = store(tmp_path, clock)
    assert replays.first("dpop", "xa", 200 * SECOND)
    assert replays.first("dpopx", "a", 200 * SECOND)


def test_an_id_is_remembered_across_restarts(tmp_path: Path, clock: Hand) -> None:
    first = store(tmp_path, clock)
    assert first.first("dpop", "a", 200 * SECOND)
    first.close()
    assert not store(tmp_path, clock).first("dpop", "a", 200 * SECOND)


def test_the_file_is_its_owners_and_holds_no_id(tmp_path: Path, clock: Hand) -> None:
    replays = store(tmp_path, clock)
    replays.first("dpop", "the-id-of-a-proof", 200 * SECOND)
    for path in tmp_path.glob(f"{FILE}*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"the-id-of-a-proof" not in path.read_bytes()


def test_a_race_has_one_winner(tmp_path: Path, clock: Hand) -> None:
    stores = [store(tmp_path, clock) for _ in range(4)]
    for number in range(25):
        with ThreadPoolExecutor(8) as pool:
            won = list(
                pool.map(
                    lambda index, id=f"{number}": stores[index % 4].first("dpop", id, 200 * SECOND),
                    range(8),
                )
            )
        assert won.count(True) == 1


def test_a_race_of_processes_has_one_winner(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from extproc.adapters.sqlite.replays import ReplayStore\n"
        "store = ReplayStore(Path(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "print(sum(store.first('dpop', str(n), 1 << 60) for n in range(200)))\n"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / FILE)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    assert sum(int(racer.communicate(timeout=30)[0]) for racer in racers) == 200


def rows(replays: ReplayStore) -> tuple[int, int]:
    """(counted, as the store counts)"""
    counted = replays._db.execute("SELECT count(*) FROM replay").fetchone()[0]
    return counted, replays._db.execute("SELECT rows FROM tally").fetchone()[0]


def test_what_is_too_old_is_forgotten_little_by_little(tmp_path: Path, clock: Hand) -> None:
    replays = store(tmp_path, clock)
    for number in range(300):
        replays.first("dpop", f"old {number}", 200 * SECOND)
    assert rows(replays) == (300, 300)
    clock.moment = 201 * SECOND
    for number in range(160):
        replays.first("dpop", f"new {number}", 300 * SECOND)
    assert rows(replays) == (160, 160)
    assert not replays.first("dpop", "new 0", 300 * SECOND)


def test_a_store_that_is_full_refuses_and_forgets_nothing(tmp_path: Path, clock: Hand) -> None:
    replays = store(tmp_path, clock, most=3)
    assert all(replays.first("dpop", id, 200 * SECOND) for id in "abc")
    for _ in range(2):
        with pytest.raises(Unavailable, match="store"):
            replays.first("dpop", "d", 200 * SECOND)
    assert not replays.first("dpop", "a", 200 * SECOND)
    assert rows(replays) == (3, 3)
    clock.moment = 200 * SECOND
    assert replays.first("dpop", "d", 300 * SECOND)


def test_a_store_that_cannot_answer_says_so(tmp_path: Path, clock: Hand) -> None:
    replays = store(tmp_path, clock)
    replays.close()
    with pytest.raises(Unavailable, match="store"):
        replays.first("dpop", "a", 200 * SECOND)


@given(some.text(), some.text(alphabet=some.characters(codec=None), max_size=10))
def test_whatever_an_id_is(tmp_path_factory: pytest.TempPathFactory, kind: str, id: str) -> None:
    replays = store(tmp_path_factory.getbasetemp() / "any", Hand(), 1 << 20)
    replays.first(kind, id, 200 * SECOND)
    assert not replays.first(kind, id, 200 * SECOND)
    replays.close()
