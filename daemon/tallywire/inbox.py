"""The inbox as a folder: what lies there, how a file is opened without being tricked, and where it goes afterwards.

Nothing here reads an article or writes an event. Paths are relative to the inbox, with "/" between the parts; they
keep undecodable bytes as surrogates, as the operating system hands them out (`shown` makes them storable).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tallywire.core.printable import printable
from tallywire.mounts import remote_kind

DONE: Final = "done"
REJECTED: Final = "rejected"

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


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it was seen. `regular` is False for links, pipes, devices and sockets: these are never opened."""

    path: str
    size: int
    mtime_ns: int
    regular: bool = True
    ctime_ns: int = 0
    inode: int = 0

    @property
    def identity(self) -> str:
        """What tells it from another file with the same name, size and time: no tool sets the change time back."""
        return f"{self.inode}:{self.ctime_ns}"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file's bytes, and what it was while they were read."""

    data: bytes
    size: int
    mtime_ns: int
    inode: int
    ctime_ns: int


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
    return printable(path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def is_ignored(path: str) -> bool:
    """Whether a path is not an article by its name: our own folders, dotfiles, partial downloads, editors' files."""
    parts = path.split("/")
    return (len(parts) > 1 and is_own(path)) or _is_hidden(path) or is_partial(parts[-1])


def is_own(path: str) -> bool:
    """Whether a path is one of the folders that ingested and rejected files go to, or in one."""
    return path.partition("/")[0] in (DONE, REJECTED)


def is_partial(name: str) -> bool:
    """Whether a name says that somebody is still writing the file, or that it is a program's own copy."""
    return name.startswith(_PARTIAL_PREFIXES) or name.casefold().endswith(_PARTIAL_SUFFIXES)


Unlisted = Callable[[str, str], object]  # a folder that can't be listed, and why


def scan(inbox: Path, unlisted: Unlisted | None = None) -> Iterator[Found]:
    """Every file that could be an article, sub-folders included, in the order of their names.

    Folders that can't be listed are passed over and told to `unlisted`. Links to folders are not followed.
    """
    for path in _walk(inbox, unlisted):
        if not is_ignored(path):
            with contextlib.suppress(OSError):
                yield _found(path, os.lstat(os.path.join(inbox, path)))


def partial(inbox: Path) -> list[str]:
    """What lies there under a name that keeps it from being read, hidden files apart."""
    return [path for path in _walk(inbox, None) if is_partial(path.rpartition("/")[2]) and not _is_hidden(path)]


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _walk(inbox: Path, unlisted: Unlisted | None) -> Iterator[str]:
    """Everything below that is no folder, but for hidden folders and our own. A stack: folders may be nested deep."""
    stack = _listed(os.fspath(inbox), "", unlisted)
    while stack:
        path, is_folder = stack.pop()
        if not is_folder:
            yield path
        elif not path.rpartition("/")[2].startswith(".") and path not in (DONE, REJECTED):
            stack += _listed(os.fspath(inbox), path + "/", unlisted)


def _listed(root: str, prefix: str, unlisted: Unlisted | None) -> list[tuple[str, bool]]:
    """A folder's entries, the first one last, and whether each is a folder."""
    try:
        with os.scandir(os.path.join(root, prefix)) as listing:
            return sorted(((prefix + entry.name, _is_folder(entry)) for entry in listing), reverse=True)
    except OSError as error:
        if unlisted and not isinstance(error, FileNotFoundError):
            unlisted(prefix.rstrip("/"), error.strerror or str(error))
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def look(inbox: Path, path: str) -> Found:
    """One file's size and time now. Raises GoneError or UnreadableError."""
    try:
        info = os.lstat(os.path.join(inbox, path))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise GoneError(path) from error
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    return _found(path, info)


def _found(path: str, info: os.stat_result) -> Found:
    return Found(path, info.st_size, info.st_mtime_ns, stat.S_ISREG(info.st_mode), info.st_ctime_ns, info.st_ino)


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
        if _is_being_written(descriptor, before.st_dev):
            raise ChangingError("a program holds it open for writing")
        data = _read(descriptor, limit)
        after = os.fstat(descriptor)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    finally:
        os.close(descriptor)
    unchanged = (after.st_size, after.st_mtime_ns, after.st_ctime_ns) == _times(before)
    if not unchanged or len(data) != after.st_size:
        raise ChangingError("it changed while it was read")
    return Taken(data, after.st_size, after.st_mtime_ns, after.st_ino, after.st_ctime_ns)


def _times(info: os.stat_result) -> tuple[int, int, int]:
    return info.st_size, info.st_mtime_ns, info.st_ctime_ns


def _is_being_written(descriptor: int, device: int) -> bool:
    """Whether any process here has the file open for writing: the kernel then gives no read lease on it.

    Where leases can't be had (other systems, network file systems, a file of another user) it says no.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # ignored by default; SIGIO would end the process
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN and not _is_remote(device, descriptor)
    return False


_remote: dict[int, bool] = {}


def _is_remote(device: int, descriptor: int) -> bool:
    """Network file systems refuse leases with the same error whenever the server has promised nothing (NFS, SMB)."""
    if device not in _remote:
        _remote[device] = remote_kind(Path(f"/proc/self/fd/{descriptor}")) is not None
    return _remote[device]


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
