"""Who is cited for a figure: the nearest attribution in the sentence, or one carried on from the sentence before."""

from __future__ import annotations

from typing import Final, NamedTuple

from tallywire.extract.lexicon import closed
from tallywire.extract.line import ADVERB, HAVE, Line

REPORT: Final = closed("report")
CITE: Final = closed("cite")
AGENCY: Final = closed("persons agency")
_STOP_CAPITALS: Final = closed("stop capital")
_INNER: Final = frozenset("of the for 's ’s and & on in".split())
_PRONOUNS: Final = frozenset("he she it they who".split())
_REACH: Final = 9


class Source(NamedTuple):
    """A name as worded; tokens[first:last]. `weak` ones stand only for another that was named before."""

    name: str
    first: int
    last: int
    weak: bool = False


def attributions(line: Line) -> list[Source]:
    """Everybody cited in a sentence, in order."""
    found: list[Source] = []
    for at, token in enumerate(line.tokens):
        source = None
        lower = token.lower
        if lower == "according" and line.lower(at + 1) == "to":
            source = name_right(line, at + 2)
        elif lower in CITE:
            source = name_right(line, at + 1) or (name_left(line, at) if lower == "attributed" else None)
        elif lower in REPORT:
            source = _speaker(line, at)
        elif lower in {"reference", "account"} and line.lower(at + 1) == "to":
            source = name_right(line, at + 2)
        if source and (not found or source.first != found[-1].first):
            found.append(source)
    return found


def _speaker(line: Line, verb: int) -> Source | None:
    """ "X said", "said X", "reported by X"."""
    if line.lower(verb + 1) == "by":
        return name_right(line, verb + 2)
    left = name_left(line, verb)
    if left:
        return left
    if line.lower(verb) in {"said", "says", "wrote", "told", "announced", "reports", "reported"}:
        return name_right(line, verb + 1)
    return None


def name_left(line: Line, verb: int) -> Source | None:
    """The subject of a verb of saying: the noun phrase that ends right before it."""
    at = verb - 1
    while at >= 0 and (line.lower(at) in ADVERB or line.lower(at) in HAVE or line.lower(at) in {"who", "which", ","}):
        at -= 1
    if at < 0:
        return None
    if line.lower(at) in _PRONOUNS:
        return Source(line.lower(at), at, at + 1, weak=True)
    return _phrase_left(line, at)


def _phrase_left(line: Line, at: int) -> Source | None:
    last = at + 1
    first = last
    named = False
    for i in range(at, max(-1, at - _REACH), -1):
        token = line.tokens[i]
        proper = token.text[0].isupper() and (token.lower not in _STOP_CAPITALS or i in line.entity_at)
        if proper or token.lower in AGENCY:
            first, named = i, True
        elif token.lower in _INNER or token.kind == "possessive" or (token.kind == "word" and i > 0 and named):
            if token.kind == "word" and token.lower not in _INNER and not _modifier(line, i):
                break
        else:
            break
    return _source(line, first, last) if named else None


def _modifier(line: Line, at: int) -> bool:
    lower = line.lower(at)
    return lower in {"military", "defence", "defense", "intelligence", "foreign", "spy", "senior", "national", "health"}


def name_right(line: Line, at: int) -> Source | None:
    """The noun phrase that starts at tokens[at]."""
    while line.lower(at) in {"the", "a", "an", "unnamed", "by"}:
        at += 1
    first, last = at, at
    for i in range(at, min(at + _REACH, len(line.tokens))):
        token = line.tokens[i]
        proper = token.text[0].isupper() and (token.lower not in _STOP_CAPITALS or i in line.entity_at)
        if proper or token.lower in AGENCY:
            last = i + 1
        elif token.lower in _INNER or token.kind == "possessive" or _modifier(line, i):
            continue
        else:
            break
    return _source(line, first, last) if last > first else None


def _source(line: Line, first: int, last: int) -> Source | None:
    while first < last and (line.lower(first) in _INNER or line.tokens[first].kind in {"possessive", "punct"}):
        first += 1
    if first >= last:
        return None
    name = line.text(first, last)
    weak = not any(line.tokens[i].text[0].isupper() for i in range(first, last))
    return Source(name, first, last, weak)


def source_of(line: Line, at: int, found: list[Source]) -> Source | None:
    """The attribution nearest to a number in its sentence: cited ones go before those that pass them on."""
    if not found:
        return None
    return min(found, key=lambda s: abs(s.first - at) if s.first < at else abs(s.first - at) - 2)
