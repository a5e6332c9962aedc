"""What is asked. Every request is made once, as bytes, before the clock runs; only its number is
put in while it does, so that no two prompts are the same and nothing can be answered from memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

SECRET = "ann.lee@example.com"
NUMBER = "aaaaaaaa"
"""Where a prompt's number goes; in letters, for digits might be somebody's."""
_ASK = (
    f"Case {NUMBER}. Please answer {SECRET} about the invoice of last month: she was billed "
    "twice, wants the second amount back, and asks when the new plan begins. Two friendly "
    "sentences will do. "
)
_FILLER = (
    "The committee met on Tuesday, read the notes of the last meeting and changed nothing. "
    "Item four was moved to the next week because the figures were not complete by then. "
)

ANSWER = (
    f"Thank you for your note. A copy of this went to {SECRET}, and the rest follows on Monday."
)
DELTAS = 60
DELTA_SIZE = 4
STREAMED = (
    "Thank you for writing to us. The second amount will be back on your card within five "
    f"days. We wrote to {SECRET} about the plan, which begins on the first of the month, and "
    "nothing else changes until then. Have a good week."
).ljust(DELTAS * DELTA_SIZE, ".")[: DELTAS * DELTA_SIZE]


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    """What is asked, and what is compared with what."""
    method: str = "POST"
    path: str = "/v1/chat/completions"
    prompt: int = 0
    """Characters of the prompt; 0 sends no body."""
    is_stream: bool = False
    has_peers: bool = True
    """Whether a gateway of somebody else can be asked the same."""
    port: str = "data"
    """Which of a system's ports: `data`, or `authz`, where only ext_authz stands."""
    connections: int = 16
    delay_ms: int = 5
    """Between two deltas of a stream."""
    is_spread: bool = True
    """Streams begin one after the other; else all in one instant, and stay in step."""
    rounds: int = 50
    """At most; for what takes long."""

    @property
    def stream_seconds(self) -> float:
        """What one streamed answer takes, about."""
        return DELTAS * self.delay_ms / 1000

    def body(self, model: str = "bench") -> bytes:
        if not self.prompt:
            return b""
        text = (_ASK + _FILLER * (self.prompt // len(_FILLER) + 1))[: self.prompt]
        document: dict[str, object] = {
            "model": model,
            "messages": [
                {"role": "system", "content": "You are a helpful assistant."},
                {"role": "user", "content": text},
            ],
            "max_tokens": 64,
        }
        if self.is_stream:
            document["stream"] = True
            document["user"] = f"every {self.delay_ms} ms"
        return json.dumps(document, separators=(",", ":")).encode()

    def request(
        self, headers: Mapping[str, str], model: str = "bench", path: str | None = None
    ) -> bytes:
        body = self.body(model)
        lines = [f"{self.method} {path or self.path} HTTP/1.1", "host: bench"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body:
            lines += ["content-type: application/json", f"content-length: {len(body)}"]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "authz",
            "GET /v1/models behind ext_authz alone: the same bootstrap with ext_proc taken out. "
            "The server knows the credential and its lease, asks Rego, and queues the decision's "
            "record. Nothing is masked, for nothing is shown to it",
            method="GET",
            path="/v1/models",
            has_peers=False,
            port="authz",
        ),
        Scenario(
            "models",
            "GET /v1/models through the whole chain: no request body, an answer of 0.2 KB",
            method="GET",
            path="/v1/models",
            has_peers=False,
        ),
        Scenario("chat", "a chat completion, 0.7 KB in, 0.3 KB out", prompt=560),
        Scenario("chat-10k", "a chat completion, 10 KB in, 0.3 KB out", prompt=10_000),
        Scenario("big-prompt", "a chat completion, 200 KB in, 0.3 KB out", prompt=200_000),
        Scenario(
            "stream",
            f"an answer of {DELTAS} deltas, one each 5 ms, 8 streams at a time",
            prompt=560,
            is_stream=True,
            connections=8,
        ),
        Scenario(
            "stream-in-step",
            "the same, but that all 8 streams begin in the same instant, and their deltas too",
            prompt=560,
            is_stream=True,
            has_peers=False,
            connections=8,
            is_spread=False,
        ),
        Scenario(
            "stream-500",
            f"an answer of {DELTAS} deltas, one each 100 ms, 500 streams at a time",
            prompt=560,
            is_stream=True,
            has_peers=False,
            connections=500,
            delay_ms=100,
            rounds=1,
        ),
    )
}
QUICK = ("authz", "chat", "stream")
"""What `--quick` has time for."""
