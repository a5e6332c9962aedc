"""What counts once: a client's assertion, and a provider's word that somebody has logged out."""

from __future__ import annotations

from typing import Any

import pytest

from extproc.adapters.identity.jwt import JwtSubjects
from extproc.service.subjects import Logout
from tests.adapters.identity.conftest import Trusting, refused
from tests.adapters.identity.provider import (
    ED,
    NOW,
    OTHER_RSA,
    START,
    MemoryReplays,
    Provider,
    sign,
)

US = ("https://gateway.example", "https://gateway.example/oauth2/token")
EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}


def with_client(trusting: Trusting, provider: Provider) -> JwtSubjects:
    one = {"name": "batch", "jwks": f"{provider.issuer}/jwks", "groups": ["robots"], "prefix": "c:"}
    return trusting({"clients": [one, {**one, "name": "other"}]})


def assertion(key: Any = ED, alg: str = "EdDSA", /, header: Any = None, **changed: Any) -> str:
    claims = {
        "iss": "batch", "sub": "batch", "aud": US[0], "exp": START + 60, "jti": "1",
    } | changed  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not ...}
    return sign(claims, key, alg, **(header or {}))


async def test_a_client_is_known_by_its_assertion(trusting: Trusting, provider: Provider) -> None:
    found = await with_client(trusting, provider).verify_client(assertion(), US, NOW)
    assert (found.subject, found.client_id, found.source) == ("c:batch", "batch", "client")
    assert found.groups == ("robots",)


async def test_an_assertion_counts_once(
    trusting: Trusting, provider: Provider, replays: MemoryReplays
) -> None:
    subjects = with_client(trusting, provider)
    await subjects.verify_client(assertion(), US, NOW)
    await refused(subjects.verify_client(assertion(), US, NOW), "used before")
    await refused(subjects.verify_client(assertion(exp=START + 61), US, NOW), "used before")
    await subjects.verify_client(assertion(jti="2"), US, NOW)
    await subjects.verify_client(assertion(iss="other", sub="other"), US, NOW)
    assert replays.seen[("client_assertion", "batch 1")] == (START + 60) * 1_000_000


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"iss": "nobody", "sub": "nobody"}, "client", id="an unknown client"),
        pytest.param({"sub": "other"}, "differ", id="another subject"),
        pytest.param({"iss": "other"}, "differ", id="another issuer"),
        pytest.param({"aud": "https://elsewhere.example"}, "audience", id="another server"),
        pytest.param({"aud": [US[0], "https://elsewhere.example"]}, "audience",
                     id="another server as well"),
        pytest.param({"aud": ...}, "audience", id="no audience"),
        pytest.param({"exp": ...}, "exp", id="no end"),
        pytest.param({"exp": START}, "expired", id="an end that is now"),
        pytest.param({"exp": START + 301}, "five minutes", id="an end that is far"),
        pytest.param({"iat": START + 6}, "not valid yet", id="issued in the future"),
        pytest.param({"jti": ...}, "its jti", id="no id"),
        pytest.param({"jti": ""}, "its jti", id="an empty id"),
        pytest.param({"jti": 1}, "its jti", id="an id that is a number"),
        pytest.param({"header": {"typ": "at+jwt"}}, "assertion", id="an access token"),
        pytest.param({"header": {"typ": "dpop+jwt"}}, "assertion", id="a proof"),
        pytest.param({"header": {"crit": ["x"]}}, "crit", id="crit"),
    ],
)  # fmt: skip
async def test_an_assertion_that_is_refused(
    trusting: Trusting,
    provider: Provider,
    replays: MemoryReplays,
    changed: dict[str, Any],
    why: str,
) -> None:
    subjects = with_client(trusting, provider)
    await refused(subjects.verify_client(assertion(**changed), US, NOW), why)
    assert not replays.seen


@pytest.mark.parametrize(
    ("key", "algorithm", "why"),
    [
        (OTHER_RSA, "RS256", "signature"),
        (OTHER_RSA, "RS512", "algorithm"),
        (None, "none", "not a signed"),
        (b"secret", "HS256", "algorithm"),
    ],
)
async def test_an_assertion_under_another_key(
    trusting: Trusting,
    provider: Provider,
    replays: MemoryReplays,
    key: Any,
    algorithm: str,
    why: str,
) -> None:
    subjects = with_client(trusting, provider)
    await refused(subjects.verify_client(assertion(key, algorithm), US, NOW), why)
    assert not replays.seen


