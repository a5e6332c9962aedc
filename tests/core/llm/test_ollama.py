"""Ollama: lines of JSON, a stream unless told otherwise, and tokens that nobody can read."""

from __future__ import annotations

import pytest

from extproc.core.decision import Unavailable
from extproc.core.llm import (
    AnswerStream,
    LlmRequest,
    Message,
    Route,
    mask_document,
    read_answer,
    read_request,
)
from extproc.core.llm.json_lines import LINES
from tests.core.llm.streams import (
    EMAIL,
    OLLAMA_CHAT,
    OLLAMA_GENERATE,
    cut,
    line,
    pass_through,
    the_masker,
)


def test_a_clean_stream_goes_through_byte_for_byte() -> None:
    stream = b"".join(
        [
            *(line(message={"role": "assistant", "content": p}, done=False) for p in ("Hel", "lo")),
            b"\n",
            line(done=True, done_reason="stop", eval_count=5, prompt_eval_count=3),
        ]
    )
    assert pass_through(OLLAMA_CHAT, [stream]) == stream
    assert pass_through(OLLAMA_CHAT, cut(stream, *range(1, len(stream)))) == stream
    answer = AnswerStream(OLLAMA_CHAT, the_masker(), LINES)
    answer.feed(stream)
    assert (answer.model, answer.finish_reason) == ("m", "stop")
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (3, 5)


def test_a_last_line_without_its_end_is_a_line() -> None:
    output = pass_through(OLLAMA_GENERATE, [line(response=f"to {EMAIL}").rstrip(b"\n")])
    assert b'"to [EMAIL]"' in output


def test_a_line_that_breaks_off_is_not_passed_on() -> None:
    said = line(response="Hello")
    assert pass_through(OLLAMA_GENERATE, [said + said[:-9]]) == said


@pytest.mark.parametrize("raw", [b"hello\n", b'{"a":1,"a":2}\n', b"\xff\n", b'{"message":\n'])
def test_a_line_that_is_no_json_ends_the_stream(raw: bytes) -> None:
    with pytest.raises(Unavailable):
        AnswerStream(OLLAMA_CHAT, the_masker(), LINES).feed(raw)


def test_the_conversation_as_tokens_is_dropped() -> None:
    document = {"model": "m", "response": "ok", "context": [101, 102], "done": True}
    result = mask_document(OLLAMA_GENERATE, dict(document), the_masker(), "response")
    assert result.document["context"] == []
    assert b'"context":[]' in pass_through(OLLAMA_GENERATE, [line(**document)])


def test_log_probabilities_stay_beside_a_clean_text_only() -> None:
    def said(text: str) -> bytes:
        return line(response=text, logprobs=[{"token": text, "logprob": -1}], done=False)

    assert pass_through(OLLAMA_GENERATE, [said("Hi, ")]) == said("Hi, ")
    assert b'logprobs":[]' in pass_through(OLLAMA_GENERATE, [said(EMAIL)])


def test_facts_of_requests() -> None:
    chat = {
        "model": "m",
        "messages": [{"role": "user", "content": "Hello", "images": ["aGk="]}],
        "tools": [{"type": "function", "function": {"name": "send"}}],
        "options": {"num_predict": 9},
    }
    assert read_request(OLLAMA_CHAT, chat) == LlmRequest(
        api="ollama",
        operation="chat",
        model="m",
        stream=True,
        messages=(Message("user", "Hello"),),
        tools=("send",),
        max_tokens=9,
    )
    generate = {
        "model": "m",
        "system": "Be kind.",
        "prompt": "Hello",
        "stream": False,
        "options": {"num_predict": -1},
    }
    assert read_request(OLLAMA_GENERATE, generate) == LlmRequest(
        api="ollama",
        operation="generate",
        model="m",
        messages=(Message("system", "Be kind."), Message("user", "Hello")),
    )
    assert read_request(OLLAMA_GENERATE, {"model": "m", "context": [1]}).has_tokens
    embed = read_request(Route("ollama", "embeddings"), {"model": "m", "input": ["a", "b"]})
    assert (embed.stream, embed.messages) == (False, (Message("user", "a\nb"),))
    facts = read_answer(OLLAMA_CHAT, {"model": "m", "done_reason": "stop", "eval_count": 5})
    assert (facts.model, facts.finish_reason, facts.output_tokens) == ("m", "stop", 5)
