"""POST /oauth2/token: credentials for agents.

Grants: token exchange (RFC 8693) of an identity or of a running agent's own credential, client
credentials with `private_key_jwt` (RFC 7523), and refresh tokens, which rotate.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from extproc.control.data_port import DATA_PORT_KEY
from extproc.control.form import BadForm, oauth_error, oauth_refusal, read_form
from extproc.core.confirmation import ALGORITHMS, token_type, write_confirmation
from extproc.core.decision import Refusal, Refused, Unavailable
from extproc.core.ports import Clock
from extproc.service.issuance import MODEL_SCOPE, Asked, Issuance, Issued, Presented
from extproc.service.subjects import TokenType

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
CLIENT = "client_credentials"
REFRESH = "refresh_token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ACCESS_TOKEN = str(TokenType.ACCESS_TOKEN)
PATH = "/oauth2/token"

_GRANTS = (EXCHANGE, CLIENT, REFRESH)

_IDENTITIES = (TokenType.ID_TOKEN, TokenType.ACCESS_TOKEN, TokenType.JWT, TokenType.SAML2)
_REQUESTED = ("", TokenType.ACCESS_TOKEN, TokenType.JWT)
# RFC 8693, section 2.1: these may come several times.
_REPEATABLE = frozenset({"resource", "audience"})
_AUDIENCE = "extproc"


class TokenEndpoint:
    def __init__(
        self,
        issuance: Issuance,
        confirmation: Callable[[Request, int], Awaitable[Mapping[str, str]]],
        clock: Clock,
        issuer: str,
        audiences: Callable[[], Sequence[str]],
    ) -> None:
        """`confirmation`: the key that a request proves, as `cnf`. `audiences`: the base URLs under
        which this server is known, for assertions that are made for it; what a request's Host
        header says is no proof of that.
        """
        self._issuance = issuance
        self._confirmation = confirmation
        self._clock = clock
        self._issuer = issuer
        self._audiences = audiences

    async def metadata(self, request: Request) -> Response:
        """RFC 8414."""
        base = base_url(request)
        introspection = {"introspection_endpoint": f"{base}/oauth2/introspect"}
        if DATA_PORT_KEY in request.scope:
            introspection = {}  # that is for the control port
        return JSONResponse(
            {
                **introspection,
                "issuer": self._issuer,
                "token_endpoint": f"{base}{PATH}",
                "revocation_endpoint": f"{base}/oauth2/revoke",
                "jwks_uri": f"{base}/.well-known/jwks.json",
                "grant_types_supported": list(_GRANTS),
                "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": [
                    "RS256", "ES256", "PS256", "EdDSA",
                ],
                "revocation_endpoint_auth_methods_supported": ["none"],
                "dpop_signing_alg_values_supported": list(ALGORITHMS),
                "tls_client_certificate_bound_access_tokens": True,
                "response_types_supported": [],
            }
        )  # fmt: skip

    async def exchange(self, request: Request) -> Response:
        try:
            form = await read_form(request, _REPEATABLE)
        except BadForm as error:
            return oauth_error("invalid_request", error.message, error.status)
        asked = Asked(
            name=form.get("agent_name", ""),
            scope=tuple(form.get("scope", "").split()),
            source=request.client.host if request.client else "",
        )
        try:
            proven = await self._proven(request, asked)
        except (Refused, Unavailable) as error:
            return oauth_refusal(Refusal.of_error(error), "invalid_dpop_proof")
        asked = msgspec.structs.replace(asked, proven=proven)
        grant = form.get("grant_type")
        if grant == EXCHANGE:
            return await self._exchange(form, asked)
        if grant == CLIENT:
            return await self._client(form, asked)
        if grant == REFRESH:
            return await self._refresh(form, asked)
        return oauth_error("unsupported_grant_type", f"the grant types are {', '.join(_GRANTS)}")

    async def _proven(self, request: Request, asked: Asked) -> Mapping[str, str]:
        try:
            return await self._confirmation(request, self._clock.now())
        except Refused as error:
            await self._issuance.note_refusal(error, None, asked)
            raise

    async def _exchange(self, form: dict[str, str], asked: Asked) -> Response:
        if form.get("requested_token_type", "") not in _REQUESTED:
            return oauth_error("invalid_request", f"what can be had is {ACCESS_TOKEN}")
        if set(form.get("audience", _AUDIENCE).split()) - {_AUDIENCE, self._issuer}:
            return oauth_error("invalid_target", f"the audience of a credential is {_AUDIENCE}")
        subject = _presented(form, "subject_token")
        if subject is None:
            return _unknown_type("subject_token")
        actor = _presented(form, "actor_token")
        if actor is None and ("actor_token" in form or "actor_token_type" in form):
            return _unknown_type("actor_token")
        try:
            issued = await self._issuance.exchange(subject, actor, asked)
        except (Refused, Unavailable) as error:
            # RFC 8693, section 2.2.2: whatever is wrong with the tokens.
            return oauth_refusal(Refusal.of_error(error), "invalid_request")
        return self._answer(issued, issued_token_type=ACCESS_TOKEN)

    async def _client(self, form: dict[str, str], asked: Asked) -> Response:
        if form.get("client_assertion_type") != ASSERTION or not form.get("client_assertion"):
            return oauth_error("invalid_client", f"client_assertion_type: only {ASSERTION}", 401)
        urls = self._audiences()
        # Not the issuer's name, which is the same at every installation.
        audiences = (*urls, *(f"{url}{PATH}" for url in urls))
        try:
            issued = await self._issuance.client(form["client_assertion"], audiences, asked)
        except (Refused, Unavailable) as error:
            return oauth_refusal(Refusal.of_error(error), "invalid_client")
        return self._answer(issued)

    async def _refresh(self, form: dict[str, str], asked: Asked) -> Response:
        try:
            issued = await self._issuance.renew(form.get("refresh_token", ""), asked)
        except (Refused, Unavailable) as error:
            return oauth_refusal(Refusal.of_error(error), "invalid_grant")
        return self._answer(issued)

    def _answer(self, issued: Issued, **more: str) -> Response:
        agent = issued.agent
        scope = " ".join([*agent.scope.split(), *(MODEL_SCOPE + glob for glob in agent.models)])
        return JSONResponse(
            {
                "access_token": issued.credential,
                "token_type": token_type(write_confirmation(agent.binding, agent.confirmation)),
                "expires_in": max(0, agent.expires_at - self._clock.now()) // 1_000_000,
                "refresh_token": issued.refresh_token,
                # Ours: without a call or a refresh for so long, the agent ends.
                "idle_timeout": agent.idle_timeout // 1_000_000,
                "agent_id": agent.id,
                **({"scope": scope} if scope else {}),
                **more,
            },
            headers={"cache-control": "no-store", "pragma": "no-cache"},
        )


def base_url(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _presented(form: dict[str, str], name: str) -> Presented | None:
    kind = form.get(f"{name}_type")
    if name not in form or kind not in _IDENTITIES:
        return None
    return Presented(form[name], TokenType(kind))


def _unknown_type(name: str) -> Response:
    kinds = ", ".join(_IDENTITIES)
    return oauth_error("invalid_request", f"{name} and {name}_type are needed; types: {kinds}")
