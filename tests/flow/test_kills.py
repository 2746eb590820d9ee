"""kill -9 at each step of ingest, decide and deliver, then a restart: nothing lost, nothing twice, repeats marked."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.deliver.sinks import Webhook, webhook
from tests.flow import texts
from tests.harness import Place, wait_for

STEPS = [
    "ingest.taken",
    "ingest.extracted",
    "ingest.recorded",
    "ingest.left",
    "ingest.rejected",
    "decide.decided",
    "deliver.before_send",
    "deliver.after_send",
    "deliver.after_outcome",
]
COMMITS = 12  # the first so many commits of the run, each hit just before and just after


def settle_and_check(place: Place, hooks: Webhook, files: int, rejected: int = 0) -> int:
    """What must hold after any kill; gives how many messages came more than once (each of them marked)."""
    place.settle()
    articles, claims, alerts = place.ask("articles"), place.ask("claims"), place.ask("alerts")
    assert len(articles) == files
    assert len({c["id"] for c in claims}) == len(claims)
    assert len({(c["article"], c["start"], c["estimate"]) for c in claims}) == len(claims)
    done = [p for p in (place.home.inbox / "done").rglob("*") if p.is_file()]
    assert len(done) == files
    assert len(list((place.home.inbox / "rejected").glob("*.txt"))) <= 2 * rejected
    sent = [a["id"] for a in alerts if a["deliveries"].get("hook") == "delivered"]
    came = [body["id"] for _, body in hooks.posts]
    assert set(sent) == set(came)
    assert len(sent) == len([a for a in alerts if a["deliveries"]])  # a backlog's own are told in its summary
    assert place.is_whole()
    return len(came) - len(set(came))


def drop_all(place: Place) -> None:
    place.drop("first.txt", texts.FIRST)
    place.drop("more.json", texts.MORE)
    place.drop("killed.txt", texts.KILLED)
    place.drop("empty.txt", "")


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_and_started_again(tmp_path: Path, step: str) -> None:
    with webhook() as hooks:
        place = Place(
            tmp_path / "home",
            estimates=texts.TROOPS,
            channels=f'hook: "{hooks.url("ok")}"\n',
            settings=texts.QUICK,
        )
        drop_all(place)
        place.start({"TALLYWIRE_CRASH_AT": step}, wait=False)
        try:
            wait_for(place.has_ended, f"the daemon dies at {step}")
            place.kill()
            place.start()
            repeats = settle_and_check(place, hooks, files=3, rejected=1)
            assert place.stop() == 0
        finally:
            place.kill()
        assert repeats <= 1
        assert place.estimate("deployed")["best"] == 14000 and place.estimate("killed")["best"] == 300
        assert len([e for e in place.ask("events") if e["type"] == "FileRejected"]) == 1


def test_killed_around_every_commit(tmp_path: Path) -> None:
    """One home, killed again and again: before its first commit, after it, before the second ..."""
    with webhook() as hooks:
        place = Place(
            tmp_path / "home",
            estimates=texts.TROOPS,
            channels=f'hook: "{hooks.url("ok")}"\n',
            settings=texts.QUICK,
        )
        kills = 0
        try:
            for number in range(1, COMMITS + 1):
                for side in ("before", "after"):
                    if not list(place.home.inbox.glob("*.*")) and kills > 4:
                        break
                    if kills == 0:
                        drop_all(place)
                    place.start({"TALLYWIRE_CRASH_AT": f"store.{side}_commit:{number}"}, wait=False)
                    deadline = time.monotonic() + 3
                    while not place.has_ended() and time.monotonic() < deadline:
                        time.sleep(0.02)
                    kills += place.has_ended()
                    place.kill()
            place.start()
            settle_and_check(place, hooks, files=3, rejected=1)
            assert kills > 4
        finally:
            place.kill()


def storm(tmp_path: Path, files: int, kills: int) -> str:
    """Random kills while files pour in; gives the figures as a line."""
    chance = random.Random(7)
    with webhook() as hooks:
        place = Place(
            tmp_path / "home",
            estimates=texts.TROOPS,
            channels=f'hook: "{hooks.url("ok")}"\n',
            settings=texts.QUICK,
        )
        try:
            for number in range(kills):
                for each in range(number * files // kills, (number + 1) * files // kills):
                    place.drop(f"{each}.txt", texts.KILLED.replace("300", f"{300 + each}"))
                place.start(wait=False)
                time.sleep(0.6 + chance.random())
                place.kill()
            place.start()
            repeats = settle_and_check(place, hooks, files)
            claims = len(place.ask("claims"))
            place.stop()
        finally:
            place.kill()
        assert claims == files
        assert repeats <= kills
    return f"{files} files, {kills} kills: 0 lost, 0 double, {len(hooks.posts)} messages, {repeats} repeats"


def test_random_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print(storm(tmp_path, files=40, kills=5))


@pytest.mark.long
def test_random_kills_long(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = storm(tmp_path, files=1000, kills=100)
    with capsys.disabled():
        print(f"\n{line}")
