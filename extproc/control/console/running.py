"""Who runs: the agents of each subject, as the tree in which they started each other; their end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

import structlog
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from extproc.config import Agents as Limits
from extproc.control.console.door import (
    SUBJECT_MAX,
    Door,
    Rejected,
    Visit,
    form_of,
    reason_of,
)
from extproc.core.identity import Agent
from extproc.core.record import EventKind
from extproc.service.people import Role, Sessions
from extproc.service.standing import Standing

_log = structlog.get_logger("extproc.control")

MOST = 200
"""Agents on the page; a subject's are shown alone by `?subject=`."""
DONE = {
    "ended": "The agent was ended, and its children with it.",
    "revoked": "The subject was revoked: its agents were ended, and it can start none.",
    "restored": "The subject may start agents again.",
}


class Roster(Protocol):
    def list(self, subject: str | None = None, active_only: bool = True) -> list[Agent]: ...


class Running:
    def __init__(
        self,
        door: Door,
        roster: Roster,
        document: Callable[[Agent], dict[str, Any]],
        standing: Standing,
        sessions: Sessions,
        limits: Limits,
    ) -> None:
        self._door = door
        self._roster = roster
        self._document = document
        self._standing = standing
        self._sessions = sessions
        self._limits = limits

    def routes(self) -> list[Route]:
        admits = self._door.admits
        return [
            Route("/agents", admits(Role.VIEWER, self._page)),
            Route("/agents/{id}/end", admits(Role.ADMIN, self._end), methods=["POST"]),
            Route("/subjects/revoke", admits(Role.ADMIN, self._revoke), methods=["POST"]),
            Route("/subjects/restore", admits(Role.ADMIN, self._restore), methods=["POST"]),
        ]

    async def _page(self, visit: Visit) -> Response:
        subject = visit.request.query_params.get("subject") or None

        def shown() -> dict[str, Any]:
            running = self._roster.list(subject)
            documents = [self._document(agent) for agent in running[:MOST]]
            subjects = {one["subject"]: one for one in self._standing.subjects()}
            names = dict.fromkeys(one["subject"] for one in documents)
            revoked = [one for one in subjects.values() if one["revoked"]]
            return {
                "groups": [(name, subjects.get(name), tree(documents, name)) for name in names],
                "revoked": [one for one in revoked if subject in (None, one["subject"])][:MOST],
                "more": max(0, len(running) - MOST),
            }

        return self._door.render(
            visit,
            "agents",
            subject=subject or "",
            limits=self._limits,
            done=DONE.get(visit.request.query_params.get("done", ""), ""),
            **await asyncio.to_thread(shown),
        )

    async def _end(self, visit: Visit) -> Response:
        fields = await form_of(visit.request)
        agent_id = visit.request.path_params["id"]
        if not await asyncio.to_thread(self._standing.end, agent_id):
            raise Rejected("This agent was not running (any more).", 404)
        await self._door.note(visit, EventKind.AGENT_ENDED, agent_id=agent_id, reason="killed")
        _log.info("agent ended", agent=agent_id)
        return _back("ended", fields)

    async def _revoke(self, visit: Visit) -> Response:
        fields = await form_of(visit.request)
        subject, reason = _subject(fields), reason_of(fields)
        by = visit.person.subject
        ended = await asyncio.to_thread(self._standing.revoke, subject, by, reason)
        await asyncio.to_thread(self._sessions.drop_subject, "", subject, "")
        await self._door.note(visit, EventKind.SUBJECT_REVOKED, subject=subject, reason=reason)
        _log.info("subject revoked", agents=len(ended))
        return _back("revoked", fields)

    async def _restore(self, visit: Visit) -> Response:
        fields = await form_of(visit.request)
        subject, reason = _subject(fields), reason_of(fields)
        if not await asyncio.to_thread(self._standing.restore, subject):
            raise Rejected("No such subject is revoked.", 404)
        await self._door.note(visit, EventKind.SUBJECT_RESTORED, subject=subject, reason=reason)
        return _back("restored", fields)


def tree(documents: Sequence[dict[str, Any]], subject: str) -> list[dict[str, Any]]:
    """A subject's agents, each with its `children`; one whose parent is not shown is a root."""
    nodes = {one["id"]: {**one, "children": []} for one in documents if one["subject"] == subject}
    roots = []
    for node in nodes.values():
        parent = nodes.get(node["parent"])
        # Of agents that started each other, which cannot be, none would be a root.
        if parent is None or node["id"] == node["parent"]:
            roots.append(node)
        else:
            parent["children"].append(node)
    return roots


def _subject(fields: dict[str, str]) -> str:
    subject = fields.get("subject", "")
    if not subject or len(subject) > SUBJECT_MAX:
        raise Rejected(f"A subject is 1 to {SUBJECT_MAX} characters.")
    return subject


def _back(done: str, fields: dict[str, str]) -> Response:
    """To the page that the form was on."""
    shown = {"subject": fields["shown"]} if fields.get("shown") else {}
    return RedirectResponse(f"/agents?{urlencode({**shown, 'done': done})}", 303)
