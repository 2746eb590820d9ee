"""Corners of the rules where one condition decides, each with the case that shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.core.definition import FoldSettings
from tallywire.core.measure import NearIndex, near, within
from tallywire.core.standing import Standing
from tests.fold.rows import DPRK, claim, fold_in, reason_of, state

JAN, FEB, MAR, SEP = "2025-01-10", "2025-02-10", "2025-03-10", "2025-09-10"


def more(number: int, originator: str | None, day: str) -> Standing:
    return claim(number, originator, day, kind="additional")


@pytest.mark.parametrize(
    "why, rows, best",
    [
        (
            "who said the higher figure can't outvote it",
            [claim(1000, "A", JAN), claim(600, "C", FEB), claim(620, "A", MAR)],
            1000,
        ),
        (
            "a second voice of long ago outvotes nothing",
            [claim(600, "B", "2024-08-10"), claim(1000, "A", JAN), claim(620, "C", FEB)],
            1000,
        ),
        (
            "an unnamed report of an increment that was counted",
            [claim(11000, "A", JAN), claim(12000, "D", "2025-01-20"), more(3000, "A", FEB), more(3000, None, MAR)],
            14000,
        ),
        (
            "an originator's total of long ago is no base",
            [claim(11000, "A", JAN), claim(12000, "D", FEB), more(3000, "A", SEP)],
            15000,
        ),
        (
            "the same size again, long after a total that held the first",
            [claim(11000, "A", JAN), more(3000, "A", FEB), claim(14000, "A", MAR), more(3000, "A", SEP)],
            17000,
        ),
        (
            "two corrections of one day",
            [claim(1000, "A", JAN), *(claim(n, "A", FEB, correction=True) for n in (300, 350))],
            350,
        ),
        (
            "nearly, with the lower figure of another season",
            [claim(12000, "A", JAN, bound="nearly"), claim(11500, "A", SEP)],
            12000,
        ),
    ],
)
def test_reading(why: str, rows: list[Standing], best: int) -> None:
    assert state(*rows).best == best, why
    assert state(*reversed(rows)).best == best, why


WHOLE = claim(4000, "A", JAN, estimate="dprk.casualties")
PART = claim(300, "A", JAN, estimate="dprk.killed")


@pytest.mark.parametrize(
    "why, rows, best, waiting",
    [
        (
            "a part of the whole is not the whole",
            [PART, claim(4000, "C", JAN, estimate="dprk.casualties", kind="component"), claim(4000, "B", FEB)],
            300,
            [4000],
        ),
        ("an undated mix-up supports nothing", [PART, WHOLE, claim(4000, "D"), claim(2000, "C", FEB)], 300, [2000]),
        ("an undated mix-up among the undated", [claim(300, "A"), WHOLE, claim(4000, "B")], 300, []),
        ("an undated figure, but no mix-up", [claim(300, "A"), WHOLE, claim(900, "B")], 900, []),
    ],
)
def test_mix_ups(why: str, rows: list[Standing], best: int, waiting: list[int]) -> None:
    rows = [c if c.estimate != "e" else claim(c.low, c.originator, c.published, estimate="dprk.killed") for c in rows]
    found = fold_in(DPRK, "dprk.killed", rows)
    assert (found.best, [p.low for p in found.provisional]) == (best, waiting), why


def test_no_tie_is_broken_by_arrival() -> None:
    rows = [claim(2, None, kind=k, group="copies", id=k, bound="over") for k in ("component", "total")]
    assert state(*rows) == state(*reversed(rows))


def test_outlets_alone_contradict_nobody() -> None:
    rows = [claim(n, None, MAR, outlet=outlet, article=outlet) for n, outlet in ((100, "x"), (900, "y"))]
    found = state(*rows, policy="latest")
    assert (found.best, found.low, found.high, found.contradiction) == (900, 900, 900, None)


def test_the_base_of_what_stands_is_in_use_even_if_it_was_passed_over() -> None:
    base = claim(5000, "A", "2025-01-20", id="base")
    found = state(claim(20000, "D", JAN), base, more(16000, "A", FEB))
    assert found.best == 21000
    assert "base" in found.by
    assert reason_of(found, "base") == "rule 3: the base of the increment that stands"


@given(st.lists(st.integers(0, 3000)), st.integers(0, 3000), st.sampled_from([1.0, 1.1, 1.5, 3.0]))
def test_the_index_finds_all_that_is_near_and_nothing_else(known: list[int], wanted: int, factor: float) -> None:
    settings = FoldSettings(near=factor)
    index: NearIndex[int] = NearIndex(settings)
    for place, number in enumerate(known):
        index.add(number, place)
    expected = [place for place, number in enumerate(known) if near(number, wanted, settings)]
    assert sorted(index.near(wanted)) == expected


def test_the_last_bit_of_a_product_decides_nothing() -> None:
    assert 100 * 1.15 < 115
    assert within(100, 115, 1.15)
