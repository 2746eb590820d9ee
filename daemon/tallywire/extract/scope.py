"""Whose number it is and where. Rival scenes are refused with a reason; whose.py does the same for populations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from tallywire.extract.document import Document, is_name
from tallywire.extract.elsewhere import elsewhere
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.line import BE, COUNT, HAVE, REPORT, Line
from tallywire.extract.places import PART, Entity, gazetteer
from tallywire.extract.reasons import Reason, because
from tallywire.extract.scenes import another_scene, is_foreign, is_named_here
from tallywire.extract.tracked import Track, Where, event_of
from tallywire.extract.whose import recipient, who

_QUARTERS: Final = frozenset("the northern southern eastern western central neighboring neighbouring nearby".split())
_DISTRICTS: Final = tuple(
    "county city province district parish township borough region island municipality oblast".split()
)
_SETTLEMENTS: Final = frozenset({"village", "town", "city", "suburb", "port", *_DISTRICTS})
_WIDE: Final = frozenset({"countrywide", "nationwide", "nationally", "statewide"})
_EARLY: Final = 8  # tokens: a place further on in an earlier sentence is no scene for the next
_AUTHORITIES: Final = frozenset(
    "health ministry authorities officials police government rescuers hospital hospitals emergency civil fire disaster "
    "coroner interior".split()
)
_HAS: Final = HAVE | BE
_OTHER_SCENES: Final = frozenset({";", "while", "but", "than", "unlike", "compared", "once", "unless", "whom"})
_NEARBY: Final = frozenset({"in", "at", "near", "around", "outside"})
_LOCAL: Final = (
    "in",
    "at",
    "near",
    "across",
    "within",
    "inside",
    "on",
    "around",
    "from",
    "for",
    "of",
    "over",
    "off",
    "into",
)


class Scope(NamedTuple):
    """`refused` is the reason where a number is about somebody or somewhere else; `part` names a part that it is of."""

    refused: Reason | None = None
    part: str | None = None


def scope(track: Track, frame: Frame, document: Document) -> Scope:
    """Whether a number that fits a track's noun and event is about its population and place."""
    refused = who(track, frame, document) or recipient(track, frame)
    if refused:
        return Scope(refused)
    return _where(track, frame, document)


# --- where ----------------------------------------------------------------------------------------------------------


def _where(track: Track, frame: Frame, document: Document) -> Scope:
    places = [w for w in track.of(*_LOCAL) if not _is_target(w)]
    if not places:
        return Scope(part=_part_here(track, frame))
    place = places[0]
    if other := elsewhere(place, frame):
        return Scope(other)
    apart = another_scene(track, place, frame, document)
    if apart:
        return Scope(because("another place", apart))
    if is_foreign(track, document) and not is_named_here(track, frame, document):
        return Scope(because("place not named", place.key or ""))
    for found in _scenes(track, frame, document):
        if found[0].form == PART and _names_whole(track, frame):
            continue
        if found[0].form != PART and found[1] is not frame.line and (apart == "" or _sums_up(frame, found[1])):
            continue  # a place of its own, and a sum in another paragraph, end the scene told of before
        answer = _compare(track, place, found, frame.line)
        if answer:
            return answer if answer.refused or answer.part or track.who else Scope(part=_narrower_place(frame))
    if not document.names({place.key or ""} | track.parts):
        return Scope(because("place not named", place.key or ""))
    return Scope(part=None if track.who else _narrower_place(frame))


def _sums_up(frame: Frame, earlier: Line) -> bool:
    """ "The toll has passed 150", told in another paragraph than what happened elsewhere."""
    if earlier.sentence.paragraph == frame.line.sentence.paragraph:
        return False
    words = frame.line.words
    return words[:2] == ["in", "all"] or (words[:1] == ["the"] and "toll" in words[1:3]) or words[:1] == ["altogether"]


def _is_target(where: Where) -> bool:
    """ "launched at Ukraine" says whither, "cut at Intel" where."""
    return where.preposition == "at" and where.key in gazetteer()


def _narrower_place(frame: Frame) -> str | None:
    """A place that no list knows, in the clause of the number: taken to lie within the track's own."""
    line = frame.line
    hit = frame.found.hit if frame.found else None
    last = max(frame.last, hit.last if hit and hit.first >= frame.last else 0)
    for at in (last, frame.last):
        if line.lower(at) in _NEARBY and (name := _name_at(line, at + 1)):
            return name
    if line.lower(0) in _NEARBY and (name := _name_at(line, 1)):
        return name
    if line.lower(0) in _NEARBY and line.lower(1) in {"that", "this"} and line.lower(2) in _DISTRICTS:
        return line.text(1, 3)
    subject = _name_at(line, 0)
    return subject if subject and subject.lower().endswith(_DISTRICTS) else None


