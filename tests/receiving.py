"""The other side of webhooks: cases to tell of, and a receiver's own reading of a signature."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any

from extproc.core.approval import Held
from extproc.core.decision import Approval
from tests.upstream import Seen

SECRET = b"a-secret-of-more-than-16-bytes"


class SetClock:
    """Stands still until it is moved; starts now."""

    def __init__(self) -> None:
        self._now = time.time_ns() // 1000

    def now(self) -> int:
        return self._now

    def elapsed(self) -> int:
        return self._now

    def move(self, seconds: float) -> None:
        self._now += round(seconds * 1_000_000)


def held(number: int = 1, **changes: Any) -> Held:
    return Held(
        **{
            "digest": hashlib.sha256(str(number).encode()).digest(),
            "exchange_id": f"exc_{number}",
            "subject": "alice",
            "issuer": "local",
            "agent_id": "agt_1",
            "agent_name": "writer",
            "api": "openai",
            "operation": "chat",
            "model": "risky-1",
            "rule": Approval(required=True, reason="It asks the model risky-1."),
            "revision": "r1",
            "body": b'{"messages":[{"role":"user","content":"mail [EMAIL]"}]}',
            **changes,
        }
    )


def signature(id: str, timestamp: str | int, body: bytes, secret: bytes = SECRET) -> str:
    """HMAC-SHA256 as RFC 2104 has it, step by step; no code of the server's."""
    key = (secret if len(secret) <= 64 else hashlib.sha256(secret).digest()).ljust(64, b"\0")
    message = b".".join([id.encode(), str(timestamp).encode(), body])
    inner = hashlib.sha256(bytes(each ^ 0x36 for each in key) + message).digest()
    outer = hashlib.sha256(bytes(each ^ 0x5C for each in key) + inner).digest()
    return "v1," + base64.b64encode(outer).decode()


def checked(seen: Seen, secret: bytes = SECRET) -> Any:
    """The message of a request whose signature is right."""
    id, timestamp = seen.headers["webhook-id"], seen.headers["webhook-timestamp"]
    assert seen.headers["webhook-signature"] == signature(id, timestamp, seen.body, secret)
    assert seen.headers["content-type"] == "application/json"
    return json.loads(seen.body)


def signed(body: bytes, id: str = "cb_1", secret: bytes = SECRET, at: int = 0) -> dict[str, str]:
    """The headers of a callback. `at`: seconds since 1970; 0: now."""
    timestamp = at or int(time.time())
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(id, timestamp, body, secret),
    }
