"""Everyday wordings that once went wrong: levels and steps, names with figures, offices as sources, corrections."""

from __future__ import annotations

import pytest

from tallywire.core.definition import Definition
from tallywire.extract.track import parse
from tests.extract.claims_table import figures, read

QUAKE = "N people killed in the Ardoria earthquake"
Row = tuple[str, str, list[str]]

STEPS_AND_LEVELS: list[Row] = [
    (QUAKE, "The toll of the Ardoria earthquake rose by 11 to 123.", ["11 additional", "123"]),
    (QUAKE, "The death toll of the Ardoria earthquake grew by eight to 24.", ["24", "8 additional"]),
    (QUAKE, "The Ardoria earthquake's death toll is up 11 to 123.", ["11 additional", "123"]),
    (QUAKE, "The death toll of the Ardoria earthquake rose by 11 more to 123.", ["11 additional", "123"]),
    (QUAKE, "The death toll of the Ardoria earthquake climbed 11 to 123.", ["11 additional", "123"]),
    (QUAKE, "The Ardoria earthquake's death toll rose to 123, an increase of 11.", ["11 additional", "123"]),
    (QUAKE, "112 people - including 20 children - were killed in the Ardoria earthquake.", ["112", "20 component"]),
    (QUAKE, "The death toll of the Ardoria earthquake is likely to rise above 200.", ["200 over projected"]),
    (QUAKE, "The death toll of the Ardoria earthquake is expected to exceed 200.", ["200 over projected"]),
    ("N soldiers deployed to Chad", "Norway is expected to send 200 soldiers to Chad.", ["200 planned"]),
    (QUAKE, "The death toll of the Ardoria earthquake is up to 123.", ["123"]),
    (QUAKE, "The death toll of the Ardoria earthquake grew by 50 to 60.", ["50-60 range additional"]),
    (QUAKE, "The death toll of the Ardoria earthquake could rise above 200.", ["200 over projected"]),
    (QUAKE, "The death toll of the Ardoria earthquake may increase to 300.", ["300 projected"]),
    (QUAKE, "Ardoria earthquake: a rise of 40 deaths was reported on Monday.", ["40 additional"]),
    (QUAKE, "112 people, including 20 children, were killed in the Ardoria earthquake.", ["112", "20 component"]),
    (QUAKE, "112 people, including 20 children, died in the Ardoria earthquake.", ["112", "20 component"]),
    (QUAKE, "In the Ardoria earthquake 90 people were killed, including 15 pupils.", ["15 component", "90"]),
    (
        QUAKE,
        "Eleven more people died in the Ardoria earthquake, bringing the total to 123.",
        ["11 additional", "123"],
    ),
    (
        QUAKE,
        "Six further people have died in hospital after the Ardoria earthquake, taking the death toll to 81.",
        ["6 additional", "81"],
    ),
    (
        "N workers sent to Chad",
        "Peru sent 500 builders and 200 miners to Chad.",
        ["200 component", "500 component"],
    ),
]

FIGURES_IN_NAMES: list[Row] = [
    ("N tanks supplied to Chad", "Norway supplied 18 Leopard 2 tanks to Chad.", ["18"]),
    ("N Leopard 2 tanks supplied to Chad", "Some 18 Leopard 2 tanks have been supplied to Chad.", ["18 about"]),
    ("N aircraft supplied to Chad", "Norway supplied two Boeing 737 planes to Chad.", ["2"]),
    ("N tanks supplied to Chad", "Norway supplied 18 tanks to Chad and Mali 2 tanks.", ["18"]),
    ("N people killed in Peru", "On 18 May 12 people were killed in Peru.", ["12"]),
    ("N people killed in Peru", "In Peru 3 people were killed.", ["3"]),
]

BOUNDS_AND_LABELS: list[Row] = [
    (QUAKE, "Ardoria earthquake death toll passes one hundred", ["100 over"]),
    (QUAKE, "The death toll of the Ardoria earthquake has crossed two thousand.", ["2000 over"]),
    ("N laws adopted in Peru", "Parliament in Peru passed two laws; five laws were adopted last week.", ["5"]),
    ("N migrants returned to Chad", "Migrants are on their way to Chad. A group of 12 came home on Monday.", ["12"]),
    ("N measles cases in Chad", "Chad measles cases top 800", ["800 over"]),
    ("N measles cases in Chad", "In Chad measles is one of the top 10.", []),
    ("N people killed in Peru", "The Group of 20 met in Peru after the killings.", []),
]


