"""What values behind a name have in common."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(
    rb"(?i)\*+$|x+$|\.+$|\$|%[({]|<|(?:your|my|the|example|placeholder|changeme|redacted|none"
    rb"|null|true|false|undefined|required|optional|string|str|env|os|process|self|this|config"
    rb"|settings|get)(?:[^A-Za-z0-9]|$)"
)
"""What stands where a secret will, or computes it."""

ATTRIBUTE = (
    r"[\\\"'`]{0,2},?\s{1,12}[\\\"']{0,2}(?:value|content|default)[\\\"']{0,2}[ \t]{0,2}[:=]\s{0,4}"
    r"[\\\"'`]{0,2}"
)
"""Between a name and its value: `name: KEY` and `value:`, `key="KEY" value="`."""

ELEMENT = r"(?:</[A-Za-z]{1,12}>\s{0,8}<[A-Za-z]{1,12})?>"
"""Between a name and its value: `<key>`, or `<key>name</key><string>`."""

ATTRIBUTE_OF = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+$")
"""`settings.password1`: code, when it is not in quotes."""

_QUOTES = b"\"'`"


def is_quoted(view: bytes, start: int) -> bool:
    return start > 0 and view[start - 1] in _QUOTES


def is_called(view: bytes, end: int) -> bool:
    """`token = base64.b64encode(...)`: what is called or indexed is code."""
    return view[end : end + 1] in (b"(", b"[")
