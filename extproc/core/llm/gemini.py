"""Google Gemini: generateContent, streamGenerateContent, countTokens and embeddings.

Source: ai.google.dev/api and the types of the stock client. Fields are those of protobuf's JSON,
which may be written `systemInstruction` or `system_instruction`.

A reader joins the text of all parts of a candidate, thoughts apart, in a stream and in one
answer. So one text is (candidate, thought or not), in whichever parts it came. Log probabilities
are dropped: they repeat the text in pieces of which no object beside them has the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from extproc.core.llm.dialect import (
    AnswerFacts,
    Carrier,
    Dialect,
    Everything,
    Group,
    LlmRequest,
    Message,
    a_count,
    a_string,
    all_text,
    an_array,
    an_object,
    optional,
    said_count,
    said_string,
)
from extproc.core.llm.places import position
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import (
    BLOB,
    COUNT,
    DROPPED,
    FREE,
    LOOSE,
    NAME,
    PROTOCOL,
    Kind,
    Path,
    Slot,
    Spec,
    array_of,
)


def _both(**fields: Spec) -> dict[str, Spec]:
    """Each field as it is and in the other spelling."""
    return {**fields, **{_snake(name): spec for name, spec in fields.items()}}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


_DATA = Spec(fields=_both(mimeType=FREE, data=BLOB, displayName=FREE))
_PART_FIELDS = _both(
    thought=FREE,
    thoughtSignature=BLOB,
    inlineData=_DATA,
    fileData=Spec(fields=_both(mimeType=FREE, fileUri=FREE)),
    functionCall=Spec(fields={"id": NAME, "name": FREE, "args": FREE}),
    functionResponse=Spec(
        fields={"id": NAME, "name": FREE, "parts": array_of(Spec(fields=_both(inlineData=_DATA)))}
    ),
    videoMetadata=PROTOCOL,
)
_PART = Spec(fields={"text": FREE, **_PART_FIELDS})
_CONTENT = Spec(fields={"role": FREE, "parts": array_of(_PART)})

_REQUEST_FIELDS = _both(
    model=NAME,
    content=_CONTENT,
    contents=array_of(_CONTENT),
    systemInstruction=_CONTENT,
    generationConfig=Spec(numbers=False),
    cachedContent=NAME,
    outputDimensionality=PROTOCOL,
)
_REQUEST = Spec(
    fields={
        **_REQUEST_FIELDS,
        # countTokens may hold a whole request, batchEmbedContents many.
        **_both(generateContentRequest=Spec(fields=_REQUEST_FIELDS)),
        "requests": array_of(Spec(fields=_REQUEST_FIELDS)),
    }
)

_STREAM = Spec(text=Kind.STREAM)
_ANSWER_PART = Spec(
    fields={
        "text": Spec(text=Kind.STREAM, prose=True),
        **_PART_FIELDS,
        "functionCall": Spec(
            fields={
                "id": NAME,
                "name": FREE,
                "args": FREE,
                # Arguments that stream, each string in pieces under its path.
                "partialArgs": array_of(
                    Spec(fields={"jsonPath": NAME, "stringValue": _STREAM}, rest=LOOSE)
                ),
            }
        ),
    }
)
_CITATIONS = Spec(
    fields=_both(
        startIndex=PROTOCOL, endIndex=PROTOCOL, partIndex=PROTOCOL, groundingChunkIndices=PROTOCOL
    ),
    deep=True,
)
_ANSWER = Spec(
    fields=_both(
        candidates=array_of(
            Spec(
                fields=_both(
                    index=PROTOCOL,
                    content=Spec(fields={"role": FREE, "parts": array_of(_ANSWER_PART)}),
                    finishReason=FREE,
                    tokenCount=PROTOCOL,
                    avgLogprobs=PROTOCOL,
                    logprobsResult=DROPPED,
                    citationMetadata=_CITATIONS,
                    groundingMetadata=_CITATIONS,
                )
            )
        ),
        usageMetadata=COUNT,
        modelVersion=NAME,
        responseId=NAME,
        createTime=FREE,
        promptFeedback=FREE,
        totalTokens=PROTOCOL,
        # GET /v1beta/models
        models=array_of(Spec(fields={"name": NAME})),
        nextPageToken=BLOB,
        # Embeddings are numbers only.
        embedding=PROTOCOL,
        embeddings=PROTOCOL,
    ),
    is_joined=True,
)


class Gemini:
    request: ClassVar[Spec] = _REQUEST
    answer: ClassVar[Spec] = _ANSWER
    events: ClassVar[frozenset[str]] = frozenset({"message", "error"})
    end: ClassVar[str | None] = None

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        if document is None and route.operation == "models":
            return LlmRequest(route.api, route.operation)
        body = an_object(document, "$")
        inner = _either(an_object, body, "generateContentRequest", "$") or body
        config = _either(an_object, inner, "generationConfig", "$") or {}
        messages = []
        system = _either(an_object, inner, "systemInstruction", "$")
        if system is not None:
            messages.append(Message("system", all_text(system)))
        messages += _messages(inner, "$")
        for index, item in enumerate(optional(an_array, body, "requests") or []):
            path = f"$.requests[{index}]"
            messages += _messages(an_object(item, path), path)
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=route.model,
            stream=route.is_stream,
            messages=tuple(messages),
            tools=tuple(_tools(optional(an_array, inner, "tools") or [])),
            max_tokens=_either(a_count, config, "maxOutputTokens", "$.generationConfig"),
        )

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        self.read_event(document, facts)

    def event_spec(self, event: str | None, document: Any) -> Spec:
        if type(document) is dict:
            return FREE if "error" in document else _ANSWER
        return LOOSE

    def channel(self, event: str | None, document: Any, path: Path) -> tuple[Group, Path]:
        if len(path) > 4 and path[0] == "candidates" and isinstance(path[1], int):
            part = _part_at(document, path)
            if path[5:] == ("text",):
                return path[1], ("thought" if part.get("thought") is True else "text",)
            if path[6:7] == ("partialArgs",) and path[8:] == ("stringValue",):
                return path[1], ("args", said_string(_piece_at(part, path).get("jsonPath")))
        return "", (event or "", *path)

    def begins(self, document: Any) -> Group | None:
        return None

    def ends(self, document: Any) -> Iterable[Group] | Everything:
        return [
            position(index, candidate)
            for index, candidate in enumerate(_list(document, "candidates"))
            if type(candidate) is dict and candidate.get("finishReason")
        ]

    def read_event(self, document: Any, facts: AnswerFacts) -> None:
        if type(document) is not dict:
            return
        facts.model = said_string(document.get("modelVersion")) or facts.model
        for candidate in _list(document, "candidates"):
            if type(candidate) is dict and not facts.finish_reason:
                facts.finish_reason = said_string(candidate.get("finishReason"))
        usage = document.get("usageMetadata")
        if type(usage) is dict:
            tokens = said_count(usage.get("promptTokenCount"))
            facts.input_tokens = facts.input_tokens if tokens is None else tokens
            tokens = said_count(usage.get("candidatesTokenCount"))
            if tokens is not None:
                thoughts = said_count(usage.get("thoughtsTokenCount")) or 0
                facts.output_tokens = tokens + thoughts
        total = said_count(document.get("totalTokens"))
        facts.input_tokens = facts.input_tokens if total is None else total

    def carrier(self, document: Any, slot: Slot) -> Carrier:
        part = _part_at(document, slot.path)
        made: dict[str, Any] = {"text": ""}
        container = made
        if slot.path[-1] == "text":
            if part.get("thought") is True:
                made["thought"] = True
        else:
            container = {**_piece_at(part, slot.path), "stringValue": ""}
            call = str(slot.path[5])
            made = {call: {**part[call], "partialArgs": [container]}}
        content = {"role": "model", "parts": [made]}
        event = {"candidates": [{"index": slot.path[1], "content": content}]}
        return Carrier(None, event, container, slot.path[-1])


def _list(value: Any, key: str) -> list[Any]:
    found = value.get(key) if type(value) is dict else None
    return found if type(found) is list else []


def _at(items: list[Any], place: str | int) -> dict[str, Any]:
    """The object at a place, which is its own `index` if it has one; empty when there is none."""
    for index, item in enumerate(items):
        if type(item) is dict and position(index, item) == place:
            found: dict[str, Any] = item
            return found
    return {}


def _part_at(document: Any, path: Path) -> dict[str, Any]:
    """The part of a candidate's content that a path leads through."""
    candidate = _at(_list(document, "candidates"), path[1])
    return _at(_list(candidate.get("content"), "parts"), path[4])


