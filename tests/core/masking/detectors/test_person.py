"""Names of persons by the gazetteer: what is found, what is left, and what comes near."""

from __future__ import annotations

import pytest

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("a first name alone", "yesterday Tamara called", "yesterday [PERSON] called"),
    ("first and last", "ask Mary Poppleton now", "ask [PERSON] now"),
    ("an unknown last name", "by Kimberly Qwertson, twice", "by [PERSON], twice"),
    ("an unknown first name", "with Qwerto Fernandez.", "with [PERSON]."),
    ("accents", "Lucía Fernández lives here", "[PERSON] lives here"),
    ("letters that do not fold", "Søren Kjær is here", "Søren Kjær is here"),
    ("initials", "by J. K. Rasmussen today", "by [PERSON] today"),
    ("an initial between", "Maria T. Lopez signed", "[PERSON] signed"),
    ("particles", "Anneliese van der Berg, Khalid al-Rashid", "[PERSON], [PERSON]"),
    ("a double name", "met Jean-Pierre O'Sullivan's wife", "met [PERSON]'s wife"),
    ("a suffix", "Keith Bult Jr. came", "[PERSON]. came"),
    ("the surname first", "Nagy Zsolt came", "[PERSON] came"),
    ("inverted in a cell", "Kowalczyk, Agnieszka", "[PERSON]"),
    ("an ending", "with Oksana Brzozenko and Gulbrandsson", "with [PERSON] and [PERSON]"),
    (
        "a surname within a sentence",
        "the talk by Nakamura was good",
        "the talk by [PERSON] was good",
    ),
    ("a name that is a word", "then Grace Lindqvist left", "then [PERSON] left"),
    ("a possessive", "Tamara's bag", "[PERSON]'s bag"),
    ("up to a common word", "Tamara And The Others", "[PERSON] And The Others"),
    ("words that are names", "May is mild. Will it rain in Paris? Mark all.", None),
    ("places", "San Francisco, Lake Victoria, Santa Monica", None),
    ("a company", "Kelly Ltd. and Fernandez & Sons", None),
    ("an institute", "Kennedy Airport and Martinez Hospital", None),
    ("a surname behind a place's word", "we stayed in Hamilton", None),
    ("identifiers", "TamaraFactory Tamara_1 getTamara() foo.Tamara Tamara.save()", None),
    ("a headline", "The Quarterly Report For Northern Europe Is Ready", None),
    ("a common word and a surname", "Visual Fernandez", "Visual [PERSON]"),
]
CAPITALS: list[Case] = [
    ("first and last", "NAME MARIA LOPEZ", "NAME [PERSON]"),
    ("last and first", "LOPEZ, MARIA", "[PERSON]"),
    ("small letters", "call john fernandez now", "call [PERSON] now"),
    ("a constant", "MARIA_LOPEZ, HTTP GET, MAX SIZE", None),
    ("an unknown one", "MARIA TABLES", None),
    ("one small word", "the john is small", None),
]


@each(CASES, CAPITALS)
def test_masks_the_name_and_only_it(text: str, masked: str) -> None:
    check(text, masked)


@pytest.mark.parametrize("profile", ["structured", "secrets"])
def test_other_profiles_leave_names(profile: str) -> None:
    text = "Maria T. Lopez lives at 12 Elm Street"
    check(text, text, profile)
