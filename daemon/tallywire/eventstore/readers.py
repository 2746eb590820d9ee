"""Reading from threads other than the writer's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from tallywire.eventstore.base import Reader, StoreError


class ReadStore(Reader, Protocol):
    """What `SqliteStore.reader()` and `MemoryStore.reader()` give."""

    def snapshot(self) -> AbstractContextManager[Reader]: ...

    def close(self) -> None: ...


class Readers:
    """A few idle read-only connections, lent to one thread at a time. Safe to use from any thread.

    `with readers.read() as reader:` sees one moment of the store throughout; keep it short.
    """

    def __init__(self, open_reader: Callable[[], ReadStore], idle: int = 4) -> None:
        self._open_reader = open_reader
        self._limit = idle
        self._idle: list[ReadStore] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def read(self) -> Iterator[Reader]:
        store = self._take()
        try:
            with store.snapshot() as reader:
                yield reader
        finally:
            self._give_back(store)

    def _take(self) -> ReadStore:
        with self._lock:
            if self._closed:
                raise StoreError("the readers are closed")
            if self._idle:
                return self._idle.pop()
        return self._open_reader()

    def _give_back(self, store: ReadStore) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < self._limit:
                self._idle.append(store)
                return
        store.close()

    def close(self) -> None:
        """Closes what is idle; what is lent out closes when it comes back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for store in idle:
            store.close()
