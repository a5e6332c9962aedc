"""Approvals: the gate where a call waits for a person, and the desk where people decide.

The gate is in the workers. A call asks there with its digest; what was granted to that digest lets
it pass, once a use; what waits already is joined; otherwise people are asked. While it may wait
(`approvals.hold`) it costs a future and nothing else; then it is told to ask again.

The desk is in the control process, and in the command line. What is decided there is durable before
anybody hears of it, and written down under the name of who decided.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
import structlog

from extproc.config import Config, seconds
from extproc.core.approval import (
    ApprovalState,
    Conditions,
    Grant,
    Held,
    may_count,
    person_of,
)
from extproc.core.decision import BY_STRICTNESS, RETRY_AFTER_MAX, Code, Refused, Unavailable
from extproc.core.narrowing import can_narrow
from extproc.core.ports import Clock, Ids
from extproc.core.record import EventKind
from extproc.service.events import Events
from extproc.service.leases import iso
from extproc.service.people import Role

_log = structlog.get_logger("extproc.approvals")
_SECOND = 1_000_000
LOOK_SECONDS = 0.05
"""Between two looks at whether anything was decided."""
MOST_PENDING = 20
"""Of one agent. A program that asks for more is answered 429."""
MOST_USES = 1000
LONGEST_GRANT = 8 * 3600
"""Seconds."""
REASON_MAX = 1000
"""Characters."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration's, in microseconds."""

    hold: int = 0
    ttl: int = 600 * _SECOND
    grant_ttl: int = 300 * _SECOND
    retry_after: int = 15
    """Seconds."""
    break_glass: tuple[str, ...] = ()
    """Groups."""
    prefixes: tuple[str, ...] = ()
    """Of the names that receivers of webhooks vouch for."""

    @classmethod
    def of(cls, config: Config) -> Terms:
        chosen = config.approvals
        return cls(
            hold=round(seconds(chosen.hold) * _SECOND),
            ttl=round(seconds(chosen.ttl) * _SECOND),
            grant_ttl=round(seconds(chosen.grant_ttl) * _SECOND),
            retry_after=min(round(seconds(chosen.retry_after)), RETRY_AFTER_MAX),
            break_glass=chosen.break_glass,
            prefixes=tuple(
                each.callback.subject_prefix for each in chosen.webhooks if each.callback
            ),
        )


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    voter: str
    person: str = ""
    """Under which one person counts once; empty: the voter."""
    issuer: str
    groups: tuple[str, ...]
    verdict: str
    """approve or deny."""
    reason: str = ""
    at: int = 0


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One approval, as it stands."""

    id: str
    state: ApprovalState
    asked_at: int
    expires_at: int
    """Of the question; a grant has its own end."""
    held: Held
    votes: tuple[Vote, ...] = ()
    decided_at: int | None = None
    conditions: Conditions = Conditions()
    uses_left: int = 0
    granted_until: int = 0
    is_glass: bool = False
    """Let pass by one alone, in an emergency."""
    reviewed_by: str = ""
    """Who looked at that afterwards."""


class Voter(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who decides, as they are in this moment."""

    subject: str
    issuer: str
    groups: tuple[str, ...]
    role: Role
    source: str = ""
    """Their address."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decides."""

    approves: bool
    reason: str = ""
    conditions: Conditions = Conditions()
    uses: int = 1
    grant_seconds: int | None = None
    """How long the grant is good; None: `approvals.grant_ttl`."""
    breaks_glass: bool = False


