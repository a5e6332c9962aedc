"""Where a command finds its answers: in a data directory on this machine, or at a server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import typer

from extproc.cli.output import fail
from extproc.config import Config

DataDir = Annotated[
    Path | None,
    typer.Option(help="The server's data directory.", show_default="the configured one, ./var"),
]
ControlUrl = Annotated[
    str | None,
    typer.Option(
        "--control",
        metavar="URL",
        help="Ask a running server instead, with the credential in EXTPROC_TOKEN.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

TOKEN_VARIABLE = "EXTPROC_TOKEN"  # noqa: S105 - the variable's name
_TIMEOUT = 30.0
"""Seconds."""


def configured(config: Path | None, data_dir: Path | None) -> tuple[Config, Path]:
    """The configuration and the data directory. Leaves with the configuration's mistakes."""
    from extproc.cli.serve import load

    loaded = load(config)
    return loaded, data_dir or Path(loaded.data_dir)


def existing(path: Path) -> Path:
    """A file of the store that a server has made. Leaves when there is none.

    An empty answer from a mistyped directory would read as "nobody".
    """
    if not path.exists():
        fail(f"there is no {path}; name the server's --data-dir, or its --control URL")
    return path


def note(directory: Path, kind: str, **what: str) -> None:
    """Write down what was done from this machine, where the server's own records are.

    Raises Unavailable("store").
    """
    import asyncio

    from extproc.adapters.sqlite.records import RecordWriter
    from extproc.adapters.system import SortableIds, SystemClock
    from extproc.app import AUDIT_FILE
    from extproc.core.record import EventKind
    from extproc.service.events import Events

    writer = RecordWriter(directory / AUDIT_FILE, has_text_index=False)
    try:
        events = Events(writer, SystemClock(), SortableIds())
        asyncio.run(events.note(EventKind(kind), actor="local", **what))
    finally:
        writer.close()


class Server:
    """A client of `/api/v1` on the control port."""

    def __init__(self, url: str) -> None:
        """Leaves with status 2 when `url` is not one."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            fail(f"--control: {url!r} is not a URL", 2)
        self._base = url.rstrip("/") + "/api/v1"
        # A proxy cannot reach this machine's own loopback.
        self._uses_proxy = parts.hostname not in ("localhost", "127.0.0.1", "::1")

    def get(self, *path: str, **query: str | None) -> Any:
        """The document, or None when there is none (404)."""
        return self._ask("GET", path, query)

    def delete(self, *path: str) -> Any:
        """The document, or None when there was nothing to delete (404)."""
        return self._ask("DELETE", path, {})

    def post(self, *path: str, **body: Any) -> Any:
        """The document, or None when there was nothing to change (404)."""
        return self._ask("POST", path, {}, body)

    def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        query: dict[str, str | None],
        body: dict[str, Any] | None = None,
    ) -> Any:
        import httpx2

        url = "/".join([self._base, *(quote(part, safe="") for part in path)])
        credential = os.environ.get(TOKEN_VARIABLE, "")
        try:
            with httpx2.Client(trust_env=self._uses_proxy, timeout=_TIMEOUT) as client:
                response = client.request(
                    method,
                    url,
                    params={name: word for name, word in query.items() if word is not None},
                    json=body,
                    headers={"authorization": f"Bearer {credential}"} if credential else {},
                )
                document = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            fail(f"no answer from {self._base}: {type(error).__name__}: {error}")
        if response.status_code == 404:
            return None
        if not response.is_success:
            is_wrong_use = response.status_code == 400
            fail(_message(document, response.status_code), 2 if is_wrong_use else 1)
        return document


def _message(document: Any, status: int) -> str:
    error = document.get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        return f"{error.get('code')}: {error.get('message')}"
    return f"the server answered {status}"
