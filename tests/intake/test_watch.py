"""The watch finds out when it is deaf and starts over; where it can't hear, it says why. Real folders and events."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.observers.polling import PollingObserver

from tallywire import mounts, watch
from tallywire.watch import Trouble, Watch
from tests.flow import texts
from tests.flow.test_intake_reasons import open_folder, without_privileges
from tests.harness import Place, wait_for

__all__ = ["open_folder"]  # a fixture


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Watched:
    """A folder with a watch, and what the watch told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.hints: list[str] = []
        self.watch = Watch(folder, self.hints.append, lambda: None, clock=self.clock)

    def hears(self, name: str) -> None:
        (self.folder / name).write_text("x")
        wait_for(lambda: name in self.hints, f"a hint of {name}", 10)

    def heals(self, trouble: str) -> None:
        """What is wrong is noticed and mended, and the watch hears again."""
        found = self.watch.look_after()
        assert found is not None and trouble in found.what
        assert self.watch.look_after() is None
        self.hears("after.txt")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    (tmp_path / "inbox").mkdir()
    made = Watched(tmp_path / "inbox")
    made.watch.start()
    yield made
    made.watch.stop()


def test_a_healthy_watch_hears_and_is_left_alone(watched: Watched) -> None:
    assert watched.watch.polls is None
    watched.hears("a.txt")
    observer = watched.watch._observer
    assert watched.watch.look_after() is None and watched.watch.look_after(suspicious=True) is None
    assert watched.watch._observer is observer
    assert not (watched.folder / watch.PROBE).exists()


def test_a_dead_observer(watched: Watched) -> None:
    observer = watched.watch._observer
    assert observer is not None
    observer.stop()
    observer.join(5)
    watched.heals("thread has ended")


def test_a_dead_emitter(watched: Watched) -> None:
    observer = watched.watch._observer
    assert observer is not None
    for emitter in observer.emitters:
        emitter.stop()
        emitter.join(5)
    watched.heals("thread has ended")


def test_no_emitter_at_all(watched: Watched) -> None:
    assert watched.watch._observer is not None
    watched.watch._observer.unschedule_all()
    watched.heals("thread has ended")


def test_an_inbox_that_was_deleted_is_made_anew(watched: Watched) -> None:
    shutil.rmtree(watched.folder)
    watched.heals("can't be read")


def test_an_inbox_that_was_moved_away_and_made_anew_by_somebody(watched: Watched) -> None:
    watched.folder.rename(watched.folder.with_name("old"))
    watched.folder.mkdir()
    watched.heals("another folder")


