"""Flipped, cut, torn and missing bytes: whole up to a commit, or named, or refused; never wrong, never a traceback."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backup.damage import FRAME, HEADER, Original, lay, original, verdict, written_to
from tests.backup.homes import home_at
from tests.backup.inside import cli
from tests.flow import texts
from tests.harness import Place

# Parts per million of a file, so that any example fits a file of any size; the first bytes are SQLite's header.
PLACE = st.integers(0, 999_999)
BIT = st.integers(0, 7)
FEW = settings(deadline=None, max_examples=25)


@cache
def killed() -> Original:
    with tempfile.TemporaryDirectory() as folder:
        return original(Path(folder))


@cache
def closed() -> Original:
    """The same store after a clean end: one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = lay(Path(folder) / "x", killed().db, killed().wal)
        with closing(sqlite3.connect(path)) as plain:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return replace(killed(), db=path.read_bytes(), wal=b"", commits=frozenset({len(killed().seals)}))


def flipped(data: bytes, place: int, bit: int) -> bytes:
    at = place * len(data) // 1_000_000
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def cut(data: bytes, place: int) -> bytes:
    return data[: place * len(data) // 1_000_000]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made) / "x"


def judged(folder: Path, db: bytes, wal: bytes | None, true: Original) -> str:
    """The verdict on a store; and what is written to it afterwards hides no bad event."""
    path = lay(folder, db, wal)
    found = verdict(path, true)
    if written_to(path) == "on" and found.startswith("named position"):
        assert verdict(path, true).partition(": ")[0] == found.partition(": ")[0]
    return found


# --- properties -----------------------------------------------------------------------------------------------------


@FEW
@given(place=PLACE, bit=BIT)
def test_a_flipped_bit_in_the_file(folder: Path, place: int, bit: int) -> None:
    judged(folder, flipped(closed().db, place, bit), None, closed())


@FEW
@given(place=st.integers(0, 99), bit=BIT)
def test_a_flipped_bit_in_the_header(folder: Path, place: int, bit: int) -> None:
    data = bytearray(closed().db)
    data[place] ^= 1 << bit
    judged(folder, bytes(data), None, closed())


@FEW
@given(place=PLACE, bit=BIT)
def test_a_flipped_bit_beneath_a_wal(folder: Path, place: int, bit: int) -> None:
    judged(folder, flipped(killed().db, place, bit), killed().wal, killed())


@FEW
@given(place=PLACE, bit=BIT)
def test_a_flipped_bit_in_the_wal_costs_at_most_the_commits_from_there(folder: Path, place: int, bit: int) -> None:
    assert judged(folder, killed().db, flipped(killed().wal, place, bit), killed()).startswith("whole")


@FEW
@given(place=PLACE)
def test_a_wal_that_was_cut_or_torn(folder: Path, place: int) -> None:
    assert judged(folder, killed().db, cut(killed().wal, place), killed()).startswith("whole")


@FEW
@given(place=PLACE)
def test_a_file_that_was_cut(folder: Path, place: int) -> None:
    """Never whole: an empty file is no store either."""
    assert not judged(folder, cut(closed().db, place), None, closed()).startswith("whole")


@FEW
@given(first=PLACE, length=st.integers(1, 20_000), filler=st.sampled_from([b"\0", b"\xff", b"\xaa", b"{"]))
def test_a_stretch_that_was_written_over(folder: Path, first: int, length: int, filler: bytes) -> None:
    data, at = closed().db, first * len(closed().db) // 1_000_000
    judged(folder, (data[:at] + filler * length + data[at + length :])[: len(data)], None, closed())


def test_a_missing_wal_leaves_what_was_checkpointed(folder: Path) -> None:
    assert judged(folder, killed().db, None, killed()) == f"whole {min(killed().commits)}"


def test_another_stores_wal_is_not_taken_for_ones_own(folder: Path, tmp_path: Path) -> None:
    other = original(tmp_path, articles=8)
    found = judged(folder, killed().db, other.wal, killed())
    assert not found.startswith("whole") or found == f"whole {min(killed().commits)}"


@pytest.mark.parametrize("bytes_of_the_last", [1, FRAME // 2, FRAME - 1])
def test_a_torn_last_frame_costs_the_last_commit(folder: Path, bytes_of_the_last: int) -> None:
    assert (len(killed().wal) - HEADER) % FRAME == 0
    torn = killed().wal[: bytes_of_the_last - FRAME]
    assert judged(folder, killed().db, torn, killed()) == f"whole {sorted(killed().commits)[-2]}"


# --- what people see ------------------------------------------------------------------------------------------------

COMMANDS = ("verify", "estimates", "claims", "articles", "alerts", "events", "sources", "review", "deliveries", "inbox")
FOLDED = 7  # the first so many answer from the log and its views alone


@pytest.mark.parametrize("seed", range(12))
def test_commands_on_a_damaged_store_end_in_a_line(tmp_path: Path, seed: int) -> None:
    """A status and a reason, whatever is broken; never a traceback (which would fail the test)."""
    home, chance = home_at(tmp_path / "home"), random.Random(seed)
    true = [cli(home.root, command).out for command in COMMANDS]
    data = bytearray(home.database.read_bytes())
    for _ in range(chance.randrange(1, 30)):
        at = chance.randrange(4096, len(data))
        data[at : at + 8] = chance.randbytes(8)
    home.database.write_bytes(bytes(data))
    said = [cli(home.root, command) for command in COMMANDS]
    assert {done.status for done in said} <= {0, 1}
    for done in said:
        assert done.status == 0 or done.out or done.errors.startswith("tallywire: "), done
    if said[0].status == 0:  # only places that hold nothing were hit, or what no event vouches for
        assert [done.out for done in said[1:FOLDED]] == true[1:FOLDED], "silently wrong"


@pytest.mark.parametrize("harm", ["page", "cut", "end"])
def test_the_daemon_refuses_a_damaged_store_and_says_what_to_do(tmp_path: Path, harm: str) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS)
    place.drop("first.txt", texts.FIRST)
    home = place.home
    cli(home.root, "run", "--once")
    assert cli(home.root, "backup", str(tmp_path)).status == 0
    _harm(home.database, harm)
    before = home.database.read_bytes()
    refused = cli(home.root, "run", "--once")
    assert refused.status == 1 and "tallywire restore BACKUP" in refused.errors, refused
    assert home.database.read_bytes() == before, "nothing was made worse"
    (made,) = tmp_path.glob("*.db")
    assert cli(home.root, "restore", str(made)).status == 0
    assert cli(home.root, "verify").status == 0 and cli(home.root, "run", "--once").status == 0


def test_a_real_daemon_refuses_it_in_two_lines(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS)
    cli(place.home.root, "run", "--once")
    _harm(place.home.database, "page")
    refused = place.run("run", check=False)
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 2)
    assert "tallywire restore BACKUP" in refused.stderr


def _harm(path: Path, harm: str) -> None:
    data = path.read_bytes()
    if harm == "page":
        path.write_bytes(data[:4096] + b"\xaa" * 8192 + data[12288:])
    elif harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        with closing(sqlite3.connect(path, isolation_level=None)) as plain:
            plain.executescript("DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE position > 3")


# --- the long form --------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_thousands_of_faults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance, told = random.Random(7), Counter[str]()

    def flip_file() -> tuple[bytes, bytes | None, Original]:
        return flipped(closed().db, chance.randrange(1_000_000), chance.randrange(8)), None, closed()

    def flip_below() -> tuple[bytes, bytes | None, Original]:
        return flipped(killed().db, chance.randrange(1_000_000), chance.randrange(8)), killed().wal, killed()

    def flip_wal() -> tuple[bytes, bytes | None, Original]:
        return killed().db, flipped(killed().wal, chance.randrange(1_000_000), chance.randrange(8)), killed()

    def cut_wal() -> tuple[bytes, bytes | None, Original]:
        return killed().db, cut(killed().wal, chance.randrange(1_000_000)), killed()

    faults: list[Callable[[], tuple[bytes, bytes | None, Original]]] = [flip_file, flip_below, flip_wal, cut_wal]
    for number in range(4000):
        fault = faults[number % 4]
        told[f"{fault.__name__} {judged(folder, *fault()).split()[0]}"] += 1
    with capsys.disabled():
        print("\n" + "\n".join(f"{count:6,} {what}" for what, count in sorted(told.items())))
