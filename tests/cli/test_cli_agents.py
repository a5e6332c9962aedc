"""token, agents list, agents kill: in a data directory, without a server."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from pysqlite3 import dbapi2
from typer.testing import CliRunner

from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.sessions import SessionStore
from extproc.adapters.sqlite.sources import SourceStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.cli import app
from extproc.core.identity import Subject
from extproc.service.agents import Agents
from extproc.service.sharing import Source


class Shell:
    """A person at a terminal, in one data directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __call__(self, *words: str, status: int = 0) -> Result:
        result = CliRunner().invoke(app, [*words, "--data-dir", str(self.directory)])
        assert result.exit_code == status, result.output
        return result


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path / "var")


def test_a_token_is_all_that_is_printed_and_it_works(shell: Shell) -> None:
    result = shell(
        "token", "--subject", "alice", "--group", "a", "--group", "b", "--agent", "bot",
        "--ttl", "90s", "--model", "gpt-*",
    )  # fmt: skip
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", result.stdout)
    agents = Agents(
        AgentStore(shell.directory / "state.db"),
        LocalAuthority(shell.directory),
        SystemClock(),
        SortableIds(),
    )
    identity = agents.identify({"x-api-key": result.stdout.strip()})
    assert (identity.subject, identity.groups, identity.agent_name, identity.models) == (
        "alice", ("a", "b"), "bot", ("gpt-*",),
    )  # fmt: skip
    assert identity.claims["exp"] - identity.claims["iat"] == 90


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--subject", "alice", "--ttl", "1h"), "max_ttl"),
        (("--subject", "alice", "--ttl", "soon"), "duration"),
        (("--subject", "alice", "--ttl", "0s"), "zero"),
        (("--subject", ""), "subject"),
        (("--subject", "a\x1b[2Jb"), "printable"),
        ((), "--subject"),
    ],
    ids=["too long", "no duration", "no time", "an empty subject", "an escape", "no subject"],
)
def test_a_wrong_use_prints_no_token(shell: Shell, words: tuple[str, ...], why: str) -> None:
    result = shell("token", *words, status=2)
    assert result.stdout == ""
    assert why in result.stderr


def test_the_limit_is_named_on_standard_error(shell: Shell) -> None:
    for _ in range(5):
        shell("token", "--subject", "alice")
    result = shell("token", "--subject", "alice", status=1)
    assert (result.stdout, "agent_limit" in result.stderr) == ("", True)
    shell("token", "--subject", "bob")


def test_the_configurations_limits_count(shell: Shell, tmp_path: Path) -> None:
    config = tmp_path / "small.yaml"
    config.write_text("agents: {per_subject: 1}\ncredentials: {ttl: 10s, max_ttl: 20s}\n")
    shell("token", "--subject", "alice", "--config", str(config))
    shell("token", "--subject", "alice", "--config", str(config), status=1)
    shell("token", "--subject", "bob", "--ttl", "21s", "--config", str(config), status=2)
    (agent,) = json.loads(shell("agents", "list", "--json").stdout)
    assert agent["subject"] == "alice"


def test_the_data_directory_is_the_configured_one(tmp_path: Path) -> None:
    config = tmp_path / "extproc.yaml"
    config.write_text(f"data_dir: {tmp_path / 'elsewhere'}\n")
    result = CliRunner().invoke(app, ["token", "--subject", "a", "--config", str(config)])
    assert result.exit_code == 0
    assert (tmp_path / "elsewhere" / "state.db").exists()


def test_agents_are_listed_for_people_and_for_programs(shell: Shell) -> None:
    shell("token", "--subject", "alice", "--agent", "bot")
    shell("token", "--subject", "bob", "--agent", "[bold]crawler")
    documents = json.loads(shell("agents", "list", "--json").stdout)
    assert [(one["subject"], one["name"], one["client_id"]) for one in documents] == [
        ("alice", "bot", "extproc-cli"),
        ("bob", "[bold]crawler", "extproc-cli"),
    ]
    table = shell("agents", "list").stdout
    assert all(one["id"] in table and one["name"] in table for one in documents)
    only = json.loads(shell("agents", "list", "--subject", "bob", "--json").stdout)
    assert [one["subject"] for one in only] == ["bob"]


