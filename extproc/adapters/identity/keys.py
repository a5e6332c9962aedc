"""Public keys of others (RFC 7517), and which algorithm each may verify (RFC 7518, RFC 8037).

A key is chosen by the token's `kid` among the keys of one pinned source, never brought along by
the token. An algorithm must be one that the source is configured for and fit the key: so the text
of an RSA key is never a secret for HMAC, and `none` verifies nothing.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from extproc.core.decision import Unavailable

MAX_KEYS = 100
_RSA_BITS = range(2048, 8193)
_RSA_EXPONENT_BITS = 33
_MAX_KID = 256

FITS: Mapping[str, tuple[str, str | None]] = {
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
    "PS256": ("RSA", None),
    "PS384": ("RSA", None),
    "PS512": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
    "Ed25519": ("OKP", "Ed25519"),
}
"""By algorithm: the type and the curve of the keys that it is used with."""

_TYPES: Mapping[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_PUBLIC = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
"""The members that are read; a private part that somebody published is dropped unread."""
_MODELS = JWSRegistry.algorithms | {"EdDSA": JWSRegistry.algorithms["Ed25519"]}


class Key(msgspec.Struct, frozen=True):
    kid: str | None
    kind: tuple[str, str | None]
    """Key type and curve."""
    algorithm: str | None
    """The only one that it is for, where its owner says so."""
    jose: Any

    def fits(self, algorithm: str) -> bool:
        """Whether it may verify a signature under this algorithm."""
        return FITS.get(algorithm) == self.kind and self.algorithm in (None, algorithm)

    def verify(self, algorithm: str, signed: bytes, signature: bytes) -> bool:
        """Whether `signature` over `signed` is this key's."""
        if not self.fits(algorithm):
            return False
        try:
            return bool(_MODELS[algorithm].verify(signed, signature, self.jose))
        except (JoseError, ValueError, TypeError):
            return False


def read_keys(data: bytes) -> tuple[Key, ...]:
    """The keys of a JWK set that may verify signatures; the others in it are passed over.

    Raises Unavailable("identity") when it is none, or holds more than 100 keys.
    """
    try:
        members = msgspec.json.decode(data, type=dict[str, Any]).get("keys")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unavailable("identity", "the JWK set is not JSON") from None
    if not isinstance(members, list):
        raise Unavailable("identity", "the JWK set has no keys")
    if len(members) > MAX_KEYS:
        raise Unavailable("identity", f"the JWK set has more than {MAX_KEYS} keys")
    return tuple(key for member in members if (key := _read_key(member)) is not None)


def choose(keys: Sequence[Key], kid: str | None, algorithm: str) -> Key | None:
    """The key that a token's header names; without a `kid`, the only one that fits."""
    fitting = [key for key in keys if key.fits(algorithm) and kid in (None, key.kid)]
    return fitting[0] if len(fitting) == 1 else None


def _read_key(member: Any) -> Key | None:
    if not isinstance(member, dict) or member.get("use", "sig") != "sig":
        return None
    operations = member.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    kty, kid, algorithm = member.get("kty"), member.get("kid"), member.get("alg")
    if kid is not None and not (isinstance(kid, str) and len(kid) <= _MAX_KID):
        return None
    if not isinstance(kty, str) or kty not in _TYPES:
        return None
    if algorithm is not None and not (isinstance(algorithm, str) and algorithm in FITS):
        return None
    public: dict[str, str | list[str]] = {}
    for name in _PUBLIC[kty]:
        value = member.get(name)
        if not isinstance(value, str):
            return None
        public[name] = value
    kind = (kty, member.get("crv") if kty != "RSA" else None)
    if kind not in FITS.values() or (kty == "RSA" and not _is_strong(public)):
        return None
    try:
        jose = _TYPES[kty].import_key({"kty": kty, **public})
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return Key(kid, kind, algorithm, jose)


def _is_strong(public: Mapping[str, Any]) -> bool:
    """At least 2048 bits; and no more than a verification may cost us."""
    try:
        modulus, exponent = _number(public["n"]), _number(public["e"])
    except ValueError:
        return False
    return modulus.bit_length() in _RSA_BITS and exponent.bit_length() <= _RSA_EXPONENT_BITS


def _number(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
