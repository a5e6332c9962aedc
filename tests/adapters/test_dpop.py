"""DPoP proofs: one good one, and everything that is wrong with the others."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from extproc.adapters.dpop import DpopProofs
from extproc.core.decision import Code, Refused, Unavailable
from tests.adapters.proofs import Key, new_key, proof, public, signed, thumbprint

SECOND = 1_000_000
MOMENT = 1_800_000_000
NOW = MOMENT * SECOND + 999_999
URL = "https://gateway.example.com/v1/chat/completions"
TOKEN = "a.b.c"
KEY = new_key()
RSA = RSAKey.generate_key(2048, private=True)


class Memory:
    """Ids that were used, for as long as the test runs."""

    def __init__(self) -> None:
        self.used: dict[tuple[str, str], int] = {}
        self.fails = False

    def first(self, kind: str, id: str, until: int) -> bool:
        if self.fails:
            raise Unavailable("store")
        if (kind, id) in self.used:
            return False
        self.used[kind, id] = until
        return True


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def proofs(memory: Memory) -> DpopProofs:
    return DpopProofs(memory)


def made(key: Key = KEY, **changes: Any) -> str:
    return proof(key, **({"method": "POST", "url": URL, "token": TOKEN, "iat": MOMENT} | changes))


def check(proofs: DpopProofs, text: str, **changes: Any) -> str:
    given = {"method": "POST", "url": URL, "now": NOW, "token": TOKEN} | changes
    return proofs.verify(text, **given)


def why_refused(proofs: DpopProofs, text: str, **changes: Any) -> str:
    with pytest.raises(Refused) as caught:
        check(proofs, text, **changes)
    refusal = caught.value.refusal
    assert refusal.code is Code.INVALID_TOKEN
    assert refusal.challenge.startswith("DPoP ")
    assert 'error="invalid_dpop_proof"' in refusal.challenge
    return refusal.message


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (KEY, "ES256"),
        (RSA, "RS256"),
        (RSA, "PS256"),
        (OKPKey.generate_key("Ed25519", private=True), "EdDSA"),
    ],
    ids=["ES256", "RS256", "PS256", "EdDSA"],
)
def test_a_good_proof_names_its_key(proofs: DpopProofs, key: Key, algorithm: str) -> None:
    assert check(proofs, made(key, algorithm=algorithm)) == thumbprint(key)


def test_the_thumbprint_is_that_of_the_rfc() -> None:
    """RFC 7638, section 3.1, has one for an RSA key; RFC 9449, section 6.1, one for its own."""
    from extproc.adapters.dpop import _thumbprint

    key = {
        "kty": "EC",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        "crv": "P-256",
    }
    assert _thumbprint(key) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_the_example_of_the_rfc(proofs: DpopProofs) -> None:
    """RFC 9449, section 7.1: made for this very token at this very moment."""
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    text = (
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik"
        "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR"
        "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE"
        "QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIj"
        "oiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0Z"
        "WRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF"
        "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71E"
        "OptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
    )
    assert check(
        proofs, text, method="GET", url="https://resource.example.org/protectedresource",
        now=1562262618 * SECOND, token=token,
    ) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"  # fmt: skip


OTHER = new_key()
P384 = ECKey.generate_key("P-384", private=True)
WEAK, HUGE = ({"kty": "RSA", "e": "AQAB", "n": "-" * 4 * size} for size in (43, 172))
OCT = OctKey.import_key("k" * 32)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (made(method="GET"), "another method"),
        (made(method="post"), "another method"),
        (made(url="https://gateway.example.com/v1/messages"), "another URL"),
        (made(url="https://evil.example.com/v1/chat/completions"), "another URL"),
        (made(url="http://gateway.example.com/v1/chat/completions"), "another URL"),
        (made(url="https://gateway.example.com:444/v1/chat/completions"), "another URL"),
        (made(url="https://a@gateway.example.com/v1/chat/completions"), "another URL"),
        (made(url="/v1/chat/completions"), "another URL"),
        (made(iat=MOMENT - 61), "not made just now"),
        (made(iat=MOMENT + 6), "not made just now"),
        (made(iat=-(1 << 60)), "not made just now"),
        (made(iat=None), "claim is missing"),
        (made(iat=str(MOMENT)), "wrong type"),
        (made(exp=MOMENT), "expired"),
        (made(nbf=MOMENT + 6), "not valid yet"),
        (made(ath=None), "another credential"),
        (made(token="another.token.one"), "another credential"),
        (made(token=""), "another credential"),
        (made(jti=None), "claim is missing"),
        (made(jti=""), "jti"),
        (made(jti="x" * 129), "jti"),
        (made(jti=7), "wrong type"),
        (made(header={"typ": "jwt"}), "type"),
        (made(header={"typ": None}), "header"),
        (made(header={"crit": ["exp"]}), "header"),
        (made(header={"kid": "k"}), "header"),
        (made(header={"jku": "https://evil.example.com"}), "header"),
        (made(header={"b64": False}), "header"),
        (made(header={"jwk": None}), "header"),
        (made(header={"jwk": "key"}), "not a key"),
        (made(header={"jwk": KEY.as_dict(private=True)}), "more than a public key"),
        (made(header={"jwk": public(OTHER)}), "signature"),
        (made(header={"jwk": {**public(KEY), "y": public(OTHER)["y"]}}), "signature or its key"),
        (made(header={"jwk": {**public(KEY), "x": 1}}), "not a key of its algorithm"),
        (made(header={"jwk": public(RSA)}), "more than a public key"),
        (made(P384, algorithm="ES384", header={"alg": "ES256"}), "not a key of its algorithm"),
        (made(RSA, algorithm="RS256", header={"jwk": WEAK}), "2,048"),
        (made(RSA, algorithm="RS256", header={"jwk": HUGE}), "4,096"),
        (made(RSA, algorithm="RS256", header={"jwk": {**WEAK, "n": "!"}}), "2,048"),
        (made(header={"alg": "none"}), "algorithm"),
        (made(header={"alg": "ES384"}), "algorithm"),
        (made(header={"alg": ["ES256"]}), "algorithm"),
        (
            signed(OCT, {"typ": "dpop+jwt", "alg": "HS256", "jwk": OCT.as_dict()}, b"{}", "HS256"),
            "algorithm",
        ),
        (made().rpartition(".")[0] + ".", "signature"),
        (made(padding="x" * 8192), "too long"),
        ("", "not a signed token"),
        ("a.b", "not a signed token"),
        ("a.b.c.d", "not a signed token"),
        ("é.b.c", "not ASCII"),
        (f"{made()}, {made()}", "not a signed token"),
        (signed(KEY, {"typ": "dpop+jwt", "alg": "ES256", "jwk": public(KEY)}, b"[]", "ES256"),
         "wrong type"),
        (signed(KEY, {"typ": "dpop+jwt", "alg": "ES256", "jwk": public(KEY)}, b"\xff", "ES256"),
         "wrong type"),
    ],
    ids=[
        "another method", "the method in small letters", "another path", "another host",
        "another scheme", "another port", "a user in the URL", "a path alone", "too old",
        "from the future", "from long ago", "no time", "a time in quotes", "expired by itself",
        "not valid yet", "for no credential", "for another credential", "for an empty one",
        "no id", "an empty id", "a long id", "an id that is a number", "another type", "no type",
        "a critical extension", "a key id", "a key elsewhere", "unencoded", "no key",
        "a key that is a text", "the private key", "another's public key", "a point off the curve",
        "a coordinate that is a number", "a key of another kind", "a key on another curve",
        "a weak key", "a huge key", "a key that is no number",
        "no algorithm", "an unknown algorithm", "a list of algorithms",
        "a shared secret", "no signature", "huge", "nothing", "two parts", "four parts",
        "not ASCII", "two proofs", "claims that are a list", "claims that are not UTF-8",
    ],
)  # fmt: skip
def test_a_wrong_proof(proofs: DpopProofs, memory: Memory, text: str, why: str) -> None:
    assert why in why_refused(proofs, text)
    assert memory.used == {}, "it used up an id"


def test_a_signature_that_was_changed_anywhere(proofs: DpopProofs) -> None:
    head, claims, signature = made().split(".")
    for index in range(len(claims)):
        changed = claims[:index] + ("A" if claims[index] != "A" else "B") + claims[index + 1 :]
        why_refused(proofs, f"{head}.{changed}.{signature}")


def test_a_proof_is_good_once(proofs: DpopProofs, memory: Memory) -> None:
    text = made(jti="one")
    check(proofs, text)
    assert "used before" in why_refused(proofs, text)
    assert "used before" in why_refused(proofs, made(jti="one"))
    check(proofs, made(OTHER, jti="one"))
    assert set(memory.used.values()) == {(MOMENT + 61) * SECOND}


def test_it_is_remembered_for_as_long_as_it_could_be_used(
    proofs: DpopProofs, memory: Memory
) -> None:
    check(proofs, made(iat=MOMENT + 5))
    (until,) = memory.used.values()
    last = (MOMENT + 65) * SECOND + 999_999
    assert check(proofs, made(iat=MOMENT + 5), now=last)
    assert until > last
    why_refused(proofs, made(iat=MOMENT + 5), now=last + 1)


def test_without_a_store_no_proof_is_good(proofs: DpopProofs, memory: Memory) -> None:
    memory.fails = True
    with pytest.raises(Unavailable):
        check(proofs, made())


def test_where_no_credential_is_presented_none_needs_to_be_named(proofs: DpopProofs) -> None:
    check(proofs, made(token=""), token="")


def test_what_a_library_writes_beside_a_key_does_not_change_its_thumbprint(
    proofs: DpopProofs,
) -> None:
    beside = {"kid": "k", "use": "sig", "key_ops": ["verify"], "ext": True, "alg": "ES256"}
    assert check(proofs, made(header={"jwk": public(KEY) | beside})) == thumbprint(KEY)


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://GATEWAY.example.com/v1/chat/completions",
        "https://gateway.example.com:443/v1/chat/completions",
        "https://gateway.example.com/v1/chat/completions?beta=true",
        "https://gateway.example.com/v1/chat/completions#here",
        "https://gateway.example.com/v1/./chat/%63ompletions",
    ],
    ids=["capital letters", "the default port", "a query", "a fragment", "escapes and dots"],
)
def test_another_spelling_of_the_url(proofs: DpopProofs, url: str) -> None:
    check(proofs, made(url=url))
    check(proofs, made(), url=url)


@given(some.text() | some.binary().map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_whatever_comes_is_refused_and_never_raised_over(text: str) -> None:
    why_refused(DpopProofs(Memory()), text)


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.text(),
        lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
        max_leaves=8,
    ),
    some.sampled_from(["jwk", "alg", "typ", "header"]),
)
def test_whatever_stands_in_the_header(value: Any, where: str) -> None:
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": public(KEY)}
    members = value if where == "header" else header | {where: value}
    text = signed(KEY, members, msgspec.json.encode({"jti": "1"}), "ES256")
    why_refused(DpopProofs(Memory()), text)
