"""Who answers for a call: the subject, the agent that runs for it, and its credential."""

from __future__ import annotations

from typing import Any

import msgspec


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody else says this is: an identity that was verified, before any agent runs."""

    subject: str
    issuer: str
    """Who says so."""
    source: str
    """The kind of word: oidc, saml, kubernetes, github, gitlab, spiffe, client, local, agent."""
    groups: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    """Globs that its agents are limited to; empty for no limit."""
    session: str = ""
    """The provider's own session (OIDC `sid`, SAML SessionIndex), by which it may log out."""
    client_id: str = ""
    """The client that the word was given to, where it names one."""
    claims: dict[str, Any] = {}
    """What else the source says."""


class Identity(msgspec.Struct, frozen=True, array_like=True):
    """A verified caller. Times are microseconds since 1970."""

    subject: str
    issuer: str
    groups: tuple[str, ...]
    agent_id: str
    agent_name: str
    credential_id: str
    """The token's `jti`."""
    expires_at: int
    client_id: str = ""
    parent: str = ""
    """The agent that started this one; empty for a root."""
    started_at: int = 0
    binding: str = "bearer"
    scope: str = ""
    models: tuple[str, ...] = ()
    """Globs that the credential is limited to; empty for no limit of its own."""
    claims: dict[str, Any] = {}
    """The token's claims, as the policy sees them."""
    confirmation: str = ""
    """The thumbprint of the key that the credential is bound to; `binding` says of which kind."""

    @classmethod
    def of(cls, agent: Agent) -> Identity:
        """Of an agent that showed no credential."""
        return cls(
            subject=agent.subject,
            issuer=agent.issuer,
            groups=agent.groups,
            agent_id=agent.id,
            agent_name=agent.name,
            credential_id="",
            expires_at=agent.expires_at,
            client_id=agent.client_id,
            parent=agent.parent,
        )


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """One running (or ended) program: a row of the leases."""

    id: str
    name: str
    subject: str
    issuer: str
    groups: tuple[str, ...] = ()
    client_id: str = ""
    parent: str = ""
    started_at: int
    last_seen: int
    expires_at: int
    """When its lease ends whatever happens: credential expiry now, max_lifetime when renewed."""
    idle_timeout: int
    """Microseconds without traffic after which the lease is free again."""
    models: tuple[str, ...] = ()
    source: str = "local"
    """The kind of identity that started it: Subject.source."""
    session: str = ""
    """The session of whoever vouched for the subject; Subject.session."""
    actor: str = ""
    """Who acts for the subject, where that is somebody else; a name of its issuer's."""
    scope: str = ""
    """What it was started for: words with a space between them."""
    depth: int = 1
    """Its generation: 1 is started by a subject, 2 by an agent of generation 1."""
    ends_at: int = 0
    """Up to when its lease may be renewed; 0: it may not."""
    binding: str = "bearer"
    """What its credentials are bound to: bearer (nothing), dpop (a key), mtls (a certificate)."""
    confirmation: str = ""
    """The thumbprint of that key or certificate."""
    ended_at: int | None = None
    end_reason: str = ""
    """killed, idle, expired, released, revoked, evicted, logged out or reused."""
