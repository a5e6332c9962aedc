"""What detectors of numbers written in groups share."""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import CONTEXT
from extproc.core.masking.view import WORD

ANCHOR = r"[0-9](?:[ .()/-]{0,2}[0-9]){6}"
"""Seven digits with at most two separators between each two."""

START = rb"(?<![" + WORD + rb"])(?<![0-9]\.)"
"""Not inside a word, and not behind a decimal point."""

END = rb"(?![" + WORD + rb"]|[.-][0-9])"
"""Not before a word's rest or further digits."""


def is_cued(cues: re.Pattern[bytes], view: bytes, start: int) -> bool:
    """Whether a cue stands close before. `cues` ends with what may lie between, and `$`."""
    return cues.search(view[max(0, start - CONTEXT + 16) : start]) is not None
