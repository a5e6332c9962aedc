"""`extproc token`: start an agent with the local authority and print its credential."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from extproc.cli.output import answers, fail
from extproc.cli.places import DataDir, configured
from extproc.cli.serve import ConfigOption

CLIENT_ID = "extproc-cli"


def register(app: typer.Typer) -> None:
    app.command()(token)


def token(
    *,
    subject: Annotated[str, typer.Option(help="Who answers for the agent's calls.")],
    group: Annotated[
        list[str] | None, typer.Option(help="A group of the subject; may be repeated.")
    ] = None,
    agent: Annotated[str, typer.Option(metavar="NAME", help="The agent's name.")] = "",
    ttl: Annotated[str | None, typer.Option(help="How long it lasts, such as 90s or 5m.")] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="A model it may call; may be repeated. None: any."),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDir = None,
) -> None:
    """Start an agent and print its credential, and nothing else.

    Needs no running server, only the right to write to its data directory.
    """
    from extproc.config import ConfigError, seconds

    loaded, directory = configured(config, data_dir)
    try:
        lifetime = None if ttl is None else seconds(ttl)
    except ConfigError:
        fail(f"--ttl: {ttl!r} is not a duration such as 90s or 5m", 2)
    from extproc.adapters.local_authority import LocalAuthority
    from extproc.adapters.sqlite.agents import FILE, AgentStore
    from extproc.adapters.system import SortableIds, SystemClock
    from extproc.service.agents import Agents
    from extproc.service.leases import Terms

    with answers():
        agents = Agents(
            AgentStore(directory / FILE),
            LocalAuthority(directory),
            SystemClock(),
            SortableIds(),
            # Where credentials must be bound, this one opens the token endpoint, which binds.
            msgspec.structs.replace(Terms.of(loaded), binding="bearer"),
        )
        _, credential = agents.start(
            subject,
            groups=group or [],
            name=agent,
            ttl=lifetime,
            models=model or [],
            client_id=CLIENT_ID,
        )
    binding = loaded.credentials.binding
    if binding != "bearer":
        print(
            f"note: calls need a bound credential ({binding}); this one opens the control port and "
            "the token endpoint, which gives bound ones",
            file=sys.stderr,
        )
    print(credential)
