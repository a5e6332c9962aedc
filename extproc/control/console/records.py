"""What was asked and answered: searched, and looked at one session or one exchange at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from extproc.control.console.door import Door, Rejected, Visit
from extproc.control.console.transcript import pieces, said
from extproc.core.decision import Code
from extproc.core.record import EventKind
from extproc.service.browsing import Browsing
from extproc.service.moments import BadQuestion
from extproc.service.people import Role
from extproc.service.questions import ALLOW, DENY, FILTERS

UNKNOWN = "-"
"""In an address: the session of all callers that are not known."""
_WORD_MAX = 256


def _kinds() -> list[str]:
    """The types of findings. Imported when a page wants them: the control process masks nothing,
    and starts sooner and smaller without the detectors."""
    from extproc.core.masking.detectors import STRENGTH

    return sorted(STRENGTH)


class Records:
    def __init__(self, door: Door, browsing: Browsing) -> None:
        self._door = door
        self._browsing = browsing

    def routes(self) -> list[Route]:
        admits = self._door.admits
        return [
            Route("/sessions", admits(Role.VIEWER, self._search)),
            Route("/sessions/{id}", admits(Role.VIEWER, self._session)),
            Route("/exchanges/{id}", admits(Role.VIEWER, self._exchange)),
        ]

    async def _search(self, visit: Visit) -> Response:
        asked = visit.request.query_params
        words = {name: asked[name].strip()[:_WORD_MAX] for name in FILTERS if name in asked}
        words = {name: word for name, word in words.items() if word}
        wrong = ""
        found: dict[str, Any] = {"rows": [], "next": ""}
        try:
            found = await asyncio.to_thread(self._browsing.search, words, asked.get("before", ""))
        except BadQuestion as error:
            wrong = str(error)
        else:
            await self._door.note(visit, EventKind.RECORDS_SEARCHED, reason=_named(words))
        return self._door.render(
            visit,
            "sessions",
            400 if wrong else 200,
            words=words,
            wrong=wrong,
            rows=found["rows"],
            older=found["next"] and _address("/sessions", words, found["next"]),
            newest=_address("/sessions", words, "") if asked.get("before") else "",
            decisions=(ALLOW, DENY, *(str(code) for code in Code)),
            kinds=await asyncio.to_thread(_kinds),
        )

    async def _session(self, visit: Visit) -> Response:
        asked, id = visit.request.query_params, visit.request.path_params["id"]
        agent_id = "" if id == UNKNOWN else id
        found = await asyncio.to_thread(
            self._browsing.session, agent_id, asked.get("before", ""), asked.get("tz") or None
        )
        if found is None:
            raise Rejected("Nothing was recorded of this session.", 404)
        await self._door.note(
            visit,
            EventKind.SESSION_VIEWED,
            agent_id=agent_id,
            subject=found["subject"],
            issuer=found["issuer"],
            object_id=agent_id,
        )
        place, words = f"/sessions/{id}", {"tz": asked["tz"]} if asked.get("tz") else {}
        return self._door.render(
            visit,
            "session",
            session=found,
            rows=found["rows"],
            older=found["next"] and _address(place, words, found["next"]),
            newest=_address(place, words, "") if asked.get("before") else "",
        )

    async def _exchange(self, visit: Visit) -> Response:
        id = visit.request.path_params["id"]
        zone = visit.request.query_params.get("tz") or None
        found = await asyncio.to_thread(self._browsing.exchange, id, zone)
        if found is None:
            raise Rejected("Nothing was recorded under this id.", 404)
        await self._door.note(
            visit,
            EventKind.EXCHANGE_VIEWED,
            agent_id=found["agent"],
            subject=found["subject"],
            issuer=found["issuer"],
            object_id=found["id"],
        )
        return self._door.render(visit, "exchange", one=found, **_replay(found))


def _replay(found: dict[str, Any]) -> dict[str, Any]:
    """The text of a streamed answer and its pieces; empty for one that came at once."""
    body, chunks = found["response"] or "", found["chunks"]
    spans = pieces(body, chunks) if len(chunks) > 1 else []
    text, timed = said(body, spans)
    return {"text": text or body, "spans": timed if text else spans}


def _address(place: str, words: Mapping[str, str], before: str) -> str:
    """Of the page that follows the cursor; of the first one without."""
    query = urlencode({**words, **({"before": before} if before else {})})
    return f"{place}?{query}" if query else place


def _named(words: Mapping[str, str]) -> str:
    """What was searched for; words of texts may be a secret, and are left out."""
    shown = {name: "…" if name == "text" else word for name, word in words.items()}
    return ", ".join(f"{name}={word}" for name, word in shown.items())
