"""Legacy completions, embeddings and moderations; and prompts that are numbers of tokens."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extproc.core.decision import Refused
from extproc.core.llm import LlmRequest, Message, Route, mask_document, parse_json, read_request
from tests.core.llm.streams import COMPLETIONS, EMAIL, data, events_of, pass_through, the_masker

EMBEDDINGS = Route("openai", "embeddings")
MODERATIONS = Route("openai", "moderations")


def test_facts_of_requests() -> None:
    completion = {"model": "m", "prompt": ["one", "two"], "suffix": "end", "max_tokens": 3}
    assert read_request(COMPLETIONS, completion) == LlmRequest(
        api="openai",
        operation="completions",
        model="m",
        messages=(Message("user", "one\ntwo\nend"),),
        max_tokens=3,
    )
    assert read_request(EMBEDDINGS, {"model": "m", "input": "one"}) == LlmRequest(
        api="openai", operation="embeddings", model="m", messages=(Message("user", "one"),)
    )
    several = {"input": [{"type": "text", "text": "one"}]}
    assert read_request(MODERATIONS, several) == LlmRequest(
        api="openai",
        operation="moderations",
        model="omni-moderation-latest",
        messages=(Message("user", "one"),),
    )


@pytest.mark.parametrize("tokens", [[1, 2], [[1, 2], [3]], ["one", [1]], ["one", 2]])
def test_a_prompt_of_tokens_is_not_said_to_be_read(tokens: Any) -> None:
    assert read_request(COMPLETIONS, {"model": "m", "prompt": tokens}).has_tokens
    assert read_request(EMBEDDINGS, {"model": "m", "input": tokens}).has_tokens


@pytest.mark.parametrize("prompt", [{"a": 1}, [None], 5, [1.5]])
def test_a_prompt_of_another_type_is_refused(prompt: Any) -> None:
    document = parse_json(json.dumps({"model": "m", "prompt": prompt, "input": prompt}).encode())
    for route in (COMPLETIONS, EMBEDDINGS):
        with pytest.raises(Refused):
            read_request(route, document)


def test_numbers_stay_numbers() -> None:
    tokens = {"model": "m", "prompt": [4111111111111111]}
    assert not mask_document(COMPLETIONS, tokens, the_masker(), "request").changed
    vectors = {"data": [{"index": 0, "embedding": [4111111111111111, 0.5]}]}
    assert not mask_document(EMBEDDINGS, vectors, the_masker(), "response").changed


def choice(text: str, tokens: list[str], **more: Any) -> Any:
    logprobs = {"tokens": tokens, "token_logprobs": [-1] * len(tokens), **more}
    return {"index": 0, "text": text, "logprobs": logprobs}


def test_log_probabilities_stay_where_they_say_no_more_than_the_text() -> None:
    for kept in (
        choice("Hello", ["Hel", "lo"]),
        choice("Hello", ["Hello"], top_logprobs=[{"Hello": -1, "Hi": -2}], text_offset=[0]),
    ):
        document = {"choices": [kept]}
        result = mask_document(COMPLETIONS, document, the_masker(), "response")
        assert not result.changed
        stream = data(document)
        assert pass_through(COMPLETIONS, [stream]) == stream
    for dropped in (
        choice(f"{EMAIL} ", [EMAIL, " "]),
        choice("Hello", ["alice@", "example.com"]),
        choice("Hello", ["Hello"], top_logprobs=[{EMAIL: -1}]),
        choice("Hello", ["Hello"], secret=[EMAIL]),
    ):
        output = pass_through(COMPLETIONS, [data({"choices": [dropped]})])
        assert events_of(COMPLETIONS, output)[0][1]["choices"][0]["logprobs"] is None
        assert b"alice" not in output
