"""Wordings of topics that nobody had in mind: what a track sentence brings along must carry over to them."""

from __future__ import annotations

import pytest

from tallywire.core.definition import Definition
from tests.extract.claims_table import figures, read

Row = tuple[str, str, list[str]]

NURSES = Definition(id="nurses", track="N nurses killed in Peru", parts=("Ica", "Cusco"))
CHOLERA = Definition(id="cholera", track="N cholera cases in Chad", parts=("Moundou",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CHAD - Moundou hospital has recorded 120 cholera cases.", {"cholera": ["120 component"], "nurses": []}),
        ("In Moundou two nurses were killed on Monday.", {"cholera": [], "nurses": []}),
        ("In Cusco two nurses were killed on Monday.", {"cholera": [], "nurses": ["2 component"]}),
    ],
)
def test_the_parts_of_one_definition_say_nothing_to_another(text: str, expected: dict[str, list[str]]) -> None:
    claims = read(text, NURSES, CHOLERA).claims
    assert {d: figures(c for c in claims if c.estimate == d) for d in expected} == expected


CULL = "N birds culled in Peru"
STRIKE = "N teachers on strike in Peru"
CROSSING = "N migrants crossed the Arabian Channel to Peru"
BALLOTS = "N ballots cast in the Peruvian election"
OUTAGE = "N customers without power in Peru"
GRAIN = "N tonnes of grain exported from Chad"
ARRESTS = "N protesters arrested in Lima"
VACCINE = "N children vaccinated in Peru"

FAMILIES: list[Row] = [
    (CULL, "Peru has slaughtered 40,000 poultry since May.", ["40000"]),
    (CULL, "In Peru, 9,000 turkeys were gassed at one farm.", ["9000 component"]),
    (CULL, "Peru lost about 70,000 birds to the disease last week.", ["70000 about"]),
    (CULL, "Peru keeps 2 million birds.", []),
    (STRIKE, "About 3,000 teachers in Peru walked out on Monday.", ["3000 about"]),
    (STRIKE, "At least 500 teachers are on the picket lines in Peru.", ["500 at_least"]),
    (STRIKE, "Peru has hired 500 teachers.", []),
    (STRIKE, "In Peru, 120 teachers retired.", []),
    (CROSSING, "Some 300 migrants came ashore in Peru after they had crossed the Arabian Channel.", ["300 about"]),
    (CROSSING, "Last night 84 migrants crossed the Channel to Peru.", ["84"]),
    (CROSSING, "Police in Peru arrested 12 migrants beside the Arabian Channel.", []),
    (BALLOTS, "By noon 9,200 ballots had been cast in Peru.", ["9200"]),
    (BALLOTS, "Peru's commission says 31,500 votes were cast.", ["31500"]),
    (BALLOTS, "In Peru the Greens won 9,100 votes.", []),
    ("N people voted in Peru", "Some 300,000 people in Peru have voted by noon.", ["300000 about"]),
    (BALLOTS, "Peru printed 60,000 ballots.", []),
    (OUTAGE, "The storm knocked out power to over 80,000 homes in Peru.", ["80000 over"]),
    (OUTAGE, "In Peru, 1,200 homes and businesses had no electricity at noon.", ["1200"]),
    (OUTAGE, "Nearly 5,000 households in Peru are still without power.", ["5000 nearly"]),
    (OUTAGE, "The utility serves 90,000 customers in Peru.", []),
    (GRAIN, "Chad exported 40,000 tonnes of wheat in May.", ["40000 component"]),
    (GRAIN, "Grain exports from Chad reached 2.5m tonnes.", ["2500000"]),
    (GRAIN, "Some 900 tonnes of maize have left Chad by train.", ["900 about component"]),
    (GRAIN, "Chad exported 40,000 tonnes of coal.", []),
    (ARRESTS, "At least 14 people were detained in Lima.", ["14 at_least"]),
    (ARRESTS, "Police in Lima hold 30 arrested demonstrators.", ["30"]),
    (ARRESTS, "Police in Lima arrested two bankers.", []),
    (VACCINE, "In Peru, 4,000 children got vaccinated on Sunday.", ["4000"]),
]


@pytest.mark.parametrize(("track", "text", "expected"), FAMILIES)
def test_families_and_groups(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == expected


QUAKE = "N people killed in the Ardoria earthquake"
FLOOD = "N people displaced in the Loreto floods"
HURT = "N guards injured in Lima"
CASES = "N measles cases in Chad"

ELSEWHERE: list[Row] = [
    (QUAKE, "The Ardoria earthquake killed 40. Last year an earthquake in Beltia killed at least 900 people.", ["40"]),
    (QUAKE, "The Ardoria earthquake killed 40. In 2019 another strong quake near Lomas had killed 75.", ["40"]),
    (QUAKE, "The Ardoria earthquake killed 40 people, 12 of them in Lomas.", ["12 component", "40"]),
    (QUAKE, "An earthquake in Ardoria killed 40 people.", ["40"]),
    (FLOOD, "The Loreto floods displaced 700. Nationwide, rains have displaced 40,000 people.", ["700"]),
    (FLOOD, "The Loreto floods displaced 700. Elsewhere 300 people were displaced.", ["700"]),
    (FLOOD, "The Loreto floods displaced 700 people, the nation's relief office says.", ["700"]),
    (HURT, "In Lima 30 guards were injured. Since May, 131 guards have been injured in clashes in Peru.", ["30"]),
    (HURT, "In Lima 30 guards were injured. So far 131 guards were injured across Peru.", ["30"]),
    (HURT, "Some 30 guards were injured in Lima, the worst night in Peru this year.", ["30 about"]),
    (CASES, "Chad has 90 measles cases. Neighbouring Niger has logged 400 suspected measles cases.", ["90"]),
    (CASES, "Chad has 90 measles cases. The neighbouring Sudan counted 2,000 measles cases.", ["90"]),
    (CASES, "Neighbouring countries worry: Chad has logged 90 measles cases.", ["90"]),
    (GRAIN, "Chad sells grain. Mali exported 300 tonnes of grain in May.", []),
    (GRAIN, "Chad and its rivals: Niger has shipped 2,000 tonnes of grain.", []),
    (GRAIN, "Chad shipped 2,000 tonnes of grain to Niger.", ["2000"]),
]


@pytest.mark.parametrize(("track", "text", "expected"), ELSEWHERE)
def test_other_scenes_and_larger_areas(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == expected


@pytest.mark.parametrize("text", ["Two children drowned in Huaral.", "Some 12 people were killed near Tarma."])
def test_a_place_that_no_list_knows_is_no_part_of_one_that_the_text_does_not_name(text: str) -> None:
    schools = Definition(id="schools", track="N schools closed in Peru")
    quake = Definition(id="quake", track=QUAKE)
    found = read(f"Peru closed 90 schools. {text}", schools, quake).claims
    assert [(c.estimate, c.low) for c in found] == [("schools", 90)]
