"""An exchange whose agent is ended in the middle: in every state, told as conversations."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.decision import Code, Phase, Refusal, Unavailable
from extproc.core.events import (
    Closed,
    RequestBody,
    RequestTrailers,
    ResponseBody,
    ResponseHeaders,
    ResponseTrailers,
)
from extproc.core.exchange import State
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome
from extproc.core.replies import BodyReply, Direction, HeadersReply, ImmediateReply, Persist
from tests.core.test_exchange import (
    ASKED,
    BODY,
    SAID,
    answer_headers,
    headers,
    playbook,
    refused,
)
from tests.playbook import Playbook, allow, ask, cut, deny, keep, send, tell

WHY = Refusal(Code.REVOKED, "the credential's agent no longer runs")
REVOKED = refused("revoked", 401)
ANY_HEAD = send(lambda reply: isinstance(reply, HeadersReply))
STREAM = [*ASKED, tell(answer_headers("text/event-stream")), ask(Phase.RESPONSE, allow()), ANY_HEAD]
WEIGHED = [*ASKED, tell(answer_headers()), tell(ResponseBody(SAID, True))]
ANSWERED = [*WEIGHED, ask(Phase.RESPONSE, allow())]


def outcomes(book: Playbook) -> list[tuple[str, str]]:
    return [(r.outcome, r.code) for r in book.records if isinstance(r, AnswerRecord)]


@pytest.mark.parametrize(
    ("script", "state", "allowed"),
    [
        pytest.param(
            [tell(headers()), cut(WHY)], State.COLLECTING, False, id="before the body came"
        ),
        pytest.param(
            [tell(headers()), tell(RequestBody(BODY[:9], False)), cut(WHY)],
            State.COLLECTING, False, id="in the body",
        ),
        pytest.param(
            [*ASKED[:2], cut(WHY), ask(Phase.REQUEST, allow())],
            State.JUDGING, False, id="while the policy thinks about the request",
        ),
        pytest.param(
            [*ASKED[:3], cut(WHY), keep()],
            State.RECORDING, True, id="while the request is written down",
        ),
        pytest.param([*ASKED, cut(WHY)], State.AWAITING, True, id="while the model thinks"),
        pytest.param(
            [*ASKED, tell(answer_headers()), tell(ResponseBody(SAID[:9], False)), cut(WHY)],
            State.HOLDING, True, id="in a whole answer",
        ),
        pytest.param(
            [*WEIGHED, cut(WHY), ask(Phase.RESPONSE, allow())],
            State.WEIGHING, True, id="while the policy thinks about the answer",
        ),
        pytest.param(
            [*ASKED, tell(answer_headers("text/event-stream")), cut(WHY),
             ask(Phase.RESPONSE, allow())],
            State.OPENING_STREAM, True, id="while the policy thinks about a stream",
        ),
        pytest.param(
            [*STREAM, cut(WHY)], State.STREAMING, True, id="before a stream's first piece",
        ),
    ],
)  # fmt: skip
def test_it_is_refused_and_recorded(script: list[Any], state: State, allowed: bool) -> None:
    book = playbook()
    before = script[: next(at for at, line in enumerate(script) if isinstance(line, cut))]
    for line in before:
        book._line(line)
    assert book.exchange.state is state
    book.play([*script[len(before) :], keep(), REVOKED])
    assert book.exchange.state is State.ENDED
    (asked,) = [record for record in book.records if isinstance(record, ExchangeRecord)]
    assert asked.allowed is allowed
    assert asked.code == ("" if allowed else "revoked")
    assert outcomes(book) == [(Outcome.REFUSED, "revoked")]


def test_what_the_policy_said_meanwhile_is_recorded_and_opens_nothing() -> None:
    book = playbook()
    book.play([*ASKED[:2], cut(WHY), ask(Phase.REQUEST, allow()), keep(), REVOKED])
    (decided,) = [record for record in book.records if isinstance(record, DecisionRecord)]
    assert (decided.decision_id, decided.allowed) == ("dec_yes", True)
    assert [type(record) for record in book.records] == [
        DecisionRecord, ExchangeRecord, AnswerRecord,
    ]  # fmt: skip


def test_the_answer_was_judged_and_is_still_not_given() -> None:
    book = playbook()
    book.play([*WEIGHED, cut(WHY), ask(Phase.RESPONSE, deny()), keep(), REVOKED])
    assert [r.decision_id for r in book.records if isinstance(r, DecisionRecord)] == [
        "dec_yes", "dec_no",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "replies"),
    [
        pytest.param(
            [*ANSWERED, cut(WHY), keep()], [HeadersReply, BodyReply], id="a whole answer"
        ),
        pytest.param(
            [*ASKED[:2], ask(Phase.REQUEST, deny()), cut(WHY), keep()],
            [ImmediateReply], id="a refusal",
        ),
    ],
)  # fmt: skip
def test_what_is_being_written_down_as_said_is_said(script: list[Any], replies: list[type]) -> None:
    book = playbook()
    book.play(
        [*script, *(send(lambda reply, kind=kind: isinstance(reply, kind)) for kind in replies)]
    )
    assert [code for _, code in outcomes(book)] != ["revoked"]


@pytest.mark.parametrize(
    "late",
    [
        RequestBody(BODY, True), RequestTrailers({}), answer_headers(),
        answer_headers("text/event-stream"), ResponseBody(SAID, True), ResponseTrailers({}),
        Closed(),
    ],
    ids=lambda event: type(event).__name__,
)  # fmt: skip
def test_what_comes_afterwards_is_answered_by_nothing(late: Any) -> None:
    book = playbook()
    book.play([*ASKED, cut(WHY), keep(), REVOKED, tell(late), cut(WHY)])
    assert outcomes(book) == [(Outcome.REFUSED, "revoked")]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([*ASKED[:2], cut(WHY), ask(Phase.REQUEST, Unavailable("policy")), keep()],
                     id="the policy"),
        pytest.param([*ASKED[:3], cut(WHY), keep(Unavailable("store"))],
                     id="the store, with the request"),
        pytest.param([*ASKED, cut(WHY), keep(Unavailable("store"))],
                     id="the store, with the end"),
    ],
)  # fmt: skip
def test_a_fault_meanwhile_opens_nothing(script: list[Any]) -> None:
    playbook().play([*script, refused("unavailable", 503)])


def test_nobody_is_cut_before_it_is_known_whose_call_it_is() -> None:
    book = playbook()
    foreign = ResponseHeaders({":status": "403"}, False)
    book.play([tell(foreign), ANY_HEAD, cut(WHY), tell(ResponseBody(b"no", True)),
               send(BodyReply(Direction.RESPONSE, b"no", True))])  # fmt: skip
    assert book.records == []


CHAT = [
    {"choices": [{"index": 0, "delta": {"content": word}}]}
    for word in ("Mail ", "jo", "@exam", "ple.com ", "now")
]
MESSAGES = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    *(
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}
        for word in ("Mail ", "jo", "@exam", "ple.com ", "now")
    ),
]
RESPONSES = [
    {"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "content_index": 0,
     "delta": word}
    for word in ("Mail ", "jo", "@exam", "ple.com ", "now")
]  # fmt: skip
DIALECTS = {
    "/v1/chat/completions": CHAT,
    "/v1/messages": MESSAGES,
    "/v1/responses": RESPONSES,
}


@given(
    path=st.sampled_from(sorted(DIALECTS)),
    cuts=st.lists(st.integers(1, 400), max_size=6),
    at=st.integers(0, 1200),
)
def test_a_stream_ends_by_one_event_wherever_it_is_cut(path: str, cuts: list[int], at: int) -> None:
    data = b"".join(
        (f"event: {each['type']}\n".encode() if "type" in each else b"")
        + b"data: "
        + json.dumps(each).encode()
        + b"\n\n"
        for each in DIALECTS[path]
    )[: max(at, 1)]
    body = json.dumps({"model": "demo", "max_tokens": 9, "input": "hi",
                       "messages": [{"role": "user", "content": "hi"}]}).encode()  # fmt: skip
    book = playbook()
    book.sent([headers(path), RequestBody(body, True), answer_headers("text/event-stream")])
    out = b""
    edges = sorted({min(each, len(data)) for each in cuts} | {0, len(data)})
    for start, end in itertools.pairwise(edges):
        for reply in book.sent([ResponseBody(data[start:end], False)]):
            assert isinstance(reply, BodyReply)
            assert not reply.end_of_stream
            out += reply.body
    (question,) = book.exchange.interrupt(WHY)
    assert isinstance(question, Persist)
    (last,) = book.exchange.resume(None)
    assert isinstance(last, BodyReply)
    assert last.end_of_stream
    out += last.body
    assert b"jo@" not in out
    # As a client reads it: events end at an empty line.
    *before, end_event, nothing = out.decode().split("\n\n")
    assert nothing == ""
    named = [line for line in end_event.split("\n") if line.startswith("event:")]
    assert named == ([] if "chat" in path else ["event: error"])
    (said,) = [line for line in end_event.split("\n") if line.startswith("data:")]
    document = json.loads(said.removeprefix("data:"))
    assert document["error"]["message"] == WHY.message
    assert "revoked" in (document.get("code"), document["error"].get("code"))
    assert "revoked" not in "".join(before)
    answer = question.records[-1]
    assert isinstance(answer, AnswerRecord)
    assert (answer.outcome, answer.code, answer.body) == (Outcome.REFUSED, "revoked", out)
