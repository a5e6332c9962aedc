"""One credential at several addresses: what is sharing, and what is only a move."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.adapters.sqlite.sources import SourceStore
from extproc.core.call import Call
from extproc.core.decision import Code, Refused, Unavailable
from extproc.service import sharing
from extproc.service.sharing import AT_ONCE, Sharing, Source
from tests.core.test_exchange import IDENTITY

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> int:
        return self.time

    def elapsed(self) -> int:
        return self.time


class World:
    """Some workers on one store."""

    def __init__(self, path: Path, workers: int = 1, verdict: str = "flag") -> None:
        self.clock = Clock()
        self.store = SourceStore(path / "sources.db")
        self.counted = 0
        self.workers = [
            Sharing(self.store, self.clock, verdict, self._count)  # type: ignore[arg-type]
            for _ in range(workers)
        ]
        self._calls = 0

    def _count(self) -> None:
        self.counted += 1

    def call(self, source: str, worker: int = 0) -> bool:
        """A call that is over at once; whether it was let in."""
        self.clock.time += SECOND
        sharing = self.workers[worker]
        try:
            sharing.arrive(IDENTITY, source)
        except Refused:
            return False
        call = self.opened(source, worker)
        sharing.close(call)
        return True

    def opened(self, source: str, worker: int = 0) -> Call:
        self._calls += 1
        call = Call(f"exc_{self._calls}", "dec_1", NOW, source, 1, "HTTP/1.1", "r", IDENTITY)
        self.workers[worker].open(call)
        return call

    async def sweep(self) -> None:
        """Twice, so that each heard all others."""
        for _ in range(2):
            for one in self.workers:
                await one.sweep()

    @property
    def is_shared(self) -> bool:
        return self.store.is_shared(IDENTITY.agent_id)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("calls", "is_sharing"),
    [
        pytest.param("a0 a1 a2 a90", False, id="one address"),
        pytest.param("a0 b1", False, id="a move"),
        pytest.param("a0 a1 b2 b3 b100", False, id="a move, and calls from there"),
        pytest.param("a0 b1 a2", True, id="there and back"),
        pytest.param("a0 b50 a55 b99", True, id="in turns"),
        pytest.param("a0 b60 a119", True, id="a minute there and a minute back"),
        pytest.param("a0 b30 a121", False, id="back after more than two minutes"),
        pytest.param("a0 b100 c200", False, id="a traveller"),
        pytest.param("a0 b1 c2 c3 b4", True, id="one of three that is not the first"),
    ],
)
async def test_who_is_at_it_at_once(
    tmp_path: Path, workers: int, calls: str, is_sharing: bool
) -> None:
    """Each address by a worker of its own, where there are two."""
    world = World(tmp_path, workers)
    for each in calls.split():
        world.clock.time = NOW + (int(each[1:]) - 1) * SECOND
        assert world.call(each[0], ord(each[0]) % workers)
        await world.workers[0].sweep()
    await world.sweep()
    assert world.is_shared is is_sharing
    assert world.counted == is_sharing


async def test_two_open_exchanges_are_at_once(world: World) -> None:
    first = world.opened("a")
    world.clock.time += 5 * SECOND
    world.opened("b")
    world.workers[0].close(first)
    await world.sweep()
    assert world.is_shared


async def test_an_exchange_that_is_open_elsewhere_is_found_a_sweep_later(tmp_path: Path) -> None:
    world = World(tmp_path, workers=2)
    world.opened("a", worker=0)
    world.clock.time += 300 * SECOND
    await world.sweep()
    assert world.call("b", worker=1)
    world.clock.time += SECOND
    await world.sweep()
    assert world.is_shared
    assert world.counted == 1


async def test_a_move_right_behind_the_end_of_an_exchange_is_no_sharing(world: World) -> None:
    call = world.opened("a")
    world.clock.time += 5 * SECOND
    world.workers[0].close(call)
    world.clock.time += 1
    assert world.call("b")
    world.workers[0].close(call)
    await world.sweep()
    assert not world.is_shared


async def test_a_shared_credential_is_counted_and_told_once(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        for source in ("10.0.0.1", "10.0.0.2"):
            assert world.call(source)
        await world.sweep()
    assert world.counted == 1
    told = capsys.readouterr().out
    assert told.count("several addresses at once") == 1
    assert "10.0.0.1" in told
    # A worker that starts later finds it too, and does not count it again.
    again = Sharing(world.store, world.clock, "flag", world._count)
    await again.sweep()
    assert world.counted == 1


@pytest.mark.parametrize("workers", [1, 2])
async def test_the_later_address_is_refused_while_the_first_calls(
    tmp_path: Path, workers: int
) -> None:
    world = World(tmp_path, workers, "deny")
    other = workers - 1
    assert world.call("a")
    assert world.call("b", other)
    assert world.call("a")
    await world.sweep()
    assert not world.call("b", other)
    assert not world.call("c", other)
    assert world.call("a")
    # When the first has gone for good, the next is the holder; until it comes back.
    world.clock.time += AT_ONCE + SECOND
    assert world.call("b", other)
    assert not world.call("c", other)
    assert world.call("a")
    await world.sweep()
    assert not world.call("b", other)


def test_a_second_address_is_refused_at_once_while_an_exchange_is_open(tmp_path: Path) -> None:
    world = World(tmp_path, verdict="deny")
    call = world.opened("a")
    world.clock.time += 300 * SECOND
    with pytest.raises(Refused, match="in use from another address") as refused:
        world.workers[0].arrive(IDENTITY, "b")
    assert refused.value.refusal.code is Code.INVALID_TOKEN
    world.workers[0].close(call)
    assert world.call("a")


def test_a_bound_credential_proves_itself_at_each_call(tmp_path: Path) -> None:
    world = World(tmp_path, verdict="deny")
    bound = msgspec.structs.replace(IDENTITY, binding="dpop")
    for source in "abab":
        world.workers[0].arrive(bound, source)
        world.workers[0].open(Call("exc_1", "dec_1", NOW, source, 1, "", "r", bound))
    assert world.workers[0]._known == {}


def test_strangers_do_not_push_the_holder_out(tmp_path: Path) -> None:
    world = World(tmp_path, verdict="deny")
    assert world.call("a")
    assert world.call("b")
    assert world.call("a")
    for number in range(3 * sharing.SOURCES_MAX):
        assert not world.call(f"c{number}")
    assert world.call("a")
    (known,) = world.workers[0]._known.values()
    assert len(known.visitors) == sharing.SOURCES_MAX


def test_the_credentials_that_are_remembered_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "CREDENTIALS_MAX", 3)
    world = World(tmp_path)
    forgotten = world.opened("a")
    for number in range(3):
        other = msgspec.structs.replace(IDENTITY, credential_id=f"crd_other_{number}")
        world.workers[0].arrive(other, "a")
    assert IDENTITY.credential_id not in world.workers[0]._known
    world.workers[0].close(forgotten)
    assert len(world.workers[0]._known) == 3


async def test_what_could_not_be_told_is_told_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(seen: object) -> None:
        raise Unavailable("store", "the disk is full")

    for source in "aba":
        world.call(source)
    with monkeypatch.context() as broken:
        broken.setattr(world.store, "save", full)
        with pytest.raises(Unavailable):
            await world.workers[0].sweep()
    await world.workers[0].sweep()
    assert [one.source for one in world.store.sources(IDENTITY.agent_id)] == ["a", "b"]
    assert world.counted == 1


async def test_what_is_known_of_an_agent(world: World) -> None:
    world.call("10.0.0.2")
    world.call("10.0.0.1")
    world.call("10.0.0.2")
    await world.sweep()
    assert world.store.sources(IDENTITY.agent_id) == [
        Source("crd_1", "agt_1", "10.0.0.2", NOW + SECOND, NOW + SECOND, NOW + 3 * SECOND),
        Source("crd_1", "agt_1", "10.0.0.1", NOW + 2 * SECOND, NOW + 2 * SECOND, NOW + 2 * SECOND),
    ]
    assert world.store.sources("agt_other") == []
    assert not world.store.is_shared("agt_other")


async def test_an_hour_later_it_is_forgotten(world: World) -> None:
    for source in "aba":
        world.call(source)
    await world.sweep()
    world.clock.time += 3700 * SECOND
    await world.sweep()
    assert world.store.sources(IDENTITY.agent_id) == []
    assert not world.is_shared


MOMENTS = st.lists(st.integers(0, 400), min_size=1, max_size=12).map(sorted)


@given(MOMENTS, MOMENTS)
def test_the_store_merges_as_the_workers_do(
    tmp_path_factory: pytest.TempPathFactory, ours: list[int], theirs: list[int]
) -> None:
    def heard(moments: list[int]) -> Source:
        first, *others = (NOW + moment * SECOND for moment in moments)
        seen = Source("crd_1", "agt_1", "a", first, first, first)
        for moment in others:
            seen.hear(moment)
        return seen

    store = SourceStore(tmp_path_factory.mktemp("merge") / "sources.db")
    store.save([heard(ours)])
    revision, _ = store.changed(0)
    store.save([heard(theirs)])
    _, (stored,) = store.changed(revision)
    store.close()
    merged = heard(ours)
    merged.merge(heard(theirs))
    assert stored == merged
    assert merged.first_seen == NOW + min(*ours, *theirs) * SECOND
    assert merged.last_seen == NOW + max(*ours, *theirs) * SECOND
    # The run that ends last, at least as far back as either of them saw it.
    whole = heard(sorted(ours + theirs))
    assert whole.since <= merged.since <= merged.last_seen
