"""The words of events as data: families with their verbs, nouns and tolls, in every inflection, and closed classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from tallywire.core.definition import Policy

Form = str  # "base", "s", "past", "participle", "ing" or "" for words that are no verbs

VERB_ROLES: Final = ("object", "subject", "both", "gets", "loses", "claims", "own", "means")
WORD_ROLES: Final = ("state", "stock", "noun", "status", "toll", "falls", "rises", "act")
_VOWELS: Final = frozenset("aeiou")
_DOUBLES: Final = re.compile(r"^[^aeiou]*[aeiou][^aeiouwxy]$")  # cut -> cutting, get -> getting; but send -> sending


class Sense(NamedTuple):
    """One reading of a word: which family, in which role (see families.txt) and form."""

    family: str
    role: str
    form: Form


@dataclass(frozen=True, slots=True)
class Family:
    """What can happen to what is counted."""

    name: str
    says: str
    policy: Policy
    apart: frozenset[str] = frozenset()
    giver: bool = False
    host: bool = False
    grows: bool = False
    leaves: bool = False
    ends: bool = False
    doers: bool = False
    aims: bool = False
    affects: bool = False
    beyond: frozenset[str] = frozenset()


# First word of a trigger -> ((further words, senses), ...), the longest first.
Index = Mapping[str, tuple[tuple[tuple[str, ...], tuple[Sense, ...]], ...]]


@cache
def load(name: str) -> Mapping[str, Mapping[str, str]]:
    """The sections of data/families/<name>.txt: entries with their values ("" for bare lines), in order."""
    text = files("tallywire.extract").joinpath("data", "families", f"{name}.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    here: dict[str, str] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            here = found.setdefault(line.strip("[]"), {})
            continue
        key, _, value = line.partition(" = ")
        here[key.strip()] = value.strip()
    return found


def listed(value: str) -> list[str]:
    """ "a, b c, d" -> ["a", "b c", "d"]."""
    return [item.strip() for item in value.split(",") if item.strip()]


@cache
def families() -> Mapping[str, Family]:
    """All families by name."""
    return {name: _family(name, keys) for name, keys in load("families").items()}


def _family(name: str, keys: Mapping[str, str]) -> Family:
    policy: Policy = keys.get("policy", "anchored")  # type: ignore[assignment]  # a test reads every family's policy
    flags = {
        flag: keys.get(flag) == "yes"
        for flag in ("giver", "host", "grows", "leaves", "ends", "doers", "affects", "aims")
    }
    apart, beyond = (frozenset(listed(keys.get(key, ""))) for key in ("apart", "beyond"))
    return Family(name, keys["says"], policy, apart, beyond=beyond, **flags)


@cache
def marked(flag: str) -> frozenset[str]:
    """The families that have a flag."""
    return frozenset(name for name, family in families().items() if getattr(family, flag))


@cache
def triggers() -> Index:
    """Every word that tells of an event."""
    found: dict[tuple[str, ...], list[Sense]] = {}
    for name, keys in load("families").items():
        for words, sense in _entries(name, keys):
            senses = found.setdefault(words, [])
            if sense not in senses:
                senses.append(sense)
    return indexed(found)


def indexed(found: Mapping[tuple[str, ...], Iterable[Sense]]) -> Index:
    """Triggers by their first word, the longest first."""
    index: dict[str, list[tuple[tuple[str, ...], tuple[Sense, ...]]]] = {}
    for words in sorted(found, key=len, reverse=True):
        index.setdefault(words[0], []).append((words[1:], tuple(found[words])))
    return {first: tuple(rests) for first, rests in index.items()}


def _entries(family: str, keys: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], Sense]]:
    for role in VERB_ROLES:
        for verb in listed(keys.get(role, "")):
            for words, form in verb_forms(verb):
                yield words, Sense(family, role, form)
    for role in WORD_ROLES:
        for word in listed(keys.get(role, "")):
            forms = (word, plural(word)) if role in {"noun", "status", "act", "toll", "falls", "rises"} else (word,)
            for form in dict.fromkeys(forms):
                yield tuple(form.split()), Sense(family, role, "")


def verb_forms(entry: str) -> list[tuple[tuple[str, ...], Form]]:
    """All forms of an entry: "ship*" -> ship, ships, shipped, shipping; "send/sent/sent"; "lay/laid/laid off"."""
    verb, _, rest = entry.partition(" ")
    tail = tuple(rest.split())
    parts = verb.split("/")
    base = parts[0].rstrip("*")
    stem = base + base[-1] if parts[0].endswith("*") or (len(parts) > 1 and _DOUBLES.search(base)) else base
    past = parts[1] if len(parts) > 1 else _past(stem)
    participle = parts[2] if len(parts) > 2 else past
    forms = [(base, "base"), (_third(base), "s"), (past, "past"), (participle, "participle"), (_ing(stem), "ing")]
    return [((word, *tail), form) for word, form in forms]


def _past(stem: str) -> str:
    if stem.endswith("e"):
        return stem + "d"
    if stem.endswith("y") and stem[-2] not in _VOWELS:
        return stem[:-1] + "ied"
    return stem + "ed"


def _third(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def _ing(stem: str) -> str:
    if stem.endswith("ie"):
        return stem[:-2] + "ying"
    if stem.endswith("e") and not stem.endswith(("ee", "oe", "ye")) and len(stem) > 2:
        return stem[:-1] + "ing"
    return stem + "ing"


_IRREGULAR: Final = {
    "person": "people", "man": "men", "woman": "women", "child": "children", "life": "lives", "foot": "feet",
    "aircraft": "aircraft", "people": "people", "personnel": "personnel", "staff": "staff", "military": "military",
}  # fmt: skip


def plural(noun: str) -> str:
    """ "missile" -> "missiles", "delivery" -> "deliveries"; the last word of a phrase is inflected."""
    head, _, last = noun.rpartition(" ")
    lead = head + " " if head else ""
    if last in _IRREGULAR:
        return lead + _IRREGULAR[last]
    if last.endswith("man"):
        return lead + last[:-3] + "men"
    return noun if last.endswith("s") and not last.endswith("ss") else lead + _third(last)


# --- closed classes -------------------------------------------------------------------------------------------------


@cache
def closed(section: str) -> frozenset[str]:
    """The words of one closed class."""
    return frozenset(word for line in load("words")[section] for word in line.split())


@cache
def irregular() -> Mapping[str, str]:
    """Participles that spelling does not show: "rebuilt" -> the verb's entry "rebuild/rebuilt/rebuilt"."""
    return {entry.split("/")[2]: entry for entry in closed("irregular")}


@cache
def groups(section: str) -> Mapping[str, frozenset[str]]:
    """The word groups of nouns.txt: name -> nouns, singular."""
    return {name: frozenset(listed(value)) for name, value in load("nouns")[section].items()}


@cache
def persons() -> frozenset[str]:
    """Every noun for a person."""
    return frozenset().union(*groups("persons").values())


@cache
def measures() -> frozenset[str]:
    """Nouns that only measure what follows: "pieces of artillery"."""
    return frozenset(load("nouns")["measures"])
