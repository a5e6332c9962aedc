"""The messages that upb reads are the ones that envoy-data-plane describes."""

from __future__ import annotations

from importlib.resources import files

import pytest
from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.service.auth import v3 as auth
from envoy_data_plane.envoy.service.ext_proc import v3 as ext_proc
from envoy_data_plane.google.protobuf import Struct, Value

from extproc.core.events import (
    RequestBody,
    RequestHeaders,
    RequestTrailers,
    ResponseBody,
    ResponseHeaders,
    ResponseTrailers,
)
from extproc.core.replies import (
    Admission,
    BodyReply,
    Direction,
    HeadersReply,
    ImmediateReply,
    Rejection,
    TrailersReply,
)
from extproc.wire import messages, schema
from extproc.wire.authorization import read_arrival, write_admission, write_rejection
from extproc.wire.processing import read_event, write_reply


def test_the_descriptor_set_is_current() -> None:
    kept = files("extproc.wire").joinpath("envoy.binpb").read_bytes()
    assert schema.build() == kept, "run: python -m extproc.wire"


HEADERS = core.HeaderMap(
    headers=[
        core.HeaderValue(key=":path", raw_value=b"/v1/messages"),
        core.HeaderValue(key="x-latin", raw_value=b"caf\xe9"),
        core.HeaderValue(key="x-twice", raw_value=b"a"),
        core.HeaderValue(key="x-twice", raw_value=b"b"),
    ]
)
METADATA = core.Metadata(
    filter_metadata={
        "envoy.filters.http.ext_authz": Struct(fields={"call": Value(string_value='{"a":1}')})
    }
)
READ = {":path": "/v1/messages", "x-latin": "caf\xe9", "x-twice": "a, b"}


@pytest.mark.parametrize(
    ("message", "event"),
    [
        pytest.param(
            ext_proc.ProcessingRequest(
                request_headers=ext_proc.HttpHeaders(headers=HEADERS, end_of_stream=True),
                metadata_context=METADATA,
            ),
            RequestHeaders(READ, True, b'{"a":1}'),
            id="request headers, with the call from ext_authz",
        ),
        pytest.param(
            ext_proc.ProcessingRequest(
                request_headers=ext_proc.HttpHeaders(headers=HEADERS, end_of_stream=False)
            ),
            RequestHeaders(READ, False, b""),
            id="request headers, without ext_authz",
        ),
        pytest.param(
            ext_proc.ProcessingRequest(
                request_body=ext_proc.HttpBody(body=b"\xff{", end_of_stream=False)
            ),
            RequestBody(b"\xff{", False),
            id="request body",
        ),
        pytest.param(
            ext_proc.ProcessingRequest(
                request_trailers=ext_proc.HttpTrailers(trailers=core.HeaderMap(headers=[]))
            ),
            RequestTrailers({}),
            id="request trailers",
        ),
        pytest.param(
            ext_proc.ProcessingRequest(
                response_headers=ext_proc.HttpHeaders(headers=HEADERS, end_of_stream=False)
            ),
            ResponseHeaders(READ, False, b""),
            id="response headers",
        ),
        pytest.param(
            ext_proc.ProcessingRequest(
                response_body=ext_proc.HttpBody(body=b"", end_of_stream=True)
            ),
            ResponseBody(b"", True),
            id="the empty last piece of a response body",
        ),
        pytest.param(
            ext_proc.ProcessingRequest(response_trailers=ext_proc.HttpTrailers(trailers=HEADERS)),
            ResponseTrailers(READ),
            id="response trailers",
        ),
    ],
)
def test_events(message: ext_proc.ProcessingRequest, event: object) -> None:
    data = bytes(message)
    parsed = messages.ProcessingRequest.FromString(data)
    assert read_event(parsed) == event
    assert ext_proc.ProcessingRequest.parse(parsed.SerializeToString()) == message


