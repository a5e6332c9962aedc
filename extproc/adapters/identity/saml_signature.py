"""The one signature of an assertion, and the bytes that it signs.

SAML core, section 5.4, narrowed to what identity providers write: one enveloped signature, a child
of the assertion; one reference, to the assertion's own ID; exclusive canonicalisation; RSA or ECDSA
with SHA-256 or longer; a key that was pinned. What stands in KeyInfo is never looked at. The answer
is the canonical bytes parsed anew, so nothing outside the signature can reach a reader.

This is written apart from the library that also checks the signature (`saml_pysaml2`), so that one
mistake does not open both. Needs the extra `[saml]` (lxml).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from extproc.adapters.identity.saml_xml import (
    DS,
    SAML,
    Element,
    local,
    members,
    one,
    parse,
    refused,
    text_of,
)

ENVELOPED = DS + "enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
RSA = {
    _MORE + "rsa-sha256": hashes.SHA256(),
    _MORE + "rsa-sha384": hashes.SHA384(),
    _MORE + "rsa-sha512": hashes.SHA512(),
}
ECDSA = {
    _MORE + "ecdsa-sha256": hashes.SHA256(),
    _MORE + "ecdsa-sha384": hashes.SHA384(),
    _MORE + "ecdsa-sha512": hashes.SHA512(),
}
DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    _MORE + "sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}")
_PREFIXES = re.compile(r"[A-Za-z_][\w.-]{0,31}( [A-Za-z_][\w.-]{0,31}){0,15}", re.ASCII)


class _Signature(NamedTuple):
    signed_info: Element
    method: str
    value: bytes
    digest: str
    digest_value: bytes
    prefixes: list[str]
    """Of InclusiveNamespaces: declared in the canonical form even where nothing uses them."""


def signed_part(assertion: Element, keys: Sequence[PublicKey]) -> Element:
    """The assertion as it was signed, without its signature, parsed from the signed bytes.

    `assertion`: the root of a parsed document. Raises Refused(INVALID_TOKEN) unless one of `keys`
    signed all of it.
    """
    name = assertion.get("ID") or ""
    if not _ID.fullmatch(name):
        raise refused("it has no usable ID")
    _check_uniqueness(assertion)
    element = one(list(assertion), f"{{{DS}}}Signature")
    signature = _read(element, name)
    signed_info = _canonical(signature.signed_info, [])
    if not any(_is_signed_by(key, signature, signed_info) for key in keys):
        raise refused("its signature is not by a key of its identity provider")
    _remove(element)
    content = _canonical(assertion, signature.prefixes)
    if not hmac.compare_digest(
        hashlib.new(signature.digest, content).digest(), signature.digest_value
    ):
        raise refused("it was changed after it was signed")
    part = parse(content)
    if part.tag != f"{{{SAML}}}Assertion" or part.get("ID") != name:
        raise refused("its signature is for something else")
    return part


def _check_uniqueness(assertion: Element) -> None:
    """One assertion, one signature, no id twice, wherever in the document they stand."""
    ids: set[str] = set()
    signatures = assertions = 0
    for element in assertion.iter():
        name = local(element.tag)
        signatures += name == "Signature"
        assertions += name in ("Assertion", "EncryptedAssertion")
        for attribute, value in element.attrib.items():
            if local(attribute).lower() == "id":
                if value in ids:
                    raise refused("an ID stands in it twice")
                ids.add(value)
    if assertions != 1:
        raise refused("another assertion stands in it")
    if signatures != 1:
        raise refused(f"it has {'no' if not signatures else 'more than one'} signature")


def _read(signature: Element, name: str) -> _Signature:
    _only_attributes(signature, "Id")
    parts = members(signature)
    allowed = [f"{{{DS}}}{tag}" for tag in ("SignedInfo", "SignatureValue", "KeyInfo")]
    if [part.tag for part in parts] not in (allowed, allowed[:2]):
        raise refused("its signature has parts that it should not have")
    signed_info, value = parts[:2]
    _only_attributes(signed_info)
    _only_attributes(value, "Id")
    method, how, reference = _exactly(
        signed_info, "CanonicalizationMethod", "SignatureMethod", "Reference"
    )
    if _algorithm(method) != EXCLUSIVE or len(method):
        raise refused("its signature is not over exclusive canonical XML")
    algorithm = _algorithm(how)
    if len(how) or algorithm not in RSA | ECDSA:
        raise refused("its signature is not RSA or ECDSA with SHA-256 or longer")
    _only_attributes(reference, "URI")
    if reference.get("URI") != f"#{name}":
        raise refused("its signature is for something else")
    transforms, digest, digest_value = _exactly(
        reference, "Transforms", "DigestMethod", "DigestValue"
    )
    if len(digest) or _algorithm(digest) not in DIGESTS:
        raise refused("its digest is not SHA-256 or longer")
    return _Signature(
        signed_info,
        algorithm,
        _base64(value),
        DIGESTS[_algorithm(digest)],
        _base64(digest_value),
        _prefixes(transforms),
    )


def _prefixes(transforms: Element) -> list[str]:
    """Of the transforms, which must be the two that SAML names, in their order."""
    _only_attributes(transforms)
    steps = members(transforms)
    if [step.tag for step in steps] != [f"{{{DS}}}Transform"] * 2 or [
        _algorithm(step) for step in steps
    ] != [ENVELOPED, EXCLUSIVE]:
        raise refused("its signature is over a transformed document")
    inclusive = members(steps[1])
    if members(steps[0]) or [part.tag for part in inclusive] not in (
        [],
        [f"{{{EXCLUSIVE}}}InclusiveNamespaces"],
    ):
        raise refused("its signature is over a transformed document")
    if not inclusive:
        return []
    _only_attributes(inclusive[0], "PrefixList")
    listed = inclusive[0].get("PrefixList") or ""
    if members(inclusive[0]) or (listed and not _PREFIXES.fullmatch(listed)):
        raise refused("its signature is over a transformed document")
    return listed.split()


def _exactly(parent: Element, *names: str) -> list[Element]:
    found = members(parent)
    if [part.tag for part in found] != [f"{{{DS}}}{name}" for name in names]:
        raise refused("its signature has parts that it should not have")
    return found


def _only_attributes(element: Element, *names: str) -> None:
    if not set(element.attrib) <= set(names):
        raise refused("its signature has attributes that it should not have")


def _algorithm(element: Element) -> str:
    _only_attributes(element, "Algorithm")
    return str(element.get("Algorithm") or "")


def _base64(element: Element) -> bytes:
    _only_attributes(element, "Id")
    try:
        return base64.b64decode("".join(text_of(element).split()), validate=True)
    except (binascii.Error, ValueError):
        raise refused("its signature is not base64") from None


def _canonical(element: Element, prefixes: list[str]) -> bytes:
    """Exclusive XML Canonicalization 1.0 without comments."""
    try:
        content: bytes = etree.tostring(
            element, method="c14n", exclusive=True, inclusive_ns_prefixes=prefixes or None
        )
    except (etree.LxmlError, ValueError):
        raise refused("it has no canonical form") from None
    if not content.startswith(b"<"):
        raise refused("it has no canonical form")
    return content


def _is_signed_by(key: PublicKey, signature: _Signature, content: bytes) -> bool:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            if signature.method not in RSA:
                return False
            key.verify(signature.value, content, padding.PKCS1v15(), RSA[signature.method])
            return True
        # XML Signature 1.1, section 6.4.3: the two numbers, each as long as the key, no ASN.1.
        size = (key.curve.key_size + 7) // 8
        if signature.method not in ECDSA or len(signature.value) != 2 * size:
            return False
        r, s = (int.from_bytes(half) for half in (signature.value[:size], signature.value[size:]))
        key.verify(encode_dss_signature(r, s), content, ec.ECDSA(ECDSA[signature.method]))
    except (InvalidSignature, ValueError):
        return False
    return True


def _remove(element: Element) -> None:
    """The enveloped-signature transform; the text behind the signature is signed and stays."""
    parent, before = element.getparent(), element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)
