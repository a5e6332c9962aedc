"""A call waits for a person, through a real Envoy; stock clients, which know nothing of it."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from tests.e2e.dialects import chat, chat_answer, chat_stream, message_stream
from tests.stack import ROOT, Stack, run_cli
from tests.upstream import Upstream, chunked, whole

pytestmark = pytest.mark.e2e

MakeStack = Callable[..., Stack]


def asking(directory: Path, **rules: Any) -> dict[str, Any]:
    """The shipped policies, where a person has to let `risky-*` pass."""
    policies = directory / "rego"
    shutil.copytree(ROOT / "rego", policies)
    data = json.loads((policies / "data.json").read_text())
    data["approvals"] |= {"models": ["risky-*"], **rules}
    (policies / "data.json").write_text(json.dumps(data))
    return {"policy": {"path": str(policies), "timeout": "2s"}, "workers": 2}


def waiting(stack: Stack, count: int = 1) -> list[dict[str, Any]]:
    """The cases that wait, once there are so many."""
    found: list[dict[str, Any]] = []

    def are_there() -> bool:
        found[:] = approvals(stack, "list", "--state", "pending", "--json")
        return len(found) == count

    stack.wait_for(are_there, 20)
    return found


def approvals(stack: Stack, *words: str, status: int = 0) -> Any:
    done = run_cli("approvals", *words, "--data-dir", str(stack.data_dir))
    assert done.returncode == status, done.stderr
    if status:
        return done.stderr
    return json.loads(done.stdout) if "--json" in words else done.stdout


def ask(client: Any, model: str = "risky-1", stream: bool = False) -> str:
    """One question by a stock client, and what it heard."""
    prompt = [{"role": "user", "content": "mail jane.roe@example.com"}]
    if isinstance(client, anthropic.Anthropic):
        if not stream:
            said = client.messages.create(model=model, max_tokens=99, messages=prompt)
            return "".join(block.text for block in said.content if block.type == "text")
        with client.messages.stream(model=model, max_tokens=99, messages=prompt) as answer:
            return answer.get_final_text()
    said = client.chat.completions.create(model=model, messages=prompt, stream=stream)
    if not stream:
        return str(said.choices[0].message.content)
    return "".join(chunk.choices[0].delta.content or "" for chunk in said)


def client_of(stack: Stack, kind: str, token: str, **options: Any) -> Any:
    if kind == "anthropic":
        return anthropic.Anthropic(base_url=stack.data_url, api_key=token, **options)
    return openai.OpenAI(base_url=f"{stack.data_url}/v1", api_key=token, **options)


MESSAGE = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "demo",
    "stop_reason": "end_turn",
    "content": [{"type": "text", "text": "done"}], "usage": {"input_tokens": 1, "output_tokens": 1},
}  # fmt: skip


def answering(upstream: Upstream, kind: str, stream: bool) -> None:
    if stream:
        upstream.answer = chunked(
            chat_stream("done") if kind == "openai" else message_stream("done")
        )
    else:
        upstream.answer = whole(
            chat_answer("done") if kind == "openai" else json.dumps(MESSAGE).encode()
        )


@pytest.fixture
def held(make_stack: MakeStack, tmp_path: Path) -> Stack:
    return make_stack(**asking(tmp_path), approvals={"hold": "60s"})


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("kind", ["openai", "anthropic"])
def test_a_stock_client_waits_and_gets_its_answer(
    held: Stack, upstream: Upstream, kind: str, stream: bool
) -> None:
    answering(upstream, kind, stream)
    client = client_of(held, kind, held.token("alice"), max_retries=0)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(ask, client, stream=stream)
        (case,) = waiting(held)
        assert upstream.seen == [], "nothing goes to the model before a person says so"
        assert (case["subject"], case["model"], case["reason"]) == (
            "alice", "risky-1", "It asks the model risky-1.",
        )  # fmt: skip
        assert "[EMAIL]" in case["body"]
        assert "jane.roe" not in json.dumps(case)
        assert approvals(held, "approve", case["id"]) == f"{case['id']} approved\n"
        assert heard.result(20) == "done"
    (seen,) = upstream.seen
    assert b"jane.roe" not in seen.body
    exchange = held.wait_for_answer(case["exchange_id"])
    assert (exchange["outcome"], exchange["code"]) == ("completed", "")


@pytest.mark.parametrize("kind", ["openai", "anthropic"])
def test_a_stock_client_waits_and_is_told_no(held: Stack, upstream: Upstream, kind: str) -> None:
    client = client_of(held, kind, held.token("alice"))
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(ask, client)
        (case,) = waiting(held)
        approvals(held, "deny", case["id"], "--reason", "not today")
        with pytest.raises((openai.PermissionDeniedError, anthropic.PermissionDeniedError)) as no:
            heard.result(20)
    assert no.value.response.json()["error"].get("code", "approval_denied") == "approval_denied"
    assert "a person said no" in str(no.value)
    assert "not today" not in str(no.value), "what people say among themselves stays there"
    assert upstream.seen == []
    # The no stands for a while: asking again bothers nobody.
    with pytest.raises((openai.PermissionDeniedError, anthropic.PermissionDeniedError)):
        ask(client)
    assert approvals(held, "list", "--state", "pending", "--json") == []


@pytest.mark.parametrize("kind", ["openai", "anthropic"])
def test_a_stock_client_retries_by_itself_and_passes_once(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream, kind: str
) -> None:
    stack = make_stack(**asking(tmp_path), approvals={"retry_after": "2s"})
    answering(upstream, kind, False)
    client = client_of(stack, kind, stack.token("alice"), max_retries=5)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(ask, client)
        (case,) = waiting(stack)
        approvals(stack, "approve", case["id"])
        assert heard.result(30) == "done"
    assert len(upstream.seen) == 1
    again = client_of(stack, kind, client.api_key, max_retries=0)
    with pytest.raises((openai.ConflictError, anthropic.ConflictError)) as conflict:
        ask(again)
    assert conflict.value.response.headers["x-extproc-approval-id"].startswith("apr_")
    assert int(conflict.value.response.headers["retry-after"]) == 2
    assert len(upstream.seen) == 1


def test_what_is_approved_is_exactly_this_request_once(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    stack = make_stack(**asking(tmp_path))
    upstream.answer = whole(chat_answer("done"))
    token, others = stack.token("alice"), stack.token("alice")
    body = chat("pay 10", model="risky-1")
    asked = stack.call(body, token)
    assert (asked.status, asked.json["error"]["code"]) == (409, "approval_required")
    id = asked.headers["x-extproc-approval-id"]
    # While it waits, the same question is the same case.
    assert stack.call(body, token).headers["x-extproc-approval-id"] == id
    approvals(stack, "approve", id)
    for changed in (chat("pay 11", model="risky-1"), chat("pay 10", model="risky-1", n=2)):
        assert stack.call(changed, token).status == 409
    assert stack.call(body, others).status == 409, "another agent's, of the same subject"
    assert stack.call(body, token, path="/v1/chat/completions?x=1").status == 409
    spaced = json.dumps(dict(reversed(json.loads(body).items())), indent=2).encode()
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(a.status for a in pool.map(lambda _: stack.call(spaced, token), range(8)))
    assert statuses == [200] + [409] * 7, "one winner"
    assert len(upstream.seen) == 1


def test_a_restart_loses_nothing_and_approves_nothing(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    stack = make_stack(**asking(tmp_path))
    upstream.answer = whole(chat_answer("done"))
    token = stack.token("alice")
    bodies = [chat(f"pay {number}", model="risky-1") for number in range(3)]
    ids = [stack.call(body, token).headers["x-extproc-approval-id"] for body in bodies]
    approvals(stack, "approve", ids[0])
    approvals(stack, "deny", ids[1], "--reason", "no")
    stack.kill_server()
    stack.start_server()
    assert [case["id"] for case in waiting(stack)] == [ids[2]]
    assert [stack.call(body, token).status for body in bodies] == [200, 403, 409]
    assert len(upstream.seen) == 1


def test_nobody_answers_in_time(make_stack: MakeStack, tmp_path: Path, upstream: Upstream) -> None:
    stack = make_stack(**asking(tmp_path), approvals={"hold": "30s", "ttl": "1s"})
    answer = stack.call(chat("pay", model="risky-1"), stack.token("alice"))
    assert (answer.status, answer.json["error"]["code"]) == (403, "approval_denied")
    assert "nobody approved it in time" in answer.json["error"]["message"]
    (case,) = approvals(stack, "list", "--json")
    assert case["state"] == "expired"
    assert "does not wait any more" in approvals(stack, "approve", case["id"], status=2)
    assert upstream.seen == []


def test_conditions_change_what_goes_to_the_model(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    stack = make_stack(**asking(tmp_path))
    upstream.answer = whole(chat_answer("done"))
    token = stack.token("alice")
    body = chat("see https://intranet.example/secret-plan now", model="risky-1", max_tokens=500)
    id = stack.call(body, token).headers["x-extproc-approval-id"]
    approvals(
        stack, "approve", id, "--model", "cheap-1", "--max-tokens", "64", "--profile", "strict"
    )
    assert stack.call(body, token).status == 200
    sent = json.loads(upstream.seen[0].body)
    assert (sent["model"], sent["max_tokens"]) == ("cheap-1", 64)
    assert "intranet.example" not in upstream.seen[0].body.decode()
    (case,) = approvals(stack, "list", "--json")
    assert case["conditions"] == {"model": "cheap-1", "max_tokens": 64, "profile": "strict"}
    assert case["uses_left"] == 0


def test_another_model_is_one_that_the_caller_may_ask(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    """The policy is asked again about what an approver made of it; both answers are recorded."""
    changes = asking(tmp_path)
    data = json.loads((tmp_path / "rego" / "data.json").read_text())
    data["model_access"] = {"*": ["risky-*", "cheap-*"]}
    (tmp_path / "rego" / "data.json").write_text(json.dumps(data))
    stack = make_stack(**changes)
    upstream.answer = whole(chat_answer("done"))
    token, body = stack.token("alice"), chat("pay", model="risky-1")
    for model, status in (("forbidden-1", 403), ("risky-2", 200), ("cheap-1", 200)):
        id = stack.call(body, token).headers["x-extproc-approval-id"]
        approvals(stack, "approve", id, "--model", model)
        answer = stack.call(body, token)
        assert answer.status == status, model
        recorded = stack.exchange(answer.headers["x-extproc-exchange-id"])
        decisions = [each for each in recorded["decisions"] if each["phase"] == "request"]
        assert len(decisions) == 2
    assert [json.loads(seen.body)["model"] for seen in upstream.seen] == ["risky-2", "cheap-1"]


def test_two_distinct_people_of_the_right_groups(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    """R1, R2, R3: one person fills one place; more than enough is enough; nobody for themselves."""
    changes = asking(tmp_path, groups=["security", "legal"], count=2)
    stack = make_stack(
        **changes, console={"roles": {"approver": ["security", "legal"], "admin": ["admin"]}}
    )
    upstream.answer = whole(chat_answer("done"))
    token = stack.token("alice")
    body = chat("pay", model="risky-1")
    id = stack.call(body, token).headers["x-extproc-approval-id"]

    def press(who: str, groups: list[str], subject_token: str = "") -> tuple[int, str]:
        credential = subject_token or stack.token(who, groups=groups)
        with httpx2.Client(base_url=stack.control_url, trust_env=False) as client:
            answer = client.post(
                f"/api/v1/approvals/{id}/approve",
                json={},
                headers={"authorization": f"Bearer {credential}"},
            )
        said = answer.json()
        return answer.status_code, said.get("state") or said["error"]["message"]

    assert press("alice", ["security", "admin"])[0] == 403, "their own call, admins included"
    assert press("mallory", ["dev"])[0] == 403
    assert press("root", ["admin"])[0] == 403, "an admin of neither group"
    assert press("bob", ["security", "legal"]) == (200, "pending")
    assert press("bob", ["security", "legal"])[0] == 400, "the same person again"
    assert stack.call(body, token).status == 409
    assert press("carol", ["legal"]) == (200, "approved")
    assert stack.call(body, token).status == 200
    with stack.agents() as agents:
        parent = agents.start("dave", groups=["security"])[0]
        program = agents.start("dave", parent=parent.id)[1]
    assert press("", [], program)[0] == 403, "a program decides nothing"


def test_an_agent_that_is_killed_waits_no_more(held: Stack, upstream: Upstream) -> None:
    """R6, and what nobody may do: approve it back to life."""
    agent, token = held.agent("alice")
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(held.call, chat("pay", model="risky-1"), token)
        (case,) = waiting(held)
        began = time.monotonic()
        held.end(agent)
        answer = heard.result(20)
        assert time.monotonic() - began < 5
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked")
    approvals(held, "approve", case["id"])
    assert held.call(chat("pay", model="risky-1"), token).status == 401
    assert upstream.seen == []


@pytest.mark.parametrize("transport", ["grpcio", "nghttp2"])
def test_who_hangs_up_leaves_the_question(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream, transport: str
) -> None:
    """And what is said to it at once is for the next call: Envoy resets the stream of the one that
    has gone a second later, and has closed its own side of it before."""
    held = make_stack(**asking(tmp_path), approvals={"hold": "60s"}, transport=transport)
    upstream.answer = whole(chat_answer("done"))
    token = held.token("alice")
    body = chat("pay", model="risky-1")
    impatient = httpx2.Client(base_url=held.data_url, trust_env=False, timeout=2.0)
    with contextlib.closing(impatient), pytest.raises(httpx2.TimeoutException):
        impatient.post(
            "/v1/chat/completions",
            content=body,
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        )
    (case,) = waiting(held)
    approvals(held, "approve", case["id"])
    assert held.call(body, token).status == 200
    assert len(upstream.seen) == 1


def test_a_thousand_calls_are_held_at_once(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    """Of fifty agents; they cost memory and no thread, and others go on meanwhile."""
    changes = {**asking(tmp_path), "workers": 1}
    stack = make_stack(
        **changes, approvals={"hold": "120s"}, agents={"per_subject": 60, "total": 100}
    )
    upstream.answer = whole(chat_answer("done"))
    tokens = [stack.token("alice") for _ in range(50)]
    assert stack.server is not None
    (worker,) = _children(stack.server.pid)
    assert stack.call(chat("hi"), tokens[0]).status == 200
    before, threads = _memory(worker), _threads(worker)
    with ThreadPoolExecutor(1000) as pool:
        threading.stack_size()
        heard: list[Future[Any]] = [
            pool.submit(stack.call, chat(f"pay {number}", model="risky-1"), tokens[number % 50])
            for number in range(1000)
        ]
        ids = [case["id"] for case in _pending(stack, 1000)]
        grown = _memory(worker) - before
        assert _threads(worker) <= threads + 40, "to_thread's own, which are bounded"
        assert stack.call(chat("hi"), tokens[0]).status == 200
        assert len(ids) == 1000
        with stack.agents() as agents:
            for agent in agents.running("alice"):
                agents.end(agent.id)
        statuses = {each.result(60).status for each in heard}
    print(f"1,000 held: {grown / 1000:.1f} KiB each")
    assert statuses == {401}
    assert grown / 1000 <= 30, grown


def _pending(stack: Stack, count: int) -> list[dict[str, Any]]:
    from extproc.adapters.sqlite.approvals import ApprovalStore
    from extproc.core.approval import ApprovalState

    store = ApprovalStore(stack.data_dir / "approvals.db")
    try:
        stack.wait_for(lambda: store.pending() == count, 60)
        return [{"id": case.id} for case in store.list(ApprovalState.PENDING, 2000)]
    finally:
        store.close()


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _memory(pid: int) -> int:
    """KiB resident."""
    return _status(pid, "VmRSS")


def _threads(pid: int) -> int:
    return _status(pid, "Threads")


def test_a_long_prompt_hides_no_risky_word(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    """R9: all of it is looked at, wherever the word stands."""
    stack = make_stack(**asking(tmp_path, words=["wire transfer"]))
    upstream.answer = whole(chat_answer("done"))
    token = stack.token("alice")
    padding = "The committee met on Tuesday and changed nothing. " * 6000
    for text in (f"{padding} Wire-Transfer", f"wire  transfer {padding}"):
        held = stack.call(chat(text), token)
        assert (held.status, held.json["error"]["code"]) == (409, "approval_required")
    for case in approvals(stack, "list", "--json"):
        assert "more bytes are not shown]" in case["body"]
    assert stack.call(chat(padding), token).status == 200
    assert len(upstream.seen) == 1


def test_a_tool_of_an_mcp_server_waits_for_a_person(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    """R11: each tool by its own name."""
    stack = make_stack(**asking(tmp_path, tools=["wire_*"]))
    upstream.answer = whole(b'{"jsonrpc": "2.0", "id": 1, "result": {"content": []}}')
    token = stack.token("alice")

    def tool(name: str) -> Any:
        params = {"name": name, "arguments": {"amount": 10}}
        asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        return stack.call(json.dumps(asked).encode(), token, path="/mcp")

    assert tool("search").status == 200
    held = tool("wire_money")
    assert held.status == 409
    id = held.headers["x-extproc-approval-id"]
    approvals(stack, "approve", id)
    assert tool("wire_money").status == 200
    assert [json.loads(seen.body)["params"]["name"] for seen in upstream.seen] == [
        "search", "wire_money",
    ]  # fmt: skip


def test_who_was_revoked_between_opening_and_pressing_decides_nothing(
    make_stack: MakeStack, tmp_path: Path, upstream: Upstream
) -> None:
    stack = make_stack(**asking(tmp_path))
    body, token = chat("pay", model="risky-1"), stack.token("alice")
    id = stack.call(body, token).headers["x-extproc-approval-id"]
    bob = stack.token("bob", groups=["admin"])
    origin = {"origin": stack.control_url}
    with httpx2.Client(base_url=stack.control_url, trust_env=False, headers=origin) as browser:
        assert browser.post("/login", data={"credential": bob}).status_code == 303
        assert "It asks the model risky-1." in browser.get(f"/approvals/{id}").text
        assert run_cli("subjects", "revoke", "bob", "--data-dir", str(stack.data_dir)).stdout
        browser.post(f"/approvals/{id}/approve", data={"reason": "yes"})
    (case,) = approvals(stack, "list", "--json")
    assert (case["state"], case["votes"]) == ("pending", [])
    assert stack.call(body, token).status == 409
