"""Approvals at the console: shown masked, decided by who may, and each try written down."""

from __future__ import annotations

import re

import pytest

from extproc.control.console.pulse import Counts
from extproc.core.approval import ApprovalState, Conditions, Held
from extproc.core.decision import Approval
from extproc.core.record import EventKind
from extproc.service.approvals import Case
from extproc.service.people import Role
from tests.control.console.site import Site

HOUR = 3600 * 1_000_000


def held(site: Site, digest: bytes = b"1", **more: object) -> str:
    """A call that waits, and the id of its approval."""
    case = site.approvals.ask(
        Held(
            **{  # type: ignore[arg-type]
                "digest": digest,
                "exchange_id": "exc_1",
                "subject": "alice",
                "issuer": "corp",
                "agent_id": "agt_1",
                "agent_name": "notebook",
                "api": "openai",
                "operation": "chat",
                "model": "gpt-5",
                "rule": Approval(required=True, reason="It asks for money."),
                "revision": "r-7",
                "body": b'{"content":"pay [PERSON] <b>now</b>"}',
                "findings": {"PERSON": 1},
                **more,
            }
        ),
        site.ids.new("apr"),
        site.clock.now(),
        HOUR,
        20,
    )
    assert isinstance(case, Case)
    return case.id


def state(site: Site, id: str) -> ApprovalState:
    case = site.approvals.get(id)
    assert case is not None
    return case.state


async def test_a_held_call_is_shown_masked_and_that_is_written_down(site: Site) -> None:
    id = held(site)
    async with site.browser(Role.VIEWER) as browser:
        listed = (await browser.get("/approvals")).text
        assert "It asks for money." in listed
        assert "pay" not in re.sub(r"<[^>]*>", "", listed)
        page = (await browser.get(f"/approvals/{id}")).text
    assert "pay <mark>[PERSON]</mark> &lt;b&gt;now&lt;/b&gt;" in page
    assert "People with the role approver decide." in page
    assert "/approve" not in page
    assert [(one.kind, one.object_id, one.subject) for one in site.events()] == [
        (EventKind.APPROVALS_VIEWED, "", ""),
        (EventKind.APPROVALS_VIEWED, id, "alice"),
    ]


async def test_it_is_approved_once(site: Site) -> None:
    id = held(site)
    async with site.browser(Role.APPROVER) as browser:
        page = (await browser.get("/approvals")).text
        action = re.search(r'action="(/approvals/[^"]+/approve)"', page)
        assert action
        answer = await browser.post(action[1], data={"reason": ""})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/approvals?done=approved",
        )
        assert "It may pass now." in (await browser.get(answer.headers["location"])).text
        again = await browser.post(action[1])
        assert again.status_code == 400
        assert f'href="/approvals/{id}"' in again.text
    case = site.approvals.get(id)
    assert case is not None
    assert (case.state, case.uses_left, case.votes[0].voter) == (
        ApprovalState.APPROVED, 1, "approver",
    )  # fmt: skip
    kinds = [one.kind for one in site.events() if one.object_id == id]
    assert kinds == [EventKind.APPROVAL_GRANTED, EventKind.APPROVAL_REFUSED]


