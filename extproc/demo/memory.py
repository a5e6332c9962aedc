"""What the demo model remembers of the last request, so that tests see what reached a model."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Memory:
    """Wraps the application and keeps the newest exchange, byte for byte.

    `body` grows as pieces arrive, so a request that was cut off is seen as far as it came.
    `ended` is `open`, `complete`, or `dropped` (either side closed before the answer's end).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._count = 0
        self._scope: Scope = {}
        self._body = bytearray()
        self._ended = "open"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ("/last", "/healthz"):
            await self._app(scope, receive, send)
            return
        self._count += 1
        # Local names: a later request replaces the attributes while this one still runs.
        body = self._body = bytearray()
        self._scope, self._ended = scope, "open"

        def end(how: str) -> None:
            if self._scope is scope and self._ended == "open":
                self._ended = how

        async def receive_kept() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                body.extend(message.get("body", b""))
            elif message["type"] == "http.disconnect":
                end("dropped")
            return message

        async def send_kept(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                end("complete")

        try:
            await self._app(scope, receive_kept, send_kept)
        finally:
            end("dropped")

    def recall(self) -> bytes:
        """The answer of `GET /last`."""
        seen: dict[str, Any] = {"count": self._count, "ended": self._ended}
        if self._count:
            query = self._scope["query_string"].decode("latin-1")
            path = self._scope["raw_path"].decode("latin-1")
            seen |= {
                "method": self._scope["method"],
                "path": f"{path}?{query}" if query else path,
                "headers": [
                    [name.decode("latin-1"), value.decode("latin-1")]
                    for name, value in self._scope["headers"]
                ],
                "body_base64": base64.b64encode(self._body).decode(),
            }
        return msgspec.json.encode(seen)
