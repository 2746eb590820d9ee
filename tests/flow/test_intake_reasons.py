"""What can't be an article is set aside with a reason, what can't be read waits and is listed, and the rest goes on."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallywire.eventstore.memory import MemoryStore
from tallywire.ingest import Ingester
from tallywire.read import read
from tallywire.tracking import Current, compiled
from tallywire.writer import Writer
from tests.flow import texts
from tests.harness import Place, clock, wait_for


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n\t", "empty"),
        ("binary.txt", bytes(range(256)) * 8, "binary"),
        ("broken.json", b'{"title": "x", "text": "unfinished', "broken json"),
        ("large.txt", b"x" * 20_001, "too large"),
    ],
)
def test_a_file_that_is_no_article_is_set_aside_and_the_next_is_taken(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=f"{texts.QUICK}limits: {{bytes: 20000}}\n")
    place.start()
    try:
        place.drop(name, content)
        aside = place.home.inbox / "rejected" / name
        wait_for(lambda: aside.with_name(f"{name}.reason.txt").exists(), "the reason beside it")
        assert aside.read_bytes() == content
        place.drop("first.txt", texts.FIRST)
        place.settle()
        event = place.ask("events", "--type", "FileRejected")[0]["data"]
        assert (event["path"], event["size"], event["reason"]) == (name, len(content), reason)
        assert aside.with_name(f"{name}.reason.txt").read_text().startswith(f"{reason}: ")
        assert {f["path"]: f["state"] for f in place.ask("inbox")} == {name: "rejected", "first.txt": "done"}
        assert place.estimate("deployed")["best"] == 11000
        place.drop(name, texts.KILLED.encode())  # mended: the same name, another content
        if not name.endswith(".json"):
            wait_for(lambda: place.estimate("killed")["best"] == 300, "the mended file")
    finally:
        place.kill()


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """As nobody where we are root, for whom no permission counts."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o777)
        yield Path(made)


def test_an_unreadable_file_waits_and_is_listed_until_it_can_be_read(open_folder: Path) -> None:
    folder = open_folder / "inbox"
    folder.mkdir(mode=0o777)
    (folder / "closed.txt").write_text(texts.FIRST)
    (folder / "closed.txt").chmod(0o000)
    store = MemoryStore()
    definitions = compiled([])
    with Writer(lambda: store) as writer:
        ingester = Ingester(folder, writer.run, read, Current(definitions), clock, after="keep")
        ingester.ingest("warm-up")  # imports what it needs while it may
        with without_privileges():
            outcome = ingester.ingest("closed.txt")
        assert (outcome.state, outcome.reason) == ("unreadable", "Permission denied")
        row = writer.run(lambda tx: tx.row("file", "closed.txt"))
        assert row is not None and row["state"] == "unreadable"
        assert writer.run(lambda tx: tx.head()) == 0
        (folder / "closed.txt").chmod(0o644)
        assert ingester.ingest("closed.txt").state == "done"
        row = writer.run(lambda tx: tx.row("file", "closed.txt"))
        assert row is not None and row["state"] == "done"


def test_where_moving_is_denied_the_file_stays_and_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "done").write_text("a file where the folder should be")
    (folder / "first.txt").write_text(texts.FIRST)
    with Writer(lambda: MemoryStore()) as writer:
        ingester = Ingester(folder, writer.run, read, Current(compiled([])), clock, after="move")
        assert ingester.ingest("first.txt").state == "done"
        row = writer.run(lambda tx: tx.row("file", "first.txt"))
        assert row is not None and row["state"] == "done" and "denied" in row["reason"]
        assert (folder / "first.txt").exists()
        head = writer.run(lambda tx: tx.head())
        assert ingester.ingest("first.txt").reason == "seen before"
        assert writer.run(lambda tx: tx.head()) == head


def test_an_article_from_the_future_has_no_date(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "misprint.json").write_text('{"title": "A", "text": "Rain fell all day.", "published": "2052-05-20"}')
    (folder / "today.json").write_text(
        '{"title": "B", "text": "Rain fell all night.", "published": "' + clock().date().isoformat() + '"}'
    )
    with Writer(lambda: MemoryStore()) as writer:
        ingester = Ingester(folder, writer.run, read, Current(compiled([])), clock)
        for name in ("misprint.json", "today.json"):
            assert ingester.ingest(name).state == "done"
        rows = {r["path"]: r for r in writer.run(lambda tx: tx.rows("article"))}
    misprint = rows["misprint.json"]
    assert (misprint["published"], misprint["published_from"]) == (None, "json, but 2052-05-20 is in the future")
    assert rows["today.json"]["published"] == clock().date().isoformat()
