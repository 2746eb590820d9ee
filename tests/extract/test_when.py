"""Dates of figures against the publication date, and dates that are none: of statements, beginnings and datelines."""

from __future__ import annotations

import pytest

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
]
UNDATED = [
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
