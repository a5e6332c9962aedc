"""Postal addresses of eleven countries, in sentences and forms; and streets that are none."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.samples.draft import Draft, Row, prose
from bench.samples.people import ADDRESSES
from bench.samples.values import MAKERS

_WITH = prose("""\
Please ship it to «where» before «day».

My address is «where».

We moved from «where» to «other» in «year».

Address: «where»

Send the contract to «name», «where».

I live at «where», second door on the left.

{"shipping_address": "«where»", "items": «small»}

The accident happened outside «where» at «time».

Billing address: «where»; delivery address: «other».

Our office is located at «where», next to the station.

«company», «where»

Is «where» inside your delivery area?
""")
_TRAPS = prose("""\
Main Street was closed for «n» days, and the mayor of «place» apologised.

Take Exit «n», then follow the signs to the airport; it takes «n» minutes.

Wall Street fell by «small» points while «company» rose.

Chapter «n», Court of Appeals, Place of work: «place».

The 5 Ways to Drive sales are on page «n».

We had 12 Lane closures and 3 Road works in «year».
""")


def rows(count: int = 500) -> Iterator[Row]:
    random = Random("address")
    lands = tuple(ADDRESSES)
    for number in range(count):
        draft = Draft()
        land = lands[number // 2 % len(lands)] if number % 2 else "us"
        places = {
            **MAKERS,
            "where": ("ADDRESS", ADDRESSES[land]),
            "other": ("ADDRESS", ADDRESSES[land]),
        }
        draft.fill(random.choice(_WITH), places, random)
        if random.random() < 0.5:
            draft.add(" ")
            draft.fill(random.choice(_TRAPS), places, random)
        yield draft.row(f"address-{number:04}", kind=land)
