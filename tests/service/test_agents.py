"""Agents: started within limits, known by their credential, refused from the moment they end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from extproc import config
from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.system import SortableIds
from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Agent, Identity
from extproc.service.agents import Agents, credential_of
from extproc.service.leases import Limits, Revocation, Terms, document, is_due

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> int:
        return self.moment

    def elapsed(self) -> int:
        return self.moment

    def passes(self, seconds: float) -> None:
        self.moment += round(seconds * SECOND)


class CountingAuthority:
    """The real one, which counts how often it verifies."""

    def __init__(self, directory: Path) -> None:
        self._real = LocalAuthority(directory)
        self.issuer = self._real.issuer
        self.issue = self._real.issue
        self.verified = 0

    def verify(self, token: str, now: int) -> Identity:
        self.verified += 1
        return self._real.verify(token, now)


class World:
    """One data directory, and as many processes on it as a test wants."""

    def __init__(self, directory: Path) -> None:
        self.path = directory
        self.clock = Clock()
        self.authority = CountingAuthority(directory)
        self.store = AgentStore(directory / "state.db")
        self.agents = self.process()

    def process(self, **terms: int) -> Agents:
        return Agents(
            AgentStore(self.path / "state.db"),
            self.authority,
            self.clock,
            SortableIds(self.clock),
            Terms(**terms),
            remembered=3,
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def refusal(agents: Agents, token: str) -> tuple[Code, str]:
    with pytest.raises(Refused) as caught:
        agents.identify(bearer(token))
    return caught.value.refusal.code, caught.value.refusal.message


def test_an_agent_is_known_by_its_credential(world: World) -> None:
    world.clock.passes(0.25)
    agent, token = world.agents.start(
        "alice", groups=["engineering"], name="bot", models=["gpt-*"], client_id="cli"
    )
    assert agent == Agent(
        id=agent.id,
        name="bot",
        subject="alice",
        issuer="urn:extproc:local",
        groups=("engineering",),
        client_id="cli",
        started_at=NOW + SECOND // 4,
        last_seen=NOW + SECOND // 4,
        expires_at=NOW + 300 * SECOND,
        idle_timeout=120 * SECOND,
        models=("gpt-*",),
    )
    identity = world.agents.identify(bearer(token))
    assert msgspec.structs.replace(identity, claims={}, credential_id="crd_") == Identity(
        subject="alice",
        issuer="urn:extproc:local",
        groups=("engineering",),
        agent_id=agent.id,
        agent_name="bot",
        credential_id="crd_",
        expires_at=NOW + 300 * SECOND,
        client_id="cli",
        started_at=NOW + SECOND // 4,
        models=("gpt-*",),
    )
    assert identity.claims["exp"] - identity.claims["iat"] == 300
    assert identity == world.agents.identify({"x-api-key": token})


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, Code.MISSING_CREDENTIAL),
        ({"authorization": "", "x-api-key": " "}, Code.MISSING_CREDENTIAL),
        ({"authorization": "Basic YTpi"}, Code.INVALID_TOKEN),
        ({"authorization": "Bearer"}, Code.INVALID_TOKEN),
        ({"authorization": "Bearer a", "x-api-key": "b"}, Code.INVALID_TOKEN),
        ({"authorization": "Bearer a,Bearer b"}, Code.INVALID_TOKEN),
        ({"authorization": "Bearer not.a.token"}, Code.INVALID_TOKEN),
        ({"x-api-key": "sk-a-key-of-the-model"}, Code.INVALID_TOKEN),
        ({"x-api-key": "\udcff"}, Code.INVALID_TOKEN),
        ({"authorization": "Bearer é"}, Code.INVALID_TOKEN),
    ],
    ids=[
        "no header", "empty headers", "another scheme", "no token", "two credentials",
        "a header sent twice", "no token of ours", "a model's own key", "not UTF-8", "not ASCII",
    ],
)  # fmt: skip
def test_no_credential_no_caller(world: World, headers: dict[str, str], code: Code) -> None:
    with pytest.raises(Refused) as caught:
        world.agents.identify(headers)
    assert caught.value.refusal.code is code


def test_both_headers_may_hold_the_same_credential() -> None:
    assert credential_of({"authorization": "bEARER  a.b.c ", "x-api-key": "a.b.c"}) == "a.b.c"


def test_a_credential_is_verified_once(world: World) -> None:
    _, token = world.agents.start("alice")
    for _ in range(5):
        world.agents.identify(bearer(token))
    assert world.authority.verified == 1


def test_the_least_used_credential_is_forgotten_first(world: World) -> None:
    first, second, third, fourth = (world.agents.start("alice")[1] for _ in range(4))
    for token in (first, second, third, first, fourth, first):
        world.agents.identify(bearer(token))
    assert world.authority.verified == 4
    world.agents.identify(bearer(second))
    assert world.authority.verified == 5


def test_an_expired_credential_is_refused_though_it_is_remembered(world: World) -> None:
    _, token = world.agents.start("alice", ttl=1)
    world.agents.identify(bearer(token))
    world.clock.passes(1)
    assert refusal(world.agents, token) == (
        Code.INVALID_TOKEN,
        "the credential is not valid: it has expired",
    )


@pytest.mark.parametrize("where", ["here", "in another process"])
def test_a_killed_agents_very_next_call_is_refused(world: World, where: str) -> None:
    agent, token = world.agents.start("alice")
    world.agents.identify(bearer(token))
    killer = world.agents if where == "here" else world.process()
    assert killer.end(agent.id)
    code, message = refusal(world.agents, token)
    assert code is Code.REVOKED
    assert "killed" in message
    assert not world.agents.is_running(agent.id)
    assert not killer.end(agent.id)


def test_an_agent_of_another_process_is_known_at_once(world: World) -> None:
    world.agents.sweep()
    agent, token = world.process().start("alice")
    assert world.agents.identify(bearer(token)).agent_id == agent.id


def test_a_credential_without_a_lease_opens_nothing(world: World, tmp_path: Path) -> None:
    _, token = world.agents.start("alice")
    elsewhere = World(tmp_path / "other")
    elsewhere.agents._authority = world.authority
    code, message = refusal(elsewhere.agents, token)
    assert code is Code.REVOKED
    assert "not known" in message


def test_a_credential_must_be_of_its_agents_subject(world: World) -> None:
    agent, _ = world.agents.start("alice")
    forged = world.authority.issue(
        msgspec.structs.replace(agent, subject="root"), credential_id="crd_1", now=NOW
    )
    assert refusal(world.agents, forged)[0] is Code.INVALID_TOKEN


def test_an_idle_agent_is_refused_and_its_slot_is_free(world: World) -> None:
    agents = world.process(limits=Limits(per_subject=1))
    _, token = agents.start("alice")
    world.clock.passes(120)
    code, message = refusal(agents, token)
    assert code is Code.REVOKED
    assert "idle" in message
    agents.start("alice")


def test_traffic_keeps_an_agent_running(world: World) -> None:
    _, token = world.agents.start("alice")
    for _ in range(4):
        world.clock.passes(70)
        world.agents.identify(bearer(token))
        assert world.agents.sweep() == 1
    world.clock.passes(60)
    assert world.agents.sweep() == 0


def test_traffic_at_another_process_counts_here(world: World) -> None:
    agent, token = world.agents.start("alice")
    world.agents.identify(bearer(token))
    other = world.process()
    world.clock.passes(100)
    other.identify(bearer(token))
    other.sweep()
    world.clock.passes(100)
    assert world.agents.identify(bearer(token)).agent_id == agent.id


def test_a_call_just_before_the_timeout_is_not_lost_to_a_sweep_elsewhere(world: World) -> None:
    agent, token = world.agents.start("alice")
    world.clock.passes(119.5)
    world.agents.identify(bearer(token))
    world.clock.passes(1)
    assert world.process().sweep() == 1
    assert world.agents.is_running(agent.id)


def test_a_call_in_flight_is_activity(world: World) -> None:
    agent, token = world.agents.start("alice")
    world.agents.identify(bearer(token))
    world.agents.hold(agent.id)
    for _ in range(2):
        world.clock.passes(100)
        assert world.agents.sweep() == 1
    world.clock.passes(90)
    world.agents.release(agent.id)
    world.clock.passes(10)
    assert world.agents.sweep() == 0, "the lease has expired, whatever is in flight"


def test_what_is_not_running_may_be_held_and_released(world: World) -> None:
    world.agents.hold("agt_nobody")
    world.agents.touch("agt_nobody")
    world.agents.release("agt_nobody")


def test_a_sweep_saves_what_was_heard_only_when_there_was_something(world: World) -> None:
    agent, token = world.agents.start("alice")
    world.clock.passes(10)
    world.agents.identify(bearer(token))
    world.agents.sweep()
    seen = world.store.get(agent.id)
    assert seen is not None
    assert seen.last_seen == NOW + 10 * SECOND


def test_a_store_that_failed_gets_what_was_heard_later(world: World) -> None:
    agent, token = world.agents.start("alice")
    world.clock.passes(10)
    world.agents.identify(bearer(token))

    class Failing:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.store, name)

        def touch(self, seen: Any) -> None:
            raise Unavailable("store")

    working, world.agents._leases = world.agents._leases, Failing()
    with pytest.raises(Unavailable):
        world.agents.sweep()
    world.agents._leases = working
    world.agents.sweep()
    seen = world.store.get(agent.id)
    assert seen is not None
    assert seen.last_seen == NOW + 10 * SECOND


def test_without_a_store_no_one_is_known(world: World) -> None:
    _, token = world.agents.start("alice")
    world.agents.identify(bearer(token))
    world.agents._leases.close()  # type: ignore[attr-defined]
    with pytest.raises(Unavailable, match="store"):
        world.agents.identify(bearer(token))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ttl": 901},
        {"ttl": 0},
        {"ttl": -5},
        {"subject": ""},
        {"subject": "a\nb"},
        {"subject": "\x1b[2J"},
        {"subject": "\udcff"},
        {"name": "x" * 257},
        {"groups": [""]},
        {"models": ["gpt-\0"]},
    ],
    ids=[
        "longer than max_ttl", "no time at all", "a negative time", "no subject", "two lines",
        "an escape sequence", "not UTF-8", "a long name", "an empty group", "a NUL",
    ],
)  # fmt: skip
def test_a_wrong_start_takes_no_lease(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        world.agents.start(**({"subject": "alice"} | wrong))
    assert caught.value.refusal.code is Code.INVALID_REQUEST
    assert world.store.list(active_only=False) == []


def test_the_sixth_agent_of_a_subject_is_refused(world: World) -> None:
    for _ in range(5):
        world.agents.start("alice")
    with pytest.raises(Refused) as caught:
        world.agents.start("alice")
    assert caught.value.refusal.code is Code.AGENT_LIMIT
    world.agents.start("bob")


def test_nothing_outlives_max_lifetime(world: World) -> None:
    agent, _ = world.process(max_lifetime=60 * SECOND).start("alice")
    assert agent.expires_at == NOW + 60 * SECOND


def test_a_child_is_never_wider_nor_longer_than_its_parent(world: World) -> None:
    parent, _ = world.agents.start("alice", groups=["a", "b"], models=["gpt-*"], ttl=100)
    child, token = world.agents.start("alice", parent=parent.id)
    assert (child.groups, child.models, child.expires_at) == (
        ("a", "b"), ("gpt-*",), parent.expires_at,
    )  # fmt: skip
    identity = world.agents.identify(bearer(token))
    assert (identity.parent, identity.claims["act"]) == (
        parent.id, {"sub": child.id, "act": {"sub": parent.id}},
    )  # fmt: skip
    narrow, _ = world.agents.start("alice", parent=child.id, groups=["b"], models=["gpt-5"])
    assert (narrow.groups, narrow.models) == (("b",), ("gpt-5",))
    for wider in (
        {"groups": ["root"]},
        {"models": ["claude-*"]},
        {"models": ["gpt-5*"]},
        {"models": ["*"]},
    ):
        with pytest.raises(Refused, match="more than whoever asks has"):
            world.agents.start("alice", parent=parent.id, **wider)
    with pytest.raises(Refused, match="same subject"):
        world.agents.start("bob", parent=parent.id)


def test_a_parents_end_is_its_childrens_end(world: World) -> None:
    parent, _ = world.agents.start("alice")
    _, token = world.agents.start("alice", parent=parent.id)
    world.agents.identify(bearer(token))
    world.agents.end(parent.id)
    assert refusal(world.agents, token)[0] is Code.REVOKED
    with pytest.raises(Refused) as caught:
        world.agents.start("alice", parent=parent.id)
    assert caught.value.refusal.code is Code.REVOKED


def test_a_childs_traffic_keeps_its_parent(world: World) -> None:
    parent, _ = world.agents.start("alice")
    _, token = world.agents.start("alice", parent=parent.id)
    for _ in range(2):
        world.clock.passes(100)
        world.agents.identify(bearer(token))
        assert world.agents.sweep() == 2


def test_the_files_hold_no_credential(world: World) -> None:
    tokens = [world.agents.start("alice")[1] for _ in range(3)]
    for token in tokens:
        world.agents.identify(bearer(token))
    world.agents.sweep()
    everything = b"".join(path.read_bytes() for path in world.path.glob("state.db*"))
    for token in tokens:
        for part in token.split(".")[1:]:
            assert part.encode() not in everything


def test_the_terms_are_the_configurations() -> None:
    chosen = config.parse(
        {
            "credentials": {"ttl": "90s", "max_ttl": "2m"},
            "agents": {
                "per_subject": 2,
                "total": 3,
                "per_group": {"ops": 4},
                "per_model": {"gpt-*": 5},
                "max_children": 6,
                "max_depth": 7,
                "on_limit": "evict",
                "idle_timeout": "500ms",
                "max_lifetime": "1h",
            },
        }
    )
    assert Terms.of(chosen) == Terms(
        ttl=90 * SECOND,
        max_ttl=120 * SECOND,
        limits=Limits(per_subject=2, total=3, per_group={"ops": 4}, max_children=6, evicts=True),
        per_model={"gpt-*": 5},
        max_depth=7,
        idle_timeout=SECOND // 2,
        max_lifetime=3600 * SECOND,
    )
    assert Terms.of(config.Config()) == Terms()


def test_an_agents_document(world: World) -> None:
    agent, _ = world.agents.start("alice", name="bot")
    assert document(agent) == {
        "id": agent.id,
        "name": "bot",
        "subject": "alice",
        "issuer": "urn:extproc:local",
        "groups": [],
        "client_id": "local",
        "source": "local",
        "parent": "",
        "actor": "",
        "depth": 1,
        "scope": "",
        "models": [],
        "started_at": "2027-01-15T08:00:00.000+00:00",
        "last_seen": "2027-01-15T08:00:00.000+00:00",
        "expires_at": "2027-01-15T08:05:00.000+00:00",
        "renewable_until": None,
        "ended_at": None,
        "end_reason": "",
        "sources": [],
        "is_shared": False,
    }
    assert [is_due(agent, NOW + second * SECOND) for second in (119, 120, 300)] == [
        False, True, True,
    ]  # fmt: skip


def renewable(world: World, **options: Any) -> tuple[Agent, str]:
    agent, _ = world.agents.start("alice", is_renewable=True, **options)
    return agent, world.agents.refresh_token(agent)


def test_a_refresh_token_keeps_the_same_agent(world: World) -> None:
    agent, first = renewable(world)
    world.clock.passes(100.5)
    renewed, token, second = world.agents.renew(first)
    assert (renewed.id, renewed.expires_at) == (agent.id, NOW + 400 * SECOND)
    identity = world.agents.identify(bearer(token))
    assert (identity.agent_id, identity.expires_at) == (agent.id, NOW + 400 * SECOND)
    assert second != first
    world.clock.passes(100)
    world.agents.renew(second)


def test_two_who_use_one_refresh_token_end_the_agent(world: World) -> None:
    _, first = renewable(world)
    _, token, second = world.agents.renew(first)
    with pytest.raises(Refused) as caught:
        world.agents.renew(first)
    assert caught.value.refusal.code is Code.REVOKED
    assert refusal(world.agents, token)[1].endswith("a refresh token of it was used twice")
    with pytest.raises(Refused, match="not known"):
        world.agents.renew(second)


@pytest.mark.parametrize("token", ["", "rft_unknown", "rft_" + "é" * 90_000, "rft_\udcff"])
def test_an_unknown_refresh_token_is_refused(world: World, token: str) -> None:
    renewable(world)
    with pytest.raises(Refused) as caught:
        world.agents.renew(token)
    assert caught.value.refusal.code is Code.INVALID_TOKEN


def test_no_refresh_reaches_beyond_the_longest_life(world: World) -> None:
    world.agents = world.process(max_lifetime=700 * SECOND)
    _, token = renewable(world)
    for _ in range(3):
        world.clock.passes(200)
        agent, credential, token = world.agents.renew(token)
    assert agent.expires_at == NOW + 700 * SECOND
    assert world.agents.identify(bearer(credential)).expires_at == NOW + 700 * SECOND
    world.clock.passes(99)
    world.agents.renew(token)
    world.clock.passes(1)
    assert refusal(world.agents, credential)[0] is Code.INVALID_TOKEN
    with pytest.raises(Refused):
        world.agents.renew(token)


def test_an_expired_agent_is_not_renewed(world: World) -> None:
    _, token = renewable(world)
    world.clock.passes(300)
    with pytest.raises(Refused) as caught:
        world.agents.renew(token)
    assert caught.value.refusal.code is Code.REVOKED


def test_a_child_is_renewed_within_its_parents_life(world: World) -> None:
    parent, elder = renewable(world)
    child, younger = renewable(world, parent=parent.id)
    world.clock.passes(250)
    world.agents.renew(elder)
    renewed, _, _ = world.agents.renew(younger)
    assert renewed.expires_at == NOW + 550 * SECOND
    world.agents.end(parent.id)
    with pytest.raises(Refused):
        world.agents.renew(younger)
    assert not world.agents.is_running(child.id)


def test_generations_have_an_end(world: World) -> None:
    parent = ""
    for _ in range(3):
        parent = world.agents.start("alice", parent=parent)[0].id
    with pytest.raises(Refused, match="generation 3") as caught:
        world.agents.start("alice", parent=parent)
    assert caught.value.refusal.code is Code.AGENT_LIMIT


def test_a_child_says_who_its_parent_is_for(world: World) -> None:
    parent, _ = world.agents.start(
        "alice", issuer="https://idp", source="oidc", session="s1", actor="ci", scope="read write"
    )
    child, token = world.agents.start("alice", parent=parent.id, scope="read")
    assert (child.issuer, child.source, child.session, child.depth) == (
        "https://idp", "oidc", "s1", 2,
    )  # fmt: skip
    assert world.agents.identify(bearer(token)).claims["act"] == {
        "sub": child.id, "act": {"sub": parent.id, "act": {"sub": "ci"}},
    }  # fmt: skip
    with pytest.raises(Refused, match="scope"):
        world.agents.start("alice", parent=parent.id, scope="read admin")


def test_a_revoked_subjects_agents_end_in_every_process(world: World) -> None:
    tokens = [world.agents.start("alice")[1] for _ in range(3)]
    other = world.process()
    other.identify(bearer(tokens[0]))
    _, bob = world.agents.start("bob")
    ended = world.store.revoke(Revocation("alice", NOW, "root", "left"))
    assert len(ended) == 3
    for process in (world.agents, other):
        for token in tokens:
            assert refusal(process, token) == (
                Code.REVOKED,
                "the credential's agent no longer runs: its subject was revoked",
            )
    with pytest.raises(Refused) as caught:
        world.agents.start("alice")
    assert caught.value.refusal.code is Code.REVOKED
    world.agents.identify(bearer(bob))
    assert world.store.restore("alice")
    assert not world.store.restore("alice")
    world.agents.start("alice")
    assert refusal(world.agents, tokens[0])[0] is Code.REVOKED


def test_a_model_has_as_many_callers_as_it_may(world: World) -> None:
    agents = world.process(per_model={"gpt-5*": 2})
    ids = [agents.start(name)[0].id for name in ("alice", "bob", "carol")]
    agents.sweep()
    for agent_id in ids[:2]:
        assert agents.seats_needed(agent_id, "gpt-5-pro") == ["gpt-5*"]
        agents.take_seat(agent_id, "gpt-5-pro")
        assert agents.seats_needed(agent_id, "gpt-5") == []
    with pytest.raises(Refused, match=r"2 running agents call gpt-5\*") as caught:
        agents.take_seat(ids[2], "gpt-5")
    assert caught.value.refusal.code is Code.AGENT_LIMIT
    agents.take_seat(ids[2], "claude-4")
    agents.end(ids[0])
    agents.take_seat(ids[2], "gpt-5")
