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

REFUSED = "unavailable"
"""What stands for an engine that would not answer."""


class Both:
    """Both engines over one directory, asked one question at a time."""

    def __init__(self, embedded: EmbeddedEngine, opa: OpaEngine, runner: asyncio.Runner) -> None:
        self._engines = (embedded, opa)
        self._runner = runner

    def ask(self, phase: Phase, document: Any) -> tuple[Any, Any]:
        encoded = json.dumps(document).encode()

        async def answer(engine: EmbeddedEngine | OpaEngine) -> Any:
            try:
                return await engine.decide(phase, encoded)
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
