"""The two Rego engines side by side, for tests that compare their answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from extproc.adapters.rego import EmbeddedEngine
from extproc.adapters.rego.opa import OpaEngine
from extproc.core.decision import Phase, Unavailable
from extproc.core.policy_input import Place

REFUSED = "unavailable"
"""What stands for an engine that would not answer."""


class Given:
    """An input that somebody wrote down: a JSON value, or the very bytes, JSON or not."""

    def __init__(self, value: Any) -> None:
        self._encoded = value if isinstance(value, bytes) else json.dumps(value).encode()

    def at(self, place: Place) -> Any:
        node = json.loads(self._encoded)
        for part in place:
            if not isinstance(node, dict):
                raise KeyError(part)
            node = node[part]
        return node

    def encode(self) -> bytes:
        return self._encoded


class Both:
    """Both engines over one directory, asked one question at a time."""

    def __init__(self, embedded: EmbeddedEngine, opa: OpaEngine, runner: asyncio.Runner) -> None:
        self._engines = (embedded, opa)
        self._runner = runner

    def ask(self, phase: Phase, document: Any) -> tuple[Any, Any]:
        async def answer(engine: EmbeddedEngine | OpaEngine) -> Any:
            try:
                return await engine.decide(phase, Given(document))
            except Unavailable:
                return REFUSED

        embedded, opa = (self._runner.run(answer(engine)) for engine in self._engines)
        return embedded, opa


@contextmanager
def both(url: str, path: Path, entrypoints: dict[Phase, str]) -> Iterator[Both]:
    """`path` is what the OPA at `url` has loaded."""
    opa = OpaEngine(url, entrypoints, timeout=20.0)
    with asyncio.Runner() as runner:
        yield Both(EmbeddedEngine(path, entrypoints, timeout=20.0), opa, runner)
        runner.run(opa.close())
