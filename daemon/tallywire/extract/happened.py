"""Whether a date says when a disaster happened, and not of when a running total is: "died in a fire on Tuesday"."""

from __future__ import annotations

from datetime import date
from typing import Final

from tallywire.extract.dates import LEVEL_LEADS, Stated
from tallywire.extract.frames import Frame
from tallywire.extract.line import RELATIVE

_OPENS: Final = RELATIVE | {"as", "after", "while"}
_NO_CLAUSE: Final = frozenset({"of", "at", "well", "many", "much"})  # "as of", "as well"
_WITHIN: Final = frozenset({"in", "during", "by"})
_ONE: Final = frozenset({"a", "an"})
_RECENT: Final = 31  # days; the toll of an older event has settled, so that its day is the figure's as well


def of_event(frame: Frame, stated: Stated, value: str, published: str | None) -> bool:
    """Whether the day of a figure is only that of the event, whose toll is as fresh as the article."""
    if published is None or len(value) < 10 or stated.lead in LEVEL_LEADS | {"by"} or not _is_recent(value, published):
        return False
    if frame.found is not None and (frame.found.level or frame.found.count):
        return False
    if stated.start < frame.mention.start:
        return _told_aside(frame)
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
