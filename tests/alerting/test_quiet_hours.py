"""Quiet hours on every day of a year, wherever clocks jump: they begin once and end once each night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tallywire.core.definition import QuietHours
from tallywire.localtime import quiet_until, reached

ZONES = ["America/New_York", "Europe/Kyiv", "Australia/Lord_Howe", "Asia/Kathmandu"]
HOURS = [("22:00", "07:00"), ("23:30", "01:30"), ("01:45", "02:15"), ("02:15", "03:30"), ("00:00", "06:00")]
STEP = timedelta(minutes=15)
FIRST = date(2025, 1, 1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hours", HOURS, ids="-".join)
def test_every_night_of_a_year(zone: str, hours: tuple[str, str]) -> None:
    quiet, here = QuietHours(*hours, zone), ZoneInfo(zone)
    now, end = datetime(2024, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)
    spans: list[tuple[datetime, datetime]] = []
    while now < end:
        until = quiet_until(now, quiet)
        if until is not None:
            assert now < until <= now + timedelta(hours=11)
            if not spans or spans[-1][1] != until:
                spans.append((now, until))
        else:
            local = now.astimezone(here).time().isoformat("minutes")
            plainly = hours[0] <= local < hours[1] if hours[0] < hours[1] else local >= hours[0] or local < hours[1]
            assert not plainly or _is_second_time(now, here), "outside the hours only what comes twice looks inside"
        now += STEP
    days = [end.astimezone(here).date() for _, end in spans]
    assert len(days) == len(set(days)), "once a night"
    missing = {FIRST + timedelta(days=n) for n in range(365)} - set(days)
    assert all(_swallowed(day, hours, here) for day in missing)
    assert all(one_end <= next_start for (_, one_end), (next_start, _) in pairwise(spans))


def _is_second_time(now: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock showed this hour before: an autumn night."""
    return now.astimezone(zone).fold == 1


def _swallowed(day: date, hours: tuple[str, str], zone: ZoneInfo) -> bool:
    """Whether the clock jumped over the whole span: a spring night."""
    start, end = (reached(day, time.fromisoformat(at), zone) for at in hours)
    return start == end


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        ("America/New_York", "2025-03-09", "02:30", "2025-03-09T07:00"),  # skipped: at the jump
        ("America/New_York", "2025-11-02", "01:30", "2025-11-02T05:30"),  # twice: the first time
        ("Australia/Lord_Howe", "2025-10-05", "02:15", "2025-10-04T15:30"),  # skipped, half an hour
        ("Australia/Lord_Howe", "2025-04-06", "01:45", "2025-04-05T14:45"),
        ("Asia/Kathmandu", "2025-06-01", "00:00", "2025-05-31T18:15"),
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00"),  # a day that there was not
    ],
)
def test_when_a_clock_reaches_a_time(zone: str, day: str, at: str, moment: str) -> None:
    found = reached(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)
