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

import msgspec
import yaml

from extproc.receivers import receiver_mistakes
from extproc.sources import source_mistakes, url_mistakes

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
FileRef = Annotated[str, msgspec.Meta(pattern=r"^file:.+$")]
"""`file:PATH`."""
KeysRef = Annotated[str, msgspec.Meta(pattern=r"^(file:.+|https?://.+)$")]
"""Where a JWK set is: `file:PATH` or a URL."""
BaseUrl = Annotated[
    str, msgspec.Meta(pattern=r"^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$")
]
"""`scheme://host[:port]`, without a path."""
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
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


class Tls(_Section, frozen=True, kw_only=True):
    """TLS on the data port. Envoy reads these files; the policy server reads none of them."""

    certificate: FileRef
    key: FileRef
    client_ca: FileRef | None = None
    """Whose client certificates are taken; what `credentials.binding: mtls` needs."""


class Listen(_Section, frozen=True):
    data: Address = "127.0.0.1:10000"
    control: Address = "127.0.0.1:8080"
    envoy_admin: Address = "127.0.0.1:9901"
    tls: Tls | None = None
    url: BaseUrl | None = None
    """The data port's base URL as agents know it, which DPoP proofs must name; None: the scheme
    and host that each asks for, which is the client's own word."""


class UpstreamCredential(_Section, frozen=True, kw_only=True):
    """The model's own key. Envoy puts it on; this process never reads it."""

    header: str = "authorization"
    prefix: str = "Bearer "
    secret: SecretRef


class Upstream(_Section, frozen=True):
    name: Name
    url: str
    models: tuple[str, ...]
    """Globs of model names."""
    credential: UpstreamCredential | None = None


class Source(_Section, frozen=True, kw_only=True):
    """Somebody else's word for who a subject is; the kinds below say how it is given.

    Only what is listed here is ever trusted, and each source vouches for its own subjects: give
    a `prefix` where two of them could use one name.
    """

    name: Name
    prefix: str = ""
    """Stands before every subject and group of this source."""
    groups: tuple[str, ...] = ()
    """Groups of every subject of this source, beside those that the source itself tells."""
    models: tuple[str, ...] = ()
    """Globs of the models that credentials of this source are limited to; none: no limit."""


class Oidc(Source, frozen=True, kw_only=True):
    """An OpenID provider: its id tokens, and access tokens in RFC 9068 form."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    groups_claim: str = "groups"
    subject_claim: str = "sub"
    jwks: KeysRef | None = None
    """None: from the provider's discovery document."""
    access_token_types: tuple[str, ...] = ("at+jwt",)
    """`typ` of the access tokens that are taken. Some providers write `JWT`."""
    require: dict[str, tuple[str, ...]] = {}
    """Claims that must match one of the globs."""


class Saml(Source, frozen=True, kw_only=True):
    """A SAML 2.0 identity provider, by its metadata."""

    metadata: FileRef
    audience: str
    """Our entity id, which the assertion's audience must name."""
    recipient: str | None = None
    """What the subject confirmation must name; None: the audience's URL with /oauth2/token."""
    groups_attribute: str = "groups"
    subject_attribute: str | None = None
    """None: the NameID."""


