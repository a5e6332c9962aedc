"""How the system lets the server's processes take turns with Envoy."""

from __future__ import annotations

import contextlib
import os


def work_in_batches() -> None:
    """A wake-up of this process, and of threads it starts later, interrupts nobody.

    Envoy writes messages one by one. Where it shares a core with the server, the first would
    wake the server in the midst of that, and each message would be read, and answered, by
    itself. Under SCHED_BATCH (sched(7); Linux, no privilege needed) whoever runs goes on until
    it waits or its time is over, and what it wrote by then is read at once. The share of the
    processor stays the same. Where the system has or allows no such thing, nothing happens.
    """
    if hasattr(os, "SCHED_BATCH"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
