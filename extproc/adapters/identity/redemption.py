"""An authorization code for an id token: the one question of a sign-in that this server itself asks
(OpenID Connect Core 1.0, section 3.1.3; RFC 7636).
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from extproc.adapters.identity.provider import Discovery, WrongStatus, fetch
from extproc.adapters.identity.token import invalid
from extproc.core.decision import Unavailable


class _Answer(msgspec.Struct, frozen=True):
    id_token: str


async def redeem(
    provider: Discovery,
    *,
    code: str,
    verifier: str,
    redirect_uri: str,
    client_id: str,
    client_secret: str | None,
) -> str:
    """The id token, not yet verified.

    Raises Refused(INVALID_TOKEN) for a code that the provider does not take, and
    Unavailable("identity").
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    options = {}
    methods = provider.token_endpoint_auth_methods_supported
    if client_secret is None:
        form["client_id"] = client_id
    elif "client_secret_basic" in methods or "client_secret_post" not in methods:
        # RFC 6749, section 2.3.1: both are form-encoded before they are joined.
        options["auth"] = (quote(client_id, safe=""), quote(client_secret, safe=""))
    else:
        form |= {"client_id": client_id, "client_secret": client_secret}
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
