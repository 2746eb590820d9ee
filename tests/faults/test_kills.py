"""kill -9: at each named step and around each commit, then at random over and over. Nothing lost, nothing twice.

The figures of the storms are printed. `make faults` runs the long one; FAULTS_SEED=n gives another, and
`python -m tests.faults.storm --help` says how to run one by hand.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import tallywire
from tests.deliver.sinks import Webhook
from tests.faults import accounts
from tests.faults.nursery import Nursery
from tests.faults.storm import STEPS, Home, storm
from tests.flow import texts
from tests.harness import wait_for

COMMITS = 12  # the first so many commits of the run, each hit just before and just after
SEED = int(os.environ.get("FAULTS_SEED", "7"))
FILES = {"first.txt": texts.FIRST, "more.json": texts.MORE, "killed.txt": texts.KILLED, "empty.txt": ""}
DROPPED = {name: text.encode() for name, text in FILES.items()}


@pytest.fixture
def place(tmp_path: Path, hooks: Webhook, nursery: Nursery) -> Iterator[Home]:
    made = Home(
        tmp_path / "home",
        nursery,
        estimates=texts.TROOPS,
        channels=f'hook: "{hooks.url("ok")}"\n',
        settings=texts.QUICK,
    )
    for name, text in FILES.items():
        made.drop(name, text)
    yield made
    made.kill()


def check(place: Home, hooks: Webhook) -> int:
    """Starts a daemon that nothing disturbs; gives how many messages came more than once, each of them marked."""
    place.start()
    place.settle()
    figures = accounts.settled(place, hooks, DROPPED)
    assert figures.is_clean, figures.wrong
    with place.store() as store:
        best = {row["id"]: row["state_json"]["best"] for row in store.rows("estimate")}
        assert len(list(store.events(types=["FileRejected"]))) == 1
    assert best == {"deployed": 14000, "killed": 300}
    assert place.stop() == 0
    return figures.repeats


@pytest.mark.parametrize("step", [step for step in STEPS if not step.startswith("store.")])
def test_killed_at_a_step_and_started_again(place: Home, hooks: Webhook, step: str) -> None:
    place.start({"TALLYWIRE_CRASH_AT": step}, wait=False)
    wait_for(place.has_ended, f"the daemon dies at {step}")
    assert check(place, hooks) <= 1


def test_every_named_step_is_killed_at() -> None:
    """Here, or where backups, restores and upgrades are tested."""
    source = Path(tallywire.__file__).parent
    named = {step for path in source.rglob("*.py") for step in re.findall(r'crash_point\("(.+?)"\)', path.read_text())}
    others = "".join(path.read_text() for path in (Path(__file__).parents[1] / "backup").glob("*.py"))
    assert [step for step in sorted(named - set(STEPS)) if f'"{step}"' not in others] == []
    assert set(STEPS) <= named


def test_killed_around_every_commit(place: Home, hooks: Webhook) -> None:
    """One home, killed again and again: before its first commit, after it, before the second ..."""
    kills = 0
    for number in range(1, COMMITS + 1):
        for side in ("before", "after"):
            place.start({"TALLYWIRE_CRASH_AT": f"store.{side}_commit:{number}"}, wait=False)
            deadline = time.monotonic() + 3
            while not place.has_ended() and time.monotonic() < deadline:
                time.sleep(0.02)
            kills += place.has_ended()
            place.kill()
    check(place, hooks)
    assert kills > 4


@pytest.mark.parametrize(
    ("homes", "files", "kills"),
    [(5, 200, 50), pytest.param(8, 2000, 1000, marks=pytest.mark.long)],
    ids=["short", "long"],
)
def test_killed_at_random(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], homes: int, files: int, kills: int
) -> None:
    figures = storm(tmp_path, homes=homes, files=files, kills=kills, seed=SEED)
    with capsys.disabled():
        print(f"\nseed {SEED}: {figures}")
    assert figures.is_clean, figures.wrong[:50]
    assert figures.repeats <= kills
