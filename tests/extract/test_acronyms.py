"""Acronyms are found in full where the text spells them out, in one reading of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.extract.acronyms import Acronyms

TEXT = "The Relief and Works Agency (RWA) met the Ministry of\n the Interior. Mali Interior said no. Rescue Wing. Ann."


@pytest.mark.parametrize(
    ("acronym", "full"),
    [
        ("RWA", "Relief and Works Agency"),
        ("MI", "Ministry of the Interior"),
        ("RW", "Relief and Works"),
        ("WAM", None),  # "Agency (RWA) met the Ministry" is no name
        ("XYZ", None),
    ],
)
def test_the_first_name_with_these_initials(acronym: str, full: str | None) -> None:
    assert Acronyms(TEXT).full(acronym) == full


WORDS = st.sampled_from("Relief Works Agency Rescue of the for and met . , (RWA) river's Wing-man A of".split())


@given(st.lists(WORDS, max_size=14), st.sampled_from(["RW", "RA", "RWA", "WA", "AR"]))
def test_it_finds_what_a_search_word_by_word_finds(words: list[str], acronym: str) -> None:
    text = " ".join(words)
    pattern = r"\s+(?:of\s+|the\s+|for\s+|and\s+)*".join(rf"{c}[\w'’-]+" for c in acronym)
    match = re.search(rf"\b{pattern}", text)
    assert Acronyms(text).full(acronym) == (match.group() if match else None)
