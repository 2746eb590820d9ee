"""Towns and regions that the gazetteer of countries does not hold: which of them lie apart from a tracked place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from tallywire.extract.lexicon import listed, load
from tallywire.extract.places import gazetteer, names

LONGEST: Final = 4  # words of a name


class Known(NamedTuple):
    """Where a name lies: its country, the region of it if that is known, and whether it is a region or town itself."""

    country: str
    region: str | None = None
    is_region: bool = False
    is_town: bool = False


@cache
def towns() -> Mapping[str, Known]:
    """All towns and regions by name, in lower case; capitals are towns too."""
    found: dict[str, Known] = {}
    for first, rests in names().items():
        for rest, key, form in rests:
            if form == "capital":
                found[" ".join((first, *rest))] = _town(key)
    for key, line in load("towns")["towns"].items():
        found |= {name.lower(): _town(key) for name in listed(line)}
    for country, line in load("towns")["regions"].items():
        for name in map(str.lower, listed(line)):
            found[name] = Known(country, name, is_region=True, is_town=name in found)
    return found


def _town(key: str) -> Known:
    """A town of a country, or of a region that the gazetteer holds."""
    place = gazetteer()[key]
    return Known(place.whole or key, key if place.whole else None, is_town=True)


def known(key: str) -> Known | None:
    """What is known of a tracked place or of a name in a text."""
    place = gazetteer().get(key)
    if place is None:
        return towns().get(key.lower())
    return Known(place.whole, key, is_region=True) if place.whole else Known(key)


def are_apart(one: Known, other: Known) -> bool:
    """Whether neither lies in the other, as far as is known: a town may lie in any region of its country."""
    if one.country != other.country:
        return True
    if one.region and other.region and (one.is_region or other.is_region):
        return one.region != other.region
    return one.is_town and other.is_town
