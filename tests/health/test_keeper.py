"""What the daemon tells of itself: through the channels that work, once, and with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tallywire.config import Config
from tallywire.core.events import AlertRaised, FileRejected, alert_id, alert_stream, file_stream
from tallywire.deliver import outbox
from tallywire.deliver.channels import Channel
from tallywire.deliver.outcome import Outcome
from tallywire.eventstore.readers import Readers
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.health.course import GRACE
from tallywire.health.keeper import Keeper
from tallywire.health.poison import TITLE
from tallywire.health.systemd import Notifier
from tallywire.home import Home
from tallywire.pulse import Pulse
from tallywire.watch import Watch
from tallywire.writer import Writer

Run = Callable[[Callable[[Any], Any]], Any]


class Around:
    """The daemon's other parts, as they tell of themselves."""

    polls: str | None = None
    wrong: str | None = None
    paused: str | None = None

    def waiting(self) -> int:
        return 0


class Scene:
    def __init__(self, root: Path) -> None:
        self.home, self.at, self.around = Home(root), datetime(2025, 3, 27, 8, tzinfo=UTC), Around()
        self.home.store.mkdir(parents=True)
        self.writer = Writer(lambda: SqliteStore.open(self.home.database, clock=lambda: self.at)).start()
        self.readers = Readers(lambda: SqliteStore.open(self.home.database, readonly=True))
        config = Config(channels=(Channel("desk", "json://127.0.0.1/x"), Channel("pager", "json://127.0.0.1/y")))
        self.keeper = Keeper(
            self.home,
            lambda: config,
            submit=self.writer.submit,
            read=self.readers.read,
            now=lambda: self.at,
            wake=lambda: None,
            watch=self.around,
            intake=self.around,
            pulse=Pulse(),
            notifier=Notifier({}),
        )

    def keep(self, later: timedelta = timedelta()) -> list[dict[str, Any]]:
        """A look after a while; gives all system alerts so far."""
        self.at += later
        self.keeper.keep()
        return self.writer.run(lambda tx: tx.rows("alert", order="position", kind="system"))

    def close(self) -> None:
        self.readers.close()
        self.writer.close()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    opened = Scene(tmp_path / "home")
    yield opened
    opened.close()


def fail(scene: Scene, channel: str, times: int) -> None:
    """A message for one channel that was tried in vain."""
    alert = alert_id("test", "x", channel)

    def change(tx: Any) -> None:
        event = AlertRaised(alert, "change", "x", "info", "title", "text", "reason", [channel])
        tx.append(alert_stream(alert), event)
        for _ in range(times):
            waiting = outbox.queued(tx, channel)[0]
            job = outbox.lease(tx, waiting, scene.at, timedelta(seconds=1))
            assert job is not None
            outbox.settle(tx, job, Outcome("passing", "HTTP 500"), scene.at, 0.0)

    scene.writer.run(change)


def test_a_channel_that_fails_for_hours_is_told_of_through_the_others(scene: Scene) -> None:
    fail(scene, "desk", times=4)
    assert scene.keep() == []
    assert scene.home.health.exists()
    assert scene.keep(timedelta(hours=2)) == []
    (alert,) = scene.keep(GRACE)
    assert "deliveries to desk" in alert["title"] and "test-send desk" in alert["text"] and "HTTP 500" in alert["text"]
    assert alert["channels_json"] == ["console", "pager"]
    assert len(scene.keep(GRACE)) == 1


def test_the_health_file_is_written_while_all_is_well_only(scene: Scene) -> None:
    scene.keep()
    scene.home.health.unlink()
    scene.around.paused = "the disk is full"
    scene.keep()
    assert not scene.home.health.exists()
    scene.around.paused = None
    scene.keep()
    assert scene.home.health.exists()
    scene.keeper.end()
    scene.keep()
    assert not scene.home.health.exists()


def test_it_says_when_it_is_over(scene: Scene) -> None:
    scene.around.wrong = "there is none"
    scene.keep()
    assert len(scene.keep(GRACE)) == 1
    scene.around.wrong = None
    alerts = scene.keep(GRACE)
    assert [a["title"].partition(":")[0] for a in alerts] == ["Tallywire is not well", "Tallywire is well again"]


def test_an_inbox_that_is_gone_for_more_than_a_minute(scene: Scene) -> None:
    watch = scene.keeper.watch = Watch(scene.home.inbox, lambda path: None, lambda: None)
    scene.home.inbox.write_text("no folder")  # so that it can't be made anew
    watch.start()
    try:
        scene.keep()
        (alert,) = scene.keep(GRACE)
        assert "inbox" in alert["title"] and "Not a directory" in alert["text"]
        scene.home.inbox.unlink()
        watch.look_after()
        assert len(scene.keep(GRACE)) == 2
    finally:
        watch.stop()


def test_a_store_that_gives_errors_is_an_ailment_and_no_exception(scene: Scene) -> None:
    scene.writer.close()
    scene.keeper.keep()
    assert scene.keeper.look().store_error is not None


def reject(scene: Scene, path: str, reason: str) -> None:
    scene.writer.run(lambda tx: tx.append(file_stream(path, 1, 1), FileRejected(path, 1, 1, reason, "")))


def test_files_that_broke_their_parser_are_told_of_together_and_once(scene: Scene) -> None:
    reject(scene, "old.pdf", "parser crashed")  # before anybody looked: old news
    assert scene.keep() == []
    for number in range(5):
        reject(scene, f"{number}.pdf", "parser timed out")
    reject(scene, "empty.txt", "empty")
    (alert,) = scene.keep()
    assert alert["title"] == TITLE and "0.pdf: parser timed out" in alert["text"] and "and 2 more" in alert["text"]
    assert "empty.txt" not in alert["text"]
    assert len(scene.keep()) == 1
    reject(scene, "last.pdf", "parser crashed")
    assert len(scene.keep()) == 2
