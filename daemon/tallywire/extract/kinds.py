"""Total, part or increment: by the cues around a number and what it stands beside."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

from tallywire.core.claim import Kind
from tallywire.extract.frames import Frame
from tallywire.extract.gaps import makes_up
from tallywire.extract.lexicon import closed
from tallywire.extract.line import BE, DETERMINER, STOPS, Line
from tallywire.extract.places import gazetteer
from tallywire.extract.portions import clause_start, of_those, of_whom, one_period
from tallywire.extract.reasons import Reason, because

_ADDITIONAL: Final = closed("additional")
_GROWTH: Final = frozenset({"rise", "increase", "increases", "jump"})  # "may rise to 200": a level, reached by a verb
_INITIAL: Final = closed("initial")
_BASE_LEADS: Final = frozenset({"add", "adds", "added", "adding", "addition", "top"})
_BESIDE: Final = frozenset(
    {"another", "more", "others", "other", "further"}
)  # may only part this group from the one before
_BATCH: Final = frozenset("batch wave tranche phase stage instalment installment".split())
_NOT_FIRST: Final = frozenset({"existing", "current", "larger", "present"})
_EARLY_WORD: Final = frozenset("reports report estimate estimates figures data assessment information findings".split())
_WITHIN: Final = frozenset("in near at around along on inside across".split())
_THESE: Final = frozenset({"these", "them", "this"})
_SUM_PHRASES: Final = frozenset({("so", "far"), ("in", "all"), ("all", "told")})
_SUMS: Final = frozenset({"total", "altogether", "overall", "combined", "cumulative"})


class Kinded(NamedTuple):
    """`why` is None for a plain total."""

    kind: Kind
    why: Reason | None = None


class Beside(NamedTuple):
    """What a number stands beside: the part that its scene names, the track's own place, figures before it."""

    part: str | None
    is_narrower: bool  # the noun is one of fewer than the track counts: children of people
    place: str | None
    previous: Frame | None
    whole: Frame | None  # the last figure before it for the same estimate
    figures: str


def kind_of(frame: Frame, beside: Beside) -> Kinded:
    """How a number stands to the whole."""
    if frame.found and frame.found.level == "by" and not makes_up(frame):
        return Kinded("additional", because("grew by"))
    if beside.part:
        return Kinded("component", because("named part", beside.part.lstrip("·")))
    if beside.is_narrower:
        return Kinded("component", because("narrower group"))
    cue = _added(frame, beside)
    if cue:
        return Kinded("additional", because("on top", cue))
    why = _portion(frame, beside)
    if why:
        return Kinded("component", because(why))
    if beside.figures == "add up" and not _stated_sum(frame):
        return Kinded("additional", because("one round"))
    return Kinded("total")


def has_more(frame: Frame) -> bool:
    """Whether a word says that these come on top of others: "another", "additional", "more"."""
    return any(w in _ADDITIONAL for w in around(frame))


def is_base(frame: Frame) -> bool:
    """Whether others come on top of these: "add to the 11,000", "in addition to around 11,000"."""
    line, at = frame.line, frame.first
    words = [line.lower(i) for i in range(max(0, at - 7), at) if i not in line.at_number]
    return bool(_BASE_LEADS & set(words)) and ("to" in words or "of" in words)


def _added(frame: Frame, beside: Beside) -> str | None:
    """The word that puts a number on top of others; "another" may also only part it from a group of another event."""
    if frame.line.lower(frame.last) in BE and frame.line.lower(frame.last + 1) == "added":
        return "added"
    cue = next((w for w in around(frame) if w in _ADDITIONAL), None)
    if cue is None or is_base(frame) or (cue in _GROWTH and _is_verb(frame, cue)):
        return None
    return None if cue in _BESIDE and _parts_groups(frame, beside) else cue


def _is_verb(frame: Frame, cue: str) -> bool:
    """ "may rise to 200", unlike "a rise of 200"."""
    line = frame.line
    level = frame.found is not None and frame.found.level is not None
    return level and not any(
        line.lower(i) == cue and line.lower(i - 1) in DETERMINER for i in range(max(1, frame.first - 6), frame.first)
    )


def _parts_groups(frame: Frame, beside: Beside) -> bool:
    """ "12 were killed and another 40 wounded": the 40 come beside the 12, not on top of other wounded."""
    previous = beside.previous
    if previous is None or not frame.families or previous.families & frame.families:
        return False
    if previous.line.sentence.is_heading or previous.mention.low == frame.mention.low:
        return False  # a headline only says the same in short
    distance = frame.line.index - previous.line.index
    return distance == 0 or (distance == 1 and beside.whole is None)


