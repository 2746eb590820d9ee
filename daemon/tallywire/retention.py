"""Which backups are kept: the newest of each of the last days, weeks and months, and why. A pure decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days, ISO weeks and months keep their newest backup, counting only those that have one."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup's fate: `why` lists what keeps it; nothing does: it goes."""

    taken: datetime
    why: tuple[str, ...]


def decide(taken: Iterable[datetime], keep: Keep) -> list[Kept]:
    """Newest first. The very newest is always kept. Days, weeks and months are those of the times given (UTC).

    A clock that ran ahead, or a stretch without backups, thins nothing out: only periods that have a backup count, and
    nothing here knows what day it is.
    """
    times = sorted(set(taken), reverse=True)
    reasons: dict[datetime, list[str]] = {at: [] for at in times}
    if times:
        reasons[times[0]].append("the newest")
    for name, count, period in _RULES:
        for at in _newest_of_each(times, period)[: count(keep)]:
            reasons[at].append(f"{name} {period(at)}")
    return [Kept(at, tuple(why)) for at, why in reasons.items()]


def _newest_of_each(times: list[datetime], period: Callable[[datetime], str]) -> list[datetime]:
    newest: dict[str, datetime] = {}
    for at in times:
        newest.setdefault(period(at), at)
    return list(newest.values())


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _week(at: datetime) -> str:
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"


def _month(at: datetime) -> str:
    return f"{at:%Y-%m}"


_RULES: tuple[tuple[str, Callable[[Keep], int], Callable[[datetime], str]], ...] = (
    ("day", lambda keep: keep.daily, _day),
    ("week", lambda keep: keep.weekly, _week),
    ("month", lambda keep: keep.monthly, _month),
)
