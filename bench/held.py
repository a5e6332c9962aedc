"""`python -m bench.held`: a thousand calls that wait for a person, in one worker.

Prints what one of them costs while it waits (memory, and processor time over some seconds), and how
long it takes from a yes to the answer. Exit status 1 when a held call costs more than it may.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.processes import family
from bench.run import alone
from bench.scenarios import SCENARIOS
from bench.systems import ROOT
from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.core.approval import ApprovalState
from extproc.service.agents import Agents
from extproc.service.approvals import MOST_PENDING, Choice, Vote
from extproc.service.leases import Limits, Terms

CALLS = 1000
QUIET = 3.0
"""Seconds in which the held calls do nothing."""
MOST_KIB = 30
_SECOND = 1_000_000


def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        policies = Path(directory) / "rego"
        shutil.copytree(ROOT / "rego", policies)
        data = json.loads((policies / "data.json").read_text())
        data["approvals"]["models"] = ["risky"]
        (policies / "data.json").write_text(json.dumps(data))
        settings = {
            "policy": {"path": str(policies), "timeout": "2s"},
            "approvals": {"hold": "5m"},
            "agents": {"per_subject": 200, "idle_timeout": "1h"},
        }
        with alone("nghttp2", settings, is_pinned=False) as (load, _, system):
            data_dir = system.directory / "var"
            worker = family(system.parts["server"].pid)[1]
            port = system.ports["data"]
            scenario = SCENARIOS["chat"]
            load.run(port, system.request(scenario), 8, seconds=1)
            before = _resident(worker)
            found = asyncio.run(_hold(port, data_dir, worker))
            kib = (found["resident"] - before) / CALLS
    print(
        f"{CALLS} held calls: {kib:.1f} KiB each, {found['idle']:.1f} % of a core for all of them; "
        f"from a yes to the answer p50 {found['p50']:.0f} ms, p99 {found['p99']:.0f} ms "
        f"({found['approved']} in {found['seconds']:.1f} s)"
    )
    return 1 if kib > MOST_KIB else 0


async def _hold(port: int, data_dir: Path, worker: int) -> dict[str, float]:
    tokens = _tokens(data_dir, -(-CALLS // MOST_PENDING) + 1)
    store = ApprovalStore(data_dir / "approvals.db")
    try:
        calls = [
            asyncio.create_task(_call(port, tokens[number % len(tokens)], f"pay {number}"))
            for number in range(CALLS)
        ]
        while store.pending() < CALLS:
            await asyncio.sleep(0.1)
        resident = _resident(worker)
        used = _processor(worker)
        await asyncio.sleep(QUIET)
        idle = (_processor(worker) - used) / QUIET * 100
        began = time.perf_counter()
        said: dict[str, float] = {}
        for case in await asyncio.to_thread(store.list, ApprovalState.PENDING, CALLS):
            now = SystemClock().now()
            vote = Vote(voter="bench", issuer="local", groups=(), verdict="approve", at=now)
            until = now + 300 * _SECOND
            await asyncio.to_thread(store.vote, case.id, vote, Choice(approves=True), until, now)
            said[case.held.exchange_id] = time.perf_counter()
        took = sorted(
            (moment - said[exchange]) * 1000 for exchange, moment in await asyncio.gather(*calls)
        )
        return {
            "resident": resident,
            "idle": idle,
            "approved": len(took),
            "seconds": time.perf_counter() - began,
            "p50": statistics.median(took),
            "p99": took[len(took) * 99 // 100],
        }
    finally:
        store.close()


async def _call(port: int, token: str, prompt: str) -> tuple[str, float]:
    """The exchange's id, and when its answer was there."""
    body = json.dumps({"model": "risky", "messages": [{"role": "user", "content": prompt}]})
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        f"connection: close\r\n\r\n{body}".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    await reader.read()
    moment = time.perf_counter()
    writer.close()
    if not head.startswith("HTTP/1.1 200"):
        raise RuntimeError(head.partition("\r\n")[0])
    return head.partition("x-extproc-exchange-id: ")[2].partition("\r\n")[0], moment


def _tokens(data_dir: Path, count: int) -> list[str]:
    store = AgentStore(data_dir / "state.db")
    terms = Terms(limits=Limits(per_subject=1000), idle_timeout=3600 * _SECOND)
    agents = Agents(store, LocalAuthority(data_dir), SystemClock(), SortableIds(), terms)
    try:
        return [agents.start("bench-held")[1] for _ in range(count)]
    finally:
        store.close()


def _resident(pid: int) -> int:
    """KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def _processor(pid: int) -> float:
    """Seconds of processor time."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    sys.exit(main())
