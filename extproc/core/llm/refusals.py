"""A refusal in the caller's dialect: the body, the headers, and the end of a stream.

The error types are the ones that the providers document; stock clients choose their
exception by status and show `message`, `type` and `code` from the body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from extproc.core.decision import RETRY_AFTER_MAX, Code, Refusal
from extproc.core.llm.routes import Api, Route

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

# google.rpc.Code by HTTP status, as google.api.http writes it.
_GEMINI_STATUSES: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}

_JSON_RPC_ERROR = -32000
"""The first of the codes that JSON-RPC 2.0 leaves to servers."""

CallId = str | int | None
"""What a JSON-RPC request calls itself; its answer says it again."""

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


def refusal_body(api: Api, refusal: Refusal, call_id: CallId = None) -> bytes:
    """JSON in the form of the dialect's own errors; OpenAI's for an unknown one."""
    return msgspec.json.encode(_document(api, refusal, call_id))


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


def last_event(route: Route, refusal: Refusal, call_id: CallId = None) -> tuple[str | None, bytes]:
    """The name and the data of the one event that ends a stream early.

    OpenAI's client raises APIError for any event whose data has `error`, and a `[DONE]` behind
    it would only tell others that all went well. Anthropic's raises for `event: error`.
    """
    document = _document(route.api, refusal, call_id)
    if route.api == "anthropic":
        return "error", msgspec.json.encode(document)
    if route == _RESPONSES:
        # The form that its reference gives, with the `error` that the stock client looks for.
        error = document["error"]
        said = {"type": "error", "code": error["code"], "message": error["message"], "param": None}
        return "error", msgspec.json.encode({**said, **document})
    if route.api == "mcp":
        return "message", msgspec.json.encode(document)
    return None, msgspec.json.encode(document)


_RESPONSES = Route("openai", "responses")


def _document(api: Api, refusal: Refusal, call_id: CallId) -> dict[str, Any]:
    # A message may quote what cannot be encoded; half a surrogate must not stop a refusal.
    message = refusal.message.encode("utf-8", "replace").decode("utf-8")
    if api == "anthropic":
        kind = _ANTHROPIC_TYPES.get(refusal.status, _fallback(refusal, "api_error"))
        return {
            "type": "error",
            "error": {"type": kind, "message": message},
            "code": str(refusal.code),
        }
    if api == "gemini":
        other = "INTERNAL" if refusal.status >= 500 else "INVALID_ARGUMENT"
        status = _GEMINI_STATUSES.get(refusal.status, other)
        error = {"code": refusal.status, "message": message, "status": status}
        return {"error": error, "code": str(refusal.code)}
    if api == "ollama":
        return {"error": message, "code": str(refusal.code)}
    if api == "mcp":
        code = {"code": str(refusal.code)}
        error = {"code": _JSON_RPC_ERROR, "message": message, "data": code}
        return {"jsonrpc": "2.0", "id": call_id, "error": error}
    kind = _OPENAI_TYPES.get(refusal.status, _fallback(refusal, "server_error"))
    if refusal.code is Code.BUDGET_EXHAUSTED:
        # The one 429 that OpenAI names apart, because waiting a little does not help.
        kind = "insufficient_quota"
    return {"error": {"message": message, "type": kind, "code": str(refusal.code)}}


def _fallback(refusal: Refusal, server_error: str) -> str:
    return server_error if refusal.status >= 500 else "invalid_request_error"


def _challenge(refusal: Refusal) -> str:
    challenge = 'Bearer realm="extproc"'
    if refusal.challenge:
        description = _NOT_DESCRIPTION.sub("?", refusal.message)
        challenge = f'{refusal.challenge}, error_description="{description}"'
    elif refusal.code in (Code.INVALID_TOKEN, Code.REVOKED):
        # RFC 6750 section 3.1: no error code when no credential was sent at all.
        description = _NOT_DESCRIPTION.sub("?", refusal.message)
        challenge += f', error="invalid_token", error_description="{description}"'
    return challenge
