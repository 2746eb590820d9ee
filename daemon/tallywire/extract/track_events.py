"""The family word of a `track:` sentence: which events it may mean, and the forms of a verb that no family holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import Index, Sense, groups, indexed, irregular, load, triggers, verb_forms
from tallywire.extract.tokens import Token
from tallywire.extract.tracked import base_of, nominal_forms

_FINISHED: Final = frozenset({"participle", "ing", "past"})
_COMPOSE: Final = {frozenset({"killed", "wounded"}): "casualties"}


def family_at(tokens: Sequence[Token]) -> tuple[int, int, frozenset[str]] | None:
    """Where the family word stands: its first token, the token after it, and the families that it may mean."""
    spelled = tokens[0].text.islower()  # "N people killed", unlike a headline's "N People Killed"
    for at in range(1, len(tokens)):
        found = _verb_at(tokens, at)
        if not found or (spelled and tokens[at].capital):  # "the Ever Given missing"
            continue
        last, meant = found
        if last + 1 < len(tokens) and tokens[last].lower in {"or", "and"} and (more := _verb_at(tokens, last + 1)):
            last, meant = more[0], _composed(meant | more[1])
        return at, last, meant
    return None


def verbs(family: str, role: str, said: Sequence[str]) -> Index:
    """The forms of verbs as they stand, for a family."""
    bases = [irregular().get(v.lower()) or base_of(v.lower()) for v in said]
    found = {words: [Sense(family, role, form)] for base in bases for words, form in verb_forms(base)}
    for base in bases:
        for noun in nominal_forms(base):  # "the recruitment of 300 guards", "a recall of 9,000 cars"
            found.setdefault((noun,), []).append(Sense(family, "act", ""))
    return indexed(found)


def _composed(meant: frozenset[str]) -> frozenset[str]:
    return frozenset({name for both, name in _COMPOSE.items() if both <= meant}) or meant


def _verb_at(tokens: Sequence[Token], at: int) -> tuple[int, frozenset[str]] | None:
    for rest, senses in triggers().get(tokens[at].lower, ()):
        last = at + 1 + len(rest)
        if tuple(t.lower for t in tokens[at + 1 : last]) != rest:
            continue
        said = [s for s in senses if s.role != "means" and (s.form in _FINISHED or s.role == "state")]
        if last < len(tokens) and tokens[last].lower == "by":  # "firms hit by a virus": they did not hit
            said = [s for s in said if s.role != "subject"]
        if said:
            return last, frozenset(s.family for s in said)
    return None


def is_of_persons(head_words: Sequence[str], family: str | None) -> bool:
    """Whether a bare noun for an event counts those whom it befalls: arrests do, cases are what they say."""
    things = any(singular(head_words[-1]) in nouns for nouns in groups("things").values()) if head_words else True
    return len(head_words) == 1 and not things and load("families")[family or ""].get("counts") == "persons"
