"""One digest each local day, whatever the clocks do; raised through the store, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tallywire import digest
from tallywire.config import Digest, Settings
from tallywire.eventstore.memory import MemoryStore
from tallywire.telling import Desk

ZONES = ["America/New_York", "Europe/Kyiv", "Australia/Lord_Howe", "Asia/Kathmandu"]
TIMES = [time(0, 0), time(1, 30), time(2, 15), time(3, 30), time(8, 0), time(23, 59)]
DESK = Desk(lambda to: ["console"])


def moments(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    while start < end:
        yield start
        start += step


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", TIMES)
def test_every_local_day_of_a_year_becomes_due_once_and_in_order(zone: str, at: time) -> None:
    year = moments(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), timedelta(minutes=5))
    last, days = date(2024, 12, 31), []
    for now in year:
        if (day := digest.due_day(now, ZoneInfo(zone), at)) > last:
            days.append(day)
            last = day
    assert days[:365] == [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]


def test_raised_once_through_restarts_and_the_first_waits_for_its_time() -> None:
    settings = Settings(zone="Europe/Kyiv", digests=(Digest(at=time(8)),))
    store = MemoryStore()
    raised = []
    for now in moments(datetime(2025, 3, 28, 12, tzinfo=UTC), datetime(2025, 4, 2, 12, tzinfo=UTC), timedelta(hours=1)):
        with store.transaction() as tx:
            digest.begin(tx, settings, now)  # each hour is a restart
        for due in digest.due(store, settings, now):
            with store.transaction() as tx:
                assert digest.raise_digest(tx, due, DESK)
                assert not digest.raise_digest(tx, due, DESK)
            raised.append(due.day)
    assert raised == [date(2025, 3, 29) + timedelta(days=n) for n in range(5)]
    assert [row["channel"] for row in store.rows("delivery")] == ["console"] * 5


def test_days_missed_are_one_digest_and_a_clock_set_back_raises_nothing() -> None:
    settings = Settings(digests=(Digest(at=time(8)),))
    store = MemoryStore()
    with store.transaction() as tx:
        digest.begin(tx, settings, datetime(2025, 5, 1, 9, tzinfo=UTC))
    [due] = digest.due(store, settings, datetime(2025, 5, 9, 9, tzinfo=UTC))
    assert due.day == date(2025, 5, 9)
    with store.transaction() as tx:
        digest.raise_digest(tx, due, DESK)
    assert digest.due(store, settings, datetime(2025, 5, 8, 9, tzinfo=UTC)) == []


def test_without_a_digest_configured_nothing_is_due() -> None:
    store = MemoryStore()
    with store.transaction() as tx:
        digest.begin(tx, Settings(), datetime(2025, 5, 1, 9, tzinfo=UTC))
    assert digest.due(store, Settings(), datetime(2025, 5, 9, 9, tzinfo=UTC)) == []
    assert store.rows("meta") == []


def test_a_weekly_and_a_daily_digest_beside_each_other() -> None:
    """Every Sunday's comes once, through the weeks in which the clocks change, and each knows what it told itself."""
    weekly = Digest(at=time(2, 30), name="weekly", weekday=6)
    settings = Settings(zone="Europe/Kyiv", digests=(Digest(at=time(8)), weekly))
    store = MemoryStore()
    days: dict[str, list[date]] = {"daily": [], "weekly": []}
    year = moments(datetime(2024, 12, 31, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=30))
    with store.transaction() as tx:
        digest.begin(tx, settings, datetime(2024, 12, 31, tzinfo=UTC))
    for now in year:
        for due in digest.due(store, settings, now):
            with store.transaction() as tx:
                assert digest.raise_digest(tx, due, DESK)
            days[due.digest.name].append(due.day)
    assert days["weekly"] == [date(2025, 1, 5) + timedelta(weeks=n) for n in range(52)]
    assert days["daily"] == [date(2024, 12, 31) + timedelta(days=n) for n in range(366)]
    titles = {row["title"].split(":")[0] for row in store.rows("alert") if "week" in row["title"]}
    assert "Digest of the week until 2025-03-30" in titles
