"""/api/v1/approvals/{id}/callback: what somebody decided elsewhere, where a webhook told of it.

The receiver of the webhook vouches for who decided, by a signature with the webhook's own secret
(Standard Webhooks, the other way round). Who that is stands under the receiver's prefix, in the
groups that the configuration gives; all rules of the desk hold for them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated, Literal, NoReturn

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from extproc.config import Roles
from extproc.core.approval import Conditions
from extproc.core.decision import Code, Refused
from extproc.core.ports import Clock, Replays
from extproc.core.record import EventKind
from extproc.core.webhook import is_signed
from extproc.service.announcements import Receiver
from extproc.service.approvals import Case, Choice, Desk, Voter
from extproc.service.events import Events
from extproc.service.people import role_of_groups

BODY_MAX = 16 << 10
AGE_MAX = 300
"""Seconds that a callback's time may differ from ours."""
_SECOND = 1_000_000
# No dots: they part what is signed.
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_TIME = re.compile(r"[0-9]{1,12}")
_APPROVAL = re.compile(r"apr_[0-9A-Za-z]{1,60}")
_NOTES_A_MINUTE = 60
"""Of callbacks that nobody signed: who may send them must not fill the records."""


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    approval: str
    """The one of the path: the signature covers the body alone."""
    verdict: Literal["approve", "deny"]
    voter: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reason: str = ""
    conditions: Conditions = Conditions()


class CallbackEndpoint:
    def __init__(
        self,
        desk: Desk,
        receivers: Sequence[Receiver],
        events: Events,
        replays: Replays,
        clock: Clock,
        roles: Roles,
    ) -> None:
        self._desk = desk
        self._receivers = [each for each in receivers if each.decides]
        self._events = events
        self._replays = replays
        self._clock = clock
        self._roles = roles
        self._minute = 0
        self._noted = 0

    async def take(self, request: Request) -> Response:
        """Raises Refused, ValueError, Unavailable."""
        id = request.path_params["id"]
        case = await self._desk.get(id) if _APPROVAL.fullmatch(id) else None
        source = request.client.host if request.client else ""
        try:
            receiver, said = await self._read(request, id)
        except Refused as error:
            await self._refuse(case, source, error)
        if case is None:
            return JSONResponse(
                {"error": {"code": "not_found", "message": "there is no such approval"}},
                status_code=404,
            )
        role = role_of_groups(receiver.groups, self._roles)
        assert role is not None, "the configuration was checked for it"
        voter = Voter(
            subject=receiver.prefix + said.voter,
            issuer=f"webhook:{receiver.host}",
            groups=receiver.groups,
            role=role,
            source=source,
        )
        choice = Choice(
            approves=said.verdict == "approve", reason=said.reason, conditions=said.conditions
        )
        decided = await self._desk.decide(id, voter, choice)
        assert decided is not None, "cases are not deleted"
        # No more than it needs: what it was told before, it was told as a receiver.
        return JSONResponse({"id": id, "state": str(decided.state)})

    async def _read(self, request: Request, approval: str) -> tuple[Receiver, _Said]:
        """Who vouches, and for what. Raises Refused."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Refused(Code.INVALID_REQUEST, "the body must be application/json")
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > BODY_MAX:
                raise Refused(Code.INVALID_REQUEST, f"the body is over {BODY_MAX} bytes")
        message, receiver = self._signed(request, bytes(body))
        try:
            said = msgspec.json.decode(body, type=_Said)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Refused(Code.INVALID_REQUEST, f"the body is not a callback: {error}") from None
        if said.approval != approval:
            raise Refused(Code.INVALID_REQUEST, "the callback is for another approval")
        if not said.voter.isprintable() or said.voter != said.voter.strip():
            raise Refused(Code.INVALID_REQUEST, "voter: is no plain name")
        until = self._clock.now() + 2 * AGE_MAX * _SECOND
        name = f"{receiver.id} {message}"
        if not await asyncio.to_thread(self._replays.first, "callback", name, until):
            raise Refused(Code.INVALID_TOKEN, "this webhook-id was used already")
        return receiver, said

    def _signed(self, request: Request, body: bytes) -> tuple[str, Receiver]:
        """The message's id, and whose signature it has. Raises Refused."""
        given = {}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
            values = request.headers.getlist(name)
            if len(values) != 1:
                raise Refused(Code.INVALID_TOKEN, f"the header {name} is needed, once")
            given[name] = values[0]
        message, time = given["webhook-id"], given["webhook-timestamp"]
        if not _ID.fullmatch(message):
            raise Refused(
                Code.INVALID_TOKEN, "webhook-id: 1 to 100 letters, digits, dashes, underscores"
            )
        if not _TIME.fullmatch(time):
            raise Refused(Code.INVALID_TOKEN, "webhook-timestamp: seconds since 1970")
        # All are tried, so that time does not tell whose it was.
        signed = [
            receiver
            for receiver in self._receivers
            if is_signed(given["webhook-signature"], receiver.key, message, time, body)
        ]
        if not signed:
            raise Refused(Code.INVALID_TOKEN, "the signature is of no webhook that may decide")
        if abs(self._clock.now() // _SECOND - int(time)) > AGE_MAX:
            raise Refused(
                Code.INVALID_TOKEN, f"webhook-timestamp: more than {AGE_MAX} seconds from now"
            )
        return message, signed[0]

    async def _refuse(self, case: Case | None, source: str, error: Refused) -> NoReturn:
        """Raise it again, once it is written down."""
        if case is not None and self._may_note():
            await self._events.note(
                EventKind.APPROVAL_REFUSED,
                subject=case.held.subject,
                issuer=case.held.issuer,
                agent_id=case.held.agent_id,
                source=source,
                code=error.refusal.code,
                reason=f"callback: {error.refusal.message}"[:300],
                object_id=case.id,
            )
        raise error

    def _may_note(self) -> bool:
        minute = self._clock.now() // (60 * _SECOND)
        if minute != self._minute:
            self._minute, self._noted = minute, 0
        self._noted += 1
        return self._noted <= _NOTES_A_MINUTE
