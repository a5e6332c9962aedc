"""Endings: an agent that has ended stops speaking in the middle of a word.

Its next call is refused by `Agents.identify`. What it has open is ended from here: many times a
second a number is looked at, and when it has changed, the agents with open exchanges are asked
after. It does not matter which process ended the agent, nor why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Protocol

import structlog

from extproc.core.decision import Refusal, Unavailable
from extproc.service.meter import Meter

_log = structlog.get_logger("extproc.endings")

LOOK_SECONDS = 0.05


class Runners(Protocol):
    """Who runs; extproc.service.agents.Agents."""

    def epoch(self) -> int: ...
    def ended(self, agent_ids: Collection[str]) -> Mapping[str, Refusal]: ...


class OpenExchanges(Protocol):
    """What is under way; extproc.service.processing.Processing."""

    def open_agents(self) -> Collection[str]: ...
    def interrupt(self, ended: Mapping[str, Refusal]) -> int: ...


class Endings:
    """Of one event loop."""

    def __init__(self, agents: Runners, exchanges: OpenExchanges, meter: Meter) -> None:
        self._agents = agents
        self._exchanges = exchanges
        self._meter = meter
        self._epoch: int | None = None
        self._is_blind = False

    async def watch(self) -> None:
        """Look until cancelled. No error ends it: streams would go on unseen."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Interrupt the open exchanges of agents that have ended since the last look."""
        try:
            # The number first: what changes after it is seen at the next look.
            epoch = self._agents.epoch()
            if epoch == self._epoch:
                return
            ended = self._agents.ended(self._exchanges.open_agents())
            begun = self._exchanges.interrupt(ended)
        except Exception as error:
            if not self._is_blind:
                self._is_blind = True
                self._meter.failed("revocations")
                detail = str(error) if isinstance(error, Unavailable) else ""
                _log.error("ended agents not seen", error=type(error).__name__, detail=detail)
            return
        self._is_blind = False
        self._epoch = epoch
        if begun:
            _log.info("exchanges cut", agents=len(ended), exchanges=begun)
