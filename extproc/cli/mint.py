"""Where the command line's credentials come from: the local authority, or a server that takes an
identity for one; and keeping one fresh in a file.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import httpx2
import msgspec

from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import FILE, AgentStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.cli.output import fail
from extproc.config import Config
from extproc.core.decision import Refused, Unavailable
from extproc.core.identity import Agent
from extproc.service.agents import Agents
from extproc.service.leases import Terms
from extproc.service.standing import Standing

_SECOND = 1_000_000
_TIMEOUT = 30.0
_RETRY_SECONDS = 5.0
_IDENTITY_MAX = 256 << 10


class Minted(NamedTuple):
    credential: str
    refresh_token: str
    expires_in: float
    """Seconds."""
    idle_timeout: float
    """Seconds after which the agent ends when nobody hears of it."""


class Unreachable(Exception):
    """Nobody answered; it may be tried again."""


class Mint(Protocol):
    """Raises Refused, Unavailable, Unreachable; leaves on wrong use."""

    def start(self, *, is_renewable: bool) -> Minted: ...
    def renew(self, refresh_token: str) -> Minted: ...
    def release(self, credential: str) -> None: ...


class LocalMint:
    def __init__(
        self, config: Config, directory: Path, subject: str, terms: dict[str, Any]
    ) -> None:
        self._clock = SystemClock()
        # Where credentials must be bound, this one opens the token endpoint, which binds.
        self._config = msgspec.structs.replace(Terms.of(config), binding="bearer")
        self._subject = subject
        self._terms = terms
        store, authority = AgentStore(directory / FILE), LocalAuthority(directory)
        self._agents = Agents(store, authority, self._clock, SortableIds(), self._config)
        self._standing = Standing(store, authority, self._clock)

    def start(self, *, is_renewable: bool) -> Minted:
        agent, credential = self._agents.start(
            self._subject, is_renewable=is_renewable, **self._terms
        )
        refresh_token = self._agents.refresh_token(agent) if is_renewable else ""
        return self._minted(agent, credential, refresh_token)

    def renew(self, refresh_token: str) -> Minted:
        return self._minted(*self._agents.renew(refresh_token))

    def release(self, credential: str) -> None:
        self._standing.end_by_token(credential)

    def _minted(self, agent: Agent, credential: str, refresh_token: str) -> Minted:
        left = (agent.expires_at - self._clock.now()) / _SECOND
        return Minted(credential, refresh_token, left, agent.idle_timeout / _SECOND)


class IdentityMint:
    def __init__(self, url: str, identity: Path, kind: str, name: str, models: list[str]) -> None:
        """`identity` is read anew for each start: whoever writes it may renew it."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            fail(f"--control: {url!r} is not a URL", 2)
        if kind not in ("id_token", "access_token", "jwt", "saml2"):
            fail(f"--identity-type: {kind!r} is none of id_token, access_token, jwt, saml2", 2)
        self._url = url.rstrip("/")
        self._uses_proxy = parts.hostname not in ("localhost", "127.0.0.1", "::1")
        self._identity = identity
        self._fields = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token_type": f"urn:ietf:params:oauth:token-type:{kind}",
            "agent_name": name,
            "scope": " ".join(f"model:{glob}" for glob in models),
        }

    def start(self, *, is_renewable: bool) -> Minted:
        try:
            with self._identity.open("rb") as file:
                token = file.read(_IDENTITY_MAX + 1).strip()
        except OSError as error:
            fail(f"--identity: {self._identity}: {error.strerror}")
        if len(token) > _IDENTITY_MAX:
            fail(f"--identity: {self._identity} is too large for a token")
        return self._ask({**self._fields, "subject_token": token.decode("latin-1")})

    def renew(self, refresh_token: str) -> Minted:
        return self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def release(self, credential: str) -> None:
        self._post("/oauth2/revoke", {"token": credential})

    def _ask(self, fields: dict[str, str]) -> Minted:
        said = self._post("/oauth2/token", fields)
        return Minted(
            said["access_token"],
            said["refresh_token"],
            float(said["expires_in"]),
            float(said["idle_timeout"]),
        )

    def _post(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        try:
            with httpx2.Client(trust_env=self._uses_proxy, timeout=_TIMEOUT) as client:
                answer = client.post(self._url + path, data={k: v for k, v in fields.items() if v})
                said: dict[str, Any] = answer.json() if answer.content else {}
        except (httpx2.HTTPError, ValueError) as error:
            raise Unreachable(f"no answer from {self._url}: {type(error).__name__}") from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unreachable(f"{said.get('error')}: {said.get('error_description')}")
        if not answer.is_success:
            fail(f"{said.get('code') or said.get('error')}: {said.get('error_description')}")
        return said


def keep_fresh(mint: Mint, file: Path) -> None:
    """Write a credential to a file, and another one before that one ends, until SIGINT or SIGTERM;
    then release the agent. The file is replaced in one step, and removed at the end.

    Leaves with status 1 when the agent was ended, or nobody renewed it in time.
    """
    from extproc.app import write_private

    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    minted = _first(mint)
    try:
        while True:
            ends = time.monotonic() + minted.expires_in
            write_private(file, minted.credential)
            # Often enough that the agent is never taken for an idle one.
            wait = min(minted.expires_in * 2 / 3, minted.idle_timeout / 2)
            while True:
                if stopping.wait(max(0.1, wait)):
                    # Of which nobody hears, ends by itself.
                    with contextlib.suppress(Unreachable, Unavailable):
                        mint.release(minted.credential)
                    return
                try:
                    minted = mint.renew(minted.refresh_token)
                    break
                except (Unreachable, Unavailable) as error:
                    wait = min(_RETRY_SECONDS, ends - time.monotonic())
                    if wait <= 0:
                        fail(f"not renewed in time: {error}")
    except Refused as error:
        fail(f"{error.refusal.code}: {error.refusal.message}")
    finally:
        file.unlink(missing_ok=True)


def _first(mint: Mint) -> Minted:
    try:
        return mint.start(is_renewable=True)
    except Unreachable as error:
        fail(str(error))
