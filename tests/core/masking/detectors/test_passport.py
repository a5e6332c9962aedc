"""Passports: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

LINES = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)

CASES: list[Case] = [
    ("mixed", "my passport number is C01X00T47", "my passport number is [PASSPORT]"),
    ("digits", "Passport No. 123456789.", "Passport No. [PASSPORT]."),
    ("in two groups", "passport: AB 1234567", "passport: [PASSPORT]"),
    ("German", "Reisepass-Nr. C01X00T47", "Reisepass-Nr. [PASSPORT]"),
    ("on the next line", "Passport Number:\nX1234567", "Passport Number:\n[PASSPORT]"),
    ("nested keys", '{"passport": {"no": "X1234567"}}', '{"passport": {"no": "[PASSPORT]"}}'),
    ("the lines of a passport", LINES, "[PASSPORT]\n[PASSPORT]"),
    ("the lines of a card", CARD, "[PASSPORT]\n[PASSPORT]\n" + CARD[-30:]),
    ("a line with a wrong digit", "L898902C36UTO7408122F1204158ZE184226B<<<<<10", None),
    ("no name", "C01X00T47", None),
    ("a count", "passport applications rose to 1500000", None),
    ("a year and a date", "a passport of 2024, valid from passport 20240131", None),
    ("another sentence", "I lost my passport. Order 12345678", None),
    ("a package", "passport-local 1.0.0 and passport 0.7", None),
    ("shifts in code", "out <<A<<BB<<CC<<DD<<EE<<FF", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
