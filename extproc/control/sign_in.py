"""How people sign in to the console: by an OpenID provider, or by a local credential.

The provider's way is the authorization code flow (OpenID Connect Core 1.0, section 3.1) with PKCE
(RFC 7636), state and nonce. What belongs to one attempt is in a sealed cookie of the browser that
began it, and derived from this process's key; so nothing is kept for one who never comes back, and
nobody can fill it up. A session is 256 random bits in a cookie, and its SHA-256 in the store.

The rules: the address is the configured one, https, or this machine; whatever changes something
comes from a page of ours; where to go next is a path here; and no page repeats what it was sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from extproc.config import Console, seconds
from extproc.control.sign_in_pages import FAILED, SIGN_IN, SIGNED_OUT, page
from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Identity, Subject
from extproc.core.ports import Clock, Headers
from extproc.core.record import EventKind
from extproc.service.events import Events
from extproc.service.people import Role, Sessions, role_of_groups
from extproc.service.subjects import SignIns
from extproc.sources import is_loopback

_log = structlog.get_logger("extproc.control")

ATTEMPT_SECONDS = 600
"""From the first click to the provider's answer."""
_SECOND = 1_000_000
_MAX_FORM = 16 << 10
_MAX_QUERY = 8 << 10
_LOCAL_PATH = re.compile(r"/(?:[A-Za-z0-9_.~%!$&'()*+,;=:@?-][A-Za-z0-9_.~%!$&'()*+,;=:@?/-]*)?")
_SCOPE = "openid profile email"
_RESPONSE = ("code", "state", "error", "iss")


