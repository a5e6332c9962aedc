"""E-mail addresses, plain and URL-encoded.

A local part of up to 64 characters (RFC 5321, section 4.5.3.1.1), an at sign, and a domain of
labels that ends in letters. Accented and look-alike forms are folded before.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import CONTEXT, Detector, Reach

_LOCAL = rb"A-Za-z0-9_.+%'\x80-\xbf-"
_LABEL = rb"[A-Za-z0-9\x80-\xbf](?:[A-Za-z0-9_\x80-\xbf-]{0,61}[A-Za-z0-9\x80-\xbf])?"
_TOP = rb"(?:[A-Za-z\x80-\xbf]{2,24}|xn--[A-Za-z0-9-]{2,59})"
# What may stand in a local part but begins none, such as an opening quote, is left outside.
_PATTERN = re.compile(
    rb"[.+%'-]{0,63}([A-Za-z0-9_\x80-\xbf][" + _LOCAL + rb"]{0,63}"
    rb"(?:@|%40)(?:" + _LABEL + rb"\.){1,8}" + _TOP + rb")"
)
_NOBODY = re.compile(rb"git@|[^@]*@[0-9]x\.[a-z]{3,4}$")
"""The login of a Git server (`git@host:path`), and pictures of two sizes (`icon@2x.png`)."""

_PASSWORD = re.compile(rb"://[^\s/@:]*:[^\s/@]*$")
"""`scheme://user:password@host`: see `connection.py`."""


def _names_somebody(view: bytes, start: int, end: int) -> int:
    if _NOBODY.match(view[start:end]) or _PASSWORD.search(view, max(0, start - CONTEXT), start):
        return 0
    return end


def _detector(anchor: str) -> Detector:
    return Detector(
        "EMAIL",
        anchor,
        _PATTERN,
        _names_somebody,
        reach=Reach.BEHIND,
        back=bytes(byte for byte in range(256) if re.match(rb"[" + _LOCAL + rb"]", bytes([byte]))),
        back_most=64,
    )


DETECTORS = (_detector(r"@[A-Za-z0-9\x80-\xbf]"), _detector(r"%40[A-Za-z0-9\x80-\xbf]"))
