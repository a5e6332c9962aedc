"""The pulse: what happens now, in numbers, and a sign for every page that watches when they change.

Taken once a second by the process that serves the console, from counters in memory: it costs the
same however much is going on, and however many look at it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

WINDOW = 300
"""Seconds."""
MOST_STREAMS = 64
MOST_STREAMS_EACH = 8
"""Of one person."""
HEARTBEAT_SECONDS = 15.0


class Counts(NamedTuple):
    """Since the start of this process."""

    calls: int
    blocked: int
    masked: int


class TooMany(Exception):
    """Streams are watched already."""


class Pulse:
    """For one event loop."""

    def __init__(self) -> None:
        self.pending = 0
        """Approvals."""
        self.number = 0
        """Counts the changes."""
        self._agents = 0
        self._samples: deque[Counts] = deque([Counts(0, 0, 0)], maxlen=WINDOW + 1)
        self._watchers: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._is_over = False

    def take(self, counts: Counts, agents: int, pending: int) -> None:
        """Called once a second. `agents`: a number that changes when one starts or ends."""
        before = self.recent, self._agents, self.pending
        self._samples.append(counts)
        self._agents, self.pending = agents, pending
        if before != (self.recent, self._agents, self.pending):
            self.number += 1
            self._ring()

    @property
    def recent(self) -> Counts:
        """Within the window, or since the start of this process, if that was later."""
        first, last = self._samples[0], self._samples[-1]
        return Counts(*(new - old for new, old in zip(last, first, strict=True)))

    def enter(self, person: str) -> Watch:
        """Raises TooMany."""
        streams = self._watchers.get(person, 0)
        if streams >= MOST_STREAMS_EACH or sum(self._watchers.values()) >= MOST_STREAMS:
            raise TooMany
        self._watchers[person] = streams + 1
        return Watch(self, person)

    def leave(self, person: str) -> None:
        self._watchers[person] -= 1
        if not self._watchers[person]:
            del self._watchers[person]

    async def wait(self, seen: int, seconds: float) -> int | None:
        """The number of the last change as soon as it is another than `seen`, or after so many
        seconds; None when there will be no more."""
        if self.number == seen and not self._is_over:
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
            except TimeoutError:
                return self.number
        return None if self._is_over else self.number

    def close(self) -> None:
        """The streams end."""
        self._is_over = True
        self._ring()

    def _ring(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class Watch:
    """One stream; leaves once, however it ends."""

    def __init__(self, pulse: Pulse, person: str) -> None:
        self.pulse = pulse
        self._person = person
        self._is_in = True

    def close(self) -> None:
        if self._is_in:
            self._is_in = False
            self.pulse.leave(self._person)
