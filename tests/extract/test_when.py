"""Dates of figures against the publication date, and dates that are none: of statements, beginnings and datelines."""

from __future__ import annotations

import pytest

from tallywire.core.definition import Definition
from tests.extract.claims_table import read

DEAD = "N people killed in Peru"

DATED = [
    ("By Wednesday evening 40 people had been killed in Peru.", "2025-06-18"),
    ("As of Tuesday, 40 people had been killed in Peru.", "2025-06-17"),
    ("In Peru 40 people were killed on Tuesday, police said on Thursday.", "2025-06-17"),
    ("Yesterday 40 people were killed in Peru.", "2025-06-19"),
    ("Two years ago 40 people were killed in Peru.", "2023"),
    ("Three months ago 40 people were killed in Peru.", "2025-03"),
    ("In last year's floods 40 people were killed in Peru.", "2024"),
    ("At the end of March 40 people had been killed in Peru.", "2025-03"),
    ("By the middle of May 40 people had been killed in Peru.", "2025-05"),
    ("In December 40 people were killed in Peru.", "2024-12"),
    ("Last November 40 people were killed in Peru.", "2024-11"),
    ("On March 4, 40 people were killed in Peru.", "2025-03-04"),
    ("For comparison: on March 11, in the worst raid so far, 40 people were killed in Peru.", "2025-03-11"),
    ("Earlier this month 40 people were killed in Peru.", "2025-06"),
    ("The bulletin dated 10 June lists 40 people killed in Peru.", "2025-06-10"),
    ("As on 12 June, 40 people had been killed in Peru.", "2025-06-12"),
    ("In Peru 40 people were killed between June 3 and 9.", "2025-06-09"),
    ("In Peru 40 people were killed in January and February.", "2025-02"),
    ("In Peru, 1,700 goats drowned and 40 people were killed in the first quarter of 2025.", "2025"),
    ("Tuesday's toll was 40 people killed in Peru.", "2025-06-17"),
    ("Between January and March, 40 people were killed in Peru.", "2025-03"),
    ("From 2014 to 2020 40 people were killed in Peru.", "2020"),
    ("In the first three months of 2024, 40 people were killed in Peru.", "2024"),
    ("On the night of 10 June 40 people were killed in Peru.", "2025-06-10"),
    ("The army on Tuesday killed 40 people in Peru.", "2025-06-17"),
    ("A strike in Peru on 3 March killed 40 people.", "2025-03-03"),
    ("A mine in Peru caved in on Tuesday, bringing the number of people killed in Peru to 40.", "2025-06-17"),
    ("In Peru 40 people were killed when a dam burst in 1975.", "1975"),
    ("In Peru on Tuesday 40 people were killed.", "2025-06-17"),
]
UNDATED = [
    "In Peru 40 people have been killed in a mudslide that hit a village on Tuesday.",
    "In Peru 40 people drowned when a ferry sank on Tuesday.",
    "In Peru 40 people were killed in a crush at the old gate on Tuesday.",
    "The explosion in a mine in Peru on Tuesday killed 40 people.",
    "In a strike on Tuesday 40 people were killed in Peru.",
    "In the town whose bridge fell in a flood in 2024, 40 people were killed in Peru.",
    "On Sunday crowds in Lima remembered the 40 people who were killed in Peru.",
    "The number of people killed in Peru rose to 40 from 24 on Tuesday.",
    "Tuesday's statement says that 40 people have been killed in Peru.",
    "In the town that a quake hit three years ago 40 people were killed in Peru.",
    "In Peru 40 people have been killed since Friday.",
    "In Peru 40 people have been killed since the rains began in May.",
    "In Peru 40 people have been killed since the end of May.",
    "From the middle of 2022 40 people were killed in Peru.",
    "The earthquake that struck on 6 February killed 40 people in Peru.",
    "The May floods killed 40 people in Peru.",
    "LIMA, June 19 (AB) — In Peru 40 people have been killed.",
    "Lima, 19 June 2025 – In Peru 40 people have been killed.",
    "On Monday the ministry went up to 40 people killed in Peru.",
    "On Monday the ministry said that 40 people had been killed in Peru.",
    "In Peru 40 people were killed, nearly twice last year's number.",
]


@pytest.mark.parametrize(("text", "as_of"), [*DATED, *((text, None) for text in UNDATED)])
def test_the_date_of_a_figure(text: str, as_of: str | None) -> None:
    (claim,) = read(text, DEAD).claims
    assert claim.as_of == as_of


def test_a_part_has_the_date_of_its_whole() -> None:
    found = read("As of 8 May, 300 people had been killed in Peru, 40 of them in the capital.", DEAD).claims
    assert [(c.low, c.as_of) for c in found] == [(300, "2025-05-08"), (40, "2025-05-08")]


def test_a_date_does_not_hold_for_what_a_figure_is_set_against() -> None:
    text = "The toll in Peru was 900 people killed as of Tuesday, against 250 people killed in the first count."
    assert [(c.low, c.as_of) for c in read(text, DEAD).claims] == [(900, "2025-06-17"), (250, None)]


def test_the_day_of_an_attack_or_a_round_is_that_of_its_figure() -> None:
    attack = Definition(id="x", track="N drones launched by Peru", figures="one per attack")
    assert read("Peru launched 40 drones in an attack on Tuesday.", attack).claims[0].as_of == "2025-06-17"
