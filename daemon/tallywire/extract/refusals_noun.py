"""Which numbers are no plain counts by what they count: measures, multipliers, differences, rates, names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tallywire.extract.datelike import counts
from tallywire.extract.figure import Number
from tallywire.extract.inflect import looks_plural
from tallywire.extract.measures import Unit
from tallywire.extract.nouns import Noun
from tallywire.extract.tokens import Token, lower_at
from tallywire.extract.wordlists import words

_PRONOUN_OPENERS: Final = words("refusals", "pronoun openers")
_PRONOUN_FOLLOWERS: Final = words("refusals", "pronoun followers")
_FURNITURE: Final = words("refusals", "furniture")
_DIFFERENCES: Final = words("refusals", "differences")


def after_noun(tokens: Sequence[Token], n: Number, unit: Unit | None, noun: Noun | None, heading: bool) -> str | None:
    """The reason why a number that is left is no plain count, judged by its unit and noun."""
    if _times(tokens, n):
        return "multiplier"
    if unit is not None:
        return _unit_reason(tokens, n, unit)
    if n.ordered in {"exchange", "score"}:
        return n.ordered
    if lower_at(tokens, n.first - 1) == "per":
        return "ratio"
    if not heading and noun is not None and noun.head and _all_capital(tokens, n, noun):
        return "name"
    if n.low == 1 and n.surface == "words" and _pronoun(tokens, n, noun):
        return "pronoun"
    if noun is not None and noun.elided and _difference(noun):
        return "difference"
    if heading and noun is not None and noun.head in _FURNITURE and not noun.modifiers:
        return "furniture"
    if lower_at(tokens, n.first - 1) == "but" and lower_at(tokens, n.first - 2) == "all":
        return "difference"  # "all but 40 of its 190 doctors"
    if lower_at(tokens, n.last) in {"fewer", "less"} and lower_at(tokens, n.last + 1) != "than":
        return "difference"  # "four fewer missing"
    if per(tokens, noun.last if noun is not None and noun.head and not noun.elided else n.last):
        return "rate"
    return None


def _all_capital(tokens: Sequence[Token], n: Number, noun: Noun) -> bool:
    """ "the 787 Dreamliner", "11 Pro Max": a bare figure and a singular name make a name."""
    if n.surface != "digits" or n.low == 1 or n.last - n.first > 1 or "," in tokens[n.first].text or noun.before:
        return False
    phrase = tokens[noun.first : noun.last]
    plain = all(token.kind == "word" and token.capital for token in phrase)
    return plain and noun.first == n.last and not any(looks_plural(token.lower) for token in phrase)


def _times(tokens: Sequence[Token], n: Number) -> bool:
    at = n.last + 1 if lower_at(tokens, n.last) == "-" else n.last
    if lower_at(tokens, at) == "x":
        return tokens[at].start == n.end
    return lower_at(tokens, at) in {"times", "fold"}


def _unit_reason(tokens: Sequence[Token], n: Number, unit: Unit) -> str:
    if unit.kind == "duration" and _old(tokens, unit):
        return "age"
    if unit.kind == "length" and unit.name in {"millimetre", "centimetre", "inch"} and counts(tokens, unit.last):
        return "calibre"
    return unit.kind


def _old(tokens: Sequence[Token], unit: Unit) -> bool:
    return (
        tokens[unit.last - 1].lower.endswith("old")
        or (lower_at(tokens, unit.last) == "-" and lower_at(tokens, unit.last + 1) == "old")
        or lower_at(tokens, unit.last) == "old"
    )


def _pronoun(tokens: Sequence[Token], n: Number, noun: Noun | None) -> bool:
    following = lower_at(tokens, n.last)
    before = lower_at(tokens, n.first - 1)
    if before in {"no", "every", "any", "each"}:
        return True
    if following == "-":
        return (
            noun is None
            or noun.head in {None, "one", "off", "time", "way", "side"}
            or tokens[n.last + 1].lower in {"on", "off"}
        )
    if following in _PRONOUN_FOLLOWERS:
        return True
    return before in _PRONOUN_OPENERS and (noun is None or noun.head is None)


def _difference(noun: Noun) -> bool:
    first, second = (*noun.predicate, "", "")[:2]
    return first in _DIFFERENCES or (first in {"more", "fewer", "less", "higher", "lower"} and second == "than")


_TIMES_A: Final = frozenset(
    {"day", "week", "month", "year", "hour", "minute", "second", "night", "season", "head", "person", "soldier"}
)


def per(tokens: Sequence[Token], at: int) -> str | None:
    """The word after "per", or "day" for "a day" and "daily", that makes a rate of what ends before tokens[at]."""
    lower, following = lower_at(tokens, at), lower_at(tokens, at + 1)
    if lower == "per" or (lower == "/" and following in _TIMES_A):
        return following or None
    if lower in {"a", "an", "each", "every"} and following in _TIMES_A:
        return None if lower_at(tokens, at + 2) in {"earlier", "ago", "later", "before", "after"} else following
    return {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year"}.get(lower)
