"""`python -m bench.outage`: kill -9 of one of two workers under load.

Prints how many calls failed and how, and how long it took until two workers served again. Calls
go on from 16 connections all the time. Exit status 1 when a call failed otherwise than by a
refusal (503), or when the worker was not back in time.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Any

from bench.processes import StartError, family
from bench.run import alone
from bench.scenarios import SCENARIOS
from bench.systems import Extproc, call

BEFORE = 1.0
AFTER = 4.0
MOST = 2.0
"""Seconds."""
_READY = b"GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n"


def outage(transport: str) -> int:
    """Raises StartError."""
    scenario = SCENARIOS["chat"]
    seen: dict[str, Any] = {}
    with alone(transport, {"workers": 2}, is_pinned=False) as (load, _, system):
        server = system.parts["server"].pid
        port, request = system.ports["data"], system.request(scenario)
        load.run(port, request, scenario.connections, seconds=BEFORE)
        asking = threading.Thread(
            target=lambda: seen.update(
                load.run(port, request, scenario.connections, seconds=BEFORE + AFTER)
            )
        )
        asking.start()
        time.sleep(BEFORE)
        victim = family(server)[1]
        os.kill(victim, signal.SIGKILL)
        killed = time.perf_counter()
        while victim in (now := family(server)) or len(now) < 3 or not _is_ready(system):
            if time.perf_counter() - killed > AFTER:
                break
            time.sleep(0.005)
        back = time.perf_counter() - killed
        asking.join()
    failed = ", ".join(f"{why}: {number}" for why, number in seen["bad"].items()) or "none"
    print(f"{seen['good']} calls were answered; failed: {failed}; back after {back:.2f} s")
    return 1 if set(seen["bad"]) - {"503"} or back > MOST else 0


def _is_ready(system: Extproc) -> bool:
    return call(system.control, _READY).status == 200


def main() -> int:
    try:
        return max(outage(transport) for transport in ("nghttp2", "grpcio"))
    except StartError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
