"""Passwords in addresses and connection strings, and hashes of passwords.

- The password of an address (RFC 3986, section 3.2.1): `scheme://user:password@host`, of
  whatever scheme. Words that only stand for a password are none.
- Hashes of passwords as crypt(3) writes them: `$2b$12$...`, `$6$salt$...`, `$argon2id$...`.

`Password=...;` is found by `password.py`, `AccountKey=...` and the like by `secret.py`.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import SECRETS, Detector, Run
from extproc.core.masking.detectors.value import PLACEHOLDER

_WORD = re.compile(
    rb"(?i)(?:user|username|pass(?:word|wd|phrase)?|pwd|pw|secret|token|key|x-oauth-basic|\.+|-+)$"
)


def _password(view: bytes, start: int, end: int) -> int:
    value = view[start:end]
    return 0 if PLACEHOLDER.match(value) or _WORD.match(value) else end


DETECTORS = (
    Detector(
        "PASSWORD",
        r"://[A-Za-z0-9_.%+~-]{0,40}:[^\s/@\"'`<>{}()\[\]\\]",
        re.compile(
            # Up to the last at sign: a password may hold one.
            rb"://[A-Za-z0-9_.%+~-]{0,40}:([^\s/?#\"'`<>{}()\[\]\\\xc0-\xff]{3,128})@(?=[A-Za-z0-9\[])"
        ),
        _password,
        profiles=SECRETS,
    ),
    Detector(
        "SECRET",
        r"\$(?:2[abxy]?\$[0-9]|[156y]\$[A-Za-z0-9./]|argon2[id]{1,2}\$v)",
        re.compile(
            rb"\$(?:2[abxy]?\$[0-9]{2}\$[A-Za-z0-9./]{53}"
            rb"|[156]\$(?:rounds=[0-9]{1,9}\$)?[A-Za-z0-9./]{1,16}\$[A-Za-z0-9./]{22}"
            rb"|y\$[A-Za-z0-9./]{1,8}\$[A-Za-z0-9./]{1,64}\$[A-Za-z0-9./]{43}"
            rb"|argon2[id]{1,2}\$v=[0-9]{1,3}\$[a-z0-9=,]{5,40}\$[A-Za-z0-9+/]{8,64}\$"
            rb"[A-Za-z0-9+/]{16})"
        ),
        run=Run(re.compile(rb"[A-Za-z0-9./+]*")),
        profiles=SECRETS,
    ),
)
