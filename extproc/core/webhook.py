"""Signatures of webhooks, out and in: the symmetric scheme of Standard Webhooks.

What is signed is `id.timestamp.body`, by HMAC-SHA256; the header holds `v1,` and the signature in
base64, or several of them with spaces between while a secret is changed.
"""

from __future__ import annotations

import base64
import binascii
import hmac

KEY_LEAST = 16
"""Bytes."""
_MOST_SIGNATURES = 8
_ENCODED = b"whsec_"


def key_of(secret: bytes) -> bytes:
    """The key that a secret stands for: what follows `whsec_`, in base64, or the very bytes.

    Raises ValueError, which holds no part of it.
    """
    key = secret.strip()
    if key.startswith(_ENCODED):
        try:
            key = base64.b64decode(key.removeprefix(_ENCODED), validate=True)
        except binascii.Error:
            raise ValueError("is not base64 behind whsec_") from None
    if len(key) < KEY_LEAST:
        raise ValueError(f"shorter than {KEY_LEAST} bytes")
    return key


def sign(key: bytes, id: str, timestamp: int | str, body: bytes) -> str:
    """The header `webhook-signature`. `timestamp`: seconds since 1970, as the header says it."""
    digest = hmac.digest(key, f"{id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode("ascii")


def is_signed(header: str, key: bytes, id: str, timestamp: int | str, body: bytes) -> bool:
    """Whether one of the header's signatures is right; takes as long for each that is not."""
    expected = sign(key, id, timestamp, body).encode("ascii")
    given = header.encode("utf-8", "surrogatepass").split(b" ")[:_MOST_SIGNATURES]
    found = False
    for each in given:
        found |= hmac.compare_digest(each, expected)
    return found
