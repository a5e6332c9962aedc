"""Issuance: from somebody's word for who a subject is to the credential of one agent.

Phases: 1 verify the identity, 2 narrow what is asked for, 3 start (or renew) the agent, 4 write it
down, 5 hand out. A credential whose start could not be written down is never handed out.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from extproc.core.decision import Code, Refused
from extproc.core.identity import Agent, Identity, Subject
from extproc.core.ports import Clock
from extproc.core.record import EventKind
from extproc.service.agents import Agents
from extproc.service.binding import check_confirmation
from extproc.service.events import Events
from extproc.service.narrowing import narrowed_models
from extproc.service.subjects import Subjects, TokenType

MODEL_SCOPE = "model:"
"""Before the glob of a model that the credential is to be limited to, as a word of a scope."""


class Presented(msgspec.Struct, frozen=True):
    """A token and what its bearer says it is."""

    token: str
    kind: TokenType


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for beside the identity."""

    name: str = ""
    """The agent's."""
    scope: tuple[str, ...] = ()
    source: str = ""
    """The address that it is asked from."""
    proven: Mapping[str, str] = {}
    """The key that the request proves, as `cnf`; the credential is bound to it."""

    @property
    def models(self) -> list[str]:
        return [one.removeprefix(MODEL_SCOPE) for one in self.scope if one.startswith(MODEL_SCOPE)]

    @property
    def words(self) -> str:
        return " ".join(one for one in self.scope if not one.startswith(MODEL_SCOPE))


class Issued(msgspec.Struct, frozen=True):
    agent: Agent
    credential: str
    refresh_token: str


