"""Everything that the configuration trusts to say who somebody is, behind one door."""

from __future__ import annotations

from extproc.adapters.identity.jwt import JwtSubjects
from extproc.config import Config
from extproc.core.decision import Code, Refused
from extproc.core.identity import Subject
from extproc.core.ports import Clock, Replays
from extproc.service.subjects import Logout, TokenType


class TrustedSubjects:
    """Fulfils service.subjects.Subjects."""

    def __init__(self, config: Config, clock: Clock, replays: Replays) -> None:
        """Raises ConfigError for what cannot work: SAML without its extra, or unread metadata."""
        self.jwt = JwtSubjects(config.identity, clock, replays, config.console)
        self._saml = None
        if config.identity.saml:
            # The libraries are an extra, and take long to import.
            from extproc.adapters.identity.saml import SamlSources

            self._saml = SamlSources(config.identity.saml, replays)

    async def verify(self, token: str, kind: TokenType, now: int) -> Subject:
        if kind is not TokenType.SAML2:
            return await self.jwt.verify(token, kind, now)
        if self._saml is None:
            raise Refused(Code.INVALID_TOKEN, "no SAML identity provider is trusted here")
        return await self._saml.verify(token, now)

    async def verify_client(self, assertion: str, audiences: tuple[str, ...], now: int) -> Subject:
        return await self.jwt.verify_client(assertion, audiences, now)

    async def verify_logout(self, token: str, now: int) -> Logout:
        """Raises Refused(INVALID_TOKEN), Unavailable."""
        return await self.jwt.verify_logout(token, now)

    async def close(self) -> None:
        await self.jwt.close()
        if self._saml is not None:
            self._saml.close()
