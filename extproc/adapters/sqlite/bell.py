"""Two numbers that processes share. The first: who reads it knows, in a tenth of a microsecond,
whether the database behind it may have changed.

It is rung inside the writing transaction, before its commit. Writers hold the database's write
lock then, so the numbers come in order; and a reader that starts after the commit cannot see the
number from before. A writer that dies between the two leaves a number that the database never
reaches: readers then look into the database each time, which is slower and still right.

The second is a heartbeat: when the process that keeps the database in order last did so.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path

_SIZE = 16
_NUMBER, _BEAT = 0, 1


class Bell:
    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < _SIZE:
                os.ftruncate(descriptor, _SIZE)
            self._map = mmap.mmap(descriptor, _SIZE)
            self._file = _file(os.fstat(descriptor))
        finally:
            os.close(descriptor)
        self._number = memoryview(self._map).cast("Q")

        self._is_closed = False

    @property
    def number(self) -> int:
        """-1, which is no number of the database's, once it is closed."""
        return -1 if self._is_closed else self._number[_NUMBER]

    def ring(self, number: int) -> None:
        self._number[_NUMBER] = number

    @property
    def beaten(self) -> int:
        """The moment of the last `beat`; 0 when there was none."""
        return 0 if self._is_closed else self._number[_BEAT]

    def beat(self, moment: int) -> None:
        self._number[_BEAT] = moment

    def is_at(self, path: Path) -> bool:
        """Whether this is still the file that others find. Raises OSError but for a missing one."""
        try:
            return self._file == _file(path.stat())
        except FileNotFoundError:
            return False

    def close(self) -> None:
        self._is_closed = True
        self._number.release()
        self._map.close()


def _file(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
