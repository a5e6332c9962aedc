"""Driving licences: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    (
        "digits",
        "My driver's license number is 425700624",
        "My driver's license number is [DRIVER_LICENSE]",
    ),
    ("letters", "driver’s license LH329609T.", "driver’s license [DRIVER_LICENSE]."),
    ("groups", "driving licence A123-456-78-901-0", "driving licence [DRIVER_LICENSE]"),
    ("short", "DL: D1234567", "DL: [DRIVER_LICENSE]"),
    ("a key", '"license_number": "D1234567"', '"license_number": "[DRIVER_LICENSE]"'),
    ("German", "Führerschein Nr. B072RRE2I55", "Führerschein Nr. [DRIVER_LICENSE]"),
    ("French", "permis de conduire 123456789012", "permis de conduire [DRIVER_LICENSE]"),
    ("British alone", "MORGA657054SM9IJ", "[DRIVER_LICENSE]"),
    ("no month", "MORGA683054SM9IJ", None),
    ("few digits", "driver's license class 1234", None),
    ("a day", "driver's license, issued 20200131", None),
    ("of software", "The Apache license 2.0, the MIT license of 1988", None),
    ("a word that ends so", "handl 12345678", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
