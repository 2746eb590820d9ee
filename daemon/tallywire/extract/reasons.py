"""Every name that can come out for a number: how it was bound, of which kind and status, or why it was left alone.

A name that stands in no list of data/families/reasons.txt or data/numbers/refusals.txt can't come out: asking for its
words raises KeyError. Tests hold each name to three sentences that it must match and three that it must not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from tallywire.extract.lexicon import load
from tallywire.extract.wordlists import values


class Reason(NamedTuple):
    """`name` is stable; `words` are for people and hold what decided: "the verb is another: hid"."""

    name: str
    words: str


@cache
def registry() -> Mapping[str, Mapping[str, str]]:
    """All names by section, with their words: "numbers" those of numbers that are no plain count, the rest by file."""
    return {"numbers": values("refusals", "reasons"), **load("reasons")}


_WORDS: Final = {name: words for names in registry().values() for name, words in names.items()}


def because(name: str, detail: str = "") -> Reason:
    """The reason of that name. Raises KeyError for one that is in no list."""
    words = _WORDS[name]
    return Reason(name, words.replace("{}", detail) if detail else words)
