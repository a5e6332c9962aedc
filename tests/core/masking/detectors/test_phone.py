"""Telephone numbers: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("international", "call +1 (415) 555-2671!", "call [PHONE]!"),
    ("international in one piece", "+4915112345678", "[PHONE]"),
    ("international with 00", "0049 30 1234567", "[PHONE]"),
    ("brackets", "(415) 555-2671", "[PHONE]"),
    ("hyphens", "415-555-2671", "[PHONE]"),
    ("dots", "415.555.2671", "[PHONE]"),
    ("an extension", "415-555-2671 x123 today", "[PHONE] today"),
    ("a bracketed area code", "(88) 684-3342", "[PHONE]"),
    ("in brackets of the sentence", "(415-555-2671, or 030/1234567)", "([PHONE], or [PHONE])"),
    ("more numbers behind it", "call 415 555 2671 1234567 89", "call [PHONE] 1234567 89"),
    ("a trunk prefix", "030/1234567 or 020 7946 0958", "[PHONE] or [PHONE]"),
    ("pairs", "01 23 45 67 89", "[PHONE]"),
    ("one piece behind a cue", "phone: 5551234567", "phone: [PHONE]"),
    ("a key as the cue", '{"phone_number": "5551234567"}', '{"phone_number": "[PHONE]"}'),
    ("a short one behind a cue", "you can reach me at 785 8949", "you can reach me at [PHONE]"),
    ("a date", "on 2024-01-15 and 15.01.2024", None),
    ("a date behind a cue", "I will call on 2024-01-15", None),
    ("a time stamp", "2024-01-15 10:30:00.123", None),
    ("an order number", "order 5551234567", None),
    ("arithmetic", "12 + 34 = 46 and 200 300 4000", None),
    ("thousands", "1,234,567,890 people", None),
    ("a signed decimal", "+35236450.6", None),
    ("a version", "2.10.13-1.22.333", None),
    ("part of a longer number", "415-555-2671-9999", None),
    ("a cue for another number", "call me 3 times: 5551234", None),
    ("hexadecimal", "0x4155552671ab", None),
    ("a sum of money behind a cue", "Call it $24715.40, or call $5551234", None),
    ("a decimal behind a cue", "she calls 24715.40 a lot", None),
    ("Chinese", "138 1234 5678", "[PHONE]"),
    ("Brazilian", "11 98765-4321", "[PHONE]"),
    ("Russian", "8 (912) 345-67-89", "[PHONE]"),
    ("Spanish", "612 34 56 78", "[PHONE]"),
    ("French with dots", "01.23.45.67.89", "[PHONE]"),
    ("a space and a hyphen", "415 555-2671", "[PHONE]"),
    ("a bracketed area code and spaces", "(11) 3333 4444", "[PHONE]"),
    ("other extensions", "415-555-2671 Ext. 12, 415-555-2671 #9", "[PHONE], [PHONE]"),
    (
        "what it is behind it",
        "9885 1152 office, 2813882583 mobile",
        "[PHONE] office, [PHONE] mobile",
    ),
    ("what it is, far behind it", "9885 1152 is the office", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)


def test_the_strict_profile_takes_a_spaced_number_for_a_phone() -> None:
    check("values 415 555 2671", "values [PHONE]", "strict")
    check("values 415 555 2671", "values 415 555 2671")
