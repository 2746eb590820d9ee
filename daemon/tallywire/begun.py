"""A mark beside the store that a log was begun here: a store that is gone later is a loss, and no new home.

SQLite makes an empty file where it finds none, and a daemon on it would begin another log without a word.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from tallywire.eventstore.base import StoreError
from tallywire.home import Home


def check(home: Home) -> None:
    """Raises StoreError where the log that was begun here is gone."""
    if not home.begun.exists() or (home.database.exists() and home.database.stat().st_size > 0):
        return
    what = "empty" if home.database.exists() else "gone"
    raise StoreError(
        f"{home.database} is {what}, though a log was begun here: `tallywire restore BACKUP` puts a backup there;"
        f" to begin a new log all the same, remove {home.begun}"
    )


def mark(home: Home, now: datetime) -> None:
    """Once the store is there. A mark that can't be written (a full disk) is written at the next start."""
    if not home.begun.exists():
        with suppress(OSError):
            home.begun.write_text(f"{now.isoformat()}\n", encoding="utf-8")
