"""An authorization code for an id token: the one question of a sign-in that this server itself asks
(OpenID Connect Core 1.0, section 3.1.3; RFC 7636).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import msgspec

from extproc.adapters.identity.provider import Discovery, WrongStatus, fetch
from extproc.adapters.identity.token import invalid
from extproc.core.decision import Unavailable


class _Answer(msgspec.Struct, frozen=True):
    id_token: str


async def redeem(
    provider: Discovery, form: dict[str, str], client_id: str, secret: str | None
) -> str:
    """The id token, not yet verified.

    `form`: code, code_verifier, redirect_uri. `secret`: `file:PATH` or `env:NAME`; None for a
    client that has none. Raises Refused(INVALID_TOKEN) for a code that the provider does not
    take, and Unavailable("identity").
    """
    form = {"grant_type": "authorization_code", **form}
    options: dict[str, Any] = {}
    methods = provider.token_endpoint_auth_methods_supported
    if secret is None:
        form["client_id"] = client_id
    elif "client_secret_basic" in methods or "client_secret_post" not in methods:
        # RFC 6749, section 2.3.1: both are form-encoded before they are joined.
        options["auth"] = (quote_plus(client_id), quote_plus(_secret(secret)))
    else:
        form |= {"client_id": client_id, "client_secret": _secret(secret)}
    try:
        data = await fetch(provider.token_endpoint, form, **options)
    except WrongStatus as error:
        if error.status == 400:
            raise invalid("the provider does not take the code") from None
        raise
    try:
        return msgspec.json.decode(data, type=_Answer).id_token
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unavailable("identity", "the provider's answer has no id token") from None


def _secret(reference: str) -> str:
    """Read for each use, so that a new one counts at once."""
    kind, _, place = reference.partition(":")
    try:
        text = Path(place).read_text("utf-8") if kind == "file" else os.environ[place]
    except (OSError, KeyError, UnicodeDecodeError) as error:
        why = type(error).__name__
        raise Unavailable("identity", f"$.console.client_secret: {why}") from None
    if not text.strip():
        raise Unavailable("identity", "$.console.client_secret: is empty")
    return text.strip()
