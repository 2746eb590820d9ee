"""A store that was damaged from outside: what is wrong is named, and nothing is silently another."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tallywire.eventstore import evidence
from tallywire.eventstore.base import StoreError
from tallywire.eventstore.sqlite import SqliteStore
from tests.deliver.sinks import Webhook
from tests.faults import accounts
from tests.faults.nursery import Nursery
from tests.faults.storm import ESTIMATES, SETTINGS, Home
from tests.harness import wait_for

REPORT = (
    "Apr {day}, 2025, 7:00 AM\n\nLosses, report {day}\n\n"
    "About {figure} Kenyan soldiers have been killed in Haiti, the General Staff said on Wednesday.\n"
)
FILES = {f"{day}.txt": REPORT.format(day=day, figure=300 + 10 * day).encode() for day in range(1, 13)}
FLIPS = 25


@pytest.fixture
def place(tmp_path: Path, hooks: Webhook, nursery: Nursery) -> Iterator[Home]:
    """A home that has taken in its files, in its log and not yet in its database, and whose daemon was killed."""
    made = Home(
        tmp_path / "home",
        nursery,
        estimates=ESTIMATES,
        channels=f'hook: "{hooks.url("ok")}"\n',
        settings=SETTINGS,
    )
    for name, content in FILES.items():
        made.drop(name, content)
    made.start()
    made.settle()
    made.kill()
    yield made
    made.kill()


def content(path: Path) -> dict[str, Any]:
    """Everything that the store says; raises StoreError where it can't, or where it finds a fault itself."""
    store = SqliteStore.open(path, readonly=True)
    try:
        found = store.verify()
        problems = [*evidence.problems(store), *(store.compare() if found.ok else [found.bad])]
        if problems:
            raise StoreError(str(problems[0]))
        tables = ("article", "claim", "estimate", "alert", "delivery")
        return {"events": list(store.events()), **{table: store.rows(table) for table in tables}}
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(4))
def test_a_torn_log(place: Home, hooks: Webhook, seed: int) -> None:
    """A disk that lied: the end of the log is gone though its files were put away. They are taken in again."""
    chance, wal = random.Random(seed), place.home.database.with_name("tallywire.db-wal")
    size = wal.stat().st_size
    keep = chance.randrange(size // 4, size)
    with wal.open("r+b") as file:
        if seed % 2:
            file.truncate(keep)
        else:
            file.seek(keep)
            file.write(bytes(chance.randrange(256) for _ in range(64)))
    lost = len(FILES)  # where not even the tables are left
    if accounts.has_begun(place.home.database):
        with place.store() as store:
            lost -= len(store.rows("article"))
            assert store.verify().ok, "what is left is a whole beginning"
    hooks.reset()
    place.start()
    wait_for(lambda: len(list((place.home.inbox / "done").rglob("*.txt"))) == len(FILES), "all are put away again")
    place.settle()
    with place.store() as store:
        assert len(store.rows("article")) == len(FILES)
        assert store.row("estimate", "haiti")["state_json"]["best"] == 420  # type: ignore[index]
    figures = accounts.audit(place, hooks, FILES)
    assert (figures.lost, figures.double, figures.breaks) == (0, 0, 0), figures.wrong
    assert place.stop() == 0
    assert ("taken in again" in place.said()) == (lost > 0)


def test_flipped_bytes_and_cut_files_are_named_or_change_nothing(place: Home, tmp_path: Path) -> None:
    place.start()
    assert place.stop() == 0  # everything is in the one file now
    whole, chance = content(place.home.database), random.Random(11)
    size, named = place.home.database.stat().st_size, 0
    for number in range(2 * FLIPS):
        copy = tmp_path / "copy.db"
        shutil.copyfile(place.home.database, copy)
        with copy.open("r+b") as file:
            if number < FLIPS:
                at = chance.randrange(size)
                file.seek(at)
                flipped = file.read(1)[0] ^ (1 << chance.randrange(8))
                file.seek(at)
                file.write(bytes([flipped]))
            else:
                file.truncate(chance.randrange(size))
        try:
            assert content(copy) == whole, f"round {number}: something is another, and nobody says so"
        except StoreError:
            named += 1
        for beside in tmp_path.glob("copy.db*"):
            beside.unlink()
    assert named > FLIPS


def test_a_daemon_on_a_damaged_store_ends_with_what_is_wrong_and_what_to_do(place: Home) -> None:
    place.start()
    assert place.stop() == 0
    with place.home.database.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 4000)
    failed = place.run("run", check=False)
    assert failed.returncode == 1 and "Traceback" not in failed.stderr
    *_, error, hint = failed.stderr.splitlines()
    assert "malformed" in error and hint.startswith("`tallywire verify`")
