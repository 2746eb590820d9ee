"""Each frame against each definition: noun, event, population, place, time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tallywire.core.definition import Definition
from tallywire.extract.causes import another_cause
from tallywire.extract.claims import Compiled, Scene, When, make_claim
from tallywire.extract.corrections import corrected_away
from tallywire.extract.document import Document
from tallywire.extract.draft import Draft
from tallywire.extract.frames import Frame, does_so
from tallywire.extract.gaps import is_bare_figure, is_spoken_of
from tallywire.extract.inflect import singular
from tallywire.extract.kinds import has_more
from tallywire.extract.lexicon import families, persons
from tallywire.extract.line import BE, DETERMINER, HAVE, is_contrast
from tallywire.extract.nouns_match import About, Match, match, names_persons
from tallywire.extract.occasions import another_of_its_kind
from tallywire.extract.older import long_ago_elsewhere, older
from tallywire.extract.overtaken import Old, old_value
from tallywire.extract.portions import of_those
from tallywire.extract.reasons import Reason, because
from tallywire.extract.rounds import is_usual, no_single_one
from tallywire.extract.scope import Scope, scope
from tallywire.extract.sourcing import Sourcing
from tallywire.extract.timing import Timing
from tallywire.extract.tracked import Track
from tallywire.extract.whose import inside_country

_BACK = 4  # sentences within which a figure may go on about an event told before
_COUNTED = frozenset({"dead", "injured", "missing", "victims", "estimate", "level", "losses", "those"})
_REACH = 8  # tokens
_ANY_FIGURE = frozenset({"figure", "number", "total", "tally", "count"})
_FIGURE = frozenset({"it", "figure", "number", "total", "tally", "count", "toll", "they"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One frame judged for one definition: a draft, or the reason where the noun did fit."""

    draft: Draft | None = None
    reason: Reason | None = None


_OTHER = Reading()  # another noun or another event: none of this definition's business


