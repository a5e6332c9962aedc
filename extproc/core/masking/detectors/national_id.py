"""Identity numbers whose written form gives them away, with their published check digits.

- ES: DNI (eight digits) and NIE (X, Y or Z and seven), with the letter mod 23.
- GB: National Insurance number, two letters of those in use, six digits, A to D.
- IT: codice fiscale, with its check letter. MX: CURP, with its check digit.
- FI: henkilötunnus, with its check character. SG: NRIC and FIN, with their check letter.
- FR: NIR, thirteen characters and mod 97. CN: eighteen, ISO/IEC 7064 mod 11-2.
- NO: fødselsnummer, a date and two check digits. CH: AHV number, 756 and EAN-13.
- BR: CPF with its dots. BE: with its dots, mod 97. SE: a date, a hyphen, Luhn.
- KR: a date, a hyphen, century and sex. HK: with its bracketed check character.
- IN: Aadhaar in three groups of four, Verhoeff. CA: SIN with hyphens, Luhn.

Numbers that need their name before them are in `named_id.py`, those of taxes in `tax_id.py`.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.card import luhn
from extproc.core.masking.detectors.checksum import is_date, verhoeff, weighted
from extproc.core.masking.detectors.cue import digits_of
from extproc.core.masking.detectors.detector import Detector, Reach, Validate, accept
from extproc.core.masking.detectors.number import END
from extproc.core.masking.view import WORD

_START = rb"(?<![" + WORD + rb"])(?<![0-9][./-])"
_ALONE = _START + rb"(?<![0-9] )"
_END = rb"(?![" + WORD + rb"]|-[0-9A-Za-z])"
_NUMBER_END = END[:-1] + rb"| [0-9])"

_DNI_LETTERS = b"TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_LETTERS = b"0123456789ABCDEFHJKLMNPRSTUVWXY"


def spanish(text: bytes) -> bool:
    """Whether the letter of a DNI or NIE, in capitals without hyphens, is right."""
    digits = text[:-1].translate(bytes.maketrans(b"XYZ", b"012"))
    return _DNI_LETTERS[int(digits) % 23] == text[-1]


def _dni(view: bytes, start: int, end: int) -> int:
    text = view[start:end].replace(b"-", b"")
    return end if spanish(text) and text[:8] != b"00000000" else 0


# What an odd place counts, by the character's own value; an even place counts the value.
_ODD = (
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
)  # fmt: skip


def _fiscale(view: bytes, start: int, end: int) -> int:
    text = view[start:end].upper()
    values = [byte - 48 if byte < 58 else byte - 65 for byte in text]
    check = (sum(_ODD[value] for value in values[0:15:2]) + sum(values[1:15:2])) % 26
    return end if check == values[15] else 0


_CURP_ORDER = "0123456789ABCDEFGHIJKLMN\x80OPQRSTUVWXYZ"


def _curp(view: bytes, start: int, end: int) -> int:
    text = view[start:end].decode("ascii").upper()
    total = sum(
        _CURP_ORDER.index(char) * weight
        for char, weight in zip(text[:17], range(18, 1, -1), strict=True)
    )
    return end if str(-total % 10) == text[17] else 0


def _hetu(view: bytes, start: int, end: int) -> int:
    text = view[start:end]
    if not is_date(int(text[4:6]), int(text[2:4]), int(text[:2])):
        return 0
    return end if _HETU_LETTERS[int(text[:6] + text[7:10]) % 31] == text[10] else 0


def _singapore(view: bytes, start: int, end: int) -> int:
    text = view[start:end]
    total = weighted(text[1:8], (2, 7, 6, 5, 4, 3, 2))
    total += {b"S": 0, b"F": 0, b"T": 4, b"G": 4, b"M": 3}[text[:1]]
    if text[:1] == b"M":
        letters, place = b"KLJNPQRTUWX", 10 - total % 11
    else:
        letters, place = (b"JZIHGFEDCBA" if text[:1] in b"ST" else b"XWUTRQPNMLK"), total % 11
    return end if letters[place] == text[8] else 0


def _hong_kong(view: bytes, start: int, end: int) -> int:
    text = view[start:end].translate(None, b"()")
    values = [36] * (9 - len(text)) + [int(bytes([byte]), 36) for byte in text]
    total = sum(value * weight for value, weight in zip(values, range(9, 0, -1), strict=True))
    return end if total % 11 == 0 else 0


def _nir(view: bytes, start: int, end: int) -> int:
    text = view[start:end].replace(b" ", b"")
    month = int(text[3:5])
    # Months of unknown births are 20 and 30 to 42; Corsica's 2A and 2B count as 19 and 18.
    number = int(text[:13].replace(b"2A", b"19").replace(b"2B", b"18"))
    is_month = 1 <= month <= 12 or 20 <= month <= 42
    return end if is_month and 97 - number % 97 == int(text[13:]) else 0


def _chinese(view: bytes, start: int, end: int) -> int:
    text = view[start:end].upper()
    if not is_date(int(text[6:10]), int(text[10:12]), int(text[12:14])):
        return 0
    total = weighted(text[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
    return end if b"10X98765432"[total % 11] == text[17] else 0


def is_norwegian(digits: bytes) -> bool:
    """Whether eleven digits are a birth number or a D number, whose day is 40 higher."""
    day = int(digits[:2])
    if not is_date(int(digits[4:6]), int(digits[2:4]), day - 40 if day > 40 else day):
        return False
    first = weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1))
    second = weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
    return first % 11 == 0 and second % 11 == 0


def _norwegian(view: bytes, start: int, end: int) -> int:
    return end if is_norwegian(digits_of(view[start:end])) else 0


def _swiss(view: bytes, start: int, end: int) -> int:
    return end if weighted(digits_of(view[start:end]), (1, 3) * 6 + (1,)) % 10 == 0 else 0


def is_cpf(digits: bytes) -> bool:
    first = weighted(digits, range(10, 1, -1)) * 10 % 11 % 10
    second = weighted(digits, range(11, 1, -1)) * 10 % 11 % 10
    return digits[9:] == b"%d%d" % (first, second) and len(set(digits)) > 1


def _cpf(view: bytes, start: int, end: int) -> int:
    return end if is_cpf(digits_of(view[start:end])) else 0


def is_belgian(digits: bytes) -> bool:
    """Whether the last two digits are 97 less the rest mod 97; from 2000 on a 2 goes before."""
    check = int(digits[9:])
    return check in (97 - int(digits[:9]) % 97, 97 - int(b"2" + digits[:9]) % 97)


def _belgian(view: bytes, start: int, end: int) -> int:
    return end if is_belgian(digits_of(view[start:end])) else 0


def is_swedish(digits: bytes) -> bool:
    """Whether ten digits are a date and pass; a coordination number's day is 60 higher."""
    day = int(digits[4:6])
    is_day = is_date(int(digits[:2]), int(digits[2:4]), day - 60 if day > 60 else day)
    return is_day and luhn(digits)