class Approvals(Protocol):
    """The store. All raise Unavailable("store")."""

    def ask(self, held: Held, id: str, now: int, ttl: int, most_pending: int) -> Case | Grant:
        """A grant, of which one use is now taken; or the case of this digest: one that waits, was
        denied within `ttl`, or a new one.

        Raises Refused(RATE_LIMITED) when the agent has `most_pending` cases already.
        """
        ...

    def take(self, id: str, exchange_id: str, now: int) -> Grant | None:
        """One use of a grant; None when there is none left."""
        ...

    def get(self, id: str) -> Case | None: ...

    def list(self, state: ApprovalState | None, limit: int) -> Sequence[Case]:
        """The newest first; those that wait before all others when no state is named."""
        ...

    def vote(self, id: str, vote: Vote, choice: Choice, until: int, now: int) -> Case:
        """Add a vote and decide, if it decides. Raises Refused(INVALID_REQUEST) when the case
        does not wait any more, or this person has voted."""
        ...

    def review(self, id: str, by: str) -> bool:
        """Note that somebody looked at a broken glass. False when there is nothing to look at."""
        ...

    def expire(self, now: int) -> Sequence[Case]:
        """End the questions that nobody answered in time."""
        ...

    def announce(self) -> Sequence[Case]:
        """The questions that nobody was told of yet; each is returned once."""
        ...

    def states(self, ids: Sequence[str]) -> Mapping[str, ApprovalState]: ...
    def pending(self) -> int: ...

    def changes(self) -> int:
        """A number that grows when anything was asked or decided; microseconds."""
        ...


