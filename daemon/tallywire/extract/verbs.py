"""Verbs as they stand around a number: with a word after it, cut short by its bound, passive."""

from __future__ import annotations

from typing import Final

from tallywire.extract.found import Found
from tallywire.extract.line import ADVERB, BE, LEVEL, PREPOSITION, Hit, Line
from tallywire.extract.quantities import Mention

_BOUND_WORDS: Final = frozenset({"over", "up", "under", "around", "about"})
_SAID_TO: Final = ADVERB | {"to", "believed", "reported", "thought"}


def opens_bound(line: Line, at: int) -> bool:
    return line.lower(at) in _BOUND_WORDS and any(first == at for first, _ in line.spans.values())


def cut_short(line: Line, hit: Hit) -> Hit:
    """ "burned over 900 acres", "handed over 40": the bound's word may or may not be the verb's."""
    alone = first_word(line, hit.first)
    return Hit(hit.first, hit.first + 1, hit.senses + (alone.senses if alone else ()))


def first_word(line: Line, at: int) -> Hit | None:
    """What a verb means without the words that can follow it."""
    senses = tuple(sense for rest, meant in line.phrases(at) if not rest for sense in meant)
    return Hit(at, at + 1, senses) if senses else None


def split_verb(line: Line, mention: Mention, at: int) -> Found | None:
    """ "forced 20,000 from their homes", "brought 197 soldiers home", "lost 3,000 jobs": a verb with its other word
    after the number or as its noun."""
    last = line.span(mention)[1]
    for rest, senses in line.phrases(at):
        families = frozenset(s.family for s in senses if s.form)
        is_noun = rest == _words(line, last - len(rest), last)
        if rest and families and (is_noun or rest == _words(line, last, last + len(rest))):
            if is_noun and (plain := first_word(line, at)):  # "cast 4,100 ballots"
                families |= plain.families("object", "both")
            owns = any(s.role == "own" for s in senses)
            hit = Hit(at, at + 1, senses)
            return Found("before", families, hit, is_active=True, loser=owns, split=True)
    return None


def _words(line: Line, first: int, last: int) -> tuple[str, ...]:
    return tuple(line.lower(i) for i in range(first, last))


def is_nominal(line: Line, hit: Hit) -> bool:
    """ "puts the displaced in Orne at 4,000", "the missing number 40"."""
    after = line.lower(hit.last)
    return line.lower(hit.first - 1) == "the" and (after in PREPOSITION or after in LEVEL - BE)


def is_passive(line: Line, hit: Hit) -> bool:
    """A participle with a form of "be"; "is to cut" holds an infinitive."""
    if not any(s.form == "participle" for s in hit.senses) or line.lower(hit.first - 1) == "to":
        return False
    at = hit.first - 1
    while at >= 0 and line.lower(at) in _SAID_TO:
        at -= 1
    return line.lower(at) in BE or line.lower(at) in {"remain", "remains", "remained", "stay"}
