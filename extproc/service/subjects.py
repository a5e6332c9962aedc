"""Subjects: whose word is taken for who somebody is. The kinds of tokens, and the port behind which
each source checks its own.
"""

from __future__ import annotations

import enum
from typing import Protocol

import msgspec

from extproc.core.identity import Subject


class TokenType(enum.StrEnum):
    """RFC 8693, section 3."""

    ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name, no secret
    ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
    JWT = "urn:ietf:params:oauth:token-type:jwt"
    SAML2 = "urn:ietf:params:oauth:token-type:saml2"
    REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token"  # noqa: S105


class Subjects(Protocol):
    """Everything that is trusted to say who somebody is."""

    async def verify(self, token: str, kind: TokenType, now: int) -> Subject:
        """Who a token says this is. `now`: microseconds.

        Raises Refused(INVALID_TOKEN), whose message says what is wrong with the token and holds
        no part of it; Unavailable("identity") when the source's keys cannot be had.
        """
        ...

    async def verify_client(self, assertion: str, audiences: tuple[str, ...], now: int) -> Subject:
        """The client that a `private_key_jwt` assertion (RFC 7523) proves, once.

        `audiences`: the names of this server, of which the assertion must be for one.
        """
        ...


class Logout(msgspec.Struct, frozen=True, kw_only=True):
    """What a back-channel logout token (OpenID Connect Back-Channel Logout 1.0) says: whose
    sessions are over. One of `subject` and `session` is there; with both, only that session is.
    """

    issuer: str
    subject: str = ""
    """As the subjects of this source are named here, its prefix included."""
    session: str = ""
    """The provider's `sid`."""


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """Where people sign in at a provider (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization: str
    token: str
    end_session: str = ""
    """Empty when the provider has none."""
    names_issuer: bool = False
    """Whether its answers always carry `iss` (RFC 9207)."""


class SignIns(Protocol):
    """How people sign in by an OpenID provider; `source` is its name in the configuration."""

    async def endpoints(self, source: str) -> Endpoints:
        """Raises Unavailable("identity")."""
        ...

    async def redeem(
        self,
        source: str,
        *,
        code: str,
        verifier: str,
        redirect_uri: str,
        client_id: str,
    ) -> str:
        """The id token for an authorization code (RFC 6749 section 4.1.3, RFC 7636).

        Raises Refused(INVALID_TOKEN), Unavailable("identity").
        """
        ...

    async def verify_sign_in(
        self, source: str, id_token: str, client_id: str, nonce: str, now: int
    ) -> Subject:
        """Raises Refused(INVALID_TOKEN), Unavailable("identity")."""
        ...
