"""The composition root: a Config in, a running server out; the only place that picks adapters."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import hashlib
import logging
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.metrics import Metrics
from extproc.adapters.rego import EmbeddedEngine
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.queries import RecordReader
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.system import SortableIds, SystemClock
from extproc.config import Config, ConfigError, host_port, seconds, size
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
from extproc.wire.processing import processing

_log = structlog.get_logger("extproc")

SWEEP_SECONDS = 1.0
DRAIN_SECONDS = 30.0
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
    if config.transport != "grpcio":
        missing.append("$.transport: nghttp2 is not available in this version")
    if config.workers != 1:
        missing.append("$.workers: more than one is not available in this version")
    if config.identity.oidc or config.identity.saml:
        missing.append("$.identity: only the local authority is available in this version")
    if config.credentials.binding != "bearer":
        missing.append("$.credentials.binding: only bearer is available in this version")
    if config.store.url != "sqlite":
        missing.append("$.store.url: only sqlite is available in this version")
    return missing


class Maskers:
    """Maskers by profile, built once a thread; a custom term or pattern that cannot work stops
    the start."""

    def __init__(self, config: Config) -> None:
        """Raises ConfigError."""
        self._config = config
        self._built: dict[tuple[int, str], Masker] = {}
        try:
            self(None)
        except Unavailable as error:
            raise ConfigError([f"$.masking: {error.detail or error}"]) from None

    def __call__(self, profile: str | None) -> Masker:
        masking = self._config.masking
        name = profile or masking.profile
        key = (threading.get_ident(), name)
        if key not in self._built:
            patterns = [(pattern.type, pattern.regex) for pattern in masking.patterns]
            try:
                self._built[key] = Masker(name, masking.terms, patterns)
            except ValueError as error:
                raise Unavailable("masker", str(error)) from None
        return self._built[key]


async def open_engine(config: Config) -> PolicyEngine:
    """Raises PolicyError, which names each mistake, or Unavailable("policy")."""
    timeout = seconds(config.policy.timeout)
    if config.policy.engine == "embedded":
        return EmbeddedEngine(policy_directory(config), entrypoints(config), timeout)
    from extproc.adapters.rego.opa import OpaEngine

    engine = OpaEngine(config.policy.opa.url, entrypoints(config), timeout)
    await engine.open()
    return engine


class PolicyServer:
    """Both services on a UNIX socket, and the control port, in one event loop."""

    def __init__(self, config: Config, engine: PolicyEngine) -> None:
        """Raises ConfigError, or Unavailable for a store or a key that cannot be opened."""
        self.config = config
        data_dir = Path(config.data_dir)
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        clock = SystemClock()
        ids = SortableIds(clock)
        self.metrics = Metrics([glob for up in config.upstreams for glob in up.models])
        self._engine = engine
        self._maskers = Maskers(config)
        authority = LocalAuthority(data_dir)
        self._store = AgentStore(data_dir / "state.db")
        self._writer = RecordWriter(data_dir / "audit.db")
        self._reader = RecordReader(data_dir / "audit.db")
        self.agents = Agents(self._store, authority, clock, ids, Terms.of(config))
        judge = Judge(engine, _readers(config), ids, clock, self.metrics)
        rules = Rules(
            destinations=tuple(Destination(up.name, up.models) for up in config.upstreams),
            maskers=self._maskers,
            clock=clock,
            request_limit=size(config.limits.request_body),
            response_limit=size(config.limits.response_body),
            keep_bodies=config.audit.bodies == "masked",
        )
        door = Authorization(
            self.agents,
            judge,
            self._writer,
            ids,
            clock,
            self.metrics,
            lambda text: self._maskers(None).mask(text)[0],
        )
        talk = Processing(lambda: rules, judge, self._writer, self.agents, self.metrics)
        self.socket = socket_path(config)
        self._transport = GrpcioTransport(
            self.socket,
            authorization(door.check),
            processing(talk.converse),
            self.metrics.failed,
        )
        self._active = 0
        self._is_draining = False
        self.metrics.read(lambda: self._active, lambda: self._writer.depth)
        token = TokenEndpoint(
            self.agents,
            clock,
            authority.issuer,
            lambda source: self.metrics.credentials_issued.labels(source).inc(),
            self.metrics.agent_limit_denials.inc,
        )
        self._control = Control(
            identify=self.agents.identify,
            end=self.agents.end,
            roster=self._store,
            evidence=Evidence(self._reader, clock),
            document=document,
            token=token,
            jwks=authority.jwks,
            metrics=self.metrics.text,
            not_ready=self._not_ready,
        ).application()
        self._http: uvicorn.Server | None = None
        self.control_address = config.listen.control
        self._tasks: list[asyncio.Task[Any]] = []

    async def start(self) -> None:
        """Raises OSError when a socket cannot be bound."""
        await self._transport.start()
        host, port = host_port(self.config.listen.control)
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
        while not self._http.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(0.01)
        port = self._http.servers[0].sockets[0].getsockname()[1]
        self.control_address = f"{host}:{port}"
        self._tasks = [serving, asyncio.create_task(self._sweep(), name="sweep")]
        _log.info("ready", socket=str(self.socket), control=self.control_address)

    async def stop(self) -> None:
        """Take no new calls, let open ones end, write everything down."""
        self._is_draining = True
        await self._transport.stop(DRAIN_SECONDS)
        if self._http is not None:
            self._http.should_exit = True
        for task in self._tasks:
            if task.get_name() != "control":
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._engine.close()
        await asyncio.to_thread(self._writer.close)
        self._reader.close()
        self._store.close()
        self.socket.unlink(missing_ok=True)

    def _not_ready(self) -> str:
        if self._is_draining:
            return "draining"
        return self._writer.failure

    async def _sweep(self) -> None:
        while True:
            try:
                self._active = await asyncio.to_thread(self.agents.sweep)
            except Unavailable as error:
                self.metrics.failed(error.component)
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


async def serve(config: Config) -> None:
    """Run the policy server until SIGTERM or SIGINT, then drain."""
    server = PolicyServer(config, await open_engine(config))
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await server.start()
    address_file = control_address_file(config)
    address_file.write_text(server.control_address)
    watch = asyncio.create_task(_watch_the_loop())
    await stopping.wait()
    watch.cancel()
    faulthandler.cancel_dump_traceback_later()
    address_file.unlink(missing_ok=True)
    await server.stop()


async def _watch_the_loop() -> None:
    """Re-arm a timer that runs outside the interpreter; when it goes off, the process ends.

    It works also while a policy holds the interpreter's lock, as nothing in Python would.
    """
    while True:
        faulthandler.dump_traceback_later(STALL_SECONDS, exit=True)
        await asyncio.sleep(STALL_SECONDS / 4)
