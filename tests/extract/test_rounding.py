"""Rounded and exact forms of one figure are one claim, led by the exact one; what may be two figures stays two."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.core.article import Article
from tallywire.core.definition import Definition
from tallywire.extract import Extractor
from tests.extract.claims_table import figures, read

QUAKE = "N people killed in the Ardoria earthquake"
EXTRACTOR = Extractor([Definition(id="x", track=QUAKE)])
FREED = Definition(id="x", track="N miners freed in Chad", figures="add up")
Row = tuple[str | Definition, str, list[str]]

ONE: list[Row] = [
    (
        QUAKE,
        "Nearly 5,000 dead in Ardoria earthquake\n\nThe Ardoria earthquake killed 4,973 people, rescuers said.",
        ["4973"],
    ),
    (
        QUAKE,
        "The Ardoria earthquake killed 1,487 people. Some 1,500 people died in the Ardoria earthquake, in other words.",
        ["1487"],
    ),
    (
        QUAKE,
        "More than 2.1 million... no: more than 2,100 people were killed in the Ardoria earthquake, 2,114 to be exact: "
        "the earthquake in Ardoria killed 2,114 people.",
        ["2114"],
    ),
    (
        QUAKE,
        "At least 310 people died in the Ardoria earthquake, Governor Ana Lind said. Lind later put the death toll of "
        "the Ardoria earthquake at 312.",
        ["312"],
    ),
    (
        "N workers laid off by Nokia",
        "Nokia laid off about 250 workers in May. The 247 workers laid off by Nokia built radios for 12 years.",
        ["247"],
    ),
    (
        FREED,
        "Chad freed nearly 200 miners on Friday. After 3 weeks in a pit, 197 miners were freed in Chad on Friday.",
        ["197 additional"],
    ),
]
TWO: list[Row] = [
    (
        QUAKE,
        "The Ardoria earthquake killed about 300 people, police said. The Red Cross said that the earthquake in "
        "Ardoria killed 297 people.",
        ["297", "300 about"],
    ),
    (
        QUAKE,
        "Over 4,000 people died in the Ardoria earthquake. The death toll of the Ardoria earthquake stands at 4,306.",
        ["4000 over", "4306"],
    ),
    (
        QUAKE,
        "Nearly 5,000 people were killed in the Ardoria earthquake. The toll of the Ardoria earthquake was later put "
        "at 5,012.",
        ["5000 nearly", "5012"],
    ),
    (
        QUAKE,
        "The Ardoria earthquake killed 297 people. The toll of the Ardoria earthquake could reach about 300.",
        ["297", "300 about projected"],
    ),
    (
        FREED,
        "Chad freed nearly 200 miners on May 3. On May 9, 197 miners were freed in Chad.",
        ["197 additional", "200 nearly additional"],
    ),
    (
        QUAKE,
        "The Ardoria earthquake killed about 40 people in Velm and 39 people in Sarn.",
        ["39 component", "40 about component"],
    ),
]


@pytest.mark.parametrize(("track", "text", "expected"), ONE + TWO, ids=[s[:60] for _, s, _ in ONE + TWO])
def test_forms(track: str | Definition, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == sorted(expected)


def test_the_exact_form_takes_over_what_only_the_rounded_one_says_and_the_rounded_one_names_its_reason() -> None:
    text = (
        "As of June 3, nearly 5,000 people had died in the Ardoria earthquake, Governor Ana Lind said.\n\nThe Ardoria "
        "earthquake killed 4,973 people."
    )
    extraction = read(text, QUAKE)
    (claim,) = extraction.claims
    assert (claim.low, claim.bound, claim.source, claim.as_of) == (4973, "exact", "Governor Ana Lind", "2025-06-03")
    (rounded,) = [n for n in extraction.numbers if n.text == "5,000"]
    assert (rounded.verdict, rounded.names) == ("ignored", ("rounded",))
    assert rounded.reason.endswith("4,973")


@settings(deadline=None)
@given(st.integers(101, 99_999), st.sampled_from(["about", "nearly", "over", "at least"]), st.integers(1, 4))
def test_no_two_figures_further_apart_than_a_twentieth_become_one(exact: int, bound: str, places: int) -> None:
    step = 10**places
    rounded = (exact + step // 2) // step * step
    text = (
        f"{bound.capitalize()} {rounded:,} people died in the Ardoria earthquake. The Ardoria earthquake killed "
        f"{exact:,} people."
    )
    low = {c.low for c in EXTRACTOR.read(Article(text=text)).claims}
    assert exact in low
    if abs(rounded - exact) > 0.05 * rounded:
        assert rounded in low or rounded == 0
