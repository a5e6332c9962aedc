"""The second question of a call: may these bytes pass, and how should they look?

Runs one core.exchange.Exchange against the world: events in, replies out, and the questions in
between answered by the policy and the store. An error of any kind ends the exchange by a refusal;
the end is recorded also when the client has gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import structlog

from extproc.core.call import Call
from extproc.core.decision import Decision, Refused, Unavailable
from extproc.core.events import Closed, Event, RequestBody, ResponseBody
from extproc.core.exchange import Exchange, ExchangeError, State
from extproc.core.ports import Clock
from extproc.core.record import AnswerRecord
from extproc.core.replies import Evaluate, Persist, Question, Reply, Spend, Step
from extproc.core.rules import Rules
from extproc.service.authorization import Decider
from extproc.service.budgets import OVERRUN, Budgets, Charge, tokens_of
from extproc.service.meter import Meter
from extproc.service.recorder import Recorder

_log = structlog.get_logger("extproc.exchange")

HEAVY_BYTES = 128 << 10
"""A larger body is looked at in a thread: hostile text of some MB can keep a masker busy for
seconds, and the event loop serves everybody else."""


class Events(Protocol):
    """One ext_proc stream in the core's words."""

    async def receive(self) -> Event | None: ...
    async def send(self, reply: Reply) -> None: ...


class Activity(Protocol):
    """Keeps an agent's lease alive while an exchange of it runs."""

    def hold(self, agent_id: str) -> None: ...
    def release(self, agent_id: str) -> None: ...


class Visits(Protocol):
    """Is told from where an exchange is under way: extproc.service.sharing."""

    def open(self, call: Call) -> None: ...
    def close(self, call: Call) -> None: ...


