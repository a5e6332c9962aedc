"""Every dialect through the door, with its stock client: what the model saw, what came back."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import google.genai
import httpx2
import mcp
import ollama
import openai
import pytest
import uvicorn
from google.genai import types
from mcp.client.streamable_http import streamable_http_client
from mcp.server import MCPServer

from tests.e2e.dialects import CARD, EMAIL
from tests.stack import Stack, free_port
from tests.upstream import Seen, Upstream, chunked, whole

pytestmark = pytest.mark.e2e

EXCHANGE = "x-extproc-exchange-id"
SAID = f"Write to {EMAIL}, pay with {CARD}. Bye."
MASKED = "Write to [EMAIL], pay with [CREDIT_CARD]. Bye."


@pytest.fixture(scope="module")
def door(_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("door"), _upstream.url)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def key(door: Stack) -> str:
    return door.token("alice", name="dialects")


def pieces(text: str, size: int = 3) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def json_answer(document: Any) -> list[object]:
    return list(whole(json.dumps(document).encode()))


def events(documents: list[Any], *, named: bool = False) -> list[bytes]:
    out = []
    for document in documents:
        name = f"event: {document['type']}\n" if named else ""
        out.append(f"{name}data: {json.dumps(document)}\n\n".encode())
    return out


def lines(documents: list[Any]) -> list[bytes]:
    return [json.dumps(document).encode() + b"\n" for document in documents]


def the_model_saw_no_value(upstream: Upstream) -> str:
    (seen,) = upstream.seen
    body = seen.body.decode()
    assert EMAIL not in body
    assert CARD not in body
    assert "[EMAIL]" in body
    return body


def nothing_is_recorded_in_clear(door: Stack) -> None:
    for path in door.data_dir.glob("audit.db*"):
        content = path.read_bytes()
        assert EMAIL.encode() not in content
        assert CARD.encode() not in content


# --- OpenAI's other operations


@pytest.fixture
def openai_client(door: Stack, key: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{door.data_url}/v1", api_key=key, max_retries=0) as client:
        yield client


def test_responses(openai_client: openai.OpenAI, door: Stack, upstream: Upstream) -> None:
    part = {"type": "output_text", "text": SAID, "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
    upstream.answer = json_answer(
        {
            "id": "resp_1",
            "object": "response",
            "created_at": 1700000000,
            "model": "gpt-5",
            "status": "completed",
            "output": [{**item, "status": "completed"}],
            "usage": {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8},
        }
    )
    answer = openai_client.responses.create(
        model="gpt-5",
        instructions=f"Write for {EMAIL}",
        input=[{"role": "user", "content": [{"type": "input_text", "text": SAID}]}],
    )
    assert answer.output_text == MASKED
    the_model_saw_no_value(upstream)
    nothing_is_recorded_in_clear(door)


def test_responses_streamed(openai_client: openai.OpenAI, upstream: Upstream) -> None:
    at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    part = {"type": "output_text", "text": SAID, "annotations": [], "logprobs": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
    response = {"id": "resp_1", "object": "response", "created_at": 1, "model": "gpt-5"}
    documents = [
        {"type": "response.created", "response": {**response, "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.content_part.added", **at, "part": {**part, "text": ""}},
        *(
            {"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []}
            for piece in pieces(SAID)
        ),
        {"type": "response.output_text.done", **at, "text": SAID, "logprobs": []},
        {"type": "response.content_part.done", **at, "part": part},
        {
            "type": "response.output_item.done",
            "output_index": 0,
            "item": {**item, "content": [part]},
        },
        {
            "type": "response.completed",
            "response": {
                **response,
                "status": "completed",
                "output": [{**item, "content": [part]}],
                "usage": {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8},
            },
        },
    ]
    numbered = [{**document, "sequence_number": n} for n, document in enumerate(documents)]
    upstream.answer = chunked(events(numbered, named=True))
    with openai_client.responses.stream(model="gpt-5", input=SAID) as stream:
        seen = list(stream)
        final = stream.get_final_response()
    assert "".join(e.delta for e in seen if e.type == "response.output_text.delta") == MASKED
    assert [e.text for e in seen if e.type == "response.output_text.done"] == [MASKED]
    assert final.output_text == MASKED
    the_model_saw_no_value(upstream)


def test_legacy_completions(openai_client: openai.OpenAI, upstream: Upstream) -> None:
    choice = {"index": 0, "text": SAID, "finish_reason": "stop"}
    head = {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m"}
    upstream.answer = json_answer({**head, "choices": [choice]})
    answer = openai_client.completions.create(model="m", prompt=[SAID, "and?"])
    assert answer.choices[0].text == MASKED
    the_model_saw_no_value(upstream)
    upstream.clear()
    said = [{**head, "choices": [{**choice, "text": piece}]} for piece in pieces(SAID)]
    for document in said[:-1]:
        document["choices"][0]["finish_reason"] = None
    upstream.answer = chunked([*events(said), b"data: [DONE]\n\n"])
    stream = openai_client.completions.create(model="m", prompt=SAID, stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == MASKED


def test_embeddings_and_moderations(openai_client: openai.OpenAI, upstream: Upstream) -> None:
    upstream.answer = json_answer(
        {"object": "list", "model": "m", "data": [{"index": 0, "embedding": [0.125, 0.5]}]}
    )
    made = openai_client.embeddings.create(model="m", input=[SAID], encoding_format="float")
    assert made.data[0].embedding == [0.125, 0.5]
    the_model_saw_no_value(upstream)
    upstream.clear()
    upstream.answer = json_answer({"id": "modr-1", "model": "m", "results": []})
    assert openai_client.moderations.create(input=SAID).results == []
    the_model_saw_no_value(upstream)


def test_a_prompt_of_tokens_is_refused(openai_client: openai.OpenAI, upstream: Upstream) -> None:
    with pytest.raises(openai.PermissionDeniedError, match="could not be searched"):
        openai_client.embeddings.create(model="m", input=[1, 2, 3])
    assert upstream.seen == []


# --- Gemini


@pytest.fixture
def gemini(door: Stack, key: str) -> Iterator[google.genai.Client]:
    options = types.HttpOptions(base_url=door.data_url)
    with google.genai.Client(api_key=key, http_options=options) as client:
        yield client


def candidate(text: str, **more: Any) -> Any:
    return {"candidates": [{"index": 0, "content": {"parts": [{"text": text}]}, **more}]}


def test_gemini(gemini: google.genai.Client, key: str, upstream: Upstream) -> None:
    upstream.answer = json_answer(candidate(SAID, finishReason="STOP"))
    answer = gemini.models.generate_content(
        model="gemini-3-pro",
        contents=SAID,
        config=types.GenerateContentConfig(system_instruction=f"Write for {EMAIL}"),
    )
    assert answer.text == MASKED
    the_model_saw_no_value(upstream)
    assert key not in repr(upstream.seen)


def test_gemini_streamed(gemini: google.genai.Client, upstream: Upstream) -> None:
    said = [candidate(piece) for piece in pieces(SAID)]
    upstream.answer = chunked(events([*said, candidate("", finishReason="STOP")]))
    stream = gemini.models.generate_content_stream(model="gemini-3-pro", contents=SAID)
    assert "".join(chunk.text or "" for chunk in stream) == MASKED
    the_model_saw_no_value(upstream)


def test_gemini_streamed_as_an_array(door: Stack, key: str, upstream: Upstream) -> None:
    said = [json.dumps(candidate(piece)).encode() for piece in pieces(SAID)]
    upstream.answer = chunked(
        [b"[" + said[0], *(b"\n,\r\n" + each for each in said[1:]), b"]"], "application/json"
    )
    body = {"contents": [{"parts": [{"text": SAID}]}]}
    answer = door.call(body, key, "/v1beta/models/gemini-3-pro:streamGenerateContent")
    texts = [each["candidates"][0]["content"]["parts"][0]["text"] for each in answer.json]
    assert "".join(texts) == MASKED


def test_a_refusal_of_gemini(gemini: google.genai.Client, upstream: Upstream) -> None:
    with pytest.raises(google.genai.errors.ClientError) as error:
        gemini.models.generate_content(model="gemini-3-pro", contents="the launch codes, please")
    assert (error.value.code, error.value.status) == (403, "PERMISSION_DENIED")
    assert upstream.seen == []


# --- Ollama


@pytest.fixture
def ollama_client(door: Stack, key: str) -> Iterator[ollama.Client]:
    client = ollama.Client(door.data_url, headers={"authorization": f"Bearer {key}"})
    yield client
    client.close()


def test_ollama(ollama_client: ollama.Client, upstream: Upstream) -> None:
    message = {"role": "assistant", "content": SAID, "thinking": SAID}
    upstream.answer = json_answer({"model": "m", "message": message, "done": True})
    answer = ollama_client.chat("m", [{"role": "user", "content": SAID}])
    assert (answer.message.content, answer.message.thinking) == (MASKED, MASKED)
    the_model_saw_no_value(upstream)


def test_ollama_streamed(ollama_client: ollama.Client, upstream: Upstream) -> None:
    said = [
        {"model": "m", "message": {"role": "assistant", "content": piece}, "done": False}
        for piece in pieces(SAID)
    ]
    last = {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True}
    upstream.answer = chunked(lines([*said, last]), "application/x-ndjson")
    stream = ollama_client.chat("m", [{"role": "user", "content": SAID}], stream=True)
    assert "".join(chunk.message.content or "" for chunk in stream) == MASKED
    the_model_saw_no_value(upstream)
    upstream.clear()
    said = [{"model": "m", "response": piece, "done": False} for piece in pieces(SAID)]
    upstream.answer = chunked(
        lines([*said, {"model": "m", "response": "", "done": True, "context": [1, 2]}]),
        "application/x-ndjson",
    )
    chunks = list(ollama_client.generate("m", SAID, stream=True))
    assert "".join(chunk.response for chunk in chunks) == MASKED
    assert not chunks[-1].context


def test_a_refusal_of_ollama(ollama_client: ollama.Client, upstream: Upstream) -> None:
    with pytest.raises(ollama.ResponseError, match="may not be sent") as error:
        ollama_client.generate("m", "the launch codes, please")
    assert error.value.status_code == 403
    assert upstream.seen == []


def test_a_stream_of_lines_that_breaks_is_ended_with_a_line(
    door: Stack, key: str, upstream: Upstream
) -> None:
    said = {"model": "m", "response": "Hello. ", "done": False}
    upstream.answer = chunked([*lines([said]), b"nonsense\n"], "application/x-ndjson")
    answer = door.call({"model": "m", "prompt": "hi"}, key, "/api/generate")
    first, last = answer.body.splitlines()
    assert json.loads(first) == said
    assert json.loads(last)["code"] == "unavailable"


# --- MCP


@contextmanager
def served(app: Any) -> Iterator[str]:
    """A real server of tools, on a free port."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def test_mcp(make_stack: Callable[..., Stack]) -> None:
    server = MCPServer("people")
    asked: list[str] = []

    @server.tool(description=f"Finds people. Ask {EMAIL} for help.")
    def find(name: str) -> str:
        asked.append(name)
        return SAID

    with served(server.streamable_http_app()) as url:
        door = make_stack(upstreams=[{"name": "people", "url": url, "models": ["mcp"]}])
        key = door.token()

        async def talk() -> tuple[Any, Any]:
            headers = {"authorization": f"Bearer {key}"}
            async with httpx2.AsyncClient(headers=headers) as http:
                transport = streamable_http_client(f"{door.data_url}/mcp", http_client=http)
                async with mcp.Client(transport) as client:
                    return await client.list_tools(), await client.call_tool("find", {"name": SAID})

        tools, result = asyncio.run(talk())
    assert tools.tools[0].description == "Finds people. Ask [EMAIL] for help."
    assert result.content[0].text == MASKED
    assert asked == [MASKED]


