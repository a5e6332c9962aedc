from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from extproc.adapters.identity.jwt import JwtSubjects
from extproc.config import parse
from tests.adapters.identity.provider import MemoryReplays, Provider, SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def replays() -> MemoryReplays:
    return MemoryReplays()


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


Trusting = Callable[..., JwtSubjects]


@pytest.fixture
async def trusting(clock: SetClock, replays: MemoryReplays) -> AsyncIterator[Trusting]:
    """Makes subjects from the sections `identity` and `console` of a configuration."""
    made: list[JwtSubjects] = []

    def make(identity: dict[str, Any], console: dict[str, Any] | None = None) -> JwtSubjects:
        config = parse({"identity": identity, "console": console or {}})
        made.append(JwtSubjects(config.identity, clock, replays, config.console))
        return made[-1]

    yield make
    for one in made:
        await one.close()
