"""The identities that come as JWTs: `service.subjects.Subjects` for id tokens, access tokens and
the tokens of programs.

A token names its issuer, and only the sources that the configuration pins to this issuer are
asked about it. Each is checked in the same order: the kind of token, the signature by a key of
the source, the time and the audience, and at last who it is. Of several sources the first that
agrees counts; when none does, the refusal is of the one that came furthest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from extproc import config
from extproc.adapters.identity import openid, workloads
from extproc.adapters.identity.claims import (
    audiences_of,
    check_audience,
    check_times,
    microseconds,
    moment_of,
    text_of,
)
from extproc.adapters.identity.provider import Provider
from extproc.adapters.identity.redemption import redeem
from extproc.adapters.identity.token import Token, invalid, read_token
from extproc.core.decision import Refused, Unavailable
from extproc.core.identity import Subject
from extproc.core.ports import Clock, Replays
from extproc.service.subjects import Endpoints, Logout, TokenType

ASSERTION_SECONDS = 300
"""How far ahead the end of a client's assertion may lie; its id is remembered until then."""

_ASSERTION_TYPES = ("", "jwt", "client-authentication+jwt")
_WORKLOADS: Mapping[str, tuple[Callable[[Any, Any], Subject], tuple[TokenType, ...]]] = {
    "kubernetes": (workloads.kubernetes, (TokenType.JWT,)),
    "github": (workloads.github, (TokenType.JWT, TokenType.ID_TOKEN)),
    "gitlab": (workloads.gitlab, (TokenType.JWT, TokenType.ID_TOKEN)),
    "spiffe": (workloads.spiffe, (TokenType.JWT,)),
}
"""By kind: who it is, and the kinds of token that it is given as."""


class _Trusted(msgspec.Struct, frozen=True):
    kind: str
    source: Any
    provider: Provider


