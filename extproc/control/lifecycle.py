"""The end of credentials, and questions about them: RFC 7009, RFC 7662, and OpenID Connect
Back-Channel Logout 1.0.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from extproc.control.form import BadForm, oauth_error, oauth_refusal, read_form
from extproc.core.confirmation import token_type
from extproc.core.decision import Refusal, Refused, Unavailable
from extproc.core.ports import Clock
from extproc.core.record import EventKind
from extproc.service.events import Events
from extproc.service.people import Sessions
from extproc.service.standing import Standing
from extproc.service.subjects import Logout

_log = structlog.get_logger("extproc.control")


class LifecycleEndpoints:
    def __init__(
        self,
        standing: Standing,
        sessions: Sessions,
        events: Events,
        clock: Clock,
        verify_logout: Callable[[str, int], Awaitable[Logout]],
    ) -> None:
        """`verify_logout` reads a logout token; raises Refused or Unavailable."""
        self._standing = standing
        self._sessions = sessions
        self._events = events
        self._clock = clock
        self._verify_logout = verify_logout

    async def revoke(self, request: Request) -> Response:
        """RFC 7009: whoever holds a credential or a refresh token may end its agent.

        An unknown token is answered like a known one; what is told apart is only whether the
        store could answer.
        """
        try:
            token = (await read_form(request)).get("token", "")
        except BadForm as error:
            return oauth_error("invalid_request", error.message, error.status)
        if not token:
            return oauth_error("invalid_request", "token is needed")
        try:
            agent = await asyncio.to_thread(self._standing.end_by_token, token)
            if agent is not None:
                await self._events.note(
                    EventKind.AGENT_ENDED,
                    actor=agent.subject,
                    subject=agent.subject,
                    issuer=agent.issuer,
                    agent_id=agent.id,
                    client_id=agent.client_id,
                    source=request.client.host if request.client else "",
                    reason="released",
                )
        except Unavailable as error:
            return oauth_refusal(Refusal.of_error(error), "invalid_request")
        return Response(status_code=200)

    async def introspect(self, request: Request) -> Response:
        """RFC 7662. The route is for administrators."""
        try:
            token = (await read_form(request)).get("token", "")
        except BadForm as error:
            return oauth_error("invalid_request", error.message, error.status)
        try:
            identity = await asyncio.to_thread(self._standing.inspect, token)
        except Unavailable as error:
            return oauth_refusal(Refusal.of_error(error), "invalid_request")
        if identity is None:
            return JSONResponse({"active": False})
        return JSONResponse(
            {
                **identity.claims,
                "active": True,
                "token_type": token_type(identity.claims.get("cnf", {})),
            }
        )

    async def logout(self, request: Request) -> Response:
        """A provider says that a session, or all of a subject's, ended: so do their agents."""
        try:
            form = await read_form(request)
            said = await self._verify_logout(form.get("logout_token", ""), self._clock.now())
            ended = await asyncio.to_thread(
                self._standing.end_session, said.issuer, said.subject, said.session
            )
            await asyncio.to_thread(
                self._sessions.drop_subject, said.issuer, said.subject, said.session
            )
            await self._events.note(
                EventKind.LOGGED_OUT,
                subject=said.subject,
                issuer=said.issuer,
                source=request.client.host if request.client else "",
                reason=f"{len(ended)} agents ended",
            )
        except BadForm as error:
            return oauth_error("invalid_request", error.message, error.status)
        except (Refused, Unavailable) as error:
            return oauth_refusal(Refusal.of_error(error), "invalid_request")
        _log.info("logged out", agents=len(ended))
        return Response(status_code=200, headers={"cache-control": "no-store"})
