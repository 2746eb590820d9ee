"""The daemon: everything wired together, started and stopped in order.

start   lock -> writer -> definitions -> senders -> intake -> watch -> clock -> control socket
stop    the other way round, within seconds; what is not done waits in the inbox or the outbox for the next start
"""

from __future__ import annotations

import io
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO

from tallywire import __version__, act, begun, digest, disk, logs
from tallywire.archive import Archive
from tallywire.clockwork import Clockwork
from tallywire.config import Config, ConfigError
from tallywire.config import load as load_config
from tallywire.control import ControlServer
from tallywire.deciding import Decider
from tallywire.define import define
from tallywire.deliver.channels import with_console
from tallywire.deliver.worker import Worker
from tallywire.eventstore.base import Clock
from tallywire.eventstore.readers import Readers
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.health.keeper import Keeper
from tallywire.health.systemd import Notifier
from tallywire.home import Home
from tallywire.ingest import Ingester
from tallywire.intake import Intake
from tallywire.lock import Lock
from tallywire.outage import Outage, Tidings
from tallywire.pulse import Pulse
from tallywire.read.isolated import IsolatedReader
from tallywire.rereading import Rereading
from tallywire.tracking import Current, compiled
from tallywire.watch import Watch
from tallywire.writer import Writer

log = logging.getLogger("tallywire")
Json = dict[str, Any]

DELIVERY_SECONDS: Final = 3.0  # of the five that a stop may take, those for sends under way
WRITER_SECONDS: Final = 1.0  # ... and for the writer, which another program may hold up


def now() -> datetime:
    return datetime.now(UTC)


