"""Countries and regions with their demonyms and capitals, so that rival scenes and populations are kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from tallywire.extract.lexicon import listed, load, plural
from tallywire.extract.tokens import Token, lower_at

PART: Final = "part"  # the form of a name from a definition's `parts`; its key starts with "·"
# "Niger State" is not Niger, "Mexico River" would not be Mexico.
_OTHER_THINGS: Final = frozenset("State Province River Street University Times Post Avenue Road Lake Sea Hills".split())
_SURE_PLURAL: Final = ("ese", "ish", "ch", "sh", "ss", "men", "s")


class Entity(NamedTuple):
    """A named place or population at tokens[first:last]. `form`: name, demonym, people ("Russians") or capital."""

    key: str
    form: str
    first: int
    last: int


class Place(NamedTuple):
    """A place of the gazetteer; `whole` is what it is a part of."""

    key: str
    kind: str  # "country" or "region"
    whole: str | None


# First word, lower case -> ((further words, key, form), ...), the longest first.
Names = Mapping[str, tuple[tuple[tuple[str, ...], str, str], ...]]


@cache
def gazetteer() -> Mapping[str, Place]:
    """All places by key, which is their name."""
    found = {}
    for kind, section in (("country", "countries"), ("region", "regions")):
        for line in load("places")[section]:
            fields = [f.strip() for f in line.split("|")]
            whole = fields[4] if kind == "region" and len(fields) > 4 and fields[4] else None
            found[fields[0]] = Place(fields[0], kind, whole)
    return found


@cache
def names() -> Names:
    """Every name, demonym and capital of the gazetteer."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for section in ("regions", "countries"):
        for line in load("places")[section]:
            for surface, form in _surfaces([f.strip() for f in line.split("|")]):
                found[parts(surface)] = (line.split("|")[0].strip(), form)
    return index(found)


def _surfaces(fields: Sequence[str]) -> Iterable[tuple[str, str]]:
    for demonym in listed(fields[1]):
        yield demonym, "demonym"
        yield _people(demonym), "people"
    for capital in listed(fields[2]):
        yield capital, "capital"
    for other in (fields[0], *listed(fields[3] if len(fields) > 3 else "")):
        yield other, "name"


def _people(demonym: str) -> str:
    return demonym if demonym.endswith(_SURE_PLURAL) else plural(demonym)


def part_key(part: str) -> str:
    """The key of a name from a definition's `parts`."""
    return "·" + part


def parts(surface: str) -> tuple[str, ...]:
    """A name as lower-case tokens: "Democratic People's Republic" -> democratic, people, 's, republic."""
    return tuple(surface.lower().replace("’", "'").replace("'s ", " 's ").split())


def index(found: Mapping[tuple[str, ...], tuple[str, str]]) -> Names:
    """Names by their first word, the longest first."""
    by_first: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for words in sorted(found, key=len, reverse=True):
        by_first.setdefault(words[0], []).append((words[1:], *found[words]))
    return {first: tuple(rest) for first, rest in by_first.items()}


def merged(several: Sequence[Names]) -> Names:
    """One index of several; of equal names the first one's."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for names_ in reversed(several):
        for first, rests in names_.items():
            for rest, key, form in rests:
                found[first, *rest] = (key, form)
    return index(found)


def find(tokens: Sequence[Token], known: Names) -> list[Entity]:
    """The entities of a sentence, the longest reading at each place."""
    found: list[Entity] = []
    end, last = 0, len(tokens) - 1
    for at, token in enumerate(tokens):
        if (token.lower not in known and "-" not in token.lower) or at < end:
            continue
        if token.text[0].isupper() or (token.lower == "the" and at < last and tokens[at + 1].text[0].isupper()):
            entity = _at(tokens, at, known)
            if entity:
                found.append(entity)
                end = entity.last
    return found


def _at(tokens: Sequence[Token], at: int, known: Names) -> Entity | None:
    first, following = tokens[at].lower, lower_at(tokens, at + 1)
    for rest, key, form in known.get(first, ()):
        if rest and rest[0] != following:  # "north" opens a dozen names
            continue
        last = at + 1 + len(rest)
        if rest and (last > len(tokens) or any(tokens[at + 1 + i].lower != w for i, w in enumerate(rest))):
            continue
        if first == "us" and tokens[at].text != "US":
            continue
        if last < len(tokens) and tokens[last].text in _OTHER_THINGS and (form == "capital" or key in gazetteer()):
            continue
        return Entity(key, form, at, last)
    return _joined(tokens[at], at, known) if "-" in first else None


def _joined(token: Token, at: int, known: Names) -> Entity | None:
    """ "Russia-launched", "Ukrainian-held": the name before the hyphen."""
    lead = token.lower.partition("-")[0]
    for rest, key, form in known.get(lead, ()):
        if not rest:
            return Entity(key, form, at, at + 1)
    return None
