"""Reads foreign formats in a child process that may crash, hang or swell without harm."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

from tallywire import read
from tallywire.core.article import Article
from tallywire.read import formats
from tallywire.read.limits import LIMITS, Rejected
from tallywire.read.worker import ANSWER, REQUEST

_RECYCLE: Final = 200  # files for one worker: parsers leak
_CHUNK: Final = 1 << 16
_BIGGEST_ANSWER: Final = 1 << 28
# What the child sees of the environment: nothing that could be a secret of a channel's.
_ENVIRONMENT: Final = (
    "PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "LD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "HOME",
)


class _Gone(Exception):  # noqa: N818 - caught a few lines below, and no error of ours
    """The worker closed its pipe."""


class IsolatedReader:
    """`read.read` with the foreign formats parsed in a warm worker process of limited memory and time.

    `memory` is in bytes (of address space), `cpu` and `wall` in seconds a file. One file at a time; safe to use from
    several threads. `close()` ends the worker; a reader that was closed starts a new one when it is used again.
    """

    def __init__(self, memory: int = 1_000_000_000, cpu: int = 20, wall: float = 30.0) -> None:
        self._limits = (memory, cpu, wall)
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._closing = False

    def read(self, data: bytes, name: str) -> list[Article]:
        """As `read.read`. Raises Rejected, also with "parser crashed", "parser timed out", "parser out of memory"."""
        if len(data) > LIMITS.bytes or not data.strip() or not _is_foreign(data, name):
            return read.read(data, name)
        with self._lock:
            answer = self._ask(data, os.fsencode(name)[:4096])
        if "rejected" in answer:
            raise Rejected(*answer["rejected"])
        return [_article(fields) for fields in answer["articles"]]

    def close(self) -> None:
        """Ends the worker and waits for it. A file that is being read is given up: nobody waits out a slow parser."""
        self._closing = True
        if not self._lock.acquire(timeout=0.2):
            if (worker := self._worker) is not None:
                worker.kill()
            self._lock.acquire()
        try:
            self._stop()
        finally:
            self._closing = False
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, data: bytes, name: bytes) -> Mapping[str, Any]:
        """The worker's answer. One that has read other files may have died of these, so a new one gets a try, too."""
        used = self._files > 0
        try:
            return self._ask_once(data, name)
        except Rejected as refusal:
            if not used or self._closing or refusal.reason not in ("parser crashed", "parser out of memory"):
                raise
        return self._ask_once(data, name)

    def _ask_once(self, data: bytes, name: bytes) -> Mapping[str, Any]:
        if self._files >= _RECYCLE:
            self._stop()
        worker = self._running()
        self._files += 1
        deadline = time.monotonic() + self._limits[2]
        try:
            _send(worker, REQUEST.pack(len(name), len(data)) + name + data, deadline)
            (length,) = ANSWER.unpack(_receive(worker, ANSWER.size, deadline))
            answer: Mapping[str, Any] = json.loads(_receive(worker, min(length, _BIGGEST_ANSWER), deadline))
        except TimeoutError:
            self._stop()
            raise Rejected("parser timed out", f"no answer in {self._limits[2]:g} seconds") from None
        except _Gone:
            raise _death(self._stop()) from None
        except BaseException:  # an interrupt leaves an answer in the pipe that belongs to no later question
            self._stop()
            raise
        if answer.get("rejected", [""])[0] == "parser out of memory":
            self._stop()
            raise Rejected(*answer["rejected"])
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        """The worker, a new one where there is none or where it died between two files."""
        if self._worker is not None and self._worker.poll() is not None:
            self._stop()
        if self._worker is None:
            memory, cpu, wall = self._limits
            self._worker = subprocess.Popen(
                [sys.executable, "-P", "-B", "-m", "tallywire.read.worker", str(memory), str(cpu), str(int(wall) + 2)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={key: os.environ[key] for key in _ENVIRONMENT if key in os.environ},
                start_new_session=True,
                bufsize=0,
            )
            for pipe in (self._worker.stdin, self._worker.stdout):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)
        return self._worker

    def _stop(self) -> int | None:
        """Kills and reaps the worker; its exit status as it was before the kill, if it ended by itself."""
        worker, self._worker, self._files = self._worker, None, 0
        if worker is None:
            return None
        assert worker.stdin is not None and worker.stdout is not None
        with contextlib.suppress(OSError):
            worker.stdin.close()  # an idle worker ends by that
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(0.2)
        status = worker.poll()
        if status is None:
            worker.kill()
            worker.wait()
        worker.stdout.close()
        return status


def _article(fields: Mapping[str, Any]) -> Article:
    """An article as the worker told it; JSON has no tuples."""
    span = fields["span"]
    return Article(**{**fields, "span": span and tuple(span)})


def _is_foreign(data: bytes, name: str) -> bool:
    return formats.needs_isolation(formats.find(data, name), data)


def _death(status: int | None) -> Rejected:
    if status is None or status >= 0:
        return Rejected("parser crashed", f"it ended with status {status}")
    if -status in (signal.SIGXCPU, signal.SIGALRM):
        return Rejected("parser timed out", "it used up its time")
    if -status == signal.SIGKILL:
        return Rejected("parser out of memory", "it was killed, most likely by the kernel for want of memory")
    return Rejected("parser crashed", f"by {signal.Signals(-status).name}")


def _send(worker: subprocess.Popen[bytes], message: bytes, deadline: float) -> None:
    assert worker.stdin is not None
    left = memoryview(message)
    while left:
        _await(worker.stdin.fileno(), selectors.EVENT_WRITE, deadline)
        try:
            left = left[os.write(worker.stdin.fileno(), left[:_CHUNK]) :]
        except BlockingIOError:
            continue
        except BrokenPipeError:
            raise _Gone from None


def _receive(worker: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert worker.stdout is not None
    got = bytearray()
    while len(got) < size:
        _await(worker.stdout.fileno(), selectors.EVENT_READ, deadline)
        try:
            piece = os.read(worker.stdout.fileno(), min(_CHUNK, size - len(got)))
        except BlockingIOError:
            continue
        if not piece:
            raise _Gone
        got += piece
    return bytes(got)


def _await(fd: int, event: int, deadline: float) -> None:
    left = deadline - time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(fd, event)
        if left <= 0 or not selector.select(left):
            raise TimeoutError