class JwtSubjects:
    """Of one event loop; `close` ends what it asks in the background."""

    def __init__(
        self,
        sources: config.Identity,
        clock: Clock,
        replays: Replays,
        console: config.Console | None = None,
    ) -> None:
        """`console`: logout tokens may also be for the client that people sign in with."""
        self._replays = replays
        self._console = console or config.Console()
        self._clock = clock
        self._providers: dict[tuple[str, str | None], Provider] = {}
        self._trusted = [
            _Trusted(kind, source, self._provider(getattr(source, "issuer", ""), source.jwks))
            for kind in ("oidc", *_WORKLOADS)
            for source in getattr(sources, kind)
        ]
        self._people = {one.source.name: one for one in self._trusted if one.kind == "oidc"}
        self._clients = {
            source.name: _Trusted("client", source, self._provider("", source.jwks))
            for source in sources.clients
        }

    async def verify(self, token: str, kind: TokenType, now: int) -> Subject:
        """As `Subjects.verify`."""
        read = read_token(token)
        failure: Unavailable | None = None
        closest, reached = invalid("its issuer is not one that is trusted here"), -1
        for trusted in self._of_issuer(read):
            stage = 0
            try:
                given = _kind(trusted, read, kind)
                stage = 1
                await self._check_signature(trusted, read)
                stage = 2
                _check_claims(trusted, read, given, now)
                stage = 3
                return _who(trusted, read)
            except Refused as error:
                if stage > reached:
                    closest, reached = error, stage
            except Unavailable as error:
                failure = error
        raise failure or closest

    async def verify_client(self, assertion: str, audiences: tuple[str, ...], now: int) -> Subject:
        """As `Subjects.verify_client`: RFC 7523, section 3, and a `jti` that is used once.

        The assertion is for exactly one audience: one that another server could also take, it
        could also use.
        """
        token = read_token(assertion)
        trusted = self._clients.get(token.issuer)
        if trusted is None:
            raise invalid("its client is not known here")
        if token.type not in _ASSERTION_TYPES:
            raise invalid("it is not a client's assertion")
        await self._check_signature(trusted, token)
        claims, name = token.claims, trusted.source.name
        if token.subject != name:
            raise invalid("its issuer and its subject differ")
        named = audiences_of(claims)
        if len(named) != 1 or named[0] not in audiences:
            raise invalid("it is for another audience")
        check_times(claims, now)
        if (moment_of(claims, "exp") or 0) > now / 1_000_000 + ASSERTION_SECONDS:
            raise invalid("it is good for more than five minutes")
        # A client's name has no space, so two of them never share an id.
        await self._check_first("client_assertion", f"{name} {text_of(claims, 'jti')}", claims)
        return workloads.subject_of(trusted.source, name, claims, name, "client", client_id=name)

    async def verify_logout(self, token: str, now: int) -> Logout:
        """Whose sessions an OpenID provider says are over. Each such word counts once.

        Raises Refused(INVALID_TOKEN), Unavailable.
        """
        read = read_token(token)
        failure: Unavailable | None = None
        closest, reached = invalid("its issuer is not one that is trusted here"), -1
        for trusted in self._people.values():
            if trusted.source.issuer != read.issuer:
                continue
            stage = 0
            try:
                await self._check_signature(trusted, read)
                stage = 1
                openid.check_logout(read, self._audiences(trusted.source), now)
                logout = openid.logout_of(read.claims, trusted.source)
                id = f"{read.issuer} {read.claims['jti']}"
                await self._check_first("logout_token", id, read.claims)
                return logout
            except Refused as error:
                if stage > reached:
                    closest, reached = error, stage
            except Unavailable as error:
                failure = error
        raise failure or closest

    async def verify_sign_in(
        self, source: str, id_token: str, client_id: str, nonce: str, now: int
    ) -> Subject:
        """As `SignIns.verify_sign_in`."""
        trusted = self._people[source]
        token = read_token(id_token)
        if token.issuer != trusted.source.issuer:
            raise invalid("it is of another issuer")
        openid.kind_of(token, TokenType.ID_TOKEN, trusted.source)
        await self._check_signature(trusted, token)
        openid.check_id_token(token.claims, client_id, now, nonce)
        return _who(trusted, token)

    async def endpoints(self, source: str) -> Endpoints:
        """As `SignIns.endpoints`."""
        found = await self._people[source].provider.discovery()
        if not (found.authorization_endpoint and found.token_endpoint):
            raise Unavailable("identity", "the provider has no endpoints for people to sign in at")
        return Endpoints(
            issuer=found.issuer,
            authorization=found.authorization_endpoint,
            token=found.token_endpoint,
            end_session=found.end_session_endpoint,
            names_issuer=found.authorization_response_iss_parameter_supported,
        )

    async def redeem(
        self, source: str, *, code: str, verifier: str, redirect_uri: str, client_id: str
    ) -> str:
        """As `SignIns.redeem`; the client's secret is the console's."""
        form = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
        provider = await self._people[source].provider.discovery()
        return await redeem(provider, form, client_id, self._console.client_secret)

    async def close(self) -> None:
        for provider in self._providers.values():
            await provider.close()

    def _provider(self, issuer: str, keys: str | None) -> Provider:
        # Sources that take their keys from one place ask for them once.
        place = (issuer, keys)
        if place not in self._providers:
            self._providers[place] = Provider(issuer, keys, self._clock)
        return self._providers[place]

    def _of_issuer(self, token: Token) -> list[_Trusted]:
        """The sources that are pinned to what a token claims to be of.

        A JWT-SVID need not name an issuer (JWT-SVID, section 3); its subject names the domain.
        """
        named = [
            one
            for one in self._trusted
            if one.kind != "spiffe" and token.issuer and one.source.issuer == token.issuer
        ]
        return named or [
            one
            for one in self._trusted
            if one.kind == "spiffe"
            and token.subject.startswith(f"spiffe://{one.source.trust_domain}/")
        ]

    def _audiences(self, source: config.Oidc) -> tuple[str, ...]:
        if self._console.oidc == source.name and self._console.client_id:
            return (source.audience, self._console.client_id)
        return (source.audience,)

    @staticmethod
    async def _check_signature(trusted: _Trusted, token: Token) -> None:
        if token.algorithm not in trusted.source.algorithms:
            raise invalid("its algorithm is not one that its issuer uses")
        key = await trusted.provider.key(token.kid, token.algorithm)
        if key is None:
            raise invalid("its key is not one of its issuer")
        if not token.is_signed_by(key):
            raise invalid("its signature is wrong")

    async def _check_first(self, kind: str, id: str, claims: Mapping[str, Any]) -> None:
        until = microseconds(claims, "exp")
        if not await asyncio.to_thread(self._replays.first, kind, id, until):
            raise invalid("it was used before")


def _kind(trusted: _Trusted, token: Token, kind: TokenType) -> TokenType:
    """Which kind of token it is given as and says that it is."""
    if "events" in token.claims:
        # RFC 8417: it tells of something that happened, and says nothing of who holds it.
        raise invalid("it is a security event")
    if trusted.kind == "oidc":
        return openid.kind_of(token, kind, trusted.source)
    _, kinds = _WORKLOADS[trusted.kind]
    if kind not in kinds:
        raise invalid("this kind of token is not taken from its issuer")
    if token.type not in ("", "jwt") and (trusted.kind, token.type) != ("spiffe", "jose"):
        raise invalid("its typ is that of another kind of token")
    return kind


def _check_claims(trusted: _Trusted, token: Token, kind: TokenType, now: int) -> None:
    if trusted.kind == "oidc":
        openid.check_claims(token.claims, kind, trusted.source, now)
        return
    check_times(token.claims, now)
    # JWT-SVID, section 3.3: a token for several could be passed on from one to the other.
    check_audience(token.claims, trusted.source.audience, alone=trusted.kind == "spiffe")


def _who(trusted: _Trusted, token: Token) -> Subject:
    if trusted.kind == "oidc":
        return openid.person(token.claims, trusted.source)
    read, _ = _WORKLOADS[trusted.kind]
    return read(token.claims, trusted.source)
