"""The second question of a call: may these bytes pass, and how should they look?

Runs one core.exchange.Exchange against the world: events in, replies out, and the questions in
between answered by the policy and the store. An error of any kind ends the exchange by a refusal;
the end is recorded also when the client has gone.

Open exchanges are known by their agent, so that `interrupt` can end those of one that was ended.
One task at a time has an exchange: its own, or, while that one waits for Envoy, the one that ends
it. Nothing is asked or waited for on the way of an exchange that goes well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import structlog

from extproc.core.approval import Grant
from extproc.core.call import Call
from extproc.core.decision import Decision, Phase, Refusal, Refused, Unavailable
from extproc.core.events import Closed, Event, RequestBody, ResponseBody
from extproc.core.exchange import Exchange, ExchangeError, State
from extproc.core.ports import Clock
from extproc.core.record import AnswerRecord
from extproc.core.replies import (
    AskPerson,
    Evaluate,
    Patience,
    Persist,
    Question,
    Reply,
    Spend,
    Step,
)
from extproc.core.rules import Rules
from extproc.service.approvals import Gate
from extproc.service.authorization import Decider
from extproc.service.budgets import OVERRUN, Budgets, Charge, tokens_of
from extproc.service.meter import Meter
from extproc.service.recorder import Recorder

_log = structlog.get_logger("extproc.exchange")

_MARGIN_SECONDS = 30
"""That Envoy waits longer than a call may be held."""
HEAVY_BYTES = 128 << 10
"""A larger body is looked at in a thread: hostile text of some MB can keep a masker busy for
seconds, and the event loop serves everybody else."""


class Events(Protocol):
    """One ext_proc stream in the core's words."""

    async def receive(self) -> Event | None: ...
    async def send(self, reply: Reply) -> None: ...


class Activity(Protocol):
    """Keeps an agent's lease alive while an exchange of it runs, and knows when it has ended."""

    def hold(self, agent_id: str) -> None: ...
    def release(self, agent_id: str) -> None: ...

    def seats_needed(self, agent_id: str, model: str) -> Sequence[str]:
        """Empty unless `take_seat` has to be called first."""
        ...

    def take_seat(self, agent_id: str, model: str) -> None:
        """May wait for the disk. Raises Refused(AGENT_LIMIT), Unavailable."""
        ...

    def ended(self, agent_ids: Collection[str]) -> Mapping[str, Refusal]:
        """Those of them that no longer run, and why. Raises Unavailable."""
        ...


