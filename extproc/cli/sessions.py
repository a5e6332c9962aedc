"""`extproc sessions`: who asked what, and what was answered, masked as it was recorded."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from extproc.cli.output import answers, fail, print_json, print_table, print_text
from extproc.cli.places import AsJson, ControlUrl, DataDir, Server, configured, existing
from extproc.cli.serve import ConfigOption

group = typer.Typer(help="What was asked and answered.", no_args_is_help=True)

_TIMES = "HH:MM[:SS] (most recent), YYYY-MM-DD, or YYYY-MM-DDTHH:MM[:SS][±HH:MM]"


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="sessions")


Zone = Annotated[
    str | None,
    typer.Option(
        metavar="ZONE",
        help="Time zone such as Europe/Berlin.",
        show_default="this machine's",
    ),
]


@group.command("list")
def list_(
    *,
    at: Annotated[
        str | None,
        typer.Option(metavar="T", help=f"Started in this minute, second or day: {_TIMES}."),
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="T", help="Started at this time or later.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="T", help="Started before this time; a date includes that day."),
    ] = None,
    tz: Zone = None,
    subject: Annotated[str | None, typer.Option(help="Who answers for the calls.")] = None,
    agent: Annotated[str | None, typer.Option(help="An agent's id or name.")] = None,
    model: Annotated[str | None, typer.Option(help="A model's name, or a glob.")] = None,
    client: Annotated[
        str | None, typer.Option(help="Agent id, agent name, client_id or source address.")
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(help='Words of the masked texts; "words in quotes" follow each other.'),
    ] = None,
    finding: Annotated[
        str | None, typer.Option(metavar="TYPE", help="A type that was found, such as EMAIL.")
    ] = None,
    decision: Annotated[
        str | None, typer.Option(help="allow, deny, or a code such as policy_denied.")
    ] = None,
    as_json: AsJson = False,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """List the sessions with an exchange that all filters hold for."""
    words = {
        "at": at, "from": from_, "to": to, "tz": tz, "subject": subject, "agent": agent,
        "model": model, "client": client, "text": text, "finding": finding, "decision": decision,
    }  # fmt: skip
    with answers():
        found = _evidence(control, config, data_dir).sessions(
            {name: word for name, word in words.items() if word is not None}
        )
    if as_json:
        print_json(found)
        return
    rows = [(exchange, session) for session in found for exchange in session["exchanges"]]
    rows.sort(key=lambda row: str(row[0]["id"]))
    print_table(
        ["AT", "SUBJECT", "AGENT", "SOURCE", "MODEL", "STATUS", "DECISION", "FINDINGS", "TOKENS",
         "EXCHANGE"],
        [_line(exchange, session) for exchange, session in rows],
    )  # fmt: skip


@group.command()
def show(
    id: Annotated[str, typer.Argument(help="An exchange (exc_…) or a session (agt_…).")],
    *,
    tz: Zone = None,
    as_json: AsJson = False,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """Show one exchange, or all of one session."""
    with answers():
        found = _evidence(control, config, data_dir).show(id, tz)
    if found is None:
        fail(f"nothing was recorded under {id}")
    if as_json:
        print_json(found)
        return
    for exchange in found.get("exchanges", [found]):
        _print_exchange(exchange)


def _evidence(control: str | None, config: Any, data_dir: Any) -> Any:
    """A service.questions.Evidence, here or at a server."""
    if control is not None:
        return _Remote(Server(control))
    from extproc.adapters.sqlite.queries import RecordReader
    from extproc.adapters.sqlite.schema import AUDIT_FILE
    from extproc.adapters.system import SystemClock
    from extproc.service.questions import Evidence

    _, directory = configured(config, data_dir)
    return Evidence(RecordReader(existing(directory / AUDIT_FILE)), SystemClock())


class _Remote:
    def __init__(self, server: Server) -> None:
        self._server = server

    def sessions(self, question: dict[str, str]) -> Any:
        return self._server.get("sessions", **({"tz": _this_zone()} | question)) or []

    def show(self, id: str, tz: str | None) -> Any:
        kind = "sessions" if id.startswith("agt_") else "exchanges"
        return self._server.get(kind, id, tz=tz or _this_zone())


def _this_zone() -> str:
    """The caller's zone by name: 03:00 is meant here, not where the server is."""
    from datetime import datetime

    from extproc.service.moments import BadQuestion, zone_named

    link = os.path.realpath("/etc/localtime")
    for name in (os.environ.get("TZ", "").lstrip(":"), link.rpartition("/zoneinfo/")[2]):
        try:
            if name and zone_named(name):
                return name
        except BadQuestion:
            continue
    # Without a name, today's offset; right unless the clocks change in between.
    return datetime.now().astimezone().isoformat()[-6:]


def _line(exchange: dict[str, Any], session: dict[str, Any]) -> list[str]:
    findings: dict[str, int] = {}
    for counts in exchange["findings"].values():
        for name, count in counts.items():
            findings[name] = findings.get(name, 0) + count
    tokens = exchange["tokens"]
    return [
        _moment(exchange["at"]),
        session["subject"] or "-",
        session["agent_name"] or session["agent"] or "-",
        exchange["source"],
        exchange["model"] or "-",
        str(exchange["status"] or "-"),
        exchange["code"] or exchange["decision"],
        " ".join(f"{name}:{count}" for name, count in sorted(findings.items())) or "-",
        "-" if tokens["input"] is None else f"{tokens['input']}/{tokens['output']}",
        exchange["id"],
    ]


def _print_exchange(exchange: dict[str, Any]) -> None:
    duration = exchange["duration_ms"]
    print_table(
        ["EXCHANGE", exchange["id"]],
        [
            ["at", _moment(exchange["at"])],
            ["subject", exchange["subject"] or "-"],
            ["agent", f"{exchange['agent'] or '-'} {exchange['agent_name']}".rstrip()],
            ["client", f"{exchange['client_id'] or '-'} at {exchange['source'] or '-'}"],
            ["request", f"{exchange['method']} {exchange['path']}"],
            ["model", f"{exchange['model'] or '-'} at {exchange['upstream'] or '-'}"],
            ["answer", f"{exchange['status'] or '-'} {exchange['outcome'] or 'not yet'}"],
            [
                "decision",
                " ".join(filter(None, (exchange[n] for n in ("decision", "code", "reason")))),
            ],
            ["findings", _findings(exchange["findings"])],
            ["tokens", "{input} in, {output} out".format(**exchange["tokens"])],
            ["duration", "-" if duration is None else f"{duration} ms"],
        ],
    )
    print()
    print_table(
        ["DECISION", "PHASE", "ALLOWED", "CODE", "REASON", "REVISION", "MS"],
        [
            [
                one["id"], one["phase"], "yes" if one["allowed"] else "no", one["code"] or "-",
                one["reason"] or "-", one["revision"] or "-", str(one["duration_ms"]),
            ]
            for one in exchange["decisions"]
        ],
    )  # fmt: skip
    for name in ("request", "response"):
        print_text(f"\n{name.upper()}\n{exchange[name] or '-'}")
    print()


def _findings(findings: dict[str, dict[str, int]]) -> str:
    parts = [
        f"{direction}: " + " ".join(f"{name}:{count}" for name, count in sorted(counts.items()))
        for direction, counts in findings.items()
        if counts
    ]
    return "; ".join(parts) or "-"


def _moment(moment: str) -> str:
    return moment.replace("T", " ")
