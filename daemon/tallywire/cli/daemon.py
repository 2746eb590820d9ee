"""The daemon and its home: init, run, rebuild."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from types import FrameType

import click

from tallywire import logs
from tallywire.cli.common import Failure, home, home_option, root
from tallywire.cli.progress import bar


@click.command()
@home_option
def init() -> None:
    """Makes a home: config/ with the commented example, an empty inbox/ and store/."""
    from tallywire import examples

    place = home()
    written = examples.copy_to(place.config)
    for folder in (place.inbox, place.store):
        folder.mkdir(parents=True, exist_ok=True)
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"Say what to track in {place.config / 'estimates.yaml'}, then: tallywire --home {place.root} run")


@click.command()
@click.option("--once", is_flag=True, help="Take in what lies in the inbox, decide, try each delivery once, and end.")
@click.option("--verbose", is_flag=True, help="Say more.")
@click.option("--log-format", type=click.Choice(["human", "json"]), help="Of the log on standard error.")
@home_option
def run(once: bool, verbose: bool, log_format: logs.Form | None) -> None:
    """Runs the daemon on the home until it is told to end (SIGTERM, Ctrl-C); SIGHUP reloads the configuration."""
    from tallywire import config
    from tallywire.service import Service

    wanted = config.load_settings(root())
    logs.setup(log_format or wanted.log_format, logging.DEBUG if verbose else wanted.log_level)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is something to reload
    place = home(tell=False)  # what is wrong in the settings ends it, below
    if not place.config.is_dir():
        raise Failure(
            f"there is no config/ in {place.root}: `tallywire --home {place.root} init` makes one", exit_code=2
        )
    service = Service(place, config.load(place.root), out=sys.stdout)
    if once:
        service.once()
        return
    ending = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        ending.set()

    def again(_: int, __: FrameType | None) -> None:
        threading.Thread(target=service.reload_quietly, name="reload", daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    signal.signal(signal.SIGHUP, again)
    service.start()
    try:
        while not ending.wait(1.0):  # a bounded wait, so that signals are seen at once on every platform
            pass
    finally:
        service.stop()
        logs.end()
    os._exit(0)  # nothing is left to do: a sender's late thread must not hold the end up


@click.command()
@home_option
def rebuild() -> None:
    """Makes all views anew from the log. The daemon must not run."""
    from tallywire import ask
    from tallywire.eventstore.sqlite import SqliteStore
    from tallywire.lock import Lock
    from tallywire.service import now

    place = home()
    if not place.database.exists():
        raise Failure(f"there is no store in {place.store} yet")
    with Lock(place.lock, anywhere=place.network_store):
        store = SqliteStore.open(place.database, clock=now)
        try:
            started, events = time.monotonic(), store.head()
            with bar("folding the log", events) as fold_bar:
                differences = store.rebuild(fold_bar.reach)
            told = ask.rate(events, time.monotonic() - started)
            click.echo(f"{told}, folded into the views anew; {len(differences)} rows had differed")
            for line in differences[:20]:
                click.echo(f"  {line}")
        finally:
            store.close()
