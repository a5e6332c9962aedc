"""Files of keys that are made once and shared by every process of the data directory."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is in the file; where there is none it is made, readable by its owner only.

    Raises OSError. The file gets its name in one step, so that no one ever reads half of one. A
    link fails when the name is taken: of two processes that race, the second finds and uses the
    key of the first.
    """
    if path.exists():
        return path.read_bytes()
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return path.read_bytes()
        _sync_directory(path.parent)
    finally:
        draft.unlink()
    return path.read_bytes()


def is_open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def _sync_directory(directory: Path) -> None:
    # Without it, a power cut could forget the key's name after the key was used.
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
