"""Figures whose event is said elsewhere: bare figures, items of a list without their verb, groups of those counted."""

from __future__ import annotations

import pytest

from tallywire.core.article import Article
from tallywire.core.definition import Definition
from tallywire.extract import Extractor

SHIPS = Definition("x", "N ships rerouted around the Cape of Good Hope")
HOMES = Definition("x", "N homes without power in Norway", parts=("Sarn", "Orne", "Velm"))
BIRDS = Definition("x", "N birds culled in Norway")
FIRMS = Definition("x", "N firms hit by Blackmoth malware")
GRAIN = Definition("x", "N tonnes of grain exported from Norway")
FLOOD = Definition("x", "N people missing in the Rio do Sal floods")
DEPORTED = Definition("x", "N people deported from Norway")
GUARDS = Definition("x", "N guards entrained in Norway")
ROUTED = "Lines have rerouted 300 ships around the Cape of Good Hope. "

CASES = [
    # A bare figure of somebody's, of what was told of before ...
    (SHIPS, ROUTED + "The union says 410.", ["300", "410"]),
    (SHIPS, ROUTED + "Brokers speak of 27.", ["27", "300"]),
    (SHIPS, ROUTED + "The pilots had given a figure of 325.", ["300", "325"]),
    # ... and none that has a noun of its own, follows another verb or comes out of nowhere.
    (SHIPS, ROUTED + "The union says 410 pilots quit.", ["300"]),
    (SHIPS, ROUTED + "The canal charged 27.", ["300"]),
    (SHIPS, "Brokers speak of 27.", []),
    # The next of a list, led by its name alone.
    (
        HOMES,
        "Sarn has 3,400 homes without power, Orne 2,200 and Velm just under 900.",
        ["2200 part", "3400 part", "900 part"],
    ),
    (HOMES, "In Sarn 3,400 homes are without power, and in Orne 2,200.", ["2200 part", "3400 part"]),
    (HOMES, "Norway has 34 homes without power, and Kari Lund 3 candles.", ["34"]),
    (HOMES, "Sarn has 34 homes without power, and the road to Orne is 22 miles long.", ["34 part"]),
    # A group of those just counted, and what makes up the whole.
    (BIRDS, "Norway culled 90 birds. Of these, 40 are in Sarn.", ["40 part", "90"]),
    (BIRDS, "Norway culled 90 birds. Of the culled birds, 40 were ducks.", ["40 part", "90"]),
    (BIRDS, "Norway culled 90 birds. Turkeys made up 40.", ["40 part", "90"]),
    (BIRDS, "Norway culled 90 birds. Of all farms, 40 are in Sarn.", ["90"]),
    # A list of stuffs is read to its third item.
    (
        GRAIN,
        "Norway exported 90 tonnes of grain. It includes 50 tonnes of wheat, 30 tonnes of rye and 10 tonnes of oats.",
        ["10 part", "30 part", "50 part", "90"],
    ),
    # Names with small words inside; agents; who took them away; an aside before the verb; an unknown verb by its noun.
    (FLOOD, "In Rio do Sal, 12 people are missing after the floods.", ["12"]),
    (FIRMS, "The office puts the number of firms hit by Blackmoth malware at about 900.", ["900"]),
    (DEPORTED, "Norway deported 90 people.", ["90"]),
    (DEPORTED, "Norway deported 90 people. Mali deported 40 people.", ["90"]),
    (BIRDS, "Norway culled 90 birds. Slovakia, 9 hours off, has culled 40 birds.", ["90"]),
    (GUARDS, "Norway spoke of the entrainment of 300 guards in May.", ["300"]),
]


@pytest.mark.parametrize(("definition", "text", "expected"), CASES)
def test_what_is_said_elsewhere(definition: Definition, text: str, expected: list[str]) -> None:
    found = Extractor([definition]).read(Article(text, published="2025-06-20")).claims
    assert sorted(f"{c.low:g}{' part' if c.kind == 'component' else ''}" for c in found) == expected
