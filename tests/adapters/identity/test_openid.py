"""Tokens of an OpenID provider: the one that is taken, and every way in which it is not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from extproc.adapters.identity.keys import read_keys
from extproc.adapters.identity.token import MAX_TOKEN, read_token
from extproc.core.decision import Code, Refused
from extproc.service.subjects import TokenType
from tests.adapters.identity.conftest import Trusting, refused
from tests.adapters.identity.provider import (
    EC,
    ED,
    NOW,
    OTHER_RSA,
    RSA,
    START,
    Provider,
    b64,
    public,
    sign,
)

ID, ACCESS, JWT = TokenType.ID_TOKEN, TokenType.ACCESS_TOKEN, TokenType.JWT
PEM = RSA.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = RSA.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
JWK = msgspec.json.encode(RSA.as_dict(private=False))


def claims_of(provider: Provider, **changed: Any) -> dict[str, Any]:
    """An id token's claims; a claim that is changed to `...` is left out."""
    claims = {
        "iss": provider.issuer,
        "sub": "alice",
        "aud": "us",
        "iat": START - 10,
        "exp": START + 300,
        "groups": ["staff", "ml"],
    } | changed
    return {name: value for name, value in claims.items() if value is not ...}


def source(provider: Provider, **more: Any) -> dict[str, Any]:
    return {"oidc": [{"name": "corp", "issuer": provider.issuer, "audience": "us", **more}]}


async def test_an_id_token_says_who_it_is(trusting: Trusting, provider: Provider) -> None:
    subjects = trusting(source(provider, prefix="corp:", groups=["all"], models=["gpt-*"]))
    token = sign(claims_of(provider, sid="s1", azp="us", nonce="n", email="alice@example.com"))
    subject = await subjects.verify(token, ID, NOW)
    assert (subject.subject, subject.issuer, subject.source) == (
        "corp:alice", provider.issuer, "oidc",
    )  # fmt: skip
    assert subject.groups == ("corp:staff", "corp:ml", "all")
    assert (subject.models, subject.session, subject.client_id) == (("gpt-*",), "s1", "us")
    assert subject.claims["email"] == "alice@example.com"
    assert "nonce" not in subject.claims


