"""What was put away and is in no record comes back; what is in the record stays where it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallywire import settle
from tallywire.eventstore.memory import MemoryStore
from tallywire.ingest import Ingester
from tallywire.intake import Intake
from tallywire.read import read
from tallywire.recall import recall
from tallywire.tracking import Current, compiled
from tallywire.writer import Writer
from tests.flow import texts
from tests.harness import clock

LINES = "\n".join(json.dumps({"title": f"Report {n}", "text": f"Text number {n} says little."}) for n in range(3))
FILES = {"first.txt": texts.FIRST, "killed.txt": texts.KILLED, "many.jsonl": LINES}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(settle, "FOUND", 0.05)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    yield tmp_path


def drain(folder: Path, store: MemoryStore) -> set[str]:
    """Takes everything in; gives what is put away then."""
    with Writer(lambda: store) as writer:
        ingester = Ingester(folder, writer.run, read, Current(compiled([])), clock)
        Intake(ingester, store.reader().snapshot, lambda *, idle: None).drain()
    return {path.name for path in (folder / "done").rglob("*") if path.is_file()}


def test_what_is_known_stays(folder: Path) -> None:
    store = MemoryStore()
    assert drain(folder, store) == set(FILES)
    head = store.head()
    assert recall(folder, store) == []
    assert drain(folder, store) == set(FILES)
    assert store.head() == head


def test_what_an_older_record_does_not_know_is_taken_in_again(folder: Path) -> None:
    store, older = MemoryStore(), MemoryStore()
    (folder / "killed.txt").rename(folder / "killed.part")
    drain(folder, older)
    done = next((folder / "done").rglob("first.txt")).parent
    (folder / "killed.part").rename(done / "killed.txt")
    assert drain(folder, older) == set(FILES)
    assert len(older.rows("article")) == 5
    assert drain(folder, store) == set(FILES), "an empty record knows nothing"
    assert {row["id"] for row in store.rows("article")} == {row["id"] for row in older.rows("article")}


def test_a_file_with_the_name_of_one_that_waits_does_not_overwrite_it(folder: Path) -> None:
    drain(folder, MemoryStore())
    (folder / "first.txt").write_text(texts.AGAIN)
    store = MemoryStore()
    drain(folder, store)
    assert len(store.rows("article")) == 6
