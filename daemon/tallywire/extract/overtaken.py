"""Earlier values beside newer ones: "rose to 48, up from 24 on Monday". With a time of its own each is a claim."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from tallywire.extract.claims import When
from tallywire.extract.dates import Stated, resolve
from tallywire.extract.frames import Frame
from tallywire.extract.line import is_contrast
from tallywire.extract.timing import Timing

_UP_DOWN: Final = frozenset({"up", "down"})
_PEAK: Final = frozenset({"peak", "high", "low", "maximum", "record"})
_TO_PEAK: Final = _PEAK | {"a", "the", "its", "their", "of"}
_CORRECTED: Final = frozenset(
    "revised revise revises corrected corrects lowered lowers cut cuts reduced amended".split()
)
_ONE: Final = "a one two three four five six seven eight nine ten".split()
_LEAD: Final = r"(?: (?!and\b|but\b|while\b)[a-z]+){0,4}? "  # its noun: "24 people killed the week before"
_AGO: Final = re.compile(
    rf"{_LEAD}(?:(?P<count>{'|'.join(_ONE)}|\d{{1,2}}) (?P<unit>hour|day|week|month|year)s? "
    r"(?:earlier|before|ago|previously)\b"
    r"|(?:the )?(?:previous|preceding) (?P<previous>day|week|month|year)\b|the (?P<before>day|week|month|year) before\b"
    r"|last (?P<last>week)\b)"
)
_SAME_DAY: Final = re.compile(
    rf"{_LEAD}(?:(?:earlier )?(?:in|this) the (?:morning|afternoon|evening|day)\b|this (?:morning|afternoon|evening)\b"
    r"|at (?:noon|midday|midnight|dawn|dusk)\b|earlier (?:in the day|today|that day)\b)"
)
_THEN: Final = re.compile(
    rf"{_LEAD}(?:at|in|during) (?:the|its|their) (?:height|peak|start|end|beginning|middle|worst|first)\b"
)
_DAYS: Final = {"day": 1, "week": 7}


class Old(NamedTuple):
    """An earlier value; `is_dated` if the text says when it was so, `as_of` the date where that can be told."""

    is_dated: bool
    as_of: str | None = None

    @property
    def when(self) -> When:
        return When(self.as_of, "stated" if self.as_of else "unknown")


def old_value(frame: Frame, timing: Timing) -> Old | None:
    """What a figure is as an earlier value of another one; None if it is none."""
    if not _is_old(frame):
        return None
    if _is_corrected(frame):
        return Old(is_dated=False)
    return _own_time(frame, timing) or Old(is_dated=False)


def _is_old(frame: Frame) -> bool:
    line, at = frame.line, frame.first - 1
    if frame.mention.change == "from":
        return True
    while line.lower(at) in _TO_PEAK:
        at -= 1
    lead, before = line.lower(at), line.lower(at - 1)
    if lead == "from":
        has_peak = bool(_PEAK & set(line.words[at : frame.first]))
        return before in _UP_DOWN or has_peak or (before == "and" and bool(_UP_DOWN & set(line.words[:at])))
    compared = lead in {"with", "to"} and before == "compared"
    return (compared or lead == "compared" or lead == "against") and not is_contrast(line, frame.first)


def _is_corrected(frame: Frame) -> bool:
    """ "cut from 112 on Monday to 98": taken back, whenever it was said."""
    line = frame.line
    for at in range(frame.first - 1, -1, -1):
        if line.lower(at) in {",", ";", ":"}:
            return False
        if line.lower(at) in _CORRECTED:
            return True
    return False


def _own_time(frame: Frame, timing: Timing) -> Old | None:
    """The time that follows an earlier value at once, with nothing but its noun between."""
    text, end, number = frame.line.sentence.text, frame.line.sentence.end, frame.mention.end
    for stated in timing.all(frame.line):
        if stated.start >= number and _is_gap(text[number : stated.start]):
            return Old(is_dated=True, as_of=_resolved(stated, timing))
    if found := _AGO.match(text, number, end):
        return Old(is_dated=True, as_of=_back(found, timing.published))
    if _SAME_DAY.match(text, number, end):
        return Old(is_dated=True, as_of=timing.published)
    return Old(is_dated=True) if _THEN.match(text, number, end) else None


def _is_gap(text: str) -> bool:
    """Whether nothing but the figure's noun and small words stand between it and a date."""
    return len(text) <= 40 and not set(text) & set(",;:.()") and not any(c.isdigit() for c in text)


def _resolved(stated: Stated, timing: Timing) -> str | None:
    reference = timing.published if stated.value.endswith("day") else timing.reference
    return resolve(stated, reference, past=True)


def _back(found: re.Match[str], published: str | None) -> str | None:
    """The day, month or year that lies so far before the day of publication."""
    if published is None:
        return None
    unit = found["unit"] or found["previous"] or found["before"] or found["last"]
    said = found["count"] or "one"
    count = int(said) if said.isdigit() else max(1, _ONE.index(said))
    if unit == "hour":
        return published
    if unit in _DAYS:
        return str(date.fromisoformat(published) - timedelta(days=count * _DAYS[unit]))
    months = int(published[:4]) * 12 + int(published[5:7]) - 1 - (count if unit == "month" else 12 * count)
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
