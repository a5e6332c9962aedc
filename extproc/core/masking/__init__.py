"""Find sensitive values in text and mask them, also while the text is still arriving.

`Masker` is built once for a profile and serves every exchange of one event loop. `find` and
`mask` look at a whole text; `stream` and `json_stream` look at a text that comes in pieces and
end with exactly the same result, however the text was cut. How: see `stream.py`.

Rules of this room:
1. Every character of every match is masked; another detector can only add to that.
2. A detector that fails is no clean text: it raises `Unavailable("masker")`.
3. What a match is depends on a bounded stretch of text around it, so that a stream can decide
   it with bounded memory.
"""

from __future__ import annotations

from extproc.core.masking.finding import Cut, Edit, Finding
from extproc.core.masking.masker import Masker
from extproc.core.masking.strategy import Strategies, Strategy
from extproc.core.masking.stream import StreamMasker

__all__ = ["Cut", "Edit", "Finding", "Masker", "Strategies", "Strategy", "StreamMasker"]
