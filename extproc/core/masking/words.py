"""One automaton for a long list of words, such as all known names."""

from __future__ import annotations

from functools import lru_cache

import re2

_MEMORY = 64 << 20
"""Bytes. States are made when a text first asks for them; prose asks for few."""


class WordList:
    """Finds whole words of ASCII letters."""

    def __init__(self, words: frozenset[bytes]) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.never_capture = True
        options.log_errors = False
        options.max_mem = _MEMORY
        expression = rb"\b(?:" + b"|".join(sorted(words)) + rb")\b"
        # The class, not `re2.compile`: that one's cache would keep the automaton for ever.
        self._match = re2._Regexp(expression, options)._regexp.Match
        self._anchor = re2._Anchor.UNANCHORED

    def search(self, text: bytes, start: int) -> tuple[int, int]:
        """Where the next word of the list begins and ends; (-1, -1) when there is none."""
        span: tuple[int, int] = self._match(self._anchor, text, start, len(text))[0]
        return span


@lru_cache(maxsize=4)
def word_list(words: frozenset[bytes]) -> WordList:
    """Profiles and engines share theirs."""
    return WordList(words)
