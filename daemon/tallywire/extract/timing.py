"""When a figure was so, as its clause says, and whether that is within the time that a definition tracks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tallywire.core.definition import Definition
from tallywire.extract.claims import When
from tallywire.extract.dates import LEVEL_LEADS, Stated, dates, first_day, last_day, latest, resolve
from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.happened import of_event
from tallywire.extract.line import Line
from tallywire.extract.portions import of_those
from tallywire.extract.reasons import Reason, because
from tallywire.extract.statuses import status_of

_SAYING: Final = frozenset(
    "speaking statement interview post briefing say said says reported reports wrote told announced posted published "
    "released issued confirmed added warned updated revised raised report bulletin update".split()
)
_NO_DATE: Final = frozenset({"since", "from", "until", "between"})  # where a time starts or ends, not when it was so
_AGAINST: Final = re.compile(r",? (?:against|compared (?:with|to)|up from|down from|from|after) ")
_LIFTS: Final = re.compile(  # "on Sunday, lifting the year's toll to 893"
    r"(?:\s\w+)?, (?:which |and |thereby )?(?:lift|bring|brought|took|tak|rais|push|driv|drove)\w* [^,;]* to [^,;]*$"
)
_BACK: Final = frozenset({"them", "whom", "which", "these", "those"})
_RANGES: Final = frozenset({("between", " and "), ("from", " to "), ("from", " until "), ("from", " through ")})
_NEXT: Final = frozenset({" and ", " to "})  # between two dates of which the later one counts
_HEAD: Final = 60  # characters from the start of a sentence that a dateline may take
_DATELINE: Final = re.compile(r"(?:,? \d{4})?\s*(?:\([^)\n]{1,40}\)\s*)?(?:[—–]|--?(?=\s))")
_CLAUSE: Final = re.compile(r"[,;:—–]\s")
_FROM_WHEN: Final = re.compile(
    r"\b(?:since|after|until|till|before|following)\s+(?!the end of|\d)\S+.*\s\S*$", re.IGNORECASE
)
_BEGAN: Final = re.compile(r"\b(?:began|started|broke out|erupted|struck)\b(?:\s\S+){0,5}\s*$")
_TO_DAY: Final = re.compile(r"day to $")
_WENT: Final = re.compile(r"\b(?:went (?:up|down) to|spoke of|confirmed|estimated|puts?|lowered|revised)\b")
_FROM_OLD: Final = re.compile(r"\b(?:from|against|than) [^,;]{0,20}\d")  # "rose to 31 from 24 on Sunday"
_COMMA: Final = re.compile(r",(?!\d)")  # "1,700" holds none
_PAUSES: Final = (":", "—", "–", ";")
_WHICH: Final = re.compile(r"(?: by [a-z]+)?,? (?:when|in which|during which) ")  # "in 2010, in which 500 died"
_TO_VERB: Final = re.compile(r"[,)]?(?: which| that| also| alone| had| has)?\s")
_CLAUSES: Final = "that|which|who|where|when|since|after|before|as|while"
_OPENS: Final = re.compile(  # "In the first three months of 2025, ": the phrase that a sentence opens with
    rf"(?:In|During|Over|By|Within|On|At)\b(?: (?!(?:{_CLAUSES})\b)[\w’'-]+){{0,7}} ?"
)
_TIME_OF: Final = re.compile(r"\b(?:night|morning|afternoon|evening|day|week|weekend|months?|half|quarter|hours) $")
_OPENING: Final = 20  # characters from the start of a sentence within which a date holds for all of it


class Timing:
    """Answers for one document. A year left out is that nearest to the publication, else to the text's latest date."""

    def __init__(self, document: Document) -> None:
        published = document.article.published
        self.document = document
        self.published = published[:10] if published else None
        self._reference = self.published
        self._known = published is not None
        self._dates: dict[int, list[Stated]] = {}
        self._all: dict[int, list[Stated]] = {}

    def when(self, frame: Frame, figures: str = "running total") -> When:
        """The date that a frame's clause states, nearest to the number; of a running total not that of its event."""
        dated = self._dated(frame)
        if dated is None and (whole := self._whole(frame)):
            return self.when(whole, figures)
        if dated is None or (figures == "running total" and of_event(frame, *dated, self.published)):
            return When(None, "published" if self.published else "unknown")
        return When(dated[1], "stated")

    def _whole(self, frame: Frame) -> Frame | None:
        """What a figure is a part of: "As of 8 May, 300 were ill, of whom 40 ..." dates both."""
        earlier = (
            self.document.earlier(frame) if not _BACK.isdisjoint(frame.line.vocabulary) and of_those(frame) else []
        )
        return earlier[0] if earlier and earlier[0].line is frame.line else None

    def _dated(self, frame: Frame) -> tuple[Stated, str] | None:
        """The date that a frame's own clause states, and what it comes to."""
        at, text = frame.mention.start, self.document.text
        stated = [d for d in self._stated(frame) if not self._about_saying(frame, d) and not self._elsewhere(frame, d)]
        if stated:
            nearest = min(stated, key=lambda d: (_joined(text[frame.mention.end : d.start]), abs(d.start - at)))
            nearest = next((d for d in stated if text[nearest.end : d.start] in _NEXT), nearest)
            # A weekday is one of the week of publication; of another date that the text names it says nothing.
            reference = self.published if nearest.value.endswith("day") else self.reference
            value = resolve(nearest, reference, past=self._is_past(frame, nearest))
            return (nearest, value) if value else None
        heads = self._of_list(frame)
        value = resolve(heads, self.reference) if heads else None
        return (heads, value) if heads and value else None

    def _is_past(self, frame: Frame, stated: Stated) -> bool:
        """Whether a date without a year must be gone by: that of a report, unlike the date of a plan."""
        return self.published is not None and stated.lead != "by" and status_of(frame).status == "reported"

    @property
    def reference(self) -> str | None:
        if not self._known:
            self._reference, self._known = latest(self.document.text), True
        return self._reference

    def _of_list(self, frame: Frame) -> Stated | None:
        """The date of the line that leads to a list: "Key figures (as of 8 February)"."""
        if not frame.line.sentence.is_list_item:
            return None
        lines = self.document.lines
        lead = next((x for x in lines[frame.line.index :: -1] if not x.sentence.is_list_item), None)
        found = self._on(lead) if lead else []
        return next((d for d in found if d.lead in LEVEL_LEADS), None)

    def _stated(self, frame: Frame) -> list[Stated]:
        return self._on(frame.line)

    def _on(self, line: Line) -> list[Stated]:
        if line.index not in self._dates:
            start, text = line.sentence.start, self.document.text
            found = _ranges(text, dates(text, start, line.sentence.end))
            found = [d for d in found if not _is_dateline(text, start, d)]
            self._dates[line.index] = [
                d for d in found if _WHICH.match(text, d.end) or not _starts_time(text[start : d.start], d)
            ]
        return self._dates[line.index]

    def all(self, line: Line) -> list[Stated]:
        """Every date that a sentence states."""
        if line.index not in self._all:
            self._all[line.index] = list(dates(self.document.text, line.sentence.start, line.sentence.end))
        return self._all[line.index]

    def starts(self, line: Line) -> list[Stated]:
        """The dates from which a sentence sums up: "since 2014"."""
        return [d for d in self.all(line) if d.lead == "since"] if "since" in line.words else []

    def _about_saying(self, frame: Frame, stated: Stated) -> bool:
        """ "said on June 15": the date of the statement, not of the figure; "since February 2022" is no date of it."""
        if self._of_relative(frame, stated):
            return False
        if stated.lead in _NO_DATE:
            return True
        if stated.lead == "of" and len(stated.value) != 4:  # "the floods of May", but "the night of 10 May"
            return not _TIME_OF.search(self.document.text, max(0, stated.start - 12), stated.start)
        before = [t.lower for t in frame.line.tokens if stated.start - 60 < t.start < stated.start]
        if stated.lead in {"", "on"} and any(w in _SAYING for w in before[-5:]):
            return True
        if stated.relative and _TO_DAY.search(self.document.text, max(0, stated.start - 12), stated.start):
            return True  # "grew by 8 from Saturday to Sunday"
        return stated.lead == "on" and _said_between(frame, stated)

    def _elsewhere(self, frame: Frame, stated: Stated) -> bool:
        """Whether a date belongs to another clause than the number: parted by a comma, unless it opens the sentence."""
        text, number = self.document.text, frame.mention
        if stated.lead in LEVEL_LEADS:
            return stated.end <= number.start and bool(_AGAINST.search(text, stated.end, number.start))
        if stated.start >= number.start:
            between = text[number.end : stated.start]
            return ";" in between or bool(_COMMA.search(between) or _FROM_OLD.search(between))
        if self._of_relative(frame, stated) or self._of_subject(frame, stated):
            return False
        before, between = text[frame.line.sentence.start : stated.start], text[stated.end : number.start]
        if _LIFTS.match(between):
            return False
        is_day = stated.relative or stated.value.count("-") > (2 if stated.value[0] == "-" else 1)
        opens = len(before) < _OPENING or _OPENS.fullmatch(before) or (is_day and before.rstrip().endswith(_PAUSES))
        return ";" in between or (not opens and bool(_COMMA.search(between)))

    def _of_relative(self, frame: Frame, stated: Stated) -> bool:
        """ "since 2010, when 300 came": whatever leads to the date, it is that of the clause that tells of it."""
        text, number = self.document.text, frame.mention.start
        which = _WHICH.match(text, stated.end) if stated.end < number else None
        return which is not None and not set(text[which.end() : number]) & set(",;:")

    def _of_subject(self, frame: Frame, stated: Stated) -> bool:
        """ "The last storm, in Orne in 1996, killed 80": the date ends what is the subject of the number's verb."""
        hit = frame.found.hit if frame.found else None
        if hit is None or frame.rule != "before" or not 0 <= hit.first < hit.last <= len(frame.line.tokens):
            return False
        gap = _TO_VERB.match(self.document.text, stated.end)
        return gap is not None and gap.end() == frame.line.tokens[hit.first].start

    def out_of_time(self, definition: Definition, as_of: str | None) -> Reason | None:
        """The reason where a figure is for a time that the definition leaves out."""
        when = as_of or self.published
        if when is None:
            return None
        if definition.since and last_day(when) < definition.since:
            return because("before the time", f"{when}, before {definition.since}")
        if definition.until and first_day(when) > definition.until:
            return because("after the time", f"{when}, after {definition.until}")
        return None


