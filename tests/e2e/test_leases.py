"""Leases through real processes: a race for the last slots, and a server that is killed."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import openai
import pytest

from extproc.config import host_port
from tests.e2e.dialects import chat, chat_answer, chat_event
from tests.identity_providers import OpenIdProvider, open_id_provider
from tests.stack import Answer, Stack, opened, request, rest_of, run_cli
from tests.upstream import Upstream, chunked, endless, whole

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with open_id_provider({name: {} for name in ("alice", "bob")}) as running:
        yield running


def trusting(provider: OpenIdProvider, **changes: Any) -> dict[str, Any]:
    source = {"name": "corp", "issuer": provider.issuer, "audience": "extproc"}
    return {"identity": {"oidc": [source]}, "workers": 2, **changes}


def exchange(stack: Stack, token: str, **fields: str) -> Answer:
    _, port = host_port(stack.config.listen.control)
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": token,
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        **fields,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return request(port, "POST", "/oauth2/token", headers, urlencode(form).encode())


def test_of_fifty_starts_at_once_exactly_five_get_the_five_slots(
    make_stack: Callable[..., Stack], provider: OpenIdProvider, upstream: Upstream
) -> None:
    stack = make_stack(**trusting(provider, agents={"per_subject": 5}))
    upstream.answer = whole(chat_answer("ok"))
    identity = provider.id_token("alice")
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: exchange(stack, identity), range(50)))
    assert Counter(answer.status for answer in answers) == {200: 5, 429: 45}
    refused = [answer for answer in answers if answer.status == 429]
    assert {answer.json["error"] for answer in refused} == {"agent_limit"}
    assert all(0 < int(answer.headers["retry-after"]) <= 120 for answer in refused)
    with stack.agents() as agents:
        assert len(agents.running("alice")) == 5
    for answer in answers:
        if answer.status == 200:
            assert stack.call(chat("hi"), answer.json["access_token"]).status == 200
    # A released slot is free at once, in every process.
    held = next(answer.json["access_token"] for answer in answers if answer.status == 200)
    _, port = host_port(stack.config.listen.control)
    assert (
        request(port, "POST", "/oauth2/revoke", body=urlencode({"token": held}).encode()).status
        == 200
    )
    assert exchange(stack, identity).status == 200
    assert stack.call(chat("hi"), held).json["error"]["code"] == "revoked"


def test_a_killed_server_forgets_neither_leases_nor_revocations(
    make_stack: Callable[..., Stack], provider: OpenIdProvider, upstream: Upstream
) -> None:
    stack = make_stack(**trusting(provider, agents={"per_subject": 2}))
    upstream.answer = whole(chat_answer("ok"))
    alice = [exchange(stack, provider.id_token("alice")).json for _ in range(2)]
    bob = exchange(stack, provider.id_token("bob")).json
    assert exchange(stack, provider.id_token("alice")).status == 429
    revoked = run_cli("subjects", "revoke", "bob", "--data-dir", str(stack.data_dir))
    assert revoked.stdout == "bob revoked; 1 agents ended\n"
    stack.kill_server()
    stack.start_server()
    assert exchange(stack, provider.id_token("alice")).status == 429
    assert [stack.call(chat("hi"), one["access_token"]).status for one in alice] == [200, 200]
    assert stack.call(chat("hi"), bob["access_token"]).json["error"]["code"] == "revoked"
    again = exchange(stack, provider.id_token("bob"))
    assert (again.status, again.json["code"]) == (400, "revoked")
    renewed = exchange(
        stack, "", grant_type="refresh_token", refresh_token=alice[0]["refresh_token"]
    )
    assert renewed.json["agent_id"] == alice[0]["agent_id"]


def test_a_contractor_leaves_in_the_middle_of_two_hundred_streams(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    """From the revocation to the last byte; the next call and the next start are refused too."""
    stack = make_stack(workers=2, agents={"per_subject": 50})
    upstream.answer = lambda _: endless([chat_event("Hello there, "), chat_event("and so on, ")])
    tokens = [stack.token("mallory") for _ in range(5)]
    other, admin = stack.token("alice"), stack.token("root", groups=["admin"])
    resets = upstream.resets
    open_ones: list[socket.socket] = []
    with contextlib.ExitStack() as streams:
        for token in tokens * 40:
            connection, _ = streams.enter_context(opened(stack, token, chat("hi", stream=True)))
            open_ones.append(connection)
        with ThreadPoolExecutor(200) as pool:
            ends = [pool.submit(_until_closed, connection) for connection in open_ones]
            began = time.monotonic()
            with httpx2.Client(base_url=stack.control_url, trust_env=False) as client:
                answer = client.post(
                    "/api/v1/subjects/revoke",
                    json={"subject": "mallory", "reason": "left"},
                    headers={"authorization": f"Bearer {admin}"},
                )
            assert answer.json()["ended"] == 5
            ended = [end.result(20) for end in ends]
    took = sorted(moment - began for _, moment in ended)
    print(
        f"{len(took)} streams: p50 {took[100]:.3f} s, p99 {took[197]:.3f} s, max {took[-1]:.3f} s"
    )
    assert all(b'"code":"revoked"' in data.replace(b" ", b"") for data, _ in ended)
    assert took[197] <= 1
    stack.wait_for(lambda: upstream.resets >= resets + 200)
    assert stack.call(chat("hi"), tokens[0]).json["error"]["code"] == "revoked"
    upstream.answer = whole(chat_answer("ok"))
    assert stack.call(chat("hi"), other).status == 200
    started = run_cli("token", "--subject", "mallory", "--data-dir", str(stack.data_dir))
    assert started.returncode == 1
    assert "mallory was revoked" in started.stderr


def _until_closed(connection: socket.socket) -> tuple[bytes, float]:
    data = b"".join(rest_of(connection))
    return data, time.monotonic()


def test_a_model_with_two_seats_and_a_third_agent(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    stack = make_stack(workers=2, agents={"per_model": {"gpt-5-pro": 2}})
    upstream.answer = whole(chat_answer("ok"))
    agents = [stack.agent("alice") for _ in range(3)]
    body = chat("hi", model="gpt-5-pro")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda agent: stack.call(body, agent[1]), agents * 4))
    statuses = [{answer.status for answer in answers[number::3]} for number in range(3)]
    assert sorted(map(sorted, statuses)) == [[200], [200], [429]]
    left_out = statuses.index({429})
    refused = stack.call(body, agents[left_out][1])
    assert (refused.json["error"]["code"], refused.status) == ("agent_limit", 429)
    assert stack.call(chat("hi"), agents[left_out][1]).status == 200
    stack.end(agents[left_out - 1][0])
    assert stack.call(body, agents[left_out][1]).status == 200


def test_a_stock_client_sees_the_limit_of_a_model(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    stack = make_stack(agents={"per_model": {"gpt-*": 1}})
    upstream.answer = whole(chat_answer("ok"))
    assert stack.call(chat("hi", model="gpt-5"), stack.token("alice")).status == 200
    client = openai.OpenAI(
        base_url=f"{stack.data_url}/v1", api_key=stack.token("bob"), max_retries=0
    )
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "hi"}])
    assert caught.value.code == "agent_limit"


def test_the_data_directory_holds_no_usable_secret(
    make_stack: Callable[..., Stack], provider: OpenIdProvider, upstream: Upstream
) -> None:
    """Every byte of it, after everything that is a secret has passed through."""
    stack = make_stack(**trusting(provider))
    upstream.answer = whole(chat_answer("ok"))
    identity = provider.id_token("alice")
    said = exchange(stack, identity).json
    renewed = exchange(
        stack, "", grant_type="refresh_token", refresh_token=said["refresh_token"]
    ).json
    assert stack.call(chat("hi"), renewed["access_token"]).status == 200
    assert stack.call(chat("hi"), renewed["access_token"][:-3] + "AAA").status == 401
    local = stack.token("root", groups=["admin"])
    with httpx2.Client(base_url=stack.control_url, trust_env=False) as browser:
        origin = {"origin": stack.control_url}
        assert browser.post("/login", data={"credential": local}, headers=origin).status_code == 303
        (session,) = (value for value in browser.cookies.values())
        assert "root" in browser.get("/").text
    secrets = {
        "an identity": identity.rpartition(".")[2],
        "a refresh token": renewed["refresh_token"],
        "a used refresh token": said["refresh_token"],
        "a credential": renewed["access_token"].rpartition(".")[2],
        "a local credential": local.rpartition(".")[2],
        "a console session": session,
    }
    files = [path for path in stack.directory.rglob("*") if path.is_file()]
    assert any(path.name == "state.db" for path in files)
    for path in files:
        content = path.read_bytes()
        for name, secret in secrets.items():
            assert secret.encode() not in content, (path, name)


def test_a_child_through_the_data_port_ends_with_its_parent(
    make_stack: Callable[..., Stack], provider: OpenIdProvider, upstream: Upstream
) -> None:
    stack = make_stack(**trusting(provider))
    upstream.answer = chunked([chat_event("Hello")])
    parent = exchange(stack, provider.id_token("alice")).json
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": parent["access_token"],
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "scope": "model:gpt-5",
    }
    child = request(stack.port, "POST", "/oauth2/token", body=urlencode(form).encode()).json
    assert stack.call(chat("hi", model="gpt-5"), child["access_token"]).status == 200
    wrong = stack.call(chat("hi", model="gpt-4"), child["access_token"])
    assert (wrong.status, wrong.json["error"]["code"]) == (403, "policy_denied")
    wider = {**form, "subject_token": child["access_token"], "scope": "model:*"}
    refused = request(stack.port, "POST", "/oauth2/token", body=urlencode(wider).encode())
    assert (refused.status, refused.json["error"]) == (400, "invalid_request")
    stack.end(parent["agent_id"])
    assert stack.call(chat("hi", model="gpt-5"), child["access_token"]).status == 401
    assert (
        json.loads(run_cli("agents", "list", "--json", "--data-dir", str(stack.data_dir)).stdout)
        == []
    )


def test_what_happened_beside_calls_is_written_down(
    make_stack: Callable[..., Stack], provider: OpenIdProvider
) -> None:
    from pysqlite3 import dbapi2

    stack = make_stack(**trusting(provider))
    said = exchange(stack, provider.id_token("alice"), agent_name="bot").json
    assert exchange(stack, provider.id_token("alice", "another")).status == 400
    run_cli("agents", "kill", "bot", "--data-dir", str(stack.data_dir))
    run_cli("subjects", "revoke", "alice", "--data-dir", str(stack.data_dir))
    path: Path = stack.data_dir / "audit.db"
    rows = dbapi2.connect(path).execute(
        "SELECT kind, actor, subject, agent_id, code FROM event ORDER BY at, event_id"
    )
    assert [tuple(row) for row in rows] == [
        ("agent started", "alice", "alice", said["agent_id"], ""),
        ("agent refused", "", "", "", "invalid_token"),
        ("agent ended", "local", "", said["agent_id"], ""),
        ("subject revoked", "local", "alice", "", ""),
    ]
