"""Parts of a figure and what comes on top of one: of whom, of the injured, alone, in the week to Sunday, by place."""

from __future__ import annotations

import pytest

from tallywire.core.definition import Definition
from tests.extract.claims_table import figures, read

DEAD = "N people killed in Peru"
FREED = Definition(id="x", track="N prisoners freed by Peru", figures="add up")

PORTIONS = [
    (
        "300 people were killed in Peru, of whom the army counted 12 and the police 9.",
        ["12 component", "300", "9 component"],
    ),
    ("There are 40 people killed in Peru; there will soon be 60 of them.", ["40", "60 projected"]),
    ("107 people sailed, of whom 40 were killed in Peru.", ["40"]),
    ("In Peru 300 people were killed. 40 of the dead were children.", ["300", "40 component"]),
    ("Initial reports suggested that 40 people were killed in Peru.", ["40"]),
    ("Scientists, Ana Ruiz among them, speak of 40 people killed in Peru.", ["40"]),
    ("The north alone has 40 people killed in Peru.", ["40 component"]),
    ("June alone saw 40 people killed in Peru.", ["40 component"]),
    ("The child was alone when 40 people were killed in Peru.", ["40"]),
    ("The flood has killed 40 people in Peru on its own.", ["40 component"]),
    ("In the week to Sunday 40 people were killed in Peru.", ["40 component"]),
    ("The ministry put the number of people killed in Peru at 40 in early May.", ["40"]),
    ("40 people were killed in Peru in early May.", ["40 component"]),
    ("In all 300 people were killed in Peru; in the last week 40 people were killed.", ["300", "40 component"]),
    ("The rains killed 40 people more in Peru.", ["40 additional"]),
    ("In Peru 40 people were killed, more than ever before.", ["40"]),
    ("Rains killed 12 people in Orne and 9 in Velm, both in Peru.", ["12 component", "9 component"]),
]


@pytest.mark.parametrize(("text", "expected"), PORTIONS)
def test_parts_and_increments(text: str, expected: list[str]) -> None:
    assert figures(read(text, DEAD).claims) == sorted(expected)


STATUSES = [
    ("The broker expects 40 people killed in Peru by May.", ["40 projected"]),
    ("A clerk who asked not to be named put the number of people killed in Peru at 40.", ["40"]),
    ("We can confirm that 40 people were killed in Peru.", ["40"]),
    ("The flood may have killed 40 people in Peru.", ["40"]),
]


@pytest.mark.parametrize(("text", "expected"), STATUSES)
def test_statuses(text: str, expected: list[str]) -> None:
    assert figures(read(text, DEAD).claims) == sorted(expected)


ROUNDS = [
    ("Peru freed 90 prisoners, bringing to 400 the number freed since May.", ["90 additional"]),
    ("In all, 400 prisoners have been freed by Peru.", ["400"]),
    ("With these, 400 prisoners have been freed by Peru.", ["400"]),
    ("Peru has freed 400 prisoners in total; on Tuesday Peru freed 90 prisoners.", ["400", "90 additional"]),
]


@pytest.mark.parametrize(("text", "expected"), ROUNDS)
def test_rounds_and_sums(text: str, expected: list[str]) -> None:
    assert figures(read(text, FREED).claims) == sorted(expected)
