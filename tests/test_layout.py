"""The shape of the repository: rooms, sizes, and what must not be in any file."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "extproc").rglob("*.py"))
PYTHON = sorted([*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")])
LOCKS = sorted(ROOT.glob("*.lock"))

LONGEST = 500
"""Lines of a module that one still reads at one sitting."""
LONGER = {"extproc/core/exchange.py": "one state machine, whose table and handlers belong together"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files() -> Iterator[tuple[str, str]]:
    """(name, text) of every text file that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in (".binpb", ".png"):
            yield name, path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    return dict(files())


def holding(texts: dict[str, str], pattern: str, *, without: tuple[str, ...] = ()) -> list[str]:
    """`file:line` of each match."""
    found = re.compile(pattern)
    return [
        f"{name}:{number}"
        for name, text in texts.items()
        if name not in without
        for number, line in enumerate(text.splitlines(), 1)
        if found.search(line)
    ]


def test_imports_run_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("directory", ["envoy", "rego"])
def test_no_directory_hides_an_installed_package(directory: str) -> None:
    assert (ROOT / directory).is_dir()
    assert not list((ROOT / directory).rglob("*.py"))


def test_no_file_names_a_package_registry(texts: dict[str, str]) -> None:
    # Put together from parts, so that this file names none either.
    hosts = [
        ("py" + "pi", "org"),
        ("python" + "hosted", "org"),
        ("registry." + "npmjs", "org"),
        ("proxy." + "golang", "org"),
        ("crates", "io"),
        ("conda", "anaconda", "org"),
    ]
    options = ["index" + "-url", "find" + "-links", "index" + "_url", "/" + "simple/"]
    named = "|".join(re.escape(".".join(host)) for host in hosts)
    # uv's options that keep such lines out of the lock files are allowed to be named.
    named += "|" + "|".join(rf"(?<!no-emit-){re.escape(option)}" for option in options)
    assert holding(texts, named) == []


def test_no_file_names_a_place_on_somebodys_machine(texts: dict[str, str]) -> None:
    homes = "|".join(
        "/" + place + "/" for place in ("home", "root", "Users", "work", "tmp" + "/tmp")
    )
    assert holding(texts, rf"(?<![\w.$*)}}]){homes}") == []


def test_lock_files_hold_names_versions_and_hashes_only() -> None:
    assert {lock.name for lock in LOCKS} == {"requirements.lock", "requirements-dev.lock"}
    line = re.compile(
        r"[a-z0-9][a-z0-9._-]*==[^\s;]+( ; [^\\]+)? \\"  # name==version ; marker \
        r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
    )
    for lock in LOCKS:
        wrong = [each for each in lock.read_text().splitlines() if not line.fullmatch(each)]
        assert wrong == []


def test_nothing_is_locked_that_is_locked_otherwise_for_contributors() -> None:
    def pins(lock: Path) -> set[str]:
        return {each.split(" ")[0] for each in lock.read_text().splitlines() if "==" in each}

    assert pins(ROOT / "requirements.lock") <= pins(ROOT / "requirements-dev.lock")


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def test_nothing_is_mocked() -> None:
    assert [
        f"{name_of(path)}:{line}"
        for path in PYTHON
        for name, line in _imports(path)
        if name.split(".")[0] in ("mock", "pytest_mock") or name.startswith("unittest.mock")
    ] == []


def test_nothing_sleeps() -> None:
    """Waiting is for an event or an answer, never for a time to pass."""
    assert [
        f"{name_of(path)}:{node.lineno}"
        for path in PYTHON
        if path.is_relative_to(ROOT / "extproc") or path.is_relative_to(ROOT / "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "sleep")
    ] == []


SOCKETS = {
    "extproc/demo/__main__.py": "binds its own port before it says which it is",
}


def test_only_transports_open_sockets() -> None:
    assert {
        name_of(path)
        for path in MODULES
        for name, _ in _imports(path)
        if name.split(".")[0] == "socket"
    } <= SOCKETS.keys()


def test_a_module_says_what_it_is_for() -> None:
    assert [
        name_of(path) for path in MODULES if tree(path).body and not ast.get_docstring(tree(path))
    ] == []


def test_a_module_is_read_at_one_sitting() -> None:
    lengths = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {name for name, lines in lengths.items() if lines > LONGEST} == LONGER.keys()


def test_the_licence_is_the_one_that_is_named() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()
