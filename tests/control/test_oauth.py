"""The OAuth endpoints over HTTP semantics, with real agents, a real store and real records."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import msgspec
import pytest
from joserfc.jwk import ECKey
from pysqlite3 import dbapi2

from extproc.control.token import ASSERTION, CLIENT, EXCHANGE, REFRESH
from extproc.core.decision import Unavailable
from extproc.core.identity import Subject
from extproc.service.subjects import Logout, TokenType
from tests.adapters.proofs import new_key, proof, thumbprint
from tests.control.test_web import Site, bearer, site

__all__ = ["site"]

ALICE = Subject(
    subject="alice",
    issuer="https://idp",
    source="oidc",
    groups=("dev", "admin"),
    models=("gpt-*", "claude-4"),
    session="s1",
    client_id="notebook",
)


async def ask(
    site: Site, path: str = "/oauth2/token", key: ECKey | None = None, **fields: str
) -> httpx2.Response:
    """`key`: also prove that one is held (DPoP)."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if key is not None:
        headers["dpop"] = proof(key, "POST", f"http://control{path}")
    return await site.client.post(path, content=urlencode(fields), headers=headers)


async def exchange(
    site: Site, token: str = "alice", key: ECKey | None = None, **fields: str
) -> dict[str, Any]:
    answer = await ask(
        site,
        key=key,
        **{
            "grant_type": EXCHANGE,
            "subject_token": token,
            "subject_token_type": TokenType.ID_TOKEN,
            **fields,
        },
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refused(site: Site, **fields: str) -> tuple[int, str, str]:
    answer = await ask(
        site,
        **{
            "grant_type": EXCHANGE,
            "subject_token": "alice",
            "subject_token_type": TokenType.ID_TOKEN,
            **fields,
        },
    )
    said = answer.json()
    return answer.status_code, said["error"], said["error_description"]


def events(site: Site) -> list[dict[str, Any]]:
    path = next(
        Path(site.store._db.execute("PRAGMA database_list").fetchone()[2]).parent.glob("a*.db")
    )
    db = dbapi2.connect(path)
    db.row_factory = dbapi2.Row
    return [dict(row) for row in db.execute("SELECT * FROM event ORDER BY at, event_id")]


@pytest.fixture(autouse=True)
def alice(site: Site) -> None:
    site.subjects.known["alice"] = ALICE


async def test_an_identity_becomes_a_credential_of_one_agent(site: Site) -> None:
    said = await exchange(site, agent_name="bot", scope="chat model:gpt-5")
    identity = site.agents.identify(bearer(said["access_token"]))
    assert (identity.subject, identity.issuer, identity.groups) == (
        "alice", "https://idp", ("dev", "admin"),
    )  # fmt: skip
    assert (identity.models, identity.scope, identity.agent_name) == (("gpt-5",), "chat", "bot")
    assert identity.claims["act"] == {"sub": said["agent_id"]}
    assert (said["scope"], said["token_type"], said["issued_token_type"]) == (
        "chat model:gpt-5", "Bearer", TokenType.ACCESS_TOKEN,
    )  # fmt: skip
    assert site.issued == ["oidc"]
    (event,) = events(site)
    assert (event["kind"], event["subject"], event["agent_id"], event["client_id"]) == (
        "agent started", "alice", said["agent_id"], "notebook",
    )  # fmt: skip


async def test_a_refresh_keeps_the_agent_and_a_second_use_ends_it(site: Site) -> None:
    said = await exchange(site)
    renewed = await ask(site, grant_type=REFRESH, refresh_token=said["refresh_token"])
    assert renewed.status_code == 200
    assert renewed.json()["agent_id"] == said["agent_id"]
    assert renewed.json()["refresh_token"] != said["refresh_token"]
    again = await ask(site, grant_type=REFRESH, refresh_token=said["refresh_token"])
    assert (again.status_code, again.json()["error"], again.json()["code"]) == (
        400, "invalid_grant", "revoked",
    )  # fmt: skip
    assert site.store.list("alice") == []
    assert [event["kind"] for event in events(site)] == [
        "agent started", "agent renewed", "agent refused",
    ]  # fmt: skip
    theft = events(site)[-1]
    assert (theft["subject"], theft["agent_id"]) == ("alice", said["agent_id"])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param({"scope": "model:o3"}, "model 'o3'", id="a model more"),
        pytest.param({"scope": "model:*"}, "model '*'", id="a wider glob"),
        pytest.param({"subject_token": "eve"}, "not known", id="an unknown identity"),
        pytest.param({"agent_name": "a\nb"}, "printable", id="a name of two lines"),
    ],
)
async def test_more_than_the_identity_may_is_refused_and_written_down(
    site: Site, fields: dict[str, str], why: str
) -> None:
    status, error, description = await refused(site, **fields)
    assert (status, error) == (400, "invalid_request")
    assert why in description
    (event,) = events(site)
    assert (event["kind"], event["reason"]) == ("agent refused", description)
    assert site.store.list("alice") == []