async def test_it_is_approved_with_conditions_uses_and_a_time(site: Site) -> None:
    id = held(site)
    form = {
        "reason": "for the demo", "model": "gpt-5-mini", "max_tokens": "200", "profile": "strict",
        "uses": "3", "minutes": "60",
    }  # fmt: skip
    async with site.browser(Role.ADMIN) as browser:
        assert (await browser.post(f"/approvals/{id}/approve", data=form)).status_code == 303
        page = (await browser.get(f"/approvals/{id}")).text
    case = site.approvals.get(id)
    assert case is not None
    assert case.conditions == Conditions(model="gpt-5-mini", max_tokens=200, profile="strict")
    assert case.uses_left == 3
    assert abs(case.granted_until - site.clock.now() - HOUR) < 60_000_000
    assert "3 uses left; model gpt-5-mini; at most 200 tokens; masked by strict" in page


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"uses": "0"}, id="no use"),
        pytest.param({"uses": "many"}, id="a number in words"),
        pytest.param({"uses": "١"}, id="a figure of another script"),
        pytest.param({"uses": "5000"}, id="too many uses"),
        pytest.param({"minutes": "-5"}, id="a time before now"),
        pytest.param({"minutes": "99999"}, id="too long a time"),
        pytest.param({"max_tokens": "1e9"}, id="tokens in another notation"),
        pytest.param({"profile": "none at all"}, id="a profile that is not there"),
        pytest.param({"reason": "x" * 1001}, id="too long a reason"),
    ],
)
async def test_conditions_that_cannot_be(site: Site, form: dict[str, str]) -> None:
    id = held(site)
    async with site.browser(Role.ADMIN) as browser:
        answer = await browser.post(f"/approvals/{id}/approve", data=form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert state(site, id) is ApprovalState.PENDING


async def test_a_no_needs_a_reason(site: Site) -> None:
    id = held(site)
    async with site.browser(Role.APPROVER) as browser:
        bare = await browser.post(f"/approvals/{id}/deny", data={"reason": " "})
        assert bare.status_code == 400
        assert "A reason is needed." in bare.text
        answer = await browser.post(f"/approvals/{id}/deny", data={"reason": "not our business"})
        assert answer.headers["location"] == "/approvals?done=denied"
        assert "not our business" in (await browser.get(f"/approvals/{id}")).text
    assert state(site, id) is ApprovalState.DENIED


@pytest.mark.parametrize(
    ("role", "name", "why"),
    [
        pytest.param(Role.VIEWER, "viewer", "no role that may approve", id="a viewer"),
        pytest.param(Role.ADMIN, "alice", "a call of their own", id="whoever asked"),
    ],
)
async def test_who_may_not_decide_is_told_so_and_written_down(
    site: Site, role: Role, name: str, why: str
) -> None:
    id = held(site)
    async with site.browser(role, name) as browser:
        assert "/approve" not in (await browser.get("/approvals")).text
        answer = await browser.post(f"/approvals/{id}/approve")
        assert answer.status_code == 403
        assert why in answer.text
    assert state(site, id) is ApprovalState.PENDING
    assert site.events()[-1].kind is EventKind.APPROVAL_REFUSED
    assert site.events()[-1].actor == name


async def test_a_form_of_another_place_decides_nothing(site: Site) -> None:
    id = held(site)
    async with site.browser(Role.ADMIN) as browser:
        for what in ("approve", "deny", "glass", "review"):
            answer = await browser.post(
                f"/approvals/{id}/{what}",
                data={"reason": "r"},
                headers={"origin": "http://elsewhere"},
            )
            assert answer.status_code == 403
    assert state(site, id) is ApprovalState.PENDING


async def test_two_people_are_needed_where_the_rule_says_so(site: Site) -> None:
    id = held(site, rule=Approval(required=True, count=2, reason_required=True))
    async with site.browser(Role.APPROVER) as browser:
        assert "2 of those who may approve" in (await browser.get("/approvals")).text
        assert (await browser.post(f"/approvals/{id}/approve")).status_code == 400
        answer = await browser.post(f"/approvals/{id}/approve", data={"reason": "fine"})
        assert answer.headers["location"] == "/approvals?done=voted"
        assert "You have decided" in (await browser.get("/approvals")).text
    async with site.browser(Role.ADMIN) as browser:
        await browser.post(f"/approvals/{id}/approve", data={"reason": "fine too"})
    assert state(site, id) is ApprovalState.APPROVED


async def test_a_broken_glass_is_reviewed_by_somebody_else(site: Site) -> None:
    id = held(site, rule=Approval(required=True, groups=("lawyers",)))
    async with site.browser(Role.ADMIN) as browser:
        page = (await browser.get(f"/approvals/{id}")).text
        assert "in no group that it asks for" in page
        assert "Break the glass" in page
        answer = await browser.post(f"/approvals/{id}/glass", data={"reason": "the site is down"})
        assert answer.status_code == 303
        assert (await browser.post(f"/approvals/{id}/review")).status_code == 403
    async with site.browser(Role.APPROVER) as browser:
        assert "not reviewed" in (await browser.get("/approvals")).text
        assert "Break the glass" not in (await browser.get(f"/approvals/{id}")).text
        assert (await browser.post(f"/approvals/{id}/review")).status_code == 303
        assert (await browser.post(f"/approvals/{id}/review")).status_code == 404
    case = site.approvals.get(id)
    assert case is not None
    assert case.reviewed_by == "approver"


async def test_what_is_not_there(site: Site) -> None:
    async with site.browser(Role.ADMIN) as browser:
        assert (await browser.get("/approvals/apr_none")).status_code == 404
        assert (await browser.post("/approvals/apr_none/approve")).status_code == 404
        assert (await browser.post("/approvals/apr_none/review")).status_code == 404


async def test_the_list_says_when_others_wait(site: Site) -> None:
    site.console.pulse.take(Counts(0, 0, 0), 0, 2)
    async with site.browser(Role.VIEWER) as browser:
        assert "2 wait now" in (await browser.get("/console/pending?shown=1")).text
        assert (await browser.get("/console/pending?shown=2")).text.strip() == ""
