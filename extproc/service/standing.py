"""Standing: who may run at all, and every way in which what runs is ended from outside."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

from extproc.core.decision import Refused
from extproc.core.identity import Agent, Identity, Subject
from extproc.core.ports import Clock
from extproc.service.leases import Authority, Leases, Revocation, is_due, revocation


class Standing:
    """May wait for the disk. Every method raises Unavailable("store")."""

    def __init__(self, leases: Leases, authority: Authority, clock: Clock) -> None:
        self._leases = leases
        self._authority = authority
        self._clock = clock

    def end(self, agent_id: str, reason: str = "killed") -> bool:
        """End an agent and its children. False when it was not running."""
        return self._leases.end(agent_id, reason, self._clock.now())

    def end_session(self, issuer: str, subject: str, session: str) -> Sequence[Agent]:
        """End what an issuer's session started; of all its sessions when `session` is empty."""
        return self._leases.end_session(issuer, subject, session, self._clock.now())

    def end_by_token(self, token: str) -> Agent | None:
        """End the agent of a credential or a refresh token; None when neither is known.

        Whoever holds one may end what it is good for, so nothing more is asked.
        """
        agent_id = self._leases.holder(token_digest(token))
        if agent_id is None:
            try:
                agent_id = self._authority.verify(token, self._clock.now()).agent_id
            except Refused:
                return None
        agent = self._leases.get(agent_id)
        return agent if agent is not None and self.end(agent_id, "released") else None

    def inspect(self, token: str) -> Identity | None:
        """Whose credential this is, if it is good; no traffic of the agent's."""
        now = self._clock.now()
        try:
            identity = self._authority.verify(token, now)
        except Refused:
            return None
        agent = self._leases.get(identity.agent_id)
        is_running = agent is not None and agent.ended_at is None and not is_due(agent, now)
        return identity if is_running else None

    def revoke(self, subject: str, by: str, reason: str) -> Sequence[Agent]:
        """End all agents of a subject and let it start none; returns those that ended."""
        return self._leases.revoke(Revocation(subject, self._clock.now(), by, reason))

    def restore(self, subject: str) -> bool:
        """Let a subject start agents again. False when it was not revoked."""
        return self._leases.restore(subject)

    def is_out(self, subject: Subject) -> bool:
        """Whether somebody was revoked, or the session ended that they are known by."""
        return self._leases.is_out(subject.subject, subject.issuer, subject.session)

    def subjects(self) -> list[dict[str, Any]]:
        """Subjects with running agents, and those that were revoked; as people read it."""
        running = Counter(agent.subject for agent in self._leases.active().values())
        revoked = {one.subject: one for one in self._leases.revocations()}
        return [
            {
                "subject": subject,
                "agents": running[subject],
                "revoked": None if subject not in revoked else revocation(revoked[subject]),
            }
            for subject in sorted({*running, *revoked})
        ]


def new_refresh_token() -> tuple[str, bytes]:
    """A refresh token, and its digest: what is kept of it."""
    token = f"rft_{secrets.token_urlsafe(32)}"
    return token, token_digest(token)


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
