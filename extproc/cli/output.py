"""What commands print: one JSON document for programs, tables for people.

Much of what is shown was written by callers and models. It reaches a terminal only as visible
characters: an escape sequence in a prompt must not move anyone's cursor.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer


def fail(message: str, status: int = 1) -> NoReturn:
    """Say why on standard error and leave. 1: a negative answer; 2: wrong use."""
    print(f"error: {printable(message)}", file=sys.stderr)
    raise typer.Exit(status)


@contextmanager
def answers() -> Iterator[None]:
    """Turns what the services raise into a message and an exit status."""
    from extproc.core.decision import Code, Refused, Unavailable
    from extproc.service.moments import BadQuestion

    try:
        yield
    except Refused as error:
        refusal = error.refusal
        is_wrong_use = refusal.code is Code.INVALID_REQUEST
        fail(f"{refusal.code}: {refusal.message}", 2 if is_wrong_use else 1)
    except Unavailable as error:
        fail(f"{Code.UNAVAILABLE}: {error}")
    except BadQuestion as error:
        fail(str(error), 2)


def print_json(document: Any) -> None:
    """One document. ASCII only: control characters beyond U+007F are escaped as well."""
    print(json.dumps(document, indent=2, ensure_ascii=True))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Cells are shown as they are, never read as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        # A pipe has no width; wrapped ids could not be copied or searched for.
        console.width = 10_000
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell, line=True)) for cell in row))
    console.print(table)


def print_text(text: str) -> None:
    """Text of unknown origin, its lines kept."""
    print(printable(text))


def printable(text: str, *, line: bool = False) -> str:
    """`text` with every character that a terminal may obey written as an escape.

    New lines and tabs stay, unless it is for one `line`.
    """
    if text.isprintable():
        return text
    kept = "" if line else "\n\t"
    return "".join(
        character
        if character.isprintable() or character in kept or unicodedata.category(character) == "Zs"
        else character.encode("unicode_escape").decode()
        for character in text
    )