@pytest.mark.parametrize(
    ("key", "algorithm"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256"), (ED, "EdDSA")]
)
async def test_each_algorithm_that_is_configured(
    trusting: Trusting, provider: Provider, key: Any, algorithm: str
) -> None:
    token = sign(claims_of(provider), key, algorithm)
    subjects = trusting(source(provider, algorithms=[algorithm]))
    assert (await subjects.verify(token, ID, NOW)).subject == "alice"
    for others in (["RS384"], ["ES512", "RS384"]):
        with pytest.raises(Refused, match="algorithm"):
            await trusting(source(provider, algorithms=others)).verify(token, ID, NOW)


@pytest.mark.parametrize(
    ("signed", "why"),
    [
        pytest.param({"key": OTHER_RSA}, "signature", id="another key under the same name"),
        pytest.param({"key": None, "alg": "none"}, "not a signed", id="alg none, no signature"),
        pytest.param({"key": None, "alg": "nOnE"}, "not a signed", id="alg none in odd letters"),
        pytest.param({"alg": "none"}, "algorithm", id="alg none over a signature"),
        pytest.param({"key": PEM, "alg": "HS256"}, "algorithm", id="HS256 with the PEM"),
        pytest.param({"key": DER, "alg": "HS256"}, "algorithm", id="HS256 with the DER"),
        pytest.param({"key": JWK, "alg": "HS512"}, "algorithm", id="HS512 with the JWK"),
        pytest.param({"alg": "RS512"}, "algorithm", id="an algorithm that is not configured"),
        pytest.param({"key": EC, "alg": "ES256", "kid": "rsa"}, "its key", id="another type"),
        pytest.param({"kid": "unknown"}, "its key", id="an unknown kid"),
        pytest.param({"kid": ["rsa"]}, "header", id="a kid that is a list"),
        pytest.param({"crit": ["exp"]}, "'crit'", id="crit"),
        pytest.param({"crit": []}, "'crit'", id="an empty crit"),
        pytest.param({"b64": False, "crit": ["b64"]}, "'crit'", id="b64 with crit"),
        pytest.param({"b64": True}, "'b64'", id="b64 without crit"),
        pytest.param({"key": OTHER_RSA, "jwk": OTHER_RSA.as_dict(private=False)}, "'jwk'",
                     id="a key that it brings along"),
        pytest.param({"jku": "http://127.0.0.1:1/jwks"}, "'jku'", id="an address of keys"),
        pytest.param({"x5u": "http://127.0.0.1:1/cert"}, "'x5u'", id="an address of certificates"),
        pytest.param({"typ": "at+jwt"}, "not an id token", id="an access token"),
        pytest.param({"typ": "application/AT+JWT"}, "not an id token", id="the same, long"),
        pytest.param({"typ": "logout+jwt"}, "not an id token", id="a logout token"),
        pytest.param({"typ": "dpop+jwt"}, "not an id token", id="a proof"),
        pytest.param({"typ": ["JWT"]}, "header", id="a typ that is a list"),
        pytest.param({"pad": "x" * 9000}, "header is too long", id="a header that is too long"),
    ],
)  # fmt: skip
async def test_a_header_that_is_refused(
    trusting: Trusting, provider: Provider, signed: dict[str, Any], why: str
) -> None:
    subjects = trusting(source(provider))
    given = dict(signed)
    key, alg = given.pop("key", RSA), given.pop("alg", "RS256")
    token = sign(claims_of(provider), key, alg, **given)
    await refused(subjects.verify(token, ID, NOW), why)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"iss": "https://elsewhere.example"}, "trusted", id="another issuer"),
        pytest.param({"iss": ...}, "trusted", id="no issuer"),
        pytest.param({"iss": ["us"]}, "trusted", id="an issuer that is a list"),
        pytest.param({"aud": "them"}, "audience", id="another audience"),
        pytest.param({"aud": "us "}, "audience", id="an audience that is almost ours"),
        pytest.param({"aud": ...}, "no audience", id="no audience"),
        pytest.param({"aud": []}, "no audience", id="an empty list of audiences"),
        pytest.param({"aud": ["us"] * 21}, "no audience", id="endless audiences"),
        pytest.param({"aud": {"us": 1}}, "no audience", id="an audience that is an object"),
        pytest.param({"aud": ["us", 1]}, "audience", id="an audience that is a number"),
        pytest.param({"aud": ["us", "them"]}, "several", id="several audiences, nobody asked"),
        pytest.param({"aud": ["us", "them"], "azp": "them"}, "several", id="another one asked"),
        pytest.param({"exp": ...}, "no exp", id="no end"),
        pytest.param({"exp": None}, "not a date", id="an end that is null"),
        pytest.param({"exp": str(START + 300)}, "not a date", id="an end that is a text"),
        pytest.param({"exp": True}, "not a date", id="an end that is true"),
        pytest.param({"exp": 1e300}, "not a date", id="an end beyond all time"),
        pytest.param({"exp": START}, "expired", id="an end that is now"),
        pytest.param({"exp": START - 1}, "expired", id="an end a second ago"),
        pytest.param({"nbf": START + 6}, "not valid yet", id="a beginning ahead"),
        pytest.param({"iat": START + 6}, "not valid yet", id="issued in the future"),
        pytest.param({"iat": ...}, "no iat", id="issued nobody knows when"),
        pytest.param({"iat": START - 86401}, "too long ago", id="issued more than a day ago"),
        pytest.param({"sub": ...}, "its sub", id="no subject"),
        pytest.param({"sub": ""}, "its sub", id="an empty subject"),
        pytest.param({"sub": "alice\n"}, "its sub", id="a subject with a line's end"),
        pytest.param({"sub": "\u202ealice"}, "its sub", id="a subject that turns around"),
        pytest.param({"sub": "a" * 257}, "its sub", id="a subject that is too long"),
        pytest.param({"sub": 7}, "its sub", id="a subject that is a number"),
        pytest.param({"groups": None}, "groups", id="groups that are null"),
        pytest.param({"groups": {"admin": 1}}, "groups", id="groups that are an object"),
        pytest.param({"groups": ["staff", 1]}, "groups", id="a group that is a number"),
        pytest.param({"groups": [""]}, "a group", id="an empty group"),
        pytest.param({"groups": ["a\x00"]}, "a group", id="a group that cannot be printed"),
        pytest.param({"groups": ["a" * 257]}, "a group", id="a group that is too long"),
        pytest.param({"groups": [str(n) for n in range(201)]}, "200", id="too many groups"),
        pytest.param({"groups": ..., "_claim_names": {"groups": "src1"}}, "another address",
                     id="groups that are elsewhere"),
        pytest.param({"sid": 5}, "its sid", id="a session that is a number"),
        pytest.param({"events": {}}, "security event", id="a security event"),
        pytest.param({"typ": "Bearer"}, "not an id token", id="an access token by its claim"),
        pytest.param({"token_use": "access"}, "not an id token", id="the same in other words"),
    ],
)  # fmt: skip
async def test_claims_that_are_refused(
    trusting: Trusting, provider: Provider, changed: dict[str, Any], why: str
) -> None:
    token = sign(claims_of(provider, **changed))
    await refused(trusting(source(provider)).verify(token, ID, NOW), why)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"aud": ["us"]}, id="a list of one audience"),
        pytest.param({"aud": ["them", "us"], "azp": "us"}, id="several audiences, we asked"),
        pytest.param({"exp": START + 0.5}, id="half a second left"),
        pytest.param({"nbf": START + 5, "iat": START + 5}, id="a clock five seconds ahead"),
        pytest.param({"iat": START - 86400}, id="issued a day ago"),
        pytest.param({"groups": ...}, id="no groups"),
        pytest.param({"groups": "staff"}, id="one group"),
        pytest.param({"groups": [str(n) for n in range(200)]}, id="many groups"),
        pytest.param({"typ": "ID"}, id="an id token by its claim"),
    ],
)
async def test_claims_that_are_taken(
    trusting: Trusting, provider: Provider, changed: dict[str, Any]
) -> None:
    token = sign(claims_of(provider, **changed))
    assert (await trusting(source(provider)).verify(token, ID, NOW)).subject == "alice"


