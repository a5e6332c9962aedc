"""What a process of the server asks of the system for itself. Where there is no such thing to be
had, nothing happens."""

from __future__ import annotations

import contextlib
import os


def work_in_batches() -> None:
    """A wake-up of this process, and of threads it starts later, interrupts nobody.

    Envoy writes messages one by one. Where it shares a core with the server, the first would
    wake the server in the midst of that, and each message would be read, and answered, by
    itself. Under SCHED_BATCH (sched(7); Linux, no privilege needed) whoever runs goes on until
    it waits or its time is over, and what it wrote by then is read at once. The share of the
    processor stays the same.
    """
    if hasattr(os, "SCHED_BATCH"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def give_back_memory() -> None:
    """Hand the system what was freed: building the detectors leaves some 10 MB behind, which the
    allocator would keep (malloc_trim(3); glibc)."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
