"""Acceptance 2: two years of dated statements, read in the order of their dates and shuffled."""

from __future__ import annotations

import random
from datetime import date
from typing import NamedTuple

import pytest

from tallywire.core.dates import issued_day
from tallywire.core.estimate import Estimate
from tests.fold.rows import DPRK, fold_in, timeline


class Row(NamedTuple):
    day: str
    estimate: str
    best: int
    low: int
    high: int
    bound: str
    contradiction: bool = False


ROWS = [
    Row("2024-10-23", "dprk.deployed", 3000, 3000, 11000, "exact", contradiction=True),
    Row("2024-10-28", "dprk.deployed", 10000, 3000, 11000, "about", contradiction=True),
    Row("2024-11-17", "dprk.deployed", 11000, 11000, 12000, "range", contradiction=True),
    Row("2024-12-23", "dprk.casualties", 1100, 1100, 3000, "at_least", contradiction=True),
    Row("2024-12-23", "dprk.killed", 100, 100, 100, "at_least"),
    Row("2024-12-23", "dprk.wounded", 1000, 1000, 1000, "about"),
    Row("2025-01-22", "dprk.killed", 300, 300, 1000, "about", contradiction=True),
    Row("2025-01-22", "dprk.casualties", 4000, 4000, 4000, "about"),
    Row("2025-01-22", "dprk.deployed", 12000, 12000, 12000, "exact"),
    Row("2025-02-27", "dprk.deployed", 13000, 13000, 15000, "range"),
    Row("2025-03-27", "dprk.deployed", 14000, 14000, 14000, "about"),
    Row("2025-03-27", "dprk.casualties", 4000, 4000, 4000, "about"),
    Row("2025-03-27", "dprk.artillery", 220, 220, 220, "about"),
    Row("2025-04-30", "dprk.deployed", 15000, 15000, 15000, "about"),
    Row("2025-04-30", "dprk.killed", 600, 600, 600, "about"),
    Row("2025-04-30", "dprk.wounded", 4100, 4100, 4100, "about"),
    Row("2025-04-30", "dprk.casualties", 5000, 4700, 5000, "over"),
    Row("2025-07-13", "dprk.deployed", 15000, 14000, 15000, "about"),
    Row("2025-07-13", "dprk.casualties", 6000, 6000, 6000, "over"),
    Row("2025-07-13", "dprk.containers", 28000, 28000, 28000, "about"),
    Row("2025-07-13", "dprk.shells", 12000000, 12000000, 12000000, "over"),
    Row("2025-11-04", "dprk.deployed", 15000, 15000, 15000, "about"),
    Row("2025-11-04", "dprk.killed", 2000, 2000, 2000, "about"),
    Row("2025-11-04", "dprk.workers", 5000, 5000, 5000, "at_least"),
]

PLANS = [
    ("2024-10-23", (10000, 10000, "total", "South Korea NIS")),
    ("2024-11-17", (9000, 9000, "additional", "Zelensky")),  # a projection of 100,000 is nobody's plan
    ("2025-04-30", None),  # 9,000 more: half a year old
    ("2025-07-13", (25000, 30000, "additional", "HUR")),
]

CLAIMS = timeline()
ORDERS: list[int | None] = [None, *range(50)]


def on(day: str, estimate: str, seed: int | None = None) -> Estimate:
    """The estimate by what was published until a day, in date order or shuffled."""
    known = [c for c in CLAIMS if (issued_day(c.published) or date.max) <= date.fromisoformat(day)]
    if seed is not None:
        random.Random(seed).shuffle(known)
    return fold_in(DPRK, estimate, known)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.day}-{r.estimate}")
def test_the_table(row: Row) -> None:
    for seed in ORDERS:
        found = on(row.day, row.estimate, seed)
        stands = (found.best, found.low, found.high, found.bound, found.contradiction is not None)
        assert stands == row[2:], seed


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.day}-{r.estimate}")
def test_the_table_by_what_is_known_at_the_end(row: Row) -> None:
    """What was true on a day, by all that is known now: here every statement is of the day it was published."""
    found = fold_in(DPRK, row.estimate, CLAIMS, date.fromisoformat(row.day))
    assert (found.best, found.low, found.high, found.bound, found.contradiction is not None) == row[2:]


@pytest.mark.parametrize("day, plan", PLANS)
def test_the_planned_line(day: str, plan: tuple[int, int, str, str] | None) -> None:
    planned = on(day, "dprk.deployed").planned
    assert (planned and (planned.low, planned.high, planned.kind, planned.originator)) == plan


def test_the_same_contradiction_lasts_from_one_row_to_the_next() -> None:
    sides = [
        {s.originator: s.low for s in found.contradiction.sides}
        for day in ("2024-10-23", "2024-10-28")
        if (found := on(day, "dprk.deployed")).contradiction
    ]
    assert sides[0] == {"HUR": 11000, "Pentagon": 3000, "South Korea NIS": 3000}
    assert sides[1] == {"HUR": 11000, "Pentagon": 10000, "South Korea NIS": 3000, "Zelensky": 3000}


def test_a_jump_waits_and_casualties_printed_as_deaths_are_left_out() -> None:
    killed = on("2025-01-22", "dprk.killed")
    assert [(p.originator, p.low) for p in killed.provisional] == [("Western officials", 1000)]
    mistaken = next(c for c in CLAIMS if c.estimate == "dprk.killed" and c.originator == "Zelensky")
    left = {o.claim: o for o in killed.left_out}[mistaken.id]
    assert left.rule == 6
    assert "dprk.casualties" in left.reason


@pytest.mark.parametrize(
    "day, estimate, number", [("2025-11-04", "dprk.killed", 600), ("2025-11-04", "dprk.deployed", 10000)]
)
def test_a_repeated_or_partial_figure_changes_nothing(day: str, estimate: str, number: int) -> None:
    late = {c.id for c in CLAIMS if c.published == day and c.low == number}
    assert late
    without = fold_in(DPRK, estimate, [c for c in CLAIMS if (c.published or "") <= day and c.id not in late])
    found = on(day, estimate)
    assert (found.best, found.bound) == (without.best, without.bound)
    assert late <= {o.claim for o in found.left_out}


@pytest.mark.parametrize("estimate", DPRK)
def test_every_claim_is_explained_once(estimate: str) -> None:
    found = fold_in(DPRK, estimate, CLAIMS)
    explained = sorted([u.claim for u in found.uses] + [o.claim for o in found.left_out])
    assert explained == sorted(c.id for c in CLAIMS if c.estimate == estimate)
