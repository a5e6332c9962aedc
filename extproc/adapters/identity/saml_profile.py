"""What an assertion says, and whether it says it to us, now, of somebody who may be named.

SAML core 2.0 and the profile of bearer assertions for OAuth (RFC 7522, section 3). An element that
is not known here is refused and never passed over: a condition that is not understood is not met.
"""

from __future__ import annotations

import msgspec

from extproc.adapters.identity.saml_time import microseconds
from extproc.adapters.identity.saml_xml import (
    SAML,
    Element,
    members,
    named,
    one,
    refused,
    text_of,
)

BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_ENTITY = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_SECOND = 1_000_000
_CLOCK_SKEW = 5 * _SECOND
"""That a start may lie ahead of us. Ends are exact."""
_LONGEST = 24 * 3600 * _SECOND
"""That an assertion may be good for: so long must its ID be remembered."""
_MAX_ATTRIBUTES = 100
_MAX_VALUES = 200
"""Of one attribute."""
_MAX_CLAIMS = 32 << 10
"""Characters of all attributes together."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """An assertion's words as they are written; None for what is absent."""

    id: str
    issuer: str
    issue_instant: str
    name_id: str
    name_id_format: str | None
    recipient: str | None
    confirmed_from: str | None
    confirmed_until: str | None
    in_response_to: str | None
    not_before: str | None
    not_on_or_after: str | None
    audiences: tuple[tuple[str, ...], ...]
    """One of each restriction must be ours."""
    authn_instant: str
    session: str | None
    session_until: str | None
    attributes: tuple[tuple[str, tuple[str | None, ...]], ...]
    """Values by name, in the order of the document; None: a value that is no text."""


def _saml(name: str) -> str:
    return f"{{{SAML}}}{name}"


_ENCRYPTED = {_saml(f"Encrypted{what}") for what in ("Assertion", "ID", "Attribute")}


def read(assertion: Element) -> Reading:
    """An assertion without its signature. Raises Refused(INVALID_TOKEN) for an unknown shape."""
    if assertion.get("Version") != "2.0":
        raise refused("it is not SAML 2.0")
    parts = members(assertion)
    _only(parts, "Issuer", "Subject", "Conditions", "AuthnStatement", "AttributeStatement")
    issuer = one(parts, _saml("Issuer"))
    if issuer.get("Format") not in (None, _ENTITY):
        raise refused("its issuer is not named as an entity")
    subject = members(one(parts, _saml("Subject")))
    _only(subject, "NameID", "SubjectConfirmation")
    name_id = one(subject, _saml("NameID"))
    confirmation = _confirmation(one(subject, _saml("SubjectConfirmation")))
    conditions = one(parts, _saml("Conditions"))
    statement = one(parts, _saml("AuthnStatement"))
    return Reading(
        id=assertion.get("ID") or "",
        issuer=text_of(issuer),
        issue_instant=assertion.get("IssueInstant") or "",
        name_id=text_of(name_id),
        name_id_format=name_id.get("Format"),
        recipient=confirmation.get("Recipient"),
        confirmed_from=confirmation.get("NotBefore"),
        confirmed_until=confirmation.get("NotOnOrAfter"),
        in_response_to=confirmation.get("InResponseTo"),
        not_before=conditions.get("NotBefore"),
        not_on_or_after=conditions.get("NotOnOrAfter"),
        audiences=_audiences(conditions),
        authn_instant=statement.get("AuthnInstant") or "",
        session=statement.get("SessionIndex"),
        session_until=statement.get("SessionNotOnOrAfter"),
        attributes=tuple(_attributes(parts)),
    )


def _only(parts: list[Element], *names: str) -> None:
    for part in parts:
        if part.tag in _ENCRYPTED:
            raise refused("it is encrypted, in whole or in part; this server holds no key for it")
        if part.tag not in {_saml(name) for name in names}:
            raise refused("it has an element that is not understood here")


def _confirmation(confirmation: Element) -> Element:
    """SubjectConfirmationData of a bearer."""
    if confirmation.get("Method") != BEARER:
        raise refused("its subject is not confirmed by bearer; a holder's key cannot be checked")
    parts = members(confirmation)
    _only(parts, "SubjectConfirmationData")
    data = one(parts, _saml("SubjectConfirmationData"))
    _only(members(data))
    return data


