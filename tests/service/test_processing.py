"""The loop around one exchange: errors, cancellation and the record of every end."""

from __future__ import annotations

import asyncio
import json

import pytest

from extproc.core.decision import Phase, PolicyResult, Unavailable
from extproc.core.events import Event, RequestBody, ResponseBody
from extproc.core.exchange import ExchangeError
from extproc.core.policy_input import PolicyInput
from extproc.core.record import AnswerRecord, ExchangeRecord, Outcome
from extproc.core.replies import BodyReply, HeadersReply, ImmediateReply, Reply
from extproc.service.processing import Processing
from tests.core.test_exchange import BODY, SAID, answer_headers, headers, rules
from tests.fakes import (
    CountingActivity,
    CountingMeter,
    MemoryRecorder,
    ScriptedEvents,
    ScriptedJudge,
)


class Setting:
    def __init__(self) -> None:
        self.judge = ScriptedJudge()
        self.recorder = MemoryRecorder()
        self.activity = CountingActivity()
        self.meter = CountingMeter()
        shared = rules()
        self.processing = Processing(
            lambda: shared, self.judge, self.recorder, self.activity, self.meter, shared.clock
        )

    def answers(self) -> list[AnswerRecord]:
        return [each for each in self.recorder.records if isinstance(each, AnswerRecord)]


@pytest.fixture
def setting() -> Setting:
    return Setting()


ASKED: tuple[Event, ...] = (headers(), RequestBody(BODY, True))


async def test_a_whole_exchange(setting: Setting) -> None:
    events = ScriptedEvents(*ASKED, answer_headers(), ResponseBody(SAID, True))
    await setting.processing.converse(events)
    assert [type(reply) for reply in events.replies] == [
        HeadersReply, BodyReply, HeadersReply, BodyReply,
    ]  # fmt: skip
    assert [answer.outcome for answer in setting.answers()] == [Outcome.COMPLETED]
    assert setting.activity.held == setting.activity.released == ["agt_1"]
    assert setting.meter.records == setting.recorder.records


async def test_the_most_exchanges_at_once_are_counted_anew_each_time(setting: Setting) -> None:
    class Open(ScriptedEvents):
        async def receive(self) -> Event | None:
            await hang_up.wait()
            return None

    hang_up = asyncio.Event()
    calls = [asyncio.create_task(setting.processing.converse(Open())) for _ in range(3)]
    await asyncio.sleep(0)
    assert setting.processing.most_open() == 3
    hang_up.set()
    await asyncio.gather(*calls)
    assert [setting.processing.most_open() for _ in range(2)] == [3, 0]


@pytest.mark.parametrize(
    ("error", "component"),
    [(Unavailable("policy"), "policy"), (KeyError("a bug in an adapter"), "exchange")],
)
async def test_an_error_refuses_and_is_counted(
    setting: Setting, error: Exception, component: str
) -> None:
    setting.judge.answers[Phase.REQUEST] = error
    events = ScriptedEvents(*ASKED)
    await setting.processing.converse(events)
    (reply,) = events.replies
    assert isinstance(reply, ImmediateReply)
    assert (reply.status, json.loads(reply.body)["error"]["code"]) == (503, "unavailable")
    assert b"adapter" not in reply.body
    assert setting.meter.failures == [component]
    assert [answer.code for answer in setting.answers()] == ["unavailable"]


async def test_a_full_disk_refuses(setting: Setting) -> None:
    setting.recorder.fails = True
    events = ScriptedEvents(*ASKED)
    await setting.processing.converse(events)
    (reply,) = events.replies
    assert isinstance(reply, ImmediateReply)
    assert reply.status == 503
    assert "store" in setting.meter.failures


async def test_a_bad_body_is_the_callers_fault_and_no_failure(setting: Setting) -> None:
    events = ScriptedEvents(headers(), RequestBody(b"{", True))
    await setting.processing.converse(events)
    (reply,) = events.replies
    assert isinstance(reply, ImmediateReply)
    assert reply.status == 400
    assert setting.meter.failures == []


async def test_what_envoy_cannot_mean_ends_the_stream_by_an_error(setting: Setting) -> None:
    with pytest.raises(ExchangeError):
        await setting.processing.converse(ScriptedEvents(*ASKED, RequestBody(b"more", True)))
    assert [answer.outcome for answer in setting.answers()] == [Outcome.CUT]


async def test_a_client_that_leaves_while_the_policy_thinks_is_recorded(setting: Setting) -> None:
    started = asyncio.Event()

    async def think(phase: Phase, document: PolicyInput) -> None:
        started.set()
        await asyncio.Event().wait()

    setting.judge.decide = think  # type: ignore[assignment, method-assign]
    task = asyncio.create_task(setting.processing.converse(ScriptedEvents(*ASKED)))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (asked,) = [each for each in setting.recorder.records if isinstance(each, ExchangeRecord)]
    assert not asked.allowed
    assert [answer.outcome for answer in setting.answers()] == [Outcome.CUT]
    assert setting.activity.released == ["agt_1"]


async def test_a_stream_that_cannot_be_written_to_is_recorded(setting: Setting) -> None:
    def broken(reply: Reply) -> None:
        if isinstance(reply, BodyReply) and reply.direction == "response":
            raise ConnectionError("Envoy has gone")

    body = b'data: {"choices":[{"index":0,"delta":{"content":"Hello there."}}]}\n\n'
    events = ScriptedEvents(
        *ASKED, answer_headers("text/event-stream"), ResponseBody(body, False),
        ResponseBody(body, False), on_send=broken,
    )  # fmt: skip
    with pytest.raises(ConnectionError):
        await setting.processing.converse(events)
    assert [answer.outcome for answer in setting.answers()] == [Outcome.CUT]


async def test_a_deny_of_the_answer_in_a_stream(setting: Setting) -> None:
    setting.judge.answers[Phase.RESPONSE] = PolicyResult(allowed=False, reason="not this one")
    events = ScriptedEvents(*ASKED, answer_headers("text/event-stream"))
    await setting.processing.converse(events)
    assert isinstance(events.replies[-1], ImmediateReply)
    assert b"not this one" in events.replies[-1].body


async def test_a_client_that_leaves_while_a_large_body_is_looked_at(setting: Setting) -> None:
    """The thread finishes with the exchange before its end is written down."""
    body = b'{"model":"demo","messages":[{"role":"user","content":"%b"}]}' % (b"words " * 50_000)
    shared = rules(request_limit=10_000_000)
    processing = Processing(
        lambda: shared, setting.judge, setting.recorder, setting.activity, setting.meter,
        shared.clock,
    )  # fmt: skip
    task = asyncio.create_task(
        processing.converse(ScriptedEvents(headers(), RequestBody(body, True)))
    )
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [answer.outcome for answer in setting.answers()] == [Outcome.CUT]
    assert setting.judge.documents == []
