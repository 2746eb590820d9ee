"""One channel's way from the outbox to its service: choose, lease, send, settle."""

from __future__ import annotations

import base64
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TextIO

from tallywire.core.fault import told
from tallywire.crash import crash_point
from tallywire.deliver import merge, outbox
from tallywire.deliver.channels import Channel
from tallywire.deliver.deadletter import announce, take_over
from tallywire.deliver.outbox import Job, Pace, Waiting
from tallywire.deliver.outcome import DELIVERED, Outcome
from tallywire.deliver.process import Sender
from tallywire.deliver.render import Message, console, render, short_id
from tallywire.eventstore.base import Clock, Reader, Row, Transaction
from tallywire.pulse import Pulse

Run = Callable[[Callable[[Transaction], Any]], Any]

DEADLINE: Final = 20.0  # seconds for one send
_SPARE: Final = timedelta(seconds=90)  # a lease outlives its send, with a slow start of the process before it


@dataclass(frozen=True, slots=True)
class Setting:
    """What all lanes share. `run` is the writer's; `deadline` in seconds; `jitter` gives numbers in [0, 1)."""

    run: Run
    channels: tuple[Channel, ...]
    clock: Clock
    out: TextIO
    log: logging.Logger
    wake: Callable[[], None]  # something was queued for other lanes
    deadline: float = DEADLINE
    jitter: Callable[[], float] = random.random
    stopping: threading.Event = field(default_factory=threading.Event)
    pulse: Pulse = field(default_factory=Pulse)
    printing: threading.Lock = field(default_factory=threading.Lock)


