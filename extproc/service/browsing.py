"""Browsing: what was recorded, page by page, the newest first, as documents for people.

A list for a program is whole (`service.questions`); a person sees a page and asks for the next.
So each question here ends after as many rows as a page has, however much was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from extproc.core.ports import Clock
from extproc.core.record import EventRecord
from extproc.service.moments import BadQuestion, Zone, iso, zone_named
from extproc.service.questions import (
    FILTERS,
    Detail,
    Found,
    Question,
    ask,
    exchange,
    exchange_row,
)

PAGE = 50
"""Rows."""
WINDOW_SECONDS = 3600
"""How far back decisions are counted."""
_SECOND = 1_000_000
_CURSOR = re.compile(r"([0-9]{1,19})\.([A-Za-z0-9_]{1,64})")


class Cursor(NamedTuple):
    """Where a page ended: the moment and the id of its last row."""

    at: int
    id: str


class Tally(msgspec.Struct, frozen=True):
    """Decisions that said the same."""

    phase: str
    allowed: bool
    code: str
    reason: str
    revision: str
    count: int
    newest: str
    """The exchange of one of the newest of them."""


class Extent(msgspec.Struct, frozen=True):
    """What there is of a session, or of everything. Moments are 0 when there is nothing."""

    first: int
    last: int
    count: int
    newest: Found | None = None


class Shelf(Protocol):
    """Reads pages of what was recorded. All raise Unavailable("store").

    `BadQuestion` where a question would take too long to answer.
    """

    def page(
        self, question: Question, before: Cursor | None, limit: int, session: str | None = None
    ) -> tuple[Sequence[Found], Cursor | None]:
        """The newest exchanges that are meant, before the cursor; and where to go on, if there may
        be more: a page can be short of rows and still not be the last. `session`: of this one.
        """
        ...

    def exchange(self, exchange_id: str) -> Detail | None: ...

    def extent(self, session: str) -> Extent: ...

    def tallies(self, since: int) -> Sequence[Tally]:
        """Decisions since then, of the newest ten thousand; most frequent first."""
        ...

    def exchange_of(self, decision_id: str) -> str | None:
        """Of which exchange a decision was."""
        ...

    def events(self, before: Cursor | None, limit: int) -> Sequence[EventRecord]: ...

    def span(self) -> tuple[int, int]:
        """When the oldest and the newest exchange began; zeros when there is none."""
        ...


class Browsing:
    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock

    def search(self, words: Mapping[str, str], before: str = "") -> dict[str, Any]:
        """`words`: as `Evidence.sessions` takes them. {"rows": […], "next": cursor or ""}.

        Raises BadQuestion, Unavailable("store").
        """
        asked_words: dict[str, str | None] = {name: words.get(name) for name in FILTERS}
        question = ask(self._clock.now(), from_=asked_words.pop("from"), **asked_words)
        return self._page(question, before, None)

    def session(self, agent_id: str, before: str = "", tz: str | None = None) -> Any:
        """A session's head and a page of its exchanges; None when nothing was recorded of it."""
        extent = self._shelf.extent(agent_id)
        if extent.newest is None:
            return None
        zone, newest = zone_named(tz), extent.newest.exchange
        return {
            "session": agent_id,
            "subject": newest.subject if agent_id else "",
            "issuer": newest.issuer if agent_id else "",
            "agent_name": newest.agent_name if agent_id else "",
            "client_id": newest.client_id if agent_id else "",
            "first_at": iso(extent.first, zone),
            "last_at": iso(extent.last, zone),
            "count": extent.count,
            **self._page(Question(zone=zone), before, agent_id),
        }

    def exchange(self, id: str, tz: str | None = None) -> dict[str, Any] | None:
        """As `Evidence.show`, and by which `approval` it passed; None when there is none."""
        zone = zone_named(tz)
        detail = self._shelf.exchange(id)
        if detail is None:
            return None
        return {**exchange(detail, zone), "approval": detail.exchange.approval_id}

    def tallies(self) -> Sequence[Tally]:
        return self._shelf.tallies(self._clock.now() - WINDOW_SECONDS * _SECOND)

    def exchange_of(self, decision_id: str) -> str | None:
        return self._shelf.exchange_of(decision_id)

    def events(self, before: str = "", tz: str | None = None) -> dict[str, Any]:
        """{"rows": […], "next": cursor or ""}: what happened beside calls, and who did it."""
        zone = zone_named(tz)
        found = self._shelf.events(_cursor(before), PAGE + 1)
        rows = [
            {**msgspec.to_builtins(one), "at": iso(one.at, zone), "kind": str(one.kind)}
            for one in found[:PAGE]
        ]
        last = found[PAGE - 1] if len(found) > PAGE else None
        return {"rows": rows, "next": f"{last.at}.{last.event_id}" if last else ""}

    def span(self, tz: str | None = None) -> tuple[str, str]:
        """When the oldest and the newest exchange began; empty when there is none."""
        zone = zone_named(tz)
        oldest, newest = self._shelf.span()
        return (iso(oldest, zone), iso(newest, zone)) if newest else ("", "")

    def _page(self, question: Question, before: str, session: str | None) -> dict[str, Any]:
        rows, following = self._shelf.page(question, _cursor(before), PAGE, session)
        return {
            "rows": [_row(one, question.zone) for one in rows],
            "next": f"{following.at}.{following.id}" if following else "",
        }


def _row(found: Found, zone: Zone) -> dict[str, Any]:
    asked = found.exchange
    kinds: dict[str, int] = {}
    for counts in (asked.findings, found.answer.findings if found.answer else {}):
        for kind, count in counts.items():
            kinds[kind] = kinds.get(kind, 0) + count
    return {
        **exchange_row(found, zone),
        "kinds": kinds,
        "session": asked.agent_id,
        "subject": asked.subject,
        "agent_name": asked.agent_name,
    }


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None or int(found[1]) >= 1 << 63:
        raise BadQuestion("there is no page of this name")
    return Cursor(int(found[1]), found[2])
