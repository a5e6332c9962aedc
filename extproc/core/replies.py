"""What we answer, and the questions that the core asks the world in between."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from extproc.core.approval import Held
from extproc.core.decision import Phase
from extproc.core.identity import Identity
from extproc.core.policy_input import PolicyInput
from extproc.core.record import Record


class Direction(enum.StrEnum):
    REQUEST = "request"
    RESPONSE = "response"


class HeadersReply(msgspec.Struct, frozen=True):
    """Let the headers go on, changed."""

    direction: Direction
    set: Mapping[str, str] = {}
    remove: tuple[str, ...] = ()


class BodyReply(msgspec.Struct, frozen=True):
    """A piece of what goes on instead of the body; full duplex, so N pieces may answer M."""

    direction: Direction
    body: bytes
    end_of_stream: bool


class TrailersReply(msgspec.Struct, frozen=True):
    direction: Direction
    set: Mapping[str, str] = {}


class ImmediateReply(msgspec.Struct, frozen=True):
    """Our own answer instead of the upstream's. Envoy ends the stream after it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    details: str
    """Goes into Envoy's access log as response code details."""


class Patience(msgspec.Struct, frozen=True):
    """The answer to what Envoy asked last takes up to so many seconds more. Once a stage."""

    seconds: int


Reply = HeadersReply | BodyReply | TrailersReply | ImmediateReply | Patience


class Evaluate(msgspec.Struct, frozen=True):
    """Question: what does the policy say? The answer is a Decision."""

    phase: Phase
    document: PolicyInput


class Persist(msgspec.Struct, frozen=True):
    """Question: write these down. The answer (None) comes when they are durable."""

    records: tuple[Record, ...]


class Spend(msgspec.Struct, frozen=True):
    """Question: may the caller spend one more request, and these tokens? The answer (None) comes
    when they are counted; a budget that is spent is an error."""

    identity: Identity
    tokens: int
    """Of the prompt, estimated."""


class AskPerson(msgspec.Struct, frozen=True):
    """Question: may this call pass? The answer is a Grant; a no is an error."""

    held: Held


Question = Evaluate | Persist | Spend | AskPerson
Step = Reply | Question


class Admission(msgspec.Struct, frozen=True):
    """ext_authz's yes: what to take off the request, and what ext_proc is told about the call."""

    remove: tuple[str, ...]
    call: bytes
    set: Mapping[str, str] = {}
    """What the policy adds for the upstream."""


class Rejection(msgspec.Struct, frozen=True):
    """ext_authz's no."""

    status: int
    headers: Mapping[str, str]
    body: bytes
