"""The configuration: every mistake is found and named with its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extproc.config import Config, ConfigError, host_port, load, parse, seconds, size
from extproc.engines import Maskers

UPSTREAM = {"name": "a", "url": "https://api.example.com", "models": ["*"]}


TLS = {"certificate": "file:a.crt", "key": "file:a.key"}


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "extproc.yaml"
    file.write_text("")
    assert load(file, {}) == Config()


@pytest.mark.parametrize(
    ("document", "where"),
    [
        pytest.param({"listn": {}}, "$", id="an unknown key"),
        pytest.param({"listen": {"dat": "x"}}, "$.listen", id="an unknown key inside"),
        pytest.param({"workers": "two"}, "$.workers", id="a wrong type"),
        pytest.param({"workers": 0}, "$.workers", id="no workers"),
        pytest.param({"agents": {"per_subject": -1}}, "$.agents.per_subject", id="negative"),
        pytest.param({"policy": {"timeout": "soon"}}, "$.policy.timeout", id="no duration"),
        pytest.param({"policy": {"timeout": "0s"}}, "$.policy.timeout", id="no time at all"),
        pytest.param({"budgets": {"window": "0s"}}, "$.budgets.window", id="a window of no time"),
        pytest.param({"policy": {"engine": "rego"}}, "$.policy.engine", id="an unknown choice"),
        pytest.param({"limits": {"request_body": "10MB"}}, "$.limits.request_body", id="no size"),
        pytest.param(
            {"upstreams": [{**UPSTREAM, "url": "ftp://x"}]}, "$.upstreams[0].url", id="scheme"
        ),
        pytest.param(
            {"upstreams": [{**UPSTREAM, "url": "https://a:b@x"}]},
            "$.upstreams[0].url",
            id="a credential in the URL",
        ),
        pytest.param(
            {"upstreams": [UPSTREAM, UPSTREAM]}, "$.upstreams[1].name", id="a name used twice"
        ),
        pytest.param(
            {"upstreams": [{**UPSTREAM, "models": []}]}, "$.upstreams[0].models", id="no models"
        ),
        pytest.param(
            {"upstreams": [{**UPSTREAM, "credential": {"secret": "sk-inline"}}]},
            "$.upstreams[0].credential.secret",
            id="a secret written inline",
        ),
        pytest.param(
            {"credentials": {"ttl": "20m"}}, "$.credentials.ttl", id="longer than the longest"
        ),
        pytest.param(
            {"credentials": {"max_ttl": "2h"}}, "$.credentials.max_ttl", id="not short-lived"
        ),
        pytest.param({"listen": {"data": "127.0.0.1:99999"}}, "$.listen.data", id="no port"),
        pytest.param(
            {"listen": {"url": "https://a.example/path"}}, "$.listen.url", id="a URL with a path"
        ),
        pytest.param(
            {"listen": {"url": "https://user@a.example"}}, "$.listen.url", id="a URL with a user"
        ),
        pytest.param(
            {"listen": {"tls": {"certificate": "file:a"}}}, "$.listen.tls", id="TLS without a key"
        ),
        pytest.param(
            {"listen": {"tls": {**TLS, "key": "-----BEGIN"}}},
            "$.listen.tls.key",
            id="a key written inline",
        ),
        pytest.param(
            {"credentials": {"binding": "mtls"}},
            "$.credentials.binding",
            id="client certificates without TLS",
        ),
        pytest.param(
            {"credentials": {"binding": "mtls"}, "listen": {"tls": TLS}},
            "$.credentials.binding",
            id="client certificates that nobody issues",
        ),
    ],
)
def test_a_mistake_is_named_with_its_path(document: dict[str, Any], where: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse(document)
    assert any(error.startswith(f"{where}: ") for error in wrong.value.errors)
    assert "sk-inline" not in str(wrong.value)


@pytest.mark.parametrize(
    "document",
    [
        {"credentials": {"binding": "dpop"}},
        {
            "credentials": {"binding": "mtls"},
            "listen": {"tls": {**TLS, "client_ca": "file:ca"}, "url": "https://[::1]:8443"},
        },
    ],
    ids=["dpop needs nothing else", "mtls with TLS and a client CA"],
)
def test_bindings_that_can_be(document: dict[str, Any]) -> None:
    assert parse(document).credentials.binding == document["credentials"]["binding"]


OIDC = {"name": "corp", "issuer": "https://login.example.com", "audience": "extproc"}
GITHUB = {"name": "ci", "audience": "us", "repositories": ["a/b"], "workflows": ["a/b/**"]}
POD = {"name": "pods", "issuer": "https://k8s.example", "audience": "us"}
SPIFFE = {
    "name": "mesh", "trust_domain": "example.org", "audience": "us",
    "jwks": "file:bundle.json", "ids": ["spiffe://example.org/ns/*"],
}  # fmt: skip


def test_sources_of_identities() -> None:
    parse(
        {
            "identity": {
                "oidc": [OIDC, {**OIDC, "name": "local", "issuer": "http://localhost:9000/realm"}],
                "github": [GITHUB],
                "gitlab": [
                    {"name": "gl", "audience": "us", "projects": ["1"], "workflows": ["**"]}
                ],
                "kubernetes": [{**POD, "service_accounts": ["ml/*"]}],
                "spiffe": [SPIFFE],
                "clients": [{"name": "batch", "jwks": "https://batch.example/jwks"}],
            },
            "console": {"oidc": "corp", "client_id": "console"},
        }
    )


@pytest.mark.parametrize(
    ("kind", "source", "where"),
    [
        pytest.param("oidc", {**OIDC, "algorithms": ["none"]}, "algorithms", id="alg none"),
        pytest.param("oidc", {**OIDC, "algorithms": ["RS256", "HS256"]}, "algorithms",
                     id="a secret for an algorithm"),
        pytest.param("oidc", {**OIDC, "algorithms": []}, "algorithms", id="no algorithm"),
        pytest.param("clients", {"name": "c", "jwks": "file:c", "algorithms": ["HS512"]},
                     "algorithms", id="a client's secret"),
        pytest.param("oidc", {**OIDC, "issuer": "http://login.example.com"}, "issuer",
                     id="an issuer without TLS"),
        pytest.param("oidc", {**OIDC, "issuer": "https://a:b@login.example.com"}, "issuer",
                     id="a credential in an issuer"),
        pytest.param("oidc", {**OIDC, "issuer": "https://login.example.com?x"}, "issuer",
                     id="a query in an issuer"),
        pytest.param("oidc", {**OIDC, "issuer": "login.example.com"}, "issuer", id="no address"),
        pytest.param("oidc", {**OIDC, "jwks": "http://login.example.com/jwks"}, "jwks",
                     id="keys without TLS"),
        pytest.param("oidc", {**OIDC, "audience": ""}, "audience", id="no audience"),
        pytest.param("oidc", {**OIDC, "access_token_types": ["logout+jwt"]}, "access_token_types",
                     id="another kind of token"),
        pytest.param("oidc", {**OIDC, "require": {"org": []}}, "require.org", id="no glob"),
        pytest.param("github", {**GITHUB, "repositories": []}, "repositories", id="no repository"),
        pytest.param("github", {**GITHUB, "workflows": [""]}, "workflows", id="an empty workflow"),
        pytest.param("kubernetes", {**POD, "service_accounts": []}, "service_accounts",
                     id="no service account"),
        pytest.param("kubernetes", {**POD, "service_accounts": ["*"]}, "service_accounts",
                     id="a service account without its namespace"),
        pytest.param(
            "spiffe",
            {**SPIFFE, "trust_domain": "Example.org", "ids": ["spiffe://Example.org/x"]},
            "trust_domain", id="a trust domain in capitals"),
        pytest.param("spiffe", {**SPIFFE, "ids": ["spiffe://example.com/*"]}, "ids",
                     id="an id of another trust domain"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_source_is_named(kind: str, source: dict[str, Any], where: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse({"identity": {kind: [source]}})
    assert [error.partition(": ")[0] for error in wrong.value.errors] == [
        f"$.identity.{kind}[0].{where}"
    ]


def test_two_sources_of_one_name() -> None:
    with pytest.raises(ConfigError) as wrong:
        parse({"identity": {"oidc": [OIDC], "github": [{**GITHUB, "name": "corp"}]}})
    assert wrong.value.errors == ["$.identity.github[0].name: 'corp' is used twice"]


@pytest.mark.parametrize(
    ("console", "where"),
    [
        ({"oidc": "other", "client_id": "c"}, "$.console.oidc"),
        ({"oidc": "corp"}, "$.console.client_id"),
        ({"url": "http://console.example"}, "$.console.url"),
    ],
)
def test_a_mistake_in_the_console(console: dict[str, str], where: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse({"identity": {"oidc": [OIDC]}, "console": console})
    assert [error.partition(": ")[0] for error in wrong.value.errors] == [where]


WEBHOOK = {"url": "https://hooks.example/x", "secret": "env:HOOK"}


def test_webhooks() -> None:
    callback = {"groups": ["oncall"], "subject_prefix": "slack:"}
    parse(
        {
            "approvals": {
                "webhooks": [
                    WEBHOOK,
                    {**WEBHOOK, "url": "http://127.0.0.1:9/x", "format": "slack"},
                    {**WEBHOOK, "url": "file:address", "events": ["glass"], "callback": callback},
                ]
            },
            "console": {"roles": {"approver": ["oncall"]}},
        }
    )


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"url": "http://hooks.example/x"}, "[0].url", id="an address without TLS"),
        pytest.param({"url": "https://a:b@hooks.example"}, "[0].url", id="a credential in it"),
        pytest.param({"url": "hooks.example"}, "[0].url", id="no address"),
        pytest.param({"secret": "sk-inline"}, "[0].secret", id="a secret written inline"),
        pytest.param({"format": "teams"}, "[0].format", id="another format"),
        pytest.param({"events": []}, "[0].events", id="no events"),
        pytest.param({"events": ["asked", "asked"]}, "[0].events", id="an event named twice"),
        pytest.param({"events": ["voted"]}, "[0].events[0]", id="an unknown event"),
        pytest.param({"callback": {"groups": ["oncall"]}}, "[0].callback", id="no prefix"),
        pytest.param(
            {"callback": {"groups": ["admin"], "subject_prefix": ""}},
            "[0].callback.subject_prefix", id="an empty prefix"),
        pytest.param(
            {"callback": {"groups": ["admin"], "subject_prefix": "slack"}},
            "[0].callback.subject_prefix", id="a prefix without its end"),
        pytest.param(
            {"callback": {"groups": ["dev"], "subject_prefix": "slack:"}},
            "[0].callback.groups", id="groups that may not approve"),
        pytest.param(
            {"callback": {"groups": [], "subject_prefix": "slack:"}},
            "[0].callback.groups", id="no groups"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_webhook_is_named(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse({"approvals": {"webhooks": [{**WEBHOOK, **changes}]}})
    (error,) = wrong.value.errors
    assert error.partition(": ")[0].replace("[...]", "[0]") == f"$.approvals.webhooks{where}"
    assert "sk-inline" not in error


@pytest.mark.parametrize(
    ("webhooks", "where"),
    [
        ([WEBHOOK, {**WEBHOOK, "secret": "env:OTHER"}], "$.approvals.webhooks[1].url"),
        (
            [{**WEBHOOK, "url": f"https://hooks.example/{number}"} for number in range(21)],
            "$.approvals.webhooks",
        ),
    ],
    ids=["one address twice", "too many"],
)
def test_webhooks_that_cannot_be_together(webhooks: list[dict[str, Any]], where: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse({"approvals": {"webhooks": webhooks}})
    assert [error.partition(": ")[0] for error in wrong.value.errors] == [where]


def test_several_mistakes_are_all_named() -> None:
    with pytest.raises(ConfigError) as wrong:
        parse({"upstreams": [{**UPSTREAM, "url": "x"}], "credentials": {"ttl": "1h"}})
    assert len(wrong.value.errors) == 3


@pytest.mark.parametrize("text", ["a: [", "- 1", "\x00"])
def test_what_is_no_configuration(tmp_path: Path, text: str) -> None:
    file = tmp_path / "extproc.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError):
        load(file, {})


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "none.yaml", {})


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "extproc.yaml"
    file.write_text("agents: {per_subject: 7, total: 9}")
    environ = {
        "EXTPROC__AGENTS__PER_SUBJECT": "3",
        "EXTPROC__LISTEN__DATA": "127.0.0.1:1",
        "EXTPROC__MASKING__TERMS": '["Project Blue"]',
        "OTHER": "x",
    }
    config = load(file, environ)
    assert (config.agents.per_subject, config.agents.total) == (3, 9)
    assert config.listen.data == "127.0.0.1:1"
    assert config.masking.terms == ("Project Blue",)


def test_an_override_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="agnts"):
        load(None, {"EXTPROC__AGNTS__TOTAL": "3"})


def test_units() -> None:
    assert [seconds(each) for each in ("100ms", "5s", "2m", "8h", "180d")] == [
        0.1, 5, 120, 28800, 15552000,
    ]  # fmt: skip
    assert [size(each) for each in ("7", "7B", "1KiB", "10MiB", "1GiB")] == [
        7, 7, 1024, 10485760, 1 << 30,
    ]  # fmt: skip
    assert host_port("[::1]:80") == ("::1", 80)


def test_strategies_that_cannot_be_are_named_with_their_place() -> None:
    strategies = {"PERSON": "partial", "NOTHING": "block", "STAFF_ID": "block", "SSN": "partial"}
    patterns = [{"type": "STAFF_ID", "regex": "STF-[0-9]{6}"}]
    with pytest.raises(ConfigError) as refused:
        Maskers(parse({"masking": {"strategies": strategies, "patterns": patterns}}))
    assert sorted(error.partition(":")[0] for error in refused.value.errors) == [
        "$.masking.strategies.NOTHING",
        "$.masking.strategies.PERSON",
    ]


def test_a_strategy_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"\$\.masking\.strategies"):
        parse({"masking": {"strategies": {"EMAIL": "hide"}}})
