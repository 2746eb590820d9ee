"""Rule 10: what `inside` and `adds` promise about the values of several estimates. Nothing is fixed, only said."""

from __future__ import annotations

from collections.abc import Mapping

from tallywire.core.definition import Definition
from tallywire.core.measure import within
from tallywire.core.state import Contradiction, Estimate, Side


def violation(definition: Definition, estimates: Mapping[str, Estimate]) -> Contradiction | None:
    """The contradiction between an estimate and what it is inside of, or what it adds up; None where all is well.

    `estimates`: the states of the whole set by id. What the ranges can explain is no violation, nor is a difference
    within the near factor, which is rounding. The sides carry the estimates' ids where an originator would stand.
    """
    own = estimates.get(definition.id)
    if own is None or own.low is None or own.high is None:
        return None
    near = definition.settings.near
    whole = estimates.get(definition.inside) if definition.inside else None
    if whole is not None and whole.high is not None and not within(whole.high, own.low, near):
        return Contradiction(tuple(side for e in (whole, own) if (side := _side(e))))
    parts = [e for name in definition.adds if (e := estimates.get(name)) is not None]
    if not within(own.high, sum(e.low or 0 for e in parts), near):
        return Contradiction(tuple(side for e in (own, *parts) if (side := _side(e))))
    return None


def _side(estimate: Estimate) -> Side | None:
    if estimate.low is None or estimate.best is None or estimate.high is None:
        return None
    return Side(estimate.id, estimate.best, estimate.best, estimate.bound or "exact", estimate.as_of, estimate.by)
