"""Private keys in PEM and PGP armour, also on one line, escaped, or cut off before their end.

The line that begins the key decides; base64 and line ends behind it are a run, however many
there are. The line that ends the key is a match of its own, which touches and so joins it. The
begin line alone, in a sentence about keys, holds no key.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import SECRETS, Detector, Run

_NAME = rb"[A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----"
_LINE_END = rb"(?:[\r\n]|\\{1,4}[rn])"
# Headers of RFC 1421 and of PGP armour: `Proc-Type: 4,ENCRYPTED`, `Version: ...`.
_HEADER = rb"[A-Za-z][A-Za-z-]{1,19}: [^\r\n\\]{0,80}" + _LINE_END + rb"{1,4}"
_BODY = rb"[A-Za-z0-9+/=\s\\]"

DETECTORS = (
    Detector(
        "PRIVATE_KEY",
        r"-----BEGIN [A-Z0-9 ]",
        re.compile(
            rb"-----BEGIN "
            + _NAME
            + rb"[ \t]{0,4}(?:"
            + _LINE_END
            + rb"{1,8}(?:"
            + _HEADER
            + rb"){0,6}|[A-Za-z0-9+/]{16})"
        ),
        run=Run(re.compile(_BODY + rb"*")),
        profiles=SECRETS,
    ),
    Detector(
        "PRIVATE_KEY",
        r"-----END [A-Z0-9 ]",
        re.compile(rb"-----END " + _NAME),
        profiles=SECRETS,
    ),
)