class Lane:
    """One channel's deliveries, one after the other. For one thread, except for `close`."""

    def __init__(self, channel: Channel, setting: Setting) -> None:
        self.channel = channel
        self.sender = Sender()
        self._setting = setting
        self._room = merge.room(channel.schema)
        self._pace = Pace()
        self._tried: set[str] = set()  # by this sweep
        self._blocked: set[str] = set()  # estimates whose next delivery has to wait in this sweep

    def step(self, reader: Reader) -> bool | datetime | None:
        """Attempts the next message: True. Else until when there is nothing to do (None: until something comes)."""
        choice = self._choose(reader)
        if not choice.batch:
            return choice.wait_until
        if self.deliver(choice.batch, reader) is None:
            return self._setting.clock() + timedelta(seconds=1)  # somebody else was faster, or dropped it
        return True

    def _choose(self, reader: Reader) -> outbox.Choice:
        """Looks further into the queue only for what may go together: it costs a tenth of a millisecond a row."""
        now = self._setting.clock()
        queue = self._queued(reader)
        choice = outbox.choose(queue, self._pace, now, self._room)
        if not self._room or len(queue) < outbox.WINDOW or not choice.batch or not choice.batch[0].has_waited(now):
            return choice
        return outbox.choose(self._queued(reader, outbox.FAR), self._pace, now, self._room)

    def _queued(self, reader: Reader, limit: int | None = outbox.WINDOW) -> list[Waiting]:
        return outbox.queued(reader, self.channel.name, limit, lambda alert: merge.size(alert, self.channel.schema))

    def begin(self) -> None:
        """A new sweep: everything may be tried once more."""
        self._pace, self._tried, self._blocked = Pace(), set(), set()

    def sweep(self, reader: Reader) -> int:
        """One attempt for each delivery that is due and was not tried since `begin`; returns how many were made.

        What is queued behind a failed one of its estimate stays, so that it does not overtake; and after a few
        failures in a row with no success the channel counts as down.
        """
        attempts = 0
        queue = self._queued(reader, limit=None)
        for place, delivery in enumerate(queue):
            if self._setting.stopping.is_set() or self._pace.failures >= outbox.STEP_ASIDE:
                break
            if delivery.group in self._blocked or delivery.alert in self._tried:
                continue
            now = self._setting.clock()
            outcome = None
            if delivery.is_ready(now):
                batch = outbox.together(queue[place:], delivery, self._pace, now, self._room)
                self._tried.update(one.alert for one in batch)
                outcome = self.deliver(batch, reader)
                attempts += outcome is not None
            if outcome is None or outcome.state in {"passing", "limited"}:
                self._blocked.add(delivery.group)
        return attempts

    def deliver(self, batch: Sequence[Waiting], reader: Reader) -> Outcome | None:
        """One message, with the batch's last word as its outcome; see `attempt`.

        What is refused for good as a whole is taken apart at once, so that each alert gets an answer of its own.
        """
        outcome = self.attempt(batch, reader)
        if len(batch) > 1 and outcome is not None and outcome.state == "permanent":
            for one in batch:
                outcome = self.attempt((one,), reader)
                if outcome is None or outcome.state in {"passing", "limited"}:
                    break  # those behind it must not overtake
        return outcome

    def attempt(self, batch: Sequence[Waiting], reader: Reader) -> Outcome | None:
        """Leases, sends and settles one message; None when nothing was to be sent any more, or the end came between."""
        setting = self._setting
        hold = timedelta(seconds=setting.deadline) + _SPARE
        jobs: list[Job] = setting.run(lambda tx: outbox.lease_all(tx, batch, setting.clock(), hold))
        if not jobs:
            return None
        crash_point("deliver.before_send")
        started = time.monotonic()
        outcome = self._send(jobs, reader)
        seconds = time.monotonic() - started
        crash_point("deliver.after_send")
        if outcome.state != "delivered" and setting.stopping.is_set():
            return None  # cut off by our own end: the attempt stays open, and is marked as a possible repeat later
        self._settle(jobs, outcome, seconds)
        crash_point("deliver.after_outcome")
        return outcome

    def clock_was_set_back(self) -> None:
        """What waits for a moment that was taken from the wrong clock is tried now. Not during a send."""
        self._pace = Pace()
        self._setting.run(lambda tx: outbox.forget_times(tx, self.channel.name))

    def rest(self) -> None:
        """Ends the idle sender process; the next attempt starts another."""
        self.sender.kill()

    def close(self) -> None:
        """Ends the sender process for good, in the middle of a send too."""
        self.sender.close()

    def _send(self, jobs: Sequence[Job], reader: Reader) -> Outcome:
        alert = jobs[0].alert if len(jobs) == 1 else merge.merged(jobs, _name(reader, jobs[0].alert))
        chart = self._draw(alert, reader) if self.channel.takes_pictures else None
        message = render(alert, self.channel.schema, repeat=jobs[0].repeat, chart=chart)
        if self.channel.is_console:
            return self._print(message)
        return self.sender.send(frame_of(self.channel, message), self._setting.deadline)

    def _draw(self, alert: Row, reader: Reader) -> bytes | None:
        """The picture, or None where there is none to draw or it can't be drawn."""
        try:
            from tallywire.deliver import chart

            return chart.png_of(reader, alert)
        except Exception as error:  # noqa: BLE001 - the text goes out whatever happens to the picture
            self._setting.log.warning("alert %s: no picture: %s", short_id(alert["id"]), told(error))
            return None

    def _print(self, message: Message) -> Outcome:
        try:
            with self._setting.printing:
                self._setting.out.write(console(message))
                self._setting.out.flush()
        except (OSError, ValueError) as error:
            return Outcome("passing", f"standard output: {type(error).__name__}")
        return DELIVERED

    def _settle(self, jobs: Sequence[Job], outcome: Outcome, seconds: float) -> None:
        setting, jitter = self._setting, self._setting.jitter()
        now = setting.clock()
        self._pace = outbox.paced(self._pace, outcome, jobs, now, jitter)

        def change(tx: Transaction) -> list[str]:
            states = outbox.settle_all(tx, jobs, outcome, now, jitter)
            for job in (job for job, state in zip(jobs, states, strict=True) if state == "dead"):
                take_over(tx, job, self.channel, setting.channels, outcome.error)
                announce(tx, job, self.channel, setting.channels, outcome.error, now)
            return states

        states: list[str] = setting.run(change)
        for job, state in zip(jobs, states, strict=True):
            setting.pulse.count("deliveries", state)
            self._report(job, outcome, state, seconds)
        if "dead" in states:
            setting.wake()

    def _report(self, job: Job, outcome: Outcome, state: str, seconds: float) -> None:
        log, alert, attempt = self._setting.log, short_id(job.alert["id"]), job.attempt
        channel = f"{self.channel.name} ({self.channel.shown})"
        if state == "delivered":
            log.info("alert %s: delivered to %s, attempt %d, %.1f s", alert, channel, attempt, seconds)
        elif state == "dead":
            log.error("alert %s: given up for %s, attempt %d: %s", alert, channel, attempt, outcome.error)
        elif state == "queued":
            log.warning("alert %s: not yet at %s, attempt %d: %s", alert, channel, attempt, outcome.error)


def _name(reader: Reader, alert: Row) -> str:
    """The estimate's title, as its messages' titles begin."""
    row = reader.row("estimate", alert["estimate"]) if alert["estimate"] else None
    return str((row or {}).get("title") or str(alert.get("title") or "").partition(": ")[0])


def frame_of(channel: Channel, message: Message) -> dict[str, Any]:
    """What the sender process gets."""
    return {
        "url": channel.url,
        "title": message.title,
        "body": message.body,
        "type": message.type,
        "payload": message.payload,
        "html": message.html,
        "caption": message.caption,
        "chart": base64.b64encode(message.chart).decode() if message.chart else None,
    }
