"""Other days: true on, known by, told; and that what was told never changes."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallywire import past, timetravel
from tallywire.arguments import CommandError
from tallywire.core.source import Source
from tallywire.eventstore.sqlite import SqliteStore
from tests.analyst.newsroom import DEAD, Newsroom, said

GOLDEN = Path(__file__).parents[1] / "golden" / "stores"


def at(day: str) -> datetime:
    return past.moment(day, UTC)


def value(rows: list[dict[str, Any]], estimate: str = "dead") -> Any:
    return next((row["best"] for row in rows if row["id"] == estimate), "not tracked")


@pytest.fixture
def room() -> Newsroom:
    made = Newsroom()
    for day, figure in (("2025-02-01", 100), ("2025-02-10", 150), ("2025-02-20", 180)):
        made.to(day)
        made.report(said(figure), published=day)
    made.to("2025-02-25")
    made.report(said(120, as_of="2025-02-05", basis="stated"), published="2025-02-25")
    return made


def test_true_on_a_day_by_all_we_know_now(room: Newsroom) -> None:
    days = {"2025-01-31": None, "2025-02-04": 100, "2025-02-05": 120, "2025-02-12": 150, "2025-03-01": 180}
    found = {day: value(timetravel.estimates(room.store, as_of=at(day).date())) for day in days}
    assert found == days


def test_known_by_a_day_undoes_what_came_later(room: Newsroom) -> None:
    first = room.claims()[0]
    room.to("2025-03-01")
    room.act("claims.reject", id=room.claims()[2])
    room.act("claims.correct", id=first, low="110")
    undated = room.report(said(185, "Harbour Office"))
    room.to("2025-03-05")
    room.act("articles.date", id=undated, published="2025-02-28")
    room.act("estimates.pin", id="dead", value="5")
    room.to("2025-03-06")
    room.act("estimates.unpin", id="dead")
    known = {day: value(timetravel.estimates(room.store, known_by=at(day))) for day in DAYS}
    assert known == DAYS
    assert value(timetravel.estimates(room.store, as_of=at("2025-02-05").date(), known_by=at("2025-02-12"))) == 100


DAYS = {
    "2025-01-15": None,
    "2025-02-01": 100,
    "2025-02-12": 150,
    "2025-02-26": 180,
    "2025-03-02": 150,
    "2025-03-05": 5,
    "2025-03-07": 185,
}


def test_what_was_told_is_what_was_recorded_whatever_changes_later(room: Newsroom) -> None:
    room.to("2025-03-01")
    days = ("2025-01-15", "2025-02-05", "2025-02-15", "2025-02-28")
    before = {day: timetravel.estimates(room.store, told=at(day)) for day in days}
    assert [value(before[day]) for day in days] == [None, 100, 150, 180]
    room.act("claims.reject", id=room.claims()[0])
    room.act("claims.correct", id=room.claims()[1], low="999")
    room.define([DEAD.__class__("dead", "N others", policy="lowest")], [Source("Coast Guard", muted=True)])
    room.report(said(5000, "Harbour Office"), published="2025-02-02")
    assert {day: timetravel.estimates(room.store, told=at(day)) for day in days} == before
    room.store.rebuild()
    assert {day: timetravel.estimates(room.store, told=at(day)) for day in days} == before


def test_history_and_diff_name_the_claims_that_changed_the_mind(room: Newsroom) -> None:
    entries = timetravel.history(room.store, "dead")
    revised = [e for e in entries if e["type"] == "EstimateRevised"]
    assert [e["after"]["best"] for e in revised] == [100, 150, 180]
    assert [[q["claim"] for q in e["evidence"]] for e in revised] == [[c] for c in room.claims()[:3]]
    assert all("rule 5" in e["text"] for e in revised)
    room.to("2025-03-01")
    room.act("claims.reject", id=room.claims()[2], why="a misprint")
    answer = timetravel.diff(room.store, "dead", at("2025-02-05"), at("2025-03-02"))
    assert (answer["from"]["best"], answer["to"]["best"]) == (100, 150)
    assert [c["claim"] for c in answer["claims"]] == room.claims()[1:3]
    assert [(c["what"], c["why"]) for c in answer["corrected"]] == [("withdrawn", "a misprint")]


def test_positions_of_moments(room: Newsroom) -> None:
    events = list(room.store.events())
    for event in events[::5]:
        assert past.position_at(room.store, datetime.fromisoformat(event.recorded_at)) == event.position
    assert past.position_at(room.store, datetime(2020, 1, 1, tzinfo=UTC)) == 0
    with pytest.raises(CommandError, match="'soon' is no date"):
        past.moment("soon", UTC)


def recorded() -> list[Path]:
    return sorted(GOLDEN.glob("*.db.gz"))


@pytest.mark.parametrize("path", recorded(), ids=lambda p: p.name)
def test_a_store_of_an_earlier_version_still_tells_what_was_told_then(path: Path, tmp_path: Path) -> None:
    """The files are never made anew; a later version adds its own."""
    place = tmp_path / "old.db"
    place.write_bytes(gzip.decompress(path.read_bytes()))
    store = SqliteStore.open(place)
    try:
        assert store.verify().ok
        expected = json.loads(path.with_name(path.name.replace(".db.gz", ".json")).read_text())
        assert {day: past.told(store, past.position_at(store, at(day))) for day in expected} == expected
        assert all(timetravel.estimates(store, told=at(day)) for day in expected)  # and people can read it
    finally:
        store.close()


def test_there_is_a_recorded_store() -> None:
    assert recorded()
