"""An article made ready: its sentences as lines, who and where each of them is about, and its head."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from tallywire.core.article import Article
from tallywire.extract.frames import Frame, frames
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import Index, families, persons
from tallywire.extract.line import ADVERB, BE, HAVE, MAY, WILL, Line
from tallywire.extract.places import Entity, Names
from tallywire.extract.quantities import Mention, mentions_in
from tallywire.extract.sentences import sentences

_HEAD_LINES: Final = 4
_BACK: Final = 6  # sentences that a scene is carried on
_AUXILIARIES: Final = BE | HAVE | MAY | WILL | ADVERB | {"to"}


class Population(NamedTuple):
    """Somebody said to be, do or suffer something at a token: whom a later "4,000 were killed" is about."""

    at: int
    key: str


class Document:
    """The lines of one article with their frames."""

    def __init__(
        self, article: Article, triggers: Sequence[Index], known: list[Names], measured: frozenset[str] = frozenset()
    ) -> None:
        """`measured`: units of measure that are themselves counted ("acres burned")."""
        self.article = article
        self.text = article.text
        self.lines: list[Line] = []
        for index, sentence in enumerate(sentences(article.text)):
            self.lines.append(Line(sentence, index, _live(mentions_in(sentence), measured), triggers, known))
        self.frames: list[list[Frame]] = [frames(line) if line.mentions else [] for line in self.lines]
        self._populations: dict[int, list[Population]] = {}
        self.keys = {e.key for line in self.lines for e in line.entities}
        self.head_keys = {e.key for line in self.lines[:_HEAD_LINES] for e in line.entities}

    def populations(self, index: int) -> list[Population]:
        """Those established in one line, in order."""
        if index not in self._populations:
            self._populations[index] = _populations(self.lines[index], self.frames[index])
        return self._populations[index]

    def population_before(self, line: Line, at: int) -> str | None:
        """Whom a number at tokens[at] is about, by what was said before it: in its sentence, then in those before."""
        here = [p for p in self.populations(line.index) if p.at < at]
        if here:
            return here[-1].key
        for index in range(line.index - 1, max(-1, line.index - _BACK - 1), -1):
            found = self.populations(index)
            if found:
                return found[-1].key
        return None


def _live(found: list[Mention], measured: frozenset[str]) -> list[Mention]:
    """A measure is no count, unless its unit is what somebody tracks."""
    if not measured:
        return found
    return [
        dataclasses.replace(m, refusal=None) if m.refusal == m.unit and m.noun and m.noun.head in measured else m
        for m in found
    ]


def _populations(line: Line, found: Sequence[Frame]) -> list[Population]:
    result = [Population(e.first, e.key) for e in line.entities if _is_population(line, e)]
    for frame in found:
        if frame.found and frame.found.is_active and frame.found.hit and frame.families & _givers():
            subject = subject_of(line, frame.found.hit.first)
            if subject:
                result.append(Population(subject.first, subject.key))
    return sorted(result)


@cache
def _givers() -> frozenset[str]:
    return frozenset(name for name, family in families().items() if family.giver) | {"casualties"}


def _is_population(line: Line, entity: Entity) -> bool:
    """ "Russians", "North Korean soldiers", "Moscow's troops": an entity with persons or things of its own."""
    if entity.form == "people":
        return not line.lower(entity.last).endswith(("language", "officials"))
    for at in range(entity.last, min(entity.last + 4, len(line.tokens))):
        token = line.tokens[at]
        if token.kind == "possessive":
            continue
        if token.kind not in {"word", "model", "number"} or token.lower in _AUXILIARIES:
            return False
        noun = singular(token.lower)
        if noun in _FIGHTERS or (noun in persons() and entity.form == "demonym" and noun not in _SPEAKERS):
            return True
    return False


_FIGHTERS: Final = frozenset("troop soldier force losses loss casualty army contingent".split())
_SPEAKERS: Final = frozenset("officer military staff national specialist police".split())


def subject_of(line: Line, verb: int) -> Entity | None:
    """The entity that is the subject of the verb at tokens[verb], if its noun phrase names one."""
    at = verb - 1
    while at >= 0 and line.lower(at) in _AUXILIARIES:
        at -= 1
    for i in range(at, max(-1, at - 12), -1):
        lower = line.lower(i)
        if lower in {".", ";", ":", "that", "which", "who", "while", "but", "said", "says"}:
            return None
        entity = line.entity_at.get(i)
        if entity and line.lower(entity.first - 1) not in _NOT_SUBJECT and line.lower(i + 1) != "and":
            return entity
    return None


_NOT_SUBJECT: Final = frozenset("to in from at against with by for into on near across over".split())
