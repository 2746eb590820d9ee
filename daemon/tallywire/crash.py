"""A hook for kill tests: the process dies, as by kill -9, at a named step. Does nothing unless the environment asks.

TALLYWIRE_CRASH_AT="store.before_commit" kills at the first time that this step is reached, "store.before_commit:3" at
the third.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import Final

VARIABLE: Final = "TALLYWIRE_CRASH_AT"
_reached: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Names a step of the program; SIGKILL if the environment asks for it here and now."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    step, _, nth = wanted.partition(":")
    if step != name:
        return
    _reached[name] += 1
    if _reached[name] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
