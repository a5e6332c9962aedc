"""The pages of the console: who gets which, what they show, and what is written down about it."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from extproc.control.console.door import PAGES
from extproc.core.decision import Phase, Unavailable
from extproc.core.record import (
    AnswerRecord,
    DecisionRecord,
    EventKind,
    ExchangeRecord,
    Outcome,
    Record,
)
from extproc.service.people import Role
from tests.control.console.site import HOME, Site

PRINTABLE = "<script>alert(1)</script>'\"&"
HOSTILE = PRINTABLE + "\u202e\x1b[2J\u200b"


def exchange(id: str = "exc_1", at: int = 1_000_000, **more: Any) -> list[Record]:
    return [
        DecisionRecord(f"dec_{id}", id, Phase.REQUEST, at, True, revision="r-7", duration=300),
        ExchangeRecord(
            **{  # type: ignore[arg-type]
                "exchange_id": id,
                "at": at,
                "subject": "alice",
                "agent_id": "agt_1",
                "agent_name": "notebook",
                "source": "127.0.0.9",
                "model": "gpt-5",
                "method": "POST",
                "path": "/v1/chat/completions",
                "findings": {"EMAIL": 2},
                "body": b'{"content":"write to [EMAIL] and [EMAIL_3f9a1c]"}',
                **more,
            }
        ),
        AnswerRecord(
            exchange_id=id,
            at=at + 5,
            status=200,
            outcome=Outcome.COMPLETED,
            body=b'{"answer":"done"}',
            input_tokens=12,
            output_tokens=34,
        ),
    ]


# -- who gets in -------------------------------------------------------------------------------

ALL = [
    *(place for place, _ in PAGES),
    "/sessions/agt_1",
    "/exchanges/exc_1",
    "/console/now",
]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name.lower())
async def test_a_page_is_for_everybody_with_a_role(site: Site, role: Role, path: str) -> None:
    await site.record(*exchange())
    site.start("alice", name="notebook")
    async with site.browser(role) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    # Nothing is inline, so that the policy can forbid it.
    assert not re.search(
        r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", answer.text
    )
    if path != "/console/now":
        assert f"Signed in as {role.name.lower()} ({role.name.lower()})" in answer.text
        assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param("/", "%2F", id="the first page"),
        pytest.param("/sessions?at=03:00&model=gpt-5", "%2Fsessions%3Fat%3D03%3A00%26model%3Dgpt-5",
                     id="a search, which goes on after signing in"),
        pytest.param("/exchanges/exc_1", "%2Fexchanges%2Fexc_1", id="an exchange"),
    ],
)  # fmt: skip
async def test_whoever_is_not_signed_in_is_led_there(site: Site, path: str, place: str) -> None:
    await site.record(*exchange())
    async with site.browser(None) as browser:
        answer = await browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={place}")
    assert "gpt-5" not in answer.text


async def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(site: Site) -> None:
    async with site.browser(None) as browser:
        for path in ("/console/now", "/console/events"):
            answer = await browser.get(path)
            assert answer.status_code == 401
            assert answer.headers["hx-redirect"] == "/login?next=%2F"


async def test_a_session_that_is_over_is_over_at_once(site: Site) -> None:
    async with site.browser(Role.ADMIN) as browser:
        assert (await browser.get("/agents")).status_code == 200
        site.sign_out(site.sign_in(Role.ADMIN))
        assert (await browser.get("/agents")).status_code == 303


FORMS = [
    ("/agents/{agent}/end", {}),
    ("/subjects/revoke", {"subject": "alice", "reason": "left"}),
    ("/subjects/restore", {"subject": "mallory", "reason": "back"}),
]


@pytest.mark.parametrize(("path", "form"), FORMS)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER], ids=["viewer", "approver"])
async def test_only_an_administrator_may_end(
    site: Site, role: Role, path: str, form: dict[str, str]
) -> None:
    agent = site.start("alice")
    async with site.browser(role) as browser:
        answer = await browser.post(path.format(agent=agent), data=form)
        shown = (await browser.get("/agents")).text
    assert answer.status_code == 403
    assert "people with the role admin" in answer.text
    assert "/end" not in shown
    assert "/subjects/revoke" not in shown
    assert site.agents.is_running(agent)


@pytest.mark.parametrize(("path", "form"), FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"origin": "http://elsewhere"}, id="from another place"),
        pytest.param({"origin": "null"}, id="from nowhere that says so"),
        pytest.param({"sec-fetch-site": "cross-site"}, id="across sites"),
    ],
)
async def test_a_form_of_another_place_does_nothing(
    site: Site, path: str, form: dict[str, str], headers: dict[str, str]
) -> None:
    agent = site.start("alice")
    async with site.browser(Role.ADMIN) as browser:
        answer = await browser.post(path.format(agent=agent), data=form, headers=headers)
    assert answer.status_code == 403
    assert site.agents.is_running(agent)
    (tried,) = site.events()
    assert (tried.kind, tried.reason) == (
        EventKind.ACTION_REFUSED, "it was not sent by a page of the console",
    )  # fmt: skip


# -- agents ------------------------------------------------------------------------------------


async def test_an_agent_is_ended_and_its_children_with_it(site: Site) -> None:
    parent = site.start("alice", name="parent")
    child = site.start("alice", name="child", parent=parent)
    async with site.browser(Role.ADMIN) as browser:
        page = (await browser.get("/agents")).text
        assert page.index(f'id="{parent}"') < page.index(f'id="{child}"')
        assert "<ul><li" in re.sub(r"\s+", "", page).replace("<liid", "<li")
        answer = await browser.post(f"/agents/{parent}/end", data={"shown": "alice"})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/agents?subject=alice&done=ended",
        )
        after = (await browser.get(answer.headers["location"])).text
        assert "The agent was ended" in after
        assert parent not in after
        again = await browser.post(f"/agents/{parent}/end")
        assert again.status_code == 404
        assert "not running" in again.text
    assert not site.agents.is_running(child)
    (event,) = site.events()
    assert (event.kind, event.actor, event.agent_id, event.reason, event.source) == (
        EventKind.AGENT_ENDED, "admin", parent, "killed", "127.0.0.1",
    )  # fmt: skip


async def test_a_subject_is_revoked_and_restored_with_a_reason(site: Site) -> None:
    agent = site.start("alice")
    mine = site.sign_in(Role.VIEWER, "alice")
    async with site.browser(Role.ADMIN) as browser:
        nameless = await browser.post("/subjects/revoke", data={"subject": "alice", "reason": " "})
        assert nameless.status_code == 400
        assert "give a reason" in nameless.text
        assert site.agents.is_running(agent)
        done = await browser.post("/subjects/revoke", data={"subject": "alice", "reason": "left"})
        assert done.status_code == 303
        assert not site.agents.is_running(agent)
        page = (await browser.get("/agents")).text
        assert "by admin: left" in page
        back = {"subject": "alice", "reason": "it was a mistake"}
        assert (await browser.post("/subjects/restore", data=back)).status_code == 303
        assert (await browser.post("/subjects/restore", data=back)).status_code == 404
    site.start("alice")
    async with site.browser(None) as other:
        other.cookies.set("extproc", mine)
        # Revoked people are signed out as well.
        assert (await other.get("/")).status_code == 303
    assert [(one.kind, one.subject, one.reason) for one in site.events()] == [
        (EventKind.SUBJECT_REVOKED, "alice", "left"),
        (EventKind.SUBJECT_RESTORED, "alice", "it was a mistake"),
    ]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param({"content": b"\xff\xfe"}, 400, id="no form"),
        pytest.param({"content": b"subject=a&subject=b&reason=c"}, 400, id="a field twice"),
        pytest.param({"content": b"reason=" + b"x" * 20_000}, 413, id="too large"),
        pytest.param({"data": {"subject": "", "reason": "r"}}, 400, id="nobody"),
        pytest.param({"data": {"subject": "x" * 257, "reason": "r"}}, 400, id="a name too long"),
        pytest.param({"data": {"subject": "x", "reason": "r" * 1001}}, 400, id="a long reason"),
        pytest.param({"content": b"&".join(b"f%d=" % n for n in range(40))}, 400, id="many fields"),
    ],
)
async def test_a_wrong_form_says_what_is_wrong(
    site: Site, sent: dict[str, Any], status: int
) -> None:
    async with site.browser(Role.ADMIN) as browser:
        answer = await browser.post("/subjects/revoke", **sent)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert site.events() == []


# -- records -----------------------------------------------------------------------------------


async def test_the_call_at_three_is_found_and_looked_at(site: Site) -> None:
    three = 1_763_953_205_000_000  # 2025-11-24 03:00:05 UTC
    await site.record(*exchange("exc_1", three), *exchange("exc_2", three + 3600_000_000))
    async with site.browser(Role.VIEWER) as browser:
        found = await browser.get(
            "/sessions", params={"at": "2025-11-24T03:00", "tz": "UTC", "model": "gpt-5"}
        )
        assert "/exchanges/exc_1" in found.text
        assert "/exchanges/exc_2" not in found.text
        # The address and the form both hold the question.
        assert 'value="2025-11-24T03:00"' in found.text
        page = (await browser.get("/exchanges/exc_1?tz=UTC")).text
        assert "2025-11-24 03:00:05" in page
        assert "write to <mark>[EMAIL]</mark> and <mark>[EMAIL_3f9a1c]</mark>" in page
        assert "r-7" in page
        assert (await browser.get("/exchanges/exc_9")).status_code == 404
        session = (await browser.get("/sessions/agt_1")).text
        assert "/exchanges/exc_2" in session
        assert (await browser.get("/sessions/agt_9")).status_code == 404
    assert [
        (one.kind, one.agent_id, one.subject, one.reason or one.object_id) for one in site.events()
    ] == [
        (EventKind.RECORDS_SEARCHED, "", "", "at=2025-11-24T03:00, tz=UTC, model=gpt-5"),
        (EventKind.EXCHANGE_VIEWED, "agt_1", "alice", "exc_1"),
        (EventKind.SESSION_VIEWED, "agt_1", "alice", "agt_1"),
    ]
    assert {one.actor for one in site.events()} == {"viewer"}


async def test_what_was_searched_for_in_texts_is_not_written_down(site: Site) -> None:
    async with site.browser(Role.VIEWER) as browser:
        await browser.get("/sessions", params={"text": "hunter2"})
    (event,) = site.events()
    assert event.reason == "text=…"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("at=soon", "soon"),
        ("at=03:00&from=02:00", "not both"),
        ("finding=email", "not a type of finding"),
        ("decision=maybe", "not a decision"),
        ("tz=Mars/Base", "Mars/Base"),
        ("before=yesterday", "no page of this name"),
    ],
)
async def test_a_wrong_question_is_answered_in_the_form(site: Site, query: str, said: str) -> None:
    async with site.browser(Role.VIEWER) as browser:
        answer = await browser.get(f"/sessions?{query}")
    assert answer.status_code == 400
    assert said in re.sub("&#39;", "'", answer.text)


async def test_a_long_list_is_read_page_by_page(site: Site) -> None:
    for number in range(120):
        await site.record(*exchange(f"exc_{number:03}", number * 1000, body=b""))
    seen: list[str] = []
    path = "/sessions?subject=alice"
    async with site.browser(Role.VIEWER) as browser:
        while path:
            page = (await browser.get(path)).text
            seen += re.findall(r"/exchanges/(exc_\d+)", page)
            older = re.search(r'rel="next" href="([^"]+)"', page)
            path = older[1].replace("&amp;", "&") if older else ""
    assert seen == [f"exc_{number:03}" for number in reversed(range(120))]


async def test_callers_that_are_not_known_have_a_session_too(site: Site) -> None:
    await site.record(*exchange(agent_id="", subject="", agent_name=""))
    async with site.browser(Role.VIEWER) as browser:
        assert 'href="/sessions/-"' in (await browser.get("/sessions")).text
        assert "/exchanges/exc_1" in (await browser.get("/sessions/-")).text


async def test_nobody_sees_what_cannot_be_written_down(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.record(*exchange())

    async def full(*_: object) -> None:
        raise Unavailable("store", "the disk is full")

    monkeypatch.setattr(site.writer, "write", full)
    async with site.browser(Role.ADMIN) as browser:
        for path in ("/exchanges/exc_1", "/sessions/agt_1", "/sessions", "/audit"):
            answer = await browser.get(path)
            assert answer.status_code == 503
            assert "alice" not in answer.text
            assert "disk" not in answer.text


# -- policy and audit --------------------------------------------------------------------------


async def test_a_decision_is_explained_by_its_exchange(site: Site) -> None:
    now = site.clock.now()
    await site.record(*exchange("exc_1", now))
    async with site.browser(Role.VIEWER) as browser:
        page = (await browser.get("/policy")).text
        assert "r-7" in page
        answer = await browser.get("/policy?decision=dec_exc_1")
        assert answer.headers["location"] == "/exchanges/exc_1#dec_exc_1"
        assert (await browser.get("/policy?decision=dec_9")).status_code == 404


async def test_the_audit_page_says_how_it_stands_and_who_did_what(site: Site) -> None:
    await site.record(*exchange())
    site.keeping = site.keeping._replace(failure="OSError: no space", not_ready="draining")
    async with site.browser(Role.APPROVER) as browser:
        await browser.get("/exchanges/exc_1")
        page = (await browser.get("/audit")).text
    assert "OSError: no space" in page
    assert "draining" in page
    assert "exchange viewed" in page
    assert 'href="/exchanges/exc_1"' in page
    assert "5.0 MiB" in page
    assert site.events()[-1].kind is EventKind.AUDIT_VIEWED


# -- what strangers wrote ----------------------------------------------------------------------


async def test_hostile_names_are_shown_and_do_nothing(site: Site) -> None:
    site.start(PRINTABLE, name=PRINTABLE, client_id=HOSTILE)
    await site.record(
        *exchange(
            "exc_1",
            site.clock.now(),
            **dict.fromkeys(
                ("subject", "agent_name", "client_id", "source", "model", "path", "reason", "code",
                 "upstream", "method", "issuer"), HOSTILE,
            ),
            findings={HOSTILE: 1},
            body=HOSTILE.encode(),
        ),
        DecisionRecord(
            "dec_2", "exc_1", Phase.RESPONSE, site.clock.now(), False, HOSTILE, HOSTILE, HOSTILE
        ),
    )  # fmt: skip
    paths = [*ALL, f"/agents?{httpx2.QueryParams({'subject': HOSTILE})}"]
    paths.append(f"/sessions?{httpx2.QueryParams({'model': HOSTILE, 'text': HOSTILE})}")
    async with site.browser(Role.ADMIN, HOSTILE.replace("\x1b", "")) as browser:
        await browser.post("/subjects/revoke", data={"subject": HOSTILE, "reason": HOSTILE})
        for path in paths:
            page = (await browser.get(path)).text
            assert "<script>" not in page
            assert "&lt;script&gt;" in page or path == "/console/now"
            # Only fields of a form keep the characters as they are.
            outside = re.sub(r'value="[^"]*"', "", page)
            assert not set("\u202e\x1b\u200b") & set(outside), path
            assert "U+202E" in page or path == "/console/now"


async def test_addresses_that_nobody_was_given(site: Site) -> None:
    async with site.browser(Role.ADMIN) as browser:
        for path in ("/sessions/%00", "/exchanges/%ff", "/exchanges/' OR 1=1 --", "/agents/x/y"):
            assert (await browser.get(path)).status_code == 404, path
        assert (await browser.post(f"{HOME}/agents/%3Cb%3E/end")).status_code == 404


# -- styles and scripts ------------------------------------------------------------------------


async def test_every_style_and_script_is_served_for_ever(site: Site) -> None:
    chunks = ((10, 5), (20, 5))
    await site.record(*exchange())
    await site.record(
        ExchangeRecord(exchange_id="exc_s", at=5),
        AnswerRecord(
            exchange_id="exc_s", at=6, outcome=Outcome.COMPLETED, body=b"0123456789", chunks=chunks
        ),
    )
    named: set[str] = set()
    async with site.browser(Role.ADMIN) as browser:
        for path in [*ALL, "/exchanges/exc_s"]:
            named |= set(
                re.findall(r'(?:src|href)="(/static/[^"]+)"', (await browser.get(path)).text)
            )
        assert {name.rsplit("/", 1)[1] for name in named} >= {
            "pico-2.1.1.min.css", "console.css", "htmx-2.0.11.min.js", "replay.js",
            "htmx-ext-sse-2.2.4.min.js",
        }  # fmt: skip
        for name in named:
            answer = await browser.get(name)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
            assert answer.headers["content-type"].split(";")[0] in (
                "text/css", "text/javascript", "image/svg+xml",
            )  # fmt: skip
            stale = re.sub("/static/[0-9a-f]+/", "/static/0000/", name)
            assert (await browser.get(stale)).status_code == 404
        assert (await browser.get("/static/x/../door.py")).status_code == 404
