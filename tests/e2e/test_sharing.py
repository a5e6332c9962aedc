"""One credential at two addresses of this machine, through a real Envoy with two workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.e2e.dialects import CHAT, chat, chat_answer, chat_event
from tests.stack import Answer, Stack, opened, request, run_cli
from tests.upstream import WAIT, Upstream, chunked, whole

pytestmark = pytest.mark.e2e

HERE, THERE = "127.0.0.1", "127.0.0.2"


def call(stack: Stack, token: str, source: str) -> Answer:
    with httpx2.Client(transport=httpx2.HTTPTransport(local_address=source)) as client:
        got = client.post(
            f"{stack.data_url}{CHAT}",
            content=chat("hi"),
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        )
    return Answer(got.status_code, dict(got.headers), got.content, {}, is_complete=True)


def control(stack: Stack, path: str, token: str = "") -> bytes:
    port = int(stack.config.listen.control.rpartition(":")[2])
    return request(port, "GET", path, {"authorization": f"Bearer {token}"} if token else {}).body


def listed(stack: Stack, agent_id: str) -> dict[str, Any]:
    admin = stack.token("root", groups=["admin"])
    (found,) = [
        one for one in json.loads(control(stack, "/api/v1/agents", admin)) if one["id"] == agent_id
    ]
    return dict(found)


def shared(stack: Stack) -> str:
    (line,) = [
        line
        for line in control(stack, "/metrics").decode().splitlines()
        if line.startswith("extproc_shared_credentials_total ")
    ]
    return line.split()[1]


def test_sharing_is_flagged(make_stack: Callable[..., Stack], upstream: Upstream) -> None:
    stack = make_stack(workers=2)
    upstream.answer = whole(chat_answer("ok"))
    moved, moving_token = stack.agent("bob")
    for source in (HERE, HERE, THERE, THERE):
        assert call(stack, moving_token, source).status == 200
    agent, token = stack.agent()
    for source in (HERE, THERE, HERE, THERE):
        assert call(stack, token, source).status == 200
    stack.wait_for(lambda: shared(stack) == "1.0")
    found = listed(stack, agent)
    assert found["is_shared"]
    assert [one["source"] for one in found["sources"]] == [HERE, THERE]
    assert "several addresses at once" in stack.log()
    assert token not in stack.log()
    # The other has only moved, and everybody knows from where to where.
    stack.wait_for(lambda: len(listed(stack, moved)["sources"]) == 2)
    assert not listed(stack, moved)["is_shared"]
    assert shared(stack) == "1.0"
    table = run_cli("agents", "list", "--config", str(stack.config_file), COLUMNS="250").stdout
    assert f"{HERE}, {THERE} (shared)" in table


def test_sharing_is_refused_where_it_is_denied(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    stack = make_stack(workers=2, agents={"sharing": "deny"})
    token = stack.token()
    stream = chunked([chat_event("Hello there. "), WAIT])
    upstream.answer = lambda seen: stream if b"stream" in seen.body else whole(chat_answer("ok"))
    with opened(stack, token, chat("hi", stream=True)):
        stack.wait_for(lambda: call(stack, token, THERE).status == 401)
        refused = call(stack, token, THERE)
        assert (refused.status, refused.json["error"]["code"]) == (401, "invalid_token")
        assert "in use from another address" in refused.json["error"]["message"]
        assert "invalid_token" in refused.headers["www-authenticate"]
        recorded = stack.exchange(refused.headers["x-extproc-exchange-id"])
        assert (recorded["code"], recorded["source"]) == ("invalid_token", THERE)
    assert {call(stack, token, HERE).status for _ in range(8)} == {200}
    assert {call(stack, token, THERE).status for _ in range(8)} == {401}


def test_where_sharing_is_allowed_nobody_looks(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    stack = make_stack(agents={"sharing": "allow"})
    upstream.answer = whole(chat_answer("ok"))
    agent, token = stack.agent()
    for source in (HERE, THERE, HERE):
        assert call(stack, token, source).status == 200
    assert (listed(stack, agent)["sources"], shared(stack)) == ([], "0.0")
    # Neither a budget, which there is none of.
    assert not {"sources.db", "spending.db"} & {each.name for each in stack.data_dir.iterdir()}
