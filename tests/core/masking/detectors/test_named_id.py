"""Identity numbers behind their name: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("Aadhaar", "My Aadhaar number is 123456789012.", "My Aadhaar number is [NATIONAL_ID]."),
    ("a key of no country", '{"national_id": "AB-1234567"}', '{"national_id": "[NATIONAL_ID]"}'),
    ("an identity card", "identity card no. 012345678 was", "identity card no. [NATIONAL_ID] was"),
    ("a German one", "Personalausweis T220001293", "Personalausweis [NATIONAL_ID]"),
    ("Dutch", "BSN 111222333", "BSN [NATIONAL_ID]"),
    ("with its signs", "CPF: 123.456.789-00", "CPF: [NATIONAL_ID]"),
    ("on the next line", "PESEL:\n44051401359", "PESEL:\n[NATIONAL_ID]"),
    ("British health", "NHS number: 943 476 5919", "NHS number: [NATIONAL_ID]"),
    ("Swiss in one piece", "AHV 7569217076985", "AHV [NATIONAL_ID]"),
    ("Danish", "CPR-nr. 010190-1234", "CPR-nr. [NATIONAL_ID]"),
    ("Canadian", "SIN: 046454286", "SIN: [NATIONAL_ID]"),
    ("Chilean", "RUT 12.345.678-5", "RUT [NATIONAL_ID]"),
    ("a short name and a wrong digit", "sin 123456789, RUT 12.345.678-6", None),
    ("too few digits", "national id: 12345, BSN 1112223", None),
    ("no name", "111222333", None),
    ("a name within a word", "using 046454286", None),
    ("another sentence", "I have an identity card. Order 123456789", None),
    ("another number between", "BSN 5 of 111222333", None),
    ("too far", "BSN " + "and so on " * 4 + "111222333", None),
    ("the next line without a colon", "about BSN\n111222333", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
