"""Acceptance 1: five real articles, in all 120 orders, with the dates that a reader may or may not find in them."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tallywire.core.estimate import Estimate, fold, moved, same
from tallywire.core.standing import Standing
from tests.fold.rows import DPRK, claim, fold_in

MILITARY, NIS, WEST, UKRAINE = "South Korea's military", "South Korea NIS", "Western officials", "Ukrainian officials"

# (article, estimate, number, bound, originator, more). A tuple is a range, None a vague figure.
ROWS: list[tuple[int, str, Any, str, str | None, dict[str, Any]]] = [
    (0, "dprk.deployed", (25000, 30000), "range", None, {"kind": "additional", "status": "planned"}),
    (0, "dprk.deployed", 11000, "exact", None, {"kind": "component", "as_of": "2023-06"}),
    (0, "dprk.deployed", None, "vague", None, {"kind": "additional"}),
    (1, "dprk.deployed", 3000, "about", MILITARY, {"kind": "additional", "as_of": "2025-03", "onto": 11000}),
    (1, "dprk.deployed", 11000, "about", MILITARY, {}),
    (1, "dprk.casualties", 4000, "about", MILITARY, {}),
    (2, "dprk.artillery", 200, "about", MILITARY, {}),
    (2, "dprk.deployed", 11000, "about", NIS, {}),
    (2, "dprk.killed", 300, "about", NIS, {}),
    (2, "dprk.wounded", 2700, "exact", NIS, {}),
    (2, "dprk.containers", 1000, "over", "Julianne Smith", {}),
    (2, "dprk.killed", 1000, "about", WEST, {"as_of": "2025-01"}),
    (2, "dprk.wounded", 3000, "exact", WEST, {"as_of": "2025-01"}),
    (2, "dprk.killed", None, "vague", "Zelensky", {}),
    (3, "dprk.deployed", 12000, "nearly", None, {}),
    (3, "rus.casualties", 600000, "over", None, {}),
    (4, "dprk.deployed", 3000, "at_least", MILITARY, {"kind": "additional", "as_of": "2024", "onto": 11000}),
    (4, "dprk.deployed", 11000, "about", MILITARY, {}),
    (4, "dprk.casualties", 4000, "about", MILITARY, {}),
    (4, "dprk.artillery", 220, "exact", None, {}),
    (4, "dprk.killed", 400, "about", UKRAINE, {"as_of": "2025-02"}),
    (4, "dprk.wounded", 3600, "exact", UKRAINE, {"as_of": "2025-02"}),
    (4, "dprk.containers", None, "vague", None, {}),
]

KNOWN_DATES = {
    "as the articles give them": {0: "2025-07-07", 1: "2025-03-27"},
    "all of them": {0: "2025-07-07", 1: "2025-03-27", 2: "2025-02-11", 3: "2024-11-15", 4: "2025-03-27"},
    "none": {},
}
ORDERS = list(permutations(range(5)))


def articles(dates: dict[int, str]) -> list[list[Standing]]:
    found: list[list[Standing]] = [[] for _ in range(5)]
    for place, (article, estimate, number, bound, originator, more) in enumerate(ROWS):
        found[article].append(
            claim(
                number,
                originator,
                dates.get(article),
                id=f"c{place:02}",
                article=f"seed{article}",
                estimate=estimate,
                bound=bound,
                **more,
            )
        )
    return found


def folded(claims: list[Standing]) -> dict[str, Estimate]:
    return {name: fold_in(DPRK, name, claims) for name in DPRK}


@pytest.fixture(params=KNOWN_DATES.values(), ids=list(KNOWN_DATES))
def dropped(request: pytest.FixtureRequest) -> list[list[Standing]]:
    return articles(request.param)


def test_every_order_of_the_five_ends_in_the_same_estimates(dropped: list[list[Standing]]) -> None:
    states = [folded([c for i in order for c in dropped[i]]) for order in ORDERS]
    assert all(state == states[0] for state in states)


def test_the_five_give_what_the_design_says(dropped: list[list[Standing]]) -> None:
    found = folded([c for article in dropped for c in article])
    deployed, killed, casualties = found["dprk.deployed"], found["dprk.killed"], found["dprk.casualties"]
    assert (deployed.best, deployed.low, deployed.high) == (14000, 14000, 14000)
    assert deployed.planned is not None
    assert (deployed.planned.low, deployed.planned.high, deployed.planned.kind) == (25000, 30000, "additional")
    assert (killed.best, killed.low, killed.high) == (1000, 300, 1000)
    assert [name for name, state in found.items() if state.contradiction] == ["dprk.killed"]
    assert killed.contradiction is not None
    assert {s.originator for s in killed.contradiction.sides} >= {UKRAINE, WEST}
    assert casualties.best == 4000
    assert found["dprk.artillery"].best == 220
    assert found["dprk.containers"].best == 1000
    assert found["rus.casualties"].best == 600000


def test_no_figure_is_a_naive_sum_at_any_time_in_any_order(dropped: list[list[Standing]]) -> None:
    seen: set[Any] = set()
    for order in ORDERS:
        for count in range(1, 6):
            state = folded([c for i in order[:count] for c in dropped[i]])["dprk.deployed"]
            seen |= {state.best, state.low, state.high}
    assert seen <= {None, 11000, 12000, 14000}


@pytest.mark.parametrize("dates", ["as the articles give them", "all of them"])
@pytest.mark.parametrize("first, second", [(1, 4), (4, 1)])
def test_the_second_report_of_the_same_increment_changes_nothing(dates: str, first: int, second: int) -> None:
    """Whatever came before it, and whichever of the two comes first.

    (With no publication date at all, the one figure that has a date, a part of 2023, is all that can stand until the
    dated report of the increment: the undated one waits for its date, and says so.)
    """
    dropped, changed = articles(KNOWN_DATES[dates]), 0
    for order in ORDERS:
        before: dict[str, Any] | None = None
        read: list[Standing] = []
        for article in order:
            read += dropped[article]
            state = fold_in(DPRK, "dprk.deployed", read)
            if article == second and first in order[: order.index(second)]:
                assert same(before, state.summary())
                assert moved(before, state) == []
                changed += 1
            before = state.summary()
    assert changed == 60


def test_the_first_report_of_the_increment_is_a_change_with_its_claims(dropped: list[list[Standing]]) -> None:
    for report, others in ((1, [2, 3]), (4, [2, 3])):
        before = folded([c for i in others for c in dropped[i]])["dprk.deployed"].summary()
        after = folded([c for i in [*others, report] for c in dropped[i]])["dprk.deployed"]
        assert not same(before, after.summary())
        increment = next(c.id for c in dropped[report] if c.onto)
        assert moved(before, after)[0] == increment


def test_a_plan_is_told_when_it_comes_and_only_then(dropped: list[list[Standing]]) -> None:
    rest = [c for i in (1, 2, 3, 4) for c in dropped[i]]
    before = folded(rest)["dprk.deployed"].summary()
    after = folded(rest + dropped[0])["dprk.deployed"]
    assert not same(before, after.summary())
    assert (before["best"], after.best) == (14000, 14000)
    assert moved(before, after) == [dropped[0][0].id]


def test_without_the_wording_an_increment_beside_its_originators_total_is_inside_it() -> None:
    """Why the extractor has to find "in addition to the 11,000": from the figures alone it can't be told."""
    plain = [c for a in articles(KNOWN_DATES["all of them"]) for c in a if c.onto is None]
    bare = claim(3000, MILITARY, "2025-03-27", estimate="dprk.deployed", kind="additional", bound="about")
    state = fold(DPRK["dprk.deployed"], [*plain, bare])
    assert state.best == 12000
