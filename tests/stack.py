"""The real thing for end-to-end tests: Envoy, the policy server, and clients that speak bytes."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extproc import config as configuration
from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.queries import RecordReader
from extproc.adapters.system import SortableIds, SystemClock
from extproc.service.agents import Agents
from extproc.service.leases import Terms
from extproc.service.questions import Evidence

ROOT = Path(__file__).parent.parent
START_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """One HTTP/1.1 answer, as the client's socket got it."""

    status: int
    headers: dict[str, str]
    body: bytes
    trailers: dict[str, str]
    is_complete: bool
    """False when the connection broke before the end of the message."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Stack:
    """`extproc serve` and Envoy as processes of their own, on free ports."""

    def __init__(self, directory: Path, upstream_url: str, changes: dict[str, Any] | None = None):
        self.directory = directory
        self.data_dir = directory / "var"
        document: dict[str, Any] = {
            "listen": {
                "data": f"127.0.0.1:{free_port()}",
                "control": f"127.0.0.1:{free_port()}",
                "envoy_admin": f"127.0.0.1:{free_port()}",
            },
            "data_dir": str(self.data_dir),
            "upstreams": [{"name": "demo", "url": upstream_url, "models": ["*"]}],
            "policy": {"path": str(ROOT / "rego"), "timeout": "2s"},
        }
        for key, value in (changes or {}).items():
            known = document.get(key)
            document[key] = {**known, **value} if isinstance(known, dict) else value
        self.config = configuration.parse(document)
        self.config_file = directory / "extproc.yaml"
        self.config_file.write_text(json.dumps(document))
        self.server: subprocess.Popen[bytes] | None = None
        self.envoy: subprocess.Popen[bytes] | None = None

    @property
    def data_url(self) -> str:
        return f"http://{self.config.listen.data}"

    @property
    def control_url(self) -> str:
        return f"http://{self.config.listen.control}"

    @property
    def port(self) -> int:
        return configuration.host_port(self.config.listen.data)[1]

    # -- processes -------------------------------------------------------------------------

    def start(self) -> None:
        self.start_server()
        self.start_envoy()

    def start_envoy(self) -> None:
        bootstrap = self.directory / "envoy.json"
        printed = run_cli("envoy", "--config", str(self.config_file))
        assert printed.returncode == 0, printed.stderr
        bootstrap.write_text(printed.stdout)
        self.envoy = self._spawn(
            "envoy",
            str(Path(sys.executable).with_name("envoy")),
            "-c", str(bootstrap), "-l", "warning", "--disable-hot-restart", "--concurrency", "1",
        )  # fmt: skip
        self._until_answers(self.config.listen.envoy_admin, "/ready", self.envoy)

    def start_server(self) -> None:
        self.server = self._spawn(
            "serve", sys.executable, "-m", "extproc", "serve", "--config", str(self.config_file)
        )
        self._until_answers(self.config.listen.control, "/readyz", self.server)

    def kill_server(self) -> None:
        assert self.server is not None
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def stop(self) -> None:
        for process in (self.envoy, self.server):
            if process is not None and process.poll() is None:
                process.terminate()
        for process in (self.envoy, self.server):
            if process is not None:
                try:
                    process.wait(40)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def log(self, name: str = "serve") -> str:
        return (self.directory / f"{name}.log").read_text()

    def _spawn(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        with (self.directory / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory
            )

    def _until_answers(self, address: str, path: str, process: subprocess.Popen[bytes]) -> None:
        host, port = configuration.host_port(address)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if request(port, "GET", path, host=host).status == 200:
                    return
            assert not has_ended(process), f"it ended: {self.log()[-3000:]}"
        raise AssertionError(f"{address}{path} did not answer")

    # -- agents and records ----------------------------------------------------------------

    @contextlib.contextmanager
    def agents(self) -> Iterator[Agents]:
        """The same service that the command line uses, on the same data directory."""
        clock = SystemClock()
        store = AgentStore(self.data_dir / "state.db")
        try:
            yield Agents(
                store,
                LocalAuthority(self.data_dir),
                clock,
                SortableIds(clock),
                Terms.of(self.config),
            )
        finally:
            store.close()

    def token(self, subject: str = "alice", **options: Any) -> str:
        with self.agents() as agents:
            return agents.start(subject, **options)[1]

    def agent(self, subject: str = "alice", **options: Any) -> tuple[str, str]:
        """(agent id, credential)"""
        with self.agents() as agents:
            agent, token = agents.start(subject, **options)
            return agent.id, token

    def end(self, agent_id: str) -> None:
        with self.agents() as agents:
            assert agents.end(agent_id)

    def exchange(self, exchange_id: str) -> dict[str, Any]:
        """Everything that was recorded of one exchange."""
        found = self._show(exchange_id)
        assert found is not None, f"{exchange_id} was not recorded"
        return found

    def _show(self, exchange_id: str) -> dict[str, Any] | None:
        reader = RecordReader(self.data_dir / "audit.db")
        try:
            return Evidence(reader, SystemClock()).show(exchange_id, "UTC")
        finally:
            reader.close()

    def wait_for_answer(self, exchange_id: str, seconds: float = 10) -> dict[str, Any]:
        """The record of an exchange whose end no client sees: it hung up."""
        self.wait_for(lambda: (self._show(exchange_id) or {}).get("outcome"), seconds)
        return self.exchange(exchange_id)

    def wait_for(self, holds: Callable[[], Any], seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "it did not come to pass"
            assert self.server is not None
            assert not has_ended(self.server), f"it ended: {self.log()[-3000:]}"

    # -- calls -----------------------------------------------------------------------------

    def call(
        self,
        body: bytes | dict[str, Any] | None,
        token: str | None,
        path: str = "/v1/chat/completions",
        method: str = "POST",
        **headers: str,
    ) -> Answer:
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("content-type", "application/json")
        if token is not None:
            sent.setdefault("authorization", f"Bearer {token}")
        return request(self.port, method, path, sent, body)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ends within a moment: the pause between two looks at what cannot tell us."""
    try:
        process.wait(0.02)
    except subprocess.TimeoutExpired:
        return False
    return True


