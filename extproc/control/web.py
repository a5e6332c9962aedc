"""The control port: tokens, the API, health and metrics. Never reachable from agents' networks.

The API is for administrators (`console.roles.admin`): by a session of the console, by a credential
of the local authority such as `extproc up` prints, or by one with the scope `control`. Approvals
are for people alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from extproc.config import Roles
from extproc.control.approvals import ApprovalEndpoints
from extproc.control.callback import CallbackEndpoint
from extproc.control.console import Console
from extproc.control.lifecycle import LifecycleEndpoints
from extproc.control.openapi import DOCUMENT
from extproc.control.sign_in import SignIn
from extproc.control.subjects import SubjectEndpoints
from extproc.control.token import TokenEndpoint
from extproc.core.decision import Code, Refusal, Refused, Unavailable
from extproc.core.identity import Agent, Identity
from extproc.core.ports import Headers
from extproc.core.record import EventKind
from extproc.service.approvals import Desk, Voter
from extproc.service.events import Events
from extproc.service.narrowing import CONTROL
from extproc.service.people import Role, role_of_groups

_log = structlog.get_logger("extproc.control")

ADMIN_GROUP = "admin"
_MAX_BODY = 64 << 10


Endpoint = Callable[[Request], Awaitable[Response]]


class Evidence(Protocol):
    """Answers questions about what was recorded; documents as the command line prints them."""

    def sessions(self, question: Mapping[str, str]) -> list[dict[str, Any]]: ...
    def show(self, id: str, tz: str | None = None) -> dict[str, Any] | None: ...


class Roster(Protocol):
    """Who runs, and its end."""

    def list(self, subject: str | None = None, active_only: bool = True) -> list[Agent]: ...


class Control:
    """Builds the ASGI application."""

    def __init__(
        self,
        *,
        identify: Callable[[Headers], Identity],
        end: Callable[[str], bool],
        roster: Roster,
        evidence: Evidence,
        document: Callable[[Agent], dict[str, Any]],
        token: TokenEndpoint,
        lifecycle: LifecycleEndpoints,
        subjects: SubjectEndpoints,
        desk: Desk,
        callback: CallbackEndpoint,
        sign_in: SignIn,
        console: Console,
        events: Events,
        roles: Roles,
        issuer: str,
        jwks: Callable[[], dict[str, Any]],
        metrics: Callable[[], bytes],
        not_ready: Callable[[], str],
    ) -> None:
        """`issuer` is the local authority's name. `not_ready` says why the server cannot serve,
        or an empty string.
        """
        self._identify = identify
        self._end = end
        self._roster = roster
        self._evidence = evidence
        self._document = document
        self._token = token
        self._lifecycle = lifecycle
        self._subjects = subjects
        self._approvals = ApprovalEndpoints(desk, self._voter)
        self._callback = callback
        self._sign_in = sign_in
        self._console = console
        self._events = events
        self._roles = roles
        self._issuer = issuer
        self._jwks = jwks
        self._metrics = metrics
        self._not_ready = not_ready

    def application(self) -> Starlette:
        api, asked = self._guarded, self._answering
        return Starlette(
            routes=[
                *self._console.routes(),
                *self._sign_in.routes(),
                Route("/livez", self._live),
                Route("/readyz", self._ready),
                Route("/metrics", self._scrape),
                Route("/.well-known/jwks.json", self._keys),
                Route("/.well-known/oauth-authorization-server", self._token.metadata),
                Route("/oauth2/token", self._token.exchange, methods=["POST"]),
                Route("/oauth2/revoke", self._lifecycle.revoke, methods=["POST"]),
                Route("/oauth2/introspect", api(self._lifecycle.introspect), methods=["POST"]),
                Route("/oauth2/backchannel-logout", self._lifecycle.logout, methods=["POST"]),
                Route("/api/v1/openapi.json", self._description),
                Route("/api/v1/agents", api(self._list_agents)),
                Route("/api/v1/agents/{id}", api(self._end_agent), methods=["DELETE"]),
                Route("/api/v1/subjects", api(self._subjects.list)),
                Route("/api/v1/subjects/revoke", api(self._subjects.revoke), methods=["POST"]),
                Route("/api/v1/subjects/restore", api(self._subjects.restore), methods=["POST"]),
                Route("/api/v1/approvals", asked(self._approvals.list)),
                Route("/api/v1/approvals/{id}", asked(self._approvals.show)),
                *(
                    Route(f"/api/v1/approvals/{{id}}/{verb}", asked(endpoint), methods=["POST"])
                    for verb, endpoint in (
                        ("approve", self._approvals.approve),
                        ("deny", self._approvals.deny),
                        ("review", self._approvals.review),
                        ("callback", self._callback.take),
                    )
                ),
                Route("/api/v1/sessions", api(self._list_sessions)),
                Route("/api/v1/sessions/{id}", api(self._show)),
                Route("/api/v1/exchanges/{id}", api(self._show)),
            ],
            middleware=[Middleware(SafeHeaders)],
            exception_handlers={Exception: _failed},
        )

    async def _live(self, _: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _ready(self, _: Request) -> Response:
        why = self._not_ready()
        if why:
            return JSONResponse({"status": "unavailable", "reason": why}, status_code=503)
        return JSONResponse({"status": "ok"})

    async def _scrape(self, _: Request) -> Response:
        return Response(self._metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(self._jwks())

    async def _description(self, _: Request) -> Response:
        return JSONResponse(DOCUMENT)

    async def _list_agents(self, request: Request) -> Response:
        subject = request.query_params.get("subject") or None

        def documents() -> list[dict[str, Any]]:
            return [self._document(agent) for agent in self._roster.list(subject)]

        return _json(await asyncio.to_thread(documents))

    async def _end_agent(self, request: Request) -> Response:
        agent_id = request.path_params["id"]
        if not await asyncio.to_thread(self._end, agent_id):
            return _error(404, "not_found", "no such agent is running")
        await self._events.note(
            EventKind.AGENT_ENDED,
            actor=request.state.caller,
            agent_id=agent_id,
            source=request.client.host if request.client else "",
            reason="killed",
        )
        _log.info("agent ended", agent=agent_id)
        return _json({"id": agent_id, "ended": True})

    async def _list_sessions(self, request: Request) -> Response:
        found = await asyncio.to_thread(self._evidence.sessions, dict(request.query_params))
        return _json(found)

    async def _show(self, request: Request) -> Response:
        found = await asyncio.to_thread(
            self._evidence.show, request.path_params["id"], request.query_params.get("tz")
        )
        if found is None:
            return _error(404, "not_found", "nothing was recorded under this id")
        return _json(found)

    async def _administrator(self, request: Request) -> str:
        """Who asks, if they may administer: by a session of the console, or by a credential.

        An administrator's agents are programs, and are not asked to administer, unless that is
        what they were started for; those of the local authority were started by whoever may write
        to its directory, but not their children. Raises Refused for no good credential.
        """
        person = await self._sign_in.role_of(request)
        if person is not None:
            subject, role = person
            return subject.subject if role >= Role.ADMIN else ""
        identity = self._identify(dict(request.headers))
        held = role_of_groups(identity.groups, self._roles)
        is_local = identity.issuer == self._issuer and not identity.parent
        is_meant = is_local or CONTROL in identity.scope.split()
        return identity.subject if held is Role.ADMIN and is_meant else ""

    async def _voter(self, request: Request) -> Voter:
        """Who asks, as somebody who decides: a person. Raises Refused for a program."""
        source = request.client.host if request.client else ""
        person = await self._sign_in.role_of(request)
        if person is not None:
            subject, role = person
            return Voter(
                subject=subject.subject,
                issuer=subject.issuer,
                groups=subject.groups,
                role=role,
                source=source,
            )
        identity = self._identify(dict(request.headers))
        held = role_of_groups(identity.groups, self._roles)
        if identity.issuer != self._issuer or identity.parent or held is None:
            raise Refused(Code.POLICY_DENIED, "people decide; this credential is a program's")
        return Voter(
            subject=identity.subject,
            issuer=identity.issuer,
            groups=identity.groups,
            role=held,
            source=source,
        )

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        """For administrators."""

        async def guarded(request: Request) -> Response:
            caller = await self._administrator(request)
            if not caller:
                return _error(403, Code.POLICY_DENIED, "only an administrator may do this")
            request.state.caller = caller
            return await endpoint(request)

        return self._answering(guarded)

    def _answering(self, endpoint: Endpoint) -> Endpoint:
        """What an endpoint raises is answered as an error of the API."""

        async def answering(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Refused as error:
                return _refused(error.refusal)
            except ValueError as error:
                return _error(400, Code.INVALID_REQUEST, str(error))
            except Unavailable as error:
                _log.error("cannot answer", detail=str(error))
                return _refused(Refusal.of_error(error))

        return answering


class SafeHeaders:
    """Headers that every answer carries, the strict content security policy among them."""

    _HEADERS = (
        (b"content-security-policy", b"default-src 'none'; style-src 'self'; "
         b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cache-control", b"no-store"),
    )  # fmt: skip

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                # A page with a form brings a policy of its own that lets it be sent.
                own = {name for name, _ in message["headers"]}
                more = [header for header in self._HEADERS if header[0] not in own]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


async def _failed(_: Request, error: Exception) -> Response:
    _log.error("request failed", error=type(error).__name__)
    return _error(503, Code.UNAVAILABLE, "the policy server could not answer")


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def _refused(refusal: Refusal) -> Response:
    response = _error(refusal.status, refusal.code, refusal.message)
    if refusal.retry_after is not None:
        response.headers["retry-after"] = str(refusal.retry_after)
    if refusal.status == 401:
        response.headers["www-authenticate"] = 'Bearer error="invalid_token"'
    return response


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
