"""A test message through the real renderer and the real sender, without the store: the longest, and hostile."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from tallywire.deliver import straight
from tallywire.deliver.channels import Channel
from tallywire.deliver.limits import measure
from tallywire.deliver.render import render

Json = dict[str, Any]

HOSTILE: Final = (
    "@everyone @here <!channel> <@U024BE7LH> [click](https://example.org/a) <b>bold</b> **bold** _it_ `code` "
    "https://example.org/unfurl?a=1 \u202ereversed\u202c zero\u200bwidth \x1b[31mred & <script>alert(1)</script> "
    "{{ template }} ${VARIABLE} 'quotes\" \U0001f6a8 Пример 例え مثال"
)
_ROUNDS: Final = 400  # paragraphs: more than any service takes
_LINES: Final = 12  # on the console: whole screens of it would push the outcomes away


def alert(now: datetime) -> Json:
    """An alert's row that nobody raised."""
    evidence = {"quote": f"A quote: {HOSTILE}", "originator": HOSTILE, "outlet": "Test Gazette", "file": "test.txt"}
    lines = [f"{number}. {HOSTILE}" for number in range(1, _ROUNDS + 1)]
    return {
        "id": "7e577e577e577e57",
        "kind": "test",
        "severity": "info",
        "estimate": None,
        "title": f"Tallywire test: nobody must be pinged by this {HOSTILE}",
        "text": "This is a test. It is as long as this channel takes, and nothing in it may ping, link or run.\n\n"
        + "\n\n".join(lines),
        "reason": "`tallywire test-send` asked for it",
        "evidence_json": [evidence],
        "raised_at": now.isoformat(),
        "before_json": None,
        "after_json": None,
        "corrects": None,
    }


def send(channels: Sequence[Channel], out: TextIO) -> list[Json]:
    """Sends it to each channel at the same time: {name, url, state, seconds, length, error}."""
    row = alert(datetime.now(UTC))
    with ThreadPoolExecutor(min(8, len(channels))) as pool:
        return list(pool.map(lambda channel: _one(channel, row, out), channels))


def _one(channel: Channel, row: Json, out: TextIO) -> Json:
    message = render(row, channel.schema)
    started = time.monotonic()
    outcome = straight.printed(message, out, lines=_LINES) if channel.is_console else straight.posted(channel, message)
    return {
        "name": channel.name,
        "url": channel.shown,
        "state": outcome.state,
        "seconds": round(time.monotonic() - started, 1),
        "length": measure(message.body),
        "error": outcome.error or None,
    }
