"""Strategies, told as conversations: what the upstream, the client and the records get."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from extproc.core.decision import Refused
from extproc.core.events import Event, RequestBody, ResponseBody
from extproc.core.masking import Masker, Strategy
from extproc.core.record import AnswerRecord, ExchangeRecord, Outcome
from extproc.core.replies import BodyReply, ImmediateReply, Persist
from tests.core.test_exchange import (
    BODY,
    DIRTY,
    IDENTITY,
    answer_headers,
    call,
    headers,
    playbook,
)
from tests.playbook import Playbook

KEY = b"0123456789abcdef0123456789abcdef"
STREAMED = (
    b'data: {"choices":[{"index":0,"delta":{"content":"Hello. "}}]}\n\n'
    b'data: {"choices":[{"index":0,"delta":{"content":"It is jo@exam"}}]}\n\n'
    b'data: {"choices":[{"index":0,"delta":{"content":"ple.com, bye"}}]}\n\n'
    b"data: [DONE]\n\n"
)


def with_strategies(**strategies: Strategy) -> Playbook:
    masker = Masker(strategies=strategies, key=KEY)
    return playbook(maskers=lambda _: masker)


def body_of(replies: list[Any]) -> bytes:
    return b"".join(reply.body for reply in replies if isinstance(reply, BodyReply))


def records(book: Playbook) -> tuple[ExchangeRecord, AnswerRecord]:
    (asked,) = [one for one in book.records if isinstance(one, ExchangeRecord)]
    (answered,) = [one for one in book.records if isinstance(one, AnswerRecord)]
    return asked, answered


def whole(text: str) -> list[Event]:
    document = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}
    return [answer_headers(), ResponseBody(json.dumps(document).encode(), True)]


def test_pseudonyms_are_the_subjects_own() -> None:
    sent = []
    for subject in ("ada", "ada", "bob"):
        book = with_strategies(EMAIL=Strategy.PSEUDONYM)
        who = replace(IDENTITY, subject=subject)
        events = [headers(call=call(identity=who)), RequestBody(DIRTY, True)]
        sent.append(body_of(book.sent(events)))
    assert sent[0] == sent[1] != sent[2]
    assert b"I am [EMAIL_" in sent[0]
    assert b"jo@example.com" not in sent[0]


def test_the_answer_gets_the_pseudonyms_of_the_request() -> None:
    book = with_strategies(EMAIL=Strategy.PSEUDONYM)
    asked = body_of(book.sent([headers(), RequestBody(DIRTY, True)]))
    answered = body_of(book.sent(whole("I am jo@example.com")))
    name = asked.partition(b"I am ")[2].partition(b'"')[0]
    assert name.startswith(b"[EMAIL_")
    assert answered.partition(b"I am ")[2].partition(b'"')[0] == name
    request, answer = records(book)
    assert request.body == asked
    assert answer.body == answered


def test_a_blocked_type_in_a_prompt_refuses_it() -> None:
    book = with_strategies(EMAIL=Strategy.BLOCK)
    (reply,) = book.sent([headers(), RequestBody(DIRTY, True)])
    assert isinstance(reply, ImmediateReply)
    assert reply.status == 403
    error = json.loads(reply.body)["error"]
    assert error["code"] == "policy_denied"
    assert "EMAIL" in error["message"]
    asked, answered = records(book)
    assert (asked.allowed, asked.findings, answered.outcome) == (
        False, {"EMAIL": 1}, Outcome.REFUSED,
    )  # fmt: skip
    assert b"[EMAIL]" in asked.body
    assert b"jo@" not in reply.body + asked.body + answered.body


def test_a_blocked_type_in_a_whole_answer_refuses_it() -> None:
    book = with_strategies(EMAIL=Strategy.BLOCK)
    book.sent([headers(), RequestBody(BODY, True)])
    (reply,) = book.sent(whole("It is jo@example.com"))
    assert isinstance(reply, ImmediateReply)
    assert (reply.status, json.loads(reply.body)["error"]["code"]) == (403, "policy_denied")
    assert b"jo@" not in reply.body
    assert records(book)[1].findings == {"EMAIL": 1}


@pytest.mark.parametrize("size", [1, 7, 80, 500])
def test_a_blocked_type_ends_a_stream_and_nothing_of_it_has_passed(size: int) -> None:
    book = with_strategies(EMAIL=Strategy.BLOCK)
    book.sent([headers(), RequestBody(BODY, True), answer_headers("text/event-stream")])
    out = b""
    for at in range(0, len(STREAMED), size):
        events = [ResponseBody(STREAMED[at : at + size], at + size >= len(STREAMED))]
        replies = _sent_or_failed(book, events)
        out += body_of(replies)
        if any(isinstance(one, BodyReply) and one.end_of_stream for one in replies):
            break
    assert out.startswith(STREAMED.partition(b"\n\n")[0])
    assert b"jo@" not in out
    assert json.loads(out.rpartition(b"data: ")[2])["error"]["code"] == "policy_denied"
    answer = records(book)[1]
    assert (answer.outcome, answer.code, answer.body) == (Outcome.REFUSED, "policy_denied", out)


def _sent_or_failed(book: Playbook, events: list[Event]) -> list[Any]:
    try:
        return list(book.sent(events))
    except Refused as error:
        (keep,) = book.exchange.fail(error)
        assert isinstance(keep, Persist)
        book.records += keep.records
        return list(book.exchange.resume(None))
