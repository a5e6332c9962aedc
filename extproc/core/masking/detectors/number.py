"""What detectors of numbers written in groups share."""

from __future__ import annotations

import re
from itertools import pairwise

from extproc.core.masking.view import WORD

ANCHOR = r"[0-9](?:[ .()/-]{0,2}[0-9]){6}"
"""Seven digits with at most two separators between each two."""

START = rb"(?<![" + WORD + rb"])(?<![0-9]\.)"
"""Not inside a word, and not behind a decimal point."""

END = rb"(?![" + WORD + rb"]|[.-][0-9])"
"""Not before a word's rest or further digits."""


_CUE_MOST = 40
_NEITHER = bytes(byte for byte in range(256) if byte not in b"0123456789\n;!?")
_WORDS = re.compile(rb"[a-z]+")


def is_cued(cues: frozenset[bytes], view: bytes, start: int) -> bool:
    """Whether one of the cues, words or pairs of words in small letters, stands close before.

    Between it and the number stands no other number, nor the end of a line or a question.
    """
    before = view[max(0, start - _CUE_MOST) : start]
    between = before[len(before.rstrip(_NEITHER)) :]
    if len(between) < 3:
        return False
    words = _WORDS.findall(between.lower())
    if not cues.isdisjoint(words):
        return True
    return not cues.isdisjoint(map(b" ".join, pairwise(words)))
