"""Whose count a figure is: "by the count of the ministry", "her figure was 300", "a study comes to 300"."""

from __future__ import annotations

from typing import Final

from tallywire.extract.asides import before_adjuncts
from tallywire.extract.citation import OWNERS, Citation, citation, closing, opening_subject
from tallywire.extract.dates import MONTHS
from tallywire.extract.line import BE, LEVEL, Line
from tallywire.extract.sayers import AGENCY, left, leftwards, right

_LEADS: Final = frozenset({"by", "in", "on"})
_STANDS: Final = LEVEL | BE
_QUALIFIES: Final = frozenset(MONTHS) | frozenset(
    "own latest last first earlier initial official total provisional preliminary previous".split()
)
_SOME: Final = frozenset("some most all other several many press media".split())


def counted(line: Line, at: int) -> Citation | None:
    """Whose count it is: "her figure was 30", "by the ministry's own tally", "in the count of the union"."""
    own = at
    while line.lower(own - 1) in _QUALIFIES and at - own < 2:  # "their own December estimate"
        own -= 1
    owned = line.tokens[own - 1].kind == "possessive" or line.lower(own - 1) in OWNERS
    if owned and _stands(line, at + 1):
        return _owned(line, own)
    if owned and line.lower(at + 1) == "of" and at + 2 in line.at_number and (whose := _owned(line, own)):
        return whose._replace(cited=not whose.weak or whose.name not in OWNERS.values())  # "denied its figure of 40"
    led = _led_by(line, own)
    if led is None:
        return None
    if line.lower(at + 1) == "of":
        return closing(line, led, right(line, at + 2), cited=False)
    if not owned:
        return None
    name = opening_subject(line, led) if line.lower(own - 1) in OWNERS else right(line, led + 1)
    return closing(line, led, name, cited=False)


def _stands(line: Line, at: int) -> bool:
    """Whether the figure follows at once, or after an aside: "Lima's version, as relayed by Radio Sol, is that"."""
    if line.lower(at) == ",":
        comma = next((i for i in range(at + 1, min(at + 9, len(line.tokens))) if line.lower(i) == ","), at)
        return line.lower(comma + 1) in BE
    return line.lower(at) in _STANDS


def _led_by(line: Line, at: int) -> int | None:
    """Where "by" or "in" leads to the count at tokens[at]."""
    return next((i for i in range(at - 1, max(-1, at - 7), -1) if line.lower(i) in _LEADS), None)


def unnamed(line: Line, at: int) -> Citation | None:
    """ "By some accounts 30 died": nobody is named, yet somebody else says so."""
    led = line.lower(at - 2) == "by" and line.lower(at - 1) in _SOME
    return Citation(line.text(at, at + 1), at - 1, at + 1, at, is_left=at > 3, weak=False) if led else None


def comes_to(line: Line, at: int) -> Citation | None:
    """ "a study by the union comes to 300": the paper, or who wrote it."""
    if at + 2 not in line.at_number or line.lower(before_adjuncts(line, at - 1)) not in AGENCY:
        return None
    name = left(line, at)
    return citation(line, at, name, cited=False)._replace(is_left=False) if name else None


def _owned(line: Line, at: int) -> Citation | None:
    """ "the ministry's count stood at 300"; "her figure" is that of the one spoken of."""
    if pronoun := OWNERS.get(line.lower(at - 1)):
        return Citation(pronoun, at - 1, at, at, is_left=False, weak=True)
    name = leftwards(line, at - 2)
    return citation(line, at, name, cited=False) if name else None
