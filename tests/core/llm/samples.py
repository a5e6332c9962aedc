"""One document of each operation, with something in every place that its reference names."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from extproc.core.llm import Direction, Route

_DATA = "QUtJQUlPU0ZPRE5ON0VYQU1QTEU" * 4
_SIGNATURE = "c2lnbmF0dXJl" * 8

_RESPONSE_ITEMS: list[Any] = [
    {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "content": [
            {
                "type": "output_text",
                "text": "Hello",
                "annotations": [
                    {"type": "url_citation", "url": "u", "title": "t", "start_index": 0},
                    {"type": "file_citation", "file_id": "file_1", "filename": "f", "index": 1},
                ],
                "logprobs": [],
            },
            {"type": "refusal", "refusal": "no"},
        ],
    },
    {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [{"type": "summary_text", "text": "so"}],
        "content": [{"type": "reasoning_text", "text": "thus"}],
        "encrypted_content": _DATA,
    },
    {
        "type": "function_call",
        "id": "fc_1",
        "call_id": "call_1",
        "name": "send",
        "arguments": '{"to": "x"}',
    },
    {"type": "function_call_output", "call_id": "call_1", "output": "sent"},
    {
        "type": "function_call_output",
        "call_id": "call_2",
        "output": [{"type": "input_text", "text": "seen"}, {"type": "input_image", "file_id": "f"}],
    },
    {"type": "web_search_call", "id": "ws_1", "action": {"type": "search", "query": "who"}},
    {
        "type": "file_search_call",
        "id": "fs_1",
        "queries": ["who"],
        "results": [{"file_id": "file_1", "filename": "f", "text": "t", "attributes": {"a": "b"}}],
    },
    {
        "type": "computer_call",
        "id": "cu_1",
        "call_id": "call_3",
        "action": {"type": "type", "text": "typed"},
        "pending_safety_checks": [{"id": "sc", "code": "c", "message": "m"}],
    },
    {
        "type": "computer_call_output",
        "call_id": "call_3",
        "output": {"type": "computer_screenshot", "image_url": f"data:image/png;base64,{_DATA}"},
    },
    {
        "type": "code_interpreter_call",
        "id": "ci_1",
        "code": "print(1)",
        "container_id": "cntr_1",
        "outputs": [{"type": "logs", "logs": "1"}, {"type": "image", "url": "u"}],
    },
    {"type": "image_generation_call", "id": "ig_1", "result": _DATA, "revised_prompt": "a cat"},
    {"type": "local_shell_call", "id": "ls_1", "action": {"command": ["ls"], "env": {"A": "b"}}},
    {"type": "local_shell_call_output", "id": "lso_1", "output": "files"},
    {"type": "shell_call", "id": "s_1", "action": {"commands": ["ls"]}},
    {"type": "shell_call_output", "output": [{"stdout": "a", "stderr": "b"}]},
    {
        "type": "apply_patch_call",
        "id": "ap_1",
        "operation": {"type": "update_file", "path": "p", "diff": "+x"},
    },
    {
        "type": "mcp_list_tools",
        "id": "ml_1",
        "server_label": "s",
        "tools": [{"name": "n", "description": "d", "input_schema": {"title": "t"}}],
    },
    {"type": "mcp_call", "id": "mc_1", "name": "n", "arguments": "{}", "output": "o", "error": "e"},
    {"type": "mcp_approval_request", "id": "ma_1", "name": "n", "arguments": "{}"},
    {"type": "custom_tool_call", "call_id": "call_4", "name": "n", "input": "free"},
    {"type": "custom_tool_call_output", "call_id": "call_4", "output": "done"},
    {"type": "unheard_of", "words": ["a", {"b": "c"}]},
]

_GEMINI_PARTS: list[Any] = [
    {"text": "Hello"},
    {"text": "so", "thought": True, "thoughtSignature": _SIGNATURE},
    {"inlineData": {"mimeType": "image/png", "data": _DATA}},
    {"fileData": {"mimeType": "image/png", "fileUri": "u"}},
    {"functionCall": {"id": "c1", "name": "send", "args": {"to": "x", "cc": ["y"]}}},
    {"functionResponse": {"id": "c1", "name": "send", "response": {"result": "sent"}}},
    {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
    {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
]

_OLLAMA_MESSAGE: dict[str, Any] = {
    "role": "assistant",
    "content": "Hello",
    "thinking": "so",
    "images": [_DATA],
    "tool_calls": [{"id": "c1", "function": {"name": "send", "arguments": {"to": "x"}}}],
    "tool_name": "send",
}

_MCP_CONTENT: list[Any] = [
    {"type": "text", "text": "Hello", "annotations": {"audience": ["user"]}},
    {"type": "image", "data": _DATA, "mimeType": "image/png"},
    {"type": "audio", "data": _DATA, "mimeType": "audio/wav"},
    {"type": "resource", "resource": {"uri": "file:///a", "mimeType": "text/plain", "text": "t"}},
    {"type": "resource_link", "uri": "file:///b", "name": "b", "description": "d"},
]


def _rpc(**more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": "r-1", **more}


SAMPLES: dict[str, tuple[Route, Direction, Any]] = {
    "completions request": (
        Route("openai", "completions"),
        "request",
        {
            "model": "m",
            "prompt": ["one", "two"],
            "suffix": "end",
            "stop": ["stop"],
            "user": "u",
            "logit_bias": {"50256": -100},
        },
    ),
    "completions answer": (
        Route("openai", "completions"),
        "response",
        {
            "id": "cmpl-1",
            "model": "m",
            "choices": [
                {"index": 0, "text": "Hello", "finish_reason": "stop", "logprobs": None},
                {"index": 1, "text": "there"},
            ],
            "usage": {"prompt_tokens": 1},
        },
    ),
    "embeddings request": (
        Route("openai", "embeddings"),
        "request",
        {"model": "m", "input": ["one", "two"], "user": "u", "encoding_format": "float"},
    ),
    "embeddings answer": (
        Route("openai", "embeddings"),
        "response",
        {"object": "list", "data": [{"index": 0, "embedding": _DATA}], "model": "m"},
    ),
    "moderations request": (
        Route("openai", "moderations"),
        "request",
        {
            "model": "m",
            "input": [
                {"type": "text", "text": "one"},
                {"type": "image_url", "image_url": {"url": "u"}},
            ],
        },
    ),
    "moderations answer": (
        Route("openai", "moderations"),
        "response",
        {"id": "modr-1", "model": "m", "results": [{"flagged": True, "categories": {"a": True}}]},
    ),
    "responses request": (
        Route("openai", "responses"),
        "request",
        {
            "model": "m",
            "instructions": "Be kind.",
            "input": [
                {"role": "user", "content": "Hello"},
                {
                    "type": "message",
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "What is this?"},
                        {"type": "input_image", "image_url": f"data:image/png;base64,{_DATA}"},
                        {"type": "input_file", "file_data": _DATA, "filename": "f"},
                        {"type": "input_audio", "input_audio": {"data": _DATA, "format": "wav"}},
                    ],
                },
                *_RESPONSE_ITEMS,
                {"type": "item_reference", "id": "msg_1"},
            ],
            "tools": [
                {
                    "type": "function",
                    "name": "send",
                    "description": "sends",
                    "parameters": {"properties": {"to": {"description": "whom", "enum": ["a"]}}},
                },
                {"type": "mcp", "server_label": "s", "headers": {"x": "y"}},
            ],
            "text": {"format": {"type": "json_schema", "schema": {"const": "c"}}},
            "metadata": {"who": "me"},
            "user": "u",
            "previous_response_id": "resp_1",
            "prompt": {"id": "pmpt_1", "variables": {"name": "v"}},
            "safety_identifier": "s",
        },
    ),
    "responses answer": (
        Route("openai", "responses"),
        "response",
        {
            "id": "resp_1",
            "object": "response",
            "created_at": 1700000000,
            "model": "m",
            "status": "incomplete",
            "incomplete_details": {"reason": "max_output_tokens"},
            "error": {"code": "c", "message": "m"},
            "instructions": "Be kind.",
            "output": _RESPONSE_ITEMS,
            "usage": {"input_tokens": 1, "output_tokens": 2},
            "metadata": {"who": "me"},
        },
    ),
    "gemini request": (
        Route("gemini", "generate_content", "m"),
        "request",
        {
            "systemInstruction": {"parts": [{"text": "Be kind."}]},
            "contents": [{"role": "user", "parts": _GEMINI_PARTS}],
            "tools": [
                {"functionDeclarations": [{"name": "send", "description": "d"}]},
                {"googleSearch": {}},
            ],
            "generationConfig": {"stopSequences": ["stop"], "responseSchema": {"title": "t"}},
            "labels": {"who": "me"},
            "cachedContent": "cachedContents/1",
        },
    ),
    "gemini request, in the other spelling": (
        Route("gemini", "generate_content", "m"),
        "request",
        {
            "system_instruction": {"parts": [{"text": "Be kind."}]},
            "contents": [
                {"parts": [{"inline_data": {"mime_type": "image/png", "data": _DATA}}]},
                {"parts": [{"function_call": {"name": "send", "args": {"to": "x"}}}]},
            ],
        },
    ),
    "gemini count of tokens": (
        Route("gemini", "count_tokens", "m"),
        "request",
        {"generateContentRequest": {"model": "models/m", "contents": [{"parts": _GEMINI_PARTS}]}},
    ),
    "gemini batch of embeddings": (
        Route("gemini", "embeddings", "m"),
        "request",
        {"requests": [{"model": "models/m", "content": {"parts": [{"text": "a"}]}, "title": "t"}]},
    ),
    "gemini answer": (
        Route("gemini", "generate_content", "m"),
        "response",
        {
            "candidates": [
                {
                    "index": 0,
                    "content": {"role": "model", "parts": _GEMINI_PARTS},
                    "finishReason": "STOP",
                    "citationMetadata": {"citationSources": [{"uri": "u", "startIndex": 1}]},
                    "groundingMetadata": {
                        "webSearchQueries": ["who"],
                        "groundingChunks": [{"web": {"uri": "u", "title": "t"}}],
                        "groundingSupports": [{"segment": {"text": "s", "endIndex": 9}}],
                    },
                }
            ],
            "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 2},
            "modelVersion": "m-001",
            "responseId": "r1",
            "promptFeedback": {"blockReason": "SAFETY"},
        },
    ),
    "ollama chat request": (
        Route("ollama", "chat"),
        "request",
        {
            "model": "m",
            "messages": [_OLLAMA_MESSAGE, {"role": "tool", "content": "sent"}],
            "tools": [{"type": "function", "function": {"name": "send", "description": "d"}}],
            "format": {"type": "object", "title": "t"},
            "options": {"stop": ["stop"], "num_predict": 5},
        },
    ),
    "ollama chat answer": (
        Route("ollama", "chat"),
        "response",
        {
            "model": "m",
            "created_at": "2026-11-23T03:00:00Z",
            "message": _OLLAMA_MESSAGE,
            "done": True,
            "done_reason": "stop",
            "total_duration": 4123456789,
        },
    ),
    "ollama generate request": (
        Route("ollama", "generate"),
        "request",
        {
            "model": "m",
            "prompt": "Hello",
            "suffix": "end",
            "system": "Be kind.",
            "template": "{{ .Prompt }}",
            "images": [_DATA],
        },
    ),
    "ollama generate answer": (
        Route("ollama", "generate"),
        "response",
        {"model": "m", "response": "Hello", "thinking": "so", "done": True},
    ),
    "ollama embeddings": (
        Route("ollama", "embeddings"),
        "request",
        {"model": "m", "input": ["a", "b"]},
    ),
    "mcp call": (
        Route("mcp", "mcp", "mcp"),
        "request",
        _rpc(
            method="tools/call",
            params={
                "name": "send",
                "arguments": {"to": "x", "deep": [{"a": "b"}]},
                "_meta": {"progressToken": "t-1", "who": "me"},
            },
        ),
    ),
    "mcp batch": (
        Route("mcp", "mcp", "mcp"),
        "request",
        [
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            _rpc(method="completion/complete", params={"argument": {"name": "n", "value": "v"}}),
            _rpc(result={"role": "assistant", "content": _MCP_CONTENT[0], "model": "m"}),
        ],
    ),
    "mcp result of a tool": (
        Route("mcp", "mcp", "mcp"),
        "response",
        _rpc(result={"content": _MCP_CONTENT, "structuredContent": {"a": ["b"]}, "isError": False}),
    ),
    "mcp list of tools": (
        Route("mcp", "mcp", "mcp"),
        "response",
        _rpc(
            result={
                "tools": [
                    {
                        "name": "send",
                        "title": "Send",
                        "description": "sends",
                        "inputSchema": {"properties": {"to": {"description": "whom"}}},
                        "annotations": {"title": "t"},
                    }
                ],
                "nextCursor": "c",
            }
        ),
    ),
    "mcp prompt": (
        Route("mcp", "mcp", "mcp"),
        "response",
        _rpc(
            result={"description": "d", "messages": [{"role": "user", "content": _MCP_CONTENT[0]}]}
        ),
    ),
    "mcp resource": (
        Route("mcp", "mcp", "mcp"),
        "response",
        _rpc(result={"contents": [{"uri": "file:///a", "text": "t"}, {"uri": "u", "blob": _DATA}]}),
    ),
    "mcp error": (
        Route("mcp", "mcp", "mcp"),
        "response",
        {
            "jsonrpc": "2.0",
            "id": 7,
            "error": {"code": -32602, "message": "no such tool", "data": {"why": "w"}},
        },
    ),
}


Place = tuple[Any, ...]


def strings(value: Any, path: Place = ()) -> Iterator[Place]:
    """Where the strings are."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings(item, (*path, index))


def put(document: Any, path: Place, value: Any) -> Any:
    """A copy of the document with this value in one place."""
    changed = copy.deepcopy(document)
    inner = changed
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return changed
