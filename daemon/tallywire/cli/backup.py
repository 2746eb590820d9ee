"""Backups and the way back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tallywire.cli import output
from tallywire.cli.common import Failure, format_option, home, home_option, root
from tallywire.eventstore.base import DamagedError

if TYPE_CHECKING:
    from tallywire.backup import Made
    from tallywire.restore import Restored

SHOWN = 5  # files that are named before they are only counted


@click.command()
@click.argument("dest", required=False, type=click.Path(path_type=Path))
@home_option
@format_option
def backup(dest: Path | None, form: str) -> None:
    """Copies the store, while the daemon works, to DEST: a folder, or a new file. Proves the copy before it counts.

    Without DEST to where `backup` in tallywire.yaml says, and then by its rules older ones go.
    """
    from tallywire import backup as backups
    from tallywire import config

    place, plan = home(), config.load_places(root())[0].backup
    if not place.database.exists():
        raise Failure(f"there is no store in {place.store} yet")
    if dest is None and plan is None:
        raise Failure("say where: tallywire backup DEST, or `backup: {to: DIR}` in config/tallywire.yaml")
    target = dest if dest is not None else place.root / plan.to  # type: ignore[union-attr]
    made = backups.make(place, target, datetime.now(UTC), _channels())
    gone = backups.prune(target, place.database, plan.keep) if dest is None and plan is not None else []
    if form != "table":
        output.emit([_as_json(made, gone)], form, [], empty="")
        return
    for line in _lines(made, gone):
        click.echo(line)


def _channels() -> list[str]:
    """Each channel's name, where it leads as far as that may be shown, and its tags; none from a broken file."""
    from tallywire import config

    try:
        found = config.load(root()).channels
    except config.ConfigError:
        return []
    return ["  ".join((channel.name, channel.shown, *channel.tags)) for channel in found]


def _as_json(made: Made, gone: list[Path]) -> dict[str, Any]:
    return {**asdict(made), "path": str(made.path), "removed": [str(path) for path in gone]}


def _lines(made: Made, gone: list[Path]) -> list[str]:
    counted = f"{made.events:,} events, chain head {made.head[:16]}, {made.size:,} bytes"
    lines = [f"{made.path}: {counted}, copied and proven in {made.seconds:.1f} s"]
    if made.beside:
        lines += [f"with it, in {made.path.stem}.config: {', '.join(made.beside)}"]
    lines += ["not in it: channels.yaml and secrets.env, for what they hold is secret: keep them somewhere safe"]
    lines += ["it lies on the same disk as the store: a broken disk takes both"] if made.is_same_disk else []
    lines += [f"removed by the rules for keeping backups: {path.name}" for path in gone]
    return lines


@click.command()
@click.argument("backup", metavar="BACKUP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "into", type=click.Path(file_okay=False, path_type=Path), help="The home (default: --home).")
@home_option
@format_option
def restore(backup: Path, into: Path | None, form: str) -> None:
    """Puts BACKUP in the place of the store, once it is proven; the old store stays beside it. No daemon may run."""
    from tallywire import restore as restoring

    if into is not None:
        click.get_current_context().find_root().obj = into.absolute()
    configured = restoring.configure(root(), backup)  # it may say where the store is
    place = home()
    try:
        done = restoring.restore(place, backup, datetime.now(UTC))
    except DamagedError as error:  # of the backup: what to do about a damaged store is no advice here
        raise Failure(f"{error}; nothing was changed: try an older backup") from error
    if form != "table":
        output.emit([{**_restored_json(done), "config": configured}], form, [], empty="")
        return
    if configured:
        click.echo(f"config/ got {', '.join(configured)}; channels.yaml and secrets.env are in no backup")
    click.echo(f"{place.database} is {backup} now: {done.events:,} events, the last of {done.taken_until[:19]} UTC")
    for line in _restored_lines(done, place.inbox):
        click.echo(line)


def _restored_json(done: Restored) -> dict[str, Any]:
    return {**asdict(done), "aside": done.aside and str(done.aside), "unknown": [str(path) for path in done.unknown]}


def _restored_lines(done: Restored, inbox: Path) -> list[str]:
    lines = [f"the old store is {done.aside}; delete it when nobody needs it any more"] if done.aside else []
    lines += done.lost
    if done.repeats:
        lines += [f"{done.repeats:,} deliveries wait; they may have been made before, and will say so"]
    if done.unknown:
        lines += [f"{len(done.unknown):,} files in {inbox / 'done'} are unknown to it; to take them in again, quietly:"]
        lines += [f"  tallywire ingest {inbox / 'done'}"]
        lines += [f"  ({path.relative_to(inbox)})" for path in done.unknown[:SHOWN]]
        lines += [f"  (and {len(done.unknown) - SHOWN:,} more)"] if len(done.unknown) > SHOWN else []
    return lines
