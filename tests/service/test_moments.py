"""When is 03:00? Exactly, in every zone, on the days when the clocks change too."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extproc.service.moments import BadQuestion, at, between, iso, zone_named

SECOND = 1_000_000


def moment(text: str) -> int:
    """Microseconds of an ISO 8601 moment with an offset."""
    since = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


def shown(windows: tuple[tuple[int, int], ...], zone: str) -> list[str]:
    rules = ZoneInfo(zone)
    return [
        "/".join(
            datetime.fromtimestamp(edge // SECOND, rules).isoformat(timespec="seconds")
            for edge in window
        )
        for window in windows
    ]


BERLIN, NEW_YORK, APIA, HOWE, CAIRO = (
    "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo",
)  # fmt: skip
NOON = "2026-11-23T12:00:00+01:00"

WHEN = {
    "a minute of today": (
        "03:00", NOON, BERLIN, ["2026-11-23T03:00:00+01:00/2026-11-23T03:01:00+01:00"],
    ),
    "a minute that has just begun": (
        "12:00", NOON, BERLIN, ["2026-11-23T12:00:00+01:00/2026-11-23T12:01:00+01:00"],
    ),
    "a minute that has not begun is yesterday's": (
        "12:01", NOON, BERLIN, ["2026-11-22T12:01:00+01:00/2026-11-22T12:02:00+01:00"],
    ),
    "midnight": (
        "00:00", NOON, BERLIN, ["2026-11-23T00:00:00+01:00/2026-11-23T00:01:00+01:00"],
    ),
    "in another zone it is another day": (
        "23:59", NOON, "Asia/Tokyo", ["2026-11-22T23:59:00+09:00/2026-11-23T00:00:00+09:00"],
    ),
    "a second": (
        "03:00:07", NOON, BERLIN, ["2026-11-23T03:00:07+01:00/2026-11-23T03:00:08+01:00"],
    ),
    "a day": (
        "2026-11-22", NOON, BERLIN, ["2026-11-22T00:00:00+01:00/2026-11-23T00:00:00+01:00"],
    ),
    "a minute of a day": (
        "2026-11-20T03:00", NOON, BERLIN, ["2026-11-20T03:00:00+01:00/2026-11-20T03:01:00+01:00"],
    ),
    "a second of a day, with a space": (
        "2026-11-20 03:00:00", NOON, BERLIN,
        ["2026-11-20T03:00:00+01:00/2026-11-20T03:00:01+01:00"],
    ),
    "UTC, asked in Berlin": (
        "2026-11-20T03:00Z", NOON, BERLIN, ["2026-11-20T04:00:00+01:00/2026-11-20T04:01:00+01:00"],
    ),
    "another offset, asked in Berlin": (
        "2026-11-20T03:00:00-05:00", NOON, BERLIN,
        ["2026-11-20T09:00:00+01:00/2026-11-20T09:00:01+01:00"],
    ),
    "a minute that came twice": (
        "02:30", "2026-10-25T12:00:00+01:00", BERLIN,
        ["2026-10-25T02:30:00+02:00/2026-10-25T02:31:00+02:00",
         "2026-10-25T02:30:00+01:00/2026-10-25T02:31:00+01:00"],
    ),
    "a minute that has come once and will again": (
        "02:30", "2026-10-25T02:45:00+02:00", BERLIN,
        ["2026-10-25T02:30:00+02:00/2026-10-25T02:31:00+02:00",
         "2026-10-25T02:30:00+01:00/2026-10-25T02:31:00+01:00"],
    ),
    "the minute before the hour that came twice": (
        "2026-11-01T00:59", NOON, NEW_YORK,
        ["2026-11-01T00:59:00-04:00/2026-11-01T01:00:00-04:00"],
    ),
    "an hour that came twice, by its offset": (
        "2026-10-25T02:30+01:00", NOON, BERLIN,
        ["2026-10-25T02:30:00+01:00/2026-10-25T02:31:00+01:00"],
    ),
    "a day of 25 hours": (
        "2026-10-25", NOON, BERLIN, ["2026-10-25T00:00:00+02:00/2026-10-26T00:00:00+01:00"],
    ),
    "a day of 23 hours": (
        "2026-03-29", NOON, BERLIN, ["2026-03-29T00:00:00+01:00/2026-03-30T00:00:00+02:00"],
    ),
    "a day that begins at one o'clock": (
        "2026-04-24", NOON, CAIRO, ["2026-04-24T01:00:00+03:00/2026-04-25T00:00:00+03:00"],
    ),
    "the last minute before a skipped day": (
        "2011-12-29T23:59", NOON, APIA, ["2011-12-29T23:59:00-10:00/2011-12-31T00:00:00+14:00"],
    ),
    "half an hour that came twice": (
        "2026-04-05T01:45", NOON, HOWE,
        ["2026-04-05T01:45:00+11:00/2026-04-05T01:46:00+11:00",
         "2026-04-05T01:45:00+10:30/2026-04-05T01:46:00+10:30"],
    ),
    "a skipped minute that is still to be skipped is yesterday's": (
        "02:30", "2026-03-29T01:30:00+01:00", BERLIN,
        ["2026-03-28T02:30:00+01:00/2026-03-28T02:31:00+01:00"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "now", "zone", "windows"), WHEN.values(), ids=WHEN.keys())
def test_at(text: str, now: str, zone: str, windows: list[str]) -> None:
    assert shown(at(text, moment(now), zone_named(zone)), zone) == windows


@pytest.mark.parametrize(
    ("text", "now", "zone"),
    [
        ("2026-03-29T02:30", NOON, BERLIN),
        ("2026-03-08T02:00:00", NOON, NEW_YORK),
        ("02:30", "2026-03-29T12:00:00+02:00", BERLIN),
        ("2011-12-30", NOON, APIA),
        ("2026-04-24T00:30", NOON, CAIRO),
    ],
    ids=["a skipped minute", "a skipped second", "today's skipped minute", "a skipped day",
         "a skipped midnight"],
)  # fmt: skip
def test_there_was_no_such_time(text: str, now: str, zone: str) -> None:
    with pytest.raises(BadQuestion, match="clocks went forward"):
        at(text, moment(now), zone_named(zone))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "3:00", "03:0", "24:00", "03:60", "03:00:60", "noon", "2026-13-01", "2026-02-29",
        "2026-1-1", "T03:00", "2026-11-23T", "2026-11-2303:00", "2026-11-23T03:00+0100",
        "2026-11-23T03:00+24:00", "03:00Z", "2026-11-23Z", "1969-12-31", "9999-12-31",
        "٠٣:٠٠", "03:00\0", "03:00; --", "2026-11-23T03:00:00.5",
    ],
)  # fmt: skip
def test_not_a_time(text: str) -> None:
    with pytest.raises(BadQuestion):
        at(text, moment(NOON), UTC)


@pytest.mark.parametrize(
    "name", ["", "Nowhere", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b", "+1", "+25:00"]
)
def test_not_a_zone(name: str) -> None:
    with pytest.raises(BadQuestion):
        zone_named(name)


BETWEEN = {
    "over midnight": (
        "23:00", "01:00", "2026-11-22T23:00:00+01:00/2026-11-23T01:00:00+01:00"),
    "up to a time that is still to come": (
        "09:00", "13:00", "2026-11-23T09:00:00+01:00/2026-11-23T13:00:00+01:00"),
    "the same time is a day later": (
        "09:00", "09:00", "2026-11-23T09:00:00+01:00/2026-11-24T09:00:00+01:00"),
    "days, the last one included": (
        "2026-11-01", "2026-11-02", "2026-11-01T00:00:00+01:00/2026-11-03T00:00:00+01:00"),
    "one day": (
        "2026-10-25", "2026-10-25", "2026-10-25T00:00:00+02:00/2026-10-26T00:00:00+01:00"),
    "the end is not included": (
        "2026-11-20T03:00", "2026-11-20T03:01",
        "2026-11-20T03:00:00+01:00/2026-11-20T03:01:00+01:00"),
    "the whole of an hour that came twice": (
        "2026-10-25T02:00", "2026-10-25T02:59",
        "2026-10-25T02:00:00+02:00/2026-10-25T02:59:00+01:00"),
    "from a day to a time after it": (
        "2026-11-20", "03:00", "2026-11-20T00:00:00+01:00/2026-11-20T03:00:00+01:00"),
}  # fmt: skip


@pytest.mark.parametrize(("start", "end", "window"), BETWEEN.values(), ids=BETWEEN.keys())
def test_between(start: str, end: str, window: str) -> None:
    found = between(start, end, moment(NOON), zone_named(BERLIN))
    assert shown(found, BERLIN) == [window]


def test_either_end_may_be_open() -> None:
    zone = zone_named(BERLIN)
    three = moment("2026-11-23T03:00:00+01:00")
    ((start, end),) = between("03:00", None, moment(NOON), zone)
    assert (start, end > moment("9000-01-01T00:00:00+00:00")) == (three, True)
    assert between(None, "03:00", moment(NOON), zone) == ((0, three),)


def test_an_end_before_the_start_is_wrong() -> None:
    with pytest.raises(BadQuestion, match="not after"):
        between("2026-11-20", "2026-11-19", moment(NOON), UTC)


ZONES = st.sampled_from([BERLIN, NEW_YORK, APIA, HOWE, CAIRO, "Asia/Kathmandu", "UTC"])
MOMENTS = st.integers(moment("1970-01-03T00:00:00+00:00"), moment("2040-01-01T00:00:00+00:00"))


@given(MOMENTS, ZONES)
@example(moment("2026-10-25T02:30:00+01:00"), BERLIN)
@example(moment("2011-12-31T00:00:00+14:00"), APIA)
def test_every_instant_is_in_its_own_minute_second_and_day(instant: int, zone: str) -> None:
    rules = zone_named(zone)
    wall = datetime.fromtimestamp(instant // SECOND, ZoneInfo(zone))
    for text in (f"{wall:%Y-%m-%d}", f"{wall:%Y-%m-%dT%H:%M}", f"{wall:%Y-%m-%d %H:%M:%S}"):
        windows = at(text, 0, rules)
        assert sum(first <= instant < last for first, last in windows) == 1
        assert all(one[1] < other[0] for one, other in itertools.pairwise(windows))


@given(MOMENTS, st.integers(0, 24 * 60 - 1), ZONES)
def test_the_most_recent_has_begun_and_no_later_one_has(now: int, minute: int, zone: str) -> None:
    rules, text = zone_named(zone), f"{minute // 60:02}:{minute % 60:02}"
    try:
        windows = at(text, now, rules)
    except BadQuestion:
        return
    assert windows[0][0] <= now
    following = windows[0][0] + 49 * 3600 * SECOND
    if following <= now:
        # Only a day that a zone skipped may lie in between.
        assert zone == APIA


@given(MOMENTS, ZONES)
def test_iso_is_the_same_instant_in_the_zone(instant: int, zone: str) -> None:
    text = iso(instant, zone_named(zone))
    assert moment(text) == instant // 1000 * 1000
    offset = datetime.fromtimestamp(instant // SECOND, ZoneInfo(zone)).utcoffset()
    assert datetime.fromisoformat(text).utcoffset() == offset


@pytest.fixture
def machine_in_berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = BERLIN
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("machine_in_berlin")
def test_without_a_name_the_machines_own_zone_is_meant() -> None:
    for text, now, zone, windows in WHEN.values():
        if zone == BERLIN:
            assert shown(at(text, moment(now), None), BERLIN) == windows
    assert iso(moment(NOON), None) == "2026-11-23T12:00:00.000+01:00"
