"""IP addresses, version 4 and 6.

Four decimal octets that are no part of a longer dotted number and no version (`v1.2.3.4`); and
what the standard library reads as version 6, when shortened only in the ranges that are in use.
Addresses that every machine has are nobody's: loopback, unspecified, broadcast, and netmasks.
"""

from __future__ import annotations

import ipaddress
import re

from extproc.core.masking.detectors.detector import Detector, Reach
from extproc.core.masking.view import WORD

_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_V4 = re.compile(
    rb"(?<![" + WORD + rb"])(?<![0-9]\.)(?:" + _OCTET + rb"\.){3}" + _OCTET + rb"(?!\.?[0-9]|[a-z])"
)
_VERSION = re.compile(rb"(?i)\bversion[\"':= ]{0,4}$")
_EVERYBODYS_V4 = re.compile(rb"0\.|127\.|255\.")

_V6 = re.compile(
    rb"(?<!["
    + WORD
    + rb":.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?!["
    + WORD
    + rb"]|:[0-9A-Fa-f])"
)
_IN_USE = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2000::/3", "64:ff9b::/96", "fc00::/7", "fe80::/10", "ff00::/8")
)


def _v4(view: bytes, start: int, end: int) -> int:
    if _EVERYBODYS_V4.match(view, start) or _VERSION.search(view[max(0, start - 16) : start]):
        return 0
    return end


def _v6(view: bytes, start: int, end: int) -> int:
    text = view[start:end].decode("ascii")
    if text.endswith(":") and not text.endswith("::"):
        text = text[:-1]  # a colon of the sentence
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return 0
    # `e2e::add` reads as an address too; code has many of these, and none is in use.
    is_address = "::" not in text or any(address in network for network in _IN_USE)
    return start + len(text) if is_address else 0


DETECTORS = (
    Detector(
        "IP_ADDRESS",
        r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
        _V4,
        _v4,
        reach=Reach.BEHIND,
        back=b"0123456789",
        back_most=2,
    ),
    *(
        Detector(
            "IP_ADDRESS",
            anchor,
            _V6,
            _v6,
            reach=Reach.BEHIND,
            back=b"0123456789abcdefABCDEF:",
            back_most=39,
        )
        for anchor in (
            r"[0-9A-Fa-f]::",
            r"[0-9A-Fa-f]:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:",
        )
    ),
)
