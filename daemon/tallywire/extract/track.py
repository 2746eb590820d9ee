"""One `track:` sentence, parsed: what is counted, whose, what happened to it, by whom, to whom and where.

    N North Korean soldiers deployed to Russia
      population    head     family  direction

The sentence is "N", a noun phrase whose head is the counted thing, a family word, and prepositional phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import (
    Index,
    Sense,
    closed,
    families,
    indexed,
    irregular,
    persons,
    triggers,
    verb_forms,
)
from tallywire.extract.line import RELATIVE
from tallywire.extract.measures import unit_after
from tallywire.extract.places import Entity, find, index, names, parts
from tallywire.extract.tokens import Token, tokenize
from tallywire.extract.track_events import family_at, is_of_persons, verbs
from tallywire.extract.tracked import (
    GENERIC,
    Track,
    Where,
    base_of,
    choose,
    event_of,
    families_counting,
    group_of,
    meant,
    narrower_of,
)

PREPOSITIONS: Final = frozenset(
    "in at to by from against into across near on within inside of around for over off".split()
)
# There a capital is a city: what happens over a government happens over its town.
_INSIDE: Final = frozenset("in at near on within inside around across over off outside".split())
_LINKS: Final = frozenset("do da de del della di du el la las les los of and the al y von van".split())
_LONGEST_LINK: Final = 3  # tokens: "Isle of the Dead"
_ARTICLES: Final = frozenset({"the", "a", "an"})
_PARTICIPLE: Final = re.compile(r"[a-z-]{3,}(ed|en|ing)$")


class TrackError(ValueError):
    """A sentence or a `same as` that can't be read. `key` is the configuration key at fault."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


def _longer_name(words: Sequence[Token], entity: Entity) -> bool:
    """ "Air India" and "English Channel" are names of their own."""
    follows = entity.form in {"demonym", "people"} and entity.last < len(words) and words[entity.last].text[0].isupper()
    return follows or (entity.first > 0 and words[entity.first - 1].text[0].isupper())


def _is_town(words: Sequence[Token], entity: Entity) -> bool:
    """ "from Maputo prison": a government has no prison of its name, a town has."""
    return (
        entity.last < len(words)
        and words[entity.last].kind == "word"
        and words[entity.last].lower == (words[entity.last].text)
    )


def _proper(tokens: Sequence[Token]) -> list[Token]:
    """The words of a name, the small ones inside it included: "Rio Grande do Sul", "the Cape of Good Hope"."""
    named = [i for i, t in enumerate(tokens) if t.text[0].isupper() or t.kind == "model"]
    inner = {
        i
        for left, right in pairwise(named)
        if right - left <= _LONGEST_LINK and all(t.lower in _LINKS for t in tokens[left + 1 : right])
        for i in range(left + 1, right)
    }
    return [tokens[i] for i in sorted({*named, *inner})]


def parse(track: str, same_as: Mapping[str, Sequence[str]] = {}) -> Track:
    """Parses a `track:` sentence. Raises TrackError."""
    tokens = _tokens(track)
    _check_same_as(track, same_as)
    synonyms = {key: tuple(values) for key, values in same_as.items()}
    verb = family_at(tokens)
    end = verb[0] if verb else _first_preposition(tokens)
    noun = tokens[:end]
    if verb and noun and noun[-1].lower in RELATIVE:  # "N drones that hit Ukraine"
        noun = noun[:-1]
    if not noun:
        raise TrackError(f"“{track}” does not say what is counted: write “N soldiers deployed to Russia”", "track")
    after = tokens[verb[1] if verb else end :]
    reader = _Reader(track, noun, after, synonyms)
    return reader.track(tokens, verb)


def _tokens(track: str) -> list[Token]:
    words = tokenize(track)
    if not words or words[0].text != "N":
        raise TrackError(f"“{track}” must start with N, the number: “N soldiers deployed to Russia”", "track")
    if len(words) == 1:
        raise TrackError("“N” alone does not say what is counted: write “N soldiers deployed to Russia”", "track")
    return [w for w in words[1:] if w.text not in ",."]


def _check_same_as(track: str, same_as: Mapping[str, Sequence[str]]) -> None:
    padded = f" {' '.join(t.lower for t in tokenize(track))} "
    for key in same_as:
        if f" {' '.join(t.lower for t in tokenize(key))} " not in padded:
            raise TrackError(f"“{key}” does not occur in “{track}”, so nothing can be the same as it", "same as")


