"""Bank accounts other than IBAN, behind their name.

United States routing numbers with the check digit of the ABA, account numbers of six to
seventeen digits, British sort codes, codes of ISO 9362 (BIC: bank, country, place, perhaps a
branch), Mexican CLABE with its check digit; and Indian IFSC, four letters, a zero and six
digits, alone.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.checksum import weighted
from extproc.core.masking.detectors.cue import digits_of, named
from extproc.core.masking.detectors.detector import Detector
from extproc.core.masking.detectors.named_id import grouped
from extproc.core.masking.view import WORD

_BANK = "BANK_ACCOUNT"


def _routing(view: bytes, start: int, end: int) -> int:
    digits = digits_of(view[start:end])
    total = weighted(digits, (3, 7, 1) * 3)
    return end if total and total % 10 == 0 else 0


def _clabe(view: bytes, start: int, end: int) -> int:
    digits = digits_of(view[start:end])
    total = sum(
        (digit - 48) * weight % 10
        for digit, weight in zip(digits[:17], ((3, 7, 1) * 6)[:17], strict=True)
    )
    return end if -total % 10 == digits[17] - 48 else 0


_COUNTRIES = frozenset(
    b"AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY "
    b"BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ "
    b"FO FR GA GB GD GE GG GH GI GL GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS "
    b"IT JE JM JO JP KE KG KH KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG "
    b"MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NZ OM PA PE PF PG PH PK PL "
    b"PS PT PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ "
    b"TL TM TN TO TR TT TW TZ UA UG US UY UZ VA VC VE VG VN VU WS XK YE ZA ZM ZW".split()
)


def _code(view: bytes, start: int, end: int) -> int:
    return end if view[start + 4 : start + 6] in _COUNTRIES else 0


DETECTORS = (
    named(_BANK, "routing", "[0-9]{9}", _routing, words="aba|rtn"),
    named(
        _BANK,
        "(?:account|acct)s?\\.?[ _-]?(?:num|nr|#)"
        "|(?:bank|checking|savings?|deposit)[ _]?(?:account|acct)"
        "|kontonummer|konto-?nr|numero de c(?:uenta|ompte)",
        grouped(6, 17),
        words="acct?|a/c|account no",
        gap=24,
    ),
    named(_BANK, "sort[ _-]?code", "[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}(?:[ ,/-]{1,3}[0-9]{8})?"),
    named(
        _BANK,
        "swift_?code|bic_?code",
        # In capitals; a word behind `swift` is not.
        "(?-i:[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)",
        _code,
        words="swift|bic",
        gap=16,
    ),
    named(_BANK, "", grouped(18, 18), _clabe, words="clabe"),
    Detector(
        _BANK,
        "[A-Z]{4}0[0-9]{6}",
        re.compile(rb"(?<![" + WORD + rb"])[A-Z]{4}0[0-9]{6}(?![" + WORD + rb"]|-[0-9])"),
    ),
)
