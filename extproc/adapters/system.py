"""The machine's clock and its randomness, behind `core.ports.Clock` and `core.ports.Ids`."""

from __future__ import annotations

import os
import threading
import time
import weakref

from extproc.core.ports import Clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, and its order is the order of the numbers."""
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_POOLED = 512
_RANDOM_BITS = 80
_LENGTH = 26


class SystemClock:
    """The operating system's clocks, in microseconds."""

    def now(self) -> int:
        return time.time_ns() // 1000

    def elapsed(self) -> int:
        return time.monotonic_ns() // 1000


def wanted_processor() -> float:
    """Seconds in which the main thread ran, or waited for its turn; a little too few where the
    system does not tell of the waiting (proc(5), schedstat: Linux)."""
    try:
        with open("/proc/self/schedstat", "rb") as file:
            ran, waited, _ = file.read().split()
    except (OSError, ValueError):
        return time.process_time()
    return (int(ran) + int(waited)) / 1e9


class SortableIds:
    """Ids whose text order is the order in which this process made them.

    After the prefix: 26 characters, 48 bits of milliseconds since 1970 and 80 random bits (the
    layout of a ULID). Within one millisecond, and when the clock goes back, the last id is
    counted up instead, so that order holds; another process has other random bits.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self.forget()
        _made.add(self)

    def forget(self) -> None:
        """Begin anew, with other random bits."""
        self._last = 0
        self._pool = b""
        self._at = 0

    def new(self, prefix: str) -> str:
        """`prefix`, an underscore, and 26 characters: `exc_01J…`."""
        moment = self._clock.now() // 1000 << _RANDOM_BITS
        with self._lock:
            if moment > self._last | (1 << _RANDOM_BITS) - 1:
                # The top random bit stays clear: room to count up without leaving the millisecond.
                self._last = moment | int.from_bytes(self._random()) >> 1
            else:
                self._last += 1
            number = self._last
        return f"{prefix}_{_base32(number)}"

    def _random(self) -> bytes:
        """Ten bytes; the system is asked for many at a time, since each question costs the same."""
        if self._at >= len(self._pool):
            self._pool = os.urandom(10 * _POOLED)
            self._at = 0
        self._at += 10
        return self._pool[self._at - 10 : self._at]


_made: weakref.WeakSet[SortableIds] = weakref.WeakSet()


def _forget_all() -> None:
    for ids in _made:
        ids.forget()


# A fork copies the last id; counting up from it in both processes would collide.
os.register_at_fork(after_in_child=_forget_all)


def _base32(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range((_LENGTH - 2) * 5, -1, -10)])
