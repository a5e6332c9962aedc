"""Fakes of our own for the ports: small, with real behaviour."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from extproc.core.decision import (
    Code,
    Decision,
    Phase,
    PolicyResult,
    Refusal,
    Refused,
    Unavailable,
)
from extproc.core.events import Event
from extproc.core.identity import Subject
from extproc.core.policy_input import PolicyInput
from extproc.core.record import Record
from extproc.core.replies import Reply
from extproc.service.subjects import Logout, TokenType


class CountingIds:
    def __init__(self) -> None:
        self._next = 0

    def new(self, prefix: str) -> str:
        self._next += 1
        return f"{prefix}_{self._next}"


class MemoryRecorder:
    """Keeps records; `fails` makes it a disk that is full."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.fails = False

    async def write(self, *records: Record) -> None:
        for record in records:
            self.enqueue(record)

    def enqueue(self, record: Record) -> None:
        if self.fails:
            raise Unavailable("store", "the disk is full")
        self.records.append(record)


class ScriptedJudge:
    """Answers every phase as it is told; by default with yes."""

    def __init__(self) -> None:
        self.answers: dict[Phase, PolicyResult | Exception] = {}
        self.documents: list[tuple[Phase, PolicyInput]] = []

    async def decide(self, phase: Phase, document: PolicyInput) -> Decision:
        self.documents.append((phase, document))
        answer = self.answers.get(phase, PolicyResult(allowed=True))
        if isinstance(answer, Exception):
            raise answer
        return Decision(f"dec_{phase}", phase, answer, "r1")


class CountingMeter:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.failures: list[str] = []

    def recorded(self, record: Record) -> None:
        self.records.append(record)

    def failed(self, component: str) -> None:
        self.failures.append(component)

    def stage(self, stage: str, microseconds: int) -> None:
        pass

    def held(self, size: int) -> None:
        pass


class ScriptedEvents:
    """One ext_proc stream: events to give, replies that came."""

    def __init__(self, *events: Event, on_send: Callable[[Reply], None] | None = None) -> None:
        self._events = list(events)
        self._on_send = on_send
        self.replies: list[Reply] = []

    async def receive(self) -> Event | None:
        return self._events.pop(0) if self._events else None

    async def send(self, reply: Reply) -> None:
        if self._on_send:
            self._on_send(reply)
        self.replies.append(reply)


class CountingActivity:
    def __init__(self) -> None:
        self.held: list[str] = []
        self.released: list[str] = []
        self.gone: dict[str, Refusal] = {}
        self.full: set[str] = set()
        """Models that no further agent may call."""

    def hold(self, agent_id: str) -> None:
        self.held.append(agent_id)

    def release(self, agent_id: str) -> None:
        self.released.append(agent_id)

    def seats_needed(self, agent_id: str, model: str) -> list[str]:
        return [model] if model in self.full else []

    def take_seat(self, agent_id: str, model: str) -> None:
        raise Refused(Code.AGENT_LIMIT, "too many agents call it", retry_after=9)

    def ended(self, agent_ids: Collection[str]) -> dict[str, Refusal]:
        return {each: self.gone[each] for each in agent_ids if each in self.gone}


class TrustedSubjects:
    """Takes the word of a table: tokens and whom they prove."""

    def __init__(self) -> None:
        self.known: dict[str, Subject] = {}
        self.logouts: dict[str, Logout] = {}

    async def verify(self, token: str, kind: TokenType, now: int) -> Subject:
        if token not in self.known:
            raise Refused(Code.INVALID_TOKEN, "the identity is not known")
        return self.known[token]

    async def verify_client(self, assertion: str, audiences: tuple[str, ...], now: int) -> Subject:
        return await self.verify(assertion, TokenType.JWT, now)

    async def verify_logout(self, token: str, now: int) -> Logout:
        if token not in self.logouts:
            raise Refused(Code.INVALID_TOKEN, "the logout token is not known")
        return self.logouts[token]


class MemorySessions:
    """Sessions of people; `fails` makes it a store that cannot answer."""

    def __init__(self) -> None:
        self.kept: dict[bytes, tuple[bytes, int]] = {}
        self.fails = False

    def put(self, digest: bytes, subject: bytes, until: int) -> None:
        self._check()
        self.kept[digest] = (subject, until)

    def get(self, digest: bytes) -> tuple[bytes, int] | None:
        self._check()
        return self.kept.get(digest)

    def drop(self, digest: bytes) -> None:
        self._check()
        self.kept.pop(digest, None)

    def drop_subject(self, issuer: str, subject: str, session: str) -> int:
        self._check()
        over = []
        for digest, (kept, _) in self.kept.items():
            person = msgspec.json.decode(kept, type=Subject)
            if person.issuer == issuer and (subject or session):
                is_named = subject in ("", person.subject) and session in ("", person.session)
                over += [digest] if is_named else []
        for digest in over:
            del self.kept[digest]
        return len(over)

    def _check(self) -> None:
        if self.fails:
            raise Unavailable("store", "the disk is full")
