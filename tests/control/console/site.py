"""The console with real stores behind it, and people who have signed in."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware

from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.sqlite.pages import RecordPages
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.sqlite.sessions import SessionStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.config import Config, parse
from extproc.control.console import Console
from extproc.control.console.state import Keeping
from extproc.control.sign_in import SignIn
from extproc.control.web import SafeHeaders
from extproc.core.identity import Subject
from extproc.core.record import EventRecord, Record
from extproc.service.agents import Agents
from extproc.service.approvals import Desk, Terms
from extproc.service.browsing import Browsing
from extproc.service.events import Events
from extproc.service.leases import Terms as Leases
from extproc.service.leases import document
from extproc.service.people import Role
from extproc.service.standing import Standing

HOME = "http://127.0.0.1"
ROLES = {"viewer": ["staff"], "approver": ["leads"], "admin": ["ops"]}
GROUPS = {Role.VIEWER: "staff", Role.APPROVER: "leads", Role.ADMIN: "ops"}
_HOUR = 3600 * 1_000_000


class Site:
    def __init__(self, directory: Path) -> None:
        self.clock = clock = SystemClock()
        self.config: Config = parse(
            {"console": {"roles": ROLES}, "approvals": {"break_glass": ["ops"]}}
        )
        self.store = AgentStore(directory / "state.db")
        self.writer = RecordWriter(directory / "audit.db", has_text_index=False)
        self.reader = RecordPages(directory / "audit.db")
        self.sessions = SessionStore(directory / "sessions.db")
        authority = LocalAuthority(directory)
        self.ids = SortableIds(clock)
        self.agents = Agents(self.store, authority, clock, self.ids, Leases())
        self.keeping = Keeping(3, "", (("audit.db", 5 << 20),), "")
        standing = Standing(self.store, authority, clock)
        events = Events(self.writer, clock, self.ids)
        self.approvals = ApprovalStore(directory / "approvals.db")
        self.desk = Desk(self.approvals, Terms.of(self.config), clock, events)
        sign_in = SignIn(
            self.config.console,
            self.sessions,
            clock,
            sign_ins=None,  # type: ignore[arg-type]
            identify=self.agents.identify,
            is_running=self.agents.is_running,
            is_out=standing.is_out,
            events=events,
            issuer=authority.issuer,
        )
        self.console = Console(
            self.config,
            role_of=sign_in.role_of,
            events=events,
            roster=self.store,
            document=document,
            standing=standing,
            sessions=self.sessions,
            desk=self.desk,
            browsing=Browsing(self.reader, clock),
            keeping=lambda: self.keeping,
        )
        self.application = Starlette(
            routes=[*self.console.routes(), *sign_in.routes()],
            middleware=[Middleware(SafeHeaders)],
        )

    def sign_in(self, role: Role, name: str = "") -> str:
        """The cookie of a new session."""
        id = f"session-{hashlib.sha256((name or role.name).encode()).hexdigest()}"
        person = Subject(
            subject=name or role.name.lower(), issuer="corp", source="oidc", groups=(GROUPS[role],)
        )
        digest = hashlib.sha256(id.encode()).digest()
        self.sessions.put(digest, msgspec.json.encode(person), self.clock.now() + _HOUR)
        return id

    def sign_out(self, cookie: str) -> None:
        self.sessions.drop(hashlib.sha256(cookie.encode()).digest())

    def browser(self, role: Role | None, name: str = "") -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.application),
            base_url=HOME,
            headers={"origin": HOME, "sec-fetch-site": "same-origin"},
            cookies={"extproc": self.sign_in(role, name)} if role else {},
        )

    def start(self, subject: str, **options: Any) -> str:
        """An agent's id."""
        return self.agents.start(subject, **options)[0].id

    async def record(self, *records: Record) -> None:
        await self.writer.write(*records)

    def events(self) -> list[EventRecord]:
        return list(self.reader.events(None, 1000))[::-1]

    def close(self) -> None:
        self.reader.close()
        self.writer.close()
        self.sessions.close()
        self.approvals.close()
        self.store.close()
