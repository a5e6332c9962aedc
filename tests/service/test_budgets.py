"""Budgets: what is charged when, and what is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc import config
from extproc.adapters.sqlite.spending import SpendingStore
from extproc.config import Budget
from extproc.core.decision import Code, Phase, PolicyResult, Refused, Unavailable
from extproc.core.events import Event, RequestBody, ResponseBody
from extproc.core.exchange import Exchange
from extproc.core.identity import Identity
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome
from extproc.core.replies import BodyReply, ImmediateReply
from extproc.service.budgets import (
    Account,
    Budgets,
    Busy,
    Exhausted,
    Spent,
    Terms,
    exhausted,
    tokens_of,
)
from extproc.service.processing import Processing
from tests.core.test_exchange import BODY, IDENTITY, SAID, answer_headers, headers, rules
from tests.e2e.dialects import chat_event
from tests.fakes import (
    CountingActivity,
    CountingMeter,
    MemoryRecorder,
    ScriptedEvents,
    ScriptedJudge,
)
from tests.playbook import allow

SECOND = 1_000_000
WINDOW = 60 * SECOND
NOW = 1_800_000_000 * SECOND
"""A multiple of the window."""


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> int:
        return self.time

    def elapsed(self) -> int:
        return self.time


class Memory:
    """Spending in a dictionary; `is_busy` for those who do not wait; `fails` for everybody."""

    def __init__(self) -> None:
        self.spent: dict[tuple[int, str, str], Spent] = {}
        self.is_busy = False
        self.fails = False
        self.swept = 0

    def charge(
        self, accounts: Sequence[Account], start: int, tokens: int, *, waits: bool
    ) -> list[Spent] | Exhausted:
        self._open(waits)
        before = [self.of(one, start) for one in accounts]
        for one, spent in zip(accounts, before, strict=True):
            if refused := exhausted(one, spent):
                return refused
        self._add(accounts, start, 1, tokens)
        return before

    def add(self, accounts: Sequence[Account], start: int, tokens: int, *, waits: bool) -> None:
        self._open(waits)
        self._add(accounts, start, 0, tokens)

    def sweep(self, before: int) -> None:
        self.swept = before

    def of(self, account: Account, start: int = NOW) -> Spent:
        return self.spent.get((start, account.scope, account.name), Spent(0, 0))

    def _open(self, waits: bool) -> None:
        if self.fails:
            raise Unavailable("store", "the disk is full")
        if self.is_busy and not waits:
            raise Busy

    def _add(self, accounts: Sequence[Account], start: int, requests: int, tokens: int) -> None:
        for one in accounts:
            spent = self.of(one, start)
            self.spent[start, one.scope, one.name] = Spent(
                spent.requests + requests, max(0, spent.tokens + tokens)
            )


class World:
    def __init__(self, agent: Budget | None = None, subject: Budget | None = None) -> None:
        self.clock = Clock()
        self.spending = Memory()
        self.denied: list[str] = []
        self.terms = Terms(WINDOW, "1m", agent or Budget(), subject or Budget())
        self.budgets = Budgets(self.spending, self.terms, self.clock, self.denied.append)
        self.agent = Account("agent", IDENTITY.agent_id, self.terms.agent)
        self.subject = Account("subject", IDENTITY.subject, self.terms.subject)


# -- the service -------------------------------------------------------------------------------


async def test_ten_calls_and_not_one_more() -> None:
    world = World(Budget(requests=10))
    for _ in range(10):
        await world.budgets.charge(IDENTITY, 1)
    world.clock.time += 17 * SECOND + 1
    with pytest.raises(Refused) as refused:
        await world.budgets.charge(IDENTITY, 1)
    refusal = refused.value.refusal
    assert (refusal.code, refusal.status, refusal.retry_after) == (Code.BUDGET_EXHAUSTED, 429, 43)
    assert refusal.message == "this agent's budget of 10 requests in 1m is spent"
    assert world.denied == ["agent"]
    assert world.spending.of(world.agent) == Spent(10, 10)
    world.clock.time = NOW + WINDOW
    await world.budgets.charge(IDENTITY, 1)


async def test_agents_of_one_subject_share_its_budget() -> None:
    world = World(Budget(requests=2), Budget(requests=3))
    other = msgspec.structs.replace(IDENTITY, agent_id="agt_other")
    await world.budgets.charge(IDENTITY, 1)
    await world.budgets.charge(IDENTITY, 1)
    await world.budgets.charge(other, 1)
    with pytest.raises(Refused, match="this subject's budget of 3 requests"):
        await world.budgets.charge(other, 1)
    with pytest.raises(Refused, match="this agent's budget of 2 requests"):
        await world.budgets.charge(IDENTITY, 1)
    assert world.denied == ["subject", "agent"]


@pytest.mark.parametrize(
    ("window", "passed", "expected"),
    [
        pytest.param("1h", 0, 120, id="stock clients obey no more than two minutes"),
        pytest.param("1h", 3599, 1, id="the last second of an hour"),
        pytest.param("10s", 4, 6, id="the rest of a short window"),
    ],
)
async def test_when_to_come_back(window: str, passed: int, expected: int) -> None:
    world = World(Budget(requests=1))
    length = round(config.seconds(window) * SECOND)
    terms = msgspec.structs.replace(world.terms, window=length, words=window)
    budgets = Budgets(world.spending, terms, world.clock, world.denied.append)
    world.clock.time = NOW // length * length + passed * SECOND
    await budgets.charge(IDENTITY, 1)
    with pytest.raises(Refused) as refused:
        await budgets.charge(IDENTITY, 1)
    assert refused.value.refusal.retry_after == expected


async def test_the_estimate_gives_way_to_what_it_took() -> None:
    world = World(Budget(tokens=100))
    charge = await world.budgets.charge(IDENTITY, 30)
    assert charge.left == 100
    assert world.spending.of(world.agent) == Spent(1, 30)
    assert world.budgets.settle(charge, 12) is None
    assert world.spending.of(world.agent) == Spent(1, 12)
    charge = await world.budgets.charge(IDENTITY, 30)
    assert charge.left == 88
    assert world.budgets.settle(charge, 500) is None
    assert world.spending.of(world.agent) == Spent(2, 512)
    with pytest.raises(Refused, match="budget of 100 tokens"):
        await world.budgets.charge(IDENTITY, 1)


@pytest.mark.parametrize(("took", "expected"), [(500, 470), (30, 0), (12, 0)])
async def test_a_call_that_lasts_into_the_next_window_counts_its_rest_there(
    took: int, expected: int
) -> None:
    world = World(subject=Budget(tokens=100))
    charge = await world.budgets.charge(IDENTITY, 30)
    world.clock.time += WINDOW
    assert world.budgets.settle(charge, took) is None
    assert world.spending.of(world.subject).tokens == 30
    assert world.spending.of(world.subject, NOW + WINDOW).tokens == expected


async def test_another_process_that_counts_is_waited_for_in_a_thread() -> None:
    world = World(Budget(requests=10, tokens=100))
    world.spending.is_busy = True
    charge = await world.budgets.charge(IDENTITY, 5)
    rest = world.budgets.settle(charge, 9)
    assert rest is not None
    rest()
    assert world.spending.of(world.agent) == Spent(1, 9)


def test_a_sweep_forgets_what_was_before_this_window() -> None:
    world = World(Budget(requests=10))
    world.clock.time += WINDOW + 5
    world.budgets.sweep()
    assert world.spending.swept == NOW + WINDOW


def test_the_terms_are_the_configurations() -> None:
    assert Terms.of(config.Config()) is None
    assert Terms.of(config.parse({"budgets": {"window": "5m"}})) is None
    chosen = config.parse(
        {"budgets": {"window": "90s", "agent": {"requests": 3}, "subject": {"tokens": 9}}}
    )
    assert Terms.of(chosen) == Terms(90 * SECOND, "90s", Budget(requests=3), Budget(tokens=9))


# -- what an exchange took ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "estimate", "expected"),
    [
        pytest.param({"tokens": (7, 3), "status": 200}, (5, 9), 10, id="whole and reported"),
        pytest.param({"tokens": (7, 0), "status": 200}, (5, 9), 7, id="no answer of its own"),
        pytest.param({"status": 200}, (5, 9), 14, id="whole and not reported"),
        pytest.param({"status": 400}, (5, 9), 0, id="an error of the upstream's"),
        pytest.param({"outcome": Outcome.CUT, "status": 200}, (5, 9), 14, id="cut, no report"),
        pytest.param(
            {"outcome": Outcome.CUT, "status": 200, "tokens": (7, 1)}, (5, 9), 16,
            id="cut behind a first report",
        ),
        pytest.param({"outcome": Outcome.CUT}, (5, 0), 5, id="cut before the answer"),
        pytest.param({"outcome": Outcome.UPSTREAM_ERROR}, (5, 0), 5, id="no answer at all"),
        pytest.param(
            {"outcome": Outcome.REFUSED, "status": 403, "tokens": (7, 8)}, (5, 9), 16,
            id="an answer that was not let through",
        ),
        pytest.param({"status": 200}, (0, 900), 0, id="a list of models has no prompt"),
        pytest.param({"status": 200, "tokens": (4, 5)}, (0, 9), 9, id="an answer fetched later"),
    ],
)  # fmt: skip
def test_what_a_call_took(answer: dict[str, Any], estimate: tuple[int, int], expected: int) -> None:
    said, received = answer.get("tokens", (0, 0))
    record = AnswerRecord(
        exchange_id="exc_1",
        at=1,
        status=answer.get("status", 0),
        outcome=answer.get("outcome", Outcome.COMPLETED),
        input_tokens=said,
        output_tokens=received,
    )
    assert tokens_of(record, estimate) == expected


# -- a whole exchange --------------------------------------------------------------------------


class Setting(World):
    def __init__(self, agent: Budget) -> None:
        super().__init__(agent)
        self.judge = ScriptedJudge()
        self.recorder = MemoryRecorder()
        self.meter = CountingMeter()
        shared = rules(has_budgets=True)
        self.processing = Processing(
            lambda: shared, self.judge, self.recorder, CountingActivity(), self.meter,
            shared.clock, self.budgets,
        )  # fmt: skip

    async def say(self, *events: Event) -> ScriptedEvents:
        stream = ScriptedEvents(*events)
        await self.processing.converse(stream)
        return stream

    def of(self, kind: type) -> list[Any]:
        return [record for record in self.recorder.records if isinstance(record, kind)]


ASKED: tuple[Event, ...] = (headers(), RequestBody(BODY, True))
PROMPT_TOKENS = 1
"""Of the two bytes in BODY."""


async def test_a_call_is_charged_and_settled_by_what_is_reported() -> None:
    setting = Setting(Budget(requests=1))
    said = json.loads(SAID) | {"usage": {"prompt_tokens": 11, "completion_tokens": 31}}
    await setting.say(*ASKED, answer_headers(), ResponseBody(json.dumps(said).encode(), True))
    assert setting.spending.of(setting.agent) == Spent(1, 42)


async def test_a_call_over_budget_is_refused_and_recorded_and_not_sent() -> None:
    setting = Setting(Budget(requests=1))
    await setting.say(*ASKED, answer_headers(), ResponseBody(SAID, True))
    setting.recorder.records.clear()
    events = await setting.say(*ASKED)
    (reply,) = events.replies
    assert isinstance(reply, ImmediateReply)
    assert (reply.status, reply.headers["retry-after"]) == (429, "60")
    assert json.loads(reply.body)["error"]["code"] == "budget_exhausted"
    (asked,) = setting.of(ExchangeRecord)
    assert (asked.allowed, asked.code) == (False, "budget_exhausted")
    (decision,) = setting.of(DecisionRecord)
    assert (decision.phase, decision.allowed) == (Phase.REQUEST, True)
    assert [(answer.outcome, answer.code) for answer in setting.of(AnswerRecord)] == [
        (Outcome.REFUSED, "budget_exhausted")
    ]
    assert setting.meter.failures == []


@pytest.mark.parametrize(
    ("body", "result"),
    [
        pytest.param(BODY, PolicyResult(allowed=False), id="the policy says no"),
        pytest.param(BODY.replace(b"demo", b"nope"), PolicyResult(allowed=True), id="no upstream"),
        pytest.param(b"{", PolicyResult(allowed=True), id="no JSON"),
    ],
)
async def test_what_anything_else_refuses_costs_nothing(body: bytes, result: PolicyResult) -> None:
    setting = Setting(Budget(requests=1))
    setting.judge.answers[Phase.REQUEST] = result
    events = await setting.say(headers(), RequestBody(body, True))
    assert isinstance(events.replies[0], ImmediateReply)
    assert setting.spending.spent == {}


async def test_nothing_passes_uncounted() -> None:
    setting = Setting(Budget(requests=1))
    setting.spending.fails = True
    (reply,) = (await setting.say(*ASKED)).replies
    assert isinstance(reply, ImmediateReply)
    assert reply.status == 503
    assert setting.meter.failures == ["store"]
    assert [asked.code for asked in setting.of(ExchangeRecord)] == ["unavailable"]


async def test_rules_with_budgets_and_nobody_who_counts_refuse() -> None:
    setting = Setting(Budget(requests=1))
    shared = rules(has_budgets=True)
    uncounted = Processing(
        lambda: shared, setting.judge, setting.recorder, CountingActivity(), setting.meter,
        shared.clock,
    )  # fmt: skip
    events = ScriptedEvents(*ASKED)
    await uncounted.converse(events)
    assert isinstance(events.replies[0], ImmediateReply)
    assert events.replies[0].status == 503


async def test_a_client_that_leaves_in_a_stream_pays_for_what_came() -> None:
    setting = Setting(Budget(requests=5))
    words = "the word " * 40
    await setting.say(
        *ASKED,
        answer_headers("text/event-stream"),
        ResponseBody(chat_event(words[:100]), False),
        ResponseBody(chat_event(words[100:]), False),
    )
    assert [answer.outcome for answer in setting.of(AnswerRecord)] == [Outcome.CUT]
    assert setting.spending.of(setting.agent) == Spent(1, PROMPT_TOKENS + len(words) // 4)


async def test_a_client_that_leaves_before_the_answer_pays_for_its_prompt() -> None:
    setting = Setting(Budget(requests=5))
    await setting.say(*ASKED)
    assert setting.spending.of(setting.agent) == Spent(1, PROMPT_TOKENS)


async def test_a_client_that_leaves_in_an_answer_that_is_held_pays_for_what_came() -> None:
    setting = Setting(Budget(requests=5))
    await setting.say(*ASKED, answer_headers(), ResponseBody(SAID, False))
    assert setting.spending.of(setting.agent).tokens == PROMPT_TOKENS + -(-len(SAID) // 4)


async def test_a_stream_that_takes_more_than_there_was_is_ended() -> None:
    setting = Setting(Budget(tokens=PROMPT_TOKENS + 50))
    pieces = [ResponseBody(chat_event("twenty bytes of text"), False)] * 20
    events = await setting.say(*ASKED, answer_headers("text/event-stream"), *pieces)
    last = events.replies[-1]
    assert isinstance(last, BodyReply)
    assert last.end_of_stream
    assert b'"code":"budget_exhausted"' in last.body
    (answer,) = setting.of(AnswerRecord)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "budget_exhausted")
    # The eleventh was one too many; it was still held back for its last word.
    assert answer.body.count(b"twenty") == 10
    assert setting.spending.of(setting.agent).tokens == PROMPT_TOKENS + 55
    (reply,) = (await setting.say(*ASKED)).replies
    assert isinstance(reply, ImmediateReply)
    assert reply.status == 429


async def test_tokens_that_cannot_be_counted_at_the_end_are_a_failure() -> None:
    setting = Setting(Budget(tokens=1000))

    class Failing(ScriptedEvents):
        async def receive(self) -> Event | None:
            event = await super().receive()
            setting.spending.fails = isinstance(event, ResponseBody)
            return event

    events = Failing(*ASKED, answer_headers(), ResponseBody(SAID, True))
    await setting.processing.converse(events)
    assert isinstance(events.replies[-1], BodyReply)
    assert setting.meter.failures == ["store"]
    assert setting.spending.of(setting.agent) == Spent(1, PROMPT_TOKENS)


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=10), st.integers(1, 50))
def test_the_estimate_of_a_stream_is_of_its_text_however_the_bytes_are_cut(
    texts: list[str], size: int
) -> None:
    exchange = Exchange(rules(has_budgets=True))
    for event in ASKED:
        exchange.receive(event)
    exchange.resume(allow())
    exchange.resume(None)
    exchange.resume(None)
    exchange.receive(answer_headers("text/event-stream"))
    exchange.resume(allow())
    data = b"".join(chat_event(text) for text in texts)
    for start in range(0, len(data), size):
        exchange.receive(ResponseBody(data[start : start + size], False))
    said = sum(len(text.encode()) for text in texts)
    assert exchange.estimate == (PROMPT_TOKENS, -(-said // 4))


def test_spending_is_what_the_service_asks_for(tmp_path: Path) -> None:
    clock = Clock()
    terms = Terms(WINDOW, "1m", Budget(requests=1))
    store = SpendingStore(tmp_path / "spending.db")
    assert Budgets(store, terms, clock, [].append)
    store.close()


async def test_a_client_that_leaves_while_its_call_is_charged_is_recorded() -> None:
    setting = Setting(Budget(requests=5))
    started = asyncio.Event()

    async def wait(caller: Identity, tokens: int) -> None:
        started.set()
        await asyncio.Event().wait()

    setting.budgets.charge = wait  # type: ignore[assignment, method-assign]
    task = asyncio.create_task(setting.say(*ASKED))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [asked.allowed for asked in setting.of(ExchangeRecord)] == [False]
    assert [answer.outcome for answer in setting.of(AnswerRecord)] == [Outcome.CUT]


async def test_a_client_that_leaves_while_its_end_is_counted_is_recorded_and_counted() -> None:
    """Another process holds the file just then."""
    setting = Setting(Budget(requests=5))

    class Leaving(ScriptedEvents):
        async def receive(self) -> Event | None:
            event = await super().receive()
            if isinstance(event, ResponseBody):
                setting.spending.is_busy = True
                asyncio.get_running_loop().call_soon(task.cancel)
            return event

    events = Leaving(*ASKED, answer_headers(), ResponseBody(SAID, True))
    task = asyncio.create_task(setting.processing.converse(events))
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.gather(*setting.processing._settling)
    assert [answer.outcome for answer in setting.of(AnswerRecord)] == [Outcome.COMPLETED]
    assert setting.spending.of(setting.agent).tokens == PROMPT_TOKENS + -(-len(SAID) // 4)
