"""A directory of policies as one value: its modules, its data, and the revision of both.

Read as `opa run DIR` reads it, so that both engines decide from the same documents: every
*.rego is a module, and each data.json or data.yaml is data under the path of its directory,
the top one at the root. Files and directories that start with a dot are not read.

What could stop the process is refused by its text, before any parser sees it: regorus' parser
takes twice as long for each level of nested `[` and `{`, and the tree it shows of a long chain
of operators grows with the square of its length.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

MODULE_BYTES = 1 << 20
"""Of one module; regorus has the same limit."""
DATA_BYTES = 64 << 20
NESTING = 12
"""Levels of brackets. 12 parse in 0.1 s, 20 would take 20 s and more."""
PARSE_COST = 1 << 17
"""Sum over all opening brackets of 2 ** level: two seconds at most; 1,000 lines have 2,000."""
OPERATORS = 1000
"""Arithmetic operators in one module; a chain of 3,000 gives a tree of 400 MB."""

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?P<open>[\[{(])|(?P<close>[\]})])|(?P<line>\n)"""
    r"""|(?P<operator>[-+*/%&|])"""
)


class PolicyError(Exception):
    """Policies that cannot be loaded. `errors` has one `file:line: what is wrong` each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Bundle:
    modules: Mapping[str, str]
    """Rego text by path inside the directory."""
    tests: Mapping[str, str]
    """The *_test.rego; never loaded for decisions."""
    data: Mapping[str, Any]
    revision: str
    """Twelve hexadecimal digits; changes with any name or byte that decides, tests excluded."""


def read(path: Path) -> Bundle:
    """Raises PolicyError with everything that is wrong with the files as such."""
    if not path.is_dir():
        raise PolicyError([f"{path}:1: is not a directory of policies"])
    errors: list[str] = []
    modules: dict[str, str] = {}
    tests: dict[str, str] = {}
    data: dict[str, Any] = {}
    digest = hashlib.sha256()
    for name, file in _files(path):
        if file.suffix not in (".rego", ".json", ".yaml", ".yml"):
            continue
        try:
            content = file.read_bytes()
        except OSError as error:
            errors.append(f"{name}:1: {error.strerror}")
            continue
        if not name.endswith("_test.rego"):
            digest.update(f"{len(name.encode())}:{name}{len(content)}:".encode() + content)
        try:
            if name.endswith("_test.rego"):
                tests[name] = _module(content)
            elif file.suffix == ".rego":
                modules[name] = _module(content)
            else:
                _merge(data, _under(file.relative_to(path).parent, _data(file, content)))
        except _Wrong as wrong:
            errors.append(f"{name}:{wrong.line}: {wrong}")
    if not modules and not errors:
        errors.append(f"{path}:1: holds no policy (*.rego)")
    cost = sum(map(_parse_cost, (*modules.values(), *tests.values())))
    if cost > PARSE_COST:
        errors.append(f"{path}:1: holds too many nested literals; move tables into data.json")
    if errors:
        raise PolicyError(errors)
    return Bundle(modules, tests, data, digest.hexdigest()[:12])


class _Wrong(Exception):
    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Every file with its name, sorted by it. Links to files are followed, as mounted
    configuration consists of them; links to directories are not."""
    found = (
        (file.relative_to(path).as_posix(), file) for file in path.rglob("*") if file.is_file()
    )
    return iter(sorted((name, f) for name, f in found if not re.search(r"(^|/)\.", name)))


def _module(content: bytes) -> str:
    if len(content) > MODULE_BYTES:
        raise _Wrong(f"is longer than {MODULE_BYTES} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise _Wrong(
            f"not UTF-8: {error.reason}", content.count(b"\n", 0, error.start) + 1
        ) from None
    level, operators, line = 0, 0, 1
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "open":
                level += 1
                if level > NESTING:
                    raise _Wrong(f"brackets are nested more than {NESTING} deep", line)
            case "close":
                level = max(0, level - 1)
            case "operator":
                operators += 1
                if operators > OPERATORS:
                    raise _Wrong(f"has more than {OPERATORS} arithmetic operators", line)
            case "line":
                line += 1
            case _:
                line += token[0].count("\n")
    return text


def _parse_cost(text: str) -> int:
    level, cost = 0, 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "open":
            level += 1
            cost += 1 << level
        elif token.lastgroup == "close":
            level = max(0, level - 1)
    return cost


def _data(file: Path, content: bytes) -> dict[str, Any]:
    if file.name not in ("data.json", "data.yaml"):
        # `opa run` would read it as data all the same, and so decide differently.
        raise _Wrong("only data.json and data.yaml are read as data")
    if len(content) > DATA_BYTES:
        raise _Wrong(f"is longer than {DATA_BYTES} bytes")
    try:
        value = msgspec.json.decode(content) if file.suffix == ".json" else yaml.safe_load(content)
        msgspec.json.encode(value)
    except msgspec.DecodeError as error:
        raise _Wrong(f"not JSON: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _Wrong("not YAML", mark.line + 1 if mark else 1) from None
    except (RecursionError, TypeError, ValueError):
        raise _Wrong("holds what JSON cannot hold") from None
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise _Wrong("data must be an object")
    return value


def _under(directory: Path, value: dict[str, Any]) -> dict[str, Any]:
    for part in reversed(directory.parts):
        value = {part: value}
    return value


def _merge(into: dict[str, Any], value: dict[str, Any], where: str = "data") -> None:
    for key, item in value.items():
        if key not in into:
            into[key] = item
        elif isinstance(into[key], dict) and isinstance(item, dict):
            _merge(into[key], item, f"{where}.{key}")
        else:
            raise _Wrong(f"{where}.{key} is given twice")
