"""What ext_authz found out about a call and hands on to ext_proc, through Envoy's metadata.

A client cannot write that metadata, so the identity is verified once. Envoy sends it with every
message, so it is written short: an array, without names.
"""

from __future__ import annotations

import msgspec

from extproc.core.identity import Identity


class Call(msgspec.Struct, frozen=True, array_like=True):
    exchange_id: str
    decision_id: str
    """Of the authz decision."""
    at: int
    """When the request arrived; microseconds since 1970."""
    source: str
    source_port: int
    protocol: str
    request_id: str
    """Envoy's own x-request-id."""
    identity: Identity


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Call)


def write_call(call: Call) -> bytes:
    return _encoder.encode(call)


def read_call(data: bytes) -> Call:
    """Raises msgspec.MsgspecError (ValidationError, DecodeError) on anything else."""
    return _decoder.decode(data)
