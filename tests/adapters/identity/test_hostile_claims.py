"""Whatever a signed token claims, it is taken or refused, and nothing else happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extproc.adapters.identity import claims as rules
from extproc.adapters.identity import openid, workloads
from extproc.adapters.identity.token import Token
from extproc.config import parse
from extproc.core.decision import Refused
from extproc.core.identity import Subject
from extproc.service.subjects import Logout, TokenType
from tests.adapters.identity.provider import NOW, START
from tests.adapters.identity.test_workloads import CLAIMS, SOURCES, TIMES

ISSUER = "https://issuer.example"
IDENTITY = parse(
    {
        "identity": {
            "oidc": [
                {"name": "oidc", "issuer": ISSUER, "audience": "us", "require": {"org": ["*"]}}
            ],
            **{
                kind: [
                    {"name": kind, "audience": "us", **SOURCES[kind]}
                    | ({"jwks": "file:keys"} if kind == "spiffe" else {"issuer": ISSUER})
                ]
                for kind in SOURCES
            },
        }
    }
).identity
GOOD: dict[str, dict[str, Any]] = {
    "oidc": TIMES | {"sub": "alice", "aud": "us", "org": "acme", "groups": ["staff"], "sid": "s"},
    **{kind: TIMES | claims for kind, claims in CLAIMS.items()},
}
NAMES = sorted({name for claims in GOOD.values() for name in claims} | {
    "azp", "client_id", "nonce", "email", "email_verified", "_claim_names", "events", "typ",
    "token_use", "jti", "iss",
})  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["us", "alice", "system:serviceaccount:a:b", "spiffe://example.org/ns", START]
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["namespace", "serviceaccount", "name", "groups"]), inner)
    ),
    max_leaves=8,
)
CHANGES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)


def of_provider(claims: dict[str, Any]) -> Subject:
    source = IDENTITY.oidc[0]
    token = Token("RS256", None, "", claims, b"", b"")
    kind = openid.kind_of(token, TokenType.ID_TOKEN, source)
    openid.check_claims(claims, kind, source, NOW)
    return openid.person(claims, source)


def of_program(kind: str) -> Callable[[dict[str, Any]], Subject]:
    def read(claims: dict[str, Any]) -> Subject:
        source = getattr(IDENTITY, kind)[0]
        rules.check_times(claims, NOW)
        rules.check_audience(claims, source.audience)
        return getattr(workloads, kind)(claims, source)  # type: ignore[no-any-return]

    return read


READERS = {"oidc": of_provider, **{kind: of_program(kind) for kind in CLAIMS}}


@pytest.mark.parametrize("kind", READERS)
@settings(suppress_health_check=[HealthCheck.too_slow])  # where others use the machine too
@given(changes=CHANGES)
def test_a_subject_is_well_formed_or_refused(kind: str, changes: dict[str, Any]) -> None:
    try:
        subject = READERS[kind](GOOD[kind] | changes)
    except Refused:
        assert changes, "what nobody changed is taken"
        return
    assert subject.subject
    for word in (subject.subject, *subject.groups):
        assert isinstance(word, str)
        assert 0 < len(word) <= 256
        assert word.isprintable()
    assert subject.source == kind
    # It is kept and sent on as JSON.
    assert msgspec.json.decode(msgspec.json.encode(subject), type=Subject).subject


@settings(suppress_health_check=[HealthCheck.too_slow])  # where others use the machine too
@given(changes=CHANGES)
def test_a_logout_is_well_formed_or_refused(changes: dict[str, Any]) -> None:
    event = {"http://schemas.openid.net/event/backchannel-logout": {}}
    claims = GOOD["oidc"] | {"events": event, "jti": "1"} | changes
    try:
        openid.check_logout(Token("RS256", None, "", claims, b"", b""), ("us",), NOW)
        logout = openid.logout_of(claims, IDENTITY.oidc[0])
    except Refused:
        assert changes, "what nobody changed is taken"
        return
    assert isinstance(logout, Logout)
    assert logout.subject or logout.session
