"""Text -> mentions: each number with its bound, what it counts, and the reason where it is no plain count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from tallywire.core.quantity import Bound
from tallywire.core.quantity import Number as Value
from tallywire.extract.nouns import Noun, noun_after, noun_before
from tallywire.extract.numbers import WORDS, numbers
from tallywire.extract.sentences import Sentence, sentences

# "count", "money", "percent", "ratio", or the class of a unit of measure: "length", "area", "duration", ...
UnitClass = str


@dataclass(frozen=True, slots=True)
class Mention:
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
    if any(map(surface.__contains__, "0123456789½⅓⅔¼¾")):
        return True
    return not WORDS.isdisjoint(surface.lower().replace("-", " ").translate(_PUNCTUATION).split())


_PUNCTUATION = {ord(sign): " " for sign in ".,;:!?()[]\"'“”‘’–—/…"}


def mentions_in(sentence: Sentence) -> list[Mention]:
    """The mentions of one sentence."""
    if not may_hold_number(sentence.surface):
        return []
    tokens = sentence.tokens
    found = []
    for n in numbers(tokens):
        noun = noun_after(tokens, n.last, n.low == 1) or noun_before(tokens, n.first)
        end = max(n.end, noun.end) if noun and not noun.before else n.end
        found.append(
            Mention(sentence, n.first, n.last, n.start, n.end, n.start, end, n.low, n.high, "exact", noun, size=n.size)
        )
    return found


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text: counts, money, percentages and measures; dates, times and names are none."""
    return [
        Quantity(low=m.low, high=m.high, bound=m.bound, noun=m.noun.head if m.noun else None, start=m.start, end=m.end)
        for m in mentions(text)
    ]
