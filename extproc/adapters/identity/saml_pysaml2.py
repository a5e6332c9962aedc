"""pysaml2's own reading of an assertion: another parser, another library for signatures.

pysaml2 parses with expat and wants a program for XML signatures; `_XmlSec` gives it the library of
that program in process. Its log lines hold names and whole documents, so it is made silent.
Needs the extra `[saml]` (pysaml2, xmlsec).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from saml2 import response, time_util
from saml2.sigver import CryptoBackend, SecurityContext, SignatureError
from xmlsec import constants

from extproc.adapters.identity.saml_profile import BEARER, Reading
from extproc.adapters.identity.saml_xml import DS, SAML, Element, parse, refused

logging.getLogger("saml2").setLevel(logging.CRITICAL + 1)

_ASSERTION = f"{{{SAML}}}Assertion"
_TRANSFORMS = (
    constants.TransformEnveloped,
    constants.TransformExclC14N,
    constants.TransformSha256,
    constants.TransformSha384,
    constants.TransformSha512,
)
_SIGNATURES = (
    constants.TransformExclC14N,
    constants.TransformRsaSha256,
    constants.TransformRsaSha384,
    constants.TransformRsaSha512,
    constants.TransformEcdsaSha256,
    constants.TransformEcdsaSha384,
    constants.TransformEcdsaSha512,
)


class _Pinned(NamedTuple):
    """A certificate where pysaml2 expects an open file; it hands on nothing but the name."""

    name: bytes
    """PEM."""


class _Metadata:
    """pysaml2's metadata, reduced to the certificates of one identity provider."""

    def __init__(self, entity_id: str, certificates: Sequence[Certificate]) -> None:
        self._entity_id = entity_id
        self._certificates = [
            (None, _Pinned(certificate.public_bytes(Encoding.PEM))) for certificate in certificates
        ]

    def certs(
        self, entity_id: str | None, _descriptor: str, _use: str
    ) -> list[tuple[None, _Pinned]]:
        if entity_id != self._entity_id:
            raise KeyError(entity_id)
        return self._certificates


class _XmlSec(CryptoBackend):  # type: ignore[misc]  # the library has no types
    """Signatures by libxmlsec1 in process, of the one assertion that stands in a response."""

    def validate_signature(
        self, signedtext: str | bytes, cert_file: bytes, cert_type: str, node_name: str,
        node_id: str,
    ) -> bool:  # fmt: skip
        """`cert_file` is the certificate itself. Raises SignatureError when it did not sign."""
        root = parse(signedtext.encode() if isinstance(signedtext, str) else signedtext)
        assertions = [each for each in root if each.tag == _ASSERTION]
        if cert_type != "pem" or len(assertions) != 1 or assertions[0].get("ID") != node_id:
            raise SignatureError("not the one assertion")
        signatures = assertions[0].findall(f"{{{DS}}}Signature")
        if len(signatures) != 1:
            raise SignatureError("not one signature")
        try:
            _verify(assertions[0], signatures[0], cert_file)
        except xmlsec.Error:
            raise SignatureError("not verified") from None
        return True


def _verify(assertion: Element, signature: Element, certificate: bytes) -> None:
    context = xmlsec.SignatureContext()
    # With a key of its own the context never looks at KeyInfo.
    context.key = xmlsec.Key.from_memory(certificate, constants.KeyDataFormatCertPem)
    for transform in _TRANSFORMS:
        context.enable_reference_transform(transform)
    for transform in _SIGNATURES:
        context.enable_signature_transform(transform)
    context.register_id(assertion, "ID")
    context.verify(signature)


def read(
    assertion: bytes,
    entity_id: str,
    certificates: Sequence[Certificate],
    *,
    audience: str,
    recipient: str,
) -> Reading:
    """What pysaml2 reads in an assertion that it finds signed, addressed to us and in time.

    `assertion`: a document without a declaration. pysaml2 wants a response around it: ours.
    It looks at the system's clock. Raises Refused(INVALID_TOKEN).
    """
    security = SecurityContext(
        _XmlSec(), metadata=_Metadata(entity_id, certificates), only_use_keys_in_metadata=True
    )
    answer = response.AuthnResponse(
        security,
        [],
        audience,
        return_addrs=[recipient],
        timeslack=5,
        allow_unsolicited=True,
        allow_unknown_attributes=True,
        want_assertions_signed=True,
        conv_info={"remote_addr": "0.0.0.0"},  # noqa: S104 - its word for: not known
    )
    try:
        answer.loads(_enveloped(assertion.decode()))
        if answer.verify() is not answer or len(answer.assertions) != 1:
            raise refused("a second reading does not accept it")
        return _reading(answer.assertions[0])
    except Exception:
        # pysaml2 raises bare exceptions for what it does not accept, and any other for what it
        # did not expect; their texts hold the document.
        raise refused("a second reading does not accept it") from None


def _enveloped(assertion: str) -> str:
    return (
        '<extproc:Response xmlns:extproc="urn:oasis:names:tc:SAML:2.0:protocol"'
        f' ID="_envelope" Version="2.0" IssueInstant="{time_util.instant()}"><extproc:Status>'
        '<extproc:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>'
        f"</extproc:Status>{assertion}</extproc:Response>"
    )


def _reading(assertion: Any) -> Reading:
    (confirmation,) = assertion.subject.subject_confirmation
    (statement,) = assertion.authn_statement
    data, conditions = confirmation.subject_confirmation_data, assertion.conditions
    if confirmation.method != BEARER:
        raise refused("its subject is not confirmed by bearer")
    return Reading(
        id=assertion.id,
        issuer=assertion.issuer.text or "",
        issue_instant=assertion.issue_instant or "",
        name_id=assertion.subject.name_id.text or "",
        name_id_format=assertion.subject.name_id.format,
        recipient=data.recipient,
        confirmed_from=data.not_before,
        confirmed_until=data.not_on_or_after,
        in_response_to=data.in_response_to,
        not_before=conditions.not_before,
        not_on_or_after=conditions.not_on_or_after,
        audiences=tuple(
            tuple(each.text or "" for each in restriction.audience)
            for restriction in conditions.audience_restriction
        ),
        authn_instant=statement.authn_instant or "",
        session=statement.session_index,
        session_until=statement.session_not_on_or_after,
        attributes=tuple(
            (
                attribute.name or "",
                tuple(
                    None if value.extension_elements else value.text or ""
                    for value in attribute.attribute_value
                ),
            )
            for attributes in assertion.attribute_statement
            for attribute in attributes.attribute
        ),
    )
