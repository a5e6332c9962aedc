"""Identity providers that nobody here wrote, started by the tests on this machine."""

from __future__ import annotations

import contextlib
import secrets
import warnings
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

with warnings.catch_warnings():
    import authlib.deprecate  # sets a filter of its own, which must come before ours

    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
    import oidc_provider_mock

REDIRECT = "http://127.0.0.1/callback"


class OpenIdProvider:
    """`oidc-provider-mock`, asked for tokens by its own authorization code flow."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}"

    def id_token(self, subject: str, audience: str = "extproc") -> str:
        """A signed id token of a user."""
        with httpx2.Client(base_url=self.issuer, trust_env=False) as client:
            asked = {
                "client_id": audience,
                "redirect_uri": REDIRECT,
                "response_type": "code",
                "scope": "openid",
                "nonce": secrets.token_urlsafe(8),
            }
            answer = client.post("/oauth2/authorize", params=asked, data={"sub": subject})
            code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
            answer = client.post(
                "/oauth2/token",
                data={"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT},
                auth=(audience, "any"),
            )
            answer.raise_for_status()
            return str(answer.json()["id_token"])


@contextlib.contextmanager
def open_id_provider(users: Mapping[str, Mapping[str, Any]]) -> Iterator[OpenIdProvider]:
    """`users`: claims by subject."""
    known = [oidc_provider_mock.User(sub=sub, claims=dict(claims)) for sub, claims in users.items()]
    with oidc_provider_mock.run_server_in_thread(user_claims=known) as server:
        yield OpenIdProvider(server.server_port)
