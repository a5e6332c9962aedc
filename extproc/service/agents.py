"""Agents: start one and give it a credential, know a caller by it, notice when it has ended.

A credential is verified once and then remembered until it expires. What is remembered is never
trusted alone: each call asks the store, in a few microseconds, whether any agent has started or
ended since, in whichever process. So an agent that was killed is refused at its next call, and
`ended` says whose open exchanges have to end. Where that question may have stopped being answered
truly, nobody is known: see `STALE_SECONDS`.

Credentials pass through here and are kept nowhere: what is remembered is their SHA-256.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from extproc.core.confirmation import (
    BEARER,
    Presented,
    holds_key,
    read_confirmation,
    write_confirmation,
)
from extproc.core.decision import RETRY_AFTER_MAX, Code, Refusal, Refused, Unavailable
from extproc.core.identity import Agent, Identity
from extproc.core.ports import Clock, Headers, Ids
from extproc.core.rules import matches
from extproc.service.binding import Binding, Proofs, check_holder
from extproc.service.credential import credential_of
from extproc.service.leases import Authority, Leases, Terms, has_ended
from extproc.service.narrowing import (
    check_words,
    narrowed_groups,
    narrowed_models,
    narrowed_scope,
)
from extproc.service.standing import new_refresh_token, token_digest

_SECOND = 1_000_000
STALE_SECONDS = 10
"""A process that serves refuses new calls when nobody has looked after the leases for this long:
neither the sweep of the control process, which alone is sure to end what is due, nor its own."""
_UNKNOWN = -1
"""No epoch of the store: everything is still to be read."""


class _Lease:
    """What this process knows of a running agent."""

    __slots__ = ("agent", "held", "is_unsaved", "seats", "seen")

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.seen = agent.last_seen
        self.is_unsaved = False
        self.held = 0
        self.seats: set[str] = set()
        """Limited models that it is counted for."""


class Agents:
    """Safe to use from several threads. `identify`, `touch`, `hold` and `release` are made for
    the event loop; the others may wait for the disk.
    """

    def __init__(
        self,
        leases: Leases,
        authority: Authority,
        clock: Clock,
        ids: Ids,
        terms: Terms | None = None,
        *,
        remembered: int = 10_000,
        proofs: Proofs | None = None,
        heard: Callable[[], int] | None = None,
    ) -> None:
        """`remembered`: how many verified credentials are kept; the least used go first. `proofs`:
        without it no bound credential is taken. `heard`: when the process that keeps the leases
        last said that it does, on `Clock.elapsed`; None where no process is needed to."""
        self._leases = leases
        self._authority = authority
        self._clock = clock
        self._ids = ids
        self._terms = terms or Terms()
        self._binding = Binding(proofs, self._terms.binding)
        self._remembered = remembered
        self._known: OrderedDict[bytes, Identity] = OrderedDict()
        self._running: dict[str, _Lease] = {}
        self._endings: dict[str, Agent] = {}
        """Agents that ended while an exchange of theirs was open here."""
        self._heard = heard
        self._swept = clock.elapsed()
        self._epoch = _UNKNOWN
        self._lock = threading.RLock()

    def start(
        self,
        subject: str,
        *,
        groups: Sequence[str] = (),
        name: str = "",
        ttl: float | None = None,
        models: Sequence[str] = (),
        parent: str = "",
        client_id: str = "local",
        issuer: str = "",
        scope: str = "",
        source: str = "local",
        session: str = "",
        actor: str = "",
        is_renewable: bool = False,
        confirmation: Mapping[str, str] = {},
    ) -> tuple[Agent, str]:
        """Start an agent; returns it and its credential, which is shown this once.

        `ttl`: seconds, whole ones; the configured default when None. `parent`: the agent that
        starts this one; the child is of the same subject, and never lasts longer nor may do more.
        `issuer`: who vouched for the subject; this server when empty. `actor`: who acts for the
        subject, where that is neither the subject nor an agent. `is_renewable`: whether
        `refresh_token` may be asked for. `confirmation`: the key that was proven and that the
        credential is bound to, as `cnf`; empty for a bearer one.

        Raises Refused: INVALID_REQUEST for a wrong use, AGENT_LIMIT, REVOKED when the subject is
        or the parent has ended. Raises Unavailable("store").
        """
        now = self._clock.now()
        check_words(subject, groups, name, models, scope.split())
        binding, thumbprint = self._bound(confirmation)
        # A token counts whole seconds. The lease does too, so that both end in the same instant.
        starts = now // _SECOND * _SECOND
        expires_at = starts + min(self._terms.lifetime(ttl), self._terms.max_lifetime)
        ends_at = starts + self._terms.max_lifetime
        ancestors: list[str] = []
        depth = 1
        if parent:
            elder = self._parent(parent, subject, now)
            if binding == BEARER != elder.binding:
                raise Refused(Code.INVALID_REQUEST, "a bound agent's child is bound too")
            groups = narrowed_groups(groups, elder.groups)
            models = narrowed_models(models, elder.models)
            scope = narrowed_scope(scope, elder.scope)
            expires_at = min(expires_at, elder.expires_at)
            ends_at = min(ends_at, elder.ends_at or elder.expires_at)
            issuer, source, session = elder.issuer, elder.source, elder.session
            actor = elder.actor
            ancestors = self._ancestors(elder)
            depth = elder.depth + 1
            if depth > self._terms.max_depth:
                raise Refused(
                    Code.AGENT_LIMIT,
                    f"agents start agents down to generation {self._terms.max_depth} only",
                    retry_after=RETRY_AFTER_MAX,
                )
        agent = Agent(
            id=self._ids.new("agt"),
            name=name,
            subject=subject,
            issuer=issuer or self._authority.issuer,
            groups=tuple(groups),
            client_id=client_id,
            parent=parent,
            started_at=now,
            last_seen=now,
            expires_at=expires_at,
            idle_timeout=self._terms.idle_timeout,
            models=tuple(models),
            source=source,
            session=session,
            actor=actor,
            scope=scope,
            depth=depth,
            ends_at=ends_at if is_renewable else 0,
            binding=binding,
            confirmation=thumbprint,
        )
        # First the credential, then the lease: a lease without a credential would be a slot lost,
        # a credential without a lease opens nothing.
        credential = self._issue(agent, now, ancestors)
        self._leases.start(agent, self._terms.limits, now)
        return agent, credential

    def refresh_token(self, agent: Agent) -> str:
        """A token that renews the agent's lease once; shown this once. Raises Unavailable."""
        token, digest = new_refresh_token()
        self._leases.keep_refresh(digest, agent.id)
        return token

    def renew(self, refresh_token: str, proven: Mapping[str, str] = {}) -> tuple[Agent, str, str]:
        """Another credential of the same agent, for a refresh token that was not used before.

        `proven`: the keys (as `cnf`) that the request proves; that of a bound agent among them.
        Returns the agent, its credential and the next refresh token. Raises Unavailable("store")
        and Refused: INVALID_TOKEN, or REVOKED when it has ended, as by a token's second use.
        """
        now = self._clock.now()
        old = token_digest(refresh_token)
        holder = self._leases.get(self._leases.holder(old) or "")
        if holder is not None and not holds_key(holder.binding, holder.confirmation, proven):
            # Before it counts as used: whoever stole the token has not the key.
            error = Refused(Code.INVALID_TOKEN, "the refresh token's agent is bound to another key")
            error.identity = Identity.of(holder)
            raise error
        token, digest = new_refresh_token()
        starts = now // _SECOND * _SECOND
        try:
            agent = self._leases.renew(old, digest, self._terms.ttl - (now - starts), now)
        except Refused as error:
            error.identity = None if holder is None else Identity.of(holder)
            raise
        parent = self._leases.get(agent.parent) if agent.parent else None
        if parent is not None:
            # The parent's end is the child's anyhow; its credential need not say otherwise.
            agent = msgspec.structs.replace(
                agent, expires_at=min(agent.expires_at, parent.ends_at or parent.expires_at)
            )
        ancestors = [] if parent is None else self._ancestors(parent)
        return agent, self._issue(agent, now, ancestors), token

    def _issue(self, agent: Agent, now: int, ancestors: Sequence[str]) -> str:
        return self._authority.issue(
            agent,
            credential_id=self._ids.new("crd"),
            now=now,
            ancestors=ancestors,
            confirmation=write_confirmation(agent.binding, agent.confirmation),
        )

    def take_seat(self, agent_id: str, model: str) -> None:
        """The agent is about to call a model. May wait for the disk, the first time.

        Raises Refused: AGENT_LIMIT when too many running agents call it, or REVOKED. Raises
        Unavailable("store").
        """
        for glob in self.seats_needed(agent_id, model):
            self._leases.seat(agent_id, glob, self._terms.per_model[glob], self._clock.now())
            if (lease := self._running.get(agent_id)) is not None:
                lease.seats.add(glob)

    def seats_needed(self, agent_id: str, model: str) -> list[str]:
        """The limited models that this is one of, and the agent has not called yet."""
        if not self._terms.per_model:
            return []
        lease = self._running.get(agent_id)
        taken = lease.seats if lease is not None else ()
        return [
            glob for glob in self._terms.per_model if glob not in taken and matches(model, (glob,))
        ]

    def end(self, agent_id: str, reason: str = "killed") -> bool:
        """End an agent and its children. False when it was not running."""
        return self._leases.end(agent_id, reason, self._clock.now())

    def identify(self, headers: Headers, presented: Presented | None = None) -> Identity:
        """Who calls, by the credential in one of the headers of `credential_of`.

        `presented`: what else a call on the data port shows; None on the control port.

        Raises Refused (MISSING_CREDENTIAL, INVALID_TOKEN, REVOKED), Unavailable("store"), or
        Unavailable("revocations") when it may not be known who has ended. Counts as traffic of
        the agent.
        """
        self._check_feed()
        token = credential_of(headers)
        now = self._clock.now()
        return self._caller(
            token, now, lambda who: self._binding.check(who, token, headers, presented, now)
        )

    def holder(self, token: str, proven: Mapping[str, str]) -> Identity:
        """Who a credential names at the token endpoint, where `proven` are the keys (as `cnf`)
        that the request itself proves. A bound credential needs its own among them.

        Raises and counts as `identify` does.
        """
        token = credential_of({"authorization": f"Bearer {token}"})
        return self._caller(token, self._clock.now(), lambda who: check_holder(who, proven))

    def _caller(self, token: str, now: int, check: Callable[[Identity], None]) -> Identity:
        digest = hashlib.sha256(token.encode()).digest()
        identity = self._known.get(digest)
        if identity is None or identity.expires_at <= now:
            identity = self._verify(digest, token, now)
        else:
            with contextlib.suppress(KeyError):  # forgotten by another thread just now
                self._known.move_to_end(digest)
        try:
            check(identity)
            lease = self._lease(identity.agent_id, now)
        except Refused as error:
            error.identity = identity
            raise
        lease.seen = now
        lease.is_unsaved = True
        return identity

    def running(self, subject: str) -> list[Agent]:
        """The agents of one subject that have not ended. Raises Unavailable("store")."""
        return [agent for agent in self._leases.active().values() if agent.subject == subject]

    def touch(self, agent_id: str) -> None:
        """The agent was heard of. Kept in memory; `sweep` saves it."""
        lease = self._running.get(agent_id)
        if lease is not None:
            lease.seen = self._clock.now()
            lease.is_unsaved = True

    def hold(self, agent_id: str) -> None:
        """An exchange of this agent begins; it is not idle until `release`."""
        if agent_id not in self._running:
            self._refresh()
        lease = self._running.get(agent_id)
        if lease is not None:
            lease.held += 1

    def release(self, agent_id: str) -> None:
        """An exchange of this agent is over."""
        lease = self._running.get(agent_id)
        if lease is not None and lease.held:
            lease.held -= 1
            self.touch(agent_id)
        elif lease is None:
            self._endings.pop(agent_id, None)

    def is_running(self, agent_id: str) -> bool:
        """Whether an exchange of this agent may go on. Raises Unavailable("store")."""
        self._refresh()
        return agent_id in self._running

    def epoch(self) -> int:
        """A number that changes when an agent starts or ends, in whichever process; `ended` need
        not be asked while it does not. Raises Unavailable("store").
        """
        return self._leases.changes()

    def ended(self, agent_ids: Collection[str]) -> dict[str, Refusal]:
        """Those of these agents that no longer run, each with a refusal that says why.

        Raises Unavailable("store").
        """
        self._refresh()
        return {
            agent_id: self._revoked(
                self._endings.get(agent_id) or self._leases.get(agent_id)
            ).refusal
            for agent_id in agent_ids
            if agent_id not in self._running
        }

    def sweep(self) -> int:
        """Save what was heard of whom, end what is due; returns how many agents run.

        To be called about once a second, in one or in every process.
        """
        now = self._clock.now()
        self._refresh()
        heard: dict[str, int] = {}
        for lease in list(self._running.values()):
            if lease.held:
                lease.seen = now
                lease.is_unsaved = True
            if lease.is_unsaved:
                # Cleared before the save: what comes in meanwhile is for the next one.
                lease.is_unsaved = False
                self._hear(lease.agent, lease.seen, heard)
        try:
            self._leases.touch(heard)
        except BaseException:
            for agent_id in heard:
                if agent_id in self._running:
                    self._running[agent_id].is_unsaved = True
            raise
        self._leases.sweep(now)
        self._refresh()
        self._swept = self._clock.elapsed()
        return len(self._running)

    def _check_feed(self) -> None:
        if self._heard is None:
            return
        heard = self._heard()
        now = self._clock.elapsed()
        # A beat that lies ahead is of another start of the machine.
        if heard > now or now - min(heard, self._swept) > STALE_SECONDS * _SECOND:
            raise Unavailable(
                "revocations", f"nobody has looked after the leases for {STALE_SECONDS} s"
            )

    def _hear(self, agent: Agent, seen: int, heard: dict[str, int]) -> None:
        """A child's traffic is its parents' too: one that waits for its children is not idle."""
        while seen > heard.get(agent.id, 0):
            heard[agent.id] = seen
            parent = self._running.get(agent.parent)
            if parent is None:
                return
            parent.seen = max(parent.seen, seen)
            agent = parent.agent

    def _verify(self, digest: bytes, token: str, now: int) -> Identity:
        with self._lock:
            self._known.pop(digest, None)
        identity = self._authority.verify(token, now)
        try:
            agent = self._lease(identity.agent_id, now).agent
        except Refused as error:
            error.identity = identity
            raise
        if (agent.subject, agent.binding, agent.confirmation) != (
            identity.subject,
            identity.binding,
            identity.confirmation,
        ):
            raise Refused(Code.INVALID_TOKEN, "the credential is not its agent's")
        identity = msgspec.structs.replace(
            identity, issuer=agent.issuer, parent=agent.parent, started_at=agent.started_at
        )
        with self._lock:
            self._known[digest] = identity
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)
        return identity

    def _lease(self, agent_id: str, now: int) -> _Lease:
        """The running agent, or Refused(REVOKED)."""
        self._refresh()
        lease = self._running.get(agent_id)
        if lease is None:
            raise self._revoked(self._leases.get(agent_id))
        agent = lease.agent
        if agent.expires_at <= now:
            raise has_ended("expired")
        # Other processes' traffic is only in the store. Close to the timeout it is asked, and
        # told at once of this call, so that a sweep elsewhere does not end the agent in between.
        if now - lease.seen >= max(agent.idle_timeout - 2 * _SECOND, agent.idle_timeout // 2):
            stored = self._leases.get(agent_id)
            if stored is None or stored.ended_at is not None:
                raise self._revoked(stored)
            if not lease.held and now - max(stored.last_seen, lease.seen) >= agent.idle_timeout:
                raise has_ended("idle")
            self._leases.touch({agent_id: now})
        return lease

    def _refresh(self) -> None:
        epoch = self._leases.changes()
        if epoch == self._epoch:
            return
        with self._lock:
            if self._epoch == _UNKNOWN:
                agents: Sequence[Agent] = list(self._leases.active().values())
            else:
                agents = self._leases.changed(self._epoch)
            for agent in agents:
                if agent.ended_at is not None:
                    lease = self._running.get(agent.id)
                    if lease is not None and lease.held:
                        self._endings[agent.id] = agent
                    self._running.pop(agent.id, None)
                elif agent.id in self._running:
                    self._running[agent.id].agent = agent
                else:
                    self._running[agent.id] = _Lease(agent)
            self._epoch = epoch

    @staticmethod
    def _revoked(agent: Agent | None) -> Refused:
        return has_ended("" if agent is None else agent.end_reason or "ended")

    def _bound(self, confirmation: Mapping[str, str]) -> tuple[str, str]:
        try:
            binding, thumbprint = read_confirmation(confirmation)
        except ValueError as error:
            raise Refused(Code.INVALID_REQUEST, str(error)) from None
        if self._terms.binding not in (BEARER, binding):
            raise Refused(
                Code.INVALID_REQUEST, f"a credential must be bound here ({self._terms.binding})"
            )
        return binding, thumbprint

    def _parent(self, agent_id: str, subject: str, now: int) -> Agent:
        parent = self._leases.get(agent_id)
        if parent is None or parent.ended_at is not None or parent.expires_at <= now:
            raise Refused(Code.REVOKED, "the agent that starts this one has ended")
        if parent.subject != subject:
            raise Refused(Code.INVALID_REQUEST, "a child is of the same subject as its parent")
        return parent

    def _ancestors(self, agent: Agent) -> list[str]:
        chain = [agent.id]
        parent = self._leases.get(agent.parent) if agent.parent else None
        return chain if parent is None else chain + self._ancestors(parent)
