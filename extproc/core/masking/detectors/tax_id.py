"""Tax numbers of persons and of firms.

By their form: CNPJ with its signs and check digits (BR), PAN with a letter of holder (IN),
GSTIN, which holds a PAN (IN), ITIN with its groups (US), RFC with a date and the check digit of
thirteen characters (MX). Behind its name: EIN (US), Steuer-ID (DE, ISO/IEC 7064 mod 11,10, one
of its digits two or three times), NIF, CIF and VAT numbers (EU), TFN and ABN (AU), UTR (GB), INN
(RU). A name that nothing else has needs the right number of digits only.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.checksum import is_date, mod11_10, weighted
from extproc.core.masking.detectors.cue import digits_of, named, with_digits
from extproc.core.masking.detectors.detector import Detector, Reach, Validate, accept
from extproc.core.masking.detectors.named_id import ANY, grouped
from extproc.core.masking.view import WORD

_START = rb"(?<![" + WORD + rb"])(?<![0-9][./-])"
_END = rb"(?![" + WORD + rb"]|-[0-9A-Za-z])"
_TAX = "TAX_ID"


def is_cnpj(digits: bytes) -> bool:
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    first = weighted(digits, weights[1:]) * 10 % 11 % 10
    second = weighted(digits, weights) * 10 % 11 % 10
    return digits[12:] == b"%d%d" % (first, second) and len(set(digits)) > 1


def _cnpj(view: bytes, start: int, end: int) -> int:
    return end if is_cnpj(digits_of(view[start:end])) else 0


_RFC_ORDER = b"0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ \x80"


def _rfc(view: bytes, start: int, end: int) -> int:
    text = view[start:end]
    if not is_date(int(text[4:6]), int(text[6:8]), int(text[8:10])):
        return 0
    total = sum(
        _RFC_ORDER.index(byte) * weight
        for byte, weight in zip(text[:12], range(13, 1, -1), strict=True)
    )
    return end if b"0A987654321"[total % 11] == text[12] else 0


def is_german(digits: bytes) -> bool:
    """Whether eleven digits are an identification number of the German tax office."""
    most = max(digits[:10].count(digit) for digit in digits[:10])
    return digits[0] != 48 and most in (2, 3) and mod11_10(digits)


def _german(view: bytes, start: int, end: int) -> int:
    return end if is_german(digits_of(view[start:end])) else 0


def _portuguese(view: bytes, start: int, end: int) -> int:
    digits = digits_of(view[start:end])
    check = -weighted(digits[:8], range(9, 1, -1)) % 11
    return end if digits[8] - 48 == check % 10 else 0


def _spanish(view: bytes, start: int, end: int) -> int:
    """The check of a CIF: a digit, or the letter that stands for it."""
    text = view[start:end].replace(b"-", b"").upper()
    odd = sum(sum(divmod(2 * (digit - 48), 10)) for digit in text[1:8:2])
    check = -(odd + sum(digit - 48 for digit in text[2:8:2])) % 10
    return end if text[8] in (48 + check, b"JABCDEFGHI"[check]) else 0


def _form(anchor: str, pattern: bytes, validate: Validate = accept) -> Detector:
    return Detector(_TAX, anchor, re.compile(_START + pattern + _END), validate)


def _number(names: str, words: str, least: int, most: int | None = None) -> Detector:
    return named(_TAX, names, grouped(least, most or least), words=words)


_EIN = "[0-9]{2}-[0-9]{7}"
_CNPJ = r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}"
_PAN = "[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]"

DETECTORS = (
    _form(_CNPJ, _CNPJ.encode(), _cnpj),
    _form(_PAN, _PAN.encode()),
    Detector(
        _TAX,
        _PAN,
        re.compile(_START + b"[0-3][0-9]" + _PAN.encode() + b"[1-9A-Z]Z[0-9A-Z]" + _END),
        reach=Reach.BEHIND,
        back=b"0123456789",
        back_most=2,
    ),
    _form(
        "9[0-9]{2}-[5-9][0-9]-[0-9]{4}",
        rb"9[0-9]{2}-(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])-[0-9]{4}",
    ),
    _form("[A-Z&]{4}[0-9]{6}[0-9A-Z]{2}[0-9A]", rb"[A-Z&]{4}[0-9]{6}[0-9A-Z]{2}[0-9A]", _rfc),
    named(_TAX, "employer.{0,2} (?:id|tax)|federal tax", _EIN, words="f?ein"),
    named(
        _TAX,
        "tax(?:payer)?(?:'s)?[ _-]?(?:id|file|payer|reference|registration|number|no)",
        ANY,
        with_digits(8, 14),
    ),
    named(_TAX, "steuer-?(?:n|id)|steuerliche id|umsatzsteuer|ust-?id", ANY, with_digits(9, 13)),
    named(_TAX, "id-nr", grouped(11, 11), _german, words="idnr"),
    named(
        _TAX,
        r"\bvat[ _-]?(?:id|no|num|reg)|\bbtw-?n|partita iva|p\. ?iva",
        ANY,
        with_digits(8, 12),
    ),
    named(_TAX, "contribuinte", grouped(9, 9), _portuguese, words="nif"),
    named(_TAX, "", "[A-HJNP-SUVW]-?[0-9]{7}-?[0-9A-J]", _spanish, words="[cn]if"),
    _number("", "cnpj", 14),
    _number("", "tfn", 9),
    _number("australian business number", "abn", 11),
    _number("unique taxpayer", "utr", 10),
    _number("", "itin", 9),
    _number("", "inn", 10, 12),
    _number("", "nip", 10),
)
