"""Against an OpenID provider that nobody here wrote: its own discovery, keys and code flow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from extproc.adapters.identity.jwt import JwtSubjects
from extproc.adapters.system import SystemClock
from extproc.config import parse
from extproc.core.decision import Refused, Unavailable
from extproc.service.subjects import TokenType
from tests.adapters.identity.conftest import refused
from tests.adapters.identity.provider import MemoryReplays
from tests.openid import WARNINGS, OpenidProvider, running_provider

pytestmark = [pytest.mark.filterwarnings(one) for one in WARNINGS]

REDIRECT = "http://127.0.0.1:1/callback"


@pytest.fixture(scope="module")
def real() -> Iterator[OpenidProvider]:
    with running_provider(bob={"groups": ["staff"], "email": "bob@example.com"}) as provider:
        yield provider


@dataclass
class Party:
    subjects: JwtSubjects
    provider: OpenidProvider

    async def code(self, nonce: str = "n-1", client_id: str = "extproc") -> str:
        """What the provider hands to the browser of one who signs in as bob."""
        async with httpx2.AsyncClient(trust_env=False) as browser:
            where = (await self.subjects.endpoints("corp")).authorization
            answer = await browser.post(
                where,
                params={
                    "response_type": "code", "client_id": client_id, "scope": "openid email",
                    "redirect_uri": REDIRECT, "state": "s", "nonce": nonce,
                },
                data={"sub": "bob"},
            )  # fmt: skip
        return httpx2.URL(answer.headers["location"]).params["code"]

    async def redeem(self, code: str) -> str:
        return await self.subjects.redeem(
            "corp",
            code=code,
            verifier="v" * 43,
            redirect_uri=REDIRECT,
            client_id="extproc",
        )


@pytest.fixture
async def party(real: OpenidProvider, tmp_path: Path) -> AsyncIterator[Party]:
    secret = tmp_path / "secret"
    secret.write_text("it takes any\n")
    source = {"name": "corp", "issuer": real.issuer, "audience": "extproc", "prefix": "corp:"}
    console = {"oidc": "corp", "client_id": "extproc", "client_secret": f"file:{secret}"}
    config = parse({"identity": {"oidc": [source]}, "console": console})
    made = JwtSubjects(config.identity, SystemClock(), MemoryReplays(), config.console)
    yield Party(made, real)
    await made.close()


async def test_its_id_token_is_taken(party: Party) -> None:
    token = await party.redeem(await party.code())
    now = SystemClock().now()
    found = await party.subjects.verify(token, TokenType.ID_TOKEN, now)
    assert (found.subject, found.issuer) == ("corp:bob", party.provider.issuer)
    assert found.groups == ("corp:staff",)
    signed_in = await party.subjects.verify_sign_in("corp", token, "extproc", "n-1", now)
    assert signed_in == found


async def test_it_is_for_one_sign_in_and_one_client(party: Party) -> None:
    token = await party.redeem(await party.code())
    now = SystemClock().now()
    verify = party.subjects.verify_sign_in
    await refused(verify("corp", token, "extproc", "n-2", now), "not for this sign-in")
    await refused(verify("corp", token, "another", "n-1", now), "audience")
    await refused(party.subjects.verify(token, TokenType.ACCESS_TOKEN, now), "not an access token")
    late = now + 2 * 3600 * 1_000_000
    await refused(party.subjects.verify(token, TokenType.ID_TOKEN, late), "expired")


async def test_a_code_is_redeemed_once(party: Party) -> None:
    code = await party.code()
    await party.redeem(code)
    with pytest.raises(Refused, match="does not take the code"):
        await party.redeem(code)


async def test_its_endpoints(party: Party) -> None:
    found = await party.subjects.endpoints("corp")
    issuer = party.provider.issuer
    assert (found.issuer, found.token) == (issuer, f"{issuer}/oauth2/token")
    assert found.end_session == f"{issuer}/oauth2/end_session"


async def test_a_provider_without_endpoints(real: OpenidProvider) -> None:
    source = {"name": "corp", "issuer": real.issuer + "/none", "audience": "extproc"}
    config = parse({"identity": {"oidc": [source]}})
    subjects = JwtSubjects(config.identity, SystemClock(), MemoryReplays())
    with pytest.raises(Unavailable, match="404"):
        await subjects.endpoints("corp")
    await subjects.close()
