"""The recipes of docs/identities.md, run as they stand there: each identity gets a credential, and
streams an answer through Envoy with a stock SDK.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
import yaml
from joserfc.jwk import ECKey

from tests.adapters.identity.saml_idp import ENTITY, Idp, token
from tests.e2e.dialects import chat_stream, message_stream
from tests.identity_providers import OpenIdProvider, open_id_provider
from tests.stack import ROOT, Stack, free_port
from tests.upstream import Upstream, chunked

pytestmark = pytest.mark.e2e

PAGE = (ROOT / "docs" / "identities.md").read_text()
_ACCOUNT = {"serviceaccount": {"name": "reviewer", "uid": "1"}, "pod": {"name": "reviewer-1"}}
_JOB = {"repository": "acme/reviewer", "repository_id": "123456"}
_WORKFLOWS = "acme/reviewer/.github/workflows"
_PIPELINE = {
    "project_id": "7",
    "project_path": "acme/reviewer",
    "ci_config_ref_uri": "gitlab.com/acme/reviewer//.gitlab-ci.yml@refs/heads/main",
}
USERS: dict[str, dict[str, dict[str, Any]]] = {
    "corp": {name: {"groups": ["dev"]} for name in ("alice", "carol", "dave")},
    "cluster": {
        f"system:serviceaccount:{namespace}:reviewer": {
            "kubernetes.io": {"namespace": namespace, **_ACCOUNT}
        }
        for namespace in ("agents", "default")
    },
    "github": {
        "repo:acme/reviewer:ref:refs/heads/main": {
            **_JOB, "job_workflow_ref": f"{_WORKFLOWS}/review.yml@refs/heads/main",
        },
        "another workflow": {
            **_JOB, "job_workflow_ref": f"{_WORKFLOWS}/other.yml@refs/heads/main",
        },
    },
    "gitlab": {
        "project_path:acme/reviewer:ref_type:branch:ref:main": {
            **_PIPELINE, "ref_protected": "true",
        },
        "an unprotected branch": {**_PIPELINE, "ref_protected": "false"},
    },
    "mesh": {
        "spiffe://example.org/agents/reviewer": {},
        "spiffe://example.com/agents/reviewer": {},
    },
}  # fmt: skip
"""Whom each provider knows, and what it says of them."""


def recipe(heading: str, language: str, number: int = 0) -> str:
    """A block of code of one section of the page."""
    _, found, rest = PAGE.partition(f"\n## {heading}\n")
    assert found, heading
    section = rest.partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)[number]


class World:
    """Identity providers, a stack that trusts them, and what the page's addresses are here."""

    def __init__(
        self,
        stack: Stack,
        providers: dict[str, OpenIdProvider],
        addresses: dict[str, str],
        idp: Idp,
    ) -> None:
        self.stack = stack
        self.idp = idp
        self.providers = providers
        self._addresses = addresses
        self.directory = stack.directory

    def here(self, text: str) -> str:
        return replaced(text, self._addresses)

    def shell(self, script: str) -> str:
        """Run a recipe; returns the key that it exported."""
        done = subprocess.run(
            ["bash", "-euc", self.here(script) + '\nprintf %s "$OPENAI_API_KEY"'],
            cwd=self.directory, env=environment(), capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def file(self, name: str, content: str) -> None:
        (self.directory / name).write_text(content)


def environment() -> dict[str, str]:
    beside = Path(sys.executable).parent
    return {**os.environ, "PATH": f"{beside}:{os.environ['PATH']}", "USER": "zoe"}


def replaced(text: str, addresses: dict[str, str]) -> str:
    for page, here in addresses.items():
        text = text.replace(page, here)
    return text


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("identities")
    with contextlib.ExitStack() as open_things:
        providers = {
            name: open_things.enter_context(open_id_provider(users))
            for name, users in USERS.items()
        }
        control, data = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        addresses = {
            "https://gateway.example.com": f"http://{control}",
            "https://models.example.com": f"http://{data}",
            "https://login.example.com": providers["corp"].issuer,
            "https://kubernetes.example.com": providers["cluster"].issuer,
            "https://token.actions.githubusercontent.com": providers["github"].issuer,
            "https://gitlab.com": providers["gitlab"].issuer,
            "https://spire.example.com": providers["mesh"].issuer,
            "/var/run/secrets/extproc/token": str(directory / "token"),
            "file:": f"file:{directory}/",
        }
        key = ECKey.generate_key("P-256", private=True, auto_kid=True)
        (directory / "reviewer.key").write_bytes(key.as_pem(private=True))
        public = {**key.as_dict(private=False), "alg": "ES256", "use": "sig"}
        (directory / "reviewer.jwks").write_text(json.dumps({"keys": [public]}))
        identity: dict[str, Any] = {}
        for heading in (
            "OpenID Connect", "Kubernetes", "GitHub Actions", "GitLab CI", "SPIFFE",
            "A key of its own",
        ):  # fmt: skip
            identity |= yaml.safe_load(replaced(recipe(heading, "yaml"), addresses))["identity"]
        # The audience is a name, not an address, and stays what the page says.
        saml = replaced(recipe("SAML 2.0", "yaml"), {"file:": addresses["file:"]})
        identity |= yaml.safe_load(saml)["identity"]
        idp = Idp(directory)
        stack = Stack(
            directory,
            _upstream.url,
            {
                "listen": {"data": data, "control": control},
                "identity": identity,
                "agents": {"per_subject": 20},
            },
        )
        try:
            stack.start()
            yield World(stack, providers, addresses, idp)
        finally:
            stack.stop()


def streams(world: World, upstream: Upstream, key: str | Callable[[], str]) -> dict[str, Any]:
    """Ask the model with a stock SDK; returns what was recorded of the call."""
    upstream.answer = chunked(chat_stream("Hello there"))
    client = openai.OpenAI(base_url=f"{world.stack.data_url}/v1", api_key=key, max_retries=0)
    answer = client.chat.completions.with_raw_response.create(
        model="gpt-5", messages=[{"role": "user", "content": "hi"}], stream=True
    )
    said = "".join(chunk.choices[0].delta.content or "" for chunk in answer.parse())
    assert said == "Hello there"
    return world.stack.wait_for_answer(answer.headers["x-extproc-exchange-id"])


IDENTITIES = [
    ("OpenID Connect", "corp", "id_token", "alice", "alice"),
    (
        "Kubernetes", "cluster", "token", "system:serviceaccount:agents:reviewer",
        "system:serviceaccount:agents:reviewer",
    ),
    (
        "GitHub Actions", "github", "id_token", "repo:acme/reviewer:ref:refs/heads/main",
        "repo:acme/reviewer:workflow:acme/reviewer/.github/workflows/review.yml",
    ),
    (
        "GitLab CI", "gitlab", "id_token", "project_path:acme/reviewer:ref_type:branch:ref:main",
        "project:acme/reviewer:workflow:gitlab.com/acme/reviewer//.gitlab-ci.yml",
    ),
    (
        "SPIFFE", "mesh", "svid", "spiffe://example.org/agents/reviewer",
        "spiffe://example.org/agents/reviewer",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "source", "file", "user", "subject"), IDENTITIES)
def test_an_identity_streams(
    world: World,
    upstream: Upstream,
    heading: str,
    source: str,
    file: str,
    user: str,
    subject: str,
) -> None:
    world.file(file, world.providers[source].id_token(user))
    recorded = streams(world, upstream, world.shell(recipe(heading, "sh")))
    assert (recorded["subject"], recorded["issuer"], recorded["outcome"]) == (
        subject,
        "spiffe://example.org" if source == "mesh" else world.providers[source].issuer,
        "completed",
    )


@pytest.mark.parametrize(
    ("heading", "source", "file", "user", "audience"),
    [
        ("OpenID Connect", "corp", "id_token", "alice", "another"),
        ("Kubernetes", "cluster", "token", "system:serviceaccount:default:reviewer", "extproc"),
        ("GitHub Actions", "github", "id_token", "another workflow", "extproc"),
        ("GitLab CI", "gitlab", "id_token", "an unprotected branch", "extproc"),
        ("SPIFFE", "mesh", "svid", "spiffe://example.com/agents/reviewer", "extproc"),
    ],
)
def test_an_identity_that_does_not_fit_gets_nothing(
    world: World, heading: str, source: str, file: str, user: str, audience: str
) -> None:
    world.file(file, world.providers[source].id_token(user, audience))
    done = subprocess.run(
        ["bash", "-euc", world.here(recipe(heading, "sh"))],
        cwd=world.directory, env=environment(), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "invalid_token" in done.stderr


def test_an_assertion_streams_once(world: World, upstream: Upstream) -> None:
    """Of pysaml2 as the identity provider."""
    world.file("assertion", token(world.idp.assertion(name="erin")))
    recorded = streams(world, upstream, world.shell(recipe("SAML 2.0", "sh")))
    assert (recorded["subject"], recorded["issuer"]) == ("erin", ENTITY)
    again = subprocess.run(
        ["bash", "-euc", world.here(recipe("SAML 2.0", "sh"))],
        cwd=world.directory, env=environment(), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert "it was used before" in again.stderr


def test_a_key_of_its_own_streams(world: World, upstream: Upstream) -> None:
    script = world.here(recipe("A key of its own", "python")) + "\nprint(api_key, end='')"
    recorded = streams(world, upstream, python(world, script))
    assert recorded["subject"] == "reviewer"


def test_somebody_at_this_machine_streams(world: World, upstream: Upstream) -> None:
    script = f"export EXTPROC__DATA_DIR={world.stack.data_dir}\n"
    recorded = streams(
        world, upstream, world.shell(script + recipe("Somebody at this machine", "sh"))
    )
    assert (recorded["subject"], recorded["agent_name"]) == ("zoe", "notebook")


def test_a_callable_key_keeps_one_agent(
    world: World, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.file("id_token", world.providers["corp"].id_token("carol"))
    monkeypatch.chdir(world.directory)
    made: dict[str, Any] = {}
    exec(world.here(recipe("Long-running agents", "python")), made)
    credential = made["Credential"]("id_token")
    first = streams(world, upstream, credential)
    credential._renew_at = 0.0
    second = streams(world, upstream, credential)
    assert first["session"] == second["session"]
    assert first["subject"] == "carol"
    assert made["client"].api_key == ""  # it is asked for at each request


def test_a_file_and_a_key_helper(world: World, upstream: Upstream) -> None:
    world.file("id_token", world.providers["corp"].id_token("dave"))
    keeper = subprocess.Popen(
        ["bash", "-euc", "exec " + world.here(recipe("Long-running agents", "sh"))],
        cwd=world.directory, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    key = world.directory / "key"
    try:
        world.stack.wait_for(key.exists, 20)
        helper = json.loads(recipe("Long-running agents", "json"))["apiKeyHelper"]
        credential = subprocess.check_output(["bash", "-c", helper], cwd=world.directory, text=True)
        upstream.answer = chunked(message_stream("Hello there"))
        client = anthropic.Anthropic(
            base_url=world.stack.data_url, api_key=credential, max_retries=0
        )
        with client.messages.stream(
            model="claude-4", max_tokens=9, messages=[{"role": "user", "content": "hi"}]
        ) as answer:
            assert answer.get_final_text() == "Hello there"
    finally:
        keeper.send_signal(signal.SIGTERM)
        output, _ = keeper.communicate(timeout=30)
    assert (keeper.returncode, output) == (0, b"")
    assert not key.exists()
    with world.stack.agents() as agents:
        assert agents.running("dave") == []


def python(world: World, script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=world.directory, env=environment(), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
