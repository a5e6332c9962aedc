"""The composition root: a Config in, a running server out; the only place that picks adapters."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import functools
import gc
import hashlib
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.metrics import Metrics
from extproc.adapters.record_pipe import PipeRecorder, RecordIntake, receive_frames
from extproc.adapters.rego import EmbeddedEngine
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.queries import RecordReader
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.system import SortableIds, SystemClock
from extproc.children import READY_SECONDS, Kept, Process, StartError, spawn, stop
from extproc.config import Approvals, Audit, Config, ConfigError, host_port, seconds, size
from extproc.control.token import TokenEndpoint
from extproc.control.web import Control
from extproc.core.decision import Phase, Unavailable, read_policy_result
from extproc.core.exchange import Destination, Rules
from extproc.core.masking import Masker
from extproc.core.plugin_result import read_plugin_result
from extproc.core.ports import PolicyEngine
from extproc.service.agents import Agents
from extproc.service.authorization import Authorization
from extproc.service.judge import Judge, ReadResult
from extproc.service.leases import Terms, document
from extproc.service.processing import Processing
from extproc.service.questions import Evidence
from extproc.wire.authorization import authorization
from extproc.wire.grpcio_transport import GrpcioTransport
from extproc.wire.nghttp2_transport import Nghttp2Transport
from extproc.wire.processing import processing

_log = structlog.get_logger("extproc")

SWEEP_SECONDS = 1.0
COUNT_SECONDS = 0.2
DRAIN_SECONDS = 30.0
STATE_FILE = "state.db"
AUDIT_FILE = "audit.db"
READY_LINE = b"ready\n"
"""What a worker says on standard output when it serves."""
STALL_SECONDS = 2.0
"""An event loop that does not turn for this long is ended: a policy ran away, say. Envoy refuses
its calls, and whoever started the process starts another."""

_LONGEST_SOCKET_PATH = 100
"""Bytes; the system's own limit is 107."""


def socket_path(config: Config, worker: int = 0) -> Path:
    """Where a worker listens: in the data directory, or in a short place of its own when the
    system could not take that path."""
    path = Path(config.data_dir).absolute() / "run" / f"extproc-{worker}.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(path.parent)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"extproc-{os.getuid()}-{digest}" / path.name


def socket_paths(config: Config) -> list[str]:
    """Every worker's socket: Envoy's cluster."""
    return [str(socket_path(config, index)) for index in range(config.workers)]


def control_address_file(config: Config) -> Path:
    """Where a running server says on which address its control port is."""
    return Path(config.data_dir).absolute() / "run" / "control.address"


def policy_directory(config: Config) -> Path:
    """The configured directory; for the default one, the policies that came with extproc."""
    path = Path(config.policy.path)
    if not path.exists() and config.policy == type(config.policy)(path="rego"):
        return Path(__file__).parent.parent / "rego"
    return path


def entrypoints(config: Config) -> dict[Phase, str]:
    chosen = config.policy.entrypoints
    return {
        Phase.AUTHZ: chosen.authz,
        Phase.REQUEST: chosen.request,
        Phase.RESPONSE: chosen.response,
    }


def not_built_yet(config: Config) -> list[str]:
    """What the configuration asks for and this version cannot do; silence would be a lie."""
    missing = []
    if config.identity.oidc or config.identity.saml:
        missing.append("$.identity: only the local authority is available in this version")
    if config.credentials.binding != "bearer":
        missing.append("$.credentials.binding: only bearer is available in this version")
    if config.audit.durability != "strict":
        missing.append("$.audit.durability: only strict is available in this version")
    if config.audit.retention != Audit().retention:
        missing.append("$.audit.retention: nothing is deleted in this version")
    if config.approvals != Approvals():
        missing.append("$.approvals: not available in this version")
    if config.store.url != "sqlite":
        missing.append("$.store.url: only sqlite is available in this version")
    return missing


class Maskers:
    """Maskers by profile, built once; a custom term or pattern that cannot work stops the start."""

    def __init__(self, config: Config) -> None:
        """Raises ConfigError."""
        self._config = config
        self._built: dict[str, Masker] = {}
        try:
            self(None)
        except Unavailable as error:
            raise ConfigError([f"$.masking: {error.detail or error}"]) from None

    def __call__(self, profile: str | None) -> Masker:
        masking = self._config.masking
        name = profile or masking.profile
        if name not in self._built:
            patterns = [(pattern.type, pattern.regex) for pattern in masking.patterns]
            try:
                self._built[name] = Masker(name, masking.terms, patterns)
            except ValueError as error:
                raise Unavailable("masker", str(error)) from None
        return self._built[name]


