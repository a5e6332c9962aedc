from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack import Stack
from tests.upstream import Upstream, whole


@pytest.fixture(scope="session")
def _upstream() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.close()


@pytest.fixture
def upstream(_upstream: Upstream) -> Upstream:
    """The model's server, with nothing seen yet."""
    _upstream.clear()
    _upstream.answer = whole(b"{}")
    return _upstream


@pytest.fixture(scope="session", params=["grpcio", "nghttp2"])
def stack(
    request: pytest.FixtureRequest,
    _upstream: Upstream,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """One Envoy and one policy server for all tests that leave them as they are, once with each
    transport."""
    key = tmp_path_factory.mktemp("keys") / "model"
    key.write_text(UPSTREAM_KEY)
    running = Stack(
        tmp_path_factory.mktemp("stack"),
        _upstream.url,
        {
            "transport": request.param,
            "limits": {"request_body": "1MiB", "response_body": "1MiB"},
            "agents": {"per_subject": 500},
            "upstreams": [
                {
                    "name": "demo",
                    "url": _upstream.url,
                    "models": ["demo", "gpt-*", "claude-*"],
                    "credential": {"secret": f"file:{key}"},
                }
            ],
        },
    )
    try:
        running.start()
        yield running
    finally:
        running.stop()


UPSTREAM_KEY = "the-models-own-key"


@pytest.fixture
def make_stack(_upstream: Upstream, tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    """Stacks of a test's own, to break."""
    made: list[Stack] = []

    def make(start: bool = True, **changes: Any) -> Stack:
        directory = tmp_path / str(len(made))
        directory.mkdir()
        running = Stack(directory, _upstream.url, changes)
        made.append(running)
        if start:
            running.start()
        return running

    yield make
    for running in made:
        running.stop()


@pytest.fixture(scope="session")
def token(stack: Stack) -> str:
    return stack.token("alice", name="tests")