def _swedish(view: bytes, start: int, end: int) -> int:
    return end if is_swedish(digits_of(view[start:end])[-10:]) else 0


def _korean(view: bytes, start: int, end: int) -> int:
    digits = digits_of(view[start:end])
    return end if is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:6])) else 0


_YEARS = re.compile(rb"(?:19|20)[0-9]{2}.(?:19|20)[0-9]{2}.(?:19|20)[0-9]{2}$")


def _aadhaar(view: bytes, start: int, end: int) -> int:
    if _YEARS.match(view[start:end]):
        return 0
    digits = digits_of(view[start:end])
    return end if verhoeff(digits) and len(set(digits)) > 2 else 0


def _luhn(view: bytes, start: int, end: int) -> int:
    digits = digits_of(view[start:end])
    return end if luhn(digits) and len(set(digits)) > 1 else 0


def _form(
    anchor: str,
    pattern: bytes,
    validate: Validate = accept,
    *,
    start: bytes = _START,
    end: bytes = _END,
) -> Detector:
    return Detector("NATIONAL_ID", anchor, re.compile(start + pattern + end), validate)


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CF_DIGIT = "[0-9LMNP-V]"
_GB_FIRST, _GB_SECOND = rb"[A-CEGHJ-PR-TW-Z]", rb"[A-CEGHJ-NPR-TW-Z]"
_GB_NEVER = rb"(?<!BG)(?<!GB)(?<!NK)(?<!KN)(?<!TN)(?<!NT)(?<!ZZ)"

