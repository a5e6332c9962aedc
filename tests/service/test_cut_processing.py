"""An agent is ended while its exchanges are open: what each of them was at does not matter."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import msgspec
import pytest

from extproc.core.decision import Code, Decision, Phase, PolicyResult, Refusal, Unavailable
from extproc.core.events import Event, RequestBody, ResponseBody
from extproc.core.policy_input import PolicyInput
from extproc.core.record import AnswerRecord, Outcome, Record
from extproc.core.replies import BodyReply, HeadersReply, ImmediateReply, Reply
from extproc.service.processing import Processing
from tests.core.test_exchange import BODY, IDENTITY, SAID, answer_headers, call, headers, rules
from tests.fakes import CountingActivity, CountingMeter, MemoryRecorder, ScriptedJudge

WHY = {"agt_1": Refusal(Code.REVOKED, "the credential's agent no longer runs")}
ASKED: tuple[Event, ...] = (headers(), RequestBody(BODY, True))
STREAM: tuple[Event, ...] = (*ASKED, answer_headers("text/event-stream"))
PIECE = ResponseBody(b'data: {"choices":[{"index":0,"delta":{"content":"Hello. "}}]}\n\n', False)


class Line:
    """One ext_proc stream that stays open until it is hung up."""

    def __init__(self, *events: Event) -> None:
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self.replies: list[Reply] = []
        self.is_sending = asyncio.Event()
        self.may_send = asyncio.Event()
        self.may_send.set()
        self.is_gone = False
        self.tell(*events)

    def tell(self, *events: Event | None) -> None:
        for event in events:
            self._queue.put_nowait(event)

    async def receive(self) -> Event | None:
        return await self._queue.get()

    async def send(self, reply: Reply) -> None:
        self.is_sending.set()
        await self.may_send.wait()
        if self.is_gone:
            raise ConnectionResetError("the call is over")
        self.replies.append(reply)


class SlowRecorder(MemoryRecorder):
    """Writes when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.is_writing = asyncio.Event()
        self.may_write = asyncio.Event()
        self.may_write.set()

    async def write(self, *records: Record) -> None:
        self.is_writing.set()
        await self.may_write.wait()
        await super().write(*records)


