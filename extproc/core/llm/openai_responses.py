"""OpenAI responses (`/v1/responses`).

Source: platform.openai.com/docs/api-reference/responses and the types of the stock client.

An answer is a list of items. In a stream, the texts of the items come as events whose type ends
in `.delta`, and one whose type ends in `.done` says the whole text again; `content_part.done`,
`output_item.done` and `response.completed` say it once more each. So one text is (family of
events, output index, index within the item), and the repetitions are texts that are complete.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from extproc.core.decision import Unavailable
from extproc.core.llm.dialect import (
    EVERYTHING,
    AnswerFacts,
    Carrier,
    Dialect,
    Everything,
    Group,
    LlmRequest,
    Message,
    a_boolean,
    a_count,
    a_string,
    all_text,
    an_array,
    an_object,
    optional,
    refuse,
    said_count,
    said_string,
)
from extproc.core.llm.openai_chat import IMAGE_URL
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import (
    BLOB,
    COUNT,
    FREE,
    JSON,
    LOOSE,
    NAME,
    PADDING,
    PROSE,
    PROTOCOL,
    Kind,
    Path,
    Slot,
    Spec,
    array_of,
)

_ANNOTATION = Spec(
    fields={
        "type": FREE,
        "index": PROTOCOL,
        "start_index": PROTOCOL,
        "end_index": PROTOCOL,
        "file_id": NAME,
        "container_id": NAME,
    }
)
_TEXT = Spec(
    fields={
        "type": FREE,
        "text": PROSE,
        "annotations": array_of(_ANNOTATION),
        "logprobs": FREE,
    },
    logprobs=True,
)
_FILE = Spec(
    fields={
        "type": FREE,
        "image_url": IMAGE_URL,
        "file_data": BLOB,
        "file_id": NAME,
        "filename": FREE,
        "file_url": FREE,
        "detail": FREE,
        "input_audio": Spec(fields={"data": BLOB, "format": FREE}),
    }
)
_PART = Spec(
    kinds={
        "output_text": _TEXT,
        "refusal": Spec(fields={"type": FREE, "refusal": PROSE}),
        "reasoning_text": _TEXT,
        "summary_text": _TEXT,
        "input_image": _FILE,
        "input_file": _FILE,
        "input_audio": _FILE,
        "computer_screenshot": _FILE,
    }
)
_CONTENT = Spec(items=_PART)

_IDS = {"id": NAME, "call_id": NAME, "type": FREE, "status": FREE}
_CALL = Spec(fields={**_IDS, "name": FREE, "arguments": JSON})
_OUTPUT = Spec(fields={**_IDS, "output": Spec(items=_PART, fields=_FILE.fields)})
_ITEM = Spec(
    fields={**_IDS, "role": FREE, "content": _CONTENT},
    kinds={
        "message": Spec(fields={**_IDS, "role": FREE, "content": _CONTENT}),
        "reasoning": Spec(
            fields={**_IDS, "summary": _CONTENT, "content": _CONTENT, "encrypted_content": BLOB}
        ),
        "compaction": Spec(fields={**_IDS, "encrypted_content": BLOB}),
        "function_call": _CALL,
        "mcp_call": _CALL,
        "mcp_approval_request": _CALL,
        "tool_search_call": _CALL,
        "function_call_output": _OUTPUT,
        "custom_tool_call": Spec(fields={**_IDS, "name": FREE, "input": FREE}),
        "custom_tool_call_output": _OUTPUT,
        "computer_call_output": _OUTPUT,
        "image_generation_call": Spec(fields={**_IDS, "result": BLOB, "revised_prompt": FREE}),
        "code_interpreter_call": Spec(
            fields={
                **_IDS,
                "code": FREE,
                "container_id": NAME,
                "outputs": array_of(Spec(fields={"type": FREE, "url": BLOB, "logs": FREE})),
            }
        ),
        "file_search_call": Spec(
            fields={
                **_IDS,
                "queries": FREE,
                "results": array_of(
                    Spec(fields={"file_id": NAME, "text": FREE, "score": PROTOCOL})
                ),
            }
        ),
        "item_reference": Spec(fields=_IDS),
    },
)

_SETTINGS = {
    "model": NAME,
    "previous_response_id": NAME,
    "conversation": Spec(text=Kind.NAME, fields={"id": NAME}),
    "max_output_tokens": PROTOCOL,
    "max_tool_calls": PROTOCOL,
    "top_logprobs": PROTOCOL,
    "temperature": PROTOCOL,
    "top_p": PROTOCOL,
    "instructions": Spec(items=_ITEM),
    "tools": FREE,
}
_REQUEST = Spec(fields={**_SETTINGS, "input": Spec(items=_ITEM)})
_ANSWER = Spec(
    fields={
        **_SETTINGS,
        "id": NAME,
        "object": FREE,
        "created_at": PROTOCOL,
        "completed_at": PROTOCOL,
        "status": FREE,
        "output": array_of(_ITEM),
        "usage": PROTOCOL,
    }
)

_POSITIONS = ("output_index", "content_index", "summary_index", "command_index", "annotation_index")
_PLACE = {
    "type": FREE,
    "sequence_number": COUNT,
    "item_id": NAME,
    "obfuscation": PADDING,
    **dict.fromkeys(_POSITIONS, PROTOCOL),
}
_STREAM = Spec(text=Kind.STREAM, fields=dict.fromkeys(("stdout", "stderr"), Spec(Kind.STREAM)))
_STREAM_JSON = Spec(text=Kind.STREAM_JSON)
_STREAM_PROSE = Spec(text=Kind.STREAM, prose=True)


def _delta(delta: Spec) -> Spec:
    return Spec(fields={**_PLACE, "delta": delta, "logprobs": FREE}, rest=LOOSE, logprobs=True)


def _done(field: str, whole: Spec = FREE) -> Spec:
    return Spec(fields={**_PLACE, field: whole, "logprobs": FREE}, logprobs=True)


_OF_RESPONSE = Spec(fields={**_PLACE, "response": _ANSWER})
_OF_ITEM = Spec(fields={**_PLACE, "item": _ITEM})
_OF_PART = Spec(fields={**_PLACE, "part": _PART})
_STATUS = Spec(fields=_PLACE)

_EVENTS = {
    **{
        f"response.{name}": _OF_RESPONSE
        for name in ("created", "queued", "in_progress", "completed", "failed", "incomplete")
    },
    "response.output_item.added": _OF_ITEM,
    "response.output_item.done": _OF_ITEM,
    "response.content_part.added": _OF_PART,
    "response.content_part.done": _OF_PART,
    "response.reasoning_summary_part.added": _OF_PART,
    "response.reasoning_summary_part.done": _OF_PART,
    "response.output_text.delta": _delta(_STREAM_PROSE),
    "response.output_text.done": _done("text", PROSE),
    "response.output_text.annotation.added": Spec(fields={**_PLACE, "annotation": _ANNOTATION}),
    "response.refusal.delta": _delta(_STREAM_PROSE),
    "response.refusal.done": _done("refusal", PROSE),
    "response.reasoning_text.delta": _delta(_STREAM_PROSE),
    "response.reasoning_text.done": _done("text", PROSE),
    "response.reasoning_summary_text.delta": _delta(_STREAM_PROSE),
    "response.reasoning_summary_text.done": _done("text", PROSE),
    "response.function_call_arguments.delta": _delta(_STREAM_JSON),
    "response.function_call_arguments.done": _done("arguments", JSON),
    "response.mcp_call_arguments.delta": _delta(_STREAM_JSON),
    "response.mcp_call_arguments.done": _done("arguments", JSON),
    "response.custom_tool_call_input.delta": _delta(_STREAM),
    "response.custom_tool_call_input.done": _done("input"),
    "response.code_interpreter_call_code.delta": _delta(_STREAM),
    "response.code_interpreter_call_code.done": _done("code"),
    # The first piece of a command stands in the event that announces it.
    "response.shell_call_command.added": Spec(fields={**_PLACE, "command": _STREAM}),
    "response.shell_call_command.delta": _delta(_STREAM),
    "response.shell_call_command.done": _done("command"),
    "response.shell_call_output_content.delta": _delta(_STREAM),
    "response.shell_call_output_content.done": _done("output"),
    "response.audio.delta": _delta(BLOB),
    "response.audio.done": _STATUS,
    "response.audio.transcript.delta": _delta(_STREAM),
    "response.audio.transcript.done": _STATUS,
    "response.image_generation_call.partial_image": Spec(
        fields={**_PLACE, "partial_image_b64": BLOB, "partial_image_index": PROTOCOL}
    ),
    "error": FREE,
    **{
        f"response.{call}.{state}": _STATUS
        for call in (
            "web_search_call", "file_search_call", "image_generation_call", "mcp_call",
            "mcp_list_tools", "code_interpreter_call",
        )
        for state in (
            "in_progress", "searching", "generating", "interpreting", "completed", "failed",
        )
    },
}  # fmt: skip
_LAST = frozenset({"response.completed", "response.failed", "response.incomplete", "error"})


class OpenAiResponses:
    request: ClassVar[Spec] = _REQUEST
    answer: ClassVar[Spec] = _ANSWER
    events: ClassVar[frozenset[str]] = frozenset(_EVENTS)
    end: ClassVar[str | None] = "[DONE]"

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        body = an_object(document, "$")
        messages = []
        for field, role in (("instructions", "system"), ("input", "user")):
            value = body.get(field)
            if type(value) is str:
                messages.append(Message(role, value))
            elif value is not None:
                path = f"$.{field}"
                items = an_array(value, path)
                messages += [_read_item(item, f"{path}[{n}]") for n, item in enumerate(items)]
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            # A stored prompt may bring its own; policy and routing then see none.
            model=optional(a_string, body, "model") or "",
            stream=optional(a_boolean, body, "stream") or False,
            messages=tuple(messages),
            tools=tuple(
                _read_tool(tool, f"$.tools[{index}]")
                for index, tool in enumerate(optional(an_array, body, "tools") or [])
            ),
            max_tokens=optional(a_count, body, "max_output_tokens"),
        )

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        if type(document) is not dict:
            return
        facts.model = said_string(document.get("model")) or facts.model
        status = said_string(document.get("status"))
        details = document.get("incomplete_details")
        reason = said_string(details.get("reason")) if type(details) is dict else ""
        if status not in ("", "queued", "in_progress"):
            facts.finish_reason = reason or status
        usage = document.get("usage")
        if type(usage) is dict:
            tokens = said_count(usage.get("input_tokens"))
            facts.input_tokens = facts.input_tokens if tokens is None else tokens
            tokens = said_count(usage.get("output_tokens"))
            facts.output_tokens = facts.output_tokens if tokens is None else tokens

    def event_spec(self, event: str | None, document: Any) -> Spec:
        if type(document) is not dict:
            return LOOSE
        kind = _type_of(document)
        if event in _EVENTS and kind != event:
            # Some clients go by the event's name and some by the type in the data.
            raise Unavailable("masker", "an event's name and type do not agree")
        for name in _POSITIONS:
            if type(document.get(name, 0)) is not int:
                raise Unavailable("masker", "an index in an event is not a whole number")
        if not kind and "error" in document:
            return FREE
        return _EVENTS.get(kind, LOOSE)

    def channel(self, event: str | None, document: Any, path: Path) -> tuple[Group, Path]:
        kind = _type_of(document)
        if kind not in _EVENTS:
            return "", (event or "", kind, *path)
        # Behind `delta`, so that the first piece of a command and the others are one.
        return _text_of(document), path[1:] if path[0] in ("delta", "command") else path

    def begins(self, document: Any) -> Group | None:
        return None

    def ends(self, document: Any) -> Iterable[Group] | Everything:
        kind = _type_of(document)
        if kind in _LAST:
            return EVERYTHING
        if kind.endswith(".done"):
            return (_text_of(document),)
        return ()

    def read_event(self, document: Any, facts: AnswerFacts) -> None:
        if type(document) is dict:
            self.read_answer(document.get("response"), facts)

    def carrier(self, document: Any, slot: Slot) -> Carrier:
        place = {key: value for key, value in document.items() if key in _PLACE}
        place.pop("obfuscation", None)
        kind = document["type"].removesuffix(".added").removesuffix(".delta") + ".delta"
        container: dict[str, Any] = {**place, "type": kind, "delta": ""}
        key: Any = "delta"
        event = container
        if len(slot.path) > 1:
            key = slot.path[-1]
            container["delta"] = container = {key: ""}
        if kind == "response.output_text.delta":
            event["logprobs"] = []
        return Carrier(kind, event, container, key)


def _type_of(document: Any) -> str:
    """The type of an event; empty when it has none."""
    return said_string(document.get("type")) if type(document) is dict else ""


def _text_of(document: dict[str, Any]) -> Group:
    """The family of a text, and where it stands."""
    kind = _type_of(document).rpartition(".")[0]
    where = [str(document.get(name, "")) for name in _POSITIONS]
    # Not every server counts its items; then their ids tell them apart.
    item = "" if "output_index" in document else str(document.get("item_id", ""))
    return "/".join((kind, item, *where))


def _read_item(value: Any, path: str) -> Message:
    item = an_object(value, path)
    role = item.get("role") or item.get("type")
    if type(role) is not str:
        refuse(path, "an item with a role or a type")
    rest = {key: each for key, each in item.items() if key not in ("role", "encrypted_content")}
    return Message(role, all_text(rest))


def _read_tool(value: Any, path: str) -> str:
    tool = an_object(value, path)
    # A tool of the provider has no other name than its type, a server of tools has a label.
    return (
        optional(a_string, tool, "name", path)
        or optional(a_string, tool, "server_label", path)
        or optional(a_string, tool, "type", path)
        or ""
    )


OPENAI_RESPONSES: Dialect = OpenAiResponses()