def _name_at(line: Line, at: int) -> str | None:
    while line.lower(at) in _QUARTERS or (line.lower(at) in _SETTLEMENTS and line.lower(at + 1) == "of"):
        at += 2 if line.lower(at) in _SETTLEMENTS else 1  # "in the village of Orne"
    first = at
    while at < len(line.tokens) and is_name(line, at) and at not in line.entity_at:
        at += 1
    return line.text(first, at) or None


def _names_whole(track: Track, frame: Frame) -> bool:
    """Whether the events are named together ("the Palisades and Eaton fires", "the fires"): the whole, not a part."""
    line = frame.line
    if "respectively" in line.vocabulary:
        return False
    around = _after_then_before(track, frame)
    after = [e for e in around if e.form == PART and e.first >= frame.first]
    if after:
        return len(after) > 1 and _joined(line, after[0], after[1])
    before = [e for e in around if e.form == PART and e.last <= frame.first]
    if len(before) > 1 and _joined(line, before[1], before[0]):
        return True
    return not before and _plural_event(track, frame)


def _joined(line: Line, left: Entity, right: Entity) -> bool:
    between = [line.lower(i) for i in range(left.last, right.first)]
    if any(i in line.at_number for i in range(left.last, right.first)):  # "Orne 2,200 and Velm 900"
        return False
    return len(between) <= 3 and bool({"and", ","} & set(between))


def _plural_event(track: Track, frame: Frame) -> bool:
    """ "Wildfires have killed", "the death toll of the two fires"."""
    events = {w.event for w in track.where if w.event}
    words = (frame.line.lower(at) for at in range(frame.first))
    return any(singular(w) != w and event_of(singular(w)) in events for w in words)


def _part_here(track: Track, frame: Frame) -> str | None:
    return next((e.key for e in _after_then_before(track, frame) if e.form == PART), None)


def _after_then_before(track: Track, frame: Frame) -> list[Entity]:
    """The entities of the number's own clause, nearest first: those after it up to the next number, then before."""
    line = frame.line
    following = (i for i in range(frame.last, len(line.tokens)) if i in line.at_number)
    end = next((i for i in following if line.at_number[i].refusal is None), len(line.tokens))
    for i in range(frame.last, end):
        word = line.lower(i)
        if word in _OTHER_SCENES or (word == "and" and _new_clause(line, i)):  # "far more than in the other quake"
            end = i
            break
    own = [e for e in line.entities if _is_own(track, e) and not (e.form == PART and _is_dateline(line, e))]
    after = [e for e in own if frame.first <= e.first < end and not _leads_next(line, e, end)]
    before = [e for e in reversed(own) if e.first < frame.first]
    return after + before


def _new_clause(line: Line, at: int) -> bool:
    """ ", and Texas has": another place as the subject of its own verb."""
    entity = line.entity_at.get(at + 1)
    return entity is not None and line.lower(at - 1) == "," and line.lower(entity.last) in _HAS


def _is_dateline(line: Line, entity: Entity) -> bool:
    """ "ORNE, 8 May — Floods have driven": where it was written, no part of what it is about."""
    if entity.first > 0 or not line.text(0, entity.last).isupper():
        return False
    return any(line.lower(i) in {"—", "–", "-"} for i in range(entity.last, entity.last + 6))


def _leads_next(line: Line, entity: Entity, end: int) -> bool:
    """ "2,317 (Ica: 610)": the name belongs to the figure that follows it."""
    return line.lower(entity.last) == ":" and entity.last + 1 == end


def _is_own(track: Track, entity: Entity) -> bool:
    """Whether a name means something to this track: the parts of another definition do not."""
    return entity.form != PART or entity.key in track.parts


