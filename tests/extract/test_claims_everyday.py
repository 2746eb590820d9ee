"""Everyday wordings that once went wrong: levels and steps, names with figures, offices as sources, corrections."""

from __future__ import annotations

import pytest

from tests.extract.claims_table import figures, read

QUAKE = "N people killed in the Ardoria earthquake"
Row = tuple[str, str, list[str]]

STEPS_AND_LEVELS: list[Row] = [
    (QUAKE, "The toll of the Ardoria earthquake rose by 11 to 123.", ["11 additional", "123"]),
    (QUAKE, "The death toll of the Ardoria earthquake grew by eight to 24.", ["24", "8 additional"]),
    (QUAKE, "The Ardoria earthquake's death toll is up 11 to 123.", ["11 additional", "123"]),
    (QUAKE, "The death toll of the Ardoria earthquake rose by 11 more to 123.", ["11 additional", "123"]),
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


@pytest.mark.parametrize(("track", "text", "expected"), STEPS_AND_LEVELS + FIGURES_IN_NAMES + BOUNDS_AND_LABELS)
def test_figures(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == expected
