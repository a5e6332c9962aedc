"""The part of the control port that Envoy's data port leads to, over a UNIX socket.

Only here is believed what Envoy says of the client: its address, the scheme that it used and the
certificate that it showed. What is believed stands in the ASGI scope, where no client can write;
the headers themselves go no further. Whatever else the control port serves is not here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import JSONResponse

from extproc.core.confirmation import base64url
from extproc.core.field_names import (
    ADDRESS_HEADER,
    CERTIFICATE_HEADER,
    DATA_PORT_PATHS,
    SCHEME_HEADER,
)

CERTIFICATE_KEY = "extproc.certificate"
"""In the scope: the thumbprint (`x5t#S256`) of the client certificate that Envoy has verified."""

DATA_PORT_KEY = "extproc.data_port"
"""In the scope of what came through Envoy."""

_MAX_BODY = 64 << 10

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class DataPort:
    """An ASGI application in front of the control port's own, for Envoy's socket alone."""

    def __init__(self, application: Application, url: str | None = None) -> None:
        """`url`: the data port's base URL as agents know it; None: what each asks for."""
        self._application = application
        self._url = url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        # The path as it was sent: what needs decoding to be one of these is none of these.
        if scope.get("raw_path", b"").decode("latin-1") not in DATA_PORT_PATHS:
            await _error(404, "not_found", "no such path")(scope, receive, send)
            return
        believed = dict(scope)
        believed[DATA_PORT_KEY] = True
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        believed["headers"] = [pair for pair in scope["headers"] if pair[0] not in _BELIEVED]
        is_https = headers.get(SCHEME_HEADER.encode(), "").lower() == "https"
        believed["scheme"] = "https" if is_https else "http"
        address = headers.get(ADDRESS_HEADER.encode(), "")
        believed["client"] = (address, 0) if _is_address(address) else None
        if self._url is not None:
            # Whatever host the client named: proofs and metadata are for the configured one.
            believed["scheme"], _, host = self._url.partition("://")
            believed["headers"] = [
                (b"host", host.encode()),
                *(pair for pair in believed["headers"] if pair[0] != b"host"),
            ]
        thumbprint = _thumbprint(headers.get(CERTIFICATE_HEADER.encode(), ""))
        if thumbprint:
            believed[CERTIFICATE_KEY] = thumbprint
        body = await _whole(receive)
        if body is None:
            await _error(413, "invalid_request", "the body is larger than 64 KiB")(
                scope, receive, send
            )
            return
        await self._application(believed, _once(body, receive), send)


_BELIEVED = {name.encode() for name in (ADDRESS_HEADER, CERTIFICATE_HEADER, SCHEME_HEADER)}


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _thumbprint(fingerprint: str) -> str:
    """base64url of a hexadecimal SHA-256; empty for anything else, `-` among them."""
    try:
        digest = bytes.fromhex(fingerprint)
    except ValueError:
        return ""
    return base64url(digest) if len(digest) == 32 else ""


async def _whole(receive: Receive) -> bytes | None:
    """The body; None when it is too large or does not come to its end."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or len(body) > _MAX_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _once(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def again() -> MutableMapping[str, Any]:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _error(status: int, name: str, description: str) -> JSONResponse:
    return JSONResponse({"error": name, "error_description": description}, status_code=status)
