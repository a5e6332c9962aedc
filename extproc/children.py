"""Child processes: started, watched, started again, stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

READY_SECONDS = 30.0
STOP_SECONDS = 35.0
LONG_UP_SECONDS = 30.0
_PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0)
"""Seconds before a child is started again, the longer the oftener it fell."""


class StartError(Exception):
    """A part did not come up; the message says which and why."""


Process = asyncio.subprocess.Process
Pause = Callable[[], Awaitable[None]]


async def spawn(
    *command: str,
    log: Path | None = None,
    pipes: tuple[int, int] | None = None,
    **environment: str,
) -> Process:
    """Start a child in a session of its own, so that Ctrl-C reaches us first.

    `log` takes its output; without one it shares ours. `pipes` are its standard input and output
    instead, as file descriptors. Raises StartError.
    """
    output = None
    if log is not None:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=pipes[0] if pipes else asyncio.subprocess.DEVNULL,
            stdout=pipes[1] if pipes else output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, **environment},
        )
    except OSError as error:
        raise StartError(f"cannot start {command[0]}: {error.strerror}") from None
    finally:
        if output is not None:
            os.close(output)


async def stop(process: Process) -> None:
    """Ask it to end; after a time, end it."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def starting(process: Process, name: str, log: Path | None = None) -> AsyncIterator[Pause]:
    """Bounds a start: its `pause` raises StartError when the process ended or took too long."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_SECONDS

    async def pause() -> None:
        if process.returncode is not None:
            raise StartError(f"{name} ended with status {process.returncode}{tail(log)}")
        if loop.time() > deadline:
            raise StartError(f"{name} was not ready after {READY_SECONDS:.0f} s{tail(log)}")
        await asyncio.sleep(0.02)

    yield pause


def tail(log: Path | None) -> str:
    """The last words of a part that did not come up."""
    if log is None or not log.exists():
        return ""
    lines = log.read_text(errors="replace").strip().splitlines()[-3:]
    return "".join(f"\n  {line}" for line in lines)


class Kept:
    """A child that is started again when it ends by itself.

    `run` ends only when the child does not stay up. Use `stop` for an end that is meant.
    """

    def __init__(self, name: str, start: Callable[[], Awaitable[Process]]) -> None:
        """`start` returns a child that is ready, or raises StartError."""
        self.name = name
        self.process: Process | None = None
        self.is_ready = False
        self._start = start
        self._is_stopping = False

    async def start(self) -> None:
        """The first start. Raises StartError."""
        self.process = await self._start()
        self.is_ready = True

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        falls = 0
        while falls < len(_PAUSES):
            assert self.process is not None
            started = loop.time()
            code = await self.process.wait()
            self.is_ready = False
            if self._is_stopping:
                return
            falls = 0 if loop.time() - started > LONG_UP_SECONDS else falls
            print(f"{self.name} ended ({code}); starting it again", file=sys.stderr)
            await asyncio.sleep(_PAUSES[falls])
            falls += 1
            with contextlib.suppress(StartError):
                await self.start()
        print(f"error: {self.name} does not stay up", file=sys.stderr)

    async def stop(self) -> None:
        self._is_stopping = True
        if self.process is not None:
            await stop(self.process)