class _Talk:
    """One exchange that is under way."""

    __slots__ = (
        "agent_id", "asking", "charge", "coming", "ending", "events", "exchange", "is_gone",
        "is_waiting", "refusal", "work",
    )  # fmt: skip

    def __init__(self, exchange: Exchange, events: Events) -> None:
        self.exchange = exchange
        self.events = events
        self.agent_id = ""
        self.is_waiting = False
        """For Envoy: nobody is at the exchange."""
        self.refusal: Refusal | None = None
        """Why it has to end."""
        self.ending: asyncio.Task[None] | None = None
        """Ends it while its own task waits for Envoy."""
        self.work: asyncio.Future[Sequence[Step]] | None = None
        """A thread that has the exchange."""
        self.asking: asyncio.Task[Grant] | None = None
        """Waits for a person."""
        self.coming: asyncio.Task[Event | None] | None = None
        """Envoy's next event, for which somebody has begun to wait."""
        self.is_gone = False
        """Envoy closed the stream while a person was asked."""
        self.charge: Charge | None = None
        """What was counted of it, until it is settled."""

    @property
    def is_overrun(self) -> bool:
        """Whether a stream has, by its own estimate, taken more than there was."""
        if self.charge is None or self.charge.left is None:
            return False
        if self.exchange.state is not State.STREAMING:
            return False
        return sum(self.exchange.estimate) > self.charge.left


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
        gate: Gate | None = None,
    ) -> None:
        """`budgets`: what `rules` with `has_budgets` ask. `gate`: where a call waits for a person;
        without it, one that needs one is refused."""
        self._rules = rules
        self._judge = judge
        self._recorder = recorder
        self._activity = activity
        self._meter = meter
        self._clock = clock
        self._budgets = budgets
        self._visits = visits
        self._gate = gate
        self._settling: set[asyncio.Task[None]] = set()
        self._open = 0
        self._most_open = 0
        self._talks: dict[str, set[_Talk]] = {}
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
        talk = _Talk(exchange, events)
        self._open += 1
        self._most_open = max(self._most_open, self._open)
        try:
            while True:
                talk.is_waiting = True
                if talk.coming is None:
                    event = await events.receive()
                else:
                    event = await talk.coming
                    talk.coming = None
                talk.is_waiting = False
                if talk.ending is not None:
                    await asyncio.wait([talk.ending])
                if event is None:
                    break
                try:
                    if _is_heavy(exchange, event):
                        loop = asyncio.get_running_loop()
                        talk.work = loop.run_in_executor(self._heavy, exchange.receive, event)
                        steps = await asyncio.shield(talk.work)
                    else:
                        steps = exchange.receive(event)
                except ExchangeError:
                    raise
                except Exception as error:
                    steps = self._failed(exchange, error)
                if not talk.agent_id and exchange.call is not None:
                    self._enter(talk, exchange.call)
                await self._take(talk, steps, events)
                if talk.refusal is not None and talk.ending is None and not talk.is_gone:
                    await self._cut(talk, talk.refusal)
                if isinstance(event, ResponseBody):
                    self._meter.held(exchange.held_back)
                    if talk.is_overrun:
                        await self._cut(talk, OVERRUN)
        finally:
            self._open -= 1
            self._leave(talk)
            if talk.coming is not None:
                talk.coming.cancel()
            if not exchange.is_over or (talk.ending is not None and not talk.ending.done()):
                # Also when the transport cancels this task: Envoy has gone, the record has not.
                await asyncio.shield(self._close(talk))
            if talk.agent_id:
                self._depart(talk)
                self._activity.release(talk.agent_id)

    def open_agents(self) -> Collection[str]:
        """The agents of which an exchange is under way here."""
        return self._talks.keys()

    def interrupt(self, ended: Mapping[str, Refusal]) -> int:
        """End every open exchange of these agents; returns how many are new to it.

        Of the event loop, and returns at once. An exchange that waits for Envoy ends now: a
        stream by one last event, any other by its refusal. One whose question is out ends when
        that is answered, and one that a thread works at when the thread is done.
        """
        begun = 0
        for agent_id, refusal in ended.items():
            for talk in self._talks.get(agent_id, ()):
                if talk.refusal is not None:
                    continue
                begun += 1
                talk.refusal = refusal
                if talk.asking is not None:
                    talk.asking.cancel()
                if talk.is_waiting:
                    talk.ending = asyncio.create_task(self._cut_while_waiting(talk, refusal))
        return begun

    def _enter(self, talk: _Talk, call: Call) -> None:
        """First known, then asked after: an agent that ends in between is seen by one or other."""
        talk.agent_id = agent_id = call.identity.agent_id
        if self._visits is not None:
            self._visits.open(call)
        self._talks.setdefault(agent_id, set()).add(talk)
        try:
            self._activity.hold(agent_id)
            talk.refusal = self._activity.ended((agent_id,)).get(agent_id)
        except Unavailable as error:
            self._fault(talk.exchange, error)
            talk.refusal = Refusal.of_error(error)

    def _leave(self, talk: _Talk) -> None:
        talks = self._talks.get(talk.agent_id)
        if talks is not None:
            talks.discard(talk)
            if not talks:
                del self._talks[talk.agent_id]

    async def _cut(self, talk: _Talk, refusal: Refusal) -> None:
        """End an exchange that nobody else has. Envoy closes it when it has heard of it."""
        try:
            steps = talk.exchange.interrupt(refusal)
        except Exception as error:
            steps = self._failed(talk.exchange, error)
        await self._take(talk, steps, talk.events)

    async def _cut_while_waiting(self, talk: _Talk, refusal: Refusal) -> None:
        try:
            await self._cut(talk, refusal)
        except Exception as error:
            # Envoy has gone meanwhile, most likely. The exchange is over either way, and what
            # still comes for it is answered by nothing.
            _log.warning("end not sent", error=type(error).__name__)

    async def _take(self, talk: _Talk, steps: Sequence[Step], events: Events | None) -> None:
        """Send the replies; ask the question, if there is one, until there is none."""
        while steps:
            question: Question | None = None
            for step in steps:
                if isinstance(step, Evaluate | Persist | Spend | AskPerson):
                    question = step
                elif events is not None:
                    await events.send(step)
            if question is None:
                return
            if isinstance(question, AskPerson) and self._gate is not None and events is not None:
                # Before anything is waited for: Envoy's own patience is a few seconds.
                await events.send(Patience(self._gate.hold_seconds + _MARGIN_SECONDS))
            steps = await self._answer(talk, question)

    async def _answer(self, talk: _Talk, question: Question) -> Sequence[Step]:
        exchange = talk.exchange
        try:
            answer: Decision | Grant | None = None
            if isinstance(question, Evaluate):
                answer = await self._judge.decide(question.phase, question.document)
                passes = answer.allowed or (answer.needs_a_person and exchange.is_granted)
                if question.phase is Phase.REQUEST and passes:
                    await self._take_seat(talk)
            elif isinstance(question, AskPerson):
                answer = await self._ask(talk, question)
                if talk.is_gone:
                    return ()
                if answer is not None and answer.conditions.model is None:
                    await self._take_seat(talk)
            elif isinstance(question, Spend):
                await self._charge(talk, question)
            else:
                if isinstance(question.records[-1], AnswerRecord):
                    self._depart(talk)
                # By itself: whoever stops waiting here has both on their way.
                settling = self._settle_soon(talk, question)
                await self._persist(question)
                if settling is not None:
                    # Before the last bytes go out, so that the caller's next call finds it counted.
                    await asyncio.shield(settling)
            if talk.refusal is not None:
                exchange.interrupt(talk.refusal)
            return exchange.resume(answer)
        except Exception as error:
            return self._failed(exchange, error)

    def _depart(self, talk: _Talk) -> None:
        if self._visits is not None and talk.exchange.call is not None:
            self._visits.close(talk.exchange.call)

    async def _ask(self, talk: _Talk, question: AskPerson) -> Grant | None:
        """None when the call has to end meanwhile, whatever would have been said, or has gone.

        Envoy closes its side of the stream at once when a caller hangs up, and resets it a second
        later: what a person says in that second must not be used up by a call that is no more.
        """
        if self._gate is None:
            raise Unavailable("approvals", "nobody can be asked")
        started = self._clock.elapsed()
        talk.asking = asking = asyncio.create_task(self._gate.ask(question.held))
        talk.coming = coming = asyncio.create_task(talk.events.receive())
        try:
            await asyncio.wait((asking, coming), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done() and (coming.exception() or coming.result() is None):
                talk.is_gone = True
                return None
            return await asking
        except asyncio.CancelledError:
            this = asyncio.current_task()
            if talk.refusal is None or (this is not None and this.cancelling()):
                raise
            return None
        finally:
            asking.cancel()
            talk.asking = None
            self._meter.stage("approval", self._clock.elapsed() - started)

    async def _take_seat(self, talk: _Talk) -> None:
        """Of a model that only so many agents may call."""
        model = talk.exchange.model
        if model and self._activity.seats_needed(talk.agent_id, model):
            await asyncio.to_thread(self._activity.take_seat, talk.agent_id, model)

    async def _charge(self, talk: _Talk, question: Spend) -> None:
        if self._budgets is None:
            raise Unavailable("budgets", "there are none")
        started = self._clock.elapsed()
        talk.charge = await self._budgets.charge(question.identity, question.tokens)
        self._meter.stage("charge", self._clock.elapsed() - started)

    def _settle_soon(self, talk: _Talk, question: Persist) -> asyncio.Task[None] | None:
        last, charge = question.records[-1], talk.charge
        if charge is None or not isinstance(last, AnswerRecord):
            return None
        assert self._budgets is not None
        talk.charge = None
        try:
            rest = self._budgets.settle(charge, tokens_of(last, talk.exchange.estimate))
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

    async def _persist(self, question: Persist) -> None:
        started = self._clock.elapsed()
        await self._recorder.write(*question.records)
        self._meter.stage("store", self._clock.elapsed() - started)
        for record in question.records:
            self._meter.recorded(record)

    def _failed(self, exchange: Exchange, error: Exception) -> Sequence[Step]:
        if not isinstance(error, Refused):
            self._fault(exchange, error)
        return exchange.fail(error)

    def _fault(self, exchange: Exchange, error: Exception) -> None:
        call = exchange.call
        self._meter.failed(error.component if isinstance(error, Unavailable) else "exchange")
        _log.error(
            "refused",
            exchange_id=call.exchange_id if call else "",
            state=exchange.state.value,
            error=type(error).__name__,
            # A foreign exception's text may hold a piece of the body.
            detail=str(error) if isinstance(error, Unavailable) else "",
        )

    async def _close(self, talk: _Talk) -> None:
        # A thread or the task that ends it may still be at it; two must not have one exchange.
        for work in (talk.work, talk.ending):
            if work is not None:
                await asyncio.wait([work])
        try:
            await self._take(talk, talk.exchange.receive(Closed()), None)
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