def _portion(frame: Frame, beside: Beside) -> str | None:
    """Why a number is only a part, by name: the first batch, some of those just counted, those in one month."""
    words = around(frame)
    if any(w in _INITIAL for w in words) and not (_NOT_FIRST | _EARLY_WORD) & set(words):
        return "first of more"
    if any(w in _BATCH for w in words):
        return "one batch"
    if frame.found and frame.found.level == "part":
        return "included"
    if of_those(frame) and _is_of(frame, beside.whole):
        return "of those"
    if "including" in words and beside.whole:
        return "included"
    hit = frame.found.hit if frame.found else None
    if hit and frame.line.lower(hit.first - 2) == "among":
        return "among those"
    if frame.rule == "part" or (frame.is_elided and makes_up(frame)):
        return "group within"
    if frame.found and frame.found.stock and _elsewhere(frame, beside.place):
        return "in one place"
    return None if beside.figures == "add up" else one_period(frame)


def _is_of(frame: Frame, whole: Frame | None) -> bool:
    """Whether those of whom a figure speaks are of the last one: not in "107 sailed, of whom 70 were saved"."""
    start = of_whom(frame)
    if whole is None or start is None or whole.line is frame.line:
        return whole is not None
    return not any(m.refusal is None and m.first < start for m in frame.line.mentions)


def around(frame: Frame) -> list[str]:
    """The words of the phrase and the few right before it."""
    line = frame.line
    start = frame.mention.first
    first = max(0, frame.first - 5)
    for i in range(frame.first - 1, first - 1, -1):
        if (
            line.lower(i) in STOPS
            or line.lower(i) in {",", ":", "("}
            or (i in line.at_number and not _is_first(frame, i))
        ):
            first = i + 2 if line.lower(i + 1) == "more" and i in line.at_number else i + 1  # "by 11 more to 123"
            break
    last = max(frame.last, frame.mention.last + 1)
    if line.lower(frame.last) == "more":  # "four tonnes more"
        last = frame.last + 2
    places = (*range(first, start), *range(frame.mention.last, last))
    return [line.lower(i) for i in places if not _is_bound(line, i)]


def _is_first(frame: Frame, at: int) -> bool:
    """The "first" of "the first 200 soldiers", which the layer of numbers takes for a place in an order."""
    return at == frame.mention.first - 1 and frame.line.lower(at) in _INITIAL


def _is_bound(line: Line, at: int) -> bool:
    """ "more than", "or more": no increment."""
    return line.lower(at) == "more" and (line.lower(at + 1) == "than" or line.lower(at - 1) == "or")


def _elsewhere(frame: Frame, place: str | None) -> bool:
    """Whether a stock is in a narrower place than the track's own: "in Kursk", "in Russia's Far East"."""
    line = frame.line
    hit = frame.found.hit if frame.found else None
    end = min(len(line.tokens), max(frame.last, hit.last if hit else 0) + 8)
    after = next((i for i in range(frame.last, end) if line.lower(i) in {",", ";", "and"}), end)
    places = (*range(max(0, frame.first - 5), frame.first), *range(frame.last, after))
    return any(line.lower(at) in _WITHIN and _names_other(line, at + 1, place) for at in places)


def _names_other(line: Line, at: int, place: str | None) -> bool:
    while line.lower(at) in {"the", "a"}:
        at += 1
    if at >= len(line.tokens):
        return False
    entity = line.entity_at.get(at)
    if entity is None:
        return line.tokens[at].text[0].isupper() and line.tokens[at].kind == "word"
    if entity.key != place:
        return entity.key not in gazetteer() or entity.form == "name"
    after = line.tokens[entity.last] if entity.last < len(line.tokens) else None
    return after is not None and (after.kind == "possessive" or after.text[0].isupper())


def _stated_sum(frame: Frame) -> bool:
    """Whether the sentence sums up: "since the invasion", "so far", "in total"."""
    line = frame.line
    start = clause_start(frame)
    words = line.words[start:]
    sums = _SUMS & line.vocabulary and (start == 0 or not _SUMS.isdisjoint(words))  # "in total 8,000; on Tuesday 300"
    if sums or "now" in line.words[max(0, frame.first - 3) : frame.first]:
        return not ("each" in words or "sides" in words)
    if "with" in words[:2] and not _THESE.isdisjoint(words[1:3]):  # "With these, 300 are free"
        return True
    if any(pair in _SUM_PHRASES for pair in pairwise(words)):
        return True
    following = (m.first for m in line.mentions if m.first >= frame.last and m.refusal is None)
    return "since" in words[:2] or "since" in line.words[frame.last : next(following, None)]
