"""Dates as pages, mails and file names write them, to ISO. Never a guess: what could be two days is none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june"),
            *("jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_NAME: Final = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_YEAR: Final = r"(?P<{}>(?:19|20)\d\d)"
_TIME: Final = (
    r"(?P<{0}hour>[0-2]?\d)(?:[:.](?P<{0}minute>[0-5]\d)(?::(?P<{0}second>[0-5]\d)(?:\.\d+)?)?)?\s?"
    r"(?P<{0}half>[ap]\.?m\b\.?)?\s?(?P<{0}zone>z\b|(?:utc|gmt)?\s?[+-]\d\d?:?(?:\d\d)?\b|\(?[a-z]{{3,4}}\b\)?)?"
)
# A time needs a colon or a half of the day, else "March 27, 2025, 12 soldiers" would have one.
_CLOCK: Final = r"(?=[0-2]?\d(?:[:.][0-5]\d|\s?[ap]\.?m\b))"
_DATE: Final = "|".join(
    (
        rf"(?P<m1>{_MONTH})\.?\s+(?P<d1>\d\d?)(?:st|nd|rd|th)?,?\s+{_YEAR.format('y1')}",
        rf"(?P<d2>\d\d?)(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<m2>{_MONTH})\.?,?[\s-]+{_YEAR.format('y2')}",
        rf"{_YEAR.format('y3')}(?P<s3>[-/.])(?P<m3>\d\d?)(?P=s3)(?P<d3>\d\d?)",
        rf"(?P<a4>\d\d?)(?P<s4>[./-])(?P<b4>\d\d?)(?P=s4){_YEAR.format('y4')}",
    )
)
FOUND: Final = re.compile(
    rf"(?<![\w.,/-])(?:{_CLOCK}{_TIME.format('before_')}[,\s]+(?:on\s+)?)?{_DAY_NAME}(?:{_DATE})(?!(?!t\d\d:)[\w/-])"
    rf"(?:(?:,|\s|\bat\b|@|[-–—|]|t(?=\d))*{_CLOCK}{_TIME.format('after_')})?",
    re.IGNORECASE,
)
_IN_NAME: Final = re.compile(r"(?<![0-9A-Za-z])((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?![0-9A-Za-z]|[-_.]\d{3})")
_IN_URL: Final = re.compile(
    r"/((?:19|20)\d\d)/(\d\d?|[A-Za-z]{3})/(\d\d?)(?:/|$)|/((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[/-]|$)"
)
_MAIL: Final = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d\d?:\d\d")
_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


def parse(value: str | None) -> str | None:
    """A metadata value (ISO 8601, RFC 2822, seconds or milliseconds since 1970, or written out) as ISO, or None."""
    value = (value or "").strip()
    if not 8 <= len(value) <= 80:
        return None
    for read in (_iso, _mail, _epoch):
        if when := read(value):
            return _shown(when)
    found = FOUND.fullmatch(value)
    return of(found) if found else None


def of(found: re.Match[str]) -> str | None:
    """The ISO date, or date-time where a zone is given, of a match of FOUND; None for an impossible or unclear one."""
    day = _day(found)
    if day is None:
        return None
    for part in ("after_", "before_"):
        if found[f"{part}hour"] and (zone := _zone(found[f"{part}zone"])) is not None:
            return _shown(_at(day, found, part, zone))
    return day.isoformat()


def in_name(name: str) -> str | None:
    """The date in a file name ("2025-03-27-title.txt", "20250327_2.html"), or None."""
    for found in _IN_NAME.finditer(name):
        if day := _made(found[1], found[3], found[4]):
            return day.isoformat()
    return None


def in_url(url: str | None) -> str | None:
    """The date that a page's own address carries ("/2025/03/27/"), or None."""
    found = _IN_URL.search(url or "")
    if found is None:
        return None
    year, month, day = (part for part in found.groups() if part)
    made = _made(year, _MONTHS.get(month.lower(), month), day)
    return made.isoformat() if made else None


def earliest(values: list[str]) -> str | None:
    """The earliest of ISO dates and date-times by day; of one day, the most exact."""
    return min(values, key=lambda value: (value[:10], -len(value)), default=None)


def _iso(value: str) -> datetime | None:
    if not value[:4].isdigit() or "w" in value.lower() or (len(value) > 8 and value.isdigit()):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _mail(value: str) -> datetime | None:
    if not _MAIL.match(value):
        return None  # the mail package's parser is lenient: it reads far too much as a date
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _epoch(value: str) -> datetime | None:
    if not _EPOCH.fullmatch(value):
        return None
    seconds = float(value) / (1000 if len(value.partition(".")[0]) == 13 else 1)
    return datetime.fromtimestamp(seconds, UTC)


def _shown(when: datetime) -> str | None:
    """A time without a zone says little more than its day, and midnight is what programs put for no time."""
    if not 1900 <= when.year <= 2100:
        return None
    if when.tzinfo is None or (when.hour, when.minute, when.second) == (0, 0, 0):
        return when.date().isoformat()
    return when.replace(microsecond=0).isoformat()


def _day(found: re.Match[str]) -> date | None:
    if found["m1"]:
        return _made(found["y1"], _MONTHS[found["m1"].lower()], found["d1"])
    if found["m2"]:
        return _made(found["y2"], _MONTHS[found["m2"].lower()], found["d2"])
    if found["y3"]:
        return _made(found["y3"], found["m3"], found["d3"])
    first, second = int(found["a4"]), int(found["b4"])
    if found["s4"] == "." or first > 12 or first == second:
        return _made(found["y4"], second, first)
    return _made(found["y4"], first, second) if second > 12 else None  # 03/04/2025 is two days, so it is none


def _made(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _zone(written: str | None) -> timezone | None:
    """Z, UTC, GMT and numeric offsets; a zone's letters otherwise mean different things in different countries."""
    name = (written or "").strip("() ").upper()
    if name in ("Z", "UTC", "GMT"):
        return UTC
    found = re.fullmatch(r"(?:UTC|GMT)?\s?([+-])(\d\d?):?(\d\d)?", name)
    if found is None or int(found[2]) > 14 or int(found[3] or 0) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(offset if found[1] == "+" else -offset)


def _at(day: date, found: re.Match[str], part: str, zone: timezone) -> datetime:
    hour = int(found[f"{part}hour"])
    half = (found[f"{part}half"] or "")[:1].lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = int(found[f"{part}minute"] or 0), int(found[f"{part}second"] or 0)
    return datetime(day.year, day.month, day.day, min(hour, 23), minute, second, tzinfo=zone)