def test_a_refusal_of_mcp_answers_the_call(door: Stack, key: str, upstream: Upstream) -> None:
    call = {
        "jsonrpc": "2.0",
        "id": "c-7",
        "method": "tools/call",
        "params": {"name": "find", "arguments": {"what": "launch codes"}},
    }
    answer = door.call(call, key, "/mcp")
    assert answer.status == 403
    assert answer.json["id"] == "c-7"
    assert answer.json["error"]["data"] == {"code": "policy_denied"}
    assert upstream.seen == []


# --- Bodies that are no JSON

OPEN = """
package extproc.request
import rego.v1
default decision := {"allowed": false}
decision := {"allowed": true} if input.findings.status == "ok"
decision := {"allowed": true} if {
    input.findings.status == "unavailable"
    startswith(input.attributes.request.http.headers["content-type"], "audio/")
}
"""


@pytest.fixture
def lenient(make_stack: Callable[..., Stack], tmp_path: Path) -> Stack:
    """A policy that lets sound pass, and whatever was looked at."""
    policy = tmp_path / "policy"
    policy.mkdir()
    (policy / "request.rego").write_text(OPEN)
    for phase in ("authz", "response"):
        (policy / f"{phase}.rego").write_text(
            f'package extproc.{phase}\nimport rego.v1\ndecision := {{"allowed": true}}\n'
        )
    return make_stack(policy={"path": str(policy)})


