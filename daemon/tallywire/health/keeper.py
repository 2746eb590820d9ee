"""Looks at the daemon every few seconds, and tells whoever should know: people, the service manager, a file, a URL.

look      is the writer answering, do all parts come round, what waits, what fails?
tell      a system alert for what lasts for more than a minute, and when it is over
witness   the health file and the watchdog: only while the chain is alive; who reads them sees them grow old
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

from tallywire import disk
from tallywire.config import Config
from tallywire.deliver.channels import route, with_console
from tallywire.disk import Level, Room
from tallywire.eventstore.base import Clock, Reader, StoreError, Transaction
from tallywire.health import healthfile, heartbeat
from tallywire.health.course import Course, News, wording
from tallywire.health.poison import tell_of_poison
from tallywire.health.stored import stored
from tallywire.health.systemd import Notifier
from tallywire.health.vitals import Ailment, Stored, Vitals, ailments, report
from tallywire.home import Home
from tallywire.notice import raise_notice
from tallywire.pulse import Pulse

log = logging.getLogger("tallywire.health")
Json = dict[str, Any]
SECONDS: Final = 5.0  # between two looks
BEAT_SECONDS: Final = 5.0  # between two looks at whether a heartbeat is due
PATIENCE: Final = 20.0  # seconds for the writer to answer
WRITER: Final = "the writer"
REASON: Final = "the daemon looks after itself: this has lasted for more than a minute"


class Watched(Protocol):
    """The watch on the inbox."""

    polls: str | None

    @property
    def wrong(self) -> str | None: ...


class Taking(Protocol):
    """The intake."""

    @property
    def paused(self) -> str | None: ...

    def waiting(self) -> int: ...


@dataclass(slots=True)
class Keeper:
    """`submit` hands the writer a function; `config` gives the configuration in force; `wake` wakes the delivery.

    `keep` is for one thread (the schedule's), `report` for any.
    """

    home: Home
    config: Callable[[], Config]
    submit: Callable[[Callable[[Transaction], Any]], Future[Any]]
    read: Callable[[], AbstractContextManager[Reader]]
    now: Clock
    wake: Callable[[], None]
    watch: Watched
    intake: Taking
    pulse: Pulse
    notifier: Notifier
    _started: datetime = field(init=False)
    _course: Course = field(default_factory=Course)
    _writing: Future[Any] | None = None
    _disk: Level = "enough"
    _is_well: bool = False
    _has_ended: bool = False
    _beat_at: float = float("-inf")

    def __post_init__(self) -> None:
        self._started = self.now()
        self.pulse.beat(WRITER)

    def keep(self) -> None:
        """One look, and what follows from it."""
        vitals = self.look()
        ill = ailments(vitals)
        for news in self._course.news([each for each in ill if not each.is_told], vitals.at):
            self._tell(news)
        if vitals.store_error is None and self._run(partial(tell_of_poison, route=self._route)):
            self.wake()
        self.notifier.status(ill[0].text if ill else _line(vitals))
        if not any(each.is_stall for each in ill):
            self.notifier.alive()
        self._is_well = not ill
        if self._is_well and not self._has_ended:
            healthfile.write(self.home.health, report(vitals))

    def beat(self) -> None:
        """Asks for the heartbeat's URL when it is time, while all is well."""
        heart = self.config().heartbeat
        if heart is not None and self._is_well and time.monotonic() - self._beat_at >= heart.seconds:
            self._beat_at = time.monotonic()
            self.pulse.count("heartbeats", "answered" if heartbeat.beat(heart.url) else "failed")

    def end(self) -> None:
        """The daemon ends: nobody is alive any more."""
        self._has_ended = True
        self.notifier.stopping()
        healthfile.remove(self.home.health)

    def look(self) -> Vitals:
        """Never raises for what may be wrong with the daemon: that is what it is about."""
        error, room = self._store_error(), _room(self.home)
        self._disk = "enough" if room is None else disk.judge(room, self.config().settings.disk_low, self._disk)
        return Vitals(
            at=self.now(),
            started=self._started,
            silences=self.pulse.silences(),
            store_error=error,
            watch=self.watch.wrong,
            polls=self.watch.polls,
            paused=self.intake.paused,
            waiting=self.intake.waiting(),
            free_bytes=None if room is None else room.free,
            disk=self._disk,
            stored=self._stored(),
        )

    def report(self) -> Json:
        """What `tallywire status` shows."""
        return report(self.look())

    def _store_error(self) -> str | None:
        """Why the writer can't write, or does not answer; None where it does."""
        if self._writing is not None and not self._writing.done():
            return "the writer is busy with one transaction for very long"
        error = None
        try:
            self._run(lambda tx: None)
        except TimeoutError:
            return f"the writer did not answer within {PATIENCE:.0f} s"
        except StoreError as refusal:
            error = str(refusal)
        self.pulse.beat(WRITER)  # one that gives errors is not stuck
        return error

    def _run(self, change: Callable[[Transaction], Any]) -> Any:
        self._writing = self.submit(change)
        return self._writing.result(PATIENCE)

    def _stored(self) -> Stored:
        channels = [channel.name for channel in with_console(self.config().channels)]
        try:
            with self.read() as reader:
                return stored(reader, channels)
        except StoreError:
            return Stored()  # the error of the store is told of already

    # --- telling ----------------------------------------------------------------------------------------------------

    def _tell(self, news: News) -> None:
        """Through the channels that work, once a day for each ailment; the log has it in any case."""
        title, text = wording(news)
        log.log(logging.ERROR if news.until is None else logging.WARNING, "%s. %s", title, text.partition("\n")[0])
        day = (news.until or news.since).date().isoformat()
        to = partial(self._others, news.ailment)
        try:
            self._run(lambda tx: raise_notice(tx, to, day, title, text, REASON))
        except (StoreError, TimeoutError) as error:
            log.error("no system alert could be raised: %s", error)
        self.wake()

    def _others(self, ailment: Ailment, to: Any) -> list[str]:
        """Whom an alert to nobody in particular goes to, but for the channel that takes none."""
        return [name for name in self._route(to) if name != ailment.channel]

    def _route(self, to: Any) -> list[str]:
        return route(to, with_console(self.config().channels))


def _room(home: Home) -> Room | None:
    """The room on the store's disk."""
    try:
        return disk.room(home.store)
    except OSError:
        return None


def _line(vitals: Vitals) -> str:
    queued = sum(queue.waiting for queue in vitals.stored.queues)
    return f"{vitals.stored.events} events, {vitals.waiting} files on their way in, {queued} messages on their way out"
