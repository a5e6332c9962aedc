"""Postal addresses: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("a street", "it is at 12 Elm Street.", "it is at [ADDRESS]"),
    ("all of it", "at 1420 Maple Grove Rd, Apt 5C, Madison, WI 53703!", "at [ADDRESS]!"),
    ("a numbered street", "980 W. 4th Ave NW today", "[ADDRESS] today"),
    ("a British one", "221B Baker Street, London NW1 6XE", "[ADDRESS]"),
    ("a German one", "Hauptstraße 15, 10115 Berlin", "[ADDRESS]"),
    ("a Dutch one", "to Keizersgracht 241 now", "to [ADDRESS] now"),
    ("a Swedish one", "på Storgatan 3", "på [ADDRESS]"),
    ("a French one", "au 47 rue des Lilas.", "au [ADDRESS]"),
    ("a Spanish one", "en Calle de Alcalá 45, piso", "en [ADDRESS], piso"),
    ("an Italian one", "in Via Roma 12", "in [ADDRESS]"),
    ("a post box", "P.O. Box 7710, Salem, OR 97303", "[ADDRESS]"),
    ("a unit", "in Suite 300 now", "in [ADDRESS] now"),
    ("postcodes", "SW1A 2AA or K1A 0B1", "[ADDRESS] or [ADDRESS]"),
    ("a state and a ZIP code", "near Salem, OR 97303", "near [ADDRESS]"),
    ("a ZIP code", "my zip code is 70637", "my zip code is [ADDRESS]"),
    ("behind a cue", "address: Tacuarembo 6626, Montevideo", "address: [ADDRESS]"),
    ("a place", "in London and Madison, Wisconsin", None),
    ("amounts", "12 large eggs, 3 ways to place 5 orders", None),
    ("another address", "the address is 0x7fff, ip address: localhost", None),
    ("a street without a number", "down Elm Street", None),
    ("a path", "via the RFC 1870, via Level 2", None),
]


@each(CASES)
def test_masks_the_address_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
