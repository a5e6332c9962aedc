"""The demo model, asked through the stock `openai` client."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from extproc.demo import record

TOOLS: Any = [
    {"type": "function", "function": {"name": "save", "parameters": {"type": "object"}}},
    {"type": "function", "function": {"name": "send", "parameters": {"type": "object"}}},
]


def ask(chat: openai.OpenAI, text: str, **options: Any) -> ChatCompletion:
    said: Any = [{"role": "user", "content": text}]
    return chat.chat.completions.create(model="demo", messages=said, **options)


def stream(chat: openai.OpenAI, text: str, **options: Any) -> list[ChatCompletionChunk]:
    said: Any = [{"role": "user", "content": text}]
    with chat.chat.completions.create(
        model="demo", messages=said, stream=True, **options
    ) as opened:
        return list(opened)


def content(chunks: list[ChatCompletionChunk], index: int = 0) -> str:
    choices = (choice for chunk in chunks for choice in chunk.choices if choice.index == index)
    return "".join(choice.delta.content or "" for choice in choices)


def test_it_names_itself_and_says_back_what_it_received(chat: openai.OpenAI) -> None:
    reply = ask(chat, "my card is [CREDIT_CARD_1]")
    assert reply.choices[0].message.content == (
        "Hello from demo, the demo model. You said: my card is [CREDIT_CARD_1]"
    )
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens


def test_the_same_prompt_gets_the_same_answer(chat: openai.OpenAI) -> None:
    assert ask(chat, "again") == ask(chat, "again")


def test_only_the_last_user_message_counts(chat: openai.OpenAI) -> None:
    turns: Any = [
        {"role": "system", "content": "Be short. #status=500"},
        {"role": "user", "content": "first #status=500"},
        {"role": "assistant", "content": "yes?"},
        {
            "role": "user",
            "content": [{"type": "text", "text": "in"}, {"type": "text", "text": "two"}],
        },
    ]
    reply = chat.chat.completions.create(model="demo", messages=turns)
    assert (reply.choices[0].message.content or "").endswith("You said: in\ntwo")


@pytest.mark.parametrize("asked", ["#pii", "Show me a Customer Record", "any personal data?"])
def test_personal_data_is_made_up_when_asked_for(chat: openai.OpenAI, asked: str) -> None:
    text = ask(chat, asked).choices[0].message.content or ""
    kinds = record.CUSTOMER.items()
    assert [kind for kind, value in kinds if value not in text] == []


@pytest.mark.parametrize("split", ["", " #split=1", " #split=7", " #split=100000"])
def test_a_stream_put_together_is_the_whole_answer(chat: openai.OpenAI, split: str) -> None:
    asked = f"  two  spaces,\n\n a tab\t, é, 🙂 and #pii{split}"
    chunks = stream(chat, asked)
    assert content(chunks) == ask(chat, asked).choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)


def test_split_says_how_many_characters_a_delta_has(chat: openai.OpenAI) -> None:
    deltas = [
        choice.delta.content
        for chunk in stream(chat, "#split=5")
        for choice in chunk.choices
        if choice.delta.content
    ]
    assert {len(delta) for delta in deltas[:-1]} == {5}


def test_usage_comes_last_and_only_when_asked_for(chat: openai.OpenAI) -> None:
    chunks = stream(chat, "count", stream_options={"include_usage": True})
    assert chunks[-1].choices == []
    assert chunks[-1].usage == ask(chat, "count").usage
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)


def test_choices_are_told_apart_and_take_turns(chat: openai.OpenAI) -> None:
    whole = ask(chat, "pick", n=2)
    assert [choice.index for choice in whole.choices] == [0, 1]
    assert (whole.choices[1].message.content or "").startswith("(2) Hello")
    chunks = stream(chat, "pick", n=2)
    assert [chunk.choices[0].index for chunk in chunks[:4]] == [0, 1, 0, 1]
    for choice in whole.choices:
        assert content(chunks, choice.index) == choice.message.content


def test_a_tool_is_called_with_personal_data(chat: openai.OpenAI) -> None:
    choice = ask(chat, "#tool", tools=TOOLS).choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content is None
    (call,) = choice.message.tool_calls or []
    assert call.type == "function"
    assert call.function.name == "save"
    assert json.loads(call.function.arguments) == {"customer": record.CUSTOMER}


def test_a_streamed_tool_call_put_together_is_the_whole_one(chat: openai.OpenAI) -> None:
    chunks = stream(chat, "#tool #split=3", tools=TOOLS)
    calls = [
        call
        for chunk in chunks
        for choice in chunk.choices
        for call in choice.delta.tool_calls or []
    ]
    assert calls[0].id is not None
    assert calls[0].function is not None
    assert calls[0].function.name == "save"
    arguments = "".join(call.function.arguments or "" for call in calls if call.function)
    assert json.loads(arguments) == {"customer": record.CUSTOMER}
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


def test_the_request_can_insist_on_a_tool(chat: openai.OpenAI) -> None:
    named = {"type": "function", "function": {"name": "send"}}
    (call,) = ask(chat, "hi", tools=TOOLS, tool_choice=named).choices[0].message.tool_calls or []
    assert call.type == "function"
    assert call.function.name == "send"


def test_after_a_tool_has_answered_nothing_is_called_again(chat: openai.OpenAI) -> None:
    first = ask(chat, "#tool", tools=TOOLS).choices[0].message
    (call,) = first.tool_calls or []
    turns: Any = [
        {"role": "user", "content": "#tool"},
        first.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "saved"},
    ]
    reply = chat.chat.completions.create(model="demo", messages=turns, tools=TOOLS)
    assert (reply.choices[0].message.content or "").endswith("The tool answered: saved")


def test_a_thought_comes_before_the_answer(chat: openai.OpenAI) -> None:
    message: Any = ask(chat, "#think").choices[0].message
    assert record.EMAIL in message.reasoning_content
    deltas: list[Any] = [chunk.choices[0].delta for chunk in stream(chat, "#think")]
    thoughts = [getattr(delta, "reasoning_content", None) for delta in deltas]
    assert "".join(thought or "" for thought in thoughts) == message.reasoning_content
    assert "".join(delta.content or "" for delta in deltas) == message.content


def test_an_answer_can_be_cut_short_by_length(chat: openai.OpenAI) -> None:
    assert ask(chat, "#length").choices[0].finish_reason == "length"


@pytest.mark.parametrize("size", [0, 1, 50_000])
def test_the_answer_has_as_many_bytes_as_asked(chat: openai.OpenAI, size: int) -> None:
    text = ask(chat, f"#bytes={size}").choices[0].message.content or ""
    assert len(text.encode()) == size
    assert content(stream(chat, f"#bytes={size}")) == text


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, openai.BadRequestError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
    ],
)
def test_it_fails_with_the_status_that_was_asked_for(
    chat: openai.OpenAI, status: int, expected: type[openai.APIStatusError]
) -> None:
    with pytest.raises(expected) as caught:
        ask(chat, f"#status={status}")
    assert caught.value.status_code == status
    assert caught.value.body == {
        "message": f"the demo model was asked to fail with {status}",
        "type": caught.value.type,
        "param": None,
        "code": None,
    }


def test_an_answer_can_come_compressed(chat: openai.OpenAI) -> None:
    raw = chat.chat.completions.with_raw_response.create(
        model="demo",
        messages=[{"role": "user", "content": "#gzip"}],
        extra_headers={"accept-encoding": "identity"},
    )
    assert raw.headers["content-encoding"] == "gzip"
    assert raw.parse().choices[0].message.content == ask(chat, "#gzip").choices[0].message.content
    assert content(stream(chat, "#gzip")) == raw.parse().choices[0].message.content


def test_a_dropped_connection_is_seen_as_one(chat: openai.OpenAI) -> None:
    seen: list[ChatCompletionChunk] = []
    with (
        pytest.raises(openai.APIConnectionError),
        chat.chat.completions.create(
            model="demo", messages=[{"role": "user", "content": "#reset"}], stream=True
        ) as opened,
    ):
        seen.extend(opened)
    assert content(seen).startswith("Hello")
    with pytest.raises(openai.APIConnectionError):
        ask(chat, "#reset")


def test_the_models_are_listed(chat: openai.OpenAI) -> None:
    assert [model.id for model in chat.models.list()] == ["demo", "demo-mini", "demo-large"]
    assert chat.models.retrieve("demo").object == "model"
