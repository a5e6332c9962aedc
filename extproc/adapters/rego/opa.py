"""Rego at an OPA server: POST /v1/data/{entrypoint}, for the same answers as in process.

Of opa-python-client we take the session and the addresses, and leave its retries: a decision
that is late is refused, and one that failed is not asked for again, as the caller waits.

- `strict-builtin-errors` makes an error in a builtin function an error, as it is in process.
  Without it OPA goes on as if the expression were undefined, and a rule that denies is silent.
- `{}` is undefined; `{"result": null}` is null.
- The path is made of the configured entrypoint and nothing else.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from opa_client.opa_async import AsyncOpaClient

from extproc.adapters.rego.bundle import PolicyError
from extproc.core.decision import Phase, Unavailable
from extproc.core.policy_input import PolicyInput

ANSWER_BYTES = 1 << 20
"""Of one answer; a decision is a few hundred."""
POLICY_BYTES = 64 << 20
"""Of all policies, read once for the revision."""

_QUERY = "strict-builtin-errors=true&provenance=true"
_ENTRYPOINT = re.compile(r"[A-Za-z_]\w*(/[A-Za-z_]\w*)+", re.ASCII)


class _Answer(msgspec.Struct):
    result: Any = msgspec.UNSET
    provenance: dict[str, Any] = {}


class _Policy(msgspec.Struct):
    id: str
    raw: str


class _Policies(msgspec.Struct):
    result: list[_Policy]


class _Client(AsyncOpaClient):  # type: ignore[misc]  # the package has no types
    """The client with bodies that are encoded already, and answers of bounded size."""

    async def ask(self, method: str, path: str, limit: int, body: bytes | None = None) -> bytes:
        """The body of a 200. Raises Unavailable for any other status, and aiohttp's errors."""
        async with self._request(
            method,
            f"{self.root_url}/{path}",
            data=body,
            headers={"content-type": "application/json"},
            allow_redirects=False,
        ) as response:
            chunks, size = [], 0
            async for chunk in response.content.iter_any():
                size += len(chunk)
                if size > limit:
                    raise Unavailable("policy", f"OPA's answer is longer than {limit} bytes")
                chunks.append(chunk)
            content = b"".join(chunks)
            if response.status != 200:
                # OPA's message may quote values of the input: only its code goes to the log.
                raise Unavailable("policy", f"OPA answered {response.status} {_code(content)}")
            return content


class OpaEngine:
    """core.ports.PolicyEngine over an OPA server.

    `url` is `http://host:port` or `https://host:port`; `entrypoints` has a path such as
    `extproc/request/decision` for each phase; `timeout` is in seconds and covers one decision
    whole, a new connection included. Raises PolicyError for a wrong url or entrypoint.
    """

    def __init__(self, url: str, entrypoints: Mapping[Phase, str], timeout: float) -> None:
        for phase, entrypoint in entrypoints.items():
            if not _ENTRYPOINT.fullmatch(entrypoint):
                raise PolicyError([f"opa:1: {phase}: {entrypoint!r} is no path"])
        self._paths = {
            phase: f"data/{entrypoint}?{_QUERY}" for phase, entrypoint in entrypoints.items()
        }
        self._timeout = timeout
        self._client = _client(url, timeout)
        self._is_open = False
        self._digest = ""
        self._bundles = ""
        self._reading: asyncio.Task[None] | None = None

    @property
    def revision(self) -> str:
        """The revisions of OPA's bundles, as `name@revision`, from its last answer. Without
        bundles a hash of the policies when they were last read, which does not show a change of
        data; `opa` while nothing is known."""
        return self._bundles or self._digest or "opa"

    async def open(self) -> None:
        """Connect, and read the revision. Never fails: an OPA that is not there yet is
        Unavailable at each decision until it is."""
        await self._enter()
        await self._read_revision()

    async def decide(self, phase: Phase, document: PolicyInput) -> Any:
        path = self._paths.get(phase)
        if path is None:
            raise Unavailable("policy", f"no entrypoint for {phase}")
        try:
            async with asyncio.timeout(self._timeout):
                await self._enter()
                # The document is one JSON value by contract, so it is not decoded again.
                body = b'{"input":' + document.encode() + b"}"
                content = await self._client.ask("POST", path, ANSWER_BYTES, body)
            answer = msgspec.json.decode(content, type=_Answer)
        except Unavailable:
            self._digest = ""
            raise
        except Exception as error:
            # Connection, time-out, protocol, JSON: the next answer may come from another OPA.
            self._digest = ""
            raise Unavailable("policy", f"OPA: {type(error).__name__}") from error
        self._bundles = _revisions(answer.provenance)
        if not self._digest and self._reading is None:
            # Beside the decision and not before it: the caller waits, and this may be refused.
            self._reading = asyncio.create_task(self._read_revision())
        if answer.result is msgspec.UNSET:
            raise Unavailable("policy", f"{phase} is undefined")
        return answer.result

    async def close(self) -> None:
        self._is_open = False
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        await self._client.close_connection()

    async def _enter(self) -> None:
        """The session belongs to the running loop, so it cannot be made in __init__."""
        if not self._is_open:
            self._is_open = True
            await self._client.__aenter__()

    async def _read_revision(self) -> None:
        try:
            async with asyncio.timeout(5.0):
                content = await self._client.ask("GET", "policies", POLICY_BYTES)
            policies = msgspec.json.decode(content, type=_Policies).result
            names = sorted((policy.id, policy.raw) for policy in policies)
            self._digest = hashlib.sha256(msgspec.json.encode(names)).hexdigest()[:12]
        except Exception:  # whoever asks for a decision learns why
            self._digest = ""
        finally:
            self._reading = None


def _client(url: str, timeout: float) -> _Client:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PolicyError([f"opa:1: the address cannot be read: {error}"]) from None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.path not in ("", "/"):
        raise PolicyError(["opa:1: the address must be such as http://127.0.0.1:8181"])
    if parts.username or parts.password or parts.query or parts.fragment:
        # Told without the address: it may hold a password.
        raise PolicyError(["opa:1: the address holds more than a scheme, a host and a port"])
    return _Client(
        host=f"[{host}]" if ":" in host else host,
        port=port or 8181,
        ssl=parts.scheme == "https",
        retries=0,
        timeout=max(timeout, 5.0),  # ours ends a decision; this only bounds open()
    )


def _code(content: bytes) -> str:
    """OPA's own code of an error, such as `internal_error`."""
    try:
        code = msgspec.json.decode(content)["code"]
    except (msgspec.DecodeError, KeyError, TypeError, RecursionError):
        return ""
    return code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,64}", code) else ""


def _revisions(provenance: dict[str, Any]) -> str:
    bundles = provenance.get("bundles")
    if not isinstance(bundles, dict):
        return ""
    revisions = {
        name: bundle.get("revision") for name, bundle in bundles.items() if isinstance(bundle, dict)
    }
    return ",".join(
        f"{name}@{revision}" for name, revision in sorted(revisions.items()) if revision
    )
