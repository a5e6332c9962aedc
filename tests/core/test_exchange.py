"""The state machine of one exchange, told as conversations."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from extproc.core.call import Call, write_call
from extproc.core.decision import MaskRule, Phase, Unavailable
from extproc.core.events import (
    Closed,
    Event,
    RequestBody,
    RequestHeaders,
    RequestTrailers,
    ResponseBody,
    ResponseHeaders,
    ResponseTrailers,
)
from extproc.core.exchange import TRANSITIONS, Exchange, ExchangeError, State
from extproc.core.identity import Identity
from extproc.core.masking import Masker
from extproc.core.policy_input import PolicyInput
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome
from extproc.core.replies import (
    BodyReply,
    Direction,
    HeadersReply,
    ImmediateReply,
    Persist,
    TrailersReply,
)
from extproc.core.rules import Destination, Rules
from tests.playbook import FixedClock, Playbook, allow, ask, deny, keep, send, tell

MASKER = Masker("default")


def _maskers(profile: str | None) -> Masker:
    if profile not in (None, "default"):
        raise Unavailable("masker", "unknown profile")
    return MASKER


IDENTITY = Identity(
    subject="alice",
    issuer="urn:test",
    groups=("staff",),
    agent_id="agt_1",
    agent_name="notebook",
    credential_id="crd_1",
    expires_at=2_000_000_000_000_000,
)


def rules(**changes: Any) -> Rules:
    defaults: dict[str, Any] = {
        "destinations": (Destination("first", ("demo", "gpt-*")), Destination("second", ("*-x",))),
        "maskers": _maskers,
        "clock": FixedClock(),
        "request_limit": 1000,
        "response_limit": 4000,
    }
    return Rules(**{**defaults, **changes})


def playbook(**changes: Any) -> Playbook:
    return Playbook(Exchange(rules(**changes)))


def call(**changes: Any) -> bytes:
    defaults: dict[str, Any] = {
        "exchange_id": "exc_1",
        "decision_id": "dec_authz",
        "at": 1,
        "source": "10.0.0.1",
        "source_port": 4711,
        "protocol": "HTTP/1.1",
        "request_id": "r",
        "identity": IDENTITY,
    }
    return write_call(Call(**{**defaults, **changes}))


def headers(
    path: str = "/v1/chat/completions",
    method: str = "POST",
    end: bool = False,
    call: bytes | None = None,
    **more: str,
) -> RequestHeaders:
    found = {
        ":method": method, ":path": path, ":authority": "h", ":scheme": "http",
        "content-type": "application/json",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }  # fmt: skip
    return RequestHeaders(found, end, CALL if call is None else call)


CALL = call()
BODY = b'{"model":"demo","messages":[{"role":"user","content":"hi"}]}'
DIRTY = b'{"model":"demo","messages":[{"role":"user","content":"I am jo@example.com"}]}'
SAID = b'{"choices":[{"index":0,"message":{"role":"assistant","content":"Paris."}}]}'
IDS = {"x-extproc-exchange-id": "exc_1", "x-extproc-decision-id": "dec_yes"}


def answer_headers(
    content_type: str = "application/json", end: bool = False, **more: str
) -> ResponseHeaders:
    found = {
        ":status": "200", "content-type": content_type, "x-extproc-answered": "1",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }  # fmt: skip
    return ResponseHeaders(found, end)


ASKED = [
    tell(headers()),
    tell(RequestBody(BODY, True)),
    ask(Phase.REQUEST, allow()),
    keep(),
    send(HeadersReply(Direction.REQUEST, {"x-extproc-upstream": "first",
                                          "content-length": str(len(BODY))})),
    send(BodyReply(Direction.REQUEST, BODY, True)),
]  # fmt: skip


def refused(code: str, status: int) -> send:
    def is_refusal(reply: Any) -> bool:
        return (
            isinstance(reply, ImmediateReply)
            and reply.status == status
            and json.loads(reply.body)["error"]["code"] == code
            and reply.headers["x-extproc-exchange-id"] == "exc_1"
        )

    return send(is_refusal)


def test_a_whole_exchange() -> None:
    book = playbook()
    book.play(
        [
            *ASKED,
            tell(answer_headers()),
            tell(ResponseBody(SAID[:9], False)),
            tell(ResponseBody(SAID[9:], False)),
            tell(ResponseBody(b"", True)),
            ask(Phase.RESPONSE, allow()),
            keep(),
            send(HeadersReply(Direction.RESPONSE, {**IDS, "content-length": str(len(SAID))},
                              ("x-extproc-answered",))),
            send(BodyReply(Direction.RESPONSE, SAID, True)),
            tell(Closed()),
        ]
    )  # fmt: skip
    assert [type(record) for record in book.records] == [
        DecisionRecord, ExchangeRecord, DecisionRecord, AnswerRecord,
    ]  # fmt: skip
    asked, answered = book.records[1], book.records[3]
    assert isinstance(asked, ExchangeRecord)
    assert isinstance(answered, AnswerRecord)
    assert (asked.subject, asked.model, asked.allowed, asked.body) == ("alice", "demo", True, BODY)
    assert (answered.outcome, answered.body, answered.status) == (Outcome.COMPLETED, SAID, 200)


def test_nothing_goes_upstream_before_the_record_is_durable() -> None:
    exchange = Exchange(rules())
    exchange.receive(headers())
    exchange.receive(RequestBody(BODY, True))
    (question,) = exchange.resume(allow())
    assert isinstance(question, Persist)
    assert isinstance(question.records[-1], ExchangeRecord)
    assert exchange.state is State.RECORDING


def test_headers_that_a_policy_adds_cannot_displace_ours() -> None:
    added = {"x-team": "blue", "x-extproc-upstream": "second", "Content-Length": "1", ":path": "/"}
    sent = playbook().sent([headers(), RequestBody(BODY, True)], allow(headers=added))
    assert isinstance(sent[0], HeadersReply)
    assert sent[0].set == {
        "x-team": "blue", "x-extproc-upstream": "first", "content-length": str(len(BODY)),
    }  # fmt: skip


def test_a_profile_that_the_decision_chooses_masks_the_body_as_it_came() -> None:
    sent = playbook().sent(
        [headers(), RequestBody(DIRTY, True)], allow(mask=MaskRule(profile="default"))
    )
    assert isinstance(sent[1], BodyReply)
    assert b"I am [EMAIL]" in sent[1].body


def test_a_profile_that_does_not_exist_refuses() -> None:
    book = playbook()
    with pytest.raises(Unavailable):
        book.sent([headers(), RequestBody(DIRTY, True)], allow(mask=MaskRule(profile="nope")))


def test_a_stream() -> None:
    first = b'data: {"choices":[{"index":0,"delta":{"content":"Hello there. "}}]}\n\n'
    second = b'data: {"choices":[{"index":0,"delta":{"content":"Bye."}}]}\n\n'
    done = b"data: [DONE]\n\n"
    book = playbook()
    sent = book.sent(
        [
            headers(),
            RequestBody(BODY, True),
            answer_headers("text/event-stream; charset=utf-8", content_length="9"),
            ResponseBody(first, False),
            ResponseBody(second + done, False),
            ResponseBody(b"", True),
            Closed(),
        ]
    )
    assert sent[2] == HeadersReply(
        Direction.RESPONSE, IDS, ("x-extproc-answered", "content-length")
    )
    pieces = [each for each in sent[3:] if isinstance(each, BodyReply)]
    assert b"".join(each.body for each in pieces) == first + second + done
    assert [each.end_of_stream for each in pieces] == [False] * (len(pieces) - 1) + [True]
    record = book.records[-1]
    assert isinstance(record, AnswerRecord)
    assert record.body == first + second + done
    assert sum(size for _, size in record.chunks) == len(record.body)


def test_the_last_piece_of_a_stream_waits_for_the_record() -> None:
    book = playbook()
    book.play(
        [
            *ASKED,
            tell(answer_headers("text/event-stream")),
            ask(Phase.RESPONSE, allow()),
            send(lambda reply: isinstance(reply, HeadersReply)),
            tell(ResponseBody(b"data: [DONE]\n\n", True)),
            keep(),
            send(BodyReply(Direction.RESPONSE, b"data: [DONE]\n\n", True)),
        ]
    )


def test_the_policy_sees_findings_and_facts() -> None:
    def check(document: PolicyInput) -> None:
        seen = json.loads(document.encode())
        assert seen["findings"]["status"] == "ok"
        assert [(item["type"], item["count"]) for item in seen["findings"]["items"]] == [
            ("EMAIL", 1)
        ]
        assert seen["llm"]["model"] == "demo"
        assert seen["identity"]["subject"] == "alice"
        assert seen["attributes"]["request"]["http"]["headers"][":path"] == "/v1/chat/completions"

    book = playbook()
    book.play(
        [
            tell(headers()),
            tell(RequestBody(DIRTY, True)),
            ask(Phase.REQUEST, allow(), check),
            keep(),
            send(lambda reply: isinstance(reply, HeadersReply)),
            send(lambda reply: isinstance(reply, BodyReply) and b"[EMAIL]" in reply.body
                 and b"jo@" not in reply.body),
        ]
    )  # fmt: skip


def test_a_deny_is_recorded_before_it_is_said() -> None:
    book = playbook()
    book.play(
        [
            tell(headers()),
            tell(RequestBody(DIRTY, True)),
            ask(Phase.REQUEST, deny("not today")),
            keep(),
            refused("policy_denied", 403),
            tell(Closed()),
        ]
    )
    asked = book.records[1]
    assert isinstance(asked, ExchangeRecord)
    assert (asked.allowed, asked.code, asked.reason) == (False, "policy_denied", "not today")
    assert b"jo@example.com" not in asked.body
    assert b"[EMAIL]" in asked.body


def test_a_body_in_any_number_of_pieces() -> None:
    for cut in range(1, len(BODY)):
        book = playbook()
        sent = book.sent(
            [
                headers(),
                RequestBody(BODY[:cut], False),
                RequestBody(BODY[cut:], False),
                RequestBody(b"", True),
            ]
        )
        assert sent[1] == BodyReply(Direction.REQUEST, BODY, True)


def test_trailers_both_ways_are_masked() -> None:
    book = playbook()
    sent = book.sent(
        [
            headers(),
            RequestBody(BODY, False),
            RequestTrailers({"x-a": "jo@example.com", "x-b": "fine"}),
            answer_headers(),
            ResponseBody(SAID, False),
            ResponseTrailers({"x-c": "jo@example.com"}),
        ]
    )
    assert sent[1:3] == [
        BodyReply(Direction.REQUEST, BODY, False),
        TrailersReply(Direction.REQUEST, {"x-a": "[EMAIL]"}),
    ]
    assert sent[-2:] == [
        BodyReply(Direction.RESPONSE, SAID, False),
        TrailersReply(Direction.RESPONSE, {"x-c": "[EMAIL]"}),
    ]


def test_trailers_of_the_request_are_not_taken_for_the_answers() -> None:
    sent = playbook().sent(
        [
            headers(),
            RequestBody(BODY, False),
            RequestTrailers({"x-a": "b"}),
            answer_headers(),
            ResponseBody(SAID, True),
        ]
    )
    assert sent[-1] == BodyReply(Direction.RESPONSE, SAID, True)


def test_a_request_without_a_body() -> None:
    book = playbook()
    book.play(
        [
            tell(headers("/v1/models", "GET", end=True)),
            ask(Phase.REQUEST, allow()),
            keep(),
            send(HeadersReply(Direction.REQUEST, {"x-extproc-upstream": "first"})),
            tell(answer_headers(end=True)),
            ask(Phase.RESPONSE, allow()),
            keep(),
            send(HeadersReply(Direction.RESPONSE, IDS, ("x-extproc-answered",))),
        ]
    )


def test_an_answer_of_an_earlier_filter_is_not_judged_again() -> None:
    book = playbook()
    book.play(
        [
            tell(ResponseHeaders({":status": "403"}, False)),
            send(HeadersReply(Direction.RESPONSE)),
            tell(ResponseBody(b"no", True)),
            send(BodyReply(Direction.RESPONSE, b"no", True)),
            tell(Closed()),
        ]
    )
    assert book.records == []


def test_an_answer_of_envoys_own_is_said_in_the_callers_dialect() -> None:
    book = playbook()
    book.play(
        [
            *ASKED,
            tell(ResponseHeaders({":status": "503", "content-type": "text/plain"}, False)),
            keep(),
            refused("unavailable", 503),
        ]
    )
    assert book.records[-1].outcome is Outcome.UPSTREAM_ERROR  # type: ignore[union-attr]


def test_without_ext_authz_nothing_passes() -> None:
    book = playbook()
    book.play(
        [
            tell(headers(call=b"")),
            send(lambda reply: isinstance(reply, ImmediateReply) and reply.status == 503),
        ]
    )


@pytest.mark.parametrize(
    ("event", "code", "status"),
    [
        (headers(content_type="text/plain"), "unsupported_media_type", 415),
        (headers(content_encoding="gzip"), "unsupported_media_type", 415),
        (headers(content_length="1001"), "body_too_large", 413),
    ],
)
def test_headers_that_are_enough_to_refuse(event: RequestHeaders, code: str, status: int) -> None:
    book = playbook()
    book.play([tell(event), keep(), refused(code, status), tell(RequestBody(b"x", True))])


def test_a_body_over_the_limit() -> None:
    book = playbook()
    book.play(
        [
            tell(headers()),
            tell(RequestBody(b"x" * 999, False)),
            tell(RequestBody(b"xx", False)),
            keep(),
            refused("body_too_large", 413),
            tell(RequestBody(b"x", False)),
            tell(Closed()),
        ]
    )


def test_a_credential_limited_to_other_models() -> None:
    limited = Identity(**{**_fields(IDENTITY), "models": ("gpt-*",)})
    book = playbook()
    book.play(
        [
            tell(headers(call=call(identity=limited))),
            tell(RequestBody(BODY, True)),
            ask(Phase.REQUEST, allow()),
            keep(),
            refused("policy_denied", 403),
        ]
    )


def _fields(struct: Any) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def test_the_first_upstream_that_serves_the_model() -> None:
    served = (("demo", "first"), ("gpt-9", "first"), ("gpt-x", "first"), ("a-x", "second"))
    for model, upstream in served:
        body = BODY.replace(b'"demo"', json.dumps(model).encode())
        sent = playbook().sent([headers(), RequestBody(body, True)])
        assert isinstance(sent[0], HeadersReply)
        assert sent[0].set["x-extproc-upstream"] == upstream


QUESTIONS = [
    pytest.param([*ASKED[:2]], Phase.REQUEST, id="about the request"),
    pytest.param(
        [*ASKED, tell(answer_headers()), tell(ResponseBody(SAID, True))],
        Phase.RESPONSE, id="about a whole answer",
    ),
    pytest.param(
        [*ASKED, tell(answer_headers("text/event-stream"))], Phase.RESPONSE, id="about a stream",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("script", "phase"), QUESTIONS)
def test_a_policy_that_cannot_answer(script: list[Any], phase: Phase) -> None:
    book = playbook()
    book.play([*script, ask(phase, Unavailable("policy")), keep(), refused("unavailable", 503)])


@pytest.mark.parametrize(("script", "phase"), QUESTIONS)
def test_a_policy_that_denies(script: list[Any], phase: Phase) -> None:
    book = playbook()
    book.play([*script, ask(phase, deny()), keep(), refused("policy_denied", 403)])


def test_a_callers_own_words_are_recorded_masked() -> None:
    book = playbook(destinations=(Destination("any", ("*",)),))
    body = BODY.replace(b'"demo"', b'"jo@example.com"')
    book.sent([headers("/v1/nobody/jo@example.com"), RequestBody(body, True)])
    (asked,) = [record for record in book.records if isinstance(record, ExchangeRecord)]
    assert (asked.path, asked.model) == ("/v1/nobody/[EMAIL]", "[EMAIL]")


def test_a_store_that_cannot_write_the_request() -> None:
    book = playbook()
    book.play([*ASKED[:3], keep(Unavailable("store")), refused("unavailable", 503)])
    assert book.exchange.state is State.ENDED


def test_a_store_that_cannot_write_the_answer() -> None:
    book = playbook()
    book.play(
        [
            *ASKED,
            tell(answer_headers()),
            tell(ResponseBody(SAID, True)),
            ask(Phase.RESPONSE, allow()),
            keep(Unavailable("store")),
            refused("unavailable", 503),
        ]
    )


def test_a_store_that_cannot_write_the_end_of_a_stream() -> None:
    book = playbook()
    book.play(
        [
            *ASKED,
            tell(answer_headers("text/event-stream")),
            ask(Phase.RESPONSE, allow()),
            send(lambda reply: isinstance(reply, HeadersReply)),
            tell(ResponseBody(b"data: [DONE]\n\n", True)),
            keep(Unavailable("store")),
            send(lambda reply: isinstance(reply, BodyReply) and reply.end_of_stream
                 and b"unavailable" in reply.body and reply.body != b"[DONE]\n\n"),
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "allowed"),
    [
        pytest.param([headers()], False, id="before the body came"),
        pytest.param([headers(), RequestBody(BODY[:9], False)], False, id="in the body"),
        pytest.param([headers(), RequestBody(BODY, True)], True, id="before the answer"),
        pytest.param(
            [headers(), RequestBody(BODY, True), answer_headers(), ResponseBody(SAID[:9], False)],
            True, id="in a whole answer",
        ),
        pytest.param(
            [headers(), RequestBody(BODY, True), answer_headers("text/event-stream"),
             ResponseBody(b"data: {}\n\n", False)],
            True, id="in a stream",
        ),
    ],
)  # fmt: skip
def test_an_end_in_the_middle_is_recorded(events: list[Event], allowed: bool) -> None:
    book = playbook()
    book.sent([*events, Closed()])
    asked = [record for record in book.records if isinstance(record, ExchangeRecord)]
    answered = [record for record in book.records if isinstance(record, AnswerRecord)]
    assert [record.allowed for record in asked] == [allowed]
    assert [record.outcome for record in answered] == [Outcome.CUT]
    assert book.exchange.state is State.ENDED


EVENTS: dict[type, Event] = {
    RequestHeaders: headers(),
    RequestBody: RequestBody(b"{}", False),
    RequestTrailers: RequestTrailers({}),
    ResponseHeaders: answer_headers(),
    ResponseBody: ResponseBody(b"", False),
    ResponseTrailers: ResponseTrailers({}),
    Closed: Closed(),
}


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        pytest.param(state, kind, id=f"{kind.__name__} while {state.value}")
        for state, kind in itertools.product(State, EVENTS)
        if (state, kind) not in TRANSITIONS
    ],
)
def test_what_is_not_in_the_table_is_an_error(state: State, kind: type) -> None:
    exchange = Exchange(rules())
    exchange.state = state
    with pytest.raises(ExchangeError):
        exchange.receive(EVENTS[kind])


def test_every_state_can_be_left_by_a_close() -> None:
    assert {state for state, kind in TRANSITIONS if kind is Closed} == set(State)
