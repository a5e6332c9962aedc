"""`extproc token`: start an agent and print its credential, or keep one fresh in a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from extproc.cli.output import answers, fail
from extproc.cli.places import DataDir, configured
from extproc.cli.serve import ConfigOption

CLIENT_ID = "extproc-cli"


def register(app: typer.Typer) -> None:
    app.command()(token)


def token(
    *,
    subject: Annotated[
        str, typer.Option(help="Who answers for the agent's calls.", show_default=False)
    ] = "",
    group: Annotated[
        list[str] | None, typer.Option(help="A group of the subject; may be repeated.")
    ] = None,
    agent: Annotated[str, typer.Option(metavar="NAME", help="The agent's name.")] = "",
    ttl: Annotated[str | None, typer.Option(help="How long it lasts, such as 90s or 5m.")] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="A model it may call; may be repeated. None: any."),
    ] = None,
    identity: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Instead of --subject: a file with an identity's token, exchanged at --control.",
        ),
    ] = None,
    identity_type: Annotated[
        str, typer.Option(help="What is in it: id_token, access_token, jwt or saml2.")
    ] = "jwt",
    refresh: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the credential there instead, and keep it fresh until interrupted.",
        ),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDir = None,
    control: Annotated[
        str | None,
        typer.Option("--control", metavar="URL", help="The server to exchange an identity at."),
    ] = None,
) -> None:
    """Start an agent and print its credential, and nothing else.

    With --subject it needs no running server, only the right to write to its data directory; with
    --identity it needs a server, and an identity that the server trusts.
    """
    from extproc.cli.mint import IdentityMint, LocalMint, Mint, keep_fresh

    if bool(subject) == bool(identity):
        fail("name --subject, or --identity with --control", 2)
    mint: Mint
    if identity is not None:
        if control is None:
            fail("--identity needs --control", 2)
        if group or ttl:
            fail("an identity brings its groups, and the server decides on the ttl", 2)
        mint = IdentityMint(control, identity, identity_type, agent, model or [])
    else:
        if control is not None:
            fail("--control needs --identity; a subject is named at the data directory only", 2)
        from extproc.config import ConfigError, seconds

        loaded, directory = configured(config, data_dir)
        try:
            lifetime = None if ttl is None else seconds(ttl)
        except ConfigError:
            fail(f"--ttl: {ttl!r} is not a duration such as 90s or 5m", 2)
        mint = LocalMint(
            loaded,
            directory,
            subject,
            {"groups": group or [], "name": agent, "ttl": lifetime, "models": model or [],
             "client_id": CLIENT_ID},
        )  # fmt: skip
        if (binding := loaded.credentials.binding) != "bearer":
            print(
                f"note: calls need a bound credential ({binding}); this one opens the control port "
                "and the token endpoint, which gives bound ones",
                file=sys.stderr,
            )
    with answers():
        if refresh is None:
            print(mint.start(is_renewable=False).credential)
        else:
            keep_fresh(mint, refresh)
