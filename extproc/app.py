"""What the processes of a server share: where its files are, its logs, and how it is stopped."""

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

from extproc.config import Audit, Config
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
