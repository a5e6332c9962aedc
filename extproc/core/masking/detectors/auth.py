"""Credentials of HTTP (RFC 7617, RFC 6750) and of commands.

What follows `Bearer`, or another scheme in a header `Authorization`, must look random. What
follows `Basic` must be that, or base64 of a name, a colon and a password. Of commands the
password of `curl -u user:...`, and of `-u user -p ...`.

Headers of vendors (`X-Api-Key: ...`), cookies and parameters are found by their name: see
`secret.py`.
"""

from __future__ import annotations

import base64
import binascii
import re

from extproc.core.masking.detectors.detector import CONTEXT, SECRETS, Detector, Run
from extproc.core.masking.detectors.entropy import is_random
from extproc.core.masking.detectors.value import PLACEHOLDER, is_called

_RUN = Run(re.compile(rb"[A-Za-z0-9_.+/=~-]*"))
_PAIR = re.compile(rb"[\x20-\x7e]{1,64}:[\x20-\x7e]+$")
_CLIENT = re.compile(rb"\b(?:curl|wget|http|https)\b")
_WORD = re.compile(rb"(?i)[0-9]*$|(?:pass(?:word|wd)?|pwd|secret|token|x-oauth-basic)$")


def _random(view: bytes, start: int, end: int) -> int:
    value = view[start:end]
    if PLACEHOLDER.match(value) or is_called(view, end) or not is_random(value, 3.0):
        return 0
    return end


def _pair(view: bytes, start: int, end: int) -> int:
    value = view[start:end].rstrip(b"=.")
    try:
        # Of a longer value the first characters.
        plain = base64.b64decode(value[: len(value) // 4 * 4], validate=True)
    except binascii.Error:
        return 0
    return end if _PAIR.match(plain) else 0


def _secret_word(view: bytes, start: int, end: int) -> int:
    value = view[start:end]
    has_letter = re.search(rb"[A-Za-z]", value) is not None
    return end if has_letter and not PLACEHOLDER.match(value) and not _WORD.match(value) else 0


def _user(view: bytes, start: int, end: int) -> int:
    value = view[start:end]
    if PLACEHOLDER.match(value) or _WORD.match(value):
        return 0
    # One character less than may be looked at, for `\b` looks at one more.
    return end if _CLIENT.search(view, max(0, start - CONTEXT + 1), start) else 0


DETECTORS = (
    Detector(
        "SECRET",
        "(?i)(?:bearer|basic) [A-Z0-9_.+/=~-]{4}",
        re.compile(rb"(?i)(?:bearer|basic) ([A-Za-z0-9_.+/=~-]{20,64})"),
        _random,
        run=_RUN,
        profiles=SECRETS,
    ),
    Detector(
        "SECRET",
        r"(?i)authorization[\\\"']{0,2}[ \t]{0,2}[:=]",
        re.compile(
            rb"(?i)authorization[\\\"']{0,2}[ \t]{0,2}[:=][ \t]{0,2}[\\\"']{0,2}[A-Z0-9_-]{2,20} "
            rb"([A-Za-z0-9_.+/=~:-]{16,64})"
        ),
        _random,
        run=_RUN,
        profiles=SECRETS,
    ),
    Detector(
        "SECRET",
        "(?i)basic [A-Z0-9+/]{8}",
        re.compile(rb"(?i)basic ([A-Za-z0-9+/]{8,64}={0,2})"),
        _pair,
        run=_RUN,
        profiles=SECRETS,
    ),
    Detector(
        "PASSWORD",
        r"(?:-u|--user)[ =][\"']?[^\s:\"'=]",
        re.compile(
            rb"(?<=\s)(?:-u|--user)[ =][\"']?[^\s:\"'=]{1,40}:([^\s\"'<>{}()\xc0-\xff]{4,64})",
        ),
        _user,
        profiles=SECRETS,
    ),
    Detector(
        "PASSWORD",
        r"-u ?[^\s-][^\s]{0,40} -p",
        re.compile(rb"(?<=\s)-u ?[^\s-]\S{0,40} -p ?[\"']?([^\s\"'<>{}();\xc0-\xff]{6,64})"),
        _secret_word,
        profiles=SECRETS,
    ),
)
