"""Tokens of an OpenID provider: id tokens (OpenID Connect Core 1.0), access tokens (RFC 9068) and
logout tokens (Back-Channel Logout 1.0). Which of them a token is, is never left open: one kind
taken for another is how a token that was meant for little opens much.
"""

from __future__ import annotations

import hmac
from typing import Any

from extproc import config
from extproc.adapters.identity.claims import (
    Claims,
    check_audience,
    check_party,
    check_required,
    check_times,
    groups_of,
    optional_text,
    text_of,
)
from extproc.adapters.identity.token import Token, invalid
from extproc.adapters.identity.workloads import subject_of
from extproc.core.identity import Subject
from extproc.service.subjects import Logout, TokenType

MAX_AGE = 24 * 3600
"""Seconds since an id token was issued."""

_PLAIN = ("", "jwt")
_OF_ID_TOKENS = ("nonce", "at_hash", "c_hash")
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

# Some providers repeat the kind of a token in a claim: `typ`, or `token_use`.
_OTHER_THAN_ID = ("bearer", "access", "dpop", "at+jwt", "refresh", "offline", "logout")
_OTHER_THAN_ACCESS = ("id", "refresh", "offline", "logout")


def kind_of(token: Token, kind: TokenType, source: config.Oidc) -> TokenType:
    """Whether a token is an id token or an access token, as `kind` says and `typ` confirms.

    Given only as a JWT, its `typ` must say which: absent or `JWT` does not.
    """
    access_types = {name.lower().removeprefix("application/") for name in source.access_token_types}
    if kind is TokenType.JWT:
        if token.type in _PLAIN or token.type not in access_types:
            raise invalid("it does not say whether it is an id token or an access token")
        kind = TokenType.ACCESS_TOKEN
    own = {str(token.claims.get(name, "")).lower() for name in ("typ", "token_use")}
    if kind is TokenType.ID_TOKEN:
        if token.type not in _PLAIN or own & set(_OTHER_THAN_ID):
            raise invalid("it is not an id token")
        return kind
    if kind is not TokenType.ACCESS_TOKEN:
        raise invalid("this kind of token is not taken from its issuer")
    if token.type not in access_types or own & set(_OTHER_THAN_ACCESS):
        raise invalid("it is not an access token")
    if token.type in _PLAIN and any(name in token.claims for name in _OF_ID_TOKENS):
        raise invalid("it is an id token")
    return kind


def check_claims(claims: Claims, kind: TokenType, source: config.Oidc, now: int) -> None:
    """Everything but the signature, the issuer, and who it is."""
    if kind is TokenType.ID_TOKEN:
        check_id_token(claims, source.audience, now)
        return
    check_times(claims, now)
    check_audience(claims, source.audience)


def check_id_token(claims: Claims, audience: str, now: int, nonce: str | None = None) -> None:
    """Core 1.0, section 3.1.3.7. `nonce`: what was asked with, for a sign-in of our own."""
    check_times(claims, now, max_age=MAX_AGE)
    check_audience(claims, audience)
    check_party(claims, audience)
    if nonce is not None:
        given = claims.get("nonce")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
            raise invalid("it is not for this sign-in")


def person(claims: Claims, source: config.Oidc) -> Subject:
    """Who the claims say it is."""
    check_required(claims, source.require)
    text_of(claims, "sub")
    name = text_of(claims, source.subject_claim)
    if source.subject_claim == "email" and claims.get("email_verified", True) not in (True, "true"):
        # Else anybody could be whoever they say their address is.
        raise invalid("its email address is not verified")
    return subject_of(
        source,
        name,
        claims,
        source.issuer,
        "oidc",
        groups=groups_of(claims, source.groups_claim, source.prefix),
        session=optional_text(claims, "sid"),
        client_id=optional_text(claims, "azp") or optional_text(claims, "client_id"),
    )


def check_logout(token: Token, audiences: tuple[str, ...], now: int) -> None:
    """Back-Channel Logout 1.0, section 2.6, but for the signature and the `jti`."""
    claims = token.claims
    if token.type not in (*_PLAIN, "logout+jwt"):
        raise invalid("it is not a logout token")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict):
        raise invalid("it is not a logout token")
    if "nonce" in claims:
        raise invalid("a logout token has no nonce")
    check_times(claims, now, max_age=MAX_AGE)
    if not any(_is_for(claims, audience) for audience in audiences):
        raise invalid("it is for another audience")
    text_of(claims, "jti")


def logout_of(claims: Claims, source: config.Oidc) -> Logout:
    """Whose sessions are over."""
    session = optional_text(claims, "sid")
    name = optional_text(claims, source.subject_claim)
    if not (session or name):
        # With another `subject_claim` than `sub`, the subject cannot be told from `sub` alone.
        raise invalid("it names neither a session nor a subject that is known here")
    return Logout(
        issuer=source.issuer, subject=source.prefix + name if name else "", session=session
    )


def _is_for(claims: Claims, audience: str) -> bool:
    value: Any = claims.get("aud")
    return audience in (value if isinstance(value, list) else [value])
