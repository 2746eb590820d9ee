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
