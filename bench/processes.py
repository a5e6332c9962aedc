"""Running programs: start them on a core, read what they cost, end them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
STOP_SECONDS = 5.0


class StartError(Exception):
    """A system did not come up; the message says which, and its last words."""


@dataclass(frozen=True)
class Cost:
    """What processes have used so far."""

    cpu: float
    """Seconds of processor time, all threads and children."""
    switches: int
    """How often one of their threads began to wait."""

    def __sub__(self, before: Cost) -> Cost:
        return Cost(self.cpu - before.cpu, self.switches - before.switches)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.switches + other.switches)


NOTHING = Cost(0.0, 0)


class Process:
    """One program and its children, in a session of their own."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        cores: Sequence[int],
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        pipes: bool = False,
    ) -> None:
        self.name = name
        self._log = log
        self.started_at = time.time()
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipes else output,
                stderr=output,
                cwd=directory,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
                preexec_fn=on_cores(cores),  # noqa: PLW1509 - no threads here
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def check(self) -> None:
        """Raises StartError when it has ended."""
        code = self.popen.poll()
        if code is not None:
            words = self._log.read_text(errors="replace").strip()[-1500:]
            raise StartError(f"{self.name} ended with status {code}\n{words}")

    def cost(self) -> Cost:
        found = NOTHING
        for pid in family(self.pid):
            found += Cost(_cpu(pid), _switches(pid))
        return found

    def memory(self) -> float:
        """MiB in use by it and its children."""
        return memory(family(self.pid))

    def stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(STOP_SECONDS)
                break
        # What it started may outlive it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def on_cores(cores: Sequence[int]) -> Callable[[], None]:
    """For a child, before it runs: its cores, and that it ends when we are killed."""

    def prepare() -> None:
        if cores:
            os.sched_setaffinity(0, cores)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return prepare


def two_cores() -> tuple[list[int], list[int]]:
    """(for the load, for what is measured); empty lists where there is only one core."""
    mine = sorted(os.sched_getaffinity(0))
    return ([mine[0]], [mine[1]]) if len(mine) > 1 else ([], [])


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            fields = _stat(int(entry))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry))
    found = [pid]
    for each in found:
        found += children.get(each, ())
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty when it has gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu(pid: int) -> float:
    # The process's own clock: what /proc/PID/stat says, but in nanoseconds and not in ticks of
    # 10 ms. (clock_getcpuclockid(3): the complement of the pid, three bits up, and 2.)
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)
    return 0.0


def _switches(pid: int) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/status") as file:
                for line in file:
                    if line.startswith("voluntary_ctxt_switches:"):
                        total += int(line.split()[1])
    return total


def memory(pids: Iterable[int]) -> float:
    """MiB in use: what is their own, and every page of a file once, however many map it.

    A proportional set size would give away pages that some other program maps too, such as
    the Envoy of another system.
    """
    own, files = 0, {}
    for pid in pids:
        own += own_memory(pid)
        for name, size in _file_memory(pid).items():
            files[name] = max(size, files.get(name, 0))
    return (own + sum(files.values())) / 1024


def own_memory(pid: int) -> int:
    """KiB of no file; what a family shares among itself is counted once."""
    total = 0
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("Pss_Anon", "Pss_Shmem"):
                total += int(rest.split()[0])
    return total


def _file_memory(pid: int) -> dict[str, int]:
    """KiB in memory of each file that is mapped, without pages that were changed in private."""
    found: dict[str, int] = {}
    name = ""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps") as file:
        for line in file:
            first, *rest = line.split(None, 5)
            if not first.endswith(":"):
                name = rest[4].strip() if len(rest) > 4 else ""
            elif name.startswith("/") and first in ("Rss:", "Anonymous:"):
                size = int(rest[0]) * (1 if first == "Rss:" else -1)
                found[name] = found.get(name, 0) + size
    return found


def core_busy(core: int) -> float:
    """Seconds that a core was busy since the machine started, with whatever."""
    tick = os.sysconf("SC_CLK_TCK")
    with open("/proc/stat") as file:
        for line in file:
            name, *fields = line.split()
            if name == f"cpu{core}":
                numbers = [int(field) for field in fields[:8]]
                return (sum(numbers) - numbers[3] - numbers[4]) / tick
    return 0.0
