"""`extproc subjects`: take from somebody, at once, the right to run agents, and give it back."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

import typer

from extproc.cli.output import answers, fail, print_json, print_table
from extproc.cli.places import AsJson, ControlUrl, DataDir, Server, configured, existing, note
from extproc.cli.serve import ConfigOption

group = typer.Typer(help="Subjects: list them, revoke one, restore one.", no_args_is_help=True)

Subject = Annotated[str, typer.Argument(help="The subject, as `agents list` names it.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="subjects")


class _Register(Protocol):
    def list(self) -> Any: ...
    def revoke(self, subject: str, reason: str) -> int: ...
    def restore(self, subject: str) -> bool: ...


@group.command("list")
def list_(
    as_json: AsJson = False,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """List subjects with running agents, and those that were revoked."""
    with answers():
        subjects = _register(control, config, data_dir).list()
    if as_json:
        print_json(subjects)
        return
    print_table(
        ["SUBJECT", "AGENTS", "REVOKED", "BY", "REASON"],
        [
            [one["subject"], str(one["agents"]), *((one["revoked"] or {}).get(key, "") for key in
             ("at", "by", "reason"))]
            for one in subjects
        ],
    )  # fmt: skip


@group.command()
def revoke(
    subject: Subject,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """End all agents of a subject, in the middle of their streams, and refuse new ones."""
    with answers():
        ended = _register(control, config, data_dir).revoke(subject, reason)
    print(f"{subject} revoked; {ended} agents ended")


@group.command()
def restore(
    subject: Subject,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """Let a subject start agents again. Those that were ended stay ended."""
    with answers():
        if not _register(control, config, data_dir).restore(subject):
            fail(f"{subject} is not revoked")
    print(f"{subject} restored")


def _register(control: str | None, config: Any, data_dir: Any) -> _Register:
    if control is not None:
        return _Remote(Server(control))
    _, directory = configured(config, data_dir)
    return _Local(directory)


class _Local:
    def __init__(self, directory: Any) -> None:
        from extproc.adapters.local_authority import LocalAuthority
        from extproc.adapters.sqlite.agents import FILE, AgentStore
        from extproc.adapters.system import SystemClock
        from extproc.service.standing import Standing

        self._directory = directory
        self._standing = Standing(
            AgentStore(existing(directory / FILE)), LocalAuthority(directory), SystemClock()
        )

    def list(self) -> Any:
        return self._standing.subjects()

    def revoke(self, subject: str, reason: str) -> int:
        from extproc.adapters.sqlite.sessions import FILE, SessionStore

        ended = len(self._standing.revoke(subject, "local", reason))
        if (sessions := self._directory / FILE).exists():
            store = SessionStore(sessions)
            store.drop_subject("", subject, "")
            store.close()
        note(self._directory, "subject revoked", subject=subject, reason=reason)
        return ended

    def restore(self, subject: str) -> bool:
        if not self._standing.restore(subject):
            return False
        note(self._directory, "subject restored", subject=subject)
        return True


class _Remote:
    def __init__(self, server: Server) -> None:
        self._server = server

    def list(self) -> Any:
        return self._server.get("subjects") or []

    def revoke(self, subject: str, reason: str) -> int:
        said = self._server.post("subjects", "revoke", subject=subject, reason=reason)
        return int(said["ended"])

    def restore(self, subject: str) -> bool:
        return self._server.post("subjects", "restore", subject=subject) is not None
