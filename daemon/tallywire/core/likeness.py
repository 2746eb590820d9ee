"""When two texts are copies of one: the same wire report in two outlets, cut, with another headline or a byline.

Texts are compared by their shingles (runs of five words). `sketch` gives the few that are looked up in an index: the
smallest hashes, so that two texts with much in common share some of them, wherever they differ. `alike` then compares
the whole texts.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from dataclasses import dataclass
from typing import Final

_RUN: Final = 5  # words of a shingle
_SKETCH: Final = 16  # hashes kept of a text; two that share half of it all miss each other once in 2^16
_SHARED: Final = 0.5  # of all shingles of both, for copies
_HELD: Final = 0.8  # of the shorter one's shingles, for excerpts ...
_EXCERPT: Final = 40  # ... of at least so many shingles
_FIGURES: Final = 0.5  # of the figures of the text with fewer; a copy repeats them, another bulletin has its own
_LONGEST: Final = 200_000  # characters that are looked at

_WORD: Final = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Shape:
    """A text as it is compared: hashes of its shingles (63 bits each), and its figures."""

    shingles: frozenset[int]
    figures: frozenset[str]


def shape(text: str, title: str | None = None) -> Shape:
    """The shape of a text without its title, for headlines are the outlets' own."""
    body = text.removeprefix(title) if title else text
    words = _WORD.findall(body[:_LONGEST].casefold())
    runs = {" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))} if words else set()
    return Shape(frozenset(map(_hash, runs)), frozenset(w for w in words if w[0].isdigit()))


def sketch(of: Shape) -> list[int]:
    """The hashes to look a text up by."""
    return heapq.nsmallest(_SKETCH, of.shingles)


def alike(one: Shape, other: Shape) -> float:
    """How much two texts have in common, 0 to 1, where they are copies; 0 where they are not."""
    common = len(one.shingles & other.shingles)
    if not common or not _same_figures(one.figures, other.figures):
        return 0.0
    fewer, more = sorted((len(one.shingles), len(other.shingles)))
    shared, held = common / (fewer + more - common), common / fewer
    if shared >= _SHARED or (held >= _HELD and fewer >= _EXCERPT):
        return round(max(shared, held if fewer >= _EXCERPT else 0.0), 3)
    return 0.0


def _same_figures(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer = min(len(one), len(other))
    return len(one & other) >= _FIGURES * fewer


def _hash(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1
