"""One `track:` sentence, parsed: what is counted, whose, what happened to it, by whom, to whom and where.

    N North Korean soldiers deployed to Russia
      population    head     family  direction

The sentence is "N", a noun phrase whose head is the counted thing, a family word, and prepositional phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tallywire.core.definition import Policy
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import (
    Family,
    Index,
    Sense,
    closed,
    families,
    groups,
    indexed,
    listed,
    load,
    persons,
    triggers,
    verb_forms,
)
from tallywire.extract.places import Names, find, index, names, parts
from tallywire.extract.tokens import Token, tokenize

PREPOSITIONS: Final = frozenset("in at to by from against into across near on within inside of around for over".split())
_INSIDE: Final = frozenset("in at near on within inside around across".split())  # there a capital is a city
_ARTICLES: Final = frozenset({"the", "a", "an"})
_GENERIC: Final = frozenset("person people man men other individual human body dead casualty fatality death".split())
_REMAINS: Final = frozenset("body dead casualty fatality death".split())
_PARTICIPLE: Final = re.compile(r"[a-z-]{3,}(ed|en|ing)$")
_COMPOSE: Final = {frozenset({"killed", "wounded"}): "casualties"}


class TrackError(ValueError):
    """A sentence or a `same as` that can't be read. `key` is the configuration key at fault."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Where:
    """One prepositional phrase: `key` names its place or actor (None where it has no name), `event` what struck."""

    preposition: str
    text: str
    key: str | None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """A parsed sentence. Nouns are lower case and singular; `heads` are phrases, `kin` single nouns of their group."""

    sentence: str
    head: str
    heads: frozenset[tuple[str, ...]]
    kin: frozenset[str]
    narrower: frozenset[str]
    modifiers: frozenset[str]
    counts_persons: bool
    who: str | None
    family: str | None
    families: frozenset[str]
    where: tuple[Where, ...]
    names: Names
    literal: Index
    policy: Policy
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def of(self, *prepositions: str) -> list[Where]:
        """The named phrases that start with one of these prepositions."""
        return [w for w in self.where if w.preposition in prepositions and w.key]

    @property
    def keys(self) -> frozenset[str]:
        """The names that a text must hold at least one of to be about this."""
        return frozenset(k for k in (self.who, *(w.key for w in self.where)) if k)

    def describe(self) -> str:
        """The sentence read back in plain words."""
        known = families().get(self.family or "")
        who = f" of {self.who}" if self.who else ""
        what = known.says if known else f"“{self.family}”, used literally" if self.family else "nothing in particular"
        where = " ".join(w.preposition + " " + w.text for w in self.where)
        same = "; ".join(f"{key}: also {', '.join(values)}" for key, values in self.synonyms.items())
        text = f"counts {self.head}{who}; what happened: {what}" + (f"; {where}" if where else "")
        return text + (f" ({same})" if same else "")


def parse(track: str, same_as: Mapping[str, Sequence[str]] = {}, own: Mapping[str, Family] | None = None) -> Track:
    """Parses a `track:` sentence. Raises TrackError; `own` adds families to the built-in ones."""
    tokens = _tokens(track)
    _check_same_as(track, same_as)
    synonyms = {key: tuple(values) for key, values in same_as.items()}
    verb = _family_at(tokens)
    end = verb[0] if verb else _first_preposition(tokens)
    noun = tokens[:end]
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


def _family_at(tokens: Sequence[Token]) -> tuple[int, int, frozenset[str]] | None:
    """Where the family word stands: its first token, the token after it, and the families that it may mean."""
    for at in range(1, len(tokens)):
        found = _verb_at(tokens, at)
        if not found:
            continue
        last, meant = found
        if last + 1 < len(tokens) and tokens[last].lower in {"or", "and"} and (more := _verb_at(tokens, last + 1)):
            last, meant = more[0], _composed(meant | more[1])
        return at, last, meant
    return None


def _composed(meant: frozenset[str]) -> frozenset[str]:
    return frozenset({name for both, name in _COMPOSE.items() if both <= meant}) or meant


