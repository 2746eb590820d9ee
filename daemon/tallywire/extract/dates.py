"""The date that a figure is for, as the text gives it: "in March 2025", "as of mid-January", "in 2018"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = "(?P<month>" + "|".join(sorted((m.capitalize() for m in MONTHS), key=len, reverse=True)) + r")\b\.?"
_WEEKDAYS: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
WEEKDAYS: Final = frozenset(day.lower() for day in _WEEKDAYS)
_DAYS: Final = "(?:" + "|".join(_WEEKDAYS) + ")"
_COUNTS: Final = "a one two three four five six seven eight nine ten".split()
_FEW: Final = "(?:" + "|".join(_COUNTS) + ")"
_TALLY: Final = r"['’ʼ]s\ (?:figure|toll|count|tally|total)\b"
_DATE: Final = re.compile(
    rf"""
    (?<!\w)  # most places are inside a word: that is seen before all else
    (?P<lead>(?i:as\ of|as\ at|as\ on|dated|in|by|on|since|until|from|late\ in|between|during|of)\ (?:the\ )?)?
    (?P<part>(?i:early|mid|late|back\ in|(?:the\ )?(?:end|start|beginning|middle|close)\ of)[\s-]+(?:of\ )?)?
    (?:
        (?:(?P<day1>[0-3]?[0-9])(?:st|nd|rd|th)?(?:\s?[-–]\s?(?P<until1>[0-3]?[0-9]))?\ (?:of\ )?)?{_MONTH}
        (?:\ (?P<day2>[0-3]?[0-9])(?:st|nd|rd|th)?(?![0-9]|,[0-9])
           (?:\ ?(?:and|to|[-–])\ ?(?P<until2>[0-3]?[0-9])(?![0-9]))?)?
        (?:,?\ (?:of\ )?(?P<year>(?:19|20)[0-9]{{2}})\b|\ (?:of\ )?(?P<which>last|this)\ year\b)?
      | (?P<iso>(?:19|20)[0-9]{{2}}-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)\b
      | (?:19|20)(?P<spell>[0-9]{{2}}[-–][0-9]{{2}})\b
      | (?P<only>(?:19|20)[0-9]{{2}})\b(?![,.]?[0-9]|/|\s?(?:people|soldiers|troops))
      | (?P<relative>(?:[Ll]ast|[Tt]his)\ (?:year|month)\b|[Yy]esterday\b|(?:(?:last|this|next)\ )?{_DAYS}\b
          |(?i:{_FEW})\ (?:year|month)s?\ ago\b)
    )(?:(?!['’ʼ]s)|(?<=[Ll]ast\ year)(?=['’ʼ]s)|(?={_TALLY}))
    """,
    re.VERBOSE,
)
_OWN: Final = re.compile(_TALLY.replace("\\ ", " "))
_LINKS: Final = frozenset({"de", "del", "la", "do", "da", "di"})
_ARTICLES: Final = frozenset({"the", "a", "an", "this"})
_TALLIES: Final = frozenset("figure figures toll count tally total estimate number report survey harvest alone".split())
# Each branch starts with a plain letter or digit: only then does `re` leap from one possible start to the next.
_NAMED: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|19[0-9]{2}|20[0-9]{2}"
_CALENDAR: Final = re.compile(_NAMED)
_ANCHOR: Final = re.compile(
    _NAMED + "|Last (?:year|month)|last (?:year|month)|"
    "This (?:year|month)|this (?:year|month)|Yesterday|yesterday|years? ago|months? ago|" + "|".join(_WEEKDAYS)
)
LEVEL_LEADS: Final = frozenset({"as of", "as at", "as on", "dated"})  # such a date holds for its whole sentence
_LEADS_IN: Final = 60  # characters before a month or year that may belong to its date: "at the end of the 30th of"
_GOES_ON: Final = 60
_MAY_LEADS: Final = re.compile(r"(?:in|of|by|since|late|early|mid|until|from|\d)[\s-]*$", re.IGNORECASE)


class Stated(NamedTuple):
    """A date in a text: ISO of any precision, "--MM" or "--MM-DD" where the year is left out. start:end is its span."""

    value: str
    lead: str
    start: int
    end: int
    relative: bool = False
    year: str = ""  # "last year" beside a month: "9 January last year"


def dates(text: str, start: int = 0, end: int | None = None, anchors: re.Pattern[str] = _ANCHOR) -> Iterator[Stated]:
    """All dates in text[start:end]."""
    for match in _matches(text, start, len(text) if end is None else end, anchors):
        lead = " ".join((match["lead"] or "").lower().split()).removesuffix(" the")
        if lead == "between" and (match["until1"] or match["until2"]):  # "between October 26 and 31": up to the end
            lead = "in"
        if match["month"]:
            if match["month"].startswith("May") and not (match["day1"] or match["day2"] or match["year"] or lead):
                continue
            if _is_name(text, match) or _names_event(text, match):
                continue
            year = f"{match['which']} year" if match["which"] else ""
            yield Stated(_month_value(match), lead, match.start(), match.end(), year=year)
        elif match["iso"]:
            yield Stated(match["iso"], lead, match.start(), match.end())
        elif match["spell"]:  # "2017-18": the year that it ended in
            yield Stated("20" + match["spell"][-2:], lead, match.start(), match.end())
        elif match["only"]:
            if lead or match["part"] or (match.start() == 0 or text[match.start() - 1] in " ("):
                yield Stated(match["only"], lead or (match["part"] or "").strip(), match.start(), match.end())
        elif lead == "in" or _stands_alone(text, match.end()):  # "in last year's campaign"
            yield Stated(match["relative"].lower(), lead, match.start(), match.end(), relative=True)


def _stands_alone(text: str, end: int) -> bool:
    """Whether no owner ends there, but "Monday's figure" is dated as well."""
    return text[end : end + 1] not in {"'", "’", "ʼ"} or bool(_OWN.match(text, end))


def _is_name(text: str, match: re.Match[str]) -> bool:
    """ "Camp Jan", "Playa del Mar": a short month with nothing of a date about it, after a capitalised word."""
    if match["day1"] or match["day2"] or match["year"] or match["lead"] or match["part"] or len(match["month"]) > 3:
        return False
    before = text[max(0, match.start() - 24) : match.start()].split()
    while before and before[-1] in _LINKS:
        before.pop()
    return bool(before) and text[match.start() - 1] == " " and before[-1].isalpha() and before[-1][0].isupper()


def _names_event(text: str, match: re.Match[str]) -> bool:
    """ "the March floods" are the floods' name; "the March tally" is a tally of March."""
    if any(match[group] for group in ("day1", "day2", "year", "which", "lead", "part")):
        return False
    before, after = (
        text[max(0, match.start() - 8) : match.start()].split(),
        text[match.end() : match.end() + 24].split(),
    )
    return bool(before and after) and before[-1].lower() in _ARTICLES and after[0].strip(",.") not in _TALLIES


