"""Who has ended is known at once, by every process, with the reason; or nobody is served."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import msgspec
import pytest

from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.system import SortableIds
from extproc.core.decision import Code, Refusal, Refused, Unavailable
from extproc.service.agents import STALE_SECONDS, Agents
from extproc.service.endings import Endings
from extproc.service.leases import Terms
from tests.fakes import CountingMeter
from tests.service.test_agents import SECOND, Clock, bearer


class World:
    """A control process that keeps the leases, and a worker that hears of it."""

    def __init__(self, directory: Path) -> None:
        self.path = directory
        self.clock = Clock()
        self.store = AgentStore(directory / "state.db")
        self.control = self._process(self.store)
        self.worker_store = AgentStore(directory / "state.db")
        self.worker = self._process(self.worker_store, heard=self.worker_store.heard)

    def _process(self, store: AgentStore, heard: Callable[[], int] | None = None) -> Agents:
        return Agents(
            store, LocalAuthority(self.path), self.clock, SortableIds(self.clock), Terms(),
            heard=heard,
        )  # fmt: skip

    def look_after_leases(self) -> None:
        self.control.sweep()
        self.store.beat(self.clock.elapsed())


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.look_after_leases()
    return made


# --- who has ended


def test_why_each_agent_ended_is_said(world: World) -> None:
    started = {
        name: world.control.start("alice", name=name)[0].id
        for name in ("killed", "released", "revoked by its subject", "expired", "running")
    }
    for agent_id in started.values():
        world.worker.hold(agent_id)
    before = world.worker.epoch()
    assert world.worker.ended(started.values()) == {}
    for reason in ("killed", "released", "revoked by its subject", "expired"):
        world.control.end(started[reason], reason)
    assert world.worker.epoch() != before
    ended = world.worker.ended(started.values())
    assert {each.code for each in ended.values()} == {Code.REVOKED}
    said = "the credential's agent no longer runs: "
    assert {agent_id: each.message.removeprefix(said) for agent_id, each in ended.items()} == {
        started["killed"]: "it was ended (killed)",
        started["released"]: "it was released by its owner",
        started["revoked by its subject"]: "it was ended",
        started["expired"]: "its lease expired",
    }


def test_the_reason_is_still_known_when_nothing_was_open(world: World) -> None:
    agent, _ = world.control.start("alice")
    world.control.end(agent.id)
    assert "killed" in world.worker.ended([agent.id])[agent.id].message
    assert "not known" in world.worker.ended(["agt_nobody"])["agt_nobody"].message


def test_a_parents_end_is_its_childrens(world: World) -> None:
    parent, _ = world.control.start("alice")
    child, _ = world.control.start("alice", parent=parent.id)
    world.worker.hold(child.id)
    world.control.end(parent.id)
    assert set(world.worker.ended([child.id])) == {child.id}


def test_a_lease_that_expires_under_an_open_stream_is_ended_by_the_sweep(world: World) -> None:
    agent, _ = world.control.start("alice", ttl=60)
    world.worker.hold(agent.id)
    world.clock.passes(59)
    world.look_after_leases()
    assert world.worker.ended([agent.id]) == {}
    world.clock.passes(1)
    world.look_after_leases()
    assert "expired" in world.worker.ended([agent.id])[agent.id].message


def test_an_open_stream_is_not_idle(world: World) -> None:
    agent, _ = world.control.start("alice")
    world.worker.hold(agent.id)
    for _ in range(3):
        world.clock.passes(50)
        world.worker.sweep()
        world.look_after_leases()
    assert world.worker.ended([agent.id]) == {}
    world.worker.release(agent.id)
    world.clock.passes(121)
    world.look_after_leases()
    assert "idle" in world.worker.ended([agent.id])[agent.id].message


def test_a_lease_that_is_renewed_cuts_nothing(world: World) -> None:
    """As a refreshed credential does it: the row changes, the epoch with it."""
    agent, _ = world.control.start("alice", ttl=60)
    world.worker.hold(agent.id)
    before = world.worker.epoch()
    later = msgspec.structs.replace(agent, expires_at=agent.expires_at + 600 * SECOND)
    with world.store._writing() as db:
        db.execute(
            "UPDATE agent SET expires_at = ?, changed = ? WHERE id = ?",
            (later.expires_at, world.store._next_epoch(db), agent.id),
        )
    assert world.worker.epoch() != before
    assert world.worker.ended([agent.id]) == {}
    world.clock.passes(61)
    world.worker.touch(agent.id)
    world.worker.sweep()
    world.look_after_leases()
    assert world.worker.ended([agent.id]) == {}
    world.worker.release(agent.id)


# --- the watch


class Exchanges:
    """What is open, and what was interrupted."""

    def __init__(self, *agents: str) -> None:
        self.agents = agents
        self.asked = 0
        self.cut: list[Mapping[str, Refusal]] = []

    def open_agents(self) -> Collection[str]:
        self.asked += 1
        return self.agents

    def interrupt(self, ended: Mapping[str, Refusal]) -> int:
        self.cut.append(ended)
        return len(ended)


def test_nothing_is_asked_while_nobody_starts_or_ends(world: World) -> None:
    agent, _ = world.control.start("alice")
    exchanges = Exchanges(agent.id)
    endings = Endings(world.worker, exchanges, CountingMeter())
    for _ in range(100):
        endings.look()
    assert (exchanges.asked, exchanges.cut) == (1, [{}])
    world.control.end(agent.id)
    for _ in range(100):
        endings.look()
    assert exchanges.asked == 2
    assert set(exchanges.cut[-1]) == {agent.id}


def test_a_call_that_noticed_first_hides_nothing_from_the_watch(world: World) -> None:
    agent, token = world.control.start("alice")
    exchanges = Exchanges(agent.id)
    endings = Endings(world.worker, exchanges, CountingMeter())
    endings.look()
    world.control.end(agent.id)
    with pytest.raises(Refused, match="killed"):
        world.worker.identify(bearer(token))
    world.worker.sweep()
    endings.look()
    assert set(exchanges.cut[-1]) == {agent.id}


def test_a_look_that_fails_is_made_again(world: World) -> None:
    agent, _ = world.control.start("alice")
    exchanges, meter = Exchanges(agent.id), CountingMeter()
    endings = Endings(world.worker, exchanges, meter)
    endings.look()
    world.control.end(agent.id)
    really = world.worker.ended

    def broken(_: object) -> dict[str, Refusal]:
        raise Unavailable("store", "no file")

    world.worker.ended = broken  # type: ignore[method-assign, assignment]
    endings.look()
    endings.look()
    assert meter.failures == ["revocations"], "said once, not twenty times a second"
    world.worker.ended = really  # type: ignore[method-assign]
    endings.look()
    assert set(exchanges.cut[-1]) == {agent.id}


async def test_the_watch_goes_on_after_an_error(world: World) -> None:
    looks = 0

    class Odd(Exchanges):
        def open_agents(self) -> Collection[str]:
            nonlocal looks
            looks += 1
            if looks == 1:
                raise KeyError("a bug")
            return ()

    watch = asyncio.create_task(Endings(world.worker, Odd(), CountingMeter()).watch())
    async with asyncio.timeout(5):
        while looks < 2:
            await asyncio.sleep(0)
    assert not watch.done()
    watch.cancel()


# --- a feed that may be stale


def is_served(world: World, token: str) -> bool:
    try:
        world.worker.identify(bearer(token))
    except Unavailable as error:
        return error.component != "revocations"
    return True


def test_a_worker_that_hears_nothing_refuses_and_recovers(world: World) -> None:
    _, token = world.control.start("alice")
    assert is_served(world, token)
    for _ in range(STALE_SECONDS):
        world.clock.passes(1)
        world.worker.sweep()
    assert is_served(world, token)
    world.clock.passes(0.001)
    assert not is_served(world, token)
    world.look_after_leases()
    assert is_served(world, token)


def test_a_worker_whose_own_sweep_fails_refuses_and_recovers(world: World) -> None:
    _, token = world.control.start("alice")
    for _ in range(STALE_SECONDS + 1):
        world.clock.passes(1)
        world.look_after_leases()
    assert not is_served(world, token)
    world.worker.sweep()
    assert is_served(world, token)


def test_a_beat_from_before_the_machine_started_anew_is_none(world: World) -> None:
    _, token = world.control.start("alice")
    world.store.beat(world.clock.elapsed() + 1)
    assert not is_served(world, token)


def test_a_process_on_its_own_needs_nobodys_beat(tmp_path: Path) -> None:
    world = World(tmp_path)
    _, token = world.control.start("alice")
    world.clock.passes(STALE_SECONDS + 1)
    world.control.identify(bearer(token))
    assert not is_served(world, token)


def test_a_stale_worker_still_cuts_what_it_can_see_has_ended(world: World) -> None:
    agent, _ = world.control.start("alice")
    world.worker.hold(agent.id)
    world.clock.passes(STALE_SECONDS + 1)
    world.control.end(agent.id)
    assert set(world.worker.ended([agent.id])) == {agent.id}


# --- files that are not the same any more


@pytest.mark.parametrize("is_made_anew", [True, False], ids=["replaced", "deleted"])
def test_an_epoch_file_that_is_another_is_found_again(world: World, is_made_anew: bool) -> None:
    agent, token = world.control.start("alice")
    assert is_served(world, token)
    world.worker.hold(agent.id)
    (world.path / "state.epoch").unlink()
    if is_made_anew:
        AgentStore(world.path / "state.db").close()
    world.worker.sweep()
    assert not is_served(world, token), "the control process has not said that it sees it too"
    world.control.end(agent.id)
    world.look_after_leases()
    assert set(world.worker.ended([agent.id])) == {agent.id}
    _, other = world.control.start("alice")
    assert is_served(world, other)


def test_a_database_that_is_another_serves_nobody(world: World) -> None:
    _, token = world.control.start("alice")
    assert is_served(world, token)
    (world.path / "state.db").rename(world.path / "kept.db")
    for process in (world.worker, world.control):
        with pytest.raises(Unavailable, match="deleted or replaced"):
            process.sweep()
        with pytest.raises(Unavailable, match="deleted or replaced"):
            process.identify(bearer(token))
        with pytest.raises(Unavailable, match="deleted or replaced"):
            process.epoch()
