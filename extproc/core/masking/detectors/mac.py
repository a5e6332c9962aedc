"""MAC addresses (EUI-48): six pairs of hexadecimal digits with colons or hyphens, or three
groups of four with dots. Not a part of a longer row, such as a fingerprint. With hyphens or
dots one digit is a letter, else numbers would be taken for one. All zeros, broadcast and the
masks of whole vendors are nobody's.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import Detector

_LETTER = re.compile(rb"[A-Fa-f]")
_NOBODYS = re.compile(rb"(?i)(?:0+|f+)$|f{6}0{6}$")


def _address(view: bytes, start: int, end: int) -> int:
    text = view[start:end]
    digits = text.translate(None, b":-.")
    if _NOBODYS.match(digits):
        return 0
    return end if b":" in text or _LETTER.search(digits) else 0


def _detector(anchor: str, pattern: bytes) -> Detector:
    return Detector(
        "MAC_ADDRESS",
        anchor,
        re.compile(
            rb"(?<![0-9A-Za-z_:-])(?<![0-9A-Fa-f]\.)"
            + pattern
            + rb"(?![0-9A-Za-z_]|[:.-][0-9A-Fa-f])"
        ),
        _address,
    )


_HEX = "[0-9A-Fa-f]"

DETECTORS: tuple[Detector, ...] = tuple(
    _detector(
        f"{_HEX}{{{size}}}" + f"{sign}{_HEX}{{{size}}}" * times,
        (f"{_HEX}{{{size}}}" + f"{sign}{_HEX}{{{size}}}" * times).encode(),
    )
    for size, sign, times in ((2, ":", 5), (2, "-", 5), (4, r"\.", 2))
)
