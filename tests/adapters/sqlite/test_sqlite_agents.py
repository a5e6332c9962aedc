"""The contract of service.leases.Leases, on real SQLite."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest
from pysqlite3 import dbapi2

from extproc.adapters.sqlite import database
from extproc.adapters.sqlite.agents import _SCHEMA, AgentStore
from extproc.adapters.sqlite.bell import Bell
from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Agent

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND
MANY = 1000


def agent(id: str, subject: str = "alice", **changes: object) -> Agent:
    return msgspec.structs.replace(
        Agent(
            id=id,
            name=f"name of {id}",
            subject=subject,
            issuer="urn:extproc:local",
            groups=("engineering", "bücher"),
            client_id="cli",
            started_at=NOW,
            last_seen=NOW,
            expires_at=NOW + 300 * SECOND,
            idle_timeout=120 * SECOND,
            models=("gpt-*",),
        ),
        **changes,
    )


@pytest.fixture
def store(tmp_path: Path) -> AgentStore:
    return AgentStore(tmp_path / "state.db")


def test_what_is_started_is_read_back_whole(store: AgentStore) -> None:
    store.start(agent("agt_1"), 5, MANY, NOW)
    assert store.get("agt_1") == agent("agt_1")
    assert store.list() == [agent("agt_1")]
    assert store.active() == {"agt_1": agent("agt_1")}
    assert store.get("agt_2") is None


def test_only_the_asked_subjects_agents_are_listed(store: AgentStore) -> None:
    for one in (agent("agt_1"), agent("agt_2", "bob"), agent("agt_3")):
        store.start(one, 5, MANY, NOW)
    store.end("agt_3", "killed", NOW + 1)
    assert [one.id for one in store.list("alice")] == ["agt_1"]
    assert [one.id for one in store.list("alice", active_only=False)] == ["agt_1", "agt_3"]
    assert store.list("alice' OR 1=1 --") == []


def test_the_sixth_of_five_is_refused_and_told_when_to_try_again(store: AgentStore) -> None:
    for number in range(5):
        store.start(agent(f"agt_{number}", last_seen=NOW - number * SECOND), 5, MANY, NOW)
    with pytest.raises(Refused) as caught:
        store.start(agent("agt_6"), 5, MANY, NOW)
    refusal = caught.value.refusal
    assert (refusal.code, refusal.retry_after) == (Code.AGENT_LIMIT, 116)
    assert "alice" in refusal.message
    store.start(agent("agt_7", "bob"), 5, MANY, NOW)


def test_all_subjects_together_have_a_limit_too(store: AgentStore) -> None:
    store.start(agent("agt_1"), 5, 2, NOW)
    store.start(agent("agt_2", "bob"), 5, 2, NOW)
    with pytest.raises(Refused, match="2 agents"):
        store.start(agent("agt_3", "carol"), 5, 2, NOW)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expires_at": NOW + 10 * SECOND}, "expired"),
        ({"idle_timeout": 10 * SECOND}, "idle"),
    ],
    ids=["an expired lease", "an idle one"],
)
def test_is_free_again_in_the_instant_it_is_due(
    store: AgentStore, changes: dict[str, int], reason: str
) -> None:
    store.start(agent("agt_1", **changes), 1, MANY, NOW)
    due = NOW + 10 * SECOND
    with pytest.raises(Refused):
        store.start(agent("agt_2"), 1, MANY, due - 1)
    store.start(agent("agt_2"), 1, MANY, due)
    ended = store.get("agt_1")
    assert ended is not None
    assert (ended.ended_at, ended.end_reason) == (due, reason)


def test_what_a_refused_start_swept_stays_swept(store: AgentStore) -> None:
    store.start(agent("agt_1", "bob", expires_at=NOW + 1), 1, MANY, NOW)
    store.start(agent("agt_2"), 1, MANY, NOW)
    with pytest.raises(Refused):
        store.start(agent("agt_3"), 1, MANY, NOW + 1)
    assert list(store.active()) == ["agt_2"]


def test_traffic_keeps_an_agent_and_never_goes_backwards(store: AgentStore) -> None:
    store.start(agent("agt_1"), 5, MANY, NOW)
    store.touch({"agt_1": NOW + 100 * SECOND})
    store.touch({"agt_1": NOW + 50 * SECOND})
    assert store.sweep(NOW + 219 * SECOND) == []
    (ended,) = store.sweep(NOW + 220 * SECOND)
    assert (ended.id, ended.end_reason, ended.last_seen) == ("agt_1", "idle", NOW + 100 * SECOND)
    store.touch({"agt_1": NOW + 500 * SECOND})
    assert store.get("agt_1") == ended


def test_an_agent_ends_once(store: AgentStore) -> None:
    store.start(agent("agt_1"), 5, MANY, NOW)
    assert store.end("agt_1", "killed", NOW + 1)
    assert not store.end("agt_1", "released", NOW + 2)
    assert not store.end("agt_nobody", "killed", NOW)
    ended = store.get("agt_1")
    assert ended is not None
    assert (ended.ended_at, ended.end_reason) == (NOW + 1, "killed")


def test_children_end_with_their_parent_at_any_depth(store: AgentStore) -> None:
    store.start(agent("agt_1"), 9, MANY, NOW)
    store.start(agent("agt_2", parent="agt_1"), 9, MANY, NOW)
    store.start(agent("agt_3", parent="agt_2"), 9, MANY, NOW)
    store.start(agent("agt_4"), 9, MANY, NOW)
    store.end("agt_1", "killed", NOW + 1)
    assert list(store.active()) == ["agt_4"]


def test_a_parent_that_has_ended_starts_no_child(store: AgentStore) -> None:
    store.start(agent("agt_1"), 9, MANY, NOW)
    store.end("agt_1", "killed", NOW)
    with pytest.raises(Refused) as caught:
        store.start(agent("agt_2", parent="agt_1"), 9, MANY, NOW)
    assert caught.value.refusal.code is Code.REVOKED


def test_another_connections_starts_and_ends_are_noticed_and_traffic_is_not(
    store: AgentStore, tmp_path: Path
) -> None:
    other = AgentStore(tmp_path / "state.db")
    before = store.changes()
    other.start(agent("agt_1"), 5, MANY, NOW)
    started = store.changes()
    assert started > before
    assert store.changed(before) == [agent("agt_1")]
    other.touch({"agt_1": NOW + 1})
    assert store.changes() == started
    other.end("agt_1", "killed", NOW + 2)
    assert [one.end_reason for one in store.changed(started)] == ["killed"]
    assert store.changes() > started
    assert store.changes() == other.changes()


def test_our_own_are_noticed_as_well(store: AgentStore) -> None:
    before = store.changes()
    store.start(agent("agt_1"), 5, MANY, NOW)
    assert store.changes() > before


def test_fifty_threads_race_for_five_slots(store: AgentStore) -> None:
    outcomes: list[str] = []

    def start(number: int) -> None:
        try:
            store.start(agent(f"agt_{number}"), 5, MANY, NOW)
            outcomes.append("started")
        except Refused as error:
            outcomes.append(error.refusal.code)

    threads = [threading.Thread(target=start, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["agent_limit"] * 45 + ["started"] * 5
    assert len(store.active()) == 5


RACER = """
import sys, pathlib
sys.path.insert(0, sys.argv[3])
from test_sqlite_agents import *
store = AgentStore(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
started = 0
for number in range(10):
    try:
        store.start(agent(f"agt_{sys.argv[2]}_{number}"), 5, MANY, NOW)
        started += 1
    except Refused:
        pass
print(started)
"""


def test_five_processes_with_ten_starts_each_race_for_five_slots(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(path), str(number), str(Path(__file__).parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(5)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    assert sum(int(racer.communicate("go\n")[0]) for racer in racers) == 5
    assert len(AgentStore(path).active()) == 5


def test_a_writer_that_dies_before_its_commit_hides_nothing(tmp_path: Path) -> None:
    store = AgentStore(tmp_path / "state.db")
    before = store.changes()
    Bell(tmp_path / "state.epoch").ring(before + 1)
    assert store.changes() == before, "the number was rung, the commit never came"
    store.start(agent("agt_1"), 5, MANY, NOW)
    assert store.changes() == before + 1
    assert [each.id for each in store.changed(before)] == ["agt_1"]


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "var"
    store = AgentStore(directory / "state.db")
    store.start(agent("agt_1"), 5, MANY, NOW)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}
    names = ("state.db", "state.db-wal", "state.db-shm", "state.epoch")
    assert files == dict.fromkeys(names, 0o600)


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    AgentStore(tmp_path / "state.db").start(agent("agt_1"), 5, MANY, NOW)
    assert AgentStore(tmp_path / "state.db").get("agt_1") == agent("agt_1")


@pytest.mark.parametrize(
    "break_it",
    [
        lambda path: path.write_bytes(b"not a database" * 1000),
        lambda path: path.mkdir(),
    ],
    ids=["a file that is no database", "a directory in its place"],
)
def test_a_store_that_cannot_open_is_unavailable(tmp_path: Path, break_it: object) -> None:
    break_it(tmp_path / "state.db")  # type: ignore[operator]
    with pytest.raises(Unavailable, match="store"):
        AgentStore(tmp_path / "state.db")


def test_an_older_versions_agents_are_bound_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    database.open_for_writing(path, _SCHEMA[:1]).close()
    connection = dbapi2.connect(str(path))
    connection.execute(
        "INSERT INTO agent VALUES "
        "('agt_1', '', 'alice', 'i', '[]', '', '', 1, 1, 9, 9, '[]', NULL, '', 0)"
    )
    connection.commit()
    connection.close()
    store = AgentStore(path)
    old = store.get("agt_1")
    assert old is not None
    assert (old.subject, old.binding, old.confirmation) == ("alice", "bearer", "")
    bound = agent("agt_2", binding="dpop", confirmation="A" * 43)
    store.start(bound, 5, MANY, 2)
    assert store.get("agt_2") == bound


def test_a_newer_versions_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    AgentStore(path).close()
    connection = dbapi2.connect(str(path))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Unavailable, match="newer"):
        AgentStore(path)


def test_a_lock_that_is_never_released_makes_it_unavailable_in_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
    store = AgentStore(tmp_path / "state.db")
    holder = dbapi2.connect(str(tmp_path / "state.db"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        store.start(agent("agt_1"), 5, MANY, NOW)
    assert store.list() == []
    holder.execute("ROLLBACK")
    store.start(agent("agt_1"), 5, MANY, NOW)


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_WITHOUT_WAL_RESET_BUG", (99, 0, 0))
    with pytest.raises(Unavailable, match="SQLite"):
        AgentStore(tmp_path / "state.db")
