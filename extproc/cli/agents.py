"""`extproc agents`: who is running, and ending one."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

import typer

from extproc.cli.output import answers, fail, print_json, print_table
from extproc.cli.places import AsJson, ControlUrl, DataDir, Server, configured, existing, note
from extproc.cli.serve import ConfigOption

group = typer.Typer(help="Agents that run: list them, end one.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="agents")


class _Roster(Protocol):
    """The running agents, here or at a server, as service.leases.document writes them."""

    def list(self, subject: str | None) -> Any: ...
    def end(self, agent_id: str) -> bool: ...


@group.command("list")
def list_(
    subject: Annotated[str | None, typer.Option(help="Only this subject's.")] = None,
    as_json: AsJson = False,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """List the agents that run."""
    with answers():
        agents = _roster(control, config, data_dir).list(subject)
    if as_json:
        print_json(agents)
        return
    print_table(
        ["AGENT", "NAME", "SUBJECT", "BY", "CLIENT", "STARTED", "LAST SEEN", "EXPIRES", "SOURCES"],
        [
            [
                agent["id"],
                agent["name"],
                agent["subject"],
                agent["parent"] or agent["actor"] or agent["source"],
                agent["client_id"],
                *(_local(agent[name]) for name in ("started_at", "last_seen", "expires_at")),
                _sources(agent),
            ]
            for agent in agents
        ],
    )


@group.command()
def kill(
    agent: Annotated[str, typer.Argument(help="The agent's id, or its name if only one has it.")],
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: ControlUrl = None,
) -> None:
    """End an agent and those that it started. Its next call is refused."""
    with answers():
        roster = _roster(control, config, data_dir)
        running = roster.list(None)
        named = [one["id"] for one in running if one["id"] == agent] or [
            one["id"] for one in running if one["name"] == agent
        ]
        if len(named) > 1:
            fail(f"{len(named)} agents are named {agent}: {', '.join(named)}; name one id")
        if not named or not roster.end(named[0]):
            fail(f"no agent {agent} is running")
    print(f"{named[0]} ended")


def _roster(control: str | None, config: Any, data_dir: Any) -> _Roster:
    if control is not None:
        return _Remote(Server(control))
    _, directory = configured(config, data_dir)
    return _Local(directory)


class _Local:
    def __init__(self, directory: Any) -> None:
        from extproc.adapters.sqlite.agents import FILE, AgentStore
        from extproc.adapters.sqlite.sources import FILE as SOURCES_FILE
        from extproc.adapters.sqlite.sources import SourceStore
        from extproc.adapters.system import SystemClock

        self._directory = directory
        self._store = AgentStore(existing(directory / FILE))
        known = directory / SOURCES_FILE
        self._sources = SourceStore(known) if known.exists() else None
        self._clock = SystemClock()

    def list(self, subject: str | None) -> Any:
        from extproc.service.leases import document, is_due

        # Without a server no one sweeps; what is due is over all the same.
        now = self._clock.now()
        return [
            document(agent, self._sources)
            for agent in self._store.list(subject)
            if not is_due(agent, now)
        ]

    def end(self, agent_id: str) -> bool:
        if not self._store.end(agent_id, "killed", self._clock.now()):
            return False
        note(self._directory, "agent ended", agent_id=agent_id, reason="killed")
        return True


class _Remote:
    def __init__(self, server: Server) -> None:
        self._server = server

    def list(self, subject: str | None) -> Any:
        return self._server.get("agents", subject=subject) or []

    def end(self, agent_id: str) -> bool:
        return self._server.delete("agents", agent_id) is not None


def _sources(agent: Any) -> str:
    """The addresses that it calls from; a server of an older version does not tell."""
    found = ", ".join(one["source"] for one in agent.get("sources", ()))
    return f"{found} (shared)" if agent.get("is_shared") else found


def _local(moment: str) -> str:
    """An ISO 8601 moment on this machine's wall clock, to the second."""
    from datetime import datetime

    return datetime.fromisoformat(moment).astimezone().isoformat(sep=" ", timespec="seconds")
