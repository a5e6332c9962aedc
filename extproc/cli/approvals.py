"""`extproc approvals`: the calls that wait for a person, and deciding on one."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Protocol

import typer

from extproc.cli.output import answers, fail, print_json, print_table, print_text
from extproc.cli.places import AsJson, ControlUrl, DataDir, Server, configured, existing
from extproc.cli.serve import ConfigOption

group = typer.Typer(help="Calls that wait for a person.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The approval's id (apr_…).")]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", help="A group of yours, at the data directory; may be repeated."),
]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="approvals")


class _Desk(Protocol):
    """At the data directory or at a server; cases as service.approvals.document writes them."""

    def list(self, state: str | None) -> Any: ...
    def show(self, id: str) -> Any: ...
    def decide(self, id: str, verb: str, said: dict[str, Any]) -> Any: ...


@group.command("list")
def list_(
    state: Annotated[
        str | None, typer.Option(help="pending, approved, denied or expired; all by default.")
    ] = None,
    as_json: AsJson = False,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """List held calls; those that wait come first."""
    if state not in (None, "pending", "approved", "denied", "expired"):
        fail("--state is pending, approved, denied or expired", 2)
    with answers():
        cases = _desk(control, config, data_dir).list(state)
    if as_json:
        print_json(cases)
        return
    print_table(
        ["APPROVAL", "STATE", "SUBJECT", "AGENT", "MODEL", "WHY", "ASKED"],
        [
            [
                case["id"],
                case["state"],
                case["subject"],
                case["agent_name"] or case["agent_id"],
                case["model"],
                case["reason"],
                case["asked_at"],
            ]
            for case in cases
        ],
    )


@group.command()
def show(
    id: Id,
    as_json: AsJson = False,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """Show one: who asks, why it is held, the masked prompt, and who decided what."""
    with answers():
        case = _desk(control, config, data_dir).show(id)
    if case is None:
        fail(f"there is no approval {id}")
    if as_json:
        print_json(case)
        return
    for name, value in case.items():
        if name not in ("body", "votes", "rule"):
            print_text(f"{name + ':':15} {value}")
    for vote in case["votes"]:
        print_text(f"{'vote:':15} {vote['voter']} {vote['verdict']} {vote['reason']}")
    print_text(f"\n{case['body']}")


@group.command()
def approve(
    id: Id,
    reason: Annotated[str, typer.Option(help="Why; some rules ask for it.")] = "",
    model: Annotated[str | None, typer.Option(help="Only with this model instead.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Only so many tokens.")] = None,
    profile: Annotated[str | None, typer.Option(help="Only masked by this profile.")] = None,
    uses: Annotated[int, typer.Option(help="How often the same request may pass.")] = 1,
    ttl: Annotated[
        str | None, typer.Option(help="How long the grant is good, such as 30m.")
    ] = None,
    break_glass: Annotated[
        bool, typer.Option("--break-glass", help="Alone, in an emergency; needs a reason.")
    ] = False,
    as_group: Groups = None,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """Let exactly this request pass, once."""
    from extproc.config import ConfigError, seconds

    try:
        lasts = None if ttl is None else round(seconds(ttl))
    except ConfigError:
        fail(f"--ttl: {ttl!r} is not a duration such as 30m", 2)
    conditions = {"model": model, "max_tokens": max_tokens, "profile": profile}
    said = {
        "reason": reason,
        "conditions": {name: value for name, value in conditions.items() if value is not None},
        "uses": uses,
        "seconds": lasts,
        "break_glass": break_glass,
    }
    _decide(id, "approve", said, as_group, config, data_dir, control)


@group.command()
def deny(
    id: Id,
    reason: Annotated[str, typer.Option(help="Why; the caller does not see it.")],
    as_group: Groups = None,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """Refuse it."""
    _decide(id, "deny", {"reason": reason}, as_group, config, data_dir, control)


def _decide(
    id: str,
    verb: str,
    said: dict[str, Any],
    groups: list[str] | None,
    config: Any,
    data_dir: Any,
    control: str | None,
) -> None:
    if groups and control is not None:
        fail("--group is for the data directory; at a server you have the groups that you have", 2)
    with answers():
        case = _desk(control, config, data_dir, groups).decide(id, verb, said)
    if case is None:
        fail(f"there is no approval {id}")
    print(f"{id} {case['state']}")


def _desk(control: str | None, config: Any, data_dir: Any, groups: Any = None) -> _Desk:
    if control is not None:
        return _Remote(Server(control))
    loaded, directory = configured(config, data_dir)
    return _Local(loaded, directory, groups or [])


class _Local:
    def __init__(self, config: Any, directory: Any, groups: list[str]) -> None:
        from extproc.adapters.sqlite.approvals import FILE, ApprovalStore
        from extproc.adapters.sqlite.records import RecordWriter
        from extproc.adapters.system import SortableIds, SystemClock
        from extproc.app import AUDIT_FILE
        from extproc.service.approvals import Desk, Terms
        from extproc.service.events import Events

        existing(directory / FILE)
        self._writer = RecordWriter(directory / AUDIT_FILE, has_text_index=False)
        self._desk = Desk(
            ApprovalStore(directory / FILE),
            Terms.of(config),
            SystemClock(),
            Events(self._writer, SystemClock(), SortableIds()),
        )
        self._groups = (*groups, "admin", *config.console.roles.admin)

    def list(self, state: str | None) -> Any:
        from extproc.core.approval import ApprovalState
        from extproc.service.approvals import document

        chosen = None if state is None else ApprovalState(state)
        return [document(case) for case in self._run(self._desk.list(chosen, 500))]

    def show(self, id: str) -> Any:
        return self._document(self._run(self._desk.get(id)))

    def decide(self, id: str, verb: str, said: dict[str, Any]) -> Any:
        import getpass

        import msgspec

        from extproc.core.approval import Conditions
        from extproc.service.approvals import Choice, Voter
        from extproc.service.people import Role

        # Whoever may write to the data directory may do everything; they are named for it.
        voter = Voter(
            subject=getpass.getuser(), issuer="local", groups=self._groups, role=Role.ADMIN
        )
        choice = Choice(
            approves=verb == "approve",
            reason=said["reason"],
            conditions=msgspec.convert(said.get("conditions", {}), Conditions),
            uses=said.get("uses", 1),
            grant_seconds=said.get("seconds"),
            breaks_glass=said.get("break_glass", False),
        )
        return self._document(self._run(self._desk.decide(id, voter, choice)))

    def _document(self, case: Any) -> Any:
        from extproc.service.approvals import document

        return None if case is None else document(case)

    def _run(self, work: Any) -> Any:
        try:
            return asyncio.run(work)
        finally:
            self._writer.close()


class _Remote:
    def __init__(self, server: Server) -> None:
        self._server = server

    def list(self, state: str | None) -> Any:
        return self._server.get("approvals", state=state) or []

    def show(self, id: str) -> Any:
        return self._server.get("approvals", id)

    def decide(self, id: str, verb: str, said: dict[str, Any]) -> Any:
        return self._server.post("approvals", id, verb, **said)
