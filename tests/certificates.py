"""Certificates of an authority of our own, for tests of TLS."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Issues certificates as files in a directory: NAME.crt and NAME.key."""

    def __init__(self, directory: Path, name: str = "ca") -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self._name = _name(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(self._name, self._key, is_ca=True)
        self.certificate = directory / f"{name}.crt"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> tuple[Path, Path]:
        """(certificate, key); replaced by a rename where they are there."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(_name(name), key, is_ca=False)
        made = []
        for suffix, data in (
            ("crt", certificate.public_bytes(serialization.Encoding.PEM)),
            (
                "key",
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                ),
            ),
        ):
            path = self.directory / f"{name}.{suffix}"
            draft = path.with_suffix(".draft")
            draft.write_bytes(data)
            draft.rename(path)
            made.append(path)
        return made[0], made[1]

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, is_ca: bool
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def client_context(authority: Authority, pair: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    """Of a client that trusts `authority`, and shows the certificate of `pair`."""
    context = ssl.create_default_context(cafile=str(authority.certificate))
    if pair is not None:
        context.load_cert_chain(*pair)
    return context


def fingerprint(certificate: Path) -> str:
    """SHA-256 of the DER, hexadecimal; by another way than the server's."""
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    return loaded.fingerprint(hashes.SHA256()).hex()


def thumbprint(certificate: Path) -> str:
    """The same as `x5t#S256`."""
    digest = bytes.fromhex(fingerprint(certificate))
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
