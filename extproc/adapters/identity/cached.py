"""A value from elsewhere that is kept for a while: one question at a time, and the last good
answer for as long as the other side is away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from extproc.core.decision import Unavailable
from extproc.core.ports import Clock

_log = structlog.get_logger("extproc.identity")

_SECOND = 1_000_000
FRESH = 600 * _SECOND
"""After this it is asked for again, in the background."""
LAST_GOOD = 24 * 3600 * _SECOND
"""After this it is no longer used."""
RETRY = 30 * _SECOND
"""Between two questions, whoever wants them."""
RETRY_WITHOUT = 5 * _SECOND
"""The same while there is nothing to use."""

T = TypeVar("T")


class Cached(Generic[T]):
    """Of one event loop."""

    def __init__(
        self,
        name: str,
        load: Callable[[], Awaitable[T]],
        clock: Clock,
        *,
        pause_without: int = RETRY_WITHOUT,
    ) -> None:
        """`load` asks the other side; it ends by itself in a bounded time, and raises
        Unavailable. `name` is for the log."""
        self._name = name
        self._load = load
        self._clock = clock
        self._pause_without = pause_without
        self._value: T | None = None
        self._loaded_at = 0
        self._tried_at: int | None = None
        self._failure = ""
        self._task: asyncio.Task[None] | None = None

    @property
    def has_failed(self) -> bool:
        """Whether the last question had no answer."""
        return bool(self._failure)

    async def get(self) -> T:
        """The value, from memory where there is one. Raises Unavailable("identity")."""
        value = self._usable()
        if value is not None:
            if self._clock.elapsed() - self._loaded_at >= FRESH:
                self._ask(RETRY)
            return value
        return await self._newest(self._pause_without)

    async def newer(self) -> T:
        """The same, after asking again: for one who misses something in the value. Asks at most
        once in 30 seconds; in between it is what `get` gives."""
        return await self._newest(RETRY if self._usable() is not None else self._pause_without)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _newest(self, pause: int) -> T:
        task = self._ask(pause)
        if task is not None:
            await asyncio.wait([task])
        value = self._usable()
        if value is None:
            raise Unavailable("identity", f"{self._name}: {self._failure or 'no answer'}")
        return value

    def _usable(self) -> T | None:
        is_old = self._clock.elapsed() - self._loaded_at >= LAST_GOOD
        return None if is_old else self._value

    def _ask(self, pause: int) -> asyncio.Task[None] | None:
        """The question that is under way, or a new one where the pause allows it."""
        if self._task is not None and not self._task.done():
            return self._task
        now = self._clock.elapsed()
        if self._tried_at is not None and now - self._tried_at < pause:
            return None
        self._tried_at = now
        self._task = asyncio.create_task(self._run(), name=f"identity {self._name}")
        return self._task

    async def _run(self) -> None:
        try:
            self._value = await self._load()
        except Unavailable as error:
            self._failure = error.detail or "no answer"
        except Exception as error:  # an answer that nobody thought of must not end the question
            self._failure = f"unexpected {type(error).__name__}"
        else:
            self._failure = ""
            self._loaded_at = self._clock.elapsed()
            return
        _log.warning("no answer about an identity source", source=self._name, why=self._failure)
