"""The demo model, asked through the stock `anthropic` client."""

from __future__ import annotations

from typing import Any

import anthropic
import pytest
from anthropic.types import Message

from extproc.demo import record

TOOLS: Any = [{"name": "save", "input_schema": {"type": "object"}}]


def ask(claude: anthropic.Anthropic, text: str, **options: Any) -> Message:
    said: Any = [{"role": "user", "content": text}]
    return claude.messages.create(model="demo", max_tokens=100, messages=said, **options)


def stream(claude: anthropic.Anthropic, text: str, **options: Any) -> tuple[Message, list[str]]:
    """The message as the client puts it together, and the types of the raw events."""
    said: Any = [{"role": "user", "content": text}]
    with claude.messages.stream(model="demo", max_tokens=100, messages=said, **options) as opened:
        message = opened.get_final_message()
    with claude.messages.create(
        model="demo", max_tokens=100, messages=said, stream=True, **options
    ) as raw:
        return message, [event.type for event in raw]


def texts(message: Message) -> list[str]:
    return [block.text for block in message.content if block.type == "text"]


def test_it_names_itself_and_says_back_what_it_received(claude: anthropic.Anthropic) -> None:
    reply = ask(claude, "mail [EMAIL_1]")
    assert texts(reply) == ["Hello from demo, the demo model. You said: mail [EMAIL_1]"]
    assert reply.stop_reason == "end_turn"
    assert reply.usage.input_tokens > 0
    assert reply.usage.output_tokens > 0


@pytest.mark.parametrize(
    "asked", ["hi", "#pii #split=1", "#think #pii", "#tool #split=4", "#think #tool", "#length"]
)
def test_a_stream_put_together_is_the_whole_message(
    claude: anthropic.Anthropic, asked: str
) -> None:
    whole = ask(claude, asked, tools=TOOLS)
    streamed, _ = stream(claude, asked, tools=TOOLS)
    assert streamed.model_dump() == whole.model_dump()


def test_the_events_come_in_the_order_that_the_api_documents(claude: anthropic.Anthropic) -> None:
    said: Any = [{"role": "user", "content": "#think #split=100000"}]
    raw = claude.messages.with_raw_response.create(
        model="demo", max_tokens=100, messages=said, stream=True
    )
    lines = raw.http_response.read().decode().splitlines()
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert names == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_a_tool_is_called_with_personal_data(claude: anthropic.Anthropic) -> None:
    reply = ask(claude, "#tool", tools=TOOLS)
    assert reply.stop_reason == "tool_use"
    (block,) = reply.content
    assert block.type == "tool_use"
    assert (block.name, block.input) == ("save", {"customer": record.CUSTOMER})


def test_after_a_tool_has_answered_nothing_is_called_again(claude: anthropic.Anthropic) -> None:
    first = ask(claude, "#tool", tools=TOOLS)
    (block,) = first.content
    assert block.type == "tool_use"
    result = {"type": "tool_result", "tool_use_id": block.id, "content": "saved"}
    turns: Any = [
        {"role": "user", "content": "#tool"},
        {"role": "assistant", "content": [block.model_dump(exclude_none=True)]},
        {"role": "user", "content": [result]},
    ]
    reply = claude.messages.create(model="demo", max_tokens=100, messages=turns, tools=TOOLS)
    assert texts(reply)[0].endswith("You said: #tool\n\nThe tool answered: saved")


def test_a_request_can_insist_on_a_tool_and_on_thinking(claude: anthropic.Anthropic) -> None:
    reply = ask(
        claude,
        "hi",
        tools=TOOLS,
        tool_choice={"type": "any"},
        thinking={"type": "enabled", "budget_tokens": 1024},
    )
    thought, call = reply.content
    assert thought.type == "thinking"
    assert record.EMAIL in thought.thinking
    assert call.type == "tool_use"


def test_tokens_are_counted_as_the_usage_says(claude: anthropic.Anthropic) -> None:
    said: Any = [{"role": "user", "content": "count me"}]
    counted = claude.messages.count_tokens(model="demo", messages=said, system="Be brief.")
    assert counted.input_tokens == ask(claude, "count me", system="Be brief.").usage.input_tokens


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "invalid_request_error"), (429, "rate_limit_error"), (500, "api_error")],
)
def test_it_fails_with_the_status_that_was_asked_for(
    claude: anthropic.Anthropic, status: int, kind: str
) -> None:
    with pytest.raises(anthropic.APIStatusError) as caught:
        ask(claude, f"#status={status}")
    assert caught.value.status_code == status
    assert caught.value.body == {
        "type": "error",
        "error": {"type": kind, "message": f"the demo model was asked to fail with {status}"},
    }


def test_the_models_are_listed(claude: anthropic.Anthropic) -> None:
    assert [model.id for model in claude.models.list()] == ["demo", "demo-mini", "demo-large"]
    assert claude.models.retrieve("demo").type == "model"
