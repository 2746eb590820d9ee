"""kill -9 while sending: nothing is missing at the receiving end, and every repeat says that it may be one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tallywire.core.events import AlertRaised, alert_id, alert_stream
from tallywire.eventstore.sqlite import SqliteStore
from tests.deliver.sinks import Webhook

ROOT = Path(__file__).parents[2]


def queued(path: Path, count: int) -> None:
    """A store with so many alerts in its outbox, of ten estimates."""
    store = SqliteStore.open(path)
    with store.transaction() as tx:
        for number in range(count):
            alert = alert_id("test", "x", number)
            estimate = f"estimate-{number % 10}"
            event = AlertRaised(alert, "change", estimate, "info", f"{number}", "text", "reason", ["hook"])
            tx.append(alert_stream(alert), event)
    store.close()


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
def test_a_crash_at_each_step(tmp_path: Path, sink: Webhook, step: str, posts: int, marked: list[bool]) -> None:
    path, url = tmp_path / "store.db", sink.url("ok")
    queued(path, 1)
    assert daemon(path, url, step).wait(60) == -signal.SIGKILL
    finish(path, url)
    assert [post["possible_repeat"] for _, post in sink.posts] == marked
    assert len({post["short_id"] for _, post in sink.posts}) == 1
    store = SqliteStore.open(path, readonly=True)
    assert [row["state"] for row in store.rows("delivery")] == ["delivered"]
    assert [row["is_repeat"] for row in store.rows("delivery")] == [marked[-1]]
    assert store.verify().ok and not store.compare()
    store.close()


@pytest.mark.parametrize(
    ("messages", "kills"), [(200, 5), pytest.param(10_000, 100, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_killed_at_random_while_sending(
    tmp_path: Path, sink: Webhook, capsys: pytest.CaptureFixture[str], messages: int, kills: int
) -> None:
    path, url = tmp_path / "store.db", sink.url("ok")
    queued(path, messages)
    dice = random.Random(kills)
    done = 0
    for _ in range(kills):
        process = daemon(path, url)
        done = max(done, len(sink.posts)) + dice.randint(1, messages // kills)
        sink.wait(min(done, messages), 60)
        time.sleep(dice.random() / 100)
        process.kill()
        process.wait()
    finish(path, url)
    arrived = Counter(post["id"] for _, post in sink.posts)
    repeats = sum(arrived.values()) - len(arrived)
    unmarked = [id for id, marks in _marks(sink).items() if not all(marks[1:])]
    missing = messages - len(arrived)
    with capsys.disabled():
        print(f"\n{messages} messages, {kills} kills: {missing} missing, {repeats} repeats, {len(unmarked)} unmarked")
    assert (missing, unmarked) == (0, [])
    assert repeats <= kills
    order = [int(post["title"]) for _, post in sink.posts]
    assert list(dict.fromkeys(order)) == list(range(messages))


def _marks(sink: Webhook) -> dict[str, list[bool]]:
    """For each message whether its arrivals, in their order, said "possible repeat"."""
    marks: dict[str, list[bool]] = defaultdict(list)
    for _, post in sink.posts:
        marks[post["id"]].append(post["possible_repeat"])
    return marks
