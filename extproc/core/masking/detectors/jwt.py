"""JSON web tokens (RFC 7519): base64url of an object, which begins `eyJ`, a dot, and more.

A first part of _FIRST_MOST characters without a dot is masked as well: no text, and too long to
wait for the dot. Behind `;base64,` stands a document, a source map say (RFC 2397).
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import SECRETS, Detector, Run

_FIRST_MOST = 4000

DETECTORS = (
    Detector(
        "JWT",
        r"eyJ[A-Za-z0-9_-]{2}",
        re.compile(
            rb"(?<![A-Za-z0-9_-])(?<!;base64,)eyJ(?:[A-Za-z0-9_-]{%d}|[A-Za-z0-9_-]{7,%d}\.[A-Za-z0-9_-]{8})"
            % (_FIRST_MOST, _FIRST_MOST)
        ),
        run=Run(re.compile(rb"(?:\.?[A-Za-z0-9_=-])*"), unit=2),
        profiles=SECRETS,
    ),
)
