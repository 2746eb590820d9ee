"""A store that can't be written: the transaction leaves nothing, files stay, people hear of it, and it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tallywire import disk
from tallywire.outage import BEGUN, OVER
from tests.deliver.sinks import Webhook
from tests.faults import accounts, faults
from tests.faults.nursery import Nursery
from tests.faults.storm import Home
from tests.flow import texts
from tests.harness import Place, wait_for


@pytest.fixture
def place(tmp_path: Path, hooks: Webhook, nursery: Nursery) -> Iterator[Place]:
    """A home on a small disk of its own."""
    root = tmp_path / "home"
    with faults.small_disk(root):
        made = Home(
            root, nursery, estimates=texts.TROOPS, channels=f'hook: "{hooks.url("ok")}"\n', settings=texts.QUICK
        )
        try:
            yield made
        finally:
            made.kill()


def titles(hooks: Webhook) -> list[str]:
    return [body["title"] for _, body in hooks.posts if body["kind"] == "system"]


def leave(place: Place, filler: Path, free: int) -> None:
    """Fills the disk but for so many bytes."""
    with filler.open("ab") as file:
        file.write(b"\0" * (disk.room(place.home.store).free - free))


def check(place: Place, hooks: Webhook, dropped: dict[str, bytes]) -> None:
    place.settle()
    figures = accounts.settled(place, hooks, dropped)
    assert figures.is_clean, figures.wrong


def test_a_disk_that_is_full_within_a_moment(place: Place, hooks: Webhook) -> None:
    place.start()
    place.drop("first.txt", texts.FIRST)
    place.settle()
    place.drop("killed.part", texts.KILLED)  # takes its room while there is some
    with place.store() as store:
        before = store.head()
    with faults.full_disk(place):
        (place.home.inbox / "killed.part").rename(place.home.inbox / "killed.txt")
        wait_for(lambda: BEGUN in titles(hooks), "a message that needs no room on the disk")
        with place.store() as store:
            assert store.head() == before, "the transaction left nothing"
        assert (place.home.inbox / "killed.txt").exists()
        assert not place.has_ended()
    check(place, hooks, {"first.txt": texts.FIRST.encode(), "killed.txt": texts.KILLED.encode()})
    wait_for(lambda: OVER in titles(hooks), "the news that it is over")
    place.settle()
    assert sorted(titles(hooks)) == sorted([BEGUN, OVER])
    told = next(a for a in place.ask("alerts") if a["title"] == OVER)
    assert "straight to console, hook" in told["text"]
    assert place.stop() == 0
    said = place.said()
    assert said.count("nothing is taken in until") == 1 and "Traceback" not in said


def test_intake_rests_before_the_disk_is_full_and_the_alert_is_recorded_like_any_other(
    place: Place, hooks: Webhook
) -> None:
    place.start()
    filler = place.home.root / "filler"
    leave(place, filler, 800_000)
    place.drop("first.txt", texts.FIRST)
    wait_for(lambda: BEGUN in titles(hooks), "too little room")
    assert [a["title"] for a in place.ask("alerts")] == [BEGUN]
    assert "the disk is full: 1 MB of 67 MB are free" in place.run("status", check=False).stdout
    filler.unlink()
    check(place, hooks, {"first.txt": texts.FIRST.encode()})
    assert place.estimate("deployed")["best"] == 11000
    wait_for(lambda: OVER in titles(hooks), "the news that it is over")


def test_files_that_may_not_grow(tmp_path: Path, hooks: Webhook, nursery: Nursery) -> None:
    """As under a quota: SQLite calls it an I/O error, and free space says nothing."""
    place = Home(
        tmp_path / "home",
        nursery,
        estimates=texts.TROOPS,
        channels=f'hook: "{hooks.url("ok")}"\n',
        settings=texts.QUICK,
    )
    place.start()
    try:
        with faults.no_growing(place):
            place.drop("killed.txt", texts.KILLED)
            wait_for(lambda: BEGUN in titles(hooks), "a message that is not recorded")
            assert place.ask("articles") == []
        check(place, hooks, {"killed.txt": texts.KILLED.encode()})
        wait_for(lambda: OVER in titles(hooks), "the news that it is over")
    finally:
        place.kill()


def test_a_daemon_started_on_a_full_disk_says_so_and_starts_once_there_is_room(place: Place, hooks: Webhook) -> None:
    place.drop("first.txt", texts.FIRST)
    with faults.full_disk(place):
        failed = place.run("run", check=False)
        assert failed.returncode == 1
        assert len(failed.stderr.splitlines()) == 1, failed.stderr
    place.start()
    check(place, hooks, {"first.txt": texts.FIRST.encode()})
