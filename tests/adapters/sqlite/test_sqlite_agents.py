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
from extproc.service.leases import Limits, Revocation

SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
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
    store.start(agent("agt_1"), Limits(5, MANY), NOW)
    assert store.get("agt_1") == agent("agt_1")
    assert store.list() == [agent("agt_1")]
    assert store.active() == {"agt_1": agent("agt_1")}
    assert store.get("agt_2") is None


def test_only_the_asked_subjects_agents_are_listed(store: AgentStore) -> None:
    for one in (agent("agt_1"), agent("agt_2", "bob"), agent("agt_3")):
        store.start(one, Limits(5, MANY), NOW)
    store.end("agt_3", "killed", NOW + 1)
    assert [one.id for one in store.list("alice")] == ["agt_1"]
    assert [one.id for one in store.list("alice", active_only=False)] == ["agt_1", "agt_3"]
    assert store.list("alice' OR 1=1 --") == []


def test_the_sixth_of_five_is_refused_and_told_when_to_try_again(store: AgentStore) -> None:
    for number in range(5):
        store.start(agent(f"agt_{number}", last_seen=NOW - number * SECOND), Limits(5, MANY), NOW)
    with pytest.raises(Refused) as caught:
        store.start(agent("agt_6"), Limits(5, MANY), NOW)
    refusal = caught.value.refusal
    assert (refusal.code, refusal.retry_after) == (Code.AGENT_LIMIT, 116)
    assert "alice" in refusal.message
    store.start(agent("agt_7", "bob"), Limits(5, MANY), NOW)


def test_all_subjects_together_have_a_limit_too(store: AgentStore) -> None:
    store.start(agent("agt_1"), Limits(5, 2), NOW)
    store.start(agent("agt_2", "bob"), Limits(5, 2), NOW)
    with pytest.raises(Refused, match="2 agents"):
        store.start(agent("agt_3", "carol"), Limits(5, 2), NOW)


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
    store.start(agent("agt_1", **changes), Limits(1, MANY), NOW)
    due = NOW + 10 * SECOND
    with pytest.raises(Refused):
        store.start(agent("agt_2"), Limits(1, MANY), due - 1)
    store.start(agent("agt_2"), Limits(1, MANY), due)
    ended = store.get("agt_1")
    assert ended is not None
    assert (ended.ended_at, ended.end_reason) == (due, reason)


def test_what_a_refused_start_swept_stays_swept(store: AgentStore) -> None:
    store.start(agent("agt_1", "bob", expires_at=NOW + 1), Limits(1, MANY), NOW)
    store.start(agent("agt_2"), Limits(1, MANY), NOW)
    with pytest.raises(Refused):
        store.start(agent("agt_3"), Limits(1, MANY), NOW + 1)
    assert list(store.active()) == ["agt_2"]


def test_traffic_keeps_an_agent_and_never_goes_backwards(store: AgentStore) -> None:
    store.start(agent("agt_1"), Limits(5, MANY), NOW)
    store.touch({"agt_1": NOW + 100 * SECOND})
    store.touch({"agt_1": NOW + 50 * SECOND})
    assert store.sweep(NOW + 219 * SECOND) == []
    (ended,) = store.sweep(NOW + 220 * SECOND)
    assert (ended.id, ended.end_reason, ended.last_seen) == ("agt_1", "idle", NOW + 100 * SECOND)
    store.touch({"agt_1": NOW + 500 * SECOND})
    assert store.get("agt_1") == ended


def test_an_agent_ends_once(store: AgentStore) -> None:
    store.start(agent("agt_1"), Limits(5, MANY), NOW)
    assert store.end("agt_1", "killed", NOW + 1)
    assert not store.end("agt_1", "released", NOW + 2)
    assert not store.end("agt_nobody", "killed", NOW)
    ended = store.get("agt_1")
    assert ended is not None
    assert (ended.ended_at, ended.end_reason) == (NOW + 1, "killed")


def test_children_end_with_their_parent_at_any_depth(store: AgentStore) -> None:
    store.start(agent("agt_1"), Limits(9, MANY), NOW)
    store.start(agent("agt_2", parent="agt_1"), Limits(9, MANY), NOW)
    store.start(agent("agt_3", parent="agt_2"), Limits(9, MANY), NOW)
    store.start(agent("agt_4"), Limits(9, MANY), NOW)
    store.end("agt_1", "killed", NOW + 1)
    assert list(store.active()) == ["agt_4"]


def test_a_parent_that_has_ended_starts_no_child(store: AgentStore) -> None:
    store.start(agent("agt_1"), Limits(9, MANY), NOW)
    store.end("agt_1", "killed", NOW)
    with pytest.raises(Refused) as caught:
        store.start(agent("agt_2", parent="agt_1"), Limits(9, MANY), NOW)
    assert caught.value.refusal.code is Code.REVOKED