class Judge:
    """Judges the frames of one document, in order: what was told of before carries on."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.timing = Timing(document)
        self.sourcing = Sourcing(document)
        self._told: dict[str, int] = {}  # estimate -> the line that told of it last, its noun named
        self._told_any: dict[str, int] = {}
        self._last: dict[str, Frame] = {}
        self._away: dict[str, Frame] = {}  # estimate -> the last figure of its kind that was of another scene

    def read(self, compiled: Compiled, frame: Frame) -> Reading:
        """Whether a frame is a claim about a definition whose event it may tell of."""
        track = compiled.track
        about = self._words if track.modifiers and not track.complement else self._lead
        earlier = self.document.earlier(frame)
        fit = match(track, frame, earlier, about) or _fit_of_group(track, frame, earlier, about)
        if fit is None:
            return _OTHER
        old = old_value(frame, self.timing)
        refused = _no_count(frame, old) or self._event(compiled, frame, fit) or _ignored(compiled.definition, frame)
        refused = refused or inside_country(compiled.track, frame)
        if refused:
            return Reading(reason=refused)
        where = scope(track, frame, self.document)
        when = self.timing.when(frame, compiled.definition.figures) if old is None else old.when
        away = self._away_from(compiled, frame, where, when)
        if away:
            self._away[compiled.definition.id] = frame
            return Reading(reason=away)
        if compiled.definition.figures.startswith("one per"):
            several = no_single_one(frame, None if of_those(frame) else when.as_of)  # a part has its whole's date
            if several:
                return Reading(reason=several)
        if corrected_away(frame, self.document):
            self._tell(compiled, frame, fit)
            return Reading(reason=because("corrected"))
        scene = Scene(where.part, fit.narrower, self._whole(compiled, frame))
        if old is None:
            self._tell(compiled, frame, fit)
        made = make_claim(compiled, frame, self.document, self.sourcing, when, scene)
        return Reading(Draft(made.claim, frame, fit.weight, compiled.definition.figures, made.names))

    def _away_from(self, compiled: Compiled, frame: Frame, where: Scope, when: When) -> Reason | None:
        """Why a figure of the right kind is of another cause, event, place or time than the definition."""
        definition, track = compiled.definition, compiled.track
        return (
            another_cause(track, frame, self.document)
            or another_of_its_kind(track, frame, self.document)
            or where.refused
            or self._of_those_away(track, frame)
            or self.timing.out_of_time(definition, when.as_of)
            or older(definition, track, frame, when.as_of, self.timing)
            or long_ago_elsewhere(definition, where.part, when.as_of, self.timing.published)
        )

    def _of_those_away(self, track: Track, frame: Frame) -> Reason | None:
        """ "In Orne 303 were taken; 50 of those have escaped": of those whose scene is another."""
        if not of_those(frame):
            return None
        previous = next((f for f in self.document.earlier(frame) if f.mention.refusal is None), None)
        return scope(track, previous, self.document).refused if previous else None

    def _words(self) -> frozenset[str]:
        return self.document.words

    def _lead(self) -> frozenset[str]:
        return self.document.about

    def _whole(self, compiled: Compiled, frame: Frame) -> Frame | None:
        last = self._last.get(compiled.definition.id)
        return last if last and frame.line.index - last.line.index <= _BACK else None

    def _tell(self, compiled: Compiled, frame: Frame, fit: Match) -> None:
        self._told_any[compiled.definition.id] = frame.line.index
        self._last[compiled.definition.id] = frame
        if fit.weight > 1:
            self._told[compiled.definition.id] = frame.line.index

    # --- what happened --------------------------------------------------------------------------------------------

    def _event(self, compiled: Compiled, frame: Frame, fit: Match) -> Reason | None:
        """Why a frame tells of another event than the definition; None where it tells of this one."""
        if compiled.track.family is None and fit.weight > 1:
            return None
        if frame.families:
            return _mixed(compiled, frame)
        if self._grows(compiled, frame, fit):
            frame.rule = "grows"
            return None
        if self._goes_on(compiled, frame, fit):
            frame.rule = "goes on"
            return None
        return because("another verb", frame.other) if frame.other else because("no event")

    def _grows(self, compiled: Compiled, frame: Frame, fit: Match) -> bool:
        """ "it has grown to 13,690 acres": the size of what burns is itself what is tracked."""
        known = families().get(compiled.track.family or "")
        return bool(known and known.grows and frame.found and frame.found.level and fit.weight > 1)

    def _goes_on(self, compiled: Compiled, frame: Frame, fit: Match) -> bool:
        """A figure that is only counted, set or added ("officials count 6,700 containers", "it has risen to 29") is of
        the event that the sentences before it told of the same things."""
        said = is_bare_figure(frame) or (fit.weight > 1 and is_spoken_of(frame))
        bare = said and self._told_last(compiled, frame) and not _is_of_other(frame)
        if not (bare or does_so(frame)) and (frame.other or not (_only_counted(frame, fit) or _only_added(frame))):
            return False
        if self._is_away(compiled, frame) or _counts_others(compiled.track, frame):
            return False
        if _names_figure(frame) and not self._told_in_last(compiled):
            return False
        if does_so(frame) and _does_other(compiled, frame):
            return False
        told = self._told if fit.weight > 1 else self._told_any
        return frame.line.index - told.get(compiled.definition.id, -_BACK - 1) <= _BACK

    def _is_away(self, compiled: Compiled, frame: Frame) -> bool:
        """Whether the figure of this kind that was told of last was of another scene."""
        away, last = (told.get(compiled.definition.id) for told in (self._away, self._last))
        return away is not None and (last is None or away.mention.start > last.mention.start)

    def _told_in_last(self, compiled: Compiled) -> bool:
        """Whether no later sentence told of anything else that is tracked."""
        last = self._last.get(compiled.definition.id)
        return last is not None and all(f.line.index <= last.line.index for f in self._last.values())

    def _told_last(self, compiled: Compiled, frame: Frame) -> bool:
        """Whether nothing else that is tracked was told of since."""
        others = [f.mention.start for f in self._last.values() if f is not frame]
        last = self._last.get(compiled.definition.id)
        return last is not None and last.mention.start >= max(others, default=0)


def _fit_of_group(track: Track, frame: Frame, earlier: Sequence[Frame], about: About) -> Match | None:
    """ "rescued 300 migrants, among them 40 children": some of those counted, whatever they are."""
    line, whole = frame.line, frame.resumed
    if whole is None or not track.counts_persons or not names_persons(frame):
        return None
    lead = (line.lower(frame.first - 2), line.lower(frame.first - 1))
    among = frame.rule == "part" and line.lower(0) == "among"  # "Among them were 9 children"
    if not among and lead[1] != "including" and lead not in {("among", "them"), ("of", "whom"), ("among", "these")}:
        return None
    fit = match(track, whole, earlier, about)
    return fit and Match(fit.weight, narrower=True)


def _is_of_other(frame: Frame) -> bool:
    """ "The crowd was put at 30,000": the subject is a noun of its own, neither a figure nor a pronoun."""
    line = frame.line
    be = next((i for i in range(frame.first - 1, max(0, frame.first - 6), -1) if line.lower(i) in BE), None)
    if be is None or frame.line.lower(frame.first - 1) not in {"at", "as", "to"}:
        return False
    start = next((i + 1 for i in range(be - 1, -1, -1) if line.lower(i) in {",", ";", ":", "and", "that"}), 0)
    subject = set(line.words[start:be])
    return bool(subject) and not subject & (_FIGURE | _COUNTED) and line.lower(start) in DETERMINER


def _names_figure(frame: Frame) -> bool:
    """ "On Thursday the figure stood at 150": the one told of last."""
    noun = frame.mention.noun
    level = frame.found is not None and frame.found.rule == "level" and (frame.is_elided or (noun and noun.before))
    return bool(level) and bool(_ANY_FIGURE & set(frame.line.words[max(0, frame.first - 6) : frame.first]))


def _counts_others(track: Track, frame: Frame) -> bool:
    """ "The number of fugitives was 300" is no number of those caught."""
    words = frame.line.words
    for at in range(max(0, frame.first - _REACH), frame.first - 2):
        if words[at : at + 2] == ["number", "of"]:
            noun = singular(words[at + 2])
            return noun in persons() and track.counts_persons and noun not in track.kin and (noun,) not in track.heads
    return False


def _does_other(compiled: Compiled, frame: Frame) -> bool:
    """ "Of those who died, 650 did so in Dhaka": what they did is said in the sentence itself."""
    hits = frame.line.hits
    told = [hits[at].families() for at in range(frame.first) if at in hits]
    return bool(told) and not told[-1] & compiled.families


def _only_counted(frame: Frame, fit: Match) -> bool:
    found = frame.found
    if found is None or not found.count or (found.hit and frame.line.lower(found.hit.first) in HAVE):
        return False  # "has 600 people" is no count of what happened before
    if found.rule == "level":
        words = {frame.line.lower(i) for i in range(max(0, frame.first - 6), frame.first)}
        return bool(words & _FIGURE)
    return fit.weight > 1 or of_those(frame)


def _only_added(frame: Frame) -> bool:
    own = frame.line.lower(frame.last).endswith("ed")  # "and ten more followed"
    return (frame.found is None or frame.found.rule == "subject") and has_more(frame) and not own


def _mixed(compiled: Compiled, frame: Frame) -> Reason | None:
    """ "dead or missing" is no count of the dead."""
    hit = frame.within or (frame.found.hit if frame.found else None)
    known = families().get(compiled.track.family or "")
    if hit is None or not hit.tied or known is None:
        return None
    mixed = frame.families & known.apart
    return because("mixed", " and ".join(sorted(mixed))) if mixed else None


def _no_count(frame: Frame, old: Old | None) -> Reason | None:
    """Ratios, and values that the same sentence says are overtaken."""
    line = frame.line
    places = range(frame.last, frame.last + 3)
    if any(line.lower(i) == "for" and line.lower(i + 1) in {"each", "every"} for i in places):
        return because("for each")
    if old is not None and old.is_dated:
        return None
    if _is_compared(frame):
        return because("comparison")
    if is_usual(frame):
        return because("usual size")
    return because("overtaken") if old is not None else None


def _is_compared(frame: Frame) -> bool:
    """ "more than the 90 of last year"; in "98 rather than 112" the one is not measured by the other."""
    line = frame.line
    lead = line.lower(frame.first - 1)
    before = line.lower(frame.first - 2)
    if (before if lead in {"the", "with", "to"} else lead) in {"than", "compared"}:
        return not is_contrast(line, frame.first)
    return lead == "the" and before == "as" and _as_many(frame)


def _as_many(frame: Frame) -> bool:
    """ "twice as many as the 500 killed in 2007"."""
    return any(frame.line.lower(i) == "many" for i in range(max(0, frame.first - 10), frame.first))


def _ignored(definition: Definition, frame: Frame) -> Reason | None:
    """The word of the definition's `ignore` list that stands in or beside the phrase."""
    if not definition.ignore:
        return None
    line = frame.line
    start = frame.first
    while start > max(0, frame.first - 2) and start - 1 not in line.hits:  # "gunmen killed 4 people" counts no gunmen
        start -= 1
    words = line.text(start, min(len(line.tokens), frame.last + 2)).lower()
    word = next((w for w in definition.ignore if w.lower() in words), None)
    return because("to be ignored", word) if word else None
