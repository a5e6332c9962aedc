"""Subjects: whose word is taken for who somebody is. The kinds of tokens, and the port behind which
each source checks its own.
"""

from __future__ import annotations

import enum
from typing import Protocol

from extproc.core.identity import Subject


class TokenType(enum.StrEnum):
    """RFC 8693, section 3."""

    ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - names, no secrets
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


class Logout(Protocol):
    """What a back-channel logout token (OpenID Connect Back-Channel Logout 1.0) says."""

    issuer: str
    subject: str
    session: str
