"""A refusal in the caller's dialect: the body, the headers, and the end of a stream.

The error types are the ones that the two providers document; stock clients choose their
exception by status and show `message`, `type` and `code` from the body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from extproc.core.decision import RETRY_AFTER_MAX, Code, Refusal
from extproc.core.llm.routes import Api

_OPENAI_TYPES: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "invalid_request_error",
    409: "conflict_error",
    413: "invalid_request_error",
    415: "invalid_request_error",
    429: "rate_limit_error",
}

_ANTHROPIC_TYPES: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    415: "invalid_request_error",
    429: "rate_limit_error",
    503: "overloaded_error",
}

_RETRY_AFTER: Mapping[Code, int] = {
    Code.APPROVAL_REQUIRED: 30,
    Code.AGENT_LIMIT: 10,
    Code.RATE_LIMITED: 10,
    Code.BUDGET_EXHAUSTED: RETRY_AFTER_MAX,
    Code.UNAVAILABLE: 1,
}
"""Seconds, where the refusal itself names none."""

# Headers that describe the message itself. A policy that set one could break the framing or
# say that the body is something else.
_OWN_HEADERS = frozenset(
    {"content-type", "content-length", "content-encoding", "transfer-encoding", "connection",
     "retry-after", "x-should-retry", "www-authenticate", "x-extproc-approval-id"}
)  # fmt: skip

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# RFC 6750 section 3: what error_description may hold.
_NOT_DESCRIPTION = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")


def refusal_body(api: Api, refusal: Refusal) -> bytes:
    """JSON: OpenAI's `{"error": {...}}`, which unknown APIs get too, or Anthropic's form."""
    return msgspec.json.encode(_document(api, refusal))


def refusal_headers(refusal: Refusal) -> dict[str, str]:
    """Response headers, in lower case.

    `x-should-retry: false` stops stock clients from retrying what waiting does not cure, and
    `retry-after` never exceeds two minutes, the most that they obey. A 401 carries
    `www-authenticate` (RFC 9110 section 11.6.1, in the form of RFC 6750 section 3).
    """
    headers = {
        name.lower(): value
        for name, value in refusal.headers.items()
        if _HEADER_NAME.fullmatch(name)
        and _HEADER_VALUE.fullmatch(value)
        and name.lower() not in _OWN_HEADERS
    }
    headers["content-type"] = "application/json"
    if refusal.is_cured_by_waiting:
        seconds = refusal.retry_after or _RETRY_AFTER.get(refusal.code, 1)
        headers["retry-after"] = str(min(max(seconds, 1), RETRY_AFTER_MAX))
    else:
        headers["x-should-retry"] = "false"
    if refusal.status == 401:
        headers["www-authenticate"] = _challenge(refusal)
    if refusal.approval_id is not None:
        headers["x-extproc-approval-id"] = refusal.approval_id
    return headers


def terminal_event(api: Api, refusal: Refusal) -> bytes:
    """The one SSE event that ends a stream early.

    OpenAI's client raises APIError for any event whose data has `error`, and a `[DONE]` behind
    it would only tell others that all went well. Anthropic's raises for `event: error`.
    """
    name = b"event: error\n" if api == "anthropic" else b""
    return b"%bdata: %b\n\n" % (name, refusal_body(api, refusal))


def _document(api: Api, refusal: Refusal) -> dict[str, Any]:
    # A message may quote what cannot be encoded; half a surrogate must not stop a refusal.
    message = refusal.message.encode("utf-8", "replace").decode("utf-8")
    if api == "anthropic":
        kind = _ANTHROPIC_TYPES.get(refusal.status, _fallback(refusal, "api_error"))
        return {
            "type": "error",
            "error": {"type": kind, "message": message},
            "code": str(refusal.code),
        }
    kind = _OPENAI_TYPES.get(refusal.status, _fallback(refusal, "server_error"))
    if refusal.code is Code.BUDGET_EXHAUSTED:
        # The one 429 that OpenAI names apart, because waiting a little does not help.
        kind = "insufficient_quota"
    return {"error": {"message": message, "type": kind, "code": str(refusal.code)}}


def _fallback(refusal: Refusal, server_error: str) -> str:
    return server_error if refusal.status >= 500 else "invalid_request_error"


def _challenge(refusal: Refusal) -> str:
    challenge = 'Bearer realm="extproc"'
    if refusal.code in (Code.INVALID_TOKEN, Code.REVOKED):
        # RFC 6750 section 3.1: no error code when no credential was sent at all.
        description = _NOT_DESCRIPTION.sub("?", refusal.message)
        challenge += f', error="invalid_token", error_description="{description}"'
    return challenge
