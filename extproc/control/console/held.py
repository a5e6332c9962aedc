"""Calls that wait for a person: shown as they would go to the model, masked, and decided."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from extproc.control.console.door import Door, Rejected, Visit, form_of
from extproc.control.console.pulse import Pulse
from extproc.core.approval import ApprovalState, Conditions, may_count
from extproc.core.decision import BY_STRICTNESS, Refused
from extproc.core.narrowing import can_narrow
from extproc.core.record import EventKind
from extproc.service.approvals import (
    LONGEST_GRANT,
    MOST_USES,
    Case,
    Choice,
    Desk,
    Terms,
    Voter,
    document,
)
from extproc.service.people import Role

MOST = 100
"""Cases on the page: those that wait, then those that were decided last."""
DONE = {
    "approved": "It may pass now.",
    "voted": "Your yes counts; it waits for somebody else's too.",
    "denied": "It was denied.",
    "reviewed": "Your review was noted.",
}


class HeldCalls:
    def __init__(self, door: Door, desk: Desk, terms: Terms, pulse: Pulse) -> None:
        self._door = door
        self._desk = desk
        self._terms = terms
        self._pulse = pulse

    def routes(self) -> list[Route]:
        admits = self._door.admits
        # Who may decide, the desk says, which also writes down who tried.
        return [
            Route("/approvals", admits(Role.VIEWER, self._list)),
            Route("/approvals/{id}", admits(Role.VIEWER, self._show)),
            Route("/approvals/{id}/approve", admits(Role.VIEWER, self._approve), methods=["POST"]),
            Route("/approvals/{id}/deny", admits(Role.VIEWER, self._deny), methods=["POST"]),
            Route("/approvals/{id}/glass", admits(Role.VIEWER, self._glass), methods=["POST"]),
            Route("/approvals/{id}/review", admits(Role.VIEWER, self._review), methods=["POST"]),
            Route("/console/pending", admits(Role.VIEWER, self._pending)),
        ]

    async def _list(self, visit: Visit) -> Response:
        cases = await self._desk.list(None, MOST)
        await self._door.note(visit, EventKind.APPROVALS_VIEWED)
        waiting = [case for case in cases if case.state is ApprovalState.PENDING]
        return self._door.render(
            visit,
            "approvals",
            waiting=[(document(case), self._may(visit, case)) for case in waiting],
            decided=[document(case) for case in cases if case.state is not ApprovalState.PENDING],
            done=DONE.get(visit.request.query_params.get("done", ""), ""),
        )

    async def _show(self, visit: Visit) -> Response:
        case = await self._case(visit)
        held = case.held
        await self._door.note(
            visit,
            EventKind.APPROVALS_VIEWED,
            agent_id=held.agent_id,
            subject=held.subject,
            issuer=held.issuer,
            object_id=case.id,
        )
        is_voter = visit.person.subject in {vote.voter for vote in case.votes}
        return self._door.render(
            visit,
            "approval",
            one=document(case),
            why_not=self._may(visit, case),
            can_narrow=can_narrow(held.api, held.operation),
            has_glass=not set(self._terms.break_glass).isdisjoint(visit.person.groups),
            can_review=case.is_glass
            and not case.reviewed_by
            and not is_voter
            and visit.role >= Role.APPROVER,
            profiles=BY_STRICTNESS[BY_STRICTNESS.index(held.profile) :],
            most_uses=MOST_USES,
            most_minutes=LONGEST_GRANT // 60,
            minutes=max(1, self._terms.grant_ttl // 60_000_000),
        )

    async def _pending(self, visit: Visit) -> Response:
        """Whether others wait than the page shows: a line for it."""
        shown = visit.request.query_params.get("shown", "")
        return self._door.render(
            visit, "_pending", pending=self._pulse.pending, is_new=shown != str(self._pulse.pending)
        )

    async def _approve(self, visit: Visit) -> Response:
        fields = await form_of(visit.request)
        conditions = Conditions(
            model=fields.get("model") or None,
            max_tokens=_number(fields, "max_tokens", "The number of tokens"),
            profile=fields.get("profile") or None,
        )
        minutes = _number(fields, "minutes", "The time")
        choice = Choice(
            approves=True,
            reason=fields.get("reason", ""),
            conditions=conditions,
            uses=_number(fields, "uses", "The number of uses") or 1,
            grant_seconds=None if minutes is None else minutes * 60,
        )
        return await self._decide(visit, choice)

    async def _deny(self, visit: Visit) -> Response:
        fields = await form_of(visit.request)
        return await self._decide(visit, Choice(approves=False, reason=fields.get("reason", "")))

    async def _glass(self, visit: Visit) -> Response:
        reason = (await form_of(visit.request)).get("reason", "")
        return await self._decide(visit, Choice(approves=True, reason=reason, breaks_glass=True))

    async def _review(self, visit: Visit) -> Response:
        id = visit.request.path_params["id"]
        try:
            is_done = await self._desk.review(id, _voter(visit))
        except Refused as error:
            raise _rejected(error, id) from None
        if not is_done:
            raise Rejected("Nothing waits for a review here.", 404)
        return RedirectResponse("/approvals?done=reviewed", 303)

    async def _decide(self, visit: Visit, choice: Choice) -> Response:
        id = visit.request.path_params["id"]
        try:
            case = await self._desk.decide(id, _voter(visit), choice)
        except Refused as error:
            raise _rejected(error, id) from None
        if case is None:
            raise Rejected("There is no such approval.", 404, "/approvals")
        state = "voted" if case.state is ApprovalState.PENDING else str(case.state)
        return RedirectResponse(f"/approvals?done={state}", 303)

    async def _case(self, visit: Visit) -> Case:
        case = await self._desk.get(visit.request.path_params["id"])
        if case is None:
            raise Rejected("There is no such approval.", 404, "/approvals")
        return case

    def _may(self, visit: Visit, case: Case) -> str:
        """Why this person cannot decide it; empty when they can, as far as a page can tell."""
        if case.state is not ApprovalState.PENDING:
            return "It is decided."
        if visit.role < Role.APPROVER:
            return "People with the role approver decide."
        if visit.person.subject in (case.held.subject, case.held.actor):
            return "It is your own call; somebody else decides."
        if visit.person.subject in {vote.voter for vote in case.votes}:
            return "You have decided; it waits for somebody else too."
        if not may_count(case.held.rule, visit.person.groups):
            return "You are in no group that it asks for."
        return ""


def _voter(visit: Visit) -> Voter:
    return Voter(
        subject=visit.person.subject,
        issuer=visit.person.issuer,
        groups=visit.person.groups,
        role=visit.role,
        source=visit.source,
    )


def _rejected(error: Refused, id: str) -> Rejected:
    said = error.refusal.message
    return Rejected(
        f"{said[:1].upper()}{said[1:]}.", error.refusal.status, f"/approvals/{quote(id, safe='')}"
    )


def _number(fields: dict[str, str], name: str, what: str) -> int | None:
    word = fields.get(name, "")
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) <= 9) or int(word) == 0:
        raise Rejected(f"{what} is a whole number, at least 1.")
    return int(word)
