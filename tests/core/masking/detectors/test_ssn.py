"""United States social security numbers: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("hyphens", "it is 123-45-6789.", "it is [SSN]."),
    ("spaces behind a cue", "my SSN is 123 45 6789", "my SSN is [SSN]"),
    (
        "one piece behind a cue",
        "social security number: 123456789",
        "social security number: [SSN]",
    ),
    ("an area never issued, called so", 'the "ssn": "931-40-5597"', 'the "ssn": "[SSN]"'),
    ("an area never issued", "666-45-6789 and 900-45-6789 and 000-45-6789", None),
    ("a group never issued", "123-00-6789", None),
    ("spaces and no cue", "values 123 45 6789", None),
    ("part of a longer number", "123-45-67890 1-123-45-6789", None),
    ("other signs", "123.45.6789 123_45_6789", "[SSN] [SSN]"),
    ("other dashes", "123\u201345\u20136789", "[SSN]"),
    ("signs between spaces behind a cue", "SSN 123 - 45 - 6789", "SSN [SSN]"),
    ("signs between spaces", "123 - 45 - 6789", None),
    ("slashes behind a cue", "SSN 123/45/6789", "SSN [SSN]"),
    ("a quotient", "123/45/6789", None),
    ("two signs", "123.45/6789", None),
    ("single digits behind a cue", "my SSN is 1 2 3 4 5 6 7 8 9.", "my SSN is [SSN]."),
    ("single digits", "1 2 3 4 5 6 7 8 9", None),
    ("two spaces behind a cue", "ssn: 048  81  0004", "ssn: [SSN]"),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
