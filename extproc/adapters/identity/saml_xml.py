"""XML from strangers: what is refused before any parser sees it, and how the rest is read.

One reading of a document is the whole defence of XML signatures, so everything that two parsers
could take differently is refused here: documents types, entities, comments, processing
instructions, CDATA, other encodings, relative namespaces. What is left is elements, attributes and
text. Needs the extra `[saml]` (lxml).
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from extproc.core.decision import Code, Refused

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"

_DECLARATION = re.compile(
    rb"<\?xml[ \t\r\n]+version=(?:'1\.0'|\"1\.0\")"
    rb"(?:[ \t\r\n]+encoding=(?:'(?i:utf-8)'|\"(?i:utf-8)\"))?"
    rb"(?:[ \t\r\n]+standalone=(?:'(?:yes|no)'|\"(?:yes|no)\"))?[ \t\r\n]*\?>"
)
_MAX_DEPTH = 32
_MAX_ELEMENTS = 5_000
_MAX_ATTRIBUTES = 32
"""Of one element."""

Element = Any
"""An lxml element; the library has no types."""


def refused(why: str) -> Refused:
    """`why` is ours alone: no part of the token may be in it."""
    return Refused(Code.INVALID_TOKEN, f"the assertion is not valid: {why}")


def without_declaration(xml: bytes) -> bytes:
    """The document's element alone, as it was written. Raises Refused."""
    body = xml.removeprefix(_declaration(xml)).strip(b" \t\r\n")
    # In UTF-8 a `<` is markup or stands in one of these, so the two searches are exact.
    if b"<!" in body:
        raise refused("it has a document type, a comment or CDATA")
    if b"<?" in body:
        raise refused("it has a processing instruction or another encoding")
    return body


def _declaration(xml: bytes) -> bytes:
    found = _DECLARATION.match(xml)
    return found[0] if found else b""


def parse(xml: bytes, *, with_comments: bool = False) -> Element:
    """The root element of a document that is nothing but elements, attributes and text.

    `with_comments`: for files of our own operator, which may hold comments; they are dropped.
    Raises Refused(INVALID_TOKEN).
    """
    try:
        text = xml.decode("utf-8")
    except UnicodeDecodeError:
        raise refused("it is not UTF-8") from None
    if "\0" in text:
        raise refused("it is not XML")
    if with_comments:
        if re.search(rb"<!(?!--)", xml):
            raise refused("it has a document type or CDATA")
    else:
        xml = without_declaration(xml)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
        remove_comments=with_comments,
        remove_pis=with_comments,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise refused("it is not XML") from None
    _check(root)
    return root


def _check(root: Element) -> None:
    """Bounds, and nothing but elements whose namespaces have one meaning everywhere."""
    level = [root]
    count = depth = 1
    while level:
        for element in level:
            if not isinstance(element.tag, str):
                raise refused("it has a comment, an entity or a processing instruction")
            if len(element.attrib) > _MAX_ATTRIBUTES or len(element.nsmap) > _MAX_ATTRIBUTES:
                raise refused("an element has too many attributes")
            # Canonicalisation fails over a relative namespace, and some libraries go on with the
            # empty text that is left ("void canonicalisation", 2025).
            if any(":" not in uri for uri in element.nsmap.values()):
                raise refused("a namespace is not an absolute URI")
        depth += 1
        count += sum(map(len, level))
        if depth > _MAX_DEPTH or count > _MAX_ELEMENTS:
            raise refused("it is too deep or has too many elements")
        level = [child for element in level for child in element]


def local(name: str) -> str:
    """`{namespace}local` without its namespace."""
    return name.rpartition("}")[2]


def members(parent: Element) -> list[Element]:
    """Child elements of an element that holds no text of its own. Raises Refused."""
    children = list(parent)
    if any((piece or "").strip() for piece in (parent.text, *(child.tail for child in children))):
        raise refused("text stands where only elements may")
    return children


def text_of(element: Element) -> str:
    """The whole text of an element that has no elements. Raises Refused."""
    if len(element):
        raise refused("elements stand where only text may")
    return element.text or ""


def named(elements: list[Element], name: str) -> list[Element]:
    """Those of this name, `{namespace}local`."""
    return [element for element in elements if element.tag == name]


def one(elements: list[Element], name: str) -> Element:
    """The only one of this name. Raises Refused."""
    found = named(elements, name)
    if len(found) != 1:
        raise refused(f"it has {'more than one' if found else 'no'} {local(name)}")
    return found[0]
