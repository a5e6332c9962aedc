"""Where a source's keys are: its discovery document (OpenID Connect Discovery 1.0), a URL, a file.

Only addresses of the configuration are asked, and what the configured issuer names over TLS. No
redirect is followed, no proxy of the environment is used, and an answer is small and quick or it
is none.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from extproc.adapters.identity.cached import LAST_GOOD, Cached
from extproc.adapters.identity.keys import Key, choose, read_keys
from extproc.core.decision import Unavailable
from extproc.core.ports import Clock
from extproc.sources import address_mistakes

MAX_ANSWER = 256 << 10
"""Bytes."""
SECONDS = 5.0
"""For one question, from connecting to the last byte."""
_SECOND = 1_000_000


class WrongStatus(Unavailable):
    """An answer that is not 200."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__("identity", f"{url} answered {status}")
        self.status = status


class Discovery(msgspec.Struct, frozen=True):
    """What is read of a provider's metadata; the rest of it is passed over."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    end_session_endpoint: str = ""
    authorization_response_iss_parameter_supported: bool = False
    """RFC 9207."""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Provider:
    """One issuer, and its keys. Sources of one issuer may share it."""

    def __init__(self, issuer: str, keys: str | None, clock: Clock) -> None:
        """`issuer`: its URL, exactly; empty when `keys` says all. `keys`: a URL or `file:PATH`
        of a JWK set; None: as the issuer's discovery document says."""
        self._issuer = issuer
        name = issuer or str(keys)
        self._discovery = Cached(name, self._discover, clock, pause_without=_SECOND)
        self._address = keys
        self._keys: Cached[tuple[Key, ...]] | _KeyFile
        if keys is not None and keys.startswith("file:"):
            self._keys = _KeyFile(Path(keys.removeprefix("file:")), clock)
        else:
            self._keys = Cached(f"{name} keys", self._load_keys, clock)

    async def key(self, kid: str | None, algorithm: str) -> Key | None:
        """The key that a token's header names. None when this provider has no such key.

        Raises Unavailable("identity") when that cannot be known.
        """
        found = choose(await self._keys.get(), kid, algorithm)
        if found is None:
            found = choose(await self._keys.newer(), kid, algorithm)
        if found is None and self._keys.has_failed:
            raise Unavailable("identity", "a key is unknown, and the provider does not answer")
        return found

    async def discovery(self) -> Discovery:
        """Raises Unavailable("identity")."""
        return await self._discovery.get()

    async def close(self) -> None:
        await self._keys.close()
        await self._discovery.close()

    async def _discover(self) -> Discovery:
        # Discovery 1.0, section 4.1: a slash that ends the issuer goes first.
        url = self._issuer.removesuffix("/") + "/.well-known/openid-configuration"
        data = await fetch(url)
        try:
            found = msgspec.json.decode(data, type=Discovery)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Unavailable("identity", "the discovery document is not well formed") from None
        if found.issuer != self._issuer:
            # Section 4.3: exactly, or one provider could speak for another.
            raise Unavailable("identity", "the discovery document is another issuer's")
        for name in msgspec.structs.fields(Discovery):
            if name.name.endswith(("_uri", "_endpoint")):
                self._check_address(name.name, getattr(found, name.name))
        return found

    async def _load_keys(self) -> tuple[Key, ...]:
        url = self._address or (await self._discovery.get()).jwks_uri
        return read_keys(await fetch(url))

    def _check_address(self, name: str, url: str) -> None:
        """https; plain http is for an issuer that is itself plain, which only loopback may be."""
        if not url and name != "jwks_uri":
            return
        if address_mistakes(url) or (
            url.startswith("http:") and not self._issuer.startswith("http:")
        ):
            raise Unavailable("identity", f"the discovery document's {name} is not https")


class _KeyFile:
    """Read again when it changes. While it is gone or is no JWK set, the keys before it stay."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._keys: tuple[Key, ...] | None = None
        self._state: tuple[int, ...] = ()
        self._failed_at: int | None = None

    @property
    def has_failed(self) -> bool:
        return self._failed_at is not None

    async def get(self) -> Sequence[Key]:
        now = self._clock.elapsed()
        try:
            self._read()
        except (OSError, Unavailable) as error:
            self._failed_at = now if self._failed_at is None else self._failed_at
            if self._keys is None or now - self._failed_at >= LAST_GOOD:
                raise Unavailable("identity", f"{self._path}: {error}") from None
        else:
            self._failed_at = None
        assert self._keys is not None
        return self._keys

    async def newer(self) -> Sequence[Key]:
        return await self.get()

    async def close(self) -> None: ...

    def _read(self) -> None:
        status = self._path.stat()
        state = (status.st_mtime_ns, status.st_size, status.st_ino)
        if state == self._state:
            return
        with self._path.open("rb") as file:
            data = file.read(MAX_ANSWER + 1)
        if len(data) > MAX_ANSWER:
            raise Unavailable("identity", "it is too large")
        self._keys = read_keys(data)
        self._state = state


@functools.cache
def _trusted_roots() -> ssl.SSLContext:
    """Read once: it takes longer than the question."""
    return httpx2.create_ssl_context(trust_env=False)


async def fetch(url: str, form: dict[str, str] | None = None, **options: Any) -> bytes:
    """The body behind a URL: at most 256 KiB, within 5 seconds, status 200, no redirect.

    `form`: sent by POST instead. Raises Unavailable("identity"), which names no part of the
    answer.
    """
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx2.AsyncClient(
                verify=_trusted_roots(), trust_env=False, follow_redirects=False, timeout=SECONDS
            ) as client,
            client.stream(
                "GET" if form is None else "POST",
                url,
                data=form,
                # Packed, a small answer could become a large one before it is counted.
                headers={"accept": "application/json", "accept-encoding": "identity"},
                **options,
            ) as answer,
        ):
            if answer.status_code != 200:
                raise WrongStatus(url, answer.status_code)
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise Unavailable("identity", f"{url} answered in an encoding")
            body = bytearray()
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > MAX_ANSWER:
                    raise Unavailable("identity", f"{url} answered more than {MAX_ANSWER} bytes")
            return bytes(body)
    except TimeoutError:
        raise Unavailable("identity", f"{url} did not answer within {SECONDS:g} s") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
        raise Unavailable("identity", f"{url}: {type(error).__name__}") from None
