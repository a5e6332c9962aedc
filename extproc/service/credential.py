"""Where a call carries its credential."""

from __future__ import annotations

import hmac

from extproc.core.decision import Code, Refused
from extproc.core.ports import Headers

_KEY_HEADERS = ("x-api-key", "x-goog-api-key")
"""Where the stock clients of Anthropic and of Google put their key."""


def credential_of(headers: Headers) -> str:
    """The credential that a call carries: `authorization: Bearer …` (or `DPoP …`), or the key
    header of a stock client. `headers`: lower-case names.

    Raises Refused: MISSING_CREDENTIAL, or INVALID_TOKEN when two places disagree.
    """
    authorization = headers.get("authorization", "").strip()
    found = [key for name in _KEY_HEADERS if (key := headers.get(name, "").strip())]
    if not authorization and not found:
        raise Refused(
            Code.MISSING_CREDENTIAL,
            "a credential is needed: Authorization: Bearer … or x-api-key: …",
        )
    if not all(value.isascii() for value in (authorization, *found)):
        raise Refused(Code.INVALID_TOKEN, "the credential is not ASCII")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() not in ("bearer", "dpop") or not token.strip():
            raise Refused(Code.INVALID_TOKEN, "the authorization header is not Bearer … or DPoP …")
        found.append(token.strip())
    token = found[-1]
    if not all(hmac.compare_digest(token.encode(), other.encode()) for other in found):
        raise Refused(Code.INVALID_TOKEN, "the headers for a credential hold different ones")
    return token
