"""A signed token (RFC 7515 compact form, RFC 7519), read before anything in it is believed.

No library checks `typ`, and one may follow a header member that it should not. So the header is
looked at here: what would bring a key, an address of one, or other rules of reading is refused.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import Any

import msgspec

from extproc.adapters.identity.keys import Key
from extproc.core.decision import Code, Refused

MAX_TOKEN = 32 << 10
"""Characters; longer is refused unread."""
_MAX_HEADER = 8 << 10
_MAX_KID = 256
_PART = re.compile(r"[A-Za-z0-9_-]+")
_REFUSED_MEMBERS = ("crit", "jwk", "jku", "x5u", "b64")


class Token(msgspec.Struct, frozen=True):
    algorithm: str
    kid: str | None
    type: str
    """`typ` in small letters and without `application/` (RFC 7515, section 4.1.9); may be empty."""
    claims: dict[str, Any]
    """Nothing of it is true before `is_signed_by`."""
    signed: bytes
    signature: bytes

    def is_signed_by(self, key: Key) -> bool:
        return key.verify(self.algorithm, self.signed, self.signature)

    @property
    def issuer(self) -> str:
        """What it claims to be of; empty when it claims nothing."""
        return self._text("iss")

    @property
    def subject(self) -> str:
        return self._text("sub")

    def _text(self, claim: str) -> str:
        value = self.claims.get(claim)
        return value if isinstance(value, str) else ""


def read_token(text: str) -> Token:
    """Raises Refused(INVALID_TOKEN); the message holds no part of the token."""
    if len(text) > MAX_TOKEN:
        raise invalid("it is too long")
    parts = text.split(".")
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        # A third part that is empty (`none`) is no signature, and four dots are an encrypted one.
        raise invalid("it is not a signed token")
    if len(parts[0]) > _MAX_HEADER:
        raise invalid("its header is too long")
    header, claims = _object(parts[0]), _object(parts[1])
    for name in _REFUSED_MEMBERS:
        if name in header:
            raise invalid(f"its header has {name!r}")
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "")
    if not isinstance(algorithm, str) or not isinstance(kind, str):
        raise invalid("its header is not well formed")
    if kid is not None and not (isinstance(kid, str) and len(kid) <= _MAX_KID):
        raise invalid("its header is not well formed")
    return Token(
        algorithm=algorithm,
        kid=kid,
        type=kind.lower().removeprefix("application/"),
        claims=claims,
        signed=f"{parts[0]}.{parts[1]}".encode(),
        signature=_bytes(parts[2]),
    )


def invalid(why: str) -> Refused:
    return Refused(Code.INVALID_TOKEN, f"the token is not valid: {why}")


def _object(part: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_bytes(part), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise invalid("it is not a signed token") from None


def _bytes(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise invalid("it is not a signed token") from None
