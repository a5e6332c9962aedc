"""The door of the console: who comes in, what they may, and the frame of every page.

Nobody gets a page without a session and a role that is high enough; nobody changes anything from
a page that is not ours (`SignIn.role_of` sees to it). A store that cannot answer is a page too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from extproc.control.console.assets import Assets
from extproc.control.console.readable import laid_out, masked, timed, visible
from extproc.core.decision import Unavailable
from extproc.core.identity import Subject
from extproc.core.record import EventKind
from extproc.service.events import Events
from extproc.service.moments import BadQuestion
from extproc.service.people import Role

_log = structlog.get_logger("extproc.control")

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    # Under `no-referrer` a browser hides where a form comes from, also from us.
    "referrer-policy": "same-origin",
}
FORM_MAX = 16 << 10
"""Bytes."""
REASON_MAX = 1000
"""Characters."""
SUBJECT_MAX = 256

PAGES = (
    ("/", "Now"),
    ("/approvals", "Approvals"),
    ("/agents", "Agents"),
    ("/sessions", "Sessions"),
    ("/policy", "Policy"),
    ("/audit", "Audit"),
)


class Visit(NamedTuple):
    """A request of somebody who may make it."""

    request: Request
    person: Subject
    role: Role

    @property
    def source(self) -> str:
        return self.request.client.host if self.request.client else ""


class Rejected(Exception):
    """What was asked for cannot be done; the message is for the person."""

    def __init__(self, message: str, status: int = 400, back: str = "/") -> None:
        """`back`: the page to go on from."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.back = back


Page = Callable[[Visit], Awaitable[Response]]
RoleOf = Callable[[Request], Awaitable[tuple[Subject, Role] | None]]


class Door:
    def __init__(self, role_of: RoleOf, events: Events, assets: Assets) -> None:
        self._role_of = role_of
        self._events = events
        self._templates = Environment(
            loader=PackageLoader("extproc.control.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            visible=visible, masked=masked, moment=moment, count=count, laid_out=laid_out
        )
        self._templates.globals.update(asset=assets.url, pages=PAGES, timed=timed, Role=Role)

    def admits(self, role: Role, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint for people with this role, or a higher one."""

        async def endpoint(request: Request) -> Response:
            visit: Visit | None = None
            try:
                found = await self._role_of(request)
                if found is None:
                    return self._outside(request)
                visit = Visit(request, *found)
                if visit.role < role:
                    why = f"This is for people with the role {role.name.lower()}."
                    return self.problem(visit, "Not allowed", why, 403)
                return await page(visit)
            except Rejected as error:
                return self.problem(visit, "Not done", error.message, error.status, error.back)
            except BadQuestion as error:
                return self.problem(visit, "Not understood", str(error), 400)
            except Unavailable as error:
                _log.error("cannot answer", detail=str(error))
                why = "The store cannot answer now. Please try again."
                return self.problem(visit, "Not available", why, 503)

        return endpoint

    def render(
        self, visit: Visit | None, template: str, status: int = 200, **shown: Any
    ) -> HTMLResponse:
        """`template`: its name without `.html`."""
        text = self._templates.get_template(f"{template}.html").render(
            person=visit.person.subject if visit else "",
            role=visit.role if visit else None,
            path=visit.request.url.path if visit else "",
            **shown,
        )
        return HTMLResponse(
            # A lone surrogate has no UTF-8; `visible` shows it, but not everything goes through it.
            text.encode("utf-8", "replace"),
            status,
            headers=HEADERS,
        )

    def problem(
        self, visit: Visit | None, title: str, why: str, status: int, back: str = "/"
    ) -> HTMLResponse:
        return self.render(visit, "problem", status, title=title, why=why, back=back)

    async def note(self, visit: Visit, kind: EventKind, **what: str) -> None:
        """Write down what somebody did. Raises Unavailable("store")."""
        await self._events.note(kind, actor=visit.person.subject, source=visit.source, **what)

    def _outside(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            why = "Your session is over, or this form was not sent by a page of the console."
            return self.problem(None, "Not allowed", why, 403)
        path = request.url.path
        if path.startswith("/console/"):
            # A part of the first page, or its stream: the whole page goes to sign in.
            return Response(status_code=401, headers={"hx-redirect": "/login?next=%2F"})
        place = f"{path}?{request.url.query}" if request.url.query else path
        return RedirectResponse(f"/login?next={quote(place, safe='')}", 303)


async def form_of(request: Request, most: int = FORM_MAX) -> dict[str, str]:
    """A form's fields, without blanks around them. Raises Rejected."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise Rejected("The form is too large.", 413)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=32, errors="strict"
        )
    except ValueError:
        raise Rejected("This is not a form.") from None
    fields = {name: value.strip() for name, value in pairs}
    if len(fields) != len(pairs):
        raise Rejected("The form says something twice.")
    return fields


def reason_of(fields: dict[str, str], *, is_needed: bool = True) -> str:
    """Raises Rejected."""
    reason = fields.get("reason", "")
    if is_needed and not reason:
        raise Rejected("Please give a reason: whoever reads the records later will want to know.")
    if len(reason) > REASON_MAX:
        raise Rejected(f"A reason has at most {REASON_MAX:,} characters.")
    return reason


def moment(iso: str) -> str:
    """A time of a document, for people."""
    return iso.replace("T", " ")


def count(number: float) -> str:
    return f"{number:,.0f}"
