"""Singular forms and what looks like a plural, by a few rules of spelling and a list of exceptions."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tallywire.extract.wordlists import values, words

_IRREGULAR: Final = values("nouns", "irregular plurals")
_NOT_PLURAL: Final = words("nouns", "singular in s")
_SIBILANT: Final = ("sses", "shes", "ches", "xes", "zzes")


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """ "soldiers" -> "soldier", "bodies" -> "body", "people" -> "people". Lower case in and out."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if "-" in word:
        head, _, tail = word.rpartition("-")
        return f"{head}-{singular(tail)}"
    if not looks_plural(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(_SIBILANT):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=4096)
def looks_plural(word: str) -> bool:
    """Whether a lower-case word may be the plural of a noun."""
    if word in _IRREGULAR:
        return True
    tail = word.rpartition("-")[2]
    if tail in _IRREGULAR or tail.endswith("men"):
        return True
    if len(tail) < 3 or not tail.endswith("s") or tail in _NOT_PLURAL:
        return False
    return not tail.endswith(("ss", "ous", "us", "is"))
