"""Who is cited, for when, and whether whole, part or plan, in the wordings of releases, bulletins and local papers."""

from __future__ import annotations

import pytest

from tests.extract.claims_table import figures, read

DEAD = "N people killed in Peru"
SCHOOLS = "N schools closed in Peru"
CASES = "N measles cases in Chad"
STRIKE = "N teachers on strike in Peru"
WHALES = "N whales stranded in Peru"
JOBS = "N jobs cut at Acme"

SOURCES: list[tuple[str, str, str | None]] = [
    (SCHOOLS, "Peru has closed 90 schools, education ministry data showed on Tuesday.", "education ministry data"),
    (SCHOOLS, "Peru closed 90 schools, harbour officials said.", "harbour officials"),
    (SCHOOLS, "Peru closed 90 schools, the local traders said.", "local traders"),
    (SCHOOLS, "In Peru 90 schools were closed, operator Initech said; others stayed open.", "operator Initech"),
    (SCHOOLS, "In Peru 90 schools were closed, chief executive Ana Ruiz told reporters.", "chief executive Ana Ruiz"),
    (SCHOOLS, "In Peru 90 schools were closed. Globex was not asked.", None),
    (SCHOOLS, "Peru closed 90 schools, according to the tracking site Skywatch.", "tracking site Skywatch"),
    (SCHOOLS, "Peru closed 90 schools, according to the news agency Andina Uno.", "news agency Andina Uno"),
    (SCHOOLS, "Peru closed 90 schools, according to people familiar with the plan.", "people familiar with the plan"),
    (CASES, "Chad has recorded 90 measles cases, the Ministry of Health said.", "Ministry of Health"),
    (CASES, "Chad has counted 90 measles cases, the WHO reported.", "WHO"),
    (CASES, "The Ministry of Health has recorded 90 measles cases in Chad.", "Ministry of Health"),
    (DEAD, "In Peru 90 people died, according to the UN's humanitarian office.", "UN's humanitarian office"),
    (DEAD, "In Peru 90 people died, according to Chad's civil protection agency.", "Chad's civil protection agency"),
    (DEAD, "In Peru 90 people died, according to Chad's radio.", "Chad"),
    (DEAD, "Mayor Ana Ruiz toured the port. She denied that 90 people had died in Peru.", "Mayor Ana Ruiz"),
    (DEAD, "Governor Luis Paz wept. He said 90 people had died in Peru.", "Governor Luis Paz"),
    (DEAD, "The port was quiet. He said 90 people had died in Peru.", None),
    (SCHOOLS, "Save the Forests says that Peru has closed 90 schools.", "Save the Forests"),
    (SCHOOLS, "On Monday the Forests Agency said that Peru had closed 90 schools.", "Forests Agency"),
    (SCHOOLS, "The school board has lowered its figure for schools closed in Peru to 90.", "school board"),
    (SCHOOLS, "That brings the number of schools closed in Peru to 90, by the ministry's own tally.", "ministry"),
    (SCHOOLS, "The police director spoke. Peru closed 90 schools, the police director said.", "police director"),
]


@pytest.mark.parametrize(("track", "text", "source"), SOURCES)
def test_sources(track: str, text: str, source: str | None) -> None:
    (claim,) = read(text, track).claims
    assert (claim.source or "").removeprefix("the ") == (source or "")


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("Key figures (as of 8 February 2025)\n\n- Schools closed in Peru: 90\n- Books lost: 300", "2025-02-08"),
        ("Peru at a glance, as at 3 March 2025:\n\n* Schools closed: 90\n* Camps: 12", "2025-03-03"),
        ("Peru at a glance, since 3 March 2025:\n\n* Schools closed: 90\n* Camps: 12", None),
        ("In the drought of 2017-18 Peru closed 90 schools.", "2018"),
        ("During 2009-13 Peru closed 90 schools.", "2013"),
        ("In 2017-11 Peru closed 90 schools.", "2017-11"),
        ("In Camp Jan, the worst-hit place in Peru, 90 schools were closed.", None),
        ("On Calle Mar, in Peru, 90 schools were closed.", None),
        ("In Jan. 2025 Peru closed 90 schools.", "2025-01"),
        ("Since the start of the 2024/25 term 90 schools were closed in Peru.", None),
    ],
)
def test_dates(text: str, as_of: str | None) -> None:
    (claim,) = read(text, SCHOOLS).claims
    assert claim.as_of == as_of


@pytest.mark.parametrize(
    ("track", "text", "expected"),
    [
        (SCHOOLS, "Another 80 schools in need\n\nPeru will close a further 80 schools.", ["80 additional planned"]),
        (SCHOOLS, "Another 70 camps need help\n\nA further 80 schools were closed in Peru.", ["80 additional"]),
        (DEAD, "In Peru 12 people were killed and another 40 hurt; another three were missing.", ["12"]),
        (SCHOOLS, "Peru closed 80 schools, the highest number on a single day this year.", ["80 component"]),
        (SCHOOLS, "Peru closed 80 schools, the most in a single week.", ["80 component"]),
        (SCHOOLS, "Peru closed 80 schools without a single day of notice.", ["80"]),
        (SCHOOLS, "The number of schools closed in Peru in the first 18 days of May came to 80.", ["80 component"]),
        (SCHOOLS, "The number of schools closed in Peru over the past week rose to 80.", ["80 component"]),
        (SCHOOLS, "The number of schools closed in Peru rose to 80 after the first rains.", ["80"]),
        (WHALES, "More than 15 false killer whales are stranded in Peru.", ["15 over"]),
        (WHALES, "It is false that 15 whales are stranded in Peru.", ["15 denied"]),
        (WHALES, "Peru denied that 15 whales were stranded.", ["15 denied"]),
        (JOBS, "About 90 of the jobs at Acme will be cut, Ana Ruiz told analysts.", ["90 about planned"]),
        (JOBS, "Acme will cut 90 jobs, analysts say.", ["90 projected"]),
        (STRIKE, "She expects 900 teachers in Peru to walk out.", ["900 planned"]),
        (STRIKE, "In May 900 teachers in Peru walked out.", ["900"]),
        (STRIKE, "Since late May 900 teachers in Peru are on strike.", ["900"]),
        (STRIKE, "In Peru 900 teachers may walk out.", ["900 projected"]),
    ],
)
def test_kinds_and_statuses(track: str, text: str, expected: list[str]) -> None:
    assert figures(read(text, track).claims) == expected
