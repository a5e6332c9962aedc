"""The benchmark of the console measures every page, over a small library."""

from __future__ import annotations

import pytest

from bench import console


def test_every_page_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    console.main(["--exchanges", "600", "--rounds", "2"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["page", "p50", "ms", "p99", "ms", "longest"]
    figures = [line.split()[-3:] for line in lines[1:-1]]
    assert len(figures) == 21
    assert all(0 < float(figure) < 60_000 for row in figures for figure in row)
