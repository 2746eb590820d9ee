"""Where files go from the inbox: put away, set aside with the reason, deleted. Always by a rename to a free name."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import uuid
from pathlib import Path
from typing import Final

from tallywire.eventstore.base import UnwritableError
from tallywire.inbox import DONE, REJECTED, ChangingError, Taken

_NAME_BYTES: Final = 255  # the longest file name on common file systems, in bytes
_NUMBERED: Final = 20  # files of one name that get numbers; thousands of index.html must not be counted through
REASON_SUFFIX: Final = ".reason.txt"
# What passes, and is no denial: the file leaves once it is over.
_PASSING: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EIO: "writing to the disk fails",
}


def put_away(inbox: Path, path: str, month: str, taken: Taken) -> str | None:
    """Moves an ingested file to done/<month>/; None where moving is denied (it stays, and the ledger remembers it).

    Raises ChangingError when another content had taken its place: that one is back in the inbox, still to be read; and
    UnwritableError, as all of these do, where nothing can be moved for now.
    """
    return _move(inbox, path, f"{DONE}/{month}", taken)


def set_aside(inbox: Path, path: str, reason: str, detail: str) -> str | None:
    """Moves a rejected file to rejected/ and writes the reason beside it; None where that is denied.

    A crash between the two leaves the reason in the FileRejected event alone.
    """
    moved = _move(inbox, path, REJECTED, None)
    if moved is None:
        return None
    name = _fitted(moved.rpartition("/")[2], REASON_SUFFIX) + REASON_SUFFIX
    note = inbox / _free(inbox, f"{REJECTED}/{name}")  # two long names may be the same once cut
    with contextlib.suppress(OSError):  # the event holds the reason too
        note.write_text(f"{reason}: {detail}\n", encoding="utf-8", errors="backslashreplace")
    return moved


def put_back(inbox: Path, path: str) -> str:
    """Moves a file from one of our folders back into the inbox, to be taken in; gives its path. Raises OSError."""
    target = _free(inbox, path.rpartition("/")[2])
    os.rename(inbox / path, inbox / target)
    return target


def delete(inbox: Path, path: str, taken: Taken) -> bool:
    """Deletes an ingested file (`after: delete`); False where that is denied. Raises ChangingError like put_away."""
    moved = _move(inbox, path, f"{DONE}/.deleting", taken)
    if moved is None:
        return False
    os.unlink(inbox / moved)
    return True


def _move(inbox: Path, path: str, folder: str, taken: Taken | None) -> str | None:
    """Renames into a folder of the inbox under a free name. Links and pipes are moved as they are, never opened."""
    try:
        os.makedirs(inbox / folder, exist_ok=True)
        if taken and os.lstat(inbox / path).st_ctime_ns != taken.ctime_ns:
            raise ChangingError("another content took its place")
        target = _free(inbox, f"{folder}/{path.rpartition('/')[2]}")
        os.rename(inbox / path, inbox / target)
    except OSError as error:
        if error.errno in _PASSING:
            raise UnwritableError(_PASSING[error.errno], str(inbox)) from error
        return None
    if taken and not _is(inbox / target, taken):  # only after the rename can nobody put another file in between
        os.rename(inbox / target, inbox / _free(inbox, path))
        raise ChangingError("another content took its place")
    return target


def _is(path: Path, taken: Taken) -> bool:
    """Its change time is the rename's by now."""
    info = os.lstat(path)
    return (info.st_size, info.st_mtime_ns, info.st_ino) == (taken.size, taken.mtime_ns, taken.inode)


def _free(inbox: Path, path: str) -> str:
    """The path itself, or the first of path-1, path-2 ... that nothing has; a random one where very many have it."""
    folder, slash, name = path.rpartition("/")
    for number in itertools.count():
        candidate = f"{folder}{slash}{_numbered(name, str(number) if number < _NUMBERED else uuid.uuid4().hex[:12])}"
        if not os.path.lexists(inbox / candidate):
            return candidate
    raise AssertionError("unreachable")


def _numbered(name: str, number: str) -> str:
    if number == "0":
        return _fitted(name, "") if len(os.fsencode(name)) > _NAME_BYTES else name
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem:
        stem, dot, suffix = name, "", ""
    tail = f"-{number}{dot}{suffix}"
    return _fitted(stem, tail) + tail


def _fitted(name: str, tail: str) -> str:
    """The name cut so that it still fits the file system with the tail."""
    room = _NAME_BYTES - len(os.fsencode(tail))
    return os.fsdecode(os.fsencode(name)[:room])
