"""Payment cards.

The digits of a card of a known network (its first digits and its length), in one piece or in up
to five groups, that pass the check of ISO/IEC 7812-1 annex B (Luhn). Between the groups is always
the same: a space or a hyphen; or, when they have four to six digits, two spaces, a dot, a slash,
an underscore, or a sign with a space on both sides. Behind a word for cards the groups may also
be of one to three digits. Digits behind the card, an expiry date say, do not hide it: the longest
part that ends with a group and passes is the card. And the verification code behind its name
(`CVV: 123`).
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.cue import named
from extproc.core.masking.detectors.detector import Detector, Reach
from extproc.core.masking.detectors.number import ANCHOR, END, START

_BEGIN = START + rb"(?<!\+)[2-6][0-9]{3,18}+"
_PATTERN = re.compile(_BEGIN + rb"(?:[ -][0-9]{2,7}+){0,4}" + END)
_LOOSE = re.compile(START + rb"[2-6][0-9]{0,2}(?:[ .-][0-9]{1,3}){4,18}" + END)
_SIGN = "(?:[._/]|  | [./_-] )"
_WIDE = re.compile(
    START + rb"(?<!\+)[2-6][0-9]{3}" + f"(?:{_SIGN}[0-9]{{4,6}}){{2,4}}".encode() + END
)
_GROUPS = re.compile(rb"[0-9]+")

# First digits and lengths of the networks that issue world-wide, and Mir.
_NETWORKS = re.compile(
    rb"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"  # Visa
    rb"|(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)[0-9]*"  # Mastercard
    rb"|3[47][0-9]{13}"  # American Express
    rb"|3(?:0[0-59]|[68][0-9])[0-9]{11,16}"  # Diners Club
    rb"|35(?:2[89]|[3-8][0-9])[0-9]{12,15}"  # JCB
    rb"|6(?:011|4[4-9]|5|2)[0-9]*"  # Discover, UnionPay
    rb"|220[0-4][0-9]{12,15}"  # Mir
    rb"|(?:50[0-9]|5[6-9][0-9]|6[0-9]{2})[0-9]{9,16}"  # Maestro
)
_SIXTEEN = (b"51", b"52", b"53", b"54", b"55", b"22", b"23", b"24", b"25", b"26", b"27")
_DOUBLED = bytes((48 + sum(divmod(2 * digit, 10))) for digit in range(10))
_TABLE = bytes.maketrans(b"0123456789", _DOUBLED)


def luhn(digits: bytes) -> bool:
    """Whether the last digit is the check digit of those before it."""
    plain, doubled = digits[-1::-2], digits[-2::-2].translate(_TABLE)
    return (sum(plain) + sum(doubled) - 48 * len(digits)) % 10 == 0


def is_card(digits: bytes) -> bool:
    if not 12 <= len(digits) <= 19 or not _NETWORKS.fullmatch(digits):
        return False
    if digits[:2] in _SIXTEEN and digits[:3] != b"220" and len(digits) != 16:
        return False
    # A number of one repeated digit passes every tenth time, and is nobody's.
    return luhn(digits) and len(set(digits)) > 1


def _card_end(view: bytes, start: int, end: int) -> int:
    """The end of the longest card at `start` that ends with a group of digits."""
    separator = b""
    found = last = 0
    for group in _GROUPS.finditer(view, start, end):
        low, stop = group.span()
        if low > start:
            separator = separator or view[last:low]
            if view[last:low] != separator:
                break
        if stop - start >= 12 and is_card(view[start:stop].translate(None, separator)):
            found = stop
        last = stop
    return found


CUES = frozenset(
    b"card cards visa mastercard amex maestro discover diners jcb creditcard debitcard cardnumber "
    b"cardno cc ccnumber pan carte karte kreditkarte tarjeta carta".split()
)


def _loose(view: bytes, start: int, end: int) -> int:
    digits = view[start:end].translate(None, b" .-")
    return end if is_card(digits) else 0


DETECTORS: tuple[Detector, ...] = (
    Detector("CREDIT_CARD", ANCHOR, _PATTERN, _card_end, reach=Reach.GROUPS, digits=12),
    Detector("CREDIT_CARD", ANCHOR, _LOOSE, _loose, reach=Reach.GROUPS, digits=12, cues=CUES),
    Detector(
        "CREDIT_CARD",
        f"[0-9]{{4}}{_SIGN}[0-9]{{4,6}}{_SIGN}[0-9]{{4}}",
        _WIDE,
        _card_end,
    ),
    named(
        "CREDIT_CARD",
        "card verification|card security|security code",
        "[0-9]{3,4}",
        words="cvv2?|cvc2?|cvn",
        gap=24,
    ),
)
