"""What Envoy told us: one frozen type per message of ext_proc, plus the end of the stream."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class RequestHeaders(msgspec.Struct, frozen=True):
    headers: Mapping[str, str]
    """Lower-case names, pseudo headers included. A repeated header is joined with a comma."""
    end_of_stream: bool
    """True when there is no body."""
    call: bytes = b""
    """What ext_authz handed on (core.call.Call as JSON); empty when it did not run."""


class RequestBody(msgspec.Struct, frozen=True):
    body: bytes
    """A piece; it may split a token, a UTF-8 character or a JSON escape anywhere."""
    end_of_stream: bool
    """False on the last piece too, when trailers follow."""


class RequestTrailers(msgspec.Struct, frozen=True):
    trailers: Mapping[str, str]


class ResponseHeaders(msgspec.Struct, frozen=True):
    headers: Mapping[str, str]
    end_of_stream: bool
    call: bytes = b""
    """As above; an answer of an earlier filter may be the first that we hear of an exchange."""


class ResponseBody(msgspec.Struct, frozen=True):
    body: bytes
    end_of_stream: bool


class ResponseTrailers(msgspec.Struct, frozen=True):
    trailers: Mapping[str, str]


class Closed(msgspec.Struct, frozen=True):
    """Envoy ended the stream: the exchange is over, the client hung up, or the upstream broke.

    Envoy does not say which.
    """


Event = (
    RequestHeaders
    | RequestBody
    | RequestTrailers
    | ResponseHeaders
    | ResponseBody
    | ResponseTrailers
    | Closed
)


class Arrival(msgspec.Struct, frozen=True):
    """What ext_authz shows of a request: everything but its body."""

    method: str
    path: str
    host: str
    scheme: str
    protocol: str
    headers: tuple[tuple[str, str], ...]
    """As they came, repeated ones one by one; lower-case names, pseudo headers included."""
    source: str
    """The client's address."""
    source_port: int
    id: str
    certificate: str = ""
    """The client's, which Envoy verified: PEM, URL-encoded; empty when it gave none."""
