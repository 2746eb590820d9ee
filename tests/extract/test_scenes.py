"""Other scenes of the same kind in one text: other towns and regions, other events, other causes, other years."""

from __future__ import annotations

import pytest

from tallywire.core.definition import Definition
from tests.extract.claims_table import figures, read

FLIGHTS = "N flights cancelled at Frankfurt airport"
NURSES = "N nurses on strike in Wales"
FLOOD = "N people killed in Kentucky floods"


@pytest.mark.parametrize(
    ("track", "text", "expected"),
    [
        (FLIGHTS, "Frankfurt airport cancelled 400 flights. Munich cancelled 90 flights.", ["400"]),
        (FLIGHTS, "At Frankfurt airport 400 flights were cancelled, and in Cologne 12.", ["400"]),
        (NURSES, "In Wales 12,000 nurses are on strike. In Manchester 300 nurses went on strike.", ["12000"]),
        (
            NURSES,
            "In Wales 12,000 nurses are on strike. In Conwy 300 nurses joined the strike.",
            ["12000", "300 component"],
        ),
        (FLOOD, "Floods in Kentucky killed 16 people, eight of them in Breathitt.", ["16", "8 component"]),
        (FLOOD, "Floods in Kentucky killed 16 people. The governor of Tennessee says 3 people died.", ["16"]),
        (FLOOD, "Floods in Kentucky killed 16 people, officials in Washington said.", ["16"]),
        (FLOOD, "In Washington, officials said that floods had killed 16 people in Kentucky.", ["16"]),
    ],
)
def test_another_town_or_region_is_another_scene(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pakistan deported 300 Afghans on Monday. Iran deported 900 Afghans.", ["300"]),
        ("In Kabul, officials counted 300 Afghans deported from Pakistan.", ["300"]),
        ("Pakistan deported 300 Afghans. In Turkey 40 Afghans were deported.", ["300"]),
    ],
)
def test_those_sent_back_are_of_the_country_that_sends_them(text: str, expected: list[str]) -> None:
    assert figures(read(text, "N Afghans deported from Pakistan").claims) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cholera has killed 40 people in Chad. The worst year, 2011, when 450 people died, is far off.", ["40"]),
        ("The last outbreak in Chad, in Abeche in 2011, killed 450 people.", []),
        ("Since 2011 cholera has killed 900 people in Chad.", []),
        ("Since January cholera has killed 40 people in Chad.", ["40"]),
        ("Cholera has since 2011 killed 900 people in Chad.", []),
    ],
)
def test_years_before_the_time_tracked(text: str, expected: list[str]) -> None:
    definition = Definition(id="x", track="N people killed by cholera in Chad", since="2025-01-01")
    assert figures(read(text, definition).claims) == expected


MINE = "N miners killed in Karakol mine explosion"
OPENING = "The mine explosion at Karakol killed 46 miners. It was on Saturday. The owner will pay. "


@pytest.mark.parametrize(
    ("track", "text", "expected"),
    [
        (MINE, OPENING + "A mine explosion at Velm killed 5 miners in August.", ["46"]),
        (MINE, OPENING + "When the one at Velm flooded, 5 miners died.", ["46"]),
        (MINE, OPENING + "A second explosion killed 5 miners.", ["46", "5"]),
        (MINE, OPENING + "A rescuer found 5 miners dead.", ["46", "5"]),
        ("N people killed in Sarn Fire", "The Sarn Fire killed 12 people. The Orne Fire killed 17 people.", ["12"]),
        ("N people killed in Sarn Fire", "The Sarn Fire grows. The Sarn and Orne fires killed 29 people.", ["29"]),
        ("N people killed in Sarn Fire", "The Sarn Fire is out. The blaze killed 12 people.", ["12"]),
        ("N people killed in Hurricane Sarn", "Hurricane Sarn killed 12 people. Hurricane Orne killed 45.", ["12"]),
        ("N people killed by cholera in Peru", "Cholera killed 12 people in Peru. Flu killed 45 people.", ["12"]),
        ("N people killed by cholera in Peru", "In Peru 12 people died of cholera and 45 of flu.", ["12"]),
        ("N people killed by cholera in Peru", "Cholera is back in Peru, where 12 people have died.", ["12"]),
    ],
)
def test_other_events_and_causes(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "DERNA, Libya — Some 900 are dead.\nAn earthquake in Morocco killed 40 people.\nIn Susa 30 died.",
            ["40"],
        ),
        ("RABAT, Morocco — An earthquake has killed 40 people.\nIn Taroudant 30 died.", ["30 component", "40"]),
        ("PARIS — An earthquake in Morocco has killed 40 people.\nIn Taroudant 30 died.", ["30 component", "40"]),
    ],
)
def test_a_text_about_another_country_tells_of_the_track_in_passing(text: str, expected: list[str]) -> None:
    assert figures(read(text, "N people killed in Morocco earthquake").claims) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The toll of the floods in Peru rose to 48 on Thursday, up from 24 on Monday.",
            {48: "2025-06-19", 24: "2025-06-16"},
        ),
        ("Floods in Peru have killed 48 people, compared with 24 a week earlier.", {48: None, 24: "2025-06-13"}),
        ("Floods in Peru have killed 48 people, up from 31 people yesterday.", {48: None, 31: "2025-06-19"}),
        ("Floods in Peru have killed 48 people, up from 31.", {48: None}),
        ("The toll of the floods in Peru was cut from 112 to 98.", {98: None}),
        ("Floods in Peru have killed 98 people, not 112 as given on Monday.", {98: None}),
    ],
)
def test_earlier_values_with_a_time_of_their_own(text: str, expected: dict[int, str | None]) -> None:
    found = read(text, "N people killed in Peru floods").claims
    assert {claim.low: claim.as_of for claim in found} == expected
    assert all(claim.kind == "total" for claim in found)


