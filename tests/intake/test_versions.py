"""Newer versions of one page, and near copies in several outlets: documents of their own, one voice."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire import act, ask, duplicates
from tallywire.config import load_estimates
from tallywire.core.likeness import alike, shape, sketch
from tallywire.core.page import page_key
from tallywire.core.source import Source
from tallywire.decide import decide
from tallywire.define import META_REEXTRACT, define, reextract
from tallywire.eventstore.memory import MemoryStore
from tallywire.folding import Folder
from tallywire.ingest import Ingester
from tallywire.read import read
from tallywire.telling import Desk
from tallywire.tracking import Current, compiled
from tallywire.writer import Writer
from tests.flow import texts
from tests.harness import clock

ANA = "analyst:ana"
PAGE = "https://www.star.example/world/losses?utm_source=mail#top"


class Newsroom:
    """Files taken in one by one, decided after each, over a store in memory."""

    def __init__(self, folder: Path, sources: list[Source] | None = None) -> None:
        folder.mkdir()
        (folder / "estimates.yaml").write_text(texts.TROOPS)
        self.folder, self.store = folder / "inbox", MemoryStore(clock)
        self.folder.mkdir()
        self.tracking = compiled(load_estimates(folder / "estimates.yaml"))
        self.writer = Writer(lambda: self.store).start()
        self.writer.run(lambda tx: define(tx, self.tracking, sources or []))
        self.ingester = Ingester(self.folder, self.writer.run, read, Current(self.tracking), clock)

    def take(self, name: str, **fields: Any) -> str:
        """An article as JSON; gives its id."""
        (self.folder / name).write_text(json.dumps(fields))
        outcome = self.ingester.ingest(name)
        assert outcome.state == "done" and outcome.new, outcome
        self.decide()
        return outcome.articles[0]

    def decide(self) -> None:
        desk = Desk(lambda to: ["console"], timedelta(0))
        self.writer.run(lambda tx: decide(tx, desk, clock(), idle=True))

    def act(self, command: str, **arguments: Any) -> None:
        self.writer.run(lambda tx: act.act(tx, command, arguments, ANA))
        self.decide()

    @property
    def reader(self) -> Any:
        return self.store.reader()

    def claims(self, article: str, state: str = "standing") -> list[Any]:
        return [row["low"] for row in self.reader.rows("claim", article=article, state=state)]

    def best(self, estimate: str = "killed") -> Any:
        return next(e["best"] for e in ask.estimates(self.reader) if e["id"] == estimate)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path / "room")
    yield made
    made.writer.close()


def report(figure: int, tail: str = "") -> str:
    return f"About {figure} Kenyan soldiers have been killed in Haiti, the General Staff said on Wednesday.{tail}"


def test_a_newer_version_speaks_in_the_older_ones_place(room: Newsroom) -> None:
    old = room.take("a.json", text=report(300), url=PAGE, published="2025-04-02")
    new = room.take("b.json", text=report(350), url="http://star.example/world/losses/", published="2025-04-03")
    assert room.reader.row("article", old)["replaced_by"] == new
    assert (room.claims(old), room.claims(new)) == ([], [350])
    (gone,) = room.reader.rows("claim", article=old)
    assert (gone["state"], gone["state_reason"], gone["verdict_by"]) == ("withdrawn", "replaced", None)
    assert room.best() == 350
    assert len(room.reader.rows("article")) == 2 and room.reader.text(old)


def test_the_older_version_that_comes_late_says_nothing(room: Newsroom) -> None:
    new = room.take("b.json", text=report(350), url=PAGE, published="2025-04-03")
    alerts = len(room.reader.rows("alert"))
    old = room.take("a.json", text=report(300), url=PAGE, published="2025-04-02")
    assert (room.claims(old), room.claims(new), room.best()) == ([], [350], 350)
    assert len(room.reader.rows("alert")) == alerts


def test_of_equal_dates_the_later_arrival_is_the_newer(room: Newsroom) -> None:
    first = room.take("a.json", text=report(300), url=PAGE, published="2025-04-02")
    second = room.take("b.json", text=report(350), url=PAGE, published="2025-04-02")
    assert (room.claims(first), room.claims(second)) == ([], [350])


def test_three_versions_in_every_order_leave_the_newest(tmp_path: Path) -> None:
    versions = [(300, "2025-04-02"), (350, "2025-04-03"), (340, "2025-04-04")]
    for number, order in enumerate(itertools.permutations(versions)):
        room = Newsroom(tmp_path / f"room{number}")
        ids = {f: room.take(f"{f}.json", text=report(f), url=PAGE, published=day) for f, day in order}
        assert [room.claims(ids[f]) for f, _ in versions] == [[], [], [340]]
        assert room.best() == 340
        room.writer.close()


def test_the_same_file_name_alone_makes_no_version(room: Newsroom) -> None:
    first = room.take("a.json", text=report(300), url=PAGE, published="2025-04-02")
    second = room.take("a.json", text=report(350), url="https://star.example/world/more", published="2025-04-03")
    third = room.take("a.json", text=report(360), published="2025-04-04")
    assert [room.claims(each) for each in (first, second, third)] == [[300], [350], [360]]


def kinds(room: Newsroom) -> list[str]:
    return [a["kind"] for a in room.reader.rows("alert", order="position")]


def test_a_newer_version_that_takes_back_what_was_told_is_a_correction(room: Newsroom) -> None:
    room.take("a.json", text=report(300), url=PAGE, published="2025-04-02")
    room.take("b.json", text=report(200), url=PAGE, published="2025-04-04")
    assert kinds(room) == ["first figure", "correction"] and room.best() == 200


def test_a_newer_version_with_the_same_figure_is_no_news(room: Newsroom) -> None:
    room.take("a.json", text=report(300), url=PAGE, published="2025-04-02")
    room.take("b.json", text=report(300, " Nobody else has said so."), url=PAGE, published="2025-04-03")
    assert kinds(room) == ["first figure"] and room.best() == 300


def test_analysts_verdicts_hold_for_the_newer_version(room: Newsroom) -> None:
    both = report(300) + " About 11,000 Kenyan soldiers have been deployed to Haiti, the General Staff said."
    old = room.take("a.json", text=both, url=PAGE, published="2025-04-02")
    killed, deployed = (room.reader.rows("claim", article=old, estimate=e)[0]["id"] for e in ("killed", "deployed"))
    room.act("claims.reject", id=killed, why="a hoax")
    room.act("claims.confirm", id=deployed, why="seen the order")
    new = room.take("b.json", text=both + " More to come.", url=PAGE, published="2025-04-03")
    (rejected,) = room.reader.rows("claim", article=new, estimate="killed")
    assert (rejected["state"], rejected["state_reason"], rejected["verdict_by"]) == ("withdrawn", "rejected", ANA)
    (confirmed,) = room.reader.rows("claim", article=new, estimate="deployed")
    assert (confirmed["state"], confirmed["is_confirmed"], confirmed["verdict_by"]) == ("standing", True, ANA)
    assert room.claims(old) == [] and room.best() is None


def test_a_confirmed_claim_that_the_newer_version_leaves_out_stands(room: Newsroom) -> None:
    old = room.take("a.json", text=report(300), url=PAGE, published="2025-04-02")
    claim = room.reader.rows("claim", article=old)[0]["id"]
    room.act("claims.confirm", id=claim, why="asked the ministry")
    room.take("b.json", text="Nothing is known about losses of Kenyan soldiers in Haiti.", url=PAGE)
    assert room.claims(old) == [300] and room.best() == 300


def test_reading_the_kept_texts_again_does_not_wake_the_older_version(room: Newsroom) -> None:
    old = room.take("a.json", text=report(300), url=PAGE, published="2025-04-02")
    new = room.take("b.json", text=report(350), url=PAGE, published="2025-04-03")
    mark = {"tracking": room.tracking.fingerprint, "after": 0}
    room.writer.run(lambda tx: tx.put("meta", {"name": META_REEXTRACT, "value_json": mark}))
    reextract(room.writer.run, room.reader.snapshot, room.tracking, lambda: False)
    assert (room.claims(old), room.claims(new)) == ([], [350])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PAGE, "http://star.example/world/losses"),
        ("https://a.example/x?id=4&fbclid=9", "https://A.example:443/x/?id=4"),
        ("https://a.example/caf%C3%A9", "https://a.example/café"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2#part"),
    ],
)
def test_addresses_of_one_page(one: str, other: str) -> None:
    assert page_key(one) == page_key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x?id=4", "https://a.example/x?id=5"),
        ("https://a.example/x", "https://a.example/X"),
        ("https://a.example/x", "https://b.example/x"),
        ("https://a.example/x", "https://a.example:8443/x"),
    ],
)
def test_addresses_of_two_pages(one: str, other: str) -> None:
    assert page_key(one) != page_key(other)


@pytest.mark.parametrize(
    "url",
    ["", None, "mailto:a@b.example", "https://a.example", "https://a.example/", "https://a.example/index.html?utm_x=1",
     "https://[broken", "https://a.example:port/x", "file:///tmp/x.html", "https://localhost/x", "x" * 3000],
)  # fmt: skip
def test_what_names_no_page(url: str | None) -> None:
    assert page_key(url) is None


@given(st.text(max_size=80))
def test_any_address_has_a_key_or_none(text: str) -> None:
    for url in (text, f"https://{text}", f"https://a.example/{text}"):
        key = page_key(url)
        assert key is None or page_key(f"https://{key}") is not None


# --- near copies ----------------------------------------------------------------------------------------------------

WIRE = (
    "Gunmen attacked a convoy on the coastal road early on Monday and about 40 Kenyan soldiers have been killed in "
    "Haiti since then, residents said. The vehicles had left the airport shortly before dawn and were carrying food "
    "for a garrison of 250 men in the north of the country. A spokesman for the mission declined to comment on the "
    "attack, which was the third in a fortnight. Shops in the nearby town stayed shut and the road was still closed "
    "in the afternoon, according to a lorry driver who had turned back at a checkpoint 12 miles away."
)
OTHER = (
    "About 40 Kenyan soldiers have been killed in Haiti this year. That is what the ministry's yearly review of 250 "
    "pages says, which was handed to members of parliament last week and which few of them seem to have read so far. "
    "The review also has chapters on housing, on 12 new barracks, on pensions and on the price of diesel fuel."
)


def copies() -> dict[str, dict[str, str]]:
    cut = WIRE[: WIRE.index(" Shops")]
    return {
        "a.json": {"title": "Convoy attacked", "text": WIRE, "outlet": "Morning Star"},
        "b.json": {"title": "Ambush on the coast road", "text": f"By our own staff. {WIRE}", "outlet": "Evening Post"},
        "c.json": {"title": "Dawn attack", "text": f"{cut} Reporting by a wire agency.", "outlet": "Harbour News"},
        "d.json": {"title": "Review handed over", "text": OTHER, "outlet": "Weekly Review"},
    }


def test_the_same_wire_copy_in_three_outlets_is_one_voice_in_every_order(tmp_path: Path) -> None:
    ends = set()
    for number, order in enumerate(itertools.permutations(copies().items())):
        room = Newsroom(tmp_path / f"room{number}")
        ids = {name: room.take(name, published="2025-04-02", **fields) for name, fields in order}
        names = {
            name: {n for n, other in ids.items() if other in duplicates.members(room.reader, article)}
            for name, article in ids.items()
        }
        assert names["a.json"] == {"b.json", "c.json"} and names["d.json"] == set()
        standing = Folder(room.reader).standing("killed")
        groups = {s.article: s.group for s in standing}
        assert {groups[ids[n]] for n in ("a.json", "b.json", "c.json")} == {
            min(ids[n] for n in names["a.json"] | {"a.json"})
        }
        assert groups[ids["d.json"]] is None
        assert len(room.reader.rows("article")) == 4 and all(room.reader.text(a) for a in ids.values())
        ends.add(json.dumps(ask.estimates(room.reader), sort_keys=True))
        room.writer.close()
    assert len(ends) == 1


def test_bulletins_that_differ_in_their_figures_are_no_copies(room: Newsroom) -> None:
    ids = [room.take(f"{n}.json", text=report(300 + n), outlet=f"Paper {n}") for n in range(4)]
    assert all(duplicates.members(room.reader, each) == [] for each in ids)


def test_looking_for_copies_costs_the_same_however_many_there_are(room: Newsroom) -> None:
    """Rows read for one article, with 40 articles of one template there, and with 80."""
    read_rows: list[int] = []

    class Counting:
        def __init__(self, tx: Any) -> None:
            self.tx, self.count = tx, 0

        def rows(self, *args: Any, **named: Any) -> Any:
            found = self.tx.rows(*args, **named)
            self.count += len(found)
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(self.tx, name)

    def look(tx: Any) -> None:
        counting = Counting(tx)
        duplicates._candidates(counting, "new", sketch(shape(report(7))))
        read_rows.append(counting.count)

    for start in (0, 40):
        for number in range(start, start + 40):
            (room.folder / f"{number}.txt").write_text(report(1000 + number))
        room.ingester.ingest_some(f"{n}.txt" for n in range(start, start + 40))
        room.writer.run(look)
    assert read_rows[0] == read_rows[1] > 0


def test_shapes_leave_the_title_out_and_tell_figures() -> None:
    one, other = shape(f"A title\n\n{WIRE}", "A title"), shape(WIRE)
    assert one == other and alike(one, other) == 1.0
    assert {"40", "250", "12"} <= one.figures
    assert alike(one, shape(WIRE.replace("40", "90").replace("250", "300").replace("12", "7"))) == 0.0
    assert alike(shape(""), shape("")) == 0.0 and alike(shape("5"), shape("6")) == 0.0


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    a, b = shape(one), shape(other)
    assert alike(a, b) == alike(b, a) <= 1.0
    assert all(0 <= h < 2**63 for h in a.shingles) and len(sketch(a)) <= 16
