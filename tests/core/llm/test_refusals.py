"""Refusals as the stock clients meet them: the right exception, and no retry in vain."""

from __future__ import annotations

import json
from collections.abc import Callable

import anthropic
import httpx2
import openai
import pytest

from extproc.core.decision import STATUS, Code, Refusal
from extproc.core.llm import AnswerStream, Route, refusal_body, refusal_headers
from extproc.core.llm.json_lines import ARRAY, LINES
from extproc.core.llm.refusals import CallId, last_event
from tests.core.llm.streams import CHAT, MESSAGES, block_delta, chunk, the_masker

every_code = pytest.mark.parametrize("code", list(Code), ids=str)


def answering(answer: Callable[[], httpx2.Response]) -> tuple[httpx2.Client, list[str]]:
    """A client whose upstream is a function; and the paths that it was asked for."""
    asked: list[str] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return answer()

    return httpx2.Client(transport=httpx2.MockTransport(respond)), asked


def refused(api: str, refusal: Refusal) -> Callable[[], httpx2.Response]:
    return lambda: httpx2.Response(
        refusal.status,
        headers=refusal_headers(refusal),
        content=refusal_body(api, refusal),  # type: ignore[arg-type]
    )


def call_openai(client: httpx2.Client, *, stream: bool = False) -> object:
    api = openai.OpenAI(base_url="http://door/v1", api_key="k", http_client=client, max_retries=0)
    answer = api.chat.completions.create(model="m", messages=[], stream=stream)
    return list(answer) if stream else answer


def call_anthropic(client: httpx2.Client, *, stream: bool = False) -> object:
    api = anthropic.Anthropic(
        base_url="http://door", api_key="k", http_client=client, max_retries=0
    )
    answer = api.messages.create(model="m", messages=[], max_tokens=1, stream=stream)
    return list(answer) if stream else answer


@every_code
def test_the_stock_openai_client_shows_message_type_and_code(code: Code) -> None:
    client, _ = answering(refused("openai", Refusal(code, "no, and why")))
    with pytest.raises(openai.APIStatusError) as error:
        call_openai(client)
    assert error.value.status_code == STATUS[code]
    assert error.value.code == code
    assert error.value.type
    assert "no, and why" in error.value.message


@every_code
def test_the_stock_anthropic_client_shows_message_type_and_code(code: Code) -> None:
    client, _ = answering(refused("anthropic", Refusal(code, "no, and why")))
    with pytest.raises(anthropic.APIStatusError) as error:
        call_anthropic(client)
    assert error.value.status_code == STATUS[code]
    body = error.value.body
    assert isinstance(body, dict)
    assert body["code"] == code
    assert body["type"] == "error"
    assert body["error"]["message"] == "no, and why"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (Code.INVALID_TOKEN, openai.AuthenticationError),
        (Code.POLICY_DENIED, openai.PermissionDeniedError),
        (Code.MODEL_NOT_FOUND, openai.NotFoundError),
        (Code.APPROVAL_REQUIRED, openai.ConflictError),
        (Code.AGENT_LIMIT, openai.RateLimitError),
        (Code.UNAVAILABLE, openai.InternalServerError),
    ],
)
def test_the_exception_fits(code: Code, kind: type[Exception]) -> None:
    client, _ = answering(refused("openai", Refusal(code, "no")))
    with pytest.raises(kind):
        call_openai(client)


@every_code
def test_headers_tell_whether_waiting_helps(code: Code) -> None:
    headers = refusal_headers(Refusal(code, "no"))
    assert headers["content-type"] == "application/json"
    if Refusal(code, "no").is_cured_by_waiting:
        assert 1 <= int(headers["retry-after"]) <= 120
        assert "x-should-retry" not in headers
    else:
        assert headers["x-should-retry"] == "false"
        assert "retry-after" not in headers
    assert ("www-authenticate" in headers) == (STATUS[code] == 401)


def test_clients_do_not_retry_what_waiting_does_not_cure() -> None:
    client, asked = answering(refused("openai", Refusal(Code.POLICY_DENIED, "no", http_status=500)))
    api = openai.OpenAI(base_url="http://door/v1", api_key="k", http_client=client)
    with pytest.raises(openai.InternalServerError):
        api.chat.completions.create(model="m", messages=[])
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("refusal", "headers"),
    [
        pytest.param(
            Refusal(Code.MISSING_CREDENTIAL, "no credential"),
            {"x-should-retry": "false", "www-authenticate": 'Bearer realm="extproc"'},
            id="RFC 6750: no error code without a credential",
        ),
        pytest.param(
            Refusal(Code.INVALID_TOKEN, 'it is "old"\nand \\ é'),
            {
                "x-should-retry": "false",
                "www-authenticate": 'Bearer realm="extproc", error="invalid_token", '
                'error_description="it is ?old??and ? ?"',
            },
            id="RFC 6750: a description of plain characters",
        ),
        pytest.param(
            Refusal(Code.INVALID_TOKEN, 'no "key"', challenge='DPoP error="invalid_dpop_proof"'),
            {
                "x-should-retry": "false",
                "www-authenticate": 'DPoP error="invalid_dpop_proof", error_description="no ?key?"',
            },
            id="RFC 9449: a challenge of its own",
        ),
        pytest.param(
            Refusal(Code.APPROVAL_REQUIRED, "wait", retry_after=900, approval_id="apr_1"),
            {"retry-after": "120", "x-extproc-approval-id": "apr_1"},
            id="an approval, at most two minutes",
        ),
        pytest.param(
            Refusal(Code.RATE_LIMITED, "slow", retry_after=0),
            {"retry-after": "10"},
            id="never at once",
        ),
        pytest.param(
            Refusal(
                Code.POLICY_DENIED,
                "no",
                headers={"X-Why": "size", "Content-Length": "0", "x-bad": "a\r\nb: c", "b ad": "x"},
            ),
            {"x-should-retry": "false", "x-why": "size"},
            id="a policy's headers, but not those of the message",
        ),
    ],
)
def test_headers(refusal: Refusal, headers: dict[str, str]) -> None:
    assert refusal_headers(refusal) == {"content-type": "application/json", **headers}


