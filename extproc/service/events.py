"""Events: what happens to agents and subjects beside calls, written down before it is told."""

from __future__ import annotations

from typing import Protocol

from extproc.core.ports import Clock, Ids
from extproc.core.record import EventKind, EventRecord


class EventWriter(Protocol):
    async def write(self, *records: EventRecord) -> None:
        """Returns when they are durable. Raises Unavailable("store")."""
        ...


class Events:
    def __init__(self, writer: EventWriter, clock: Clock, ids: Ids) -> None:
        self._writer = writer
        self._clock = clock
        self._ids = ids

    async def note(
        self,
        kind: EventKind,
        *,
        actor: str = "",
        subject: str = "",
        issuer: str = "",
        agent_id: str = "",
        client_id: str = "",
        source: str = "",
        code: str = "",
        reason: str = "",
        object_id: str = "",
    ) -> None:
        """Write one event down; see EventRecord. Raises Unavailable("store")."""
        await self._writer.write(
            EventRecord(
                event_id=self._ids.new("evt"),
                at=self._clock.now(),
                kind=kind,
                actor=actor,
                subject=subject,
                issuer=issuer,
                agent_id=agent_id,
                client_id=client_id,
                source=source,
                code=code,
                reason=reason,
                object_id=object_id,
            )
        )
