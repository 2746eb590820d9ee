"""`python -m tests.fuzz --seconds 600 [--only html,extract]`: every target in turn, each in a process of its own.

What a target breaks on is made as small as it gets and written to tests/fuzz/cases/, where an ordinary test replays it.
A process that dies (a fault in a C library) or hangs is a finding, too: its last input is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.fuzz.kept import FOLDER, write
from tests.fuzz.targets import TARGETS

_GRACE = 400.0  # seconds beyond its time, for making a finding small


def main() -> int:
    given = _arguments()
    names = given.only.split(",") if given.only else list(TARGETS)
    if unknown := [name for name in names if name not in TARGETS]:
        sys.exit(f"no such target: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    found = 0
    print(f"seed {given.seed}, {given.seconds / len(names):.0f} s for each of {len(names)} targets", flush=True)
    for name in names:
        report = _under_fire(name, given.seconds / len(names), given.seed, given.cases)
        found += len(report["findings"])
        print(_line(name, report), flush=True)
        for finding in report["findings"]:
            print(f"    {finding}", flush=True)
    print(f"{found} findings" + (f", kept in {given.cases}" if found else ""))
    return 1 if found else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together")
    parser.add_argument("--only", default="", help="names of targets, with commas between")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 31))
    parser.add_argument("--cases", type=Path, default=FOLDER, help="where findings are kept")
    return parser.parse_args()


def _under_fire(name: str, seconds: float, seed: int, cases: Path) -> dict[str, Any]:
    """What the target's process tells in its last line; of one that died, its last input as the finding."""
    with tempfile.TemporaryDirectory(prefix="tallywire-fuzz-") as folder:
        last = Path(folder) / "last"
        python = [sys.executable, "-W", "ignore", "-m", "tests.fuzz.worker"]
        command = [*python, name, str(seconds), str(seed), str(last), str(cases)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": "0"})
        started = time.monotonic()
        try:
            out, _ = child.communicate(timeout=seconds + _GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
        if child.returncode == 0:
            report: dict[str, Any] = json.loads(out.splitlines()[-1])
            return report
        what = f"its process ended with {child.returncode} after {time.monotonic() - started:.0f} s"
        path = write(cases, name, last.read_bytes(), what) if last.exists() else None
        return {"executions": 0, "seconds": seconds, "findings": [f"{what}: {path}"], "growth": []}


def _line(name: str, report: dict[str, Any]) -> str:
    rate = report["executions"] / max(report["seconds"], 0.001)
    line = f"{name:15} {report['executions']:>9,} executions, {rate:>6,.0f}/s, {len(report['findings'])} findings"
    if growth := sorted(report["growth"]):
        line += f"; eight times the text costs {growth[len(growth) // 2] * 8:.1f} times, at most {growth[-1] * 8:.1f}"
    return line


if __name__ == "__main__":
    sys.exit(main())
