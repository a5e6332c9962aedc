"""`python -m bench.soak`: very many exchanges through one worker, and what becomes of its memory.

The server is the one of `make bench`, with everything on. The first tenth is for what fills up
once: caches, buffers, the heap. From then on the memory of each process is measured after every
fiftieth part, with no call under way, and must stay within five hundredths of what it was.
Exit status 1 when a call failed or a process grew.
"""

from __future__ import annotations

import argparse
import sys
import time

from bench.processes import Process, StartError, family, own_memory
from bench.run import alone
from bench.scenarios import SCENARIOS

PARTS = 50
MOST = 0.05
_NAMES = ("control", "worker")


def memory(server: Process) -> dict[str, float]:
    """MiB of its own that each process of the server has."""
    found: dict[str, float] = {}
    for name, pid in zip(_NAMES, family(server.pid), strict=True):
        found[name] = own_memory(pid) / 1024
    return found


def drift(samples: list[float]) -> float:
    """How far the last nine tenths went from where they began, as a share of it."""
    begun = samples[len(samples) // 10]
    return max(abs(each - begun) for each in samples[len(samples) // 10 :]) / begun


def soak(exchanges: int, transport: str) -> int:
    """Raises StartError."""
    scenario = SCENARIOS["chat"]
    series: dict[str, list[float]] = {name: [] for name in _NAMES}
    good = failed = 0
    began = time.perf_counter()
    with alone(transport, {}, is_pinned=True) as (load, upstream, system):
        for part in range(1, PARTS + 1):
            result = load.run(
                system.ports["data"],
                system.request(scenario),
                scenario.connections,
                count=max(1, exchanges // PARTS),
                seconds=600.0,
            )
            good += result["good"]
            failed += sum(result["bad"].values())
            objection = system.objection(scenario, upstream.last(), result["last"])
            if objection:
                raise StartError(objection)
            now = memory(system.parts["server"])
            for name, size in now.items():
                series[name].append(size)
            sizes = ", ".join(f"{name} {size:.1f} MiB" for name, size in now.items())
            print(
                f"[{time.perf_counter() - began:6.0f} s] {part * 100 // PARTS:3d} %: "
                f"{good:,} exchanges, {failed} failed; {sizes}",
                flush=True,
            )
    drifts = {name: drift(samples) for name, samples in series.items()}
    shares = ", ".join(f"{name} {share:.1%}" for name, share in drifts.items())
    print(f"{good:,} exchanges, {failed} failed; memory after the first tenth within {shares}")
    return 1 if failed or max(drifts.values()) > MOST else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--exchanges", type=int, default=2_000_000)
    parser.add_argument("--transport", default="nghttp2", choices=("grpcio", "nghttp2"))
    options = parser.parse_args()
    try:
        return soak(options.exchanges, options.transport)
    except StartError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; everything is ended", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
