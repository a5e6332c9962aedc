"""The database of anchors: compiled, or as the last start compiled it."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence

import hyperscan

from extproc.core.ports import Cache

Listed = Sequence[tuple[int, bytes, int]]
"""(number, expression, flags) of each anchor."""


def database_of(listed: Listed, cache: Cache | None) -> hyperscan.Database:
    if cache is None:
        return _compiled(listed)
    key = _key(listed)
    data = cache.load(key)
    if data is not None:
        with contextlib.suppress(Exception):  # then it is made again
            return hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
    database = _compiled(listed)
    cache.save(key, hyperscan.dumpb(database))
    return database


def _compiled(listed: Listed) -> hyperscan.Database:
    numbers, expressions, flags = map(list, zip(*listed, strict=True))
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=expressions, ids=numbers, flags=flags)
    return database


def _key(listed: Listed) -> str:
    """Of all that the compiler's result depends on. What a small database says of itself is the
    library's version, and for which processor it compiles here.
    """
    here = _compiled([(0, b"a", 0)]).info()
    return hashlib.sha256(repr((here, listed)).encode()).hexdigest()
