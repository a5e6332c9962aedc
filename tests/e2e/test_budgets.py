"""Budgets through a real Envoy with two workers: exact, kept, and told in the caller's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from extproc.adapters.sqlite.spending import FILE, SpendingStore
from extproc.adapters.system import SystemClock
from extproc.config import Budget
from extproc.service.budgets import Account, Spent
from tests.e2e.dialects import MESSAGES, chat, chat_answer, chat_event, messages
from tests.stack import Answer, Stack, opened, request
from tests.upstream import WAIT, Upstream, chunked, whole

pytestmark = pytest.mark.e2e

DAY = 86_400_000_000


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream) -> Iterator[Stack]:
    stack = Stack(
        tmp_path_factory.mktemp("budgets"),
        _upstream.url,
        # A day, so that hardly a run meets the end of a window.
        {"workers": 2, "budgets": {"window": "1d", "agent": {"requests": 10, "tokens": 1000}}},
    )
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def spent(stack: Stack, agent_id: str) -> Spent:
    store = SpendingStore(stack.data_dir / FILE)
    try:
        start = SystemClock().now() // DAY * DAY
        return store.spent(Account("agent", agent_id, Budget()), start)
    finally:
        store.close()


def at_once(stack: Stack, token: str, count: int) -> list[Answer]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: stack.call(chat("hi"), token), range(count)))


def test_of_thirty_calls_at_once_exactly_ten_pass(limited: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("ok"))
    agent, token = limited.agent()
    answers = at_once(limited, token, 30)
    passed = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status == 429]
    assert (len(passed), len(refused)) == (10, 20)
    assert len(upstream.seen) == 10
    for answer in refused:
        assert answer.json["error"]["code"] == "budget_exhausted"
        assert answer.headers["retry-after"] == "120"
        recorded = limited.exchange(answer.headers["x-extproc-exchange-id"])
        assert (recorded["outcome"], recorded["code"]) == ("refused", "budget_exhausted")
    # As the upstream reported: three and five for each.
    assert spent(limited, agent) == Spent(10, 80)
    port = int(limited.config.listen.control.rpartition(":")[2])
    line = 'extproc_budget_denials_total{scope="agent"} 20.0'
    limited.wait_for(lambda: line in request(port, "GET", "/metrics").body.decode(), seconds=5)


def test_a_client_that_hangs_up_in_a_stream_pays(limited: Stack, upstream: Upstream) -> None:
    upstream.answer = chunked([chat_event("Hello there, this is a long answer. "), WAIT])
    agent, token = limited.agent("bob")
    with opened(limited, token, chat("hi", stream=True)) as (client, got):
        exchange_id = got.partition(b"x-extproc-exchange-id: ")[2].partition(b"\r\n")[0].decode()
        client.close()
    assert limited.wait_for_answer(exchange_id)["outcome"] == "cut"
    limited.wait_for(lambda: spent(limited, agent) == Spent(1, 1 + 9))


def test_a_stream_that_takes_more_than_there_was_is_ended_by_an_event(
    limited: Stack, upstream: Upstream
) -> None:
    long = [chat_event("forty bytes of text in each of these. ")] * 150
    upstream.answer = chunked([*long, WAIT, chat_event("This is never asked for.")])
    agent, token = limited.agent("carol")
    answer = limited.call(chat("hi", stream=True), token)
    assert (answer.status, answer.is_complete) == (200, True)
    assert b'"code":"budget_exhausted"' in answer.body
    # It may have come in pieces; the first beyond the budget was the last.
    assert 1000 < spent(limited, agent).tokens <= 1 + 150 * 38 // 4
    upstream.wait_for(lambda: upstream.resets == 1)
    assert limited.call(chat("hi"), token).status == 429


def test_stock_clients_and_other_dialects(limited: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("ok"))
    token = limited.token("dave")
    assert {answer.status for answer in at_once(limited, token, 10)} == {200}
    client = openai.OpenAI(base_url=f"{limited.data_url}/v1", api_key=token, max_retries=0)
    with client, pytest.raises(openai.RateLimitError) as raised:
        client.chat.completions.create(model="demo", messages=[{"role": "user", "content": "hi"}])
    assert raised.value.code == "budget_exhausted"
    refused = limited.call(messages("hi"), token, MESSAGES)
    assert (refused.status, refused.json["error"]["type"], refused.json["code"]) == (
        429, "rate_limit_error", "budget_exhausted",
    )  # fmt: skip


def test_a_server_that_is_killed_has_counted(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    upstream.answer = whole(chat_answer("ok"))
    stack = make_stack(workers=2, budgets={"window": "1d", "subject": {"requests": 4}})
    token = stack.token()
    assert [stack.call(chat("hi"), token).status for _ in range(3)] == [200] * 3
    stack.kill_server()
    stack.start_server()
    other = stack.token()
    # Envoy takes a moment to find that the workers are back; what it refuses itself costs nothing.
    stack.wait_for(lambda: stack.call(chat("hi"), other).status == 200)
    assert stack.call(chat("hi"), token).status == 429
    assert len(upstream.seen) == 4