def test_another_connections_starts_and_ends_are_noticed_and_traffic_is_not(
    store: AgentStore, tmp_path: Path
) -> None:
    other = AgentStore(tmp_path / "state.db")
    before = store.changes()
    other.start(agent("agt_1"), Limits(5, MANY), NOW)
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
    store.start(agent("agt_1"), Limits(5, MANY), NOW)
    assert store.changes() > before


def test_fifty_threads_race_for_five_slots(store: AgentStore) -> None:
    outcomes: list[str] = []

    def start(number: int) -> None:
        try:
            store.start(agent(f"agt_{number}"), Limits(5, MANY), NOW)
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
        store.start(agent(f"agt_{sys.argv[2]}_{number}"), Limits(5, MANY), NOW)
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
    store.start(agent("agt_1"), Limits(5, MANY), NOW)
    assert store.changes() == before + 1
    assert [each.id for each in store.changed(before)] == ["agt_1"]


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "var"
    store = AgentStore(directory / "state.db")
    store.start(agent("agt_1"), Limits(5, MANY), NOW)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}
    names = ("state.db", "state.db-wal", "state.db-shm", "state.epoch")
    assert files == dict.fromkeys(names, 0o600)


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    AgentStore(tmp_path / "state.db").start(agent("agt_1"), Limits(5, MANY), NOW)
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
    store.start(bound, Limits(5, MANY), 2)
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
        store.start(agent("agt_1"), Limits(5, MANY), NOW)
    assert store.list() == []
    holder.execute("ROLLBACK")
    store.start(agent("agt_1"), Limits(5, MANY), NOW)


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_WITHOUT_WAL_RESET_BUG", (99, 0, 0))
    with pytest.raises(Unavailable, match="SQLite"):
        AgentStore(tmp_path / "state.db")


def test_a_group_has_a_limit_over_all_its_members(store: AgentStore) -> None:
    limits = Limits(5, MANY, per_group={"ops": 2})
    for number, subject in enumerate(("alice", "bob")):
        store.start(agent(f"agt_{number}", subject, groups=("dev", "ops")), limits, NOW)
    with pytest.raises(Refused, match="group ops has 2 running agents"):
        store.start(agent("agt_3", "carol", groups=("ops",)), limits, NOW)
    store.start(agent("agt_4", "carol", groups=("dev", "operators", "o_s", "%")), limits, NOW)


def test_a_parent_has_so_many_children_at_once(store: AgentStore) -> None:
    limits = Limits(9, MANY, max_children=2)
    store.start(agent("agt_1"), limits, NOW)
    for number in (2, 3):
        store.start(agent(f"agt_{number}", parent="agt_1"), limits, NOW)
    with pytest.raises(Refused, match="agent agt_1 has 2 running children"):
        store.start(agent("agt_4", parent="agt_1"), limits, NOW)
    store.end("agt_2", "released", NOW)
    store.start(agent("agt_4", parent="agt_1"), limits, NOW)


def test_the_agent_that_was_idle_longest_makes_room(store: AgentStore) -> None:
    limits = Limits(3, MANY, evicts=True)
    for number, idle in enumerate((10, 30, 20)):
        store.start(agent(f"agt_{number}", last_seen=NOW - idle * SECOND), limits, NOW)
    (evicted,) = store.start(agent("agt_new"), limits, NOW)
    assert (evicted.id, evicted.end_reason) == ("agt_1", "evicted")
    assert sorted(store.active()) == ["agt_0", "agt_2", "agt_new"]


def test_nobody_who_works_is_evicted_nor_the_parent_of_the_new_one(store: AgentStore) -> None:
    limits = Limits(2, MANY, evicts=True)
    store.start(agent("agt_parent", last_seen=NOW - 60 * SECOND), limits, NOW)
    store.start(agent("agt_busy", last_seen=NOW - SECOND), limits, NOW)
    with pytest.raises(Refused) as caught:
        store.start(agent("agt_child", parent="agt_parent"), limits, NOW)
    assert caught.value.refusal.code is Code.AGENT_LIMIT
    assert sorted(store.active()) == ["agt_busy", "agt_parent"]


def test_no_ancestor_of_the_new_one_is_evicted(store: AgentStore) -> None:
    """It would take the parent along, and the new one would run without it."""
    limits = Limits(3, MANY, evicts=True)
    store.start(agent("agt_first", last_seen=NOW - 60 * SECOND), limits, NOW)
    store.start(agent("agt_second", parent="agt_first"), limits, NOW)
    store.start(agent("agt_third", parent="agt_second"), limits, NOW)
    with pytest.raises(Refused) as caught:
        store.start(agent("agt_fourth", parent="agt_third"), limits, NOW)
    assert caught.value.refusal.code is Code.AGENT_LIMIT
    assert sorted(store.active()) == ["agt_first", "agt_second", "agt_third"]


