"""Envoy's bootstrap for a Config, as a plain document; envoy/README.md says why of each setting.

Envoy asks ext_authz about the headers, then ext_proc about everything else, in full duplex both
ways: nothing goes upstream before we answered the request's headers, which we do only after the
whole body was judged. Which upstream a call goes to is the value of `x-extproc-upstream`, which
only this server can set.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from extproc.config import Config, Upstream, host_port
from extproc.core.decision import Code, Refusal
from extproc.core.field_names import UPSTREAM_HEADER, UPSTREAM_MARK
from extproc.core.llm import Api, refusal_body
from extproc.wire.data_port import (
    AUTHZ_FILTER,
    HTTP_OPTIONS,
    PROC_FILTER,
    control_cluster,
    control_routes,
    reference_path,
    tls_references,
    tls_socket,
    typed,
)

_HCM = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
_AUTHZ = "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz"
_PROC = "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor"
_ROUTER = "envoy.extensions.filters.http.router.v3.Router"
_MUTATION = "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation"
_INJECTOR = "envoy.extensions.filters.http.credential_injector.v3.CredentialInjector"
_GENERIC = "envoy.extensions.http.injected_credentials.generic.v3.Generic"
_CODEC = "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec"
_PREVIOUS_HOSTS = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
_CEL = "envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter"
_TLS = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"

# The authorization server's own time limit for one question, and Envoy's patience with it.
AUTHZ_TIMEOUT = "5s"
CA_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, and Envoy's own image
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS
)


def bootstrap(config: Config, sockets: Sequence[str]) -> dict[str, Any]:
    """The bootstrap; `sockets` are the policy server's UNIX sockets, one a worker. The control
    port's own is beside them."""
    admin_host, admin_port = host_port(config.listen.envoy_admin)
    return {
        # Secrets that are read from files need a node.
        "node": {"id": "extproc", "cluster": "extproc"},
        "admin": {"address": _address(admin_host, admin_port)},
        "layered_runtime": {
            "layers": [
                {
                    "name": "static",
                    "static_layer": {
                        # Half-close a finished ext_proc stream instead of resetting it.
                        "envoy.reloadable_features.ext_proc_graceful_grpc_close": True,
                    },
                }
            ]
        },
        "overload_manager": {
            "resource_monitors": [
                {
                    "name": "envoy.resource_monitors.global_downstream_max_connections",
                    "typed_config": typed(
                        "envoy.extensions.resource_monitors.downstream_connections.v3"
                        ".DownstreamConnectionsConfig",
                        max_active_downstream_connections=10000,
                    ),
                }
            ]
        },
        "static_resources": {
            "listeners": [_listener(config)],
            "clusters": [
                _policy_server(sockets),
                control_cluster(sockets),
                *(_upstream(each, Path(config.data_dir)) for each in config.upstreams),
            ],
        },
    }


def to_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1)


def cluster_name(upstream: Upstream) -> str:
    return f"upstream_{upstream.name}"


def _address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}


def _listener(config: Config) -> dict[str, Any]:
    host, port = host_port(config.listen.data)
    return {
        "name": "data",
        "address": _address(host, port),
        "per_connection_buffer_limit_bytes": 1 << 20,
        "filter_chains": [
            {
                "filters": [
                    {
                        "name": "envoy.filters.network.http_connection_manager",
                        "typed_config": _connection_manager(config),
                    }
                ],
                **tls_socket(config),
            }
        ],
    }


