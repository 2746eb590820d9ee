"""One target under fire until its time is over, in a process that may die: `python -m tests.fuzz.worker NAME ...`.

Started by tests.fuzz; the last line of its output is a JSON report.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.kept import write
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

MEMORY = 3_000_000_000  # bytes of address space
LONGEST = 20  # seconds of the processor for one input: more is a hang
ROUND = 300  # examples between two fresh starts
SHRINKING = 60.0  # seconds for making a finding small
MEASURED = 200  # an input in so many has its growth measured


class HangError(Exception):
    """An input took too long."""


class Fire:
    """Runs a target's check on one input after the other and keeps what breaks it, smallest first."""

    def __init__(self, target: Target, seconds: float, last: Path) -> None:
        self.target, self.last = target, os.open(last, os.O_RDWR | os.O_CREAT)
        self.end = self.until = time.monotonic() + seconds  # of the rounds, and of the inputs
        self.executions = 0
        self.growth: list[float] = []
        self.known: set[str] = set()  # places that broke in an earlier round
        self.broken: dict[str, tuple[bytes, str]] = {}  # place -> smallest input, what happened

    def __call__(self, data: bytes) -> None:
        """One input. Raises what the check raises, the first time in a round that it breaks at this place."""
        if time.monotonic() > self.until:
            return
        os.pwrite(self.last, data, 0)
        os.ftruncate(self.last, len(data))
        self.executions += 1
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            self.target.check(data)
            signal.setitimer(signal.ITIMER_PROF, 0)
            if self.target.growth is not None and self.executions % MEASURED == 1:
                self.growth.append(self.target.growth(data))
        except Exception as error:
            signal.setitimer(signal.ITIMER_PROF, 0)
            if (place := where(error)) not in self.known:
                self._keep(place, data, error)
                raise
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _keep(self, place: str, data: bytes, error: Exception) -> None:
        if not self.broken.get(place):
            self.until = max(self.until, time.monotonic() + SHRINKING)
        if place not in self.broken or len(data) < len(self.broken[place][0]):
            self.broken[place] = data, f"{type(error).__name__}: {error}"[:300]


def where(error: BaseException) -> str:
    """The kind of error and the last line of ours that it went through: two errors there count as one."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "hypothesis" not in f.filename]
    ours = [f for f in frames if "tallywire" in Path(f.filename).parts] or frames
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def fire(target: Target, seconds: float, start: int, last: Path) -> Fire:
    """Rounds of hypothesis, each with a seed of its own, until the time is over."""
    gun = Fire(target, seconds, last)
    number = start
    while time.monotonic() < gun.end:
        run = given(target.inputs)(lambda data: gun(data))
        quiet = settings(
            max_examples=ROUND,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        try:
            seed(number)(quiet(run))()
        except Exception:  # noqa: BLE001  # kept already; hypothesis adds what it thinks of flaky ones
            gun.known |= set(gun.broken)
        number += 1
    return gun


def main(name: str, seconds: str, start: str, last: str, cases: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, _hang)
    began = time.monotonic()
    gun = fire(TARGETS[name], float(seconds), int(start), Path(last))
    findings = []
    for place, (data, what) in gun.broken.items():
        findings.append(f"{place}: {what}: {write(Path(cases), name, data, what)}")
    report: dict[str, Any] = {"executions": gun.executions, "seconds": time.monotonic() - began}
    print(json.dumps({**report, "findings": findings, "growth": gun.growth}))


def _hang(number: int, frame: object) -> None:
    raise HangError(f"more than {LONGEST} s of the processor")


if __name__ == "__main__":
    main(*sys.argv[1:6])
