"""What can happen to a machine, each as a context: bad inside, mended after. The daemon's process may be killed inside.

They are real: a signal, a file system without room, another program's lock. None of them touches the daemon's code.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.harness import Place

Fault = Callable[[Place], AbstractContextManager[None]]


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int = 64) -> Iterator[None]:
    """A file system of its own at the folder, so that filling it harms nobody. Needs the right to mount."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,nr_inodes=20k", "tallywire-test", str(folder)]
    if subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small file system here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def full_disk(place: Place) -> Iterator[None]:
    """Another program takes all that is left, within a moment."""
    filler = place.home.root / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (1 << 20, 4096):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def no_growing(place: Place) -> Iterator[None]:
    """No file may grow beyond a few pages, as under a quota: writing fails although there is room."""
    daemon = place.daemon
    assert daemon is not None
    before = resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        yield
    finally:
        if daemon.poll() is None:
            resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def stopped(place: Place) -> Iterator[None]:
    """The process stands still, as on a machine that sleeps."""
    daemon = place.daemon
    assert daemon is not None
    daemon.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        daemon.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def locked(place: Place) -> Iterator[None]:
    """Another program holds the database for writing."""
    other = sqlite3.connect(place.home.database, isolation_level=None, timeout=30)
    try:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()


@contextlib.contextmanager
def crowded(place: Place) -> Iterator[None]:
    """A second daemon is started on the same home, and has to leave by itself."""
    second = place.launch(["run"], {})
    try:
        assert second.wait(60) == 1, "a second daemon on the same home ends with status 1"
        yield
    finally:
        second.kill()


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A small disk that is mounted for reading only, as one is after an error. Nothing may be open for writing."""
    command = ["mount", "-o", "remount,ro", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)


@contextlib.contextmanager
def denied(path: Path) -> Iterator[None]:
    """A file or folder that nobody but root may touch."""
    before = path.stat().st_mode
    path.chmod(0)
    try:
        yield
    finally:
        path.chmod(before)
