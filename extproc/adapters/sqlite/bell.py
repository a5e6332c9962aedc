"""A number that processes share: who reads it knows, in a tenth of a microsecond, whether the
database behind it may have changed.

It is rung inside the writing transaction, before its commit. Writers hold the database's write
lock then, so the numbers come in order; and a reader that starts after the commit cannot see the
number from before. A writer that dies between the two leaves a number that the database never
reaches: readers then look into the database each time, which is slower and still right.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path

_SIZE = 8


class Bell:
    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < _SIZE:
                os.ftruncate(descriptor, _SIZE)
            self._map = mmap.mmap(descriptor, _SIZE)
        finally:
            os.close(descriptor)
        self._number = memoryview(self._map).cast("Q")

        self._is_closed = False

    @property
    def number(self) -> int:
        """-1, which is no number of the database's, once it is closed."""
        return -1 if self._is_closed else self._number[0]

    def ring(self, number: int) -> None:
        self._number[0] = number

    def close(self) -> None:
        self._is_closed = True
        self._number.release()
        self._map.close()
