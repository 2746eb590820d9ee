"""Rule 9: the plan that is current. A line of its own, never part of the figure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tallywire.core.claim import Kind
from tallywire.core.dates import issued_day
from tallywire.core.definition import FoldSettings
from tallywire.core.picture import Picture
from tallywire.core.quantity import Number, interval
from tallywire.core.standing import Standing
from tallywire.core.state import Planned, Verdict
from tallywire.core.statements import Voice, numbers, voice_of


class Figure(NamedTuple):
    low: Number
    high: Number
    kind: Kind


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one voice said of one planned figure: first and last day, claims with the first one first."""

    voice: Voice
    figure: Figure
    first: date | None
    last: date | None
    claims: tuple[str, ...]

    def joined(self, other: Plan) -> Plan:
        """All that both say of the same figure; of the claims only the first is kept."""
        first = min(self, other, key=lambda p: (p.first or date.max, p.claims[0]))
        last = max((day for day in (self.last, other.last) if day), default=None)
        return Plan(self.voice, self.figure, first.first, last, first.claims[:1])

    @property
    def newness(self) -> tuple[date, Figure, Voice]:
        """Undated plans come before all others; a repeat does not make an old plan new among originators."""
        return self.first or date.min, self.figure, self.voice


def current(
    claims: list[Standing], picture: Picture, newest: date | None, settings: FoldSettings
) -> tuple[Planned | None, list[Verdict]]:
    """The newest of the originators' newest plans that is neither reached nor too old, and the verdicts on all.

    `newest` is the newest day of a reported claim: plans age by what is dated, for the fold has no clock.
    """
    return current_of(plans_of(claims), picture, newest, settings)


def current_of(
    plans: list[Plan], picture: Picture, newest: date | None, settings: FoldSettings
) -> tuple[Planned | None, list[Verdict]]:
    """The same of plans that were collected before; they come in the order of their newness."""
    last_words = _newest_of_each(plans)
    now = max((day for day in (newest, *(p.last for p in plans)) if day), default=None)
    out = {p: _passed(p, picture, now, settings) for p in last_words}
    chosen = max((p for p in last_words if out[p] is None), key=lambda p: p.newness, default=None)
    verdicts = []
    for plan in plans:
        if plan is chosen:
            verdicts.append(_verdict(plan, "the current plan, never added to the figure", used=True))
        elif plan not in out:
            verdicts.append(_verdict(plan, "its originator has a newer plan"))
        else:
            verdicts.append(_verdict(plan, out[plan] or "another originator's plan is newer"))
    if chosen is None:
        return None, verdicts
    low, high, kind = chosen.figure
    day = chosen.first.isoformat() if chosen.first else None
    return Planned(low, high, kind, chosen.voice.originator, day, chosen.claims), verdicts


def plans_of(claims: list[Standing]) -> list[Plan]:
    """What each voice said of each planned figure, the oldest first."""
    table: dict[tuple[Voice, Figure], list[tuple[date | None, str]]] = defaultdict(list)
    for claim in claims:
        low, high = numbers(claim)
        figure = Figure(low, high, claim.kind)
        table[voice_of(claim), figure].append((issued_day(claim.published), claim.id))
    plans = []
    for (voice, figure), said in table.items():
        said.sort(key=lambda s: (s[0] or date.max, s[1]))
        days = [day for day, _ in said if day]
        first, last = (days[0], days[-1]) if days else (None, None)
        plans.append(Plan(voice, figure, first, last, tuple(i for _, i in said)))
    return sorted(plans, key=lambda p: p.newness)


def _newest_of_each(plans: list[Plan]) -> list[Plan]:
    """What each voice says last; a plan that it repeats is still its plan."""
    best: dict[Voice, Plan] = {}
    for plan in sorted(plans, key=lambda p: (p.last or date.min, p.newness)):
        best[plan.voice] = plan
    return list(best.values())


def _passed(plan: Plan, picture: Picture, now: date | None, settings: FoldSettings) -> str | None:
    """Why a plan is no longer open, or None."""
    if plan.last and now and (now - plan.last).days >= settings.plan_days:
        return f"older than {settings.plan_days} days"
    stands = picture.stands
    if stands is None:
        return None
    base = _level_on(plan.first, picture) if plan.figure.kind == "additional" else 0
    if base is not None and stands.low >= base + plan.figure.low:
        return f"reached: {interval(stands.low, stands.high)} stands"
    return None


def _level_on(day: date | None, picture: Picture) -> Number | None:
    """What stood at the end of a day; None where nothing did, or the day is unknown."""
    if day is None:
        return None
    return next((n for at, n in reversed(picture.history) if at <= day), None)


def _verdict(plan: Plan, reason: str, *, used: bool = False) -> Verdict:
    return Verdict(plan.claims, plan.voice.label, plan.voice.named, used, 9, f"rule 9: {reason}")
