"""Finds pseudonyms in what a model wrote, so that they can be restored.

A pseudonym as we write it is `[EMAIL_3f9a1c]`. Models change the case, put spaces around the name
or in it, and escape it for Markdown: `\\[EMAIL\\_3f9a1c\\]`. All of these are found. Which of them
is a pseudonym of the exchange, the exchange's table says.

Not found is one that something goes on behind, as the name of a host does (`[…].evil.example`),
and the text of a Markdown link.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import Detector, Reach
from extproc.core.masking.substitute import PLACEHOLDER

_NAME = r"\[ ?[A-Za-z][A-Za-z0-9_ \\-]{1,48}[0-9A-Fa-f]{6} ?\\?\]"
"""At most 60 characters, fewer than those in which a finding is named (`stream.LABEL_WINDOW`): what
overlaps it from within names the finding, and nothing is restored."""

_LETTER = rb"A-Za-z0-9\x80-\xbf"
_GOES_ON = (
    rb"[" + _LETTER + rb"(@]"
    rb"|[.:/?#=&+%~_][" + _LETTER + rb"%/]"
    rb"|-{1,3}[" + _LETTER + rb".]"
    rb"|\\[^ \t\r\n]"
)  # fmt: skip

DETECTOR = Detector(
    PLACEHOLDER,
    _NAME,
    re.compile(rb"\\?" + _NAME.encode() + rb"(?!" + _GOES_ON + rb")"),
    reach=Reach.BEHIND,
    back=b"\\",
    back_most=1,
)

RANK = 950
"""Weaker than every type."""
