"""The sets that masking is judged by, made here from fixed seeds.

    draft      templates with places in them, and the labelled rows that they become
    checks     check digits by their published rules
    values     e-mail addresses, cards, keys, …: valid, and written in the ways of people
    people     names of the world, companies and places that sound like them, addresses
    vendors    how keys of providers look

and a module for each set. Whoever writes detectors should not read what these modules say: the
figures then tell how the detectors do on texts that nobody tuned them to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.samples import (
    addresses,
    adversarial,
    arithmetic,
    ids,
    logs,
    names,
    prose,
    records,
    secrets,
    trees,
)
from bench.samples.draft import Row

CREDENTIALS = frozenset({"API_KEY", "SECRET", "PASSWORD", "JWT", "PRIVATE_KEY"})
STRUCTURED = CREDENTIALS | {
    "EMAIL", "PHONE", "CREDIT_CARD", "IBAN", "SSN", "NATIONAL_ID", "TAX_ID", "PASSPORT",
    "DRIVER_LICENSE", "BANK_ACCOUNT", "DATE_OF_BIRTH", "IP_ADDRESS", "MAC_ADDRESS", "URL", "CRYPTO",
}  # fmt: skip
"""Types with a shape of their own: all but names and addresses."""
TYPES = STRUCTURED | {"PERSON", "ADDRESS"}


@dataclass(frozen=True)
class Target:
    """What is wanted of a set: a measure, over these types, at least or at most so much."""

    measure: str
    """precision, recall, f1, or alarms (false ones in 1,000 characters)."""
    value: float
    types: frozenset[str] = STRUCTURED
    what: str = "structured"

    @property
    def is_met_above(self) -> bool:
        return self.measure != "alarms"

    def is_met(self, figure: float) -> bool:
        return figure >= self.value if self.is_met_above else figure <= self.value


@dataclass(frozen=True)
class Set:
    name: str
    title: str
    rows: Callable[[], Iterator[Row]]
    targets: tuple[Target, ...] = ()


_PERSON = Target("f1", 0.75, frozenset({"PERSON"}), "PERSON")

SETS = {
    each.name: each
    for each in (
        Set("prose", "chat, mails, tickets, support", prose.rows, (Target("f1", 0.95), _PERSON)),
        Set("logs", "syslog, JSON, access logs, key=value, traces, SQL, tables", logs.rows,
            (Target("recall", 0.98),)),
        Set("legal", "contracts, pleadings, letters", records.legal, (Target("recall", 0.98),)),
        Set("clinical", "notes, forms, referrals", records.clinical, (Target("recall", 0.98),)),
        Set("adversarial", "values in unusual spellings", adversarial.rows,
            (Target("recall", 0.97),)),
        Set("secrets", "configuration, shell, code; and what looks like a secret", secrets.rows,
            (Target("recall", 0.80, CREDENTIALS, "credentials"),
             Target("precision", 0.95, CREDENTIALS, "credentials"))),
        Set("ids", "national ids, tax, passports, licences, birth dates, accounts", ids.rows),
        Set("names", "names of the world, and what looks like one", names.rows, (_PERSON,)),
        Set("address", "postal addresses of eleven countries", addresses.rows),
        Set("arithmetic", "word problems, sums, measures: nothing to find", arithmetic.rows,
            (Target("alarms", 0.01, TYPES, "all types"),)),
        Set("code", "Python's standard library without its tests", trees.rows,
            (Target("alarms", 0.01, STRUCTURED, "structured"),)),
    )
}  # fmt: skip