class Processing:
    def __init__(
        self,
        rules: Callable[[], Rules],
        judge: Decider,
        recorder: Recorder,
        activity: Activity,
        meter: Meter,
        clock: Clock,
        budgets: Budgets | None = None,
        visits: Visits | None = None,
    ) -> None:
        """`budgets`: what `rules` with `has_budgets` ask."""
        self._rules = rules
        self._judge = judge
        self._recorder = recorder
        self._activity = activity
        self._meter = meter
        self._clock = clock
        self._budgets = budgets
        self._visits = visits
        self._charges: dict[Exchange, Charge] = {}
        """Of the exchanges under way."""
        self._settling: set[asyncio.Task[None]] = set()
        self._open = 0
        self._most_open = 0
        # One at a time: they share the interpreter anyhow.
        self._heavy = ThreadPoolExecutor(max_workers=1, thread_name_prefix="heavy")

    def most_open(self) -> int:
        """How many exchanges were under way at once, at most, since this was asked last."""
        most, self._most_open = self._most_open, self._open
        return most

    async def converse(self, events: Events) -> None:
        """Run one exchange to its end. Returns only after Envoy closed the stream.

        Raises ExchangeError for what Envoy cannot have meant; the stream then ends by an error
        status, which Envoy takes as a refusal.
        """
        exchange = Exchange(self._rules())
        held = ""
        work: asyncio.Future[Sequence[Step]] | None = None
        self._open += 1
        self._most_open = max(self._most_open, self._open)
        try:
            while (event := await events.receive()) is not None:
                try:
                    if _is_heavy(exchange, event):
                        loop = asyncio.get_running_loop()
                        work = loop.run_in_executor(self._heavy, exchange.receive, event)
                        steps = await asyncio.shield(work)
                    else:
                        steps = exchange.receive(event)
                except ExchangeError:
                    raise
                except Exception as error:
                    steps = self._failed(exchange, error)
                if not held and exchange.call is not None:
                    held = exchange.call.identity.agent_id
                    self._activity.hold(held)
                    if self._visits is not None:
                        self._visits.open(exchange.call)
                await self._take(exchange, steps, events)
                if isinstance(event, ResponseBody):
                    self._meter.held(exchange.held_back)
                    if self._is_overrun(exchange):
                        await self._take(exchange, exchange.interrupt(OVERRUN), events)
        finally:
            self._open -= 1
            if not exchange.is_over:
                # Also when the transport cancels this task: Envoy has gone, the record has not.
                await asyncio.shield(self._close(exchange, work))
            self._charges.pop(exchange, None)
            self._leave(exchange)
            if held:
                self._activity.release(held)

    async def _take(self, exchange: Exchange, steps: Sequence[Step], events: Events | None) -> None:
        """Send the replies; ask the question, if there is one, until there is none."""
        while steps:
            question: Question | None = None
            for step in steps:
                if isinstance(step, Evaluate | Persist | Spend):
                    question = step
                elif events is not None:
                    await events.send(step)
            if question is None:
                return
            steps = await self._answer(exchange, question)

    async def _answer(self, exchange: Exchange, question: Question) -> Sequence[Step]:
        try:
            answer: Decision | None = None
            if isinstance(question, Evaluate):
                answer = await self._judge.decide(question.phase, question.document)
            elif isinstance(question, Spend):
                await self._charge(exchange, question)
            else:
                if isinstance(question.records[-1], AnswerRecord):
                    self._leave(exchange)
                # By itself: whoever stops waiting here has both on their way.
                settling = self._settle_soon(exchange, question)
                await self._persist(question)
                if settling is not None:
                    # Before the last bytes go out, so that the caller's next call finds it counted.
                    await asyncio.shield(settling)
            return exchange.resume(answer)
        except Exception as error:
            return self._failed(exchange, error)

    def _leave(self, exchange: Exchange) -> None:
        if self._visits is not None and exchange.call is not None:
            self._visits.close(exchange.call)

    async def _charge(self, exchange: Exchange, question: Spend) -> None:
        if self._budgets is None:
            raise Unavailable("budgets", "there are none")
        started = self._clock.elapsed()
        charge = await self._budgets.charge(question.identity, question.tokens)
        self._charges[exchange] = charge
        self._meter.stage("charge", self._clock.elapsed() - started)

    def _settle_soon(self, exchange: Exchange, question: Persist) -> asyncio.Task[None] | None:
        last = question.records[-1]
        if exchange not in self._charges or not isinstance(last, AnswerRecord):
            return None
        assert self._budgets is not None
        tokens = tokens_of(last, exchange.estimate)
        try:
            rest = self._budgets.settle(self._charges.pop(exchange), tokens)
        except Unavailable as error:
            self._not_counted(error)
            return None
        if rest is None:
            return None
        task = asyncio.create_task(self._settle(rest))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)
        return task

    async def _settle(self, rest: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(rest)
        except Unavailable as error:
            self._not_counted(error)

    def _not_counted(self, error: Unavailable) -> None:
        """The answer was allowed; the prompt's estimate stays counted."""
        self._meter.failed(error.component)
        _log.error("tokens not counted", detail=str(error))

    def _is_overrun(self, exchange: Exchange) -> bool:
        """Whether a stream has, by its own estimate, taken more than there was."""
        charge = self._charges.get(exchange)
        if charge is None or charge.left is None or exchange.state is not State.STREAMING:
            return False
        return sum(exchange.estimate) > charge.left

    async def _persist(self, question: Persist) -> None:
        started = self._clock.elapsed()
        await self._recorder.write(*question.records)
        self._meter.stage("store", self._clock.elapsed() - started)
        for record in question.records:
            self._meter.recorded(record)

    def _failed(self, exchange: Exchange, error: Exception) -> Sequence[Step]:
        call = exchange.call
        if not isinstance(error, Refused):
            self._meter.failed(error.component if isinstance(error, Unavailable) else "exchange")
            _log.error(
                "refused",
                exchange_id=call.exchange_id if call else "",
                state=exchange.state.value,
                error=type(error).__name__,
                # A foreign exception's text may hold a piece of the body.
                detail=str(error) if isinstance(error, Unavailable) else "",
            )
        return exchange.fail(error)

    async def _close(self, exchange: Exchange, work: asyncio.Future[Sequence[Step]] | None) -> None:
        if work is not None:
            # A thread may still be at it; two must not have one exchange.
            await asyncio.wait([work])
        try:
            await self._take(exchange, exchange.receive(Closed()), None)
        except Exception as error:
            self._meter.failed("exchange")
            _log.error("end not recorded", error=type(error).__name__)


def _is_heavy(exchange: Exchange, event: Event) -> bool:
    size = exchange.held_size
    if isinstance(event, RequestBody | ResponseBody):
        size += len(event.body)
        if size > HEAVY_BYTES and exchange.held_size and not event.end_of_stream:
            # Only put aside; the work comes with the end.
            return False
    return size > HEAVY_BYTES