def test_an_agent_is_killed_by_id_or_by_its_name(shell: Shell) -> None:
    for name in ("one", "two", "two"):
        shell("token", "--subject", "alice", "--agent", name)
    first, second, third = (
        one["id"] for one in json.loads(shell("agents", "list", "--json").stdout)
    )
    assert shell("agents", "kill", "one").stdout == f"{first} ended\n"
    ambiguous = shell("agents", "kill", "two", status=1)
    assert second in ambiguous.stderr
    assert third in ambiguous.stderr
    shell("agents", "kill", second)
    assert shell("agents", "kill", "two").stdout == f"{third} ended\n"
    assert "no agent" in shell("agents", "kill", "two", status=1).stderr
    assert json.loads(shell("agents", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    "words", [("agents", "list"), ("agents", "kill", "x"), ("sessions", "list")]
)
def test_a_directory_without_a_store_is_no_empty_answer(
    shell: Shell, words: tuple[str, ...]
) -> None:
    result = shell(*words, status=1)
    assert "--data-dir" in result.stderr
    assert not shell.directory.exists()


def test_a_store_that_is_broken_says_so(shell: Shell) -> None:
    shell.directory.mkdir()
    (shell.directory / "state.db").write_bytes(b"broken" * 1000)
    assert "unavailable" in shell("agents", "list", status=1).stderr


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['extproc', '--help']\n"
        "from extproc.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = ('grpc', 'pysqlite3', 'joserfc', 'cryptography', 'httpx2', 'hyperscan')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_revoked_subject_starts_no_agents_until_it_is_restored(shell: Shell) -> None:
    for _ in range(2):
        shell("token", "--subject", "alice")
    shell("token", "--subject", "bob")
    sessions = SessionStore(shell.directory / "sessions.db")
    for name in ("alice", "bob"):
        person = Subject(subject=name, issuer="https://idp", source="oidc")
        sessions.put(f"{name}'s".encode(), msgspec.json.encode(person), 1)
    result = shell("subjects", "revoke", "alice", "--reason", "left")
    assert result.stdout == "alice revoked; 2 agents ended\n"
    refused = shell("token", "--subject", "alice", status=1)
    assert "revoked: subject alice was revoked" in refused.stderr
    assert [one["subject"] for one in json.loads(shell("agents", "list", "--json").stdout)] == [
        "bob"
    ]
    listed = {one["subject"]: one for one in json.loads(shell("subjects", "list", "--json").stdout)}
    assert (listed["alice"]["agents"], listed["alice"]["revoked"]["reason"]) == (0, "left")
    assert (listed["bob"]["agents"], listed["bob"]["revoked"]) == (1, None)
    assert "left" in shell("subjects", "list").stdout
    assert sessions.get(b"alice's") is None
    assert sessions.get(b"bob's") is not None
    shell("subjects", "restore", "alice")
    shell("subjects", "restore", "alice", status=1)
    shell("token", "--subject", "alice")
    db = dbapi2.connect(shell.directory / "audit.db")
    assert [tuple(row) for row in db.execute("SELECT kind, actor, subject FROM event")] == [
        ("subject revoked", "local", "alice"),
        ("subject restored", "local", "alice"),
    ]


class Keeper:
    """`extproc token --refresh` as a process of its own."""

    def __init__(self, shell: Shell, *words: str) -> None:
        self.file = shell.directory / "key"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "extproc", "token", "--subject", "alice", "--refresh",
             str(self.file), "--data-dir", str(shell.directory), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "EXTPROC__AGENTS__IDLE_TIMEOUT": "2s"},
        )  # fmt: skip

    def next(self, before: str = "") -> str:
        """The credential in the file, once it is another one."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(FileNotFoundError):
                if (found := self.file.read_text()) != before:
                    return found
            os.sched_yield()
        raise AssertionError(self.process.communicate(timeout=1))


def test_a_file_is_kept_fresh_until_it_is_no_longer_wanted(shell: Shell) -> None:
    shell.directory.mkdir()
    keeper = Keeper(shell)
    first = keeper.next()
    assert stat.S_IMODE(keeper.file.stat().st_mode) == 0o600
    second = keeper.next(first)
    agents = Agents(
        AgentStore(shell.directory / "state.db"),
        LocalAuthority(shell.directory),
        SystemClock(),
        SortableIds(),
    )
    one, other = (agents.identify({"x-api-key": token}) for token in (first, second))
    assert (one.agent_id, one.subject) == (other.agent_id, "alice")
    keeper.process.terminate()
    assert keeper.process.communicate(timeout=20) == ("", "")
    assert keeper.process.returncode == 0
    assert not keeper.file.exists()
    assert not agents.is_running(one.agent_id)


def test_an_agent_that_was_killed_is_not_kept(shell: Shell) -> None:
    shell.directory.mkdir()
    keeper = Keeper(shell, "--agent", "bot")
    keeper.next()
    shell("agents", "kill", "bot")
    _, why = keeper.process.communicate(timeout=20)
    assert keeper.process.returncode == 1
    assert "invalid_token" in why or "revoked" in why
    assert not keeper.file.exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "--subject, or --identity"),
        (["--subject", "a", "--identity", "f"], "--subject, or --identity"),
        (["--identity", "f"], "needs --control"),
        (["--identity", "f", "--control", "http://x", "--ttl", "5m"], "the server decides"),
        (["--identity", "f", "--control", "x"], "is not a URL"),
        (["--identity", "f", "--control", "http://x", "--identity-type", "y"], "none of"),
        (["--subject", "a", "--control", "http://x"], "needs --identity"),
    ],
)
def test_a_wrong_use_of_token_says_what_is_wrong(shell: Shell, words: list[str], why: str) -> None:
    assert why in shell("token", *words, status=2).stderr


def test_the_addresses_of_an_agent_are_listed(shell: Shell) -> None:
    shell("token", "--subject", "alice")
    (before,) = json.loads(shell("agents", "list", "--json").stdout)
    assert (before["sources"], before["is_shared"]) == ([], False)
    store = SourceStore(shell.directory / "sources.db")
    moment = 1_800_000_000_000_000
    for source in ("10.0.0.1", "10.0.0.2"):
        store.save([Source("crd_1", before["id"], source, moment, moment, moment)])
    store.flag("crd_1", before["id"], moment)
    store.close()
    (agent,) = json.loads(shell("agents", "list", "--json").stdout)
    assert agent["is_shared"]
    assert agent["sources"][0] == {
        "source": "10.0.0.1",
        "first_seen": "2027-01-15T08:00:00.000+00:00",
        "last_seen": "2027-01-15T08:00:00.000+00:00",
    }
    table = shell("agents", "list").stdout
    assert "SOURCES" in table
    assert "10.0.0.1, 10.0.0.2 (shared)" in table
