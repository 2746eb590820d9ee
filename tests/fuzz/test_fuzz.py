"""What the fuzzer broke once stays whole, and the fuzzer itself finds, shrinks and keeps what is broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.fuzz import kept, worker
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

CASES = sorted(kept.FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_broke_once_holds(path: Path) -> None:
    name, data = kept.read(path)
    TARGETS[name].check(data)


def test_a_fault_is_found_made_small_and_kept(tmp_path: Path) -> None:
    def check(data: bytes) -> None:
        assert data.count(b"7") < 3, "three sevens"

    target = Target("planted", st.binary(max_size=40).map(bytes.hex).map(str.encode), check)
    gun = worker.fire(target, 2.0, 1, tmp_path / "last")
    ((place, (data, what)),) = gun.broken.items()
    assert place.startswith("AssertionError at test_fuzz.py:") and what.startswith("AssertionError: three sevens")
    assert data.count(b"7") == 3 and len(data) <= 6
    assert kept.read(kept.write(tmp_path, "planted", data, what)) == ("planted", data)
    assert kept.read(kept.write(tmp_path, "planted", b"\xff\x00", "x")) == ("planted", b"\xff\x00")


def test_a_target_runs_from_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", "1", "--only", "track", "--cases", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], env=os.environ)
    assert (done.returncode, "0 findings" in done.stdout) == (0, True), done.stdout + done.stderr
    assert done.stdout.splitlines()[1].split()[0] == "track"
    unknown = subprocess.run([*command, "--only", "nonsense"], capture_output=True, text=True, env=os.environ)
    assert unknown.returncode == 1 and "no such target: nonsense; there are text, markdown" in unknown.stderr
