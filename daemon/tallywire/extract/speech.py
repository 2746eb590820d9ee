"""Who says a figure: the subject of a verb of saying, before it or after it, and words that only look like saying."""

from __future__ import annotations

from typing import Final

from tallywire.extract.asides import apposed, went_on
from tallywire.extract.citation import Citation, citation, closing, opening_subject
from tallywire.extract.lexicon import closed
from tallywire.extract.line import ADVERB, BE, HAVE, Line
from tallywire.extract.plain_names import ARTICLES, SETS_OFF, is_proper
from tallywire.extract.sayers import AGENCY, MIND, STRONG, Name, left, right
from tallywire.extract.subjects import of_relative, phrase_after, phrase_before

REPORT: Final = closed("report") | MIND
CITE: Final = closed("cite")
FIGURES: Final = closed("figure noun")
_SETS: Final = closed("sets level")
_NO_ACTIVE: Final = frozenset({"to", "by", "is", "are", "was", "were"})
_GIVING: Final = frozenset("giving putting reporting counting listing estimating saying recording".split()) - REPORT
_CLAIMS: Final = frozenset({"claim", "claims", "report", "reports", "estimate"})
_FROM: Final = frozenset({"by", "from", "of"})
_LIVES: Final = frozenset({"lives", "life", "victims"})
_GAVE: Final = frozenset({"give", "gave"})  # a country that gave 1,027 for one
_NOUNS: Final = frozenset("reports report estimates claims counts records lists forecasts posts notes projects".split())
_SHOWS: Final = frozenset("suggest suggested suggests show showed shows indicate indicated put puts".split())
_PUTS: Final = frozenset({"put", "puts"})
_AT: Final = frozenset({"at", "between", "above", "below", "near", "closer"})
_PUT_REACH: Final = 24
_TALKS: Final = closed("figure verb of") - REPORT
_RECKONS: Final = frozenset({"counted", "reckons", "reckoned"})
_TELLS: Final = frozenset({"told", "tells", "tell"})  # after it stands who was told
VERBS: Final = REPORT | _TALKS | _GIVING | _SETS | {"had", "given"}


def told(line: Line, at: int, found: list[Citation]) -> Citation | None:
    """The citation that a verb of saying opens, if it does."""
    lower, following = line.lower(at), line.lower(at + 1)
    if lower in _SETS and following in ARTICLES and line.lower(at + 2) in FIGURES:
        return spoken(line, at, found)  # "the ministry has lowered its figure"
    if lower in _GIVING:
        name = _with(line, at)
        return citation(line, at, name, cited=False) if name else None
    if lower in _TALKS and following == "of":
        return spoken(line, at, found)
    if lower in _CLAIMS and following in _FROM and (claim := _claimed(line, at)):
        return claim
    if _says_nothing(line, at):
        return None
    if lower == "given":  # "had given a figure of 25"
        return spoken(line, at, found) if line.lower(at - 1) in HAVE else None
    if lower in REPORT or (lower == "had" and following == "it" and line.lower(at + 2) == "that"):
        return spoken(line, at, found)
    return None


def _claimed(line: Line, at: int) -> Citation | None:
    """ "denied a claim by the union that"."""
    name = right(line, at + 2)
    return closing(line, at, name, cited=True) if name and line.lower(name.last) == "that" else None


def _says_nothing(line: Line, at: int) -> bool:
    """Words that look like saying: "put 300 out of work", "claimed 40 lives", "said to be 40", "reports suggest"."""
    lower, following = line.lower(at), line.lower(at + 1)
    if line.lower(at - 1) in ARTICLES:
        return True  # "an estimated 300", "the report"
    if lower in _PUTS:
        return not _puts_at(line, at)
    if lower in _NOUNS and (following in STRONG or following in _SHOWS or following in HAVE):
        return True  # "initial reports suggested": a noun
    if lower.startswith("claim"):
        return at + 1 in line.at_number and any(line.lower(i) in _LIVES for i in range(at + 2, at + 6))
    return lower in STRONG and line.lower(at + 1) == "to" and line.lower(at + 2) in BE | HAVE | {"number", "total"}


def _puts_at(line: Line, verb: int) -> bool:
    """ "put the number at 30"; what puts 300 people out of work says nothing."""
    for at in range(verb + 1, min(verb + _PUT_REACH, len(line.tokens))):
        if line.lower(at) in _AT and (at + 1 in line.at_number or line.lower(at + 1) not in ARTICLES):
            return True
    return False


