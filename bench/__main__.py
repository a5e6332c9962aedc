"""`python -m bench`: measure, print the tables. Progress goes to standard error."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import chart, report
from bench.floor import has_transport
from bench.machine import facts
from bench.processes import StartError, two_cores
from bench.run import Bench, Load, Upstream
from bench.scenarios import QUICK, SCENARIOS, Scenario
from bench.systems import Extproc, Floor, PlainEnvoy, System, is_served, read_peers
from bench.wrk import Wrk

HOME = Path(__file__).parent
RESULTS = HOME / "results"
PAGE = HOME.parent / "docs" / "performance.md"
PICTURE = HOME.parent / "docs" / "performance.svg"

TRANSPORTS = ("grpcio", "nghttp2")
QUICK_SECONDS = 30.0
FULL_SECONDS = 250.0
"""For all rounds of our own systems; starts and warm-ups come on top."""
PEER_PORT = 9100
"""Where the entries of a peers.json look for the upstream."""


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less than a minute; rougher figures")
    parser.add_argument(
        "--only", action="append", metavar="SCENARIO", choices=SCENARIOS,
        help=f"one of {', '.join(SCENARIOS)}; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--transport", action="append", choices=TRANSPORTS, help="default: all that there are"
    )
    parser.add_argument("--rounds", type=int, help="how often each system has its turn")
    parser.add_argument("--peers", type=Path, metavar="FILE", help="gateways of others, as rows")
    parser.add_argument(
        "--peer", action="append", metavar="NAME", help="only this entry of FILE; may be repeated"
    )
    parser.add_argument("--upstream-port", type=int, metavar="P", help="where peers look for it")
    parser.add_argument("--wrk", action="store_true", help="ask with wrk, where it is installed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result here too")
    parser.add_argument("--from", dest="saved", type=Path, metavar="FILE", help="show this result")
    parser.add_argument(
        "--write-docs", action="store_true", help="put tables and chart into docs/performance"
    )
    options = parser.parse_args(argv)
    if options.rounds is not None and not 1 <= options.rounds <= 50:
        parser.error("--rounds: expected 1 to 50")
    if options.wrk and shutil.which("wrk") is None:
        parser.error("--wrk: there is no wrk on the PATH")
    options.scenarios = options.only or (list(QUICK) if options.quick else list(SCENARIOS))
    options.rounds = options.rounds or (3 if options.quick else 5)
    if options.upstream_port is None:
        options.upstream_port = PEER_PORT if options.peers else 0
    return options


def turn_seconds(options: argparse.Namespace, systems: int) -> float:
    """For one system, scenario and round, so that the whole run keeps its time."""
    turns = systems * len(options.scenarios) * options.rounds
    return min(3.0, (QUICK_SECONDS if options.quick else FULL_SECONDS) / turns)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Raises StartError, and KeyboardInterrupt; nothing of it runs on after that."""
    load_cores, cores = two_cores()
    scenarios = [SCENARIOS[name] for name in options.scenarios]
    began = time.perf_counter()

    def say(words: str) -> None:
        print(f"[{time.perf_counter() - began:5.1f} s] {words}", file=sys.stderr, flush=True)

    with contextlib.ExitStack() as stack:
        work = stack.enter_context(_work_directory())
        if load_cores:
            os.sched_setaffinity(0, load_cores)
        else:
            say("there is only one core: load and systems share it, and figures mean little")
        upstream = Upstream(work, load_cores, options.upstream_port)
        stack.callback(upstream.stop)
        load = Load(work, load_cores)
        stack.callback(load.stop)
        systems = _systems(options, scenarios, work, upstream.port, cores)
        peers: list[System] = []
        if options.peers:
            peers += [
                each
                for each in read_peers(options.peers, work / "peers", cores)
                if not options.peer or each.name in options.peer
            ]
        seconds = turn_seconds(options, len(systems))
        say(f"{len(systems)} systems, {options.rounds} rounds of {seconds:.1f} s")
        bench = Bench(
            Wrk(load, work, load_cores) if options.wrk else load,
            upstream,
            systems,
            peers,
            scenarios,
            cores=cores,
            rounds=options.rounds,
            seconds=seconds,
            say=say,
        )
        result = bench.run()
        result["machine"] = facts(work, one_core=not cores)
        result["load"] = "wrk" if options.wrk else "bench.load"
        say("done")
    return result


def _systems(
    options: argparse.Namespace,
    scenarios: Sequence[Scenario],
    work: Path,
    upstream: int,
    cores: Sequence[int],
) -> list[System]:
    systems: list[System] = [PlainEnvoy(work / "envoy", upstream, cores)]
    for name in options.transport or TRANSPORTS:
        if not has_transport(name):
            if options.transport:
                raise StartError(f"there is no transport {name} in this version")
            continue
        systems.append(Floor(name, work / f"floor-{name}", upstream, cores))
        if is_served(name):
            systems.append(Extproc(name, work / f"extproc-{name}", upstream, cores))
    return systems


@contextlib.contextmanager
def _work_directory() -> Iterator[Path]:
    """On the same disk as the repository: in memory, a record would be durable for nothing."""
    directory = RESULTS / f"run-{os.getpid()}"
    directory.mkdir(parents=True)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _interrupt(*_: object) -> None:
    # From here on everything is being ended, which a second Ctrl-C must not stop halfway.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    options = arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        if options.saved:
            result = json.loads(options.saved.read_text())
        else:
            result = measure(options)
            RESULTS.mkdir(exist_ok=True)
            name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
            for file in (RESULTS / f"{name}.json", options.json):
                if file is not None:
                    file.write_text(json.dumps(result, indent=1) + "\n")
    except StartError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; everything is ended", file=sys.stderr)
        return 130
    print(report.page(result))
    if options.write_docs:
        PAGE.write_text(report.insert(PAGE.read_text(), report.page(result)))
        PICTURE.write_text(chart.picture(result))
    return 1 if report.has_failed(result) else 0


if __name__ == "__main__":
    sys.exit(main())
