"""Values that their name calls secret: `password = ...`, `"api_key": "..."`, `Bearer ...`.

A name, a separator (`=`, `:`, `=>`, `is`), and a value. For a password, six characters in
quotes are enough, or eight without that have digits among letters or a sign; for other secrets,
sixteen that look random. Code that computes a value (`get_password()`, `os.environ[...]`,
`${...}`), words and placeholders are no values.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import SECRETS, Detector, Run, Validate
from extproc.core.masking.detectors.entropy import is_random

_VALUE = rb"[^\s\"'`,;<>(){}\[\]\x00-\x1f]"
_RUN = Run(re.compile(_VALUE + rb"*"))

_PASSWORDS = "password|passwd|passphrase|passwort|pwd"
_SECRETS = (
    "secret|token|api[_ -]?key|apikey|access[_-]?key|auth[_-]?key|account[_-]?key"
    "|private[_-]?key|encryption[_-]?key|signing[_-]?key|client[_-]?key|credentials?"
)
_SEPARATOR = rb"[\"'\]]{0,2}\\?[\"']?[ \t]{0,4}(?::=|=>|[:=]|\bis\b:?)[ \t]{0,4}\\?"
_BEARER = "bearer|basic"


def _pattern(names: str, least: int) -> re.Pattern[bytes]:
    # `names` may end a longer one (db_password, clientSecret) and be followed by a short rest
    # (secret_value, password1).
    return re.compile(
        rb"(?i)(?:"
        + names.encode()
        + rb")[A-Z0-9_]{0,12}"
        + _SEPARATOR
        + rb"[\"'`]?("
        + _VALUE
        + rb"{%d,64})" % least
    )


_PLACEHOLDER = re.compile(
    rb"(?i)\*+$|x+$|\.+$|\$|%[({]|<|(?:your|my|the|example|placeholder|changeme|redacted|none"
    rb"|null|true|false|undefined|required|optional|string|str|env|os|process|self|this|config"
    rb"|settings|get)(?:[^A-Za-z0-9]|$)"
)
_SIGN = re.compile(rb"[!@#$%^&*?~+]")
_PATH = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+$")
"""`settings.password1`"""
_QUOTES = b"\"'`"


def _is_quoted(view: bytes, start: int) -> bool:
    return start > 0 and view[start - 1] in _QUOTES


def _is_called(view: bytes, end: int) -> bool:
    """`token = base64.b64encode(...)`: what is called or indexed is code."""
    return view[end : end + 1] in (b"(", b"[")


def _password(view: bytes, start: int, end: int) -> int:
    value = view[start:end].rstrip(b".!?:")
    if _PLACEHOLDER.match(value) or len(value) < 6 or _is_called(view, end):
        return 0
    if _is_quoted(view, start):
        return end
    if len(value) < 8 or _PATH.match(value):
        return 0
    has_digit = re.search(rb"[0-9]", value) is not None
    has_letter = re.search(rb"[A-Za-z]", value) is not None
    return end if has_letter and (has_digit or _SIGN.search(value)) else 0


def _secret(view: bytes, start: int, end: int) -> int:
    value = view[start:end]
    if _PLACEHOLDER.match(value) or _is_called(view, end) or not is_random(value, 3.0):
        return 0
    return end


def _named(type_name: str, names: str, least: int, validate: Validate) -> Detector:
    return Detector(
        type_name,
        f"(?i)(?:{names})",
        _pattern(names, least),
        validate,
        run=_RUN,
        profiles=SECRETS,
    )


DETECTORS = (
    _named("PASSWORD", _PASSWORDS, 6, _password),
    _named("SECRET", _SECRETS, 16, _secret),
    Detector(
        "SECRET",
        f"(?i)(?:{_BEARER}) [A-Z0-9_.+/=~-]{{4}}",
        re.compile(rb"(?i)(?:bearer|basic) ([A-Za-z0-9_.+/=~-]{20,64})"),
        _secret,
        run=Run(re.compile(rb"[A-Za-z0-9_.+/=~-]*")),
        profiles=SECRETS,
    ),
)