TAKEN_BACK: list[Row] = [
    (QUAKE, "The army said 98 rather than 112 people were killed in the Ardoria earthquake.", ["98"]),
    (QUAKE, "In the Ardoria earthquake 98 people rather than 112 were killed, the army said.", ["98"]),
    (QUAKE, "The Ardoria earthquake killed 98 people instead of 112, the army said.", ["98"]),
    (QUAKE, "The death toll of the Ardoria earthquake was cut from 112 to 98.", ["98"]),
    (QUAKE, "Officials cut the death toll of the Ardoria earthquake from 112 to 98 on Monday.", ["98"]),
    ("N jobs cut at Nokia", "Nokia cut 400 jobs and its board from 12 to 9.", ["400"]),
    (QUAKE, "It is not true that 112 people were killed in the Ardoria earthquake.", ["112 denied"]),
    (QUAKE, "The ministry withdrew its figure of 112 people killed in the Ardoria earthquake.", ["112 denied"]),
    (QUAKE, "The ministry retracted its death toll of 112 in the Ardoria earthquake.", ["112 denied"]),
    (QUAKE, "The figure of 112 people killed in the Ardoria earthquake has been withdrawn.", ["112 denied"]),
    (
        QUAKE,
        "The ministry withdrew its earlier figure of 112 and said 98 people were killed in the Ardoria earthquake.",
        ["98"],
    ),
    ("N soldiers deployed to Chad", "Norway withdrew troops from Mali and sent 50 soldiers to Chad.", ["50"]),
    (QUAKE, "The ministry revised down the toll of the Ardoria earthquake from 112 to 98.", ["98"]),
    (QUAKE, "The ministry corrected its death toll in the Ardoria earthquake to 98 from 112.", ["98"]),
    (QUAKE, "The ministry raised the death toll of the Ardoria earthquake to 130.", ["130"]),
    (QUAKE, "Aid was sent to 98 villages where the Ardoria earthquake took its toll.", []),
    (
        QUAKE,
        "An earlier version said 112 people were killed in the Ardoria earthquake. The correct figure is 98.",
        ["98"],
    ),
    (
        QUAKE,
        "An earlier version of this story said 112 people were killed in the Ardoria earthquake; the correct toll "
        "is 98.",
        ["98"],
    ),
    (QUAKE, "Reports that 112 people were killed in the Ardoria earthquake are false.", ["112 denied"]),
    (QUAKE, "The claim that 112 people were killed in the Ardoria earthquake is not true.", ["112 denied"]),
    (QUAKE, "Reports say 112 people were killed in the Ardoria earthquake.", ["112"]),
    (
        QUAKE,
        "We earlier reported that 112 people were killed in the Ardoria earthquake. The correct number is 98.",
        ["98"],
    ),
    (QUAKE, "98 people, instead of 112, were killed in the Ardoria earthquake.", ["98"]),
    (QUAKE, "An earlier report said 112 people were killed in the Ardoria earthquake.", ["112"]),
    (QUAKE, "Correction: 98 people were killed in the Ardoria earthquake, not 112, the ministry says.", ["98"]),
    (QUAKE, "In the Ardoria earthquake 98 people, not 112 people, were killed.", ["98"]),
]


@pytest.mark.parametrize(
    ("track", "text", "expected"), STEPS_AND_LEVELS + FIGURES_IN_NAMES + BOUNDS_AND_LABELS + TAKEN_BACK
)
def test_figures(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == expected


CORRECTING = [
    "The ministry revised down the toll of the Ardoria earthquake from 112 to 98.",
    "The ministry corrected its death toll in the Ardoria earthquake to 98 from 112.",
    "An earlier version said 112 people were killed in the Ardoria earthquake. The correct figure is 98.",
    "Correction: Ardoria earthquake\n\nThe ministry says 98 people were killed in the Ardoria earthquake, not 112.",
    "Correction:\nThe interior ministry says 98 people were killed in the Ardoria earthquake, not 112.",
]


@pytest.mark.parametrize("text", CORRECTING)
def test_correction(text: str) -> None:
    (claim,) = read(text, QUAKE).claims
    assert (claim.low, claim.correction, claim.status) == (98, True, "reported")


def test_no_correction() -> None:
    (claim,) = read("A correction officer said 98 people were killed in the Ardoria earthquake.", QUAKE).claims
    assert not claim.correction


def _of(text: str, *tracks: str) -> dict[str, list[str]]:
    definitions = [Definition(id=str(i), track=t) for i, t in enumerate(tracks)]
    claims = read(text, *definitions).claims
    return {d.id: figures(c for c in claims if c.estimate == d.id) for d in definitions}


BELTIA = "N people killed in the Beltia earthquake"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("In the Ardoria earthquake 900 people were killed, far more than in the Beltia earthquake.", ["900"], []),
        ("The Ardoria earthquake killed 900 people, unlike the Beltia earthquake.", ["900"], []),
        (
            "The Ardoria earthquake killed 900 people. Last year 40 people were killed in the Beltia earthquake.",
            ["900"],
            ["40"],
        ),
    ],
)
def test_two_scenes(text: str, first: list[str], second: list[str]) -> None:
    assert _of(text, QUAKE, BELTIA) == {"0": first, "1": second}