def _first_preposition(tokens: Sequence[Token]) -> int:
    stops = PREPOSITIONS - {"of"}
    return next((i for i, t in enumerate(tokens) if t.lower in stops), len(tokens))


class _Reader:
    """What one sentence means, built up step by step."""

    def __init__(
        self, text: str, noun: list[Token], after: list[Token], synonyms: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.text, self.noun, self.after, self.synonyms = text, noun, after, synonyms
        self.warnings: list[str] = []
        self.found: dict[tuple[str, ...], tuple[str, str]] = {}

    def track(self, tokens: list[Token], verb: tuple[int, int, frozenset[str]] | None) -> Track:
        word = None if verb else self._participle()
        who, head_words, complement, owner = self._noun_phrase()
        head = singular(head_words[-1]) if head_words else "person"
        counts_persons = head in persons() or not head_words
        family, literal = self._family(tokens, verb, head, counts_persons)
        if family is None:
            family, literal = self._literal(word)
        own_name = verb is not None and " ".join(t.lower for t in tokens[verb[0] : verb[1]]) == family
        all_meant = meant(family, frozenset() if own_name or not verb else verb[2], counts_persons)
        known = families().get(family or "")
        if known and not verb and (head in GENERIC or is_of_persons(head_words, family)):  # "N deaths", "N arrests"
            head, head_words, counts_persons = "person", [], True
        where = (*([self._phrase("of", owner)] if owner else []), *self._where(who))
        if known and any(w.preposition == "from" for w in where):
            all_meant |= known.beyond
        return Track(
            sentence=self.text,
            head=" ".join(head_words) or "people",
            heads=self._heads(head_words),
            kin=self._kin(head, head_words, counts_persons),
            narrower=narrower_of(head, counts_persons),
            modifiers=frozenset(w for w in [*head_words[:-1], *complement] if w not in _ARTICLES),
            counts_persons=counts_persons,
            who=who,
            family=family,
            families=all_meant,
            where=where,
            names=index(self.found),
            literal=literal,
            policy=known.policy if known else "anchored",
            synonyms=self.synonyms,
            warnings=tuple(self.warnings),
            complement=tuple(complement),
            unit=self._unit(),
        )

    def _noun_phrase(self) -> tuple[str | None, list[str], list[str], list[Token]]:
        """The population, the words of the head, those of its "of" complement, and the complement itself where it is
        a name: "crew members of the Estrella del Sur", "members of Hezbollah"."""
        entities = find(self.noun, names())
        taken = {i for e in entities for i in range(e.first, e.last)}
        who = entities[0].key if entities else None
        if who:
            self._name(who, " ".join(self.noun[i].lower for i in sorted(taken)), form="demonym")
        rest = [t for i, t in enumerate(self.noun) if i not in taken and t.text != "'s"]
        words = [t.lower for t in rest]
        if "of" not in words:
            return who, words, [], []
        cut = words.index("of")
        owner = rest[cut + 1 :] if _proper(rest[cut + 1 :]) else []
        return who, words[:cut], [] if owner else words[cut + 1 :], owner

    def _name(self, key: str, said: str, form: str = "name") -> None:
        """Other names of `key`: what the user calls the same as the words of the sentence."""
        for spoken, others in self.synonyms.items():
            if spoken.lower() in {said.lower(), key.lower()}:
                for other in others:
                    words = parts(other)
                    self.found[words] = (key, form)
                    if words[-1] == "'s":
                        self.found[words[:-1]] = (key, form)

    def _family(
        self, tokens: list[Token], verb: tuple[int, int, frozenset[str]] | None, head: str, counts_persons: bool
    ) -> tuple[str | None, Index]:
        if verb:
            said = " ".join(t.lower for t in tokens[verb[0] : verb[1]])
            family = choose(said, verb[2], counts_persons)
            literal = self._own_words(family, said)
            if not literal and families_counting(verb[2], counts_persons) == []:
                literal = verbs(family, "both", (said,))  # "weapons surrendered": the family's own nouns are persons
            return family, literal
        for rest, senses in triggers().get(head, ()):
            nouns = [s.family for s in senses if s.role == "noun"]
            if nouns and not rest:
                return nouns[0], {}
        return None, {}

    def _own_words(self, family: str, said: str) -> Index:
        """Verbs that the user calls the same as the family word."""
        found: dict[tuple[str, ...], list[Sense]] = {}
        for spoken, others in self.synonyms.items():
            if spoken.lower() == said:
                for other in others:
                    for words, form in verb_forms(base_of(other.lower())):
                        found.setdefault(words, []).append(Sense(family, "object", form))
        return indexed(found)

    def _participle(self) -> str | None:
        """A participle that no family knows ends the noun phrase all the same: "widgets frobbed in Ohio"."""
        for at, token in enumerate(self.noun[1:], start=1):
            if token.capital and self.noun[0].text.islower():  # "the Halden avalanche"
                continue
            if _PARTICIPLE.match(token.lower) or token.lower in irregular():
                self.after = [*self.noun[at + 1 :], *self.after]
                self.noun = self.noun[:at]
                return token.lower
        return None

    def _literal(self, word: str | None) -> tuple[str | None, Index]:
        """A word that no family knows is used as it stands, with what the user calls the same."""
        if word is None:
            self.warnings.append("no word says what happened: every count of this is taken")
            return None, {}
        self.warnings.append(f"“{word}” is no family that is known here: it is used literally")
        same = [other for spoken, others in self.synonyms.items() if spoken.lower() == word for other in others]
        return word, verbs(word, "both", (word, *same))

    def _heads(self, words: list[str]) -> frozenset[tuple[str, ...]]:
        found = set()
        if words:
            found.add((*words[:-1], singular(words[-1])))
        phrase = " ".join(words)
        for spoken, others in self.synonyms.items():
            if phrase.endswith(spoken.lower()):
                for other in others:
                    tail = other.lower().replace("’", "'").split()
                    found.add((*tail[:-1], singular(tail[-1])))
        return frozenset(found)

    def _unit(self) -> str | None:
        """The unit that is tracked: "tonnes of oil", "square kilometres"."""
        found = unit_after(self.noun, 0)
        return found.name if found else None

    def _kin(self, head: str, words: list[str], counts_persons: bool) -> frozenset[str]:
        group = group_of(head, counts_persons)
        if self._required(words):
            return frozenset()
        return group | {head}

    def _required(self, words: list[str]) -> bool:
        """Whether a qualified head has synonyms of its own: then only these are taken, not the bare noun's group."""
        return len(words) > 1 and any(key.lower() == " ".join(words) for key in self.synonyms)

    def _where(self, who: str | None) -> Iterator[Where]:
        start = None
        for at, token in enumerate([*self.after, None]):
            if token is None or (token.lower in PREPOSITIONS and not self._in_name(at)):
                if start is not None and at > start + 1:
                    yield self._phrase(self.after[start].lower, self.after[start + 1 : at])
                start = at
            elif start is None:  # "N trucks entering Gaza": an object without a preposition
                start = -1
                self.after = [Token("in", "in", 0, 0, "word"), *self.after]
                yield from self._where(who)
                return

    def _in_name(self, at: int) -> bool:
        """ "the Cape of Good Hope": a small word between two capitals of one name."""
        if self.after[at].lower != "of" or not 0 < at < len(self.after) - 1:
            return False
        return self.after[at - 1].text[0].isupper() and self.after[at + 1].text[0].isupper()

    def _phrase(self, preposition: str, tokens: list[Token]) -> Where:
        words = [t for t in tokens if t.lower not in _ARTICLES]
        text = " ".join(t.text for t in words)
        event = next((e for t in words if (e := event_of(singular(t.lower)))), None)
        named = find(words, names())
        city = bool(named) and named[0].form == "capital" and (preposition in _INSIDE or _is_town(words, named[0]))
        if named and not city and not _longer_name(words, named[0]):
            key = named[0].key
        else:
            proper = _proper(tokens)
            key_text = " ".join(t.text for t in proper)
            key = key_text or None  # type: ignore[assignment]
            if key:
                self._literal_name(proper, key)
        if key:
            self._name(key, " ".join(t.text for t in words))
        return Where(preposition, text, key, event)

    def _literal_name(self, proper: list[Token], key: str) -> None:
        self.found[tuple(t.lower for t in proper)] = (key, "name")
        if len(proper) > 1:  # "Los Angeles" is "L.A." and "LA" too
            initials = [t.text[0].lower() for t in proper]
            self.found[(".".join(initials) + ".",)] = (key, "name")
            self.found[("".join(initials),)] = (key, "name")
            if proper[-1].lower in closed("landform"):  # "the English Channel" is "the Channel" after that
                self.found[("the", proper[-1].lower)] = (key, "name")
