"""The control port over real HTTP semantics (ASGI), with the real agents and records behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from pysqlite3 import dbapi2
from starlette.routing import Route

from extproc.adapters.dpop import DpopProofs
from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.sqlite.pages import RecordPages
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.sqlite.replays import ReplayStore
from extproc.adapters.sqlite.sessions import SessionStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.config import Config, Console, Roles
from extproc.control.binding import Binding
from extproc.control.callback import CallbackEndpoint
from extproc.control.console import Console as Pages
from extproc.control.console.state import Keeping
from extproc.control.lifecycle import LifecycleEndpoints
from extproc.control.sign_in import SignIn
from extproc.control.subjects import SubjectEndpoints
from extproc.control.token import ACCESS_TOKEN, EXCHANGE, TokenEndpoint
from extproc.control.web import Control
from extproc.core.decision import Unavailable
from extproc.service.agents import Agents
from extproc.service.announcements import Receiver
from extproc.service.approvals import Desk
from extproc.service.approvals import Terms as ApprovalTerms
from extproc.service.browsing import Browsing
from extproc.service.events import Events
from extproc.service.issuance import Issuance
from extproc.service.leases import Limits, Terms, document
from extproc.service.questions import FILTERS, Evidence
from extproc.service.standing import Standing
from tests.fakes import TrustedSubjects


class Site:
    def __init__(
        self,
        directory: Path,
        receivers: tuple[Receiver, ...] = (),
        roles: Roles = Roles(),  # noqa: B008 - frozen
    ) -> None:
        clock = SystemClock()
        self.store = AgentStore(directory / "state.db")
        self.writer = RecordWriter(directory / "audit.db")
        self.reader = RecordPages(directory / "audit.db")
        authority = LocalAuthority(directory)
        terms = Terms(limits=Limits(per_subject=3))
        proofs = DpopProofs(ReplayStore(directory / "replays.db"))
        self.agents = Agents(self.store, authority, clock, SortableIds(clock), terms, proofs=proofs)
        self.issued: list[str] = []
        standing = Standing(self.store, authority, clock)
        events = Events(self.writer, clock, SortableIds(clock))
        self.subjects = subjects = TrustedSubjects()
        self.sessions = sessions = SessionStore(directory / "sessions.db")
        self.approvals = ApprovalStore(directory / "approvals.db")
        prefixes = tuple(each.prefix for each in receivers)
        self.desk = Desk(self.approvals, ApprovalTerms(prefixes=prefixes), clock, events)
        issuance = Issuance(
            self.agents, subjects, events, clock, authority.issuer, self.issued.append, self._limit
        )
        self.limited = 0
        self.why_not = ""
        sign_in = SignIn(
            Console(),
            sessions,
            clock,
            sign_ins=None,  # type: ignore[arg-type]
            identify=self.agents.identify,
            is_running=self.agents.is_running,
            is_out=standing.is_out,
            events=events,
            issuer=authority.issuer,
        )
        self.pages = Pages(
            Config(),
            role_of=sign_in.role_of,
            events=events,
            roster=self.store,
            document=document,
            standing=standing,
            sessions=sessions,
            desk=self.desk,
            browsing=Browsing(self.reader, clock),
            keeping=lambda: Keeping(0, "", (), self.why_not),
        )
        self.control = Control(
            identify=self.agents.identify,
            end=standing.end,
            roster=self.store,
            evidence=Evidence(self.reader, clock),
            document=document,
            token=TokenEndpoint(
                issuance,
                Binding(proofs).confirmation,
                clock,
                authority.issuer,
                lambda: ["http://control"],
            ),
            lifecycle=LifecycleEndpoints(standing, sessions, events, clock, subjects.verify_logout),
            subjects=SubjectEndpoints(standing, sessions, events),
            desk=self.desk,
            callback=CallbackEndpoint(
                self.desk, receivers, events, ReplayStore(directory / "replays.db"), clock, roles
            ),
            sign_in=sign_in,
            console=self.pages,
            events=events,
            roles=roles,
            issuer=authority.issuer,
            jwks=authority.jwks,
            metrics=lambda: b"extproc_up 1\n",
            not_ready=lambda: self.why_not,
        )
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.control.application()), base_url="http://control"
        )
        self.admin = self.start("root", groups=["admin"])
        self.user = self.start("bob")

    def start(self, subject: str, **options: object) -> str:
        return self.agents.start(subject, **options)[1]  # type: ignore[arg-type]

    def close(self) -> None:
        self.reader.close()
        self.writer.close()
        self.store.close()

    def _limit(self) -> None:
        self.limited += 1


def events(site: Site) -> list[dict[str, Any]]:
    """What was recorded beside calls."""
    (_, _, path) = site.store._db.execute("PRAGMA database_list").fetchone()
    db = dbapi2.connect(Path(path).parent / "audit.db")
    db.row_factory = dbapi2.Row
    return [dict(row) for row in db.execute("SELECT * FROM event ORDER BY at, event_id")]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    made = Site(tmp_path)
    async with made.client:
        yield made
    made.close()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/livez", 200), ("/readyz", 200), ("/metrics", 200), ("/", 303), ("/none", 404),
     ("/.well-known/jwks.json", 200), ("/.well-known/oauth-authorization-server", 200)],
)  # fmt: skip
async def test_open_pages(site: Site, path: str, status: int) -> None:
    answer = await site.client.get(path)
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_description_of_the_api_is_complete(site: Site) -> None:
    described = (await site.client.get("/api/v1/openapi.json")).json()
    there = {
        (route.path, method.lower())
        for route in site.control.application().routes
        if isinstance(route, Route) and route.path.startswith("/api/v1/")
        for method in (route.methods or set()) - {"HEAD"}
    } - {("/api/v1/openapi.json", "get")}
    assert there == {
        (path, method) for path, methods in described["paths"].items() for method in methods
    }
    filters = {
        parameter["name"]
        for parameter in described["paths"]["/api/v1/sessions"]["get"]["parameters"]
    }
    assert filters == set(FILTERS)


async def test_readiness_says_why_not(site: Site) -> None:
    site.why_not = "the disk is full"
    answer = await site.client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "the disk is full")
    assert (await site.client.get("/livez")).status_code == 200


async def test_the_public_key_holds_no_private_part(site: Site) -> None:
    (key,) = (await site.client.get("/.well-known/jwks.json")).json()["keys"]
    assert "d" not in key


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/subjects"), ("POST", "/api/v1/subjects/revoke"),
     ("POST", "/api/v1/subjects/restore"), ("POST", "/oauth2/introspect"),
     ("GET", "/api/v1/agents"), ("DELETE", "/api/v1/agents/agt_1"), ("GET", "/api/v1/sessions"),
     ("GET", "/api/v1/sessions/agt_1"), ("GET", "/api/v1/exchanges/exc_1")],
)  # fmt: skip
async def test_the_api_is_for_administrators(site: Site, method: str, path: str) -> None:
    assert (await site.client.request(method, path)).status_code == 401
    wrong = await site.client.request(method, path, headers=bearer("x.y.z"))
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_token")
    plain = await site.client.request(method, path, headers=bearer(site.user))
    assert (plain.status_code, plain.json()["error"]["code"]) == (403, "policy_denied")


async def test_agents_are_listed_and_ended(site: Site) -> None:
    listed = (await site.client.get("/api/v1/agents", headers=bearer(site.admin))).json()
    assert {agent["subject"] for agent in listed} == {"root", "bob"}
    (bob,) = (
        await site.client.get("/api/v1/agents?subject=bob", headers=bearer(site.admin))
    ).json()
    path = f"/api/v1/agents/{bob['id']}"
    assert (await site.client.delete(path, headers=bearer(site.admin))).status_code == 200
    assert (await site.client.delete(path, headers=bearer(site.admin))).status_code == 404
    ended = await site.client.get("/api/v1/agents", headers=bearer(site.user))
    assert (ended.status_code, ended.json()["error"]["code"]) == (401, "revoked")


async def test_a_wrong_question_says_what_is_wrong(site: Site) -> None:
    answer = await site.client.get("/api/v1/sessions?at=soon", headers=bearer(site.admin))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert "soon" in answer.json()["error"]["message"]
    assert (
        await site.client.get("/api/v1/sessions?at=03:00", headers=bearer(site.admin))
    ).json() == []


async def test_a_store_that_cannot_answer(site: Site) -> None:
    def broken(subject: str | None = None, active_only: bool = True) -> list[object]:
        raise Unavailable("store", "secret path")

    site.store.list = broken  # type: ignore[method-assign, assignment]
    answer = await site.client.get("/api/v1/agents", headers=bearer(site.admin))
    assert answer.status_code == 503
    assert "secret" not in answer.text


def form(**fields: str) -> dict[str, object]:
    return {
        "content": urlencode(
            {"grant_type": EXCHANGE, "subject_token_type": ACCESS_TOKEN, **fields}
        ),
        "headers": {"content-type": "application/x-www-form-urlencoded"},
    }


async def test_an_agent_starts_a_child(site: Site) -> None:
    answer = await site.client.post("/oauth2/token", **form(subject_token=site.user))  # type: ignore[arg-type]
    assert answer.status_code == 200
    said = answer.json()
    assert (said["token_type"], said["issued_token_type"]) == ("Bearer", ACCESS_TOKEN)
    assert 0 < said["expires_in"] <= 300
    assert answer.headers["cache-control"].startswith("no-store")
    child = site.agents.identify(bearer(said["access_token"]))
    parent = site.agents.identify(bearer(site.user))
    assert (child.subject, child.parent, child.agent_id) == (
        "bob",
        parent.agent_id,
        said["agent_id"],
    )
    assert site.issued == ["agent"]


async def test_the_limit_is_429(site: Site) -> None:
    answers = [
        await site.client.post("/oauth2/token", **form(subject_token=site.user))  # type: ignore[arg-type]
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"] == "agent_limit"
    assert 0 < int(answers[2].headers["retry-after"]) <= 120
    assert site.limited == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
        ({"subject_token": "x.y.z"}, "invalid_request"),
        ({}, "invalid_request"),
        ({"subject_token": "x", "subject_token_type": "saml"}, "invalid_request"),
        ({"subject_token": "x", "actor_token": "y"}, "invalid_request"),
        ({"subject_token": "x", "requested_token_type": "urn:x"}, "invalid_request"),
        ({"subject_token": "x", "audience": "somebody else"}, "invalid_target"),
        ({"grant_type": "refresh_token"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "rft_x"}, "invalid_grant"),
    ],
)
async def test_a_wrong_token_request(site: Site, fields: dict[str, str], error: str) -> None:
    answer = await site.client.post("/oauth2/token", **form(**fields))  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert "x.y.z" not in answer.text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"a=1&a=2", 400, id="a parameter twice"),
        pytest.param(b"\xff\xfe", 400, id="no form"),
        pytest.param(b"a=" + b"x" * 600_000, 413, id="too large"),
    ],
)
async def test_a_body_that_is_no_form(site: Site, content: bytes, status: int) -> None:
    answer = await site.client.post("/oauth2/token", content=content)
    assert answer.status_code == status


async def test_a_person_administers_by_a_session_and_is_named_in_what_is_recorded(
    site: Site,
) -> None:
    """Signed in by the local credential; a revocation ends the session as well."""
    home = "http://127.0.0.1"
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(site.control.application()),
        base_url=home,
        headers={"origin": home},
    ) as browser:
        for program in (site.start("eve", parent=""), site.start("zoe", issuer="https://idp")):
            refused = await browser.post("/login", data={"credential": program})
            assert refused.status_code == 403
        signed_in = await browser.post("/login", data={"credential": site.admin, "next": "/"})
        assert signed_in.status_code == 303
        page = (await browser.get("/")).text
        assert "Signed in as root (admin)" in page
        assert "Sign out" in page
        listed = await browser.get("/api/v1/agents")
        assert {agent["subject"] for agent in listed.json()} >= {"root", "bob"}
        revoked = await browser.post("/api/v1/subjects/revoke", json={"subject": "bob"})
        assert revoked.json()["ended"] == 1
        foreign = await browser.post(
            "/api/v1/subjects/revoke",
            json={"subject": "carol"},
            headers={"origin": "http://elsewhere"},
        )
        assert foreign.status_code == 401
        (refused,) = [each for each in events(site) if each["kind"] == "action refused"]
        assert (refused["actor"], refused["object_id"]) == ("root", "/api/v1/subjects/revoke")
        await browser.post("/api/v1/subjects/revoke", json={"subject": "root"})
        assert (await browser.get("/api/v1/agents")).status_code == 401
        assert "Signed in" not in (await browser.get("/")).text
