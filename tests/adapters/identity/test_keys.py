"""Keys of others: which are used, when they are asked for, and what if nobody answers."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, RSAKey

from extproc.adapters.identity.keys import FITS, choose, read_keys
from extproc.adapters.identity.provider import MAX_ANSWER
from extproc.core.decision import Refused, Unavailable
from extproc.service.subjects import TokenType
from extproc.sources import SIGNATURES
from tests.adapters.identity.conftest import Trusting
from tests.adapters.identity.provider import (
    EC,
    ED,
    NOW,
    RSA,
    START,
    Provider,
    SetClock,
    b64,
    public,
    sign,
)

CLAIMS = {"sub": "alice", "aud": "us", "iat": START, "exp": START + 300}


def weak_key() -> dict[str, Any]:
    numbers = rsa.generate_private_key(65537, 1024).public_key().public_numbers()
    return {
        "kty": "RSA", "kid": "rsa", "n": b64(numbers.n.to_bytes(128)), "e": b64(b"\x01\x00\x01"),
    }  # fmt: skip


RSA_PUBLIC = RSA.as_dict(private=False)


@pytest.mark.parametrize(
    "member",
    [
        pytest.param({**RSA_PUBLIC, "use": "enc"}, id="a key for encryption"),
        pytest.param({**RSA_PUBLIC, "key_ops": ["wrapKey"]}, id="a key for something else"),
        pytest.param({**RSA_PUBLIC, "key_ops": "verify"}, id="operations that are no list"),
        pytest.param({**RSA_PUBLIC, "alg": "RS512"}, id="a key for another algorithm"),
        pytest.param({**RSA_PUBLIC, "alg": "HS256"}, id="a key for an algorithm of secrets"),
        pytest.param({**RSA_PUBLIC, "alg": 7}, id="an algorithm that is no name"),
        pytest.param({**RSA_PUBLIC, "kid": "k" * 257}, id="a name that is too long"),
        pytest.param({**RSA_PUBLIC, "n": "!"}, id="a modulus that is no number"),
        pytest.param({**RSA_PUBLIC, "n": None}, id="a modulus that is none"),
        pytest.param({**RSA_PUBLIC, "e": b64(b"\xff" * 64)}, id="an exponent that costs too much"),
        pytest.param(weak_key(), id="an RSA key of 1024 bits"),
        pytest.param({**OctKey.generate_key(256).as_dict(), "kid": "rsa"}, id="a secret"),
        pytest.param(ECKey.generate_key("secp256k1", {"kid": "rsa"}).as_dict(), id="a curve"),
        pytest.param({**EC.as_dict(private=False), "x": "AAAA", "kid": "rsa"}, id="no point"),
        pytest.param({"kty": ["RSA"]}, id="a type that is a list"),
        pytest.param(
            {"kty": "EC", "crv": ["P-256"], "x": "", "y": ""}, id="a curve that is a list"
        ),
        pytest.param("rsa", id="no object"),
    ],
)
def test_what_is_no_key_for_the_signature_is_passed_over(member: Any) -> None:
    keys = read_keys(msgspec.json.encode({"keys": [member, *public(EC)["keys"]]}))
    assert choose(keys, "rsa", "RS256") is None
    assert choose(keys, "ec", "ES256") is not None


@pytest.mark.parametrize(
    ("kid", "algorithm", "there"),
    [
        pytest.param("rsa", "RS256", True, id="its own"),
        pytest.param("rsa", "PS512", True, id="another of the same type"),
        pytest.param("rsa", "ES256", False, id="one of another type"),
        pytest.param("rsa", "HS256", False, id="one of secrets"),
        pytest.param("rsa", "none", False, id="none at all"),
        pytest.param("ec", "ES384", False, id="one of another curve"),
        pytest.param("ed", "EdDSA", True, id="EdDSA"),
        pytest.param(None, "ES256", True, id="no name and one key that fits"),
        pytest.param(None, "RS256", False, id="no name and two keys that fit"),
        pytest.param("", "RS256", False, id="an empty name"),
        pytest.param("RSA", "RS256", False, id="a name in other letters"),
    ],
)
def test_the_key_of_a_header(kid: str | None, algorithm: str, there: bool) -> None:
    second = RSAKey.import_key({**RSA_PUBLIC}, {"kid": "second"})
    keys = read_keys(msgspec.json.encode(public(RSA, second, EC, ED)))
    assert (choose(keys, kid, algorithm) is not None) is there


def test_a_published_private_part_is_not_kept() -> None:
    (key,) = read_keys(msgspec.json.encode({"keys": [RSA.as_dict(private=True)]}))
    assert not key.jose.is_private


def test_the_algorithms_that_may_be_configured_are_those_that_can_be_verified() -> None:
    assert set(FITS) == set(SIGNATURES)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"keys": {}}', b"{}", b"\xff", b'{"keys": [' + b"{}," * 100 + b"{}]}"]
)
def test_what_is_no_set_of_keys(data: bytes) -> None:
    with pytest.raises(Unavailable):
        read_keys(data)


MEMBERS = ["keys", "kty", "kid", "use", "alg", "n", "e", "crv", "x", "y", "key_ops"]
LEAVES = st.none() | st.booleans() | st.integers() | st.text()
WORDS = st.sampled_from(["RSA", "EC", "OKP", "P-256", "Ed25519", "sig", "RS256", "verify", "AQAB"])


@given(
    st.recursive(
        LEAVES | WORDS,
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(MEMBERS), inner),
    )
)
def test_a_hostile_member_ends_nothing(member: Any) -> None:
    (key,) = read_keys(msgspec.json.encode({"keys": [member, *public(EC)["keys"]]}))
    assert key.kid == "ec"


class Asking:
    """One source by discovery, and tokens that it may have signed."""

    def __init__(self, trusting: Trusting, provider: Provider, **more: Any) -> None:
        oidc = {"name": "corp", "issuer": provider.issuer, "audience": "us", **more}
        self.subjects = trusting({"oidc": [oidc]})
        self._issuer = provider.issuer

    async def ask(self, **header: Any) -> str:
        token = sign({**CLAIMS, "iss": self._issuer}, **header)
        return (await self.subjects.verify(token, TokenType.ID_TOKEN, NOW)).subject


async def is_asked(provider: Provider) -> None:
    """Until a question for keys has arrived."""
    assert await asyncio.to_thread(provider.arrived.acquire, timeout=10)


async def test_the_keys_are_asked_for_once(trusting: Trusting, provider: Provider) -> None:
    asking = Asking(trusting, provider)
    assert [await asking.ask() for _ in range(3)] == ["alice"] * 3
    assert provider.asked == {"discovery": 1, "jwks": 1}


async def test_many_who_ask_at_once_ask_once(trusting: Trusting, provider: Provider) -> None:
    asking = Asking(trusting, provider)
    provider.gate.clear()
    tasks = [asyncio.create_task(asking.ask()) for _ in range(20)]
    await is_asked(provider)
    provider.gate.set()
    assert await asyncio.gather(*tasks) == ["alice"] * 20
    assert provider.asked["jwks"] == 1


async def test_one_who_gives_up_takes_nobody_along(trusting: Trusting, provider: Provider) -> None:
    asking = Asking(trusting, provider)
    provider.gate.clear()
    first, second = (asyncio.create_task(asking.ask()) for _ in range(2))
    await is_asked(provider)
    first.cancel()
    provider.gate.set()
    assert await second == "alice"
    assert provider.asked["jwks"] == 1


async def test_an_unknown_key_is_asked_for_at_most_once_in_thirty_seconds(
    trusting: Trusting, provider: Provider, clock: SetClock
) -> None:
    asking = Asking(trusting, provider)
    await asking.ask()
    for passed, asked in ((10, 1), (19.9, 1), (0.1, 2), (29, 2), (1, 3)):
        clock.pass_by(passed)
        for _ in range(5):
            with pytest.raises(Refused, match="its key is not one of its issuer"):
                await asking.ask(kid="unknown")
        assert provider.asked["jwks"] == asked


async def test_a_new_key_is_found_when_it_signs(
    trusting: Trusting, provider: Provider, clock: SetClock
) -> None:
    asking = Asking(trusting, provider)
    await asking.ask()
    provider.keys = public(RSA, kid="new")
    clock.pass_by(30)
    assert await asking.ask(kid="new") == "alice"
    with pytest.raises(Refused):
        await asking.ask(kid="rsa")


async def test_old_keys_are_asked_for_again_while_they_are_used(
    trusting: Trusting, provider: Provider, clock: SetClock
) -> None:
    asking = Asking(trusting, provider)
    await asking.ask()
    await is_asked(provider)
    provider.gate.clear()
    clock.pass_by(600)
    assert await asking.ask() == "alice"  # while the question waits behind the gate
    await is_asked(provider)
    assert provider.asked["jwks"] == 2
    provider.gate.set()


async def test_the_last_keys_are_used_for_a_day_while_nobody_answers(
    trusting: Trusting, provider: Provider, clock: SetClock
) -> None:
    asking = Asking(trusting, provider)
    await asking.ask()
    provider.status = 500
    clock.pass_by(24 * 3600 - 1)
    assert await asking.ask() == "alice"
    clock.pass_by(1)
    with pytest.raises(Unavailable, match="answered 500"):
        await asking.ask()
    provider.status = 200
    clock.pass_by(5)
    assert await asking.ask() == "alice"


async def test_a_key_that_cannot_be_looked_up_is_not_called_wrong(
    trusting: Trusting, provider: Provider, clock: SetClock
) -> None:
    asking = Asking(trusting, provider)
    await asking.ask()
    provider.status = 500
    clock.pass_by(30)
    with pytest.raises(Unavailable):
        await asking.ask(kid="new")


async def test_a_provider_that_is_away_is_not_asked_by_every_call(
    trusting: Trusting, provider: Provider, clock: SetClock
) -> None:
    provider.status = 503
    asking = Asking(trusting, provider)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await asking.ask()
    assert provider.asked == {"discovery": 1}
    provider.status = 200
    clock.pass_by(5)
    assert await asking.ask() == "alice"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"metadata": {"issuer": "http://127.0.0.1:1"}}, "another issuer's",
                     id="a document of another issuer"),
        pytest.param({"metadata": {"issuer": None}}, "not well formed", id="no issuer"),
        pytest.param({"metadata": {"jwks_uri": "http://example.com/keys"}}, "not https",
                     id="keys over plain http elsewhere"),
        pytest.param({"metadata": {"jwks_uri": "file:///etc/passwd"}}, "not https",
                     id="keys in a file of ours"),
        pytest.param({"metadata": {"jwks_uri": ""}}, "not https", id="no address of keys"),
        pytest.param({"metadata": {"token_endpoint": "http://10.0.0.1/"}}, "not https",
                     id="a plain endpoint"),
        pytest.param({"keys": b" " * MAX_ANSWER + b"{}"}, "more than", id="a large set"),
        pytest.param({"keys": b"nothing"}, "not JSON", id="no set"),
        pytest.param({"status": 302, "headers": {"location": "/jwks"}}, "302", id="a redirect"),
        pytest.param({"headers": {"content-encoding": "gzip"}}, "encoding", id="a packed answer"),
    ],
)  # fmt: skip
async def test_an_answer_that_is_not_taken(
    trusting: Trusting, provider: Provider, change: dict[str, Any], why: str
) -> None:
    for name, value in change.items():
        setattr(provider, name, value)
    with pytest.raises(Unavailable, match=why):
        await Asking(trusting, provider).ask()


async def test_an_answer_that_does_not_come(
    trusting: Trusting, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extproc.adapters.identity.provider.SECONDS", 0.1)
    provider.gate.clear()
    with pytest.raises(Unavailable, match="did not answer within"):
        await Asking(trusting, provider).ask()


async def test_the_slash_that_ends_an_issuer_is_part_of_its_name(
    trusting: Trusting, provider: Provider
) -> None:
    slashed = provider.issuer + "/"
    subjects = trusting({"oidc": [{"name": "corp", "issuer": slashed, "audience": "us"}]})
    provider.metadata = {"issuer": slashed}
    token = sign({**CLAIMS, "iss": slashed})
    assert (await subjects.verify(token, TokenType.ID_TOKEN, NOW)).issuer == slashed
    with pytest.raises(Refused, match="not one that is trusted"):
        await subjects.verify(sign({**CLAIMS, "iss": provider.issuer}), TokenType.ID_TOKEN, NOW)


async def test_nobody_there(trusting: Trusting) -> None:
    provider = Provider()
    provider.close()
    with pytest.raises(Unavailable, match="ConnectError"):
        await Asking(trusting, provider).ask()


async def test_keys_at_an_address_of_the_configuration_need_no_discovery(
    trusting: Trusting, provider: Provider
) -> None:
    asking = Asking(trusting, provider, jwks=f"{provider.issuer}/jwks")
    assert await asking.ask() == "alice"
    assert provider.asked == {"jwks": 1}


async def test_a_file_of_keys_is_read_again_when_it_changes(
    trusting: Trusting, provider: Provider, clock: SetClock, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    asking = Asking(trusting, provider, jwks=f"file:{file}")
    with pytest.raises(Unavailable):
        await asking.ask()
    replace(file, msgspec.json.encode(public(EC)))
    with pytest.raises(Refused):
        await asking.ask()
    replace(file, msgspec.json.encode(public(RSA)))
    assert await asking.ask() == "alice"
    replace(file, b"half of")
    assert await asking.ask() == "alice"
    file.unlink()
    clock.pass_by(24 * 3600 - 1)
    assert await asking.ask() == "alice"
    clock.pass_by(1)
    with pytest.raises(Unavailable):
        await asking.ask()
    assert not provider.asked


def replace(file: Path, data: bytes) -> None:
    new = file.with_suffix(".new")
    new.write_bytes(data)
    os.replace(new, file)
