"""International bank account numbers: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("groups", "to DE89 3704 0044 0532 0130 00 please", "to [IBAN] please"),
    ("one piece", "GB82WEST12345698765432.", "[IBAN]."),
    ("small letters", "fr14 2004 1010 0505 0001 3m02 606", "[IBAN]"),
    ("words behind it", "NO93 8601 1117 947 and more", "[IBAN] and more"),
    ("a wrong check digit", "DE88 3704 0044 0532 0130 00", None),
    ("no country", "ZZ89 3704 0044 0532 0130 00", None),
    ("too short", "DE89 3704 0044 0532 0130", None),
    ("a word's rest", "XDE89370400440532013000", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