def _with(line: Line, verb: int) -> Name | None:
    """ "with state television giving 2,012 dead": who stands between "with" and the verb."""
    first = next((i + 1 for i in range(verb - 2, max(-1, verb - 8), -1) if line.lower(i) == "with"), None)
    while first is not None and first < verb and line.lower(first) in ARTICLES:
        first += 1
    counts = any(i in line.at_number for i in range(verb + 1, verb + 5))
    if first is None or first >= verb or not (counts and _is_plain(line, first, verb)):
        return None
    return Name(first, verb, weak=False)


def _is_plain(line: Line, first: int, last: int) -> bool:
    """Whether no figure, event or pause stands in tokens[first:last]."""
    return not any(i in line.at_number or i in line.hits or line.lower(i) == "," for i in range(first, last))


def spoken(line: Line, verb: int, found: list[Citation]) -> Citation | None:
    """ "X said", "said X", "reported by X"."""
    name = None
    before = line.lower(verb - 1)
    if line.lower(verb + 1) == "by" and line.lower(verb) not in CITE and before in BE | ADVERB | {",", "as"}:
        name = right(line, verb + 2)
    elif before == "all" and line.lower(verb) == "told":
        return None
    elif before not in _NO_ACTIVE or went_on(line, verb - 1) or line.lower(verb) in CITE:
        name = left(line, verb)
    inverted = line.lower(verb) in STRONG | _RECKONS and _is_inverted(line, verb)
    if inverted and (name is None or not _is_named(line, name)):
        name = _right_of(line, verb) or name
    if name is None and (shared := _shared(line, verb, found)):
        return shared
    if name is None and before not in _NO_ACTIVE:
        name = _by_place(line, verb, inverted=inverted)
    if name is None:
        return None
    mind = line.lower(verb) in MIND or (line.lower(verb) in _GAVE and verb + 1 in line.at_number)
    if mind and not _has_mind(line, verb, name):
        return None
    return citation(line, verb, name, cited=False)


def _is_named(line: Line, name: Name) -> bool:
    """Whether it is a name or an office: "the toll of the fires, said the mayor, is 24" has none on the left."""
    return name.weak or any(is_proper(line, i) or line.lower(i) in AGENCY for i in range(name.first, name.last))


def _right_of(line: Line, verb: int) -> Name | None:
    """Who stands after "..., said"; of "the mayor, Ana Ruiz" the name; "..., reported drowned, ..." cites nobody."""
    name = right(line, verb + 1)
    unnamed = name is None or not any(is_proper(line, i) for i in range(name.first, name.last))
    if unnamed and (span := apposed(line, verb + 1)):
        return Name(*span, weak=False)
    return None if name and name.first in line.hits else name


def _by_place(line: Line, verb: int, *, inverted: bool) -> Name | None:
    """A subject that no list of offices knows, by where it stands."""
    phrase = phrase_before(line, verb) or of_relative(line, verb)
    phrase = phrase or (phrase_after(line, verb + 1) if inverted else None)
    return Name(phrase.first, phrase.last, weak=phrase.weak) if phrase else None


def _has_mind(line: Line, verb: int, name: Name) -> bool:
    """A country that plans something is no source; "has plans" and "the plan" hold no verb."""
    place = all(i in line.entity_at and line.entity_at[i].form == "name" for i in range(name.first, name.last))
    noun = line.lower(verb - 1) in HAVE and not line.lower(verb).endswith(("ed", "en"))  # "has plans"
    return not place and not noun


def _is_inverted(line: Line, verb: int) -> bool:
    """ "..., said the mayor"; after "told" stands who was told."""
    if line.lower(verb) in _TELLS:
        return False
    return verb == 0 or line.lower(verb - 1) in SETS_OFF


def _shared(line: Line, verb: int, found: list[Citation]) -> Citation | None:
    """ "The mayor thanked them and said that 30 ...": the subject of the verb before "and"."""
    if line.lower(verb) not in STRONG or line.lower(verb - 1) not in {"and", "but"}:
        return None
    if found:
        return found[-1]._replace(first=verb, verb=verb, is_left=False)
    name = opening_subject(line, verb)
    return citation(line, verb, name, cited=False)._replace(first=verb, is_left=False) if name else None