# Below those that the system gives to connections, and apart for tests that run at once.
_RANGE = 4_000
_FIRST = 16_000 + _RANGE * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 4)
_offsets = itertools.count(os.getpid())


def free_port() -> int:
    """Nobody else is given it: a port that is asked for and let go may be another's by then."""
    for offset in itertools.islice(_offsets, _RANGE):
        port = _FIRST + offset % _RANGE
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def request(
    port: int,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    host: str = "127.0.0.1",
    timeout: float = 30,
) -> Answer:
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}:{port}", "connection: close"]
    if body is not None:
        lines.append(f"content-length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return exchange_bytes(
        port, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b""), timeout
    )


def exchange_bytes(port: int, data: bytes, timeout: float = 30) -> Answer:
    """Send bytes, read until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
        return read_answer(connection)


@contextlib.contextmanager
def opened(
    stack: Stack,
    token: str,
    body: bytes,
    path: str = "/v1/chat/completions",
    until: bytes = b"Hello",
) -> Iterator[tuple[socket.socket, bytes]]:
    """A stream in the middle: the connection, and what came until a word of the answer did."""
    with socket.create_connection(("127.0.0.1", stack.port), 20) as client:
        client.sendall(
            f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n".encode()
            + body
        )
        got = b""
        while until not in got:
            piece = client.recv(1 << 16)
            assert piece, f"closed after {got!r}"
            got += piece
        yield client, got


def rest_of(connection: socket.socket) -> Iterator[bytes]:
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(1 << 16):
            yield piece


def read_answer(connection: socket.socket) -> Answer:
    return parse_answer(b"".join(rest_of(connection)))


def parse_answer(data: bytes) -> Answer:
    head, _, rest = data.partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    if not line.startswith("HTTP/1.1 "):
        return Answer(0, {}, data, {}, is_complete=False)
    headers = dict(_pair(each) for each in lines)
    status = int(line.split(" ")[1])
    if headers.get("transfer-encoding") != "chunked":
        length = int(headers.get("content-length", len(rest)))
        return Answer(status, headers, rest, {}, is_complete=len(rest) == length)
    body = bytearray()
    while True:
        size, found, rest = rest.partition(b"\r\n")
        if not found:
            return Answer(status, headers, bytes(body), {}, is_complete=False)
        if int(size, 16) == 0:
            break
        piece, rest = rest[: int(size, 16)], rest[int(size, 16) + 2 :]
        body += piece
        if len(piece) < int(size, 16):
            return Answer(status, headers, bytes(body), {}, is_complete=False)
    trailers = dict(_pair(each) for each in rest.decode("latin-1").split("\r\n") if each)
    return Answer(status, headers, bytes(body), trailers, is_complete=rest.endswith(b"\r\n"))


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def run_cli(*arguments: str, stdin: str | None = None, **environment: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "extproc", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
        cwd=ROOT,
        check=False,
    )
