"""Scenes that are not a track's own: a larger area, the country around its city, another event of the same kind."""

from __future__ import annotations

from typing import Final

from tallywire.extract.document import is_name
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.line import Line
from tallywire.extract.places import names, parts
from tallywire.extract.reasons import Reason, because
from tallywire.extract.tracked import Where, event_of

_LARGER: Final = frozenset({"nationwide", "worldwide", "globally", "nationally", "countrywide", "elsewhere"})
_ALL_OVER: Final = frozenset({"in", "across", "throughout", "around"})
_A: Final = frozenset({"a", "an", "another"})
_AT: Final = frozenset({"in", "near", "off", "outside"})
_NEAR: Final = 4  # tokens


def elsewhere(place: Where, frame: Frame) -> Reason | None:
    """Why a number is of somewhere else than the track's place, as far as its own sentence says so."""
    if _larger(frame):
        return because("larger area")
    if country := _around_city(place, frame):
        return because("whole country", country)
    if other := _other_event(place, frame):
        return because("another place", other)
    return None


def _larger(frame: Frame) -> bool:
    line = frame.line
    around = (0, *range(max(0, frame.first - _NEAR), frame.first), *range(frame.last, frame.last + _NEAR))
    return any(line.lower(i) in _LARGER for i in around)


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
