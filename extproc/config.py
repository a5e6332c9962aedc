"""The configuration: frozen structs, and the only reader of files and environment.

Every error names its place (`$.upstreams[0].url`). Secrets are references (`file:` or `env:`),
never values. Environment overrides: EXTPROC__AGENTS__PER_SUBJECT=3.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
import yaml

_DURATION = re.compile(r"(\d+)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"(\d+)(B|KiB|MiB|GiB)?")
_BYTES = {None: 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


class ConfigError(Exception):
    """One or more mistakes, each `path: what is wrong`."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


Duration = Annotated[str, msgspec.Meta(pattern=r"^\d+(ms|s|m|h|d)$")]
"""`100ms`, `5s`, `2m`, `8h`, `180d`."""
Size = Annotated[str, msgspec.Meta(pattern=r"^\d+(B|KiB|MiB|GiB)?$")]
"""Bytes, or with a unit: `10MiB`."""
Address = Annotated[str, msgspec.Meta(pattern=r"^.+:\d{1,5}$")]
"""`host:port`."""
SecretRef = Annotated[str, msgspec.Meta(pattern=r"^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$")]
"""`file:PATH` or `env:NAME`; a secret itself is refused."""
Natural = Annotated[int, msgspec.Meta(ge=1)]


def seconds(value: Duration) -> float:
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ConfigError([f"$: {value!r} is not a duration such as 100ms, 5s, 2m, 8h"])
    return int(match[1]) * _SECONDS[match[2]]


def size(value: Size) -> int:
    match = _SIZE.fullmatch(value)
    if match is None:
        raise ConfigError([f"$: {value!r} is not a size such as 10MiB"])
    return int(match[1]) * _BYTES[match[2]]


def host_port(value: Address) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    return host.strip("[]"), int(port)


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Listen(_Section, frozen=True):
    data: Address = "127.0.0.1:10000"
    control: Address = "127.0.0.1:8080"
    envoy_admin: Address = "127.0.0.1:9901"


class UpstreamCredential(_Section, frozen=True, kw_only=True):
    """The model's own key. Envoy puts it on; this process never reads it."""

    header: str = "authorization"
    prefix: str = "Bearer "
    secret: SecretRef


class Upstream(_Section, frozen=True):
    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    url: str
    models: tuple[str, ...]
    """Globs of model names."""
    credential: UpstreamCredential | None = None


class Oidc(_Section, frozen=True):
    name: str
    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    groups_claim: str = "groups"
    jwks: str | None = None


class Saml(_Section, frozen=True):
    name: str
    metadata: str
    audience: str
    groups_attribute: str = "groups"


class Identity(_Section, frozen=True):
    oidc: tuple[Oidc, ...] = ()
    saml: tuple[Saml, ...] = ()


class Credentials(_Section, frozen=True):
    ttl: Duration = "5m"
    max_ttl: Duration = "15m"
    binding: Literal["bearer", "dpop", "mtls"] = "bearer"


class Agents(_Section, frozen=True):
    per_subject: Natural = 5
    total: Natural = 1000
    idle_timeout: Duration = "2m"
    max_lifetime: Duration = "8h"


class Opa(_Section, frozen=True):
    url: str = "http://127.0.0.1:8181"


class Entrypoints(_Section, frozen=True):
    authz: str = "extproc/authz/decision"
    request: str = "extproc/request/decision"
    response: str = "extproc/response/decision"


class Policy(_Section, frozen=True):
    engine: Literal["embedded", "opa"] = "embedded"
    path: str = "rego"
    timeout: Duration = "100ms"
    opa: Opa = Opa()
    entrypoints: Entrypoints = Entrypoints()


class Pattern(_Section, frozen=True):
    type: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]{0,31}$")]
    regex: str


class Masking(_Section, frozen=True):
    profile: str = "default"
    terms: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    strategies: dict[str, Literal["label", "partial", "pseudonym", "block"]] = {}
    """By type of finding."""
    key: SecretRef | None = None
    """Of pseudonyms. None: one of our own, in the data directory."""


