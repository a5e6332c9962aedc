"""MCP: every message is complete by itself, and policy sees which tool is called."""

from __future__ import annotations

from typing import Any

import pytest

from extproc.core.decision import Code, Refused
from extproc.core.llm import LlmRequest, Message, Route, mask_document, read_answer, read_request
from tests.core.llm.streams import EMAIL, compact, cut, pass_through, the_masker

MCP = Route("mcp", "mcp", "mcp/files")


def call(**more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", **more}


def test_the_tool_that_is_called_is_told() -> None:
    arguments = {"path": "/tmp/a", "deep": {"note": "b"}}
    document = call(id=7, method="tools/call", params={"name": "read", "arguments": arguments})
    assert read_request(MCP, document) == LlmRequest(
        api="mcp",
        operation="mcp",
        model="mcp/files",
        messages=(Message("tools/call", "read\n/tmp/a\nb"),),
        tools=("read",),
        call_id=7,
    )


def test_a_batch_tells_all_its_tools() -> None:
    batch = [
        call(method="notifications/initialized"),
        call(id="a", method="tools/call", params={"name": "read"}),
        call(id="b", method="tools/call", params={"name": "write"}),
        call(id=1, result={"content": []}),
    ]
    request = read_request(MCP, batch)
    assert request.tools == ("read", "write")
    assert [message.role for message in request.messages] == [
        "notifications/initialized",
        "tools/call",
        "tools/call",
        "",
    ]
    assert request.call_id == "a"
    assert read_request(MCP, None) == LlmRequest("mcp", "mcp", "mcp/files")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("hello", "$ must be an object"),
        ([1], "$[0] must be an object"),
        ({"method": "tools/list"}, '$.jsonrpc must be "2.0"'),
        (call(method=1), "$.method must be a string"),
        (call(method="a", id=[1]), "$.id must be a string or"),
        (call(method="tools/call"), "$.params must be an object"),
        (call(method="tools/call", params={"name": 1}), "$.params.name must be a string"),
    ],
)
def test_a_message_that_cannot_be_judged_is_refused(document: Any, path: str) -> None:
    with pytest.raises(Refused) as refused:
        read_request(MCP, document)
    assert refused.value.refusal.code is Code.INVALID_REQUEST
    assert refused.value.refusal.message.startswith(path)


def test_ids_and_codes_stay_what_they_are() -> None:
    document = call(id=4111111111111111, error={"code": -32602, "message": "no"})
    assert not mask_document(MCP, document, the_masker(), "response").changed
    document = call(id="4111-1111-1111-1111-abc", result={"content": []})
    assert not mask_document(MCP, document, the_masker(), "response").changed


def test_a_stream_waits_for_nothing() -> None:
    progress = call(method="notifications/progress", params={"progress": 1, "message": "reading a"})
    result = call(id=1, result={"content": [{"type": "text", "text": f"by {EMAIL}"}]})
    first = b"event: message\ndata: " + compact(progress) + b"\n\n"
    second = b"event: message\nid: 2\ndata: " + compact(result) + b"\n\n"
    assert pass_through(MCP, [first]) == first
    output = pass_through(MCP, cut(first + second, *range(1, len(first + second))))
    assert output == first + second.replace(EMAIL.encode(), b"[EMAIL]")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (call(id=1, result={"content": [], "isError": True}), "error"),
        (call(id=1, result={"content": [], "isError": False}), "completed"),
        (call(id=1, error={"code": 1, "message": "no"}), "error"),
        (call(id=1, result={"tools": []}), ""),
        (None, ""),
    ],
)
def test_how_a_call_ended(answer: Any, reason: str) -> None:
    assert read_answer(MCP, answer).finish_reason == reason
