"""What is wrong with the configured sources of identities beyond the types of their fields: who may
speak for whom must not be left to a default, and no algorithm may turn a public key into a secret.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from extproc.config import Config, Source

SIGNATURES = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""The algorithms that may be configured: signatures by a key pair, never `none`, never HS256."""

_KINDS = ("oidc", "saml", "kubernetes", "github", "gitlab", "spiffe", "clients")
_NEEDED = ("repositories", "workflows", "projects", "service_accounts", "ids")
_TRUST_DOMAIN = re.compile(r"[a-z0-9._-]{1,255}")
_FOREIGN_TYPES = ("logout+jwt", "dpop+jwt", "secevent+jwt")
"""Types of tokens that are something else; taking one as an access token would confuse them."""


def is_loopback(host: str) -> bool:
    """Whether a host of a URL is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def source_mistakes(config: Config) -> list[str]:
    """Every mistake of $.identity and $.console, each `path: what is wrong`."""
    errors: list[str] = []
    names: set[str] = set()
    for kind in _KINDS:
        for index, source in enumerate(getattr(config.identity, kind)):
            where = f"$.identity.{kind}[{index}]"
            if source.name in names:
                errors.append(f"{where}.name: {source.name!r} is used twice")
            names.add(source.name)
            errors += [f"{where}.{error}" for error in _mistakes(source)]
    console = config.console
    if console.oidc is not None:
        if console.oidc not in {source.name for source in config.identity.oidc}:
            errors.append(f"$.console.oidc: {console.oidc!r} is none of $.identity.oidc")
        if not console.client_id:
            errors.append("$.console.client_id: needed for signing in at $.console.oidc")
    if console.url is not None:
        errors += [f"$.console.url: {wrong}" for wrong in address_mistakes(console.url)]
    return errors


def _mistakes(source: Source) -> Iterator[str]:
    issuer, keys = getattr(source, "issuer", None), getattr(source, "jwks", None)
    if issuer is not None:
        yield from (f"issuer: {wrong}" for wrong in address_mistakes(issuer))
        if "?" in issuer:
            yield "issuer: must not have a query"
    if keys is not None and not keys.startswith("file:"):
        yield from (f"jwks: {wrong}" for wrong in address_mistakes(keys))
    if getattr(source, "audience", None) == "":
        yield "audience: must not be empty"
    algorithms = getattr(source, "algorithms", None)
    if algorithms is not None:
        if not algorithms:
            yield "algorithms: at least one is needed"
        for name in algorithms:
            if name not in SIGNATURES:
                yield f"algorithms: {name!r} is none of {', '.join(SIGNATURES)}"
    for field in _NEEDED:
        globs = getattr(source, field, None)
        if globs is not None and not (globs and all(globs)):
            yield f"{field}: at least one is needed, and none may be empty"
    for glob in getattr(source, "service_accounts", ()):
        if glob.count("/") != 1:
            yield f"service_accounts: {glob!r} is not of the form namespace/name"
    domain = getattr(source, "trust_domain", None)
    if domain is not None:
        if not _TRUST_DOMAIN.fullmatch(domain):
            yield "trust_domain: is small letters, digits, dots, dashes and underscores"
        for glob in getattr(source, "ids", ()):
            if not glob.startswith(f"spiffe://{domain}/"):
                yield f"ids: {glob!r} is not of the trust domain"
    for name in getattr(source, "access_token_types", ()):
        if name.lower().removeprefix("application/") in _FOREIGN_TYPES:
            yield f"access_token_types: {name!r} is not a type of access tokens"
    for claim, globs in getattr(source, "require", {}).items():
        if not globs:
            yield f"require.{claim}: at least one glob is needed"


def address_mistakes(url: str) -> list[str]:
    """Why somebody else's word cannot be fetched from `url`; empty when it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return [str(error)]
    wrong = []
    host = parts.hostname or ""
    if not host or port == 0 or not url.isprintable() or " " in url:
        wrong.append("is not an address")
    elif parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        wrong.append("must start with https://; http:// is for this machine alone")
    if parts.username or parts.password:
        wrong.append("must not hold a credential")
    if parts.fragment:
        wrong.append("must not have a fragment")
    return wrong


def url_mistakes(url: str) -> list[str]:
    """Why `url` cannot be an upstream; empty when it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return [str(error)]
    wrong = []
    if parts.scheme not in ("http", "https"):
        wrong.append("must start with http:// or https://")
    if not parts.hostname:
        wrong.append("has no host")
    if port == 0:
        wrong.append("port 0 is not a port")
    if parts.username or parts.password:
        wrong.append("holds a credential; use $.upstreams[].credential")
    if parts.query or parts.fragment:
        wrong.append("must not have a query or a fragment")
    return wrong
