"""Which estimates are tied to each other: sums (`adds`) and wholes (`adds` seen from the part, `inside`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tallywire.core.definition import Definition


@dataclass(frozen=True, slots=True)
class Whole:
    """An estimate that another one is part of; `adds` are the parts that it sums, if it does."""

    id: str
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """The wholes that one estimate is part of. (What it adds stands in its definition.)"""

    wholes: tuple[Whole, ...] = ()


def links(estimate: str, definitions: Mapping[str, Definition]) -> Links:
    """The wholes of an estimate among `definitions` (by id)."""
    own = definitions[estimate].inside if estimate in definitions else None
    found = [d for d in definitions.values() if estimate in d.adds or d.id == own]
    return Links(tuple(Whole(d.id, d.adds) for d in sorted(found, key=lambda d: d.id) if d.id != estimate))


def family(estimate: str, definitions: Mapping[str, Definition]) -> frozenset[str]:
    """The ids whose claims fold() needs for this estimate: its own, what it adds, its wholes and what they add."""
    adds = definitions[estimate].adds if estimate in definitions else ()
    wholes = links(estimate, definitions).wholes
    return frozenset({estimate, *adds}.union(*({w.id, *w.adds} for w in wholes)))


def affected(estimate: str, definitions: Mapping[str, Definition]) -> frozenset[str]:
    """The estimates to fold again when a claim of this one changes (itself included)."""
    return frozenset({estimate} | {i for i in definitions if estimate in family(i, definitions)})
