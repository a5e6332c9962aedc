"""One assertion, two readings, one subject. Everything about SAML that needs no waiting.

Needs the extra `[saml]`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from extproc.adapters.identity import saml_profile as profile
from extproc.adapters.identity import saml_pysaml2 as pysaml2
from extproc.adapters.identity.saml_metadata import MetadataError, Provider, read_file
from extproc.adapters.identity.saml_profile import Reading
from extproc.adapters.identity.saml_signature import signed_part
from extproc.adapters.identity.saml_xml import (
    SAML,
    Element,
    one,
    parse,
    refused,
    text_of,
    without_declaration,
)
from extproc.config import ConfigError, Saml
from extproc.core.decision import Unavailable
from extproc.core.identity import Subject

_NOT_AN_ASSERTION = {
    "{urn:oasis:names:tc:SAML:2.0:protocol}Response": (
        "it is a Response; send the Assertion that stands in it"
    ),
    f"{{{SAML}}}EncryptedAssertion": "it is encrypted; this server holds no key for it",
}


class Verified(NamedTuple):
    subject: Subject
    assertion: str
    """Names it among all assertions of all providers."""
    until: int
    """Microseconds since 1970, after which it is refused for its age."""


class Verifier:
    def __init__(self, sources: tuple[Saml, ...]) -> None:
        """Raises ConfigError when metadata is not that of one provider for each source."""
        self._pinned = [_Pinned(source) for source in sources]
        errors: list[str] = []
        known: set[str] = set()
        for index, each in enumerate(self._pinned):
            where = f"$.identity.saml[{index}]"
            try:
                entity_id = each.provider().entity_id
            except Unavailable as error:
                errors.append(f"{where}.metadata: {error.detail}")
                continue
            if entity_id in known:
                errors.append(f"{where}.metadata: another source has this identity provider")
            known.add(entity_id)
            if not each.source.audience:
                errors.append(f"{where}.audience: must not be empty")
        if errors:
            raise ConfigError(errors)

    def verify(self, xml: bytes, now: int) -> Verified:
        """Everything but whether it was used before. Raises Refused, Unavailable("identity")."""
        root = parse(xml)
        source, provider = self._source_of(root)
        if provider.valid_until is not None and provider.valid_until <= now:
            raise Unavailable("identity", f"the metadata of {source.name} has ended (validUntil)")
        # The cheap reading first: only what is truly signed costs the second one.
        reading = profile.read(signed_part(root, provider.keys))
        if reading.issuer != provider.entity_id:
            raise refused("it was issued by someone else")
        recipient = source.recipient or source.audience.rstrip("/") + "/oauth2/token"
        until = profile.check(reading, audience=source.audience, recipient=recipient, now=now)
        subject = _subject(source, reading)
        again = pysaml2.read(
            without_declaration(xml),
            provider.entity_id,
            provider.certificates,
            audience=source.audience,
            recipient=recipient,
        )
        if again != reading:
            raise refused("two readings of it differ")
        return Verified(subject, f"{reading.issuer} {reading.id}", until)

    def _source_of(self, root: Element) -> tuple[Saml, Provider]:
        """By the issuer that it names, which nobody has vouched for yet: it picks the keys."""
        if root.tag != f"{{{SAML}}}Assertion":
            raise refused(_NOT_AN_ASSERTION.get(root.tag, "it is not a SAML 2.0 assertion"))
        issuer = text_of(one(list(root), f"{{{SAML}}}Issuer"))
        missing: Unavailable | None = None
        for pinned in self._pinned:
            try:
                provider = pinned.provider()
            except Unavailable as error:
                missing = error
                continue
            if provider.entity_id == issuer:
                return pinned.source, provider
        if missing:
            raise missing
        raise refused("it was issued by someone else")


class _Pinned:
    """One source's metadata, read again when the file is another one."""

    def __init__(self, source: Saml) -> None:
        self.source = source
        self._path = Path(source.metadata.removeprefix("file:"))
        self._stamp: tuple[int, ...] = ()
        self._read: Provider | None = None

    def provider(self) -> Provider:
        """Raises Unavailable("identity"): a file that went wrong may have withdrawn keys."""
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if self._read is None or stamp != self._stamp:
                self._read, self._stamp = None, stamp
                self._read = read_file(self._path)
        except OSError as error:
            self._read = None
            raise Unavailable("identity", f"{self._path}: {error.strerror}") from None
        except MetadataError as error:
            raise Unavailable("identity", str(error)) from None
        return self._read


def _subject(source: Saml, reading: Reading) -> Subject:
    name = profile.subject_of(reading, source.subject_attribute)
    groups = profile.groups_of(reading, source.groups_attribute)
    prefixed = [profile.word(source.prefix + group, "group") for group in groups]
    return Subject(
        subject=profile.word(source.prefix + name, "subject"),
        issuer=reading.issuer,
        source="saml",
        groups=tuple(dict.fromkeys([*prefixed, *source.groups])),
        models=source.models,
        session=profile.word(reading.session, "session") if reading.session else "",
        claims=dict(profile.claims_of(reading)),
    )
