"""Bursts that no queue of file events holds: written by another process while the daemon stands still, then runs."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow import texts
from tests.harness import Place, wait_for

WRITER = """
import pathlib, sys
folder, first, last, figures = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:5])
for number in range(first, last):
    figure, convoy = 300 + number % figures, f"Convoy {number} brought {number + 7} crates.\\n"
    (folder / f"{number}.txt").write_text(sys.argv[5].replace("300", str(figure)) + convoy)
"""
GROWTH = 30  # MB that the second half of a long burst may add to the first: what is read, decided and kept is let go


def write(place: Place, first: int, last: int, figures: int) -> None:
    """Articles on one estimate, each another one; they give so many figures in turn."""
    numbers = map(str, (first, last, figures))
    command = [sys.executable, "-c", WRITER, str(place.home.inbox), *numbers, texts.KILLED]
    subprocess.run(command, check=True, timeout=600)


def taken_in(place: Place) -> int:
    return sum(p.is_file() for p in (place.home.inbox / "done").rglob("*"))


def memory(place: Place, name: str) -> int:
    """VmRSS or VmHWM of the daemon, in MB."""
    assert place.daemon is not None
    lines = Path(f"/proc/{place.daemon.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name))


def burst(place: Place, files: int, seconds: float, figures: int) -> str:
    """Half of the files come while the daemon is stopped, half while it runs; gives the figures as a line."""
    place.start()
    assert place.daemon is not None
    before = memory(place, "VmRSS")
    place.daemon.send_signal(signal.SIGSTOP)
    write(place, 0, files // 2, figures)
    place.daemon.send_signal(signal.SIGCONT)
    write(place, files // 2, files, figures)
    wait_for(lambda: taken_in(place) >= files // 2, "half of the files are taken in", seconds, every=1.0)
    half = memory(place, "VmHWM")
    wait_for(lambda: not any(p.is_file() for p in place.home.inbox.iterdir()), "the inbox is empty", seconds)
    place.settle()
    peak = memory(place, "VmHWM")
    with place.store() as store:
        articles, claims = len(store.rows("article")), len(store.rows("claim", state="standing"))
        sent = {row["alert"] for row in store.rows("delivery")}
        states = {row["state"] for row in store.rows("file")}
    assert (articles, claims, states) == (files, files, {"done"})
    assert len([p for p in (place.home.inbox / "done").rglob("*") if p.is_file()]) == files
    assert len(sent) < 10  # a burst is told in a summary
    assert peak - half < GROWTH
    return f"{articles} of {files} ingested; resident {before} MB before, {half} MB at half, {peak} MB at the most"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)


def test_a_burst_while_stopped_and_while_running_loses_nothing(place: Place) -> None:
    try:
        print(burst(place, 2_000, 120, figures=2_000))
        assert place.estimate("killed")["best"] == 2_299
    finally:
        place.kill()


@pytest.mark.long
@pytest.mark.parametrize("files", [20_000, 100_000])
def test_a_long_burst_loses_nothing(place: Place, files: int, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        line = burst(place, files, files / 20, figures=500)
        assert place.is_whole()
    finally:
        place.kill()
    with capsys.disabled():
        print(f"\n{line}")
