"""Dates of birth: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("month first", "She was born on 2/7/1961.", "She was born on [DATE_OF_BIRTH]."),
    ("year first", "DOB: 1990-05-12", "DOB: [DATE_OF_BIRTH]"),
    ("dots", "D.O.B. 12.05.90", "D.O.B. [DATE_OF_BIRTH]"),
    ("a key", '{"date_of_birth": "12.05.1990"}', '{"date_of_birth": "[DATE_OF_BIRTH]"}'),
    ("a key in one word", '"dateOfBirth":"1990-05-12"', '"dateOfBirth":"[DATE_OF_BIRTH]"'),
    (
        "with a time",
        '"birthDate": "1990-05-12T00:00:00Z"',
        '"birthDate": "[DATE_OF_BIRTH]"',
    ),
    ("a place between", "born in Paris on May 12, 1990", "born in Paris on [DATE_OF_BIRTH]"),
    ("an ordinal", "born 12th of May 1990", "born [DATE_OF_BIRTH]"),
    ("French", "né le 12 mai 1990", "né le [DATE_OF_BIRTH]"),
    ("German", "geboren am 12. März 1990", "geboren am [DATE_OF_BIRTH]"),
    ("Spanish", "nacido el 12 de mayo de 1990", "nacido el [DATE_OF_BIRTH]"),
    ("short", "(b. 12 May 1990)", "(b. [DATE_OF_BIRTH])"),
    ("eight digits", "dob 05121990", "dob [DATE_OF_BIRTH]"),
    (
        "the next sentence",
        "my date of birth. It's 3/23/1940",
        "my date of birth. It's [DATE_OF_BIRTH]",
    ),
    ("any date", "on 1990-05-12 and May 12, 1990", None),
    ("a year alone", "born in 1990", None),
    ("no day and no month", "born 1990-15-12 or 45/45/1990", None),
    ("a question between", "when were you born? 1990-05-12", None),
    ("too far", "born " + "a long time ago " * 3 + "1990-05-12", None),
    ("reborn", "stubborn 1990-05-12", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)


STRICT: list[Case] = [
    ("a row", "Ann Lee\t1990-05-12\t12.05.1990\t3/14/79", "[PERSON]\t%s\t%s\t%s"),
    ("a month's name", "on 28 October 1980 or June 2, 1976", "on %s or %s"),
    ("the end of a sentence", "It was 6. August 2007.", "It was %s."),
    ("a time of day", "2026-11-24T03:00:00Z 2026-11-24 03:00 24.11.2026, 3:00", None),
    ("a version", "1.2.34 and 10.12.79", None),
    ("no year", "28 October, 12/05", None),
    ("a longer number", "2024-01-12-05 1/2024-01-12", None),
    ("two signs", "2024-01/12", None),
    ("no month", "2024-13-01", None),
]


@each(STRICT)
def test_strict_takes_every_date_for_one(text: str, masked: str) -> None:
    check(text, masked.replace("%s", "[DATE_OF_BIRTH]"), "strict")
