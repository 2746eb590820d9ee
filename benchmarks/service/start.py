"""How a store of a million events starts, is proven, is made anew and is asked; against an empty one's in the same run.

    python benchmarks/service/start.py [--events 1000000] [--starts 7] [--keep FOLDER]

Two homes with the same configuration: one is empty, the other holds years of news (history.py). The daemon is started
on them by turns, and each start is measured from exec to "watching", the line that it logs when it is ready. Then
`verify`, `rebuild` and the questions that people ask all day, each as a process of its own. CPU seconds stand beside
the seconds: on a busy machine they say more. With --keep a store that is there is used again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from history import NAMES, make

from tallywire.eventstore.sqlite import SqliteStore
from tallywire.home import Home

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """`memory` in bytes: resident when measured, or at most."""

    seconds: float
    cpu: float
    memory: int

    def __str__(self) -> str:
        return f"{self.seconds:7.2f} s  {self.cpu:7.2f} s CPU  {self.memory / 1e6:5.0f} MB"


def command(home: Home, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tallywire", "--home", str(home.root), *arguments]


def start(home: Home) -> Cost:
    """From exec to ready; the daemon is ended again."""
    log = home.root / "log.txt"
    with log.open("w") as out:
        began = time.perf_counter()
        daemon = subprocess.Popen(command(home, "run"), stdout=subprocess.DEVNULL, stderr=out)
    try:
        while "watching " not in log.read_text():
            assert daemon.poll() is None, log.read_text()
            time.sleep(0.005)
        seconds, cpu, memory = time.perf_counter() - began, spent(daemon.pid), resident(daemon.pid)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
    return Cost(seconds, cpu, memory)


def spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run(home: Home, *arguments: str) -> tuple[Cost, str]:
    """A command to its end; its cost, and the first line that it printed."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command(home, *arguments), stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        first = out.readline().rstrip()
    assert process.returncode == 0, (arguments, process.returncode)
    used = usage.ru_utime + usage.ru_stime
    return Cost(time.perf_counter() - began, used, usage.ru_maxrss * 1024), first


def starts(homes: dict[str, Home], count: int) -> None:
    found: dict[str, list[Cost]] = {name: [] for name in homes}
    for _ in range(count + 1):
        for name, home in homes.items():
            found[name].append(start(home))
    medians = {}
    for name, costs in found.items():
        warm = costs[1:]
        medians[name] = statistics.median(c.seconds for c in warm), statistics.median(c.cpu for c in warm)
        print(f"start, {name:<16} first {costs[0]}")
        print(f"{'':23} then  {Cost(*medians[name], max(c.memory for c in warm))}  (medians of {count})")
    (small, small_cpu), (large, large_cpu) = medians.values()
    print(f"ratio {large / small:.2f} in seconds, {large_cpu / small_cpu:.2f} in CPU seconds", flush=True)


def questions(home: Home) -> None:
    largest = NAMES[0]
    store = SqliteStore.open(home.database, readonly=True)
    newest = store.rows("article", order="-position", limit=1)[0]["id"][:12]
    alert = store.rows("alert", order="-position", limit=1)[0]["id"][:8]
    store.close()
    asked = "estimates", f"show {largest}", f"article {newest}", "alerts", f"alerts explain {alert}", "deliveries"
    for question in (*asked, "inbox", "articles", "check", "events --after 999900", f"history {largest}"):
        cost, _ = run(home, *question.split())
        print(f"{question:<28} {cost}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--no-checks", action="store_true", help="starts and questions only")
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="tallywire-start-"))
    try:
        large = Home(folder / "large")
        if not large.database.exists():
            _, seconds = make(large.root, asked.events)
            print(f"{asked.events:,} events made in {seconds:.0f} s", flush=True)
        shutil.rmtree(folder / "empty", ignore_errors=True)
        empty, _ = make(folder / "empty", 0)
        size = large.database.stat().st_size / 1e6
        print(f"store {size:,.0f} MB")
        starts({"empty": empty, f"{asked.events:,}": large}, asked.starts)
        questions(large)
        for check in () if asked.no_checks else ("verify", "rebuild"):
            cost, line = run(large, check)
            print(f"{check:<28} {cost}  {line}", flush=True)
    finally:
        if asked.keep is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
