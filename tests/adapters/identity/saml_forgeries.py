"""What an attacker makes of assertions: each takes an identity provider, gives a document.

By id: how it is made, and words of the reason for which it must be refused, so that nothing is
refused by accident.
"""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from .saml_idp import (
    DS,
    NS,
    SAML,
    Change,
    Idp,
    Key,
    assertion_of,
    sign,
    written,
)

Forge = Callable[[Idp], bytes]
Table = dict[str, tuple[Forge, str]]

EC = "http://www.w3.org/2001/10/xml-exc-c14n#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
STRANGER = Key()


def instant(seconds: float) -> str:
    """From now, as SAML writes it."""
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def find(root: Any, path: str) -> Any:
    """The first of a path such as `//s:NameID`."""
    return root.xpath(path, namespaces=NS)[0]


def attribute(path: str, name: str, value: str | float | None) -> Change:
    """`value`: a number is that many seconds from when it is asked for; None removes it."""

    def change(root: Any) -> None:
        element = find(root, path)
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value if isinstance(value, str) else instant(value))

    return change


def text(path: str, value: str) -> Change:
    def change(root: Any) -> None:
        find(root, path).text = value

    return change


def without(path: str) -> Change:
    def change(root: Any) -> None:
        element = find(root, path)
        element.getparent().remove(element)

    return change


def with_child(path: str, xml: str, index: int | None = None) -> Change:
    def change(root: Any) -> None:
        child = etree.fromstring(xml.replace("<s:", f'<s:X xmlns:s="{SAML}"><s:', 1) + "</s:X>")[0]
        parent = find(root, path)
        parent.insert(len(parent) if index is None else index, child)

    return change


def said(change: Change) -> Forge:
    """An assertion that the provider truly signed, of something that we do not take."""
    return lambda idp: idp.assertion(change)


def signed(**how: Any) -> Forge:
    return lambda idp: idp.assertion(**how)


def after(edit: Callable[[Any], Any]) -> Forge:
    """A good assertion that was changed after it was signed. `edit` may give another root."""

    def forge(idp: Idp) -> bytes:
        root = etree.fromstring(idp.assertion())
        other = edit(root)
        return written(root if other is None else other)

    return forge


def replaced(pattern: bytes, value: bytes) -> Forge:
    def forge(idp: Idp) -> bytes:
        xml = idp.assertion()
        changed = re.sub(pattern, value, xml, count=1)
        assert changed != xml
        return changed

    return forge


def evil(root: Any, *, signature: bool = False, same_id: bool = False) -> Any:
    """A copy of an assertion that names somebody else."""
    other = copy.deepcopy(root)
    find(other, "//s:NameID").text = "mallory"
    if not same_id:
        other.set("ID", "_evil")
    if not signature:
        without(".//d:Signature")(other)
    return other


def _stripped(idp: Idp) -> bytes:
    """The response is signed, the assertion in it is not; cut out of it."""
    response = etree.fromstring(idp.response(signed=False))
    whole = sign(response, idp.key)
    return assertion_of(written(whole))


def _only_the_response_is_signed(idp: Idp) -> bytes:
    return written(sign(etree.fromstring(idp.response(signed=False)), idp.key))


def _the_response_signature_moved_in(idp: Idp) -> bytes:
    whole = sign(etree.fromstring(idp.response(signed=False)), idp.key)
    assertion = find(whole, "//s:Assertion")
    assertion.insert(1, find(whole, "/*/d:Signature"))
    return written(assertion)


def _hmac_with_the_certificate(idp: Idp) -> bytes:
    return idp.assertion(key=idp.key.certificate_pem, method=MORE + "hmac-sha256", info="")


def _signed_by_nobody_else(idp: Idp) -> bytes:
    """By a stranger, who shows the provider's certificate."""
    certificate = find(etree.fromstring(idp.assertion()), "//d:X509Certificate").text
    root = etree.fromstring(idp.assertion(key=STRANGER))
    find(root, "//d:X509Certificate").text = certificate
    return written(root)


