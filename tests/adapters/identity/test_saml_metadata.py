"""The metadata of identity providers: what is pinned, when it is read again, when it ends."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from extproc.adapters.identity.saml_metadata import MetadataError, read_file
from extproc.adapters.identity.saml_verifier import Verifier
from extproc.config import ConfigError, Saml
from extproc.core.decision import Refused, Unavailable

from .saml_idp import AUDIENCE, ENTITY, Idp, Key

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
GOOD, SECOND_KEY, SHORT = Key(), Key("ec"), Key(bits=1024)


def now() -> int:
    return int(time.time() * 1e6)


def key(*keys: Key, use: str = ' use="signing"') -> str:
    return "".join(
        f'<m:KeyDescriptor{use}><d:KeyInfo xmlns:d="http://www.w3.org/2000/09/xmldsig#">'
        f"<d:X509Data><d:X509Certificate>"
        f"{base64.b64encode(each.certificate.public_bytes(Encoding.DER)).decode()}"
        "</d:X509Certificate></d:X509Data></d:KeyInfo></m:KeyDescriptor>"
        for each in keys
    )


def role(keys: str, more: str = "") -> str:
    return (
        f'<m:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}"{more}>{keys}'
        "</m:IDPSSODescriptor>"
    )


def entity(roles: str, more: str = "", name: str = ENTITY) -> str:
    return (
        f'<m:EntityDescriptor xmlns:m="{MD}" entityID="{name}"{more}>{roles}</m:EntityDescriptor>'
    )


def entities(*each: str, more: str = "") -> str:
    return f'<m:EntitiesDescriptor xmlns:m="{MD}"{more}>{"".join(each)}</m:EntitiesDescriptor>'


def test_keys_for_signing_are_pinned(tmp_path: Path) -> None:
    path = tmp_path / "idp.xml"
    path.write_text(
        # As some providers write it: with a mark of the byte order.
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- of the operator -->'
        + entity(role(key(GOOD) + key(SHORT, use=' use="encryption"') + key(SECOND_KEY, use="")))
    )
    provider = read_file(path)
    assert provider.entity_id == ENTITY
    assert provider.certificates == (GOOD.certificate, SECOND_KEY.certificate)
    assert provider.valid_until is None


def test_the_earliest_end_counts(tmp_path: Path) -> None:
    path = tmp_path / "idp.xml"
    path.write_text(
        entities(
            entity(
                role(key(GOOD), ' validUntil="2031-01-01T00:00:00Z"'),
                ' validUntil="2030-01-01T00:00:00.5Z"',
            ),
            more=' validUntil="2032-01-01T00:00:00Z"',
        )
    )
    assert read_file(path).valid_until == 1_893_456_000_500_000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not plain XML"),
        ("<a/>", "0 SAML 2.0 identity providers"),
        ("<!DOCTYPE a>" + entity(role(key(GOOD))), "not plain XML"),
        (entity(role(key(GOOD)).replace(PROTOCOL, "urn:x")), "0 SAML 2.0 identity providers"),
        (entity(role(key(GOOD)) * 2), "2 SAML 2.0 identity providers"),
        (
            entities(entity(role(key(GOOD))), entity(role(key(GOOD)), name="urn:b")),
            "2 SAML 2.0 identity providers",
        ),
        (entity(role(key(GOOD)), name=""), "no entityID"),
        (entity(role("")), "0 signing certificates"),
        (entity(role(key(GOOD, use=' use="encryption"'))), "0 signing certificates"),
        (entity(role(key(*[GOOD] * 9))), "9 signing certificates"),
        (entity(role(key(SHORT))), "RSA of 2048 bits"),
        (entity(role(key(GOOD).replace("MII", "AAA", 1))), "X509Certificate that is none"),
        (entity(role(key(GOOD)), ' validUntil="soon"'), "validUntil"),
        (" " * (2 << 20), "larger than 1 MiB"),
    ],
    ids=[
        "nothing", "something else", "a document type", "another protocol", "two roles",
        "a federation", "no name", "no key", "a key to encrypt alone", "many keys", "a short key",
        "a damaged certificate", "an end that is no time", "a large file",
    ],
)  # fmt: skip
def test_refused(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "idp.xml"
    path.write_text(text)
    with pytest.raises(MetadataError, match=reason):
        read_file(path)
    with pytest.raises(ConfigError, match=r"\$\.identity\.saml\[0\]\.metadata: .*" + reason):
        Verifier((source(path),))


def source(path: Path) -> Saml:
    return Saml(name="corp", metadata=f"file:{path}", audience=AUDIENCE)


def test_a_missing_file_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"saml\[0\]\.metadata: .*No such file"):
        Verifier((source(tmp_path / "none.xml"),))


def test_a_source_without_an_audience_is_an_error(tmp_path: Path) -> None:
    idp = Idp(tmp_path)
    with pytest.raises(ConfigError, match=r"saml\[0\]\.audience"):
        Verifier((Saml(name="corp", metadata=f"file:{idp.metadata}", audience=""),))


def test_keys_change_with_the_file(tmp_path: Path) -> None:
    idp = Idp(tmp_path, GOOD)
    verifier = Verifier((source(idp.metadata),))
    xml = idp.assertion()
    assert verifier.verify(xml, now()).subject.subject == "alice"
    other = tmp_path / "new.xml"
    other.write_text(entity(role(key(SECOND_KEY))))
    other.replace(idp.metadata)
    with pytest.raises(Refused, match="not by a key"):
        verifier.verify(xml, now())
    other.write_text(entity(role(key(SECOND_KEY, GOOD))))
    other.replace(idp.metadata)
    assert verifier.verify(xml, now()).subject.subject == "alice"


def test_a_file_that_goes_wrong_withdraws_its_keys(tmp_path: Path) -> None:
    idp = Idp(tmp_path, GOOD)
    verifier = Verifier((source(idp.metadata),))
    xml, text = idp.assertion(), idp.metadata.read_text()
    idp.metadata.write_text(text[:100])
    for _ in range(2):
        with pytest.raises(Unavailable, match="identity"):
            verifier.verify(xml, now())
    idp.metadata.unlink()
    with pytest.raises(Unavailable, match="identity"):
        verifier.verify(xml, now())
    idp.metadata.write_text(text)
    assert verifier.verify(xml, now()).subject.subject == "alice"


def test_one_source_that_is_wrong_does_not_stop_another(tmp_path: Path) -> None:
    idp = Idp(tmp_path, GOOD)
    broken = tmp_path / "broken.xml"
    broken.write_text(entity(role(key(GOOD)), name="https://other.example.com"))
    verifier = Verifier((source(broken), source(idp.metadata)))
    os.truncate(broken, 10)
    assert verifier.verify(idp.assertion(), now()).subject.subject == "alice"


def test_after_its_end_metadata_vouches_for_nobody(tmp_path: Path) -> None:
    idp = Idp(tmp_path, GOOD)
    end = now() // 1_000_000 + 60
    written = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end))
    idp.metadata.write_text(entity(role(key(GOOD)), f' validUntil="{written}"'))
    verifier = Verifier((source(idp.metadata),))
    assert verifier.verify(idp.assertion(), end * 1_000_000 - 1).subject.subject == "alice"
    with pytest.raises(Unavailable, match="validUntil"):
        verifier.verify(idp.assertion(), end * 1_000_000)
