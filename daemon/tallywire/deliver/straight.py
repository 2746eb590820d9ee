"""Messages that go straight to channels, past the store: a test of them, and the news that the store can't be written.

They use the real renderer and the real sender, but nothing is recorded, so whoever sends them answers for repeats.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TextIO

from tallywire.deliver.channels import Channel
from tallywire.deliver.lane import DEADLINE, frame_of
from tallywire.deliver.outcome import DELIVERED, Outcome
from tallywire.deliver.process import Sender
from tallywire.deliver.render import Message, console, render

Json = dict[str, Any]


def row(alert: str, title: str, text: str, reason: str, now: datetime) -> Json:
    """An alert's row that no event raised."""
    return {
        "id": alert,
        "kind": "system",
        "severity": "warning",
        "estimate": None,
        "title": title,
        "text": text,
        "reason": reason,
        "evidence_json": [],
        "raised_at": now.isoformat(),
        "before_json": None,
        "after_json": None,
        "corrects": None,
    }


def send(alert: Json, channels: Sequence[Channel], out: TextIO, repeats: Collection[str] = ()) -> dict[str, Outcome]:
    """One attempt for each channel, all at the same time. `repeats`: the channels that may have it already."""

    def one(channel: Channel) -> Outcome:
        message = render(alert, channel.schema, repeat=channel.name in repeats)
        return printed(message, out) if channel.is_console else posted(channel, message)

    with ThreadPoolExecutor(min(8, len(channels))) as pool:
        return dict(zip((c.name for c in channels), pool.map(one, channels), strict=True))


def printed(message: Message, out: TextIO, lines: int | None = None) -> Outcome:
    """On the console; `lines`: so many of it."""
    shown = console(message)
    if lines is not None:
        shown = "\n".join([*shown.split("\n")[:lines], "    ...", ""])
    try:
        out.write(shown)
        out.flush()
    except (OSError, ValueError) as error:
        return Outcome("passing", f"standard output: {type(error).__name__}")
    return DELIVERED


def posted(channel: Channel, message: Message) -> Outcome:
    sender = Sender()
    try:
        return sender.send(frame_of(channel, message), DEADLINE)
    finally:
        sender.kill()
