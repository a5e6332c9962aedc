"""What is refused although its signature may be good: documents that two parsers could take
differently, and assertions that a provider truly signed, of something that we do not take.
"""

from __future__ import annotations

from .saml_forgeries import (
    Forge,
    Table,
    attribute,
    find,
    replaced,
    said,
    text,
    with_child,
    without,
)
from .saml_idp import SAML

HOLDER = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"


def _before(text: bytes) -> Forge:
    return lambda idp: text + idp.assertion()


_LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(10)
)
_MARKUP = "document type"
_INSTRUCTION = "processing instruction"

DOCUMENTS: Table = {
    "a comment in the NameID": (
        replaced(rb">alice<", b">alice<!-- -->.evil.example<"), _MARKUP,
    ),
    "a signed comment in the NameID": (
        lambda idp: idp.assertion(name="admin.evil").replace(b"admin.", b"admin<!---->."), _MARKUP,
    ),
    "CDATA in the NameID": (replaced(rb">alice<", b"><![CDATA[alice]]><"), _MARKUP),
    "a processing instruction in the NameID": (
        replaced(rb">alice<", b">ali<?x?>ce<"), _INSTRUCTION,
    ),
    "a processing instruction before all": (_before(b"<?x y?>"), _INSTRUCTION),
    "a stylesheet": (_before(b'<?xml-stylesheet href="x.xsl"?>'), _INSTRUCTION),
    "a document type": (_before(b"<!DOCTYPE x>"), _MARKUP),
    "a billion laughs": (
        lambda idp: b"<!DOCTYPE x [" + _LAUGHS + b"]>"
        + idp.assertion().replace(b">alice<", b">&l9;<"), _MARKUP,
    ),
    "an external entity": (
        lambda idp: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        + idp.assertion().replace(b">alice<", b">&e;<"), _MARKUP,
    ),
    "an external document type": (
        _before(b'<!DOCTYPE x SYSTEM "https://evil.example/x.dtd">'), _MARKUP,
    ),
    "a default ID by document type": (
        _before(b'<!DOCTYPE x [<!ATTLIST Assertion ID ID "x">]>'), _MARKUP,
    ),
    "an entity that nobody declared": (replaced(rb">alice<", b">&e;<"), "not XML"),
    "UTF-16": (lambda idp: idp.assertion().decode().encode("utf-16"), "not UTF-8"),
    "UTF-16 without a mark": (lambda idp: idp.assertion().decode().encode("utf-16-le"), "not XML"),
    "an encoding that is said to be UTF-7": (
        _before(b'<?xml version="1.0" encoding="utf-7"?>'), _INSTRUCTION,
    ),
    "XML 1.1": (_before(b'<?xml version="1.1"?>'), _INSTRUCTION),
    "two declarations": (_before(b'<?xml version="1.0"?>' * 2), _INSTRUCTION),
    "text behind the end": (lambda idp: idp.assertion() + b"x", "not XML"),
    "a second root": (lambda idp: idp.assertion() * 2, "not XML"),
    "nothing": (lambda _: b" ", "not XML"),
    "something else": (lambda _: b"<a/>", "not a SAML 2.0 assertion"),
    "an assertion of another namespace": (
        replaced(b"names:tc:SAML:2.0:assertion", b"names:tc:SAML:1.0:assertion"),
        "not a SAML 2.0 assertion",
    ),
    "a relative namespace (void canonicalisation)": (
        replaced(rb"Version=", b'xmlns:v="1" Version='), "absolute",
    ),
    "a namespace that is undeclared": (
        replaced(rb"<(\w+):Subject>", rb'<\1:Subject xmlns="">'), "changed after|absolute",
    ),
    "an attribute twice, under two prefixes": (
        replaced(rb"Version=", b'xmlns:p="urn:x" xmlns:q="urn:x" p:ID="a" q:ID="b" Version='),
        "not XML",
    ),
    "an attribute of another namespace": (
        replaced(rb" ID=", b' xmlns:p="urn:x" p:ID="_other" ID='), "changed after",
    ),
    "names in another script": (
        replaced(b"Version=", "xmlns:p='urn:p' p:Ⰰ='1' 𐀀='2' Version=".encode()),
        "changed after",
    ),
    "a mark of the byte order in the middle": (
        replaced(rb">alice<", ">\ufeffalice<".encode()), "changed after",
    ),
    "SAML's prefix bound anew": (
        replaced(rb"<(\w+):NameID ", rb'<\1:NameID xmlns:\1="urn:x" '), "changed after",
    ),
    "depth": (lambda _: b"<a>" * 5_000 + b"</a>" * 5_000, "not XML|too deep"),
    "some depth": (lambda _: b"<a>" * 40 + b"</a>" * 40, "too deep"),
    "many elements": (lambda _: b"<a>" + b"<b/>" * 20_000 + b"</a>", "too many elements"),
    "many attributes": (
        lambda _: b"<a " + b" ".join(b'b%d=""' % n for n in range(5_000)) + b"/>", "attributes",
    ),
    "many namespaces": (
        lambda _: b"<a " + b" ".join(b'xmlns:b%d="urn:b"' % n for n in range(5_000)) + b"/>",
        "attributes",
    ),
    "a huge document": (lambda idp: idp.assertion() + b" " * (256 << 10), "256 KiB"),
}  # fmt: skip