class SlowJudge(ScriptedJudge):
    """Decides when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = asyncio.Event()
        self.may_decide = asyncio.Event()
        self.may_decide.set()

    async def decide(self, phase: Phase, document: PolicyInput) -> Decision:
        self.is_asked.set()
        await self.may_decide.wait()
        return await super().decide(phase, document)


class Setting:
    def __init__(self) -> None:
        self.judge = SlowJudge()
        self.recorder = SlowRecorder()
        self.activity = CountingActivity()
        self.meter = CountingMeter()
        shared = rules(request_limit=10_000_000)
        self.processing = Processing(
            lambda: shared, self.judge, self.recorder, self.activity, self.meter, shared.clock
        )
        self.calls: list[asyncio.Task[None]] = []

    def open(self, *events: Event) -> Line:
        line = Line(*events)
        self.calls.append(asyncio.create_task(self.processing.converse(line)))
        return line

    async def hang_up(self, *lines: Line) -> None:
        for line in lines:
            line.tell(None)
        await asyncio.gather(*self.calls)
        assert self.processing.open_agents() == set()
        assert sorted(self.activity.held) == sorted(self.activity.released)

    def ends(self) -> list[tuple[str, str]]:
        return [(r.outcome, r.code) for r in self.recorder.records if isinstance(r, AnswerRecord)]


@pytest.fixture
def setting() -> Setting:
    return Setting()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0)


def is_revoked(reply: Reply) -> bool:
    assert isinstance(reply, ImmediateReply)
    return (reply.status, json.loads(reply.body)["error"]["code"]) == (401, "revoked")


async def test_an_exchange_that_waits_for_envoy_ends_while_it_waits(setting: Setting) -> None:
    line = setting.open(*ASKED)
    await until(lambda: len(line.replies) == 2)
    assert setting.processing.interrupt(WHY) == 1
    await until(lambda: len(line.replies) == 3)
    assert is_revoked(line.replies[-1])
    assert not setting.calls[0].done(), "it must not end before Envoy does"
    line.tell(answer_headers(), ResponseBody(SAID, True))
    await setting.hang_up(line)
    assert len(line.replies) == 3
    assert setting.ends() == [(Outcome.REFUSED, "revoked")]


async def test_all_streams_of_an_agent_end_and_nobody_elses(setting: Setting) -> None:
    ours = [setting.open(*STREAM, PIECE) for _ in range(20)]
    theirs = setting.open(headers(call=call_of("agt_2")), RequestBody(BODY, True), STREAM[2], PIECE)
    lines = [*ours, theirs]
    await until(lambda: all(len(line.replies) == 4 for line in lines))
    assert set(setting.processing.open_agents()) == {"agt_1", "agt_2"}
    assert setting.processing.interrupt(WHY) == 20
    assert setting.processing.interrupt(WHY) == 0, "they are ending already"
    await until(lambda: all(len(line.replies) == 5 for line in ours))
    for line in ours:
        last = line.replies[-1]
        assert isinstance(last, BodyReply)
        assert last.end_of_stream
        assert b'"revoked"' in last.body
    theirs.tell(PIECE, ResponseBody(b"data: [DONE]\n\n", True))
    await until(lambda: len(theirs.replies) == 6)
    await setting.hang_up(*lines)
    assert sorted(setting.ends()) == [(Outcome.COMPLETED, "")] + [(Outcome.REFUSED, "revoked")] * 20


def call_of(agent_id: str) -> bytes:
    return call(identity=msgspec.structs.replace(IDENTITY, agent_id=agent_id))


@pytest.mark.parametrize(
    ("events", "sent", "phase"),
    [
        pytest.param(ASKED, 0, Phase.REQUEST, id="about the request"),
        pytest.param((*ASKED, answer_headers(), ResponseBody(SAID, True)), 2, Phase.RESPONSE,
                     id="about the answer"),
        pytest.param(STREAM, 2, Phase.RESPONSE, id="about a stream"),
    ],
)  # fmt: skip
async def test_while_the_policy_thinks(
    setting: Setting, events: tuple[Event, ...], sent: int, phase: Phase
) -> None:
    line = setting.open(*events[:2]) if sent else Line()
    if sent:
        await until(lambda: len(line.replies) == sent)
        setting.judge.is_asked.clear()
        setting.judge.may_decide.clear()
        line.tell(*events[2:])
    else:
        setting.judge.may_decide.clear()
        line = setting.open(*events)
    await setting.judge.is_asked.wait()
    assert setting.processing.interrupt(WHY) == 1
    setting.judge.may_decide.set()
    await until(lambda: len(line.replies) == sent + 1)
    assert is_revoked(line.replies[-1])
    assert setting.judge.documents[-1][0] is phase
    await setting.hang_up(line)
    assert setting.ends() == [(Outcome.REFUSED, "revoked")]


async def test_while_the_request_is_written_down(setting: Setting) -> None:
    setting.recorder.may_write.clear()
    line = setting.open(*ASKED)
    await setting.recorder.is_writing.wait()
    setting.processing.interrupt(WHY)
    setting.recorder.may_write.set()
    await until(lambda: len(line.replies) == 1)
    assert is_revoked(line.replies[0])
    await setting.hang_up(line)


async def test_while_a_thread_looks_at_a_large_body(setting: Setting) -> None:
    body = b'{"model":"demo","messages":[{"role":"user","content":"%b"}]}' % (b"words " * 50_000)
    line = setting.open(headers(), RequestBody(body, True))
    await until(lambda: setting.processing.open_agents() != set())
    setting.processing.interrupt(WHY)
    await until(lambda: len(line.replies) == 1)
    assert is_revoked(line.replies[0])
    await setting.hang_up(line)
    assert setting.ends() == [(Outcome.REFUSED, "revoked")]


async def test_while_a_reply_is_on_its_way(setting: Setting) -> None:
    """The request's head has gone to Envoy; its body is not sent beside our refusal."""
    line = Line(*ASKED)
    line.may_send.clear()
    setting.calls.append(asyncio.create_task(setting.processing.converse(line)))
    await line.is_sending.wait()
    setting.processing.interrupt(WHY)
    line.may_send.set()
    await until(lambda: len(line.replies) == 3)
    assert [type(reply) for reply in line.replies] == [HeadersReply, BodyReply, ImmediateReply]
    await setting.hang_up(line)
    assert setting.ends() == [(Outcome.REFUSED, "revoked")]


