"""DPoP proofs as a client makes them, and as one should not."""

from __future__ import annotations

import base64
import hashlib
import time
import uuid
from typing import Any

import msgspec
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

Key = ECKey | OKPKey | RSAKey


def new_key() -> ECKey:
    return ECKey.generate_key("P-256", private=True)


def public(key: Key) -> dict[str, Any]:
    return {name: value for name, value in key.as_dict(private=False).items() if name != "kid"}


def thumbprint(key: Key) -> str:
    return str(key.thumbprint())


def ath(token: str) -> str:
    digest = hashlib.sha256(token.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def proof(
    key: Key,
    method: str,
    url: str,
    token: str = "",
    *,
    header: dict[str, Any] | None = None,
    algorithm: str = "ES256",
    **claims: Any,
) -> str:
    """A claim of None is left out."""
    made = {"jti": uuid.uuid4().hex, "htm": method, "htu": url, "iat": int(time.time())}
    if token:
        made["ath"] = ath(token)
    made = {name: value for name, value in {**made, **claims}.items() if value is not None}
    members = {"typ": "dpop+jwt", "alg": algorithm, "jwk": public(key)} | (header or {})
    members = {name: value for name, value in members.items() if value is not None}
    return signed(key, members, msgspec.json.encode(made), algorithm)


def signed(key: Any, header: dict[str, Any], payload: bytes, algorithm: str) -> str:
    """A compact token whose header says what it likes, signed with `algorithm` all the same."""
    segments = b".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=")
        for part in (msgspec.json.encode(header), payload)
    )
    signature = jws.JWSRegistry.algorithms[algorithm].sign(segments, key)
    return (segments + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()
