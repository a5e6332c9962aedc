"""Moments and periods as people name them, in a time zone, turned into instants exactly.

A period is the set of all instants whose wall clock shows it. That set has two pieces when the
clocks go back over it, and is empty when they jump over it; both come out of one rule, by
walking the stretches of time in which the zone's offset from UTC is constant.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

Zone = tzinfo | None
"""None is the machine's own zone, whatever rules it follows."""
Window = tuple[int, int]
"""Microseconds since 1970: from the first, up to but not including the second."""

_SECOND = 1_000_000
_MINUTE = 60
_DAY = 24 * 3600
_STEP = 30 * 60
"""Seconds. No zone ever changed its offset twice within them."""
_FAR = 50 * 3600
"""Seconds. No wall clock is further from UTC, not even around a day that a zone skipped."""
_EPOCH = datetime(1970, 1, 1)

_TIME = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?"
_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_OFFSET = r"(Z|[+-][0-9]{2}:[0-9]{2})"
_PERIOD = re.compile(f"(?:{_DATE})?(?:(?:^|(?<=[0-9])[T ]){_TIME}{_OFFSET}?)?")
_FORMS = "HH:MM, HH:MM:SS, YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS], the last also with Z or ±HH:MM"


class BadQuestion(ValueError):
    """A question that is not well put. The message is for whoever asked."""


class _Period(msgspec.Struct, frozen=True):
    """What was named: a stretch of a wall clock. Seconds since 1970 on that clock."""

    text: str
    start: int
    """Of the day 1970-01-01 when no date was named."""
    length: int
    has_date: bool
    offset: tzinfo | None = None


def zone_named(name: str | None) -> Zone:
    """An IANA zone, `UTC`, or a fixed offset such as `+01:00`. Raises BadQuestion."""
    if name is None:
        return None
    if re.fullmatch(_OFFSET, name):
        return _fixed(name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadQuestion(f"{name!r} is not a time zone; name one such as Europe/Berlin") from None


def iso(moment: int, zone: Zone) -> str:
    """A moment (microseconds since 1970) as ISO 8601 with the zone's offset and milliseconds."""
    offset = _offset_at(zone, moment // _SECOND)
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)
    return local.astimezone(timezone(timedelta(seconds=offset))).isoformat(timespec="milliseconds")


def at(text: str, now: int, zone: Zone) -> tuple[Window, ...]:
    """The windows of the minute, second or day that `text` names. `now`: microseconds.

    A time without a date is on the most recent day on which it has begun. Raises BadQuestion,
    also when the clocks jumped over it.
    """
    period = _parse(text)
    if period.has_date:
        return _scaled(_instants(period, period.start, zone))
    return _scaled(_most_recent(period, now // _SECOND, zone))


def between(start: str | None, end: str | None, now: int, zone: Zone) -> tuple[Window, ...]:
    """The window from one moment up to, not including, another; either may be open.

    A date as `end` includes that day. A time without a date is the most recent that has begun;
    as `end`, with a `start`, the first one after it. Where the clocks went back, the widest
    window is meant. Raises BadQuestion.
    """
    first, last = 0, 1 << 62
    if start is not None:
        first = at(start, now, zone)[0][0]
    if end is not None:
        period = _parse(end)
        if period.has_date or start is None:
            windows = at(end, now, zone)
        else:
            windows = _scaled(_following(period, first // _SECOND, zone))
        last = windows[-1][1 if period.length == _DAY else 0]
    if last <= first:
        raise BadQuestion(f"the end ({end}) is not after the start ({start})")
    return ((first, last),)


def _parse(text: str) -> _Period:
    match = _PERIOD.fullmatch(text.strip())
    if match is None or not match[0]:
        raise BadQuestion(f"{text!r} is not a time: {_FORMS}")
    year, month, day, hour, minute, second, offset = match.groups()
    if offset and not year:
        raise BadQuestion(f"{text!r}: a time with an offset needs a date")
    try:
        clock = datetime(
            int(year or 1970), int(month or 1), int(day or 1),
            int(hour or 0), int(minute or 0), int(second or 0),
        )  # fmt: skip
    except ValueError as error:
        raise BadQuestion(f"{text!r} is not a time: {error}") from None
    if not 1970 <= clock.year <= 9000:
        raise BadQuestion(f"{text!r}: years are 1970 to 9000")
    return _Period(
        text=text.strip(),
        start=int((clock - _EPOCH).total_seconds()),
        length=_DAY if hour is None else _MINUTE if second is None else 1,
        has_date=year is not None,
        offset=_fixed(offset) if offset else None,
    )


def _most_recent(period: _Period, now: int, zone: Zone) -> list[Window]:
    clock = now + _offset_at(zone, now)
    # From tomorrow: where the clocks go back over midnight, the later day was there before.
    day = clock // _DAY * _DAY + _DAY
    while True:
        windows = _stretches(day + period.start, period.length, zone)
        if windows and windows[0][0] <= now:
            return windows
        if not windows and day + period.start <= clock:
            # Silently taking the day before would answer another question.
            raise _skipped(period, day, zone)
        day -= _DAY


def _following(period: _Period, after: int, zone: Zone) -> list[Window]:
    day = (after + _offset_at(zone, after)) // _DAY * _DAY - _DAY
    while True:
        windows = _stretches(day + period.start, period.length, zone)
        if windows and windows[-1][0] > after:
            return windows
        day += _DAY


def _instants(period: _Period, start: int, zone: Zone) -> list[Window]:
    windows = _stretches(start, period.length, period.offset or zone)
    if not windows:
        raise _skipped(period, start // _DAY * _DAY, zone)
    return windows


def _skipped(period: _Period, day: int, zone: Zone) -> BadQuestion:
    date = (_EPOCH + timedelta(seconds=day)).date()
    what = period.text if period.has_date else f"{period.text} on {date}"
    where = "this machine's zone" if zone is None else str(zone)
    return BadQuestion(f"there was no {what} in {where}: the clocks went forward over it")


def _stretches(start: int, length: int, zone: Zone) -> list[Window]:
    """The instants (seconds) whose wall clock is in [start, start + length), in order."""
    found: list[Window] = []
    for first, last, offset in _constant(zone, start - _FAR, start + length + _FAR):
        low, high = max(first, start - offset), min(last, start + length - offset)
        if low >= high:
            continue
        if found and found[-1][1] == low:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


def _constant(zone: Zone, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """(from, to, offset): the stretches of [first, last) between changes of the offset."""
    begin = moment = first
    offset = _offset_at(zone, first)
    while moment < last:
        following = min(moment + _STEP, last)
        if _offset_at(zone, following) != offset:
            low, high = moment, following
            while high - low > 1:
                middle = (low + high) // 2
                if _offset_at(zone, middle) == offset:
                    low = middle
                else:
                    high = middle
            yield begin, high, offset
            begin, following, offset = high, high, _offset_at(zone, high)
        moment = following
    if begin < last:
        yield begin, last, offset


def _offset_at(zone: Zone, moment: int) -> int:
    """Seconds east of UTC at an instant (seconds)."""
    if zone is None:
        return time.localtime(moment).tm_gmtoff
    offset = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)).astimezone(zone)
    return int((offset.utcoffset() or timedelta()).total_seconds())


def _fixed(offset: str) -> tzinfo:
    if offset == "Z":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 23 or minutes > 59:
        raise BadQuestion(f"{offset!r} is not an offset from UTC")
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _scaled(windows: list[Window]) -> tuple[Window, ...]:
    return tuple((first * _SECOND, last * _SECOND) for first, last in windows)
