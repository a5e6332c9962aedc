"""What it costs to know a caller: `python -m bench.credentials`.

As many agents as one server of the benchmark has, calling in random order, each with a credential
that is renewed now and then. Prints how many calls were answered from memory, and what one such
call costs beside one whose signature is verified.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.core.identity import Identity
from extproc.service.agents import Agents
from extproc.service.leases import Limits, Terms

AGENTS = 50
CALLS = 50_000
CALLS_A_CREDENTIAL = 300
"""A call a second, and a credential that lasts five minutes."""


class CountingAuthority(LocalAuthority):
    verified = 0

    def verify(self, token: str, now: int) -> Identity:
        self.verified += 1
        return super().verify(token, now)


def measure() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        authority = CountingAuthority(Path(directory))
        store = AgentStore(Path(directory) / "state.db")
        limits = Limits(per_subject=AGENTS, total=AGENTS)
        agents = Agents(store, authority, SystemClock(), SortableIds(), Terms(limits=limits))
        tokens, refresh = [], []
        for _ in range(AGENTS):
            agent, token = agents.start("bench", is_renewable=True)
            tokens.append(token)
            refresh.append(agents.refresh_token(agent))
        choose = random.Random(7)
        hits: list[int] = []
        misses: list[int] = []
        calls = [0] * AGENTS
        for _ in range(CALLS):
            which = choose.randrange(AGENTS)
            calls[which] += 1
            if calls[which] % CALLS_A_CREDENTIAL == 0:
                _, tokens[which], refresh[which] = agents.renew(refresh[which])
            headers = {"authorization": f"Bearer {tokens[which]}", "accept": "*/*"}
            before = authority.verified
            began = time.perf_counter_ns()
            agents.identify(headers)
            took = time.perf_counter_ns() - began
            (hits if authority.verified == before else misses).append(took)
        store.close()
    return {
        "calls": CALLS,
        "hit_ratio": len(hits) / CALLS,
        "hit_p50_us": statistics.median(hits) / 1000,
        "hit_p99_us": statistics.quantiles(hits, n=100)[98] / 1000,
        "miss_p50_us": statistics.median(misses) / 1000,
    }


def main() -> int:
    found = measure()
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        print(
            f"{found['calls']} calls of {AGENTS} agents: {found['hit_ratio']:.3f} from memory, "
            f"p50 {found['hit_p50_us']:.1f} µs, p99 {found['hit_p99_us']:.1f} µs; "
            f"a signature p50 {found['miss_p50_us']:.0f} µs"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
