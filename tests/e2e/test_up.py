"""`extproc up` as a newcomer meets it: one command, a credential, stock clients."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import anthropic
import openai
import pytest

from tests.stack import ROOT, request, run_cli

pytestmark = pytest.mark.e2e


@dataclass
class Up:
    process: subprocess.Popen[str]
    data_dir: Path
    data_url: str
    control_url: str
    token: str
    printed: str

    @property
    def options(self) -> tuple[str, str]:
        return ("--data-dir", str(self.data_dir))


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    data_dir = tmp_path_factory.mktemp("up") / "var"
    process = subprocess.Popen(
        [sys.executable, "-m", "extproc", "up", "--listen", "127.0.0.1:0",
         "--control", "127.0.0.1:0", "--data-dir", str(data_dir)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "-d '" in line:
            break
    about = json.loads((data_dir / "up.json").read_text())
    yield Up(process, data_dir, about["data_url"], about["control_url"], about["token"], printed)
    process.send_signal(signal.SIGINT)
    assert process.wait(45) == 0
    process.stdout.close()
    assert not (data_dir / "up.json").exists()


def test_it_leaves_no_lease_behind(tmp_path: Path) -> None:
    """Three starts in a row, with room for one agent; the second one is killed."""
    for number in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "extproc", "up", "--listen", "127.0.0.1:0",
             "--control", "127.0.0.1:0", "--data-dir", str(tmp_path / "v")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "EXTPROC__AGENTS__PER_SUBJECT": "1"},
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert any("-d '" in line for line in process.stdout), process.stderr.read()
        if number == 1:
            for child in _children(process.pid):
                os.kill(child, signal.SIGKILL)
            process.kill()
            process.wait()
        else:
            process.send_signal(signal.SIGINT)
            assert process.wait(45) == 0
        process.stdout.close()
        process.stderr.close()


def test_it_prints_what_a_newcomer_needs(up: Up) -> None:
    assert up.data_url in up.printed
    assert up.control_url in up.printed
    assert up.token in up.printed
    assert (up.data_dir / "up.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((up.data_dir / "up.json").read_text())["pid"] == up.process.pid


PII = "Show me the customer record with all personal data, please."


@pytest.fixture
def chat_client(up: Up) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{up.data_url}/v1", api_key=up.token, max_retries=0) as client:
        yield client


@pytest.fixture
def messages_client(up: Up) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=up.data_url, api_key=up.token, max_retries=0) as client:
        yield client


def test_the_openai_client(chat_client: openai.OpenAI) -> None:
    answer = chat_client.chat.completions.create(
        model="demo", messages=[{"role": "user", "content": f"I am jo@example.com. {PII}"}]
    )
    text = answer.choices[0].message.content or ""
    _assert_masked(text)
    assert answer.usage is not None


def test_the_openai_client_with_a_stream(chat_client: openai.OpenAI) -> None:
    whole = chat_client.chat.completions.create(
        model="demo", messages=[{"role": "user", "content": PII}]
    )
    stream = chat_client.chat.completions.create(
        model="demo", messages=[{"role": "user", "content": PII}], stream=True
    )
    text = "".join(each.choices[0].delta.content or "" for each in stream if each.choices)
    assert text == whole.choices[0].message.content
    _assert_masked(text)


def test_the_openai_client_with_tool_calls(chat_client: openai.OpenAI) -> None:
    tools: Any = [
        {"type": "function", "function": {"name": "send", "parameters": {"type": "object"}}}
    ]
    answer = chat_client.chat.completions.create(
        model="demo", messages=[{"role": "user", "content": f"#tool {PII}"}], tools=tools
    )
    calls = answer.choices[0].message.tool_calls
    assert calls
    arguments = calls[0].function.arguments  # type: ignore[union-attr]
    json.loads(arguments)
    _assert_masked(arguments)


def test_the_anthropic_client(messages_client: anthropic.Anthropic) -> None:
    answer = messages_client.messages.create(
        model="demo",
        max_tokens=500,
        messages=[{"role": "user", "content": f"I am jo@example.com. {PII}"}],
    )
    _assert_masked(answer.content[0].text)  # type: ignore[union-attr]


def test_the_anthropic_client_with_a_stream(messages_client: anthropic.Anthropic) -> None:
    with messages_client.messages.stream(
        model="demo", max_tokens=500, messages=[{"role": "user", "content": PII}]
    ) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    _assert_masked(text)
    assert final.stop_reason == "end_turn"


def _assert_masked(text: str) -> None:
    for label in ("EMAIL", "CREDIT_CARD", "SSN", "IBAN", "PHONE", "IP_ADDRESS", "API_KEY", "JWT"):
        assert f"[{label}]" in text, (label, text)
    assert "jo@example.com" not in text


def test_stock_clients_understand_a_refusal(
    chat_client: openai.OpenAI, messages_client: anthropic.Anthropic
) -> None:
    with pytest.raises(openai.PermissionDeniedError) as denied:
        chat_client.chat.completions.create(
            model="demo", messages=[{"role": "user", "content": "the launch codes"}]
        )
    assert denied.value.code == "policy_denied"
    with pytest.raises(anthropic.PermissionDeniedError):
        messages_client.messages.create(
            model="demo",
            max_tokens=9,
            messages=[{"role": "user", "content": "the launch codes"}],
        )
    with pytest.raises(openai.AuthenticationError) as unknown:
        chat_client.with_options(api_key="sk-wrong").chat.completions.create(
            model="demo", messages=[{"role": "user", "content": "hi"}]
        )
    assert unknown.value.code == "invalid_token"


def test_the_sixth_agent_is_too_many(up: Up) -> None:
    started = [run_cli("token", "--subject", "six", *up.options) for _ in range(6)]
    assert [run.returncode for run in started] == [0] * 5 + [1]
    assert "agent_limit" in started[5].stderr
    assert started[5].stdout == ""
    # The same limit holds over HTTP, with its status.
    form = (
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
        "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
        f"&subject_token={started[0].stdout.strip()}"
    )
    port = int(up.control_url.rpartition(":")[2])
    answer = request(
        port, "POST", "/oauth2/token", {"content-type": "application/x-www-form-urlencoded"},
        form.encode(),
    )  # fmt: skip
    assert (answer.status, answer.json["error"]) == (429, "agent_limit")
    assert int(answer.headers["retry-after"]) > 0


def test_list_and_kill_an_agent(up: Up) -> None:
    token = run_cli("token", "--subject", "kim", "--agent", "notebook", *up.options).stdout.strip()
    listed = json.loads(run_cli("agents", "list", "--subject", "kim", "--json", *up.options).stdout)
    (agent,) = listed
    assert agent["name"] == "notebook"
    port = int(up.data_url.rpartition(":")[2])
    headers = {"authorization": f"Bearer {token}"}
    assert request(port, "GET", "/v1/models", headers).status == 200
    assert run_cli("agents", "kill", agent["id"], *up.options).returncode == 0
    answer = request(port, "GET", "/v1/models", headers)
    assert (answer.status, answer.json["error"]["code"]) == (401, "revoked")
    assert run_cli("agents", "kill", agent["id"], *up.options).returncode == 1


def test_who_queried_the_model(up: Up) -> None:
    token = run_cli("token", "--subject", "lee", "--agent", "asker", *up.options).stdout.strip()
    port = int(up.data_url.rpartition(":")[2])
    body = json.dumps({"model": "demo", "messages": [{"role": "user", "content": "hi"}]}).encode()
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    answer = request(port, "POST", "/v1/chat/completions", headers, body)
    exchange_id = answer.headers["x-extproc-exchange-id"]

    def found(*words: str) -> list[str]:
        listed = run_cli("sessions", "list", *words, "--json", *up.options)
        assert listed.returncode == 0, listed.stderr
        sessions = json.loads(listed.stdout)
        return [one["id"] for session in sessions for one in session["exchanges"]]

    (row,) = json.loads(
        run_cli("sessions", "list", "--client", "asker", "--json", *up.options).stdout
    )
    began = datetime.fromisoformat(row["exchanges"][0]["at"])
    minute = "%Y-%m-%dT%H:%M"
    asker = ("--client", "asker", "--model", "demo")
    for zone in ("UTC", "Asia/Kolkata", "America/New_York"):
        there = began.astimezone(ZoneInfo(zone))
        at = ("--tz", zone, "--at", there.strftime(minute))
        assert found(*asker, *at) == [exchange_id]
        before = ("--tz", zone, "--at", (there - timedelta(minutes=1)).strftime(minute))
        assert found(*asker, *before) == []
    assert found("--client", "asker", "--model", "another") == []
    assert found("--client", "nobody-of-this-name") == []
    shown = json.loads(run_cli("sessions", "show", exchange_id, "--json", *up.options).stdout)
    assert shown["subject"] == "lee"
    assert shown["response"] == answer.body.decode()


def test_the_api_and_the_metrics(up: Up) -> None:
    port = int(up.control_url.rpartition(":")[2])
    assert request(port, "GET", "/api/v1/agents").status == 401
    mine = {"authorization": f"Bearer {up.token}"}
    listed = request(port, "GET", "/api/v1/agents", mine)
    assert any(agent["name"] == "local" for agent in listed.json)
    other = run_cli("token", "--subject", "nobody", *up.options).stdout.strip()
    assert (
        request(port, "GET", "/api/v1/agents", {"authorization": f"Bearer {other}"}).status == 403
    )
    text = request(port, "GET", "/metrics").body.decode()
    assert 'extproc_decisions_total{code="policy_denied",phase="request"}' in text
    assert 'extproc_exchanges_total{api="openai",model="*",outcome="completed"}' in text
    assert up.token not in text
    assert request(port, "GET", "/login").status == 200


def test_the_command_line_over_the_control_port(up: Up) -> None:
    options = ("--control", up.control_url)
    token = run_cli("token", "--subject", "mo", "--agent", "remote", *up.options).stdout.strip()
    listed = run_cli(
        "agents", "list", "--subject", "mo", "--json", *options, EXTPROC_TOKEN=up.token
    )
    (agent,) = json.loads(listed.stdout)
    assert agent["name"] == "remote"
    port = int(up.data_url.rpartition(":")[2])
    answer = request(port, "GET", "/v1/models", {"authorization": f"Bearer {token}"})
    exchange_id = answer.headers["x-extproc-exchange-id"]
    found = run_cli(
        "sessions", "list", "--client", "remote", "--json", *options, EXTPROC_TOKEN=up.token
    )
    assert exchange_id in found.stdout
    shown = run_cli("sessions", "show", exchange_id, "--json", *options, EXTPROC_TOKEN=up.token)
    assert json.loads(shown.stdout)["subject"] == "mo"
    killed = run_cli("agents", "kill", agent["id"], *options, EXTPROC_TOKEN=up.token)
    assert killed.returncode == 0
    refused = run_cli("agents", "list", *options, EXTPROC_TOKEN=token)
    assert refused.returncode == 1
    assert "revoked" in refused.stderr


def test_a_second_one_on_the_same_ports_says_so(up: Up, tmp_path: Path) -> None:
    taken = up.control_url.removeprefix("http://")
    second = run_cli(
        "up", "--listen", "127.0.0.1:0", "--control", taken, "--data-dir", str(tmp_path / "v")
    )
    assert second.returncode == 1
    assert taken in second.stderr
    assert "Traceback" not in second.stderr


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def test_a_policy_server_that_dies_is_started_again(up: Up) -> None:
    """The last test here: it kills things."""
    port = int(up.data_url.rpartition(":")[2])
    headers = {"authorization": f"Bearer {up.token}"}
    (server,) = [pid for pid in _children(up.process.pid) if " serve " in _command(pid)]
    for victim in (_children(server)[0], server):
        os.kill(victim, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while (answer := request(port, "GET", "/v1/models", headers)).status != 200:
            assert answer.json["error"]["code"] == "unavailable"
            assert time.monotonic() < deadline
    assert json.loads((up.data_dir / "up.json").read_text())["control_url"] == up.control_url
