"""Numbers as they stand, whatever they count."""

from __future__ import annotations

import pytest

from tallywire.extract.numbers import numbers
from tallywire.extract.tokens import tokenize

VALUES = [
    ("12,000 men", "12,000", 12000),
    ("10 000 men", "10 000", 10000),
    ("10\u00a0000 men", "10\u00a0000", 10000),
    ("10\u2009000 men", "10\u2009000", 10000),
    ("12'000 men", "12'000", 12000),
    ("1.200.000 men", "1.200.000", 1200000),
    ("12.000 men", "12.000", 12000),
    ("12.5 points", "12.5", 12.5),
    ("96.088 points", "96.088", 96.088),
    ("1,20,000 votes", "1,20,000", 120000),
    ("15, 200 men", "15, 200", 15200),
    ("12K men", "12K", 12000),
    ("4.3M views", "4.3M", 4300000),
    ("$5m", "5m", 5000000),
    ("10m people", "10m", 10000000),
    ("10m high", "10", 10),
    ("2.8bn", "2.8bn", 2800000000),
    ("3.5 million", "3.5 million", 3500000),
    ("4,1 million people", "4,1 million", 4100000),
    ("12,35 million people", "12,35 million", 12350000),
    ("0,5-million-litre", "0,5-million", 500000),
    ("€2,4bn", "2,4bn", 2400000000),
    ("27-hundred men", "27-hundred", 2700),
    ("30-thousand men", "30-thousand", 30000),
    ("4 hundred million", "4 hundred million", 400000000),
    ("1 lakh people", "1 lakh", 100000),
    ("Rs 20 crore", "20 crore", 200000000),
    ("one-point-five million", "one-point-five million", 1500000),
    ("two point two five", "two point two five", 2.25),
    ("half a million", "half a million", 500000),
    ("a half-million", "a half-million", 500000),
    ("a quarter of a million", "a quarter of a million", 250000),
    ("two and a half million", "two and a half million", 2500000),
    ("a dozen men", "a dozen", 12),
    ("two dozen men", "two dozen", 24),
    ("half a dozen", "half a dozen", 6),
    ("a hundred", "a hundred", 100),
    ("a hundred and fifty", "a hundred and fifty", 150),
    ("twenty-five thousand", "twenty-five thousand", 25000),
    ("two hundred and fifty thousand", "two hundred and fifty thousand", 250000),
    ("one hundred seventy-five of them", "one hundred seventy-five", 175),
    ("four thousand five hundred", "four thousand five hundred", 4500),
    ("one million two hundred thousand", "one million two hundred thousand", 1200000),
    ("fifty-five hundred", "fifty-five hundred", 5500),
    ("nineteen", "nineteen", 19),
    ("minus-130 degrees", "minus-130", -130),
    ("minus five", "minus five", -5),
    ("two-thirds of", "two-thirds", 2 / 3),
    ("one quarter of", "one quarter", 0.25),
    ("a third of", "a third", 1 / 3),
    ("nearly half of", "half", 0.5),
    ("1/16 of", "1/16", 0.0625),
    ("3½ hours", "3½", 3.5),
]


@pytest.mark.parametrize(("text", "surface", "value"), VALUES)
def test_values(text: str, surface: str, value: float) -> None:
    found = numbers(tokenize(text))
    assert [text[n.start : n.end] for n in found] == [surface]
    assert found[0].low == found[0].high == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("15, 200 and 300 men", [15, 200, 300]),  # a list, not a torn figure
        ("On May 15, 200 men", [15, 200]),  # a date, not a torn figure
        ("one hundred and two hundred", [100, 200]),
        ("25-thousand to 30-thousand", [25000, 30000]),
        ("three, four", [3, 4]),
        ("the two sides", [2]),
        ("3-2", [3, 2]),
        ("a couple left", []),
        ("they score well", []),
        ("the first half ended", [None]),
        ("for a second time", [None]),
    ],
)
def test_several_or_none(text: str, values: list[float | None]) -> None:
    assert [n.low for n in numbers(tokenize(text))] == values


@pytest.mark.parametrize(
    ("text", "surface", "size"),
    [
        ("dozens of men", "dozens", (12, 120)),
        ("hundreds", "hundreds", (100, 1000)),
        ("tens of thousands of men", "tens of thousands", (10000, 100000)),
        ("hundreds of thousands", "hundreds of thousands", (100000, 1000000)),
        ("millions of them", "millions", (1000000, 10000000)),
        ("several hundred men", "several hundred", (200, 900)),
        ("a few thousand men", "a few thousand", (2000, 9000)),
        ("a couple of hundred men", "a couple of hundred", (200, 900)),
        ("several men", "several", (2, 9)),
    ],
)
def test_vague_sizes(text: str, surface: str, size: tuple[int, int]) -> None:
    (found,) = numbers(tokenize(text))
    assert (text[found.start : found.end], found.low, found.high, found.size) == (surface, None, None, size)


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("1, 2 million and 3 million people", ["1", "2 million", "3 million"]),
        ("in 2024,1 million people", ["2024", "1 million"]),
        ("rooms 4,1 and 5,2 were empty", ["4", "1", "5", "2"]),
        ("1,234 million people", ["1,234 million"]),
        ("from 4,1 to 4,35 million people", ["4,1", "4,35 million"]),
    ],
)
def test_a_comma_is_a_decimal_one_right_before_a_scale_only(text: str, surfaces: list[str]) -> None:
    assert [text[n.start : n.end] for n in numbers(tokenize(text))] == surfaces
