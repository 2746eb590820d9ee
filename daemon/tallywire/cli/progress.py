"""Progress bars: on standard error, and only where that is a terminal; a pipe or a log gets nothing of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """How far one job is. Without a bar on the screen it does nothing."""

    def __init__(self, shown: Progress | None = None, what: str = "", total: int = 0) -> None:
        self._shown = shown
        self._task = shown.add_task(what, total=total) if shown else None

    def advance(self, count: int) -> None:
        """So many more are done; negative: some have to be done again."""
        if self._shown is not None and self._task is not None:
            self._shown.advance(self._task, count)

    def reach(self, count: int) -> None:
        """So many are done in all."""
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, completed=count)


@contextmanager
def bar(what: str, total: int) -> Iterator[Bar]:
    """A bar for `total` steps of a job; it is full when the job ends well."""
    if not sys.stderr.isatty():
        yield Bar()
        return
    with _shown() as shown:
        made = Bar(shown, what, total)
        yield made
        made.reach(total)


def _shown() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))
