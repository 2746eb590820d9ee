"""What a machine and its people do to a daemon: it is told to end, stopped, denied, locked out, kept waiting."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tallywire.outage import BEGUN, OVER
from tests.deliver.sinks import Webhook
from tests.faults import accounts, faults
from tests.faults.nursery import Nursery
from tests.faults.storm import ARTICLE, ESTIMATES, SETTINGS, Home
from tests.flow import texts
from tests.harness import Place, wait_for

BATCH = {
    f"{n}.txt": ARTICLE.format(day=1 + n % 28, number=n, figure=300 + n, country="Haiti").encode() for n in range(40)
}


@pytest.fixture
def place(tmp_path: Path, hooks: Webhook, nursery: Nursery) -> Iterator[Place]:
    channels = f'hook: "{hooks.url("ok")}"\n'
    made = Home(tmp_path / "home", nursery, estimates=ESTIMATES, channels=channels, settings=SETTINGS)
    yield made
    made.kill()


def check(place: Place, hooks: Webhook, dropped: Mapping[str, bytes]) -> None:
    place.settle()
    figures = accounts.settled(place, hooks, dropped)
    assert figures.is_clean, figures.wrong


def drop(place: Place, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        place.drop(name, content)


def test_told_to_end_in_the_middle_of_a_batch(place: Place, hooks: Webhook) -> None:
    for _ in range(3):
        place.start()
        if not list(place.home.inbox.glob("*.txt")):
            drop(place, BATCH)
        time.sleep(0.4)
        assert place.stop() == 0
        figures = accounts.audit(place, hooks, BATCH)
        assert figures.is_clean, figures.wrong
    place.start()
    check(place, hooks, BATCH)
    assert place.stop() == 0


def test_told_to_end_while_another_program_holds_the_database(place: Place, hooks: Webhook) -> None:
    place.start()
    with faults.locked(place):
        drop(place, BATCH)
        time.sleep(1)
        assert place.stop() == 0
        assert "Traceback" not in place.said()
    place.start()
    check(place, hooks, BATCH)
    assert place.stop() == 0


def test_stopped_while_files_come_and_then_let_go_on(place: Place, hooks: Webhook) -> None:
    place.start()
    with faults.stopped(place):
        drop(place, BATCH)
        time.sleep(1)
    check(place, hooks, BATCH)
    assert place.stop() == 0


def test_killed_while_one_channel_hangs(tmp_path: Path, hooks: Webhook, nursery: Nursery) -> None:
    """The other channel gets everything, and what hung is sent again as a possible repeat."""
    channels = f'hook: "{hooks.url("ok")}"\nslow: "{hooks.url("hang")}"\n'
    place = Home(tmp_path / "home", nursery, estimates=texts.TROOPS, channels=channels, settings=texts.QUICK)
    try:
        place.start()
        place.drop("first.txt", texts.FIRST)
        wait_for(lambda: {path for path, _ in hooks.posts} == {"ok", "hang"}, "both are under way")
        place.kill()
        place.drop("killed.txt", texts.KILLED)
        place.start()
        wait_for(lambda: len([1 for path, _ in hooks.posts if path == "hang"]) == 2, "the next try")
        wait_for(lambda: len({b["id"] for path, b in hooks.posts if path == "ok"}) == 2, "both at the other one")
        assert [b["possible_repeat"] for path, b in hooks.posts if path == "hang"] == [False, True]
        assert place.stop() == 0
        assert place.is_whole()
    finally:
        place.kill()


class Bounded(Place):
    """A home whose daemon has no right to pass over permissions, as root has."""

    def command(self, *arguments: str) -> list[str]:
        bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        return [*bound, *super().command(*arguments)]


def test_permissions_that_are_lost_and_given_back(tmp_path: Path, hooks: Webhook) -> None:
    """A file, then the inbox, then the store: each is named, and all goes on once it is mended."""
    channels = f'hook: "{hooks.url("ok")}"\n'
    place = Bounded(tmp_path / "home", estimates=ESTIMATES, channels=channels, settings=SETTINGS)
    try:
        place.start()
        place.drop("0.part", BATCH["0.txt"])
        with faults.denied(place.home.inbox / "0.part"):
            (place.home.inbox / "0.part").rename(place.home.inbox / "0.txt")
            wait_for(lambda: "can't read 0.txt: Permission denied" in place.said(), "the log names it")
            (place.home.inbox / "0.txt").rename(place.home.inbox / "0.part")
        (place.home.inbox / "0.part").rename(place.home.inbox / "0.txt")
        check(place, hooks, {"0.txt": BATCH["0.txt"]})
        with faults.denied(place.home.inbox):
            wait_for(lambda: "the inbox can't be read" in place.said(), "the log names it")
            place.drop("1.txt", BATCH["1.txt"])
        check(place, hooks, {name: BATCH[name] for name in ("0.txt", "1.txt")})
        assert place.stop() == 0
        with faults.denied(place.home.store):
            place.start(wait=False)
            wait_for(place.has_ended, "it can't start")
            assert "Permission denied" in place.said() and "Traceback" not in place.said()
        place.start()
        place.drop("2.txt", BATCH["2.txt"])
        check(place, hooks, {name: BATCH[name] for name in ("0.txt", "1.txt", "2.txt")})
        assert place.stop() == 0
    finally:
        place.kill()


def test_a_home_that_is_mounted_for_reading_only(tmp_path: Path, hooks: Webhook, nursery: Nursery) -> None:
    with faults.small_disk(tmp_path / "home"):
        channels = f'hook: "{hooks.url("ok")}"\n'
        place = Home(tmp_path / "home", nursery, estimates=ESTIMATES, channels=channels, settings=SETTINGS)
        try:
            place.drop("0.txt", BATCH["0.txt"])
            place.run("run", "--once")
            place.drop("1.txt", BATCH["1.txt"])
            with faults.read_only(tmp_path / "home"):
                failed = place.run("run", check=False)
                assert failed.returncode == 1 and "Read-only file system" in failed.stderr
                assert len(failed.stderr.splitlines()) == 1
            place.start()
            check(place, hooks, {name: BATCH[name] for name in ("0.txt", "1.txt")})
            assert place.stop() == 0
        finally:
            place.kill()


@pytest.mark.long
def test_a_database_that_another_program_holds_for_longer_than_a_transaction_waits(
    place: Place, hooks: Webhook
) -> None:
    place.start()
    with faults.locked(place):
        drop(place, BATCH)
        wait_for(lambda: BEGUN in [b["title"] for _, b in hooks.posts], "a message past the store", 120)
        assert "written to by another process" in place.said()
        time.sleep(40)
    wait_for(lambda: OVER in [b["title"] for _, b in hooks.posts], "the news that it is over")
    check(place, hooks, BATCH)
    assert place.daemon is not None
    place.daemon.send_signal(signal.SIGTERM)
    assert place.daemon.wait(60) == 0
