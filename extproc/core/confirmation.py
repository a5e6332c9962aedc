"""Confirmations: the key that a credential is bound to, as its `cnf` claim names it (RFC 7800).

A bound credential is worth nothing without its key: `jkt` is the thumbprint of a key that signs
proofs (DPoP, RFC 9449), `x5t#S256` that of a client certificate (RFC 8705). A credential is
bound to one key or to none.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from extproc.core.decision import Code, Refused

BEARER, DPOP, MTLS = "bearer", "dpop", "mtls"
JKT = "jkt"
X5T = "x5t#S256"

ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
"""Of proofs. None of them has a secret that two sides share."""

_BINDINGS: Mapping[str, str] = {JKT: DPOP, X5T: MTLS}
_MEMBERS: Mapping[str, str] = {binding: member for member, binding in _BINDINGS.items()}
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----")


class Presented(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller of the data port shows beside its credential."""

    method: str
    url: str
    """`scheme://authority/path` as the client asked for it; a query does not matter."""
    certificate: str = ""
    """The thumbprint of its certificate (`x5t#S256`), whose key TLS has proven; empty for none."""


def read_confirmation(confirmation: Mapping[str, Any]) -> tuple[str, str]:
    """(binding, thumbprint) of a `cnf`; `("bearer", "")` of an empty one.

    Raises ValueError for anything but one member that is known here: what a credential is bound
    to must never be overlooked.
    """
    if not confirmation:
        return BEARER, ""
    ((member, thumbprint),) = confirmation.items()
    if member not in _BINDINGS:
        raise ValueError("the confirmation is of an unknown kind")
    if not isinstance(thumbprint, str) or not _THUMBPRINT.fullmatch(thumbprint):
        raise ValueError("the confirmation is not a SHA-256 thumbprint")
    return _BINDINGS[member], thumbprint


def write_confirmation(binding: str, thumbprint: str) -> dict[str, str]:
    """The `cnf` of a credential; empty for a bearer one."""
    return {} if binding == BEARER else {_MEMBERS[binding]: thumbprint}


def token_type(confirmation: Mapping[str, str]) -> str:
    """What a token endpoint calls such a credential (RFC 9449 section 5, RFC 8705 section 3)."""
    return "DPoP" if JKT in confirmation else "Bearer"


def holds_key(binding: str, thumbprint: str, proven: Mapping[str, str]) -> bool:
    """Whether the key that something is bound to is among those that were `proven` (as `cnf`).

    True for what is bound to none. In constant time for thumbprints of one length.
    """
    if binding == BEARER:
        return True
    shown = proven.get(_MEMBERS[binding], "")
    return hmac.compare_digest(shown.encode(), thumbprint.encode())


def certificate_thumbprint(certificate: str) -> str:
    """`x5t#S256` of a URL-encoded PEM certificate, as Envoy hands it on; empty for none.

    RFC 8705 section 3.1: base64url of SHA-256 of the DER. Of a chain it is the first, which is
    the client's own. Raises Refused(INVALID_TOKEN) for what is no certificate.
    """
    if not certificate:
        return ""
    found = _PEM.match(unquote(certificate).strip())
    try:
        if found is None:
            raise ValueError("no PEM")
        der = base64.b64decode("".join(found[1].split()), validate=True)
    except (ValueError, binascii.Error):
        raise Refused(Code.INVALID_TOKEN, "the client certificate cannot be read") from None
    return base64url(hashlib.sha256(der).digest())


def base64url(data: bytes) -> str:
    """Without padding, as RFC 7515 section 2 has it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def challenge(error: str = "invalid_token") -> str:
    """The start of a `WWW-Authenticate` that asks for a proof (RFC 9449 section 7.1)."""
    return f'DPoP realm="extproc", algs="{" ".join(ALGORITHMS)}", error="{error}"'