def test_bodies() -> None:
    refusal = Refusal(Code.MODEL_NOT_FOUND, "no model\ud800")
    assert json.loads(refusal_body("openai", refusal)) == {
        "error": {
            "message": "no model?",
            "type": "invalid_request_error",
            "code": "model_not_found",
        }
    }
    assert json.loads(refusal_body("anthropic", refusal)) == {
        "type": "error",
        "error": {"type": "not_found_error", "message": "no model?"},
        "code": "model_not_found",
    }
    assert refusal_body("other", refusal) == refusal_body("openai", refusal)
    teapot = Refusal(Code.POLICY_DENIED, "tea", http_status=418)
    assert json.loads(refusal_body("openai", teapot))["error"]["type"] == "invalid_request_error"
    broken = Refusal(Code.POLICY_DENIED, "tea", http_status=507)
    assert json.loads(refusal_body("anthropic", broken))["error"]["type"] == "api_error"


@every_code
def test_a_stream_that_ends_early_raises_in_the_stock_clients(code: Code) -> None:
    refusal = Refusal(code, "no, and why")
    streaming = {"content-type": "text/event-stream"}

    body = chunk({"content": "Hi"}) + last_of(CHAT, refusal)
    client, _ = answering(lambda: httpx2.Response(200, headers=streaming, content=body))
    with pytest.raises(openai.APIError, match="no, and why") as error:
        call_openai(client, stream=True)
    assert error.value.code == code

    said = block_delta({"type": "text_delta", "text": "Hi"}) + last_of(MESSAGES, refusal)
    client, _ = answering(lambda: httpx2.Response(200, headers=streaming, content=said))
    with pytest.raises(anthropic.APIStatusError, match="no, and why"):
        call_anthropic(client, stream=True)


def last_of(route: Route, refusal: Refusal, call_id: CallId = None) -> bytes:
    name, data = last_event(route, refusal, call_id)
    return AnswerStream(route, the_masker()).last(data, name)


def test_the_last_event_is_one_event() -> None:
    refusal = Refusal(Code.UNAVAILABLE, "line one\nline two")
    for route in (CHAT, MESSAGES, Route("other", "unknown"), Route("gemini", "generate_content")):
        assert last_of(route, refusal).count(b"\n\n") == 1
    assert last_of(MESSAGES, refusal).startswith(b"event: error\ndata: {")


def test_the_last_event_of_responses_has_both_forms() -> None:
    event = last_of(Route("openai", "responses"), Refusal(Code.REVOKED, "gone"))
    assert event.startswith(b"event: error\ndata: ")
    said = json.loads(event.partition(b"data: ")[2])
    assert (said["type"], said["code"], said["message"]) == ("error", "revoked", "gone")
    assert said["error"]["code"] == "revoked"


def test_bodies_of_the_other_dialects() -> None:
    refusal = Refusal(Code.AGENT_LIMIT, "too many")
    assert json.loads(refusal_body("gemini", refusal)) == {
        "error": {"code": 429, "message": "too many", "status": "RESOURCE_EXHAUSTED"},
        "code": "agent_limit",
    }
    teapot = Refusal(Code.POLICY_DENIED, "tea", http_status=418)
    assert json.loads(refusal_body("gemini", teapot))["error"]["status"] == "INVALID_ARGUMENT"
    assert json.loads(refusal_body("ollama", refusal)) == {
        "error": "too many",
        "code": "agent_limit",
    }
    assert json.loads(refusal_body("mcp", refusal, 7)) == {
        "jsonrpc": "2.0",
        "id": 7,
        "error": {"code": -32000, "message": "too many", "data": {"code": "agent_limit"}},
    }


def test_a_stream_of_lines_ends_with_a_line() -> None:
    stream = AnswerStream(Route("ollama", "chat"), the_masker(), LINES)
    assert stream.last(b"{}", None) == b"{}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"[{}]"),
        (b'[{"candidates":[]}', b",{}]"),
        (b'[{"candidates":[]}\n,\r\n', b",{}]"),
        (b'[{"candidates":[]}]', b""),
    ],
)
def test_an_array_that_ends_early_stays_json(before: bytes, after: bytes) -> None:
    stream = AnswerStream(Route("gemini", "generate_content", "m", True), the_masker(), ARRAY)
    out = stream.feed(before)
    assert stream.last(b"{}", None) == after
    json.loads(out + after)
