"""Ollama: chat, generate and embeddings. Streams are a JSON document a line.

Source: docs.ollama.com/api and the types of the stock client. A stream is what one gets unless
`stream` is false. `context`, the conversation as numbers of tokens, repeats the answer where
nobody can read it, and is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

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
    said_count,
    said_string,
    texts_or_tokens,
)
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import (
    BLOB,
    DROPPED,
    FREE,
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

_CALL = Spec(
    fields={
        "id": NAME,
        "type": FREE,
        "function": Spec(fields={"index": PROTOCOL, "name": FREE, "arguments": FREE}),
    }
)
_MESSAGE = {
    "role": FREE,
    "content": FREE,
    "thinking": FREE,
    "images": array_of(BLOB),
    "tool_calls": array_of(_CALL),
    "tool_name": FREE,
    "tool_call_id": NAME,
}
_REQUEST = Spec(
    fields={
        "model": NAME,
        "messages": array_of(Spec(fields=_MESSAGE)),
        "images": array_of(BLOB),
        "context": PROTOCOL,
        "options": PROTOCOL,
        "keep_alive": PROTOCOL,
        "dimensions": PROTOCOL,
        "top_logprobs": PROTOCOL,
        "width": PROTOCOL,
        "height": PROTOCOL,
        "steps": PROTOCOL,
    }
)
_HEAD = {
    "model": NAME,
    "created_at": FREE,
    "done_reason": FREE,
    **dict.fromkeys(
        (
            "total_duration", "load_duration", "prompt_eval_count", "prompt_eval_duration",
            "eval_count", "eval_duration", "completed", "total",
        ),
        PROTOCOL,
    ),
    "context": DROPPED,
    "image": BLOB,
    "logprobs": FREE,
}  # fmt: skip
_ANSWER = Spec(
    fields={
        **_HEAD,
        "message": Spec(fields={**_MESSAGE, "content": PROSE, "thinking": PROSE}),
        "response": PROSE,
        "thinking": PROSE,
        "embedding": PROTOCOL,
        "embeddings": PROTOCOL,
        # GET /api/tags
        "models": Spec(fields={"name": NAME, "model": NAME, "digest": NAME}, deep=True),
    },
    logprobs=True,
    is_joined=True,
)
_STREAM = Spec(text=Kind.STREAM, prose=True)
_LINE = Spec(
    fields={
        **_HEAD,
        "created_at": PADDING,
        "message": Spec(fields={**_MESSAGE, "content": _STREAM, "thinking": _STREAM}, rest=LOOSE),
        "response": _STREAM,
        "thinking": _STREAM,
    },
    rest=LOOSE,
    logprobs=True,
)


class Ollama:
    request: ClassVar[Spec] = _REQUEST
    answer: ClassVar[Spec] = _ANSWER
    events: ClassVar[frozenset[str]] = frozenset({"message"})
    end: ClassVar[str | None] = None

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        if document is None and route.operation == "models":
            return LlmRequest(route.api, route.operation)
        body = an_object(document, "$")
        messages = []
        has_tokens = bool(body.get("context"))
        for field, role in (("system", "system"), ("template", "system"), ("prompt", "user"),
                            ("suffix", "user")):  # fmt: skip
            text = optional(a_string, body, field)
            if text:
                messages.append(Message(role, text))
        if body.get("input") is not None:
            text, has_numbers = texts_or_tokens(body["input"], "$.input")
            has_tokens |= has_numbers
            messages.append(Message("user", text))
        for index, item in enumerate(optional(an_array, body, "messages") or []):
            path = f"$.messages[{index}]"
            message = an_object(item, path)
            rest = {key: value for key, value in message.items() if key not in ("role", "images")}
            messages.append(Message(a_string(message.get("role"), f"{path}.role"), all_text(rest)))
        tools = []
        for index, item in enumerate(optional(an_array, body, "tools") or []):
            path = f"$.tools[{index}]"
            function = an_object(an_object(item, path).get("function"), f"{path}.function")
            tools.append(a_string(function.get("name"), f"{path}.function.name"))
        options = optional(an_object, body, "options") or {}
        most = options.get("num_predict")
        stream = optional(a_boolean, body, "stream")
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=a_string(body.get("model"), "$.model"),
            stream=(stream is not False) if route.operation in ("chat", "generate") else False,
            messages=tuple(messages),
            tools=tuple(tools),
            # Less than zero asks for no limit.
            max_tokens=(
                None
                if type(most) is int and most < 0
                else optional(a_count, options, "num_predict", "$.options")
            ),
            has_tokens=has_tokens,
        )

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        self.read_event(document, facts)

    def event_spec(self, event: str | None, document: Any) -> Spec:
        if type(document) is dict:
            return FREE if "error" in document else _LINE
        return LOOSE

    def channel(self, event: str | None, document: Any, path: Path) -> tuple[Group, Path]:
        return "", path

    def begins(self, document: Any) -> Group | None:
        return None

    def ends(self, document: Any) -> Iterable[Group] | Everything:
        return EVERYTHING if type(document) is dict and document.get("done") is True else ()

    def read_event(self, document: Any, facts: AnswerFacts) -> None:
        if type(document) is not dict:
            return
        facts.model = said_string(document.get("model")) or facts.model
        facts.finish_reason = said_string(document.get("done_reason")) or facts.finish_reason
        tokens = said_count(document.get("prompt_eval_count"))
        facts.input_tokens = facts.input_tokens if tokens is None else tokens
        tokens = said_count(document.get("eval_count"))
        facts.output_tokens = facts.output_tokens if tokens is None else tokens

    def carrier(self, document: Any, slot: Slot) -> Carrier:
        event: dict[Any, Any] = {
            key: document[key] for key in ("model", "created_at") if key in document
        }
        container = event
        if slot.path[0] == "message":
            container = event["message"] = {"role": "assistant"}
        container[slot.path[-1]] = ""
        event["done"] = False
        return Carrier(None, event, container, slot.path[-1])


OLLAMA: Dialect = Ollama()
