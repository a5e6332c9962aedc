"""What Envoy's data port has beside the way to the models: TLS, and the four paths of the control
port that agents need and cannot reach otherwise.

Those four skip ext_authz and ext_proc, which is safe because of where they lead: each matches one
exact path, stands before every other route, and has the control port's socket as its one cluster.
There the certificate that Envoy has verified, the scheme that the client used and its address are
believed, because Envoy sets these headers itself, whatever the client sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extproc.config import Config, FileRef
from extproc.core.field_names import (
    ADDRESS_HEADER,
    CERTIFICATE_HEADER,
    DATA_PORT_PATHS,
    SCHEME_HEADER,
)

AUTHZ_FILTER = "envoy.filters.http.ext_authz"
"""Also the metadata namespace under which ext_authz hands the identity on to ext_proc."""
PROC_FILTER = "envoy.filters.http.ext_proc"
HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
CONTROL_SOCKET = "control.sock"
"""Beside the workers' sockets."""

_TYPE = "type.googleapis.com/"
_CONTROL = "control"
_TLS = "envoy.extensions.transport_sockets.tls.v3"
_AUTHZ_ROUTE = "envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute"
_PROC_ROUTE = "envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute"
_CERTIFICATE = "data_certificate"
_CLIENT_CA = "data_client_ca"


def typed(kind: str, /, **fields: Any) -> dict[str, Any]:
    return {"@type": _TYPE + kind, **fields}


def control_routes() -> list[dict[str, Any]]:
    """To stand first: whatever comes behind them can no longer be reached by these paths."""
    return [_control_route(path) for path in DATA_PORT_PATHS]


def _control_route(path: str) -> dict[str, Any]:
    ours = {
        CERTIFICATE_HEADER: "%DOWNSTREAM_PEER_FINGERPRINT_256%",
        SCHEME_HEADER: "%REQ(:SCHEME)%",
        ADDRESS_HEADER: "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    }
    return {
        "name": f"control{path}",
        "match": {"path": path},
        "route": {
            "cluster": _CONTROL,
            "timeout": "15s",
            "idle_timeout": "15s",
            "max_stream_duration": {"max_stream_duration": "30s"},
            "upgrade_configs": [{"upgrade_type": "websocket", "enabled": False}],
        },
        # Removed before it is added: where there is no certificate, the client's own word for one
        # must not be what is left.
        "request_headers_to_remove": list(ours),
        "request_headers_to_add": [
            {
                "header": {"key": name, "value": value},
                "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
            }
            for name, value in ours.items()
        ],
        "typed_per_filter_config": {
            AUTHZ_FILTER: typed(_AUTHZ_ROUTE, disabled=True),
            PROC_FILTER: typed(_PROC_ROUTE, disabled=True),
        },
    }


def control_cluster(sockets: Sequence[str]) -> dict[str, Any]:
    """`sockets`: the workers'."""
    path = str(Path(sockets[0]).with_name(CONTROL_SOCKET))
    return {
        "name": _CONTROL,
        "type": "STATIC",
        "connect_timeout": "1s",
        "typed_extension_protocol_options": {
            HTTP_OPTIONS: typed(
                HTTP_OPTIONS,
                # Less than the other side's, so that no call goes out on a connection that closes.
                common_http_protocol_options={"idle_timeout": "30s"},
                explicit_http_config={"http_protocol_options": {}},
            )
        },
        # Anybody may ask there, so what one can keep busy is bounded; agents' calls go elsewhere.
        "circuit_breakers": {"thresholds": [{"max_connections": 64, "max_pending_requests": 256}]},
        "load_assignment": {
            "cluster_name": _CONTROL,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"pipe": {"path": path}}}}]}],
        },
    }


def tls_socket(config: Config) -> dict[str, Any]:
    """The listener's `transport_socket`, as fields of its filter chain; none without TLS."""
    tls = config.listen.tls
    if tls is None:
        return {}
    data_dir = Path(config.data_dir)
    common: dict[str, Any] = {
        "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
        "alpn_protocols": ["h2", "http/1.1"],
        "tls_certificate_sds_secret_configs": [_from_file(_CERTIFICATE, data_dir)],
    }
    if tls.client_ca is not None:
        common["validation_context_sds_secret_config"] = _from_file(_CLIENT_CA, data_dir)
    return {
        "transport_socket": {
            "name": "envoy.transport_sockets.tls",
            "typed_config": typed(
                f"{_TLS}.DownstreamTlsContext",
                common_tls_context=common,
                # Who has none may call with another credential; one that is shown must be good.
                require_client_certificate=False,
            ),
        }
    }


def tls_references(config: Config, data_dir: Path) -> dict[Path, dict[str, Any]]:
    """The files that tell Envoy where certificate, key and client CA are, by path. Envoy watches
    those: a renewed certificate needs no restart.
    """
    tls = config.listen.tls
    if tls is None:
        return {}
    certificate, key = _path(tls.certificate), _path(tls.key)
    pair: dict[str, Any] = {
        "certificate_chain": {"filename": str(certificate)},
        "private_key": {"filename": str(key)},
    }
    if certificate.parent == key.parent:
        # Also where not the files are replaced but the directory they are linked to.
        pair["watched_directory"] = {"path": str(certificate.parent)}
    secrets = {_CERTIFICATE: {"tls_certificate": pair}}
    if tls.client_ca is not None:
        ca = _path(tls.client_ca)
        secrets[_CLIENT_CA] = {
            "validation_context": {
                "trusted_ca": {"filename": str(ca)},
                "watched_directory": {"path": str(ca.parent)},
            }
        }
    return {
        reference_path(name, data_dir): {
            "resources": [typed(f"{_TLS}.Secret", name=name, **secret)]
        }
        for name, secret in secrets.items()
    }


def reference_path(name: str, data_dir: Path) -> Path:
    return data_dir.absolute() / "envoy" / f"{name}.json"


def _path(reference: FileRef) -> Path:
    return Path(reference.removeprefix("file:")).absolute()


def _from_file(name: str, data_dir: Path) -> dict[str, Any]:
    return {
        "name": name,
        "sds_config": {
            "resource_api_version": "V3",
            "path_config_source": {"path": str(reference_path(name, data_dir))},
        },
    }