def test_a_message_of_no_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="no known kind"):
        read_event(messages.ProcessingRequest())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (HeadersReply(Direction.REQUEST, {"a": "1"}, ("b",)), "request_headers"),
        (HeadersReply(Direction.RESPONSE), "response_headers"),
        (BodyReply(Direction.REQUEST, b"x", True), "request_body"),
        (BodyReply(Direction.RESPONSE, b"", False), "response_body"),
        (TrailersReply(Direction.REQUEST), "request_trailers"),
        (TrailersReply(Direction.RESPONSE, {"a": "1"}), "response_trailers"),
        (ImmediateReply(403, {"a": "\xe9"}, b"no", "why"), "immediate_response"),
    ],
)
def test_replies_read_the_same_on_both_sides(reply: object, kind: str) -> None:
    data = write_reply(reply)  # type: ignore[arg-type]
    theirs = ext_proc.ProcessingResponse.parse(data)
    assert getattr(theirs, kind) is not None
    others = {"request_headers", "response_headers", "request_body", "response_body",
              "request_trailers", "response_trailers", "immediate_response"} - {kind}  # fmt: skip
    assert all(getattr(theirs, other) is None for other in others)
    assert messages.ProcessingResponse.FromString(bytes(theirs)).SerializeToString() == data
    match reply:
        case BodyReply():
            streamed = getattr(theirs, kind).response.body_mutation.streamed_response
            assert (streamed.body, streamed.end_of_stream) == (reply.body, reply.end_of_stream)
        case HeadersReply():
            common = getattr(theirs, kind).response
            assert common.clear_route_cache is (reply.direction is Direction.REQUEST)
            written = common.header_mutation
            if reply.set:
                assert written.remove_headers == list(reply.remove)
                assert [
                    (option.header.key, option.header.raw_value, int(option.append_action))
                    for option in written.set_headers
                ] == [("a", b"1", 2)]
        case ImmediateReply():
            immediate = theirs.immediate_response
            assert immediate is not None
            assert (int(immediate.status.code), immediate.body) == (403, b"no")
            assert immediate.headers.set_headers[0].header.raw_value == b"\xe9"


def test_check_request() -> None:
    message = auth.CheckRequest(
        attributes=auth.AttributeContext(
            source=auth.AttributeContextPeer(
                address=core.Address(
                    socket_address=core.SocketAddress(address="10.0.0.1", port_value=4711)
                ),
                certificate="-----BEGIN%20CERTIFICATE-----",
            ),
            request=auth.AttributeContextRequest(
                http=auth.AttributeContextHttpRequest(
                    id="7",
                    method="POST",
                    path="/v1/messages",
                    host="h",
                    scheme="http",
                    protocol="HTTP/1.1",
                    header_map=HEADERS,
                )
            ),
        )
    )
    arrival = read_arrival(messages.CheckRequest.FromString(bytes(message)))
    assert (arrival.source, arrival.source_port, arrival.id) == ("10.0.0.1", 4711, "7")
    assert arrival.certificate == "-----BEGIN%20CERTIFICATE-----"
    assert (arrival.method, arrival.path, arrival.host) == ("POST", "/v1/messages", "h")
    assert arrival.headers == (
        (":path", "/v1/messages"), ("x-latin", "caf\xe9"), ("x-twice", "a"), ("x-twice", "b"),
    )  # fmt: skip


def test_check_responses() -> None:
    admitted = auth.CheckResponse.parse(write_admission(Admission(("authorization",), b"{}")))
    assert admitted.status is not None
    assert admitted.status.code == 0
    assert admitted.ok_response is not None
    assert admitted.ok_response.headers_to_remove == ["authorization"]
    assert admitted.dynamic_metadata is not None
    assert admitted.dynamic_metadata.fields["call"].string_value == "{}"
    rejected = auth.CheckResponse.parse(write_rejection(Rejection(401, {"a": "b"}, b"no")))
    assert rejected.status is not None
    assert rejected.status.code == 7
    assert rejected.denied_response is not None
    assert (int(rejected.denied_response.status.code), rejected.denied_response.body) == (401, "no")  # type: ignore[union-attr]
    assert rejected.denied_response.headers[0].header.key == "a"  # type: ignore[union-attr]