async def test_a_child_is_never_wider_than_its_parent(site: Site) -> None:
    parent = await exchange(site, scope="chat model:gpt-5")
    own = {
        "token": parent["access_token"],
        "subject_token_type": TokenType.ACCESS_TOKEN,
    }
    child = await exchange(site, **own)
    identity = site.agents.identify(bearer(child["access_token"]))
    assert (identity.parent, identity.models, identity.scope) == (
        parent["agent_id"], ("gpt-5",), "chat",
    )  # fmt: skip
    assert identity.claims["act"] == {"sub": child["agent_id"], "act": {"sub": parent["agent_id"]}}
    for wider in ("model:gpt-4", "chat admin", "model:gpt-*"):
        status, error, _ = await refused(
            site,
            subject_token=parent["access_token"],
            subject_token_type=TokenType.ACCESS_TOKEN,
            scope=wider,
        )
        assert (status, error) == (400, "invalid_request")


async def test_an_agent_acts_for_its_own_subject_only(site: Site) -> None:
    site.subjects.known["bob"] = Subject(subject="bob", issuer="https://idp", source="oidc")
    parent = await exchange(site)
    actor = {"actor_token": parent["access_token"], "actor_token_type": TokenType.ACCESS_TOKEN}
    child = await exchange(site, **actor)
    assert site.agents.identify(bearer(child["access_token"])).parent == parent["agent_id"]
    status, _, description = await refused(site, subject_token="bob", **actor)
    assert (status, description) == (400, "the acting agent is of another subject")


async def test_another_actor_is_told_in_the_act_chain(site: Site) -> None:
    site.subjects.known["ci"] = Subject(subject="repo:x", issuer="https://ci", source="github")
    said = await exchange(site, actor_token="ci", actor_token_type=TokenType.JWT)
    identity = site.agents.identify(bearer(said["access_token"]))
    assert identity.claims["act"] == {"sub": said["agent_id"], "act": {"sub": "repo:x"}}


async def test_a_client_proves_itself_by_its_key(site: Site) -> None:
    fields = {"grant_type": CLIENT, "client_assertion_type": ASSERTION}
    said = (await ask(site, **fields, client_assertion="alice")).json()
    assert site.agents.identify(bearer(said["access_token"])).subject == "alice"
    assert "issued_token_type" not in said
    for wrong in ({"client_assertion": "eve"}, {}, {"client_assertion_type": "x"}):
        answer = await ask(site, **{**fields, **wrong})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_what_cannot_be_written_down_is_not_handed_out(site: Site) -> None:
    async def full(*_: object) -> None:
        raise Unavailable("store", "the disk is full")

    site.writer.write = full  # type: ignore[method-assign]
    answer = await ask(
        site,
        grant_type=EXCHANGE,
        subject_token="alice",
        subject_token_type=TokenType.ID_TOKEN,
    )
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert "access_token" not in answer.text
    assert site.store.list("alice") == []


