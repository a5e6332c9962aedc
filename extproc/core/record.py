"""What is recorded of an exchange: append-only facts, written once each, never changed.

An exchange is one `ExchangeRecord` (what was asked, by whom, what was decided) and one
`AnswerRecord` (what went back). Bodies are masked before they get here. Times are
microseconds: `at` since 1970 UTC, durations monotonic.
"""

from __future__ import annotations

import enum

import msgspec

from extproc.core.decision import Phase


class Outcome(enum.StrEnum):
    """How an exchange ended; also the `outcome` label of extproc_exchanges_total."""

    COMPLETED = "completed"
    """The whole answer went to the client."""
    REFUSED = "refused"
    """We answered instead of the upstream, or ended its answer early."""
    CUT = "cut"
    """The client hung up, or the upstream broke off in the middle: Envoy does not say which."""
    UPSTREAM_ERROR = "upstream_error"
    """Envoy could not get an answer at all (no connection, no healthy host)."""


class DecisionRecord(msgspec.Struct, frozen=True, array_like=True):
    decision_id: str
    exchange_id: str
    phase: Phase
    at: int
    allowed: bool
    code: str = ""
    """A core.decision.Code when it did not allow."""
    reason: str = ""
    revision: str = ""
    """Of the policy that decided."""
    duration: int = 0


class ExchangeRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What was asked. Durable before the upstream is contacted."""

    exchange_id: str
    at: int
    subject: str = ""
    """Empty when the caller is not known."""
    issuer: str = ""
    agent_id: str = ""
    """Also the session: all exchanges of one agent."""
    agent_name: str = ""
    client_id: str = ""
    source: str = ""
    """The client's address, without the port."""
    method: str = ""
    path: str = ""
    api: str = ""
    operation: str = ""
    model: str = ""
    stream: bool = False
    upstream: str = ""
    allowed: bool = True
    code: str = ""
    reason: str = ""
    findings: dict[str, int] = {}
    """Finding type to count."""
    size: int = 0
    """Bytes of the request's body as it came."""
    body: bytes = b""
    """As it was sent to the upstream: masked."""
    timings: dict[str, int] = {}
    """Stage to microseconds."""
    approval_id: str = ""
    """Of the approval that it passed by, or waits for."""


class AnswerRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What went back to the client."""

    exchange_id: str
    at: int
    status: int = 0
    outcome: Outcome
    code: str = ""
    reason: str = ""
    findings: dict[str, int] = {}
    body: bytes = b""
    """As the client got it: masked. What was restored for the client is a pseudonym here."""
    chunks: tuple[tuple[int, int], ...] = ()
    """(microseconds since the answer began, bytes) of each piece, so a stream can be replayed."""
    model: str = ""
    finish_reason: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    first_byte: int = 0
    """From the request's arrival to the answer's first byte."""
    duration: int = 0
    """From the request's arrival to the end."""
    timings: dict[str, int] = {}


Record = DecisionRecord | ExchangeRecord | AnswerRecord


class EventKind(enum.StrEnum):
    """What can happen to agents, subjects and people beside calls."""

    AGENT_STARTED = "agent started"
    AGENT_RENEWED = "agent renewed"
    AGENT_ENDED = "agent ended"
    AGENT_REFUSED = "agent refused"
    """No credential was given: the identity, the request or a limit was against it."""
    SUBJECT_REVOKED = "subject revoked"
    SUBJECT_RESTORED = "subject restored"
    APPROVAL_ASKED = "approval asked"
    APPROVAL_VOTED = "approval voted"
    """For it, and not enough yet."""
    APPROVAL_GRANTED = "approval granted"
    APPROVAL_DENIED = "approval denied"
    APPROVAL_REFUSED = "approval refused"
    """Somebody tried to decide who may not."""
    GLASS_BROKEN = "glass broken"
    """Somebody let a call pass alone, in an emergency."""
    GLASS_REVIEWED = "glass reviewed"
    LOGGED_OUT = "logged out"
    """An identity provider ended a session."""
    ACTION_REFUSED = "action refused"
    """Somebody's session was used to change something, and counts for nothing there."""
    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    SESSION_VIEWED = "session viewed"
    """Somebody at the console looked at it; so too for the others below."""
    EXCHANGE_VIEWED = "exchange viewed"
    RECORDS_SEARCHED = "records searched"
    APPROVALS_VIEWED = "approvals viewed"
    AUDIT_VIEWED = "audit viewed"


class EventRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an agent or a subject; written by whoever serves the control
    port or the command line, never by a worker.
    """

    event_id: str
    at: int
    kind: EventKind
    actor: str = ""
    """Who brought it about: a subject, or `local` for somebody at this machine."""
    subject: str = ""
    """About whom."""
    issuer: str = ""
    agent_id: str = ""
    client_id: str = ""
    source: str = ""
    """The address it came from."""
    code: str = ""
    """Why it was refused; empty when it was done."""
    reason: str = ""
    object_id: str = ""
    """What it was done to, beside an agent: an approval, a session, an exchange."""
