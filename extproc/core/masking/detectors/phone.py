"""Telephone numbers, by how they are written.

- International: a plus sign, or 00 and groups, with 8 to 15 digits (E.164).
- North American: three, three and four digits with brackets, hyphens or dots between them.
- A bracketed area code and two groups with a hyphen, with 8 to 12 digits.
- National with the trunk prefix 0, in groups, with 9 to 11 digits.
- The groups of mobile numbers that nothing else has: China (3-4-4, from 130), Brazil (2, 5-4),
  Russia (8 and 9..), Spain (3-2-2-2); and French pairs with dots.
- 7 to 11 digits with what they are behind them (`9885 1152 office`).
- Any other number of 7 to 15 digits only behind a cue (`phone`, `call me at`, ...); in the
  strict profile three, three and four digits with spaces need none.

Dates, decimals and the later parts of longer numbers are none.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import STRICT, Detector, Reach, Validate
from extproc.core.masking.detectors.number import ANCHOR, END, START

_START = START + rb"(?<![0-9][/:-])"
_ALONE = _START + rb"(?<![0-9] )"
"""For forms that a part of any number in groups could have."""
_EXTENSION = rb"(?:,? ?\(?(?:[Xx]|#|(?:[Ee]xt|EXT)(?:ension)?[.:]?) ?[0-9]{1,6}\)?)?"

_INTERNATIONAL = re.compile(
    START + rb"\+\(?[1-9][0-9]{0,3}\)?(?:[ .()/-]{0,3}[0-9]){5,13}" + _EXTENSION + END
)
_ZERO_ZERO = re.compile(
    _ALONE + rb"00[1-9][0-9]{0,2}(?:[ .()/-]{1,2}[0-9]{1,7}){2,6}" + _EXTENSION + END
)
_BY_FORM = re.compile(
    _START
    + rb"(?:"
    # North America.
    + rb"(?:1[ .-]?)?(?:(?:\([0-9]{3}\)[ .-]?|[0-9]{3}[.-])[0-9]{3}[ .-][0-9]{4}"
    + rb"|\([2-9][0-9]{2}\) ?[2-9][0-9]{6}|[2-9][0-9]{2}[ /][2-9][0-9]{2}-[0-9]{4})"
    + rb"|(?<![0-9] )(?:"
    + rb"1[3-9][0-9](?: [0-9]{4} |-[0-9]{4}-)[0-9]{4}"  # China
    + rb"|[1-9][1-9] 9[0-9]{4}-[0-9]{4}"  # Brazil
    + rb"|8[ -]?\(?9[0-9]{2}\)?[ -]?[0-9]{3}[ -][0-9]{2}[ -][0-9]{2}"  # Russia
    + rb"|[67][0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}"  # Spain
    + rb"|0[1-9](?:\.[0-9]{2}){4}"  # France
    + rb"))"
    + _EXTENSION
    + END
)
_BRACKETED = re.compile(
    _START + rb"\([0-9]{2,4}\) ?(?:[0-9]{3,5}-[0-9]{3,5}|[0-9]{3,4} [0-9]{4})" + _EXTENSION + END
)
_LABELLED = re.compile(
    _ALONE
    + rb"\(?[0-9]{1,10}+\)?(?:[ .()/-]{1,2}[0-9]{1,8}+){0,5}+"
    + rb"(?= ?[-(,]? ?(?i:office|mobile|fax|cell|landline|home phone|work phone)(?![a-z]))"
)
_SPACED = re.compile(_ALONE + rb"(?:1 )?[2-9][0-9]{2} [2-9][0-9]{2} [0-9]{4}" + _EXTENSION + END)
_TRUNK = re.compile(_ALONE + rb"\(?0[1-9][0-9]{0,4}\)?(?:[ /-][0-9]{2,8}){1,5}" + END)
_ANY = re.compile(
    _ALONE + rb"\(?[0-9]{1,15}+\)?(?:[ .()/-]{1,2}[0-9]{1,8}+){0,7}" + _EXTENSION + END
)
_GROUPS = re.compile(rb"[0-9]+")

_DATE = re.compile(
    rb"(?:[0-9]{1,2}([./ -])[0-9]{1,2}\1(?:19|20)[0-9]{2}"
    rb"|(?:19|20)[0-9]{2}([./-])[0-9]{2}\2[0-9]{2})(?![0-9])"
)
_OWNERS = b"my his her our your their whose"
CUES = frozenset(
    b"phone phones telephone telephones tel telefon telefono mobile mob cell cellphone landline "
    b"fax whatsapp sms text texted call called calling caller calls dial dialed dialing ring "
    b"hotline helpline answering contact reach reached phonenumber phoneno mobilephone "
    b"mobilenumber mobileno cellnumber faxnumber telephonenumber telefonnummer telefoonnummer "
    b"telefoon rufnummer handy handynummer mobilnummer durchwahl celular movil portable cellulare "
    b"gsm tlf tfno puhelin voicemail pager".split()
) | {owner + b" number" for owner in _OWNERS.split()}
_EXTENDS = re.compile(rb"[xe,]")
_FIGURES = b"0123456789"


def _digits(least: int, most: int) -> Validate:
    def validate(view: bytes, start: int, end: int) -> int:
        if _DATE.match(view, start):
            return 0
        extension = _EXTENDS.search(view, start, end)
        number = view[start : extension.start() if extension else end]
        count = len(number) - len(number.translate(None, _FIGURES))
        return end if least <= count <= most else 0

    return validate


_any = _digits(7, 15)
_e164 = _digits(8, 15)
_AMOUNT = re.compile(rb"(?<=[$#])|[0-9]+\.[0-9]{1,2}(?![0-9.])")
"""Money, a decimal, the number of an order."""
_DECIMAL = re.compile(rb"\+[0-9]+\.[0-9]+$")


def _international(view: bytes, start: int, end: int) -> int:
    return 0 if _DECIMAL.match(view[start:end]) else _e164(view, start, end)


def _cued(view: bytes, start: int, end: int) -> int:
    """The end of as many groups as a number can have."""
    if _DATE.match(view, start) or _AMOUNT.match(view, start):
        return 0
    if _any(view, start, end):
        return end
    count = stop = 0
    for group in _GROUPS.finditer(view, start, end):
        count += len(group[0])
        if count > 15:
            break
        stop = group.end()
    return _any(view, start, stop)


def _grouped(pattern: re.Pattern[bytes], least: int, validate: Validate) -> Detector:
    return Detector("PHONE", ANCHOR, pattern, validate, reach=Reach.GROUPS, digits=least)


DETECTORS: tuple[Detector, ...] = (
    Detector("PHONE", r"\+\(?[1-9][0-9 ().-]{3}", _INTERNATIONAL, _international),
    _grouped(_ZERO_ZERO, 9, _digits(9, 17)),
    _grouped(_BY_FORM, 9, _digits(9, 11)),
    _grouped(_BRACKETED, 8, _digits(8, 12)),
    _grouped(_TRUNK, 9, _digits(9, 11)),
    _grouped(_LABELLED, 7, _digits(7, 11)),
    Detector("PHONE", ANCHOR, _ANY, _cued, reach=Reach.GROUPS, digits=7, cues=CUES),
    Detector("PHONE", ANCHOR, _SPACED, reach=Reach.GROUPS, digits=10, profiles=STRICT),
)
