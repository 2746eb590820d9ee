"""Hints from the file system: a file was closed after writing, moved in, or made. The periodic scan is the truth.

The only module that imports watchdog. An observer can go deaf without a word (queue overflow, the inbox deleted and
made anew, a remount, a dead thread), so `look_after` compares what is watched with what is there, asks for a sign of
life where files came unannounced, and starts over where something is wrong. Where no events can be had (a network file
system, a folder that nobody tells of) `polls` says why, and the caller scans often instead.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver

from tallywire.inbox import is_own
from tallywire.mounts import remote_kind

log = logging.getLogger("tallywire.watch")
# watchdog speaks of races of its own, in folders that we make, and of reading while it ends; a scan makes up for both.
warnings.filterwarnings("ignore", message="Callback with id .* already exists", category=RuntimeWarning)
logging.getLogger("watchdog").setLevel(logging.CRITICAL)
# Made: a hard link or symbolic link is never closed.
EVENTS: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
PROBE: Final = ".tallywire-probe"  # hidden, so that no intake takes it
PROBE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was wrong with the watch, and for how many seconds."""

    what: str
    seconds: float


class Health:
    """Whether the watch is in trouble, and since when. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = 0.0
        self.what = ""

    def ill(self, what: str) -> None:
        """Something is wrong. Logged once."""
        if not self.what:
            self.what, self._since = what, self._clock()
            log.warning("the watch on the inbox: %s", what)

    def well(self) -> Trouble | None:
        """All is well; the Trouble that is over, if there was one."""
        if not self.what:
            return None
        what, seconds = self.what, self._clock() - self._since
        self.what = ""
        log.warning("the watch on the inbox was started anew after %.0f s (%s)", seconds, what)
        return Trouble(what, seconds)


def _observer() -> BaseObserver:
    """inotify where it exists (with full events: else a rename into the inbox looks like a file being written)."""
    try:
        from watchdog.observers.inotify import InotifyObserver
    except (ImportError, OSError):
        from watchdog.observers import Observer

        return Observer()
    return InotifyObserver(generate_full_events=True)


class _Handler(FileSystemEventHandler):
    def __init__(self, root: str, hint: Callable[[str], None], rescan: Callable[[], None]) -> None:
        self._root, self._hint, self._rescan = root, hint, rescan
        self.probed = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        try:
            path = os.fsdecode(event.dest_path or event.src_path)
            relative = os.path.relpath(path, self._root)
            if event.is_directory:
                if not is_own(relative):
                    self._rescan()  # a folder that came in brings files without events of their own
            elif relative == PROBE:
                self.probed.set()
            elif not relative.startswith(".."):
                self._hint(relative)
        except Exception:  # an exception in here would end the observer's thread for good
            log.exception("a file event could not be handled; the next scan makes up for it")


class Watch:
    """Watches one inbox. `hint` gets relative paths, `rescan` is called when a scan should come soon.

    `polls` is None, or why events can't be trusted to come. Used by one thread at a time.
    """

    def __init__(
        self,
        folder: Path,
        hint: Callable[[str], None],
        rescan: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._hint, self._rescan = folder, hint, rescan
        self._observer: BaseObserver | None = None
        self._handler: _Handler | None = None
        self._identity: tuple[int, int] | None = None
        self._health = Health(clock)
        self.polls: str | None = None

    @property
    def wrong(self) -> str | None:
        """What was wrong with the watch when it was last looked after."""
        return self._health.what or None

    def start(self) -> None:
        """Starts watching, as far as that can be done now; `look_after` sees to the rest."""
        what = self._start()
        if what is not None:
            self._health.ill(what)
        if self.polls:
            log.info("the inbox is scanned often: %s", self.polls)

    def stop(self) -> None:
        observer, self._observer, self._handler, self._identity = self._observer, None, None, None
        if observer is not None:
            with contextlib.suppress(Exception):  # a half-dead observer may fail in any way; it is dropped anyway
                observer.stop()
                observer.join(2)

    def look_after(self, *, suspicious: bool = False) -> Trouble | None:
        """Starts over where something is wrong; gives the trouble that is over. `wrong` tells of what is not.

        `suspicious`: files came of which no event told. An inbox that was deleted is made anew.
        """
        what = self._wrong()
        if what is None and suspicious and self.polls is None and not self._is_heard():
            what = "no event came for a new file"
        if what is None:
            return self._health.well()
        self._health.ill(what)
        self.stop()
        with contextlib.suppress(OSError):  # starting says why
            self._folder.mkdir(parents=True, exist_ok=True)
        if self._start() is not None:
            return None
        self._rescan()
        return self._health.well()

    def _start(self) -> str | None:
        """Starts an observer; gives what is wrong where that fails."""
        real = os.path.realpath(self._folder)  # a watch on a link goes deaf when the link's target changes
        handler = _Handler(real, self._hint, self._rescan)
        try:
            info = os.stat(real)
            os.scandir(real).close()
            observer = _observer()
            observer.schedule(handler, real, recursive=True, event_filter=EVENTS)
            observer.start()
        except OSError as error:
            return f"the inbox can't be watched: {error.strerror or error}"
        self._observer, self._handler, self._identity = observer, handler, (info.st_dev, info.st_ino)
        self.polls = self._why_poll()
        return None

    def _why_poll(self) -> str | None:
        if kind := remote_kind(self._folder):
            return f"it lies on {kind}, which tells nobody of what others write"
        return None if self._is_heard() else "no event came for a file that was written into it"

    def _is_heard(self) -> bool:
        """Whether a file that is written into the inbox raises an event."""
        handler = self._handler
        if handler is None:
            return False
        handler.probed.clear()
        probe = self._folder / PROBE
        try:
            probe.write_bytes(b"")
            heard = handler.probed.wait(PROBE_SECONDS)
        except OSError:
            return False  # nothing can be written here to find out
        with contextlib.suppress(OSError):
            probe.unlink()
        return heard

    def _wrong(self) -> str | None:
        """What is wrong with the watch now, as far as looking tells."""
        observer = self._observer
        if observer is None:
            return "there is none"
        try:
            info = os.stat(self._folder)
            os.scandir(self._folder).close()
        except OSError as error:
            return f"the inbox can't be read: {error.strerror or error}"
        if (info.st_dev, info.st_ino) != self._identity:
            return "another folder is at the inbox's place"
        if not observer.is_alive() or not observer.emitters or not all(e.is_alive() for e in observer.emitters):
            return "its thread has ended"
        return None
