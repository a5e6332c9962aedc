"""Questions to the records, and their answers as documents.

"Who queried the model at 03:00?" becomes a `Question` here, an adapter finds the exchanges, and
what it found becomes the JSON that the command line and the control port both give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from extproc.core.decision import Code
from extproc.core.ports import Clock
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome
from extproc.service.moments import BadQuestion, Window, Zone, at, between, iso, zone_named

ALLOW = "allow"
DENY = "deny"

_FILTERS = ("subject", "agent", "model", "client", "text", "finding", "decision")
FILTERS = dict.fromkeys(("at", "from", "to", "tz", *_FILTERS))
_FINDING = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which exchanges are meant: those for which everything that is set holds."""

    windows: tuple[Window, ...] = ()
    """The exchange started in one of them; no window, no limit."""
    subject: str | None = None
    agent: str | None = None
    """An agent's id or name."""
    model: str | None = None
    """A model's name, or a glob of names."""
    client: str | None = None
    """An agent's id or name, a client_id, or a source address."""
    text: str | None = None
    """Words of the masked bodies; those in double quotes must follow each other."""
    finding: str | None = None
    """A type that was found in the request or in the answer."""
    decision: str | None = None
    """`allow`, `deny`, or the code of a refusal."""
    zone: Zone = None
    """For the times of the answer."""


class Found(msgspec.Struct, frozen=True):
    """An exchange without its bodies, and its answer if there is one yet."""

    exchange: ExchangeRecord
    answer: AnswerRecord | None


class Detail(msgspec.Struct, frozen=True):
    """An exchange with everything that was recorded of it."""

    exchange: ExchangeRecord
    answer: AnswerRecord | None
    decisions: Sequence[DecisionRecord]


class Records(Protocol):
    """Reads what was recorded. All raise Unavailable("store")."""

    def find(self, question: Question) -> list[Found]:
        """In the order in which the exchanges started."""
        ...

    def exchange(self, exchange_id: str) -> Detail | None: ...

    def session(self, agent_id: str) -> list[Detail]:
        """Every exchange of an agent, in order; empty when there is none."""
        ...


class Evidence:
    """Puts questions, as words, to the records; answers with the documents below."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def sessions(self, question: Mapping[str, str]) -> list[dict[str, Any]]:
        """`question`: at, from, to, tz and the filters by name; unset ones are left out.

        Raises BadQuestion, also for a name that is none of these, and Unavailable("store").
        """
        words: dict[str, str | None] = dict(question)
        unknown = sorted(words.keys() - FILTERS)
        if unknown:
            raise BadQuestion(f"{unknown[0]!r} is not a filter; there are {', '.join(FILTERS)}")
        asked = ask(self._clock.now(), from_=words.pop("from", None), **words)
        return sessions(self._records.find(asked), asked.zone)

    def show(self, id: str, tz: str | None = None) -> dict[str, Any] | None:
        """Everything about an exchange (`exc_…`), or about a session's (`agt_…`).

        None when nothing was recorded under this id. Raises BadQuestion, Unavailable("store").
        """
        zone = zone_named(tz)
        if id.startswith("agt_"):
            details = self._records.session(id)
            return session(details, zone) if details else None
        detail = self._records.exchange(id)
        return exchange(detail, zone) if detail else None


def ask(
    now: int,
    *,
    at: str | None = None,
    from_: str | None = None,
    to: str | None = None,
    tz: str | None = None,
    **filters: str | None,
) -> Question:
    """The question that these words put. `now`: microseconds since 1970.

    `filters`: subject, agent, model, client, text, finding, decision. Raises BadQuestion.
    """
    for word in (at, from_, to, tz, *filters.values()):
        if word is not None and not _is_unicode(word):
            raise BadQuestion(f"{word!r} is not UTF-8")
    zone = zone_named(tz)
    if at is not None and (from_ is not None or to is not None):
        raise BadQuestion("ask either --at a time or --from and --to, not both")
    finding, decision, text = (filters.get(name) for name in ("finding", "decision", "text"))
    if finding is not None and not _FINDING.fullmatch(finding):
        raise BadQuestion(f"{finding!r} is not a type of finding such as EMAIL")
    if decision is not None and decision not in (ALLOW, DENY, *Code):
        known = ", ".join([ALLOW, DENY, *Code])
        raise BadQuestion(f"{decision!r} is not a decision; there are {known}")
    if text is not None and not _has_word(text):
        raise BadQuestion("--text needs a word to look for")
    return Question(windows=_windows(at, from_, to, now, zone), zone=zone, **filters)


def _windows(
    moment: str | None, start: str | None, end: str | None, now: int, zone: Zone
) -> tuple[Window, ...]:
    if moment is not None:
        return at(moment, now, zone)
    if start is not None or end is not None:
        return between(start, end, now, zone)
    return ()


def _is_unicode(word: str) -> bool:
    """False for bytes of a command line that were no UTF-8: nothing recorded can match them."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def decision_of(found: Found | Detail) -> tuple[str, str, str]:
    """(allow or deny, code, reason): the answer's own refusal, or else the request's."""
    exchange, answer = found.exchange, found.answer
    if answer is not None and (answer.code or answer.outcome == Outcome.REFUSED):
        return DENY, answer.code or exchange.code, answer.reason or exchange.reason
    return (ALLOW if exchange.allowed else DENY), exchange.code, exchange.reason