class SignIn:
    """The routes of signing in and out, and who a request's session is of."""

    def __init__(
        self,
        console: Console,
        sessions: Sessions,
        clock: Clock,
        *,
        sign_ins: SignIns,
        identify: Callable[[Headers], Identity],
        is_running: Callable[[str], bool],
        is_out: Callable[[Subject], bool],
        events: Events,
        issuer: str,
    ) -> None:
        """`identify` and `is_running` are those of `service.agents.Agents`: a session that began
        with an agent's credential ends with the agent. `is_out`: whether a subject was
        revoked or logged out by its provider; its session counts for nothing then, nor does it
        begin one. `issuer`: the local authority,
        whose credentials alone are taken.
        """
        self._console = console
        self._sessions = sessions
        self._clock = clock
        self._sign_ins = sign_ins
        self._identify = identify
        self._is_running = is_running
        self._is_out = is_out
        self._events = events
        self._issuer = issuer
        self._key = secrets.token_bytes(32)

    def routes(self) -> list[Route]:
        return [
            Route("/login", self._login, methods=["GET"]),
            Route("/login", self._local, methods=["POST"]),
            Route("/callback", self._callback, methods=["GET"]),
            Route("/logout", self._logout, methods=["POST"]),
        ]

    async def role_of(self, request: Request) -> tuple[Subject, Role] | None:
        """Who the request's session is of, and what they may; None for none.

        For a method that changes something, also None unless a page of ours sent it: so a caller
        cannot forget to ask. Such a try of somebody known is written down. Raises
        Unavailable("store").
        """
        base = self._base(request)
        if base is None:
            return None
        digest = _digest(request.cookies.get(_cookie(base), ""))
        found = await asyncio.to_thread(self._sessions.get, digest)
        if found is None or found[1] <= self._clock.now():
            return None
        subject = msgspec.json.decode(found[0], type=Subject)
        is_change = request.method not in ("GET", "HEAD")
        # Of the groups that it began with, by the roles that are configured now.
        role = role_of_groups(subject.groups, self._console.roles)
        why = ""
        if is_change and not _is_ours(request, base):
            why = "it was not sent by a page of the console"
        elif await asyncio.to_thread(self._has_ended, subject):
            why = "the session has ended"
        if role is not None and not why:
            return subject, role
        if is_change:
            await self._events.note(
                EventKind.ACTION_REFUSED,
                actor=subject.subject,
                issuer=subject.issuer,
                source=request.client.host if request.client else "",
                code=Code.POLICY_DENIED,
                reason=why or "none of their groups has a role",
                object_id=request.url.path[:256],
            )
        return None

    def _has_ended(self, subject: Subject) -> bool:
        """Whether a session that is not over by itself is. May wait; raises Unavailable."""
        is_of_agent = subject.source == "local"
        return (is_of_agent and not self._is_running(subject.session)) or self._is_out(subject)

    async def _login(self, request: Request) -> Response:
        base = self._base(request)
        if base is None:
            return self._elsewhere()
        if self._console.oidc is None:
            return page(SIGN_IN, next=_next(request.query_params.get("next")))
        try:
            endpoints = await self._sign_ins.endpoints(self._console.oidc)
        except Unavailable as error:
            _log.error("cannot sign in", detail=str(error))
            return page(FAILED, 503, why="The identity provider does not answer.")
        state = secrets.token_urlsafe(32)
        asked = {
            "response_type": "code",
            "client_id": self._console.client_id,
            "redirect_uri": f"{base}/callback",
            "scope": _SCOPE,
            "state": state,
            "nonce": self._derived("nonce", state),
            "code_challenge": _challenge(self._derived("verifier", state)),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(endpoints.authorization).query else "?"
        answer = RedirectResponse(endpoints.authorization + joint + urlencode(asked), 302)
        until = self._clock.now() // _SECOND + ATTEMPT_SECONDS
        sealed = self._seal(f"{state}|{until}|{_next(request.query_params.get('next'))}")
        _set(answer, f"{_cookie(base)}-login", sealed, base, ATTEMPT_SECONDS)
        return answer

    async def _callback(self, request: Request) -> Response:
        base = self._base(request)
        if base is None or self._console.oidc is None:
            return self._elsewhere()
        answer = await self._finished(request, base, self._console.oidc)
        # One attempt, whatever came of it.
        _clear(answer, f"{_cookie(base)}-login", base)
        return answer

    async def _finished(self, request: Request, base: str, source: str) -> Response:
        attempt = self._unsealed(request.cookies.get(f"{_cookie(base)}-login", ""))
        given = _answer_of(request)
        if attempt is None or given is None:
            return page(FAILED, 400, why="This attempt is not known or too old. Please try again.")
        state, place = attempt
        if not _is_same(given.get("state", ""), state):
            return page(FAILED, 400, why="This answer is not for your attempt. Please try again.")
        try:
            endpoints = await self._sign_ins.endpoints(source)
            # RFC 9207: another provider's answer must not be taken to this one.
            if given.get("iss", "" if endpoints.names_issuer else endpoints.issuer) != (
                endpoints.issuer
            ):
                return page(FAILED, 400, why="The answer is another provider's.")
            if "error" in given or not given.get("code"):
                return page(FAILED, 403, why="The identity provider did not sign you in.")
            client_id = self._console.client_id or ""
            token = await self._sign_ins.redeem(
                source,
                code=given["code"],
                verifier=self._derived("verifier", state),
                redirect_uri=f"{base}/callback",
                client_id=client_id,
            )
            nonce, now = self._derived("nonce", state), self._clock.now()
            subject = await self._sign_ins.verify_sign_in(source, token, client_id, nonce, now)
            return await self._begin(request, base, subject, place)
        except Refused as error:
            _log.warning("sign-in refused", why=error.refusal.message)
            return page(FAILED, 403, why="The identity provider's word was not accepted.")
        except Unavailable as error:
            _log.error("cannot sign in", detail=str(error))
            return page(FAILED, 503, why="Signing in is not possible now. Please try again.")

    async def _local(self, request: Request) -> Response:
        """The credential that `extproc up` prints, in a form of our own page."""
        base = self._base(request)
        if base is None or self._console.oidc is not None:
            return self._elsewhere()
        if not _is_ours(request, base):
            return page(FAILED, 403, why="This form was not sent by a page of the console.")
        form = await _form(request)
        place = _next(form.get("next"))
        try:
            # As one value, whatever is in it: a credential is never looked for elsewhere.
            headers = {"authorization": f"Bearer {form.get('credential', '').strip()}"}
            identity = await asyncio.to_thread(self._identify, headers)
            if identity.issuer != self._issuer or identity.parent:
                # Of a program, whoever it works for; people come by the provider, or from here.
                return page(SIGN_IN, 403, next=place, why="This credential is an agent's.")
            subject = Subject(
                subject=identity.subject,
                issuer=identity.issuer,
                source="local",
                groups=identity.groups,
                session=identity.agent_id,
                client_id=identity.client_id,
            )
            return await self._begin(request, base, subject, place, identity.expires_at)
        except Refused:
            return page(SIGN_IN, 403, next=place, why="This credential is not valid (any more).")
        except Unavailable as error:
            _log.error("cannot sign in", detail=str(error))
            return page(FAILED, 503, why="Signing in is not possible now. Please try again.")

    async def _begin(
        self, request: Request, base: str, subject: Subject, place: str, ends: int | None = None
    ) -> Response:
        """A new session, and the way to `place`. It is over at `ends` at the latest."""
        role = role_of_groups(subject.groups, self._console.roles)
        if role is None:
            _log.warning("sign-in without a role", subject=subject.subject)
            return page(FAILED, 403, why="You are known, but none of your groups has a role here.")
        if await asyncio.to_thread(self._is_out, subject):
            _log.warning("sign-in of somebody who is out", subject=subject.subject)
            return page(FAILED, 403, why="You are known, but were revoked here, or logged out.")
        now = self._clock.now()
        until = now + round(seconds(self._console.session) * _SECOND)
        until = until if ends is None else min(until, ends)
        id = secrets.token_urlsafe(32)
        # A session that this browser had before is over: two people may share a browser.
        await asyncio.to_thread(
            self._sessions.drop, _digest(request.cookies.get(_cookie(base), ""))
        )
        # The claims stay here: what a page needs of a person is in the other fields.
        kept = msgspec.json.encode(msgspec.structs.replace(subject, claims={}))
        await asyncio.to_thread(self._sessions.put, _digest(id), kept, until)
        # Before anybody gets to know the session's id: without the event, nobody does.
        await self._note(request, EventKind.SIGNED_IN, subject)
        _log.info("signed in", subject=subject.subject, role=role.name.lower())
        answer = RedirectResponse(place, 303)
        _set(answer, _cookie(base), id, base, max(0, until - now) // _SECOND)
        return answer

    async def _logout(self, request: Request) -> Response:
        base = self._base(request)
        if base is None:
            return self._elsewhere()
        if not _is_ours(request, base):
            return page(FAILED, 403, why="This form was not sent by a page of the console.")
        digest = _digest(request.cookies.get(_cookie(base), ""))
        try:
            person = await self.role_of(request)
            await asyncio.to_thread(self._sessions.drop, digest)
            if person is not None:
                await self._note(request, EventKind.SIGNED_OUT, person[0])
        except Unavailable as error:
            _log.error("cannot sign out", detail=str(error))
            return page(FAILED, 503, why="Signing out is not possible now. Please try again.")
        answer = page(SIGNED_OUT, further=await self._provider_logout(base))
        _clear(answer, _cookie(base), base)
        return answer

    async def _provider_logout(self, base: str) -> str:
        """Where the session at the provider itself can be ended (RP-Initiated Logout 1.0)."""
        if self._console.oidc is None:
            return ""
        try:
            end = (await self._sign_ins.endpoints(self._console.oidc)).end_session
        except Unavailable:
            return ""
        asked = urlencode(
            {"client_id": self._console.client_id, "post_logout_redirect_uri": f"{base}/"}
        )
        return end and f"{end}{'&' if urlsplit(end).query else '?'}{asked}"

    async def _note(self, request: Request, kind: EventKind, subject: Subject) -> None:
        await self._events.note(
            kind,
            actor=subject.subject,
            issuer=subject.issuer,
            source=request.client.host if request.client else "",
        )

    def _base(self, request: Request) -> str | None:
        """Where people reach the console: scheme and host. None when the request came to another
        place, where a cookie or a redirect would be somebody else's."""
        host = request.headers.get("host", "")
        if self._console.url is not None:
            parts = urlsplit(self._console.url)
            # Behind a proxy that ends TLS the scheme is the proxy's affair; the host is ours.
            return f"{parts.scheme}://{parts.netloc}" if parts.netloc == host else None
        here = f"{request.url.scheme}://{host}"
        try:
            parts = urlsplit(here)
        except ValueError:
            return None
        if parts.netloc != host or parts.username is not None:
            return None
        is_safe = request.url.scheme == "https" or is_loopback(parts.hostname or "")
        return here if is_safe else None

    def _elsewhere(self) -> Response:
        where = self._console.url
        why = "The console is not reached at this address" + (f"; it is at {where}." if where else
              ": it needs https, or a browser on the same machine.")  # fmt: skip
        return page(FAILED, 400, why=why)

    def _derived(self, purpose: str, state: str) -> str:
        return _b64(hmac.digest(self._key, f"{purpose} {state}".encode(), "sha256"))

    def _seal(self, text: str) -> str:
        return f"{_b64(text.encode())}.{self._derived('attempt', text)}"

    def _unsealed(self, sealed: str) -> tuple[str, str] | None:
        """(state, next) of an attempt that this process began and that is not too old."""
        part, _, seal = sealed.partition(".")
        try:
            text = urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
        except ValueError:
            return None
        if not _is_same(seal, self._derived("attempt", text)):
            return None
        state, until, place = text.split("|", 2)
        return (state, place) if int(until) * _SECOND > self._clock.now() else None


def _answer_of(request: Request) -> dict[str, str] | None:
    """What the provider's redirect says. None when it is too long or says something twice."""
    query = request.url.query
    if len(query) > _MAX_QUERY:
        return None
    pairs = [pair for pair in parse_qsl(query, max_num_fields=None) if pair[0] in _RESPONSE]
    given = dict(pairs)
    return given if len(given) == len(pairs) else None


async def _form(request: Request) -> dict[str, str]:
    """A form's fields; none when it is no form, or too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=8))
    except ValueError:
        return {}


def _is_ours(request: Request, base: str) -> bool:
    """Whether a page of ours sent this, as the browser says (Fetch, `Origin`; Fetch Metadata)."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is None and site is None:
        return False
    return origin in (None, base) and site in (None, "same-origin")


def _next(place: str | None) -> str:
    """A path of this server; `/` for anything that could lead elsewhere."""
    if place is None or len(place) > 512 or not _LOCAL_PATH.fullmatch(place):
        return "/"
    return place


def _cookie(base: str) -> str:
    return "__Host-extproc" if base.startswith("https:") else "extproc"


def _set(answer: Response, name: str, value: str, base: str, age: int) -> None:
    answer.set_cookie(name, value, max_age=age, **_attributes(base))


def _clear(answer: Response, name: str, base: str) -> None:
    answer.delete_cookie(name, **_attributes(base))


def _attributes(base: str) -> dict[str, Any]:
    secure = base.startswith("https:")
    return {"path": "/", "secure": secure, "httponly": True, "samesite": "lax"}


def _digest(id: str) -> bytes:
    return hashlib.sha256(id.encode("utf-8", "replace")).digest()


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _challenge(verifier: str) -> str:
    """RFC 7636, section 4.2: S256."""
    return _b64(hashlib.sha256(verifier.encode("ascii")).digest())


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
