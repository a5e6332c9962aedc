"""sessions list and show, in a data directory and at a server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import Result
from typer.testing import CliRunner

from extproc.adapters.sqlite.records import RecordWriter
from extproc.cli import app
from extproc.cli.output import printable
from extproc.core.decision import Phase
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome

AT = 1_795_399_200_000_000
"""2026-11-23T03:00:00+01:00"""
EVIL = "gpt\x1b[2J\x9b31m\u202egnp\x07[bold]"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("var")

    async def record() -> None:
        writer = RecordWriter(path / "audit.db")
        await writer.write(
            ExchangeRecord(
                exchange_id="exc_1", at=AT, subject="alice", agent_id="agt_1", agent_name="bot",
                client_id="cli", source="10.0.0.7", method="POST", path="/v1/messages",
                model="claude-5", findings={"EMAIL": 1},
                body=b"first line\nsecond \x1b]0;owned\x07",
            ),
            DecisionRecord("dec_1", "exc_1", Phase.AUTHZ, AT, True, revision="r1", duration=200),
            AnswerRecord(
                exchange_id="exc_1", at=AT, status=200, outcome=Outcome.COMPLETED,
                findings={"EMAIL": 2}, body=b"the answer", input_tokens=3, output_tokens=4,
                duration=20_000,
            ),
            ExchangeRecord(exchange_id="exc_2", at=AT + 1, model=EVIL, allowed=False,
                           code="invalid_token", reason="expired"),
        )  # fmt: skip
        await asyncio.to_thread(writer.close)

    asyncio.run(record())
    return path


def run(*words: str, status: int = 0) -> Result:
    result = CliRunner().invoke(app, ["sessions", *words])
    assert result.exit_code == status, result.output
    return result


def found(directory: Path, *words: str) -> Any:
    result = run("list", *words, "--json", "--data-dir", str(directory))
    return [one["id"] for session in json.loads(result.stdout) for one in session["exchanges"]]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ((), ["exc_1", "exc_2"]),
        (("--at", "2026-11-23T03:00", "--tz", "Europe/Berlin"), ["exc_1", "exc_2"]),
        (("--at", "2026-11-23T03:00", "--tz", "UTC"), []),
        (("--from", "2026-11-23T02:00Z", "--to", "2026-11-23T02:01Z"), ["exc_1", "exc_2"]),
        (("--model", "claude-*"), ["exc_1"]),
        (("--client", "10.0.0.7"), ["exc_1"]),
        (("--text", "answer"), ["exc_1"]),
        (("--finding", "EMAIL", "--decision", "allow", "--subject", "alice"), ["exc_1"]),
        (("--decision", "invalid_token"), ["exc_2"]),
        (("--agent", "bot"), ["exc_1"]),
    ],
)
def test_filters(directory: Path, words: tuple[str, ...], ids: list[str]) -> None:
    assert found(directory, *words) == ids


@pytest.mark.parametrize(
    "words",
    [("--at", "noon"), ("--tz", "Nowhere"), ("--decision", "perhaps"),
     ("--at", "03:00", "--to", "04:00")],
)  # fmt: skip
def test_a_wrong_question_is_a_wrong_use(directory: Path, words: tuple[str, ...]) -> None:
    result = run("list", *words, "--data-dir", str(directory), status=2)
    assert result.stdout == ""
    assert "error: " in result.stderr


def test_a_table_shows_one_line_an_exchange_and_obeys_nothing(directory: Path) -> None:
    lines = run("list", "--tz", "Europe/Berlin", "--data-dir", str(directory)).stdout.splitlines()
    assert lines[1].split() == [
        "2026-11-23", "03:00:00.000+01:00", "alice", "bot", "10.0.0.7", "claude-5", "200",
        "allow", "EMAIL:3", "3/4", "exc_1",
    ]  # fmt: skip
    assert r"gpt\x1b[2J\x9b31m\u202egnp\x07[bold]" in lines[2]


def test_programs_get_ascii(directory: Path) -> None:
    text = run("list", "--json", "--data-dir", str(directory)).stdout
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)[1]["exchanges"][0]["model"] == EVIL


def test_an_exchange_is_shown_whole(directory: Path) -> None:
    text = run("show", "exc_1", "--tz", "Europe/Berlin", "--data-dir", str(directory)).stdout
    for part in ("alice", "agt_1 bot", "POST /v1/messages", "200 completed", "request: EMAIL:1",
                 "3 in, 4 out", "20.0 ms", "dec_1", "first line\nsecond \\x1b]0;owned\\x07\n",
                 "the answer"):  # fmt: skip
        assert part in text
    document = json.loads(run("show", "exc_1", "--json", "--data-dir", str(directory)).stdout)
    assert document["request"] == "first line\nsecond \x1b]0;owned\x07"


def test_a_session_is_shown_in_order(directory: Path) -> None:
    assert "exc_1" in run("show", "agt_1", "--data-dir", str(directory)).stdout
    document = json.loads(run("show", "agt_1", "--json", "--data-dir", str(directory)).stdout)
    assert [one["id"] for one in document["exchanges"]] == ["exc_1"]


def test_an_exchange_without_an_answer_is_shown(directory: Path) -> None:
    assert "not yet" in run("show", "exc_2", "--data-dir", str(directory)).stdout


@pytest.mark.parametrize("id", ["exc_0", "agt_0", "\x1b[2J"])
def test_what_is_not_there_is_a_negative_answer(directory: Path, id: str) -> None:
    result = run("show", id, "--data-dir", str(directory), status=1)
    assert "nothing was recorded" in result.stderr
    assert "\x1b" not in result.stderr


class Recorded(BaseHTTPRequestHandler):
    """A control port that answers what a test says and remembers what it was asked."""

    answer: tuple[int, Any] = (200, [])
    asked: list[tuple[str, str, dict[str, list[str]], str | None]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.asked.append(
            (self.command, url.path, parse_qs(url.query), self.headers.get("authorization"))
        )
        status, document = self.answer
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_DELETE = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("EXTPROC_TOKEN", "the-credential")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    monkeypatch.setattr(Recorded, "asked", [])
    monkeypatch.setattr(Recorded, "answer", (200, []))
    server = HTTPServer(("127.0.0.1", 0), Recorded)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_is_asked_in_the_callers_zone_with_the_credential(control: str) -> None:
    assert json.loads(run("list", "--at", "03:00", "--json", "--control", control).stdout) == []
    assert Recorded.asked == [
        (
            "GET",
            "/api/v1/sessions",
            {"at": ["03:00"], "tz": ["Europe/Berlin"]},
            "Bearer the-credential",
        )
    ]


@pytest.mark.parametrize(
    ("id", "path"),
    [("exc_1", "/api/v1/exchanges/exc_1"), ("agt_1", "/api/v1/sessions/agt_1"),
     ("../agents", "/api/v1/exchanges/..%2Fagents")],
)  # fmt: skip
def test_show_at_a_server(
    control: str, id: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Recorded, "answer", (404, {"error": {"code": "not_found"}}))
    run("show", id, "--control", control, status=1)
    assert Recorded.asked[0][1] == path


@pytest.mark.parametrize(
    ("answer", "status", "message"),
    [
        ((400, {"error": {"code": "invalid_request", "message": "no time"}}), 2, "no time"),
        ((401, {"error": {"code": "revoked", "message": "ended"}}), 1, "revoked: ended"),
        ((503, {"error": {"code": "unavailable", "message": "store"}}), 1, "unavailable"),
        ((500, "odd"), 1, "500"),
    ],
    ids=["a wrong question", "a credential that ended", "no store", "no error document"],
)
def test_a_servers_refusal_is_told(
    control: str,
    answer: tuple[int, Any],
    status: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Recorded, "answer", answer)
    assert message in run("list", "--control", control, status=status).stderr


def test_agents_at_a_server(control: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recorded, "answer", (200, [{"id": "agt_1", "name": "bot"}]))
    result = CliRunner().invoke(app, ["agents", "kill", "bot", "--control", control])
    assert (result.exit_code, result.stdout) == (0, "agt_1 ended\n")
    assert [(one[0], one[1]) for one in Recorded.asked] == [
        ("GET", "/api/v1/agents"),
        ("DELETE", "/api/v1/agents/agt_1"),
    ]


def test_no_server_and_no_url() -> None:
    assert "no answer" in run("list", "--control", "http://127.0.0.1:1", status=1).stderr
    assert "not a URL" in run("list", "--control", "localhost", status=2).stderr


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        ("plain ü 日本", True, "plain ü 日本"),
        ("two\nlines\tand a tab", False, "two\nlines\tand a tab"),
        ("two\nlines\r", True, r"two\nlines\r"),
        ("\x1b[31m", False, r"\x1b[31m"),
        ("\x9b31m\x7f\0", False, r"\x9b31m\x7f\x00"),
        ("a\u202eb\u2066c\u200b", False, r"a\u202eb\u2066c\u200b"),
        ("no\u00a0break", False, "no\u00a0break"),
        ("\ud800", False, r"\ud800"),
    ],
    ids=["text", "lines", "one line", "an escape", "C1 and DEL", "direction overrides",
         "a hard space", "a lone surrogate"],
)  # fmt: skip
def test_only_visible_characters_reach_a_terminal(text: str, line: bool, shown: str) -> None:
    assert printable(text, line=line) == shown
