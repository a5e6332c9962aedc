"""Builds the descriptor set of Envoy's messages from envoy-data-plane's classes.

envoy-data-plane is the schema, protobuf's C parser is the codec: betterproto parses some
800 times slower, and xds-protos overwrites files of its neighbours. Importing envoy-data-plane
takes seconds, so this runs ahead of time (`python -m extproc.wire`) and leaves `envoy.binpb`;
tests/wire/test_messages.py proves that the file is current.

Enums are declared as int32, which is the same on the wire.
"""

from __future__ import annotations

import inspect
from typing import Any

from google.protobuf import descriptor_pb2

PACKAGE = "extproc.envoy"
_Field = descriptor_pb2.FieldDescriptorProto

_SCALARS = {
    "double": _Field.TYPE_DOUBLE,
    "float": _Field.TYPE_FLOAT,
    "int64": _Field.TYPE_INT64,
    "uint64": _Field.TYPE_UINT64,
    "int32": _Field.TYPE_INT32,
    "fixed64": _Field.TYPE_FIXED64,
    "fixed32": _Field.TYPE_FIXED32,
    "bool": _Field.TYPE_BOOL,
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "uint32": _Field.TYPE_UINT32,
    "sfixed32": _Field.TYPE_SFIXED32,
    "sfixed64": _Field.TYPE_SFIXED64,
    "sint32": _Field.TYPE_SINT32,
    "sint64": _Field.TYPE_SINT64,
    "enum": _Field.TYPE_INT32,
}


def build() -> bytes:
    """The serialised FileDescriptorProto of the four messages and all that they hold."""
    from envoy_data_plane.envoy.service.auth import v3 as auth
    from envoy_data_plane.envoy.service.ext_proc import v3 as ext_proc

    schema = _Schema()
    for root in (
        auth.CheckRequest,
        auth.CheckResponse,
        ext_proc.ProcessingRequest,
        ext_proc.ProcessingResponse,
    ):
        schema.add(root)
    return schema.file.SerializeToString(deterministic=True)


class _Schema:
    def __init__(self) -> None:
        self.file = descriptor_pb2.FileDescriptorProto(
            name="extproc/envoy.proto", package=PACKAGE, syntax="proto3"
        )
        self._names: dict[type, str] = {}

    def add(self, cls: type) -> str:
        """Describe `cls` and what it refers to, once; returns its qualified name."""
        if cls in self._names:
            return self._names[cls]
        taken = {message.name for message in self.file.message_type}
        # Two packages may use one short name; the later one is told apart by its package.
        short = cls.__name__
        if short in taken:
            short = cls.__module__.rpartition(".")[0].rpartition(".")[2].title() + short
        if short in taken:
            raise ValueError(f"two messages would be called {short}")
        qualified = self._names[cls] = f".{PACKAGE}.{short}"
        message = self.file.message_type.add(name=short)
        meta: Any = cls._betterproto  # type: ignore[attr-defined]
        oneofs: dict[str, int] = {}
        for name in meta.meta_by_field_name:
            self._add_field(message, cls, name, oneofs)
        return qualified

    def _add_field(
        self,
        message: descriptor_pb2.DescriptorProto,
        cls: type,
        name: str,
        oneofs: dict[str, int],
    ) -> None:
        betterproto: Any = cls._betterproto  # type: ignore[attr-defined]
        meta = betterproto.meta_by_field_name[name]
        if meta.proto_type == "map":
            self._add_map(message, name, meta, betterproto)
            return
        field = message.field.add(name=name.rstrip("_"), number=meta.number)
        field.label = _Field.LABEL_REPEATED if meta.repeated else _Field.LABEL_OPTIONAL
        if meta.proto_type == "message":
            held = meta.unwrap() if meta.unwrap else betterproto.cls_by_field[name]
            field.type = _Field.TYPE_MESSAGE
            field.type_name = self.add(held)
        else:
            field.type = _SCALARS[meta.proto_type]
        if meta.group:
            if meta.group not in oneofs:
                oneofs[meta.group] = len(message.oneof_decl)
                message.oneof_decl.add(name=meta.group)
            field.oneof_index = oneofs[meta.group]

    def _add_map(
        self, message: descriptor_pb2.DescriptorProto, name: str, meta: Any, betterproto: Any
    ) -> None:
        key, value = meta.map_meta
        entry_name = "".join(part.title() for part in name.split("_")) + "Entry"
        entry = message.nested_type.add(name=entry_name)
        entry.options.map_entry = True
        entry.field.add(
            name="key", number=1, label=_Field.LABEL_OPTIONAL, type=_SCALARS[key.proto_type]
        )
        slot = entry.field.add(name="value", number=2, label=_Field.LABEL_OPTIONAL)
        if value.proto_type == "message":
            held = betterproto.cls_by_field[f"{name}.value"]
            assert inspect.isclass(held)
            slot.type = _Field.TYPE_MESSAGE
            slot.type_name = self.add(held)
        else:
            slot.type = _SCALARS[value.proto_type]
        message.field.add(
            name=name,
            number=meta.number,
            label=_Field.LABEL_REPEATED,
            type=_Field.TYPE_MESSAGE,
            type_name=f"{self._names_of(message)}.{entry_name}",
        )

    def _names_of(self, message: descriptor_pb2.DescriptorProto) -> str:
        return f".{PACKAGE}.{message.name}"
