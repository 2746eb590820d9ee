"""Files that were put away, and that the record does not know: they go back into the inbox and are taken in again.

A file leaves the inbox only after its transaction, so this can't happen by a crash. It happens when the record itself
was set back: a disk that had promised to have written what it had not, a torn log, an older backup that was restored.
What was put away since its last word still lies there, so nobody has to drop it again.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tallywire import leaving
from tallywire.eventstore.base import Reader
from tallywire.inbox import DONE, shown
from tallywire.recording import is_known

log = logging.getLogger("tallywire.recall")
SLACK: Final = timedelta(minutes=10)  # before the last event: the files of a batch are moved one after the other


def recall(folder: Path, reader: Reader) -> list[str]:
    """Brings back what was put away after the record's last event and is not known; gives the names in the inbox.

    A file that can't be read or moved stays where it is. Known files that lie there cost a look at each of the last
    ten minutes, and nothing for those before.
    """
    back = []
    for path, info in _put_away(folder, _last_word(reader)):
        with contextlib.suppress(OSError):
            digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()
            if not is_known(reader, digest) and not _is_listed(reader, info):
                back.append(leaving.put_back(folder, path))
    if back:
        names = ", ".join(shown(path) for path in back[:5])
        log.warning("%d files are put away and not in the record; they are taken in again: %s", len(back), names)
    return back


def _last_word(reader: Reader) -> float:
    """From when on (a time of files) the record may be incomplete; all of time, where it is empty."""
    last = next(reader.events(reader.head() - 1, limit=1), None)
    return 0.0 if last is None else (datetime.fromisoformat(last.recorded_at) - SLACK).timestamp()


def _is_listed(reader: Reader, info: os.stat_result) -> bool:
    """By the ledger: a file of many articles is no article itself."""
    rows = reader.rows("file", size=info.st_size, mtime_ns=info.st_mtime_ns, state="done")
    return any(str(row["identity"]).partition(":")[0] == str(info.st_ino) for row in rows)


def _put_away(folder: Path, since: float) -> Iterator[tuple[str, os.stat_result]]:
    """Every regular file in done/ that came there at that time or later."""
    for month in _entries(folder / DONE):
        if month.is_dir(follow_symlinks=False) and month.stat(follow_symlinks=False).st_mtime >= since:
            for entry in _entries(Path(month.path)):
                info = entry.stat(follow_symlinks=False)
                if entry.is_file(follow_symlinks=False) and info.st_ctime >= since:
                    yield f"{DONE}/{month.name}/{entry.name}", info


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return []
