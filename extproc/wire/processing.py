"""ext_proc over bytes: Envoy's messages to events, replies to Envoy's messages.

Knows no gRPC library. A handler must never end a stream that Envoy has not ended: a clean end
tells Envoy to carry on without us, whatever failure_mode_allow says, and the rest of the body
would go out unjudged. So `process` returns only after Envoy closed; every other way out raises,
and the transport turns that into an error status.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from extproc.core.events import (
    Event,
    RequestBody,
    RequestHeaders,
    RequestTrailers,
    ResponseBody,
    ResponseHeaders,
    ResponseTrailers,
)
from extproc.core.replies import (
    BodyReply,
    Direction,
    HeadersReply,
    ImmediateReply,
    Patience,
    Reply,
    TrailersReply,
)
from extproc.wire.authorization import CALL_KEY
from extproc.wire.data_port import AUTHZ_FILTER
from extproc.wire.messages import ProcessingRequest, ProcessingResponse

_OVERWRITE = 2  # HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD


class EarlyEnd(Exception):
    """A handler returned although Envoy had not closed the stream."""


class MessageStream(Protocol):
    """One `Process` call, as a transport offers it."""

    async def receive(self) -> bytes | None:
        """The next message; None when Envoy closed or reset the stream."""
        ...

    async def send(self, message: bytes) -> None: ...


Process = Callable[[MessageStream], Awaitable[None]]


class EventStream:
    """A MessageStream in the core's words."""

    def __init__(self, stream: MessageStream) -> None:
        self._stream = stream
        self._heard_call = False

    async def receive(self) -> Event | None:
        data = await self._stream.receive()
        if data is None:
            return None
        message = ProcessingRequest.FromString(data)
        # The call comes with every message; the first is enough.
        event = read_event(message, with_call=not self._heard_call)
        self._heard_call = True
        return event

    async def send(self, reply: Reply) -> None:
        await self._stream.send(write_reply(reply))


def processing(converse: Callable[[EventStream], Awaitable[None]]) -> Process:
    """The servicer for one service function."""

    async def handle(stream: MessageStream) -> None:
        await converse(EventStream(stream))

    return handle


def read_event(message: Any, *, with_call: bool = True) -> Event:
    """Raises ValueError for a message that is none of the six kinds."""
    kind = message.WhichOneof("request")
    match kind:
        case "request_body":
            body = message.request_body
            return RequestBody(body.body, body.end_of_stream)
        case "response_body":
            body = message.response_body
            return ResponseBody(body.body, body.end_of_stream)
        case "request_headers":
            headers = message.request_headers
            return RequestHeaders(
                _headers(headers.headers),
                headers.end_of_stream,
                _call(message) if with_call else b"",
            )
        case "response_headers":
            headers = message.response_headers
            return ResponseHeaders(
                _headers(headers.headers),
                headers.end_of_stream,
                _call(message) if with_call else b"",
            )
        case "request_trailers":
            return RequestTrailers(_headers(message.request_trailers.trailers))
        case "response_trailers":
            return ResponseTrailers(_headers(message.response_trailers.trailers))
        case _:
            raise ValueError("a message of no known kind")


def _headers(header_map: Any) -> dict[str, str]:
    headers: dict[str, str] = {}
    for header in header_map.headers:
        name = header.key
        value = header.raw_value.decode("latin-1") if header.raw_value else header.value
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _call(message: Any) -> bytes:
    metadata = message.metadata_context.filter_metadata
    if AUTHZ_FILTER not in metadata:
        return b""
    value: str = metadata[AUTHZ_FILTER].fields[CALL_KEY].string_value
    return value.encode()


def write_reply(reply: Reply) -> bytes:
    message = ProcessingResponse()
    match reply:
        case BodyReply():
            part = (
                message.request_body
                if reply.direction is Direction.REQUEST
                else message.response_body
            )
            streamed = part.response.body_mutation.streamed_response
            streamed.body = reply.body
            streamed.end_of_stream = reply.end_of_stream
        case HeadersReply():
            is_request = reply.direction is Direction.REQUEST
            part = message.request_headers if is_request else message.response_headers
            common = part.response
            common.SetInParent()
            # The upstream that we named must be looked up anew.
            common.clear_route_cache = is_request
            mutation = common.header_mutation
            if reply.remove:
                mutation.remove_headers.extend(reply.remove)
            _set_headers(mutation, reply.set)
        case TrailersReply():
            part = (
                message.request_trailers
                if reply.direction is Direction.REQUEST
                else message.response_trailers
            )
            part.SetInParent()
            _set_headers(part.header_mutation, reply.set)
        case ImmediateReply():
            immediate = message.immediate_response
            immediate.status.code = reply.status
            immediate.body = reply.body
            immediate.details = reply.details
            _set_headers(immediate.headers, reply.headers)
        case Patience():
            # Envoy takes nothing else of such a message.
            message.override_message_timeout.seconds = reply.seconds
    written: bytes = message.SerializeToString()
    return written


def _set_headers(mutation: Any, headers: Any) -> None:
    for name, value in headers.items():
        option = mutation.set_headers.add()
        option.header.key = name
        option.header.raw_value = value.encode("latin-1", "replace")
        option.append_action = _OVERWRITE
