"""A provider of ours for the tests: real keys, and a real HTTP server that counts questions."""

from __future__ import annotations

import asyncio
import hmac
import socket
import threading
from base64 import urlsafe_b64encode
from collections import Counter
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
import uvicorn
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

START = 1_800_000_000
"""When the tests take place: seconds since 1970."""
NOW = START * 1_000_000

MODELS = JWSRegistry.algorithms | {"EdDSA": JWSRegistry.algorithms["Ed25519"]}


class SetClock:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> int:
        return self.moment

    def elapsed(self) -> int:
        return self.moment

    def pass_by(self, seconds: float) -> None:
        self.moment += round(seconds * 1_000_000)


class MemoryReplays:
    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], int] = {}

    def first(self, kind: str, id: str, until: int) -> bool:
        if (kind, id) in self.seen:
            return False
        self.seen[kind, id] = until
        return True


RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
OTHER_RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})


def public(*keys: Any, **members: Any) -> dict[str, Any]:
    """A JWK set."""
    return {"keys": [{**key.as_dict(private=False), **members} for key in keys]}


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims: Any, key: Any = RSA, alg: str = "RS256", **header: Any) -> str:
    """A token; `header` adds members, or with None takes them away."""
    members = {"alg": alg, "kid": getattr(key, "kid", "rsa"), "typ": "JWT"} | header
    members = {name: value for name, value in members.items() if value is not None}
    parts = [b64(msgspec.json.encode(members)), b64(msgspec.json.encode(claims))]
    if key is None:
        return ".".join([*parts, ""])
    signed = ".".join(parts).encode()
    if isinstance(key, bytes):
        # A public key's text as the secret of an HMAC: the oldest confusion of all.
        signature = hmac.digest(key, signed, alg.replace("HS", "sha"))
    else:
        signature = MODELS["RS256" if alg == "none" else alg].sign(signed, key)
    return ".".join([*parts, b64(signature)])


class Provider:
    """Serves a discovery document and a JWK set on loopback."""

    def __init__(self) -> None:
        self.reset()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        routes = [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/jwks", self._jwks),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), log_config=None, lifespan="off", access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: self._server.run(sockets=[self._socket]), daemon=True
        )
        self._thread.start()

    def reset(self) -> None:
        """As new."""
        self.keys: Any = public(RSA, EC, ED)
        self.metadata: dict[str, Any] = {}
        self.asked: Counter[str] = Counter()
        self.codes: dict[str, dict[str, str]] = {}
        self.redeemed: list[tuple[dict[str, str], str]] = []
        self.answered: dict[str, str | None] = {}
        self.claims: dict[str, Any] = {}
        self.status = 200
        self.headers: dict[str, str] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.arrived = threading.Semaphore(0)

    def close(self) -> None:
        self.gate.set()
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    async def _discovery(self, _: Request) -> Response:
        self.asked["discovery"] += 1
        document = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"} | self.metadata
        return self._answer(msgspec.json.encode(document))

    async def _jwks(self, _: Request) -> Response:
        self.asked["jwks"] += 1
        self.arrived.release()
        await asyncio.to_thread(self.gate.wait, 20)
        keys = self.keys
        return self._answer(keys if isinstance(keys, bytes) else msgspec.json.encode(keys))

    def offer_sign_in(self, **metadata: Any) -> None:
        """People may sign in here, as alice."""
        self.metadata = {
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "end_session_endpoint": f"{self.issuer}/end",
        } | metadata

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.codes[code := f"code-{len(self.codes)}"] = asked
        given = {"code": code, "state": asked["state"]} | self.answered
        given = {name: value for name, value in given.items() if value is not None}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(given)}")

    async def _token(self, request: Request) -> Response:
        """As RFC 6749 section 4.1.3 and RFC 7636 section 4.6 ask of it."""
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(form["code"], None)
        self.redeemed.append((form, request.headers.get("authorization", "")))
        challenge = b64(sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return Response('{"error": "invalid_grant"}', 400)
        claims = {
            "iss": self.issuer, "sub": "alice", "aud": asked["client_id"], "sid": "s1",
            "iat": START, "exp": START + 300, "nonce": asked["nonce"], "groups": ["ops"],
        } | self.claims  # fmt: skip
        return self._answer(msgspec.json.encode({"id_token": sign(claims), "token_type": "Bearer"}))

    def _answer(self, body: bytes) -> Response:
        return Response(body, self.status, self.headers, media_type="application/json")
