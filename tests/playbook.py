"""Runs a conversation against an Exchange: what Envoy says, what is asked, what is answered.

A script is a list of lines. `tell(event)` says something to the exchange; `ask(phase, decision)`
expects that question and answers it; `keep()` expects records to be written and lets them be;
`send(reply)` expects exactly that reply. A line that does not hold fails with the conversation
so far. `cut(refusal)` interrupts it, also between a question and its answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from extproc.core.decision import Decision, Phase, PolicyResult, Refusal, Unavailable
from extproc.core.events import Event
from extproc.core.exchange import Exchange
from extproc.core.policy_input import PolicyInput
from extproc.core.record import Record
from extproc.core.replies import Evaluate, Persist, Reply, Step


class FixedClock:
    """A microsecond later at every look."""

    def __init__(self, now: int = 1_700_000_000_000_000) -> None:
        self._now = now

    def now(self) -> int:
        self._now += 1
        return self._now

    def elapsed(self) -> int:
        return self.now()


def allow(**result: Any) -> Decision:
    return Decision("dec_yes", Phase.REQUEST, PolicyResult(allowed=True, **result), "r1")


def deny(reason: str = "no", **result: Any) -> Decision:
    return Decision(
        "dec_no", Phase.REQUEST, PolicyResult(allowed=False, reason=reason, **result), "r1"
    )


@dataclass
class tell:
    event: Event


@dataclass
class ask:
    phase: Phase
    answer: Decision | Exception
    check: Callable[[PolicyInput], None] | None = None


@dataclass
class keep:
    error: Exception | None = None


@dataclass
class cut:
    refusal: Refusal


@dataclass
class send:
    reply: Reply | Callable[[Reply], bool]


class Playbook:
    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.records: list[Record] = []
        self._waiting: deque[Step] = deque()
        self._said: list[str] = []

    def play(self, script: Iterable[tell | ask | keep | cut | send]) -> None:
        for line in script:
            self._line(line)
        assert not self._waiting, self._story(f"nothing more, but: {self._waiting[0]}")

    def sent(self, events: Sequence[Event], decision: Decision | None = None) -> list[Reply]:
        """Tell all events, answer every question with yes, and give back what was sent."""
        replies: list[Reply] = []
        for event in events:
            self._waiting.extend(self.exchange.receive(event))
            while self._waiting:
                step = self._waiting.popleft()
                if isinstance(step, Evaluate):
                    answer = decision or allow()
                    self._waiting.extend(
                        self.exchange.resume(
                            Decision(answer.id, step.phase, answer.result, answer.revision)
                        )
                    )
                elif isinstance(step, Persist):
                    self.records += step.records
                    self._waiting.extend(self.exchange.resume(None))
                else:
                    replies.append(step)
        return replies

    def _line(self, line: tell | ask | keep | cut | send) -> None:
        match line:
            case tell():
                assert not self._waiting, self._story(f"first {self._waiting[0]}")
                self._said.append(f"<< {line.event}")
                try:
                    self._waiting.extend(self.exchange.receive(line.event))
                except Unavailable as error:
                    self._waiting.extend(self.exchange.fail(error))
                except Exception as error:
                    if not hasattr(error, "refusal"):
                        raise
                    self._waiting.extend(self.exchange.fail(error))
            case ask():
                question = self._next()
                assert isinstance(question, Evaluate), self._story(question)
                assert question.phase is line.phase, self._story(question)
                if line.check:
                    line.check(question.document)
                if isinstance(line.answer, Exception):
                    self._waiting.extend(self.exchange.fail(line.answer))
                else:
                    answer = line.answer
                    self._waiting.extend(
                        self.exchange.resume(
                            Decision(answer.id, line.phase, answer.result, answer.revision)
                        )
                    )
            case keep():
                question = self._next()
                assert isinstance(question, Persist), self._story(question)
                if line.error is not None:
                    self._waiting.extend(self.exchange.fail(line.error))
                else:
                    self.records += question.records
                    self._waiting.extend(self.exchange.resume(None))
            case cut():
                self._said.append(f"<< {line.refusal}")
                self._waiting.extend(self.exchange.interrupt(line.refusal))
            case send():
                reply = self._next()
                if callable(line.reply):
                    assert line.reply(reply), self._story(reply)  # type: ignore[arg-type]
                else:
                    assert reply == line.reply, self._story(reply)

    def _next(self) -> Step:
        assert self._waiting, self._story("nothing")
        step = self._waiting.popleft()
        self._said.append(f">> {step}")
        return step

    def _story(self, got: object) -> str:
        return "\n".join([*self._said, f"!! got {got}"])
