"""What stands against a new lease: limits on running agents, and revoked subjects.

All of it is asked under the write lock, so what was counted is still so when the lease is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from extproc.adapters.sqlite.database import Connection
from extproc.core.decision import RETRY_AFTER_MAX, Code, Refused
from extproc.core.identity import Agent
from extproc.service.leases import Limits

_SECOND = 1_000_000
IDLE_ENOUGH = 5 * _SECOND
"""Without traffic for so long, an agent may be evicted. One with an open exchange is heard of every
second."""


# Whoever ends one of them ends the new agent's parent with it.
_LINE = """
    WITH RECURSIVE line (id) AS (
        VALUES (:parent)
        UNION
        SELECT agent.parent FROM agent JOIN line ON agent.id = line.id
    )
    SELECT id FROM line"""


class _Limit(NamedTuple):
    most: int
    where: str
    """A condition on rows of `agent`; one of ours, with names for what is given."""
    given: dict[str, Any]
    message: str


def standing(db: Connection, agent: Agent) -> Refused | None:
    """Whether subject and parent are such that the agent may start at all."""
    if revoked(db, agent.subject):
        return Refused(Code.REVOKED, f"subject {agent.subject} was revoked")
    if logged_out(db, agent.issuer, agent.session):
        return Refused(Code.REVOKED, f"subject {agent.subject} has logged out of this session")
    if agent.parent and not is_running(db, agent.parent):
        return Refused(Code.REVOKED, "the agent that starts this one has ended")
    return None


def reached(db: Connection, agent: Agent, limits: Limits, now: int) -> tuple[Refused, str] | None:
    """The first limit that leaves no place for the agent, and the id of the agent that could make
    one: the one that was idle longest; empty when none is idle.
    """
    for limit in _limits(agent, limits):
        # S608: `where` is one of the texts below.
        count, next_free = db.execute(
            "SELECT count(*), min(min(expires_at, last_seen + idle_timeout)) "  # noqa: S608
            f"FROM agent WHERE ended_at IS NULL AND {limit.where}",
            limit.given,
        ).fetchone()
        if count >= limit.most:
            idlest = db.execute(
                f"SELECT id FROM agent WHERE ended_at IS NULL AND {limit.where} "  # noqa: S608
                f"AND last_seen <= :before AND id NOT IN ({_LINE}) ORDER BY last_seen LIMIT 1",
                {**limit.given, "before": now - IDLE_ENOUGH, "parent": agent.parent},
            ).fetchone()
            return _refusal(limit.message, next_free, now), idlest["id"] if idlest else ""
    return None


def seat_refusal(db: Connection, agent_id: str, model: str, most: int, now: int) -> Refused | None:
    """Whether a running agent may be one more of those that call a model."""
    if not is_running(db, agent_id):
        return Refused(Code.REVOKED, "the credential's agent no longer runs")
    count, next_free = db.execute(
        "SELECT count(*), min(min(expires_at, last_seen + idle_timeout)) FROM agent "
        "JOIN seat ON seat.agent_id = agent.id WHERE ended_at IS NULL AND model = ? AND id <> ?",
        (model, agent_id),
    ).fetchone()
    if count < most:
        return None
    return _refusal(f"{most} running agents call {model}, which is the limit", next_free, now)


def is_running(db: Connection, agent_id: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM agent WHERE id = ? AND ended_at IS NULL", (agent_id,)
    ).fetchone()
    return row is not None


def revoked(db: Connection, subject: str) -> bool:
    row = db.execute("SELECT 1 FROM revocation WHERE subject = ?", (subject,)).fetchone()
    return row is not None


def logged_out(db: Connection, issuer: str, session: str) -> bool:
    """Whether a provider said of this session of its own that it is over."""
    row = (
        session
        and db.execute(
            "SELECT 1 FROM logged_out WHERE issuer = ? AND session = ?", (issuer, session)
        ).fetchone()
    )
    return bool(row)


def _limits(agent: Agent, limits: Limits) -> Iterator[_Limit]:
    if agent.parent:
        yield _Limit(
            limits.max_children,
            "parent = :of",
            {"of": agent.parent},
            f"agent {agent.parent} has {limits.max_children} running children, which is the limit",
        )
    yield _Limit(
        limits.per_subject,
        "subject = :subject",
        {"subject": agent.subject},
        f"subject {agent.subject} has {limits.per_subject} running agents, which is the limit",
    )
    for group in agent.groups:
        if (most := limits.per_group.get(group)) is not None:
            yield _Limit(
                most,
                "EXISTS (SELECT 1 FROM json_each(agent.groups) WHERE value = :group)",
                {"group": group},
                f"group {group} has {most} running agents, which is the limit",
            )
    yield _Limit(limits.total, "1", {}, f"{limits.total} agents are running, which is the limit")


def _refusal(message: str, next_free: int | None, now: int) -> Refused:
    """`next_free`: when the first of those that run will be over, if nobody hears of it again."""
    wait = 1 if next_free is None else -(-(next_free - now) // _SECOND)
    return Refused(Code.AGENT_LIMIT, message, retry_after=min(max(wait, 1), RETRY_AFTER_MAX))
