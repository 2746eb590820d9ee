"""`tallywire ingest PATH...`: archives, by the running daemon or, without one, by this process."""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from tallywire import control
from tallywire.cli.common import Failure, home, home_option
from tallywire.cli.progress import bar
from tallywire.inbox import shown

Json = dict[str, Any]
Call = Callable[[str, Json], Json]
CHUNK: Final = 200  # files a call
TRIES: Final = 3  # of a file that is being written, or that breaks its parser
LISTED: Final = 10  # files that the summary names


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--alerts", is_flag=True, help="Alert on each change as for dropped files, instead of one summary.")
@home_option
def ingest(paths: tuple[Path, ...], alerts: bool) -> None:
    """Takes in files and folders where they lie, and leaves them as they are. Started again, it goes on."""
    from tallywire.archive import files_below

    logging.disable(logging.WARNING)  # the summary tells of what was rejected
    files = list(dict.fromkeys(itertools.chain.from_iterable(map(files_below, paths))))
    with _worker() as call, bar("taking in", len(files)) as files_bar:
        told = _take_all(call, files, not alerts, files_bar.advance)
        moved = call("ingest.end", {})["moved"]
    _summary(told, moved)
    if any(state not in ("done", "rejected") for _, (state, *_) in told):
        raise SystemExit(1)


@contextmanager
def _worker() -> Iterator[Call]:
    """Whoever does the work: the daemon of this home, or this process under its lock."""
    from tallywire.service import working_alone

    place = home()
    try:
        control.call(place.socket, "ingest", {"paths": [], "quiet": True})
    except control.NoDaemonError:
        with working_alone(place) as perform:
            yield lambda command, arguments: perform(command, arguments, control.analyst())
        return
    yield lambda command, arguments: _called(place.socket, command, arguments)


def _called(socket: Path, command: str, arguments: Json) -> Json:
    try:
        return control.call(socket, command, arguments)
    except control.NoDaemonError as error:
        raise Failure("the daemon has ended; the same command again goes on where this stopped") from error
    except control.RefusedError as error:
        raise Failure(str(error)) from error


def _take_all(
    call: Call, files: Sequence[str], quiet: bool, advance: Callable[[int], None]
) -> list[tuple[str, list[Any]]]:
    """Every file with what became of it; those that deserve another try get it after the others."""
    from tallywire.archive import AGAIN

    told: list[tuple[str, list[Any]]] = []
    left, tries = list(files), 1
    while left:
        batch = left[:CHUNK]
        outcomes = call("ingest", {"paths": batch, "quiet": quiet})["outcomes"]
        for path, outcome in zip(batch, outcomes, strict=False):
            told.append((path, outcome))
        left = left[len(outcomes) :]
        advance(len(outcomes))
        if not left and tries < TRIES:
            left = [path for path, (state, *_) in told if state in AGAIN]
            told = [each for each in told if each[1][0] not in AGAIN]
            tries += 1
            advance(-len(left))
    return told


def _summary(told: list[tuple[str, list[Any]]], moved: Sequence[str]) -> None:
    states = Counter("seen before" if reason == "seen before" else state for _, (state, reason, *_) in told)
    articles, claims = (sum(outcome[at] for _, outcome in told) for at in (2, 3))
    counts = ", ".join(f"{count:,} {state}" for state, count in sorted(states.items()))
    click.echo(f"{len(told):,} files ({counts or 'none'}): {articles:,} new articles, {claims:,} claims")
    odd = [(path, reason) for path, (state, reason, *_) in told if state != "done"]
    for path, reason in odd[:LISTED]:
        click.echo(f"  {shown(path)}: {reason or 'not there any more'}")
    if len(odd) > LISTED:
        click.echo(f"  and {len(odd) - LISTED:,} more: tallywire inbox")
    for line in moved:
        click.echo(line)
