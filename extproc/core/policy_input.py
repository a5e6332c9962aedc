"""The document that Rego sees; one builder for all three phases.

`attributes`, `parsed_path`, `parsed_query` and `version` are as the opa-envoy-plugin makes them
(envoyauth/request.go: proto JSON names, empty values left out), so that a policy written for it
runs unchanged. `identity`, `agent`, `credential`, `llm` and `findings` are additions beside them.
The value of a credential is never in the document.

The document is made as far as it is looked at: an engine that knows which places a policy reads
asks for those, and the whole of it is written only when someone wants the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote

import msgspec

from extproc.core.call import Call
from extproc.core.identity import Identity

CREDENTIAL_HEADERS = frozenset(
    {"authorization", "x-api-key", "x-goog-api-key", "proxy-authorization", "cookie", "dpop",
     "x-forwarded-client-cert"}
)  # fmt: skip
CREDENTIAL = "[credential]"
VERSION = {"ext_authz": "v3", "encoding": "protojson"}

Place = tuple[str, ...]
"""Below `input`: ("identity", "subject")."""

UNBOUNDED: tuple[Place, ...] = (
    ("attributes", "request", "http", "headers"),
    ("attributes", "request", "http", "id"),
    ("attributes", "source", "address", "socketAddress", "portValue"),
    ("identity", "claims"),
    ("llm", "messages"),
    ("llm", "tools"),
    ("findings", "items"),
)
"""Where a document holds a text of any length, or what is new with nearly every call."""

_encoder = msgspec.json.Encoder(decimal_format="number")


class PolicyInput(Protocol):
    """The input of one decision: a JSON value, which does not change any more."""

    def at(self, place: Place) -> Any:
        """What stands there, for msgspec to encode. A place has one part or more. Raises
        KeyError where there is nothing."""
        ...

    def encode(self) -> bytes:
        """The whole document as JSON."""
        ...


def encode_at(document: PolicyInput, places: Iterable[Place]) -> bytes:
    """The document as JSON with nothing in it but these places; what is absent stays absent.

    No place may be the beginning of another. The same places in the same order give the same
    bytes for the same values: 1, 1.0, true and "1" are all different.
    """
    kept: dict[str, Any] = {}
    for place in places:
        try:
            value = document.at(place)
        except KeyError:
            continue
        node = kept
        for part in place[:-1]:
            node = node.setdefault(part, {})
        node[place[-1]] = value
    return _encoder.encode(kept)


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


class CallInput:
    """The document of one call: its sections, each made when it is looked at."""

    __slots__ = ("_encoded", "_identity", "_made", "_port", "_request", "_source")

    def __init__(
        self,
        request: HttpRequest,
        source: str,
        port: int,
        identity: Identity,
        made: dict[str, Any],
    ) -> None:
        """`made` has the sections that only this phase has; it belongs to the document then."""
        self._request = request
        self._source = source
        self._port = port
        self._identity = identity
        self._made = made
        self._encoded = b""

    def at(self, place: Place) -> Any:
        node = self._section(place[0])
        for part in place[1:]:
            if not isinstance(node, dict):
                raise KeyError(part)
            node = node[part]
        return node

    def encode(self) -> bytes:
        if not self._encoded:
            sections = {name: self._section(name) for name in _SECTIONS}
            self._encoded = _encoder.encode({**sections, **self._made})
        return self._encoded

    def _section(self, name: str) -> Any:
        section = self._made.get(name)
        if section is None:
            section = self._made[name] = _SECTIONS[name](self)
        return section

    def _attributes(self) -> dict[str, Any]:
        request = self._request
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
        address = {"address": self._source, "portValue": self._port}
        return {
            "source": {"address": {"socketAddress": address}},
            "request": {"http": {name: value for name, value in http.items() if value}},
        }

    def _parsed_path(self) -> list[str]:
        return unquote(self._request.path.partition("?")[0]).lstrip("/").split("/")

    def _parsed_query(self) -> dict[str, list[str]]:
        query = self._request.path.partition("?")[2]
        return parse_qs(query, keep_blank_values=True) if query else {}

    def _identity_section(self) -> dict[str, Any]:
        identity = self._identity
        return {
            "subject": identity.subject,
            "issuer": identity.issuer,
            "groups": identity.groups,
            "claims": identity.claims,
        }

    def _agent(self) -> dict[str, Any]:
        identity = self._identity
        return {
            "id": identity.agent_id,
            "name": identity.agent_name,
            "parent": identity.parent,
            "started_at": identity.started_at,
        }

    def _credential(self) -> dict[str, Any]:
        identity = self._identity
        return {
            "id": identity.credential_id,
            "expires_at": identity.expires_at,
            "binding": identity.binding,
            "scope": identity.scope,
        }


_SECTIONS: Mapping[str, Callable[[CallInput], Any]] = {
    "version": lambda _: VERSION,
    "attributes": CallInput._attributes,
    "parsed_path": CallInput._parsed_path,
    "parsed_query": CallInput._parsed_query,
    "identity": CallInput._identity_section,
    "agent": CallInput._agent,
    "credential": CallInput._credential,
}


def authz_input(
    request: HttpRequest, source: str, port: int, identity: Identity, api: str, operation: str
) -> PolicyInput:
    """For the authz phase: headers and identity."""
    made = {"llm": {"api": api, "operation": operation}}
    return CallInput(request, source, port, identity, made)


def exchange_input(
    request: HttpRequest,
    call: Call,
    llm: dict[str, Any],
    status: str,
    items: Iterable[tuple[str, int, str]],
) -> PolicyInput:
    """For the request and response phases: the body is known too.

    `status` is ok, partial or unavailable; `items` are (type, count, where).
    """
    findings = {
        "status": status,
        "items": [{"type": kind, "count": count, "where": where} for kind, count, where in items],
    }
    made = {"llm": llm, "findings": findings}
    return CallInput(request, call.source, call.source_port, call.identity, made)
