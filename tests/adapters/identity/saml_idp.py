"""An identity provider: pysaml2's own server, with keys made here and signatures by libxmlsec1.

`Idp.assertion()` is what its server writes. To forge or to vary, `change` edits the assertion
before it is signed, and `sign` signs any element with any key and algorithm.
"""

from __future__ import annotations

import base64
import copy
import datetime
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.sigver import CryptoBackend

with warnings.catch_warnings():
    # Of a cipher for requests, which nothing here uses.
    warnings.simplefilter("ignore")
    from saml2.server import Server

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
NS = {"s": SAML, "d": DS, "p": "urn:oasis:names:tc:SAML:2.0:protocol"}
ENTITY = "https://idp.example.com/saml"
AUDIENCE = "https://gateway.example.com"
RECIPIENT = "https://gateway.example.com/oauth2/token"
PERSON = {"groups": ["engineering", "on call"], "mail": ["alice@example.com"]}
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

Change = Callable[[Any], None]


class Key:
    """A private key with a certificate that it signed itself."""

    def __init__(self, kind: str = "rsa", *, bits: int = 2048) -> None:
        self.method = RSA_SHA256 if kind == "rsa" else ECDSA_SHA256
        self.private: Any = (
            rsa.generate_private_key(65537, bits)
            if kind == "rsa"
            else ec.generate_private_key(ec.SECP256R1())
        )
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp")])
        start = datetime.datetime(2020, 1, 1)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=40_000))
            .sign(self.private, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


class _Signing(CryptoBackend):
    """pysaml2's side of an identity provider that signs what it says."""

    def sign_statement(self, statement: Any, node_name: str, key_file: str, node_id: str) -> str:
        root = etree.fromstring(statement if isinstance(statement, bytes) else str(statement))
        (element,) = root.xpath("//*[@ID = $id]", id=node_id)
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(key_file, xmlsec.KeyFormat.PEM)
        context.register_id(element, "ID")
        context.sign(element.find(f"{{{DS}}}Signature"))
        return etree.tostring(root).decode()


class Idp:
    def __init__(self, directory: Path, key: Key | None = None) -> None:
        self.key = key or Key()
        (directory / "key.pem").write_bytes(self.key.pem)
        (directory / "cert.pem").write_bytes(self.key.certificate_pem)
        config = IdPConfig().load(
            {
                "entityid": ENTITY,
                "crypto_backend": "XMLSecurity",
                "key_file": str(directory / "key.pem"),
                "cert_file": str(directory / "cert.pem"),
                "service": {
                    "idp": {
                        "endpoints": {
                            "single_sign_on_service": [
                                (ENTITY, "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")
                            ]
                        },
                        "policy": {"default": {"lifetime": {"minutes": 5}, "name_form":
                            "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"}},
                    }
                },
            }
        )  # fmt: skip
        self._server = Server(config=config)
        self._server.sec.crypto = _Signing()
        self.metadata = directory / "idp.xml"
        self.metadata.write_text(str(entity_descriptor(config)))

    def response(self, name: str = "alice", *, signed: bool = True, **more: Any) -> bytes:
        """A response to nobody's request, with one assertion, which alone is signed.

        Left alone, pysaml2 would sign with SHA-1.
        """
        response = str(
            self._server.create_authn_response(
                PERSON,
                None,
                RECIPIENT,
                AUDIENCE,
                name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=name),
                authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"},
                sign_assertion=True,
                sign_response=False,
                **({"sign_alg": self.key.method, "digest_alg": SHA256} | more),
            )
        ).encode()
        if signed:
            return response
        root = etree.fromstring(response)
        for signature in root.iter(f"{{{DS}}}Signature"):
            signature.getparent().remove(signature)
        return written(root)

    def assertion(self, change: Change | None = None, *, name: str = "alice", **how: Any) -> bytes:
        """A signed assertion. With `change` or `how`, signed here as `sign` does it."""
        if change is None and not how:
            return assertion_of(self.response(name))
        element = etree.fromstring(assertion_of(self.response(name, signed=False)))
        if change:
            change(element)
        return written(sign(element, how.pop("key", self.key), **how))


def assertion_of(response: bytes) -> bytes:
    return etree.tostring(etree.fromstring(response).find(f"{{{SAML}}}Assertion"))


def written(element: Any) -> bytes:
    return etree.tostring(element)


def token(xml: bytes) -> str:
    return base64.urlsafe_b64encode(xml).rstrip(b"=").decode()


TEMPLATE = """<d:Signature xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:SignedInfo>
<d:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<d:SignatureMethod Algorithm="{method}"/>
<d:Reference URI="#{id}"><d:Transforms>
<d:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>{more}
<d:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">{prefixes}</d:Transform>
</d:Transforms><d:DigestMethod Algorithm="{digest}"/><d:DigestValue/></d:Reference>{references}
</d:SignedInfo><d:SignatureValue/>{info}</d:Signature>"""


def sign(
    element: Any,
    key: Any,
    *,
    method: str = RSA_SHA256,
    digest: str = SHA256,
    prefixes: str = "",
    more: str = "",
    references: str = "",
    info: str = "<d:KeyInfo><d:X509Data><d:X509Certificate/></d:X509Data></d:KeyInfo>",
    index: int = 1,
) -> Any:
    """A copy of an element with an ID, signed: enveloped, as its child at `index`."""
    element = copy.deepcopy(element)
    template = TEMPLATE.format(
        method=method, digest=digest, prefixes=prefixes, more=more, references=references,
        info=info, id=element.get("ID"),
    )  # fmt: skip
    signature = etree.fromstring(template)
    element.insert(index, signature)
    context = xmlsec.SignatureContext()
    if isinstance(key, bytes):
        context.key = xmlsec.Key.from_binary_data(xmlsec.KeyData.HMAC, key)
    else:
        context.key = xmlsec.Key.from_memory(key.pem, xmlsec.KeyFormat.PEM)
        context.key.load_cert_from_memory(key.certificate_pem, xmlsec.KeyFormat.CERT_PEM)
    context.register_id(element, "ID")
    context.sign(signature)
    return element