async def open_engine(config: Config) -> PolicyEngine:
    """Raises PolicyError, which names each mistake, or Unavailable("policy")."""
    timeout = seconds(config.policy.timeout)
    if config.policy.engine == "embedded":
        return EmbeddedEngine(policy_directory(config), entrypoints(config), timeout)
    from extproc.adapters.rego.opa import OpaEngine

    engine = OpaEngine(config.policy.opa.url, entrypoints(config), timeout)
    await engine.open()
    return engine


class Worker:
    """Both services on a UNIX socket, in one event loop."""

    def __init__(
        self, config: Config, engine: PolicyEngine, recorder: PipeRecorder, index: int = 0
    ) -> None:
        """Raises ConfigError, or Unavailable for a store or a key that cannot be opened."""
        data_dir = Path(config.data_dir)
        clock = SystemClock()
        ids = SortableIds(clock)
        self._metrics = metrics = Metrics([glob for up in config.upstreams for glob in up.models])
        self._engine = engine
        maskers = Maskers(config)
        self._store = AgentStore(data_dir / STATE_FILE)
        self._recorder = recorder
        self._agents = Agents(self._store, LocalAuthority(data_dir), clock, ids, Terms.of(config))
        judge = Judge(engine, _readers(config), ids, clock, metrics)
        rules = Rules(
            destinations=tuple(Destination(up.name, up.models) for up in config.upstreams),
            maskers=maskers,
            clock=clock,
            request_limit=size(config.limits.request_body),
            response_limit=size(config.limits.response_body),
            keep_bodies=config.audit.bodies == "masked",
        )
        door = Authorization(
            self._agents,
            judge,
            recorder,
            ids,
            clock,
            metrics,
            lambda text: maskers(None).mask(text)[0],
        )
        talk = Processing(lambda: rules, judge, recorder, self._agents, metrics, clock)
        self.socket = socket_path(config, index)
        transport = Nghttp2Transport if config.transport == "nghttp2" else GrpcioTransport
        self._transport: GrpcioTransport | Nghttp2Transport = transport(
            self.socket, authorization(door.check), processing(talk.converse), metrics.failed
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Raises OSError when the socket cannot be bound."""
        await self._transport.start()
        self._tasks = [asyncio.create_task(self._sweep()), asyncio.create_task(self._count())]

    async def stop(self) -> None:
        """Take no new calls, let open ones end, write everything down."""
        await self._transport.stop(DRAIN_SECONDS)
        for task in self._tasks:
            task.cancel()
        await self._engine.close()
        self._recorder.count(self._metrics.take())
        await self._recorder.drain()
        self._recorder.close()
        self._store.close()
        self.socket.unlink(missing_ok=True)

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            self._recorder.count(self._metrics.take())
            self._recorder.check()

    async def _sweep(self) -> None:
        """Save who was heard of; notice a disk that fails before a caller does."""
        while True:
            try:
                await asyncio.to_thread(self._agents.sweep)
            except Unavailable as error:
                self._metrics.failed(error.component)
                _log.error("sweep failed", detail=str(error))
            await asyncio.sleep(SWEEP_SECONDS)


class PolicyServer:
    """The control port, and the workers as children of this process."""

    def __init__(self, config: Config, config_file: Path | None) -> None:
        """`config_file` is what the workers read. Raises Unavailable."""
        self._config = config
        data_dir = Path(config.data_dir)
        clock = SystemClock()
        self._metrics = Metrics()
        authority = LocalAuthority(data_dir)
        self._store = AgentStore(data_dir / STATE_FILE)
        # Also the one who keeps the words of all bodies, whichever worker wrote them.
        self._writer = RecordWriter(data_dir / AUDIT_FILE)
        self._reader = RecordReader(data_dir / AUDIT_FILE)
        self._agents = Agents(self._store, authority, clock, SortableIds(clock), Terms.of(config))
        token = TokenEndpoint(
            self._agents,
            clock,
            authority.issuer,
            self._metrics.credentials_issued.inc,
            self._metrics.agent_limit_denials.inc,
        )
        self._control = Control(
            identify=self._agents.identify,
            end=self._agents.end,
            roster=self._store,
            evidence=Evidence(self._reader, clock),
            document=document,
            token=token,
            jwks=authority.jwks,
            metrics=self._metrics.text,
            not_ready=self._not_ready,
        ).application()
        self._http: uvicorn.Server | None = None
        self.control_address = config.listen.control
        self._workers = [
            Kept(
                f"worker {index}",
                functools.partial(self._start_worker, config_file, index),
            )
            for index in range(config.workers)
        ]
        self._is_draining = False
        self._intakes: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[Any]] = []

    async def start(self) -> None:
        """Raises OSError for a port that is taken, StartError for a worker that does not come."""
        host, port = host_port(self._config.listen.control)
        self._http = _ControlServer(
            uvicorn.Config(
                self._control,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=3,
            )
        )
        serving = asyncio.create_task(self._http.serve(), name="control")
        self._tasks = [serving]
        while not self._http.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(0.01)
        port = self._http.servers[0].sockets[0].getsockname()[1]
        self.control_address = f"{host}:{port}"
        await asyncio.gather(*(worker.start() for worker in self._workers))
        self._tasks.append(asyncio.create_task(self._sweep()))
        _log.info("ready", workers=len(self._workers), control=self.control_address)

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
        await asyncio.gather(*self._intakes, return_exceptions=True)
        if self._http is not None:
            self._http.should_exit = True
        for task in self._tasks:
            if task.get_name() != "control":
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._writer.close)
        self._reader.close()
        self._store.close()

    async def _start_worker(self, config_file: Path | None, index: int) -> Process:
        command = [sys.executable, "-m", "extproc", "worker", "--index", str(index)]
        if config_file is not None:
            command += ["--config", str(config_file)]
        process = await spawn(*command, has_leash=True)
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            async with asyncio.timeout(READY_SECONDS):
                line = await process.stdout.readline()
        except TimeoutError:
            line = b""
        if line != READY_LINE:
            await stop(process)
            raise StartError(f"worker {index} did not start")
        intake = RecordIntake(process.stdout, process.stdin, self._writer, self._metrics.add)
        task = asyncio.create_task(intake.run())
        self._intakes.add(task)
        task.add_done_callback(self._intakes.discard)
        return process

    def _not_ready(self) -> str:
        if self._is_draining:
            return "draining"
        down = [worker.name for worker in self._workers if not worker.is_ready]
        return f"{', '.join(down)} not ready" if down else self._writer.failure

    async def _sweep(self) -> None:
        while True:
            try:
                self._metrics.active_agents.set(await asyncio.to_thread(self._agents.sweep))
                self._metrics.audit_queue.set(self._writer.depth)
            except Unavailable as error:
                self._metrics.failed(error.component)
                _log.error("sweep failed", detail=str(error))
            await asyncio.sleep(SWEEP_SECONDS)


class _ControlServer(uvicorn.Server):
    """uvicorn without its own ways to end the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield

    async def startup(self, sockets: Any = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            where = f"{self.config.host}:{self.config.port}"
            raise OSError(f"cannot listen on {where}; choose another listen.control") from None


def _readers(config: Config) -> dict[Phase, ReadResult]:
    """A policy of our own packages answers in our shape, any other in the opa-envoy-plugin's."""
    return {
        phase: read_policy_result if path.startswith("extproc/") else read_plugin_result
        for phase, path in entrypoints(config).items()
    }


def set_up_logs(*, as_json: bool) -> None:
    """Structured logs on standard error. Nothing that logs ever holds a body or a credential."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


async def serve(config: Config, config_file: Path | None) -> None:
    """Run the policy server until SIGTERM or SIGINT, then drain. Raises what `start` raises."""
    make_directories(config)
    server = PolicyServer(config, config_file)
    stopping = _stop_signals()
    address_file = control_address_file(config)
    try:
        await server.start()
        write_private(address_file, server.control_address)
        await server.run(stopping)
    finally:
        address_file.unlink(missing_ok=True)
        await server.stop()


async def work(config: Config, index: int) -> None:
    """One worker, until SIGTERM; at once when the process that started it has gone."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    # The pipe is for records; what anybody prints goes where the logs go.
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    output, _ = await loop.connect_write_pipe(asyncio.Protocol, pipe)
    recorder = PipeRecorder(output)
    worker = Worker(config, await open_engine(config), recorder, index)
    stopping = _stop_signals()
    await worker.start()
    # What stands now stands for good: the collector need not look at it again, and what a call
    # leaves behind is mostly gone by itself.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    output.write(READY_LINE)
    watch = asyncio.create_task(_watch_the_loop())
    leash = asyncio.create_task(_hold_the_leash(reader, recorder))
    await stopping.wait()
    watch.cancel()
    faulthandler.cancel_dump_traceback_later()
    await worker.stop()
    leash.cancel()


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only from the first byte."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def make_directories(config: Config) -> None:
    for directory in (Path(config.data_dir), control_address_file(config).parent):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)


def _stop_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


async def _hold_the_leash(reader: asyncio.StreamReader, recorder: PipeRecorder) -> None:
    """Standard input ends with the parent, however that ended; no worker outlives it."""
    await receive_frames(reader, recorder)
    os._exit(1)


async def _watch_the_loop() -> None:
    """Re-arm a timer that runs outside the interpreter; when it goes off, the process ends.

    It works also while a policy holds the interpreter's lock, as nothing in Python would.
    """
    while True:
        faulthandler.dump_traceback_later(STALL_SECONDS, exit=True)
        await asyncio.sleep(STALL_SECONDS / 4)
