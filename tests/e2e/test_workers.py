"""Several workers behind one Envoy: exact leases and records, and a death that stays small."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.dialects import chat, chat_answer
from tests.stack import Answer, Stack, request
from tests.upstream import Upstream, whole

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("pair"), _upstream.url, {"workers": 2})
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def workers(stack: Stack) -> list[int]:
    assert stack.server is not None
    pid = stack.server.pid
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def calls(stack: Stack, token: str, count: int) -> list[Answer]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: stack.call(chat("hi"), token), range(count)))


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="only Linux schedules so")
def test_no_process_of_the_server_interrupts_envoy(pair: Stack) -> None:
    server = pair.server.pid
    for pid in (server, *workers(pair)):
        assert os.sched_getscheduler(pid) == os.SCHED_BATCH


def test_records_and_metrics_are_exact(pair: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("ok"))
    token = pair.token()
    answers = calls(pair, token, 60)
    assert {answer.status for answer in answers} == {200}
    ids = {answer.headers["x-extproc-exchange-id"] for answer in answers}
    assert len(ids) == 60
    assert all(pair.exchange(each)["outcome"] == "completed" for each in ids)
    host, _, port = pair.config.listen.control.rpartition(":")
    line = 'extproc_exchanges_total{api="openai",model="*",outcome="completed"} 60.0'
    pair.wait_for(
        lambda: line in request(int(port), "GET", "/metrics", host=host).body.decode(), seconds=5
    )


def test_a_killed_agent_is_refused_by_every_worker(pair: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("ok"))
    agent, token = pair.agent("bob")
    assert {answer.status for answer in calls(pair, token, 20)} == {200}
    pair.end(agent)
    refused = calls(pair, token, 20)
    assert {(answer.status, answer.json["error"]["code"]) for answer in refused} == {
        (401, "revoked")
    }  # fmt: skip


def test_one_dead_worker_takes_only_its_own_calls(pair: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("ok"))
    token = pair.token("carol")
    before = workers(pair)
    os.kill(before[0], signal.SIGKILL)
    answers = calls(pair, token, 100)
    assert {answer.status for answer in answers} <= {200, 503}
    # Eight ask at once; and Envoy takes a moment to leave a dead worker out.
    assert sum(answer.status == 200 for answer in answers) >= 80
    for answer in answers:
        if answer.status == 503:
            assert answer.json["error"]["code"] == "unavailable"
    pair.wait_for(lambda: len(workers(pair)) == 2 and ready(pair), seconds=5)
    assert before[0] not in workers(pair)
    pair.wait_for(lambda: {answer.status for answer in calls(pair, token, 20)} == {200}, seconds=5)


def ready(stack: Stack) -> bool:
    _, _, port = stack.config.listen.control.rpartition(":")
    return request(int(port), "GET", "/readyz").status == 200


def test_a_policy_that_runs_away_takes_only_its_worker(
    make_stack: Callable[..., Stack], upstream: Upstream, tmp_path: Path
) -> None:
    policy = tmp_path / "rego"
    policy.mkdir()
    yes = 'package extproc.{0}\n\nimport rego.v1\n\ndecision := {{"allowed": true}}\n'
    for phase in ("authz", "response"):
        (policy / f"{phase}.rego").write_text(yes.format(phase))
    (policy / "request.rego").write_text(
        "package extproc.request\n\nimport rego.v1\n\n"
        'default decision := {"allowed": true}\n\n'
        'decision := {"allowed": false} if {\n'
        '\tinput.llm.messages[0].content == "run away"\n'
        "\tcount([1 | some i in numbers.range(1, 3000); some j in numbers.range(1, 3000); "
        "i + j == 0]) == 7\n}\n"
    )
    stack = make_stack(workers=2, policy={"path": str(policy), "timeout": "100ms"})
    token = stack.token()
    upstream.answer = whole(chat_answer("ok"))
    answer = stack.call(chat("run away"), token)
    assert (answer.status, answer.json["error"]["code"]) == (503, "unavailable")
    assert upstream.seen == []
    stack.wait_for(lambda: {each.status for each in calls(stack, token, 10)} == {200})
    assert json.loads(upstream.seen[-1].body)["messages"][0]["content"] == "hi"
