"""The same trouble again and again says so once a minute instead of filling the disk. The clock is the caller's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")
INTERVAL: Final = 60.0  # seconds
_MOST: Final = 256  # kinds of trouble remembered at a time


@dataclass(slots=True)
class _Seen(Generic[T]):
    first: T
    since: float
    count: int = 0  # of those not told


class Repeats(Generic[T]):
    """Which records to hold back, and what to say of those that were. `key` is what makes two of them the same.

    After a record is told, its like are counted for `interval` seconds; then one line tells how many there were, and
    the next interval begins. Seconds are of any clock that does not go back.
    """

    def __init__(self, interval: float = INTERVAL, most: int = _MOST) -> None:
        self._interval, self._most = interval, most
        self._seen: OrderedDict[Hashable, _Seen[T]] = OrderedDict()

    def is_repeat(self, key: Hashable, record: T, now: float) -> bool:
        """Whether this one is only counted. Ask `due` first: what has become due is to be told before it."""
        if (seen := self._seen.get(key)) is not None:
            seen.count += 1
            return True
        self._seen[key] = _Seen(record, now)
        return False

    def due(self, now: float) -> Iterator[tuple[T, int, float]]:
        """(the first of its kind, how many like it were held back, in how many seconds): to be told now."""
        while self._seen:
            key, seen = next(iter(self._seen.items()))
            is_over = now - seen.since >= self._interval
            if not is_over and len(self._seen) <= self._most:
                return
            del self._seen[key]
            if seen.count:
                if is_over:
                    self._seen[key] = _Seen(seen.first, now)  # the trouble lasts: one line an interval
                yield seen.first, seen.count, now - seen.since

    def next_due(self) -> float | None:
        """When something held back is to be told at the latest, None while nothing is."""
        return min((seen.since + self._interval for seen in self._seen.values() if seen.count), default=None)

    def end(self, now: float) -> Iterator[tuple[T, int, float]]:
        """All that was held back."""
        for seen in self._seen.values():
            if seen.count:
                yield seen.first, seen.count, now - seen.since
        self._seen.clear()
