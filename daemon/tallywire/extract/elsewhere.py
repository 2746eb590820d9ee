"""Scenes that are not a track's own: a larger area, the country around its city, another event of the same kind."""

from __future__ import annotations

from typing import Final

from tallywire.extract.document import is_name
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.line import Line
from tallywire.extract.places import gazetteer, names, parts
from tallywire.extract.reasons import Reason, because
from tallywire.extract.tracked import Where, event_of

_WORLD: Final = frozenset({"worldwide", "globally", "elsewhere"})
_COUNTRY: Final = frozenset({"nationwide", "nationally", "countrywide"})
_AREAS: Final = frozenset("region province state country district county department oblast prefecture".split())
_STATE: Final = frozenset({"statewide"})
_ALL_OVER: Final = frozenset({"in", "across", "throughout", "around"})
_A: Final = frozenset({"a", "an", "another"})
_AT: Final = frozenset({"in", "near", "off", "outside"})
_NEAR: Final = 4  # tokens


def elsewhere(place: Where, frame: Frame) -> Reason | None:
    """Why a number is of somewhere else than the track's place, as far as its own sentence says so."""
    if _larger(place, frame):
        return because("larger area")
    if country := _all_over(place, frame):
        return because("whole country", country)
    if country := _around_city(place, frame):
        return because("whole country", country)
    if other := _other_event(place, frame):
        return because("another place", other)
    return None


def _larger(place: Where, frame: Frame) -> bool:
    """ "Nationwide 300 died" is of more than one town or region, and all there is where a country is tracked."""
    line = frame.line
    there = gazetteer().get(place.key or "")
    words = _WORLD | (_COUNTRY if there is None or there.kind != "country" else frozenset())
    words |= _STATE if there is None else frozenset()
    if there is None or there.kind != "country":
        near = (0, *range(frame.last, _clause_end(frame)))
        if (place.event is None and _over_many(frame)) or any(_all_country(line, i + (i == 0)) for i in near):
            return True
    around = (0, *range(max(0, frame.first - _NEAR), frame.first), *range(frame.last, _clause_end(frame)))
    return any(line.lower(i) in words for i in around)


def _over_many(frame: Frame) -> bool:
    """ "141 drones over 13 regions"."""
    line = frame.line
    for at in range(frame.last, _clause_end(frame)):
        mention = line.at_number.get(at)
        if mention is not None:
            noun = mention.noun.head if mention.noun else None
            return line.lower(at - 1) in {"over", "across", "throughout"} and noun in _AREAS
    return False


def _all_country(line: Line, at: int) -> bool:
    """ "on all lakes of the country", "across the country"."""
    if (line.lower(at), line.lower(at + 1)) != ("the", "country"):
        return False
    lead = line.lower(at - 1)
    return lead in {"across", "throughout"} or (lead == "of" and "all" in line.words[max(0, at - 6) : at])


def _clause_end(frame: Frame) -> int:
    line = frame.line
    end = min(len(line.tokens), frame.last + 2 * _NEAR)
    return next((i for i in range(frame.last, end) if line.lower(i) in {",", ";"}), end)


def _all_over(place: Where, frame: Frame) -> str | None:
    """ "Across Spain 115,000 hectares have burned", "all of Canada had 147 cases": more than a region or town of it."""
    there, line = gazetteer().get(place.key or ""), frame.line
    if (there is not None and there.kind == "country") or any(e.key == place.key for e in line.entities):
        return None
    near = (e for e in line.entities if e.form == "name" and (e.last <= frame.first or e.first < _clause_end(frame)))
    for entity in near:
        at = entity.first - 1
        at -= line.lower(at) == "the"
        before = line.lower(at)
        known = gazetteer().get(entity.key)
        all_of = before in {"of", "over", "in"} and line.lower(at - 1) in {"all", "whole"}
        if known and known.kind == "country" and (before in {"across", "throughout"} or all_of):
            return entity.key
    return None


def _around_city(place: Where, frame: Frame) -> str | None:
    """ "131 were hurt in protests in Serbia" is of more than Belgrade."""
    country = _country_of(place.key or "")
    line = frame.line
    if country is None or any(e.key == place.key for e in line.entities):
        return None
    after = (e for e in line.entities if e.key == country and e.form == "name" and e.first >= frame.last)
    return country if any(line.lower(e.first - 1) in _ALL_OVER for e in after) else None


def _country_of(city: str) -> str | None:
    """The country that a place is the capital of."""
    first, *rest = parts(city) or ("",)
    known = names().get(first, ())
    return next((key for words, key, form in known if list(words) == rest and form == "capital"), None)


def _other_event(place: Where, frame: Frame) -> str | None:
    """ "An earthquake in Lima killed 90", told beside the one that is tracked."""
    line = frame.line
    if place.event is None:
        return None
    for at in range(1, frame.first):
        if event_of(singular(line.lower(at))) != place.event or line.lower(at + 1) not in _AT:
            continue
        if any(line.lower(i) in _A for i in range(max(0, at - 3), at)):
            return _named_at(line, at + 2, place)
    return None


def _named_at(line: Line, at: int, place: Where) -> str | None:
    """The name at tokens[at], unless it is the track's own or a part of it."""
    if at >= len(line.tokens):
        return None
    entity = line.entity_at.get(at)
    if entity is not None:
        return None if entity.key == place.key or entity.key.startswith("·") else entity.key
    return line.tokens[at].text if is_name(line, at) else None