def _ranges(text: str, found: Iterable[Stated]) -> list[Stated]:
    """ "between January and March", "from 1 May to 7 May": up to the end of it."""
    result: list[Stated] = []
    for date in found:
        last = result[-1] if result else None
        if last and not date.relative and (last.lead, text[last.end : date.start]) in _RANGES:
            result[-1] = date._replace(lead="in", start=last.start)
        else:
            result.append(date)
    return result


def _joined(between: str) -> bool:
    """Whether a date on the right belongs to the next one of a series: "last year it was 40 and in 2023 some 60"."""
    return " and in " in between or between.endswith(" and ")


def _is_dateline(text: str, start: int, stated: Stated) -> bool:
    """ "LIMA, May 8 (AB) — ": when an article was written, not when a figure was so."""
    return not stated.lead and stated.start - start < _HEAD and bool(_DATELINE.match(text, stated.end))


def _starts_time(before: str, stated: Stated) -> bool:
    """ "since the campaign began on April 1": a date at the end of a clause that says from when or after what.

    What was "three years ago" is that of which a clause goes on to tell, so that it must open one.
    """
    if stated.value.endswith("ago") and before.strip() and not before.rstrip().endswith((*_PAUSES, ",")):
        return True
    clause = _CLAUSE.split(before)[-1]
    return bool(_FROM_WHEN.search(clause) or _BEGAN.search(clause))


def _said_between(frame: Frame, stated: Stated) -> bool:
    """ "On 7 February she said that 300 had died"."""
    tokens, hit = frame.line.tokens, frame.found.hit if frame.found and not frame.found.count else None
    own = range(hit.first, hit.last) if hit else ()  # "on Saturday released 153 detainees"
    between = (i for i, t in enumerate(tokens) if stated.end <= t.start < frame.mention.start)
    if any(tokens[i].lower in _SAYING and i not in own for i in between):
        return True
    return bool(_WENT.search(frame.line.sentence.text, stated.end, max(stated.end, frame.mention.start)))
