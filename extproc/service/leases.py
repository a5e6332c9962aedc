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
from extproc.core.decision import Code, Refused
from extproc.core.identity import Agent, Identity
from extproc.service.sharing import Source

_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Limits(msgspec.Struct, frozen=True):
    """How many agents may run at once."""

    per_subject: int = 5
    total: int = 1000
    per_group: Mapping[str, int] = {}
    """By group: of all its members together."""
    max_children: int = 5
    """Of one agent."""
    evicts: bool = False
    """Whether a new agent takes the place of the one that was idle longest, if one is idle."""


class Revocation(msgspec.Struct, frozen=True):
    """A subject that may start no agents."""

    subject: str
    at: int
    by: str
    reason: str


class Leases(Protocol):
    """The store of running agents. All raise Unavailable("store"); times are microseconds."""

    def start(self, agent: Agent, limits: Limits, now: int) -> list[Agent]:
        """Take a lease; returns whom it evicted. A race for the last slot has one winner.

        Raises Refused: AGENT_LIMIT, or REVOKED when the subject is or its parent has ended.
        """
        ...

    def seat(self, agent_id: str, model: str, most: int, now: int) -> None:
        """Count an agent among the running ones that call a model (a glob). Once is enough.

        Raises Refused: AGENT_LIMIT, or REVOKED when the agent has ended.
        """
        ...

    def end(self, agent_id: str, reason: str, now: int) -> bool:
        """End a lease and its children's. False when it was not running."""
        ...

    def end_session(self, issuer: str, subject: str, session: str, now: int) -> Sequence[Agent]:
        """End the agents of an issuer's session, or of all its sessions of a subject: what is
        empty is not asked for. Returns those that ended. Reason: logged out. A session that is
        named starts nothing more.
        """
        ...

    def revoke(self, revocation: Revocation) -> Sequence[Agent]:
        """End all agents of a subject and let it start none. Returns those that ended."""
        ...

    def restore(self, subject: str) -> bool:
        """Let a subject start agents again. False when it was not revoked."""
        ...

    def is_out(self, subject: str, issuer: str, session: str) -> bool:
        """Whether a subject was revoked, or an issuer's session was ended."""
        ...

    def revocations(self) -> Sequence[Revocation]: ...

    def keep_refresh(self, digest: bytes, agent_id: str) -> None:
        """A refresh token, by its SHA-256, that renews this agent's lease once."""
        ...

    def holder(self, digest: bytes) -> str | None:
        """Whose refresh token this is."""
        ...

    def renew(self, old: bytes, new: bytes, ttl: int, now: int) -> Agent:
        """Extend a lease by a refresh token, which `new` replaces. At most to `Agent.ends_at`.

        Raises Refused: INVALID_TOKEN when the token is unknown, REVOKED when the agent has ended;
        a token that was used before ends it.
        """
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
        ancestors: Sequence[str] = (),
        confirmation: Mapping[str, str] = {},
    ) -> str: ...

    def verify(self, token: str, now: int) -> Identity:
        """Raises Refused(INVALID_TOKEN)."""
        ...


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of the configuration, in microseconds where they are times."""

    ttl: int = 300 * _SECOND
    max_ttl: int = 900 * _SECOND
    limits: Limits = Limits()
    per_model: Mapping[str, int] = {}
    max_depth: int = 3
    idle_timeout: int = 120 * _SECOND
    max_lifetime: int = 8 * 3600 * _SECOND
    binding: str = "bearer"
    """What credentials must be bound to: dpop or mtls; bearer where they need not."""

    def lifetime(self, ttl: float | None) -> int:
        """Of a credential, in whole seconds; `ttl`: seconds. Raises Refused(INVALID_REQUEST)."""
        if ttl is None:
            return self.ttl
        lifetime = -int(-ttl // 1) * _SECOND
        if lifetime <= 0:
            raise Refused(Code.INVALID_REQUEST, "ttl must be more than zero")
        if lifetime > self.max_ttl:
            longest = self.max_ttl // _SECOND
            raise Refused(Code.INVALID_REQUEST, f"ttl is longer than max_ttl, which is {longest}s")
        return lifetime

    @classmethod
    def of(cls, config: Config) -> Terms:
        return cls(
            ttl=_microseconds(config.credentials.ttl),
            max_ttl=_microseconds(config.credentials.max_ttl),
            limits=Limits(
                per_subject=config.agents.per_subject,
                total=config.agents.total,
                per_group=config.agents.per_group,
                max_children=config.agents.max_children,
                evicts=config.agents.on_limit == "evict",
            ),
            per_model=config.agents.per_model,
            max_depth=config.agents.max_depth,
            idle_timeout=_microseconds(config.agents.idle_timeout),
            max_lifetime=_microseconds(config.agents.max_lifetime),
            binding=config.credentials.binding,
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
        "source": agent.source,
        "parent": agent.parent,
        "actor": agent.actor,
        "depth": agent.depth,
        "scope": agent.scope,
        "models": list(agent.models),
        "started_at": iso(agent.started_at),
        "last_seen": iso(agent.last_seen),
        "expires_at": iso(agent.expires_at),
        "renewable_until": iso(agent.ends_at) if agent.ends_at else None,
        "ended_at": None if agent.ended_at is None else iso(agent.ended_at),
        "end_reason": agent.end_reason,
        "sources": [
            {
                "source": one.source,
                "first_seen": iso(one.first_seen),
                "last_seen": iso(one.last_seen),
            }
            for one in sources
        ],
        "is_shared": whereabouts.is_shared(agent.id) if whereabouts else False,
    }


_REASONS = {
    "killed": "it was ended (killed)",
    "revoked": "its subject was revoked",
    "logged out": "its subject logged out",
    "evicted": "it was idle, and another one needed its place",
    "reused": "a refresh token of it was used twice",
    "released": "it was released by its owner",
    "expired": "its lease expired",
    "idle": "it was idle for too long",
}


def has_ended(reason: str) -> Refused:
    """That an agent no longer runs, by its `end_reason`; empty when it was never known."""
    why = _REASONS.get(reason, "it was ended") if reason else "it is not known to this server"
    return Refused(Code.REVOKED, f"the credential's agent no longer runs: {why}")


def revocation(one: Revocation) -> dict[str, Any]:
    return {"at": iso(one.at), "by": one.by, "reason": one.reason}


def is_due(agent: Agent, now: int) -> bool:
    """Whether a lease that no sweep has ended yet is over."""
    return agent.expires_at <= now or agent.last_seen + agent.idle_timeout <= now


def iso(moment: int) -> str:
    """A moment (microseconds since 1970) in ISO 8601 (UTC)."""
    return (_EPOCH + timedelta(microseconds=moment)).isoformat(timespec="milliseconds")


def _microseconds(duration: str) -> int:
    return round(seconds(duration) * _SECOND)
