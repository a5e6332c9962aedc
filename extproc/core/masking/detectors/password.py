"""Passwords by their name: `password = ...`, `"pwd": "..."`, `--password ...`.

A name, a separator (`=`, `:`, `=>`, `is`, an XML element, an attribute `value`), and a value:
six characters in quotes, or eight without that have digits among letters or a sign. Behind a
space only in quotes, on a command line, in a netrc and in SQL; there, and behind `pass`, which
much else is called, always with digits or signs. Words and placeholders are no values, nor is
code that computes one.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import CONTEXT, SECRETS, Detector, Run, Validate
from extproc.core.masking.detectors.value import (
    ATTRIBUTE,
    ATTRIBUTE_OF,
    ELEMENT,
    PLACEHOLDER,
    is_called,
    is_quoted,
)

# Scripts without spaces are none of it: a stream would wait for the end of the sentence.
_VALUE = rb"[^\s\"'`,;<>(){}\[\]\x00-\x1f\xc0-\xff]"
_RUN = Run(re.compile(_VALUE + rb"*"))
_NAMES = "password|passwd|passphrase|passwort|passcode|kennwort|contrasena|mot de passe|pwd"
_SEPARATOR = r"[\"'\]]{0,2}\\?[\"']?[ \t]{0,4}(?::=|=>|[:=]|\bis\b:?)[ \t]{0,4}\\?[\"'`]?"

_NAMED = re.compile(
    f"(?i)(?:{_NAMES})[A-Z0-9_]{{0,12}}(?:{_SEPARATOR}|{ATTRIBUTE}|{ELEMENT})".encode()
    + rb"("
    + _VALUE
    + rb"{6,64})"
)
_STATEMENTS = "identified by|sshpass -p|requirepass|convertto-securestring"
_COMMANDED = re.compile(
    f"(?i)(?:password|passwd|passphrase|{_STATEMENTS})[ \\t]{{1,4}}[\"']?(".encode()
    + _VALUE
    + rb"{6,64})"
)
_PASS = re.compile(
    rb"(?i)(?<![a-z])(?:pass|pw)[\"'\]]{0,2}[ \t]{0,2}(?:=>|[:=])[ \t]{0,2}[\"']?("
    + _VALUE
    + rb"{6,64})"
)
_COMMAND = re.compile(
    r"(?i)(?:(?:^|[\s\"'])--?[a-z_-]{0,24}(?:password|passwd|passphrase)"
    rf"|login[ \t]{{1,4}}\S{{1,40}}\s{{1,8}}password|{_STATEMENTS})[ \t]{{1,4}}[\"']?$".encode()
)
_PAGE = re.compile(rb"(?:https?://[^/]*)?/[A-Za-z_-]+(?:/[A-Za-z_{}:-]*)*$")
"""Where a password is changed: `/account/reset-password`."""
_SIGN = re.compile(rb"[!@#$%^&*?~+]")
_DIGIT = re.compile(rb"[0-9]")
_LETTER = re.compile(rb"[A-Za-z]")


def _is_mixed(value: bytes) -> bool:
    """Letters, and digits or a sign."""
    return _LETTER.search(value) is not None and (
        _DIGIT.search(value) is not None or _SIGN.search(value) is not None
    )


def _password(view: bytes, start: int, end: int) -> int:
    value = view[start:end].rstrip(b".!?:")
    if PLACEHOLDER.match(value) or len(value) < 6 or is_called(view, end) or _PAGE.match(value):
        return 0
    if is_quoted(view, start):
        return end
    return end if len(value) >= 8 and not ATTRIBUTE_OF.match(value) and _is_mixed(value) else 0


def _mixed_password(view: bytes, start: int, end: int) -> int:
    return end if _is_mixed(view[start:end]) and _password(view, start, end) else 0


def _commanded(view: bytes, start: int, end: int) -> int:
    if not is_quoted(view, start) and not _COMMAND.search(view, max(0, start - CONTEXT), start):
        return 0
    return _mixed_password(view, start, end)


def _detector(anchor: str, pattern: re.Pattern[bytes], validate: Validate) -> Detector:
    return Detector("PASSWORD", anchor, pattern, validate, run=_RUN, profiles=SECRETS)


DETECTORS = (
    _detector(f"(?i)(?:{_NAMES})", _NAMED, _password),
    _detector(
        rf"(?i)(?:password|passwd|passphrase|{_STATEMENTS})[ \t]",
        _COMMANDED,
        _commanded,
    ),
    _detector(r"(?i)(?:pass|pw)[\"'\]]{0,2}[ \t]{0,2}[:=]", _PASS, _mixed_password),
)
