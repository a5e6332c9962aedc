"""Approvals: one held call, who may let it pass, and what exactly they let pass.

An approval is for one request and nothing else: its digest covers the body, who asks, and the
policy that asked for a person. Who approves is counted in distinct people, each for one
requirement only.
"""

from __future__ import annotations

import enum
import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from extproc.core.decision import Approval


class ApprovalState(enum.StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    """Somebody let it pass; the grant may be used up or over."""
    DENIED = "denied"
    EXPIRED = "expired"
    """Nobody answered in time, which is a no."""


class Conditions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With what changes a call may pass; nothing wider than what was asked."""

    model: str | None = None
    """Another model."""
    max_tokens: int | None = None
    """At most so many."""
    profile: str | None = None
    """Masked by this profile."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A call that needs a person. Texts are masked already."""

    digest: bytes
    exchange_id: str
    subject: str
    issuer: str
    agent_id: str
    agent_name: str
    actor: str = ""
    api: str
    operation: str
    model: str
    rule: Approval
    """What the policy asks for."""
    revision: str
    """Of that policy."""
    body: bytes
    """As it would go to the model: masked, and `shown`."""
    findings: Mapping[str, int] = {}
    profile: str = "default"
    """That it is masked by."""


class Grant(msgspec.Struct, frozen=True):
    """That a held call may pass, this once."""

    approval_id: str
    conditions: Conditions = Conditions()


BODY_MAX = 64 << 10
"""Bytes of a masked body that an approver is shown."""


def shown(body: bytes) -> bytes:
    """What an approver sees of a body. A longer one says in the text itself that it is cut: nobody
    is to let pass what they could not see without knowing of it."""
    rest = len(body) - BODY_MAX
    return body if rest <= 0 else body[:BODY_MAX] + b"\n[cut: %d more bytes are not shown]" % rest


def digest_of(document: Any, body: bytes, *parts: str) -> bytes:
    """What makes a request this request: SHA-256 over its canonical JSON, or over its bytes where
    it is none, and over everything else that `parts` name.

    The order of members and white space do not count; everything else does.
    """
    canonical = body if document is None else msgspec.json.encode(document, order="deterministic")
    digest = hashlib.sha256()
    for part in (*(each.encode("utf-8", "surrogatepass") for each in parts), canonical):
        # With its length, so that no two lists of parts read the same.
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


class Requirement(msgspec.Struct, frozen=True):
    """So many distinct people of any of these groups; of none: whoever may approve at all."""

    groups: tuple[str, ...]
    count: int


def requirements(rule: Approval) -> list[Requirement]:
    """All of them must be met."""
    first = Requirement(rule.groups, rule.count)
    more = [Requirement(each.groups, each.count) for each in rule.all_of]
    # `all_of` alone is a rule of its own: then nothing is asked for beside it.
    return more if more and not rule.groups else [first, *more]


def counts_for(requirement: Requirement, groups: Sequence[str]) -> bool:
    return not requirement.groups or not set(requirement.groups).isdisjoint(groups)


def is_met(rule: Approval, voters: Sequence[Sequence[str]]) -> bool:
    """Whether these people, each given by their groups, are enough.

    One person fills one place only, however many groups they are in: a matching of people to
    places, by augmenting paths.
    """
    places = [each for each in requirements(rule) for _ in range(each.count)]
    taken: dict[int, int] = {}

    def seat(place: int, tried: set[int]) -> bool:
        for person, groups in enumerate(voters):
            if person in tried or not counts_for(places[place], groups):
                continue
            tried.add(person)
            if person not in taken or seat(taken[person], tried):
                taken[person] = place
                return True
        return False

    return all(seat(place, set()) for place in range(len(places)))


def person_of(name: str, prefixes: Sequence[str] = ()) -> str:
    """Whoever a name means, however it is written and whichever of our prefixes stands before it:
    what tells two people apart where nobody may decide twice, or for themselves.

    Two people who differ in case alone are taken for one, so each of them may do less, never more.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    before = tuple(prefix.casefold() for prefix in prefixes if prefix)
    while folded.startswith(before):
        found = next(prefix for prefix in before if folded.startswith(prefix))
        folded = folded.removeprefix(found).lstrip()
    return folded


def may_count(rule: Approval, groups: Sequence[str]) -> bool:
    """Whether somebody of these groups fills any place at all."""
    return any(counts_for(each, groups) for each in requirements(rule))