def _audiences(conditions: Element) -> tuple[tuple[str, ...], ...]:
    parts = members(conditions)
    _only(parts, "AudienceRestriction", "OneTimeUse")
    restrictions = [members(part) for part in named(parts, _saml("AudienceRestriction"))]
    for restriction in restrictions:
        _only(restriction, "Audience")
    return tuple(tuple(text_of(each) for each in restriction) for restriction in restrictions)


def _attributes(parts: list[Element]) -> list[tuple[str, tuple[str | None, ...]]]:
    found: list[tuple[str, tuple[str | None, ...]]] = []
    for statement in named(parts, _saml("AttributeStatement")):
        attributes = members(statement)
        _only(attributes, "Attribute")
        for attribute in attributes:
            values = members(attribute)
            _only(values, "AttributeValue")
            found.append((attribute.get("Name") or "", tuple(_value(each) for each in values)))
    return found


def _value(element: Element) -> str | None:
    return None if len(element) else text_of(element)


def check(reading: Reading, *, audience: str, recipient: str, now: int) -> int:
    """Until when (microseconds) the assertion is good. Raises Refused(INVALID_TOKEN)."""
    if not reading.audiences or not all(audience in each for each in reading.audiences):
        raise refused("it is for another audience")
    if reading.recipient != recipient:
        raise refused("it is for another recipient")
    if reading.in_response_to is not None:
        raise refused("it answers somebody's sign-in (InResponseTo) and is good for that alone")
    starts = (reading.not_before, reading.confirmed_from, reading.issue_instant,
              reading.authn_instant)  # fmt: skip
    if any(_moment(start) > now + _CLOCK_SKEW for start in starts if start is not None):
        raise refused("it is not valid yet")
    if reading.confirmed_until is None:
        raise refused("its confirmation has no end (NotOnOrAfter)")
    ends = (reading.not_on_or_after, reading.confirmed_until, reading.session_until)
    until = min(_moment(end) for end in ends if end is not None)
    if until <= now:
        raise refused("it has expired")
    if until > now + _LONGEST:
        raise refused("it is valid for longer than a day")
    return until


def _moment(written: str) -> int:
    moment = microseconds(written)
    if moment is None:
        raise refused("a time in it is not a time in UTC")
    return moment


def claims_of(reading: Reading) -> dict[str, list[str]]:
    """Its attributes that are texts, by name; a name that comes twice has the values of both."""
    claims: dict[str, list[str]] = {}
    size = 0
    for name, values in reading.attributes:
        texts = [value for value in values if value is not None]
        size += len(name) + sum(map(len, texts))
        claims.setdefault(name, []).extend(texts)
        if len(claims[name]) > _MAX_VALUES or len(claims) > _MAX_ATTRIBUTES or size > _MAX_CLAIMS:
            raise refused("it has too many attributes")
    return claims


def subject_of(reading: Reading, attribute: str | None) -> str:
    """Who it names: the NameID, or the one value of an attribute. Raises Refused."""
    if attribute is None:
        if reading.name_id_format == _TRANSIENT:
            raise refused("a transient NameID names nobody; set subject_attribute for this source")
        return word(reading.name_id, "subject")
    values = [value for name, each in reading.attributes if name == attribute for value in each]
    if len(values) != 1 or values[0] is None:
        raise refused("the attribute that names its subject has not exactly one text")
    return word(values[0], "subject")


def groups_of(reading: Reading, attribute: str) -> tuple[str, ...]:
    """Each group once. Raises Refused: a group is never dropped, as it may be one that denies."""
    values = [value for name, each in reading.attributes if name == attribute for value in each]
    if len(values) > _MAX_VALUES:
        raise refused("it has more than 200 groups")
    if None in values:
        raise refused("a group is not a text")
    return tuple(dict.fromkeys(word(value, "group") for value in values if value))


def word(value: str, kind: str) -> str:
    if not value or len(value) > 256 or not value.isprintable() or value != value.strip():
        raise refused(f"a {kind} is not 1 to 256 printable characters")
    return value
