"""`python native.py DIRECTORY`: puts a copy of extproc there, its core compiled to machine code.

mypyc translates the modules of `extproc/core` to C, a C compiler does the rest, in one to two
minutes. The sources stay as they are and mean the same; with DIRECTORY in PYTHONPATH the compiled
ones are used, and the server says `compiled` as it starts. What is not compiled, and why:

- modules with a `msgspec.Struct`: mypyc loses the options of such a class, `frozen` for one;
- those in LEFT_OUT.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from mypyc.build import mypycify
from setuptools import Distribution
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
LEFT_OUT = {
    "extproc/core/masking/database.py": "hyperscan's own types are not what it says they are",
    "extproc/core/masking/custom.py": "runs once, at the start",
    "extproc/core/masking/detectors/names": "nothing but words",
    "extproc/core/plugin_result.py": "runs once for each foreign policy",
    "extproc/core/ports.py": "nothing but protocols",
}


def modules() -> list[str]:
    """The paths, below ROOT, of what is compiled."""
    return [
        path
        for file in sorted((ROOT / "extproc" / "core").rglob("*.py"))
        if not any((path := str(file.relative_to(ROOT))).startswith(left) for left in LEFT_OUT)
        and file.name != "__init__.py"
        and "msgspec.Struct" not in file.read_text()
    ]


def build(directory: Path) -> None:
    """Raises SystemExit or a setuptools error when something does not compile."""
    shutil.rmtree(directory, ignore_errors=True)
    scratch = directory / "scratch"
    scratch.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.so")
    shutil.copytree(ROOT / "extproc", directory / "extproc", ignore=ignored)
    # mypyc takes the modules' names from their paths.
    os.chdir(directory)
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(scratch / "mypy")]
    extensions = mypycify(
        [*config, *modules()],
        target_dir=str(scratch / "c"),
        opt_level="2",
        debug_level="0",
        group_name="extproc",
    )
    # Not `setup`: it would read pyproject.toml, which is hatchling's.
    command = build_ext(Distribution({"name": "extproc", "ext_modules": extensions}))
    command.inplace = True
    command.build_lib = str(scratch / "library")
    command.build_temp = str(scratch / "objects")
    command.ensure_finalized()
    command.run()
    shutil.rmtree(scratch)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    chosen = parser.parse_args().directory.resolve()
    print(f"compiling {len(modules())} modules into {chosen}", file=sys.stderr)
    build(chosen)
