"""Whole bodies: every string is masked, and a clean body is not changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extproc.core.llm import Direction, Route, mask_document, parse_json, write_json
from tests.core.llm.streams import CARD, CHAT, EMAIL, MESSAGES, OTHER, SECRETS, masked, the_masker

COUNT = Route("anthropic", "count_tokens")
MODELS = Route("openai", "models")
BLOB = "QUtJQUlPU0ZPRE5ON0VYQU1QTEU0MTExMTExMTExMTExMTEx" * 4
ARGUMENTS = json.dumps({"to": EMAIL, "note": f"line\n{CARD}", "card": 4111111111111111})


def mask(route: Route, document: Any, direction: Direction = "request") -> Any:
    return mask_document(route, parse_json(json.dumps(document).encode()), the_masker(), direction)


CHAT_REQUEST = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": f"You write for {EMAIL}."},
        {"role": "user", "name": EMAIL, "content": [{"type": "text", "text": f"My card: {CARD}"}]},
        {
            "role": "assistant",
            "content": None,
            "reasoning_content": EMAIL,
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "send", "arguments": ARGUMENTS},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": f"sent to {EMAIL}"},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": EMAIL}}]},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "send",
                "description": f"Ask {EMAIL}",
                "parameters": {"properties": {"to": {"default": EMAIL, "enum": [CARD]}}},
            },
        }
    ],
    "response_format": {"type": "json_schema", "json_schema": {"schema": {EMAIL: {"const": CARD}}}},
    "user": EMAIL,
    "metadata": {"who": EMAIL, "card": 4111111111111111},
    "stop": [EMAIL],
    "whatever": [[{"deep": CARD}]],
    "max_tokens": 100,
}

MESSAGES_REQUEST = {
    "model": "claude",
    "max_tokens": 100,
    "system": [{"type": "text", "text": EMAIL, "cache_control": {"type": "ephemeral"}}],
    "metadata": {"user_id": EMAIL},
    "messages": [
        {"role": "user", "content": f"mail {EMAIL}"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": EMAIL, "signature": "c2ln"},
                {
                    "type": "tool_use",
                    "id": "toolu_1",
                    "name": "send",
                    "input": {"n": 4111111111111111},
                },
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_1",
                    "content": [{"type": "text", "text": CARD}],
                },
                {
                    "type": "document",
                    "source": {"type": "text", "media_type": "text/plain", "data": CARD},
                    "title": EMAIL,
                },
                {"type": "unheard_of", "words": [EMAIL]},
            ],
        },
    ],
    "tools": [{"name": "send", "description": EMAIL, "input_schema": {"description": CARD}}],
}

CHAT_ANSWER = {
    "id": "chatcmpl-1",
    "created": 1700000000,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": EMAIL,
                "refusal": CARD,
                "reasoning": EMAIL,
                "annotations": [{"url_citation": {"title": EMAIL}}],
                "tool_calls": [{"id": "call_1", "function": {"name": "f", "arguments": ARGUMENTS}}],
                "audio": {"data": "", "transcript": CARD},
            },
            "finish_reason": "stop",
        },
        {"index": 1, "message": {"content": CARD}},
    ],
    "usage": {"prompt_tokens": 1},
}

MESSAGES_ANSWER = {
    "id": "msg_1",
    "type": "message",
    "content": [
        {"type": "thinking", "thinking": EMAIL, "signature": "c2ln"},
        {"type": "text", "text": EMAIL, "citations": [{"cited_text": CARD}]},
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": [EMAIL, {CARD: 1}]}},
    ],
    "stop_sequence": EMAIL,
    "usage": {"input_tokens": 1},
}


@pytest.mark.parametrize(
    ("route", "document", "direction"),
    [
        pytest.param(CHAT, CHAT_REQUEST, "request", id="chat request"),
        pytest.param(MESSAGES, MESSAGES_REQUEST, "request", id="messages request"),
        pytest.param(COUNT, MESSAGES_REQUEST, "request", id="count_tokens request"),
        pytest.param(OTHER, CHAT_REQUEST, "request", id="unknown request"),
        pytest.param(CHAT, CHAT_ANSWER, "response", id="chat answer"),
        pytest.param(MESSAGES, MESSAGES_ANSWER, "response", id="messages answer"),
        pytest.param(OTHER, MESSAGES_ANSWER, "response", id="unknown answer"),
        pytest.param(CHAT, {"error": {"message": EMAIL}}, "response", id="an error"),
        pytest.param(CHAT, [EMAIL, {"a": CARD}], "response", id="an array"),
        pytest.param(CHAT, EMAIL, "response", id="a string"),
        pytest.param(CHAT, 4111111111111111, "response", id="a number"),
    ],
)
def test_no_secret_is_left(route: Route, document: Any, direction: Direction) -> None:
    result = mask(route, document, direction)
    written = write_json(result.document).decode()
    assert result.changed
    for secret in (*SECRETS, "4111111111111111"):
        assert secret not in written
        assert secret not in repr(result.places)
    # The shape is that of the original: only strings, and digits in free places, are others.
    assert _shape(parse_json(written.encode())) == _shape(document)
    count = sum(result.findings.values())
    assert count == sum(count for _, count, _ in result.places) > 0


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return [_shape(item) for item in value.values()]
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return None if isinstance(value, str | int) else value


def test_where_it_was_found_is_told_without_telling_what() -> None:
    result = mask(CHAT, {"messages": [{"content": EMAIL}], EMAIL: {"to": [CARD, CARD]}})
    assert set(result.places) == {
        ("EMAIL", 1, "$.messages[0].content"),
        ("EMAIL", 1, "$.*"),
        ("CREDIT_CARD", 1, "$.*.*[0]"),
        ("CREDIT_CARD", 1, "$.*.*[1]"),
    }
    assert result.findings == {"EMAIL": 2, "CREDIT_CARD": 2}


def test_arguments_stay_json() -> None:
    result = mask(CHAT, CHAT_ANSWER, "response")
    written = result.document["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    assert written == masked(ARGUMENTS, is_json=True)
    assert json.loads(written)["to"] == "[EMAIL]"


def test_two_hidden_keys_keep_their_values() -> None:
    result = mask(OTHER, {EMAIL: 1, "bob@example.org": 2, "[EMAIL]": 3, "x": 4})
    assert sorted(result.document.values()) == [1, 2, 3, 4]
    assert "@" not in write_json(result.document).decode()


@pytest.mark.parametrize(
    ("route", "direction", "document"),
    [
        pytest.param(
            CHAT,
            "request",
            {
                "model": "ft:gpt-4o:org:4111111111111111",
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {
                                "type": "image_url",
                                "image_url": {"url": f"data:image/png;base64,{BLOB}"},
                            },
                            {"type": "input_audio", "input_audio": {"data": BLOB, "format": "wav"}},
                            {
                                "type": "file",
                                "file": {"file_data": BLOB, "file_id": "file-4111111111111111"},
                            },
                        ],
                    },
                    {"role": "tool", "tool_call_id": "call_4111111111111111", "content": "ok"},
                ],
                "seed": 4111111111111111,
                "max_tokens": 4111111111111111,
                "temperature": 0.7,
            },
            id="chat request",
        ),
        pytest.param(
            MESSAGES,
            "request",
            {
                "model": "claude-4111111111111111",
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "image", "source": {"type": "base64", "data": BLOB}},
                            {
                                "type": "tool_result",
                                "tool_use_id": "toolu_4111111111111111",
                                "content": "ok",
                            },
                            {"type": "thinking", "thinking": "so", "signature": BLOB},
                            {"type": "redacted_thinking", "data": BLOB},
                        ],
                    }
                ],
            },
            id="messages request",
        ),
        pytest.param(
            CHAT,
            "response",
            {
                "id": "chatcmpl-4111111111111111",
                "created": 1700000000,
                "system_fingerprint": "fp_4111111111111111",
                "usage": {"prompt_tokens": 4111111111111111},
                "choices": [{"index": 0, "message": {"content": "ok"}, "logprobs": None}],
            },
            id="chat answer",
        ),
        pytest.param(
            MODELS,
            "response",
            {"object": "list", "data": [{"id": "m-4111111111111111", "created": 1700000000}]},
            id="models",
        ),
        pytest.param(COUNT, "response", {"input_tokens": 4111111111111111}, id="a token count"),
        pytest.param(
            OTHER, "response", {"at": 1700000000, "n": 12.5, "ok": True, "no": None}, id="other"
        ),
    ],
)
def test_what_must_stay_stays(route: Route, direction: Direction, document: Any) -> None:
    result = mask(route, document, direction)
    assert not result.changed
    assert result.document == parse_json(json.dumps(document).encode())
    assert (result.findings, result.places) == ({}, ())


def test_an_exemption_holds_in_its_place_only() -> None:
    for document in (
        {"x": {"model": CARD.replace(" ", "")}},
        {"messages": [{"content": [{"type": "text", "signature": CARD}]}]},
        {"model": f"my model {CARD}"},
        {"messages": [{"tool_call_id": CARD.replace(" ", "")}]},
        {"tools": [{"id": CARD}]},
        {"x": {"max_tokens": 4111111111111111}},
    ):
        assert mask(CHAT, document).changed, document


def test_log_probabilities_go_with_the_text_they_repeat() -> None:
    def answer(content: str) -> Any:
        tokens = [{"token": content, "bytes": list(content.encode()), "logprob": -1}]
        return {"message": {"content": content}, "logprobs": {"content": tokens}}

    result = mask(CHAT, {"choices": [answer(EMAIL), answer("ok")]}, "response")
    first, second = result.document["choices"]
    assert first == {"message": {"content": "[EMAIL]"}, "logprobs": None}
    assert second["logprobs"]["content"][0]["token"] == "ok"


def test_a_body_of_many_findings_stays_bounded() -> None:
    result = mask(OTHER, [EMAIL] * 5_000)
    assert result.findings == {"EMAIL": 5_000}
    assert len(result.places) <= 257
    assert sum(count for _, count, _ in result.places) == 5_000


def test_json_in_a_text_stays_json_also_the_second_time() -> None:
    """What is remembered of plain texts says nothing about JSON in a text."""
    text = '{"phone": 4155550100}'
    for _ in range(2):
        result = mask(CHAT, {"model": "demo", "messages": [{"role": "user", "content": text}]})
        assert result.document["messages"][0]["content"] == '{"phone": "[PHONE]"}'
