"""A cache in a directory: what takes long to make is there at the next start.

A file is used only when it is certainly our own: it belongs to this user, nobody else may write
to it, and the checksum that it begins with is that of its key and of all that follows. Any other
is made again. So a broken file costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

KEPT = 8
"""Files. There is one for each masking profile with its terms, and old ones of changed
configurations and versions.
"""

_DIGEST = hashlib.sha256().digest_size


class FileCache:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, key: str) -> bytes | None:
        try:
            # Not blocking and through no link: it may be anything that somebody put there.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            with os.fdopen(os.open(self._directory / key, flags), "rb") as file:
                if not _is_ours(os.fstat(file.fileno())):
                    return None
                digest, data = file.read(_DIGEST), file.read()
        except OSError:
            return None
        return data if digest == _digest(key, data) else None

    def save(self, key: str, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(key, _digest(key, data) + data)
            self._forget()

    def _write(self, key: str, content: bytes) -> None:
        """Give it its name in one step: of two processes that write it, each one's is whole."""
        draft = self._directory / f".{key}.{os.getpid()}.{os.urandom(4).hex()}"
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            draft.replace(self._directory / key)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def _forget(self) -> None:
        """Delete all but the newest; drafts that a process left behind as it ended, too."""
        files = sorted(self._directory.iterdir(), key=_changed, reverse=True)
        for path in files[KEPT:]:
            path.unlink(missing_ok=True)


def _is_ours(status: os.stat_result) -> bool:
    others_write = stat.S_IWGRP | stat.S_IWOTH
    return (
        stat.S_ISREG(status.st_mode)
        and status.st_uid == os.geteuid()
        and not status.st_mode & others_write
    )


def _digest(key: str, data: bytes) -> bytes:
    return hashlib.sha256(key.encode("ascii") + b"\0" + data).digest()


def _changed(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except FileNotFoundError:  # another process was faster
        return 0
