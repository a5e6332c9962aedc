"""OpenAI responses: a stream says its texts again and again, and each time masked alike."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from extproc.core.decision import Unavailable
from extproc.core.llm import AnswerStream, LlmRequest, Message, read_answer, read_request
from tests.core.llm.streams import (
    CARD,
    EMAIL,
    RESPONSES,
    compact,
    cut,
    event,
    events_of,
    findings,
    masked,
    pass_through,
    the_masker,
)

TEXT = "to bob@x.org, 536-22-8726 ok"
ARGUMENTS = '{"a\\n":"\\u0062ob@x.org"}'


def stream(pieces: list[str], arguments: list[str]) -> bytes:
    """A whole stream: a text and a call of a tool, in pieces, and all that repeats them."""
    text, call = "".join(pieces), "".join(arguments)
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
    function = {"type": "function_call", "id": "fc_1", "name": "send", "arguments": call}
    response = {"id": "resp_1", "model": "m", "output": [], "status": "in_progress"}
    usage = {"input_tokens": 3, "output_tokens": 5}
    at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    of_call = {"item_id": "fc_1", "output_index": 1}
    said = [
        ("response.created", {"response": response}),
        ("response.output_item.added", {"output_index": 0, "item": {**message, "content": []}}),
        ("response.content_part.added", {**at, "part": {**part, "text": ""}}),
        *(("response.output_text.delta", {**at, "delta": p, "logprobs": []}) for p in pieces),
        ("response.output_text.done", {**at, "text": text, "logprobs": []}),
        ("response.content_part.done", {**at, "part": part}),
        ("response.output_item.done", {"output_index": 0, "item": message}),
        ("response.output_item.added", {"output_index": 1, "item": {**function, "arguments": ""}}),
        *(("response.function_call_arguments.delta", {**of_call, "delta": p}) for p in arguments),
        ("response.function_call_arguments.done", {**of_call, "arguments": call, "name": "send"}),
        ("response.output_item.done", {"output_index": 1, "item": function}),
        (
            "response.completed",
            {
                "response": {
                    **response,
                    "status": "completed",
                    "output": [message, function],
                    "usage": usage,
                }
            },
        ),
    ]
    return b"".join(
        event(kind, sequence_number=number, **more) for number, (kind, more) in enumerate(said)
    )


def test_every_repetition_says_what_the_deltas_say() -> None:
    text, call = masked(TEXT), masked(ARGUMENTS, is_json=True)
    for places in itertools.combinations_with_replacement(range(len(TEXT) + 1), 2):
        inner = [place * len(ARGUMENTS) // len(TEXT) for place in places]
        output = pass_through(RESPONSES, [stream(cut(TEXT, *places), cut(ARGUMENTS, *inner))])
        said = events_of(RESPONSES, output)
        deltas = {"response.output_text.delta": "", "response.function_call_arguments.delta": ""}
        for kind, document in said:
            if kind in deltas:
                deltas[kind] += document["delta"]
        assert list(deltas.values()) == [text, call], places
        by_kind: dict[Any, list[Any]] = {}
        for kind, document in said:
            by_kind.setdefault(kind, []).append(document)
        assert by_kind["response.output_text.done"][0]["text"] == text
        assert by_kind["response.content_part.done"][0]["part"]["text"] == text
        message, function = (each["item"] for each in by_kind["response.output_item.done"])
        assert message["content"][0]["text"] == text
        assert function["arguments"] == call
        assert by_kind["response.function_call_arguments.done"][0]["arguments"] == call
        last = by_kind["response.completed"][0]["response"]["output"]
        assert last == [message, function]
        assert [document["sequence_number"] for _, document in said] == list(range(len(said)))


def test_a_value_is_counted_in_the_text_and_in_each_repetition() -> None:
    answer = AnswerStream(RESPONSES, the_masker())
    answer.feed(stream([EMAIL], ["{}"]))
    answer.finish()
    # The deltas, output_text.done, content_part.done, output_item.done, response.completed.
    assert answer.findings == {"EMAIL": 5 * len(findings(EMAIL))}
    assert (answer.model, answer.finish_reason) == ("m", "completed")
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (3, 5)


def test_a_clean_stream_goes_through_byte_for_byte() -> None:
    clean = stream(["Hel", "lo ", "there"], ['{"a"', ": 1}"])
    assert pass_through(RESPONSES, [clean]) == clean
    assert pass_through(RESPONSES, cut(clean, *range(1, len(clean)))) == clean


def test_log_probabilities_stay_beside_a_clean_delta_only() -> None:
    def delta(text: str) -> bytes:
        tokens = [{"token": text, "logprob": -0.1, "top_logprobs": []}]
        return event("response.output_text.delta", output_index=0, delta=text, logprobs=tokens)

    output = pass_through(RESPONSES, [delta("Hi, ") + delta(EMAIL) + delta(" ok")])
    assert [document["logprobs"] for _, document in events_of(RESPONSES, output)] == [
        [{"token": "Hi, ", "logprob": -0.1, "top_logprobs": []}],
        [],
        [{"token": " ok", "logprob": -0.1, "top_logprobs": []}],
    ]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            b'event: response.completed\ndata: {"type":"response.output_text.delta"}\n\n',
            id="a name and a type that differ",
        ),
        pytest.param(
            b'data: {"type":"response.output_text.delta","output_index":"0","delta":"x"}\n\n',
            id="an index that is no number",
        ),
        pytest.param(b"event: response.created\ndata: hello\n\n", id="no JSON"),
    ],
)
def test_an_event_that_contradicts_itself_ends_the_stream(raw: bytes) -> None:
    with pytest.raises(Unavailable):
        AnswerStream(RESPONSES, the_masker()).feed(raw)


def test_items_without_an_index_are_told_apart_by_their_ids() -> None:
    said = b"".join(
        event("response.output_text.delta", item_id=item, delta=piece)
        for item, piece in [("a", "bob@x"), ("b", "1 "), ("a", ".org "), ("b", "2")]
    )
    output = pass_through(RESPONSES, [said])
    assert b"bob" not in output
    assert b"[EMAIL]" in output


def test_facts_of_a_request() -> None:
    document = {
        "model": "gpt-5",
        "stream": True,
        "max_output_tokens": 9,
        "instructions": "Be kind.",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
            {"type": "function_call_output", "call_id": "c", "output": "sent"},
        ],
        "tools": [
            {"type": "function", "name": "send"},
            {"type": "web_search"},
            {"type": "mcp", "server_label": "files"},
        ],
    }
    assert read_request(RESPONSES, document) == LlmRequest(
        api="openai",
        operation="responses",
        model="gpt-5",
        stream=True,
        messages=(
            Message("system", "Be kind."),
            Message("user", "Hello"),
            Message("function_call_output", "sent"),
        ),
        tools=("send", "web_search", "files"),
        max_tokens=9,
    )
    assert read_request(RESPONSES, {"input": "Hi"}).messages == (Message("user", "Hi"),)


def test_facts_of_an_answer() -> None:
    document = json.loads(
        compact(
            {
                "model": "m",
                "status": "incomplete",
                "incomplete_details": {"reason": "max_output_tokens"},
                "usage": {"input_tokens": 1, "output_tokens": 2},
            }
        )
    )
    facts = read_answer(RESPONSES, document)
    assert (facts.model, facts.finish_reason) == ("m", "max_output_tokens")
    assert (facts.input_tokens, facts.output_tokens) == (1, 2)
    assert read_answer(RESPONSES, [CARD]).model == ""


@pytest.mark.parametrize("count", ["007", "0x1", "1e", "", "1 2", '1,"delta":"x"', "--1"])
def test_a_count_that_is_no_number_is_seen_on_the_quick_way_too(count: str) -> None:
    def delta(count: str) -> bytes:
        return (
            'data: {"type":"response.output_text.delta","output_index":0,"delta":"Hi. ",'
            f'"sequence_number":{count}}}\n\n'
        ).encode()

    answer = AnswerStream(RESPONSES, the_masker())
    for number in ("1", "2", "-3", "4.5", "99999999999999999999"):
        assert answer.feed(delta(number)) == delta(number)
    with pytest.raises(Unavailable):
        answer.feed(delta(count))
