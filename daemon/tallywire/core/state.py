"""What the fold gives back: the state of one estimate, and the explanation of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tallywire.core.claim import Kind
from tallywire.core.quantity import Bound, Number

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan that is current; never part of the figure. `date` is ISO, None for an undated article."""

    low: Number
    high: Number
    kind: Kind  # total or additional
    originator: str | None
    date: str | None
    claims: tuple[str, ...]

    def summary(self) -> Json:
        return {
            "low": self.low,
            "high": self.high,
            "kind": self.kind,
            "originator": self.originator,
            "as_of": self.date,
            "claim": self.claims[0],
        }


@dataclass(frozen=True, slots=True)
class Side:
    """What one originator holds in a contradiction."""

    originator: str | None
    low: Number
    high: Number
    bound: Bound
    date: str | None
    claims: tuple[str, ...]

    def summary(self) -> Json:
        return {
            "originator": self.originator,
            "low": self.low,
            "high": self.high,
            "bound": self.bound,
            "as_of": self.date,
            "claim": self.claims[0],
        }


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Originators who can't all be right; sides run from the lowest to the highest."""

    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Provisional:
    """A figure above what stands that waits: for a second source, or (with `date` None) for a date."""

    originator: str | None
    low: Number
    high: Number
    date: str | None
    reason: str
    claims: tuple[str, ...]

    def summary(self) -> Json:
        return {
            "originator": self.originator,
            "low": self.low,
            "high": self.high,
            "as_of": self.date,
            "reason": self.reason,
            "claim": self.claims[0],
        }


@dataclass(frozen=True, slots=True)
class Pinned:
    """A value that an analyst set over the machine's, and what the machine says beneath it. `near` as in the fold."""

    low: Number
    best: Number
    high: Number
    why: str
    by: str
    shadow: tuple[Number | None, Number | None, Number | None]  # the machine's low, best, high
    near: float

    @property
    def left(self) -> bool:
        """Whether the machine's figure is no longer near what is pinned."""
        best, slack = self.shadow[1], self.near * (1 + 1e-9)
        return best is None or not self.low <= best * slack or not best <= self.high * slack

    def summary(self) -> Json:
        low, best, high = self.shadow
        machine = {"low": low, "best": best, "high": high}
        return {"by": self.by, "why": self.why, "machine": machine, "left": self.left}


@dataclass(frozen=True, slots=True)
class Use:
    """A claim that bears on the figure, the number of the rule that let it, and in whose voice it speaks."""

    claim: str
    rule: int
    reason: str
    voice: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim that does not bear on the figure, and the rule that left it out."""

    claim: str
    rule: int
    reason: str


class Verdict(NamedTuple):
    """What became of one statement; `claims` are this estimate's own claims behind it, the first one first.

    A sum of other estimates' claims has none of its own. `named`: whether `voice` is an originator (or an outlet).
    """

    claims: tuple[str, ...]
    voice: str | None
    named: bool
    used: bool
    rule: int
    reason: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """The state of one estimate, a pure function of claims, policy and `until`.

    `best` is None where no claim may stand. `by` names the first claim of each statement behind `best`, `edges` those
    behind `low` and `high`. `originators` counts named originators with reported claims in use, `documents` the
    distinct articles with reported claims of this estimate.
    """

    id: str
    policy: str
    best: Number | None = None
    low: Number | None = None
    high: Number | None = None
    bound: Bound | None = None
    as_of: str | None = None
    reason: str = ""
    planned: Planned | None = None
    contradiction: Contradiction | None = None
    provisional: tuple[Provisional, ...] = ()
    originators: int = 0
    documents: int = 0
    undated: bool = False
    by: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = field(default=(), repr=False)
    pin: Pinned | None = None

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every claim in use; computed on demand, for a long history is rarely asked for."""
        return tuple(use for verdict in self.verdicts if verdict.used for use in _uses(verdict))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Every claim left out, with the reason; with `uses` each claim of the estimate once."""
        return tuple(LeftOut(c, v.rule, v.reason) for v in self.verdicts if not v.used for c in v.claims)

    def summary(self) -> Json:
        """JSON-native and deterministic: what EstimateRevised keeps as before and after. `pin` only where one is."""
        pin = {"pin": self.pin.summary()} if self.pin else {}
        return {
            "best": self.best,
            "low": self.low,
            "high": self.high,
            "bound": self.bound,
            "as_of": self.as_of,
            "policy": self.policy,
            "planned": self.planned.summary() if self.planned else None,
            "originators": self.originators,
            "documents": self.documents,
            "contradiction": [s.summary() for s in self.contradiction.sides] if self.contradiction else None,
            "provisional": [p.summary() for p in self.provisional],
            "undated": self.undated,
            "by": list(self.by),
            "edges": list(self.edges),
            **pin,
        }


def _uses(verdict: Verdict) -> Iterator[Use]:
    """The first claim made the statement; the others repeat it, which is no news (rule 2)."""
    for place, claim in enumerate(verdict.claims):
        if place == 0:
            yield Use(claim, verdict.rule, verdict.reason, verdict.voice)
        else:
            yield Use(claim, 2, f"rule 2: repeats a statement in use ({verdict.reason})", verdict.voice)
