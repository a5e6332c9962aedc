"""The document that Rego sees; one builder for all three phases.

`attributes`, `parsed_path`, `parsed_query` and `version` are as the opa-envoy-plugin makes them
(envoyauth/request.go: proto JSON names, empty values left out), so that a policy written for it
runs unchanged. `identity`, `agent`, `credential`, `llm` and `findings` are additions beside them.
The value of a credential is never in the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec

from extproc.core.call import Call
from extproc.core.identity import Identity

CREDENTIAL_HEADERS = frozenset({"authorization", "x-api-key", "proxy-authorization", "cookie"})
CREDENTIAL = "[credential]"
VERSION = {"ext_authz": "v3", "encoding": "protojson"}

_encoder = msgspec.json.Encoder(decimal_format="number")


class HttpRequest(msgspec.Struct, frozen=True):
    """The request line and headers, as both filters know them."""

    method: str
    path: str
    host: str
    scheme: str
    protocol: str
    headers: Mapping[str, str]
    """Lower-case names; pseudo headers included, as ext_authz shows them."""
    id: str = ""
    size: int = -1
    """Of the body; -1 when it is not known."""


def authz_input(
    request: HttpRequest, source: str, port: int, identity: Identity, api: str, operation: str
) -> bytes:
    """For the authz phase: headers and identity."""
    document = _base(request, source, port, identity)
    document["llm"] = {"api": api, "operation": operation}
    return _encoder.encode(document)


def exchange_input(
    request: HttpRequest,
    call: Call,
    llm: Mapping[str, Any],
    status: str,
    items: Iterable[tuple[str, int, str]],
) -> bytes:
    """For the request and response phases: the body is known too.

    `status` is ok, partial or unavailable; `items` are (type, count, where).
    """
    document = _base(request, call.source, call.source_port, call.identity)
    document["llm"] = llm
    document["findings"] = {
        "status": status,
        "items": [{"type": kind, "count": count, "where": where} for kind, count, where in items],
    }
    return _encoder.encode(document)


def _base(request: HttpRequest, source: str, port: int, identity: Identity) -> dict[str, Any]:
    path, _, query = request.path.partition("?")
    http = {
        "id": request.id,
        "method": request.method,
        "headers": {
            name: CREDENTIAL if name in CREDENTIAL_HEADERS else value
            for name, value in request.headers.items()
        },
        "path": request.path,
        "host": request.host,
        "scheme": request.scheme,
        "protocol": request.protocol,
        "size": request.size,
    }
    return {
        "version": VERSION,
        "attributes": {
            "source": {"address": {"socketAddress": {"address": source, "portValue": port}}},
            "request": {"http": {name: value for name, value in http.items() if value}},
        },
        "parsed_path": unquote(path).lstrip("/").split("/"),
        "parsed_query": parse_qs(query, keep_blank_values=True) if query else {},
        "identity": {
            "subject": identity.subject,
            "issuer": identity.issuer,
            "groups": identity.groups,
            "claims": identity.claims,
        },
        "agent": {
            "id": identity.agent_id,
            "name": identity.agent_name,
            "parent": identity.parent,
            "started_at": identity.started_at,
        },
        "credential": {
            "id": identity.credential_id,
            "expires_at": identity.expires_at,
            "binding": identity.binding,
            "scope": identity.scope,
        },
    }
