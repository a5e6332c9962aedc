"""`extproc check`: what is found before anything is started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extproc.checks import mistakes
from extproc.config import parse
from tests.certificates import Authority


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pki")
    authority = Authority(made)
    authority.issue("gateway")
    authority.issue("other")
    return made


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"client_ca": "none.crt"}, ["$.listen.tls.client_ca: there is no file "]),
        ({"key": "other.key"}, ["$.listen.tls: "]),
        ({"key": "gateway.crt"}, ["$.listen.tls: "]),
        ({"certificate": "gateway.key"}, ["$.listen.tls: "]),
        ({"client_ca": "gateway.key"}, ["$.listen.tls.client_ca: holds no certificate"]),
    ],
    ids=["all is well", "no such file", "another's key", "a certificate for a key",
         "a key for a certificate", "a key for an authority"],
)  # fmt: skip
def test_the_files_of_tls(directory: Path, changes: dict[str, str], told: list[str]) -> None:
    files = {"certificate": "gateway.crt", "key": "gateway.key", "client_ca": "ca.crt"} | changes
    document: dict[str, Any] = {
        "listen": {"tls": {name: f"file:{directory / file}" for name, file in files.items()}},
        "credentials": {"binding": "mtls"},
        "data_dir": str(directory / "var"),
    }
    found = mistakes(parse(document))
    assert len(found) == len(told)
    assert all(each.startswith(start) for each, start in zip(found, told, strict=True)), found


def test_the_secret_of_a_webhook(tmp_path: Path) -> None:
    webhook = {"url": "https://hooks.example/x", "secret": f"file:{tmp_path / 'none'}"}
    found = mistakes(parse({"approvals": {"webhooks": [webhook]}}))
    assert [each.partition(": ")[0] for each in found] == ["$.approvals.webhooks[0].secret"]
