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
import fnmatch
import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence

import msgspec

from extproc.core.decision import Code, Refusal, Refused, Unavailable
from extproc.core.identity import Agent, Identity
from extproc.core.ports import Clock, Headers, Ids
from extproc.service.leases import Authority, Leases, Terms

_SECOND = 1_000_000
STALE_SECONDS = 10
"""A process that serves refuses new calls when nobody has looked after the leases for this long:
neither the sweep of the control process, which alone is sure to end what is due, nor its own."""
_UNKNOWN = -1
"""No epoch of the store: everything is still to be read."""


class _Lease:
    """What this process knows of a running agent."""

    __slots__ = ("agent", "held", "is_unsaved", "seen")

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.seen = agent.last_seen
        self.is_unsaved = False
        self.held = 0


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
        heard: Callable[[], int] | None = None,
    ) -> None:
        """`remembered`: how many verified credentials are kept; the least used go first.

        `heard`: when the process that keeps the leases last said that it does, on
        `Clock.elapsed` of this machine; None where no process is needed to.
        """
        self._leases = leases
        self._authority = authority
        self._clock = clock
        self._ids = ids
        self._terms = terms or Terms()
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
    ) -> tuple[Agent, str]:
        """Start an agent; returns it and its credential, which is shown this once.

        `ttl`: seconds, whole ones; the configured default when None. `parent`: the agent that
        starts this one; the child is of the same subject, and never lasts longer nor may do more.
        `issuer`: who vouched for the subject; this server when empty.

        Raises Refused: INVALID_REQUEST for a wrong use, AGENT_LIMIT, REVOKED when the parent has
        ended. Raises Unavailable("store").
        """
        now = self._clock.now()
        self._check_words(subject, groups, name, models)
        # A token counts whole seconds. The lease does too, so that both end in the same instant.
        starts = now // _SECOND * _SECOND
        expires_at = starts + min(self._lifetime(ttl), self._terms.max_lifetime)
        ancestors: list[str] = []
        if parent:
            elder = self._parent(parent, subject, now)
            groups = self._narrowed("group", groups, elder.groups, is_optional=False)
            models = self._narrowed("model", models, elder.models, is_optional=True)
            expires_at = min(expires_at, elder.expires_at)
            ancestors = self._ancestors(elder)
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
        )
        # First the credential, then the lease: a lease without a credential would be a slot lost,
        # a credential without a lease opens nothing.
        credential = self._authority.issue(
            agent,
            credential_id=self._ids.new("crd"),
            now=now,
            scope=scope,
            ancestors=ancestors,
        )
        self._leases.start(agent, self._terms.per_subject, self._terms.total, now)
        return agent, credential

    def end(self, agent_id: str, reason: str = "killed") -> bool:
        """End an agent and its children. False when it was not running."""
        return self._leases.end(agent_id, reason, self._clock.now())

    def identify(self, headers: Headers) -> Identity:
        """Who calls, by the credential in one of the headers of `credential_of`.

        Raises Refused (MISSING_CREDENTIAL, INVALID_TOKEN, REVOKED), Unavailable("store"), or
        Unavailable("revocations") when it may not be known who has ended. Counts as traffic of
        the agent.
        """
        self._check_feed()
        token = credential_of(headers)
        now = self._clock.now()
        digest = hashlib.sha256(token.encode()).digest()
        identity = self._known.get(digest)
        if identity is None or identity.expires_at <= now:
            identity = self._verify(digest, token, now)
        else:
            with contextlib.suppress(KeyError):  # forgotten by another thread just now
                self._known.move_to_end(digest)
        try:
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
        if agent.subject != identity.subject:
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
            raise _ended("its lease expired")
        # Other processes' traffic is only in the store. Close to the timeout it is asked, and
        # told at once of this call, so that a sweep elsewhere does not end the agent in between.
        if now - lease.seen >= max(agent.idle_timeout - 2 * _SECOND, agent.idle_timeout // 2):
            stored = self._leases.get(agent_id)
            if stored is None or stored.ended_at is not None:
                raise self._revoked(stored)
            if not lease.held and now - max(stored.last_seen, lease.seen) >= agent.idle_timeout:
                raise _ended("it was idle for too long")
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
        if agent is None:
            return _ended("it is not known to this server")
        return _ended(_REASONS.get(agent.end_reason, "it was ended"))

    def _lifetime(self, ttl: float | None) -> int:
        if ttl is None:
            return self._terms.ttl
        lifetime = -int(-ttl // 1) * _SECOND
        if lifetime <= 0:
            raise Refused(Code.INVALID_REQUEST, "ttl must be more than zero")
        if lifetime > self._terms.max_ttl:
            longest = self._terms.max_ttl // _SECOND
            raise Refused(Code.INVALID_REQUEST, f"ttl is longer than max_ttl, which is {longest}s")
        return lifetime

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

    @staticmethod
    def _narrowed(
        kind: str, asked: Sequence[str], held: Sequence[str], *, is_optional: bool
    ) -> Sequence[str]:
        """What a child gets: all of its parent's when it asks for nothing, never more.

        `is_optional`: an empty list means no limit (models), not nothing at all (groups).
        """
        if not asked or (is_optional and not held):
            return asked or held
        for one in asked:
            # A glob is covered by the same glob only: whether one glob contains another is not
            # decided here, and a wrong yes would widen.
            is_literal = is_optional and not set(one) & set("*?[")
            if one not in held and not (
                is_literal and any(fnmatch.fnmatchcase(one, glob) for glob in held)
            ):
                raise Refused(Code.INVALID_REQUEST, f"{kind} {one!r} is more than the parent has")
        return asked

    @staticmethod
    def _check_words(subject: str, groups: Sequence[str], name: str, models: Sequence[str]) -> None:
        if not subject:
            raise Refused(Code.INVALID_REQUEST, "a subject is needed")
        for kind, words in (
            ("subject", [subject]),
            ("agent name", [name] if name else []),
            ("group", groups),
            ("model", models),
        ):
            for word in words:
                if not word or len(word) > 256 or not word.isprintable():
                    raise Refused(
                        Code.INVALID_REQUEST,
                        f"a {kind} is 1 to 256 printable characters",
                    )


_REASONS = {
    "killed": "it was ended (killed)",
    "released": "it was released by its owner",
    "expired": "its lease expired",
    "idle": "it was idle for too long",
}


def _ended(why: str) -> Refused:
    return Refused(Code.REVOKED, f"the credential's agent no longer runs: {why}")


_KEY_HEADERS = ("x-api-key", "x-goog-api-key")
"""Where the stock clients of Anthropic and of Google put their key."""


def credential_of(headers: Headers) -> str:
    """The credential that a call carries: `authorization: Bearer …`, or the key header of a
    stock client. `headers`: lower-case names.

    Raises Refused: MISSING_CREDENTIAL, or INVALID_TOKEN when two places disagree.
    """
    authorization = headers.get("authorization", "").strip()
    found = [key for name in _KEY_HEADERS if (key := headers.get(name, "").strip())]
    if not authorization and not found:
        raise Refused(
            Code.MISSING_CREDENTIAL,
            "a credential is needed: Authorization: Bearer … or x-api-key: …",
        )
    if not all(value.isascii() for value in (authorization, *found)):
        raise Refused(Code.INVALID_TOKEN, "the credential is not ASCII")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refused(Code.INVALID_TOKEN, "the authorization header is not Bearer …")
        found.append(token.strip())
    token = found[-1]
    if not all(hmac.compare_digest(token.encode(), other.encode()) for other in found):
        raise Refused(Code.INVALID_TOKEN, "the headers for a credential hold different ones")
    return token
