"""The inbox as a folder: what lies there, how a file is opened without being tricked, and where it goes afterwards.

Nothing here reads an article or writes an event. Paths are relative to the inbox, with "/" between the parts; they
keep undecodable bytes as surrogates, as the operating system hands them out (`shown` makes them storable).
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DONE: Final = "done"
REJECTED: Final = "rejected"
REASON_SUFFIX: Final = ".reason.txt"

# Files that somebody is still writing, or that are an editor's or sync tool's own business.
_PARTIAL_SUFFIXES: Final = (
    ".part",
    ".partial",
    ".crdownload",
    ".download",
    ".tmp",
    ".temp",
    ".swp",
    ".swx",
    "~",
    ".bak",
)
_PARTIAL_PREFIXES: Final = (".", "~$", "#")
_NAME_BYTES: Final = 255  # the longest file name on common file systems, in bytes


@dataclass(frozen=True, slots=True)
class Found:
    """A file as the scan saw it. `regular` is False for links, pipes, devices and sockets: these are never opened."""

    path: str
    size: int
    mtime_ns: int
    regular: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """A file's bytes, and what it was while they were read."""

    data: bytes
    size: int
    mtime_ns: int
    inode: int


class GoneError(Exception):
    """The file is not there any more: somebody took it back before it was read. Nothing to do."""


class UnreadableError(Exception):
    """The file can't be opened now (permission, I/O error); it waits and is tried again."""


class ChangingError(Exception):
    """The file changed while it was read; it is read again once it rests."""


class RefusedError(Exception):
    """The file must not be opened or is beyond the limits; `reason` is one of a few words."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def shown(path: str) -> str:
    """A path as it can be stored and printed: undecodable bytes and control characters become visible escapes."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in text)


def is_ignored(path: str) -> bool:
    """Whether a path is not an article by its name: our own folders, dotfiles, partial downloads, editors' files."""
    parts = path.split("/")
    if parts[0] in (DONE, REJECTED) and len(parts) > 1:
        return True
    if any(part.startswith(".") for part in parts):
        return True
    name = parts[-1]
    return name.startswith(_PARTIAL_PREFIXES) or name.casefold().endswith(_PARTIAL_SUFFIXES)


def scan(inbox: Path) -> Iterator[Found]:
    """Every file that could be an article, sub-folders included, in the order of their names.

    Folders that can't be listed are passed over (the next scan tries again). Links to folders are not followed.
    """
    yield from _scan(os.fspath(inbox), "")


def _scan(root: str, prefix: str) -> Iterator[Found]:
    try:
        with os.scandir(os.path.join(root, prefix)) as listing:
            entries = sorted(listing, key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        path = f"{prefix}{entry.name}"
        try:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and path not in (DONE, REJECTED):
                    yield from _scan(root, path + "/")
                continue
            if is_ignored(path):
                continue
            info = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        yield Found(path, info.st_size, info.st_mtime_ns, stat.S_ISREG(info.st_mode))


def look(inbox: Path, path: str) -> Found:
    """One file's size and time now. Raises GoneError or UnreadableError."""
    try:
        info = os.lstat(inbox / path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise GoneError(path) from error
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    return Found(path, info.st_size, info.st_mtime_ns, stat.S_ISREG(info.st_mode))


def take(inbox: Path, path: str, limit: int) -> Taken:
    """Reads a file whole, without following links at any level and without ever blocking on a pipe or device.

    Raises GoneError, UnreadableError, ChangingError, or RefusedError for what is no regular file or over `limit` bytes.
    """
    descriptor = _open(inbox, path)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise RefusedError("not a regular file", "only regular files are read: no links, pipes, sockets or devices")
        if before.st_size > limit:
            raise RefusedError("too large", f"{before.st_size:,} bytes; the limit is {limit:,} (limits: bytes)")
        data = _read(descriptor, limit)
        after = os.fstat(descriptor)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    finally:
        os.close(descriptor)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or len(data) != after.st_size:
        raise ChangingError(path)
    return Taken(data, after.st_size, after.st_mtime_ns, after.st_ino)


def _open(inbox: Path, path: str) -> int:
    """Opens part by part below the inbox: a link planted as a sub-folder is refused like a link in the last place."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    parts = path.split("/")
    folder = os.open(inbox, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            deeper = os.open(part, flags | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = deeper
        return os.open(parts[-1], flags | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError as error:
        raise GoneError(path) from error
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO):
            raise RefusedError("not a regular file", "links, pipes, sockets and devices are never read") from error
        raise UnreadableError(error.strerror or str(error)) from error
    finally:
        os.close(folder)


def _read(descriptor: int, limit: int) -> bytes:
    chunks, left = [], limit + 1
    while left > 0 and (chunk := os.read(descriptor, min(left, 1 << 20))):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def put_away(inbox: Path, path: str, month: str, taken: Taken) -> str | None:
    """Moves an ingested file to done/<month>/; None where moving is denied (it stays, and the ledger remembers it).

    Raises ChangingError when another content had taken its place: that one is back in the inbox, still to be read.
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
        target = _free(inbox, f"{folder}/{path.rpartition('/')[2]}")
        os.rename(inbox / path, inbox / target)
    except OSError:
        return None
    if taken and not _is(inbox / target, taken):  # only after the rename can nobody put another file in between
        os.rename(inbox / target, inbox / _free(inbox, path))
        raise ChangingError(path)
    return target


def _is(path: Path, taken: Taken) -> bool:
    info = os.lstat(path)
    return (info.st_size, info.st_mtime_ns, info.st_ino) == (taken.size, taken.mtime_ns, taken.inode)


def _free(inbox: Path, path: str) -> str:
    """The path itself, or the first of path-1, path-2 ... that nothing has."""
    folder, slash, name = path.rpartition("/")
    for number in itertools.count():
        candidate = f"{folder}{slash}{_numbered(name, number)}"
        if not os.path.lexists(inbox / candidate):
            return candidate
    raise AssertionError("unreachable")


def _numbered(name: str, number: int) -> str:
    if number == 0:
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
