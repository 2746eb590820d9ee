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


SCHOOLS = "N schools closed in Peru"
JOBS = "N jobs cut at Acme"

WORDINGS: list[Row] = [
    (
        CROSSING,
        "About 900 people crossed the Arabian Channel to Peru. In May alone 80 did so.",
        ["80 component", "900 about"],
    ),
    (STRIKE, "In Peru, 900 teachers walked out and at least 60 did so on Friday.", ["60 at_least", "900"]),
    (SCHOOLS, "Peru closed 90 schools last week; 12 more have done the same.", ["12 additional", "90"]),
    (SCHOOLS, "Peru closed 90 schools. But 300 did not.", ["90"]),
    (GRAIN, "Chad exported 90 tonnes of grain, of which 40 tonnes this month.", ["40 component", "90"]),
    (SCHOOLS, "Peru closed 90 schools, of which 12 in Cusco.", ["12 component", "90"]),
    (SCHOOLS, "Peru closed 90 schools, of which 12 were private.", ["12 component", "90"]),
    (VACCINE, "In Peru 400 children under five were vaccinated.", ["400"]),
    (VACCINE, "Peru vaccinated 400 children and 70 people over 65.", ["400"]),
    (VACCINE, "Peru vaccinated over 400 children.", ["400 over"]),
    (SCHOOLS, "Peru closed 90 schools on Monday. The country has 3,000 schools.", ["90"]),
    (CULL, "Peru culled 90 birds on Monday. A neighbour has 2,000 birds.", ["90"]),
    ("N people injured in Peru", "In Peru 12 people were injured. One clinic has 9 injured people.", ["12", "9"]),
    (GRAIN, "Chad exports grain. Flour exports were 30,000 tonnes.", []),
    (GRAIN, "Chad exports grain. Total exports were 30,000 tonnes.", ["30000"]),
    (GRAIN, "Chad exports grain. Coal shipments amounted to 900 tonnes.", []),
    (JOBS, "Acme cut 90 jobs. Rival Globex announced 4,000 layoffs.", ["90"]),
    (JOBS, "Acme announced 4,000 layoffs.", ["4000"]),
    (JOBS, "Acme cut 90 jobs. Initech has announced 300 job cuts.", ["90"]),
    (QUAKE, "Peru lowered its figure for people killed in the Ardoria earthquake to 800.", ["800"]),
    (QUAKE, "The ministry put its figure for those killed in the Ardoria earthquake at 800.", ["800"]),
]


@pytest.mark.parametrize(("track", "text", "expected"), WORDINGS)
def test_wordings(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == expected


HOMES = "N houses rebuilt in Peru"
ARMS = "N weapons surrendered in Peru"
TENTS = "N tents distributed in Peru"
JAIL = "N inmates escaped from prison in Peru"
FIRMS = "N firms bankrupt in Peru"
WATER = "N homes flooded in Peru"
CARE = "N patients treated in Peru"
BRIDGES = "N bridges destroyed in Peru"

VERBS: list[Row] = [
    (HOMES, "Peru has rebuilt 900 homes.", ["900"]),
    (HOMES, "In Peru 900 houses are being rebuilt.", ["900"]),
    (HOMES, "In Peru 900 houses were sold.", []),
    ("N troops withdrawn from Peru", "Chad withdrew 400 troops from Peru.", ["400"]),
    ("N troops withdrawn from Peru", "Chad sent 400 troops from Peru to Mali.", []),
    (ARMS, "Rebels surrendered 700 weapons in Peru.", ["700"]),
    (ARMS, "In Peru some 700 weapons have been surrendered.", ["700 about"]),
    (ARMS, "Peru bought 700 weapons.", []),
    (TENTS, "Some 900 tents were handed out in Peru.", ["900 about"]),
    (TENTS, "The agency gave out tents in Peru and distributed 90 more tents.", ["90 additional"]),
    (TENTS, "In Peru 900 tents were burned.", []),
    (JAIL, "Ninety prisoners broke out of a jail in Peru.", ["90"]),
    (JAIL, "At least 40 inmates are on the run in Peru.", ["40 at_least"]),
    (JAIL, "Peru freed 90 inmates.", []),
    (FIRMS, "Some 300 companies filed for bankruptcy in Peru.", ["300 about"]),
    (FIRMS, "In Peru 300 firms went bust last year.", ["300"]),
    (FIRMS, "In Peru 300 firms were founded.", []),
    (WATER, "In Peru 200 houses are under water.", ["200"]),
    (WATER, "Rains inundated 200 homes in Peru.", ["200"]),
    (WATER, "In Peru 200 homes lack water.", []),
    (CARE, "In Peru 600 people were treated for burns.", ["600"]),
    (CARE, "Peru treated 600 patients.", ["600"]),
    (CARE, "Peru treated 600 trees.", []),
    (BRIDGES, "In Peru 31 bridges have been swept away.", ["31"]),
    (BRIDGES, "The flood took out 31 bridges in Peru.", ["31"]),
    (BRIDGES, "In Peru 31 bridges were inspected.", []),
]


@pytest.mark.parametrize(("track", "text", "expected"), VERBS)
def test_verbs_that_spelling_does_not_show(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By 9 May last year 70 schools were closed in Peru.", "2024-05-09"),
        ("As of 2 March this year 70 schools were closed in Peru.", "2025-03-02"),
        ("In July last year 70 schools were closed in Peru.", "2024-07"),
        ("It is fewer than last year, when 70 schools were closed in Peru.", "2024"),
        ("The number is much lower than it was last year, and 70 schools were closed in Peru.", None),
    ],
)
def test_dates_of_last_year(text: str, expected: str | None) -> None:
    assert [c.as_of for c in read(text, SCHOOLS).claims] == [expected]
