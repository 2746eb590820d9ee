"""Local times of day as moments: exact where clocks are set forward (a time is skipped) or back (it comes twice)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tallywire.core.definition import QuietHours


@lru_cache(maxsize=64)  # asked for each decision, and the same for a day
def reached(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) at which the zone's clock shows `at` on `day`, or has jumped past it."""
    wanted = datetime.combine(day, at)
    low, high = sorted(wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if low.astimezone(zone).replace(tzinfo=None) == wanted:
        return low
    while high - low > timedelta(seconds=1):  # the clock skips `at`: it has passed it with the jump, in between
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(zone).replace(tzinfo=None) >= wanted else (middle, high)
    return high.replace(microsecond=0)


def quiet_until(now: datetime, hours: QuietHours) -> datetime | None:
    """The end (UTC) of the quiet hours that are on at `now`, None outside them.

    They begin when the clock first reaches their start and end when it then first reaches their end: an hour that comes
    twice in autumn neither ends nor begins them again.
    """
    zone, start, end = ZoneInfo(hours.zone), time.fromisoformat(hours.start), time.fromisoformat(hours.end)
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        last = day if start < end else day + timedelta(days=1)
        until = reached(last, end, zone)
        if reached(day, start, zone) <= now < until:
            return until
    return None