def sessions(found: Iterable[Found], zone: Zone) -> list[dict[str, Any]]:
    """One document a session, in the order of their first exchange that was found.

    Exchanges of callers that are not known make one session, named by the empty string.
    """
    by_agent: dict[str, list[Found]] = {}
    for one in found:
        by_agent.setdefault(one.exchange.agent_id, []).append(one)
    return [
        _session([one.exchange for one in group], [exchange_row(one, zone) for one in group], zone)
        for group in by_agent.values()
    ]


def session(details: Sequence[Detail], zone: Zone) -> dict[str, Any]:
    """One session, each exchange with everything. `details`: at least one, in order."""
    rows = [exchange(detail, zone) for detail in details]
    return _session([detail.exchange for detail in details], rows, zone)


def exchange_row(found: Found | Detail, zone: Zone) -> dict[str, Any]:
    """An exchange as a line of a list. What only an answer knows is null until there is one."""
    asked, answer = found.exchange, found.answer
    decision, code, reason = decision_of(found)
    return {
        "id": asked.exchange_id,
        "at": iso(asked.at, zone),
        "method": asked.method,
        "path": asked.path,
        "model": asked.model,
        "status": answer.status if answer else None,
        "outcome": str(answer.outcome) if answer else None,
        "decision": decision,
        "code": code,
        "reason": reason,
        "source": asked.source,
        "findings": {
            "request": dict(asked.findings),
            "response": dict(answer.findings) if answer else {},
        },
        "tokens": {
            "input": answer.input_tokens if answer else None,
            "output": answer.output_tokens if answer else None,
        },
        "duration_ms": _milliseconds(answer.duration) if answer else None,
    }


def exchange(detail: Detail, zone: Zone) -> dict[str, Any]:
    """Everything about one exchange: the line of the list, and what the line leaves out."""
    asked, answer = detail.exchange, detail.answer
    return {
        **exchange_row(detail, zone),
        "session": asked.agent_id,
        "subject": asked.subject,
        "issuer": asked.issuer,
        "agent": asked.agent_id,
        "agent_name": asked.agent_name,
        "client_id": asked.client_id,
        "api": asked.api,
        "operation": asked.operation,
        "stream": asked.stream,
        "upstream": asked.upstream,
        "response_model": answer.model if answer else None,
        "finish_reason": answer.finish_reason if answer else None,
        "answered_at": iso(answer.at, zone) if answer else None,
        "first_byte_ms": _milliseconds(answer.first_byte) if answer else None,
        "request_size": asked.size,
        "timings_ms": {
            "request": _stages(asked.timings),
            "response": _stages(answer.timings) if answer else {},
        },
        "decisions": [
            {
                "id": one.decision_id,
                "phase": str(one.phase),
                "at": iso(one.at, zone),
                "allowed": one.allowed,
                "code": one.code,
                "reason": one.reason,
                "revision": one.revision,
                "duration_ms": _milliseconds(one.duration),
            }
            for one in detail.decisions
        ],
        "request": asked.body.decode("utf-8", "replace"),
        "response": answer.body.decode("utf-8", "replace") if answer else None,
        "chunks": [list(chunk) for chunk in answer.chunks] if answer else [],
    }


def _session(
    asked: Sequence[ExchangeRecord], rows: list[dict[str, Any]], zone: Zone
) -> dict[str, Any]:
    first = asked[0]
    return {
        "session": first.agent_id,
        "subject": first.subject if first.agent_id else "",
        "agent": first.agent_id,
        "agent_name": first.agent_name if first.agent_id else "",
        "client_id": first.client_id if first.agent_id else "",
        "first_at": iso(first.at, zone),
        "last_at": iso(asked[-1].at, zone),
        "models": list(dict.fromkeys(one.model for one in asked if one.model)),
        "exchanges": rows,
    }


def _stages(timings: Mapping[str, int]) -> dict[str, float]:
    return {stage: _milliseconds(duration) for stage, duration in timings.items()}


def _milliseconds(microseconds: int) -> float:
    return microseconds / 1000
