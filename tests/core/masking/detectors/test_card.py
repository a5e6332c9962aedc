"""Payment cards: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("groups of four", "card 4111 1111 1111 1111.", "card [CREDIT_CARD]."),
    ("one piece", "4111111111111111", "[CREDIT_CARD]"),
    ("hyphens", "5555-5555-5555-4444", "[CREDIT_CARD]"),
    ("American Express", "3782 822463 10005", "[CREDIT_CARD]"),
    ("Diners Club", "30569309025904", "[CREDIT_CARD]"),
    ("JCB", "3530111333300000", "[CREDIT_CARD]"),
    ("thirteen digits of Visa", "4222222222222", "[CREDIT_CARD]"),
    ("Maestro", "6304 0000 0000 0000", "[CREDIT_CARD]"),
    ("an expiry date behind it", "4111 1111 1111 1111 12/27", "[CREDIT_CARD] 12/27"),
    ("its check value behind it", "4111 1111 1111 1111 123", "[CREDIT_CARD] 123"),
    ("a number before it", "12 4111 1111 1111 1111", "12 [CREDIT_CARD]"),
    ("a row of a table", "Jo,42,4111111111111111,9", "Jo,42,[CREDIT_CARD],9"),
    ("a quotient", "4369479/1635951", None),
    ("no-break spaces", "4111\u00a01111\u00a01111\u00a01111", "[CREDIT_CARD]"),
    ("full-width digits", "４１１１１１１１１１１１１１１１", "[CREDIT_CARD]"),
    ("a wrong check digit", "4111 1111 1111 1112", None),
    ("no network's number", "1234567812345670", None),
    ("a right check digit and a wrong length", "41111111111111", None),
    ("milliseconds", "1609459200000", None),
    ("a decimal", "0.4111111111111111", None),
    ("part of a longer number", "41111111111111110000000", None),
    ("part of a word", "id_4111111111111111", None),
    ("zeros", "0000 0000 0000 0000", None),
    ("signs between spaces", "4111 - 1111 - 1111 - 1111", "[CREDIT_CARD]"),
    ("underscores", "4111_1111_1111_1111", "[CREDIT_CARD]"),
    ("dots and slashes", "4111.1111.1111.1111 4111/1111/1111/1111", "[CREDIT_CARD] [CREDIT_CARD]"),
    ("a quotient", "4369479/1635951", None),
    ("no-break spaces", "4111\u00a01111\u00a01111\u00a01111", "[CREDIT_CARD]"),
    ("single digits behind a cue", "card " + " ".join("4111111111111111"), "card [CREDIT_CARD]"),
    ("single digits", " ".join("4111111111111111"), None),
    ("a code", "CVV: 123, cvc is 4321", "CVV: [CREDIT_CARD], cvc is [CREDIT_CARD]"),
    ("no code", "the CVV has 3 digits, cvv 12345", None),
    ("two spaces", "4111  1111  1111  1111", "[CREDIT_CARD]"),
    ("one space and two", "4111 1111  1111 1111", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
