"""An article made ready: its sentences as lines, who and where each of them is about, and its head."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import cache
from typing import Final, NamedTuple

from tallywire.core.article import Article
from tallywire.extract.asides import before_adjuncts
from tallywire.extract.found import Found
from tallywire.extract.frames import Frame, frames, resume_groups, resume_lists
from tallywire.extract.gaps import resume_gaps, resume_those
from tallywire.extract.inflect import singular
from tallywire.extract.lazy import lazy
from tallywire.extract.lexicon import closed, families, persons
from tallywire.extract.line import ADVERB, BE, DETERMINER, HAVE, MAY, REPORT, WILL, Line, Words
from tallywire.extract.places import Entity
from tallywire.extract.quantities import Mention, mentions_in
from tallywire.extract.sentences import sentences

# What is looked at of one article: long reports have a few hundred numbers, and dense text takes a second a thousand.
NUMBERS: Final = 3_000
CHARACTERS: Final = 400_000
_HEAD_LINES: Final = 4
_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_BACK: Final = 6  # sentences that a scene is carried on
_AUXILIARIES: Final = BE | HAVE | MAY | WILL | ADVERB | {"to"}


class Population(NamedTuple):
    """Somebody named at a token: whom a later "4,000 were killed" is about.

    `weight`: 2 counted there or giving what is counted, 1 the subject of a clause, 0 named in passing.
    """

    at: int
    key: str
    weight: int


class Document:
    """The lines of one article with their frames. `end`: where the text that was looked at ends."""

    def __init__(self, article: Article, words: Words) -> None:
        self.article = article
        self.text = article.text
        self.lines: list[Line] = []
        self.end = len(article.text)
        seen = 0
        for index, sentence in enumerate(sentences(article.text)):
            if seen >= NUMBERS or sentence.start >= CHARACTERS:
                self.end = sentence.start
                break
            found = mentions_in(sentence)
            seen += len(found)
            self.lines.append(Line(sentence, index, _live(found, words.measured), words))
        self.frames: list[list[Frame]] = [frames(line) if line.mentions else [] for line in self.lines]
        resume_lists(self.lines, self.frames)
        resume_groups(self.lines, self.frames)
        resume_gaps(self.frames)
        resume_those(self.frames)
        self._earlier: tuple[Frame, list[Frame]] | None = None
        self._populations: dict[int, list[Population]] = {}
        self._named: set[str] = set()  # in the first `_read` lines
        self._read = 0
        self.own_years: dict[tuple[str, str], bool] = {}  # track sentence and year -> see older.py
        self.home: dict[int, frozenset[str]] = {}  # number of lines -> the countries that they name: see scenes.py
        self.foreign: dict[str, bool] = {}  # track sentence -> whether the text is about another country: see scenes.py

    def names(self, keys: Set[str]) -> bool:
        """Whether one of these places and populations is named anywhere: read on only as far as it takes."""
        while self._named.isdisjoint(keys) and self._read < len(self.lines):
            self._named.update(e.key for e in self.lines[self._read].entities)
            self._read += 1
        return not self._named.isdisjoint(keys)

    @lazy
    def head_keys(self) -> frozenset[str]:
        return frozenset(e.key for line in self.lines[:_HEAD_LINES] for e in line.entities)

    @lazy
    def about(self) -> frozenset[str]:
        """The words of the headline and lead."""
        return frozenset(t.lower for line in self.lines[:_HEAD_LINES] for t in line.tokens)

    @lazy
    def words(self) -> frozenset[str]:
        """All plain words of what was looked at: found without tokens, which most sentences never need."""
        return frozenset(_WORD.findall(self.text[: self.end].lower()))

    def earlier(self, frame: Frame) -> list[Frame]:
        """The frames before one, nearest first: of its own sentence and of the three before."""
        if self._earlier and self._earlier[0] is frame:
            return self._earlier[1]
        here = self.frames[frame.line.index]
        at = next(i for i, f in enumerate(here) if f is frame)
        found = here[:at][::-1]
        for index in range(frame.line.index - 1, max(-1, frame.line.index - 4), -1):
            found += self.frames[index][::-1]
        self._earlier = (frame, found)
        return found

    def populations(self, index: int) -> list[Population]:
        """Those established in one line, in order."""
        if index not in self._populations:
            self._populations[index] = _populations(self.lines[index], self.frames[index])
        return self._populations[index]

    def population_before(self, line: Line, at: int) -> str | None:
        """Whom a number at tokens[at] is about, by what was said before it: in its sentence, then in those before."""
        here = _strongest(p for p in self.populations(line.index) if p.at < at)
        if here:
            return here
        for index in range(line.index - 1, max(-1, line.index - _BACK - 1), -1):
            found = _strongest(self.populations(index))
            if found:
                return found
        return None

    @lazy
    def main_population(self) -> str | None:
        """The one that the whole text names most as such."""
        counted = Counter(p.key for i in range(len(self.lines)) for p in self.populations(i) if p.weight)
        return counted.most_common(1)[0][0] if counted else None


def _live(found: list[Mention], measured: frozenset[str]) -> list[Mention]:
    """A measure is no count, unless its unit is what somebody tracks; ages in a list are all ages."""
    result: list[Mention] = []
    for m in found:
        refusal = m.refusal
        if refusal == m.unit and m.noun and m.noun.head in measured:
            refusal = None
        elif refusal is None and result and _goes_on(result[-1], m):
            refusal = result[-1].refusal
        result.append(m if refusal == m.refusal else m._replace(refusal=refusal))
    return result


def _goes_on(previous: Mention, mention: Mention) -> bool:
    """ "aged 21, 34 and 60", "the Volga-212 and -239"."""
    model = previous.refusal == "model name" and mention.low is not None and mention.low < 0
    if not model and previous.refusal != "age":
        return False
    between = mention.sentence.tokens[previous.last : mention.first]
    return bool(between) and all(t.lower in {",", "and"} for t in between)


def _populations(line: Line, found: Sequence[Frame]) -> list[Population]:
    named = [e for e in line.entities if _is_population(line, e)]
    result = [Population(e.first, e.key, _weight(line, e, found)) for e in named]
    for frame in found:
        gives = bool(frame.families & _givers()) or _had(line, frame)
        if gives and not _names_own(line, frame):
            owner = giver(line, frame)
            if owner:
                result.append(Population(owner.first, owner.key, 2))
            elif name := stranger(line, frame):
                result.append(Population(frame.first - 1, name, 2))
    return sorted(result)


def _weight(line: Line, entity: Entity, found: Sequence[Frame]) -> int:
    if any(f.mention.refusal is None and f.first <= entity.first < f.last for f in found):
        return 2
    at = entity.first - 1
    while at >= 0 and line.lower(at) in DETERMINER:
        at -= 1
    return 1 if at < 0 or line.lower(at) in _BEFORE_SUBJECT else 0


_BEFORE_SUBJECT: Final = frozenset(', ; : that while but and said says of as if although because “ " – — .'.split())


def _names_own(line: Line, frame: Frame) -> bool:
    """Whether the counted phrase itself says whose: then a subject that used or lost them says nothing."""
    return any(frame.first <= e.first < frame.last for e in line.entities)


def _had(line: Line, frame: Frame) -> bool:
    """ "The army has had 43,000 soldiers killed"."""
    return bool(frame.families) and line.lower(frame.first - 1) in HAVE


def giver(line: Line, frame: Frame) -> Entity | None:
    """Who gave, sent or lost what a frame counts: the subject of the verb, or "from" whom it came."""
    found = frame.found
    if _had(line, frame):
        return subject_of(line, frame.first)
    if found is None or found.hit is None:
        return None
    if found.rule in {"before", "relative"} and found.is_active and not found.inverse:
        return subject_of(line, found.hit.first)
    start = max(frame.last, found.hit.last)
    for at in range(frame.last, min(start + 8, len(line.tokens) - 1)):
        if line.lower(at) in {"from", "by"}:
            named = at + 2 if line.lower(at + 1) in DETERMINER else at + 1
            if named in line.entity_at:
                return line.entity_at[named]
    return None


def _strongest(found: Iterable[Population]) -> str | None:
    """The last of those that weigh most; one named in passing is nobody."""
    best = max(found, key=lambda p: (p.weight, p.at), default=None)
    return best.key if best and best.weight else None


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
        if token.kind not in {"word", "model"} or token.lower in _AUXILIARIES or token.lower in REPORT:
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
    if at in line.entity_at and line.lower(verb).endswith("ing"):  # "with Ukraine returning 390 people"
        return line.entity_at[at]
    for i in range(at, max(-1, at - 12), -1):
        lower = line.lower(i)
        if lower in {".", ";", ":", "that", "which", "who", "while", "but", "said", "says"}:
            return None
        entity = line.entity_at.get(i)
        if entity and not _oblique(line, entity):
            return entity
    return None


_CATENATIVES: Final = frozenset(
    "plans plan planned planning intends intend intended expects expected wants wanted agreed began begin begun begins "
    "started starts decided vowed pledged promised threatened managed tried hopes aims continues continued".split()
)


_SELF: Final = frozenset({"itself", "themselves", "himself", "herself", "meanwhile"})
_LETS: Final = frozenset({"let", "lets"})


def stranger(line: Line, frame: Frame) -> str | None:
    """A name that no list knows, right before the verb as its subject: "Microsoft laid off 6,000"."""
    found = frame.found
    if line.lower(frame.first - 1) in _LETS:  # "Acme has let 3,000 people go"
        return _name_before(line, frame.first - 2)
    if found is None or found.hit is None or not (_acts(found) or _announces(line, frame)):
        return None
    return _name_before(line, found.hit.first - 1)


def _name_before(line: Line, at: int) -> str | None:
    """The name that ends at tokens[at], auxiliaries and times passed over, and that no list knows."""
    while at >= 0 and (line.lower(at) in _AUXILIARIES or line.lower(at) in _CATENATIVES | _SELF):
        at -= 1
    at = before_adjuncts(line, at)  # "Honda last month called back 900"
    if at > 0 and line.lower(at) in {"it", "they"}:  # "Acme said that it would lay off 4,000"
        at = _speaker(line, at)
    if at < 0 or at in line.entity_at or not is_name(line, at):
        return None
    first = at
    while first > 0 and is_name(line, first - 1):
        first -= 1
    if line.lower(first - 1) in {"in", "at", "of"} and first > 1 and is_name(line, first - 2):
        return _name_before(line, first - 2)  # "Acme in Cologne cuts 90 jobs"
    return None if line.lower(first - 1) in _NOT_SUBJECT else line.text(first, at + 1)


def _speaker(line: Line, pronoun: int) -> int:
    """The last token of the name that opens a sentence and says what a pronoun did; -1 if there is none."""
    last = 0
    while last < pronoun and is_name(line, last):
        last += 1
    return last - 1 if line.lower(last) in REPORT else -1


def _acts(found: Found) -> bool:
    return found.rule == "before" and found.is_active


def _announces(line: Line, frame: Frame) -> bool:
    """ "Microsoft announced 6,000 layoffs": who announces an event of this kind is its subject."""
    found = frame.found
    return bool(
        found
        and found.hit
        and found.count
        and frame.rule == "noun"
        and line.lower(found.hit.first).startswith("announc")
    )


def is_name(line: Line, at: int) -> bool:
    """Whether a token is a capitalised word that may be a name."""
    token = line.tokens[at]
    return token.kind in {"word", "model"} and token.text[0].isupper() and token.lower not in closed("stop capital")


def _oblique(line: Line, entity: Entity) -> bool:
    """Whether a preposition leads to the entity: "in the Ukraine war" names no subject."""
    at = entity.first - 1
    while at >= 0 and line.lower(at) in DETERMINER:
        at -= 1
    return line.lower(at) in _NOT_SUBJECT


_NOT_SUBJECT: Final = frozenset("to in from at against with by for into on near across over".split())