def test_an_inbox_that_is_a_link_whose_target_changes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "inbox").symlink_to(tmp_path / "one")
    watched = Watched(tmp_path / "inbox")
    watched.watch.start()
    try:
        watched.hears("a.txt")
        (tmp_path / "inbox").unlink()
        (tmp_path / "inbox").symlink_to(tmp_path / "two")
        watched.heals("another folder")
    finally:
        watched.watch.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_an_inbox_that_is_mounted_over_and_unmounted(watched: Watched) -> None:
    done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(watched.folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        watched.heals("another folder")
    finally:
        watched.watch.stop()
        subprocess.run(["umount", str(watched.folder)], check=True)
    watched.hints.clear()
    assert watched.watch.look_after() is not None
    watched.hears("below.txt")


def test_permission_lost_and_regained(open_folder: Path) -> None:
    folder = open_folder / "inbox"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    watched = Watched(folder)
    with without_privileges():
        watched.watch.start()
    try:
        folder.chmod(0o000)
        with without_privileges():
            assert watched.watch.look_after() is None
            assert watched.watch.wrong == "the inbox can't be read: Permission denied"
        folder.chmod(0o777)
        watched.clock.now += 9
        with without_privileges():
            assert watched.watch.look_after() == Trouble("the inbox can't be read: Permission denied", 9)
            assert watched.watch.wrong is None
            watched.hears("a.txt")
    finally:
        folder.chmod(0o777)
        watched.watch.stop()


def test_an_observer_that_says_nothing_is_found_out_and_polling_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_observer", lambda: PollingObserver(timeout=3600))  # alive, and deaf
    monkeypatch.setattr(watch, "PROBE_SECONDS", 0.2)
    (tmp_path / "inbox").mkdir()
    watched = Watched(tmp_path / "inbox")
    watched.watch.start()
    assert watched.watch.polls == "no event came for a file that was written into it"
    assert not list(watched.folder.iterdir())
    assert watched.watch.look_after(suspicious=True) is None  # it is known, and nothing to mend
    watched.watch.stop()


def test_files_that_came_unannounced_make_it_ask_for_a_sign_of_life(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PROBE_SECONDS", 0.5)
    assert watched.watch._observer is not None
    for emitter in watched.watch._observer.emitters:  # deaf: the kernel is told to be silent, and every thread lives
        group = emitter._inotify  # type: ignore[attr-defined]
        group._remove_callbacks(list(group._active_callbacks_by_watch))
    assert watched.watch.look_after() is None
    found = watched.watch.look_after(suspicious=True)
    assert found is not None and "no event came" in found.what
    watched.hears("a.txt")


def test_each_healing_is_logged_once(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        shutil.rmtree(watched.folder)
        watched.watch.look_after()
        watched.watch.look_after()
    assert len([r for r in caplog.records if "started anew" in r.message]) == 2
    assert len(caplog.records) == 4  # what was wrong, and that it is mended


MOUNTS = """\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
23 22 0:40 / /srv/press\\040files rw - nfs4 server:/press rw
24 22 0:41 / /srv/press\\040files/local rw - xfs /dev/sdb rw
25 22 0:42 / /mnt/far rw shared:9 - fuse.sshfs user@host:/ rw
26 22 0:43 / /mnt/far rw shared:10 - tmpfs tmpfs rw
27 22 0:44 / /mnt/share rw - cifs //host/share rw
28 22 0:45 / /mnt/stick rw - fuseblk /dev/sdc1 rw
not a mount
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ana/inbox", None),
        ("/srv/press files/inbox", "nfs4"),
        ("/srv/press files", "nfs4"),
        ("/srv/press files2/inbox", None),
        ("/srv/press files/local/inbox", None),
        ("/mnt/far/inbox", None),
        ("/mnt/share/inbox", "cifs"),
        ("/mnt/stick/inbox", None),
    ],
)
def test_network_file_systems_are_known_by_their_mount(folder: str, kind: str | None) -> None:
    assert mounts.remote_kind(Path(folder), MOUNTS) == kind
    assert mounts.remote_kind(Path(folder), MOUNTS.replace("26 ", "# ").replace(" - tmpfs", "")) in (kind, "fuse.sshfs")
    assert mounts.remote_kind(Path(folder), "") is None


def test_on_a_network_file_system_the_daemon_polls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "remote_kind", lambda folder: "nfs4")
    (tmp_path / "inbox").mkdir()
    watched = Watched(tmp_path / "inbox")
    watched.watch.start()
    assert watched.watch.polls is not None and "nfs4" in watched.watch.polls
    watched.watch.stop()


def test_a_running_daemon_goes_on_in_an_inbox_made_anew(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.start()
    try:
        for round_ in ("deleted", "moved"):
            if round_ == "deleted":
                shutil.rmtree(place.home.inbox)
            else:
                place.home.inbox.rename(tmp_path / "old")
                (tmp_path / "home" / "inbox").mkdir()
            wait_for(
                lambda r=round_: place.log.read_text().count("started anew") == (1 if r == "deleted" else 2), "healed"
            )
            place.drop(f"{round_}.txt", texts.FIRST + round_)
            wait_for(lambda r=round_: len(place.ask("articles")) == (1 if r == "deleted" else 2), round_)
        assert place.ask("alerts") and not [a for a in place.ask("alerts") if a["kind"] == "system"]
        assert place.stop() == 0
    finally:
        place.kill()