class Issuance:
    def __init__(
        self,
        agents: Agents,
        subjects: Subjects,
        events: Events,
        clock: Clock,
        issuer: str,
        issued: Callable[[str], None],
        limited: Callable[[], None],
    ) -> None:
        """`issuer`: the name under which this server signs. `issued` counts a credential by the
        kind of its source, `limited` a refusal for a limit.
        """
        self._agents = agents
        self._subjects = subjects
        self._events = events
        self._clock = clock
        self._issuer = issuer
        self._issued = issued
        self._limited = limited

    async def exchange(self, subject: Presented, actor: Presented | None, asked: Asked) -> Issued:
        """RFC 8693: a credential for an agent of whomever `subject` proves.

        An agent's own credential, as the subject or as the actor, makes the new agent its child;
        any other actor is told in the `act` chain. Raises Refused or Unavailable.
        """
        known: Subject | Identity | None = None
        try:
            known = await self._who(subject, asked)
            acting = None if actor is None else await self._who(actor, asked)
            if isinstance(known, Identity):
                if isinstance(acting, Identity):
                    raise Refused(Code.INVALID_REQUEST, "two agents cannot both be the parent")
                return await self._child(known, acting, asked)
            if isinstance(acting, Identity):
                if (acting.subject, acting.issuer) != (known.subject, known.issuer):
                    raise Refused(Code.INVALID_REQUEST, "the acting agent is of another subject")
                return await self._child(acting, None, asked)
            return await self._start(known, asked, "" if acting is None else acting.subject)
        except Refused as error:
            await self.note_refusal(error, known, asked)
            raise

    async def client(self, assertion: str, audiences: tuple[str, ...], asked: Asked) -> Issued:
        """RFC 7523: a credential for an agent of an OAuth client. Raises Refused, Unavailable."""
        known: Subject | None = None
        try:
            known = await self._subjects.verify_client(assertion, audiences, self._clock.now())
            return await self._start(known, asked, "")
        except Refused as error:
            await self.note_refusal(error, known, asked)
            raise

    async def renew(self, refresh_token: str, asked: Asked) -> Issued:
        """Another credential for the agent that a refresh token is of. Raises Refused,
        Unavailable."""
        try:
            if asked.scope:
                raise Refused(Code.INVALID_REQUEST, "a renewed credential keeps its scope")
            renewed = await asyncio.to_thread(self._agents.renew, refresh_token, asked.proven)
        except Refused as error:
            await self.note_refusal(error, None, asked)
            raise
        issued = Issued(*renewed)
        await self._note(EventKind.AGENT_RENEWED, issued.agent, asked)
        return issued

    async def _who(self, presented: Presented, asked: Asked) -> Subject | Identity:
        """An agent's identity when the credential is one of ours, else whom a source names."""
        is_ours = presented.kind in (TokenType.ACCESS_TOKEN, TokenType.JWT) and (
            issuer_of(presented.token) == self._issuer
        )
        if is_ours:
            return await asyncio.to_thread(self._agents.holder, presented.token, asked.proven)
        known = await self._subjects.verify(presented.token, presented.kind, self._clock.now())
        if "cnf" in known.claims:
            check_confirmation(known.claims["cnf"], asked.proven)
        return known

    async def _start(self, subject: Subject, asked: Asked, actor: str) -> Issued:
        return await self._begin(
            asked,
            subject.source,
            {
                "subject": subject.subject,
                "groups": subject.groups,
                "models": narrowed_models(asked.models, subject.models),
                "issuer": subject.issuer,
                "client_id": subject.client_id,
                "source": subject.source,
                "session": subject.session,
                "actor": actor,
            },
        )

    async def _child(self, parent: Identity, actor: Subject | None, asked: Asked) -> Issued:
        if actor is not None:
            raise Refused(
                Code.INVALID_REQUEST, "a child acts for its parent's subject, with no other actor"
            )
        return await self._begin(
            asked,
            "agent",
            {
                "subject": parent.subject,
                "models": asked.models,
                "parent": parent.agent_id,
                "client_id": parent.client_id,
            },
        )

    async def _begin(self, asked: Asked, counted_as: str, terms: dict[str, Any]) -> Issued:
        def start() -> Issued:
            agent, credential = self._agents.start(
                name=asked.name,
                scope=asked.words,
                is_renewable=True,
                confirmation=asked.proven,
                **terms,
            )
            try:
                return Issued(agent, credential, self._agents.refresh_token(agent))
            except BaseException:
                # Nobody has heard of it, so nobody would give its place back.
                self._agents.end(agent.id, "released")
                raise

        issued = await asyncio.to_thread(start)
        try:
            await self._note(EventKind.AGENT_STARTED, issued.agent, asked)
        except BaseException:
            # Nobody gets a credential of which nothing is written down.
            await asyncio.shield(asyncio.to_thread(self._agents.end, issued.agent.id, "released"))
            raise
        self._issued(counted_as)
        return issued

    async def _note(self, kind: EventKind, agent: Agent, asked: Asked) -> None:
        await self._events.note(
            kind,
            actor=agent.actor or agent.parent or agent.subject,
            subject=agent.subject,
            issuer=agent.issuer,
            agent_id=agent.id,
            client_id=agent.client_id,
            source=asked.source,
        )

    async def note_refusal(
        self, error: Refused, known: Subject | Identity | None, asked: Asked
    ) -> None:
        """Write down that somebody got no credential; `known`: who asked. Raises Unavailable."""
        if error.refusal.code is Code.AGENT_LIMIT:
            self._limited()
        known = known or error.identity
        await self._events.note(
            EventKind.AGENT_REFUSED,
            subject=known.subject if known else "",
            issuer=known.issuer if known else "",
            agent_id=known.agent_id if isinstance(known, Identity) else "",
            client_id=known.client_id if known else "",
            source=asked.source,
            code=error.refusal.code,
            reason=error.refusal.message,
        )


def issuer_of(token: str) -> str:
    """Who a JWT says it is from, unverified; empty when that cannot be told."""
    parts = token.split(".", 3)
    if len(parts) != 3 or len(parts[1]) > _MAX_PAYLOAD:
        return ""
    with contextlib.suppress(binascii.Error, ValueError, msgspec.MsgspecError):
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(payload, type=_Issuer).iss
    return ""


_MAX_PAYLOAD = 64 << 10


class _Issuer(msgspec.Struct):
    iss: str = ""
