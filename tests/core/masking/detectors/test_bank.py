"""Bank accounts: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    (
        "American",
        "routing number 021000021, account number 123456789",
        "routing number [BANK_ACCOUNT], account number [BANK_ACCOUNT]",
    ),
    ("a wrong check digit", "routing number 021000022", None),
    ("a routing table", "routing 000000000", None),
    ("a key", '"account_number": "12345678"', '"account_number": "[BANK_ACCOUNT]"'),
    ("short", "a/c 12345678, acct: 123456", "a/c [BANK_ACCOUNT], acct: [BANK_ACCOUNT]"),
    ("British", "sort code 12-34-56", "sort code [BANK_ACCOUNT]"),
    ("British with its account", "Sort code: 12-34-56 12345678", "Sort code: [BANK_ACCOUNT]"),
    ("SWIFT", "SWIFT DEUTDEFF500, BIC: DEUTDEFF", "SWIFT [BANK_ACCOUNT], BIC: [BANK_ACCOUNT]"),
    ("a word behind swift", "Swift TRANSFER and swift packages", None),
    ("Indian", "HDFC0001234", "[BANK_ACCOUNT]"),
    ("Mexican", "CLABE 032180000118359719", "CLABE [BANK_ACCOUNT]"),
    ("Mexican, wrong", "CLABE 032180000118359718", None),
    ("few digits", "account number 12345", None),
    ("no name", "123456789 and DEUTDEFF", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