class Service:
    """One home's daemon. `once` does the whole job a single time instead. `clock` gives an aware datetime."""

    def __init__(self, home: Home, config: Config, *, out: TextIO, clock: Clock = now) -> None:
        self.home, self.config, self._out, self._clock = home, config, out, clock
        logs.hide(config.secret)
        self._lock = Lock(home.lock, anywhere=home.network_store)
        self._current = Current(compiled(config.definitions))
        self._writer = Writer(lambda: SqliteStore.open(home.database, clock=clock, progress=_tell_of_folding))
        self._readers = Readers(lambda: SqliteStore.open(home.database, clock=clock, readonly=True))
        self._applied: list[str] = []
        self._stopping = threading.Event()
        self._reloading = threading.Lock()
        self._reader = IsolatedReader()
        self._worker: Worker | None = None
        ingester, read = self._make_ingester(), self._readers.read
        self._decider = Decider(self._writer.run, lambda: self.config, clock, self._wake)
        self._rereading = Rereading(self._writer.run, read, self._current, self._decider, self._stopping)
        self._pulse, self._notifier = Pulse(), Notifier(os.environ)
        self._intake = self._make_intake(ingester)
        self._archive = Archive(ingester, read, lambda idle: self._decider.decide(idle=idle))
        self._watch = Watch(home.inbox, self._intake.hint, self._intake.rescan)
        self._keeper = self._make_keeper()
        self._clockwork = self._make_clockwork()
        self._end_metrics: Callable[[], None] = lambda: None
        self._control = ControlServer(home.socket, self.perform)

    def start(self) -> None:
        """Raises HeldError or StoreError, and leaves nothing running then."""
        self.open()
        self._worker = self._make_worker()
        self._worker.start()
        self._rereading.start()
        self._intake.start()
        self._watch.start()
        self._clockwork.start()
        self._control.start()
        self._serve_metrics()
        for hint in self.config.hints:
            log.warning("%s", hint)
        log.info("watching %s for %d estimates", self.home.inbox, len(self.config.definitions))
        self._notifier.ready()

    def stop(self) -> None:
        """Ends everything within five seconds; nothing is lost by what is cut short."""
        self._stopping.set()
        self._keeper.end()
        self._end_metrics()
        self._control.stop()
        self._clockwork.stop()
        self._watch.stop()
        self._intake.stop(1.0)
        if self._worker is not None:
            self._worker.stop(DELIVERY_SECONDS)
        self.close(WRITER_SECONDS)
        log.info("ended")

    def once(self) -> None:
        """Drains the inbox, decides, tries each delivery once, leaves the rest queued."""
        self.open()
        try:
            self._rereading.run()
            self._intake.drain()
            self._make_worker().once()
        finally:
            self.close()

    def alone(self, command: str, arguments: Json, by: str) -> Json:
        """One command, without running."""
        self.open()
        try:
            answer = self.perform(command, arguments, by)
            if command == "reload":  # opening the home has applied it already
                answer["changes"] = [*self._applied, *answer["changes"]]
            self._rereading.run()
            return {**answer, "done": True}
        finally:
            self.close()

    # --- commands -----------------------------------------------------------------------------------------------

    def perform(self, command: str, arguments: Json, by: str) -> Json:
        """One command from the control socket. Raises CommandError or ConfigError; nothing is changed then."""
        if command == "reload":
            return self.reload(by)
        if command == "status":
            return {**self._keeper.report(), "pid": os.getpid(), "version": __version__}
        if command.startswith("ingest"):
            return self._archived(command, arguments)
        answer = self._writer.run(lambda tx: act.act(tx, command, arguments, by))
        moved = self._decider.decide(idle=True)
        self._wake()
        return {**answer, "moved": moved}

    def _archived(self, command: str, arguments: Json) -> Json:
        """`tallywire ingest`: while its calls come in, nothing else ends the quiet stretch with its summary."""
        if command == "ingest.end":
            self._decider.archived()
            return self._archive.end()
        self._decider.archiving()
        return self._archive.take([str(p) for p in arguments["paths"]], quiet=bool(arguments["quiet"]))

    def reload(self, by: str = "daemon") -> Json:
        """Reads the configuration again and applies it. An invalid one changes nothing and raises ConfigError."""
        with self._reloading:
            config = load_config(self.home.root)
            logs.hide(config.secret)
            self._refuse_to_forget(config)
            tracking = compiled(config.definitions)
            changes = self._writer.run(lambda tx: define(tx, tracking, config.sources, by=by))
            channels_changed = config.channels != self.config.channels
            if config.settings != self.config.settings:
                changes = [*changes, "tallywire.yaml: what is not about alerts takes effect at the next start"]
            self.config, self._current.tracking = config, tracking
            if channels_changed and self._worker is not None:
                self._worker.stop(DELIVERY_SECONDS)
                self._worker = self._make_worker()
                self._worker.start()
                changes = [*changes, "channels: changed"]
            self._writer.run(lambda tx: digest.begin(tx, config.settings, self._clock()))
            self._decider.decide(idle=True)
            if articles := self._rereading.waiting():
                self._rereading.start()
            return {"changes": changes, "rereading": articles}

    def reload_quietly(self) -> None:
        """For SIGHUP: a mistake goes to the log, and everything stays as it was."""
        self._notifier.reloading()
        try:
            for line in self.reload()["changes"]:
                log.info("reload: %s", line)
        except ConfigError as error:
            log.error("reload: nothing changed: %s", error)
        finally:
            self._notifier.ready()

    # --- parts --------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """The lock, the store, and the configuration as events."""
        for folder in (self.home.inbox, self.home.store):
            folder.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            begun.check(self.home)
            self._writer.start()
            begun.mark(self.home, self._clock())
            self._refuse_to_forget(self.config)
            self._applied = self._writer.run(lambda tx: define(tx, self._current.tracking, self.config.sources))
            self._writer.run(lambda tx: digest.begin(tx, self.config.settings, self._clock()))
            self._decider.decide(idle=True)
        except BaseException:
            self.close()
            raise

    def _refuse_to_forget(self, config: Config) -> None:
        """A definitions file that is gone or empty is a mistake, not the wish to stop tracking everything."""
        if config.definitions or _says_something(self.home.config / "estimates.yaml"):
            return
        tracked = self._writer.run(lambda tx: tx.count("estimate", is_retired=False))
        if tracked:
            raise ConfigError(
                f"config/estimates.yaml: there is nothing in it, or no such file, but {tracked} estimates are tracked;"
                " a file with [] in it would stop tracking them"
            )

    def close(self, seconds: float | None = None) -> None:
        """`seconds`: how long the writer may take to end; else the lock is held until the process ends."""
        self._reader.close()
        self._readers.close()
        if self._writer.close(seconds):
            self._lock.release()

    def _make_ingester(self) -> Ingester:
        settings = self.config.settings
        return Ingester(
            folder=self.home.inbox,
            run=self._writer.run,
            read=self._reader.read,
            current=self._current,
            clock=self._clock,
            after=settings.after,
            limit=settings.limit_bytes,
        )

    def _make_intake(self, ingester: Ingester) -> Intake:
        tidings = Tidings(self._writer.run, lambda: self.config.channels, self._clock, self._out, self._wake)
        return Intake(
            ingester,
            self._readers.read,
            self._decider.decide,
            backlog=self.config.settings.backlog,
            pulse=self._pulse,
            outage=Outage(tidings, partial(disk.room, self.home.store)),
        )

    def _make_keeper(self) -> Keeper:
        return Keeper(
            self.home,
            lambda: self.config,
            submit=self._writer.submit,
            read=self._readers.read,
            now=self._clock,
            wake=self._wake,
            watch=self._watch,
            intake=self._intake,
            pulse=self._pulse,
            notifier=self._notifier,
        )

    def _make_clockwork(self) -> Clockwork:
        return Clockwork(
            self.home,
            lambda: self.config,
            run=self._writer.run,
            read=self._readers.read,
            now=self._clock,
            wake=self._wake,
            decider=self._decider,
            watch=self._watch,
            intake=self._intake,
            keeper=self._keeper,
            stopping=self._stopping,
        )

    def _make_worker(self) -> Worker:
        return Worker(
            lambda: SqliteStore.open(self.home.database, clock=self._clock, readonly=True),
            self._writer.run,
            with_console(self.config.channels),
            clock=self._clock,
            out=self._out,
            log=logging.getLogger("tallywire.deliver"),
            pulse=self._pulse,
        )

    def _serve_metrics(self) -> None:
        if (port := self.config.settings.metrics) is not None:
            from tallywire.health import metrics  # takes a while to import, and most do without

            self._end_metrics = metrics.serve(port, metrics.registry(self._keeper.look, self._pulse.counts))

    def _wake(self) -> None:
        """Something was queued for delivery."""
        if self._worker is not None:
            self._worker.wake()


def _tell_of_folding(events: int) -> None:
    """The first start of another version may take a while; whoever waits for it should know why."""
    if events == 1000 or events % 100_000 == 0:
        log.info("another version made the views of this store: they are made anew, %d events so far", events)


def _says_something(path: Path) -> bool:
    """Whether there is more in a file than blanks: an editor on a full disk leaves it empty."""
    try:
        return bool(path.read_bytes().strip())
    except OSError:
        return False


def perform_alone(home: Home, command: str, arguments: Json, by: str) -> Json:
    """A command without a daemon: this process takes the lock, does it, decides, and ends. Alerts stay queued."""
    service = Service(home, load_config(home.root), out=io.StringIO())
    return service.alone(command, arguments, by)


@contextmanager
def working_alone(home: Home) -> Iterator[Callable[[str, Json, str], Json]]:
    """Many commands without a daemon, under one lock."""
    service = Service(home, load_config(home.root), out=io.StringIO())
    service.open()
    try:
        yield service.perform
    finally:
        service.close()
