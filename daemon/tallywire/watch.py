"""Hints from the file system: a file was closed after writing, or moved in. The periodic scan is the truth.

The only module that imports watchdog. An observer can go deaf without a word (queue overflow, the inbox deleted and
made anew, a remount), so `heal` compares what is watched with what is there and starts over where they differ.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver

log = logging.getLogger("tallywire.watch")
EVENTS: list[type[FileSystemEvent]] = [FileClosedEvent, FileMovedEvent, DirCreatedEvent, DirMovedEvent]


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

    def on_any_event(self, event: FileSystemEvent) -> None:
        try:
            if event.is_directory:
                self._rescan()  # a folder that came in brings files without events of their own
                return
            path = os.fsdecode(event.dest_path or event.src_path)
            relative = os.path.relpath(path, self._root)
            if not relative.startswith(".."):
                self._hint(relative)
        except Exception:  # an exception in here would end the observer's thread for good
            log.exception("a file event could not be handled; the next scan makes up for it")


class Watch:
    """Watches one inbox. `hint` gets relative paths, `rescan` is called when a scan should come soon."""

    def __init__(self, folder: Path, hint: Callable[[str], None], rescan: Callable[[], None]) -> None:
        self._folder, self._hint, self._rescan = folder, hint, rescan
        self._observer: BaseObserver | None = None
        self._identity: tuple[int, int] | None = None

    def start(self) -> bool:
        """Starts watching; False (and the scan alone works) where the folder is not there or can't be watched."""
        real = os.path.realpath(self._folder)  # a watch on a link goes deaf when the link's target changes
        try:
            info = os.stat(real)
            observer = _observer()
            observer.schedule(_Handler(real, self._hint, self._rescan), real, recursive=True, event_filter=EVENTS)
            observer.start()
        except OSError as error:
            log.warning("the inbox can't be watched (%s); it is scanned instead", error)
            return False
        self._observer, self._identity = observer, (info.st_dev, info.st_ino)
        return True

    def stop(self) -> None:
        observer, self._observer, self._identity = self._observer, None, None
        if observer is not None:
            observer.stop()
            observer.join(2)

    def is_well(self) -> bool:
        """Whether observer and emitters live and watch the very folder that is at the inbox's path now."""
        observer = self._observer
        if observer is None or not observer.is_alive() or not all(e.is_alive() for e in observer.emitters):
            return False
        try:
            info = os.stat(self._folder)
        except OSError:
            return False
        return (info.st_dev, info.st_ino) == self._identity

    def heal(self) -> bool:
        """Starts over where the watch is not well; True when it had to. An inbox that was deleted is made anew."""
        if self.is_well():
            return False
        self.stop()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.warning("the inbox is not there and can't be made: %s", error)
            return False
        if not self.start():
            return False
        log.warning("the watch on the inbox was started anew")
        return True