_DATA = "//s:SubjectConfirmationData"


def _values(count: int) -> str:
    return (
        '<s:Attribute Name="groups">'
        + "".join(f"<s:AttributeValue>g{n}</s:AttributeValue>" for n in range(count))
        + "</s:Attribute>"
    )


SAID: Table = {
    "another audience": (said(text("//s:Audience", "https://other.example.com")), "audience"),
    "an audience with more behind it": (
        said(text("//s:Audience", "https://gateway.example.com.evil.example")), "audience",
    ),
    "no audience": (said(without("//s:AudienceRestriction")), "audience"),
    "a second restriction to another audience": (
        said(with_child("//s:Conditions", "<s:AudienceRestriction><s:Audience>https://other."
                        "example.com</s:Audience></s:AudienceRestriction>")), "audience",
    ),
    "no conditions": (said(without("//s:Conditions")), "no Conditions"),
    "a condition that is not understood": (
        said(with_child("//s:Conditions", '<s:ProxyRestriction Count="0"/>')), "not understood",
    ),
    "another recipient": (said(attribute(_DATA, "Recipient", "https://other")), "recipient"),
    "no recipient": (said(attribute(_DATA, "Recipient", None)), "recipient"),
    "an answer to a sign-in": (
        said(attribute(_DATA, "InResponseTo", "_request")), "InResponseTo",
    ),
    "an answer to a sign-in without a name": (
        said(attribute(_DATA, "InResponseTo", "")), "InResponseTo",
    ),
    "holder of key": (said(attribute("//s:SubjectConfirmation", "Method", HOLDER)), "bearer"),
    "sender vouches": (
        said(attribute("//s:SubjectConfirmation", "Method",
                       "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches")), "bearer",
    ),
    "holder of key beside bearer": (
        said(with_child("//s:Subject", f'<s:SubjectConfirmation Method="{HOLDER}"/>')),
        "more than one SubjectConfirmation",
    ),
    "no confirmation": (said(without("//s:SubjectConfirmation")), "no SubjectConfirmation"),
    "a confirmation without data": (said(without(_DATA)), "no SubjectConfirmationData"),
    "a confirmation without an end": (said(attribute(_DATA, "NotOnOrAfter", None)), "no end"),
    "a confirmation that is over": (
        said(attribute(_DATA, "NotOnOrAfter", -1)), "expired",
    ),
    "a confirmation that has not begun": (
        said(attribute(_DATA, "NotBefore", 120)), "not valid yet",
    ),
    "conditions that are over": (
        said(attribute("//s:Conditions", "NotOnOrAfter", -1)), "expired",
    ),
    "conditions that have not begun": (
        said(attribute("//s:Conditions", "NotBefore", 120)), "not valid yet",
    ),
    "a session that is over": (
        said(attribute("//s:AuthnStatement", "SessionNotOnOrAfter", -1)), "expired",
    ),
    "an issue in the future": (
        said(attribute("/*", "IssueInstant", 120)), "not valid yet",
    ),
    "a sign-in in the future": (
        said(attribute("//s:AuthnStatement", "AuthnInstant", 120)), "not valid yet",
    ),
    "an end far away": (
        said(lambda root: [attribute(_DATA, "NotOnOrAfter", 9e6)(root),
                           attribute("//s:Conditions", "NotOnOrAfter", 9e6)(root)]),
        "longer than a day",
    ),
    "a time in another zone": (
        said(attribute(_DATA, "NotOnOrAfter", "2999-01-01T00:00:00+02:00")), "UTC",
    ),
    "a time that is none": (said(attribute(_DATA, "NotOnOrAfter", "2999-02-30T00:00:00Z")), "UTC"),
    "another issuer": (said(text("//s:Issuer", "https://evil.example")), "someone else"),
    "an issuer with a blank behind it": (
        said(text("//s:Issuer", "https://idp.example.com/saml ")), "someone else",
    ),
    "an issuer of another kind": (
        said(attribute("//s:Issuer", "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:x")),
        "entity",
    ),
    "SAML 2.1": (said(attribute("/*", "Version", "2.1")), "SAML 2.0"),
    "no sign-in": (said(without("//s:AuthnStatement")), "no AuthnStatement"),
    "no NameID": (said(without("//s:NameID")), "no NameID"),
    "an empty NameID": (said(text("//s:NameID", "")), "subject"),
    "blanks around the NameID": (said(text("//s:NameID", " alice")), "subject"),
    "a NameID of two lines": (said(text("//s:NameID", "alice\nadmin")), "subject"),
    "a NameID that is too long": (said(text("//s:NameID", "a" * 300)), "subject"),
    "a NameID with elements": (
        said(with_child("//s:NameID", "<s:x/>")), "only text may",
    ),
    "a NameID that names nobody": (
        said(attribute("//s:NameID", "Format",
                       "urn:oasis:names:tc:SAML:2.0:nameid-format:transient")), "transient",
    ),
    "a group that cannot be printed": (said(text("//s:AttributeValue", "a\tb")), "group"),
    "a group with elements": (said(with_child("//s:AttributeValue", "<s:x/>")), "group"),
    "201 groups": (
        said(with_child("//s:AttributeStatement", _values(201))), "200 groups|too many",
    ),
    "attributes beyond measure": (
        said(with_child("//s:AttributeStatement", '<s:Attribute Name="a"><s:AttributeValue>'
             + "x" * 40_000 + "</s:AttributeValue></s:Attribute>")), "too many",
    ),
    "an encrypted assertion": (
        lambda _: f'<s:EncryptedAssertion xmlns:s="{SAML}"/>'.encode(), "encrypted",
    ),
    "an encrypted name": (
        said(lambda root: [with_child("//s:Subject", "<s:EncryptedID/>", 0)(root),
                           without("//s:NameID")(root)]), "encrypted",
    ),
    "an encrypted attribute": (
        said(with_child("//s:AttributeStatement", "<s:EncryptedAttribute/>")), "encrypted",
    ),
    "advice": (said(with_child("/*", "<s:Advice/>")), "not understood"),
    "a decision by somebody else": (
        said(with_child("/*", '<s:AuthzDecisionStatement Resource="x" Decision="Permit"/>')),
        "not understood",
    ),
    "text between the elements": (
        said(lambda root: setattr(find(root, "//s:Subject"), "tail", "text")), "text stands",
    ),
}  # fmt: skip