def _wrapped_in(path: str, index: int = 99) -> Callable[[Any], Any]:
    """The signed assertion, somewhere inside one that nobody signed."""

    def edit(root: Any) -> Any:
        outer = evil(root)
        find(outer, path).insert(index, root)
        return outer

    return edit


def _wrapped_with_its_signature_outside(root: Any) -> Any:
    outer = evil(root)
    outer.insert(1, find(root, "/*/d:Signature"))
    outer.append(root)
    return outer


def _in_an_object(root: Any) -> Any:
    """XSW: the evil one keeps the signature, and the original lies in an Object of it."""
    outer = evil(root, signature=True)
    original = copy.deepcopy(root)
    without(".//d:Signature")(original)
    etree.SubElement(find(outer, "/*/d:Signature"), f"{{{DS}}}Object").append(original)
    return outer


def _with_a_copy_in(path: str, **how: Any) -> Callable[[Any], Any]:
    def edit(root: Any) -> None:
        find(root, path).append(evil(root, **how))

    return edit


def _same_id_twice(root: Any) -> None:
    find(root, "//s:AttributeValue").set("ID", root.get("ID"))


def _id_of_another_kind(root: Any) -> None:
    find(root, "//s:Subject").set("{http://www.w3.org/XML/1998/namespace}id", root.get("ID"))


def _object(root: Any) -> None:
    etree.SubElement(find(root, "//d:Signature"), f"{{{DS}}}Object").text = "text"


def _second_signature(root: Any) -> None:
    other = copy.deepcopy(find(root, "/*/d:Signature"))
    del other.attrib["Id"]
    root.append(other)


def _signature_elsewhere(root: Any) -> None:
    find(root, "//s:Subject").append(find(root, "/*/d:Signature"))


def _doubled_signed_info(root: Any) -> None:
    info = find(root, "//d:SignedInfo")
    other = copy.deepcopy(info)
    find(other, ".//d:DigestValue").text = "AAAA"
    info.addprevious(other)


def _doubled_digest_value(root: Any) -> None:
    value = find(root, "//d:DigestValue")
    value.addprevious(copy.deepcopy(value))


def _digest_in_a_comment(root: Any) -> None:
    value = find(root, "//d:DigestValue")
    value.insert(0, etree.Comment("AAAA"))


def _manifest(root: Any) -> None:
    holder = etree.SubElement(find(root, "//d:Signature"), f"{{{DS}}}Object")
    manifest = etree.SubElement(holder, f"{{{DS}}}Manifest")
    manifest.append(copy.deepcopy(find(root, "//d:Reference")))


def _foreign_signature_name(root: Any) -> None:
    """A Signature that is one only for readers who look at the local name."""
    etree.SubElement(find(root, "//s:AttributeValue"), "{urn:x}Signature")


def _xsw_response(place: Callable[[Any, Any, Any], None]) -> Forge:
    def forge(idp: Idp) -> bytes:
        response = etree.fromstring(idp.response())
        assertion = find(response, "//s:Assertion")
        place(response, assertion, evil(assertion))
        return written(response)

    return forge


def _whole_response(inner: bool) -> Forge:
    """XSW1 and XSW2: the response is signed, and stands beside or inside its signature's copy."""

    def forge(idp: Idp) -> bytes:
        original = sign(etree.fromstring(idp.response(signed=False)), idp.key)
        outer = copy.deepcopy(original)
        outer.set("ID", "_evil")
        find(outer, "//s:NameID").text = "mallory"
        signature = find(outer, "/*/d:Signature")
        without("/*/d:Signature")(original)
        if inner:
            etree.SubElement(signature, f"{{{DS}}}Object").append(original)
        else:
            signature.addprevious(original)
        return written(outer)

    return forge


def _extensions(response: Any, original: Any, other: Any) -> None:
    extensions = etree.Element(f"{{{NS['p']}}}Extensions")
    response.insert(1, extensions)
    extensions.append(original)
    response.append(other)