def _connection_manager(config: Config) -> dict[str, Any]:
    return typed(
        _HCM,
        stat_prefix="data",
        # The client's address is the connection's; nobody in front of us may rewrite it.
        use_remote_address=True,
        skip_xff_append=True,
        forward_client_cert_details="SANITIZE",
        server_header_transformation="PASS_THROUGH",
        normalize_path=True,
        merge_slashes=False,
        path_with_escaped_slashes_action="REJECT_REQUEST",
        common_http_protocol_options={
            "idle_timeout": "300s",
            "headers_with_underscores_action": "DROP_HEADER",
        },
        http_protocol_options={"enable_trailers": True},
        http2_protocol_options={"max_concurrent_streams": 1000},
        request_headers_timeout="10s",
        # A stream may pause for long between two tokens; the connection's idle time still counts.
        stream_idle_timeout="600s",
        generate_request_id=True,
        # Upgrades reach ext_authz, which refuses them in the caller's dialect and records it.
        upgrade_configs=[{"upgrade_type": "websocket"}],
        local_reply_config=_local_replies(),
        route_config={
            "name": "data",
            # What Envoy adds for itself is not the model's business, the client's address least.
            "request_headers_to_remove": [
                UPSTREAM_HEADER,
                "x-envoy-external-address",
                "x-forwarded-proto",
                "x-request-id",
            ],
            "virtual_hosts": [
                {
                    "name": "models",
                    "domains": ["*"],
                    "routes": [*control_routes(), *map(_route, config.upstreams), _no_upstream()],
                }
            ],
        },
        http_filters=[
            {"name": AUTHZ_FILTER, "typed_config": _ext_authz()},
            {"name": PROC_FILTER, "typed_config": _ext_proc()},
            {
                "name": "envoy.filters.http.router",
                "typed_config": typed(_ROUTER, suppress_envoy_headers=True),
            },
        ],
    )


def _ext_authz() -> dict[str, Any]:
    return typed(
        _AUTHZ,
        transport_api_version="V3",
        grpc_service={
            "envoy_grpc": {"cluster_name": "extproc"},
            "timeout": AUTHZ_TIMEOUT,
            # A worker that is not there was asked nothing: another one may be.
            "retry_policy": {
                "retry_on": "connect-failure",
                "num_retries": 2,
                "retry_host_predicate": [
                    {
                        "name": "envoy.retry_host_predicates.previous_hosts",
                        "typed_config": typed(_PREVIOUS_HOSTS),
                    }
                ],
                "host_selection_retry_max_attempts": "3",
            },
        },
        failure_mode_allow=False,
        status_on_error={"code": "ServiceUnavailable"},
        include_peer_certificate=True,
        clear_route_cache=False,
        validate_mutations=True,
        # Repeated headers one by one, so that two credentials cannot hide in one line.
        encode_raw_headers=True,
    )


def _ext_proc() -> dict[str, Any]:
    return typed(
        _PROC,
        grpc_service={"envoy_grpc": {"cluster_name": "extproc"}},
        failure_mode_allow=False,
        status_on_error={"code": "ServiceUnavailable"},
        message_timeout="5s",
        max_message_timeout="700s",
        processing_mode={
            "request_header_mode": "SEND",
            "request_body_mode": "FULL_DUPLEX_STREAMED",
            "request_trailer_mode": "SEND",
            "response_header_mode": "SEND",
            "response_body_mode": "FULL_DUPLEX_STREAMED",
            "response_trailer_mode": "SEND",
        },
        metadata_options={"forwarding_namespaces": {"untyped": [AUTHZ_FILTER]}},
        allow_mode_override=False,
        # We know the body's length before we answer the headers, so the upstream may have it too.
        allow_content_length_header=True,
        mutation_rules={"allow_all_routing": False, "disallow_system": False},
    )


def _local_replies() -> dict[str, Any]:
    """Envoy's own words, when it cannot reach us or the model: JSON in the caller's dialect.

    Answers of ours carry x-extproc-exchange-id and pass unchanged.
    """
    ours = "'x-extproc-exchange-id' in response.headers"
    mappers = []
    for api, path in _PATHS_OF_APIS:
        for refusal, also in (
            (_NO_ANSWER, "response.code >= 500 && "),
            (_NOT_WELL_FORMED, ""),
        ):
            mappers.append(_local_reply(f"!({ours}) && {also}{path}", api, refusal))
    return {"mappers": mappers}


