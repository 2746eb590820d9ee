"""Text -> mentions: each number with its bound, what it counts, and the reason where it is no plain count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, TypedDict

from tallywire.core.quantity import Bound
from tallywire.core.quantity import Number as Value
from tallywire.extract.bounds import Found, bound_after, bound_before
from tallywire.extract.figure import VAGUE, Number
from tallywire.extract.measures import Unit, money_before, unit_after
from tallywire.extract.noun_left import leans_left, noun_before
from tallywire.extract.nouns import Noun, complement, noun_after
from tallywire.extract.numbers import WORDS, numbers
from tallywire.extract.ranges import join
from tallywire.extract.refusals import before_ranges
from tallywire.extract.refusals_noun import after_noun, per
from tallywire.extract.sentences import Sentence, sentences
from tallywire.extract.tokens import Token, lower_at

# "count", "money", "percent", "ratio", or the class of a unit of measure: "length", "area", "duration", ...
UnitClass = str


class Mention(NamedTuple):
    """One number of a text; text[start:end] is the number alone, text[phrase_start:phrase_end] bound and noun included.

    tokens[first:last] of `sentence` are the number. `low` and `high` are both None for a vague one, whose interval is
    then in `size`, and for dates, times and model names. `refusal` is a code of refusals.REASONS where the number is no
    plain count; measures have one too (a tracked noun may be a measure: then `noun.head` says so). `per` is the word
    after "per" in a rate. `change` tells the two ends of "from 24 to 48" apart.
    """

    sentence: Sentence
    first: int
    last: int
    start: int
    end: int
    phrase_start: int
    phrase_end: int
    low: Value | None
    high: Value | None
    bound: Bound
    noun: Noun | None
    unit: UnitClass = "count"
    refusal: str | None = None
    size: tuple[Value, Value] | None = None
    per: str | None = None
    change: Literal["", "from", "to"] = ""


class Quantity(TypedDict):
    """One object of `extract --quantities`."""

    low: Value | None
    high: Value | None
    bound: Bound
    noun: str | None
    start: int
    end: int


def mentions(text: str) -> list[Mention]:
    """All mentions of a text, in order."""
    return [mention for sentence in sentences(text) for mention in mentions_in(sentence)]


def may_hold_number(surface: str) -> bool:
    """A cheap look, so that sentences without a number are not even tokenized."""
    return _DIGIT.search(surface) is not None or not WORDS.isdisjoint(_WORD.findall(surface.lower()))


_DIGIT: Final = re.compile("[0-9½⅓⅔¼¾]")
_WORD: Final = re.compile("[a-z]+")


def mentions_in(sentence: Sentence) -> list[Mention]:
    """The mentions of one sentence."""
    if not may_hold_number(sentence.surface):
        return []
    tokens = sentence.tokens
    found = numbers(tokens)
    judged = join(tokens, found, before_ranges(tokens, found, sentence.is_row))
    mentions: list[Mention] = []
    floor = 0
    for number, reason in judged:
        mention = _named(sentence, number, reason) if reason else _counted(sentence, number, floor, mentions)
        mentions.append(mention)
        if reason != "ordinal":  # "about the first 40 people": a bound reaches over it
            floor = number.last
    return mentions


def _named(sentence: Sentence, n: Number, reason: str) -> Mention:
    """A date, a name or the like: no bound, no noun."""
    unit = "ratio" if n.surface == "fraction" else "none"
    noun = noun_after(sentence.tokens, n.last, loose=True) if unit == "ratio" else None
    bound = bound_before(sentence.tokens, n.first) if unit == "ratio" else None
    name: Bound = bound.bound if bound else "exact"
    return Mention(sentence, n.first, n.last, n.start, n.end, n.start, n.end, n.low, n.high, name, noun, unit, reason)


def _counted(sentence: Sentence, n: Number, floor: int, earlier: list[Mention]) -> Mention:
    tokens = sentence.tokens
    unit = money_before(tokens, n.first) or unit_after(tokens, n.last) or _shared_unit(tokens, n)
    first = min(n.first, unit.first) if unit else n.first
    bound = bound_before(tokens, first, floor) or _carried(tokens, n, first, unit, earlier)
    start = min(first, bound.first) if bound else first
    after = bound_after(tokens, n.last)
    noun = _unit_noun(tokens, unit, n) if unit else _noun(tokens, n, start, after.last if after else n.last, earlier)
    last = max(n.last, unit.last if unit and unit.first <= n.last else 0, noun.last if noun and not noun.before else 0)
    after = after or (bound_after(tokens, last) if last > n.last else None)
    if after and (bound is None or bound.bound == "about"):
        bound, last = after, max(last, after.last)
    reason = after_noun(tokens, n, unit, noun, sentence.is_heading)
    return Mention(
        sentence=sentence,
        first=n.first,
        last=n.last,
        start=n.start,
        end=n.end,
        phrase_start=tokens[start].start,
        phrase_end=tokens[last - 1].end,
        low=n.low,
        high=n.high,
        bound=_sharpest(n, bound),
        noun=noun,
        unit=unit.kind if unit else "count",
        refusal=reason,
        size=n.size,
        per=per(tokens, last),
        change=_change(n),
    )


def _change(n: Number) -> Literal["", "from", "to"]:
    if n.partner is None:
        return "from" if n.ordered == "rise" else ""
    return "from" if n.partner.first > n.first else "to"


def _shared_unit(tokens: Sequence[Token], n: Number) -> Unit | None:
    """ "dropped from 208 pounds to 193", "from 4.8 to 4.7 percent": one unit for both ends."""
    if n.partner is None:
        return None
    other = money_before(tokens, n.partner.first) or unit_after(tokens, n.partner.last)
    return Unit(other.kind, other.name, n.first, n.last) if other else None


def _carried(tokens: Sequence[Token], n: Number, first: int, unit: Unit | None, earlier: list[Mention]) -> Found | None:
    """ "over 16,000 hectares (40,000 acres)": one measure in two units has one bound."""
    if unit is None or not earlier or not first or tokens[first - 1].text not in {"(", "/"}:
        return None
    previous = earlier[-1]
    if previous.unit == "count" or previous.bound in {"exact", "range"} or first - previous.last > 5:
        return None
    return Found(previous.bound, first, n.last)


def _noun(tokens: Sequence[Token], n: Number, start: int, last: int, earlier: list[Mention]) -> Noun | None:
    if lower_at(tokens, last) == "(":
        last = _past_brackets(tokens, last)
    found = noun_after(tokens, last, n.low == 1, n.surface in {"vague", "few"})
    if not leans_left(found) and not (found and found.elided and lower_at(tokens, start - 1) == "of"):
        return found
    before = noun_before(tokens, start) or _other_end(tokens, n, earlier)
    return before._replace(predicate=found.predicate) if before and found else before or found


def _past_brackets(tokens: Sequence[Token], at: int) -> int:
    """ "100 (one hundred) men": an aside between a figure and its noun, unless the noun is not there either."""
    for i in range(at + 1, min(at + 6, len(tokens))):
        if tokens[i].text == ")":
            found = noun_after(tokens, i + 1)
            return i + 1 if found and found.head else at
    return at


def _other_end(tokens: Sequence[Token], n: Number, earlier: list[Mention]) -> Noun | None:
    """The ends of "from 24 to 48 deaths" share their noun, wherever it stands."""
    if n.partner is None:
        return None
    if n.partner.first > n.first:
        found = noun_after(tokens, n.partner.last)
        return found if found and not found.elided else None
    return next((m.noun for m in earlier if m.first == n.partner.first), None)


def _unit_noun(tokens: Sequence[Token], unit: Unit, n: Number) -> Noun:
    """A unit as the noun, with what it is made of: "37,800 acres of land"."""
    last = max(unit.last, n.last)
    at = unit.first if unit.last > n.last else n.first
    of = complement(tokens, last)
    return Noun(unit.name, at, of.last, tokens[at].start, tokens[of.last - 1].end, (unit.name,), (), of.head, of.words)


def _sharpest(n: Number, bound: Found | None) -> Bound:
    if n.size is not None:
        return "vague"
    if n.ordered == "range":
        return "range"
    return bound.bound if bound else "exact"


_POWERS: Final = frozenset(low for low, _ in VAGUE.values()) | {10**k for k in range(2, 13)}
_NO_QUANTITY: Final = frozenset(
    {
        "date",
        "year",
        "clock time",
        "model name",
        "name",
        "label",
        "address",
        "score",
        "phone number",
        "ordinal",
        "pronoun",
        "furniture",
    }
)


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text: counts, money, percentages and measures; dates, times and names are none.

    Vague plurals come as the interval they stand for; the ends of "from 24 to 48" as one interval.
    """
    found: list[Quantity] = []
    for m in mentions(text):
        if _is_quantity(m):
            found.append(_quantity(m, found.pop() if m.change == "to" and found else None))
    return found


def _is_quantity(m: Mention) -> bool:
    if m.refusal in _NO_QUANTITY or (m.low is None and m.size is None):
        return False
    tokens = m.sentence.tokens
    if m.refusal == "age" and m.noun is None:
        return tokens[m.first - 1].text != ","  # "Smith, 66, said" only describes him
    if m.unit == "duration" and m.last < len(tokens) and tokens[m.last].text == "-":
        return tokens[m.first].kind == "number" or m.refusal == "age"  # "a five-year plan" is a kind of plan
    return m.size is None or m.size[0] in _POWERS  # "thousands" names a size, "a few" and "several hundred" none


def _quantity(m: Mention, old: Quantity | None) -> Quantity:
    low, high = m.size or (m.low, m.high)
    bound: Bound = "range" if m.size else m.bound
    noun = m.noun.head if m.noun and not m.noun.before else None
    if m.refusal == "multiplier":
        noun = "time"
    if old and old["low"] is not None and low is not None and high is not None:
        low, high = min(old["low"], low), max(old["low"], high)
        return Quantity(low=low, high=high, bound="range", noun=noun or old["noun"], start=old["start"], end=m.end)
    return Quantity(low=low, high=high, bound=bound, noun=noun, start=m.start, end=m.end)
