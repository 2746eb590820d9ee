"""The fold: standing claims -> Estimate with its explanation (DESIGN section 7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tallywire.core.corrections import settle, unread
from tallywire.core.definition import Definition
from tallywire.core.increments import place
from tallywire.core.links import Links, Whole, affected, family, links
from tallywire.core.mixup import Wholes
from tallywire.core.picture import Picture, anchored
from tallywire.core.plans import current
from tallywire.core.policies import chosen
from tallywire.core.series import add_up, latest, one_per
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
from tallywire.core.statements import Statement, collect

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
    settings = definition.settings
    claims = list(standing)
    found = collect(definition, claims, until)
    held, taken_back = settle(found.statements, settings)
    dated = [s for s in held if s.day is not None]
    undated = [s for s in held if s.day is None]
    wholes = Wholes(links, claims, settings, until)
    picture = _pictured(definition, dated, undated, wholes)
    newest = max((s.last for s in dated if s.last), default=None)
    planned, plan_verdicts = current(found.plans, picture, newest, settings)
    verdicts = [*taken_back, *picture.verdicts, *plan_verdicts]
    verdicts += [unread(ids, *why) for why, ids in found.left.items()]
    return made(definition, picture, planned, verdicts, len(found.documents))


def _pictured(definition: Definition, dated: list[Statement], undated: list[Statement], wholes: Wholes) -> Picture:
    """Reads the statements in the way that the definition's figures and policy ask for."""
    settings = definition.settings
    if definition.figures == "add up":
        return add_up(dated, undated, settings, wholes)
    if definition.figures.startswith("one per"):
        return one_per(dated, undated, settings, wholes)
    placed, left = place(dated, settings)
    if definition.policy == "latest":
        picture = latest(placed, undated, settings, wholes)
    else:
        widen = definition.policy == "range"
        picture = anchored(placed, undated, settings, wholes, widen=widen)
        picture = chosen(picture, definition.policy, settings)
    picture.verdicts += left
    return picture


def made(
    definition: Definition, picture: Picture, planned: Planned | None, verdicts: list[Verdict], documents: int
) -> Estimate:
    """The state that a picture shows."""
    best, lowest, highest = picture.stands, picture.lowest, picture.highest
    verdicts = [_behind(v, best) for v in verdicts]
    return Estimate(
        id=definition.id,
        policy=definition.policy,
        best=best.low if best else None,
        low=lowest.low if lowest else None,
        high=highest.high if highest else None,
        bound=best.bound if best else None,
        as_of=best.day.isoformat() if best and best.day else None,
        reason=picture.reason,
        planned=planned,
        contradiction=Contradiction(tuple(_side(s) for s in picture.sides)) if picture.sides else None,
        provisional=tuple(_provisional(s, reason) for s, reason in picture.waiting),
        originators=len({v.voice for v in verdicts if v.used and v.named and v.rule != 9}),
        documents=documents,
        undated=picture.undated,
        by=best.evidence if best else (),
        edges=tuple(dict.fromkeys(c for s in (lowest, highest) if s for c in s.evidence)),
        verdicts=tuple(sorted(verdicts, key=lambda v: (v.claims, v.reason))),
    )


def _behind(verdict: Verdict, best: Statement | None) -> Verdict:
    """A base, or what a policy chose, may have been passed over by the reading; behind the figure it is in use."""
    if best is None or verdict.used or not verdict.claims or verdict.claims[0] not in best.evidence:
        return verdict
    if verdict.claims == best.claims:
        return verdict._replace(used=True, rule=5, reason="rule 5: stands by the estimate's policy")
    return verdict._replace(used=True, rule=3, reason="rule 3: the base of the increment that stands")


def _side(found: Statement) -> Side:
    return Side(found.voice.originator, found.low, found.high, found.bound, _iso(found.day), _cited(found))


def _provisional(found: Statement, reason: str) -> Provisional:
    return Provisional(found.voice.originator, found.low, found.high, _iso(found.day), reason, _cited(found))


def _cited(found: Statement) -> tuple[str, ...]:
    """The claims to quote for a statement: its own; a sum has only those of its parts."""
    return found.claims or found.evidence


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


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
        "pin": summary.get("pin") and summary["pin"]["machine"],
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
