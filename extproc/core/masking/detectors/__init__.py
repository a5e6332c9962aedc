"""The registry: every detector, one file a family.

A new family is a module with `DETECTORS`, named here. A new type takes its place in STRENGTH.
"""

from __future__ import annotations

from collections.abc import Sequence

from extproc.core.masking.detectors import (
    address,
    auth,
    bank,
    birth,
    card,
    connection,
    crypto,
    driver_license,
    email,
    iban,
    introduced,
    ip,
    jwt,
    letter_case,
    mac,
    named_id,
    national_id,
    passport,
    password,
    pem,
    person,
    phone,
    provider,
    secret,
    spelled,
    ssn,
    tax_id,
    url,
    url_encoded,
)
from extproc.core.masking.detectors.detector import PROFILES, Detector

STRENGTH = (
    "PRIVATE_KEY",
    "JWT",
    "API_KEY",
    "IBAN",
    "CREDIT_CARD",
    "SSN",
    "TAX_ID",
    "NATIONAL_ID",
    "CRYPTO",
    "EMAIL",
    "IP_ADDRESS",
    "MAC_ADDRESS",
    "PASSWORD",
    "SECRET",
    "URL",
    "BANK_ACCOUNT",
    "PASSPORT",
    "DRIVER_LICENSE",
    "DATE_OF_BIRTH",
    "PHONE",
    "ADDRESS",
    "PERSON",
)
"""Types, the one that its validator makes surest of first: it names a finding of several."""

DETECTORS: Sequence[Detector] = (
    *email.DETECTORS,
    *card.DETECTORS,
    *ssn.DETECTORS,
    *spelled.DETECTORS,
    *iban.DETECTORS,
    *phone.DETECTORS,
    *ip.DETECTORS,
    *provider.DETECTORS,
    *jwt.DETECTORS,
    *pem.DETECTORS,
    *password.DETECTORS,
    *auth.DETECTORS,
    *connection.DETECTORS,
    *secret.DETECTORS,
    *national_id.DETECTORS,
    *named_id.DETECTORS,
    *tax_id.DETECTORS,
    *passport.DETECTORS,
    *driver_license.DETECTORS,
    *birth.DETECTORS,
    *bank.DETECTORS,
    *crypto.DETECTORS,
    *mac.DETECTORS,
    *url.DETECTORS,
    *url_encoded.DETECTORS,
    *address.DETECTORS,
    *person.DETECTORS,
    *introduced.DETECTORS,
    *letter_case.DETECTORS,
)


def of_profile(profile: str) -> list[Detector]:
    """Raises ValueError for a profile that there is not."""
    if profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}; there are {', '.join(sorted(PROFILES))}")
    return [detector for detector in DETECTORS if profile in detector.profiles]
