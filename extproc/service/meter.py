"""The port for measurements. Labels are bounded: never a subject, an agent or a free model name."""

from __future__ import annotations

from typing import Protocol

from extproc.core.record import Record


class Meter(Protocol):
    def recorded(self, record: Record) -> None:
        """Count what the record says: exchanges, decisions, findings, tokens."""
        ...

    def failed(self, component: str) -> None:
        """A component could not answer."""
        ...

    def stage(self, stage: str, microseconds: int) -> None: ...

    def held(self, size: int) -> None:
        """Bytes that a stream held back after one piece."""
        ...
