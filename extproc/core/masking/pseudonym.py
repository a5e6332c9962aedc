"""Pseudonyms: `[EMAIL_3f9a1c]` stands for one value, and for the same one in every exchange.

A pseudonym is the first hexadecimal digits of HMAC-SHA256(key, scope, type, value). The scope is
whose exchange it is: a client that sends its history again gets the same pseudonyms, and nobody
else's are the same. So nothing has to be stored between exchanges.

The value is taken in a normal form of its type, so that `Jo@X.org` and `jo@x.org` are one, and
`+1 415 555 2671` and `+14155552671`. Two values of one exchange with the same digits are told
apart by more digits for the one that came later.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

import msgspec

PSEUDONYMS_MOST = 4096
"""Of one exchange. Further values get the label."""

_DIGITS_LEAST = 6
_DIGITS_MOST = 12

_COMPACT = frozenset(
    {"BANK_ACCOUNT", "CREDIT_CARD", "DRIVER_LICENSE", "IBAN", "MAC_ADDRESS", "NATIONAL_ID",
     "PASSPORT", "PHONE", "SSN", "TAX_ID"}
)  # fmt: skip
"""Numbers: how they are grouped, and the case of their letters, says nothing."""
_CASELESS = frozenset({"ADDRESS", "DATE_OF_BIRTH", "EMAIL", "IP_ADDRESS", "PERSON", "TERM"})
"""All other types are taken as they are: the case of a key or a path says something."""

_SPACES = re.compile(r"\s+")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")


def normal_form(kind: str, value: str) -> str:
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKC", value)
        if unicodedata.category(character) != "Cf"
    )
    if kind in _COMPACT:
        return "".join(map(_compact, plain)).casefold()
    plain = _SPACES.sub(" ", plain)
    if kind == "EMAIL":
        plain = plain.replace("%40", "@")
    return plain.casefold() if kind in _CASELESS else plain


def _compact(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.digit(character))
    return character if character.isalnum() or character == "+" else ""


class Original(msgspec.Struct, frozen=True):
    """What a pseudonym stands for."""

    pseudonym: str
    value: str
    """As it was written where it came first."""


class Pseudonyms:
    """Those of one exchange. They die with it: nothing here is recorded or shown to anybody."""

    def __init__(self, key: bytes, scope: str) -> None:
        self._key = key
        self._scope = scope
        self._taken: dict[str, tuple[str, str]] = {}
        """By the pseudonym's letters and digits: type and normal form."""
        self._originals: dict[str, Original] = {}

    def of(self, kind: str, value: str, *, is_restorable: bool) -> str:
        """The pseudonym of a value; the label when there are too many, or when the value cannot
        be written as UTF-8."""
        label = f"[{kind}]"
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return label
        normal = normal_form(kind, value)
        message = msgspec.json.encode((self._scope, kind, normal))
        digest = hmac.new(self._key, message, hashlib.sha256).hexdigest()
        owner = (kind, normal)
        for size in range(_DIGITS_LEAST, _DIGITS_MOST + 1, 2):
            pseudonym = f"[{kind}_{digest[:size]}]"
            name = _name(pseudonym)
            taken = self._taken.get(name)
            if taken is None:
                if len(self._taken) >= PSEUDONYMS_MOST:
                    return label
                self._taken[name] = owner
            elif taken != owner:
                continue
            if is_restorable and name not in self._originals:
                self._originals[name] = Original(pseudonym, value)
            return pseudonym
        return label

    def original(self, written: str) -> Original | None:
        """What a pseudonym stands for, however its case, spaces and backslashes came out."""
        return self._originals.get(_name(written))

    @property
    def can_restore(self) -> bool:
        return bool(self._originals)


def _name(pseudonym: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", pseudonym.upper())
