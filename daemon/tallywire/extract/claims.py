"""Frames that fit a definition become claims; the same claim once per article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tallywire.core.claim import Claim
from tallywire.core.definition import Definition
from tallywire.core.quantity import plain
from tallywire.extract.dates import Stated, dates, first_day, last_day, latest, resolve
from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.kinds import Beside, has_more, kind_of, of_those
from tallywire.extract.lexicon import families
from tallywire.extract.nouns_match import Match, match
from tallywire.extract.rounds import no_single_one
from tallywire.extract.scope import scope
from tallywire.extract.settle import Draft
from tallywire.extract.sourcing import Sourcing
from tallywire.extract.statuses import status_of
from tallywire.extract.track import Track

EXTRACTOR: Final = "english@1"
_SAYING: Final = frozenset(
    "speaking statement interview post briefing say said says reported reports wrote told announced posted".split()
)
_OF_FIGURE: Final = frozenset({"as of", "as at", "by", "in", "on", "late in", "during", "since", "between", "from"})


@dataclass(frozen=True, slots=True)
class Compiled:
    """A definition with its parsed sentence."""

    definition: Definition
    track: Track
    families: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """One frame judged for one definition: a draft, or the reason why there is none. `near`: the noun did fit."""

    draft: Draft | None
    reason: str
    weight: int = 0
    near: bool = False


class Judge:
    """Judges the frames of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        article = document.article
        published = article.published[:10] if article.published else None
        self.published = published
        self.reference = published or latest(document.text)
        self.sourcing = Sourcing(document)
        self._dates: dict[int, list[Stated]] = {}
        self._told_any: dict[str, int] = {}
        self._told: dict[str, int] = {}  # estimate -> the line that told of it last

    # --- one frame ------------------------------------------------------------------------------------------------

    def read(self, compiled: Compiled, frame: Frame) -> Reading:
        """Whether a frame is a claim about a definition."""
        track = compiled.track
        fit = match(track, frame, self.document.earlier(frame), self.document.about)
        if fit is None:
            return Reading(None, "counts something else")
        if _is_ratio(frame):
            return Reading(None, "so many for each", near=True)
        if not self._event_fits(compiled, frame, fit) and not self._goes_on(compiled, frame, fit):
            verb = frame.other or ", ".join(sorted(frame.families)) or "nothing"
            return Reading(None, f"what happened is another thing ({verb})", near=True)
        ignored = self._ignored(compiled.definition, frame)
        if ignored:
            return Reading(None, f"to be ignored: {ignored}", near=True)
        where = scope(track, frame, self.document)
        if where.refused:
            return Reading(None, where.refused, near=True)
        as_of, basis = self._as_of(frame)
        refused = self._out_of_time(compiled.definition, as_of)
        if refused is None and compiled.definition.figures.startswith("one per"):
            refused = no_single_one(frame, as_of)
        if refused:
            return Reading(None, refused, near=True)
        part = where.part or ("a narrower group" if fit.narrower else None)
        self._told_any[compiled.definition.id] = frame.line.index
        if fit.weight > 1:
            self._told[compiled.definition.id] = frame.line.index
        claim = self._claim(compiled, frame, part, as_of, basis)
        return Reading(Draft(claim, frame, fit.weight, compiled.definition.figures), "", weight=fit.weight, near=True)

    def _event_fits(self, compiled: Compiled, frame: Frame, fit: Match) -> bool:
        if compiled.track.family is None:
            return fit.weight > 1
        if not frame.families & compiled.families:
            return False
        hit = frame.found.hit if frame.found else None
        if hit and hit.tied and frame.rule != "noun":
            return not any(frame.families & family for family in self._apart(compiled))
        return True

    def _goes_on(self, compiled: Compiled, frame: Frame, fit: Match) -> bool:
        """A figure that is only counted, set or added ("officials count 6,700 containers", "it has risen to 29") is of
        the event that the sentences before it told of the same things."""
        found = frame.found
        if frame.families or frame.other or frame.mention.refusal is not None:
            return False
        known = families().get(compiled.track.family or "")
        if known and known.grows and found is not None and found.level and fit.weight > 1:
            frame.rule = "grows"
            return True
        counted = (
            found is not None
            and found.count
            and (_of_the_figure(frame) if found.rule == "level" else fit.weight > 1 or of_those(frame))
        )
        added = (found is None or found.rule == "subject") and has_more(frame)
        if not (counted or added):
            return False
        told = self._told if fit.weight > 1 else self._told_any
        last = told.get(compiled.definition.id, -10)
        if frame.line.index - last > 4:
            return False
        frame.rule = "goes on"
        return True

    def _apart(self, compiled: Compiled) -> list[frozenset[str]]:
        known = families().get(compiled.track.family or "")
        return [known.apart] if known else []

    def _ignored(self, definition: Definition, frame: Frame) -> str | None:
        if not definition.ignore:
            return None
        line = frame.line
        noun = frame.mention.noun
        last = noun.last if noun and not noun.before else frame.mention.last
        words = line.text(max(0, frame.first - 2), min(len(line.tokens), last + 2)).lower()
        return next((w for w in definition.ignore if w.lower() in words), None)

    # --- when -----------------------------------------------------------------------------------------------------

    def _as_of(self, frame: Frame) -> tuple[str | None, str]:
        line = frame.line
        if line.index not in self._dates:
            self._dates[line.index] = list(dates(self.document.text, line.sentence.start, line.sentence.end))
        best: Stated | None = None
        for stated in self._dates[line.index]:
            if self._about_saying(frame, stated) or self._elsewhere(frame, stated):
                continue
            if best is None or abs(stated.start - frame.mention.start) < abs(best.start - frame.mention.start):
                best = stated
        value = resolve(best, self.reference) if best else None
        return (value, "stated") if value else (None, "published" if self.published else "unknown")

    def _about_saying(self, frame: Frame, stated: Stated) -> bool:
        """ "said on June 15": the date of the statement, not of the figure; "since February 2022" is no date of it."""
        if stated.lead in {"since", "from", "until", "between"} or (stated.lead == "of" and len(stated.value) != 4):
            return True
        line = frame.line
        before = [t.lower for t in line.tokens if stated.start - 60 < t.start < stated.start]
        if stated.lead in {"", "on"} and any(w in _SAYING for w in before[-5:]):
            return True
        return stated.lead == "on" and stated.start < frame.mention.start and self._said_between(frame, stated)

    def _said_between(self, frame: Frame, stated: Stated) -> bool:
        """ "On 7 February she said that 300 had died"."""
        tokens = frame.line.tokens
        return any(t.lower in _SAYING for t in tokens if stated.end <= t.start < frame.mention.start)

    def _elsewhere(self, frame: Frame, stated: Stated) -> bool:
        """Whether a date belongs to another clause than the number: parted by a comma, unless it opens the sentence."""
        text, number = self.document.text, frame.mention
        if stated.lead in {"as of", "as at"}:
            return False
        if stated.start < number.start:
            opens = stated.start - frame.line.sentence.start < 20
            between = text[stated.end : number.start]
            return ";" in between or (not opens and "," in between)
        between = text[number.end : stated.start]
        return ";" in between or "," in between

    def _out_of_time(self, definition: Definition, as_of: str | None) -> str | None:
        when = as_of or self.published
        if when is None:
            return None
        if definition.since and last_day(when) < definition.since:
            return f"for {when}, before {definition.since}"
        if definition.until and first_day(when) > definition.until:
            return f"for {when}, after {definition.until}"
        return None

    # --- the claim ------------------------------------------------------------------------------------------------

    def _claim(self, compiled: Compiled, frame: Frame, part: str | None, as_of: str | None, basis: str) -> Claim:
        mention = frame.mention
        line = frame.line
        earlier = self.document.earlier(frame)
        previous = next((f for f in earlier if f.families), None)
        place = compiled.track.of("in", "to", "at")
        beside = Beside(part, place[0].key if place else None, previous, compiled.definition.figures)
        kind = kind_of(frame, beside)
        status, _ = status_of(frame)
        if status != "reported":  # a date in a plan is its deadline
            as_of, basis = None, "published" if self.published else "unknown"
        start, end = _quote(frame)
        text = self.document.text
        return Claim(
            estimate=compiled.definition.id,
            low=None if mention.low is None else plain(mention.low),
            high=None if mention.high is None else plain(mention.high),
            bound=mention.bound,
            kind=kind.kind,
            status=status,
            quote=text[start:end],
            start=start,
            end=end,
            number_start=mention.start,
            number_end=mention.end,
            sentence=text[line.sentence.start : line.sentence.end],
            rule=frame.rule,
            extractor=EXTRACTOR,
            noun=mention.noun.head if mention.noun else None,
            source=self.sourcing.of(frame),
            as_of=as_of,
            basis=basis,  # type: ignore[arg-type]
        )


def _is_ratio(frame: Frame) -> bool:
    """ "five soldiers lost for each tank": no count."""
    line = frame.line
    places = range(frame.last, frame.last + 3)
    return any(line.lower(i) == "for" and line.lower(i + 1) in {"each", "every"} for i in places)


def _of_the_figure(frame: Frame) -> bool:
    """ "it has risen to 29", "the figure stands at 12": a pronoun or a word for a count is the subject."""
    words = {frame.line.lower(i) for i in range(max(0, frame.first - 6), frame.first)}
    return bool(words & {"it", "figure", "number", "total", "tally", "count", "toll", "they"})


def _quote(frame: Frame) -> tuple[int, int]:
    """The phrase with its noun and, where near, its verb."""
    tokens = frame.line.tokens
    start, end = frame.mention.phrase_start, max(frame.mention.phrase_end, tokens[frame.last - 1].end)
    hit = frame.found.hit if frame.found else None
    if hit and 0 <= hit.first < len(tokens):
        first, last = tokens[hit.first].start, tokens[min(hit.last, len(tokens)) - 1].end
        if start - first <= 60 and last - end <= 60:
            start, end = min(start, first), max(end, last)
    return start, end
