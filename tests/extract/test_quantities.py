"""The quantities of a text as `extract --quantities` gives them, and what must hold on any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.core.quantity import BOUNDS
from tallywire.extract.numbers import WORDS
from tallywire.extract.quantities import mentions, quantities
from tallywire.extract.refusals import REASONS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Some 300 goats died.", [(300, 300, "about", "goat")]),
        ("It cost $5.5m.", [(5500000, 5500000, "exact", "dollar")]),
        ("It fell by 3.2% in May 2021.", [(3.2, 3.2, "exact", "percentage")]),
        ("It is 60 square miles wide.", [(60, 60, "exact", "square mile")]),
        ("Thousands of goats died.", [(1000, 10000, "range", "goat")]),
        ("Several goats died.", []),
        ("The herd shrank from 48 to 24 goats.", [(24, 48, "range", "goat")]),
        ("On 3 May at 9 a.m. Route 66 was shut.", []),
        ("It is twice as big, 6.5 times in fact.", [(6.5, 6.5, "exact", "time")]),
        ("The toll rose to 24.", [(24, 24, "exact", None)]),
        ("Rosa Lind, 66, left with two dogs.", [(2, 2, "exact", "dog")]),
    ],
)
def test_quantities(text: str, expected: list[tuple[float, float, str, str | None]]) -> None:
    assert [(q["low"], q["high"], q["bound"], q["noun"]) for q in quantities(text)] == expected


def check(text: str) -> None:
    end = 0
    for m in mentions(text):
        assert end <= m.start < m.end <= len(text)
        assert m.phrase_start <= m.start and m.end <= m.phrase_end <= len(text)
        assert m.bound in BOUNDS
        assert m.refusal is None or m.refusal in REASONS
        assert (m.low is None) == (m.high is None)
        assert m.low is None or m.high is None or m.low <= m.high
        assert m.noun is None or (m.noun.head is None) == m.noun.elided
        end = m.end
    for q in quantities(text):
        assert q["low"] is not None and q["high"] is not None and q["low"] <= q["high"]
        assert text[q["start"] : q["end"]].strip()


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check(text)


PIECES = st.sampled_from(
    sorted(WORDS)
    + "of to and or - – , . $ % ( ) / ' 's a the from between rose up more than about men 12 1,000 3.5 2019 May".split()
    + ["at least", "0", "00", "9" * 40, "1e9", "155mm", "M-19", "\n", "\n\n", "•", "+", "US", "p.m.", "km/h", "of the"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40), st.sampled_from([" ", ""]))
def test_any_heap_of_number_words(pieces: list[str], joint: str) -> None:
    check(joint.join(pieces))


@pytest.mark.parametrize(
    "piece",
    [
        "9",
        "1,",
        "one ",
        "-",
        "1-",
        "1 000 ",
        "a.",
        "from 1 to 2 ",
        "at least ",
        "hundred thousand ",
        "men and ",
        "$",
        "(",
        "\n",
        "1/",
    ],
)
def test_a_long_heap_of_one_thing_ends(piece: str) -> None:
    """Quadratic work would take minutes here: the suite would time out rather than pass."""
    check(piece * (30_000 // len(piece)))


@pytest.mark.parametrize("unit", ["m/s", "km/h", "km/hr", "m/min", "m/ s", "m/x"])
def test_a_speed_in_any_unit_is_no_count(unit: str) -> None:
    found = mentions(f"Gusts of 40 {unit} and 30-35 {unit} were measured in Orne.")
    assert [(m.low, m.high) for m in found] == [(40, 40), (30, 35)]
    assert all(m.refusal for m in found)
