"""Tax numbers: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("Brazilian", "11.222.333/0001-81", "[TAX_ID]"),
    ("Brazilian, wrong", "11.222.333/0001-82", None),
    ("Indian", "ABCPE1234F", "[TAX_ID]"),
    ("Indian, no kind of holder", "ABCDE1234F", None),
    ("Indian of goods", "27AAPFU0939F1ZV", "[TAX_ID]"),
    ("of who has no security number", "912-70-1234", "[TAX_ID]"),
    ("a group that is not used", "912-93-1234", None),
    ("Mexican", "GODE561231GR8", "[TAX_ID]"),
    ("Mexican, wrong or no date", "GODE561231GR9, GODE561331GR8", None),
    ("employer", "EIN: 12-3456789", "EIN: [TAX_ID]"),
    ("employer, without a name", "12-3456789", None),
    ("the German article", "ein 1234567 und ein 123456789", None),
    ("German", "Steuer-ID: 86 095 742 719", "Steuer-ID: [TAX_ID]"),
    ("German by its short name", "IdNr 86095742719", "IdNr [TAX_ID]"),
    ("German, wrong", "IdNr 86095742718", None),
    ("Portuguese", "NIF 501964843", "NIF [TAX_ID]"),
    ("Portuguese, wrong", "NIF 501964844", None),
    ("Spanish", "CIF A58818501", "CIF [TAX_ID]"),
    ("Spanish, wrong", "CIF A58818502", None),
    ("Australian", "TFN 123 456 782", "TFN [TAX_ID]"),
    ("a key", '"tax_id": "12-3456789"', '"tax_id": "[TAX_ID]"'),
    ("value added", "VAT no. DE123456789", "VAT no. [TAX_ID]"),
    ("an amount", "tax number of the year is 1234", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
