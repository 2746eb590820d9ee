"""Figures of an earlier time than the one tracked, as their sentence words it: sums, seasons, other occasions."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from tallywire.core.definition import Definition
from tallywire.extract.dates import Stated, first_day, last_day, resolve
from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.line import Line
from tallywire.extract.reasons import Reason, because
from tallywire.extract.timing import Timing
from tallywire.extract.tracked import Track, event_of

_SLACK: Final = 45  # days that a sum may start before the time tracked: "since January" is since its start
_YEAR: Final = 366
_NEAR_YEAR: Final = 6  # tokens between an event and its year
_ALONE: Final = 180  # days that lie between a report and what happened on another occasion
_BEFORE: Final = re.compile(
    r"\b(?:(?:earlier|previous|preceding|past) (?:years|seasons|decades|campaigns)"
    r"|years before (?:taken |put )?together|before the (?:war|conflict|crisis|outbreak|storm|invasion))\b",
    re.IGNORECASE,
)
_LAST_TIME: Final = re.compile(
    r"\b(?:last|previous|preceding) season\b|\b(?:the|a) (?:year|season) (?:before|earlier|ago)\b"
)
_SUMMED: Final = 80
_HAS: Final = re.compile(r"\b(?:has|have|had) $")
_OPENS: Final = 16  # characters before the words that open a sentence: "In the whole of last season"
_FAR: Final = 24  # characters between a figure and the words that say when


def older(definition: Definition, track: Track, frame: Frame, as_of: str | None, timing: Timing) -> Reason | None:
    """Why a figure is of an earlier time; `as_of` is the date that its clause states."""
    if definition.since:
        return _before_since(definition.since, frame, timing)
    return _other_occasion(track, frame, as_of, timing)


def _before_since(since: str, frame: Frame, timing: Timing) -> Reason | None:
    start = next((d for d in timing.starts(frame.line) if _belongs(frame, d)), None)
    began = resolve(start, timing.reference) if start else None
    if began and _days(last_day(began), since) > _SLACK:
        return because("before the time", f"the time since {began}, before {since}")
    sentence = frame.line.sentence
    if any(_near(frame, *m.span()) for m in _BEFORE.finditer(sentence.text, sentence.start, sentence.end)):
        return because("before the time", f"earlier years, before {since}")
    recent = timing.published is not None and _days(since, timing.published) < _YEAR
    last = _LAST_TIME.finditer(sentence.text, sentence.start, sentence.end) if recent else ()
    if any(_near(frame, *m.span()) for m in last):
        return because("before the time", f"the year before, before {since}")
    return None


def _belongs(frame: Frame, start: Stated) -> bool:
    """Whether "since 2014" says from when a figure is summed up: it opens the sentence, goes with its verb ("has since
    2014 carried") or with the figure."""
    with_verb = start.end < frame.mention.start and _HAS.search(
        frame.line.sentence.text, max(0, start.start - 5), start.start
    )
    return bool(with_verb) or _near(frame, start.start, start.end, _SUMMED)


def _near(frame: Frame, start: int, end: int, far: int = _FAR) -> bool:
    """Whether words that say when open the figure's sentence, or stand near it in the same clause."""
    sentence, number = frame.line.sentence, frame.mention
    text = sentence.text
    if end <= number.start:
        between = text[end : number.start]
        opens = start - sentence.start <= _OPENS
        return ";" not in between and (opens or (len(between) <= far and "," not in between))
    between = text[number.end : start]
    others = any(number.end <= m.start < start and m.refusal is None for m in frame.line.mentions)
    return len(between) <= far and not others and not set(between) & set(",;:")


def _other_occasion(track: Track, frame: Frame, as_of: str | None, timing: Timing) -> Reason | None:
    """ "In 2018 the fires burned 90,000 acres": a year of its own makes it another event than the one that a track
    names, unless the text tells of the track's own place in that year."""
    reference = timing.reference
    if as_of is None or reference is None or not any(w.event for w in track.where):
        return None
    year = as_of[:4]
    if year >= reference[:4] or _days(last_day(as_of), first_day(reference)) < _ALONE:
        return None
    return None if _is_own(year, track, frame, timing.document) else because("another occasion", as_of)


def long_ago_elsewhere(
    definition: Definition, part: str | None, as_of: str | None, published: str | None
) -> Reason | None:
    """ "In 2014, 276 girls were abducted in Chibok": a year long gone and a place that nobody named as a part."""
    if part is None or as_of is None or published is None or part.startswith("·"):
        return None
    return because("another occasion", f"{part}, {as_of}") if int(as_of[:4]) < int(published[:4]) - 1 else None


def _is_own(year: str, track: Track, frame: Frame, document: Document) -> bool:
    """Whether a sentence that names the track's own place tells of its event in that year."""
    if _tells(year, track, frame.line, is_here=True):
        return True
    asked = track.sentence, year
    if asked not in document.own_years:
        document.own_years[asked] = any(_tells(year, track, line, is_here=False) for line in document.lines)
    return document.own_years[asked]


def _tells(year: str, track: Track, line: Line, *, is_here: bool) -> bool:
    own = {w.key for w in track.where if w.key}
    if year not in line.sentence.surface or year not in line.words or not any(e.key in own for e in line.entities):
        return False
    return _dates_event(line, line.words.index(year), {w.event for w in track.where}, is_here)


def _dates_event(line: Line, year: int, events: set[str | None], is_here: bool) -> bool:
    """ "the floods of 2018", "when the quake struck in 2018"; not "the worst flood since 2018"."""
    before = line.words[max(0, year - _NEAR_YEAR) : year]
    return "since" not in before and (is_here or any(event_of(singular(w)) in events for w in before))


def _days(earlier: str, later: str) -> int:
    """Days from one ISO day to another; a 31st that a month lacks is its 28th here."""
    return (_day(later) - _day(earlier)).days


def _day(day: str) -> date:
    full = first_day(day)
    try:
        return date.fromisoformat(full)
    except ValueError:
        return date.fromisoformat(full[:8] + "28")