def _piece_at(part: dict[str, Any], path: Path) -> dict[str, Any]:
    """The piece of streaming arguments that a path leads to."""
    return _at(_list(part.get(str(path[5])), "partialArgs"), path[7])


def _either(read: Any, body: dict[str, Any], name: str, path: str) -> Any:
    """A member in either spelling."""
    found = optional(read, body, name, path)
    return optional(read, body, _snake(name), path) if found is None else found


def _messages(body: dict[str, Any], path: str) -> Iterator[Message]:
    contents = optional(an_array, body, "contents", path) or []
    content = optional(an_object, body, "content", path)
    for index, item in enumerate(contents if content is None else [*contents, content]):
        where = f"{path}.contents[{index}]"
        turn = an_object(item, where)
        role = optional(a_string, turn, "role", where) or "user"
        parts = optional(an_array, turn, "parts", where) or []
        yield Message(role, all_text(parts))


def _tools(tools: list[Any]) -> Iterator[str]:
    for index, item in enumerate(tools):
        path = f"$.tools[{index}]"
        tool = an_object(item, path)
        for name in tool:
            if name not in ("functionDeclarations", "function_declarations"):
                yield name  # one that the provider brings has no other name
        for at, each in enumerate(_either(an_array, tool, "functionDeclarations", path) or []):
            where = f"{path}.functionDeclarations[{at}]"
            yield a_string(an_object(each, where).get("name"), f"{where}.name")


GEMINI: Dialect = Gemini()
