"""Values that their name calls secret: `"api_key": "..."`, `AWS_SECRET=...`, `X-Auth-Token: ...`.

A name, a separator and a value that looks random, of sixteen characters or more, of twelve
behind a sure name. A name says that
something is secret (`token`, `signature`), or whose it is (`DATADOG=...`): see `key_names.py`. It
may end a longer one and be followed by a short rest. Separators are `=`, `:`, `=>`, `->`, `is`,
a call (`key("..."`, `"key", "..."`), an XML element, an attribute `value`; and space alone when
the value begins like no word. Behind a sure name digits among letters suffice; behind another,
words and numbers must take turns as in no identifier. What nobody hides (`public_key`, `key_id`,
digests) is no secret, and words, placeholders, paths and code that computes a value are none.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import CONTEXT, SECRETS, Detector, Run, Validate
from extproc.core.masking.detectors.entropy import (
    is_hex,
    is_random,
    is_token,
    is_wordy,
    longest_piece,
)
from extproc.core.masking.detectors.key_names import OPEN, SURE, VENDORS, WORDS
from extproc.core.masking.detectors.value import (
    ATTRIBUTE,
    ATTRIBUTE_OF,
    ELEMENT,
    PLACEHOLDER,
    is_called,
    is_quoted,
)

_VALUE = r"[A-Za-z0-9_+/=.~%:!$|@#*^?-]"
_RUN = Run(re.compile(_VALUE.encode() + rb"*"))
_REST = "[A-Za-z0-9_.-]{0,24}"
_GAP = (
    # `key = `, `"key": `, `["key"] =>`
    r"(?:[\\\"'`\])]{0,3}[ \t]{0,4}(?::=|[?|+]{0,2}={1,3}>?|:|->)\s{0,8}[\\\"'`(\[{]{0,4}"
    # `key: &str = "`
    r"|:[ \t]{0,2}[&?A-Za-z<>.]{1,20}[ \t]{0,2}=[ \t]{0,2}[\"'`]"
    # `key("`, `"key", "`
    r"|[\\\"'`]{0,2}[,(]\s{0,8}\\?[\"'`]"
    r"|[ \t](?:is|was|to|as)[ \t:]{1,2}[\"'`]?"
    rf"|{ATTRIBUTE}|{ELEMENT})"
)
_SPACE = r"\s{1,3}[\"'`]?"
_NO_WORD = "[A-Za-z+/_-]{0,10}[0-9]"
"""The beginning of a value behind a space."""
_PARTS = 8

# Read backwards, as a stream does, names with the same ending are one branch.
_WORDS = "|".join(sorted(WORDS, key=lambda name: name[::-1]))
_VENDORS = "|".join(sorted(VENDORS, key=lambda name: name[::-1]))
_NAMED = re.compile(f"(?i)(?:{_WORDS}|{_VENDORS}){_REST}{_GAP}({_VALUE}{{12,64}})".encode())
_SPACED = re.compile(f"(?i)(?:{_WORDS}){_REST}{_SPACE}({_NO_WORD}{_VALUE}{{12,55}})".encode())

_NAME = re.compile(
    # From where a word begins: else each of its letters would be tried as a beginning.
    rb"(?i)(?<![A-Za-z0-9_.-])"
    + f"([A-Za-z0-9_.-]*(?:{_WORDS}|{_VENDORS}){_REST})(?:{_GAP}|{_SPACE})$".encode()
)
_SURE = re.compile(f"(?i){SURE}".encode())
_OPEN = re.compile(f"(?i){OPEN}".encode())
_OTHER = re.compile(
    rb"[a-z]{2,8}://|//|\.{0,2}/[a-z.]|0x[0-9A-Fa-f]{1,16}$|[A-Za-z0-9_.-]+=[^=]"
    rb"|\S*sha(?:1|256|384|512)[:-]"
)
"""An address, a path, a number of a program, another name and its value, a digest."""


_PUBLIC = re.compile(rb"(?:PUBLIC KEY|CERTIFICATE|SIGNATURE)(?: BLOCK)?-----[\r\n\\rn]{0,8}$")
"""Armour whose text is meant to be seen."""


def _named(view: bytes, start: int, end: int) -> int:
    value = view[start:end].rstrip(b".:!?=")
    if PLACEHOLDER.match(value) or _OTHER.match(value) or is_called(view, end):
        return 0
    if not is_quoted(view, start) and ATTRIBUTE_OF.match(value) and longest_piece(value) < 24:
        return 0
    looks_random = is_token(value)
    if not (looks_random or is_random(value, 3.0)):
        return 0
    name = _NAME.search(view, max(0, start - CONTEXT), start)
    if name is None or _OPEN.search(name[1]) or _PUBLIC.search(view, max(0, start - 24), start):
        return 0
    if looks_random:
        return end
    if _SURE.search(name[1]) is None:
        return 0
    if len(value) < 16:
        return end if is_token(value, 12) else 0
    return end if is_quoted(view, start) or not is_wordy(value) else 0


def _spaced(view: bytes, start: int, end: int) -> int:
    """Behind a space alone: not the versions and paths of `name v1.0-0123456789ab`."""
    value = view[start:end]
    if not is_hex(value) and longest_piece(value) < 16:
        return 0
    return _named(view, start, end)


def _signing(view: bytes, start: int, end: int) -> int:
    value = view[start:end]
    return end if is_random(value, 3.5) and not PLACEHOLDER.match(value) else 0


def _detector(anchor: str, pattern: re.Pattern[bytes], validate: Validate) -> Detector:
    return Detector("SECRET", anchor, pattern, validate, run=_RUN, profiles=SECRETS)


DETECTORS = (
    _detector(f"(?i)(?:{_WORDS}){_REST}{_GAP}{_VALUE}{{4}}", _NAMED, _named),
    # Rare enough to be looked for alone; some at a time, for all in one take long to compile.
    *(
        _detector(f"(?i)(?:{'|'.join(VENDORS[first::_PARTS])})", _NAMED, _named)
        for first in range(_PARTS)
    ),
    _detector(f"(?i)(?:{_WORDS}){_REST}{_SPACE}{_NO_WORD}{_VALUE}{{4}}", _SPACED, _spaced),
    # Django and Flask: fifty characters with signs of all kinds.
    _detector(
        "(?i)secret_key",
        re.compile(rb"(?i)secret_key[\"'\]]{0,2}[ \t]{0,2}[:=][ \t]{0,2}[\"']([!#-&(-~]{40,64})"),
        _signing,
    ),
)
