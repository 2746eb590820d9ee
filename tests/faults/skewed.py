"""A daemon whose wall clock can be set, and nothing else of its time: waits and file times stay true.

`python -m tests.faults.skewed FILE ARGUMENTS...` is `tallywire ARGUMENTS...` in a process whose wall clock is away from
the true one by as many seconds as FILE says. It is replaced before anything is imported, so that libraries have the
same one: apscheduler plans by it.
"""

from __future__ import annotations

import datetime
import sys
import time
from pathlib import Path
from typing import Any


def _replace_the_clock(skew: Path) -> None:
    true, seconds, nanoseconds = datetime.datetime, time.time, time.time_ns

    def ahead() -> int:
        return int(skew.read_text())

    class Kind(type):
        """Moments that C code makes are true ones, and must count as moments."""

        def __instancecheck__(cls, other: object) -> bool:
            return isinstance(other, true)

    class Moment(true, metaclass=Kind):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return true.now(tz) + datetime.timedelta(seconds=ahead())

    time.time = lambda: seconds() + ahead()
    time.time_ns = lambda: nanoseconds() + ahead() * 10**9
    datetime.datetime = Moment  # type: ignore[misc]


def _main() -> None:
    _replace_the_clock(Path(sys.argv[1]))
    sys.argv = ["tallywire", *sys.argv[2:]]
    from tallywire.cli.main import main

    main()


if __name__ == "__main__":
    _main()
