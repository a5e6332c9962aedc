"""Leases: what a store of running agents and an authority over credentials must do.

A lease is one agent's right to run: from its start until it is released, killed, expires, or is
idle for too long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from extproc.config import Config, seconds
from extproc.core.identity import Agent, Identity
from extproc.service.sharing import Source

_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Leases(Protocol):
    """The store of running agents. All raise Unavailable("store"); times are microseconds."""

    def start(self, agent: Agent, per_subject: int, total: int, now: int) -> None:
        """Take a lease, or raise Refused(AGENT_LIMIT). A race for the last slot has one winner."""
        ...

    def end(self, agent_id: str, reason: str, now: int) -> bool:
        """End a lease and its children's. False when it was not running."""
        ...

    def touch(self, seen: Mapping[str, int]) -> None: ...

    def sweep(self, now: int) -> list[Agent]:
        """End what has expired or was idle for too long."""
        ...

    def get(self, agent_id: str) -> Agent | None: ...

    def active(self) -> dict[str, Agent]: ...

    def changes(self) -> int:
        """A number that grows when an agent starts or ends. Called for every call: microseconds."""
        ...

    def changed(self, since: int) -> Sequence[Agent]:
        """The agents that started or ended after `changes()` was `since`."""
        ...


class Authority(Protocol):
    """Signs and verifies credentials."""

    issuer: str

    def issue(
        self,
        agent: Agent,
        *,
        credential_id: str,
        now: int,
        scope: str = "",
        ancestors: Sequence[str] = (),
    ) -> str: ...

    def verify(self, token: str, now: int) -> Identity:
        """Raises Refused(INVALID_TOKEN)."""
        ...


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of the configuration, in microseconds where they are times."""

    ttl: int = 300 * _SECOND
    max_ttl: int = 900 * _SECOND
    per_subject: int = 5
    total: int = 1000
    idle_timeout: int = 120 * _SECOND
    max_lifetime: int = 8 * 3600 * _SECOND

    @classmethod
    def of(cls, config: Config) -> Terms:
        return cls(
            ttl=_microseconds(config.credentials.ttl),
            max_ttl=_microseconds(config.credentials.max_ttl),
            per_subject=config.agents.per_subject,
            total=config.agents.total,
            idle_timeout=_microseconds(config.agents.idle_timeout),
            max_lifetime=_microseconds(config.agents.max_lifetime),
        )


class Whereabouts(Protocol):
    """From where agents call; where that is not watched, nobody knows."""

    def sources(self, agent_id: str) -> Sequence[Source]: ...
    def is_shared(self, agent_id: str) -> bool: ...


def document(agent: Agent, whereabouts: Whereabouts | None = None) -> dict[str, Any]:
    """An agent as people and programs read it: one JSON object, times in ISO 8601 (UTC)."""
    sources = whereabouts.sources(agent.id) if whereabouts else ()
    return {
        "id": agent.id,
        "name": agent.name,
        "subject": agent.subject,
        "issuer": agent.issuer,
        "groups": list(agent.groups),
        "client_id": agent.client_id,
        "parent": agent.parent,
        "models": list(agent.models),
        "started_at": _iso(agent.started_at),
        "last_seen": _iso(agent.last_seen),
        "expires_at": _iso(agent.expires_at),
        "ended_at": None if agent.ended_at is None else _iso(agent.ended_at),
        "end_reason": agent.end_reason,
        "sources": [
            {
                "source": one.source,
                "first_seen": _iso(one.first_seen),
                "last_seen": _iso(one.last_seen),
            }
            for one in sources
        ],
        "is_shared": whereabouts.is_shared(agent.id) if whereabouts else False,
    }


def is_due(agent: Agent, now: int) -> bool:
    """Whether a lease that no sweep has ended yet is over."""
    return agent.expires_at <= now or agent.last_seen + agent.idle_timeout <= now


def _iso(moment: int) -> str:
    return (_EPOCH + timedelta(microseconds=moment)).isoformat(timespec="milliseconds")


def _microseconds(duration: str) -> int:
    return round(seconds(duration) * _SECOND)