def test_nobody_is_evicted_in_vain(store: AgentStore) -> None:
    """The subject's limit could be met, the limit of all could not."""
    store.start(agent("agt_idle", last_seen=NOW - 60 * SECOND), Limits(1, 2), NOW)
    store.start(agent("agt_busy", "bob"), Limits(1, 2), NOW)
    with pytest.raises(Refused, match="1 agents"):
        store.start(agent("agt_new"), Limits(1, 1, evicts=True), NOW)
    assert sorted(store.active()) == ["agt_busy", "agt_idle"]


def test_a_session_ends_with_all_that_it_started(store: AgentStore) -> None:
    for number, (subject, issuer, session) in enumerate(
        [("alice", "i", "s1"), ("alice", "i", "s2"), ("alice", "j", "s1"), ("bob", "i", "s1")]
    ):
        store.start(
            agent(f"agt_{number}", subject, issuer=issuer, session=session), Limits(9, MANY), NOW
        )
    assert store.end_session("i", "", "", NOW) == []
    assert [one.id for one in store.end_session("i", "alice", "s1", NOW)] == ["agt_0"]
    assert [one.id for one in store.end_session("i", "", "s1", NOW)] == ["agt_3"]
    assert [one.id for one in store.end_session("i", "alice", "", NOW)] == ["agt_1"]
    assert list(store.active()) == ["agt_2"]


def test_a_session_that_is_over_starts_nothing_more_for_a_day(store: AgentStore) -> None:
    store.end_session("i", "alice", "s1", NOW)
    for subject, issuer in (("alice", "i"), ("bob", "i")):
        assert store.is_out(subject, issuer, "s1")
        with pytest.raises(Refused, match="logged out") as caught:
            store.start(agent("agt_1", subject, issuer=issuer, session="s1"), Limits(9, MANY), NOW)
        assert caught.value.refusal.code is Code.REVOKED
    for number, (issuer, session) in enumerate([("j", "s1"), ("i", "s2"), ("i", "")]):
        assert not store.is_out("alice", issuer, session)
        one = agent(f"agt_{number}", issuer=issuer, session=session)
        store.start(one, Limits(9, MANY), NOW)
    store.end_session("i", "", "s3", NOW + DAY - 1)
    assert store.is_out("alice", "i", "s1")
    store.end_session("i", "", "s3", NOW + DAY)
    assert not store.is_out("alice", "i", "s1")


def test_a_revocation_outlasts_the_process(tmp_path: Path) -> None:
    store = AgentStore(tmp_path / "state.db")
    store.start(agent("agt_1"), Limits(5, MANY), NOW)
    revocation = Revocation("alice", NOW + 1, "root", "left the company")
    assert [one.id for one in store.revoke(revocation)] == ["agt_1"]
    assert store.revoke(msgspec.structs.replace(revocation, by="other")) == []
    store.close()
    again = AgentStore(tmp_path / "state.db")
    assert list(again.revocations()) == [revocation]
    with pytest.raises(Refused, match="alice was revoked"):
        again.start(agent("agt_2"), Limits(5, MANY), NOW)


def test_the_file_of_an_older_version_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    database.open_for_writing(path, _SCHEMA[:1]).execute(
        "INSERT INTO agent VALUES ('agt_1', 'n', 'alice', 'i', '[]', 'c', '', 1, 1, ?, 9, '[]', "
        "NULL, '', 0)",
        (NOW,),
    )
    kept = AgentStore(path).get("agt_1")
    assert kept is not None
    assert (kept.subject, kept.source, kept.depth, kept.ends_at) == ("alice", "local", 1, 0)


def test_of_two_who_renew_at_once_with_one_token_none_keeps_the_agent(tmp_path: Path) -> None:
    store = AgentStore(tmp_path / "state.db")
    store.start(agent("agt_1", ends_at=NOW + 900 * SECOND), Limits(5, MANY), NOW)
    store.keep_refresh(b"first", "agt_1")
    outcomes: list[str] = []

    def renew(number: int) -> None:
        try:
            store.renew(b"first", b"next %d" % number, 300 * SECOND, NOW + 1)
            outcomes.append("renewed")
        except Refused as error:
            outcomes.append(error.refusal.code)

    threads = [threading.Thread(target=renew, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["invalid_token"] * 6 + ["renewed", "revoked"]
    assert store.active() == {}