class Approvals(_Section, frozen=True):
    hold: Duration = "0s"
    ttl: Duration = "10m"
    grant_ttl: Duration = "5m"


class Audit(_Section, frozen=True):
    durability: Literal["strict", "async"] = "strict"
    bodies: Literal["masked", "none"] = "masked"
    retention: Duration = "180d"


class Store(_Section, frozen=True):
    url: str = "sqlite"


class Limits(_Section, frozen=True):
    """What one exchange may take. Over it, the call is refused whole, never passed in part."""

    request_body: Size = "10MiB"
    response_body: Size = "10MiB"
    """Of an answer that is not streamed; a stream is bounded by what it holds back."""


class Config(_Section, frozen=True):
    listen: Listen = Listen()
    data_dir: str = "./var"
    workers: Natural = 1
    transport: Literal["grpcio", "nghttp2"] = "nghttp2"
    upstreams: tuple[Upstream, ...] = ()
    identity: Identity = Identity()
    credentials: Credentials = Credentials()
    agents: Agents = Agents()
    policy: Policy = Policy()
    masking: Masking = Masking()
    approvals: Approvals = Approvals()
    audit: Audit = Audit()
    store: Store = Store()
    limits: Limits = Limits()


_OVERRIDE = "EXTPROC__"


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read a file (or only defaults) and the environment's overrides. Raises ConfigError."""
    document: Any = {}
    if path is not None:
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except OSError as error:
            raise ConfigError([f"{path}: {error.strerror}"]) from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ConfigError([f"{path}: not YAML: {error}"]) from None
        if not isinstance(document, dict):
            raise ConfigError([f"$: expected an object, got {type(document).__name__}"])
    for name, value in sorted((os.environ if environ is None else environ).items()):
        if name.startswith(_OVERRIDE):
            _override(document, name, value)
    return parse(document)


def parse(document: Mapping[str, Any]) -> Config:
    """Check a plain document. Raises ConfigError with every mistake that can be told apart."""
    try:
        config = msgspec.convert(document, Config, strict=True)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        raise ConfigError([f"{where.rstrip('`') or '$'}: {message}"]) from None
    errors = list(_mistakes(config))
    if errors:
        raise ConfigError(errors)
    return config


def _override(document: dict[str, Any], name: str, value: str) -> None:
    keys = [key.lower() for key in name.removeprefix(_OVERRIDE).split("__")]
    node = document
    for key in keys[:-1]:
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise ConfigError([f"$.{'.'.join(keys)}: {name} cannot reach into a list"])
        node = child
    node[keys[-1]] = yaml.safe_load(value)


def _mistakes(config: Config) -> list[str]:
    errors: list[str] = []
    names: set[str] = set()
    for index, upstream in enumerate(config.upstreams):
        where = f"$.upstreams[{index}]"
        errors += [f"{where}.url: {wrong}" for wrong in url_mistakes(upstream.url)]
        if upstream.name in names:
            errors.append(f"{where}.name: {upstream.name!r} is used twice")
        names.add(upstream.name)
        if not upstream.models:
            errors.append(f"{where}.models: at least one glob is needed")
    for name in ("data", "control", "envoy_admin"):
        _, port = host_port(getattr(config.listen, name))
        if port > 65535:
            errors.append(f"$.listen.{name}: {port} is not a port")
    if seconds(config.credentials.ttl) > seconds(config.credentials.max_ttl):
        errors.append("$.credentials.ttl: longer than $.credentials.max_ttl")
    if seconds(config.credentials.max_ttl) > seconds("1h"):
        errors.append("$.credentials.max_ttl: longer than 1h; a credential is short-lived")
    for name in ("ttl", "max_ttl"):
        if seconds(getattr(config.credentials, name)) <= 0:
            errors.append(f"$.credentials.{name}: must be more than zero")
    for name in ("idle_timeout", "max_lifetime"):
        if seconds(getattr(config.agents, name)) <= 0:
            errors.append(f"$.agents.{name}: must be more than zero")
    if seconds(config.policy.timeout) <= 0:
        errors.append("$.policy.timeout: must be more than zero")
    return errors


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
