"""A credential that is kept fresh in a file, while its mint falters."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from extproc.cli import mint
from extproc.cli.mint import Minted, Unreachable, keep_fresh
from extproc.core.decision import Code, Refused, Unavailable


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


class Faltering:
    """Answers renewals with what is given; then asks for the end."""

    def __init__(self, file: Path, *answers: Exception | None) -> None:
        self._file = file
        self._answers = list(answers)
        self.in_file: list[str] = []
        self.released: list[str] = []

    def start(self, *, is_renewable: bool) -> Minted:
        return Minted("first", "r0", 30.0, 0.02)

    def renew(self, refresh_token: str) -> Minted:
        self.in_file.append(self._file.read_text())
        answer = self._answers.pop(0)
        if not self._answers:
            os.kill(os.getpid(), signal.SIGTERM)
        if answer is not None:
            raise answer
        return Minted("next", "r1", 30.0, 0.02)

    def release(self, credential: str) -> None:
        self.released.append(credential)
        raise Unreachable("nobody is there any more")


def test_who_does_not_answer_is_asked_again_and_need_not_hear_of_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mint, "_RETRY_SECONDS", 0.01)
    file = tmp_path / "key"
    faltering = Faltering(file, Unreachable("x"), Unavailable("store", "busy"), None, None)
    keep_fresh(faltering, file)
    assert faltering.in_file == ["first", "first", "first", "next"]
    assert faltering.released == ["next"]
    assert not file.exists()


def test_who_is_refused_leaves(tmp_path: Path) -> None:
    file = tmp_path / "key"
    faltering = Faltering(file, Refused(Code.REVOKED, "it was ended"), None)
    with pytest.raises(typer.Exit):
        keep_fresh(faltering, file)
    assert not file.exists()
