"""One writer per home: real processes, killed ones too; what a lock file says and when it is believed."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tallywire import lock, mounts
from tallywire.eventstore.base import StoreError
from tallywire.lock import HeldError, Holder, Lock
from tests.flow import texts
from tests.harness import Place, wait_for

HOLDING = (
    "import sys, pathlib; from tallywire.lock import Lock; Lock(pathlib.Path(sys.argv[1])).acquire();"
    " print('held', flush=True); sys.stdin.read()"
)


@contextmanager
def holder_of(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tallywire.lock"


@pytest.fixture
def on_nfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's list of mounts says that the folder lies on NFS."""
    table = tmp_path / "mountinfo"
    table.write_text(f"30 1 0:25 / / rw - ext4 /dev/sda1 rw\n31 30 0:26 / {tmp_path} rw - nfs4 server:/export rw\n")
    monkeypatch.setattr(mounts, "_MOUNTS", table)


def test_the_lock_tells_who_holds_it_and_ends_with_its_process(path: Path) -> None:
    with holder_of(path) as other:
        with pytest.raises(HeldError, match=f"pid {other.pid} on {os.uname().nodename}"):
            Lock(path).acquire()
        assert lock.parsed(path.read_text()) == Holder(other.pid, os.uname().nodename, lock.this_process().boot)
    with Lock(path):
        assert lock.parsed(path.read_text()) == lock.this_process()


def test_a_clean_end_leaves_an_empty_file_and_nothing_to_tell(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(2):
        with Lock(path):
            assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == "" and caplog.messages == []


def test_a_lock_left_by_a_killed_process_is_taken_over_and_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with holder_of(path) as other:
        other.kill()
        other.wait()
    with Lock(path):
        assert caplog.messages[-1].endswith(f"left by pid {other.pid} on {os.uname().nodename}, which is gone")


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (Holder(7, "desk", "b1"), "by pid 7 on desk, which is gone"),
        (Holder(7, "desk", "b0"), "by pid 7 on desk, before the machine last started"),
        (Holder(7, "6f1c2a", "b1"), "by pid 7 on 6f1c2a, which is gone"),  # a container of this very machine
        (Holder(7, "attic", "b0"), "by pid 7 on attic, another machine: the folder came from there"),
        (Holder(7, "", ""), "by pid 7, which is gone"),  # as earlier versions wrote it
    ],
)
def test_how_a_lock_was_left(left: Holder, words: str) -> None:
    assert lock.left_by(left, Holder(9, "desk", "b1")) == words
    assert lock.parsed(left.line() if left.host else "pid 7\n") == left


@pytest.mark.parametrize("text", ["", "\n", "pid\n", "pid x host y\n", "\ufffd\ufffd", "host a boot b"])
def test_a_lock_file_that_says_nothing(text: str, path: Path) -> None:
    assert lock.parsed(text) is None
    path.write_text(text)
    with Lock(path):
        assert lock.parsed(path.read_text()) == lock.this_process()


def test_a_store_on_a_network_file_system_is_refused_unless_forced(path: Path, on_nfs: None) -> None:
    with pytest.raises(StoreError, match=r"network file system \(nfs4\).*`network store: yes`"):
        Lock(path).acquire()
    assert not path.exists()
    with Lock(path, anywhere=True):
        assert path.exists()


def test_another_machines_lock_is_believed_on_a_network_file_system(path: Path, on_nfs: None) -> None:
    """Its flock() may not be seen here."""
    path.write_text(there := Holder(7, "attic", "another-boot").line())
    with pytest.raises(HeldError, match=r"pid 7 on attic.*delete this file"):
        Lock(path, anywhere=True).acquire()
    assert path.read_text() == there
    path.unlink()
    with Lock(path, anywhere=True):
        pass


def test_another_machines_lock_on_a_local_disk_came_with_the_folder(path: Path) -> None:
    path.write_text(Holder(7, "attic", "another-boot").line())
    with Lock(path):
        assert lock.parsed(path.read_text()) == lock.this_process()


def test_a_second_daemon_ends_with_one_clear_line(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.start()
    try:
        assert place.daemon is not None
        done = place.run("run", check=False)
        assert (done.returncode, done.stdout) == (1, "")
        (line,) = done.stderr.splitlines()
        assert "another tallywire is at work here" in line and f"pid {place.daemon.pid} " in line
        assert place.run("rebuild", check=False).returncode == 1  # it would write beside the daemon
        assert place.run("reload").returncode == 0, "what changes something goes through the daemon"
        place.kill()
        assert (place.home.store / "control.sock").exists(), "a killed daemon leaves its socket"
        assert place.run("reload").returncode == 0, "which is seen to be dead, and the lock to be free"
        wait_for(lambda: lock.parsed(place.home.lock.read_text()) is None, "the command has let go of it")
        place.start(wait=False)
        wait_for(lambda: lock.parsed(place.home.lock.read_text()), "the daemon has it")
        place.kill()
        place.log.write_text("")
        place.start()
        wait_for(lambda: "its lock was left by pid" in place.log.read_text(), "the start tells of it")
        assert place.stop() == 0
    finally:
        place.kill()
