"""/api/v1/subjects: who may start agents, and taking that away from somebody at once."""

from __future__ import annotations

import asyncio

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from extproc.core.record import EventKind
from extproc.service.events import Events
from extproc.service.people import Sessions
from extproc.service.standing import Standing

_log = structlog.get_logger("extproc.control")

_BODY_MAX = 4096


class _Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subject: str
    reason: str = ""


class SubjectEndpoints:
    """The routes are for administrators; what they do is written down under the caller's name."""

    def __init__(self, standing: Standing, sessions: Sessions, events: Events) -> None:
        self._standing = standing
        self._sessions = sessions
        self._events = events

    async def list(self, _: Request) -> Response:
        """Subjects with running agents, and those that were revoked."""
        return JSONResponse(await asyncio.to_thread(self._standing.subjects))

    async def revoke(self, request: Request) -> Response:
        """End all agents of a subject and let it start none. Durable before it is answered."""
        named = await _named(request)
        by = request.state.caller
        ended = await asyncio.to_thread(self._standing.revoke, named.subject, by, named.reason)
        await asyncio.to_thread(self._sessions.drop_subject, "", named.subject, "")
        await self._note(request, EventKind.SUBJECT_REVOKED, named)
        _log.info("subject revoked", agents=len(ended))
        return JSONResponse({"subject": named.subject, "revoked": True, "ended": len(ended)})

    async def restore(self, request: Request) -> Response:
        named = await _named(request)
        if not await asyncio.to_thread(self._standing.restore, named.subject):
            return JSONResponse(
                {"error": {"code": "not_found", "message": "no such subject is revoked"}},
                status_code=404,
            )
        await self._note(request, EventKind.SUBJECT_RESTORED, named)
        return JSONResponse({"subject": named.subject, "revoked": False})

    async def _note(self, request: Request, kind: EventKind, named: _Named) -> None:
        await self._events.note(
            kind,
            actor=request.state.caller,
            subject=named.subject,
            source=request.client.host if request.client else "",
            reason=named.reason,
        )


async def _named(request: Request) -> _Named:
    """Raises ValueError, whose message may be shown."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _BODY_MAX:
            raise ValueError("the body is too large")
    try:
        named = msgspec.json.decode(bytes(body), type=_Named)
    except msgspec.MsgspecError as error:
        raise ValueError(f"the body is {{subject, reason}}: {error}") from None
    if not named.subject or len(named.subject) > 256 or len(named.reason) > 1000:
        raise ValueError("a subject is 1 to 256 characters, a reason at most 1,000")
    return named
