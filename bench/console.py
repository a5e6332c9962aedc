"""`python -m bench.console`: how fast the console's pages are over a million recorded exchanges.

Each page is asked for through the whole application (session, query, audit event, template), one
after the other as a person would; the times are of the server alone, without a network.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx2
import msgspec
from starlette.applications import Starlette

from bench.library import DAYS, fill, words
from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.sqlite.pages import RecordPages
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.sqlite.schema import AUDIT_FILE
from extproc.adapters.sqlite.sessions import SessionStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.config import Config
from extproc.control.console import Console
from extproc.control.console.state import Keeping
from extproc.control.sign_in import SignIn
from extproc.core.identity import Subject
from extproc.service.agents import Agents
from extproc.service.approvals import Desk
from extproc.service.approvals import Terms as ApprovalTerms
from extproc.service.browsing import Browsing
from extproc.service.events import Events
from extproc.service.leases import Limits, Terms, document
from extproc.service.questions import Question
from extproc.service.standing import Standing

TARGET_MS = 50.0
"""p50 of a page."""
_HOUR = 3600 * 1_000_000


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.console", description=__doc__)
    parser.add_argument("--exchanges", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40, help="requests of each page")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="where the library is made, and used again"
    )
    return parser.parse_args(argv)


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def questions(pages: RecordPages) -> dict[str, Callable[[], str]]:
    """A page by its name, and how to ask for another one of its kind each time."""
    dice = random.Random(3)
    vocabulary = words()
    # By how often they come up.
    frequent, common, rare = vocabulary[:50], vocabulary[200:5_000], vocabulary[20_000:]
    oldest, newest = pages.span()
    rows = [found.exchange for found in pages.page(Question(), None, 400)[0]]

    def moment() -> str:
        at = dice.randrange(oldest, newest) // 1_000_000
        return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(at))

    def search(**asked: str) -> str:
        return f"/sessions?{httpx2.QueryParams({'tz': 'UTC', **asked})}"

    return {
        "now": lambda: "/",
        "agents": lambda: "/agents",
        "approvals": lambda: "/approvals",
        "policy": lambda: "/policy",
        "audit": lambda: "/audit",
        "sessions": lambda: "/sessions",
        "sessions, a page further back": lambda: (
            f"/sessions?before={dice.randrange(oldest, newest)}.exc_0"
        ),
        "sessions at a minute, of a model": lambda: search(at=moment(), model="gpt-5"),
        "sessions of a day, denied": lambda: search(at=moment()[:10], decision="deny"),
        "sessions of a subject": lambda: search(subject=dice.choice(rows).subject),
        "sessions of a client": lambda: search(client=dice.choice(rows).agent_name),
        "sessions of a glob of models": lambda: search(model="gemini-*"),
        "sessions with a rare finding": lambda: search(finding="CREDIT_CARD"),
        "sessions with a finding, of a subject": lambda: search(
            finding="EMAIL", subject=dice.choice(rows).subject
        ),
        "sessions by a code": lambda: search(decision="policy_denied"),
        "sessions with a frequent word": lambda: search(text=dice.choice(frequent)),
        "sessions with a word": lambda: search(text=dice.choice(common)),
        "sessions with a rare word": lambda: search(text=dice.choice(rare)),
        "sessions with two words": lambda: search(
            text=f"{dice.choice(frequent)} {dice.choice(common)}"
        ),
        "a session": lambda: f"/sessions/{dice.choice(rows).agent_id}",
        "an exchange": lambda: f"/exchanges/{dice.choice(rows).exchange_id}",
    }  # fmt: skip


class Desktop:
    """The console over a library, and a browser that is signed in."""

    def __init__(self, directory: Path, stores: Path) -> None:
        clock = SystemClock()
        config = Config()
        self.pages = RecordPages(directory / AUDIT_FILE)
        self._writer = RecordWriter(directory / AUDIT_FILE, has_text_index=False)
        self._store = AgentStore(stores / "state.db")
        self._sessions = SessionStore(stores / "sessions.db")
        self._approvals = ApprovalStore(stores / "approvals.db")
        authority, ids = LocalAuthority(stores), SortableIds(clock)
        terms = Terms(limits=Limits(per_subject=1000))
        agents = Agents(self._store, authority, clock, ids, terms)
        for number in range(100):
            agents.start(f"person-{number % 20}", name=f"agent-{number}")
        standing = Standing(self._store, authority, clock)
        events = Events(self._writer, clock, ids)
        sign_in = SignIn(
            config.console, self._sessions, clock, sign_ins=None,  # type: ignore[arg-type]
            identify=agents.identify, is_running=agents.is_running,
            is_out=standing.is_out, events=events, issuer=authority.issuer,
        )  # fmt: skip
        console = Console(
            config, role_of=sign_in.role_of, events=events, roster=self._store, document=document,
            standing=standing, sessions=self._sessions,
            desk=Desk(self._approvals, ApprovalTerms(), clock, events),
            browsing=Browsing(self.pages, clock), keeping=lambda: Keeping(0, "", (), ""),
        )  # fmt: skip
        person = Subject(subject="root", issuer="bench", source="oidc", groups=("admin",))
        self._sessions.put(
            hashlib.sha256(b"bench").digest(), msgspec.json.encode(person), clock.now() + _HOUR
        )
        self.browser = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(Starlette(routes=console.routes())),
            base_url="http://127.0.0.1",
            cookies={"extproc": "bench"},
        )

    def close(self) -> None:
        self.pages.close()
        self._writer.close()
        for store in (self._store, self._sessions, self._approvals):
            store.close()


async def measure(desktop: Desktop, rounds: int) -> list[tuple[str, float, float, float]]:
    """(page, p50, p99, longest) in milliseconds; a first request of each is not counted."""
    results = []
    async with desktop.browser as browser:
        for name, address in questions(desktop.pages).items():
            taken = []
            for number in range(rounds + 1):
                path = address()
                began = time.perf_counter()
                answer = await browser.get(path)
                if number:
                    taken.append(1000 * (time.perf_counter() - began))
                if answer.status_code != 200:
                    raise SystemExit(f"{path}: {answer.status_code} {answer.text[-600:]}")
            quantiles = statistics.quantiles(taken, n=100, method="inclusive")
            results.append((name, quantiles[49], quantiles[98], max(taken)))
            say(f"{name}: {quantiles[49]:.1f} ms")
    return results


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.keep or Path(temporary) / "library"
        stores = Path(temporary) / "stores"
        if not (directory / AUDIT_FILE).exists():
            say(f"making a library of {options.exchanges:,} exchanges in {DAYS} days")
            fill(directory, options.exchanges, say)
        desktop = Desktop(directory, stores)
        try:
            results = asyncio.run(measure(desktop, options.rounds))
        finally:
            desktop.close()
    width = max(len(name) for name, *_ in results)
    print(f"{'page':{width}}  p50 ms  p99 ms  longest")
    for name, middle, high, longest in results:
        print(f"{name:{width}}  {middle:6.1f}  {high:6.1f}  {longest:7.1f}")
    slow = [name for name, middle, *_ in results if middle > TARGET_MS]
    print(f"over {TARGET_MS:.0f} ms: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
