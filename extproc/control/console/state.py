"""How the policy decides, and how the records are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from extproc.config import Policy
from extproc.control.console.door import Door, Rejected, Visit
from extproc.core.record import EventKind
from extproc.service.browsing import WINDOW_SECONDS, Browsing
from extproc.service.people import Role


class Keeping(NamedTuple):
    """How the records are kept, at this moment."""

    depth: int
    """Records that wait to be written."""
    failure: str
    """Why none can be written; empty when they can."""
    files: tuple[tuple[str, int], ...]
    """(name, bytes) of each database."""
    not_ready: str
    """Why the server does not serve; empty when it does."""


class State:
    def __init__(
        self, door: Door, browsing: Browsing, policy: Policy, keeping: Callable[[], Keeping]
    ) -> None:
        self._door = door
        self._browsing = browsing
        self._policy = policy
        self._keeping = keeping

    def routes(self) -> list[Route]:
        admits = self._door.admits
        return [
            Route("/policy", admits(Role.VIEWER, self._decisions)),
            Route("/audit", admits(Role.VIEWER, self._audit)),
        ]

    async def _decisions(self, visit: Visit) -> Response:
        wanted = visit.request.query_params.get("decision", "").strip()
        if wanted:
            exchange_id = await asyncio.to_thread(self._browsing.exchange_of, wanted[:64])
            if exchange_id is None:
                raise Rejected("No decision was recorded under this id.", 404)
            # The page of the exchange says all that is recorded of its decisions.
            return RedirectResponse(f"/exchanges/{exchange_id}#{wanted}", 303)
        tallies = await asyncio.to_thread(self._browsing.tallies)
        return self._door.render(
            visit,
            "policy",
            policy=self._policy,
            tallies=tallies,
            revisions=sorted({one.revision for one in tallies if one.revision}),
            minutes=WINDOW_SECONDS // 60,
        )

    async def _audit(self, visit: Visit) -> Response:
        before = visit.request.query_params.get("before", "")

        def shown() -> dict[str, Any]:
            return {
                "keeping": self._keeping(),
                "span": self._browsing.span(),
                "events": self._browsing.events(before),
            }

        found = await asyncio.to_thread(shown)
        await self._door.note(visit, EventKind.AUDIT_VIEWED)
        return self._door.render(visit, "audit", before=before, **found)
