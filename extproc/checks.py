"""`extproc check`: what can be found wrong before anything is started."""

from __future__ import annotations

import ssl
import subprocess
import tempfile
from pathlib import Path

import msgspec

from extproc.adapters.masking_key import key_mistakes
from extproc.adapters.rego import check_policies
from extproc.adapters.webhooks import read_receivers
from extproc.app import not_built_yet, socket_paths
from extproc.config import Config, ConfigError, Upstream
from extproc.engines import Maskers, entrypoints, policy_directory
from extproc.supervisor import envoy_binary
from extproc.wire.bootstrap import bootstrap, key_references, to_json

_VALIDATE_SECONDS = 30


def mistakes(config: Config) -> list[str]:
    """Every mistake, each with its path; empty when all is fine."""
    errors = not_built_yet(config)
    for index, upstream in enumerate(config.upstreams):
        errors += _key_mistakes(f"$.upstreams[{index}].credential.secret", upstream)
    errors += _tls_mistakes(config)
    errors += key_mistakes(config.masking.key)
    try:
        read_receivers(config)
    except ConfigError as error:
        errors += error.errors
    try:
        Maskers(config)
    except ConfigError as error:
        errors += error.errors
    if config.policy.engine == "embedded":
        errors += check_policies(policy_directory(config), entrypoints(config))
    return errors or _bootstrap_mistakes(config)


def _key_mistakes(where: str, upstream: Upstream) -> list[str]:
    if upstream.credential is None:
        return []
    kind, _, place = upstream.credential.secret.partition(":")
    if kind == "file" and not Path(place).is_file():
        return [f"{where}: there is no file {place}"]
    return []


def _tls_mistakes(config: Config) -> list[str]:
    """Envoy reads these files only when it runs; with wrong ones it would serve nobody."""
    tls = config.listen.tls
    if tls is None:
        return []
    files = {
        name: place.removeprefix("file:")
        for name, place in msgspec.structs.asdict(tls).items()
        if place is not None
    }
    errors = [
        f"$.listen.tls.{name}: there is no file {path}"
        for name, path in files.items()
        if not Path(path).is_file()
    ]
    if errors:
        return errors
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without a password: nobody is there to be asked for one.
        context.load_cert_chain(files["certificate"], files["key"], password="")
    except (ssl.SSLError, OSError):
        errors.append("$.listen.tls: certificate and key cannot be read or are not of each other")
    try:
        if "client_ca" in files:
            context.load_verify_locations(files["client_ca"])
    except (ssl.SSLError, OSError):
        errors.append("$.listen.tls.client_ca: holds no certificate")
    return errors


def _bootstrap_mistakes(config: Config) -> list[str]:
    """Ask Envoy itself."""
    with tempfile.TemporaryDirectory(prefix="extproc-") as directory:
        here = msgspec.structs.replace(config, data_dir=directory)
        for path, document in key_references(here, Path(directory)).items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(to_json(document), encoding="utf-8")
        file = Path(directory) / "envoy.json"
        document = bootstrap(here, socket_paths(here))
        file.write_text(to_json(document), encoding="utf-8")
        try:
            run = subprocess.run(
                [envoy_binary(), "--mode", "validate", "-c", str(file), "-l", "error"],
                capture_output=True,
                text=True,
                timeout=_VALIDATE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return [f"Envoy cannot check the bootstrap: {error}"]
    if run.returncode == 0:
        return []
    lines = [line for line in run.stderr.splitlines() if line.strip()]
    return [f"Envoy refuses the bootstrap: {line}" for line in lines[-3:]]
