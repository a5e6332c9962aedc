"""Identity numbers by their form: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("Spanish DNI", "12345678Z y 12345678-Z", "[NATIONAL_ID] y [NATIONAL_ID]"),
    ("Spanish NIE", "X1234567L", "[NATIONAL_ID]"),
    ("a wrong letter", "12345678A, X1234567A", None),
    ("British", "AB123456C, AB 12 34 56 C", "[NATIONAL_ID], [NATIONAL_ID]"),
    ("a British prefix that is not used", "BG123456C, QQ123456C", None),
    ("Italian", "RSSMRA85T10A562S e rssmra85t10a562s", "[NATIONAL_ID] e [NATIONAL_ID]"),
    ("Italian, wrong letter", "RSSMRA85T10A562T", None),
    ("Mexican", "HEGG560427MVZRRL04", "[NATIONAL_ID]"),
    ("Mexican, wrong digit", "HEGG560427MVZRRL05", None),
    ("Finnish", "131052-308T", "[NATIONAL_ID]"),
    ("Finnish, wrong sign or no date", "131052-308U, 991352-308T", None),
    ("Singaporean", "S1234567D", "[NATIONAL_ID]"),
    ("Singaporean, wrong letter", "S1234567A", None),
    ("from Hong Kong", "A123456(3)", "[NATIONAL_ID]"),
    ("from Hong Kong, wrong", "A123456(4)", None),
    ("French", "2 55 08 14 168 025 38, 255081416802538", "[NATIONAL_ID], [NATIONAL_ID]"),
    ("French, wrong", "255081416802539", None),
    ("Chinese", "11010519491231002X", "[NATIONAL_ID]"),
    ("Chinese, wrong or no date", "110105194912310021, 110105194913310027", None),
    ("Norwegian", "15076500565", "[NATIONAL_ID]"),
    ("Norwegian, wrong", "15076500566", None),
    ("Swiss", "756.9217.0769.85", "[NATIONAL_ID]"),
    ("Swiss, wrong", "756.9217.0769.84", None),
    ("Brazilian", "111.444.777-35", "[NATIONAL_ID]"),
    ("Belgian", "85.07.30-033.28", "[NATIONAL_ID]"),
    ("Belgian, wrong", "85.07.30-033.29", None),
    ("Swedish", "811228-9874 och 19811228-9874", "[NATIONAL_ID] och [NATIONAL_ID]"),
    ("Swedish, wrong or no date", "811228-9875, 811328-9873", None),
    ("Korean", "820701-2409184", "[NATIONAL_ID]"),
    ("Korean, no date", "821301-2409184", None),
    ("Indian", "2341 2341 2346", "[NATIONAL_ID]"),
    ("Indian, wrong", "2341 2341 2347", None),
    ("years", "2010 2011 2012", None),
    ("Canadian", "046-454-286", "[NATIONAL_ID]"),
    ("Canadian, wrong", "246-454-287, 123-456-789", None),
    ("part of a longer number", "9-046-454-286, 1-15076500565-2", None),
    ("part of a word", "x12345678Z, S1234567De", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
