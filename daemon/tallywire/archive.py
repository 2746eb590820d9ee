"""Archives: any files and folders, taken in where they lie and left as they are, quietly, with the inbox's guarantees.

What the ledger says was done is passed over without being opened, so a run that was cut short goes on where it was.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tallywire import inbox, ledger
from tallywire.eventstore.base import Reader
from tallywire.ingest import Ingester, Outcome
from tallywire.intake import Pace, tell

Json = dict[str, Any]
SECONDS: Final = 5.0  # of work for one call; what is left is asked for again
AGAIN: Final = ("waiting", "settling")  # states in which a file deserves another try


def files_below(path: Path) -> Iterator[str]:
    """The files to take in below a folder, or the file itself: absolute, in the order of their names.

    Hidden and partial files below a folder are passed over; links to folders are not followed.
    """
    real = os.path.realpath(path)
    if not os.path.isdir(real):
        yield real
        return
    stack = [real]
    while stack:
        current = stack.pop()
        if os.path.isdir(current) and not os.path.islink(current):
            names = (n for n in sorted(os.listdir(current), reverse=True) if not inbox.is_partial(n))
            stack += [os.path.join(current, name) for name in names]
        else:
            yield current


class Archive:
    """Takes files in for one caller after the other. `decide` is called now and then, and once at the end."""

    def __init__(
        self,
        ingester: Ingester,
        read: Callable[[], AbstractContextManager[Reader]],
        decide: Callable[[bool], list[str]],
    ) -> None:
        self._ingester = replace(ingester, folder=Path("/"), after="keep", archive=True)
        self._read, self._decide = read, decide
        self._pace = Pace()

    def take(self, paths: Sequence[str], *, quiet: bool) -> Json:
        """Works for a few seconds; gives what became of the first files, in their order: {"outcomes": [...]}.

        Each outcome is [state, reason, new articles, claims].
        """
        until, left = time.monotonic() + SECONDS, iter(paths)
        outcomes: list[list[Any]] = []
        while time.monotonic() < until and len(outcomes) < len(paths):
            one = self._take_some(left, quiet=quiet)
            outcomes += one
            if not one:
                break
        if self._pace.is_due(began := time.monotonic()):
            self._decide(False)  # noqa: FBT003  # not idle: more is coming
            self._pace.took(time.monotonic() - began, time.monotonic())
        return {"outcomes": outcomes}

    def end(self) -> Json:
        """The last decision, with the one summary; {"moved": lines for people}."""
        return {"moved": self._decide(True)}  # noqa: FBT003

    def _take_some(self, paths: Iterator[str], *, quiet: bool) -> list[list[Any]]:
        known: list[tuple[int, list[Any]]] = []
        count = 0

        def unknown() -> Iterator[str]:
            nonlocal count
            for path in paths:
                relative = path.lstrip("/")
                before = self._before(relative)
                if before is not None:
                    known.append((count, before))
                count += 1
                if before is None:
                    yield relative
                elif len(known) >= 1000:
                    return

        taken = [_told(outcome) for outcome in self._ingester.ingest_some(unknown(), quiet=quiet)]
        for place, before in known:
            taken.insert(place, before)
        return taken

    def _before(self, relative: str) -> list[Any] | None:
        """What the ledger says of this very file, if it is through with it."""
        try:
            found = inbox.look(Path("/"), relative)
        except (inbox.GoneError, inbox.UnreadableError):
            return None
        with self._read() as reader:
            row = reader.row("file", inbox.shown(f"/{relative}"))
        if row is None or row["state"] not in ("done", "rejected") or not ledger.is_same(found, row):
            return None
        return [row["state"], row["reason"] if row["state"] == "rejected" else "seen before", 0, 0]


def _told(outcome: Outcome) -> list[Any]:
    tell(outcome)
    return [outcome.state, outcome.reason, len(outcome.articles) if outcome.new else 0, outcome.claims]
