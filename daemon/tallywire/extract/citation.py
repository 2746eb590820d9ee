"""One attribution: who is cited, and how far that reaches."""

from __future__ import annotations

from typing import Final, NamedTuple

from tallywire.extract.line import Line
from tallywire.extract.plain_names import is_set_off
from tallywire.extract.sayers import Name, right

OWNERS: Final = {"his": "he", "her": "she", "its": "it", "their": "they"}
_TALLIES: Final = frozenset("figures figure numbers count tally call records estimate estimates account data".split())
_RECORDS: Final = frozenset("records registers files lists documents".split())  # "said, citing hospital records"


class Citation(NamedTuple):
    """One attribution. `weak`: a pronoun or a bare office, which stands for somebody named before.

    It holds for what stands right of tokens[verb]; where it is set off ("..., X said, ...") for both sides.
    """

    name: str
    first: int
    last: int
    verb: int
    is_left: bool
    weak: bool
    cited: bool = False
    named: bool = False  # "according to", which outranks the one who only reports


def closing(line: Line, at: int, name: Name | None, *, cited: bool) -> Citation | None:
    """ "according to X" and "citing X" close what they are about, unless they open the sentence."""
    if name is None or (cited and line.lower(name.last) in _RECORDS):
        return None
    return citation(line, at, name, cited=cited)._replace(is_left=at > 2, named=not cited)


def citation(line: Line, verb: int, name: Name, *, cited: bool) -> Citation:
    """Set off by a comma, it holds for both sides of it; else for what follows its verb."""
    first = min(verb, name.first if name.opened < 0 else name.opened)
    aside = first > 1 and is_set_off(line, first)
    own = next((i for i in (name.first, name.first + 1) if line.lower(i) == "own"), 0)
    pronoun = OWNERS.get(line.lower(own - 1)) if own and line.lower(name.last - 1) in _TALLIES else None
    if pronoun:  # "its own roll call" is its; "his own minister" is not he
        return Citation(pronoun, name.first, name.last, verb, aside, weak=True)
    return Citation(line.text(name.first, name.last), name.first, name.last, verb, aside, name.weak, cited)


def opening_subject(line: Line, verb: int) -> Name | None:
    """Who opens the sentence, by name or office."""
    name = right(line, 0)
    return name if name and name.first < 2 and name.last < verb else None
