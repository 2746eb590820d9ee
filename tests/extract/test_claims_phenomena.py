"""One table for each thing that must be understood: numbers, bounds, binding, nouns left out, population and place,
total and part, status, source and date, each claim once."""

from __future__ import annotations

import pytest

from tallywire.core.definition import Definition
from tests.extract.claims_table import figures, read

Row = tuple[str | Definition, str, list[str]]
QUAKE = "N people killed in the Ardoria earthquake"
AID = "N Norwegian soldiers deployed to Chad"
GRAIN = "N shells supplied by Norway to Chad"
PERU = "N people displaced in Peru"

NUMBERS: list[Row] = [
    (PERU, "Peru's rains displaced 27-hundred people in 9 days.", ["2700"]),
    (PERU, "Between 25-thousand and 30-thousand people were displaced in Peru, on 12 rivers.", ["25000-30000 range"]),
    (PERU, "In Peru one-point-five million people have been displaced since 2019.", ["1500000"]),
    (PERU, "Half a million people were displaced in Peru by rains worth 3 metres of water.", ["500000"]),
    (PERU, "Some 1.2 lakh people were displaced in Peru, a doctor of 40 years from Delhi wrote.", ["120000 about"]),
    (PERU, "The rains displaced 15, 200 people in Peru, the bulletin of 3 May says.", ["15200"]),
    (PERU, "The rains displaced 12K people in Peru, at 4 a.m.", ["12000"]),
    (PERU, "Peru: 3.5 million people displaced, 40% of them on Route 7.", ["3500000"]),
    (PERU, "In Peru a dozen people were displaced by a slide 60 metres wide.", ["12"]),
    (PERU, "The rains displaced 12 400 people in Peru over 9 nights.", ["12400"]),
    (PERU, "The rains displaced 12'400 people in Peru over 9 nights.", ["12400"]),
    (PERU, "Tens of thousands of people were displaced in Peru on 12 rivers.", ["vague"]),
    (PERU, "Two thousand three hundred people were displaced in Peru on 12 rivers.", ["2300"]),
    (GRAIN, "Norway supplied 4,000 shells of 152 mm and M-1978 parts to Chad on Route 9.", ["4000"]),
]
BOUNDS: list[Row] = [
    (QUAKE, "The number of people killed in the Ardoria earthquake crosses 300 on day 4.", ["300 over"]),
    (QUAKE, "The death toll of the Ardoria earthquake is nearing 5,000, from 9 towns.", ["5000 nearly"]),
    (QUAKE, "The Ardoria earthquake killed 60 or so people within 40 seconds.", ["60 about"]),
    (QUAKE, "The toll of the Ardoria earthquake went up to 24 on day 2.", ["24"]),
    (AID, "Norway sent closer to 11,000 to 12,000 soldiers to Chad in 9 ships.", ["11000-12000 range"]),
    (AID, "Between 4,000 and 6,000 Norwegian soldiers were deployed to Chad in 9 ships.", ["4000-6000 range"]),
    (AID, "The war of 1950-53 saw 300 Norwegian soldiers deployed to Chad.", ["300"]),
]
BINDING: list[Row] = [
    (
        "N Norwegian soldiers killed or wounded in Chad",
        "Norway lost 4,000 soldiers killed or wounded in Chad.",
        ["4000"],
    ),
    ("N Norwegian soldiers wounded in Chad", "In Chad 25 Norwegian soldiers were killed and 36 wounded.", ["36"]),
    ("N Norwegian soldiers killed in Chad", "In Chad 25 Norwegian soldiers were killed and 36 wounded.", ["25"]),
    (
        "N Norwegian soldiers wounded in Chad",
        "In Chad, 25 and 36 Norwegian soldiers were killed and wounded respectively, a list of 3 May says.",
        ["36"],
    ),
    (
        "N Norwegian soldiers killed in Chad",
        "In Chad, 25 and 36 Norwegian soldiers were killed and wounded respectively, a list of 3 May says.",
        ["25"],
    ),
    ("N people killed in Peru", "In Peru 18 lives were lost and 40 people hurt.", ["18"]),
    ("N people killed in Peru", "Among the dead in Peru are 7 nurses of ward 3.", ["7 component"]),
    ("N jobs cut at Nokia", "Nokia is cutting 900 of its 12,000 jobs.", ["900"]),
]
ELIDED: list[Row] = [
    (AID, "Norway has 9,000 soldiers under arms. Of these, around 4,000 have been deployed to Chad.", ["4000 about"]),
    ("N Norwegian soldiers wounded in Chad", "Chad: 300 Norwegian soldiers dead and 2,700 others wounded.", ["2700"]),
    ("N people missing in Peru", "In Peru 18 people died and 441 remain missing on day 9.", ["441"]),
    (AID, "Norwegian soldiers came to Chad in May; an estimated 1,400 were sent on 3 ships.", ["1400 about"]),
    ("N houses destroyed in Peru", "Losses in Peru\n\n- Houses destroyed: 240\n- Bridges lost: 9\n", ["240"]),
]
PLACE: list[Row] = [
    ("N people killed in Peru", "The slide killed 9 people in Chile and 18 in Peru.", ["18"]),
    ("N people killed in Peru", "In Chile 9 people were killed by a slide. Peru sent 3 planes.", []),
    ("N measles cases in Ohio", "Ohio has 30 measles cases; the United States has 1,024 cases.", ["30"]),
    (
        "N Norwegian soldiers killed in Chad",
        "In Chad 40 Swedish soldiers and 12 Norwegian soldiers were killed.",
        ["12"],
    ),
]
PARTS: list[Row] = [
    (
        AID,
        "Norway sent 300 more soldiers to Chad, on top of 1,000 Norwegian soldiers deployed there.",
        ["1000", "300 additional"],
    ),
    (QUAKE, "In the past 24 hours, 12 people died in the Ardoria earthquake zone of Ardoria.", ["12 component"]),
    (QUAKE, "Of the 12,000 people treated, 40 were killed in the Ardoria earthquake.", ["40"]),
    (QUAKE, "The toll of the Ardoria earthquake more than doubled, from 24 to 60.", ["60"]),
    ("N shells produced by Norway", "Norway produces 90,000 shells a year at 3 plants.", []),
    (QUAKE, "A third of the 90 guests were killed in the Ardoria earthquake.", []),
    ("N people killed in Peru", "Since Tuesday 12 people have been killed in Peru, on 3 roads.", ["12"]),
]
STATUS: list[Row] = [
    (AID, "Norway plans a second step. It would send 500 soldiers to Chad.", ["500 planned"]),
    (AID, "Norway may send 500 soldiers to Chad by the 9th.", ["500 projected"]),
    (AID, "It is not true that Norway sent 500 soldiers to Chad, the envoy said.", ["500 denied"]),
    (AID, "Norway's parliament refused to send 500 soldiers to Chad.", ["500 denied"]),
    (AID, "Some 500 Norwegian soldiers are to be deployed to Chad in June.", ["500 about planned"]),
]
ONCE: list[Row] = [
    (
        QUAKE,
        "Ardoria earthquake kills 43\n\nThe Ardoria earthquake killed 43 people. Its death toll is 43.",
        ["43"],
    ),
    (
        QUAKE,
        "The Ardoria earthquake killed 43 people, police say; the army says that it killed 57 people.",
        ["43", "57"],
    ),
]

