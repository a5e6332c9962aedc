"""Gemini: what readers join is masked as one text, in parts, chunks and candidates."""

from __future__ import annotations

import itertools
import json
from typing import Any

from extproc.core.llm import (
    AnswerStream,
    LlmRequest,
    Message,
    Route,
    framing_of,
    mask_document,
    parse_json,
    read_answer,
    read_request,
    read_route,
)
from tests.core.llm.streams import (
    EMAIL,
    GEMINI,
    GEMINI_CHANNELS,
    compact,
    cut,
    hear,
    masked,
    pass_through,
    the_masker,
)

WHOLE = Route("gemini", "generate_content", "m")
TEXT = "to bob@x.org, 536-22-8726 ok"


def answer(parts: list[Any], **more: Any) -> Any:
    return {"candidates": [{"content": {"role": "model", "parts": parts}, **more}]}


def test_the_parts_of_a_whole_answer_are_one_text_for_every_cut() -> None:
    for places in itertools.combinations_with_replacement(range(len(TEXT) + 1), 2):
        parts = [{"text": piece} for piece in cut(TEXT, *places)]
        parts.insert(1, {"text": "536-", "thought": True})
        result = mask_document(WHOLE, parse_json(compact(answer(parts))), the_masker(), "response")
        said = result.document["candidates"][0]["content"]["parts"]
        assert said.pop(1)["text"] == "536-"
        assert "".join(part["text"] for part in said) == masked(TEXT), places
        assert result.findings == {"EMAIL": 1, "SSN": 1}


def test_parts_that_are_clean_each_but_not_together() -> None:
    document = answer([{"text": "bob@x"}, {"text": ".org"}])
    result = mask_document(WHOLE, parse_json(compact(document)), the_masker(), "response")
    assert result.changed
    assert result.document == answer([{"text": "[EMAIL]"}, {"text": ""}])
    assert result.places == (("EMAIL", 1, "$.candidates[0].content.parts[0].text"),)


def array(documents: list[bytes], glue: bytes = b"\n,\r\n") -> bytes:
    return b"[" + glue.join(documents) + b"]\n"


def chunks_of(channel_index: int, text: str, *places: int) -> list[bytes]:
    say = GEMINI_CHANNELS[channel_index].say
    return [say(piece).removeprefix(b"data: ").strip() for piece in cut(text, *places)]


def as_array(stream: bytes, *places: int) -> bytes:
    framing = framing_of(GEMINI, "application/json")
    assert framing is not None
    masking = AnswerStream(GEMINI, the_masker(), framing)
    pieces = cut(stream, *places)
    return b"".join([*map(masking.feed, pieces), masking.finish()])


def test_an_array_says_what_the_events_say() -> None:
    """Without `alt=sse` the chunks of a stream are the elements of one array."""
    for index, channel in enumerate(GEMINI_CHANNELS):
        for places in itertools.combinations_with_replacement(range(0, len(TEXT) + 1, 3), 2):
            output = as_array(array(chunks_of(index, TEXT, *places)))
            events = b"".join(b"data: " + compact(e) + b"\n\n" for e in json.loads(output))
            assert hear(GEMINI, events)[channel.key] == masked(TEXT), places


def test_an_array_in_any_pieces() -> None:
    stream = array(chunks_of(0, 'a "quoted" [{ \\ bob@x.org ok', 5, 18))
    whole = as_array(stream)
    assert b"[EMAIL]" in whole
    assert as_array(stream, *range(1, len(stream))) == whole
    for place in range(1, len(stream)):
        assert as_array(stream, place) == whole, place


def test_a_clean_array_goes_through_byte_for_byte() -> None:
    for stream in (array(chunks_of(0, "Hello there", 3)), b"[]", b" [ ] \n", b'{"error":{}}', b""):
        assert as_array(stream) == stream
        assert as_array(stream, *range(1, len(stream))) == stream


def test_log_probabilities_are_dropped() -> None:
    document = answer([{"text": "ok"}], logprobsResult={"chosenCandidates": [{"token": "ok"}]})
    result = mask_document(WHOLE, parse_json(compact(document)), the_masker(), "response")
    assert result.document["candidates"][0]["logprobsResult"] is None
    output = pass_through(GEMINI, [b"data: " + compact(document) + b"\n\n"])
    assert b"chosenCandidates" not in output


def test_facts_of_a_request() -> None:
    route = read_route("POST", "/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse")
    document = {
        "system_instruction": {"parts": [{"text": "Be kind."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Hello"}]},
            {"parts": [{"functionResponse": {"name": "send", "response": {"result": "sent"}}}]},
        ],
        "tools": [{"functionDeclarations": [{"name": "send"}]}, {"googleSearch": {}}],
        "generationConfig": {"maxOutputTokens": 9},
    }
    assert read_request(route, document) == LlmRequest(
        api="gemini",
        operation="generate_content",
        model="gemini-3-pro",
        stream=True,
        messages=(
            Message("system", "Be kind."),
            Message("user", "Hello"),
            Message("user", "send\nsent"),
        ),
        tools=("send", "googleSearch"),
        max_tokens=9,
    )


def test_facts_of_an_answer() -> None:
    usage = {"promptTokenCount": 3, "candidatesTokenCount": 5, "thoughtsTokenCount": 2}
    document = {
        **answer([], finishReason="STOP"),
        "modelVersion": "m-001",
        "usageMetadata": usage,
    }
    facts = read_answer(WHOLE, document)
    assert (facts.model, facts.finish_reason) == ("m-001", "STOP")
    assert (facts.input_tokens, facts.output_tokens) == (3, 7)
    assert read_answer(WHOLE, [EMAIL]).model == ""


def test_the_place_of_a_piece_is_what_it_says_of_itself() -> None:
    """An `index` of a piece's own, and an unknown text inside a piece, hide nothing."""
    piece = {"jsonPath": "$.to", "index": 50, "stringValue": f"x {EMAIL} y", "deep": {"er": EMAIL}}
    call = {"name": "send", "partialArgs": [piece, {"jsonPath": "$.cc", "stringValue": EMAIL}]}
    stream = b"data: " + compact(answer([{"functionCall": call}])) + b"\n\n"
    for piece_of_it in (stream, stream[:-1]):
        masked_answer = AnswerStream(GEMINI, the_masker())
        output = masked_answer.feed(piece_of_it) + masked_answer.finish()
        assert b"send" in output
        assert EMAIL not in output.decode()
