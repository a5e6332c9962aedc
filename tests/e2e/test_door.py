"""One call through the door: what the upstream saw, what the client got, what was recorded."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from extproc.core import is_compiled
from tests.e2e.conftest import UPSTREAM_KEY
from tests.e2e.dialects import (
    CARD,
    CHAT,
    DONE,
    EMAIL,
    MESSAGES,
    chat,
    chat_answer,
    chat_event,
    chat_stream,
    chat_text,
    message_stream,
    message_text,
    messages,
)
from tests.stack import ROOT, Stack, exchange_bytes, opened, parse_answer, rest_of
from tests.upstream import RESET, WAIT, Upstream, chunked, whole

pytestmark = pytest.mark.e2e

EXCHANGE = "x-extproc-exchange-id"


def test_an_allowed_call_passes_byte_for_byte(stack: Stack, upstream: Upstream, token: str) -> None:
    question, said = chat("What is the capital of France?"), chat_answer("Paris.")
    upstream.answer = whole(said)
    answer = stack.call(question, token)
    assert (answer.status, answer.body, answer.is_complete) == (200, said, True)
    assert answer.headers["content-length"] == str(len(said))
    assert answer.headers["x-extproc-decision-id"].startswith("dec_")
    (seen,) = upstream.seen
    assert (seen.method, seen.path, seen.body) == ("POST", CHAT, question)
    recorded = stack.exchange(answer.headers[EXCHANGE])
    assert recorded["subject"] == "alice"
    assert (recorded["request"], recorded["response"]) == (question.decode(), said.decode())
    assert (recorded["decision"], recorded["outcome"], recorded["status"]) == (
        "allow", "completed", 200,
    )  # fmt: skip
    assert recorded["tokens"] == {"input": 3, "output": 5}
    assert {one["phase"] for one in recorded["decisions"]} == {"authz", "request", "response"}


def test_the_server_runs_the_core_that_the_tests_run(stack: Stack) -> None:
    ready = next(json.loads(line) for line in stack.log().splitlines() if '"ready"' in line)
    assert ready["compiled"] is is_compiled()


def test_the_upstream_gets_its_own_key_and_nothing_of_ours(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    upstream.answer = whole(chat_answer("ok"))
    stack.call(
        chat("hi"),
        token,
        x_api_key=token,
        x_extproc_upstream="elsewhere",
        x_extproc_exchange_id="exc_forged",
        accept_encoding="gzip",
        cookie="a=b",
    )
    (seen,) = upstream.seen
    assert seen.headers["authorization"] == f"Bearer {UPSTREAM_KEY}"
    assert token not in repr(seen)
    gone = {"x-api-key", "x-extproc-upstream", "x-extproc-exchange-id", "accept-encoding", "cookie",
            "x-envoy-external-address", "x-forwarded-for"}  # fmt: skip
    assert not gone & seen.headers.keys()


def test_a_denied_call_reaches_nobody(stack: Stack, upstream: Upstream, token: str) -> None:
    answer = stack.call(chat("What are the launch codes?"), token)
    assert (answer.status, answer.json["error"]["code"]) == (403, "policy_denied")
    assert answer.headers["x-should-retry"] == "false"
    assert answer.headers["content-type"] == "application/json"
    assert upstream.seen == []
    recorded = stack.exchange(answer.headers[EXCHANGE])
    assert (recorded["decision"], recorded["code"]) == ("deny", "policy_denied")
    assert recorded["response"] == answer.body.decode()


def test_a_denial_speaks_the_callers_dialect(stack: Stack, upstream: Upstream, token: str) -> None:
    answer = stack.call(messages("launch codes"), token, MESSAGES)
    assert answer.json["type"] == "error"
    assert (answer.json["error"]["type"], answer.json["code"]) == (
        "permission_error", "policy_denied",
    )  # fmt: skip
    assert upstream.seen == []


def test_prompt_and_answer_are_masked(stack: Stack, upstream: Upstream, token: str) -> None:
    upstream.answer = whole(chat_answer(f"Write to {EMAIL}, card {CARD}."))
    answer = stack.call(chat(f"I am {EMAIL}"), token)
    assert answer.json["choices"][0]["message"]["content"] == (
        "Write to [EMAIL], card [CREDIT_CARD]."
    )
    (seen,) = upstream.seen
    assert json.loads(seen.body)["messages"][0]["content"] == "I am [EMAIL]"
    assert seen.headers["content-length"] == str(len(seen.body))
    recorded = stack.exchange(answer.headers[EXCHANGE])
    assert recorded["findings"] == {
        "request": {"EMAIL": 1}, "response": {"EMAIL": 1, "CREDIT_CARD": 1},
    }  # fmt: skip
    assert EMAIL not in json.dumps(recorded)
    assert (recorded["request"], recorded["response"]) == (
        seen.body.decode(), answer.body.decode(),
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 7, 200])
def test_a_stream_is_masked_however_it_is_cut(
    stack: Stack, upstream: Upstream, token: str, size: int
) -> None:
    upstream.answer = chunked(chat_stream(f"Write to {EMAIL}, or pay with {CARD} today.", size))
    answer = stack.call(chat("hi", stream=True), token)
    assert answer.is_complete
    assert answer.headers["content-type"] == "text/event-stream"
    assert chat_text(answer.body) == "Write to [EMAIL], or pay with [CREDIT_CARD] today."
    assert answer.body.endswith(DONE)
    assert stack.exchange(answer.headers[EXCHANGE])["response"] == answer.body.decode()


def test_a_stream_of_messages_is_masked(stack: Stack, upstream: Upstream, token: str) -> None:
    upstream.answer = chunked(message_stream(f"Write to {EMAIL} today."))
    answer = stack.call(messages("hi", stream=True), token, MESSAGES)
    assert message_text(answer.body) == "Write to [EMAIL] today."
    recorded = stack.exchange(answer.headers[EXCHANGE])
    assert recorded["tokens"] == {"input": 3, "output": 5}
    assert recorded["finish_reason"] == "end_turn"


def test_a_clean_stream_passes_byte_for_byte(stack: Stack, upstream: Upstream, token: str) -> None:
    pieces = chat_stream("Nothing to hide here, only words.")
    upstream.answer = chunked(pieces)
    answer = stack.call(chat("hi", stream=True), token)
    assert answer.body == b"".join(pieces)


def test_a_tail_that_is_held_back_goes_out_before_the_trailers(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    pieces = [chat_event("Write to jane.roe@exam"), chat_event("ple.com")]
    upstream.answer = chunked(pieces, trailers=b"x-checked: yes\r\nx-who: jane.roe@example.com\r\n")
    answer = stack.call(chat("hi", stream=True), token)
    assert chat_text(answer.body) == "Write to [EMAIL]"
    assert answer.trailers == {"x-checked": "yes", "x-who": "[EMAIL]"}
    assert answer.is_complete


def test_a_whole_answer_with_trailers(stack: Stack, upstream: Upstream, token: str) -> None:
    said = chat_answer("Paris.")
    upstream.answer = chunked([said[:20], said[20:]], "application/json", b"x-checked: yes\r\n")
    answer = stack.call(chat("hi"), token)
    assert (answer.body, answer.trailers, answer.is_complete) == (said, {"x-checked": "yes"}, True)


def test_trailers_of_a_request(stack: Stack, upstream: Upstream, token: str) -> None:
    upstream.answer = whole(chat_answer("ok"))
    body = chat(f"I am {EMAIL}")
    answer = exchange_bytes(
        stack.port,
        f"POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
        "content-type: application/json\r\ntransfer-encoding: chunked\r\n"
        "connection: close\r\n\r\n".encode()
        + b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\nx-note: %b\r\n\r\n"
        % (10, body[:10], len(body) - 10, body[10:], EMAIL.encode()),
    )
    assert answer.status == 200
    (seen,) = upstream.seen
    assert json.loads(seen.body)["messages"][0]["content"] == "I am [EMAIL]"
    assert EMAIL not in repr(seen)


def test_an_upstream_that_answers_before_it_has_the_whole_request(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    upstream.is_hasty = True
    upstream.answer = whole(b'{"error":{"message":"too much"}}', status="413 Payload Too Large")
    try:
        answer = stack.call(chat("x " * 400_000), token)
    finally:
        upstream.is_hasty = False
    assert (answer.status, answer.json) == (413, {"error": {"message": "too much"}})


def test_a_body_over_the_limit_is_refused_whole(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    answer = stack.call(chat("x" * 20_000_000), token)
    assert (answer.status, answer.json["error"]["code"]) == (413, "body_too_large")
    assert upstream.seen == []
    assert stack.exchange(answer.headers[EXCHANGE])["code"] == "body_too_large"
    assert stack.call(chat("hi"), token).status == 200


def test_a_body_under_a_larger_limit_passes_whole(
    make_stack: Callable[..., Stack], upstream: Upstream, tmp_path: Path
) -> None:
    policy = tmp_path / "rego"
    shutil.copytree(ROOT / "rego", policy)
    data = json.loads((policy / "data.json").read_text())
    data["limits"]["prompt_characters"] = 50_000_000
    (policy / "data.json").write_text(json.dumps(data))
    stack = make_stack(
        limits={"request_body": "32MiB"}, policy={"path": str(policy), "timeout": "10s"}
    )
    upstream.answer = whole(chat_answer("ok"))
    body = chat("word " * 4_000_000)
    assert len(body) > 20_000_000
    answer = stack.call(body, stack.token())
    assert answer.status == 200, answer.body
    (seen,) = upstream.seen
    assert seen.body == body


def test_a_query_that_holds_sensitive_data_goes_nowhere(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    answer = stack.call(chat("hi"), token, f"{CHAT}?who=jane.roe%40example.com")
    assert (answer.status, answer.json["error"]["code"]) == (400, "invalid_request")
    assert upstream.seen == []
    recorded = stack.exchange(answer.headers[EXCHANGE])
    assert "jane.roe" not in json.dumps(recorded)


def test_header_values_are_masked_both_ways(stack: Stack, upstream: Upstream, token: str) -> None:
    upstream.answer = whole(chat_answer("ok"), x_owner=EMAIL, x_plain="fine")
    answer = stack.call(chat("hi"), token, x_user=EMAIL)
    assert upstream.seen[0].headers["x-user"] == "[EMAIL]"
    assert (answer.headers["x-owner"], answer.headers["x-plain"]) == ("[EMAIL]", "fine")


def test_a_chunked_body_over_the_limit_is_refused_whole(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    body = chat("x" * 3_000_000)
    answer = exchange_bytes(
        stack.port,
        f"POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
        "content-type: application/json\r\ntransfer-encoding: chunked\r\n"
        "connection: close\r\n\r\n".encode()
        + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body),
    )
    assert answer.status == 413
    assert upstream.seen == []


def test_a_compressed_answer_is_masked(stack: Stack, upstream: Upstream, token: str) -> None:
    upstream.answer = whole(
        gzip.compress(chat_answer(f"Write to {EMAIL}")), content_encoding="gzip"
    )
    answer = stack.call(chat("hi"), token)
    assert answer.json["choices"][0]["message"]["content"] == "Write to [EMAIL]"
    assert "content-encoding" not in answer.headers


def test_a_compressed_stream_is_masked(stack: Stack, upstream: Upstream, token: str) -> None:
    packed = gzip.compress(b"".join(chat_stream(f"Write to {EMAIL}!")))
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
        b"content-length: %d\r\n\r\n" % len(packed)
    )
    upstream.answer = [head, packed[:30], packed[30:]]
    answer = stack.call(chat("hi", stream=True), token)
    assert chat_text(answer.body) == "Write to [EMAIL]!"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        pytest.param(b"\x1f\x8b not gzip", "gzip", id="broken gzip"),
        pytest.param(gzip.compress(chat_answer("x"))[:-9], "gzip", id="gzip that is cut short"),
        pytest.param(gzip.compress(b" " * 50_000_000), "gzip", id="a bomb"),
        pytest.param(b"whatever", "br", id="an encoding that we cannot undo"),
    ],
)
def test_what_cannot_be_decompressed_does_not_pass(
    stack: Stack, upstream: Upstream, token: str, body: bytes, encoding: str
) -> None:
    upstream.answer = whole(body, content_encoding=encoding)
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.json["error"]["code"]) == (503, "unavailable")


JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        # Nobody can look into it, so the policy is asked, and says no.
        pytest.param(b"\x89PNG", "image/png", 403, "policy_denied", id="an image"),
        pytest.param(b'{"a": ', JSON, 503, "unavailable", id="broken JSON"),
        pytest.param(b'{"a": 1, "a": 2}', JSON, 503, "unavailable", id="JSON with a key twice"),
        pytest.param(b"\xff\xfe", "text/plain", 503, "unavailable", id="text that is not UTF-8"),
        pytest.param(
            b"[" + b'"x",' * 300_000 + b"1]", JSON, 503, "unavailable", id="over the limit"
        ),
    ],
)
def test_an_answer_that_cannot_be_looked_at_does_not_pass(
    stack: Stack,
    upstream: Upstream,
    token: str,
    body: bytes,
    content_type: str,
    status: int,
    code: str,
) -> None:
    upstream.answer = whole(body, content_type)
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert stack.exchange(answer.headers[EXCHANGE])["code"] == code


def test_an_error_of_the_upstream_passes_masked(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    upstream.answer = whole(
        json.dumps({"error": {"message": f"no quota for {EMAIL}"}}).encode(),
        status="429 Too Many Requests",
        retry_after="7",
    )
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")
    assert answer.json == {"error": {"message": "no quota for [EMAIL]"}}


def test_a_text_answer_is_masked(stack: Stack, upstream: Upstream, token: str) -> None:
    upstream.answer = whole(f"Bad gateway, ask {EMAIL}".encode(), "text/plain", "502 Bad Gateway")
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.body) == (502, b"Bad gateway, ask [EMAIL]")


def test_a_client_that_hangs_up_is_recorded_with_what_it_got(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    upstream.answer = chunked([chat_event("Hello there. "), chat_event("More. "), WAIT])
    with opened(stack, token, chat("hi", stream=True)) as (_, got):
        pass
    exchange_id = got.partition(b"x-extproc-exchange-id: ")[2].partition(b"\r\n")[0].decode()
    recorded = stack.wait_for_answer(exchange_id)
    assert (recorded["outcome"], recorded["decision"]) == ("cut", "allow")
    assert chat_text(recorded["response"].encode()).startswith("Hello there. ")
    upstream.wait_for(lambda: upstream.resets == 1)


def test_an_upstream_that_breaks_off_in_a_stream(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    upstream.answer = chunked([chat_event("Hello there. "), chat_event(EMAIL[:9]), WAIT, RESET])
    with opened(stack, token, chat("hi", stream=True)) as (client, got):
        upstream.go.set()
        answer = parse_answer(got + b"".join(rest_of(client)))
    assert not answer.is_complete
    assert chat_text(answer.body) == "Hello there. "
    recorded = stack.wait_for_answer(answer.headers[EXCHANGE])
    assert recorded["outcome"] == "cut"


def test_an_upstream_that_breaks_off_in_a_whole_answer(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    said = chat_answer(f"Write to {EMAIL}")
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    upstream.answer = [head % len(said) + said[:-4], RESET]
    answer = stack.call(chat("hi"), token)
    assert EMAIL.encode() not in answer.body
    assert answer.status in (0, 502, 503)


def test_an_upstream_that_breaks_off_before_it_answers(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    upstream.answer = [RESET]
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.json["error"]["code"]) == (503, "unavailable")
    assert len(upstream.seen) == 1, "a model call costs money: never twice"
    recorded = stack.exchange(answer.headers[EXCHANGE])
    assert recorded["outcome"] == "upstream_error"


def test_a_model_that_no_upstream_serves(stack: Stack, upstream: Upstream, token: str) -> None:
    answer = stack.call(chat("hi", model="other-model"), token)
    assert (answer.status, answer.json["error"]["code"]) == (404, "model_not_found")
    assert upstream.seen == []


def test_the_list_of_models_needs_no_body(stack: Stack, upstream: Upstream, token: str) -> None:
    upstream.answer = whole(b'{"object":"list","data":[]}')
    answer = stack.call(None, token, "/v1/models", "GET")
    assert (answer.status, answer.body) == (200, b'{"object":"list","data":[]}')
    (seen,) = upstream.seen
    assert (seen.method, seen.path, seen.body) == ("GET", "/v1/models", b"")


def test_an_answer_without_a_body(stack: Stack, upstream: Upstream, token: str) -> None:
    upstream.answer = [b"HTTP/1.1 204 No Content\r\n\r\n"]
    answer = stack.call(chat("hi"), token)
    assert (answer.status, answer.body) == (204, b"")
    assert stack.exchange(answer.headers[EXCHANGE])["outcome"] == "completed"


def test_the_models_key_is_replaced_without_a_restart(
    make_stack: Callable[..., Stack], upstream: Upstream, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "model").write_text("the-first-key")
    stack = make_stack(
        upstreams=[
            {
                "name": "demo",
                "url": upstream.url,
                "models": ["*"],
                "credential": {
                    "header": "x-model-key", "prefix": "", "secret": f"file:{keys}/model",
                },
            }
        ]
    )  # fmt: skip
    token = stack.token()
    upstream.answer = whole(chat_answer("ok"))

    def key_of_a_call() -> str:
        assert stack.call(chat("hi"), token).status == 200
        return upstream.seen[-1].headers["x-model-key"]

    assert key_of_a_call() == "the-first-key"
    (keys / "new").write_text("the-second-key")
    (keys / "new").rename(keys / "model")
    stack.wait_for(lambda: key_of_a_call() == "the-second-key")
    for place in stack.directory.rglob("*"):
        if place.is_file():
            assert b"the-first-key" not in place.read_bytes(), f"{place} holds the key"
