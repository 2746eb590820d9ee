"""The fold: standing claims -> Estimate with its explanation (DESIGN section 7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tallywire.core.definition import Definition
from tallywire.core.links import Links, Whole, affected, family, links
from tallywire.core.standing import Standing
from tallywire.core.state import (
    Contradiction,
    Estimate,
    Json,
    LeftOut,
    Planned,
    Provisional,
    Side,
    Use,
    Verdict,
)

__all__ = [
    "Contradiction",
    "Estimate",
    "LeftOut",
    "Links",
    "Planned",
    "Provisional",
    "Side",
    "Standing",
    "Use",
    "Verdict",
    "Whole",
    "affected",
    "family",
    "fold",
    "links",
    "moved",
    "same",
]

NO_LINKS = Links()


def fold(
    definition: Definition,
    standing: Iterable[Standing],
    *,
    links: Links = NO_LINKS,
    until: date | None = None,
) -> Estimate:
    """The state of an estimate by the claims of its family (see `family`), in whatever order they come.

    `until`: what was so on that day; later and undated claims are left out.
    """
    raise NotImplementedError


def same(before: Json | None, after: Json) -> bool:
    """Whether nothing that people would call a change lies between two summaries."""
    return before is not None and _told(before) == _told(after)


def _told(summary: Json) -> Json:
    """What counts as the state: the figures. Counts, evidence, dates and wording may change without news."""
    planned = summary["planned"]
    return {
        "figure": [summary["best"], summary["low"], summary["high"]],
        "planned": planned and [planned["low"], planned["high"], planned["kind"]],
        "contradiction": summary["contradiction"] is not None,
        "provisional": sorted([str(p["originator"]), p["low"], p["high"]] for p in summary["provisional"]),
    }


def moved(before: Json | None, after: Estimate) -> list[str]:
    """The ids of the claims behind the difference between a summary and a state, the weightiest first."""
    old = before or Estimate(after.id, after.policy).summary()
    told, now = _told(old), _told(after.summary())
    ids: list[str] = []
    if told["figure"] != now["figure"]:
        ids += [c for c in (*after.by, *after.edges) if c not in old["by"]] or list(after.by)
    if told["planned"] != now["planned"] and after.planned:
        ids += after.planned.claims[:1]
    if told["contradiction"] != now["contradiction"] and after.contradiction:
        ids += [side.claims[0] for side in after.contradiction.sides]
    ids += [p.claims[0] for p in after.provisional if [str(p.originator), p.low, p.high] not in told["provisional"]]
    return list(dict.fromkeys(ids))
