"""One worker: both services on a UNIX socket, in one event loop."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from extproc.adapters.dpop import DpopProofs
from extproc.adapters.file_cache import FileCache
from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.masking_key import masking_key
from extproc.adapters.metrics import Metrics
from extproc.adapters.record_pipe import PipeRecorder, receive_frames
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.sqlite.approvals import FILE as APPROVALS_FILE
from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.sqlite.replays import FILE as REPLAYS_FILE
from extproc.adapters.sqlite.replays import ReplayStore
from extproc.adapters.sqlite.sources import FILE as SOURCES_FILE
from extproc.adapters.sqlite.sources import SourceStore
from extproc.adapters.sqlite.spending import FILE as SPENDING_FILE
from extproc.adapters.sqlite.spending import SpendingStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.app import STATE_FILE, SWEEP_SECONDS, socket_path, stop_signals
from extproc.config import Config, size
from extproc.core.decision import Unavailable
from extproc.core.ports import PolicyEngine
from extproc.core.rules import Destination, Rules
from extproc.engines import Maskers, open_engine, readers
from extproc.process import give_back_memory
from extproc.service.agents import Agents
from extproc.service.approvals import Gate
from extproc.service.approvals import Terms as ApprovalTerms
from extproc.service.authorization import Authorization
from extproc.service.budgets import Budgets
from extproc.service.budgets import Terms as BudgetTerms
from extproc.service.endings import Endings
from extproc.service.judge import Judge
from extproc.service.leases import Terms
from extproc.service.processing import Processing
from extproc.service.sharing import Sharing
from extproc.wire.authorization import authorization
from extproc.wire.processing import processing

if TYPE_CHECKING:
    from extproc.wire.grpcio_transport import GrpcioTransport
    from extproc.wire.nghttp2_transport import Nghttp2Transport

_log = structlog.get_logger("extproc")

COUNT_SECONDS = 0.2
DRAIN_SECONDS = 30.0
STALL_SECONDS = 2.0
"""An event loop that does not turn for this long is ended: a policy ran away, say. Envoy refuses
its calls, and whoever started the process starts another."""


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
        key = masking_key(config.masking.key, data_dir)
        maskers = Maskers(config, key, FileCache(data_dir / "cache"))
        self._store = AgentStore(data_dir / STATE_FILE)
        self._recorder = recorder
        self._replays = ReplayStore(data_dir / REPLAYS_FILE, clock)
        self._agents = Agents(
            self._store,
            LocalAuthority(data_dir),
            clock,
            ids,
            Terms.of(config),
            proofs=DpopProofs(self._replays),
            heard=self._store.heard,
        )
        self._spending: SpendingStore | None = None
        self._budgets: Budgets | None = None
        if (budgets := BudgetTerms.of(config)) is not None:
            self._spending = SpendingStore(data_dir / SPENDING_FILE)
            self._budgets = Budgets(self._spending, budgets, clock, metrics.budget_denials.inc)
        self._approvals = ApprovalStore(data_dir / APPROVALS_FILE)
        self._gate = Gate(self._approvals, ApprovalTerms.of(config), clock, ids)
        judge = Judge(engine, readers(config), ids, clock, metrics)
        rules = Rules(
            destinations=tuple(Destination(up.name, up.models) for up in config.upstreams),
            maskers=maskers,
            clock=clock,
            request_limit=size(config.limits.request_body),
            response_limit=size(config.limits.response_body),
            keep_bodies=config.audit.bodies == "masked",
            has_budgets=self._budgets is not None,
        )
        self._sources: SourceStore | None = None
        self._sharing: Sharing | None = None
        if (verdict := config.agents.sharing) != "allow":
            self._sources = SourceStore(data_dir / SOURCES_FILE)
            counted = metrics.shared_credentials.inc
            self._sharing = Sharing(self._sources, clock, verdict, counted)
        door = Authorization(
            self._agents,
            judge,
            recorder,
            ids,
            clock,
            metrics,
            lambda text: maskers(None).mask(text)[0],
            config.listen.url,
            arrive=self._sharing.arrive if self._sharing is not None else None,
        )
        talk = Processing(
            lambda: rules,
            judge,
            recorder,
            self._agents,
            metrics,
            clock,
            self._budgets,
            self._sharing,
            self._gate,
        )
        recorder.most_open = talk.most_open
        self._endings = Endings(self._agents, talk, metrics)
        self.socket = socket_path(config, index)
        self._transport: GrpcioTransport | Nghttp2Transport = _transport_of(config)(
            self.socket, authorization(door.check), processing(talk.converse), metrics.failed
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._sweeper = ThreadPoolExecutor(1, thread_name_prefix="sweep")

    async def start(self) -> None:
        """Raises OSError when the socket cannot be bound."""
        await self._transport.start()
        self._tasks = [
            *map(asyncio.create_task, self._sweeps()),
            asyncio.create_task(self._count()),
            asyncio.create_task(self._endings.watch()),
            asyncio.create_task(self._gate.watch()),
        ]

    async def stop(self) -> None:
        """Take no new calls, let open ones end, write everything down."""
        await self._transport.stop(DRAIN_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.to_thread(self._sweeper.shutdown)
        await self._engine.close()
        self._recorder.count(self._metrics.take())
        await self._recorder.drain()
        self._recorder.close()
        self._store.close()
        self._replays.close()
        self._approvals.close()
        for store in (self._spending, self._sources):
            if store is not None:
                store.close()
        self.socket.unlink(missing_ok=True)

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            self._recorder.count(self._metrics.take())
            self._recorder.check()

    def _sweeps(self) -> list[Coroutine[Any, Any, None]]:
        """One for each store: none waits for another's."""
        return [self._sweep(self._save_agents), self._sweep(self._save_others)]

    async def _save_agents(self) -> None:
        # A thread of its own: who is not saved in time looks idle, and is ended.
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._sweeper, self._agents.sweep)

    async def _save_others(self) -> None:
        if self._budgets is not None:
            await asyncio.to_thread(self._budgets.sweep)
        if self._sharing is not None:
            await self._sharing.sweep()

    async def _sweep(self, save: Callable[[], Awaitable[None]]) -> None:
        """Save who was heard of; notice a disk that fails before a caller does."""
        while True:
            try:
                await save()
            except Unavailable as error:
                self._metrics.failed(error.component)
                _log.error("sweep failed", detail=str(error))
            except Exception:
                # Whatever it was, the next turn is tried: without a sweep every call is refused.
                self._metrics.failed("store")
                _log.exception("sweep failed")
            await asyncio.sleep(SWEEP_SECONDS)


def _transport_of(config: Config) -> type[GrpcioTransport | Nghttp2Transport]:
    # Only the one that is used: grpcio takes 11 MB and a twentieth of a second.
    if config.transport == "nghttp2":
        from extproc.wire.nghttp2_transport import Nghttp2Transport

        return Nghttp2Transport
    from extproc.wire.grpcio_transport import GrpcioTransport

    return GrpcioTransport


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
    stopping = stop_signals()
    await worker.start()
    # What stands now stands for good: the collector need not look at it again, and what a call
    # leaves behind is mostly gone by itself.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    give_back_memory()
    recorder.ready()
    watch = asyncio.create_task(_watch_the_loop())
    leash = asyncio.create_task(_hold_the_leash(reader, recorder))
    await stopping.wait()
    watch.cancel()
    faulthandler.cancel_dump_traceback_later()
    await worker.stop()
    leash.cancel()


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
