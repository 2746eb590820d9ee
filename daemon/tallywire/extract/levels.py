"""Words that set the level of a toll: "revised down the toll", "the death toll was cut to 98"."""

from __future__ import annotations

from typing import Final

from tallywire.extract.lexicon import closed
from tallywire.extract.line import DETERMINER, Hit, Line

SETS: Final = closed("sets level")
STEPS: Final = frozenset({"up", "down"})
_TOLL: Final = 10  # tokens within which a verb that sets a toll has it as its subject
QUALIFIES: Final = frozenset(
    "record confirmed estimated initial additional further extra new fresh total combined whopping mere staggering "
    "reported more than up least most nearly approximately around about roughly some almost over well under "
    "fewer less some as many much another other first second third next last latest previous existing larger "
    "and or either both to between anywhere somewhere roughly close".split()
)


def is_set(line: Line, toll: Hit) -> bool:
    """Whether a verb sets a toll: "revised down the toll", "raised its death toll"."""
    at = toll.first - 1
    while at >= 0 and toll.first - at < 5 and (line.lower(at) in DETERMINER | STEPS or line.lower(at) in QUALIFIES):
        at -= 1
    return line.lower(at) in SETS


def tells_of_toll(line: Line, verb: int) -> bool:
    """Whether a toll stands before the verb, as what is set: "the toll in Peru was cut"."""
    return any(line.hits[i].has("toll") for i in range(max(0, verb - _TOLL), verb) if i in line.hits)


def counts_noun(line: Line, at: int) -> bool:
    """ "the number of people dead", "the number killed": a noun phrase about a number leads to the event."""
    return any(line.lower(i) in {"number", "count", "tally", "total", "figure"} for i in range(max(0, at - 7), at))
