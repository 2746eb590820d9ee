"""Partial ISO dates, and rule 1 of the fold: the day that a claim speaks of."""

from __future__ import annotations

import calendar
import re
from datetime import date

from tallywire.core.claim import Status

MONTH_DAYS = 31
YEAR_DAYS = 365

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?![0-9])")


def span(text: str | None) -> tuple[date, date] | None:
    """The first and last day of "2024", "2025-01", "2025-01-15", a date-time, or an interval "a/b".

    None for no text, and for what is no date: a bad date is a missing one, never an error.
    """
    if not text:
        return None
    first, _, last = text.partition("/")
    start, end = _days(first), _days(last or first)
    if start is None or end is None or start[0] > end[1]:
        return None
    return start[0], end[1]


def _days(text: str) -> tuple[date, date] | None:
    found = _PARTIAL.match(text.strip())
    if not found:
        return None
    year, month, day = (int(g) if g else None for g in found.groups())
    try:
        if year is None or month is None:
            return (date(year or 0, 1, 1), date(year or 0, 12, 31))
        if day is None:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None


def issued_day(published: str | None) -> date | None:
    """The day an article came out; the last possible one where only a month or year is known."""
    found = span(published)
    return found[1] if found else None


def claim_day(as_of: str | None, published: str | None) -> date | None:
    """Rule 1: the end of the stated date, never after publication; else publication; else the start of a short date.

    A date after publication, or more than a year before it, is no date at all: real reports date a deployment of 2024
    to 2023, and background figures of earlier years are not about now.
    """
    stated, issued = span(as_of), issued_day(published)
    if stated is None:
        return issued
    start, end = stated
    if issued is None:
        return start if (end - start).days < MONTH_DAYS else None
    if start > issued or (issued - end).days > YEAR_DAYS:
        return None
    return min(end, issued)


def fold_day(status: Status, as_of: str | None, published: str | None, *, onto: bool) -> date | None:
    """The day under which the fold reads a claim: plans, and increments worded onto a base, go by publication."""
    if status != "reported":
        return issued_day(published)
    if onto:
        return issued_day(published) or claim_day(as_of, published)
    return claim_day(as_of, published)
