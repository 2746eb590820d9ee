"""A track sentence as parsed, and the nouns and verbs that its words stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tallywire.core.definition import Policy
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import Index, families, groups, listed, load, persons
from tallywire.extract.places import Names

GENERIC: Final = frozenset("person people man men other individual human body dead casualty fatality death".split())
_REMAINS: Final = frozenset("body dead casualty fatality death".split())


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
    complement: tuple[str, ...] = ()  # "tonnes of oil": what the head is made of
    unit: str | None = None  # the unit of measure that the head names, as mentions name it
    parts: frozenset[str] = frozenset()  # the keys of the definition's own parts; another definition's say nothing here

    @property
    def of_what(self) -> str:
        return f" of {' '.join(self.complement)}" if self.complement else ""

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
        text = f"counts {self.head}{self.of_what}{who}; what happened: {what}" + (f"; {where}" if where else "")
        return text + (f" ({same})" if same else "")


def base_of(verb: str) -> str:
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


def nominal_forms(verb: str) -> list[str]:
    """Nouns that the verb of an entry may have: "recruit" -> "recruitment", "relocate" -> "relocation", "recall"."""
    if " " in verb:
        return []
    base = verb.partition("/")[0].rstrip("*")
    stem = base.removesuffix("e")
    nouns = [base, f"{base}ment", f"{stem}ion" if stem[-1:] in "ts" else f"{stem}ation", f"{stem}al", f"{stem}ing"]
    return [*nouns, f"{base[:-1]}ication"] if base.endswith("ify") else nouns


def event_of(noun: str) -> str | None:
    """The kind of event that a noun names: "blaze" -> "fire"."""
    return next((name for name, words in groups("events").items() if noun in words), None)


def choose(said: str, meant: frozenset[str], counts_persons: bool) -> str:
    """The family that a word means: by its own name, alone or first, else the first that counts this sort of thing."""
    for name in (said, said.partition(" ")[0]):
        if name in meant:
            return name
    return next(iter(families_counting(meant, counts_persons)), next(n for n in load("families") if n in meant))


def families_counting(meant: frozenset[str], counts_persons: bool) -> list[str]:
    """Those of the families that count persons (or things), in their order."""
    sort = "persons" if counts_persons else "things"
    return [name for name, keys in load("families").items() if name in meant and keys.get("counts") in {sort, None}]


def meant(family: str | None, said: frozenset[str], counts_persons: bool) -> frozenset[str]:
    """All families that fit: "given" is said of supplies and of vaccine alike; a family's own name means it alone."""
    return frozenset({family, *families_counting(said, counts_persons)} if family else ())


def group_of(head: str, counts_persons: bool) -> frozenset[str]:
    """The nouns that may stand for the head."""
    led = [w for name, w in groups("things").items() if listed(load("nouns")["things"][name])[0] == head]
    if not counts_persons:
        same = [w for w in groups("things").values() if head in w]
        return frozenset().union(*(led or same))
    if head in {"person", "people"}:
        return persons()
    own = {n: w for n, w in groups("persons").items() if head in w and n != "people"}
    own = {n: w for n, w in own.items() if head in groups("mixed").get(n, w)}
    generic = GENERIC if own.keys() & load("nouns")["loose"].keys() else _REMAINS
    return frozenset().union(generic, *own.values(), *led)  # customers are households and shops too


def narrower_of(head: str, counts_persons: bool) -> frozenset[str]:
    table = load("nouns")["narrower"]
    if counts_persons:
        return frozenset(listed(table["people"])) if head in {"person", "people"} else frozenset()
    return frozenset().union(*(listed(v) for k, v in table.items() if singular(k) == head or k == head))