DETECTORS = (
    _form("[0-9]{8}-?[A-HJ-NP-TV-Z]", rb"[0-9]{8}-?[A-HJ-NP-TV-Z]", _dni),
    _form("[XYZ]-?[0-9]{7}-?[A-Z]", rb"[XYZ]-?[0-9]{7}-?[A-HJ-NP-TV-Z]", _dni),
    _form(
        "[A-Z]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[A-D]",
        _GB_FIRST + _GB_SECOND + _GB_NEVER + rb"(?:[ -]?[0-9]{2}){3}[ -]?[A-D]",
    ),
    Detector(
        "NATIONAL_ID",
        f"(?i)[0-9]{{2}}[A-EHLMPR-T]{_CF_DIGIT}{{2}}[A-Z]{_CF_DIGIT}{{3}}[A-Z]",
        re.compile(
            rb"(?i)"
            + _START
            + rb"[A-Z]{6}[0-9]{2}[A-EHLMPR-T]"
            + f"{_CF_DIGIT}{{2}}[A-Z]{_CF_DIGIT}{{3}}[A-Z]".encode()
            + _END
        ),
        _fiscale,
        reach=Reach.BEHIND,
        back=_LETTERS,
        back_most=6,
    ),
    Detector(
        "NATIONAL_ID",
        "(?i)[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]",
        re.compile(rb"(?i)" + _START + rb"[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]" + _END),
        _curp,
        reach=Reach.BEHIND,
        back=_LETTERS,
        back_most=4,
    ),
    _form(
        "[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]",
        rb"[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]",
        _hetu,
    ),
    _form("[STFGM][0-9]{7}[A-Z]", rb"[STFGM][0-9]{7}[A-Z]", _singapore),
    _form(r"[A-Z]{1,2}[0-9]{6}\([0-9A]\)", rb"[A-Z]{1,2}[0-9]{6}\([0-9A]\)", _hong_kong),
    _form(
        # No word's edges here, though the pattern asks for them: with them, this one anchor
        # would be a sixth of the scan.
        r"[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
        rb"[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
        _nir,
        start=_ALONE,
        end=_NUMBER_END,
    ),
    _form(
        r"\b[1-8][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]",
        rb"[1-8][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]",
        _chinese,
    ),
    _form(
        r"\b[0-7][0-9][01][0-9]{3} ?[0-9]{5}\b",
        rb"[0-7][0-9][01][0-9]{3} ?[0-9]{5}",
        _norwegian,
        start=_ALONE,
        end=_NUMBER_END,
    ),
    _form(r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", rb"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", _swiss),
    _form(
        r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}",
        rb"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}",
        _cpf,
    ),
    _form(
        r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}",
        rb"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}",
        _belgian,
    ),
    _form(
        "(?:19|20)?[0-9]{6}[-+][0-9]{4}",
        rb"(?:19|20)?[0-9]{6}[-+][0-9]{4}",
        _swedish,
        end=_NUMBER_END,
    ),
    _form("[0-9]{6}-[1-8][0-9]{6}", rb"[0-9]{6}-[1-8][0-9]{6}", _korean, end=_NUMBER_END),
    _form(
        "[2-9][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}",
        rb"[2-9][0-9]{3}(?: [0-9]{4} [0-9]{4}|-[0-9]{4}-[0-9]{4})",
        _aadhaar,
        start=_ALONE,
        end=_NUMBER_END,
    ),
    _form(
        "[0-9]{3}-[0-9]{3}-[0-9]{3}",
        rb"[0-9]{3}-[0-9]{3}-[0-9]{3}",
        _luhn,
        start=_ALONE,
        end=_NUMBER_END,
    ),
)
