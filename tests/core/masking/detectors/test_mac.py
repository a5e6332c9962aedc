"""Hardware addresses: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("colons", "00:1A:2b:3c:4D:5e", "[MAC_ADDRESS]"),
    ("hyphens", "00-1a-2b-3c-4d-5e.", "[MAC_ADDRESS]."),
    ("dots", "001a.2b3c.4d5e", "[MAC_ADDRESS]"),
    ("behind a name", "mac=00:1a:2b:3c:4d:5e,", "mac=[MAC_ADDRESS],"),
    ("nobody's", "00:00:00:00:00:00, ff:ff:ff:ff:ff:ff, ffff.ff00.0000", None),
    ("a fingerprint", "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", None),
    ("numbers with hyphens and dots", "12-34-56-78-90-12 and 1234.5678.9012", None),
    ("two signs", "00:1a-2b:3c-4d:5e", None),
    ("five pairs", "00:1a:2b:3c:4d", None),
    ("a time", "10:30:00:12", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
