"""Bound credentials: taken from who holds the key, and from nobody else."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from extproc.adapters.dpop import DpopProofs
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.replays import ReplayStore
from extproc.adapters.system import SortableIds
from extproc.core.confirmation import (
    Presented,
    certificate_thumbprint,
    holds_key,
    read_confirmation,
    token_type,
    write_confirmation,
)
from extproc.core.decision import Code, Refused, Unavailable
from extproc.service.agents import Agents
from extproc.service.leases import Terms
from tests.adapters.proofs import new_key, proof, thumbprint
from tests.certificates import Authority
from tests.certificates import thumbprint as certificate_thumbprint_by_hand
from tests.service.test_agents import NOW, SECOND, Clock, CountingAuthority

URL = "https://gateway.example.com/v1/messages"
KEY = new_key()
JKT = {"jkt": thumbprint(KEY)}
X5T = {"x5t#S256": "A" * 43}
CALL = Presented(method="POST", url=URL)


class World:
    def __init__(self, directory: Path) -> None:
        self.path = directory
        self.clock = Clock()
        self.authority = CountingAuthority(directory)
        self.store = AgentStore(directory / "state.db")
        self.replays = ReplayStore(directory / "replays.db", self.clock)
        self.agents = self.process()

    def process(self, **terms: Any) -> Agents:
        return Agents(
            self.store,
            self.authority,
            self.clock,
            SortableIds(self.clock),
            Terms(**terms),
            proofs=DpopProofs(self.replays),
        )

    def proof(self, token: str, **changes: Any) -> str:
        at = self.clock.now() // SECOND
        return proof(KEY, "POST", URL, token, **({"iat": at} | changes))

    def headers(self, token: str, **changes: Any) -> dict[str, str]:
        return {"authorization": f"DPoP {token}", "dpop": self.proof(token, **changes)}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def refusal(call: Callable[[], Any]) -> tuple[str, str]:
    """(message, challenge)"""
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.refusal.code is Code.INVALID_TOKEN
    return caught.value.refusal.message, caught.value.refusal.challenge


@pytest.mark.parametrize(
    ("confirmation", "binding"), [(JKT, "dpop"), (X5T, "mtls"), ({}, "bearer")]
)
def test_an_agent_and_its_credential_say_what_they_are_bound_to(
    world: World, confirmation: dict[str, str], binding: str
) -> None:
    agent, token = world.agents.start("alice", confirmation=confirmation)
    identity = world.authority.verify(token, NOW)
    value = next(iter(confirmation.values()), "")
    assert (agent.binding, agent.confirmation) == (binding, value)
    assert (identity.binding, identity.confirmation) == (binding, value)
    assert identity.claims.get("cnf", {}) == confirmation
    assert world.store.get(agent.id) == agent


def test_the_proof_is_checked_on_every_call_and_the_credential_once(world: World) -> None:
    agent, token = world.agents.start("alice", confirmation=JKT)
    for _ in range(3):
        assert world.agents.identify(world.headers(token), CALL).agent_id == agent.id
    assert world.authority.verified == 1
    headers = world.headers(token)
    world.agents.identify(headers, CALL)
    message, challenge = refusal(lambda: world.agents.identify(headers, CALL))
    assert "used before" in message
    assert "invalid_dpop_proof" in challenge
    assert world.authority.verified == 1


def test_a_proof_is_good_once_for_all_processes(world: World) -> None:
    _, token = world.agents.start("alice", confirmation=JKT)
    headers = world.headers(token)
    world.agents.identify(headers, CALL)
    assert "used before" in refusal(lambda: world.process().identify(headers, CALL))[0]


STOLEN: dict[str, Callable[[World, str], Mapping[str, str]]] = {
    "as Bearer": lambda world, token: {"authorization": f"Bearer {token}"},
    "as Bearer with a proof": lambda world, token: {
        **world.headers(token), "authorization": f"Bearer {token}",
    },
    "as a key": lambda world, token: {"x-api-key": token, "dpop": world.proof(token)},
    "without a proof": lambda world, token: {"authorization": f"DPoP {token}"},
    "with an empty proof": lambda world, token: {"authorization": f"DPoP {token}", "dpop": " "},
}  # fmt: skip


@pytest.mark.parametrize("how", STOLEN)
def test_a_stolen_credential_is_refused_and_is_no_traffic(world: World, how: str) -> None:
    agent, token = world.agents.start("alice", confirmation=JKT)
    world.clock.passes(10)
    message, challenge = refusal(lambda: world.agents.identify(STOLEN[how](world, token), CALL))
    assert "bound to a key" in message
    assert challenge.startswith("DPoP ")
    assert 'error="invalid_token"' in challenge
    world.agents.sweep()
    seen = world.store.get(agent.id)
    assert seen is not None
    assert seen.last_seen == NOW


def test_who_was_robbed_is_known(world: World) -> None:
    _, token = world.agents.start("alice", confirmation=JKT)
    with pytest.raises(Refused) as caught:
        world.agents.identify({"authorization": f"Bearer {token}"}, CALL)
    assert caught.value.identity is not None
    assert caught.value.identity.subject == "alice"


def test_a_proof_by_a_key_that_is_not_the_bound_one(world: World) -> None:
    _, token = world.agents.start("alice", confirmation={"jkt": thumbprint(new_key())})
    assert "another key" in refusal(lambda: world.agents.identify(world.headers(token), CALL))[0]


def test_a_bearer_credential_is_not_made_better_by_a_proof(world: World) -> None:
    _, token = world.agents.start("alice")
    assert "not bound" in refusal(lambda: world.agents.identify(world.headers(token), CALL))[0]
    assert world.agents.identify({"authorization": f"Bearer {token}", "dpop": "any"}, CALL)


def test_without_a_verifier_no_bound_credential_is_taken(world: World) -> None:
    _, token = world.agents.start("alice", confirmation=JKT)
    agents = Agents(world.store, world.authority, world.clock, SortableIds(world.clock), Terms())
    refusal(lambda: agents.identify(world.headers(token), CALL))


def test_without_a_store_no_proof_is_good(world: World) -> None:
    _, token = world.agents.start("alice", confirmation=JKT)
    world.replays.close()
    with pytest.raises(Unavailable, match="store"):
        world.agents.identify(world.headers(token), CALL)


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_a_certificate(world: World, header: str) -> None:
    _, token = world.agents.start("alice", confirmation=X5T)
    headers = {header: token if header == "x-api-key" else f"Bearer {token}"}
    shown = msgspec.structs.replace(CALL, certificate="A" * 43)
    assert world.agents.identify(headers, shown).binding == "mtls"
    for certificate in ("", "B" * 43, "A" * 42):
        other = msgspec.structs.replace(CALL, certificate=certificate)
        assert (
            "certificate" in refusal(lambda other=other: world.agents.identify(headers, other))[0]
        )
    refusal(lambda: world.agents.identify({"authorization": f"DPoP {token}"}, shown))


@pytest.mark.parametrize("confirmation", [JKT, X5T], ids=["a key", "a certificate"])
def test_on_the_control_port_a_bound_credential_opens_nothing(
    world: World, confirmation: dict[str, str]
) -> None:
    _, token = world.agents.start("alice", confirmation=confirmation)
    for headers in (world.headers(token), {"authorization": f"Bearer {token}"}):
        refusal(lambda headers=headers: world.agents.identify(headers))


@pytest.mark.parametrize("required", ["dpop", "mtls"])
def test_where_binding_is_a_must(world: World, required: str) -> None:
    strict = world.process(binding=required)
    _, bearer = world.agents.start("alice")
    _, keyed = world.agents.start("alice", confirmation=JKT)
    _, certified = world.agents.start("alice", confirmation=X5T)
    shown = msgspec.structs.replace(CALL, certificate="A" * 43)
    calls = {
        "bearer": lambda: strict.identify({"authorization": f"Bearer {bearer}"}, shown),
        "dpop": lambda: strict.identify(world.headers(keyed), shown),
        "mtls": lambda: strict.identify({"x-api-key": certified}, shown),
    }
    assert calls.pop(required)().binding == required
    for call in calls.values():
        assert "must be bound" in refusal(call)[0]
    # What `extproc up` prints still opens the control port.
    assert strict.identify({"authorization": f"Bearer {bearer}"}).binding == "bearer"
    good = {"dpop": JKT, "mtls": X5T}
    assert strict.start("bob", confirmation=good.pop(required))
    for wrong in ({}, *good.values()):
        with pytest.raises(Refused, match="must be bound"):
            strict.start("bob", confirmation=wrong)
    assert len(strict.running("bob")) == 1


def test_at_the_token_endpoint_a_bound_credential_needs_its_key(world: World) -> None:
    agent, token = world.agents.start("alice", confirmation=JKT)
    assert world.agents.holder(token, JKT).agent_id == agent.id
    for proven in ({}, X5T, {"jkt": thumbprint(new_key())}):
        assert "not proven" in refusal(lambda p=proven: world.agents.holder(token, p))[0]
    _, bearer = world.agents.start("alice")
    assert world.agents.holder(bearer, {}).binding == "bearer"
    assert world.process(binding="dpop").holder(bearer, JKT).binding == "bearer"
    refusal(lambda: world.agents.holder("é", {}))


def test_a_bound_agents_child_is_not_a_bearer(world: World) -> None:
    parent, _ = world.agents.start("alice", confirmation=JKT)
    with pytest.raises(Refused, match="child is bound"):
        world.agents.start("alice", parent=parent.id)
    child, _ = world.agents.start("alice", parent=parent.id, confirmation=JKT)
    assert child.confirmation == JKT["jkt"]


@pytest.mark.parametrize("forged", [{}, X5T, {"jkt": thumbprint(new_key())}])
def test_a_credential_must_be_bound_as_its_agent_is(world: World, forged: dict[str, str]) -> None:
    agent, _ = world.agents.start("alice", confirmation=JKT)
    token = world.authority.issue(agent, credential_id="crd_1", now=NOW, confirmation=forged)
    message, _ = refusal(lambda: world.agents.identify({"authorization": f"Bearer {token}"}, CALL))
    assert "not its agent's" in message


WRONG: list[Any] = [
    {"jkt": ""}, {"jkt": "short"}, {"jkt": "A" * 44}, {"jkt": "A" * 42 + "="}, {"jkt": 5},
    {**JKT, **X5T}, {"jwk": "A" * 43}, {"x5t": "A" * 43},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_a_confirmation_that_is_none_binds_nothing(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_confirmation(wrong)
    with pytest.raises(Refused) as caught:
        world.agents.start("alice", confirmation=wrong)
    assert caught.value.refusal.code is Code.INVALID_REQUEST
    assert world.store.list() == []
    agent, _ = world.agents.start("alice")
    token = world.authority.issue(agent, credential_id="crd_1", now=NOW, confirmation=wrong)
    refusal(lambda: world.authority.verify(token, NOW))


@pytest.mark.parametrize("confirmation", [JKT, X5T, {}])
def test_a_confirmation_is_written_as_it_was_read(confirmation: dict[str, str]) -> None:
    assert write_confirmation(*read_confirmation(confirmation)) == confirmation
    assert token_type(confirmation) == ("DPoP" if confirmation == JKT else "Bearer")


@given(some.sampled_from(["dpop", "mtls"]), some.dictionaries(some.text(), some.text()))
def test_a_key_that_was_not_proven_is_not_held(binding: str, proven: dict[str, str]) -> None:
    assert not holds_key(binding, "A" * 43, proven)


# -- the certificate as Envoy hands it on ------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Authority(tmp_path_factory.mktemp("pki")).issue("alice")[0]


def test_the_thumbprint_of_a_certificate(certificate: Path) -> None:
    pem = certificate.read_text()
    expected = certificate_thumbprint_by_hand(certificate)
    assert certificate_thumbprint(quote(pem)) == expected
    assert certificate_thumbprint(quote(pem, safe="")) == expected
    assert certificate_thumbprint(quote(pem.replace("\n", "\r\n"))) == expected
    other = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    assert certificate_thumbprint(quote(pem + other)) == expected, "the first is the client's"
    assert certificate_thumbprint("") == ""


@pytest.mark.parametrize(
    "text", ["x", "%ff", "-----BEGIN CERTIFICATE-----", quote("-----BEGIN CERTIFICATE-----\nA\n"
     "-----END CERTIFICATE-----"), base64.b64encode(b"der").decode()],
)  # fmt: skip
def test_what_is_no_certificate_is_refused(text: str) -> None:
    refusal(lambda: certificate_thumbprint(text))


@given(some.text(min_size=1))
def test_whatever_stands_for_a_certificate(text: str) -> None:
    refusal(lambda: certificate_thumbprint(text))
