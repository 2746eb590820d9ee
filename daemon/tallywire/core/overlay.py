"""Rule 10: what analysts set beside the fold, and what estimates that hang together owe each other.

The fold's figure is never changed by this, only covered (a pin, with the machine's value kept beneath it) or talked
about (a contradiction that somebody looked at and closed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tallywire.core.definition import FoldSettings
from tallywire.core.measure import near
from tallywire.core.state import Contradiction, Estimate, Pinned, Side

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rulings:
    """`pin`: {low, best, high, why, by}. `closed`: the sides of the contradiction that an analyst closed."""

    pin: Json | None = None
    closed: Sequence[Json] = ()


def published(state: Estimate, rulings: Rulings, violation: Contradiction | None, settings: FoldSettings) -> Estimate:
    """The state as people are told it: with the violation of a link, without what was closed, under the pin."""
    open_ = joined(state.contradiction, violation)
    if open_ is not None and _is_closed(open_, rulings.closed, settings):
        open_ = None
    state = replace(state, contradiction=open_)
    return pinned(state, rulings.pin, settings) if rulings.pin else state


def pinned(state: Estimate, pin: Json, settings: FoldSettings) -> Estimate:
    """The pin's value, with the machine's beneath it."""
    low, best, high = pin["low"], pin["best"], pin["high"]
    over = Pinned(low, best, high, pin["why"], pin["by"], (state.low, state.best, state.high), settings.near)
    reason = f"rule 10: pinned by {pin['by']}: {pin['why']}"
    return replace(state, best=best, low=low, high=high, bound="exact", policy="pinned", reason=reason, pin=over)


def joined(own: Contradiction | None, violation: Contradiction | None) -> Contradiction | None:
    """At most one contradiction an estimate, listing all sides."""
    if own is None or violation is None:
        return own or violation
    return Contradiction(own.sides + tuple(s for s in violation.sides if s not in own.sides))


def _is_closed(found: Contradiction, closed: Sequence[Json], settings: FoldSettings) -> bool:
    """Whether an analyst saw every side; one that says something clearly else opens it again."""
    return all(any(_is_known(side, old, settings) for old in closed) for side in found.sides)


def _is_known(side: Side, old: Json, settings: FoldSettings) -> bool:
    return (
        side.originator == old["originator"]
        and near(side.low, old["low"], settings)
        and near(side.high, old["high"], settings)
    )
