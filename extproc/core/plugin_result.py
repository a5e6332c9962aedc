"""The result of a policy that was written for the opa-envoy-plugin, read as one of ours.

That plugin's shape (opa-envoy-plugin, envoyauth/response.go) is a boolean, or an object:

| key                         | here                                                             |
|-----------------------------|------------------------------------------------------------------|
| `allowed` (bool, required)  | `allowed`                                                        |
| `headers`                   | `headers`: to the upstream of what is allowed, to the caller of  |
|                             | what is denied                                                   |
| `body` (str)                | `reason` of a deny; an allow has no use for it, there as here    |
| `http_status` (int)         | `http_status` of a deny, 400 to 599; likewise                    |
| `response_headers_to_add`, `request_headers_to_remove`, `query_parameters_to_set`,             |
| `query_parameters_to_remove` | refused on an allow unless empty; a deny has no use for them    |
| `dynamic_metadata`          | refused unless empty                                             |

What is refused is refused because nothing here does it: an allow whose conditions are dropped
would be another decision than the policy's. Refused as well: a redirect (300 to 399), a key that
is none of these, a wrong type anywhere, a header that is no header, and several values of
`set-cookie`.
"""

from __future__ import annotations

import re
from typing import Any

from extproc.core.decision import PolicyResult, Unavailable, read_policy_result

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110 section 5.6.2; without `:`, so that `:path` cannot be set."""
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")
"""RFC 9110 section 5.5: nothing that could end a line."""

_OF_HEADERS = ("headers", "response_headers_to_add", "query_parameters_to_set")
_OF_NAMES = ("request_headers_to_remove", "query_parameters_to_remove")
_OF_ALLOW = (
    "response_headers_to_add",
    "query_parameters_to_set",
    "request_headers_to_remove",
    "query_parameters_to_remove",
)
_KEYS = frozenset(
    {"allowed", "headers", "body", "http_status", "dynamic_metadata", *_OF_HEADERS, *_OF_NAMES}
)


def read_plugin_result(value: Any) -> PolicyResult:
    """Raises Unavailable("policy") for whatever the table does not let through."""
    if isinstance(value, bool):
        return PolicyResult(allowed=value)
    if not isinstance(value, dict):
        raise _wrong("neither a boolean nor an object")
    if unknown := sorted(set(map(str, value)) - _KEYS):
        raise _wrong(f"unknown key {unknown[0]}")
    allowed = value.get("allowed")
    if not isinstance(allowed, bool):
        raise _wrong("allowed must be a boolean")
    pairs = {key: _pairs(key, value[key]) for key in _OF_HEADERS if key in value}
    names = {key: _names(key, value[key]) for key in _OF_NAMES if key in value}
    body = value.get("body", "")
    if not isinstance(body, str):
        raise _wrong("body must be a string")
    status = value.get("http_status")
    if "http_status" in value and (not isinstance(status, int) or isinstance(status, bool)):
        raise _wrong("http_status must be an integer")
    metadata = value.get("dynamic_metadata", {})
    if not isinstance(metadata, dict):
        raise _wrong("dynamic_metadata must be an object")
    if metadata:
        raise _wrong("dynamic_metadata is not supported")
    if allowed:
        for key in _OF_ALLOW:
            if pairs.get(key) or names.get(key):
                raise _wrong(f"{key} is not supported")
        return PolicyResult(allowed=True, headers=_headers(pairs.get("headers", [])))
    # Through the reader of our own shape, which knows the statuses that a deny may have.
    return read_policy_result(
        {
            "allowed": False,
            "reason": body,
            "http_status": status,
            "headers": _headers(pairs.get("headers", [])),
        }
    )


def _pairs(key: str, value: Any) -> list[tuple[str, str]]:
    """{name: str or [str]}, or a list of such."""
    objects = value if isinstance(value, list) else [value]
    pairs: list[tuple[str, str]] = []
    for item in objects:
        if not isinstance(item, dict):
            raise _wrong(f"{key} must be an object or a list of objects")
        for name, values in item.items():
            several = values if isinstance(values, list) else [values]
            if not all(isinstance(one, str) for one in several):
                raise _wrong(f"{key} must have strings as values")
            pairs += [(str(name), one) for one in several]
    return pairs


def _names(key: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _wrong(f"{key} must be a list of strings")
    return value


def _headers(pairs: list[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for given, value in pairs:
        name = given.lower()
        if not _NAME.fullmatch(given) or not _VALUE.fullmatch(value):
            raise _wrong("headers has a name or a value that is no header")
        if name in headers and name == "set-cookie":
            raise _wrong("headers has several values of set-cookie")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _wrong(what: str) -> Unavailable:
    return Unavailable("policy", f"the plugin result is not well formed: {what}")
