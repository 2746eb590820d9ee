"""One writer per home: an advisory lock that ends with its process, however that ends.

Only flock() decides, and the kernel drops it with the process. What stands in the lock file (pid, host, boot) is for
people: who holds it, or who left it behind. There is one case that flock() can't decide: on a network file system
another machine's lock may be invisible here, so a file that names one is taken at its word.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tallywire.eventstore.base import StoreError
from tallywire.mounts import remote_kind

log = logging.getLogger("tallywire.lock")
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class HeldError(Exception):
    """Another process is the writer of this home; `holder` says who, in words."""

    def __init__(self, path: Path, holder: str, advice: str = "") -> None:
        super().__init__(f"another tallywire is at work here ({holder or 'unknown'}); it holds {path}{advice}")
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Holder:
    """Who wrote a lock file: `boot` is the kernel's id of this start of the machine ("" where it gives none)."""

    pid: int
    host: str
    boot: str

    def __str__(self) -> str:
        return f"pid {self.pid} on {self.host}" if self.host else f"pid {self.pid}"

    def line(self) -> str:
        return f"pid {self.pid} host {self.host} boot {self.boot}\n"


def this_process() -> Holder:
    try:
        boot = _BOOT.read_text().strip()
    except OSError:
        boot = ""
    return Holder(os.getpid(), os.uname().nodename, boot)


def parsed(text: str) -> Holder | None:
    """The holder that a lock file names; None for an empty one (a clean end) and for one that can't be understood."""
    words = text.split()
    fields = dict(zip(words[::2], words[1::2], strict=False))
    if not fields.get("pid", "").isdecimal():
        return None
    return Holder(int(fields["pid"]), fields.get("host", ""), fields.get("boot", ""))


def is_elsewhere(holder: Holder, own: Holder) -> bool:
    """Whether it wrote on another machine: the same start of the machine under another name is a container's."""
    return bool(holder.boot) and holder.boot != own.boot and holder.host != own.host


def left_by(holder: Holder, own: Holder) -> str:
    """How a lock that nobody holds was left, in words."""
    if is_elsewhere(holder, own):
        return f"by {holder}, another machine: the folder came from there"
    if holder.boot and holder.boot != own.boot:
        return f"by {holder}, before the machine last started"
    return f"by {holder}, which is gone"


class Lock:
    """The writer's lock. A file left by a killed process is no lock: only flock() counts.

    `anywhere`: network file systems are allowed (`network store: yes`).
    """

    def __init__(self, path: Path, *, anywhere: bool = False) -> None:
        self.path, self._anywhere = path, anywhere
        self._descriptor: int | None = None

    def acquire(self) -> Self:
        """Takes the lock at once. Raises HeldError, or StoreError where the store must not lie."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        kind = remote_kind(self.path.parent)
        if kind is not None and not self._anywhere:
            raise StoreError(_refusal(self.path.parent, kind))
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.geteuid() == 0:  # a command of root's must not lock the daemon's user out for good
                owner = self.path.parent.stat()
                with contextlib.suppress(OSError):  # some file systems know no owners
                    os.fchown(descriptor, owner.st_uid, owner.st_gid)
            self._take(descriptor, is_remote=kind is not None)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return self

    def _take(self, descriptor: int, *, is_remote: bool) -> None:
        text = os.pread(descriptor, 500, 0).decode("utf-8", "replace")
        holder, own = parsed(text), this_process()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise HeldError(self.path, str(holder or text.strip())) from error
        if holder is not None:
            if is_remote and is_elsewhere(holder, own):
                raise HeldError(self.path, str(holder), _WAY_OUT)
            log.info("the last tallywire here did not end by itself; its lock was left %s", left_by(holder, own))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, own.line().encode(), 0)

    def release(self) -> None:
        """An emptied file says that the end was a clean one."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


_WAY_OUT: Final = (
    ". If that machine was killed or is gone for good, delete this file; as long as it runs, two would write one store"
)


def _refusal(folder: Path, kind: str) -> str:
    return (
        f"{folder} lies on a network file system ({kind}), where neither locks nor the index that readers share can be"
        " relied on: put the store on a local disk (`store: /var/lib/tallywire/tallywire.db` in config/tallywire.yaml),"
        " or force it with `network store: yes` there, and then never run two machines on it"
    )
