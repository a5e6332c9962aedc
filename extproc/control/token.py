"""POST /oauth2/token: RFC 8693 token exchange.

A running agent's own credential as `subject_token` starts a further agent of the same subject,
its child. The other kinds of subject tokens are refused by name until there is an issuer for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Agent, Identity
from extproc.core.ports import Clock, Headers

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a name, no secret
JWT = "urn:ietf:params:oauth:token-type:jwt"

_MAX_FORM = 64 << 10

# RFC 6749 section 5.2 and RFC 8693 section 2.2.2; a limit is ours.
_ERRORS = {
    Code.AGENT_LIMIT: (429, "agent_limit"),
    Code.INVALID_REQUEST: (400, "invalid_request"),
    Code.UNAVAILABLE: (503, "temporarily_unavailable"),
}


class Starter(Protocol):
    def identify(self, headers: Headers) -> Identity: ...

    def start(
        self,
        subject: str,
        *,
        groups: Any = (),
        name: str = "",
        ttl: float | None = None,
        models: Any = (),
        parent: str = "",
        client_id: str = "local",
    ) -> tuple[Agent, str]: ...


class TokenEndpoint:
    def __init__(
        self,
        agents: Starter,
        clock: Clock,
        issuer: str,
        issued: Callable[[str], None],
        limited: Callable[[], None],
    ) -> None:
        """`issued` counts a credential by its source, `limited` a refusal for a limit."""
        self._agents = agents
        self._clock = clock
        self._issuer = issuer
        self._issued = issued
        self._limited = limited

    async def metadata(self, request: Request) -> Response:
        """RFC 8414."""
        base = f"{request.url.scheme}://{request.url.netloc}"
        return JSONResponse(
            {
                "issuer": self._issuer,
                "token_endpoint": f"{base}/oauth2/token",
                "jwks_uri": f"{base}/.well-known/jwks.json",
                "grant_types_supported": [EXCHANGE],
                "token_endpoint_auth_methods_supported": ["none"],
                "response_types_supported": [],
            }
        )

    async def exchange(self, request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _MAX_FORM:
                return _error(413, "invalid_request", "the form is larger than 64 KiB")
        try:
            pairs = parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=32)
        except ValueError:
            return _error(400, "invalid_request", "the body is not a form")
        form = dict(pairs)
        if len(form) != len(pairs):
            # RFC 6749 section 3.2: a parameter may come once.
            return _error(400, "invalid_request", "a parameter comes twice")
        if form.get("grant_type") != EXCHANGE:
            return _error(400, "unsupported_grant_type", f"the grant type is {EXCHANGE}")
        if form.get("subject_token_type") not in (ACCESS_TOKEN, JWT):
            return _error(
                400, "invalid_request", f"subject_token_type: only {ACCESS_TOKEN} is known so far"
            )
        try:
            return await asyncio.to_thread(self._start, form)
        except Refused as error:
            refusal = error.refusal
            status, name = _ERRORS.get(refusal.code, (400, "invalid_grant"))
            if refusal.code is Code.AGENT_LIMIT:
                self._limited()
            response = _error(status, name, refusal.message)
            if refusal.is_cured_by_waiting:
                response.headers["retry-after"] = str(refusal.retry_after or 10)
            return response
        except Unavailable:
            return _error(503, "temporarily_unavailable", "the store cannot answer")

    def _start(self, form: dict[str, str]) -> Response:
        caller = self._agents.identify({"authorization": f"Bearer {form.get('subject_token', '')}"})
        agent, token = self._agents.start(
            caller.subject,
            name=form.get("agent_name", ""),
            parent=caller.agent_id,
            client_id=caller.client_id,
        )
        self._issued("agent")
        return JSONResponse(
            {
                "access_token": token,
                "issued_token_type": ACCESS_TOKEN,
                "token_type": "Bearer",
                "expires_in": max(0, agent.expires_at - self._clock.now()) // 1_000_000,
                "agent_id": agent.id,
            },
            headers={"cache-control": "no-store", "pragma": "no-cache"},
        )


def _error(status: int, name: str, description: str) -> Response:
    return JSONResponse({"error": name, "error_description": description}, status_code=status)
