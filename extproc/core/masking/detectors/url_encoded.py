"""Numbers as they stand in a URL: `%2B49%2030%206973432`, `DE50%209411%20...`, `58%3Ae1%3A...`.

Signs of a number may be percent-encoded there (RFC 3986, section 2.1): the space, the plus sign,
brackets, hyphen, dot, slash and colon. Such a run, at least one of whose signs is encoded, is
decoded, and the detectors of the plain number are asked. What they find is the value, with the
same words before it where they want some. (E-mail addresses are looked for encoded by themselves.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extproc.core.masking.detectors import card, iban, mac, phone, ssn
from extproc.core.masking.detectors.detector import CONTEXT, DEFAULT, Detector, Reach, Validate
from extproc.core.masking.detectors.number import is_cued
from extproc.core.masking.view import WORD

_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_LEAD = rb"(?:%(?:20|22|27|2[Cc]|3[AaDd]))?"
"""A space, a quote, a comma, a colon or an equals sign may stand before a value, encoded too."""
_BEGIN = rb"(?:(?<![" + WORD + rb"])|(?<=%[0-9A-Fa-f]{2}))"
_END = rb"(?![" + WORD + rb"])"

_SPACE = rb"(?:%20|%2[Dd]|-)"
_SIGN = rb"(?:[().-]|%2[089DdEeFf])"
# That something is encoded is left to the validator: an automaton that had to know while it counts
# digits would have too many states.
_NUMBER = rb"(?:%2[Bb]|\+)?(?:%28|\()?[0-9](?:" + _SIGN + rb"{0,3}[0-9]){6,18}"
_ACCOUNT = rb"[A-Za-z]{2}[0-9]{2}%2[0Dd][A-Za-z0-9]{4}(?:" + _SPACE + rb"?[A-Za-z0-9]){7,26}"
_HARDWARE = rb"[0-9A-Fa-f]{2}(?:(?:%3[Aa]|%2[Dd])[0-9A-Fa-f]{2}){5}"


def _decoded(text: bytes) -> tuple[bytes, list[int]]:
    """What is written there, and where each of its bytes ends in the text."""
    plain = bytearray()
    ends = []
    at = 0
    while at < len(text):
        escape = _ESCAPE.match(text, at)
        plain.append(int(escape[1], 16) if escape else text[at])
        at = escape.end() if escape else at + 1
        ends.append(at)
    return bytes(plain), ends


def _as_plain(detectors: Iterable[Detector]) -> Validate:
    asked = [(one.pattern, one.validate, one.cues) for one in detectors]

    def validate(view: bytes, start: int, end: int) -> int:
        plain, ends = _decoded(view[start:end])
        if len(plain) == end - start:
            return 0  # others look at it
        before, _ = _decoded(view[max(0, start - CONTEXT) : start])
        text, at = before + plain, len(before)
        most = 0
        for pattern, check, cues in asked:
            match = pattern.match(text, at)
            if match is None or (cues and not is_cued(cues, text, at)):
                continue
            stop = check(text, *match.span())
            most = max(most, stop - at)
        return start + ends[most - 1] if most > 0 else 0

    return validate


def _detector(
    type_name: str, anchor: str, value: bytes, plain: Iterable[Detector], back: bytes = b""
) -> Detector:
    return Detector(
        type_name,
        anchor,
        re.compile(_LEAD + _BEGIN + b"(" + value + b")" + _END if back else _BEGIN + value + _END),
        _as_plain(plain),
        reach=Reach.BEHIND if back else Reach.HEAD,
        back=back,
        back_most=64,
    )


_IN_NUMBER = b"0123456789%BbDdEeFf().+-"
_IN_GROUPS = "%2[089BbDdEeFf][0-9().%-]"
_ACCOUNT_HEAD = "[A-Za-z]{2}[0-9]{2}%2[0Dd][A-Za-z0-9]{4}"
_HARDWARE_HEAD = "[0-9A-Fa-f]{2}%(?:3[Aa]|2[Dd])[0-9A-Fa-f]{2}%"

DETECTORS = (
    _detector(
        "CREDIT_CARD",
        _IN_GROUPS,
        _NUMBER,
        [one for one in card.DETECTORS if one.reach is Reach.GROUPS],
        _IN_NUMBER,
    ),
    _detector("SSN", _IN_GROUPS, _NUMBER, ssn.DETECTORS, _IN_NUMBER),
    _detector(
        "PHONE",
        _IN_GROUPS,
        _NUMBER,
        [one for one in phone.DETECTORS if one.profiles == DEFAULT],
        _IN_NUMBER,
    ),
    _detector("IBAN", _ACCOUNT_HEAD, _ACCOUNT, iban.DETECTORS),
    _detector("MAC_ADDRESS", _HARDWARE_HEAD, _HARDWARE, mac.DETECTORS),
)
