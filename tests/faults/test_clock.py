"""The wall clock jumps while the daemon runs: history keeps its order, nothing is given up, nothing stands still."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.deliver.sinks import Webhook, free_port, webhook
from tests.faults import accounts
from tests.flow import texts
from tests.harness import ENVIRONMENT, Place, Process, wait_for

DAY = 86_400
ROOT = Path(__file__).parents[2]


class Skewed(Place):
    """A home with a daemon whose wall clock can be set, see skewed.py."""

    def __init__(self, root: Path, **config: str) -> None:
        super().__init__(root, **config)
        self._skew = root / "skew"
        self.set_clock(0)

    def set_clock(self, seconds: int) -> None:
        """So many seconds away from the true time, from now on."""
        aside = self._skew.with_suffix(".part")
        aside.write_text(str(seconds))
        os.replace(aside, self._skew)

    def launch(self, arguments: list[str], env: Mapping[str, str]) -> Process:
        command = [sys.executable, "-m", "tests.faults.skewed", str(self._skew), "--home", str(self.home.root)]
        paths = os.pathsep.join([str(ROOT), ENVIRONMENT.get("PYTHONPATH", "")])
        environment = {**ENVIRONMENT, "PYTHONPATH": paths, **env}
        with self.output.open("a") as out, self.log.open("a") as log:
            return subprocess.Popen([*command, *arguments], stdout=out, stderr=log, env=environment)


@pytest.fixture
def port() -> int:
    """Of the sink, which comes up late: nothing can arrive before."""
    return free_port()


@pytest.fixture
def place(tmp_path: Path, port: int) -> Iterator[Skewed]:
    settings = 'interval: 2 s\nrescan: 1\ndigest: {at: "08:00"}\n'
    channels = f'hook: "json://127.0.0.1:{port}/ok"\n'
    made = Skewed(tmp_path / "home", estimates=texts.TROOPS, channels=channels, settings=settings)
    yield made
    made.kill()


def failed(place: Place, attempts: int) -> bool:
    with place.store() as store:
        rows = store.rows("attempt", leased_until=None)
        return any((row["attempts"] or 0) >= attempts and row["last_error"] for row in rows)


def check(place: Place, hooks: Webhook, *names: str) -> None:
    contents = {"first.txt": texts.FIRST, "killed.txt": texts.KILLED, "more.json": texts.MORE}
    place.settle()
    figures = accounts.settled(place, hooks, {name: contents[name].encode() for name in names})
    assert figures.is_clean, figures.wrong
    with place.store() as store:
        recorded = [event.recorded_at for event in store.events()]
    assert recorded == sorted(recorded)


def test_a_clock_that_is_set_back_by_a_day(place: Skewed, port: int) -> None:
    """Scans, held alerts and deliveries that back off are planned by it: none may wait for a day."""
    place.start()
    place.drop("first.txt", texts.FIRST)
    wait_for(lambda: failed(place, 2), "two attempts that fail: the next one is in ten seconds")
    with webhook(port) as hooks:
        place.set_clock(-DAY)
        place.drop("more.json", texts.MORE)
        wait_for(lambda: "set back" in place.said(), "the jump is seen")
        place.drop("killed.txt", texts.KILLED)
        check(place, hooks, "first.txt", "more.json", "killed.txt")
        assert place.stop() == 0


def test_a_clock_that_jumps_forward_by_two_days(place: Skewed, port: int) -> None:
    """A delivery that is a moment old looks older than the day after which one is given up."""
    place.start()
    place.drop("first.txt", texts.FIRST)
    wait_for(lambda: failed(place, 1), "an attempt that fails")
    place.set_clock(2 * DAY)
    place.drop("killed.txt", texts.KILLED)
    wait_for(lambda: failed(place, 2), "another one, two days later by the clock")
    with webhook(port) as hooks:
        check(place, hooks, "first.txt", "killed.txt")
        with place.store() as store:
            assert {row["state"] for row in store.rows("delivery")} == {"delivered"}
            assert len(store.rows("alert", kind="digest")) <= 1
        place.set_clock(0)  # and set right again
        place.drop("more.json", texts.MORE)
        check(place, hooks, "first.txt", "killed.txt", "more.json")
        assert place.stop() == 0
