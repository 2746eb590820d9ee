"""Reading where nothing can be written: real read-only mounts, and a user who may not write."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tallywire.eventstore import medium
from tallywire.eventstore.base import StoreError
from tallywire.eventstore.medium import Beside, way
from tallywire.eventstore.sqlite import SqliteStore
from tests.backup.homes import Disk
from tests.backup.inside import cli
from tests.eventstore.samples import add, claimed, fill, sqlite_store
from tests.flow import texts
from tests.harness import Place

GOLDEN = Path(__file__).parents[1] / "golden" / "stores" / "0.1.0.db.gz"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    made.end()


def store_on(folder: Path) -> Path:
    with closing(sqlite_store(folder)) as store:
        fill(store)
    return folder / "store.db"


def killed_on(folder: Path, scratch: Path, *suffixes: str) -> Path:
    """A store as kill -9 leaves it: the last commits are in the -wal file; only the files with these endings."""
    scratch.mkdir()
    with closing(sqlite_store(scratch)) as store:
        fill(store)
        store._connection.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
        with store.transaction() as tx:
            add(tx, claimed("c3"))
        for suffix in suffixes:
            shutil.copy(scratch / f"store.db{suffix}", folder)
    return folder / "store.db"


def read(path: Path) -> int:
    """Reads all that can be asked; gives the number of events."""
    with closing(SqliteStore.open(path, readonly=True)) as store:
        assert store.verify().ok and store.compare() == []
        assert store.original("a1") is not None
        return store.head()


# --- the decision ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "is_old", "chosen"),
    [
        (Beside(is_wal_mode=True, may_write=True, has_index=False, wal=0), False, "usual"),
        (Beside(is_wal_mode=True, may_write=True, has_index=False, wal=9), True, "usual"),
        (Beside(is_wal_mode=False, may_write=False, has_index=False, wal=0), False, "usual"),
        (Beside(is_wal_mode=True, may_write=False, has_index=True, wal=9), False, "usual"),
        (Beside(is_wal_mode=True, may_write=False, has_index=False, wal=0), False, "frozen"),
        (Beside(is_wal_mode=True, may_write=False, has_index=False, wal=9), False, "copied"),
        (Beside(is_wal_mode=True, may_write=False, has_index=False, wal=0), True, "copied"),
        (Beside(is_wal_mode=False, may_write=False, has_index=False, wal=0), True, "copied"),
    ],
)
def test_how_a_store_is_opened(there: Beside, is_old: bool, chosen: str) -> None:
    assert way(there, is_old=is_old)[0] == chosen


# --- real media -----------------------------------------------------------------------------------------------------


def test_a_store_that_was_closed(disk: Disk) -> None:
    path = store_on(disk.at)
    disk.freeze()
    assert read(path) == 7
    assert os.listdir(disk.at) == ["store.db"]


@pytest.mark.parametrize("suffixes", [("", "-wal"), ("", "-wal", "-shm")])
def test_a_store_that_was_killed(disk: Disk, tmp_path: Path, suffixes: tuple[str, ...]) -> None:
    """What it committed last is read, too."""
    path = killed_on(disk.at, tmp_path / "scratch", *suffixes)
    disk.freeze()
    assert read(path) == 8
    assert not list(Path(medium.tempfile.gettempdir()).glob("tallywire-read-*")), "the private copy is gone"


def test_a_store_of_an_earlier_version(disk: Disk) -> None:
    """It can't be upgraded there, so a private copy is."""
    path = disk.at / "store.db"
    path.write_bytes(gzip.decompress(GOLDEN.read_bytes()))
    disk.freeze()
    with closing(SqliteStore.open(path, readonly=True)) as store:
        assert store.verify().ok and store.compare() == []
        assert store.head() == 73
        with closing(store.reader()) as other:
            assert other.head() == 73


def test_no_room_for_the_private_copy(disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = killed_on(disk.at, tmp_path / "scratch", "", "-wal")
    monkeypatch.setattr(medium.tempfile, "tempdir", str(disk.at))
    disk.freeze()
    with pytest.raises(StoreError, match=r"Read-only file system; set TMPDIR"):
        SqliteStore.open(path, readonly=True)


def test_every_reading_command_on_a_read_only_medium(disk: Disk, tmp_path: Path) -> None:
    """The same answers as before."""
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.drop("first.txt", texts.FIRST)
    cli(place.home.root, "run", "--once")
    expected = [cli(place.home.root, *command.split()) for command in COMMANDS]
    shutil.copytree(place.home.root, disk.at / "home")
    disk.freeze()
    assert [cli(disk.at / "home", *command.split()) for command in COMMANDS] == expected
    assert {done.status for done in expected} == {0}
    refused = cli(disk.at / "home", "run", "--once")
    assert refused.status == 1 and "ead-only" in refused.errors


COMMANDS = (
    "estimates",
    "show deployed",
    "explain deployed",
    "claims",
    "articles",
    "alerts",
    "deliveries",
    "events",
    "history deployed",
    "sources",
    "review",
)


# --- a user who may not write ---------------------------------------------------------------------------------------

_AS_NOBODY = """
    import os, sys
    from tallywire.eventstore.sqlite import SqliteStore, _triggers, _views_version
    from tallywire.eventstore.base import StoreError
    _triggers(), _views_version()  # while the interpreter's own files can be read
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
    store = SqliteStore.open(sys.argv[1], readonly=True)
    print(store.head(), store.verify().ok, flush=True)
    sys.stdin.readline()
    try:
        store.close()
        print("closed")
    except StoreError as error:
        print(error)
"""


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Path]:
    """A folder that everybody may look into, and nobody but its owner write to."""
    if os.getuid() != 0:
        pytest.skip("needs root, to become somebody else")
    folder = Path(medium.tempfile.mkdtemp(prefix="tallywire-shared-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _somebody_else(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(_AS_NOBODY), str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_somebody_else_reads_what_nobody_writes(shared: Path) -> None:
    with _somebody_else(store_on(shared)) as other:
        assert other.communicate("\n")[0].splitlines() == ["7 True", "closed"]


def test_somebody_else_reads_while_it_is_written(shared: Path) -> None:
    with closing(SqliteStore.open(store_on(shared))) as store:
        with store.transaction() as tx:
            add(tx, claimed("c3"))
        with _somebody_else(shared / "store.db") as other:
            assert other.communicate("\n")[0].splitlines() == ["8 True", "closed"]


def test_a_write_beneath_a_reader_who_expected_none_is_told(shared: Path) -> None:
    """Without an index to go by he can't see it; what he was shown may be a mixture, and the command fails."""
    with _somebody_else(store_on(shared)) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "7 True\n"
        with closing(SqliteStore.open(shared / "store.db")) as store, store.transaction() as tx:
            add(tx, claimed("c3"))
        told = other.communicate("\n")[0]
        assert "was written to while it was read: ask again" in told
