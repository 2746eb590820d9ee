"""What analysts set: corrections, pins, restarts, closed contradictions, muted sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tallywire.arguments import CommandError
from tallywire.core.claim import Claim, claim_id
from tallywire.core.source import Source
from tallywire.define import compare_claims
from tests.analyst.newsroom import BOATS, BOTH, DEAD, HURT, SOURCES, Newsroom, said


@pytest.fixture
def room() -> Newsroom:
    made = Newsroom()
    made.report(said(100), published="2025-01-01")
    made.to("2025-01-05")
    made.report(said(120), published="2025-01-05", outlet="Quay Post")
    return made


def test_a_pin_stands_over_the_machine_whose_value_goes_on_beneath(room: Newsroom) -> None:
    room.act("estimates.pin", id="dead", value="130", low="110", high="150")
    pinned = room.told()
    assert (pinned["best"], pinned["low"], pinned["high"], pinned["policy"]) == (130, 110, 150, "pinned")
    assert pinned["pin"]["machine"]["best"] == 120 and not pinned["pin"]["left"]
    room.report(said(140), published="2025-01-08")
    assert (room.told()["best"], room.told()["pin"]["machine"]["best"]) == (130, 140)
    assert "pin" not in room.alerts()
    room.report(said(210), published="2025-01-09")
    assert room.told()["pin"]["left"] and room.alerts().count("pin") == 1
    room.report(said(215), published="2025-01-09")
    assert room.alerts().count("pin") == 1
    room.act("estimates.unpin", id="dead")
    assert (room.told()["best"], "pin" in room.told()) == (215, False)
    assert room.store.compare() == []


def test_a_correction_counts_and_survives_another_reading(room: Newsroom) -> None:
    first = room.claims()[1]
    room.act("claims.correct", id=first[:8], low="200", bound="at_least", source="the harbour master")
    found = room.summary()
    assert (found["best"], found["bound"]) == (200, "at_least")
    row = room.store.row("claim", first)
    assert row is not None
    reading = Claim(
        "dead", 120, 120, "exact", "total", "reported", row["quote"], row["start_at"], row["end_at"],
        row["number_start"], row["number_end"], row["sentence"], "active", "english@2", source="Coast Guard",
    )  # fmt: skip
    reading = replace(reading, number_start=2, number_end=5)
    known = claim_id(row["article"], reading)
    with room.store.transaction() as tx:
        assert known != first and compare_claims(tx, row["article"], [reading])  # found at another place, for once
        assert not compare_claims(tx, row["article"], [reading])
    room.act("claims.correct", id=known, low="90", status="denied")
    with room.store.transaction() as tx:
        compare_claims(tx, row["article"], [replace(reading, low=91, high=91, rule="other")])
        compare_claims(tx, row["article"], [])
    other = room.store.row("claim", known)
    assert other is not None
    assert (other["low"], other["status"], other["rule"], other["state"]) == (90, "denied", "other", "standing")
    kept = room.store.row("claim", first)
    assert kept is not None
    assert (kept["low"], kept["bound"], kept["source"]) == (200, "at_least", "the harbour master")
    assert kept["state"] == "standing"


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("claims.correct", {"id": "zz", "low": "5"}, "there is no claim 'zz'"),
        ("claims.correct", {}, "say what is wrong"),
        ("claims.correct", {"low": "100"}, "says that already"),
        ("claims.correct", {"low": "many"}, "'many' is no number"),
        ("claims.correct", {"low": "9", "high": "5"}, "is above high"),
        ("claims.correct", {"as_of": "soon"}, "is no date"),
        ("claims.correct", {"status": "reportd"}, "nearest known one is 'reported'"),
        ("estimates.pin", {"id": "daed", "value": "5"}, "the nearest known one is 'dead'"),
        ("estimates.pin", {"id": "dead", "value": "5", "low": "6"}, "must lie between"),
        ("estimates.pin", {"id": "dead", "value": "5", "why": " "}, "say why"),
        ("estimates.unpin", {"id": "dead"}, "is not pinned"),
        ("estimates.rebase", {"id": "dead", "day": "tomorrow"}, "is no date"),
        ("estimates.rebase", {"id": "dead", "day": "2025-01-03", "source": "Coast Gard"}, "'Coast Guard'"),
        ("estimates.rebase", {"id": "dead", "undo": True}, "was not rebased"),
        ("contradictions.close", {"id": "dead"}, "no open contradiction; open: none"),
        ("contradictions.closs", {"id": "dead"}, "nearest known one is 'contradictions.close'"),
    ],
)
def test_a_command_that_is_refused_changes_nothing(
    room: Newsroom, command: str, arguments: dict[str, Any], words: str
) -> None:
    before = room.store.head()
    if command == "claims.correct":
        arguments = {"id": room.claims()[0], **arguments}
    with pytest.raises(CommandError, match=words):
        room.act(command, **arguments)
    assert room.store.head() == before


def test_a_series_begun_anew_leaves_earlier_figures_out(room: Newsroom) -> None:
    room.report(said(30), published="2025-02-01")
    assert room.summary()["best"] == 120
    room.act("estimates.rebase", id="dead", day="2025-02-01", source="the coastguard")
    assert room.told()["best"] == 30
    assert room.summary() | {"best": 30} == room.summary()
    room.report(said(40, "Harbour Office"), published="2025-01-20")  # somebody else's series goes on
    assert room.summary()["best"] == 40
    room.act("estimates.rebase", id="dead", undo=True, source="Coast Guard")
    assert room.told()["best"] == 120
    assert room.store.compare() == []


def test_a_closed_contradiction_opens_again_only_for_something_else(room: Newsroom) -> None:
    room.report(said(300, "Harbour Office"), published="2025-01-06")
    assert room.told()["contradiction"] and room.alerts()[-1] in ("contradiction", "single-source jump")
    room.act("contradictions.close", id="dead")
    assert room.told()["contradiction"] is None and room.summary()["contradiction"] is None
    room.report(said(305, "Harbour Office"), published="2025-01-07")
    assert room.told()["contradiction"] is None
    room.report(said(600, "Harbour Office"), published="2025-01-08")
    assert room.told()["contradiction"] is not None
    kinds = [e.type for e in room.store.events(stream="estimate-dead") if e.type.startswith("Contradiction")]
    assert kinds == ["ContradictionOpened", "ContradictionClosed", "ContradictionOpened"]
    with pytest.raises(CommandError, match="no open contradiction; open: dead"):
        room.act("contradictions.close", id="boats")


def test_a_muted_source_and_a_muted_outlet_are_kept_and_left_out(room: Newsroom) -> None:
    room.define((), [Source("Coast Guard", muted=True), *SOURCES[1:]])
    assert room.told()["best"] is None
    assert len(room.claims()) == 2
    room.report(said(7, None), published="2025-01-06", outlet="Quay Post")
    assert room.told()["best"] == 7
    room.define((), [*SOURCES[:2], Source("Quay Post", outlet=True, muted=True)])
    assert room.told()["best"] == 100  # what the outlet printed is left out, whoever it cites


def test_links_that_do_not_add_up_open_a_contradiction_and_change_no_number() -> None:
    room = Newsroom(definitions=(DEAD, HURT, BOTH, BOATS))
    room.report(said(100), said(500, estimate="hurt"), published="2025-01-01")
    assert room.told("both")["best"] == 600 and room.told("both")["contradiction"] is None
    room.report(said(900, "Harbour Office", estimate="hurt"), published="2025-01-03")
    room.report(said(950, estimate="hurt"), published="2025-01-04")
    sides = [side["originator"] for side in room.told("both")["contradiction"]]
    assert {"both", "dead", "hurt"} <= set(sides)
    assert room.told("both")["best"] == 600
