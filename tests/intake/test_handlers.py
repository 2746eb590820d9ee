"""Every way in which a file can come into a folder, on the real file system, told of by real watchdog.

The scan is held off (an hour between two), so that each case rests on what the file system tells; the last tests take
the watch away instead.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallywire.eventstore.memory import MemoryStore
from tallywire.ingest import Ingester
from tallywire.intake import Intake
from tallywire.read import read
from tallywire.tracking import Current, compiled
from tallywire.watch import Watch
from tallywire.writer import Writer
from tests.flow import texts
from tests.harness import clock, wait_for


class Desk:
    """An intake with its watch on a real folder, and a store in memory behind it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        store = MemoryStore()
        self.store = store
        self.writer = Writer(lambda: store).start()
        self.decisions: list[bool] = []
        ingester = Ingester(folder, self.writer.run, read, Current(compiled([])), clock)
        self.intake = Intake(ingester, store.reader().snapshot, self._decide)
        self.watch = Watch(folder, self.intake.hint, self._rescan)
        self.scans = 0

    def _decide(self, *, idle: bool) -> None:
        self.decisions.append(idle)

    def _rescan(self) -> None:
        self.scans += 1
        self.intake.rescan()

    def start(self) -> None:
        self.watch.start()
        self.intake.start()
        wait_for(lambda: self.intake._scan_at == float("inf"), "the first scan is over")

    def close(self) -> None:
        self.watch.stop()
        self.intake.stop(5)
        self.writer.close()

    def paths(self) -> set[str]:
        return {row["path"] for row in self.store.reader().rows("sighting")}

    def states(self) -> dict[str, str]:
        return {row["path"]: row["state"] for row in self.store.reader().rows("file")}

    def text(self, path: str) -> str:
        """The clean text of the article that came under a path."""
        reader = self.store.reader()
        (seen,) = reader.rows("sighting", path=path)
        return reader.text(seen["article"]) or ""

    def received(self, *paths: str) -> None:
        wait_for(lambda: self.paths() == set(paths), f"{paths}, and not {self.paths()}", 20)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "inbox")
    made.start()
    yield made
    made.close()


