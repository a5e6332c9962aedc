"""Restore, told as conversations: the model sees pseudonyms, the client values, the record none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from msgspec.structs import replace

from extproc.core.decision import Decision, MaskRule, Phase, Unavailable
from extproc.core.events import Closed, Event, RequestBody, ResponseBody
from extproc.core.masking import Masker, Strategy
from extproc.core.policy_input import PolicyInput
from extproc.core.replies import BodyReply, ImmediateReply
from tests.core.test_exchange import IDENTITY, answer_headers, call, headers, playbook
from tests.core.test_strategies_of_an_exchange import KEY, body_of, records, whole
from tests.playbook import Playbook, allow, ask, keep, send, tell

MASKER = Masker(
    strategies={"IP_ADDRESS": Strategy.PSEUDONYM, "CREDIT_CARD": Strategy.BLOCK}, key=KEY
)
RESTORE = allow(mask=MaskRule(restore=True))
KEY_OF_OURS = "sk-" + "proj-abcdEFGH1234ijklMNOP"


def request(text: str, history: str = "") -> RequestBody:
    turns = [{"role": "assistant", "content": history}, {"role": "user", "content": text}]
    return RequestBody(json.dumps({"model": "demo", "messages": turns}).encode(), True)


def conversation() -> Playbook:
    return playbook(maskers=lambda _: MASKER)


def asked(book: Playbook, body: RequestBody, who: str = "ada") -> bytes:
    identity = replace(IDENTITY, subject=who)
    return body_of(book.sent([headers(call=call(identity=identity)), body], RESTORE))


def pseudonym(sent: bytes) -> str:
    found = re.search(rb"\[EMAIL_[0-9a-f]{6}\]", sent)
    assert found is not None, sent
    return found[0].decode()


def streamed(text: str, size: int = 4) -> list[bytes]:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    return [*(b"data: " + json.dumps(each).encode() + b"\n\n" for each in chunks),
            b"data: [DONE]\n\n"]  # fmt: skip


def heard(out: bytes) -> str:
    lines = [line[6:] for line in out.decode().splitlines() if line.startswith("data: {")]
    events = [json.loads(line) for line in lines]
    return "".join(each["choices"][0]["delta"]["content"] for each in events if "choices" in each)


def test_a_whole_answer() -> None:
    book = conversation()
    sent = asked(book, request("I am jo@example.com"))
    name = pseudonym(sent)
    out = body_of(book.sent(whole(f"Hello {name}, ask bob@x.org at 1.2.3.4"), allow()))
    said = json.loads(out)["choices"][0]["message"]["content"]
    assert re.fullmatch(r"Hello jo@example\.com, ask \[EMAIL\] at \[IP_ADDRESS_[0-9a-f]{6}\]", said)
    request_record, answer_record = records(book)
    assert request_record.body == sent
    assert b"jo@example.com" not in request_record.body + answer_record.body
    assert f"Hello {name}, ask [EMAIL]".encode() in answer_record.body
    assert answer_record.findings == {"EMAIL": 1, "IP_ADDRESS": 1}
    assert request_record.findings == {"EMAIL": 1}


def test_the_length_is_that_of_what_goes_out() -> None:
    book = conversation()
    name = pseudonym(asked(book, request("I am jo@example.com")))
    reply, body = book.sent(whole(name), allow())[:2]
    assert isinstance(body, BodyReply)
    assert reply.set["content-length"] == str(len(body.body))  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_stream(size: int) -> None:
    book = conversation()
    name = pseudonym(asked(book, request("I am jo@example.com")))
    text = f"Hello {name}, ask bob@x.org or see https://evil.example/?q={name} ok"
    body = b"".join(streamed(text))
    events: list[Event] = [answer_headers("text/event-stream")]
    events += [
        ResponseBody(body[at : at + size], at + size >= len(body))
        for at in range(0, len(body), size)
    ]
    out = body_of(book.sent(events, allow()))
    address = f"ask [EMAIL] or see https://evil.example/?q={name} ok"
    assert heard(out) == f"Hello jo@example.com, {address}"
    answer = records(book)[1]
    assert heard(answer.body) == f"Hello {name}, {address}"
    assert sum(length for _, length in answer.chunks) == len(answer.body)
    assert answer.findings == {"EMAIL": 1}


def test_a_stream_that_breaks_off_is_recorded_as_far_as_it_went() -> None:
    book = conversation()
    name = pseudonym(asked(book, request("I am jo@example.com")))
    pieces = streamed(f"so {name}, as you have asked for it, and {name}")
    body = b"".join(pieces[:-4])
    out = heard(
        body_of(book.sent([answer_headers("text/event-stream"), ResponseBody(body, False)]))
    )
    assert out.startswith("so jo@example.com, as")
    assert not out.endswith(f"and {name}")
    book.sent([Closed()])
    assert heard(records(book)[1].body) == out.replace("jo@example.com", name)


def test_a_later_turn_has_the_same_pseudonyms_and_another_subject_has_not() -> None:
    first = pseudonym(asked(conversation(), request("I am jo@example.com")))
    book = conversation()
    later = asked(book, request("Who am I?", history="Hello JO@example.com"))
    assert pseudonym(later) == first
    assert pseudonym(asked(conversation(), request("I am jo@example.com"), "bob")) != first
    out = body_of(book.sent(whole(f"You are {first}"), allow()))
    assert b"You are JO@example.com" in out


def test_secrets_get_labels_and_stay_away() -> None:
    book = conversation()
    sent = asked(book, request(f"jo@example.com has {KEY_OF_OURS}"))
    assert b"has [API_KEY]" in sent
    out = body_of(book.sent(whole("It is [API_KEY] or [API_KEY_abcdef]"), allow()))
    assert b"It is [API_KEY] or [API_KEY_abcdef]" in out


def test_a_blocked_type_is_refused_with_restore_too() -> None:
    book = conversation()
    identity = call(identity=IDENTITY)
    events: list[Event] = [headers(call=identity), request("4111 1111 1111 1111")]
    (reply,) = book.sent(events, RESTORE)
    assert isinstance(reply, ImmediateReply)
    assert reply.status == 403


def test_without_restore_a_pseudonym_stays() -> None:
    name = pseudonym(asked(conversation(), request("I am jo@example.com")))
    book = conversation()
    book.sent([headers(), request("I am jo@example.com")], allow())
    assert name.encode() in body_of(book.sent(whole(f"Hello {name}"), allow()))


def test_a_stranger_to_the_prompt_is_not_restored() -> None:
    name = pseudonym(asked(conversation(), request("I am jo@example.com")))
    book = conversation()
    asked(book, request("I am bob@example.com"))
    assert name.encode() in body_of(book.sent(whole(f"Hello {name}"), allow()))


def test_policy_never_sees_a_pseudonyms_value_in_the_answer() -> None:
    def look(document: PolicyInput) -> None:
        seen.append(document.encode())

    seen: list[bytes] = []
    book = conversation()
    name = pseudonym(asked(book, request("I am jo@example.com")))
    book.play([
        tell(whole(name)[0]),
        tell(whole(name)[1]),
        ask(Phase.RESPONSE, Decision("dec_no", Phase.RESPONSE, allow().result), look),
        keep(),
        send(lambda _: True),
        send(lambda reply: b"jo@example.com" in reply.body),  # type: ignore[union-attr]
    ])  # fmt: skip
    assert json.loads(seen[0])["findings"]["items"] == []
    assert name.encode() not in seen[0]


def test_a_profile_that_does_not_exist_refuses_with_restore_too() -> None:
    def maskers(profile: str | None) -> Masker:
        if profile is not None:
            raise Unavailable("masker", "unknown profile")
        return MASKER

    book: Any = playbook(maskers=maskers)
    with pytest.raises(Unavailable):
        book.sent(
            [headers(), request("jo@x.org")], allow(mask=MaskRule(profile="no", restore=True))
        )
