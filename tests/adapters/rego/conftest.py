"""Policies written for one test, and a real OPA where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extproc.adapters.rego import EmbeddedEngine
from extproc.core.decision import Phase
from tests.opa import find_opa, serving

REGO = Path(__file__).parents[3] / "rego"


@pytest.fixture
def policy(tmp_path: Path) -> Callable[..., Path]:
    """policy("decision := true") is a directory with that in package t; further files by name."""

    def write(text: str = "", /, **files: str) -> Path:
        if text:
            (tmp_path / "t.rego").write_text(f"package t\n\n{text}\n")
        for name, content in files.items():
            file = tmp_path / name.replace("__", "/").replace("_json", ".json")
            file = file if "." in file.name else file.with_suffix(".rego")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return tmp_path

    return write


@pytest.fixture
def engine(policy: Callable[..., Path]) -> Callable[..., EmbeddedEngine]:
    """engine("decision := true") decides by `t/decision`, in every phase."""

    def load(text: str, /, timeout: float = 5.0, **files: str) -> EmbeddedEngine:
        return EmbeddedEngine(policy(text, **files), dict.fromkeys(Phase, "t/decision"), timeout)

    return load


@pytest.fixture(scope="session")
def opa() -> Path:
    found = find_opa()
    if found is None:
        pytest.skip("no real OPA: `python -m tests.opa` builds one where there is Go")
    return found


@pytest.fixture(scope="session")
def opa_url(opa: Path) -> Iterator[str]:
    """A server with the default policies."""
    with serving(opa, str(REGO)) as url:
        yield url
