"""One run: each system is started and looked at in its turn, then all of them in rounds.

Within a round the systems take turns, A B C, so that what disturbs the machine for a while
disturbs them alike; a figure is the median of its rounds. Work that a system puts off is waited
for and counted: it is not cheaper for being late.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.processes import Process, StartError, core_busy, two_cores
from bench.scenarios import DELTAS, Scenario
from bench.systems import Extproc, System, call, total

SETTLE_SECONDS = 5.0
WARM_UP_CONNECTIONS = 16
RESULTS = Path(__file__).parent / "results"

Say = Callable[[str], None]


class Load:
    """The load generator's process; see bench.load. Or wrk, for what it can ask."""

    def __init__(self, logs: Path, cores: Sequence[int]) -> None:
        self._process = Process(
            "the load generator",
            (sys.executable, "-m", "bench.load"),
            logs / "load.log",
            cores,
            directory=Path(__file__).parent.parent,
            pipes=True,
        )

    def run(self, port: int, request: bytes, connections: int, **limits: Any) -> dict[str, Any]:
        job = {
            "port": port,
            "request": base64.b64encode(request).decode(),
            "connections": connections,
            **limits,
        }
        pipe = self._process.popen
        assert pipe.stdin is not None
        assert pipe.stdout is not None
        pipe.stdin.write(json.dumps(job).encode() + b"\n")
        pipe.stdin.flush()
        ready, _, _ = select.select([pipe.stdout], [], [], 120.0)
        line = pipe.stdout.readline() if ready else b""
        if not line.endswith(b"\n"):
            self._process.check()
            raise StartError("the load generator does not answer, or broke off")
        return json.loads(line)

    def stop(self) -> None:
        self._process.stop()


class Upstream:
    def __init__(self, logs: Path, cores: Sequence[int], port: int) -> None:
        self._process = Process(
            "the upstream",
            (sys.executable, "-m", "bench.upstream", "--port", str(port)),
            logs / "upstream.log",
            cores,
            directory=Path(__file__).parent.parent,
            pipes=True,
        )
        assert self._process.popen.stdout is not None
        line = self._process.popen.stdout.readline()
        if not line:
            self._process.popen.wait(5)
            self._process.check()
        self.port = int(line)

    def last(self) -> str:
        """The last body that it got."""
        answer = call(self.port, b"GET /last HTTP/1.1\r\nhost: bench\r\n\r\n")
        return answer.body.decode("utf-8", "replace")

    def stop(self) -> None:
        self._process.stop()


@contextlib.contextmanager
def alone(
    transport: str, settings: Mapping[str, Any], *, is_pinned: bool
) -> Iterator[tuple[Load, Upstream, Extproc]]:
    """One server of ours, started, with its load and its upstream. Raises StartError."""
    load_cores, cores = two_cores() if is_pinned else ([], [])
    if load_cores:
        os.sched_setaffinity(0, load_cores)
    work = RESULTS / f"alone-{os.getpid()}"
    work.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        upstream = Upstream(work, load_cores, 0)
        stack.callback(upstream.stop)
        load = Load(work, load_cores)
        stack.callback(load.stop)
        system = Extproc(transport, work / "extproc", upstream.port, cores)
        system.settings = settings
        stack.callback(system.stop)
        system.start()
        yield load, upstream, system


