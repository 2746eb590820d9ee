"""The course of ailments: which are told of, and when one is over. Pure but for what it remembers.

An ailment that passes within a minute is nobody's concern. One that comes and goes is told of once a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tallywire.health.vitals import Ailment

GRACE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class News:
    """What deserves a system alert: an ailment since `since`, or that it is over (then `until` is set)."""

    ailment: Ailment
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class _Lasting:
    ailment: Ailment
    since: datetime
    told: bool = False


class Course:
    """For one thread."""

    def __init__(self) -> None:
        self._lasting: dict[str, _Lasting] = {}
        self._told_on: dict[str, date] = {}

    def news(self, ill: Sequence[Ailment], now: datetime) -> list[News]:
        """What to tell, by all that ails the daemon now."""
        found = []
        for ailment in ill:
            one = self._lasting.setdefault(ailment.name, _Lasting(ailment, now))
            one.ailment = ailment
            if not one.told and now - one.since >= GRACE and self._told_on.get(ailment.name) != now.date():
                one.told, self._told_on[ailment.name] = True, now.date()
                found.append(News(ailment, one.since))
        names = {ailment.name for ailment in ill}
        over = [self._lasting.pop(name) for name in list(self._lasting) if name not in names]
        return found + [News(each.ailment, each.since, now) for each in over if each.told]


def wording(news: News) -> tuple[str, str]:
    """Title and text of the system alert."""
    ailment, since = news.ailment, f"{news.since:%Y-%m-%d %H:%M} UTC"
    if news.until is None:
        text = f"Since {since}: {ailment.text}.\nWhat to do: {ailment.advice}."
        return f"Tallywire is not well: {ailment.name}", text
    minutes = (news.until - news.since) / timedelta(minutes=1)
    return f"Tallywire is well again: {ailment.name}", f"It lasted {minutes:.0f} min, from {since}: {ailment.text}."
