"""DPoP proofs (RFC 9449): that a caller holds the private key its credential is bound to.

A proof is a JWT that the caller signs anew for each request, with the public key in its header.
Everything in it is the caller's own word; what counts is that the signature is by that key, that
it names this request, and that it was never used before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from extproc.core.confirmation import ALGORITHMS, base64url, challenge
from extproc.core.decision import Code, Refused
from extproc.core.ports import Replays
from extproc.core.uri import normal_uri

KIND = "dpop"
"""Of the ids in the replay store."""

_TYPE = "dpop+jwt"
_MAX_PROOF = 8 << 10
"""Characters; longer is refused unread."""
_MAX_ID = 128
_MAX_AGE = 60
"""Seconds that a proof is good for."""
_CLOCK_SKEW = 5
"""Seconds that a proof may be from the future."""
_SECOND = 1_000_000
_KEYS = {
    "ES256": (ECKey, {"kty": "EC", "crv": "P-256"}, ("x", "y")),
    "EdDSA": (OKPKey, {"kty": "OKP", "crv": "Ed25519"}, ("x",)),
    "RS256": (RSAKey, {"kty": "RSA", "e": "AQAB"}, ("n",)),
    "PS256": (RSAKey, {"kty": "RSA", "e": "AQAB"}, ("n",)),
}
"""By algorithm: the members of the one kind of key it goes with, and those that differ by key."""
# The algorithms themselves, without the library's reading of headers, which is done here.
_SIGNATURES = {name: jws.JWSRegistry.algorithms[name] for name in ALGORITHMS}
_SAID_BESIDE = frozenset({"kid", "use", "alg", "key_ops", "ext"})
"""What a library may write into a public key beside the key itself."""
_RSA_BYTES = range(256, 513)
"""2,048 to 4,096 bits: smaller is broken, and a check of a huge one takes long."""


class _Claims(msgspec.Struct, frozen=True):
    """RFC 9449, section 4.2. `exp` and `nbf` are not asked for, but mean what they say."""

    jti: str
    htm: str
    htu: str
    iat: int
    ath: str = ""
    exp: int = 1 << 53
    nbf: int = 0


class DpopProofs:
    """Safe to use from several threads; a check waits for the replay store."""

    def __init__(self, replays: Replays) -> None:
        self._replays = replays

    def verify(self, proof: str, *, method: str, url: str, now: int, token: str = "") -> str:
        """The RFC 7638 SHA-256 thumbprint of the key that signed `proof` for this request.

        `url`: as the client asked for it; query and fragment do not matter. `now`: microseconds.
        `token`: the credential that comes with it; empty where none does (a token endpoint).

        Raises Refused(INVALID_TOKEN), whose message holds no part of the proof;
        Unavailable("store") when nobody can say whether it was used before.
        """
        if len(proof) > _MAX_PROOF or not proof.isascii():
            raise _invalid("it is too long or not ASCII")
        algorithm, jwk = _header(proof)
        claims = self._claims(proof, algorithm, jwk)
        if claims.htm != method:
            raise _invalid("it is for another method")
        try:
            is_same = normal_uri(claims.htu) == normal_uri(url)
        except ValueError:
            is_same = False
        if not is_same:
            raise _invalid("it is for another URL")
        moment = now // _SECOND
        if not moment - _MAX_AGE <= claims.iat <= moment + _CLOCK_SKEW:
            raise _invalid("it was not made just now; is the clock right?")
        if claims.exp <= moment or claims.nbf > moment + _CLOCK_SKEW:
            raise _invalid("it has expired or is not valid yet")
        if token:
            expected = base64url(hashlib.sha256(token.encode()).digest())
            if not hmac.compare_digest(claims.ath.encode(), expected.encode()):
                raise _invalid("it is for another credential")
        if not 1 <= len(claims.jti) <= _MAX_ID:
            raise _invalid(f"its jti is not 1 to {_MAX_ID} characters")
        thumbprint = _thumbprint(jwk)
        # Last, so that a proof which is wrong otherwise does not use up an id.
        until = (claims.iat + _MAX_AGE + 1) * _SECOND
        if not self._replays.first(KIND, f"{thumbprint}.{claims.jti}", until):
            raise _invalid("it was used before")
        return thumbprint

    @staticmethod
    def _claims(proof: str, algorithm: str, jwk: Mapping[str, str]) -> _Claims:
        kind: Any = _KEYS[algorithm][0]
        said, _, signature = proof.rpartition(".")
        try:
            key = kind.import_key(dict(jwk))
            is_signed = _SIGNATURES[algorithm].verify(said.encode(), _decoded(signature), key)
        except (JoseError, ValueError, TypeError, RecursionError):
            is_signed = False
        if not is_signed:
            raise _invalid("its signature or its key is wrong")
        try:
            payload = _decoded(said.partition(".")[2])
            return msgspec.json.decode(payload, type=_Claims, strict=True)
        except (ValueError, RecursionError):
            raise _invalid("a claim is missing or of the wrong type") from None


def _header(proof: str) -> tuple[str, dict[str, str]]:
    """(algorithm, public key); exactly the three members of section 4.2, the rest is refused for
    being there: `crit`, `b64`, `jku`, `x5u` and whatever comes next.
    """
    segment, _, rest = proof.partition(".")
    if rest.count(".") != 1:
        raise _invalid("it is not a signed token")
    try:
        members = msgspec.json.decode(_decoded(segment))
    except (ValueError, RecursionError):
        raise _invalid("it is not a signed token") from None
    if not isinstance(members, dict) or members.keys() != {"alg", "typ", "jwk"}:
        raise _invalid("its header is not typ, alg and jwk")
    if members["typ"] != _TYPE:
        raise _invalid(f"its type is not {_TYPE}")
    algorithm, jwk = members["alg"], members["jwk"]
    if not isinstance(algorithm, str) or algorithm not in _KEYS:
        raise _invalid(f"its algorithm is none of {', '.join(ALGORITHMS)}")
    return algorithm, _public(algorithm, jwk)


def _public(algorithm: str, jwk: Any) -> dict[str, str]:
    """The members that make the key, and no others. A private key does not belong in a header."""
    _, fixed, varying = _KEYS[algorithm]
    if not isinstance(jwk, dict):
        raise _invalid("its jwk is not a key")
    if not jwk.keys() <= {*fixed, *varying, *_SAID_BESIDE}:
        raise _invalid("its jwk holds more than a public key")
    if any(jwk.get(name) != value for name, value in fixed.items()) or not all(
        isinstance(jwk.get(name), str) for name in varying
    ):
        raise _invalid("its jwk is not a key of its algorithm")
    if "n" in varying:
        try:
            is_fit = len(_decoded(jwk["n"]).lstrip(b"\0")) in _RSA_BYTES
        except ValueError:
            is_fit = False
        if not is_fit:
            raise _invalid("its jwk is not of 2,048 to 4,096 bits")
    return {name: jwk[name] for name in (*fixed, *varying)}


def _thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638, section 3: over exactly these members, in the order of their names."""
    return base64url(hashlib.sha256(msgspec.json.encode(dict(sorted(jwk.items())))).digest())


def _decoded(segment: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)


def _invalid(why: str) -> Refused:
    return Refused(
        Code.INVALID_TOKEN,
        f"the DPoP proof is not valid: {why}",
        challenge=challenge("invalid_dpop_proof"),
    )