def test_written(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text(texts.FIRST)
    desk.received("a.txt")
    wait_for(lambda: not (desk.folder / "a.txt").exists(), "it has left the inbox")
    wait_for(lambda: desk.decisions and desk.decisions[-1] is True, "a decision while nothing waits")


def test_copied(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(texts.FIRST)
    shutil.copy2(tmp_path / "a.txt", desk.folder / "a.txt")
    desk.received("a.txt")


def test_renamed_in(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(texts.FIRST)
    (tmp_path / "a.txt").rename(desk.folder / "a.txt")
    desk.received("a.txt")


def test_renamed_inside_from_a_partial_name(desk: Desk) -> None:
    (desk.folder / "a.txt.part").write_text(texts.FIRST)
    time.sleep(0.6)
    assert desk.paths() == set()
    (desk.folder / "a.txt.part").rename(desk.folder / "a.txt")
    desk.received("a.txt")


def test_saved_by_an_editor_by_way_of_its_own_files(desk: Desk) -> None:
    (desk.folder / ".a.txt.swp").write_text("x")
    (desk.folder / "a.txt~").write_text(texts.KILLED)
    (desk.folder / "#a.txt#").write_text(texts.KILLED)
    (desk.folder / "a.txt").write_text(texts.FIRST)
    (desk.folder / "b.txt").write_text(texts.SUDAN)
    desk.received("a.txt", "b.txt")
    assert sorted(p.name for p in desk.folder.iterdir()) == ["#a.txt#", ".a.txt.swp", "a.txt~", "done"]


def test_hard_linked(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(texts.FIRST)
    os.link(tmp_path / "a.txt", desk.folder / "a.txt")
    desk.received("a.txt")
    assert (tmp_path / "a.txt").read_text() == texts.FIRST


def test_a_symbolic_link_is_set_aside_and_what_it_points_to_stays_unread(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(texts.FIRST)
    (desk.folder / "a.txt").symlink_to(tmp_path / "a.txt")
    wait_for(lambda: desk.states() == {"a.txt": "rejected"}, "the link is rejected", 20)
    wait_for(lambda: (desk.folder / "rejected" / "a.txt").is_symlink(), "the link is set aside", 20)
    assert desk.paths() == set() and (tmp_path / "a.txt").exists()


def test_a_folder_moved_in(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "old" / "deep").mkdir(parents=True)
    (tmp_path / "old" / "a.txt").write_text(texts.FIRST)
    (tmp_path / "old" / "deep" / "b.txt").write_text(texts.SUDAN)
    (tmp_path / "old").rename(desk.folder / "new")
    desk.received("new/a.txt", "new/deep/b.txt")


def test_a_folder_made_and_filled_at_once(desk: Desk) -> None:
    for number in range(5):
        (desk.folder / f"f{number}" / "deep").mkdir(parents=True)
        (desk.folder / f"f{number}" / "deep" / "a.txt").write_text(texts.KILLED.replace("300", f"{300 + number}"))
    desk.received(*(f"f{number}/deep/a.txt" for number in range(5)))


def test_a_slow_writer_is_waited_for(desk: Desk) -> None:
    with (desk.folder / "a.txt").open("w") as slow:
        for piece in texts.KILLED.partition("About"):
            slow.write(piece)
            slow.flush()
            time.sleep(1.1)  # longer than a file must rest
            assert desk.paths() == set()
    desk.received("a.txt")
    assert "300" in desk.text("a.txt")


def test_a_writer_that_opens_again_and_again_is_waited_for(desk: Desk) -> None:
    for piece in texts.KILLED.split(" "):
        with (desk.folder / "a.txt").open("a") as file:
            file.write(piece + " ")
        time.sleep(0.02)
    desk.received("a.txt")
    assert "on Wednesday" in desk.text("a.txt")
    assert len(desk.store.reader().rows("article")) == 1


def test_truncated_while_it_is_read(desk: Desk) -> None:
    """A file that is rewritten in place all the time is read whole, once it rests, and never half."""
    over = threading.Event()

    def rewrite() -> None:
        while not over.wait(0.005):
            (desk.folder / "a.txt").write_text(texts.FIRST * 200)

    writer = threading.Thread(target=rewrite)
    writer.start()
    time.sleep(1.5)
    assert desk.paths() == set()
    over.set()
    writer.join()
    (desk.folder / "a.txt").write_text(texts.KILLED)
    desk.received("a.txt")
    assert desk.text("a.txt").endswith("on Wednesday.")


def test_overwritten(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text(texts.FIRST)
    (desk.folder / "a.txt").write_text(texts.KILLED)
    desk.received("a.txt")
    (article,) = desk.store.reader().rows("article")
    assert article["title"] == "First losses"
    (desk.folder / "a.txt").write_text(texts.FIRST)
    wait_for(lambda: len(desk.store.reader().rows("article")) == 2, "the same name again", 20)


def test_deleted_before_it_is_read(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text(texts.FIRST)
    (desk.folder / "a.txt").unlink()
    (desk.folder / "b.txt").write_text(texts.SUDAN)
    desk.received("b.txt")
    assert set(desk.states()) == {"b.txt"}


def test_a_pipe_is_set_aside_and_holds_nobody_up(desk: Desk) -> None:
    os.mkfifo(desk.folder / "pipe.txt")
    (desk.folder / "b.txt").write_text(texts.SUDAN)
    desk.received("b.txt")
    wait_for(lambda: desk.states().get("pipe.txt") == "rejected", "the pipe is rejected", 20)


def test_nothing_of_this_needed_a_scan(desk: Desk) -> None:
    before = desk.scans
    (desk.folder / "a.txt").write_text(texts.FIRST)
    (desk.folder / "b.txt.part").write_text(texts.SUDAN)
    (desk.folder / "b.txt.part").rename(desk.folder / "b.txt")
    desk.received("a.txt", "b.txt")
    assert desk.scans == before  # the folders that files are put away to are no news


def test_without_any_event_a_scan_finds_it_all(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "inbox")
    desk.intake.start()
    try:
        (desk.folder / "a.txt").write_text(texts.FIRST)
        (desk.folder / "sub").mkdir()
        (desk.folder / "sub" / "b.txt").write_text(texts.SUDAN)
        desk.intake.rescan()
        desk.received("a.txt", "sub/b.txt")
    finally:
        desk.close()