def _matches(text: str, start: int, end: int, anchors: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The dates, looked for around months and years only: the whole pattern at every letter took half of all time."""
    at = start
    for anchor in anchors.finditer(text, start, end):
        if anchor.start() < at:
            continue
        match = _DATE.search(text, max(at, anchor.start() - _LEADS_IN), min(end, anchor.end() + _GOES_ON))
        if match:
            yield match
            at = match.end()


def _month_value(match: re.Match[str]) -> str:
    month = MONTHS[match["month"].rstrip(".").lower()]
    day = match["until1"] or match["day1"] or match["until2"] or match["day2"]
    year = match["year"] or "-"
    text = f"{year}-{month:02d}"
    return f"{text}-{int(day):02d}" if day and 1 <= int(day) <= 31 else text


def resolve(stated: Stated, reference: str | None, *, past: bool = False) -> str | None:
    """The date in full. A missing year is the one that lies nearest to `reference` ("2025-03-27"), and not after it
    by more than a month, with `past` not in a later month at all; None without a reference."""
    if stated.relative:
        return _relative(stated.value, reference)
    if not stated.value.startswith("--"):
        return stated.value
    if reference is None or len(reference) < 7:
        return None
    if stated.year:
        return f"{_relative(stated.year, reference)}-{stated.value[2:]}"
    return _with_year(stated.value[2:], reference, past=past)


def _with_year(rest: str, reference: str, *, past: bool = False) -> str:
    year, month = int(reference[:4]), int(reference[5:7])
    here = year * 12 + month
    stated = int(rest[:2])
    years = [y for y in (year - 1, year, year + 1) if 1 <= y <= 9999]  # "published" can be any date of a broken page
    years = [y for y in years if not past or y * 12 + stated <= here] or years
    best = min(years, key=lambda y: (abs(y * 12 + stated - here), -y))
    return f"{best:04d}-{rest}"


def _relative(words: str, reference: str | None) -> str | None:
    if reference is None or len(reference) < 7:
        return None
    if words.split()[-1].capitalize() in _WEEKDAYS:
        return _weekday(words, reference)
    if words == "yesterday":
        return str(date.fromisoformat(reference[:10]) - timedelta(days=1)) if len(reference) >= 10 else None
    year, month = int(reference[:4]), int(reference[5:7])
    if words.endswith("ago"):
        return _ago(words, year, month)
    if words == "this year":
        return f"{year:04d}"
    if words == "this month":
        return f"{year:04d}-{month:02d}"
    if words == "last month" and month > 1:
        return f"{year:04d}-{month - 1:02d}"
    if year == 1:
        return None
    return f"{year - 1:04d}-12" if words == "last month" else f"{year - 1:04d}"


def _ago(words: str, year: int, month: int) -> str | None:
    """ "two years ago" to the year, "three months ago" to the month."""
    count, unit, _ = words.split()
    back = max(1, _COUNTS.index(count))
    if unit.startswith("year"):
        return f"{year - back:04d}" if year > back else None
    then = year * 12 + month - 1 - back
    return f"{then // 12:04d}-{then % 12 + 1:02d}" if then >= 12 else None


def _weekday(words: str, reference: str) -> str | None:
    """The last such day up to the reference, which must be a day itself; "last Friday" is none of the week under way
    for sure, and "next Friday" is to come: None."""
    lead, _, name = words.rpartition(" ")
    if len(reference) < 10 or lead:
        return None
    day = date.fromisoformat(reference[:10])
    return str(day - timedelta(days=(day.weekday() - _WEEKDAYS.index(name.capitalize())) % 7))


def latest(text: str) -> str | None:
    """The latest full date that a text names: the reference where it has no date of its own."""
    found: list[str] = []
    for stated in dates(text, anchors=_CALENDAR):
        if stated.relative:
            continue
        if not stated.value.startswith("--"):
            found.append(stated.value)
        elif found and len(found[-1]) >= 7:
            found.append(_with_year(stated.value[2:], found[-1]))
    full = [f for f in found if len(f) >= 7]
    return max(full, default=None)


def first_day(day: str) -> str:
    """The first day of an ISO date of any precision."""
    return (day + "-01-01"[len(day) - 4 :])[:10] if len(day) < 10 else day[:10]


def last_day(day: str) -> str:
    """The last day of an ISO date of any precision (no month ends after the 31st)."""
    return {4: day + "-12-31", 7: day + "-31"}.get(len(day), day[:10])
