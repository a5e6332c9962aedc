"""The control process: the control port, the one writer of records, and the workers' parent."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from extproc.adapters.dpop import DpopProofs
from extproc.adapters.identity.trusted import TrustedSubjects
from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.metrics import Metrics
from extproc.adapters.record_pipe import WorkerPipe
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.approvals import FILE as APPROVALS_FILE
from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.sqlite.outbox import FILE as OUTBOX_FILE
from extproc.adapters.sqlite.outbox import Outbox
from extproc.adapters.sqlite.pages import RecordPages
from extproc.adapters.sqlite.queries import RecordReader
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.sqlite.replays import FILE as REPLAYS_FILE
from extproc.adapters.sqlite.replays import ReplayStore
from extproc.adapters.sqlite.sessions import FILE as SESSIONS_FILE
from extproc.adapters.sqlite.sessions import SessionStore
from extproc.adapters.sqlite.sources import FILE as SOURCES_FILE
from extproc.adapters.sqlite.sources import SourceStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.adapters.webhooks import Webhooks, read_receivers
from extproc.app import (
    AUDIT_FILE,
    STATE_FILE,
    SWEEP_SECONDS,
    control_address_file,
    control_socket,
    make_directories,
    stop_signals,
    write_private,
)
from extproc.children import READY_SECONDS, Kept, Process, StartError, spawn, stop
from extproc.config import Config, host_port
from extproc.control.binding import Binding
from extproc.control.callback import CallbackEndpoint
from extproc.control.console import Console
from extproc.control.console.pulse import Counts
from extproc.control.console.state import Keeping
from extproc.control.data_port import DataPort
from extproc.control.lifecycle import LifecycleEndpoints
from extproc.control.sign_in import SignIn
from extproc.control.subjects import SubjectEndpoints
from extproc.control.token import TokenEndpoint
from extproc.control.web import Control
from extproc.core import is_compiled
from extproc.core.decision import Unavailable
from extproc.core.record import Outcome
from extproc.service.agents import Agents
from extproc.service.approvals import Case, Desk
from extproc.service.approvals import Terms as ApprovalTerms
from extproc.service.browsing import Browsing
from extproc.service.events import Events
from extproc.service.issuance import Issuance
from extproc.service.leases import Terms, document
from extproc.service.questions import Evidence
from extproc.service.standing import Standing

_log = structlog.get_logger("extproc")


END_SECONDS = 10.0
"""For the last records of workers that have ended."""


class PolicyServer:
    """The control port, and the workers as children of this process."""

    def __init__(self, config: Config, config_file: Path | None) -> None:
        """`config_file` is what the workers read. Raises Unavailable."""
        self._config = config
        data_dir = Path(config.data_dir)
        self._clock = clock = SystemClock()
        self._metrics = Metrics()
        authority = LocalAuthority(data_dir)
        self._store = AgentStore(data_dir / STATE_FILE)
        self._sources: SourceStore | None = None
        if config.agents.sharing != "allow":
            self._sources = SourceStore(data_dir / SOURCES_FILE)
        # Also the one who keeps the words of all bodies, whichever worker wrote them.
        self._writer = RecordWriter(data_dir / AUDIT_FILE)
        self._reader = RecordReader(data_dir / AUDIT_FILE)
        # Of its own: a long list for a program holds up no page.
        self._pages = RecordPages(data_dir / AUDIT_FILE)
        ids = SortableIds(clock)
        self._replays = ReplayStore(data_dir / REPLAYS_FILE, clock)
        proofs = DpopProofs(self._replays)
        self._agents = Agents(self._store, authority, clock, ids, Terms.of(config), proofs=proofs)
        standing = Standing(self._store, authority, clock)
        events = Events(self._writer, clock, ids)
        self._subjects = subjects = TrustedSubjects(config, clock, self._replays)
        self._sessions = SessionStore(data_dir / SESSIONS_FILE)
        self._approvals = ApprovalStore(data_dir / APPROVALS_FILE)
        receivers = read_receivers(config)
        self._webhooks: Webhooks | None = None
        if receivers:
            self._webhooks = Webhooks(
                receivers,
                Outbox(data_dir / OUTBOX_FILE),
                self._approvals,
                clock,
                sent=self._metrics.webhooks.inc,
                console=config.console.url,
            )
        self._desk = Desk(self._approvals, ApprovalTerms.of(config), clock, events, self._told)
        issuance = Issuance(
            self._agents,
            subjects,
            events,
            clock,
            authority.issuer,
            self._metrics.credentials_issued.inc,
            self._metrics.agent_limit_denials.inc,
        )
        sign_in = SignIn(
            config.console,
            self._sessions,
            clock,
            sign_ins=subjects.jwt,
            identify=self._agents.identify,
            is_running=self._agents.is_running,
            is_out=standing.is_out,
            events=events,
            issuer=authority.issuer,
        )
        self._console = Console(
            config,
            role_of=sign_in.role_of,
            events=events,
            roster=self._store,
            document=lambda agent: document(agent, self._sources),
            standing=standing,
            sessions=self._sessions,
            desk=self._desk,
            browsing=Browsing(self._pages, clock),
            keeping=self._keeping,
        )
        self._control = Control(
            identify=self._agents.identify,
            end=standing.end,
            roster=self._store,
            evidence=Evidence(self._reader, clock),
            document=lambda agent: document(agent, self._sources),
            token=TokenEndpoint(
                issuance, Binding(proofs).confirmation, clock, authority.issuer, self._base_urls
            ),
            lifecycle=LifecycleEndpoints(
                standing, self._sessions, events, clock, subjects.verify_logout
            ),
            subjects=SubjectEndpoints(standing, self._sessions, events),
            desk=self._desk,
            callback=CallbackEndpoint(
                self._desk, receivers, events, self._replays, clock, config.console.roles
            ),
            sign_in=sign_in,
            console=self._console,
            events=events,
            roles=config.console.roles,
            issuer=authority.issuer,
            jwks=authority.jwks,
            metrics=self._metrics.text,
            not_ready=self._not_ready,
        ).application()
        self._http: list[uvicorn.Server] = []
        self.control_address = config.listen.control
        self._workers = [
            Kept(
                f"worker {index}",
                functools.partial(self._start_worker, config_file, index),
            )
            for index in range(config.workers)
        ]
        self._is_draining = False
        self._sweep_failure = ""
        self._ends: set[asyncio.Future[None]] = set()
        """Of workers: nothing more comes from them."""
        self._tasks: list[asyncio.Task[Any]] = []
        # Of its own: questions may keep all the others busy for longer than workers wait for it.
        self._sweeper = ThreadPoolExecutor(1, thread_name_prefix="sweep")

    async def start(self) -> None:
        """Raises OSError for a port that is taken, StartError for a worker that does not come."""
        host, port = host_port(self._config.listen.control)
        server = await self._serve(self._control, host=host, port=port)
        socket = control_socket(self._config)
        socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        await self._serve(
            DataPort(self._control, self._config.listen.url),
            uds=str(socket),
            # Longer than Envoy keeps an idle connection.
            timeout_keep_alive=60,
            proxy_headers=False,
            ws="none",
        )
        port = server.servers[0].sockets[0].getsockname()[1]
        self.control_address = f"{host}:{port}"
        await asyncio.to_thread(self._look_after_leases)
        await asyncio.gather(*(worker.start() for worker in self._workers))
        self._tasks.append(asyncio.create_task(self._sweep()))
        if self._webhooks is not None:
            self._tasks.append(asyncio.create_task(self._webhooks.run()))
        _log.info(
            "ready",
            workers=len(self._workers),
            control=self.control_address,
            compiled=is_compiled(),
        )

    async def _serve(self, application: Any, **where: Any) -> uvicorn.Server:
        """Raises OSError for an address that is taken."""
        server = _ControlServer(
            uvicorn.Config(
                application,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=3,
                **where,
            )
        )
        serving = asyncio.create_task(server.serve(), name="control")
        self._tasks.append(serving)
        self._http.append(server)
        while not server.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(0.01)
        return server

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`, or until a worker does not stay up (StartError)."""
        kept = [asyncio.create_task(worker.run()) for worker in self._workers]
        meant = asyncio.create_task(stopping.wait())
        done, _ = await asyncio.wait([meant, *kept], return_when=asyncio.FIRST_COMPLETED)
        self._tasks += [meant, *kept]
        if meant not in done:
            raise StartError("a worker does not stay up")

    async def stop(self) -> None:
        """Workers drain and end first, the control port last."""
        self._is_draining = True
        await asyncio.gather(*(worker.stop() for worker in self._workers))
        if self._ends:
            await asyncio.wait(self._ends, timeout=END_SECONDS)
        self._console.pulse.close()
        for server in self._http:
            server.should_exit = True
        for task in self._tasks:
            if task.get_name() != "control":
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._sweeper.shutdown)
        if self._webhooks is not None:
            await self._webhooks.close()
        await asyncio.to_thread(self._writer.close)
        self._reader.close()
        self._pages.close()
        await self._subjects.close()
        self._replays.close()
        self._sessions.close()
        self._approvals.close()
        self._store.close()
        if self._sources is not None:
            self._sources.close()

    async def _start_worker(self, config_file: Path | None, index: int) -> Process:
        command = [sys.executable, "-m", "extproc", "worker", "--index", str(index)]
        if config_file is not None:
            command += ["--config", str(config_file)]
        loop = asyncio.get_running_loop()
        ready, ended = loop.create_future(), loop.create_future()
        # The worker's standard input ends when we do: then it ends too.
        (its_input, ours_out), (ours_in, its_output) = os.pipe(), os.pipe()
        pipe = WorkerPipe(
            ours_in,
            ours_out,
            ready=lambda: _call(loop, _tell, ready),
            count=lambda counted: _call(loop, self._metrics.add, counted),
            ended=lambda: _call(loop, _tell, ended),
        )
        try:
            process = await spawn(*command, pipes=(its_input, its_output))
        except BaseException:
            pipe.close()
            raise
        finally:
            os.close(its_input)
            os.close(its_output)
        self._writer.follow(pipe)
        self._ends.add(ended)
        ended.add_done_callback(self._ends.discard)
        await asyncio.wait(
            [ready, ended], timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if not ready.done():
            await stop(process)
            raise StartError(f"worker {index} did not start")
        return process

    def _base_urls(self) -> list[str]:
        """Under which this server is known to those who make assertions for it."""
        listen = self._config.listen
        data = "https" if listen.tls else "http"
        public = (listen.url, self._config.console.url)
        return [
            f"http://{self.control_address}",
            f"{data}://{listen.data}",
            *(url.rstrip("/") for url in public if url),
        ]

    def _not_ready(self) -> str:
        if self._is_draining:
            return "draining"
        down = [worker.name for worker in self._workers if not worker.is_ready]
        if down:
            return f"{', '.join(down)} not ready"
        return self._sweep_failure or self._writer.failure

    def _keeping(self) -> Keeping:
        """How the records are kept, for people."""
        data_dir = Path(self._config.data_dir)
        return Keeping(
            self._writer.depth,
            self._writer.failure,
            tuple(
                (path.name, path.stat().st_size)
                for path in sorted([*data_dir.glob("*.db"), *data_dir.glob("*.db-wal")])
            ),
            self._not_ready(),
        )

    def _counts(self) -> Counts:
        exchanges = self._metrics.exchanges.values
        return Counts(
            calls=round(sum(exchanges.values())),
            blocked=round(sum(n for key, n in exchanges.items() if key[-1] == Outcome.REFUSED)),
            masked=round(sum(self._metrics.findings.values.values())),
        )

    def _told(self, case: Case) -> None:
        """A call was held, or decided."""
        self._metrics.approvals.inc(case.state)
        if case.decided_at is not None:
            self._metrics.approval_wait.observe((case.decided_at - case.asked_at) / 1_000_000)
        if self._webhooks is not None:
            self._webhooks.told(case)

    def _look_after_leases(self) -> None:
        """End what is due, and say so: workers that do not hear of it refuse."""
        self._metrics.active_agents.set(self._agents.sweep())
        self._store.beat(self._clock.elapsed())
        self._sessions.sweep(self._clock.now())

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(self._sweeper, self._look_after_leases)
                self._sweep_failure = ""
                await self._desk.sweep()
                pending = await asyncio.to_thread(self._approvals.pending)
                self._metrics.approvals_pending.set(pending)
                self._metrics.audit_queue.set(self._writer.depth)
                self._console.pulse.take(self._counts(), self._store.changes(), pending)
            except Unavailable as error:
                self._sweep_failure = "the leases cannot be looked after"
                self._metrics.failed(error.component)
                _log.error("sweep failed", detail=str(error))
            except Exception:
                # Whatever it was, the next turn is tried: without a sweep every call is refused.
                self._metrics.failed("store")
                _log.exception("sweep failed")
            await asyncio.sleep(SWEEP_SECONDS)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *given: Any) -> None:
    """From another thread."""
    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(function, *given)


def _tell(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class _ControlServer(uvicorn.Server):
    """uvicorn without its own ways to end the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield

    async def startup(self, sockets: Any = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            where = self.config.uds or f"{self.config.host}:{self.config.port}"
            raise OSError(f"cannot listen on {where}; choose another listen.control") from None
        if self.config.uds:
            os.chmod(self.config.uds, 0o600)


async def serve(config: Config, config_file: Path | None) -> None:
    """Run the policy server until SIGTERM or SIGINT, then drain. Raises what `start` raises."""
    make_directories(config)
    server = PolicyServer(config, config_file)
    stopping = stop_signals()
    address_file = control_address_file(config)
    try:
        await server.start()
        write_private(address_file, server.control_address)
        await server.run(stopping)
    finally:
        address_file.unlink(missing_ok=True)
        await server.stop()