_NO_ANSWER = Refusal(Code.UNAVAILABLE, "the policy server or the model is not available")
_NOT_WELL_FORMED = Refusal(Code.INVALID_REQUEST, "the request is not well formed")
_PATHS_OF_APIS: tuple[tuple[Api, str], ...] = (
    ("anthropic", "request.path.startsWith('/v1/messages')"),
    ("gemini", "request.path.matches('^/v1[a-z0-9]*/[^?]*models/[^?/]*:')"),
    ("ollama", "request.path.startsWith('/api/')"),
    ("mcp", "request.path.startsWith('/mcp')"),
    ("openai", "true"),
)


def _local_reply(expression: str, api: Api, refusal: Refusal) -> dict[str, Any]:
    body = msgspec.json.decode(refusal_body(api, refusal))
    return {
        "filter": {
            "extension_filter": {
                "name": "envoy.access_loggers.extension_filters.cel",
                "typed_config": typed(_CEL, expression=expression),
            }
        },
        "body_format_override": {"json_format": body, "content_type": "application/json"},
    }


def _route(upstream: Upstream) -> dict[str, Any]:
    parts = urlsplit(upstream.url)
    base = parts.path.rstrip("/")
    action: dict[str, Any] = {
        "cluster": cluster_name(upstream),
        "timeout": "0s",
        "host_rewrite_literal": parts.netloc,
        # The body is held by us, not by Envoy, and a model call costs money: never twice.
        "retry_policy": {"num_retries": 0},
    }
    if base:
        action["regex_rewrite"] = {
            "pattern": {"regex": "^(/.*)$"},
            "substitution": base.replace("\\", "\\\\") + "\\1",
        }
    return {
        "name": upstream.name,
        "match": {
            "prefix": "/",
            "headers": [{"name": UPSTREAM_HEADER, "string_match": {"exact": upstream.name}}],
        },
        "route": action,
    }


def _no_upstream() -> dict[str, Any]:
    """Where a call stands until we named its upstream; it can go nowhere from here."""
    return {
        "name": "none",
        "match": {"prefix": "/"},
        "direct_response": {"status": 503},
    }


def _policy_server(sockets: Sequence[str]) -> dict[str, Any]:
    return {
        "name": "extproc",
        "type": "STATIC",
        "connect_timeout": "1s",
        "typed_extension_protocol_options": {
            HTTP_OPTIONS: typed(
                HTTP_OPTIONS,
                explicit_http_config={
                    "http2_protocol_options": {
                        # A server that is stuck is found out, its calls fail closed.
                        "connection_keepalive": {"interval": "5s", "timeout": "3s"},
                        "initial_stream_window_size": 1 << 20,
                        "initial_connection_window_size": 16 << 20,
                    }
                },
            )
        },
        "circuit_breakers": _unbounded(),
        # A worker that has died is left out until it is back, which takes about a second.
        "outlier_detection": {
            "split_external_local_origin_errors": True,
            "consecutive_local_origin_failure": 1,
            "interval": "0.5s",
            "base_ejection_time": "0.5s",
            "max_ejection_time": "1s",
            "max_ejection_percent": 100,
            "enforcing_consecutive_5xx": 0,
            "enforcing_success_rate": 0,
        },
        "load_assignment": {
            "cluster_name": "extproc",
            "endpoints": [
                {
                    "lb_endpoints": [
                        {"endpoint": {"address": {"pipe": {"path": path}}}} for path in sockets
                    ]
                }
            ],
        },
    }


def _unbounded() -> dict[str, Any]:
    """Envoy's default of 1,024 would refuse the 1,025th open stream; ours are the leases."""
    most = 1 << 20
    return {
        "thresholds": [
            {
                "max_connections": most,
                "max_pending_requests": most,
                "max_requests": most,
            }
        ]
    }


