"""Bounds before and after a number, intervals, and what only looks like one."""

from __future__ import annotations

import pytest

from tallywire.extract.quantities import Mention, mentions


def first(text: str) -> Mention:
    return next(m for m in mentions(text) if m.refusal is None)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("They lost 400 goats.", "exact"),
        ("They lost about 400 goats.", "about"),
        ("They lost some 400 goats.", "about"),
        ("They lost an estimated 400 goats.", "about"),
        ("They lost ~400 goats.", "about"),
        ("They lost 400 or so goats.", "about"),
        ("They lost 400-odd goats.", "about"),
        ("They lost nearly 400 goats.", "nearly"),
        ("They lost almost another 400 goats.", "nearly"),
        ("Losses are approaching 400 goats.", "nearly"),
        ("The herd grew towards 400.", "nearly"),
        ("They lost at least 400 goats.", "at_least"),
        ("They lost no fewer than 400 goats.", "at_least"),
        ("They lost at least another 400 goats.", "at_least"),
        ("They lost 400 or more goats.", "at_least"),
        ("They lost 400 goats or more.", "at_least"),
        ("They lost at least about 400 goats.", "at_least"),
        ("They lost more than 400 goats.", "over"),
        ("They lost more than an estimated 400 goats.", "over"),
        ("Losses topped 400 goats.", "over"),
        ("Losses exceed 400 goats.", "over"),
        ("Losses passed the 400 mark.", "over"),
        ("Losses are upwards of 400 goats.", "over"),
        ("They lost 400-plus goats.", "over"),
        ("They lost 400+ goats.", "over"),
        ("They lost up to 400 goats.", "up_to"),
        ("There were up to 400 goats.", "up_to"),
        ("They may get up to 400 goats.", "up_to"),
        ("They lost as many as 400 goats.", "up_to"),
        ("They lost fewer than 400 goats.", "at_most"),
        ("They lost no more than 400 goats.", "at_most"),
        ("They lost under 400 goats.", "at_most"),
        ("They lost 400 goats or fewer.", "at_most"),
        # the same words where they bound nothing
        ("The count went up to 400 goats.", "exact"),
        ("The toll was up to 400 goats by noon.", "exact"),
        ("Of the top 400 goats most live.", "exact"),
        ("The house passed 40 bills.", "exact"),
        ("They walked toward the 400 goats.", "exact"),
    ],
)
def test_bounds(text: str, bound: str) -> None:
    assert first(text).bound == bound


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("They need 25,000-30,000 tents.", 25000, 30000),
        ("They need 25,000–30,000 tents.", 25000, 30000),
        ("They need between 4,000 and 6,000 tents.", 4000, 6000),
        ("They need from 4,000 to 6,000 tents.", 4000, 6000),
        ("They need closer to 11,000 to 12,000 tents.", 11000, 12000),
        ("They need 20 to 30 thousand tents.", 20000, 30000),
        ("They need 5 or 6 tents.", 5, 6),
        ("They need three or four tents.", 3, 4),
        ("They need 4,000 to as many as 6,000 tents.", 4000, 6000),
        ("They need $62 to $68 a tent.", 62, 68),
        ("They rose between 4% and 5%.", 4, 5),
        ("They rose by 1 to 1.5 degrees.", 1, 1.5),
    ],
)
def test_intervals(text: str, low: float, high: float) -> None:
    (found,) = mentions(text)
    assert (found.low, found.high, found.bound) == (low, high, "range")


@pytest.mark.parametrize(
    "text",
    [
        "The war of 1950-53 was long.",
        "They won 3-2 at home.",
        "It is open 24/7.",
        "A swap of 500 for 500 was agreed.",
        "Between October 8 and 13 it rained.",
        "Sales grew by 200 to 1,200.",
        "Shares rose 8 percent to 3.65.",
        "They need 12 tents and 40 beds.",
        "In between 12 tents stood 40 beds.",
    ],
)
def test_false_intervals(text: str) -> None:
    assert all(m.bound != "range" for m in mentions(text))


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("The toll rose from 24 to 48 overnight.", 24, 48),
        ("Attacks surged from 379 in May to nearly 2,500 in June.", 379, 2500),
        ("They cut the crew from 40 to 30 men.", 40, 30),
    ],
)
def test_a_rise_has_two_ends(text: str, old: int, new: int) -> None:
    ends = {m.change: m.low for m in mentions(text) if m.change}
    assert ends == {"from": old, "to": new}


@pytest.mark.parametrize(
    "text", ["There are 48 dead, up from 24.", "The toll rose to 48 from 24.", "It costs $48, down from $24."]
)
def test_a_superseded_value_says_so(text: str) -> None:
    assert {m.low: m.change for m in mentions(text)} == {48: "", 24: "from"}


def test_places_are_not_superseded_values() -> None:
    assert [m.change for m in mentions("They sent 300 men from 12 bases to 40 towns.")] == ["", "", ""]


def test_a_conversion_in_brackets_shares_the_bound() -> None:
    found = mentions("The fire took over 16,000 hectares (40,000 acres) and 12 barns (all old).")
    assert [(m.low, m.bound) for m in found] == [(16000, "over"), (40000, "over"), (12, "exact")]
