"""The fold's terms as code: near, jump, window; and an index that finds near figures without looking at all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Generic, TypeVar

from tallywire.core.definition import FoldSettings
from tallywire.core.quantity import Number

SLACK = 1 + 1e-9  # 1.1 times 700 must not miss 770 by the last bit

T = TypeVar("T")


def within(low: Number, high: Number, factor: float) -> bool:
    """Whether `high` is at most `factor` times `low`."""
    return high <= low * factor * SLACK


def near(a: Number, b: Number, settings: FoldSettings) -> bool:
    return within(min(a, b), max(a, b), settings.near)


def jump(old: Number, new: Number, settings: FoldSettings) -> bool:
    """Whether `new` is more than the jump factor above `old`."""
    return not within(old, new, settings.jump)


def bears_out(witness: Number, n: Number, settings: FoldSettings) -> bool:
    """Whether a witness supports n: it is at least n / near."""
    return within(witness, n, settings.near)


def in_window(a: date, b: date, days: int) -> bool:
    return abs((a - b).days) <= days


class NearIndex(Generic[T]):
    """Values by number, so that all those near a number lie in at most three neighbouring buckets."""

    def __init__(self, settings: FoldSettings) -> None:
        self._settings = settings
        self._width = math.log(max(settings.near, 1.0001) * SLACK)
        self._buckets: dict[int, dict[T, Number]] = defaultdict(dict)

    def add(self, number: Number, value: T) -> None:
        self._buckets[self._bucket(number)][value] = number

    def remove(self, number: Number, value: T) -> None:
        self._buckets[self._bucket(number)].pop(value, None)

    def near(self, number: Number) -> Iterator[T]:
        """The values whose number is near; in no promised order."""
        middle = self._bucket(number)
        for bucket in (middle - 1, middle, middle + 1):
            for value, other in self._buckets.get(bucket, {}).items():
                if near(number, other, self._settings):
                    yield value

    def _bucket(self, number: Number) -> int:
        return math.floor(math.log(number) / self._width) if number > 0 else -(10**9)