def signing_in(trusting: Trusting, provider: Provider, **more: Any) -> JwtSubjects:
    return trusting(
        {"oidc": [{"name": "corp", "issuer": provider.issuer, "audience": "us", "prefix": "p:"}
                  | more]},
        {"oidc": "corp", "client_id": "console"},
    )  # fmt: skip


def logout(provider: Provider, /, header: Any = None, **changed: Any) -> str:
    claims = {
        "iss": provider.issuer, "aud": "us", "iat": START, "exp": START + 120, "jti": "1",
        "sub": "alice", "sid": "s1", "events": EVENT,
    } | changed  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not ...}
    return sign(claims, **({"typ": "logout+jwt"} | (header or {})))


@pytest.mark.parametrize(
    ("changed", "subject", "session"),
    [
        pytest.param({}, "p:alice", "s1", id="one session of a subject"),
        pytest.param({"sid": ...}, "p:alice", "", id="all of a subject"),
        pytest.param({"sub": ...}, "", "s1", id="one session"),
        pytest.param({"aud": ["us"]}, "p:alice", "s1", id="a list of one audience"),
        pytest.param({"aud": "console"}, "p:alice", "s1", id="for the console"),
        pytest.param({"header": {"typ": "JWT"}}, "p:alice", "s1", id="typ JWT"),
        pytest.param({"header": {"typ": None}}, "p:alice", "s1", id="no typ"),
    ],
)
async def test_whose_sessions_are_over(
    trusting: Trusting, provider: Provider, changed: dict[str, Any], subject: str, session: str
) -> None:
    token = logout(provider, **changed)
    assert await signing_in(trusting, provider).verify_logout(token, NOW) == Logout(
        issuer=provider.issuer, subject=subject, session=session
    )


async def test_a_logout_counts_once(trusting: Trusting, provider: Provider) -> None:
    subjects = signing_in(trusting, provider)
    await subjects.verify_logout(logout(provider), NOW)
    await refused(subjects.verify_logout(logout(provider), NOW), "used before")
    await subjects.verify_logout(logout(provider, jti="2"), NOW)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"iss": "https://elsewhere.example"}, "trusted", id="another issuer"),
        pytest.param({"aud": "them"}, "audience", id="another audience"),
        pytest.param({"aud": ...}, "audience", id="no audience"),
        pytest.param({"iat": ...}, "no iat", id="issued nobody knows when"),
        pytest.param({"exp": ...}, "no exp", id="no end"),
        pytest.param({"exp": START}, "expired", id="an end that is now"),
        pytest.param({"events": ...}, "not a logout", id="no events: an id token"),
        pytest.param({"events": {"http://schemas.openid.net/event/other": {}}}, "not a logout",
                     id="another event"),
        pytest.param({"events": [*EVENT]}, "not a logout", id="events that are a list"),
        pytest.param({"events": dict.fromkeys(EVENT, "yes")}, "not a logout",
                     id="an event that is no object"),
        pytest.param({"nonce": "n"}, "nonce", id="a nonce: an id token"),
        pytest.param({"nonce": None}, "nonce", id="a nonce that is null"),
        pytest.param({"jti": ...}, "its jti", id="no id"),
        pytest.param({"sub": ..., "sid": ...}, "neither", id="nobody"),
        pytest.param({"header": {"typ": "at+jwt"}}, "not a logout", id="an access token"),
        pytest.param({"header": {"kid": "unknown"}}, "key", id="an unknown key"),
    ],
)  # fmt: skip
async def test_a_logout_that_is_refused(
    trusting: Trusting,
    provider: Provider,
    replays: MemoryReplays,
    changed: dict[str, Any],
    why: str,
) -> None:
    await refused(
        signing_in(trusting, provider).verify_logout(logout(provider, **changed), NOW), why
    )
    assert not replays.seen


async def test_a_subject_by_another_claim_is_not_told_from_sub(
    trusting: Trusting, provider: Provider
) -> None:
    subjects = signing_in(trusting, provider, subject_claim="email")
    await refused(subjects.verify_logout(logout(provider, sid=...), NOW), "neither")
    found = await subjects.verify_logout(logout(provider), NOW)
    assert (found.subject, found.session) == ("", "s1")