async def test_envoy_speaks_while_the_end_is_written_down(setting: Setting) -> None:
    line = setting.open(*STREAM, PIECE)
    await until(lambda: len(line.replies) == 4)
    setting.recorder.is_writing.clear()
    setting.recorder.may_write.clear()
    setting.processing.interrupt(WHY)
    await setting.recorder.is_writing.wait()
    line.tell(PIECE, PIECE)
    await asyncio.sleep(0)
    setting.recorder.may_write.set()
    await until(lambda: len(line.replies) == 5)
    await setting.hang_up(line)
    last = line.replies[-1]
    assert isinstance(last, BodyReply)
    assert b"Hello" not in last.body
    assert b"revoked" in last.body
    assert setting.ends() == [(Outcome.REFUSED, "revoked")]


@pytest.mark.parametrize("fails", [False, True], ids=["in time", "with a full disk"])
async def test_the_client_leaves_while_the_end_is_written_down(
    setting: Setting, fails: bool
) -> None:
    line = setting.open(*STREAM, PIECE)
    await until(lambda: len(line.replies) == 4)
    setting.recorder.is_writing.clear()
    setting.recorder.may_write.clear()
    setting.recorder.fails = fails
    setting.processing.interrupt(WHY)
    await setting.recorder.is_writing.wait()
    line.is_gone = True
    setting.calls[0].cancel()
    await asyncio.sleep(0)
    setting.recorder.may_write.set()
    with pytest.raises(asyncio.CancelledError):
        await setting.calls[0]
    assert setting.ends() == ([] if fails else [(Outcome.REFUSED, "revoked")])
    assert setting.activity.released == ["agt_1"]
    assert len(line.replies) == 4


async def test_a_full_disk_lets_no_more_of_a_stream_through(setting: Setting) -> None:
    line = setting.open(*STREAM, PIECE)
    await until(lambda: len(line.replies) == 4)
    setting.recorder.fails = True
    setting.processing.interrupt(WHY)
    await until(lambda: len(line.replies) == 5)
    line.tell(PIECE)
    await setting.hang_up(line)
    last = line.replies[-1]
    assert isinstance(last, BodyReply)
    assert last.end_of_stream
    assert b"unavailable" in last.body
    assert "store" in setting.meter.failures


async def test_an_agent_that_ended_before_the_exchange_began(setting: Setting) -> None:
    """Admitted by ext_authz, ended, and only then told to ext_proc."""
    setting.activity.gone = WHY
    line = setting.open(headers())
    await until(lambda: len(line.replies) == 1)
    assert is_revoked(line.replies[0])
    line.tell(RequestBody(BODY, True))
    await setting.hang_up(line)
    assert setting.judge.documents == []
    assert setting.ends() == [(Outcome.REFUSED, "revoked")]


async def test_a_store_that_cannot_say_who_runs_refuses(setting: Setting) -> None:
    def unknown(_: object) -> dict[str, Refusal]:
        raise Unavailable("store", "gone")

    setting.activity.ended = unknown  # type: ignore[method-assign, assignment]
    line = setting.open(*ASKED)
    await until(lambda: len(line.replies) == 1)
    (reply,) = line.replies
    assert isinstance(reply, ImmediateReply)
    assert reply.status == 503
    await setting.hang_up(line)
    assert setting.meter.failures == ["store"]


async def test_a_deny_of_the_policy_stands(setting: Setting) -> None:
    setting.judge.answers[Phase.REQUEST] = PolicyResult(allowed=False, reason="no")
    setting.judge.may_decide.clear()
    line = setting.open(*ASKED)
    await setting.judge.is_asked.wait()
    setting.processing.interrupt({})
    setting.judge.may_decide.set()
    await until(lambda: len(line.replies) == 1)
    setting.processing.interrupt(WHY)
    await setting.hang_up(line)
    assert setting.ends() == [(Outcome.REFUSED, "policy_denied")]
    assert len(line.replies) == 1
