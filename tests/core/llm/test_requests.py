"""The facts of a request and of an answer, and the routes that choose who reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extproc.core.decision import Code, Refused
from extproc.core.llm import (
    AnswerFacts,
    LlmRequest,
    Message,
    Route,
    parse_json,
    read_answer,
    read_request,
    read_route,
)

CHAT = Route("openai", "chat")
MESSAGES = Route("anthropic", "messages")
OTHER = Route("other", "unknown")


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("POST", "/v1/chat/completions", CHAT),
        ("POST", "/v1/chat/completions?api-version=1", CHAT),
        ("POST", "/v1/messages", MESSAGES),
        ("POST", "/v1/messages?beta=true", MESSAGES),
        ("POST", "/v1/messages/count_tokens", Route("anthropic", "count_tokens")),
        ("GET", "/v1/models", Route("openai", "models")),
        ("GET", "/v1/models/gpt-4o", Route("openai", "models")),
        ("GET", "/v1/models/ft:gpt-4o:org", Route("openai", "models")),
        ("GET", "/v1/chat/completions", OTHER),
        ("post", "/v1/messages", OTHER),
        ("POST", "/v1/messages/", OTHER),
        ("POST", "//v1/messages", OTHER),
        ("POST", "/v1//messages", OTHER),
        ("POST", "/v1/messages/../x", OTHER),
        ("POST", "/v1/x/../messages", OTHER),
        ("POST", "/v1/%6dessages", OTHER),
        ("POST", "/V1/messages", OTHER),
        ("POST", "/v1/messages;x=1", OTHER),
        ("POST", "/v1/messages#x", OTHER),
        ("POST", "/v1/messages\n", OTHER),
        ("GET", "/v1/models/", OTHER),
        ("GET", "/v1/models/..", OTHER),
        ("GET", "/v1/models/../messages", OTHER),
        ("GET", "/v1/models/a/b", OTHER),
        ("GET", "/v1/models/%2e%2e", OTHER),
        ("GET", "/v1/models/a\n", OTHER),
        ("DELETE", "/v1/models/gpt-4o", OTHER),
        ("POST", "", OTHER),
    ],
)
def test_routes(method: str, path: str, route: Route) -> None:
    assert read_route(method, path) == route


def test_a_chat_request() -> None:
    document = {
        "model": "gpt-4o",
        "stream": True,
        "max_tokens": 5,
        "max_completion_tokens": 7,
        "messages": [
            {"role": "system", "content": "Be kind."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is"},
                    {
                        "type": "image_url",
                        "image_url": {"url": "data:image/png;base64," + "A" * 80},
                    },
                    {"type": "text", "text": "this?"},
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
                ],
            },
            {"role": "tool", "tool_call_id": "c", "content": "a cat"},
        ],
        "tools": [
            {"type": "function", "function": {"name": "look"}},
            {"type": "custom", "custom": {"name": "draw"}},
            {"type": "web_search"},
        ],
        "functions": [{"name": "old"}],
    }
    assert read_request(CHAT, document) == LlmRequest(
        api="openai",
        operation="chat",
        model="gpt-4o",
        stream=True,
        messages=(
            Message("system", "Be kind."),
            Message("user", "What is\nthis?"),
            Message("assistant", "look\n{}"),
            Message("tool", "a cat"),
        ),
        tools=("look", "draw", "web_search", "old"),
        max_tokens=7,
    )


def test_a_messages_request() -> None:
    document = {
        "model": "claude",
        "max_tokens": 9,
        "system": [{"type": "text", "text": "Be kind."}],
        "messages": [
            {"role": "user", "content": "Hello"},
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": "t", "name": "look", "input": {"at": "cat"}}
                ],
            },
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "t", "content": "a cat"}],
            },
        ],
        "tools": [{"name": "look", "input_schema": {}}, {"type": "bash_20250124"}],
    }
    assert read_request(MESSAGES, document) == LlmRequest(
        api="anthropic",
        operation="messages",
        model="claude",
        messages=(
            Message("system", "Be kind."),
            Message("user", "Hello"),
            Message("assistant", "look\ncat"),
            Message("user", "a cat"),
        ),
        tools=("look", "bash_20250124"),
        max_tokens=9,
    )


def test_an_unknown_request_shows_policy_all_its_text() -> None:
    document = {"model": "m", "stream": True, "input": ["one", {"text": "two"}], "n": 3}
    assert read_request(OTHER, document) == LlmRequest(
        api="other",
        operation="unknown",
        model="m",
        stream=True,
        messages=(Message("", "m\none\ntwo"),),
    )
    assert read_request(OTHER, [{"model": 3, "stream": "yes"}]).model == ""
    assert read_request(Route("openai", "models"), {}) == LlmRequest("openai", "models")


GOOD: dict[str, Any] = {"model": "m", "messages": [], "max_tokens": 1}


@pytest.mark.parametrize(
    ("route", "change", "path"),
    [
        (CHAT, [], "$ must be an object"),
        (CHAT, {"model": None}, "$.model must be a string"),
        (CHAT, {"model": ["gpt-4o"]}, "$.model must be a string"),
        (CHAT, {"messages": None}, "$.messages must be an array"),
        (CHAT, {"messages": {"0": {}}}, "$.messages must be an array"),
        (CHAT, {"messages": ["hi"]}, "$.messages[0] must be an object"),
        (CHAT, {"messages": [{"role": 1}]}, "$.messages[0].role must be a string"),
        (
            CHAT,
            {"messages": [{"role": "user", "content": 5}]},
            "$.messages[0].content must be a string",
        ),
        (
            CHAT,
            {"messages": [{"role": "user", "content": ["x"]}]},
            "$.messages[0].content[0] must be an object",
        ),
        (CHAT, {"stream": "true"}, "$.stream must be true or false"),
        (CHAT, {"stream": 1}, "$.stream must be true or false"),
        (CHAT, {"max_tokens": "5"}, "$.max_tokens must be a whole number"),
        (CHAT, {"max_tokens": True}, "$.max_tokens must be a whole number"),
        (CHAT, {"max_tokens": -1}, "$.max_tokens must be a whole number"),
        (CHAT, {"max_tokens": 1.5}, "$.max_tokens must be a whole number"),
        (CHAT, {"max_completion_tokens": "5"}, "$.max_completion_tokens must be a whole number"),
        (CHAT, {"tools": {}}, "$.tools must be an array"),
        (CHAT, {"tools": [{"function": {"name": 1}}]}, "$.tools[0].function.name must be a string"),
        (CHAT, {"tools": [{"type": "function"}]}, "$.tools[0].function must be an object"),
        (CHAT, {"functions": [1]}, "$.functions[0] must be an object"),
        (MESSAGES, "text", "$ must be an object"),
        (MESSAGES, {"model": 1}, "$.model must be a string"),
        (MESSAGES, {"system": 1}, "$.system must be a string or an array"),
        (MESSAGES, {"system": ["x"]}, "$.system[0] must be an object"),
        (
            MESSAGES,
            {"messages": [{"role": "user"}]},
            "$.messages[0].content must be a string or an",
        ),
        (MESSAGES, {"tools": [{"name": []}]}, "$.tools[0].name must be a string"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_wrong_type_is_refused_with_its_path(route: Route, change: Any, path: str) -> None:
    document = {**GOOD, **change} if isinstance(change, dict) else change
    with pytest.raises(Refused) as refused:
        read_request(route, parse_json(json.dumps(document).encode()))
    assert refused.value.refusal.code is Code.INVALID_REQUEST
    assert refused.value.refusal.message.startswith(path)


@pytest.mark.parametrize(
    ("route", "document", "facts"),
    [
        (
            CHAT,
            {
                "model": "gpt-4o-2024",
                "choices": [{"finish_reason": "length"}, {"finish_reason": "stop"}],
                "usage": {"prompt_tokens": 3, "completion_tokens": 5},
            },
            AnswerFacts("gpt-4o-2024", "length", 3, 5),
        ),
        (
            MESSAGES,
            {
                "model": "claude",
                "stop_reason": "end_turn",
                "usage": {"input_tokens": 3, "output_tokens": 5},
            },
            AnswerFacts("claude", "end_turn", 3, 5),
        ),
        (OTHER, {"model": "m"}, AnswerFacts("m")),
        *((route, odd, AnswerFacts())
          for route in (CHAT, MESSAGES, OTHER)
          for odd in (None, [], "x", {}, {"model": 1, "usage": [], "choices": {}},
                      {"usage": {"prompt_tokens": "3", "input_tokens": -1}, "choices": [1]})),
    ],
)  # fmt: skip
def test_facts_of_a_whole_answer(route: Route, document: Any, facts: AnswerFacts) -> None:
    assert read_answer(route, document) == facts
