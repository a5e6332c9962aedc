from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from extproc.adapters.identity.jwt import JwtSubjects
from extproc.config import parse
from extproc.core.decision import Code, Refused
from tests.adapters.identity.provider import MemoryReplays, Provider, SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def replays() -> MemoryReplays:
    return MemoryReplays()


@pytest.fixture(scope="package")
def server() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def provider(server: Provider) -> Iterator[Provider]:
    yield server
    server.gate.set()
    server.reset()


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


async def refused(verifying: Any, why: str) -> None:
    with pytest.raises(Refused) as error:
        await verifying
    refusal = error.value.refusal
    assert refusal.code is Code.INVALID_TOKEN
    assert why in refusal.message
    for private in ("alice", "elsewhere", "eyJ", "staff"):
        assert private not in refusal.message