async def test_an_agent_that_cannot_be_renewed_as_promised_keeps_no_place(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(digest: bytes, agent_id: str) -> None:
        raise Unavailable("store", "the disk is full")

    monkeypatch.setattr(site.store, "keep_refresh", fail)
    answer = await ask(
        site,
        grant_type=EXCHANGE,
        subject_token="alice",
        subject_token_type=TokenType.ID_TOKEN,
    )
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert site.store.list("alice") == []


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_whoever_holds_a_token_may_end_its_agent(site: Site, which: str) -> None:
    said = await exchange(site)
    assert (await ask(site, "/oauth2/revoke", token=said[which])).status_code == 200
    assert site.store.list("alice") == []
    # The answer says nothing about whether there was one.
    for token in (said[which], "unknown"):
        assert (await ask(site, "/oauth2/revoke", token=token)).status_code == 200
    assert (await ask(site, "/oauth2/revoke")).status_code == 400
    assert [event["kind"] for event in events(site)] == ["agent started", "agent ended"]


async def test_introspection_is_for_administrators(site: Site) -> None:
    said = await exchange(site)

    async def active(token: str) -> Any:
        answer = await site.client.post(
            "/oauth2/introspect",
            content=urlencode({"token": token}),
            headers={**bearer(site.admin), "content-type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code == 200
        return answer.json()

    live = await active(said["access_token"])
    assert (live["active"], live["sub"], live["agent_id"]) == (True, "alice", said["agent_id"])
    site.agents.end(said["agent_id"])
    for token in (said["access_token"], "x", ""):
        assert await active(token) == {"active": False}


async def test_a_provider_logs_a_session_out(site: Site) -> None:
    said = await exchange(site)
    site.subjects.logouts["bye"] = Logout(issuer="https://idp", subject="alice", session="other")
    site.subjects.logouts["now"] = Logout(issuer="https://idp", subject="", session="s1")
    for token, left in (("bye", 1), ("now", 0)):
        answer = await ask(site, "/oauth2/backchannel-logout", logout_token=token)
        assert answer.status_code == 200
        assert len(site.store.list("alice")) == left
    wrong = await ask(site, "/oauth2/backchannel-logout", logout_token="forged")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_request")
    answer = await ask(site, grant_type=REFRESH, refresh_token=said["refresh_token"])
    assert answer.status_code == 400
    # Nor does the token of that session start another one, or one that is on its way.
    assert "logged out" in (await refused(site))[2]
    site.subjects.known["again"] = msgspec.structs.replace(ALICE, session="s2")
    await exchange(site, "again")


async def test_a_revoked_subject_gets_nothing_until_it_is_restored(site: Site) -> None:
    said = await exchange(site)
    body = {"subject": "alice", "reason": "left"}
    answer = await site.client.post(
        "/api/v1/subjects/revoke", json=body, headers=bearer(site.admin)
    )
    assert answer.json() == {"subject": "alice", "revoked": True, "ended": 1}
    status, error, _ = await refused(site)
    assert (status, error) == (400, "invalid_request")
    assert (await ask(site, grant_type=REFRESH, refresh_token=said["refresh_token"])).is_error
    listed = await site.client.get("/api/v1/subjects", headers=bearer(site.admin))
    (alice,) = [one for one in listed.json() if one["subject"] == "alice"]
    assert (alice["agents"], alice["revoked"]["by"], alice["revoked"]["reason"]) == (
        0, "root", "left",
    )  # fmt: skip
    for status in (200, 404):
        answer = await site.client.post(
            "/api/v1/subjects/restore", json={"subject": "alice"}, headers=bearer(site.admin)
        )
        assert answer.status_code == status
    await exchange(site)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"subject": ""}', b'{"subject": 1}', b'{"x": 1}', b"x" * 5000]
)
async def test_a_wrong_revocation_says_what_is_wrong(site: Site, body: bytes) -> None:
    answer = await site.client.post(
        "/api/v1/subjects/revoke", content=body, headers=bearer(site.admin)
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


async def test_an_administrators_agents_do_not_administer(site: Site) -> None:
    """But for the one that was asked for with that scope."""
    plain = await exchange(site)
    answer = await site.client.get("/api/v1/agents", headers=bearer(plain["access_token"]))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "policy_denied")
    own = {"token": plain["access_token"], "subject_token_type": str(TokenType.ACCESS_TOKEN)}
    status, error, _ = await refused(
        site,
        subject_token=plain["access_token"],
        subject_token_type=str(TokenType.ACCESS_TOKEN),
        scope="control",
    )
    assert (status, error) == (400, "invalid_request"), "nor do their children"
    child = await exchange(site, **own)
    answer = await site.client.get("/api/v1/agents", headers=bearer(child["access_token"]))
    assert answer.status_code == 403
    asked = await exchange(site, scope="control")
    answer = await site.client.get("/api/v1/agents", headers=bearer(asked["access_token"]))
    assert answer.status_code == 200


async def test_an_agent_starts_no_administrator(site: Site) -> None:
    """Neither by asking for more than it was started for, nor for its own local subject."""
    own = {"subject_token_type": str(TokenType.ACCESS_TOKEN)}
    plain = (await exchange(site))["access_token"]
    status, error, why = await refused(site, subject_token=plain, scope="control", **own)
    assert (status, error) == (400, "invalid_request")
    assert "'control'" in why
    asked = (await exchange(site, scope="control"))["access_token"]
    child = (await exchange(site, asked, **own))["access_token"]
    assert (await site.client.get("/api/v1/agents", headers=bearer(child))).status_code == 200
    program = (await exchange(site, site.admin, **own))["access_token"]
    assert (await site.client.get("/api/v1/agents", headers=bearer(program))).status_code == 403
    refusal = await refused(site, subject_token=site.admin, scope="control", **own)
    assert refusal[0] == 400


async def test_a_scope_is_what_can_be_shown(site: Site) -> None:
    for scope in ("a\x1b[2J", "b" * 257, "\u202eevil"):
        status, error, _ = await refused(site, scope=scope)
        assert (status, error) == (400, "invalid_request")
    assert site.store.list("alice") == []


async def test_the_store_holds_no_usable_secret(site: Site) -> None:
    said = await exchange(site)
    renewed = await ask(site, grant_type=REFRESH, refresh_token=said["refresh_token"])
    directory = Path(site.store._db.execute("PRAGMA database_list").fetchone()[2]).parent
    everything = b"".join(path.read_bytes() for path in directory.glob("*.db*"))
    for token in (
        said["refresh_token"],
        renewed.json()["refresh_token"],
        said["access_token"].rpartition(".")[2],
        renewed.json()["access_token"].rpartition(".")[2],
    ):
        assert token.encode() not in everything


async def test_a_proof_binds_the_agent_for_all_its_credentials(site: Site) -> None:
    """Child and refresh included: else a thief would exchange what he stole for one of his own."""
    mine, thiefs = new_key(), new_key()
    said = await exchange(site, key=mine)
    assert said["token_type"] == "DPoP"
    (agent,) = site.store.list("alice")
    assert (agent.binding, agent.confirmation) == ("dpop", thumbprint(mine))
    own = {
        "grant_type": EXCHANGE,
        "subject_token": said["access_token"],
        "subject_token_type": str(TokenType.ACCESS_TOKEN),
    }
    for key in (None, thiefs):
        assert (await ask(site, key=key, **own)).status_code == 400
        stolen = await ask(site, key=key, grant_type=REFRESH, refresh_token=said["refresh_token"])
        assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    # What the thief tried cost the owner nothing.
    renewed = await ask(site, key=mine, grant_type=REFRESH, refresh_token=said["refresh_token"])
    assert renewed.json()["token_type"] == "DPoP"
    child = await ask(site, key=mine, **own)
    assert child.status_code == 200
    assert {one.confirmation for one in site.store.list("alice")} == {thumbprint(mine)}


@pytest.mark.parametrize("as_actor", [False, True], ids=["as the subject", "as the actor"])
async def test_an_identity_that_is_bound_to_a_key_needs_it(site: Site, as_actor: bool) -> None:
    """Else a thief would make a bearer credential of what is worth nothing without its key."""
    mine = new_key()
    confirmations = {"mine": {"jkt": thumbprint(mine)}, "other": {"kid": "x"}, "odd": "x"}
    for name, cnf in confirmations.items():
        site.subjects.known[name] = msgspec.structs.replace(ALICE, claims={"cnf": cnf})

    async def ask_with(name: str, key: ECKey | None) -> int:
        fields = {"subject_token": name}
        if as_actor:
            fields = {"actor_token": name, "actor_token_type": TokenType.JWT}
        form = {"subject_token": "alice", "subject_token_type": TokenType.ID_TOKEN, **fields}
        return (await ask(site, key=key, grant_type=EXCHANGE, **form)).status_code

    for name, key in (("mine", None), ("mine", new_key()), ("other", mine), ("odd", mine)):
        assert await ask_with(name, key) == 400
    assert site.store.list("alice") == []
    assert await ask_with("mine", mine) == 200


async def test_a_wrong_proof_is_called_one(site: Site) -> None:
    answer = await site.client.post(
        "/oauth2/token",
        content=urlencode({"grant_type": REFRESH}),
        headers={"dpop": proof(new_key(), "POST", "http://elsewhere/oauth2/token")},
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")
    (event,) = events(site)
    assert (event["kind"], event["code"]) == ("agent refused", "invalid_token")
    assert event["reason"] == answer.json()["error_description"]
