"""What is compared. Each system starts, says when it is ready, and can prove what it does.

All but the peers run behind one and the same Envoy configuration, the one that `extproc envoy`
prints. Plain Envoy is that configuration with both filters taken out; so a ratio to it is the
price of the filters and of what stands behind them, and of nothing else.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.load import Answer
from bench.processes import NOTHING, Cost, Process, StartError, family, memory
from bench.scenarios import SECRET, Scenario

ROOT = Path(__file__).parent.parent
READY_SECONDS = 30.0
PEER_READY_SECONDS = 120.0
UPSTREAM = "bench"
AUTHZ = "envoy.filters.http.ext_authz"
ROUTER = "envoy.filters.http.router"
_ASK = b"GET /v1/models HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n%s\r\n"


class System:
    """One row of each table. `parts` are its processes, by what they are."""

    name = ""
    title = ""
    transport = ""
    """Of the policy server, where there is one."""
    masks = False
    """Whether a secret must not come through; the others must let it through."""
    is_peer = False

    def __init__(self) -> None:
        self.parts: dict[str, Process] = {}
        self.ports: dict[str, int] = {}
        self.start_seconds = 0.0
        """Until the first call came through."""
        self.ready_seconds: float | None = None
        """Until the policy server itself said that it is ready, where it says so."""
        self.idle: dict[str, float] = {}
        """MiB of each part, before the first call of a scenario."""
        self.worker_idle: float | None = None
        """The same of one worker by itself, where there are workers."""

    def start(self) -> None:
        """Returns when the first call came through. Raises StartError."""
        raise NotImplementedError

    def stop(self) -> None:
        # Envoy first: a server that drains waits for the calls that Envoy holds open.
        for process in reversed(self.parts.values()):
            process.stop()
        self.parts = {}

    def headers(self, scenario: Scenario) -> Mapping[str, str]:
        return {}

    def request(self, scenario: Scenario) -> bytes:
        return scenario.request(self.headers(scenario))

    def can(self, scenario: Scenario) -> bool:
        return True

    def cost(self) -> dict[str, Cost]:
        return {part: process.cost() for part, process in self.parts.items()}

    def memory(self) -> dict[str, float]:
        return {part: process.memory() for part, process in self.parts.items()}

    def worker_memory(self) -> float | None:
        """MiB of one worker of a policy server; None where there is none."""
        return None

    def objection(self, scenario: Scenario, heard: str, said: str) -> str:
        """Why this system does not do what its row says; empty if it does.

        `heard`: the last body that the upstream got. `said`: the last answer's text.
        """
        if not said:
            return "there was no good answer"
        if not scenario.prompt or self.is_peer:
            return ""
        for side, text in (("request", heard), ("answer", said)):
            if self.masks and SECRET in text:
                return f"the {side} was not masked"
            if not self.masks and SECRET not in text:
                return f"the {side} was changed"
        return ""


class _BehindEnvoy(System):
    """A system of ours: a directory, a configuration, Envoy."""

    filters: Sequence[str] = ()
    settings: Mapping[str, Any] = {}
    """More of the configuration."""

    def __init__(self, directory: Path, upstream_port: int, cores: Sequence[int]) -> None:
        super().__init__()
        self.directory = directory
        self.cores = cores
        self.upstream_port = upstream_port
        self.ports = {"data": free_port(), "authz": free_port()}
        self.control = free_port()
        self.config_file = directory / "extproc.json"
        self._document: dict[str, Any] | None = None

    def prepare(self) -> dict[str, Any]:
        """Write the configuration; returns the bootstrap that `extproc envoy` makes of it."""
        self.directory.mkdir(parents=True)
        document = {
            "listen": {
                "data": f"127.0.0.1:{self.ports['data']}",
                "control": f"127.0.0.1:{self.control}",
                "envoy_admin": f"127.0.0.1:{free_port()}",
            },
            "data_dir": str(self.directory / "var"),
            "upstreams": [
                {
                    "name": UPSTREAM,
                    "url": f"http://127.0.0.1:{self.upstream_port}",
                    "models": ["*"],
                }
            ],
            # A busy neighbour may take the core for longer than the default allows a policy.
            "policy": {"path": str(ROOT / "rego"), "timeout": "2s"},
            # One agent lives through the whole run.
            "credentials": {"ttl": "1h", "max_ttl": "1h"},
            "agents": {"idle_timeout": "1h"},
            **self.settings,
        }
        if self.transport:
            document["transport"] = self.transport
        self.config_file.write_text(json.dumps(document))
        return json.loads(self.extproc("envoy", "--config", str(self.config_file)))

    def extproc(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "extproc", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.directory,
        )
        if done.returncode:
            raise StartError(f"{self.name}: extproc {arguments[0]}: {done.stderr.strip()[-500:]}")
        return done.stdout.strip()

    def start_envoy(self, document: dict[str, Any]) -> None:
        file = self.directory / "envoy.json"
        file.write_text(json.dumps(document))
        self.parts["envoy"] = Process(
            f"{self.name}: envoy",
            (
                str(Path(sys.executable).with_name("envoy")),
                *("-c", str(file), "-l", "warning", "--disable-hot-restart", "--concurrency", "1"),
            ),
            self.directory / "envoy.log",
            self.cores,
        )

    def start(self) -> None:
        if self._document is None:
            self._document = self.prepare()
        document = copy.deepcopy(self._document)
        offer(document, self.ports["authz"], [each for each in self.filters if each == AUTHZ])
        keep(document, self.filters)
        began = time.perf_counter()
        self.start_server(document)
        self.start_envoy(document)
        head = "".join(f"{k}: {v}\r\n" for k, v in self.credential().items()).encode()
        while call(self.ports["data"], _ASK % head).status != 200:
            for process in self.parts.values():
                process.check()
            if time.perf_counter() - began > READY_SECONDS:
                raise StartError(f"{self.name} was not ready after {READY_SECONDS:.0f} s")
            time.sleep(0.005)
        self.start_seconds = time.perf_counter() - began

    def start_server(self, document: dict[str, Any]) -> None:
        """Start what the filters ask; nothing where there are none."""

    def credential(self) -> Mapping[str, str]:
        return {}

    def headers(self, scenario: Scenario) -> Mapping[str, str]:
        return self.credential()


class PlainEnvoy(_BehindEnvoy):
    name = "envoy"
    title = "plain Envoy, no filters"


class Floor(_BehindEnvoy):
    filters = (AUTHZ, "envoy.filters.http.ext_proc")

    def __init__(self, transport: str, *rest: Any) -> None:
        self.name = f"floor-{transport}"
        self.title = f"the floor, {transport}"
        self.transport = transport
        super().__init__(*rest)

    def start_server(self, document: dict[str, Any]) -> None:
        self.parts["server"] = Process(
            self.name,
            (
                *(sys.executable, "-m", "bench.floor", "--transport", self.transport),
                *("--socket", policy_socket(document), "--upstream", UPSTREAM),
            ),
            self.directory / "server.log",
            self.cores,
            directory=ROOT,
        )

    def credential(self) -> Mapping[str, str]:
        # As long as a real one, so that Envoy has the same to carry.
        return {"authorization": "Bearer " + "x" * 800}


class Extproc(_BehindEnvoy):
    filters = Floor.filters
    masks = True

    def __init__(self, transport: str, *rest: Any) -> None:
        self.name = f"extproc-{transport}"
        self.title = f"extproc, {transport}"
        self.transport = transport
        self._token = ""
        super().__init__(*rest)

    def start_server(self, document: dict[str, Any]) -> None:
        config = str(self.config_file)
        if not self._token:
            self._token = self.extproc("token", "--subject", "bench", "--config", config)
        self.parts["server"] = Process(
            self.name,
            (sys.executable, "-m", "extproc", "serve", "--config", config),
            self.directory / "server.log",
            self.cores,
            directory=self.directory,
        )

    def start(self) -> None:
        super().start()
        started = self.parts["server"].started_at
        for line in (self.directory / "server.log").read_text().splitlines():
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                if event.get("event") == "ready":
                    at = datetime.fromisoformat(event["timestamp"]).timestamp()
                    self.ready_seconds = at - started

    def worker_memory(self) -> float:
        _, worker = family(self.parts["server"].pid)
        return memory([worker])

    def credential(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self._token}"}


def is_served(transport: str) -> bool:
    """Whether the server can be configured to use it in this version."""
    from extproc import app, config

    missing = app.not_built_yet(config.parse({"transport": transport}))
    return not any(each.startswith("$.transport") for each in missing)


class Peer(System):
    """Somebody else's gateway, from an entry of a peers.json."""

    is_peer = True

    def __init__(
        self, name: str, entry: Mapping[str, Any], home: Path, logs: Path, cores: Sequence[int]
    ) -> None:
        """`home`: the directory of the peers.json; relative names in its commands are there."""
        super().__init__()
        self.name = name
        self.title = name
        self._entry = entry
        self._home = home
        self._logs = logs
        pin = [int(core) for core in str(entry.get("pin", "")).split(",") if core]
        self._cores = pin or cores
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/.*)", os.path.expandvars(entry["url"]))
        if found is None:
            raise StartError(f"{name}: url: expected http://127.0.0.1:PORT/…")
        self.ports = {"data": int(found[1])}
        self._path = found[2]

    def start(self) -> None:
        environment = _expanded(self._entry.get("env", {}))
        self._logs.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        for number, command in enumerate(self._entry.get("start", ())):
            self.parts[f"part{number}"] = Process(
                self.name,
                ("sh", "-c", "exec " + os.path.expandvars(command)),
                self._logs / f"{number}.log",
                self._cores,
                environment,
                self._home,
            )
        while not self._is_ready():
            for process in self.parts.values():
                process.check()
            if time.perf_counter() - began > PEER_READY_SECONDS:
                raise StartError(f"{self.name} was not ready")
            time.sleep(0.1)
        self.start_seconds = time.perf_counter() - began

    def _is_ready(self) -> bool:
        done = subprocess.run(
            os.path.expandvars(self._entry["ready"]),
            shell=True,
            capture_output=True,
            check=False,
            cwd=self._home,
        )
        return done.returncode == 0

    def can(self, scenario: Scenario) -> bool:
        if scenario.is_stream and self._entry.get("stream_headers") is None:
            return False
        return scenario.has_peers

    def headers(self, scenario: Scenario) -> Mapping[str, str]:
        if scenario.is_stream:
            return _expanded(self._entry["stream_headers"])
        return wrk_headers(_expanded(self._entry.get("wrk_env", {})))

    def request(self, scenario: Scenario) -> bytes:
        model = _expanded(self._entry.get("wrk_env", {})).get("WRK_MODEL", "mock")
        return scenario.request(self.headers(scenario), model, self._path)


