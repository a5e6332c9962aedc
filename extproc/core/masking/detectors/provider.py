"""Keys that their form gives to a vendor.

The prefix and as many characters as that vendor's keys have at least decide; all that continues
the key is masked with it, so that a longer format of next year is not cut in two. The formats
are in the tables of `vendor_cloud`, `vendor_tool` and `vendor_service`. Formats of one alphabet
and one length are one pattern. Where the alphabet has hyphens or the like, so that words behind
the prefix would do, the key must look random.

Forms that are no prefix and a rest are written out below. Of two of them the first characters
are no secret and stay: the id before `.atlasv1.` and three characters before the `Q~` of Azure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from extproc.core.masking.detectors import vendor_cloud, vendor_service, vendor_tool
from extproc.core.masking.detectors.detector import (
    SECRETS,
    Detector,
    Reach,
    Run,
    Validate,
    accept,
)
from extproc.core.masking.detectors.entropy import is_random
from extproc.core.masking.detectors.format import WORD, Format

FORMATS = (*vendor_cloud.FORMATS, *vendor_tool.FORMATS, *vendor_service.FORMATS)

_WORD_RUN = Run(re.compile(rb"[A-Za-z0-9_-]*"))
_LONG_RUN = Run(re.compile(rb"(?:[.+/=%~]{0,2}[A-Za-z0-9_-])*"), unit=3)
"""A dot at the end of a sentence is no part of a key."""
_START = rb"(?<![A-Za-z0-9])"
_MOST = 40
"""Characters behind a prefix that are looked at: enough to tell, and few for a stream to count.
"""
_LEAST = 10
"""Characters behind a prefix that every key has, and that the anchor asks for."""
_TOGETHER = 24
"""Prefixes in one anchor."""
_LONG = "[A-Za-z0-9_.+/=%~$?&@:-]"


def _random(view: bytes, start: int, end: int) -> int:
    """For prefixes that words have too: `sk-` begins a key, and a class in a style sheet."""
    return end if is_random(view[start:end], 3.0) else 0


def _key(prefix: str, rest: str, validate: Validate = accept, run: Run = _WORD_RUN) -> Detector:
    """`prefix` is an expression of a few alternatives; `rest` decides."""
    return Detector(
        "API_KEY",
        prefix,
        re.compile(_START + f"(?:{prefix})(?:{rest})".encode()),
        validate,
        run=run,
        profiles=SECRETS,
    )


def _exact(formats: Iterable[Format]) -> re.Pattern[bytes]:
    return re.compile(
        "|".join(
            f"(?:{'|'.join(_prefixes([each]))}){each.alphabet}{{{min(each.least, _MOST)},{_MOST}}}"
            for each in formats
        ).encode()
    )


def _prefixes(formats: Iterable[Format]) -> list[str]:
    """As expressions, those with the same ending side by side: read backwards, as a stream does,
    they are one branch.
    """
    prefixes = {prefix for each in formats for prefix in each.prefixes.split()}
    return [re.escape(prefix) for prefix in sorted(prefixes, key=lambda prefix: prefix[::-1])]


def _of_formats(rest: str, formats: Sequence[Format], run: Run) -> Iterator[Detector]:
    """Detectors for all formats whose keys are of the characters of `rest`.

    They share one coarse pattern, so that the automaton of a stream is small, and a validator
    that is exact. Each has its own anchor, for one would be too large.
    """
    plain = _exact(each for each in formats if not each.is_wordy)
    wordy = _exact(each for each in formats if each.is_wordy)

    def validate(view: bytes, start: int, end: int) -> int:
        # Not bounded by `end`: of two prefixes the pattern may have taken the shorter one.
        if match := plain.match(view, start):
            return match.end()
        if match := wordy.match(view, start):
            return _random(view, start, match.end())
        return 0

    prefixes = _prefixes(formats)
    joined = "|".join(prefixes)
    pattern = re.compile(_START + f"(?:{joined}){rest}{{{_LEAST},{_MOST}}}".encode())
    parts = len(prefixes) // _TOGETHER + 1
    for first in range(parts):
        # Of `live_` and `sk_live_` in one anchor only the start of the longer one would be told.
        some = "|".join(prefixes[first::parts])
        anchor = f"(?:{some}){rest}{{{_LEAST}}}"
        yield Detector("API_KEY", anchor, pattern, validate, run=run, profiles=SECRETS)


DETECTORS = (
    *_of_formats(WORD, [each for each in FORMATS if each.is_word], _WORD_RUN),
    *_of_formats(_LONG, [each for each in FORMATS if not each.is_word], _LONG_RUN),
    # Amazon, an old form.
    _key("A3T[A-Z0-9]", "[A-Z2-7]{16}"),
    # OpenAI, DeepSeek and others.
    _key("sk-", "[A-Za-z0-9_-]{20,64}", _random),
    _key(r"SG\.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16}"),
    _key("re_[A-Za-z0-9]{8}_", "[A-Za-z0-9]{16}", _random),
    # Salesforce: the organisation's id, and a session.
    _key("00D[A-Za-z0-9]{12}", r"[A-Za-z0-9]{0,3}![A-Za-z0-9._]{40}", run=_LONG_RUN),
    # Adyen.
    _key("AQE[a-z]hm", "[A-Za-z0-9+/=_-]{40}", _random, _LONG_RUN),
    # Mapbox: like a JSON web token, and it may be taken for one.
    _key(r"[pst]k\.eyJ1", "[A-Za-z0-9_=.-]{40}"),
    # Google Chat: the address of a webhook, with its query.
    _key(
        r"chat\.googleapis\.com/v1/spaces/",
        "[A-Za-z0-9/?&=_%-]{40,60}",
        run=Run(re.compile(rb"[A-Za-z0-9/?&=_%-]*")),
    ),
    # Discord: the number of a bot in base64, when, and a signature.
    _key(
        "[MNO][A-Za-z0-9_-]{23}",
        r"[A-Za-z0-9_-]{0,4}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}",
        _random,
    ),
    # Telegram: the number of a bot, and a secret.
    Detector(
        "API_KEY",
        r"[0-9]:AA[A-Za-z0-9_-]{8}",
        re.compile(rb"(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{31}"),
        run=_WORD_RUN,
        reach=Reach.BEHIND,
        back=b"0123456789",
        back_most=10,
        profiles=SECRETS,
    ),
    Detector(
        "API_KEY",
        r"\.atlasv1\.[A-Za-z0-9=_-]{8}",
        re.compile(rb"(?<=[A-Za-z0-9]{14})\.atlasv1\.[A-Za-z0-9=_-]{60}"),
        run=_WORD_RUN,
        profiles=SECRETS,
    ),
    Detector(
        "API_KEY",
        r"[0-9]Q~[A-Za-z0-9_.~-]{8}",
        re.compile(rb"(?<=[A-Za-z0-9_.~-]{3})[0-9]Q~[A-Za-z0-9_.~-]{31}"),
        run=_LONG_RUN,
        profiles=SECRETS,
    ),
)
