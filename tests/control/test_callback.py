"""Callbacks: what a receiver's signature opens, and what it does not."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from extproc.config import Roles
from extproc.core.approval import ApprovalState
from extproc.core.decision import Approval
from extproc.service.announcements import Event, Receiver, body_of
from extproc.service.approvals import Case, Choice, Voter
from extproc.service.people import Role
from tests.control.test_web import Site
from tests.receiving import SECRET, held, signed

DEAF = b"of-a-receiver-that-may-not-decide"
OTHER = b"of-another-one-that-may-decide"
SLACK = Receiver(
    id="r1", host="hooks.example", url="https://hooks.example/x", key=SECRET,
    groups=("approvers",), prefix="slack:",
)  # fmt: skip
RECEIVERS = (
    SLACK,
    Receiver(id="r2", host="deaf.example", url="https://deaf.example/x", key=DEAF),
    Receiver(
        id="r3", host="other.example", url="https://other.example/x", key=OTHER,
        groups=("approvers",), prefix="teams:",
    ),
)  # fmt: skip


class Office(Site):
    def __init__(self, directory: Path) -> None:
        super().__init__(directory, RECEIVERS, Roles(approver=("approvers",)))
        self.directory = directory

    def ask(self, number: int = 1, **changes: Any) -> Case:
        case = self.approvals.ask(
            held(number, **changes), f"apr_{number}", time.time_ns() // 1000, 600_000_000, 99
        )
        assert isinstance(case, Case)
        return case

    async def call(self, body: Any, path: str = "apr_1", **headers: str) -> tuple[int, str]:
        """(status, state or error)"""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**signed(data), **{name.replace("_", "-"): to for name, to in headers.items()}}
        answer = await self.client.post(
            f"/api/v1/approvals/{path}/callback", content=data, headers=sent
        )
        said = answer.json()
        return answer.status_code, said.get("state") or said["error"]["message"]

    def state(self, id: str = "apr_1") -> ApprovalState:
        case = self.approvals.get(id)
        assert case is not None
        return case.state

    def events(self) -> list[dict[str, Any]]:
        with sqlite3.connect(self.directory / "audit.db") as db:
            db.row_factory = sqlite3.Row
            rows = db.execute("SELECT * FROM event ORDER BY at, event_id").fetchall()
        db.close()
        return [dict(row) for row in rows]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    made = Office(tmp_path)
    async with made.client:
        yield made
    made.close()
    made.approvals.close()


def said(**changes: Any) -> dict[str, Any]:
    return {"approval": "apr_1", "verdict": "approve", "voter": "U042", **changes}


@pytest.mark.parametrize(
    ("verdict", "state", "kind"),
    [("approve", "approved", "approval granted"), ("deny", "denied", "approval denied")],
)
async def test_who_the_receiver_vouches_for_decides(
    office: Office, verdict: str, state: str, kind: str
) -> None:
    office.ask()
    assert await office.call(said(verdict=verdict, reason="seen")) == (200, state)
    (event,) = office.events()
    assert (event["kind"], event["actor"], event["reason"], event["object_id"]) == (
        kind, "slack:U042", "seen", "apr_1",
    )  # fmt: skip
    case = office.approvals.get("apr_1")
    assert case is not None
    (vote,) = case.votes
    assert (vote.voter, vote.issuer, vote.groups) == (
        "slack:U042", "webhook:hooks.example", ("approvers",),
    )  # fmt: skip


async def test_conditions_and_what_the_answer_says(office: Office) -> None:
    office.ask()
    data = json.dumps(said(conditions={"max_tokens": 9})).encode()
    answer = await office.client.post(
        "/api/v1/approvals/apr_1/callback", content=data, headers=signed(data)
    )
    assert answer.json() == {"id": "apr_1", "state": "approved"}, "no prompt goes back"
    case = office.approvals.get("apr_1")
    assert case is not None
    assert case.conditions.max_tokens == 9


GOOD = json.dumps(said()).encode()


@pytest.mark.parametrize(
    ("body", "headers", "status", "error"),
    [
        pytest.param(GOOD, {"webhook_signature": "v1,AAAA"}, 401, "signature", id="forged"),
        pytest.param(GOOD, {"webhook_signature": ""}, 401, "signature", id="empty signature"),
        pytest.param(GOOD, {"webhook_id": "cb_2"}, 401, "signature", id="signed for another id"),
        pytest.param(GOOD, {"webhook_timestamp": "1700000000"}, 401, "signature",
                     id="signed for another time"),
        pytest.param(GOOD, {"webhook_id": "a.b"}, 401, "webhook-id", id="an id with a dot"),
        pytest.param(GOOD, {"webhook_id": "a" * 101}, 401, "webhook-id", id="an id too long"),
        pytest.param(GOOD, {"webhook_timestamp": "soon"}, 401, "seconds since", id="no time"),
        pytest.param(GOOD, {"webhook_timestamp": "-5"}, 401, "seconds since", id="before 1970"),
        pytest.param(GOOD, signed(GOOD, secret=DEAF), 401, "no webhook that may decide",
                     id="by a receiver that may not decide"),
        pytest.param(GOOD, {"content_type": "text/plain"}, 400, "application/json",
                     id="another type of body"),
        pytest.param(b'{"a":"' + b"x" * (16 << 10) + b'"}', {}, 400, "over 16384 bytes",
                     id="too large"),
        pytest.param(b"", {}, 400, "not a callback", id="no body"),
        pytest.param(b"[" * 9000, {}, 400, "not a callback", id="deep brackets"),
        pytest.param(b'{"approval":"\xff"}', {}, 400, "not a callback", id="no UTF-8"),
        pytest.param(said(verdict="maybe"), {}, 400, "verdict", id="no verdict"),
        pytest.param(said(verdict=True), {}, 400, "verdict", id="a verdict of a wrong type"),
        pytest.param(said(break_glass=True), {}, 400, "break_glass", id="breaking the glass"),
        pytest.param(said(groups=["admin"]), {}, 400, "groups", id="groups of its own"),
        pytest.param(said(approval="apr_2"), {}, 400, "another approval",
                     id="signed for another approval"),
        pytest.param(said(voter=""), {}, 400, "voter", id="nobody"),
        pytest.param(said(voter=" U042"), {}, 400, "voter", id="a name with a space before it"),
        pytest.param(said(voter="U0\u202e42"), {}, 400, "voter", id="a name that turns around"),
        pytest.param(said(voter="U" * 201), {}, 400, "voter", id="a name too long"),
    ],
)  # fmt: skip
async def test_what_is_no_callback_is_refused_and_written_down(
    office: Office, body: Any, headers: dict[str, str], status: int, error: str
) -> None:
    office.ask()
    sent = {name.replace("-", "_"): value for name, value in headers.items()}
    answered, message = await office.call(body, **sent)
    assert (answered, error in message) == (status, True), message
    assert office.state() is ApprovalState.PENDING
    (event,) = office.events()
    assert (event["kind"], event["object_id"], event["actor"]) == ("approval refused", "apr_1", "")
    assert message[:200] in event["reason"]
    for secret in (SECRET, DEAF, OTHER):
        assert secret.decode() not in message + str(event)


@pytest.mark.parametrize("seconds", [-320, 320], ids=["late", "early"])
async def test_a_callback_is_of_now(office: Office, seconds: int) -> None:
    office.ask()
    headers = signed(GOOD, at=int(time.time()) + seconds)
    assert await office.call(GOOD, **_named(headers)) == (
        401, "webhook-timestamp: more than 300 seconds from now",
    )  # fmt: skip
    (event,) = office.events()
    assert (event["kind"], event["code"]) == ("approval refused", "invalid_token")
    assert office.state() is ApprovalState.PENDING


async def test_headers_that_are_missing_or_doubled(office: Office) -> None:
    office.ask()
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        headers = signed(GOOD)
        value = headers.pop(name)
        doubled = [*signed(GOOD).items(), (name, value)]
        for sent in (list(headers.items()), doubled):
            answer = await office.client.post(
                "/api/v1/approvals/apr_1/callback", content=GOOD, headers=sent
            )
            assert answer.status_code == 401
            assert name in answer.json()["error"]["message"]
    assert office.state() is ApprovalState.PENDING


async def test_a_callback_is_good_once(office: Office) -> None:
    office.ask(1, rule=Approval(required=True, groups=("approvers",), count=2))
    headers = signed(GOOD, id="once")
    sent = {name.replace("-", "_"): value for name, value in headers.items()}
    assert await office.call(GOOD, **sent) == (200, "pending")
    assert (await office.call(GOOD, **sent)) == (401, "this webhook-id was used already")
    changed = json.dumps(said(voter="U7")).encode()
    assert (await office.call(changed, **{**sent, **_named(signed(changed, id="once"))}))[0] == 401
    # Another receiver's ids are its own.
    others = json.dumps(said(voter="U9")).encode()
    assert await office.call(others, **_named(signed(others, id="once", secret=OTHER))) == (
        200, "approved",
    )  # fmt: skip
    kinds = [event["kind"] for event in office.events()]
    assert kinds == ["approval voted", "approval refused", "approval refused", "approval granted"]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}


async def test_what_is_not_valid_uses_no_id_up(office: Office) -> None:
    office.ask()
    wrong = json.dumps(said(verdict="maybe")).encode()
    assert (await office.call(wrong, **_named(signed(wrong, id="x"))))[0] == 400
    assert await office.call(GOOD, **_named(signed(GOOD, id="x"))) == (200, "approved")


@pytest.mark.parametrize(
    ("subject", "actor", "voter"),
    [
        ("alice", "", "alice"),
        ("alice", "", "ALICE"),
        ("slack:U042", "", "u042"),
        ("Slack:Alice", "", "alice"),
        ("bob", "alice", "Alice"),
        ("alice", "", "slack:alice"),
        ("teams:alice", "", "alice"),
        ("alice", "", "\uff41lice"),
    ],
    ids=[
        "the subject",
        "the subject in capitals",
        "a subject under the prefix",
        "a subject under the prefix, in other letters",
        "the actor",
        "with the prefix before it twice",
        "a subject under another receiver's prefix",
        "in letters that look the same",
    ],
)
async def test_nobody_approves_their_own_call_by_a_callback(
    office: Office, subject: str, actor: str, voter: str
) -> None:
    office.ask(1, subject=subject, actor=actor)
    for verdict in ("approve", "deny"):
        body = json.dumps(said(voter=voter, verdict=verdict, reason="mine")).encode()
        status, message = await office.call(body, **_named(signed(body, id=verdict)))
        assert (status, message) == (403, "nobody approves a call of their own")
    assert office.state() is ApprovalState.PENDING
    for event in office.events():
        assert (event["kind"], event["actor"]) == ("approval refused", f"slack:{voter}")


async def test_one_person_counts_once_however_they_come(office: Office) -> None:
    rule = Approval(required=True, groups=("approvers",), count=3)
    office.ask(1, rule=rule)

    async def press(voter: str, secret: bytes = SECRET) -> tuple[int, str]:
        body = json.dumps(said(voter=voter)).encode()
        id = f"{voter.encode().hex()}-{len(secret)}"
        return await office.call(body, **_named(signed(body, id=id, secret=secret)))

    def at_the_console(name: str) -> Voter:
        return Voter(subject=name, issuer="x", groups=("approvers",), role=Role.APPROVER)

    await office.desk.decide("apr_1", at_the_console("bob"), Choice(approves=True))
    again = (400, "you have decided on this already")
    assert await press("bob") == again
    assert await press("Bob") == again
    assert await press("bob", OTHER) == again
    assert await press("carol") == (200, "pending")
    with pytest.raises(Exception, match="you have decided on this already"):
        await office.desk.decide("apr_1", at_the_console("Carol"), Choice(approves=True))
    assert await press("dave", OTHER) == (200, "approved")


async def test_groups_are_the_configured_ones(office: Office) -> None:
    office.ask(1, rule=Approval(required=True, groups=("legal",)))
    assert await office.call(said()) == (403, "you are in no group that this approval asks for")
    office.ask(2, rule=Approval(required=True, reason_required=True))
    body = json.dumps(said(approval="apr_2")).encode()
    assert await office.call(body, "apr_2", **_named(signed(body, id="b"))) == (
        400, "a reason is needed",
    )  # fmt: skip


async def test_unknown_and_decided_cases(office: Office) -> None:
    body = json.dumps(said(approval="apr_9")).encode()
    assert await office.call(body, "apr_9") == (404, "there is no such approval")
    assert (await office.call(GOOD, "apr_9", webhook_signature="v1,x"))[0] == 401
    assert office.events() == [], "of no case, so nothing is noted"
    office.ask()
    await office.call(GOOD, **_named(signed(GOOD, id="one")))
    again = json.dumps(said(voter="U7")).encode()
    assert (await office.call(again, **_named(signed(again, id="two"))))[1] == (
        "this approval does not wait any more"
    )


async def test_what_was_told_is_no_callback(office: Office) -> None:
    """Signed with the same secret: whoever reads it on its way cannot send it back."""
    case = office.ask()
    for format in ("generic", "slack"):
        told = body_of(SLACK, Event.ASKED, case, None)
        status, message = await office.call(told, **_named(signed(told, id=format)))
        assert (status, "not a callback" in message) == (400, True)
    assert office.state() is ApprovalState.PENDING


async def test_forgeries_do_not_fill_the_records(office: Office) -> None:
    office.ask()
    for _ in range(150):
        assert (await office.call(GOOD, webhook_signature="v1,AAAA"))[0] == 401
    assert len(office.events()) <= 120, "60 a minute, of two minutes at the most"
    assert len(office.events()) >= 60
