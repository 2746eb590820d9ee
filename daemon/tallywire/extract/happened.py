"""Whether a date says when a disaster happened, and not of when a running total is: "died in a fire on Tuesday"."""

from __future__ import annotations

from datetime import date
from typing import Final

from tallywire.extract.dates import LEVEL_LEADS, Stated
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.line import RELATIVE
from tallywire.extract.tracked import event_of

_OPENS: Final = RELATIVE | {"as", "after", "while"}
_NO_CLAUSE: Final = frozenset({"of", "at", "well", "many", "much"})  # "as of", "as well"
_WITHIN: Final = frozenset({"in", "during", "by"})
_ONE: Final = frozenset({"a", "an"})
_ARTICLES: Final = frozenset({"a", "an", "the"})
_PAUSES: Final = frozenset({",", ";", ":", "—", "–"})
_NEAR: Final = 9  # tokens from the event to its date
_RECENT: Final = 31  # days; the toll of an older event has settled, so that its day is the figure's as well


def of_event(frame: Frame, stated: Stated, value: str, published: str | None) -> bool:
    """Whether the day of a figure is only that of the event, whose toll is as fresh as the article."""
    if published is None or len(value) < 10 or stated.lead in LEVEL_LEADS | {"by"} or not _is_recent(value, published):
        return False
    if frame.found is not None and (frame.found.level or frame.found.count):
        return False
    if stated.start < frame.mention.start:
        return _told_aside(frame) or _ends_event(frame, stated)
    return _in_inner_clause(frame, stated) or _beside_one(frame, stated)


def _is_recent(value: str, published: str) -> bool:
    try:
        return 0 <= (date.fromisoformat(published) - date.fromisoformat(value)).days <= _RECENT
    except ValueError:  # "February 30"
        return False


def _told_aside(frame: Frame) -> bool:
    """ "On Sunday thousands remembered the 159 people who died": the clause of the event has no date."""
    hit = frame.found.hit if frame.found else None
    return hit is not None and hit.first > frame.last and frame.line.lower(frame.last) in {"who", "that", "which"}


def _ends_event(frame: Frame, stated: Stated) -> bool:
    """ "The explosion in a mine on Friday killed 40", "in an attack on Friday 40 died": the noun's own date."""
    line = frame.line
    end = next(i for i, t in enumerate(line.tokens) if t.end > stated.start)
    for at in range(end - 1, max(-1, end - _NEAR), -1):
        noun = line.lower(at)
        if event_of(noun) and singular(noun) == noun:
            return any(line.lower(i) in _ARTICLES for i in range(max(0, at - 3), at))
        if noun in _PAUSES or at in line.hits:
            return False
    return False


def _in_inner_clause(frame: Frame, stated: Stated) -> bool:
    """ "died in floods which swept the town on Tuesday", "drowned when a ferry sank on Thursday"."""
    line = frame.line
    start = max(frame.last + 1, _after_event(frame))
    return any(
        line.lower(at) in _OPENS and line.lower(at + 1) not in _NO_CLAUSE
        for at in range(start, len(line.tokens))
        if line.tokens[at].start < stated.start
    )


def _beside_one(frame: Frame, stated: Stated) -> bool:
    """ "were killed in a crush in the old town on Saturday"; "killed in Lima on Saturday" names no event."""
    line, start = frame.line, _after_event(frame)
    return any(
        line.lower(at) in _WITHIN and line.lower(at + 1) in _ONE and (at == start or at - 1 in line.hits)
        for at in range(start, len(line.tokens))
        if line.tokens[at].start < stated.start
    )


def _after_event(frame: Frame) -> int:
    hit = frame.found.hit if frame.found else None
    return max(frame.last, hit.last if hit else 0)