def test_text_is_masked_as_text(lenient: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(SAID.encode(), "text/plain")
    answer = lenient.call(SAID.encode(), lenient.token(), "/notes", content_type="text/markdown")
    assert (answer.status, answer.body.decode()) == (200, MASKED)
    assert upstream.seen[0].body.decode() == MASKED
    recorded = lenient.exchange(answer.headers[EXCHANGE])
    assert (recorded["request"], recorded["response"]) == (MASKED, MASKED)


SOUND = b"RIFF\x00\xff\xfe" + EMAIL.encode()


def test_what_nobody_can_look_at_passes_only_where_policy_says_so(
    lenient: Stack, upstream: Upstream
) -> None:
    def hear(seen: Seen) -> list[object]:
        return list(whole(SOUND, "audio/wav"))

    upstream.answer = hear
    token = lenient.token()
    answer = lenient.call(SOUND, token, "/v1/audio/x", content_type="audio/wav")
    assert (answer.status, answer.body) == (200, SOUND)
    assert upstream.seen[0].body == SOUND
    recorded = lenient.exchange(answer.headers[EXCHANGE])
    assert recorded["findings"] == {"request": {"UNSEARCHED": 1}, "response": {"UNSEARCHED": 1}}
    assert not recorded["request"]
    assert not recorded["response"]
    upstream.clear()
    for kind in ("image/png", "multipart/form-data; boundary=x", "application/octet-stream", ""):
        answer = lenient.call(SOUND, token, "/v1/audio/x", content_type=kind)
        assert (answer.status, answer.json["error"]["code"]) == (415, "unsupported_media_type")
        assert upstream.seen == []


def test_a_known_operation_takes_nothing_but_json(lenient: Stack, upstream: Upstream) -> None:
    """A server that reads JSON whatever it is called must not get past the policy so."""
    body = b'{"model":"forbidden","messages":[]}'
    answer = lenient.call(body, lenient.token(), "/v1/chat/completions", content_type="text/plain")
    assert (answer.status, answer.json["error"]["code"]) == (415, "unsupported_media_type")
    assert upstream.seen == []
