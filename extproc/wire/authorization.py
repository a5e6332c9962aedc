"""ext_authz over bytes: a CheckRequest in, a CheckResponse out. Knows no gRPC library."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from extproc.core.events import Arrival
from extproc.core.replies import Admission, Rejection
from extproc.wire.messages import CheckRequest, CheckResponse

CALL_KEY = "call"
"""Where the call stands in the dynamic metadata of ext_authz."""

_OK = 0
_PERMISSION_DENIED = 7

Check = Callable[[bytes], Awaitable[bytes]]


def authorization(check: Callable[[Arrival], Awaitable[Admission | Rejection]]) -> Check:
    """The servicer for one service function. Whatever that raises goes to the transport, which
    must answer with an error status: Envoy then refuses the call."""

    async def handle(data: bytes) -> bytes:
        answer = await check(read_arrival(CheckRequest.FromString(data)))
        return write_admission(answer) if isinstance(answer, Admission) else write_rejection(answer)

    return handle


def read_arrival(message: Any) -> Arrival:
    attributes = message.attributes
    http = attributes.request.http
    address = attributes.source.address.socket_address
    return Arrival(
        method=http.method,
        path=http.path,
        host=http.host,
        scheme=http.scheme,
        protocol=http.protocol,
        headers=tuple((h.key, _text(h)) for h in http.header_map.headers),
        source=address.address,
        source_port=address.port_value,
        id=http.id,
        certificate=attributes.source.certificate,
    )


def _text(header: Any) -> str:
    # Header values are bytes; latin-1 keeps each of them, as HTTP's own grammar does.
    raw = header.raw_value
    return raw.decode("latin-1") if raw else str(header.value)


def write_admission(answer: Admission) -> bytes:
    message = CheckResponse()
    message.status.code = _OK
    message.ok_response.headers_to_remove.extend(answer.remove)
    _set_headers(message.ok_response.headers, answer.set)
    message.dynamic_metadata.fields[CALL_KEY].string_value = answer.call.decode()
    written: bytes = message.SerializeToString()
    return written


def write_rejection(answer: Rejection) -> bytes:
    message = CheckResponse()
    message.status.code = _PERMISSION_DENIED
    denied = message.denied_response
    denied.status.code = answer.status
    denied.body = answer.body.decode()
    _set_headers(denied.headers, answer.headers)
    written: bytes = message.SerializeToString()
    return written


def _set_headers(options: Any, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        option = options.add()
        option.header.key = name
        option.header.value = value
