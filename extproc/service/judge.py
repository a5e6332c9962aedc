"""Asks the policy engine and reads its answer: the decide phase of a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from extproc.core.decision import Decision, Phase, PolicyResult
from extproc.core.policy_input import PolicyInput
from extproc.core.ports import Clock, Ids, PolicyEngine
from extproc.service.meter import Meter

ReadResult = Callable[[Any], PolicyResult]


class Judge:
    """One engine, three entrypoints. Every answer gets an id of its own."""

    def __init__(
        self,
        engine: PolicyEngine,
        readers: dict[Phase, ReadResult],
        ids: Ids,
        clock: Clock,
        meter: Meter,
    ) -> None:
        self._engine = engine
        self._readers = readers
        self._ids = ids
        self._clock = clock
        self._meter = meter

    async def decide(self, phase: Phase, document: PolicyInput) -> Decision:
        """Raises Unavailable("policy") for whatever is not a well-formed answer."""
        started = self._clock.elapsed()
        result = self._readers[phase](await self._engine.decide(phase, document))
        duration = self._clock.elapsed() - started
        self._meter.stage(f"decide_{phase}", duration)
        return Decision(
            id=self._ids.new("dec"),
            phase=phase,
            result=result,
            revision=self._engine.revision,
            duration=duration,
        )