@pytest.mark.parametrize(
    ("kind", "typ", "types", "taken"),
    [
        pytest.param(ID, None, ["at+jwt"], True, id="an id token without typ"),
        pytest.param(ID, "jwt", ["at+jwt"], True, id="an id token in small letters"),
        pytest.param(ACCESS, "at+jwt", ["at+jwt"], True, id="an access token"),
        pytest.param(ACCESS, "application/at+JWT", ["at+jwt"], True, id="its long name"),
        pytest.param(ACCESS, "JWT", ["at+jwt"], False, id="an id token as an access token"),
        pytest.param(ACCESS, None, ["at+jwt"], False, id="no typ as an access token"),
        pytest.param(ACCESS, "JWT", ["JWT"], True, id="a provider that writes JWT"),
        pytest.param(ACCESS, "at+jwt", ["JWT"], False, id="a type that is not configured"),
        pytest.param(ID, "at+jwt", ["at+jwt"], False, id="an access token as an id token"),
        pytest.param(JWT, "at+jwt", ["at+jwt"], True, id="a JWT that says it is an access token"),
        pytest.param(JWT, "JWT", ["at+jwt"], False, id="a JWT that says nothing"),
        pytest.param(JWT, "JWT", ["JWT"], False, id="a JWT that says nothing, by configuration"),
        pytest.param(JWT, None, ["at+jwt"], False, id="a JWT without typ"),
        pytest.param(TokenType.SAML2, "JWT", ["at+jwt"], False, id="an assertion that is a JWT"),
        pytest.param(TokenType.REFRESH_TOKEN, "JWT", ["JWT"], False, id="a refresh token"),
    ],
)
async def test_no_kind_of_token_passes_for_another(
    trusting: Trusting,
    provider: Provider,
    kind: TokenType,
    typ: str | None,
    types: list[str],
    taken: bool,
) -> None:
    subjects = trusting(source(provider, access_token_types=types))
    verifying = subjects.verify(sign(claims_of(provider), typ=typ), kind, NOW)
    if taken:
        assert (await verifying).subject == "alice"
    else:
        await refused(verifying, "")