def _object_of_evil(response: Any, original: Any, other: Any) -> None:
    signature = find(original, "./d:Signature")
    other.insert(1, signature)
    response.replace(original, other)
    etree.SubElement(signature, f"{{{DS}}}Object").append(original)


def _around(response: Any, original: Any, other: Any) -> None:
    response.replace(original, other)
    other.append(original)


def _original_in_moved_signature(response: Any, original: Any, other: Any) -> None:
    other.set("ID", original.get("ID"))
    signature = find(original, "./d:Signature")
    other.insert(1, signature)
    response.replace(original, other)
    response.append(original)


def _original_in_object(response: Any, original: Any, other: Any) -> None:
    holder = etree.SubElement(find(original, "./d:Signature"), f"{{{DS}}}Object")
    holder.append(other)


NO_SIGNATURE = "no signature"
ANOTHER = "another assertion stands in it"

SIGNATURES: Table = {
    "no signature": (after(without("//d:Signature")), NO_SIGNATURE),
    "the signature of a response alone, cut away": (_stripped, NO_SIGNATURE),
    "the signature of a response, moved into its assertion": (
        _the_response_signature_moved_in, "for something else",
    ),
    "another key": (signed(key=STRANGER), "not by a key"),
    "another key without KeyInfo": (signed(key=STRANGER, info=""), "not by a key"),
    "another key beside the right certificate": (_signed_by_nobody_else, "not by a key"),
    "a changed digest": (after(text("//d:DigestValue", "AAAA" * 10 + "AAA=")), "not by a key"),
    "a changed name": (after(text("//s:NameID", "mallory")), "changed after"),
    "a changed attribute": (after(attribute("//s:Attribute", "Name", "x")), "changed after"),
    "one more group": (
        after(with_child("//s:Attribute[1]", "<s:AttributeValue>admin</s:AttributeValue>")),
        "changed after",
    ),
    "an empty signature value": (after(text("//d:SignatureValue", "")), "not by a key"),
    "a signature value that is not base64": (after(text("//d:SignatureValue", "?")), "base64"),
    "SHA-1 signature": (
        signed(method="http://www.w3.org/2000/09/xmldsig#rsa-sha1"), "SHA-256 or longer",
    ),
    "SHA-1 digest": (
        signed(digest="http://www.w3.org/2000/09/xmldsig#sha1"), "SHA-256 or longer",
    ),
    "pysaml2's default algorithms": (
        lambda idp: assertion_of(idp.response(sign_alg=None, digest_alg=None)),
        "SHA-256 or longer",
    ),
    "HMAC with the certificate as its secret": (_hmac_with_the_certificate, "RSA or ECDSA"),
    "several references": (
        signed(references='<d:Reference URI=""><d:DigestMethod Algorithm='
               '"http://www.w3.org/2001/04/xmlenc#sha256"/><d:DigestValue/></d:Reference>'),
        "parts that it should not have",
    ),
    "a reference to the whole document": (
        after(attribute("//d:Reference", "URI", "")), "for something else",
    ),
    "a reference to elsewhere": (
        after(attribute("//d:Reference", "URI", "https://evil.example/a")), "for something else",
    ),
    "a reference by XPointer": (
        after(attribute("//d:Reference", "URI", "#xpointer(/)")), "for something else",
    ),
    "an XPath transform": (
        signed(more='<d:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
               "<d:XPath>not(ancestor-or-self::*[local-name()='NameID'])</d:XPath></d:Transform>"),
        "transformed",
    ),
    "another element among the transforms": (
        after(with_child("//d:Transforms", "<s:x/>", 0)), "transformed",
    ),
    "an XSLT transform": (
        after(attribute("//d:Transform[1]", "Algorithm",
                        "http://www.w3.org/TR/1999/REC-xslt-19991116")), "transformed",
    ),
    "transforms in another order": (
        after(lambda root: find(root, "//d:Transforms").append(find(root, "//d:Transform[1]"))),
        "transformed",
    ),
    "canonicalisation with comments": (
        after(attribute("//d:CanonicalizationMethod", "Algorithm", EC + "WithComments")),
        "exclusive canonical",
    ),
    "inclusive canonicalisation": (
        after(attribute("//d:CanonicalizationMethod", "Algorithm",
                        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315")),
        "exclusive canonical",
    ),
    "an Object in the signature": (
        after(_object), "parts that it should not have",
    ),
    "a Manifest in the signature": (after(_manifest), "parts that it should not have"),
    "two SignedInfo": (after(_doubled_signed_info), "parts that it should not have"),
    "two digests": (after(_doubled_digest_value), "parts that it should not have"),
    "a comment in the digest": (after(_digest_in_a_comment), "comment"),
    "two signatures": (after(_second_signature), "more than one"),
    "a signature in another place": (after(_signature_elsewhere), "no Signature"),
    "a signature of another namespace": (after(_foreign_signature_name), "more than one signature"),
    "one ID twice": (after(_same_id_twice), "twice"),
    "one ID twice, once as xml:id": (after(_id_of_another_kind), "twice"),
    "no ID": (after(attribute("/*", "ID", None)), "no usable ID"),
    "an ID that is no name": (after(attribute("/*", "ID", "a'b")), "no usable ID"),
}  # fmt: skip

WRAPPED: Table = {
    "XSW1: a signed response before its signature": (_whole_response(False), "Response"),
    "XSW2: a signed response in its signature": (_whole_response(True), "Response"),
    "XSW3: an evil assertion before the signed one": (
        _xsw_response(lambda _r, original, other: original.addprevious(other)), "Response",
    ),
    "XSW4: an evil assertion around the signed one": (_xsw_response(_around), "Response"),
    "XSW5: an evil assertion with the moved signature": (
        _xsw_response(_original_in_moved_signature), "Response",
    ),
    "XSW6: the signed one in the evil one's signature": (
        _xsw_response(_object_of_evil), "Response",
    ),
    "XSW7: the signed one in Extensions": (_xsw_response(_extensions), "Response"),
    "XSW8: the evil one in the signed one's signature": (
        _xsw_response(_original_in_object), "Response",
    ),
    "two assertions in a response": (
        _xsw_response(lambda r, original, _: r.append(copy.deepcopy(original))), "Response",
    ),
    "a response of which nothing is wrong": (lambda idp: idp.response(), "Response"),
    "a response that alone is signed": (_only_the_response_is_signed, "Response"),
    "a response with a failed status": (
        lambda idp: idp.response().replace(b"status:Success", b"status:Responder"), "Response",
    ),
    "a signed assertion at the end of an evil one": (after(_wrapped_in("/*")), ANOTHER),
    "a signed assertion at the start of an evil one": (after(_wrapped_in("/*", 0)), ANOTHER),
    "a signed assertion in an attribute of an evil one": (
        after(_wrapped_in("//s:AttributeValue")), ANOTHER,
    ),
    "a signed assertion whose signature is the evil one's": (
        after(_wrapped_with_its_signature_outside), ANOTHER,
    ),
    "a signed assertion in an Object of the evil one": (after(_in_an_object), ANOTHER),
    "an evil assertion in a signed one": (after(_with_a_copy_in("/*")), ANOTHER),
    "an evil assertion in the signature": (after(_with_a_copy_in("//d:Signature")), ANOTHER),
    "an evil assertion in KeyInfo": (after(_with_a_copy_in("//d:KeyInfo")), ANOTHER),
    "an evil assertion in KeyInfo with the same ID": (
        after(_with_a_copy_in("//d:KeyInfo", same_id=True)), "twice",
    ),
    "an assertion in the advice, signed with it": (
        said(with_child("/*", f'<s:Advice><s:Assertion xmlns:s="{SAML}"/></s:Advice>')), ANOTHER,
    ),
}  # fmt: skip
