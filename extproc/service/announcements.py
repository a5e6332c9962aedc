"""What is said about approvals to receivers elsewhere: whom, which events, and in which words.

Names, reasons and prompts are other people's words. They are cut, lose every character that is not
seen, and stand only where the receiver takes them for text: in strings of JSON, and at Slack in
`plain_text` objects and preformatted rich text, never in its mrkdwn.
"""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from extproc.core.approval import ApprovalState
from extproc.service.approvals import Case, document
from extproc.service.leases import iso

PROMPT_MAX = 2000
"""Characters of a masked prompt that are sent; the rest is at the console."""
_WORDS_MAX = 1000
_FIELD_MAX = 300
"""Of one field at Slack, where escaping makes five characters of one and 2,000 are taken."""
_MOST_ITEMS = 50
_MOST_VOTES = 10
_HEAD = 500
"""Of a prompt that is cut: the rest of what is shown is its end, where the newest words are."""


class Event(enum.StrEnum):
    ASKED = "asked"
    DECIDED = "decided"
    GLASS = "glass"
    """Somebody let a call pass alone; who does not listen for it hears that it was decided."""


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is told, and may be heard."""

    id: str
    """Stays the same for the same address."""
    host: str
    """What may be logged of the address."""
    url: str
    key: bytes
    format: str = "generic"
    events: tuple[str, ...] = tuple(Event)
    groups: tuple[str, ...] = ()
    """Of the people that it vouches for; none: it decides nothing."""
    prefix: str = ""

    def __repr__(self) -> str:
        return f"Receiver({self.id!r}, {self.host!r})"

    @property
    def decides(self) -> bool:
        return bool(self.groups)


def event_for(receiver: Receiver, case: Case) -> Event | None:
    """What a receiver is told of a case as it stands; None when it does not listen for that."""
    event = Event.ASKED if case.state is ApprovalState.PENDING else Event.DECIDED
    if case.is_glass and Event.GLASS in receiver.events:
        event = Event.GLASS
    return event if event in receiver.events else None


def body_of(receiver: Receiver, event: Event, case: Case, console: str | None) -> bytes:
    """The message, as JSON. `console`: the base of the link to the case."""
    link = None if console is None else f"{console.rstrip('/')}/approvals/{case.id}"
    write = _slack if receiver.format == "slack" else _generic
    return msgspec.json.encode(write(event, case, link))


def plain(text: str, most: int, *, lines: bool = False) -> str:
    """Text as it is seen: no control, direction or invisible characters; one line unless `lines`.

    At most `most` characters; what is cut ends with an ellipsis.
    """
    # Far more than is kept: characters that go away make room for later ones, but not for all.
    seen = "".join(_seen(each, lines) for each in text[: most * 8])
    return seen if len(seen) <= most and len(text) <= most * 8 else seen[: most - 1] + "…"


def _seen(character: str, lines: bool) -> str:
    if character == "\n" and lines:
        return character
    kind = unicodedata.category(character)
    if kind in ("Zl", "Zp") or character in "\t\n\r\v\f\x85":
        return " "
    return "" if kind[0] == "C" else character


def _prompt(case: Case) -> str:
    text = case.held.body.decode("utf-8", "replace")
    if len(text) > PROMPT_MAX:
        mark = f" […cut, of {len(text)} characters…] "
        text = text[:_HEAD] + mark + text[_HEAD + len(mark) - PROMPT_MAX :]
    return plain(text, PROMPT_MAX, lines=True)


# -- generic JSON ------------------------------------------------------------------------------


def _generic(event: Event, case: Case, link: str | None) -> dict[str, Any]:
    """`type`, `timestamp` and `data`, as Standard Webhooks advises."""
    data = document(case)
    del data["body"]
    happened = case.asked_at if event is Event.ASKED else case.decided_at or case.asked_at
    return {
        "type": f"approval.{event}",
        "timestamp": iso(happened),
        "data": {**_plain_all(data), "prompt": _prompt(case), "url": link},
    }


def _plain_all(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value, _WORDS_MAX)
    if isinstance(value, Mapping):
        items = list(value.items())[:_MOST_ITEMS]
        return {plain(str(name), _FIELD_MAX): _plain_all(each) for name, each in items}
    if isinstance(value, Sequence):
        return [_plain_all(each) for each in value[:_MOST_ITEMS]]
    return value


# -- Slack -------------------------------------------------------------------------------------

_TITLES = {
    Event.ASKED: "A call waits for a person",
    Event.DECIDED: "A call was decided",
    Event.GLASS: "Somebody broke the glass",
}


def _slack(event: Event, case: Case, link: str | None) -> dict[str, Any]:
    held = case.held
    fields = {
        "Asked by": held.subject,
        "Agent": held.agent_name or held.agent_id,
        "Model": held.model,
        "Operation": f"{held.api} {held.operation}",
        "Why": held.rule.reason,
        "State": str(case.state),
        "Approval": case.id,
    }
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _text(_TITLES[event])},
        {
            "type": "section",
            "fields": [_field(name, value) for name, value in fields.items() if value],
        },
    ]
    blocks += [
        {
            "type": "section",
            "fields": [_field(vote.verdict, vote.voter), _field("Reason", vote.reason or "none")],
        }
        for vote in case.votes[:_MOST_VOTES]
    ]
    if prompt := _prompt(case):
        # Text of rich text is taken as it stands, so nothing is escaped in it.
        words = {"type": "text", "text": prompt}
        blocks.append(_rich({"type": "rich_text_preformatted", "elements": [words]}))
    if link is not None:
        anchor = {"type": "link", "url": link, "text": "Open it at the console"}
        blocks.append(_rich({"type": "rich_text_section", "elements": [anchor]}))
    # This one is mrkdwn, so it holds no word of anybody else's.
    return {"text": f"{_TITLES[event]} ({case.id})", "blocks": blocks}


def _rich(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [element]}


def _field(name: str, value: str) -> dict[str, Any]:
    return _text(f"{name}\n{plain(value, _FIELD_MAX)}")


def _text(text: str) -> dict[str, Any]:
    # Slack asks for these three to be escaped in every text object.
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return {"type": "plain_text", "text": text, "emoji": False}
