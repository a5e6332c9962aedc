"""Writing down what happened, durably and in order, and not waiting for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from extproc.core.decision import Unavailable
from extproc.core.record import Record

DEADLINE_SECONDS = 5.0
"""A disk that hangs longer than this refuses the call; Envoy would wait as long as the client."""


class Recorder(Protocol):
    async def write(self, *records: Record) -> None:
        """Returns when all of them are durable, in one step. Raises Unavailable("store")."""
        ...

    def enqueue(self, record: Record) -> None:
        """Durable soon, in order. Raises Unavailable("store") when the queue is full."""
        ...


async def persist(recorder: Recorder, records: Sequence[Record]) -> None:
    """Returns when all of them are durable. Raises Unavailable("store")."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await recorder.write(*records)
    except TimeoutError:
        raise Unavailable("store", "the disk did not answer in time") from None