def _verb_at(tokens: Sequence[Token], at: int) -> tuple[int, frozenset[str]] | None:
    for rest, senses in triggers().get(tokens[at].lower, ()):
        last = at + 1 + len(rest)
        if tuple(t.lower for t in tokens[at + 1 : last]) != rest:
            continue
        meant = frozenset(s.family for s in senses if s.form in {"participle", "ing", "past"} or s.role == "state")
        if meant:
            return last, meant
    return None


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
        who, head_words, complement = self._noun_phrase()
        head = singular(head_words[-1]) if head_words else "person"
        counts_persons = head in persons() or not head_words
        family, literal = self._family(tokens, verb, head, counts_persons)
        if family is None:
            family, literal = self._literal(word)
        meant = _meant(family, verb[2] if verb else frozenset(), counts_persons)
        known = families().get(family or "")
        if known and head in _GENERIC and not verb:  # "N deaths in ...": the counted ones are people
            head, head_words, counts_persons = "person", [], True
        where = tuple(self._where(who))
        return Track(
            sentence=self.text,
            head=" ".join(head_words) or "people",
            heads=self._heads(head_words),
            kin=self._kin(head, head_words, counts_persons),
            narrower=_narrower(head, counts_persons),
            modifiers=frozenset(w for w in [*head_words[:-1], *complement] if w not in _ARTICLES),
            counts_persons=counts_persons,
            who=who,
            family=family,
            families=meant,
            where=where,
            names=index(self.found),
            literal=literal,
            policy=known.policy if known else "anchored",
            synonyms=self.synonyms,
            warnings=tuple(self.warnings),
        )

    def _noun_phrase(self) -> tuple[str | None, list[str], list[str]]:
        """The population, the words of the head and those of its "of" complement."""
        entities = find(self.noun, names())
        taken = {i for e in entities for i in range(e.first, e.last)}
        who = entities[0].key if entities else None
        if who:
            self._name(who, " ".join(self.noun[i].lower for i in sorted(taken)), form="demonym")
        words = [t.lower for i, t in enumerate(self.noun) if i not in taken and t.text != "'s"]
        if "of" in words:
            cut = words.index("of")
            return who, words[:cut], words[cut + 1 :]
        return who, words, []

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
            family = _choose(said, verb[2], counts_persons)
            return family, self._own_words(family, said)
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
                    for words, form in verb_forms(_base(other.lower())):
                        found.setdefault(words, []).append(Sense(family, "object", form))
        return indexed(found)

    def _participle(self) -> str | None:
        """A participle that no family knows ends the noun phrase all the same: "widgets frobbed in Ohio"."""
        for at, token in enumerate(self.noun[1:], start=1):
            if _PARTICIPLE.match(token.lower):
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
        forms = [form for verb in (word, *same) for form in verb_forms(_base(verb.lower()))]
        return word, indexed({words: [Sense(word, "both", form)] for words, form in forms})

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

    def _kin(self, head: str, words: list[str], counts_persons: bool) -> frozenset[str]:
        group = _group(head, counts_persons)
        if self._required(words):
            return frozenset()
        return group | {head}

    def _required(self, words: list[str]) -> bool:
        """Whether a qualified head has synonyms of its own: then only these are taken, not the bare noun's group."""
        return len(words) > 1 and any(key.lower() == " ".join(words) for key in self.synonyms)

    def _where(self, who: str | None) -> Iterator[Where]:
        start = None
        for at, token in enumerate([*self.after, None]):
            if token is None or token.lower in PREPOSITIONS:
                if start is not None and at > start + 1:
                    yield self._phrase(self.after[start].lower, self.after[start + 1 : at])
                start = at
            elif start is None:  # "N trucks entering Gaza": an object without a preposition
                start = -1
                self.after = [Token("in", "in", 0, 0, "word"), *self.after]
                yield from self._where(who)
                return

    def _phrase(self, preposition: str, tokens: list[Token]) -> Where:
        words = [t for t in tokens if t.lower not in _ARTICLES]
        text = " ".join(t.text for t in words)
        event = next((e for t in words if (e := event_of(singular(t.lower)))), None)
        named = find(words, names())
        if named and not (named[0].form == "capital" and preposition in _INSIDE):
            key = named[0].key
        else:
            proper = [t for t in words if t.text[0].isupper() or t.kind == "model"]
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


def _base(verb: str) -> str:
    """ "entered" -> "enter", "bused in" -> "buse in": good enough to inflect a verb that no list knows."""
    word, _, rest = verb.partition(" ")
    for ending, put in (("ied", "y"), ("ed", ""), ("ing", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + put
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsez":
                word = word[:-1] + "*"
            elif word[-1] in "cvzusg" and not word.endswith("ss"):
                word += "e"
            break
    return f"{word} {rest}".strip()


def event_of(noun: str) -> str | None:
    """The kind of event that a noun names: "blaze" -> "fire"."""
    return next((name for name, words in groups("events").items() if noun in words), None)


def _choose(said: str, meant: frozenset[str], counts_persons: bool) -> str:
    """The family that a word means: by its own name, else the first that counts this sort of thing."""
    if said in meant:
        return said
    sort = "persons" if counts_persons else "things"
    data = load("families")
    order = [name for name in data if name in meant]
    return next((n for n in order if data[n].get("counts") in {sort, None}), order[0])


def _meant(family: str | None, said: frozenset[str], counts_persons: bool) -> frozenset[str]:
    """All families that fit: "given" is said of supplies and of vaccine alike; a family's own name means it alone."""
    if family is None or family in said:
        return frozenset({family} if family else ())
    sort = "persons" if counts_persons else "things"
    return frozenset({family, *(n for n in said if load("families")[n].get("counts") in {sort, None})})


def _group(head: str, counts_persons: bool) -> frozenset[str]:
    """The nouns that may stand for the head."""
    if not counts_persons:
        same = [w for w in groups("things").values() if head in w]
        led = [w for name, w in groups("things").items() if listed(load("nouns")["things"][name])[0] == head]
        return frozenset().union(*(led or same))
    if head in {"person", "people"}:
        return persons()
    own = {n: w for n, w in groups("persons").items() if head in w and n != "people"}
    own = {n: w for n, w in own.items() if head in groups("mixed").get(n, w)}
    generic = _GENERIC if own.keys() & load("nouns")["loose"].keys() else _REMAINS
    return frozenset().union(generic, *own.values())


def _narrower(head: str, counts_persons: bool) -> frozenset[str]:
    table = load("nouns")["narrower"]
    if counts_persons:
        return frozenset(listed(table["people"])) if head in {"person", "people"} else frozenset()
    return frozenset().union(*(listed(v) for k, v in table.items() if singular(k) == head or k == head))


def stop_words() -> frozenset[str]:
    """Capitalised words that are no names."""
    return closed("stop capital")
