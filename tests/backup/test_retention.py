"""Which backups stay: the newest of each day, week and month that has one; never none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tallywire.retention import Keep, decide

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)  # a Sunday, the last day of its ISO week and the first of its month
TIMES = st.lists(st.integers(0, 800 * 24).map(lambda hours: NOON + timedelta(hours=hours)), max_size=60)
KEEP = st.builds(Keep, st.integers(0, 9), st.integers(0, 5), st.integers(0, 13))


def test_one_a_day_for_half_a_year() -> None:
    taken = [NOON + timedelta(days=day) for day in range(184)]
    kept = {each.taken.date().isoformat(): each.why for each in decide(taken, Keep(3, 2, 4)) if each.why}
    assert kept == {
        "2026-08-31": ("the newest", "day 2026-08-31", "week 2026-W36", "month 2026-08"),
        "2026-08-30": ("day 2026-08-30", "week 2026-W35"),
        "2026-08-29": ("day 2026-08-29",),
        "2026-07-31": ("month 2026-07",),
        "2026-06-30": ("month 2026-06",),
        "2026-05-31": ("month 2026-05",),
    }


def test_of_one_day_the_newest_stays() -> None:
    taken = [NOON + timedelta(hours=hours) for hours in (0, 3, 6)]
    assert [(k.taken, bool(k.why)) for k in decide(taken, Keep())] == [
        (taken[2], True),
        (taken[1], False),
        (taken[0], False),
    ]


def test_a_stretch_without_backups_thins_nothing_out() -> None:
    """A machine that was off for a year comes back to what it had."""
    taken = [NOON + timedelta(days=day) for day in range(3)]
    assert all(each.why for each in decide(taken, Keep(daily=7)))
    assert all(each.why for each in decide([*taken, NOON + timedelta(days=400)], Keep(daily=7)))


def test_none_of_none() -> None:
    assert decide([], Keep()) == []


@given(TIMES, KEEP)
def test_what_always_holds(taken: list[datetime], keep: Keep) -> None:
    found = decide(taken, keep)
    kept = [each.taken for each in found if each.why]
    assert [each.taken for each in found] == sorted(set(taken), reverse=True)
    assert not taken or kept[0] == max(taken), "the newest always stays"
    assert len(kept) <= 1 + keep.daily + keep.weekly + keep.monthly
    days = sorted({at.date() for at in taken}, reverse=True)[: keep.daily]
    assert set(days) <= {at.date() for at in kept}, "the newest days all keep one"


@given(TIMES, KEEP)
def test_doing_it_again_takes_nothing_more(taken: list[datetime], keep: Keep) -> None:
    kept = [each.taken for each in decide(taken, keep) if each.why]
    assert [each.taken for each in decide(kept, keep) if each.why] == kept


@given(TIMES, KEEP)
def test_each_time_by_itself_or_all_at_once(taken: list[datetime], keep: Keep) -> None:
    """Thinning out after each backup, as the daemon does, leaves what thinning out once at the end leaves."""
    left: list[datetime] = []
    for at in sorted(taken):
        left = [each.taken for each in decide([*left, at], keep) if each.why]
    assert left == [each.taken for each in decide(taken, keep) if each.why]
