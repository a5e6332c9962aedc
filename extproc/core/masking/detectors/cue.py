"""Values that their name stands before: `passport no. C01X00T47`, `"cpf": "..."`.

Between the name and the value stand at most GAP characters: no digit, no end of a sentence, and
the end of a line only right behind a colon, as in a form. A full stop behind four letters ends
a sentence; behind fewer it ends an abbreviation (`no.`).
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import DEFAULT, Detector, Validate, accept
from extproc.core.masking.view import WORD

GAP = 32

_GAP = rb"(?:[^0-9\n;!?.]|%s|(?<=:)\n|(?<=: )\n){0,%d}?"
_STOP, _ABBREVIATION = rb"\.", rb"(?<![A-Za-z]{4})\."
_BEGIN = rb"(?<![" + WORD + rb"])"
_END = rb"(?![" + WORD + rb"])"


def named(
    type_name: str,
    names: str,
    value: str,
    validate: Validate = accept,
    *,
    words: str = "",
    gap: int = GAP,
    across: bool = False,
    profiles: frozenset[str] = DEFAULT,
) -> Detector:
    """A detector of `value` behind one of `names`, which may go on (`birth`, `birthday`), or
    behind one of `words`, which are whole. Each is a set of alternatives, read caseless, for
    Hyperscan and Python alike. `across`: it may stand in the next sentence (`my birthday. It's
    ...`).
    """
    alternatives = [names] if names else []
    if words:
        # Not `\b` behind the word: a stream takes that for nothing, and would wait behind `using`
        # for the number that may follow `sin`.
        alternatives.append(rf"\b(?:{words})[^0-9A-Za-z\n;!?]")
    anchor = f"(?:{'|'.join(alternatives)})"
    pattern = rb"(?i)%s%s%s(%s)%s" % (
        anchor.encode("ascii"),
        _GAP % (_STOP if across else _ABBREVIATION, gap),
        _BEGIN,
        value.encode("ascii"),
        _END,
    )
    return Detector(
        type_name,
        f"(?i){anchor}",
        re.compile(pattern),
        validate,
        profiles=profiles,
    )


_NOT_DIGITS = bytes(byte for byte in range(256) if byte not in b"0123456789")


def digits_of(value: bytes) -> bytes:
    return value.translate(None, _NOT_DIGITS)


def with_digits(least: int, most: int) -> Validate:
    """Accepts a value by how many digits it has."""

    def validate(view: bytes, start: int, end: int) -> int:
        return end if least <= len(digits_of(view[start:end])) <= most else 0

    return validate