class Gate:
    """For one event loop."""

    def __init__(self, approvals: Approvals, terms: Terms, clock: Clock, ids: Ids) -> None:
        self._approvals = approvals
        self._terms = terms
        self._clock = clock
        self._ids = ids
        self._waiting: dict[str, set[asyncio.Future[ApprovalState]]] = {}
        self._epoch = -1

    @property
    def hold_seconds(self) -> int:
        """How long a call may have to wait here."""
        return -(-self._terms.hold // _SECOND)

    async def ask(self, held: Held) -> Grant:
        """Wait for a person, for as long as a call may.

        Raises Refused: APPROVAL_REQUIRED when nobody has answered yet, APPROVAL_DENIED,
        RATE_LIMITED. Raises Unavailable("store").
        """
        asked = await asyncio.to_thread(
            self._approvals.ask,
            held,
            self._ids.new("apr"),
            self._clock.now(),
            self._terms.ttl,
            MOST_PENDING,
        )
        if isinstance(asked, Grant):
            return asked
        case = asked
        state = case.state
        if state is ApprovalState.PENDING and self._terms.hold:
            state = await self._decided(case.id)
        if state is ApprovalState.APPROVED:
            grant = await asyncio.to_thread(
                self._approvals.take, case.id, held.exchange_id, self._clock.now()
            )
            if grant is not None:
                return grant
            state = ApprovalState.PENDING  # another call was faster; this one asks again
        raise self._refusal(case, state)

    async def watch(self) -> None:
        """Wake the calls whose cases were decided. Ends only when it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self.look()
            except Exception as error:
                # The next look tries again. Meanwhile nobody waits longer than `approvals.hold`.
                detail = str(error) if isinstance(error, Unavailable) else ""
                _log.error("decisions not seen", error=type(error).__name__, detail=detail)

    def look(self) -> None:
        epoch = self._approvals.changes()
        if epoch == self._epoch or not self._waiting:
            return
        for id, state in self._approvals.states(list(self._waiting)).items():
            if state is not ApprovalState.PENDING:
                for future in self._waiting.get(id, ()):
                    if not future.done():
                        future.set_result(state)
        # Only now: what could not be read is read at the next look.
        self._epoch = epoch

    async def _decided(self, id: str) -> ApprovalState:
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(id, set()).add(future)
        # It may have been decided before anybody waited for it.
        self._epoch = -1
        try:
            async with asyncio.timeout(self._terms.hold / _SECOND):
                return ApprovalState(await future)
        except TimeoutError:
            return ApprovalState.PENDING
        finally:
            waiting = self._waiting[id]
            waiting.discard(future)
            if not waiting:
                del self._waiting[id]

    def _refusal(self, case: Case, state: ApprovalState) -> Refused:
        if state is ApprovalState.PENDING:
            why = case.held.rule.reason or "this call waits for a person's approval"
            return Refused(
                Code.APPROVAL_REQUIRED,
                f"{why} (approval {case.id})",
                retry_after=self._terms.retry_after,
                approval_id=case.id,
            )
        said = "nobody approved it in time"
        if state is ApprovalState.DENIED:
            said = "a person said no"
        return Refused(Code.APPROVAL_DENIED, f"{said} (approval {case.id})", approval_id=case.id)


class Desk:
    """Where people decide. May wait for the disk."""

    def __init__(
        self,
        approvals: Approvals,
        terms: Terms,
        clock: Clock,
        events: Events,
        told: Callable[[Case], None] = lambda _: None,
    ) -> None:
        """`told` hears of each case when it is asked and when it was decided, to count and to
        announce it."""
        self._approvals = approvals
        self._terms = terms
        self._clock = clock
        self._events = events
        self._told = told

    async def list(self, state: ApprovalState | None = None, limit: int = 200) -> Sequence[Case]:
        return await asyncio.to_thread(self._approvals.list, state, limit)

    async def get(self, id: str) -> Case | None:
        return await asyncio.to_thread(self._approvals.get, id)

    async def decide(self, id: str, voter: Voter, choice: Choice) -> Case | None:
        """Take one person's decision; returns the case as it stands then, None when there is none.

        Raises Refused: POLICY_DENIED for who may not decide it, INVALID_REQUEST for a case that is
        decided, a second vote, a missing reason or conditions that cannot be met. Each try is
        written down.
        """
        case = await self.get(id)
        if case is None:
            return None
        try:
            self._check(case, voter, choice)
            case = await asyncio.to_thread(self._vote, case, voter, choice)
        except Refused as error:
            await self._note(
                EventKind.APPROVAL_REFUSED, case, voter, choice.reason, error.refusal.code
            )
            raise
        kind = EventKind.APPROVAL_VOTED
        if case.state is ApprovalState.DENIED:
            kind = EventKind.APPROVAL_DENIED
        elif case.state is ApprovalState.APPROVED:
            kind = EventKind.GLASS_BROKEN if case.is_glass else EventKind.APPROVAL_GRANTED
        await self._note(kind, case, voter, choice.reason)
        if case.state is not ApprovalState.PENDING:
            self._told(case)
        return case

    async def review(self, id: str, voter: Voter) -> bool:
        """Look at a broken glass: anybody who may approve, but not who broke it."""
        case = await self.get(id)
        if case is None or not case.is_glass or case.reviewed_by:
            return False
        voted = {self._person(vote.voter) for vote in case.votes}
        if voter.role < Role.APPROVER or self._person(voter.subject) in voted:
            raise Refused(Code.POLICY_DENIED, "somebody else has to review it")
        if not await asyncio.to_thread(self._approvals.review, id, voter.subject):
            return False
        await self._note(EventKind.GLASS_REVIEWED, case, voter, "")
        return True

    async def sweep(self) -> None:
        """Tell of what was asked, end what nobody answered in time; to be called about once a
        second."""
        for case in await asyncio.to_thread(self._approvals.announce):
            await self._events.note(
                EventKind.APPROVAL_ASKED,
                actor=case.held.subject,
                subject=case.held.subject,
                issuer=case.held.issuer,
                agent_id=case.held.agent_id,
                reason=case.held.rule.reason,
                object_id=case.id,
            )
            self._told(case)
        expired = await asyncio.to_thread(self._approvals.expire, self._clock.now())
        for case in expired:
            await self._events.note(
                EventKind.APPROVAL_DENIED,
                subject=case.held.subject,
                issuer=case.held.issuer,
                agent_id=case.held.agent_id,
                reason="nobody answered in time",
                object_id=case.id,
            )
            self._told(case)

    def _vote(self, case: Case, voter: Voter, choice: Choice) -> Case:
        now = self._clock.now()
        lasts = self._terms.grant_ttl
        if choice.grant_seconds is not None:
            lasts = choice.grant_seconds * _SECOND
        vote = Vote(
            voter=voter.subject,
            person=self._person(voter.subject),
            issuer=voter.issuer,
            groups=voter.groups,
            verdict="approve" if choice.approves else "deny",
            reason=choice.reason,
            at=now,
        )
        return self._approvals.vote(case.id, vote, choice, now + lasts, now)

    def _check(self, case: Case, voter: Voter, choice: Choice) -> None:
        held, rule = case.held, case.held.rule
        if voter.role < Role.APPROVER:
            raise Refused(Code.POLICY_DENIED, "your groups have no role that may approve")
        # One of them may be named by the receiver of a webhook.
        if self._person(voter.subject) in {self._person(held.subject), self._person(held.actor)}:
            raise Refused(Code.POLICY_DENIED, "nobody approves a call of their own")
        if choice.breaks_glass:
            if set(self._terms.break_glass).isdisjoint(voter.groups):
                raise Refused(Code.POLICY_DENIED, "you are in no group that may break the glass")
            if not choice.approves:
                raise Refused(Code.INVALID_REQUEST, "a broken glass lets pass")
        elif not may_count(rule, voter.groups):
            raise Refused(Code.POLICY_DENIED, "you are in no group that this approval asks for")
        is_needed = not choice.approves or choice.breaks_glass or rule.reason_required
        if is_needed and not choice.reason.strip():
            raise Refused(Code.INVALID_REQUEST, "a reason is needed")
        if len(choice.reason) > REASON_MAX:
            raise Refused(Code.INVALID_REQUEST, f"a reason has at most {REASON_MAX} characters")
        if not 1 <= choice.uses <= MOST_USES:
            raise Refused(Code.INVALID_REQUEST, f"a grant is for 1 to {MOST_USES} uses")
        if choice.grant_seconds is not None and not 1 <= choice.grant_seconds <= LONGEST_GRANT:
            raise Refused(Code.INVALID_REQUEST, f"a grant lasts 1 to {LONGEST_GRANT} seconds")
        conditions = choice.conditions
        if conditions.max_tokens is not None and conditions.max_tokens < 1:
            raise Refused(Code.INVALID_REQUEST, "max_tokens is at least 1")
        if conditions.profile is not None:
            allowed = BY_STRICTNESS[BY_STRICTNESS.index(held.profile) :]
            if conditions.profile not in allowed:
                raise Refused(
                    Code.INVALID_REQUEST, f"the mask profile is one of {', '.join(allowed)}"
                )
        if (conditions.model or conditions.max_tokens) and not can_narrow(held.api, held.operation):
            raise Refused(
                Code.INVALID_REQUEST, "of this operation neither model nor length can be changed"
            )

    def _person(self, name: str) -> str:
        return person_of(name, self._terms.prefixes)

    async def _note(
        self, kind: EventKind, case: Case, voter: Voter, reason: str, code: str = ""
    ) -> None:
        await self._events.note(
            kind,
            actor=voter.subject,
            subject=case.held.subject,
            issuer=case.held.issuer,
            agent_id=case.held.agent_id,
            source=voter.source,
            code=code,
            reason=reason,
            object_id=case.id,
        )


def document(case: Case) -> dict[str, Any]:
    """An approval as people and programs read it; times in ISO 8601 (UTC)."""
    held = case.held
    return {
        "id": case.id,
        "state": str(case.state),
        "asked_at": iso(case.asked_at),
        "expires_at": iso(case.expires_at),
        "decided_at": None if case.decided_at is None else iso(case.decided_at),
        "subject": held.subject,
        "issuer": held.issuer,
        "agent_id": held.agent_id,
        "agent_name": held.agent_name,
        "exchange_id": held.exchange_id,
        "api": held.api,
        "operation": held.operation,
        "model": held.model,
        "reason": held.rule.reason,
        "rule": msgspec.to_builtins(held.rule),
        "revision": held.revision,
        "findings": dict(held.findings),
        "body": held.body.decode("utf-8", "replace"),
        "votes": [
            {
                "voter": vote.voter,
                "verdict": vote.verdict,
                "reason": vote.reason,
                "at": iso(vote.at),
            }
            for vote in case.votes
        ],
        "conditions": msgspec.to_builtins(case.conditions),
        "uses_left": case.uses_left,
        "granted_until": iso(case.granted_until) if case.granted_until else None,
        "is_glass": case.is_glass,
        "reviewed_by": case.reviewed_by,
    }