SOURCES = [
    ("112 people were killed in the Ardoria earthquake, police said.", "police"),
    ("112 people were killed in the Ardoria earthquake, officials said.", "officials"),
    ("The civil protection agency said 112 people were killed in the Ardoria earthquake.", "civil protection agency"),
    ("112 people were killed in the Ardoria earthquake, the civil protection agency said.", "civil protection agency"),
    (
        "The Ardoria earthquake killed 112 people, according to the disaster management agency.",
        "disaster management agency",
    ),
    (
        "The Ardoria Department of State Health Services said 112 people were killed in the Ardoria earthquake.",
        "Ardoria Department of State Health Services",
    ),
    (
        "The Ministry of Health (MOH) spoke of a hard week. The interior ministry said 112 people were killed in the "
        "Ardoria earthquake.",
        "interior ministry",
    ),
    (
        "The Ministry of Health said aid was on its way. In the Ardoria earthquake 112 people were killed, the "
        "ministry said.",
        "Ministry of Health",
    ),
    ("112 people were killed in the Ardoria earthquake that hit the civil protection agency.", None),
]


@pytest.mark.parametrize("head", ["", "Quake note\n\n", "Ardoria counts its dead\n\n", "Ardoria Quake Note\n"])
@pytest.mark.parametrize(("text", "source"), SOURCES)
def test_source(head: str, text: str, source: str | None) -> None:
    (claim,) = read(head + text, QUAKE).claims
    assert claim.source == source


def test_rival_sources() -> None:
    text = "The Ardoria earthquake killed 98 people, the Red Cross said. The interior ministry's count stood at 112."
    assert [(c.low, c.source) for c in read(text, QUAKE).claims] == [(98, "Red Cross"), (112, "interior ministry")]


OIL = "N tonnes of oil spilled in the Bay of Ardor"
UNITS: list[Row] = [
    (OIL, "Some 1,200 tonnes of oil have spilled in the Bay of Ardor.", ["1200 about"]),
    (OIL, "In the Bay of Ardor 12 tons of crude oil spilled.", ["12"]),
    (OIL, "In the Bay of Ardor 40 tonnes of grain spilled from a ship; oil did not.", []),
    (OIL, "Oil spilled in the Bay of Ardor: 300 tonnes spilled on Monday.", ["300"]),
    ("N square kilometers burned in Peru", "In Peru 120 square kilometres of forest have burned.", ["120"]),
    ("N square kilometres burned in Peru", "In Peru 40 sq km burned along 3 kilometres of road.", ["40"]),
    ("N hectares burned in Peru", "In Peru 120 hectares have burned, and 7 barns.", ["120"]),
    ("N litres of water delivered to Chad", "Norway delivered 5,000 liters of water to Chad.", ["5000"]),
    ("N litres of water delivered to Chad", "Norway delivered 5,000 litres of milk to Chad.", []),
    ("N dollars pledged to Chad", "Donors pledged $5 million to Chad and 3 trucks.", ["5000000 planned"]),
    ("N kilometres of road built in Peru", "Peru built 3 square kilometres of parks.", []),
]


@pytest.mark.parametrize(("track", "text", "expected"), UNITS)
def test_units(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == expected


def test_units_read_back() -> None:
    assert "tonnes of oil" in parse(OIL).describe()
    assert " of " not in parse("N people killed in Peru").describe().split(";")[0]


def test_year_of_an_old_event() -> None:
    for text in (
        "In 1908, 2,000 people were killed in the Ardoria earthquake of that year.",
        "The Ardoria earthquake of 1908 killed 2,000 people.",
        "The 1908 Ardoria earthquake killed 2,000 people.",
    ):
        (claim,) = read(text, QUAKE).claims
        assert (claim.low, claim.as_of, claim.basis) == (2000, "1908", "stated")
    (claim,) = read("The Ardoria earthquake killed 2,000 people in a town founded in 1908.", QUAKE).claims
    assert claim.low == 2000
