"""What receivers are told: other people's words stay words, wherever they stand."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.approval import ApprovalState
from extproc.core.decision import Approval
from extproc.service.announcements import PROMPT_MAX, Event, Receiver, body_of, event_for, plain
from extproc.service.approvals import Case, Vote
from tests.receiving import held


def receiver(**changes: Any) -> Receiver:
    made = Receiver(id="r", host="hooks.example", url="https://hooks.example/T0K3N", key=b"k" * 16)
    return msgspec.structs.replace(made, **changes)


def case(state: str = "pending", glass: bool = False, vote: str = "", **changes: Any) -> Case:
    votes = (Vote(voter=vote, issuer="x", groups=(), verdict="approve", reason=vote),)
    return Case(
        id="apr_1",
        state=ApprovalState(state),
        asked_at=1_700_000_000_000_000,
        expires_at=1_700_000_600_000_000,
        decided_at=None if state == "pending" else 1_700_000_030_000_000,
        held=held(**changes),
        votes=votes if vote else (),
        is_glass=glass,
    )


def written(format: str, told: Case, console: str | None = "https://console.example/") -> Any:
    return json.loads(body_of(receiver(format=format), Event.ASKED, told, console))


HOSTILE = [
    pytest.param("<!channel> <@U1>", id="a broadcast and a mention"),
    pytest.param("*bold* _it_ ~no~ `code` ```block``` :white_check_mark:", id="mrkdwn"),
    pytest.param("<http://evil.example|Approve>", id="a link that poses as a button"),
    pytest.param("no\n\nState\napproved", id="lines that pose as a field"),
    pytest.param("<b onclick='x'>&lt;script&gt;</b>", id="HTML"),
    pytest.param("a\u202egnp.exe\u2066\u200b\u2028\x00\x1b[31m\x85b", id="directions and controls"),
    pytest.param('"}], "text": "<!here>', id="the end of a string"),
    pytest.param("x" * (1 << 20), id="a megabyte"),
    pytest.param("\u202e" * (1 << 20), id="a megabyte of nothing"),
    pytest.param("&" * 5000, id="what grows when it is escaped"),
]


def texts(value: Any, kind: str = "") -> Iterator[tuple[str, str]]:
    """(type of the object around it, text) of every string that people are shown."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and name in ("text", "url"):
                yield value.get("type", "message"), each
            else:
                yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@pytest.mark.parametrize("text", HOSTILE)
def test_at_slack_foreign_words_are_never_markup(text: str) -> None:
    told = case(
        vote=text,
        subject=text,
        agent_name=text,
        model=text,
        operation=text,
        rule=Approval(required=True, reason=text),
        body=text.encode("utf-8", "replace"),
    )
    message = written("slack", told)
    assert message.keys() == {"text", "blocks"}
    assert message["text"] == "A call waits for a person (apr_1)", "mrkdwn, all our own"
    assert len(message["blocks"]) <= 50
    assert {block["type"] for block in message["blocks"]} <= {"header", "section", "rich_text"}
    kinds = set()
    for kind, shown in texts(message):
        kinds.add(kind)
        assert 0 < len(shown) <= (2000 if kind == "plain_text" else 3000)
        assert all(unicodedata.category(each)[0] != "C" or each == "\n" for each in shown)
        if kind == "plain_text":
            assert shown.count("\n") <= 1, "a label and one line"
            assert "<" not in shown
            assert ">" not in shown
        elif kind == "link":
            assert shown in ("https://console.example/approvals/apr_1", "Open it at the console")
    assert kinds <= {"message", "plain_text", "text", "link"}, "no mrkdwn, no button"
    for block in message["blocks"]:
        assert len(block.get("fields", [])) <= 10
        for element in block.get("elements", []):
            assert element["type"] in ("rich_text_preformatted", "rich_text_section")


@pytest.mark.parametrize("text", HOSTILE)
def test_in_json_foreign_words_are_bounded_strings(text: str) -> None:
    told = case(vote=text, subject=text, body=text.encode(), findings={text: 1})
    message = written("generic", told)
    assert message["type"] == "approval.asked"
    assert message["timestamp"] == "2023-11-14T22:13:20.000+00:00"
    data = message["data"]
    assert (data["id"], data["url"]) == ("apr_1", "https://console.example/approvals/apr_1")
    assert "body" not in data
    assert len(data["prompt"]) <= PROMPT_MAX
    assert len(json.dumps(message)) < 40_000
    for shown in (data["subject"], data["votes"][0]["reason"], *data["findings"]):
        assert len(shown) <= 1000
        assert shown.isprintable()


def test_a_prompt_that_is_too_long_shows_its_beginning_and_its_end() -> None:
    told = case(body=b"begin " + b"x" * 5000 + b" end")
    prompt = written("generic", told)["data"]["prompt"]
    assert len(prompt) == PROMPT_MAX
    assert prompt.startswith("begin x")
    assert prompt.endswith("x end")
    assert "[…cut, of 5010 characters…]" in prompt


def test_without_a_console_there_is_no_link() -> None:
    assert written("generic", case(), None)["data"]["url"] is None
    assert "link" not in json.dumps(written("slack", case(), None))


@given(st.text(), st.integers(1, 50), st.booleans())
def test_plain_text_is_short_and_seen(text: str, most: int, lines: bool) -> None:
    shown = plain(text, most, lines=lines)
    assert len(shown) <= most
    assert shown.replace("\n", "").isprintable() or any(
        unicodedata.category(each) == "Zs" for each in shown
    )
    assert lines or "\n" not in shown
    assert plain(shown, most, lines=lines) == shown


@pytest.mark.parametrize(
    ("events", "told", "event"),
    [
        (("asked",), case(), Event.ASKED),
        (("decided", "glass"), case(), None),
        (("asked", "decided"), case("approved"), Event.DECIDED),
        (("asked", "decided"), case("expired"), Event.DECIDED),
        (("decided", "glass"), case("approved", glass=True), Event.GLASS),
        (("decided",), case("approved", glass=True), Event.DECIDED),
        (("glass",), case("denied"), None),
    ],
    ids=[
        "a question, to who listens for it",
        "a question, to who does not",
        "a yes",
        "no answer is a decision",
        "a broken glass",
        "a broken glass, to who listens for decisions alone",
        "a no, to who listens for broken glass alone",
    ],
)
def test_who_is_told_what(events: tuple[str, ...], told: Case, event: Event | None) -> None:
    assert event_for(receiver(events=events), told) == event


def test_nothing_shows_the_key_or_the_address() -> None:
    shown = repr(receiver())
    assert "hooks.example" in shown
    assert "T0K3N" not in shown
    assert "kkkk" not in shown
