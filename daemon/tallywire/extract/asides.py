"""What may stand between who speaks and the verb: "on Tuesday, Jan. 14,", "for its part", "seen by the paper"."""

from __future__ import annotations

from typing import Final

from tallywire.extract.dates import MONTHS
from tallywire.extract.line import Line

_DAYS: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today week month year dated".split()
)
_DATES: Final = _DAYS | frozenset(MONTHS)
_IN_DATES: Final = _DATES | frozenset(", . on in late early earlier last this morning afternoon evening night".split())
_OPENS_DATE: Final = _DATES | frozenset("on in late early earlier last this".split())
_PART: Final = frozenset({"part", "turn"})
_SEEN: Final = frozenset("seen obtained reviewed viewed shared leaked relayed".split())  # by those who hand a paper on
_PAPERS: Final = frozenset(
    "update bulletin report statement post briefing filing letter release interview note notice message speech".split()
)
_OWN: Final = frozenset({"its", "their", "his", "her", "a", "an", "the"})
_WENT: Final = frozenset({"went", "goes"})
_OPENS_CLAUSE: Final = frozenset("who which whose where speaking the a an whom".split())
_CLAUSE: Final = 24
_LONGEST: Final = 8


def before_adjuncts(line: Line, at: int) -> int:
    """The end of the subject that ends at tokens[at] or before: dates and set phrases after it are passed over."""
    while True:
        start = _date(line, at) or _set_phrase(line, at) or _seen_by(line, at) or went_on(line, at)
        start = start or _in_paper(line, at)
        if start is None:
            return at
        at = start - 1


def _date(line: Line, at: int) -> int | None:
    """Where a date starts that ends at tokens[at]: "on Tuesday, Jan. 14,", "late on Friday"."""
    first, dated = at + 1, False
    while first > 1 and at + 1 - first < _LONGEST and _is_of_date(line, first - 1):
        first -= 1
        dated = dated or line.lower(first) in _DATES
    opens = first
    while first <= at and line.lower(first) not in _OPENS_DATE and line.tokens[first].kind != "number":
        first += 1
    if first <= at and line.lower(first - 1) == "," and first > opens and line.lower(at) == ",":
        first -= 1  # ", dated 8 May,": commas of its own
    if first <= at and line.lower(first - 1) == "of":  # "in its bulletin of 12 May"
        first -= 1
    if line.lower(at) == "," and line.lower(first) != "," and _is_in_aside(line, first):
        return None  # "Ruiz, who came on Monday, said"
    return first if dated and first <= at else None


def _is_in_aside(line: Line, at: int) -> bool:
    """Whether a comma and what opens a clause stand before tokens[at]."""
    return any(
        line.lower(i) == "," and line.lower(i + 1) in _OPENS_CLAUSE for i in range(at - 1, max(-1, at - _CLAUSE), -1)
    )


def _is_of_date(line: Line, at: int) -> bool:
    return line.lower(at) in _IN_DATES or (line.tokens[at].kind == "number" and len(line.lower(at)) in {1, 2, 4})


def _set_phrase(line: Line, at: int) -> int | None:
    """ "for its part", "in turn", "too"."""
    end = at - 1 if line.lower(at) == "," else at
    first: int | None = None
    if line.lower(end) in _PART:
        first = next((i for i in (end - 1, end - 2) if line.lower(i) in {"for", "in"}), None)
    elif line.lower(end) in {"too", "itself", "themselves"}:
        first = end
    if first is None or first < 1:
        return None
    return first - 1 if line.lower(first - 1) == "," else first


def _seen_by(line: Line, at: int) -> int | None:
    """ "a paper seen by the radio projects": who handed it on is no source."""
    by = next((i for i in range(at - 1, max(0, at - 6), -1) if line.lower(i) == "by"), None)
    return by - 1 if by and by > 1 and line.lower(by - 1) in _SEEN else None


def _in_paper(line: Line, at: int) -> int | None:
    """ "in its latest update", "in a letter": where a ministry says so."""
    if line.lower(at) not in _PAPERS:
        return None
    led = next((i for i in range(at - 1, max(0, at - 5), -1) if line.lower(i) in {"in", "on"}), None)
    return led if led and line.lower(led + 1) in _OWN else None


def went_on(line: Line, at: int) -> int | None:
    """Where "went on to" starts that ends at tokens[at]."""
    led = line.lower(at) == "to" and line.lower(at - 1) == "on" and line.lower(at - 2) in _WENT
    return at - 2 if led else None


def apposed(line: Line, at: int) -> tuple[int, int] | None:
    """The name that explains the office at tokens[at]: "the mayor, Ana Ruiz.", "one of them, Ana Ruiz, 29"."""
    comma = next((i for i in range(at, min(at + _LONGEST, len(line.tokens))) if line.lower(i) == ","), None)
    if comma is None or any(i in line.at_number or line.lower(i) in {"that", '"', "“"} for i in range(at + 1, comma)):
        return None
    last = comma + 1
    while last < len(line.tokens) and line.tokens[last].kind == "word" and line.tokens[last].text[0].isupper():
        last += 1
    closed = last == len(line.tokens) or line.lower(last) in {",", ".", ";", "–", "—"}
    return (comma + 1, last) if last - comma > 2 and closed else None
