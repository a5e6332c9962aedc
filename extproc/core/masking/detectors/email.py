"""E-mail addresses, plain, encoded and written out.

- A local part of up to 64 characters (RFC 5321, section 4.5.3.1.1), an at sign, and a domain of
  labels that ends in letters. Accented and look-alike forms are folded before. The at sign may
  be URL-encoded or an HTML entity, and so may the dots.
- Written out: `at` in brackets, then a domain whose dots may be words in brackets too; or
  `at` and `dot` between spaces; or the signs themselves between spaces. These end in one of the
  usual top-level domains, which no English word is; in any, where its dot is a word in brackets.

What stands before the host of a URL is no address: `url.py` looks at it.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import Detector, Reach
from extproc.core.masking.detectors.entropy import is_random

_LOCAL = rb"A-Za-z0-9_.+%'\x80-\xbf-"
_LABEL = rb"[A-Za-z0-9\x80-\xbf](?:[A-Za-z0-9_\x80-\xbf-]{0,61}[A-Za-z0-9\x80-\xbf])?"
_TOP = rb"(?:[A-Za-z\x80-\xbf]{2,24}|xn--[A-Za-z0-9-]{2,59})"
# What may stand in a local part but begins none, such as an opening quote, is left outside.
_BEGIN = rb"[.+%'-]{0,63}([A-Za-z0-9_\x80-\xbf][" + _LOCAL + rb"]{0,63}"
_PLAIN = (
    rb"(?:@|%40|&(?:#64|#x40|commat);)(?:" + _LABEL + rb"(?:\.|%2e|&(?:#46|period);)){1,8}" + _TOP
)
_WORD = rb"[A-Za-z0-9][A-Za-z0-9-]{0,62}"
_USUAL = (
    rb"(?:com|org|net|edu|gov|mil|info|biz|dev|app|io|ai|co|eu|uk|de|fr|nl|es|ch|se|pl|pt|br|jp|cn"
    rb"|ru|au|ca|nz|mx|ar|kr|tr|gr|cz|dk|fi|hu|ie|ro|ua|za)(?![A-Za-z0-9_])"
)
_DOTS = rb"(?:\.| ?[\[({] ?(?:dot|\.) ?[\])}] ?| dot )"
_DOT_IN_BRACKETS = rb" ?[\[({] ?dot ?[\])}] ?"
_BRACKETED = (
    rb" ?[\[({<] ?(?:at|@) ?[\])}>] ?(?:(?:" + _WORD + _DOTS + rb"){1,4}" + _USUAL
    + rb"|(?:" + _WORD + _DOT_IN_BRACKETS + rb"){1,4}[A-Za-z]{2,24}(?![A-Za-z0-9_]))"
)  # fmt: skip
_SPELLED = rb" at (?:" + _WORD + rb" dot ){1,3}" + _USUAL
_SPACED = rb" @ (?:" + _WORD + rb"(?:\.| \. )){1,3}" + _USUAL
_TORN = rb"@(?:" + _WORD + rb"\.){0,2}" + _WORD + rb" \. ?" + _USUAL
_PATTERN = re.compile(rb"(?i)" + _BEGIN + b"(?:" + _PLAIN + b"|" + _TORN + b"))")
# It ends with a letter or a digit, so that the end of a sentence is not held for what may follow.
_WRITTEN_OUT = re.compile(
    rb"(?i)[.+%'-]{0,63}([A-Za-z0-9_\x80-\xbf](?:["
    + _LOCAL
    + rb"]{0,62}[A-Za-z0-9_\x80-\xbf])?(?:"
    + b"|".join((_BRACKETED, _SPELLED, _SPACED))
    + b"))"
)

_NOBODY = re.compile(rb"git@|[^@]*@[0-9]x\.[a-z]{3,4}$")
"""The login of a Git server (`git@host:path`), and pictures of two sizes (`icon@2x.png`)."""
_LOGIN = re.compile(rb"[A-Za-z]://(?:[^:@\s/?#\"'`<>\\]{0,48}:)?[^\s/?#\"'`<>\\]*$")
_LONGEST_LOGIN = 60
_TOKEN_LEAST = 16
_ARTICLE = re.compile(rb"(?i) at (?:the|a|an|this|that|each|every|one|its?) ")


def _names_somebody(view: bytes, start: int, end: int) -> int:
    text = view[start:end]
    if _NOBODY.match(text):
        return 0
    login = _LOGIN.search(view, max(0, start - _LONGEST_LOGIN), start)
    if login:
        user = text.partition(b"@")[0]
        has_password = b":" in login[0][4:]
        if has_password or (len(user) >= _TOKEN_LEAST and is_random(user, 3.0)):
            return 0
    return end


def _spelled(view: bytes, start: int, end: int) -> int:
    return 0 if _ARTICLE.search(view, start, end) else end


_BACK = bytes(byte for byte in range(256) if re.match(rb"[" + _LOCAL + rb"]", bytes([byte])))

DETECTORS = tuple(
    Detector(
        "EMAIL",
        anchor,
        pattern,
        validate,
        reach=Reach.BEHIND,
        back=_BACK,
        back_most=64,
    )
    for anchor, pattern, validate in (
        (r"@[A-Za-z0-9\x80-\xbf]", _PATTERN, _names_somebody),
        (r"(?i)(?:%40|&(?:#64|#x40|commat);)[A-Z0-9\x80-\xbf]", _PATTERN, _names_somebody),
        (r"(?i) ?[\[({<] ?(?:at|@) ?[\])}>]", _WRITTEN_OUT, _names_somebody),
        (r"(?i) at [A-Z0-9][A-Z0-9-]* dot [A-Z0-9]", _WRITTEN_OUT, _spelled),
        (r" @ [A-Za-z0-9][A-Za-z0-9-]*(?:\.| \. )[A-Za-z0-9]", _WRITTEN_OUT, _names_somebody),
    )
)
