"""MCP over HTTP: JSON-RPC 2.0, as one document, as a batch, or as server-sent events.

Source: modelcontextprotocol.io/specification, "Streamable HTTP" and the schema of its messages.

Every message is complete by itself, so nothing in a stream waits for anything. Policy sees the
tool that is called in `llm.tools`, the method of each message as its role, and the server's name
as the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from extproc.core.llm.dialect import (
    AnswerFacts,
    Carrier,
    Dialect,
    Everything,
    Group,
    LlmRequest,
    Message,
    a_string,
    all_text,
    an_object,
    optional,
    refuse,
)
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import BLOB, FREE, NAME, PROTOCOL, Kind, Path, Slot, Spec, array_of

_ID = Spec(text=Kind.NAME, numbers=False)
_META = Spec(fields={"progressToken": _ID})
_RESOURCE = Spec(fields={"uri": FREE, "mimeType": FREE, "text": FREE, "blob": BLOB})
_CONTENT = Spec(
    kinds={
        "image": Spec(fields={"type": FREE, "data": BLOB, "mimeType": FREE}),
        "audio": Spec(fields={"type": FREE, "data": BLOB, "mimeType": FREE}),
        "resource": Spec(fields={"type": FREE, "resource": _RESOURCE}),
    }
)
_MESSAGES = array_of(
    Spec(fields={"role": FREE, "content": Spec(items=_CONTENT, kinds=_CONTENT.kinds)})
)
_PAYLOAD = Spec(
    fields={
        "_meta": _META,
        "protocolVersion": FREE,
        "progressToken": _ID,
        "requestId": _ID,
        "progress": PROTOCOL,
        "total": PROTOCOL,
        "maxTokens": PROTOCOL,
        "cursor": BLOB,
        "nextCursor": BLOB,
        "content": Spec(items=_CONTENT, kinds=_CONTENT.kinds),
        "contents": array_of(_RESOURCE),
        "messages": _MESSAGES,
    }
)
_MESSAGE = Spec(
    fields={
        "jsonrpc": FREE,
        "id": _ID,
        "method": NAME,
        "params": _PAYLOAD,
        "result": _PAYLOAD,
        "error": Spec(fields={"code": PROTOCOL, "message": FREE, "data": FREE}),
    }
)
_DOCUMENT = Spec(fields=_MESSAGE.fields, items=_MESSAGE)


class Mcp:
    request: ClassVar[Spec] = _DOCUMENT
    answer: ClassVar[Spec] = _DOCUMENT
    events: ClassVar[frozenset[str]] = frozenset({"message"})
    end: ClassVar[str | None] = None

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        if document is None:
            # GET listens, DELETE ends the session.
            return LlmRequest(route.api, route.operation, route.model)
        is_batch = type(document) is list
        messages = []
        tools = []
        call_id: str | int | None = None
        for index, item in enumerate(document if is_batch else [document]):
            path = f"$[{index}]" if is_batch else "$"
            call = an_object(item, path)
            if call.get("jsonrpc") != "2.0":
                refuse(f"{path}.jsonrpc", '"2.0"')
            own = call.get("id")
            if own is not None and type(own) not in (str, int):
                refuse(f"{path}.id", "a string or a whole number")
            method = optional(a_string, call, "method", path) or ""
            call_id = own if call_id is None and method else call_id
            payload = call.get("params") if method else call.get("result", call.get("error"))
            if method == "tools/call":
                params = an_object(payload, f"{path}.params")
                tools.append(a_string(params.get("name"), f"{path}.params.name"))
            messages.append(Message(method, all_text(payload)))
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=route.model,
            messages=tuple(messages),
            tools=tuple(tools),
            call_id=call_id,
        )

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        self.read_event(document, facts)

    def event_spec(self, event: str | None, document: Any) -> Spec:
        return _DOCUMENT

    def channel(self, event: str | None, document: Any, path: Path) -> tuple[Group, Path]:
        return "", path

    def begins(self, document: Any) -> Group | None:
        return None

    def ends(self, document: Any) -> Iterable[Group] | Everything:
        return ()

    def read_event(self, document: Any, facts: AnswerFacts) -> None:
        """A tool says whether it failed; there is no more to know."""
        result = document.get("result") if type(document) is dict else None
        if type(result) is dict and "isError" in result:
            facts.finish_reason = "error" if result["isError"] is True else "completed"
        elif type(document) is dict and "error" in document:
            facts.finish_reason = "error"

    def carrier(self, document: Any, slot: Slot) -> Carrier:
        raise NotImplementedError("no text of this dialect comes in pieces")


MCP: Dialect = Mcp()
