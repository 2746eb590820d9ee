"""What people get when much happens at once: archives, bursts, an outage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerting.here import Here
from tests.deliver.sinks import Webhook, free_port, webhook
from tests.flow import texts
from tests.harness import Place, wait_for


def report(number: int, figure: int, day: date) -> str:
    return (
        f"{day:%b} {day.day}, {day.year}, 9:00 AM\n\nReport number {number}\n\n"
        f"About {figure:,} Kenyan soldiers have been killed in Haiti, the General Staff said in bulletin {number}.\n"
    )


def real(hooks: Webhook) -> list[dict[str, Any]]:
    return [body for _, body in hooks.posts]


@pytest.fixture
def hooks() -> Iterator[Webhook]:
    with webhook() as server:
        yield server


def home(tmp_path: Path, hooks: Webhook, settings: str, **more: str) -> Place:
    channels = more.pop("channels", f'hook: "{hooks.url("ok")}"\n')
    return Here(tmp_path / "home", estimates=texts.TROOPS, channels=channels, settings=settings, **more)


@pytest.mark.parametrize("count", [150, pytest.param(5000, marks=pytest.mark.long)], ids=["short", "long"])
def test_a_backfill_is_one_summary(
    tmp_path: Path, hooks: Webhook, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home(tmp_path, hooks, texts.QUICK)
    start = date(2020, 1, 1)
    for number in range(count):
        (place.home.inbox / f"{number}.txt").write_text(report(number, 300 + number, start + timedelta(number // 4)))
    began = time.monotonic()
    place.start()
    try:
        wait_for(lambda: not any(place.home.inbox.glob("*.txt")), "all are taken in", 1200)
        place.settle()
        hooks.wait(1)
        time.sleep(1.5)  # a held message would come now
        place.drop("live.txt", report(count, 2 * (300 + count), date(2025, 6, 1)))
        hooks.wait(2)
        place.settle()
    finally:
        place.kill()
    kinds = [body["kind"] for body in real(hooks)]
    with capsys.disabled():
        print(f"\n{count} files taken in within {time.monotonic() - began:.0f} s: {kinds[:-1]}, then {kinds[-1]}")
    assert kinds[0] == "summary" and len(kinds) == 2, kinds
    assert f"{count} articles" in real(hooks)[0]["title"].replace(",", "")


def test_fifty_live_files_within_a_minute_are_two_messages_at_most(tmp_path: Path, hooks: Webhook) -> None:
    """With an interval of four seconds for the minute; a slow machine needs several of them."""
    place = home(tmp_path, hooks, "interval: 4 s\nrescan: 1\n")
    place.start()
    began = time.monotonic()
    try:
        for number in range(50):
            place.drop(f"{number}.txt", report(number, 300 + 10 * number, date(2025, 3, 1) + timedelta(number)))
        wait_for(lambda: len(place.ask("articles")) == 50, "fifty articles")
        intervals = int((time.monotonic() - began) / 4)
        wait_for(lambda: real(hooks) and real(hooks)[-1]["after"]["best"] == 790, "the last figure is told")
        place.settle()
    finally:
        place.kill()
    assert len(real(hooks)) <= 2 + intervals, [body["title"] for body in real(hooks)]


def test_an_outage_of_the_sinks(tmp_path: Path) -> None:
    """All that was raised meanwhile arrives, in order, with the times of then."""
    port = free_port()
    place = Here(
        tmp_path / "home",
        estimates=texts.TROOPS,
        channels=f'hook: "json://127.0.0.1:{port}/ok"\n',
        settings=texts.QUICK,
    )
    place.start()
    try:
        for number in range(4):
            place.drop(f"{number}.txt", report(number, 300 * 2**number, date(2025, 3, 1) + timedelta(number)))
            wait_for(lambda n=number: len(place.ask("alerts")) == n + 1, "the alert")  # type: ignore[misc]
        raised = [(a["id"], a["raised_at"]) for a in place.ask("alerts")]
        wait_for(lambda: "no answer" in place.log.read_text(), "a try in vain")
        with webhook(port) as hooks:
            place.stop()
            place.start()  # as an operator would; else the back-off is waited for
            place.settle()
            came = [(body["id"], body["raised_at"]) for body in real(hooks)]
    finally:
        place.kill()
    assert came == raised
    assert not any(body["possible_repeat"] for body in real(hooks)), "nothing had gone out"
