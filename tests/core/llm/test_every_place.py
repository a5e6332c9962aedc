"""Whatever place of a body or an event a value is put into, it does not come out again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extproc.core.llm import (
    AnswerStream,
    Direction,
    Route,
    framing_of,
    mask_document,
    parse_json,
    write_json,
)
from tests.core.llm.samples import SAMPLES, put, strings
from tests.core.llm.streams import CARD, EMAIL, GEMINI, RESPONSES, compact, the_masker

VALUE = f"{EMAIL}, {CARD}"

samples = pytest.mark.parametrize(
    ("route", "direction", "document"), SAMPLES.values(), ids=list(SAMPLES)
)


@samples
def test_no_place_of_a_body_hides_a_value(
    route: Route, direction: Direction, document: Any
) -> None:
    for place in strings(document):
        body = compact(put(document, place, VALUE))
        result = mask_document(route, parse_json(body), the_masker(), direction)
        written = write_json(result.document).decode()
        assert result.changed, place
        assert EMAIL not in written, place
        assert CARD not in written, place
        # A type that says something else makes another thing of its neighbours; else they stay.
        if place[-1] != "type":
            expected = put(document, place, "[EMAIL], [CREDIT_CARD]")
            assert json.loads(written) == expected, place


@samples
def test_a_body_without_a_value_stays_as_it_is(
    route: Route, direction: Direction, document: Any
) -> None:
    result = mask_document(route, parse_json(compact(document)), the_masker(), direction)
    assert not result.changed
    assert (result.findings, result.places) == ({}, ())


def _event_stream(route: Route, document: Any) -> bytes:
    name = f"event: {document['type']}\n" if route is RESPONSES else ""
    return name.encode() + b"data: " + compact(document) + b"\n\n"


_MCP = Route("mcp", "mcp", "mcp")
_ITEM = SAMPLES["responses answer"][2]["output"]
EVENTS: list[tuple[Route, Any]] = [
    *(
        (RESPONSES, {"type": f"response.{kind}", "response": SAMPLES["responses answer"][2]})
        for kind in ("created", "in_progress", "completed", "failed", "incomplete", "queued")
    ),
    *(
        (RESPONSES, {"type": f"response.output_item.{kind}", "output_index": 0, "item": item})
        for kind in ("added", "done")
        for item in _ITEM
    ),
    *(
        (RESPONSES, {"type": f"response.content_part.{kind}", "output_index": 0, "part": part})
        for kind in ("added", "done")
        for part in _ITEM[0]["content"]
    ),
    *(
        (RESPONSES, {"type": f"response.{kind}.done", "output_index": 0, field: text})
        for kind, field, text in (
            ("output_text", "text", "t"),
            ("refusal", "refusal", "t"),
            ("reasoning_text", "text", "t"),
            ("reasoning_summary_text", "text", "t"),
            ("function_call_arguments", "arguments", '{"a": "t"}'),
            ("mcp_call_arguments", "arguments", '{"a": "t"}'),
            ("custom_tool_call_input", "input", "t"),
            ("code_interpreter_call_code", "code", "t"),
            ("shell_call_command", "command", "t"),
            ("unheard_of", "words", "t"),
        )
    ),
    (RESPONSES, {"type": "response.shell_call_command.added", "output_index": 0, "command": "t"}),
    (
        RESPONSES,
        {
            "type": "response.shell_call_output_content.delta",
            "output_index": 0,
            "delta": {"stdout": "a", "stderr": "b"},
        },
    ),
    (
        RESPONSES,
        {"type": "response.output_text.annotation.added", "annotation": {"title": "t", "url": "u"}},
    ),
    (RESPONSES, {"type": "error", "code": "c", "message": "m", "param": "p"}),
    (GEMINI, SAMPLES["gemini answer"][2]),
    (GEMINI, {"error": {"code": 400, "message": "m", "status": "INVALID_ARGUMENT"}}),
    *((_MCP, document) for name, (_, _, document) in SAMPLES.items() if name.startswith("mcp")),
    (
        _MCP,
        {
            "jsonrpc": "2.0",
            "method": "notifications/message",
            "params": {"level": "info", "data": {"a": "b"}},
        },
    ),
    (Route("ollama", "chat"), SAMPLES["ollama chat answer"][2]),
    (Route("ollama", "generate"), SAMPLES["ollama generate answer"][2]),
    (Route("ollama", "chat"), {"error": "model not found"}),
]


@pytest.mark.parametrize(("route", "document"), EVENTS)
def test_no_place_of_an_event_hides_a_value(route: Route, document: Any) -> None:
    for place in strings(document):
        changed = put(document, place, VALUE)
        if route is RESPONSES:
            # The event's name must agree with its type, else the stream ends.
            changed["type"] = document["type"]
        if route.api == "ollama":
            stream, kind = compact(changed) + b"\n", "application/x-ndjson"
        else:
            stream, kind = _event_stream(route, changed), "text/event-stream"
        answer = AnswerStream(route, the_masker(), framing_of(route, kind))  # type: ignore[arg-type]
        output = (answer.feed(stream) + answer.finish()).decode()
        assert output, place
        assert EMAIL not in output, place
        assert CARD not in output, place
