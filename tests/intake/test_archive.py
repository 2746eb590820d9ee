"""`tallywire ingest PATH...`: archives taken in where they lie, with a daemon and without, cut short and resumed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallywire.archive import files_below
from tests.flow import texts
from tests.harness import Place, wait_for


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    yield made
    made.kill()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    (folder / "2025" / "done").mkdir(parents=True)
    (folder / "first.txt").write_text(texts.FIRST)
    (folder / "2025" / "more.json").write_text(texts.MORE)
    (folder / "2025" / "done" / "killed.txt").write_text(texts.KILLED)
    (folder / "2025" / "copy.txt").write_text(texts.FIRST)
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    (folder / ".hidden.txt").write_text(texts.SUDAN)
    (folder / "half.txt.part").write_text(texts.SUDAN)
    return folder


def snapshot(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    files = [p for p in folder.rglob("*") if p.is_file()]
    return {str(p): (p.read_bytes(), p.stat().st_mtime_ns, p.stat().st_ctime_ns) for p in files}


@pytest.mark.parametrize("running", [False, True])
def test_an_archive_is_taken_in_quietly_and_left_as_it_is(place: Place, archive: Path, running: bool) -> None:
    if running:
        place.start()
    before = snapshot(archive)
    done = place.run("ingest", str(archive), str(archive / "first.txt"))
    assert "5 files (3 done, 1 rejected, 1 seen before): 3 new articles, 4 claims" in done.stdout
    assert f"{archive}/picture.png: binary" in done.stdout and done.stderr == ""
    assert snapshot(archive) == before
    assert place.estimate("deployed")["best"] == 14000 and place.estimate("killed")["best"] == 300
    told = [a for a in place.ask("alerts") if a["deliveries"]]
    assert [a["kind"] for a in told] == ["summary"]  # one message for all of it
    states = {f["path"]: f["state"] for f in place.ask("inbox")}
    assert states[f"{archive}/first.txt"] == "done" and states[f"{archive}/picture.png"] == "rejected"
    events = len(place.ask("events"))
    again = place.run("ingest", str(archive))
    assert "5 files (1 rejected, 4 seen before): 0 new articles, 0 claims" in again.stdout
    if not running:
        assert len(place.ask("events")) == events
    assert place.is_whole()


def test_alerts_one_by_one_where_they_are_asked_for(place: Place, archive: Path) -> None:
    place.run("ingest", "--alerts", str(archive / "first.txt"))
    assert [a["kind"] for a in place.ask("alerts") if a["deliveries"]] == ["first figure"]


def test_one_that_was_killed_goes_on_where_it_was(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number:03}.txt").write_text(texts.KILLED.replace("300", f"{1000 + number}"))
    place.run("run", "--once")  # makes the store
    command = place.command("ingest", str(folder))
    with place.store() as store, subprocess.Popen(command, stdout=subprocess.PIPE) as cut:
        wait_for(lambda: store.rows("article", limit=61)[60:], "some of it")
        cut.kill()
        cut.wait()
        some = len(store.rows("article"))
    assert 60 < some < 600
    rest = place.run("ingest", str(folder))
    assert f": {600 - some} new articles" in rest.stdout
    assert len(place.ask("articles")) == 600 and len(list(folder.iterdir())) == 600
    assert place.is_whole()


def test_a_changed_file_is_taken_again_and_a_touched_one_is_not_news(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(texts.KILLED)
    place.run("ingest", str(path))
    os.utime(path)
    assert "1 seen before" in place.run("ingest", str(path)).stdout
    path.write_text(texts.KILLED.replace("300", "900"))
    assert "1 new articles" in place.run("ingest", str(path)).stdout


def test_a_file_that_is_being_written_is_said_to_be_left(place: Place, tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("w") as file:
        file.write(texts.FIRST)
        file.flush()
        left = place.run("ingest", str(tmp_path / "a.txt"), check=False)
    assert left.returncode == 1 and "holds it open for writing" in left.stdout
    assert place.run("ingest", str(tmp_path / "a.txt")).returncode == 0


def test_the_daemon_goes_on_with_the_inbox_meanwhile(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number:03}.txt").write_text(texts.KILLED.replace("300", f"{1000 + number}"))
    place.start()
    with subprocess.Popen(place.command("ingest", str(folder)), stdout=subprocess.PIPE) as ingesting:
        place.drop("first.txt", texts.FIRST)
        wait_for(lambda: not (place.home.inbox / "first.txt").exists(), "the dropped file")
        assert ingesting.wait(60) == 0
    place.settle()
    assert len(place.ask("articles")) == 401
    kinds = [(a["kind"], a["estimate"]) for a in place.ask("alerts") if a["deliveries"]]
    assert ("first figure", "deployed") in kinds and [k for k, _ in kinds].count("summary") == 1


def test_what_lies_below_a_path(archive: Path, tmp_path: Path) -> None:
    (archive / "link.txt").symlink_to(archive / "first.txt")
    (archive / "folder").symlink_to(tmp_path)
    found = [os.path.relpath(path, archive) for path in files_below(archive)]
    assert found == [
        "2025/copy.txt",
        "2025/done/killed.txt",
        "2025/more.json",
        "first.txt",
        "folder",
        "link.txt",
        "picture.png",
    ]
    assert list(files_below(archive / "link.txt")) == [str(archive / "first.txt")]  # named, so meant
