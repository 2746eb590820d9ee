"""Total, part or increment: by the cues around a number and what it stands beside."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

from tallywire.core.claim import Kind
from tallywire.extract.frames import Frame
from tallywire.extract.gaps import makes_up
from tallywire.extract.lexicon import closed
from tallywire.extract.line import DETERMINER, STOPS, Line
from tallywire.extract.places import gazetteer
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
_BACK: Final = frozenset({"these", "them", "those", "which", "whom"})
_WITHIN: Final = frozenset("in near at around along on inside across".split())
_SUMS: Final = frozenset({"total", "altogether", "overall", "combined", "cumulative"})
_MOST: Final = frozenset({"most", "highest", "largest", "biggest", "record"})
_LAPSE: Final = ("last", "past", "previous", "first", "single")
_ORDINAL: Final = frozenset("first second third fourth fifth initial next final last".split())
_PHASE: Final = frozenset("phase round wave batch stage tranche".split())
_RESTRICTS: Final = frozenset({"in", "on", "at", "during", "over", "from", "last", "this"})
_DURING: Final = frozenset({"in", "over", "during", "within"})
_SPAN: Final = frozenset("day days week weeks month months year years hour hours night nights quarter".split())


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
    if any(w in _INITIAL for w in words) and not _NOT_FIRST & set(words):
        return "first of more"
    if any(w in _BATCH for w in words):
        return "one batch"
    if frame.found and frame.found.level == "part":
        return "included"
    if of_those(frame) and beside.whole:
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
    return None if beside.figures == "add up" else _one_period(frame)


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
    places = (*range(first, start), *range(frame.mention.last, last))
    return [line.lower(i) for i in places if not _is_bound(line, i)]


def _is_first(frame: Frame, at: int) -> bool:
    """The "first" of "the first 200 soldiers", which the layer of numbers takes for a place in an order."""
    return at == frame.mention.first - 1 and frame.line.lower(at) in _INITIAL


def _is_bound(line: Line, at: int) -> bool:
    """ "more than", "or more": no increment."""
    return line.lower(at) == "more" and (line.lower(at + 1) == "than" or line.lower(at - 1) == "or")


def of_those(frame: Frame) -> bool:
    """ "of these, 175", "175 of them"."""
    line = frame.line
    for at in (*range(max(0, frame.first - 4), frame.first), *range(frame.last - 2, frame.last + 1)):
        if line.lower(at) == "of" and line.lower(at + 1) in _BACK and not _is_name_like(line, at - 1):
            return True
    for at in range(frame.first - 1, max(0, frame.first - 25), -1):
        if at in line.at_number or line.lower(at) in STOPS:
            break
        if line.lower(at) == "among" and line.lower(at + 1) in _BACK:
            return True
    return False


def _is_name_like(line: Line, at: int) -> bool:
    """Whether a plain noun stands there: "in the course of which" is no part."""
    return at >= 0 and line.tokens[at].kind == "word" and at not in line.at_number and line.lower(at) not in _PART_NOUNS


_PART_NOUNS: Final = frozenset("some most many all none half out and more others each any both".split())


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


def _one_period(frame: Frame) -> str | None:
    """ "in June alone", "in the past 24 hours", "in late December": only what happened then."""
    line = frame.line
    after = [line.lower(i) for i in range(frame.last, min(len(line.tokens), frame.last + 10))]
    if "alone" in line.vocabulary and _is_alone(frame):
        return "alone"
    opening = [line.lower(i) for i in range(max(0, frame.first - 8), frame.first)]
    if any(a in _ORDINAL and b in _PHASE for a, b in (*pairwise(after), *pairwise(opening))):
        return "one phase"
    tail = len(line.tokens)
    if " single " in line.text(frame.last, tail) and _tops_a_period([line.lower(i) for i in range(frame.last, tail)]):
        return "one period"
    if frame.found and frame.found.rule == "level" and _lapsed(line, frame.first):
        return "one period"
    start = [line.lower(i) for i in range(min(7, frame.first))]  # "In the past 24 hours, 12 people died"
    if _is_lapse(start, 0) or ("the" in after and any(_is_lapse(after, i) for i in range(len(after) - 2))):
        return "one period"
    late = any(a == "in" and b in {"late", "early"} for a, b in pairwise(after))
    return "one period" if late else None


def _is_lapse(words: list[str], at: int) -> bool:
    """ "over the past 7 days", "in the last week"."""
    if words[at : at + 1] == [] or words[at] not in _DURING or words[at + 1 : at + 2] != ["the"]:
        return False
    return words[at + 2 : at + 3] != [] and words[at + 2] in _LAPSE and bool(set(words[at + 3 : at + 6]) & _SPAN)


def _is_alone(frame: Frame) -> bool:
    """ "In June alone", at the start of the sentence or near the number; unlike "left alone in the dark"."""
    line = frame.line
    near = (*range(min(5, frame.first)), *range(max(0, frame.first - 4), min(len(line.tokens), frame.last + 10)))
    places = [i for i in near if line.lower(i) == "alone"]
    return any(line.lower(i) in _RESTRICTS for at in places for i in range(max(0, at - 4), at))


def _tops_a_period(words: list[str]) -> bool:
    """ "the highest number on a single day"."""
    return bool(_MOST & set(words)) and any(a == "single" and b in _SPAN for a, b in pairwise(words))


def _lapsed(line: Line, at: int) -> bool:
    """ "in the first 18 days", "over the past week", before the level that was reached then."""
    words = [line.lower(i) for i in range(max(0, at - 12), at)]
    return any(_is_lapse(words, i) for i in range(len(words) - 3))


def _stated_sum(frame: Frame) -> bool:
    """Whether the sentence sums up: "since the invasion", "so far", "in total"."""
    line = frame.line
    words = line.words
    if _SUMS & line.vocabulary or "now" in words[max(0, frame.first - 3) : frame.first]:
        return not ("each" in words or "sides" in words)
    if any(pair == ("so", "far") for pair in pairwise(words)):
        return True
    return "since" in words[:2] or "since" in words[frame.last :]
