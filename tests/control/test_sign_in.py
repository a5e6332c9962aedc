"""Signing in to the console, as a browser sees it: cookies, redirects, forms."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from extproc.adapters.identity.jwt import JwtSubjects
from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.config import parse
from extproc.control.sign_in import SignIn, _next
from extproc.control.web import SafeHeaders
from extproc.core.ports import Clock
from extproc.core.record import EventKind
from extproc.service.agents import Agents
from extproc.service.events import Events
from extproc.service.leases import Terms
from extproc.service.standing import Standing
from tests.adapters.identity.provider import (
    NOW,
    START,
    MemoryReplays,
    Provider,
    SetClock,
    sign,
)
from tests.fakes import MemoryRecorder, MemorySessions
from tests.openid import WARNINGS, running_provider

HERE = "http://127.0.0.1:8080"
ROLES = {"viewer": ["staff"], "approver": ["leads"], "admin": ["ops"]}


class Site:
    """The console of one configuration, and a browser that is at it."""

    def __init__(self, directory: Path, console: dict[str, Any], issuer: str, clock: Clock) -> None:
        source = {"name": "corp", "issuer": issuer, "audience": "extproc"}
        config = parse({"identity": {"oidc": [source]}, "console": {"roles": ROLES, **console}})
        self.store = AgentStore(directory / "state.db")
        authority = LocalAuthority(directory)
        self.agents = Agents(self.store, authority, clock, SortableIds(clock), Terms())
        self.standing = Standing(self.store, authority, clock)
        self.sessions = MemorySessions()
        self.journal = MemoryRecorder()
        self.subjects = JwtSubjects(config.identity, clock, MemoryReplays(), config.console)
        self.sign_in = SignIn(
            config.console,
            self.sessions,
            clock,
            sign_ins=self.subjects,
            identify=self.agents.identify,
            is_running=self.agents.is_running,
            is_out=self.standing.is_out,
            events=Events(self.journal, clock, SortableIds(clock)),
            issuer=authority.issuer,
        )
        self.application = Starlette(
            routes=[*self.sign_in.routes(), Route("/me", self._me, methods=["GET", "POST"])],
            middleware=[Middleware(SafeHeaders)],
        )
        self.browser = self.browser_at(HERE)
        self.outside = httpx2.AsyncClient(trust_env=False)

    def browser_at(self, address: str) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.application), base_url=address
        )

    async def _me(self, request: Request) -> Response:
        found = await self.sign_in.role_of(request)
        return JSONResponse(found and [found[0].subject, found[1].name])

    async def me(self) -> Any:
        return (await self.browser.get("/me")).json()

    async def begin(self, path: str = "/login") -> dict[str, str]:
        """What the browser is sent to the provider with."""
        answer = await self.browser.get(path)
        assert answer.status_code == 302, answer.text
        where, _, query = answer.headers["location"].partition("?")
        return {"": where, **dict(parse_qsl(query))}

    async def provider_answers(self, asked: dict[str, str]) -> dict[str, str]:
        """What the provider sends the browser back with."""
        query = {name: value for name, value in asked.items() if name}
        answer = await self.outside.get(asked[""], params=query)
        where, _, given = answer.headers["location"].partition("?")
        assert where == asked["redirect_uri"]
        return dict(parse_qsl(given))

    async def come_back(self, given: dict[str, str]) -> httpx2.Response:
        return await self.browser.get(f"/callback?{urlencode(given)}")

    async def close(self) -> None:
        await self.browser.aclose()
        await self.outside.aclose()
        await self.subjects.close()
        self.store.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def provider(server: Provider) -> Iterator[Provider]:
    server.offer_sign_in()
    yield server
    server.reset()


Making = Callable[..., Site]


@pytest.fixture
async def making(tmp_path: Path, provider: Provider) -> AsyncIterator[Making]:
    made: list[Site] = []

    def make(console: dict[str, Any] | None = None, clock: Clock | None = None) -> Site:
        made.append(Site(tmp_path, console or {}, provider.issuer, clock or SystemClock()))
        return made[-1]

    yield make
    for site in made:
        await site.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def site(making: Making, clock: SetClock) -> Site:
    return making({"oidc": "corp", "client_id": "console"}, clock)


async def test_a_person_signs_in_and_out(site: Site, provider: Provider) -> None:
    assert await site.me() is None
    asked = await site.begin("/login?next=/agents?subject=bob")
    given = await site.provider_answers(asked)
    answer = await site.come_back(given)
    assert (answer.status_code, answer.headers["location"]) == (303, "/agents?subject=bob")
    assert await site.me() == ["alice", "ADMIN"]
    page = await site.browser.post("/logout", headers={"origin": HERE})
    assert page.status_code == 200
    assert f'href="{provider.issuer}/end?client_id=console' in page.text
    assert await site.me() is None
    assert not site.sessions.kept
    assert [(one.kind, one.actor, one.issuer) for one in site.journal.records] == [
        (EventKind.SIGNED_IN, "alice", provider.issuer),
        (EventKind.SIGNED_OUT, "alice", provider.issuer),
    ]


async def test_nobody_signs_in_unwritten(site: Site) -> None:
    given = await site.provider_answers(await site.begin())
    site.journal.fails = True
    assert (await site.come_back(given)).status_code == 503
    assert "extproc" not in site.browser.cookies
    assert await site.me() is None


async def test_what_the_provider_is_asked(site: Site, provider: Provider) -> None:
    asked = await site.begin()
    assert asked[""] == f"{provider.issuer}/authorize"
    assert {name: asked[name] for name in ("response_type", "client_id", "redirect_uri")} == {
        "response_type": "code", "client_id": "console", "redirect_uri": f"{HERE}/callback",
    }  # fmt: skip
    assert asked["code_challenge_method"] == "S256"
    assert "openid" in asked["scope"].split()
    again = await site.begin()
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) == 43
        assert asked[name] != again[name]


async def test_the_cookies_of_this_machine(site: Site) -> None:
    attempt = (await site.browser.get("/login")).headers["set-cookie"]
    assert attempt.startswith("extproc-login=")
    assert "Secure" not in attempt
    for attribute in ("HttpOnly", "Path=/", "SameSite=lax", "Max-Age=600"):
        assert attribute in attempt


async def test_the_cookies_of_an_address_elsewhere(making: Making, clock: SetClock) -> None:
    site = making(
        {"oidc": "corp", "client_id": "console", "url": "https://console.example/"}, clock
    )
    site.browser = site.browser_at("https://console.example")
    asked = await site.begin()
    assert asked["redirect_uri"] == "https://console.example/callback"
    given = await site.provider_answers(asked)
    over, begun = (await site.come_back(given)).headers.get_list("set-cookie")[::-1]
    assert begun.startswith("__Host-extproc=")
    assert over.startswith('__Host-extproc-login="";')
    for cookie in (begun, over):
        for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
            assert attribute in cookie
        assert "Domain" not in cookie
    assert await site.me() == ["alice", "ADMIN"]


@pytest.mark.parametrize(
    ("console", "address"),
    [
        pytest.param({}, "http://console.example", id="plain http elsewhere"),
        pytest.param({}, "http://127.0.0.1.example", id="a name that looks like this machine"),
        pytest.param({"url": "https://console.example"}, HERE, id="not the address configured"),
        pytest.param({"url": "https://console.example"}, "https://console.example:444",
                     id="another port"),
    ],
)  # fmt: skip
async def test_nobody_signs_in_at_another_address(
    making: Making, console: dict[str, Any], address: str
) -> None:
    site = making({"oidc": "corp", "client_id": "console", **console})
    async with site.browser_at(address) as browser:
        for asked in (
            browser.get("/login"),
            browser.get("/callback?code=1&state=1"),
            browser.post("/login", headers={"origin": address}),
            browser.post("/logout", headers={"origin": address}),
        ):
            answer = await asked
            assert answer.status_code == 400
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("named", "is_over"),
    [
        ({"sub": "alice"}, True),
        ({"sid": "s1"}, True),
        ({"sub": "alice", "sid": "s1"}, True),
        ({"sub": "alice", "sid": "s2"}, False),
        ({"sub": "bob"}, False),
        ({"sid": "s2"}, False),
    ],
    ids=str,
)
async def test_the_provider_says_that_a_session_is_over(
    site: Site, provider: Provider, named: dict[str, str], is_over: bool
) -> None:
    await site.come_back(await site.provider_answers(await site.begin()))
    event = {"http://schemas.openid.net/event/backchannel-logout": {}}
    claims = {
        "iss": provider.issuer, "aud": "console", "jti": "1", "events": event,
        "iat": START, "exp": START + 60,
    }  # fmt: skip
    token = sign(claims | named, typ="logout+jwt")
    word = await site.subjects.verify_logout(token, NOW)
    ended = site.sessions.drop_subject(word.issuer, word.subject, word.session)
    assert bool(ended) is is_over
    assert await site.me() == (None if is_over else ["alice", "ADMIN"])


async def test_who_was_revoked_is_out_and_stays_out(site: Site) -> None:
    """However they were: also by somebody who knows of no sessions; and until restored."""
    given = await site.provider_answers(await site.begin())
    assert (await site.come_back(given)).status_code == 303
    assert await site.me() == ["alice", "ADMIN"]
    site.standing.revoke("alice", "root", "left")
    assert await site.me() is None
    answer = await site.come_back(await site.provider_answers(await site.begin()))
    assert answer.status_code == 403
    assert await site.me() is None
    site.standing.restore("alice")
    await site.come_back(await site.provider_answers(await site.begin()))
    assert await site.me() == ["alice", "ADMIN"]


async def test_a_session_that_the_provider_ended_while_somebody_signed_in(
    site: Site, provider: Provider
) -> None:
    """The end came after the id token and before the session."""
    provider.claims = {"sid": "s1"}
    given = await site.provider_answers(await site.begin())
    site.standing.end_session(provider.issuer, "", "s1")
    assert (await site.come_back(given)).status_code == 403
    assert await site.me() is None


async def test_only_the_digest_of_a_session_is_kept(site: Site) -> None:
    await site.come_back(await site.provider_answers(await site.begin()))
    id = site.browser.cookies["extproc"]
    assert len(base64.urlsafe_b64decode(id + "=")) == 32
    ((digest, (kept, _)),) = site.sessions.kept.items()
    assert digest == sha256(id.encode()).digest()
    assert id.encode() not in kept
    assert msgspec.json.decode(kept)["session"] == "s1"


async def test_a_session_ends_by_itself(site: Site, clock: SetClock) -> None:
    await site.come_back(await site.provider_answers(await site.begin()))
    clock.pass_by(8 * 3600 - 1)
    assert await site.me() == ["alice", "ADMIN"]
    clock.pass_by(1)
    assert await site.me() is None


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["staff"], "VIEWER"),
        (["staff", "leads"], "APPROVER"),
        (["ops", "staff"], "ADMIN"),
        (["other"], None),
        ([], None),
    ],
)
async def test_a_role_comes_from_the_groups(
    site: Site, provider: Provider, groups: list[str], role: str | None
) -> None:
    provider.claims = {"groups": groups}
    answer = await site.come_back(await site.provider_answers(await site.begin()))
    assert await site.me() == (role and ["alice", role])
    assert answer.status_code == (303 if role else 403)
    assert bool(site.sessions.kept) is bool(role)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        pytest.param({"state": "x" * 43}, 400, id="another state"),
        pytest.param({"state": None}, 400, id="no state"),
        pytest.param({"state": ""}, 400, id="an empty state"),
        pytest.param({"iss": "https://elsewhere.example"}, 400, id="another provider"),
        pytest.param({"error": "access_denied"}, 403, id="a no, beside a code"),
        pytest.param({"error": "access_denied", "code": None}, 403, id="a no"),
        pytest.param({"code": None}, 403, id="no code"),
        pytest.param({"code": "made-up"}, 403, id="a code of nobody"),
        pytest.param({"pad": "x" * 9000}, 400, id="a long answer"),
    ],
)
async def test_an_answer_of_the_provider_that_is_not_taken(
    site: Site, changed: dict[str, str | None], status: int
) -> None:
    given = await site.provider_answers(await site.begin()) | changed
    answer = await site.come_back(
        {name: value for name, value in given.items() if value is not None}
    )
    assert answer.status_code == status
    assert not site.sessions.kept
    assert "extproc-login" not in site.browser.cookies
    for text in ("elsewhere", "access_denied", "made-up", "xxx"):
        assert text not in answer.text


async def test_an_answer_that_says_something_twice(site: Site) -> None:
    given = await site.provider_answers(await site.begin())
    answer = await site.browser.get(f"/callback?{urlencode(given)}&code=other")
    assert answer.status_code == 400
    assert not site.sessions.kept


async def test_an_answer_that_names_its_provider(site: Site, provider: Provider) -> None:
    provider.answered = {"iss": provider.issuer}
    await site.come_back(await site.provider_answers(await site.begin()))
    assert await site.me() == ["alice", "ADMIN"]


async def test_a_provider_that_always_names_itself_must(site: Site, provider: Provider) -> None:
    provider.offer_sign_in(authorization_response_iss_parameter_supported=True)
    answer = await site.come_back(await site.provider_answers(await site.begin()))
    assert answer.status_code == 400
    assert not site.sessions.kept


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"nonce": "other"}, id="another nonce"),
        pytest.param({"aud": "extproc"}, id="for agents, not for the console"),
        pytest.param({"iss": "https://elsewhere.example"}, id="another issuer"),
        pytest.param({"exp": 1_800_000_000}, id="expired"),
    ],
)
async def test_an_id_token_that_is_not_taken(
    site: Site, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    answer = await site.come_back(await site.provider_answers(await site.begin()))
    assert answer.status_code == 403
    assert not site.sessions.kept


async def test_an_attempt_is_of_one_browser(site: Site, provider: Provider) -> None:
    theirs = await site.provider_answers(await site.begin())
    site.browser.cookies.clear()
    await site.begin()
    assert (await site.come_back(theirs)).status_code == 400
    site.browser.cookies.clear()
    assert (await site.come_back(theirs)).status_code == 400
    assert not provider.redeemed


async def test_an_attempt_counts_once_and_for_ten_minutes(site: Site, clock: SetClock) -> None:
    given = await site.provider_answers(await site.begin())
    assert (await site.come_back(given)).status_code == 303
    assert (await site.come_back(given)).status_code == 400
    given = await site.provider_answers(await site.begin())
    clock.pass_by(600)
    assert (await site.come_back(given)).status_code == 400


@pytest.mark.parametrize("cookie", ["", ".", "x", "eA.eA", "fHx8.AAAA", "é", "a" * 5000])
async def test_a_cookie_that_nobody_sealed(site: Site, cookie: str) -> None:
    answer = await site.browser.get(
        "/callback?state=&code=1", headers={"cookie": f"extproc-login={cookie}".encode()}
    )
    assert answer.status_code == 400


async def test_an_attempt_of_before_a_restart(site: Site, making: Making, clock: SetClock) -> None:
    given = await site.provider_answers(await site.begin())
    other = making({"oidc": "corp", "client_id": "console"}, clock)
    other.browser.cookies.update(site.browser.cookies)
    assert (await other.come_back(given)).status_code == 400


async def test_signing_in_anew_ends_the_session_before(site: Site) -> None:
    for _ in range(2):
        await site.come_back(await site.provider_answers(await site.begin()))
    assert len(site.sessions.kept) == 1
    assert await site.me() == ["alice", "ADMIN"]


@pytest.mark.parametrize(
    ("methods", "secret", "authorization", "sent"),
    [
        (None, None, "", {"client_id": "console"}),
        (None, "s:é%", "Y29uc29sZTpzJTNBJUMzJUE5JTI1", {}),
        (["client_secret_post"], "s3", "", {"client_id": "console", "client_secret": "s3"}),
        (["client_secret_post", "client_secret_basic"], "s3", "Y29uc29sZTpzMw==", {}),
    ],
    ids=["a public client", "a secret by default", "a secret in the form", "a choice"],
)
async def test_how_the_console_says_who_it_is(
    making: Making,
    provider: Provider,
    clock: SetClock,
    tmp_path: Path,
    methods: list[str] | None,
    secret: str | None,
    authorization: str,
    sent: dict[str, str],
) -> None:
    provider.offer_sign_in(
        **({} if methods is None else {"token_endpoint_auth_methods_supported": methods})
    )
    console = {"oidc": "corp", "client_id": "console"}
    if secret is not None:
        file = tmp_path / "secret"
        file.write_text(secret + "\n", "utf-8")
        console["client_secret"] = f"file:{file}"
    site = making(console, clock)
    await site.come_back(await site.provider_answers(await site.begin()))
    assert await site.me() == ["alice", "ADMIN"]
    ((form, basic),) = provider.redeemed
    assert basic == (authorization and f"Basic {authorization}")
    assert {name: form[name] for name in form if name.startswith("client_")} == sent
    assert form["grant_type"] == "authorization_code"


async def test_a_secret_that_is_not_there(making: Making, clock: SetClock, tmp_path: Path) -> None:
    console = {"oidc": "corp", "client_id": "console", "client_secret": f"file:{tmp_path}/none"}
    site = making(console, clock)
    answer = await site.come_back(await site.provider_answers(await site.begin()))
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


async def test_a_provider_that_is_away(site: Site, provider: Provider) -> None:
    provider.status = 500
    assert (await site.browser.get("/login")).status_code == 503


async def test_a_store_that_cannot_answer(site: Site) -> None:
    given = await site.provider_answers(await site.begin())
    site.sessions.fails = True
    answer = await site.come_back(given)
    assert answer.status_code == 503
    assert "extproc" not in site.browser.cookies
    assert (await site.browser.post("/logout", headers={"origin": HERE})).status_code == 503


OURS = {"origin": HERE}
FOREIGN = [
    pytest.param({}, id="nothing is said"),
    pytest.param({"origin": "https://elsewhere.example"}, id="a page elsewhere"),
    pytest.param({"origin": "http://127.0.0.1:8081"}, id="another port"),
    pytest.param({"origin": "null"}, id="a hidden origin"),
    pytest.param({"sec-fetch-site": "same-site"}, id="a page of the same site"),
    pytest.param({"sec-fetch-site": "cross-site"}, id="a page of another site"),
    pytest.param({"sec-fetch-site": "none"}, id="no page"),
    pytest.param({"origin": HERE, "sec-fetch-site": "cross-site"}, id="a contradiction"),
    pytest.param({"origin": "null", "sec-fetch-site": "same-origin"}, id="another one"),
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_foreign_page_changes_nothing(site: Site, headers: dict[str, str]) -> None:
    await site.come_back(await site.provider_answers(await site.begin()))
    assert (await site.browser.post("/me", headers=headers)).json() is None
    assert (await site.browser.post("/logout", headers=headers)).status_code == 403
    assert await site.me() == ["alice", "ADMIN"]


@pytest.mark.parametrize(
    "headers", [OURS, {"sec-fetch-site": "same-origin"}, OURS | {"sec-fetch-site": "same-origin"}]
)
async def test_a_page_of_ours_may(site: Site, headers: dict[str, str]) -> None:
    await site.come_back(await site.provider_answers(await site.begin()))
    assert (await site.browser.post("/me", headers=headers)).json() == ["alice", "ADMIN"]


def form_of(token: str, **more: str) -> dict[str, Any]:
    return {"data": {"credential": token, **more}, "headers": OURS}


async def test_the_local_credential_makes_a_session(making: Making) -> None:
    site = making()
    agent, token = site.agents.start("root", groups=["ops"])
    form = await site.browser.get("/login?next=/agents")
    assert 'action="/login"' in form.text
    assert 'value="/agents"' in form.text
    assert "form-action 'self'" in form.headers["content-security-policy"]
    assert len(form.headers.get_list("content-security-policy")) == 1
    assert form.headers["referrer-policy"] == "same-origin"
    answer = await site.browser.post("/login", **form_of(f" {token}\n", next="/agents"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/agents")
    assert await site.me() == ["root", "ADMIN"]
    ((kept, until),) = site.sessions.kept.values()
    assert until == agent.expires_at
    assert token.encode() not in kept
    site.agents.end(agent.id)
    assert await site.me() is None


async def test_a_short_session_ends_before_a_long_credential(making: Making) -> None:
    site = making({"session": "1s"})
    agent, token = site.agents.start("root", groups=["ops"])
    await site.browser.post("/login", **form_of(token))
    ((_, until),) = site.sessions.kept.values()
    assert until < agent.expires_at


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_foreign_page_signs_nobody_in(making: Making, headers: dict[str, str]) -> None:
    site = making()
    _, token = site.agents.start("root", groups=["ops"])
    sent = {**form_of(token), "headers": headers}
    assert (await site.browser.post("/login", **sent)).status_code == 403
    assert not site.sessions.kept


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"data": {"credential": "x"}}, id="no credential"),
        pytest.param({"data": {"credential": ""}}, id="an empty one"),
        pytest.param({"data": {}}, id="an empty form"),
        pytest.param({"data": {"credential": "x" * (16 << 10)}}, id="a form that is too large"),
        pytest.param({"content": b"\xff"}, id="no form"),
        pytest.param({"content": b"a=1&" * 20}, id="a form of too many fields"),
    ],
)
async def test_what_is_no_credential(making: Making, sent: dict[str, Any]) -> None:
    site = making()
    answer = await site.browser.post("/login", **sent, headers=OURS)
    assert answer.status_code == 403
    assert not site.sessions.kept


async def test_a_credential_without_a_role(making: Making) -> None:
    site = making()
    _, token = site.agents.start("bob", groups=["other"])
    assert (await site.browser.post("/login", **form_of(token))).status_code == 403
    assert not site.sessions.kept


async def test_a_credential_is_not_taken_where_there_is_a_provider(site: Site) -> None:
    _, token = site.agents.start("root", groups=["ops"])
    assert (await site.browser.post("/login", **form_of(token))).status_code == 400
    assert not site.sessions.kept


@pytest.mark.parametrize(
    ("place", "taken"),
    [
        ("/", True),
        ("/agents", True),
        ("/sessions?at=03:00&tz=Europe/Berlin", True),
        ("//elsewhere.example", False),
        ("/\\elsewhere.example", False),
        ("\\\\elsewhere.example", False),
        ("https://elsewhere.example", False),
        ("elsewhere", False),
        ("javascript:alert(1)", False),
        ("/\telsewhere", False),
        ("/a\r\nset-cookie: x=1", False),
        ("/a\\b", False),
        ('/"><script>', False),
        ("", False),
        (None, False),
        ("/" + "a" * 512, False),
    ],
)
def test_where_to_go_next(place: str | None, taken: bool) -> None:
    assert _next(place) == (place if taken else "/")


@given(st.text(st.sampled_from("/\\?#@:.ae%2f\t\n "), max_size=12))
def test_the_next_place_is_here(place: str) -> None:
    # Browsers take \ for / and drop tabs and line ends before they read an address.
    seen = _next(place).replace("\\", "/").replace("\t", "").replace("\n", "")
    joined = httpx2.URL("https://here.example/login").join(seen)
    assert (joined.host, joined.scheme) == ("here.example", "https")
    assert not seen.startswith("//")


@pytest.mark.filterwarnings(WARNINGS[0])
async def test_a_provider_that_nobody_here_wrote(tmp_path: Path) -> None:
    with running_provider(bob={"groups": ["leads"]}) as real:
        site = Site(
            tmp_path,
            {"oidc": "corp", "client_id": "console", "client_secret": "env:PATH"},
            real.issuer,
            SystemClock(),
        )
        asked = await site.begin()
        query = {name: value for name, value in asked.items() if name}
        answer = await site.outside.post(asked[""], params=query, data={"sub": "bob"})
        back = httpx2.URL(answer.headers["location"])
        assert (await site.browser.get(back)).status_code == 303
        assert await site.me() == ["bob", "APPROVER"]
        await site.close()
