"""The one thread that owns the one writing store. Everybody else hands it functions to run in transactions."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from tallywire.eventstore.base import EventStore, StoreError, Transaction

T = TypeVar("T")
Task = tuple[Callable[[EventStore], Any], "Future[Any]"]


class Writer:
    """`open_store` is called in the writer's thread, which keeps the store until `close`.

    Functions run one after the other in the order they came, each in a transaction of its own. An exception rolls its
    transaction back and reaches the caller; the thread goes on.
    """

    def __init__(self, open_store: Callable[[], EventStore]) -> None:
        self._open_store = open_store
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # between the last task and the end
        self._accepting = False
        # A daemon: a program that dies without `close` must not hang, and the store survives any death.
        self._thread = threading.Thread(target=self._work, name="tallywire-writer", daemon=True)
        self._opened: Future[None] = Future()

    def start(self) -> Self:
        """Returns when the store is open; raises what opening it raised."""
        with self._lock:
            if self._thread.ident is not None:
                raise StoreError("the writer was started already")
            self._thread.start()
            self._opened.result()
            self._accepting = True
        return self

    def run(self, fn: Callable[[Transaction], T]) -> T:
        """Runs `fn` in a transaction and gives its result once that is committed."""
        return self._wait(_in_transaction(fn))

    def maintain(self, fn: Callable[[EventStore], T]) -> T:
        """Runs `fn` on the store itself, outside of a transaction: verify, rebuild, compare."""
        return self._wait(fn)

    def submit(self, fn: Callable[[Transaction], T]) -> Future[T]:
        """Like `run`, without waiting."""
        return self._hand_over(_in_transaction(fn))

    def close(self, seconds: float | None = None) -> bool:
        """Finishes what was handed over, then closes the store. Again: does nothing.

        `seconds`: waits for no longer (another program may hold the store); False when that was not enough. What is
        not committed then leaves no trace when the process ends.
        """
        if threading.current_thread() is self._thread:
            raise StoreError("the writer can't be closed from within its own thread")
        with self._lock:
            if self._accepting:
                self._accepting = False
                self._tasks.put(None)
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self, task: Callable[[EventStore], T]) -> T:
        if threading.current_thread() is self._thread:
            raise StoreError("a transaction can't wait for another one: use the transaction that you were given")
        return self._hand_over(task).result()

    def _hand_over(self, task: Callable[[EventStore], T]) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            if not self._accepting:
                raise StoreError("the writer is not running")
            self._tasks.put((task, future))
        return future

    def _work(self) -> None:
        try:
            store = self._open_store()
        except BaseException as error:  # noqa: BLE001  # it reaches the caller of start()
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        try:
            while (item := self._tasks.get()) is not None:
                _do(store, *item)
                del item  # or the last task would keep what it refers to alive
        finally:
            store.close()


def _in_transaction(fn: Callable[[Transaction], T]) -> Callable[[EventStore], T]:
    def task(store: EventStore) -> T:
        with store.transaction() as tx:
            return fn(tx)

    return task


def _do(store: EventStore, task: Callable[[EventStore], Any], future: Future[Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = task(store)
    except BaseException as error:  # noqa: BLE001  # it reaches the caller; the thread must survive
        future.set_exception(error)
    else:
        future.set_result(result)
