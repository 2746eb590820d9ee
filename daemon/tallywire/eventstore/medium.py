"""How a store is opened for reading where nothing can be written beside it: a read-only medium, no permission.

SQLite reads a store in WAL mode through an index (-shm) that lies beside it. The daemon keeps one while it runs and a
killed one leaves it; where there is none and none can be made, SQLite refuses. All is in the one file then, and it can
be read as it is; or the last commits are in the -wal file, and only a private copy can be read.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tallywire.eventstore.base import StoreError
from tallywire.eventstore.connection import FAULTS, PATIENCE, wrong

Way = Literal["usual", "frozen", "copied"]
_WAL_MODE: Final = 2  # in bytes 18 and 19 of the file (SQLite's file format, 1.3.4)
WRITING, READING = 8_000, 2_000  # kB of pages that a connection keeps; a daemon has a dozen readers

_kept_open: dict[tuple[int, int], int] = {}
_opening = threading.Lock()


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a store. `wal`: bytes in its -wal file; `may_write`: new files can be made there.

    `is_wal_mode` is only looked for where nothing can be written.
    """

    is_wal_mode: bool
    may_write: bool
    has_index: bool
    wal: int


def beside(path: Path) -> Beside:
    """Looks. Raises StoreError where there is no store, or none that may be read."""
    try:
        path.stat()
        if not os.access(path, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        may_write = os.access(path.parent, os.W_OK | os.X_OK)
        is_wal_mode = may_write or _header(path)[18:20] == bytes((_WAL_MODE, _WAL_MODE))
    except FileNotFoundError:
        raise StoreError(f"there is no store at {path}: it is made when the daemon first runs") from None
    except OSError as error:
        raise StoreError(f"{path} can't be read: {error.strerror}") from error
    return Beside(
        is_wal_mode=is_wal_mode,
        may_write=may_write,
        has_index=_with(path, "-shm").exists() and _with(path, "-wal").exists(),
        wal=_size(_with(path, "-wal")),
    )


def _header(path: Path) -> bytes:
    """The first bytes of a store's file. Its descriptor stays open until the process ends.

    Closing any descriptor of a file takes from the process all locks that it has on it (POSIX wants it so), those of
    SQLite's own connections too. Another program that closes its connection then believes that it is the last one and
    deletes the -wal file; what is committed from then on goes into a file without a name, and is gone after a crash.
    """
    info = path.stat()
    key = (info.st_dev, info.st_ino)
    with _opening:
        if key not in _kept_open:
            _kept_open[key] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return os.pread(_kept_open[key], 20, 0)


def way(there: Beside, *, is_old: bool = False) -> tuple[Way, str]:
    """How to open for reading, and why. `is_old`: it has to be brought up to date to be understood."""
    if there.may_write:
        return "usual", "SQLite can make beside it what it needs"
    if is_old:
        return "copied", "it is of an older version, and what can't be written can't be brought up to date"
    if not there.is_wal_mode:
        return "usual", "a single file, as backups are"
    if there.has_index:
        return "usual", "the index of the daemon that runs, or was killed, is there"
    if not there.wal:
        return "frozen", "all that was committed is in the one file"
    return "copied", "what was committed last is in its -wal file, which SQLite reads by an index that can't be made"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file was when it was opened as one that nobody changes; SQLite then looks for no changes itself."""

    path: Path
    size: int
    mtime_ns: int
    inode: int

    def check(self) -> None:
        """Raises StoreError when somebody who may write there did."""
        if mark(self.path) != self:
            raise StoreError(f"{self.path} was written to while it was read: ask again")


def mark(path: Path) -> Mark:
    info = path.stat()
    return Mark(path, info.st_size, info.st_mtime_ns, info.st_ino)


@contextmanager
def copied(path: Path, why: str) -> Iterator[Path]:
    """A private copy of a store with its -wal file. The folder goes at the end; files that are open then live on.

    Raises StoreError where there is no room for it, or somebody wrote meanwhile.
    """
    with ExitStack() as stack:
        try:
            copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tallywire-read-"))) / path.name
            before = mark(path)
            for suffix in ("", "-wal"):
                if _with(path, suffix).exists():
                    shutil.copyfile(_with(path, suffix), _with(copy, suffix))
        except OSError as error:
            raise StoreError(_no_copy(path, why, error)) from error
        before.check()
        yield copy


def connected(path: Path, *, readonly: bool, frozen: bool = False) -> sqlite3.Connection:
    """isolation_level=None: no statement but ours begins or ends a transaction. `frozen`: nobody changes the file."""
    mode = "rwc" if not readonly else "ro&immutable=1" if frozen else "ro"
    try:
        raw = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=PATIENCE,
            check_same_thread=not readonly,
            cached_statements=256,
        )
        if readonly:
            # Two connections that checkpoint at once can corrupt a WAL file (SQLite before 3.51.3): readers never do.
            pragmas = ["wal_autocheckpoint = 0", "query_only = ON", f"cache_size = -{READING}"]
        else:
            # secure_delete: what a redaction blanks must not linger in free pages.
            pragmas = ["synchronous = FULL", "secure_delete = ON", "journal_size_limit = 67108864"]
            pragmas.append(f"cache_size = -{WRITING}")
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")
    except FAULTS as error:
        raise wrong(error, f"{path} can't be opened: {error}") from error
    return raw


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A store's file of whatever schema, for looking into it, wherever it lies. Raises StoreError."""
    chosen, why = way(beside(path))
    if chosen == "copied":
        with copied(path, why) as copy, closing(connected(copy, readonly=True)) as raw:
            yield raw
        return
    before = mark(path) if chosen == "frozen" else None
    with closing(connected(path, readonly=True, frozen=before is not None)) as raw:
        yield raw
    if before is not None:
        before.check()


def _no_copy(path: Path, why: str, error: OSError) -> str:
    size, folder = _size(path) + _size(_with(path, "-wal")), tempfile.gettempdir()
    return (
        f"{path} has to be copied to be read ({why}), but its {size:,} bytes can't be copied to {folder}:"
        f" {error.strerror or error}; set TMPDIR to a folder with room, or copy the whole home to a writable place"
    )


def _with(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
