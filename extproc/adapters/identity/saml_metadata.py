"""What is pinned of an identity provider: its entity id and its signing keys, from a metadata file.

SAML metadata 2.0. The file is the operator's own and is trusted for being there: its signature is
not looked at, and as its interoperability profile says, neither are the dates of certificates; only
the keys in them count. `validUntil` counts. Needs the extra `[saml]` (lxml).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from extproc.adapters.identity.saml_signature import PublicKey
from extproc.adapters.identity.saml_time import microseconds
from extproc.adapters.identity.saml_xml import DS, Element, parse
from extproc.core.decision import Refused

_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_MAX_FILE = 1 << 20
_MAX_KEYS = 8
_SMALLEST_RSA = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)


class MetadataError(Exception):
    """Why a file is not the metadata of one identity provider."""


class Provider(msgspec.Struct, frozen=True):
    entity_id: str
    certificates: tuple[x509.Certificate, ...]
    keys: tuple[PublicKey, ...]
    """Of the certificates, in their order."""
    valid_until: int | None
    """Microseconds since 1970."""


def read_file(path: Path) -> Provider:
    """The one identity provider of a metadata file. Raises MetadataError."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE + 1)
    except OSError as error:
        raise MetadataError(f"{path}: {error.strerror}") from None
    if len(data) > _MAX_FILE:
        raise MetadataError(f"{path}: larger than 1 MiB; keep one provider of a federation")
    try:
        return _read(data)
    except MetadataError as error:
        raise MetadataError(f"{path}: {error}") from None


def _read(data: bytes) -> Provider:
    try:
        root = parse(data, with_comments=True)
    except Refused:
        raise MetadataError("not plain XML within bounds") from None
    roles = [
        role
        for role in root.iter(f"{_MD}IDPSSODescriptor")
        if _PROTOCOL in (role.get("protocolSupportEnumeration") or "").split()
    ]
    if len(roles) != 1:
        raise MetadataError(
            f"{len(roles)} SAML 2.0 identity providers (IDPSSODescriptor); need one"
        )
    role = roles[0]
    entity = role.getparent()
    entity_id = "" if entity is None else entity.get("entityID") or ""
    if not entity_id or len(entity_id) > 1024 or not entity_id.isprintable():
        raise MetadataError("no entityID")
    certificates = tuple(_certificates(role))
    if not 1 <= len(certificates) <= _MAX_KEYS:
        raise MetadataError(f"{len(certificates)} signing certificates; need 1 to {_MAX_KEYS}")
    return Provider(
        entity_id,
        certificates,
        tuple(_key(certificate) for certificate in certificates),
        min(_ends(role), default=None),
    )


def _certificates(role: Element) -> Iterator[x509.Certificate]:
    for descriptor in role.findall(f"{_MD}KeyDescriptor"):
        if descriptor.get("use", "signing") != "signing":
            continue
        for element in descriptor.iter(f"{{{DS}}}X509Certificate"):
            try:
                der = base64.b64decode("".join((element.text or "").split()), validate=True)
                yield x509.load_der_x509_certificate(der)
            except (binascii.Error, ValueError):
                raise MetadataError("an X509Certificate that is none") from None


def _key(certificate: x509.Certificate) -> PublicKey:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise MetadataError("a certificate whose key cannot be read") from None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return key
    raise MetadataError("a signing key that is not RSA of 2048 bits or more, P-256, P-384 or P-521")


def _ends(role: Element) -> Iterator[int]:
    """`validUntil` of the role and of all that it stands in."""
    element = role
    while element is not None:
        if (written := element.get("validUntil")) is not None:
            end = microseconds(written)
            if end is None:
                raise MetadataError("a validUntil that is not a time in UTC")
            yield end
        element = element.getparent()
