"""The counted noun left of its figure: "casualties at 4,700", "the death toll stood at 24", "a force of 12,000"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tallywire.extract.inflect import singular
from tallywire.extract.nouns import CLOSED, STOPS, VERBS, Noun, complement, participle
from tallywire.extract.tokens import Token
from tallywire.extract.wordlists import words

_TALLIES: Final = words("nouns", "tallies")
_NO_PREDICATES: Final = words("nouns", "no predicates")
# How far left a tally may stand from its figure.
_REACH: Final = 12


def leans_left(noun: Noun | None) -> bool:
    """Whether what follows a figure says so little that its noun is better looked for before it."""
    return noun is None or (noun.elided and not noun.partitive and (noun.predicate or ("by",))[0] in _NO_PREDICATES)


def noun_before(tokens: Sequence[Token], at: int) -> Noun | None:
    """The counted noun left of a figure that has none after it: "casualties at 4,700", "the death toll stood at 24"."""
    if at >= 2 and tokens[at - 1].lower == "of" and tokens[at - 2].kind == "word":
        return None if tokens[at - 2].lower in CLOSED or tokens[at - 2].lower == "out" else _noun_left(tokens, at - 2)
    for i in range(at - 1, max(-1, at - 1 - _REACH), -1):
        token = tokens[i]
        if token.text in ".;!?" or token.kind == "number":
            return None
        if token.kind == "word" and token.lower in _TALLIES:
            return _noun_left(tokens, i)
    return None


def _noun_left(tokens: Sequence[Token], head: int) -> Noun:
    first = head
    while first > 0 and head - first < 3 and tokens[first - 1].kind == "word" and tokens[first - 1].lower not in STOPS:
        if tokens[first - 1].lower in VERBS or participle(tokens[first - 1]):
            break
        first -= 1
    of_head, of_words, last = complement(tokens, head + 1)
    modifiers: tuple[str, ...] = ()
    if not participle(tokens[head]):  # before "killed" stands who did it, not what is counted
        modifiers = tuple(t.lower for t in tokens[first:head] if t.kind == "word")
    lemma = singular(tokens[head].lower)
    return Noun(
        lemma,
        first,
        last,
        tokens[first].start,
        tokens[last - 1].end,
        (lemma,),
        modifiers,
        of_head,
        of_words,
        before=True,
    )