@pytest.mark.parametrize("claim", ["nonce", "at_hash", "c_hash"])
async def test_an_id_token_is_no_access_token_where_both_write_jwt(
    trusting: Trusting, provider: Provider, claim: str
) -> None:
    subjects = trusting(source(provider, access_token_types=["JWT"]))
    token = sign(claims_of(provider, **{claim: "x"}))
    await refused(subjects.verify(token, ACCESS, NOW), "it is an id token")
    assert (await subjects.verify(token, ID, NOW)).subject == "alice"


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ("acme", True),
        ("acme-eu", True),
        (["other", "acme"], True),
        ("Acme", False),
        ("xacme", False),
        (["xacme"], False),
        ({"acme": 1}, False),
        ([["acme"]], False),
        (None, False),
        (True, False),
        ("acme-\n", False),
        ("acme-" + "x" * 3000, False),
        (..., False),
    ],
)
async def test_a_claim_that_is_required(
    trusting: Trusting, provider: Provider, value: Any, taken: bool
) -> None:
    subjects = trusting(source(provider, require={"org": ["acme", "acme-*"]}))
    verifying = subjects.verify(sign(claims_of(provider, org=value)), ID, NOW)
    if taken:
        await verifying
    else:
        await refused(verifying, "'org'")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"email": "a@x.example", "email_verified": True}, None, id="verified"),
        pytest.param({"email": "a@x.example"}, None, id="nothing said"),
        pytest.param({"email": "a@x.example", "email_verified": False}, "verified", id="not"),
        pytest.param({"email": "a@x.example", "email_verified": "no"}, "verified", id="no"),
        pytest.param({}, "its email", id="no address"),
    ],
)
async def test_an_email_address_as_the_subject(
    trusting: Trusting, provider: Provider, changed: dict[str, Any], why: str | None
) -> None:
    subjects = trusting(source(provider, subject_claim="email"))
    verifying = subjects.verify(sign(claims_of(provider, **changed)), ID, NOW)
    if why is None:
        assert (await verifying).subject == "a@x.example"
    else:
        await refused(verifying, why)


async def test_a_prefix_counts_as_part_of_the_subject(
    trusting: Trusting, provider: Provider
) -> None:
    subjects = trusting(source(provider, prefix="corp:"))
    token = sign(claims_of(provider, sub="a" * 252))
    await refused(subjects.verify(token, ID, NOW), "its subject")


async def test_of_two_sources_the_closest_miss_is_named(
    trusting: Trusting, provider: Provider
) -> None:
    one = {"name": "one", "issuer": provider.issuer, "audience": "us", "require": {"org": ["a"]}}
    two = {"name": "two", "issuer": provider.issuer, "audience": "them", "groups": ["two"]}
    for order in ([one, two], [two, one]):
        subjects = trusting({"oidc": order})
        await refused(subjects.verify(sign(claims_of(provider)), ID, NOW), "'org'")
        found = await subjects.verify(sign(claims_of(provider, aud="them")), ID, NOW)
        assert found.groups == ("staff", "ml", "two")
    assert provider.asked == {"discovery": 2, "jwks": 2}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("a.b", id="two parts"),
        pytest.param("a.b.c.d.e", id="an encrypted token"),
        pytest.param("a" * (MAX_TOKEN + 1), id="too long"),
        pytest.param(f"{b64(b'[]')}.{b64(b'{}')}.{b64(b's')}", id="a header that is a list"),
        pytest.param(f"{b64(b'{}')}.{b64(b'{}')}.{b64(b's')}", id="a header without alg"),
        pytest.param(f"{b64(b'{')}.{b64(b'{}')}.{b64(b's')}", id="a header that is half"),
        pytest.param(f"{b64(b'[' * 6000)}.{b64(b'{}')}.{b64(b's')}", id="a deep header"),
        pytest.param(f"{b64(b'{}')}=.{b64(b'{}')}.{b64(b's')}", id="padding"),
        pytest.param("é.é.é", id="letters that are not ASCII"),
        pytest.param('{"payload": "", "signatures": []}', id="the JSON form"),
    ],
)
def test_what_is_no_token(text: str) -> None:
    with pytest.raises(Refused):
        read_token(text)


@given(st.text(st.sampled_from('eyJ{}[]":,.alg=-_\n '), max_size=60) | st.text(max_size=40))
def test_hostile_text_is_refused_and_raises_nothing_else(text: str) -> None:
    with pytest.raises(Refused) as error:
        read_token(text)
    assert error.value.refusal.code is Code.INVALID_TOKEN


SIGNED = sign({"iss": "http://127.0.0.1:1", "sub": "alice"}, EC, "ES256")


@given(st.integers(0, len(SIGNED) - 1), st.sampled_from("Aa0_-.z9"))
def test_a_changed_token_is_not_signed(place: int, letter: str) -> None:
    (key,) = read_keys(msgspec.json.encode(public(EC)))
    original = read_token(SIGNED)
    assert original.is_signed_by(key)
    try:
        changed = read_token(SIGNED[:place] + letter + SIGNED[place + 1 :])
    except Refused:
        return
    is_same = (changed.signed, changed.signature) == (original.signed, original.signature)
    assert changed.is_signed_by(key) is is_same
