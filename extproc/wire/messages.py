"""The four message classes of ext_authz and ext_proc, parsed and written by protobuf's C code.

They live in a pool of their own, so no other package's copy of Envoy's protos can clash.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from extproc.wire.schema import PACKAGE

_pool = descriptor_pool.DescriptorPool()
_pool.Add(
    descriptor_pb2.FileDescriptorProto.FromString(
        files("extproc.wire").joinpath("envoy.binpb").read_bytes()
    )
)


def _message(name: str) -> Any:
    return message_factory.GetMessageClass(_pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))


CheckRequest = _message("CheckRequest")
CheckResponse = _message("CheckResponse")
ProcessingRequest = _message("ProcessingRequest")
ProcessingResponse = _message("ProcessingResponse")