class Kubernetes(Source, frozen=True, kw_only=True):
    """Projected service account tokens of one cluster."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    jwks: KeysRef | None = None
    service_accounts: tuple[str, ...]
    """Globs of `namespace/name`."""


class Github(Source, frozen=True, kw_only=True):
    """Id tokens of GitHub Actions, bound to repository and workflow."""

    issuer: str = "https://token.actions.githubusercontent.com"
    audience: str
    algorithms: tuple[str, ...] = ("RS256",)
    jwks: KeysRef | None = None
    repositories: tuple[str, ...]
    """Repositories by number (`repository_id`, which outlives a rename) or by `owner/name`."""
    workflows: tuple[str, ...]
    """Globs of `job_workflow_ref`: `owner/name/.github/workflows/ci.yml@refs/heads/main`."""
    environments: tuple[str, ...] = ()
    """When there are any, the job must run in one of them."""


class Gitlab(Source, frozen=True, kw_only=True):
    """Id tokens of GitLab CI, bound to project and pipeline configuration."""

    issuer: str = "https://gitlab.com"
    audience: str
    algorithms: tuple[str, ...] = ("RS256",)
    jwks: KeysRef | None = None
    projects: tuple[str, ...]
    """Projects by number (`project_id`) or by path."""
    workflows: tuple[str, ...]
    """Globs of `ci_config_ref_uri`: `gitlab.com/group/project//.gitlab-ci.yml@refs/heads/main`."""
    environments: tuple[str, ...] = ()
    protected_only: bool = True
    """Only pipelines of protected branches and tags."""


class Spiffe(Source, frozen=True, kw_only=True):
    """JWT-SVIDs of one trust domain."""

    trust_domain: str
    audience: str
    algorithms: tuple[str, ...] = ("RS256", "ES256", "PS256")
    jwks: KeysRef
    """The trust bundle as a JWK set."""
    ids: tuple[str, ...]
    """Globs of SPIFFE ids: `spiffe://example.org/ns/*/sa/agent`."""


class Client(Source, frozen=True, kw_only=True):
    """An OAuth client of its own, by `private_key_jwt` (RFC 7523); its name is its client id."""

    jwks: KeysRef
    algorithms: tuple[str, ...] = ("RS256", "ES256", "PS256", "EdDSA")


class Identity(_Section, frozen=True):
    oidc: tuple[Oidc, ...] = ()
    saml: tuple[Saml, ...] = ()
    kubernetes: tuple[Kubernetes, ...] = ()
    github: tuple[Github, ...] = ()
    gitlab: tuple[Gitlab, ...] = ()
    spiffe: tuple[Spiffe, ...] = ()
    clients: tuple[Client, ...] = ()


class Credentials(_Section, frozen=True):
    ttl: Duration = "5m"
    max_ttl: Duration = "15m"
    binding: Literal["bearer", "dpop", "mtls"] = "bearer"


class Agents(_Section, frozen=True):
    per_subject: Natural = 5
    total: Natural = 1000
    per_group: dict[str, Natural] = {}
    """By group: how many agents of its members may run at once, all together."""
    per_model: dict[str, Natural] = {}
    """By glob of models: how many running agents may have called one of them."""
    on_limit: Literal["deny", "evict"] = "deny"
    """`evict` ends the agent that was idle longest, if one is idle, in favour of the new one."""
    idle_timeout: Duration = "2m"
    max_lifetime: Duration = "8h"
    max_depth: Natural = 3
    """Generations of agents, the one that a subject starts included."""
    max_children: Natural = 5
    """Running children of one agent."""
    sharing: Literal["allow", "flag", "deny"] = "flag"
    """What to do about one bearer credential that several addresses use at once."""


class Budget(_Section, frozen=True):
    requests: Natural | None = None
    tokens: Natural | None = None
    """Of prompts and answers together."""


class Budgets(_Section, frozen=True):
    """What may be spent in a window of time; None: no limit."""

    window: Duration = "1h"
    agent: Budget = Budget()
    subject: Budget = Budget()


class Roles(_Section, frozen=True):
    """Groups whose members may do it. An approver may what a viewer may, an admin all."""

    viewer: tuple[str, ...] = ()
    approver: tuple[str, ...] = ()
    admin: tuple[str, ...] = ("admin",)


class Console(_Section, frozen=True):
    """How people sign in. Without `oidc`: by the credential that `extproc up` prints."""

    oidc: str | None = None
    """The name of a provider in $.identity.oidc."""
    client_id: str | None = None
    client_secret: SecretRef | None = None
    """None: a public client, with PKCE alone."""
    url: str | None = None
    """Where people reach the console, as the provider knows it; None: the address asked for."""
    session: Duration = "8h"
    roles: Roles = Roles()


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


class Callback(_Section, frozen=True, kw_only=True):
    """That a webhook's receiver may decide, and for whom it vouches."""

    groups: tuple[str, ...]
    """Of everybody that it names; what they may do follows from $.console.roles."""
    subject_prefix: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,30}:$")]
    """Stands before every name that it gives: `slack:`."""


class Webhook(_Section, frozen=True, kw_only=True):
    """Who is told of approvals, over HTTP; signed as the Standard Webhooks scheme has it."""

    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://.+|file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$")]
    """https, or http to this machine; by reference when the address itself is a secret."""
    secret: SecretRef
    """At least 16 bytes; `whsec_` and base64, or any bytes."""
    format: Literal["generic", "slack"] = "generic"
    events: tuple[Literal["asked", "decided", "glass"], ...] = ("asked", "decided", "glass")
    callback: Callback | None = None
    """None: no callback is taken from this secret."""


class Approvals(_Section, frozen=True):
    hold: Duration = "0s"
    """How long a call waits for a person before it is told to ask again; at most 9m."""
    ttl: Duration = "10m"
    grant_ttl: Duration = "5m"
    retry_after: Duration = "15s"
    """What a caller is told; stock clients obey."""
    break_glass: tuple[str, ...] = ()
    """Groups whose members may let a call pass alone, in an emergency."""
    webhooks: tuple[Webhook, ...] = ()


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
    budgets: Budgets = Budgets()
    console: Console = Console()
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
    if config.credentials.binding == "mtls" and (
        config.listen.tls is None or config.listen.tls.client_ca is None
    ):
        errors.append(
            "$.credentials.binding: mtls needs $.listen.tls with client_ca; nobody could call"
        )
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
    if seconds(config.budgets.window) < 1:
        errors.append("$.budgets.window: shorter than 1s")
    if seconds(config.approvals.hold) > seconds("9m"):
        errors.append("$.approvals.hold: longer than 9m, which stock clients do not wait")
    for name in ("ttl", "grant_ttl", "retry_after"):
        if seconds(getattr(config.approvals, name)) < 1:
            errors.append(f"$.approvals.{name}: must be at least 1s")
    if seconds(config.policy.timeout) <= 0:
        errors.append("$.policy.timeout: must be more than zero")
    return errors + source_mistakes(config) + receiver_mistakes(config)
