"""What each stage of a call may cost, counted and not timed: the calls of functions that one
warm exchange makes, Python's and C's alike. A machine's speed does not matter, and a stage that
grows by a quarter fails. Times are measured by `make bench`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from extproc.adapters.metrics import Metrics
from extproc.adapters.rego import EmbeddedEngine
from extproc.adapters.system import SortableIds, SystemClock
from extproc.core.call import Call, write_call
from extproc.core.confirmation import Presented
from extproc.core.decision import Phase, read_policy_result
from extproc.core.events import (
    Arrival,
    Event,
    RequestBody,
    RequestHeaders,
    ResponseBody,
    ResponseHeaders,
)
from extproc.core.exchange import Exchange
from extproc.core.field_names import UPSTREAM_MARK
from extproc.core.identity import Identity
from extproc.core.masking import Masker
from extproc.core.ports import Headers
from extproc.core.rules import Destination, Rules
from extproc.service.authorization import Authorization
from extproc.service.judge import Judge
from extproc.service.processing import Processing
from tests.core.test_exchange import IDENTITY
from tests.e2e.dialects import chat_answer, chat_event
from tests.fakes import CountingActivity, MemoryRecorder, ScriptedEvents
from tests.stack import ROOT

SLACK = 0.25
LOOP = asyncio.new_event_loop()
CLOCK = SystemClock()
IDS = SortableIds(CLOCK)
MASKER = Masker("default")
METRICS = Metrics(["*"])
PROMPT = "Summarise this note for the weekly report: the build is green, and three asked for it. "
HEADERS = {
    ":method": "POST", ":path": "/v1/chat/completions", ":authority": "h", ":scheme": "http",
    "content-type": "application/json", "user-agent": "OpenAI/Python", "accept": "*/*",
    "x-stainless-lang": "python", "x-stainless-os": "Linux",
}  # fmt: skip


class Known:
    def identify(self, headers: Headers, presented: Presented | None = None) -> Identity:
        return IDENTITY


@pytest.fixture(scope="module")
def judge() -> Judge:
    engine = EmbeddedEngine(
        ROOT / "rego", {phase: f"extproc/{phase}/decision" for phase in Phase}, timeout=10
    )
    return Judge(engine, dict.fromkeys(Phase, read_policy_result), IDS, CLOCK, METRICS)


def rules() -> Rules:
    return Rules(
        destinations=(Destination("demo", ("*",)),),
        maskers=lambda _: MASKER,
        clock=CLOCK,
        request_limit=1 << 20,
        response_limit=1 << 20,
    )


RULES = rules()
CALL = write_call(Call("exc_1", "dec_1", 1, "127.0.0.1", 1, "HTTP/1.1", "r", IDENTITY))


def asked(text: str) -> list[Event]:
    body = json.dumps(
        {
            "model": "demo",
            "messages": [
                {"role": "system", "content": "You are a helpful assistant."},
                {"role": "user", "content": text},
            ],
            "max_tokens": 64,
        }
    ).encode()
    return [RequestHeaders(HEADERS, False, CALL), RequestBody(body, True)]


def answered(text: str) -> list[Event]:
    headers = {":status": "200", "content-type": "application/json", UPSTREAM_MARK: "1"}
    return [
        ResponseHeaders(headers, False),
        ResponseBody(chat_answer(text), False),
        ResponseBody(b"", True),
    ]


def drive(coroutine: Coroutine[Any, Any, Any]) -> None:
    LOOP.run_until_complete(coroutine)


def calls_of(work: Callable[[], None]) -> int:
    """Of functions, in a warm run; the fewest of three, so that no one-time work counts."""
    counts = []
    for _ in range(5):
        count = 0

        def note(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            work()
        finally:
            sys.setprofile(before)
        counts.append(count)
    return min(counts[2:])


def exchange(judge: Judge, events: list[Event]) -> Callable[[], None]:
    processing = Processing(
        lambda: RULES, judge, MemoryRecorder(), CountingActivity(), METRICS, CLOCK
    )
    return lambda: drive(processing.converse(ScriptedEvents(*events)))


def authz(judge: Judge) -> Callable[[], None]:
    door = Authorization(Known(), judge, MemoryRecorder(), IDS, CLOCK, METRICS, str)
    arrival = Arrival(
        "POST", "/v1/chat/completions", "h", "http", "HTTP/1.1", tuple(HEADERS.items()),
        "127.0.0.1", 1, "r",
    )  # fmt: skip
    return lambda: drive(door.check(arrival))


def deltas(_: Judge) -> Callable[[], None]:
    """A hundred clean deltas of a stream."""
    made = Exchange(RULES)
    made.receive(asked("hi")[0])
    made.receive(asked("hi")[1])
    from tests.playbook import allow

    made.resume(allow())
    made.resume(None)
    headers = {":status": "200", "content-type": "text/event-stream", UPSTREAM_MARK: "1"}
    made.receive(ResponseHeaders(headers, False))
    made.resume(allow())
    pieces = [ResponseBody(chat_event("word "), False)] * 100

    def work() -> None:
        for piece in pieces:
            made.receive(piece)

    return work


BUDGETS: dict[str, tuple[Callable[[Judge], Callable[[], None]], int]] = {
    "authz": (authz, 180),
    "a clean chat of 0.7 KB": (
        lambda judge: exchange(judge, asked(PROMPT * 7) + answered("The capital is Paris.")), 900,
    ),
    "a chat with an e-mail address both ways": (
        lambda judge: exchange(
            judge, asked(PROMPT * 7 + "jo@example.com") + answered("Ask jo@example.com.")
        ), 1150,
    ),
    "a hundred deltas of a stream": (deltas, 9600),
}  # fmt: skip


@pytest.mark.parametrize("stage", BUDGETS)
def test_a_stage_keeps_to_its_budget(judge: Judge, stage: str) -> None:
    work, budget = BUDGETS[stage]
    count = calls_of(work(judge))
    assert count <= budget * (1 + SLACK), f"{count} calls, {budget} are allowed"
    assert count >= budget * (1 - SLACK), f"{count} calls: put the budget of {budget} down"
