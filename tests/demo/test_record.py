"""The made-up customer: each value is one that a validator of its kind takes."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from pathlib import Path

from extproc.demo import record


def test_the_card_passes_luhn() -> None:
    digits = [int(digit) for digit in record.CARD.replace(" ", "")][::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    assert (sum(digits[::2]) + sum(doubled)) % 10 == 0


def test_the_iban_passes_mod_97() -> None:
    compact = record.IBAN.replace(" ", "")
    turned = compact[4:] + compact[:4]
    assert int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def test_the_ssn_is_of_a_range_that_is_given_out() -> None:
    area, group, serial = record.SSN.split("-")
    assert area not in ("000", "666")
    assert area < "900"
    assert (group, serial) != ("00", "0000")


def test_the_address_is_one_for_documentation() -> None:
    assert ipaddress.ip_address(record.IP) in ipaddress.ip_network("203.0.113.0/24")


def test_the_key_and_the_token_have_their_shape() -> None:
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", record.AWS_KEY)
    header, claims, _ = (
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in record.JWT.split(".")
    )
    assert json.loads(header)["typ"] == "JWT"
    assert json.loads(claims)["sub"] == "zoe.miller"


def test_the_source_holds_neither_key_nor_token() -> None:
    source = Path(record.__file__).read_text(encoding="utf-8")
    assert record.AWS_KEY not in source
    assert "eyJ" not in source


def test_the_letter_and_the_arguments_hold_every_value() -> None:
    assert [value for value in record.CUSTOMER.values() if value not in record.LETTER] == []