SOURCES: list[tuple[str, str, str | None, str | None]] = [
    (QUAKE, "The Ardoria earthquake killed 43 people, Mayor Ana Lind said.", "Mayor Ana Lind", None),
    (QUAKE, "As of 3 May 2025 the Ardoria earthquake had killed 43 people.", None, "2025-05-03"),
    (
        QUAKE,
        "Citing the Red Cross, Mayor Ana Lind told Radio Velm that 43 people died in the Ardoria earthquake.",
        "Red Cross",
        None,
    ),
    (
        QUAKE,
        "Mayor Ana Lind spoke on Friday. The earthquake in Ardoria killed 43 people, she said.",
        "Mayor Ana Lind",
        None,
    ),
    (QUAKE, "By mid-January, 43 people had died in the Ardoria earthquake.", None, "2025-01"),
    (QUAKE, "On Wednesday 43 people were killed in the Ardoria earthquake.", None, "2025-06-18"),
    (QUAKE, "Last month 43 people were killed in the Ardoria earthquake.", None, "2025-05"),
    (AID, "Norway will send 500 soldiers to Chad by 1 July.", None, None),
]
TABLES = {
    "numbers": NUMBERS,
    "bounds": BOUNDS,
    "binding": BINDING,
    "nouns left out": ELIDED,
    "place": PLACE,
    "parts": PARTS,
    "status": STATUS,
    "once": ONCE,
}
ROWS = [(name, *row) for name, table in TABLES.items() for row in table]


@pytest.mark.parametrize(("table", "track", "text", "expected"), ROWS, ids=[f"{n}: {s[:60]}" for n, _, s, _ in ROWS])
def test_claims(table: str, track: str | Definition, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == sorted(expected)


@pytest.mark.parametrize(("track", "text", "source", "as_of"), SOURCES, ids=[s[:60] for _, s, _, _ in SOURCES])
def test_source_and_date(track: str, text: str, source: str | None, as_of: str | None) -> None:
    (claim,) = read(text, track).claims
    assert ((claim.source or "").removeprefix("the ") or None, claim.as_of) == (source, as_of)
