"""kill -9 while sending: nothing is missing at the receiving end, and every repeat says that it may be one.

To a webhook each alert goes by itself; to a chat (here Mattermost's form) those of one estimate go as one message.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tallywire.core.events import AlertRaised, alert_id, alert_stream
from tallywire.deliver.render import short_id
from tallywire.eventstore.sqlite import SqliteStore
from tests.deliver.sinks import Webhook

ROOT = Path(__file__).parents[2]


HOOK, CHAT = "json", "mmost"
ESTIMATES, TOGETHER = 10, 5
# A block of a merged message, or the last line of a single one: time and id in either order, then the mark.
TOLD = re.compile(r"(?:UTC · \\?#([0-9a-f]{8})|^\\?#([0-9a-f]{8}) · [-0-9]+ [0-9:]+ UTC)( · possible repeat)?$", re.M)


def queued(path: Path, count: int, way: str = HOOK) -> list[str]:
    """A store with so many alerts in its outbox since an hour: of ten estimates in turns, or of each some in a row.

    Gives their short ids.
    """
    store = SqliteStore.open(path, clock=lambda: datetime.now(UTC) - timedelta(hours=1))
    ids = [alert_id("test", "x", number) for number in range(count)]
    with store.transaction() as tx:
        for number, alert in enumerate(ids):
            estimate = f"estimate-{number % ESTIMATES if way == HOOK else number // TOGETHER}"
            event = AlertRaised(alert, "change", estimate, "info", f"{number}", "text", "reason", ["hook"])
            tx.append(alert_stream(alert), event)
    store.close()
    return [short_id(alert) for alert in ids]


def url_of(sink: Webhook, way: str) -> str:
    return sink.url("ok") if way == HOOK else f"mmost://127.0.0.1:{sink.server_port}/abcdefghijklmnopqrstuvwx"


def arrivals(sink: Webhook) -> list[list[tuple[str, bool]]]:
    """For each message the alerts that it told of, oldest first, and whether it marked them as possible repeats."""
    return [_told(post) for _, post in sink.posts]


def _told(post: dict[str, Any]) -> list[tuple[str, bool]]:
    if "short_id" in post:
        return [(post["short_id"], post["possible_repeat"])]
    found = [(f"#{match[1] or match[2]}", bool(match[3])) for match in TOLD.finditer(post["text"])]
    return found[::-1]


def daemon(path: Path, url: str, crash_at: str = "") -> subprocess.Popen[bytes]:
    environment = {**os.environ, "TALLYWIRE_CRASH_AT": crash_at}
    return subprocess.Popen([sys.executable, "-m", "tests.deliver.daemon", path, url], cwd=ROOT, env=environment)


def finish(path: Path, url: str) -> None:
    assert daemon(path, url).wait(600) == 0


@pytest.mark.parametrize(
    ("step", "posts", "marked"),
    [
        ("deliver.before_send", 1, [True]),  # nobody can know that it was not sent
        ("deliver.after_send", 2, [False, True]),
        ("deliver.after_outcome", 1, [False]),
        ("store.before_commit:1", 1, [False]),  # of the take-over
        ("store.before_commit:3", 1, [False]),  # of the lease
        ("store.before_commit:4", 2, [False, True]),  # of the outcome
    ],
)
@pytest.mark.parametrize("way", [HOOK, CHAT])
def test_a_crash_at_each_step(
    tmp_path: Path, sink: Webhook, way: str, step: str, posts: int, marked: list[bool]
) -> None:
    path, url = tmp_path / "store.db", url_of(sink, way)
    ids = queued(path, 1 if way == HOOK else 3, way)
    assert daemon(path, url, step).wait(60) == -signal.SIGKILL
    finish(path, url)
    assert len(sink.posts) == posts
    assert arrivals(sink) == [[(one, mark) for one in ids] for mark in marked]
    store = SqliteStore.open(path, readonly=True)
    assert [row["state"] for row in store.rows("delivery")] == ["delivered"] * len(ids)
    assert {row["is_repeat"] for row in store.rows("delivery")} == {marked[-1]}
    assert store.verify().ok and not store.compare()
    store.close()


@pytest.mark.parametrize("way", [HOOK, CHAT])
@pytest.mark.parametrize(
    ("messages", "kills"), [(200, 5), pytest.param(10_000, 100, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_killed_at_random_while_sending(
    tmp_path: Path, sink: Webhook, capsys: pytest.CaptureFixture[str], messages: int, kills: int, way: str
) -> None:
    path, url = tmp_path / "store.db", url_of(sink, way)
    ids = queued(path, messages, way)
    fewest = messages if way == HOOK else messages // TOGETHER
    dice = random.Random(kills)
    done = 0
    for _ in range(kills):
        process = daemon(path, url)
        done = max(done, len(sink.posts)) + dice.randint(1, fewest // kills)
        try:
            sink.wait(min(done, fewest), 600)
            time.sleep(dice.random() / 100)
        finally:
            process.kill()
            process.wait()
    finish(path, url)
    told = [one for message in arrivals(sink) for one in message]
    arrived = Counter(id for id, _ in told)
    repeats = sum(arrived.values()) - len(arrived)
    unmarked = [id for id, marks in _marks(told).items() if not all(marks[1:])]
    missing = len(set(ids) - set(arrived))
    posts = f"{messages} alerts in {len(sink.posts)} messages to {way}, {kills} kills"
    with capsys.disabled():
        print(f"\n{posts}: {missing} missing, {repeats} repeats, {len(unmarked)} unmarked")
    assert (missing, unmarked) == (0, [])
    assert repeats <= kills * (1 if way == HOOK else TOGETHER)
    assert len(sink.posts) <= fewest + kills
    assert list(dict.fromkeys(id for id, _ in told)) == ids, "in order"


def _marks(told: list[tuple[str, bool]]) -> dict[str, list[bool]]:
    """For each alert whether its arrivals, in their order, said "possible repeat"."""
    marks: dict[str, list[bool]] = defaultdict(list)
    for id, mark in told:
        marks[id].append(mark)
    return marks
