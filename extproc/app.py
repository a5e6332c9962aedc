"""The composition root: a Config in, a running server out; the only place that picks adapters."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

import structlog

from extproc.adapters.rego import EmbeddedEngine
from extproc.config import Audit, Config, ConfigError, seconds
from extproc.core.decision import Phase, Unavailable, read_policy_result
from extproc.core.masking import Masker, Strategy
from extproc.core.masking.detectors import STRENGTH
from extproc.core.masking.strategy import mistakes
from extproc.core.plugin_result import read_plugin_result
from extproc.core.ports import Cache, PolicyEngine
from extproc.service.judge import ReadResult
from extproc.wire.data_port import CONTROL_SOCKET

SWEEP_SECONDS = 1.0
STATE_FILE = "state.db"
AUDIT_FILE = "audit.db"
"""What a worker says on standard output when it serves."""

_LONGEST_SOCKET_PATH = 100
"""Bytes; the system's own limit is 107."""


def socket_path(config: Config, worker: int = 0) -> Path:
    """Where a worker listens: in the data directory, or in a short place of its own when the
    system could not take that path."""
    path = Path(config.data_dir).absolute() / "run" / f"extproc-{worker}.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(path.parent)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"extproc-{os.getuid()}-{digest}" / path.name


def socket_paths(config: Config) -> list[str]:
    """Every worker's socket: Envoy's cluster."""
    return [str(socket_path(config, index)) for index in range(config.workers)]


def control_socket(config: Config) -> Path:
    """Where Envoy's data port finds the few paths of the control port that it serves."""
    return socket_path(config).with_name(CONTROL_SOCKET)


def control_address_file(config: Config) -> Path:
    """Where a running server says on which address its control port is."""
    return Path(config.data_dir).absolute() / "run" / "control.address"


def policy_directory(config: Config) -> Path:
    """The configured directory; for the default one, the policies that came with extproc."""
    path = Path(config.policy.path)
    if not path.exists() and config.policy == type(config.policy)(path="rego"):
        return Path(__file__).parent.parent / "rego"
    return path


def entrypoints(config: Config) -> dict[Phase, str]:
    chosen = config.policy.entrypoints
    return {
        Phase.AUTHZ: chosen.authz,
        Phase.REQUEST: chosen.request,
        Phase.RESPONSE: chosen.response,
    }


def not_built_yet(config: Config) -> list[str]:
    """What the configuration asks for and this version cannot do; silence would be a lie."""
    missing = []
    if config.audit.durability != "strict":
        missing.append("$.audit.durability: only strict is available in this version")
    if config.audit.retention != Audit().retention:
        missing.append("$.audit.retention: nothing is deleted in this version")
    if config.store.url != "sqlite":
        missing.append("$.store.url: only sqlite is available in this version")
    return missing


class Maskers:
    """Maskers by profile, built once; a custom term or pattern that cannot work stops the start."""

    def __init__(self, config: Config, key: bytes = b"", cache: Cache | None = None) -> None:
        """`key` is the secret of pseudonyms. Raises ConfigError."""
        self._config = config
        self._key = key
        self._cache = cache
        self._strategies = _strategies(config)
        self._built: dict[str, Masker] = {}
        try:
            self(None)
        except Unavailable as error:
            raise ConfigError([f"$.masking: {error.detail or error}"]) from None

    def __call__(self, profile: str | None) -> Masker:
        masking = self._config.masking
        name = profile or masking.profile
        if name not in self._built:
            patterns = [(pattern.type, pattern.regex) for pattern in masking.patterns]
            try:
                self._built[name] = Masker(
                    name, masking.terms, patterns, self._strategies, self._key, self._cache
                )
            except ValueError as error:
                raise Unavailable("masker", str(error)) from None
        return self._built[name]


def _strategies(config: Config) -> dict[str, Strategy]:
    """Raises ConfigError with every mistake."""
    masking = config.masking
    chosen = {kind: Strategy(name) for kind, name in masking.strategies.items()}
    known = {*STRENGTH, "TERM", *(pattern.type for pattern in masking.patterns)}
    wrong = {
        kind: "there is no such type of finding; those of masking.patterns have to be there"
        for kind in chosen
        if kind not in known
    }
    if wrong := mistakes(chosen) | wrong:
        raise ConfigError([f"$.masking.strategies.{kind}: {why}" for kind, why in wrong.items()])
    return chosen


async def open_engine(config: Config) -> PolicyEngine:
    """Raises PolicyError, which names each mistake, or Unavailable("policy")."""
    timeout = seconds(config.policy.timeout)
    if config.policy.engine == "embedded":
        return EmbeddedEngine(policy_directory(config), entrypoints(config), timeout)
    from extproc.adapters.rego.opa import OpaEngine

    engine = OpaEngine(config.policy.opa.url, entrypoints(config), timeout)
    await engine.open()
    return engine


def readers(config: Config) -> dict[Phase, ReadResult]:
    """A policy of our own packages answers in our shape, any other in the opa-envoy-plugin's."""
    return {
        phase: read_policy_result if path.startswith("extproc/") else read_plugin_result
        for phase, path in entrypoints(config).items()
    }


def set_up_logs(*, as_json: bool) -> None:
    """Structured logs on standard error. Nothing that logs ever holds a body or a credential."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only from the first byte."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def make_directories(config: Config) -> None:
    for directory in (Path(config.data_dir), control_address_file(config).parent):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)


def stop_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
