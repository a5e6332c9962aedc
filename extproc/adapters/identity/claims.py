"""Rules that claims must keep, each a function: right, or Refused with the name of the rule.

All fail closed: a claim of the wrong type is refused, not passed over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from extproc.adapters.identity.token import invalid

Claims = Mapping[str, Any]

SKEW = 5
"""Seconds that a beginning may lie ahead of us. An end is exact."""
MAX_WORD = 256
MAX_GROUPS = 200
_MAX_AUDIENCES = 20
_MAX_VALUE = 2048
_SECOND = 1_000_000


def check_times(claims: Claims, now: int, *, max_age: int | None = None) -> None:
    """`exp` is there and ahead, `nbf` and `iat` are not (RFC 7519, section 4.1).

    `now`: microseconds. `max_age`: seconds that `iat`, which must then be there, may lie back.
    """
    expires, moment = moment_of(claims, "exp"), now / _SECOND
    if expires is None:
        raise invalid("it has no exp")
    if expires <= moment:
        raise invalid("it has expired")
    issued = moment_of(claims, "iat")
    for begins in (issued, moment_of(claims, "nbf")):
        if begins is not None and begins > moment + SKEW:
            raise invalid("it is not valid yet")
    if max_age is not None:
        if issued is None:
            raise invalid("it has no iat")
        if issued < moment - max_age:
            raise invalid("it was issued too long ago")


def moment_of(claims: Claims, name: str) -> float | None:
    """A NumericDate in seconds since 1970; None when it is not there."""
    if name not in claims:
        return None
    value = claims[name]
    # The bounds are those of a date that can be reckoned with: years 1970 to 9999.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 253e9:
        raise invalid(f"its {name} is not a date")
    return float(value)


def microseconds(claims: Claims, name: str) -> int:
    """A NumericDate that was checked, rounded up."""
    return math.ceil((moment_of(claims, name) or 0) * _SECOND)


def audiences_of(claims: Claims) -> list[str]:
    """`aud`: a string or a list of strings (RFC 7519, section 4.1.3)."""
    value = claims.get("aud")
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not 0 < len(found) <= _MAX_AUDIENCES:
        raise invalid("it names no audience")
    if not all(isinstance(one, str) for one in found):
        raise invalid("its audience is not well formed")
    return found


def check_audience(claims: Claims, audience: str, *, alone: bool = False) -> None:
    """`alone`: nobody else may be meant."""
    found = audiences_of(claims)
    if audience not in found or (alone and found != [audience]):
        raise invalid("it is for another audience")


def check_party(claims: Claims, audience: str) -> None:
    """OpenID Connect Core 1.0, section 3.1.3.7: of several audiences, `azp` says who asked."""
    if len(audiences_of(claims)) > 1 and claims.get("azp") != audience:
        raise invalid("it is for several audiences and was asked for by another one")


def text_of(claims: Claims, name: str) -> str:
    """A claim that must be a string of 1 to 256 printable characters."""
    value = claims.get(name)
    if not isinstance(value, str) or not is_word(value):
        raise invalid(f"its {name} is not 1 to {MAX_WORD} printable characters")
    return value


def optional_text(claims: Claims, name: str) -> str:
    """The same, or an empty string when it is not there."""
    return text_of(claims, name) if name in claims else ""


def is_word(value: str) -> bool:
    return 0 < len(value) <= MAX_WORD and value.isprintable()


def groups_of(claims: Claims, name: str, prefix: str) -> tuple[str, ...]:
    """The groups of a claim, each once, in its order; none when the claim is not there.

    A string is one group. Too many are refused: a group left out could be one that forbids.
    """
    if name not in claims:
        elsewhere = claims.get("_claim_names")
        if isinstance(elsewhere, dict) and name in elsewhere:
            # OpenID Connect Core 1.0, section 5.6.2: the provider keeps them at another address.
            raise invalid("its groups are not in it, but at another address")
        return ()
    value = claims[name]
    groups = [value] if isinstance(value, str) else value
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise invalid("its groups are not a list of strings")
    if len(groups) > MAX_GROUPS:
        raise invalid(f"it has more than {MAX_GROUPS} groups")
    named = tuple(dict.fromkeys(prefix + group for group in groups))
    if not all(groups) or not all(is_word(group) for group in named):
        raise invalid(f"a group is not 1 to {MAX_WORD} printable characters")
    return named


def check_required(claims: Claims, required: Mapping[str, Sequence[str]]) -> None:
    """Each claim must match one of its globs; of a list, one string must."""
    for name, globs in required.items():
        value = claims.get(name)
        values = value if isinstance(value, list) else [value]
        if not any(_matches(one, globs) for one in values):
            raise invalid(f"its {name!r} is not one that is taken here")


def _matches(value: Any, globs: Iterable[str]) -> bool:
    if not isinstance(value, str) or not value.isprintable() or len(value) > _MAX_VALUE:
        return False
    return any(fnmatchcase(value, glob) for glob in globs)


def matches_path(value: Any, globs: Iterable[str]) -> bool:
    """Whether a path matches one of the globs, segment by segment.

    `*` stays within a segment: whoever may name a branch must not thereby name a file before it.
    `**` as the last segment stands for one or more.
    """
    if not isinstance(value, str) or not value.isprintable() or len(value) > _MAX_VALUE:
        return False
    segments = value.split("/")
    return any(_matches_segments(segments, glob.split("/")) for glob in globs)


def _matches_segments(segments: Sequence[str], globs: Sequence[str]) -> bool:
    if globs[-1] == "**":
        rest = len(globs) - 1
        if len(segments) <= rest or not all(segments[rest:]):
            return False
        segments, globs = segments[:rest], globs[:rest]
    return len(segments) == len(globs) and all(
        fnmatchcase(segment, glob) for segment, glob in zip(segments, globs, strict=True)
    )
