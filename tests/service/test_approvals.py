"""The gate and the desk, on a real store: who decides, what a decision opens, and for how long."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.system import SortableIds
from extproc.core.approval import ApprovalState, Conditions, Grant, Held
from extproc.core.decision import Approval, Approvers, Code, Refused, Unavailable
from extproc.core.record import EventKind, EventRecord
from extproc.service.approvals import MOST_PENDING, Case, Choice, Desk, Gate, Terms, Voter, document
from extproc.service.events import Events
from extproc.service.people import Role
from tests.fakes import CountingIds

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND

HELD = Held(
    digest=b"d1",
    exchange_id="exc_1",
    subject="alice",
    issuer="https://idp",
    agent_id="agt_1",
    agent_name="bot",
    api="openai",
    operation="chat",
    model="gpt-5",
    rule=Approval(required=True, reason="It is risky."),
    revision="r1",
    body=b'{"messages": []}',
)


class Clock:
    moment = NOW

    def now(self) -> int:
        return self.moment

    def elapsed(self) -> int:
        return self.moment


class Book:
    """Where events are written."""

    def __init__(self) -> None:
        self.events: list[EventRecord] = []

    async def write(self, *records: EventRecord) -> None:
        self.events += records

    @property
    def kinds(self) -> list[tuple[EventKind, str, str]]:
        return [(event.kind, event.actor, event.code) for event in self.events]


class Office:
    """A store, a gate and a desk; `another` process may have its own."""

    def __init__(self, path: Path, *, first: bool = True, **terms: Any) -> None:
        self.clock = Clock()
        self.store = ApprovalStore(path / "approvals.db")
        self.book = Book()
        # Of another process's own, as real ids are.
        self.ids = CountingIds() if first else SortableIds()
        self.told: list[Case] = []
        self.terms = Terms(**terms)
        self.gate = Gate(self.store, self.terms, self.clock, self.ids)
        self.desk = Desk(
            self.store, self.terms, self.clock,
            Events(self.book, self.clock, CountingIds()), self.told.append,
        )  # fmt: skip

    async def ask(self, **changes: Any) -> Grant | Refused:
        try:
            return await self.gate.ask(msgspec.structs.replace(HELD, **changes))
        except Refused as error:
            return error

    async def code(self, **changes: Any) -> Code:
        asked = await self.ask(**changes)
        assert isinstance(asked, Refused)
        return asked.refusal.code

    async def press(self, who: Voter, id: str = "apr_1", **choice: Any) -> Case:
        case = await self.desk.decide(id, who, Choice(**({"approves": True} | choice)))
        assert case is not None
        return case


class FailingOnce(ApprovalStore):
    """Cannot say what became of the questions, the first time that something had."""

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(path)
        self.error = error
        self.has_failed = False

    def states(self, ids: Sequence[str]) -> Mapping[str, ApprovalState]:
        found = super().states(ids)
        if not self.has_failed and ApprovalState.PENDING not in found.values():
            self.has_failed = True
            raise self.error
        return found


def voter(name: str = "bob", *groups: str, role: Role = Role.APPROVER) -> Voter:
    return Voter(subject=name, issuer="https://idp", groups=groups, role=role)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path, break_glass=("oncall",))
    yield made
    made.store.close()


async def test_one_approval_lets_one_call_pass(office: Office) -> None:
    assert await office.code() is Code.APPROVAL_REQUIRED
    case = await office.press(voter())
    assert (case.state, case.uses_left) == (ApprovalState.APPROVED, 1)
    assert await office.ask() == Grant("apr_1")
    assert await office.code() is Code.APPROVAL_REQUIRED
    assert [case.id for case in await office.desk.list(ApprovalState.PENDING)] == ["apr_3"]


async def test_a_grant_ends(office: Office) -> None:
    await office.ask()
    await office.press(voter())
    office.clock.moment += office.terms.grant_ttl
    assert await office.code() is Code.APPROVAL_REQUIRED


async def test_a_grant_for_some_uses_and_until_a_time(office: Office) -> None:
    await office.ask()
    await office.press(voter(), uses=3, grant_seconds=3600)
    office.clock.moment += 3599 * SECOND
    outcomes = [await office.ask(exchange_id=f"exc_{number}") for number in range(4)]
    assert [isinstance(each, Grant) for each in outcomes] == [True, True, True, False]
    (pending,) = await office.desk.list(ApprovalState.PENDING)
    await office.press(voter(), id=pending.id, uses=9, grant_seconds=1)
    office.clock.moment += SECOND
    assert await office.code() is Code.APPROVAL_REQUIRED


async def test_of_many_who_ask_at_once_one_passes(office: Office, tmp_path: Path) -> None:
    await office.ask()
    await office.press(voter())
    others = [Office(tmp_path, first=False) for _ in range(4)]
    outcomes: list[bool] = []

    def race(other: Office) -> None:
        outcomes.extend(isinstance(asyncio.run(other.ask()), Grant) for _ in range(5))

    threads = [threading.Thread(target=race, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.store.close()
    assert outcomes.count(True) == 1


async def test_a_no_stands_for_a_while_and_then_may_be_asked_again(office: Office) -> None:
    await office.ask()
    await office.press(voter(), approves=False, reason="no")
    assert await office.code() is Code.APPROVAL_DENIED
    office.clock.moment += office.terms.ttl
    assert await office.code() is Code.APPROVAL_REQUIRED


async def test_what_nobody_answers_is_a_no(office: Office) -> None:
    await office.ask()
    office.clock.moment += office.terms.ttl
    await office.desk.sweep()
    case = await office.desk.get("apr_1")
    assert case is not None
    assert case.state is ApprovalState.EXPIRED
    with pytest.raises(Refused, match="does not wait any more"):
        await office.press(voter())
    assert office.book.kinds == [
        (EventKind.APPROVAL_ASKED, "alice", ""),
        (EventKind.APPROVAL_DENIED, "", ""),
        (EventKind.APPROVAL_REFUSED, "bob", "invalid_request"),
    ]
    assert [case.state for case in office.told] == ["pending", "expired"]


async def test_a_call_waits_and_is_woken(tmp_path: Path) -> None:
    office, elsewhere = Office(tmp_path, hold=60 * SECOND), Office(tmp_path, hold=60 * SECOND)
    watching = asyncio.create_task(office.gate.watch())
    calls = [asyncio.create_task(office.ask(exchange_id=f"exc_{n}")) for n in range(3)]
    while len(await elsewhere.desk.list(ApprovalState.PENDING)) < 1:
        await asyncio.sleep(0)
    await elsewhere.press(voter())
    outcomes = await asyncio.gather(*calls)
    assert sorted(type(each).__name__ for each in outcomes) == ["Grant", "Refused", "Refused"]
    watching.cancel()
    for each in (office, elsewhere):
        each.store.close()


@pytest.mark.parametrize("error", [Unavailable("store"), sqlite3.DatabaseError("torn")])
async def test_a_store_that_failed_once_wakes_the_call_all_the_same(
    tmp_path: Path, error: Exception
) -> None:
    office = Office(tmp_path, hold=60 * SECOND)
    failing = FailingOnce(tmp_path / "approvals.db", error)
    office.gate = Gate(failing, office.terms, office.clock, office.ids)
    watching = asyncio.create_task(office.gate.watch())
    call = asyncio.create_task(office.ask())
    while not await office.desk.list(ApprovalState.PENDING):
        await asyncio.sleep(0)
    await office.press(voter())
    async with asyncio.timeout(10):
        assert isinstance(await call, Grant)
    assert failing.has_failed
    watching.cancel()
    failing.close()
    office.store.close()


async def test_who_stops_waiting_leaves_nothing_behind(tmp_path: Path) -> None:
    office = Office(tmp_path, hold=60 * SECOND)
    call = asyncio.create_task(office.ask())
    while not office.gate._waiting:
        await asyncio.sleep(0)
    call.cancel()
    await asyncio.wait([call])
    assert office.gate._waiting == {}
    assert len(await office.desk.list(ApprovalState.PENDING)) == 1
    office.store.close()


async def test_one_agent_does_not_flood_people(office: Office) -> None:
    for number in range(MOST_PENDING):
        assert await office.code(digest=b"%d" % number) is Code.APPROVAL_REQUIRED
    assert await office.code(digest=b"one more") is Code.RATE_LIMITED
    assert await office.code(digest=b"0") is Code.APPROVAL_REQUIRED
    assert await office.code(digest=b"one more", agent_id="agt_2") is Code.APPROVAL_REQUIRED


@pytest.mark.parametrize(
    ("who", "choice", "code", "why"),
    [
        pytest.param(voter("alice", role=Role.ADMIN), {}, "policy_denied", "of their own",
                     id="the subject itself, an admin too"),
        pytest.param(voter("ci"), {}, "policy_denied", "of their own", id="who acts for it"),
        pytest.param(voter(role=Role.VIEWER), {}, "policy_denied", "no role", id="a viewer"),
        pytest.param(voter("bob", "legal"), {}, "policy_denied", "no group", id="another group"),
        pytest.param(voter("bob", "security"), {}, "invalid_request", "a reason is needed",
                     id="no reason where one is asked for"),
        pytest.param(voter("bob", "security"), {"reason": " \t"}, "invalid_request", "reason",
                     id="an empty reason"),
        pytest.param(voter("bob", "security"), {"reason": "x" * 1001}, "invalid_request", "1000",
                     id="a reason that is a novel"),
        pytest.param(voter("bob", "security"), {"approves": False}, "invalid_request", "reason",
                     id="a no without a reason"),
        pytest.param(voter("bob", "security"), {"reason": "x", "uses": 0}, "invalid_request",
                     "uses", id="no use"),
        pytest.param(voter("bob", "security"), {"reason": "x", "grant_seconds": 99_999},
                     "invalid_request", "seconds", id="a grant for ever"),
        pytest.param(voter("bob", "security"),
                     {"reason": "x", "conditions": Conditions(max_tokens=0)},
                     "invalid_request", "max_tokens", id="no token"),
        pytest.param(voter("bob", "security"),
                     {"reason": "x", "conditions": Conditions(profile="secrets")},
                     "invalid_request", "one of default, strict", id="masked by less"),
        pytest.param(voter("bob", "security"),
                     {"reason": "x", "conditions": Conditions(profile="none")},
                     "invalid_request", "one of default, strict", id="no such profile"),
        pytest.param(voter("bob", "security"), {"reason": "x", "breaks_glass": True},
                     "policy_denied", "break the glass", id="who may not break the glass"),
        pytest.param(voter("bob", "oncall"), {"breaks_glass": True}, "invalid_request",
                     "a reason is needed", id="broken without a reason"),
        pytest.param(voter("alice", "oncall"), {"reason": "x", "breaks_glass": True},
                     "policy_denied", "of their own", id="broken for oneself"),
    ],
)  # fmt: skip
async def test_who_may_not_decide_and_how_not(
    office: Office, who: Voter, choice: dict[str, Any], code: str, why: str
) -> None:
    rule = Approval(required=True, groups=("security",), reason_required=True)
    await office.ask(rule=rule, actor="ci")
    with pytest.raises(Refused, match=why) as caught:
        await office.press(who, **choice)
    assert caught.value.refusal.code == code
    (event,) = office.book.events
    assert (event.kind, event.actor, event.code, event.object_id) == (
        EventKind.APPROVAL_REFUSED, who.subject, code, "apr_1",
    )  # fmt: skip
    case = await office.desk.get("apr_1")
    assert case is not None
    assert (case.state, case.votes) == (ApprovalState.PENDING, ())


async def test_conditions_of_what_cannot_be_changed(office: Office) -> None:
    await office.ask(api="gemini", operation="generate_content")
    with pytest.raises(Refused, match="neither model nor length"):
        await office.press(voter(), conditions=Conditions(model="m"))
    await office.press(voter(), conditions=Conditions(profile="strict"))
    asked = await office.ask(api="gemini", operation="generate_content")
    assert asked == Grant("apr_1", Conditions(profile="strict"))


async def test_two_teams_and_the_strictest_of_their_conditions(office: Office) -> None:
    rule = Approval(required=True, all_of=(Approvers(("security",), 1), Approvers(("legal",), 1)))
    await office.ask(rule=rule)
    first = await office.press(
        voter("bob", "security", "legal"), conditions=Conditions(max_tokens=50)
    )
    assert first.state is ApprovalState.PENDING
    with pytest.raises(Refused, match="decided on this already"):
        await office.press(voter("bob", "security", "legal"))
    second = await office.press(
        voter("carol", "legal"), conditions=Conditions(max_tokens=99, model="small")
    )
    assert second.state is ApprovalState.APPROVED
    assert await office.ask(rule=rule) == Grant("apr_1", Conditions("small", 50))
    assert [kind for kind, _, _ in office.book.kinds] == [
        EventKind.APPROVAL_VOTED, EventKind.APPROVAL_REFUSED, EventKind.APPROVAL_GRANTED,
    ]  # fmt: skip


async def test_one_no_outweighs_every_yes(office: Office) -> None:
    await office.ask(rule=Approval(required=True, count=3))
    await office.press(voter("bob"))
    await office.press(voter("carol"))
    case = await office.press(voter("dan"), approves=False, reason="no")
    assert case.state is ApprovalState.DENIED


async def test_a_broken_glass_is_announced_and_stays_red_until_somebody_else_looks(
    office: Office,
) -> None:
    rule = Approval(required=True, groups=("security",), count=3)
    await office.ask(rule=rule)
    case = await office.press(voter("eve", "oncall"), reason="prod is down", breaks_glass=True)
    assert (case.state, case.is_glass, case.reviewed_by) == ("approved", True, "")
    assert office.told == [case]
    assert isinstance(await office.ask(rule=rule), Grant)
    with pytest.raises(Refused, match="somebody else"):
        await office.desk.review("apr_1", voter("eve", "oncall"))
    assert await office.desk.review("apr_1", voter("bob"))
    assert not await office.desk.review("apr_1", voter("carol"))
    after = await office.desk.get("apr_1")
    assert after is not None
    assert after.reviewed_by == "bob"
    assert [kind for kind, _, _ in office.book.kinds] == [
        EventKind.GLASS_BROKEN, EventKind.GLASS_REVIEWED,
    ]  # fmt: skip


async def test_there_is_no_such_approval(office: Office) -> None:
    assert await office.desk.decide("apr_x", voter(), Choice(approves=True)) is None
    assert not await office.desk.review("apr_x", voter())


async def test_questions_are_told_of_once_also_after_a_restart(tmp_path: Path) -> None:
    office = Office(tmp_path)
    await office.ask()
    office.store.close()
    again = Office(tmp_path)
    await again.desk.sweep()
    await again.desk.sweep()
    assert [case.id for case in again.told] == ["apr_1"]
    again.store.close()


async def test_a_document_says_everything_but_secrets(office: Office) -> None:
    await office.ask()
    case = await office.desk.get("apr_1")
    assert case is not None
    said = document(case)
    assert (said["id"], said["state"], said["reason"]) == ("apr_1", "pending", "It is risky.")
    assert "digest" not in str(said)
