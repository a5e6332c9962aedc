"""Through a real Envoy: a held call is announced, a signed callback lets it pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

from extproc.config import host_port
from tests.e2e.dialects import chat, chat_answer
from tests.e2e.test_approvals import approvals, ask, asking, client_of
from tests.receiving import SECRET, checked, signed
from tests.stack import Stack, request
from tests.upstream import WAIT, Upstream, whole

pytestmark = pytest.mark.e2e

MakeStack = Callable[..., Stack]


@pytest.fixture(scope="module")
def _receiver() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.close()


@pytest.fixture
def receiver(_receiver: Upstream) -> Upstream:
    """Who is told, and decides."""
    _receiver.clear()
    _receiver.answer = whole(b"ok", "text/plain")
    return _receiver


def telling(directory: Path, receiver: Upstream, hold: str = "60s") -> dict[str, Any]:
    key = directory / "secret"
    key.write_bytes(SECRET)
    webhook = {
        "url": f"{receiver.url}/T0K3N",
        "secret": f"file:{key}",
        "callback": {"groups": ["oncall"], "subject_prefix": "slack:"},
    }
    return {
        **asking(directory, groups=["oncall"]),
        "approvals": {"hold": hold, "webhooks": [webhook]},
        "console": {"url": "https://console.example", "roles": {"approver": ["oncall"]}},
    }


def press(stack: Stack, id: str, name: str = "cb_1", **changes: Any) -> httpx2.Response:
    said = {"approval": id, "verdict": "approve", "voter": "U042", **changes}
    body = json.dumps(said).encode()
    with httpx2.Client(base_url=stack.control_url, trust_env=False) as client:
        return client.post(
            f"/api/v1/approvals/{id}/callback", content=body, headers=signed(body, name)
        )


def told(receiver: Upstream, count: int) -> list[Any]:
    receiver.wait_for(lambda: len(receiver.seen) >= count, 20)
    assert len(receiver.seen) == count
    return [checked(seen) for seen in receiver.seen]


@pytest.mark.parametrize("verdict", ["approve", "deny"])
def test_a_held_call_is_told_and_the_callback_decides(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream, receiver: Upstream, verdict: str
) -> None:
    stack = make_stack(**telling(tmp_path, receiver))
    upstream.answer = whole(chat_answer("done"))
    client = client_of(stack, "openai", stack.token("alice"), max_retries=0)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(ask, client)
        (asked,) = told(receiver, 1)
        case = asked["data"]
        assert (asked["type"], case["subject"], case["model"]) == (
            "approval.asked", "alice", "risky-1",
        )  # fmt: skip
        assert "[EMAIL]" in case["prompt"]
        assert "jane.roe" not in json.dumps(asked)
        assert case["url"] == f"https://console.example/approvals/{case['id']}"
        # Alice, as Slack knows her.
        own = press(stack, case["id"], "cb_0", voter="Alice")
        assert (own.status_code, own.json()["error"]["code"]) == (403, "policy_denied")
        assert upstream.seen == []
        pressed = press(stack, case["id"], verdict=verdict, reason="seen")
        assert pressed.status_code == 200, pressed.text
        if verdict == "approve":
            assert heard.result(20) == "done"
        else:
            with pytest.raises(openai.PermissionDeniedError, match="a person said no"):
                heard.result(20)
    decided = told(receiver, 2)[1]
    state = "approved" if verdict == "approve" else "denied"
    assert (decided["type"], decided["data"]["state"]) == ("approval.decided", state)
    assert decided["data"]["votes"][0]["voter"] == "slack:U042"
    assert press(stack, case["id"]).status_code == 401, "used already"
    port = host_port(stack.config.listen.control)[1]
    stack.wait_for(
        lambda: (
            b'extproc_webhooks_total{outcome="sent"} 2.0' in request(port, "GET", "/metrics").body
        )
    )
    for secret in (SECRET.decode(), "T0K3N", "[EMAIL]", "U042"):
        assert secret not in stack.log()


def test_a_killed_server_tells_again_under_the_same_id(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream, receiver: Upstream
) -> None:
    stack = make_stack(**telling(tmp_path, receiver, "0s"))
    receiver.answer = [WAIT]  # it hangs: the server waits for its answer when it dies
    answer = stack.call(chat("pay", model="risky-1"), stack.token("alice"))
    id = answer.headers["x-extproc-approval-id"]
    assert told(receiver, 1)[0]["data"]["id"] == id
    stack.kill_server()
    receiver.answer = whole(b"ok", "text/plain")
    stack.start_server()
    told(receiver, 2)
    one, two = receiver.seen
    assert one.headers["webhook-id"] == two.headers["webhook-id"]
    assert one.body == two.body
    # Decided by another process, at the data directory.
    approvals(stack, "approve", id, "--group", "oncall")
    said = told(receiver, 3)[2]
    assert (said["type"], said["data"]["id"]) == ("approval.decided", id)


def test_a_receiver_that_is_not_there_holds_up_nobody(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream, receiver: Upstream
) -> None:
    receiver.answer = [WAIT]
    stack = make_stack(**telling(tmp_path, receiver))
    upstream.answer = whole(chat_answer("done"))
    token = stack.token("alice")
    with ThreadPoolExecutor(8) as pool:
        heard = [
            pool.submit(stack.call, chat(f"pay {number}", model="risky-1"), token)
            for number in range(8)
        ]
        receiver.wait_for(lambda: len(receiver.seen) == 4, 20)
        stack.wait_for(lambda: len(approvals(stack, "list", "--json")) == 8, 20)
        assert stack.call(chat("hi"), token).status == 200
        for index, case in enumerate(approvals(stack, "list", "--json")):
            assert press(stack, case["id"], f"cb_{index}").status_code == 200
        assert {each.result(20).status for each in heard} == {200}
    assert len(receiver.seen) == 4, "no more tries at once"
