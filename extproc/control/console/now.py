"""The first page: who runs, against their limits, and what the last minutes brought; kept fresh."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from extproc.config import Agents as Limits
from extproc.control.console.door import Door, RoleOf, Visit
from extproc.control.console.pulse import (
    HEARTBEAT_SECONDS,
    WINDOW,
    Pulse,
    TooMany,
    Watch,
)
from extproc.control.console.running import Roster
from extproc.core.decision import Unavailable
from extproc.service.people import Role

SUBJECTS = 20
"""Shown, of those with most agents."""


class Now:
    def __init__(
        self, door: Door, role_of: RoleOf, roster: Roster, pulse: Pulse, limits: Limits
    ) -> None:
        self._door = door
        self._role_of = role_of
        self._roster = roster
        self._pulse = pulse
        self._limits = limits
        self._kept: tuple[int, dict[str, Any]] = (-1, {})
        """What was shown last, and at which number of the pulse."""

    def routes(self) -> list[Route]:
        admits = self._door.admits
        return [
            Route("/", admits(Role.VIEWER, self._page)),
            Route("/console/now", admits(Role.VIEWER, self._part)),
            Route("/console/events", admits(Role.VIEWER, self._events)),
        ]

    async def _page(self, visit: Visit) -> Response:
        is_live = visit.request.query_params.get("live") != "off"
        return self._door.render(visit, "now", is_live=is_live, **await self._shown())

    async def _part(self, visit: Visit) -> Response:
        # Of each change, everybody who watches asks once: it is counted once for all of them.
        number, shown = self._kept
        if number != self._pulse.number:
            number = self._pulse.number
            shown = await self._shown()
            self._kept = number, shown
        return self._door.render(visit, "_now", **shown)

    async def _shown(self) -> dict[str, Any]:
        running = await asyncio.to_thread(self._roster.list)
        by_subject = Counter(agent.subject for agent in running).most_common()
        return {
            "running": len(running),
            "limits": self._limits,
            "subjects": by_subject[:SUBJECTS],
            "others": len(by_subject[SUBJECTS:]),
            "recent": self._pulse.recent,
            "minutes": WINDOW // 60,
            "pending": self._pulse.pending,
        }

    async def _events(self, visit: Visit) -> Response:
        try:
            watch = self._pulse.enter(visit.person.subject)
        except TooMany:
            return Response("too many pages are live", 503, headers={"retry-after": "60"})
        return _Stream(watch, self._changes(visit.request))

    async def _changes(self, request: Request) -> AsyncIterator[bytes]:
        """One event a change, a comment when there is none; ends with the session."""
        seen: int | None = self._pulse.number
        yield b": watching\n\n"
        while True:
            assert seen is not None
            number = await self._pulse.wait(seen, HEARTBEAT_SECONDS)
            if number is None:
                return
            try:
                person = await self._role_of(request)
            except Unavailable:
                person = None
            if person is None:
                yield b"event: over\ndata: \n\n"
                return
            yield b": nothing new\n\n" if number == seen else b"event: changed\ndata: \n\n"
            seen = number


class _Stream(StreamingResponse):
    """Server-sent events that give their place free, however they end."""

    def __init__(self, watch: Watch, content: AsyncIterator[bytes]) -> None:
        super().__init__(
            content, media_type="text/event-stream", headers={"cache-control": "no-store"}
        )
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._watch.close()