def _upstream(upstream: Upstream, data_dir: Path) -> dict[str, Any]:
    parts = urlsplit(upstream.url)
    assert parts.hostname is not None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    http: dict[str, Any] = {
        "common_http_protocol_options": {"idle_timeout": "60s"},
        "http_filters": [_upstream_mark()],
    }
    if parts.scheme == "https":
        http["auto_config"] = {"http_protocol_options": {"enable_trailers": True}}
    else:
        http["explicit_http_config"] = {"http_protocol_options": {"enable_trailers": True}}
    if upstream.credential is not None:
        http["http_filters"].append(_credential_injector(upstream, data_dir))
    http["http_filters"].append(
        {"name": "envoy.filters.http.upstream_codec", "typed_config": typed(_CODEC)}
    )
    cluster: dict[str, Any] = {
        "name": cluster_name(upstream),
        "type": "STRICT_DNS",
        "connect_timeout": "5s",
        "per_connection_buffer_limit_bytes": 1 << 20,
        "typed_extension_protocol_options": {HTTP_OPTIONS: typed(HTTP_OPTIONS, **http)},
        "circuit_breakers": _unbounded(),
        "load_assignment": {
            "cluster_name": cluster_name(upstream),
            "endpoints": [
                {"lb_endpoints": [{"endpoint": {"address": _address(parts.hostname, port)}}]}
            ],
        },
    }
    if parts.scheme == "https":
        cluster["transport_socket"] = {
            "name": "envoy.transport_sockets.tls",
            "typed_config": typed(
                _TLS,
                sni=parts.hostname,
                common_tls_context={
                    "validation_context": {
                        "trusted_ca": {"filename": _ca_certificates()},
                        "match_typed_subject_alt_names": [
                            {"san_type": "DNS", "matcher": {"exact": parts.hostname}}
                        ],
                    }
                },
            ),
        }
    return cluster


def _ca_certificates() -> str:
    """Where this machine keeps them; Envoy's own image keeps them in the first place."""
    return next((path for path in CA_CERTIFICATES if Path(path).exists()), CA_CERTIFICATES[0])


def _upstream_mark() -> dict[str, Any]:
    """Tells an upstream's answer from Envoy's own, which do not come through here."""
    return {
        "name": "envoy.filters.http.header_mutation",
        "typed_config": typed(
            _MUTATION,
            mutations={
                "response_mutations": [
                    {
                        "append": {
                            "header": {"key": UPSTREAM_MARK, "value": "1"},
                            "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
                        }
                    }
                ]
            },
        ),
    }


def _credential_injector(upstream: Upstream, data_dir: Path) -> dict[str, Any]:
    """The model's key goes on here, behind everything that an agent or this process can see."""
    assert upstream.credential is not None
    return {
        "name": "envoy.filters.http.credential_injector",
        "typed_config": typed(
            _INJECTOR,
            overwrite=True,
            allow_request_without_credential=False,
            credential={
                "name": "envoy.http.injected_credentials.generic",
                "typed_config": typed(
                    _GENERIC,
                    credential={
                        "name": _secret_name(upstream),
                        "sds_config": {
                            "resource_api_version": "V3",
                            "path_config_source": {
                                "path": str(reference_path(_secret_name(upstream), data_dir))
                            },
                        },
                    },
                    header=upstream.credential.header,
                    header_value_prefix=upstream.credential.prefix,
                ),
            },
        ),
    }


def _secret_name(upstream: Upstream) -> str:
    return f"key_{upstream.name}"


def key_references(config: Config, data_dir: Path) -> dict[Path, dict[str, Any]]:
    """The files that tell Envoy where each upstream's key and its own certificate are, by path.

    They hold references, never a key. Envoy watches the key's own file: replace it by a rename
    and the next call carries the new key.
    """
    references = tls_references(config, data_dir)
    for upstream in config.upstreams:
        if upstream.credential is None:
            continue
        kind, _, place = upstream.credential.secret.partition(":")
        source: dict[str, Any] = (
            {"environment_variable": place}
            if kind == "env"
            else {"filename": str(Path(place).absolute())}
        )
        secret = typed(
            "envoy.extensions.transport_sockets.tls.v3.Secret",
            name=_secret_name(upstream),
            generic_secret={"secret": source},
        )
        references[reference_path(_secret_name(upstream), data_dir)] = {"resources": [secret]}
    return references
