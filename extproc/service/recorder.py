"""The port for writing down what happened."""

from __future__ import annotations

from typing import Protocol

from extproc.core.record import Record


class Recorder(Protocol):
    async def write(self, *records: Record) -> None:
        """Returns when all of them are durable, in one step.

        Raises Unavailable("store") when they are not, in bounded time.
        """
        ...

    def enqueue(self, record: Record) -> None:
        """Durable soon, before what is written later. Raises Unavailable("store")."""
        ...
