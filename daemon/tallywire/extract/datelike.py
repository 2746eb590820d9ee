"""Numbers that belong to dates: days beside a month, years, clock times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tallywire.extract.figure import Number
from tallywire.extract.inflect import looks_plural
from tallywire.extract.measures import unit_after
from tallywire.extract.tokens import Token, lower_at
from tallywire.extract.wordlists import values, words

MONTHS: Final = words("calendar", "months")
STOPS: Final = words("nouns", "stops")
BOUND_WORDS: Final = frozenset(phrase.split()[-1] for phrase in values("bounds", "before"))
JOINTS: Final = frozenset({"and", "to", "-", "–", "—", "or", "/", "through", "until"})
_DAY_HALVES: Final = words("refusals", "day halves")
_YEAR_OPENERS: Final = words("refusals", "year openers")
_TALLIES: Final = words("nouns", "tallies")
_LIMITS: Final = frozenset({"under", "over", "below", "above"})
_OLDEST: Final = 115
_PARTS: Final = frozenset("most many half majority all percent cent of third quarter some none".split())
_PERSONS: Final = frozenset("man woman boy girl nurse pupil student cook clerk guard".split())
_AGENTS: Final = ("man", "woman", "er", "ist", "ian")
_NO_AGENTS: Final = words("refusals", "no agents")
_AFTER_AGE: Final = frozenset(
    {"", ",", ".", ";", "who", "died", "said", "was", "from", "whose", "has", "had", "and", "this"}
)
_AGED: Final = frozenset("children child kids people those adults boys girls men women pupils".split())


def month(tokens: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and tokens[at].lower in MONTHS and tokens[at].capital


def dated(tokens: Sequence[Token], n: Number) -> bool:
    """A day beside its month: "May 16", "Sept. 2", "the 7th of February", "16 May"."""
    if n.surface not in {"digits", "ordinal"} or (n.low is not None and not 1 <= n.low <= 31) or n.last - n.first > 1:
        return False
    if not tokens[n.first].text[0].isdigit() or "." in tokens[n.first].text:
        return False
    before = n.first - 2 if lower_at(tokens, n.first - 1) == "." else n.first - 1
    if month(tokens, before):
        return n.surface == "ordinal" or not unit_after(tokens, n.last)
    after = n.last + 1 if lower_at(tokens, n.last) == "of" else n.last
    return month(tokens, after)


def follows_date(tokens: Sequence[Token], earlier: Number, n: Number) -> bool:
    """ "October 8 and 13": a day without its month, unless something is counted by it."""
    if n.surface != "digits" or n.first - earlier.last != 1 or not (n.low and 1 <= n.low <= 31 and n.scale == 1):
        return False
    joint = lower_at(tokens, earlier.last)
    following = tokens[n.last] if n.last < len(tokens) else None
    counts = following is not None and following.kind == "word" and following.lower not in STOPS
    return joint in JOINTS and not counts


def plain_four(tokens: Sequence[Token], n: Number) -> bool:
    return n.last - n.first == 1 and len(tokens[n.first].text) == 4 and n.scale == 1 and 1000 <= (n.low or 0) <= 2200


def is_year(tokens: Sequence[Token], n: Number) -> bool:
    """A bare four-digit figure, unless it measures or counts something."""
    if _decade(tokens, n):
        return True
    if not plain_four(tokens, n) or n.low is None or (unit_after(tokens, n.last) and tokens[n.last].text != "′"):
        return False
    before = lower_at(tokens, n.first - 1)
    if before == "of" and lower_at(tokens, n.first - 2) not in _TALLIES:
        return not counts(tokens, n.last)  # "the survey of 2017", not "a total of 2000"
    opened = before in _YEAR_OPENERS or before in {"-", "–", "/", "(", ","}
    if n.low < 1900:
        return (opened and before not in {"the", ",", "by"}) and not counts(tokens, n.last)
    if n.low > 2100:
        return before in {"in", "by", "until", "since"} and not counts(tokens, n.last)
    if opened:
        return not (before in {"the", "by", "-", ","} and counts(tokens, n.last))
    if n.first > 1 and tokens[n.first - 1].capital:
        return True
    return not counts(tokens, n.last) and before not in BOUND_WORDS


def _decade(tokens: Sequence[Token], n: Number) -> bool:
    """ "1990s", "the 90s"."""
    following = tokens[n.last] if n.last < len(tokens) else None
    if following is None or following.text not in {"s", "'s", "’s"} or following.start != tokens[n.last - 1].end:
        return False
    return plain_four(tokens, n) or (n.low is not None and len(tokens[n.first].text) == 2 and n.low % 10 == 0)


def counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a plural noun, with at most two words before it, stands here."""
    for i in range(at, min(at + 3, len(tokens))):
        if tokens[i].kind != "word" or tokens[i].lower in STOPS or tokens[i].lower in MONTHS:
            return False
        if looks_plural(tokens[i].lower):
            return True
    return False


def limits_age(tokens: Sequence[Token], n: Number) -> bool:
    """ "children under five", "people over 65", "most of them were over 75", "a man of 38": how old somebody is."""
    if n.low is None or n.low > _OLDEST or n.scale != 1 or counts(tokens, n.last):
        return False
    before = lower_at(tokens, n.first - 2)
    if lower_at(tokens, n.first - 1) == "of":
        return lower_at(tokens, n.last) in _AFTER_AGE and _is_person(tokens, n.first - 2)
    if lower_at(tokens, n.first - 1) not in _LIMITS:
        return False
    return before in _AGED or (before in {"were", "are", "was", "is"} and _shares(tokens, n.first - 2))


def _is_person(tokens: Sequence[Token], at: int) -> bool:
    """ "a street sweeper of", "a man of": one person, with an article."""
    noun = lower_at(tokens, at)
    if noun not in _PERSONS and not (noun.endswith(_AGENTS) and noun not in _NO_AGENTS):
        return False
    return any(lower_at(tokens, i) in {"a", "an"} for i in range(max(0, at - 3), at))


def _shares(tokens: Sequence[Token], at: int) -> bool:
    """ "Most of the dead were", "61 percent were": a part of some, of which no number is told then."""
    return any(lower_at(tokens, i) in _PARTS for i in range(max(0, at - 8), at))


def abbreviated_year(tokens: Sequence[Token], n: Number) -> bool:
    """The 53 of "1950-53" and the 24 of "2023/24"."""
    if n.last - n.first != 1 or len(tokens[n.first].text) != 2 or n.first < 2:
        return False
    year = tokens[n.first - 2]
    joint = tokens[n.first - 1]
    if joint.text not in {"-", "–", "/"} or year.end != joint.start or joint.end != n.start:
        return False
    return (
        year.kind == "number"
        and len(year.text) == 4
        and year.text[:2] in {"17", "18", "19", "20"}
        and year.text[2:] < tokens[n.first].text
    )


def is_clock(tokens: Sequence[Token], n: Number) -> bool:
    following = lower_at(tokens, n.last)
    if following in {"a", "p"} and lower_at(tokens, n.last + 1) == "m":
        return True
    return following in _DAY_HALVES and n.low is not None and (n.low <= 24 or following in {"hrs", "gmt", "utc"})
