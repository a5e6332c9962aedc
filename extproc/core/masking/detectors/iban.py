"""International bank account numbers (ISO 13616): a country, two check digits, and as many
characters as that country's accounts have, in one piece or in groups, that pass mod 97-10.
"""

from __future__ import annotations

import re
import string

from extproc.core.masking.detectors.detector import Detector
from extproc.core.masking.view import WORD

_LENGTHS = {
    length: countries.split()
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
}
_LENGTH = {country: length for length, countries in _LENGTHS.items() for country in countries}
_COUNTRY = "(?:" + "|".join(sorted(_LENGTH)) + ")"
_PATTERN = re.compile(
    rb"(?i)(?<![" + WORD + rb"])" + _COUNTRY.encode() + rb"[0-9]{2}(?:[ -]?[A-Z0-9]){11,29}"
)
_WORD = re.compile(rb"[" + WORD + rb"]")
_VALUES = {
    character: str(int(character, 36)) for character in string.digits + string.ascii_uppercase
}


def has_check_digits(account: str) -> bool:
    """Whether the whole passes mod 97-10 (ISO/IEC 7064)."""
    moved = account[4:] + account[:4]
    return int("".join(map(_VALUES.__getitem__, moved))) % 97 == 1


def _account_end(view: bytes, start: int, end: int) -> int:
    """The end of as many characters as the country has; words may follow them."""
    account = view[start:end].translate(None, b" -").decode("ascii").upper()
    length = _LENGTH[account[:2]]
    if len(account) < length or not has_check_digits(account[:length]):
        return 0
    stop = start
    while length:
        length -= view[stop] not in b" -"
        stop += 1
    return 0 if _WORD.match(view, stop) else stop


DETECTORS: tuple[Detector, ...] = (
    Detector("IBAN", "[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}", _PATTERN, _account_end),
)
