"""What detectors of numbers written in groups share."""

from __future__ import annotations

import re

from extproc.core.masking.view import WORD

ANCHOR = r"[0-9](?:[ .()/-]{0,2}[0-9]){6}"
"""Seven digits with at most two separators between each two."""

START = rb"(?<![" + WORD + rb"])(?<![0-9]\.)"
"""Not inside a word, and not behind a decimal point."""

END = rb"(?![" + WORD + rb"]|[.-][0-9])"
"""Not before a word's rest or further digits."""


_CUE_MOST = 48
_NEITHER = bytes(byte for byte in range(256) if byte not in b"0123456789\n;!?")


def is_cued(cues: re.Pattern[bytes], view: bytes, start: int) -> bool:
    """Whether a cue stands close before. `cues` ends with what may lie between, and `$`."""
    before = view[max(0, start - _CUE_MOST) : start]
    # Between a cue and its number stands no other number, nor the end of a question or a line.
    between = before[len(before.rstrip(_NEITHER)) :]
    return len(between) > 2 and cues.search(between) is not None
