"""The command line. Thin: parse, call, print.

Exit status: 0 done, 1 a negative answer, 2 wrong use. Each command imports what it needs when it
runs, so that `extproc --help` is fast.
"""

from __future__ import annotations

import sys

import typer

from extproc.cli import agents, approvals, serve, sessions, subjects, token

app = typer.Typer(
    name="extproc",
    help="The policy server behind Envoy for language-model traffic.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
serve.register(app)
token.register(app)
agents.register(app)
subjects.register(app)
approvals.register(app)
sessions.register(app)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # A name or a body may hold what the terminal's encoding cannot say.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    app()