def _scenes(track: Track, frame: Frame, document: Document) -> Iterator[tuple[Entity, Line]]:
    """Places that may be the scene, the likeliest first: own clause, sentences before in the paragraph, headings.

    One by one, for the first mostly answers.
    """
    line = frame.line
    near = _after_then_before(track, frame)
    opening = _opening_part(track, frame)
    wide = not _WIDE.isdisjoint(line.vocabulary)
    if opening:
        near.sort(key=lambda e: e.first < frame.first and e is not opening)
    yield from ((e, line) for e in near)
    for index in range(line.index - 1, max(-1, line.index - 8), -1):
        earlier = document.lines[index]
        named = [e for e in earlier.entities if _is_own(track, e) and not (e.form == PART and _is_dateline(earlier, e))]
        parts = [e for e in named if e.form == PART]
        carried = (earlier.sentence.is_heading and not wide) or (len({e.key for e in parts}) == 1 and _is_resumed(line))
        yield from ((e, earlier) for e in reversed(named) if (carried if e.form == PART else e.first < _EARLY))
        if earlier.sentence.is_heading and line.sentence.is_list_item:
            return


def _opening_part(track: Track, frame: Frame) -> Entity | None:
    """The part that a sentence opens with: "In Altadena the fire killed 17 people"."""
    at = 2 if frame.line.lower(1) == "the" else 1
    entity = frame.line.entity_at.get(at) if frame.line.lower(0) in _NEARBY else None
    is_part = entity is not None and entity.form == PART and _is_own(track, entity)
    return entity if is_part and entity and entity.last <= frame.first else None


def _is_resumed(line: Line) -> bool:
    """Whether a sentence goes on about what was just named: "It destroyed ...", "The blaze has burned ..."."""
    words = [line.lower(i) for i in range(min(10, len(line.tokens)))]
    if "country" in words:  # "in the outbreak of 2017 the country counted 300"
        return False
    if set(words) & {"it", "its", "there", "them", "they", "these"} or words[:1] == ["that"]:
        return True
    return any(w == "the" and event_of(following) for w, following in pairwise(words))


def _compare(track: Track, place: Where, found: tuple[Entity, Line], here: Line) -> Scope | None:
    """What one entity says of the scene; None if nothing."""
    entity, line = found
    if entity.form == PART:
        return Scope(part=entity.key)
    if entity.form in {"demonym", "people"} and not _authorities(line, entity):
        return None
    if entity.key == place.key:
        return Scope()
    if track.who and (line is not here or gazetteer().get(place.key or "", None) is None):
        return None
    if _other_event(place, entity, line):
        return Scope(because("another place", entity.key))
    if not _is_local(line, entity) or (track.who and gazetteer()[place.key or ""].kind == "country"):
        return None
    return _rival(place, entity)


def _other_event(place: Where, entity: Entity, line: Line) -> bool:
    """Whether a name that only definitions know stands for another event of the same kind: "the Beltia earthquake"."""
    if place.event is None or place.key in gazetteer() or entity.key in gazetteer():
        return False
    return event_of(singular(line.lower(entity.last))) == place.event


def _is_local(line: Line, entity: Entity) -> bool:
    first = entity.first
    while line.lower(first - 1) in _QUARTERS or line.lower(first - 1) == "the":  # "neighbouring Chad has counted 40"
        first -= 1
    before = line.lower(first - 1)
    if before in _LOCAL:
        return True
    following = line.lower(entity.last)
    if before not in _LOCAL and _authorities(line, entity):
        return True
    subject = first == 0 or before in {",", ";", "while", "and", "but"}
    if subject and following == ",":
        following = line.lower(_aside_end(line, entity.last))
    counted = entity.last in line.at_number and line.at_number[entity.last].refusal is None
    hit = line.hits.get(entity.last)
    takes = hit is not None and hit.has("gets")  # "Chad hosts 300,000 refugees"
    return subject and (following in COUNT or following in HAVE or following == ":" or counted or takes)


def _aside_end(line: Line, comma: int) -> int:
    """Where a sentence goes on after an aside: "Slovakia, 90 kilometres off, has put down 130,000 hens"."""
    return next((i + 1 for i in range(comma + 1, min(comma + 10, len(line.tokens))) if line.lower(i) == ","), comma)


def _authorities(line: Line, entity: Entity) -> bool:
    """ "Thai authorities said", "Iran's health ministry put the toll at": they speak of their own country."""
    words = [line.lower(i) for i in range(entity.last, entity.last + 4)]
    return bool(_AUTHORITIES & set(words[:3])) and entity.form != "capital" and any(w in REPORT for w in words)


def _rival(place: Where, entity: Entity) -> Scope | None:
    here, there = gazetteer().get(place.key or ""), gazetteer().get(entity.key)
    if here is None or there is None or entity.form == "capital":
        return None
    if there.whole == here.key:
        return Scope(part=entity.key)
    if here.whole == there.key:
        return Scope(because("whole country", entity.key))
    return Scope(because("another place", entity.key))