@pytest.mark.parametrize(
    ("track", "text", "expected"),
    [
        ("N dengue cases in Peru", "Peru is hit hard. Nationwide 900 dengue cases were counted.", ["900"]),
        ("N dengue cases in Peru", "Peru is hit hard. Worldwide 900 dengue cases were counted.", []),
        ("N people killed in Kent floods", "Kent is hit hard. Across Britain the floods killed 9 people.", []),
        ("N people killed in Kent floods", "Kent is hit hard. The floods killed 9 people nationwide.", []),
        ("N people killed in Kent floods", "Across Kent the floods killed 9 people.", ["9"]),
        ("N people killed in Britain", "Across Britain storms killed 9 people.", ["9"]),
        (
            "N people killed in Kent",
            "In Kent 9 people were killed. In Leeds 40 were killed. It stood at 41 by night.",
            ["9"],
        ),
        (
            "N pupils freed in Kebbi",
            "KEBBI - Gunmen freed 9 pupils. In Kaduna 40 were taken; 12 of those were freed.",
            ["9"],
        ),
        ("N pupils freed in Kebbi", "KEBBI - In Kebbi 40 were taken; 12 of those were freed.", ["12"]),
    ],
)
def test_larger_areas_and_those_elsewhere(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == sorted(expected)


@pytest.mark.parametrize(
    ("track", "text", "expected"),
    [
        (
            "N refugees returned to Peru",
            "Now 900 refugees returned to Peru. Some 400 displaced inside it returned.",
            ["900"],
        ),
        ("N refugees returned to Peru", "Now 900 displaced refugees have returned to Peru.", ["900"]),
        ("N refugees returned to Peru", "Now 900 internally displaced people returned home in Peru.", []),
        ("N people displaced in Peru", "Now 900 people are displaced inside Peru.", ["900"]),
        ("N whales stranded in Peru", "In a normal year 12 whales strand in Peru; this year 90 stranded.", ["90"]),
        ("N whales stranded in Peru", "Now 90 whales stranded in Peru, against 12 in an average year.", ["90"]),
        ("N whales stranded in Peru", "A normal season ended: 90 whales stranded in Peru.", ["90"]),
        ("N drones launched at Peru", "Chad launched 300 drones and missiles at Peru.", []),
        ("N homes destroyed in Peru", "Fires in Peru destroyed 300 homes and shops.", ["300"]),
    ],
)
def test_other_sorts_and_usual_sizes(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In Peru 40 people were killed. Most of the dead were over 65.", ["40"]),
        ("In Peru 40 people were killed. A farmer of 63 died at night.", ["40"]),
        ("In Peru 40 people were killed. A group of 15 died at night.", ["15", "40"]),
        ("In Peru 40 people were killed, four fewer killed than in May.", ["40"]),
        ("In Peru 40 people were killed. The crowd was put at 30,000.", ["40"]),
        ("In Peru 40 people were killed. The toll was put at 30.", ["30", "40"]),
    ],
)
def test_ages_differences_and_crowds(text: str, expected: list[str]) -> None:
    assert figures(read(text, "N people killed in Peru").claims) == expected


@pytest.mark.parametrize(
    ("track", "text", "expected"),
    [
        ("N people missing in Peru", "Floods have killed 109 people and 16 are missing in Peru.", ["16"]),
        ("N people killed in Peru", "Floods have killed 109 people and 16 are missing in Peru.", ["109"]),
        ("N people killed in Peru", "In Peru 18 men and 20 women were killed.", ["18 component", "20 component"]),
        ("N people missing in Peru", "The death toll in Peru rose to 114 and 12 people were missing.", ["12"]),
        (
            "N people arrested in Peru",
            "In Peru 12 were killed, four of them guards, and 9 people were arrested.",
            ["9"],
        ),
        ("N workers laid off at Acme", "Acme laid off 90 workers. Orbo said it would lay off 400 workers.", ["90"]),
        ("N workers laid off at Acme", "Acme laid off 90 workers and Orbo 400.", ["90"]),
        ("N workers laid off at Acme", "Acme laid off 90 workers. Orbo in Cologne laid off 400 workers.", ["90"]),
        ("N workers laid off at Acme", "Acme in Cologne laid off 90 workers.", ["90"]),
        ("N workers laid off at Acme", "Acme said that it had laid off 90 workers.", ["90"]),
        (
            "N people killed in Goma",
            "GOMA - In Goma 9 were killed. They took Bukavu, where 40 fled and 3 were killed.",
            ["9"],
        ),
    ],
)
def test_each_figure_keeps_its_own_verb_and_scene(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == sorted(expected)