def wrk_headers(variables: Mapping[str, str]) -> dict[str, str]:
    """The headers that an entry's `wrk_env` means: WRK_AUTH, and WRK_HDRS as `a: b|c: d`."""
    headers = {}
    if "WRK_AUTH" in variables:
        headers["authorization"] = f"Bearer {variables['WRK_AUTH']}"
    for pair in variables.get("WRK_HDRS", "").split("|"):
        name, found, value = pair.partition(":")
        if found:
            headers[name.strip()] = value.strip()
    return headers


def read_peers(file: Path, logs: Path, cores: Sequence[int]) -> list[Peer]:
    entries = json.loads(file.read_text())
    home = file.absolute().parent
    return [Peer(name, entry, home, logs / name, cores) for name, entry in entries.items()]


def _expanded(values: Mapping[str, str]) -> dict[str, str]:
    return {name: os.path.expandvars(value) for name, value in values.items()}


# -- Envoy's bootstrap ---------------------------------------------------------------------


def _manager(listener: dict[str, Any]) -> dict[str, Any]:
    return listener["filter_chains"][0]["filters"][0]["typed_config"]


def keep(document: dict[str, Any], filters: Sequence[str]) -> None:
    """Take all other filters out of the first listener; without any, every call is routed."""
    _keep(_manager(document["static_resources"]["listeners"][0]), filters)


