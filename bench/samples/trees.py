"""Source code as it is on this machine: nobody made it for us, and it has few values to hide."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path

from bench.samples.draft import Row

_SUFFIXES = {".py", ".go", ".js", ".mjs", ".ts", ".c", ".h", ".java", ".rs", ".rb", ".sh"}
_NOT_CODE = {"test", "tests", "testdata", "idle_test", "site-packages", "__pycache__", "vendor"}


def standard_library() -> Path:
    """Python's own."""
    return Path(sysconfig.get_path("stdlib"))


def rows(tree: Path | None = None) -> Iterator[Row]:
    """One a file, in the order of their names. Tests are left out: they hold made-up values."""
    root = tree or standard_library()
    for file in sorted(root.rglob("*")):
        inside = file.relative_to(root)
        if file.suffix not in _SUFFIXES or _NOT_CODE.intersection(inside.parts):
            continue
        if file.stem.startswith("test_") or file.stem.endswith("_test") or not file.is_file():
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if text:
            yield Row(inside.as_posix(), text)
