"""Header and trailer fields: ours, the protocol's, a policy's, and the text in all others."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from extproc.core.decision import Decision
from extproc.core.field_names import UPSTREAM_MARK
from extproc.core.masking import Masker

# Fields whose values the protocol or Envoy gives; all others are text that somebody wrote.
_PROTOCOL_FIELDS = frozenset(
    {":method", ":path", ":authority", ":scheme", ":status", "host", "content-type",
     "content-length", "content-encoding", "transfer-encoding", "connection", "date", "accept",
     "user-agent", "cache-control", "vary", "anthropic-version", "anthropic-beta", UPSTREAM_MARK,
     "x-forwarded-proto", "x-envoy-external-address", "x-request-id", "request-id",
     "retry-after", "server", "mcp-session-id", "mcp-protocol-version", "last-event-id"}
)  # fmt: skip
_KNOWN_MOST = 4096
_KNOWN_LENGTH = 256
_FRAMING = frozenset(
    {"content-length", "content-encoding", "content-type", "transfer-encoding", "connection",
     "upgrade", "host", "te", "trailer"}
)  # fmt: skip


def policy_headers(decision: Decision) -> dict[str, str]:
    """What a policy that allows adds; it cannot displace ours, nor what frames the message."""
    return {
        name.lower(): value
        for name, value in decision.result.headers.items()
        if name.lower() not in _FRAMING and not name.lower().startswith((":", "x-extproc-"))
    }


def media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


class Form(enum.Enum):
    """What can be done with a body."""

    JSON = "json"
    TEXT = "text"
    OTHER = "other"
    """Audio, images, archives, parts of a form: nobody can look into it."""


_TEXTS = frozenset(
    {"application/xml", "application/yaml", "application/x-yaml", "application/toml",
     "application/javascript", "application/graphql", "application/sql"}
)  # fmt: skip


def form_of(media_type: str) -> Form:
    """By the media type, in small letters and without parameters (RFC 6838, RFC 6839)."""
    if media_type == "application/json" or media_type.endswith("+json"):
        return Form.JSON
    if media_type.startswith("text/") or media_type.endswith("+xml") or media_type in _TEXTS:
        return Form.TEXT
    return Form.OTHER


class FieldMasker:
    """Masks the values of fields, and remembers those that hold nothing.

    One client sends the same values with every call. What is remembered is shared by all
    exchanges, and bounded.
    """

    def __init__(self, known_clean: set[tuple[Masker, str]]) -> None:
        self._known = known_clean

    def masked(self, masker: Masker, fields: Mapping[str, str]) -> dict[str, str]:
        """The fields whose values hold findings, masked; mostly none."""
        found = {}
        for name, value in fields.items():
            if name not in _PROTOCOL_FIELDS:
                changed = self.value(masker, value)
                if changed is not None:
                    found[name] = changed
        return found

    def value(self, masker: Masker, value: str) -> str | None:
        """The masked value; None when there is nothing to mask."""
        known = self._known
        if (masker, value) in known:
            return None
        changed, findings = masker.mask(value)
        if findings:
            return changed
        if len(value) <= _KNOWN_LENGTH:
            if len(known) >= _KNOWN_MOST:
                known.clear()
            known.add((masker, value))
        return None
