"""Identity numbers behind their name: `BSN 111222333`, `"national_id": "..."`.

A name that nothing else has (Aadhaar, PESEL, national insurance number) and as many digits as
such a number has suffice: one with a typing error is still somebody's. A short name that means
other things too (SIN, RUT) asks for the check digit. Names of no country (identity card,
national ID) take any number of six to eighteen digits with up to four letters before it.
"""

from __future__ import annotations

from extproc.core.masking.detectors.card import luhn
from extproc.core.masking.detectors.cue import digits_of, named, with_digits
from extproc.core.masking.detectors.detector import Detector

_ID = "NATIONAL_ID"
ANY = "(?:[A-Z]{1,4}-?|(?-i:[A-Z]{1,4}) )?[0-9](?:[./-]?[A-Z0-9]| ?[0-9]){4,20}"
"""A number in groups, or letters and digits in one piece."""


def grouped(least: int, most: int) -> str:
    """So many digits, with at most one separator between each two."""
    return f"[0-9](?:[ ./-]?[0-9]){{{least - 1},{most - 1}}}"


def _luhn(view: bytes, start: int, end: int) -> int:
    return end if luhn(digits_of(view[start:end])) else 0


def _rut(view: bytes, start: int, end: int) -> int:
    text = view[start:end].translate(None, b".-").upper()
    total = sum((digit - 48) * (2 + place % 6) for place, digit in enumerate(reversed(text[:-1])))
    return end if b"0K987654321"[total % 11] == text[-1] else 0


def _number(names: str, least: int, most: int | None = None, *, words: str = "") -> Detector:
    return named(_ID, names, grouped(least, most or least), words=words)


def _any(names: str, least: int, most: int) -> Detector:
    return named(_ID, names, ANY, with_digits(least, most))


DETECTORS = (
    _any(
        "(?:national|identity|identification|citizen(?:ship)?|resident|personal id|government)"
        "[ _-]?(?:id|identity|identification|registration|card|number|no)",
        6,
        18,
    ),
    _any(r"\bid[ _-]?(?:card|document)", 6, 18),
    _any("documento (?:nacional|de identidad)|cart[ae] d.identit", 6, 18),
    _any("personalausweis|ausweis-?n", 5, 10),
    _number("a[ad]dhaar|aadhar|uidai", 12),
    _number("national insurance", 6),
    _number("health service number", 10, words="nhs"),
    _number("cadastro de pessoa", 11, words="cpf"),
    _number("", 11, words="pesel|snils"),
    _number("burgerservicenummer|sofinummer", 9, words="bsn"),
    _number("personnummer|f.dselsnummer|fodselsnummer|samordningsnummer", 10, 12),
    _number("cpr-n", 10, words="cpr"),
    _number("rijksregister|registre national|numero national", 11),
    _number("securite sociale|num.ro de s.curit", 13, 15),
    _number("ahv-?n", 13, words="ahv|avs"),
    _number("medicare", 10, 11),
    _number("my ?number|individual number", 12),
    _number("resident registration|jumin", 13),
    _number("teudat zehut|mispar zehut", 9),
    _number("emirates id", 15),
    _number(r"south african? id|\brsa id", 13),
    named(_ID, "social insurance", grouped(9, 9), _luhn, words="sin"),
    named(_ID, "", r"[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}-?[0-9K]", _rut, words="rut"),
)