def offer(document: dict[str, Any], port: int, filters: Sequence[str]) -> None:
    """Add a listener that is like the first, but for its port and its filters."""
    listeners = document["static_resources"]["listeners"]
    listener = copy.deepcopy(listeners[0])
    listener["name"] = "more"
    listener["address"]["socket_address"]["port_value"] = port
    _keep(_manager(listener), filters)
    listeners.append(listener)


def _keep(manager: dict[str, Any], filters: Sequence[str]) -> None:
    had = [each["name"] for each in manager["http_filters"]]
    manager["http_filters"] = [
        each for each in manager["http_filters"] if each["name"] in (*filters, ROUTER)
    ]
    if len(filters) < len(had) - 1:
        # Whoever names the upstream is gone, so there is one for all.
        (host,) = manager["route_config"]["virtual_hosts"]
        # The first behind those of the control port, which skip the filters anyway.
        route = copy.deepcopy(
            next(each for each in host["routes"] if "typed_per_filter_config" not in each)
        )
        route["match"] = {"prefix": "/"}
        host["routes"] = [route]


def policy_socket(document: dict[str, Any]) -> str:
    """Where Envoy looks for the policy server."""
    for cluster in document["static_resources"]["clusters"]:
        for group in cluster["load_assignment"]["endpoints"]:
            for each in group["lb_endpoints"]:
                pipe = each["endpoint"]["address"].get("pipe")
                if pipe is not None:
                    return pipe["path"]
    raise StartError("the bootstrap names no policy server")


# -- small things --------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def call(port: int, request: bytes) -> Answer:
    """One answer; its status is 0 when there is none."""
    answer = Answer()
    with (
        contextlib.suppress(OSError, ValueError),
        socket.create_connection(("127.0.0.1", port), 1.0) as connection,
    ):
        connection.sendall(request)
        while piece := connection.recv(1 << 16):
            if answer.feed(piece):
                break
    return answer


def total(costs: Mapping[str, Cost]) -> Cost:
    return sum(costs.values(), NOTHING)
