"""Signs of life and counts that the parts of a running daemon leave, for those who ask whether they still turn."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

Count = tuple[str, str]  # what was counted, and of which sort: ("files", "rejected")


class Pulse:
    """Safe to use from any thread. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._beats: dict[str, float] = {}
        self._counts: Counter[Count] = Counter()

    def beat(self, part: str) -> None:
        """A part has come round once more."""
        with self._lock:
            self._beats[part] = self._clock()

    def ended(self, part: str) -> None:
        """A part has ended on purpose: nobody waits for its next beat."""
        with self._lock:
            self._beats.pop(part, None)

    def count(self, what: str, sort: str) -> None:
        with self._lock:
            self._counts[what, sort] += 1

    def silences(self) -> dict[str, float]:
        """Seconds since each part's last beat."""
        with self._lock:
            now = self._clock()
            return {part: now - at for part, at in self._beats.items()}

    def counts(self) -> dict[Count, int]:
        """What was counted since the start."""
        with self._lock:
            return dict(self._counts)
