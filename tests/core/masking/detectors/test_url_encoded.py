"""Numbers as they stand in a URL: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("a phone number", "call %2B49%2030%206973432.", "call [PHONE]."),
    ("in small letters", "call %2b49%2030%206973432.", "call [PHONE]."),
    ("brackets", "?tel=%28713%29%20842-6380&x=1", "?tel=[PHONE]&x=1"),
    ("behind an encoded space", "?text=hi%20to%20%2B49%2030%206973432", "?text=hi%20to%20[PHONE]"),
    ("behind an encoded cue", "tel%3A%207762%20634451", "tel%3A%20[PHONE]"),
    ("only its plus sign", "?to=%2B1-217-725-9625", "?to=[PHONE]"),
    ("a card", "card=4111%201111%201111%201111", "card=[CREDIT_CARD]"),
    ("a social security number", "ssn%20219%2D09%2D9999", "ssn%20[SSN]"),
    ("an account", "?iban%3DDE50%209411%204849%201968%208508%2086", "?iban%3D[IBAN]"),
    ("hardware", "?mac=58%3Ae1%3A3c%3A4d%3A07%3Af8&", "?mac=[MAC_ADDRESS]&"),
    ("more behind it", "4111%201111%201111%201111%2C%20Ann", "[CREDIT_CARD]%2C%20Ann"),
    ("a card that fails its check", "card=4111%201111%201111%201112", None),
    ("numbers", "/10%2020%2030%2040%2050%2060%2070", None),
    ("a date", "file%20name%202024%2001%2012", None),
    ("an account that fails its check", "DE50%209411%204849%201968%208508%2087", None),
    ("five pairs", "58%3Ae1%3A3c%3A4d%3A07", None),
    ("percent signs", "10%20 off 2000000, 5%2B", None),
    ("no escape", "100%2G200%300000 000", None),
]  # fmt: skip


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