class Bench:
    def __init__(
        self,
        load: Any,
        upstream: Upstream,
        systems: Sequence[System],
        peers: Sequence[System],
        scenarios: Sequence[Scenario],
        *,
        cores: Sequence[int],
        rounds: int,
        seconds: float,
        say: Say,
    ) -> None:
        """`seconds`: for one system, scenario and round. `cores`: what is measured runs there."""
        self._load = load
        self._upstream = upstream
        self._systems = systems
        self._peers = peers
        self._scenarios = scenarios
        self._cores = cores
        self._rounds = rounds
        self._seconds = seconds
        self._say = say
        self._samples: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._calibration: list[float] = []
        self._after: dict[str, dict[str, float]] = {}
        self._mistakes: list[str] = []

    def run(self) -> dict[str, Any]:
        """Raises StartError when a system of ours does not come up."""
        with contextlib.ExitStack() as stack:
            for system in self._systems:
                stack.callback(system.stop)
                self._start(system)
            self._turns(self._systems)
        for peer in self._peers:
            self._run_peer(peer)
        return self._result()

    def _start(self, system: System) -> None:
        system.start()
        self._settle(system)
        system.idle = system.memory()
        system.worker_idle = system.worker_memory()
        self._say(f"{system.title}: ready after {system.start_seconds:.2f} s")

    def _run_peer(self, peer: System) -> None:
        """By itself: peers may want the same ports."""
        try:
            self._start(peer)
            self._turns([peer])
        except StartError as error:
            self._mistakes.append(f"{peer.name}: {error}")
            self._say(str(error))
        finally:
            peer.stop()

    def _turns(self, systems: Sequence[System]) -> None:
        for scenario in self._scenarios:
            able = [system for system in systems if system.can(scenario)]
            for system in able:
                self._warm_up(system, scenario)
            rounds = min(self._rounds, scenario.rounds)
            for number in range(rounds):
                self._calibration.append(calibrate(self._cores))
                for system in able:
                    sample = self._sample(system, scenario)
                    self._samples.setdefault((scenario.name, system.name), []).append(sample)
                self._say(f"{scenario.name}: round {number + 1} of {rounds}")
        for system in systems:
            self._after[system.name] = system.memory()

    def _warm_up(self, system: System, scenario: Scenario) -> None:
        """Also the proof that the system does what its row says."""
        connections = min(scenario.connections, WARM_UP_CONNECTIONS)
        result = self._ask(system, scenario, connections, self._seconds / 3)
        said = result.get("text") or result["last"]
        objection = system.objection(scenario, self._upstream.last(), said)
        if objection:
            self._mistakes.append(f"{system.name}, {scenario.name}: {objection} {result['bad']}")
            self._say(self._mistakes[-1])

    def _ask(
        self, system: System, scenario: Scenario, connections: int, seconds: float
    ) -> dict[str, Any]:
        limits: dict[str, Any] = {"seconds": seconds}
        if scenario.is_stream:
            waves = max(1, round(seconds / scenario.stream_seconds))
            # As people do, not all in the same instant; yet all of them are open together.
            spread = scenario.stream_seconds / 2 if scenario.is_spread else 0.0
            limits = {"count": waves * connections, "is_stream": True, "spread": spread}
        port = system.ports[scenario.port if len(system.ports) > 1 else "data"]
        return self._load.run(port, system.request(scenario), connections, **limits)

    def _sample(self, system: System, scenario: Scenario) -> dict[str, Any]:
        before, busy, began = system.cost(), self._busy(), time.perf_counter()
        share = 1.0 if scenario.is_stream else 0.75
        result = self._ask(system, scenario, scenario.connections, self._seconds * share)
        took = time.perf_counter() - began
        during = total(system.cost()).cpu - total(before).cpu
        is_calm = self._settle(system)
        spent = {part: cost - before[part] for part, cost in system.cost().items()}
        good = max(1, result["good"])
        cpu = sum(cost.cpu for cost in spent.values())
        sample: dict[str, Any] = {
            "requests": result["good"],
            "bad": result["bad"],
            "rps": result["rps"],
            "per_core": good / cpu if cpu else 0.0,
            "busy": during / took,
            "others": max(0.0, (self._busy() - busy - cpu) / took),
            "cpu_ms": {part: cost.cpu * 1e3 / good for part, cost in spent.items()},
            "switches": {part: cost.switches / good for part, cost in spent.items()},
            "p50_ms": result["p50_ms"],
            "p99_ms": result["p99_ms"],
            "is_calm": is_calm,
        }
        if scenario.is_stream:
            for name in ("event_ms", "ttft_ms", "gaps_ms", "late_p99_ms", "late_max_ms"):
                sample[name] = result[name]
            sample["delta_cpu_ms"] = cpu * 1e3 / good / DELTAS
        else:
            alone = self._ask(system, scenario, 1, self._seconds * 0.25)
            sample["alone_p50_ms"] = alone["p50_ms"]
            self._settle(system)
        return sample

    def _busy(self) -> float:
        return core_busy(self._cores[0]) if self._cores else 0.0

    def _settle(self, system: System) -> bool:
        """Wait until a system rests. False when it does not."""
        deadline = time.perf_counter() + SETTLE_SECONDS
        before = total(system.cost()).cpu
        while time.perf_counter() < deadline:
            time.sleep(0.05)
            now = total(system.cost()).cpu
            if now - before < 0.0025:
                return True
            before = now
        return False

    def _result(self) -> dict[str, Any]:
        everyone = [*self._systems, *self._peers]
        return {
            "rounds": self._rounds,
            "seconds": self._seconds,
            "calibration_ms": [round(each, 2) for each in self._calibration],
            "mistakes": self._mistakes,
            "systems": [
                {
                    "name": system.name,
                    "title": system.title,
                    "transport": system.transport,
                    "is_peer": system.is_peer,
                    "start_s": system.start_seconds,
                    "ready_s": system.ready_seconds,
                    "idle_mib": system.idle,
                    "worker_mib": system.worker_idle,
                    "after_mib": self._after.get(system.name, {}),
                }
                for system in everyone
            ],
            "scenarios": [
                {
                    "name": scenario.name,
                    "title": scenario.title,
                    "is_stream": scenario.is_stream,
                    "connections": scenario.connections,
                    "bytes": len(scenario.body()),
                    "rows": {
                        system.name: self._samples[scenario.name, system.name]
                        for system in everyone
                        if (scenario.name, system.name) in self._samples
                    },
                }
                for scenario in self._scenarios
            ],
        }


def calibrate(cores: Sequence[int]) -> float:
    """Processor milliseconds that a fixed piece of Python takes on the measured core now."""
    mine = os.sched_getaffinity(0)
    try:
        if cores:
            os.sched_setaffinity(0, cores)
        times = []
        for _ in range(3):
            began = time.process_time()
            sum(number * number for number in range(300_000))
            times.append((time.process_time() - began) * 1e3)
    finally:
        os.sched_setaffinity(0, mine)
    return statistics.median(times)
