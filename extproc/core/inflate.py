"""Compressed answers, so that they can be looked at."""

from __future__ import annotations

import zlib

from extproc.core.decision import Unavailable


class Inflate:
    """Undoes gzip or deflate: ext_authz asks upstreams not to compress, some do all the same."""

    def __init__(self, encoding: str, limit: int) -> None:
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise Unavailable("masker", "an answer in this content-encoding cannot be looked at")
        self._zlib = zlib.decompressobj(wbits=47)
        self._left = limit

    def feed(self, data: bytes) -> bytes:
        """Raises Unavailable for what is not the encoding, or grows beyond the limit."""
        try:
            out = self._zlib.decompress(data, self._left + 1)
        except zlib.error:
            raise Unavailable("masker", "the compressed answer is broken") from None
        self._left -= len(out)
        if self._left < 0 or self._zlib.unconsumed_tail:
            raise Unavailable("masker", "the compressed answer is larger than the limit")
        return out

    def finish(self) -> bytes:
        if not self._zlib.eof:
            raise Unavailable("masker", "the compressed answer is cut short")
        return b""
