"""A real daemon's health file, heartbeat, metrics and status: there while all is well, and only then."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.deliver.sinks import Webhook, free_port, webhook
from tests.flow import texts
from tests.harness import Place, wait_for


def sample(text: str, name: str, /, **labels: str) -> float | None:
    found = (s for family in text_string_to_metric_families(text) for s in family.samples)
    return next((s.value for s in found if s.name == name and labels.items() <= s.labels.items()), None)


def scraped(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
        return text


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home", estimates=texts.TROOPS)


def configure(place: Place, hooks: Webhook, port: int) -> None:
    url = f"http://127.0.0.1:{hooks.server_port}/ok/${{BEAT}}"
    settings = f'{texts.QUICK}metrics: {port}\nheartbeat: {{url: "{url}", every: 10 s}}\n'
    place.configure(settings=settings, channels=f'hook: "{hooks.url("ok")}"\n')


def test_signs_of_life_come_while_all_is_well_and_stop_when_it_is_not(place: Place) -> None:
    port = free_port()
    with webhook() as hooks:
        configure(place, hooks, port)
        try:
            place.start({"BEAT": "hush-hush", "WATCHDOG_USEC": "900000"})  # looks after itself three times a second
            place.drop("first.txt", texts.FIRST)
            place.settle()
            health = place.home.health
            wait_for(lambda: health.exists() and hooks.gets, "health file and heartbeat")
            assert hooks.gets[0] == "ok/hush-hush"
            wait_for(lambda: place.ask("status")[0]["stored"]["files"] == {}, "the file is done")
            answer = place.ask("status")[0]
            assert answer["is_running"] and answer["is_well"] and answer["stored"]["events"] >= 4
            text = scraped(port)
            assert sample(text, "tallywire_well") == 1
            assert sample(text, "tallywire_events_total") == answer["stored"]["events"]
            assert sample(text, "tallywire_files_total", result="done") == 1
            assert sample(text, "tallywire_deliveries_total", result="delivered") == 2  # the hook's and the console's

            place.home.inbox.rename(place.home.root / "elsewhere")
            place.home.inbox.write_text("no folder")
            wait_for(lambda: not _is_well(place), "it notices that the inbox is gone")
            health.unlink()
            assert sample(scraped(port), "tallywire_ailment", name="inbox") == 1
            assert place.run("status", check=False).returncode == 1
            doctor = place.run("doctor", check=False)
            assert doctor.returncode == 1 and "BAD   daemon: the watch on the inbox" in doctor.stdout
            assert not health.exists()

            place.home.inbox.unlink()
            (place.home.root / "elsewhere").rename(place.home.inbox)
            wait_for(lambda: _is_well(place) and health.exists(), "it is well again")
            assert place.stop() == 0
            assert not health.exists()
            assert place.run("status", check=False).returncode == 3
            assert "hush-hush" not in place.log.read_text() + place.output.read_text()
        finally:
            place.kill()


def _is_well(place: Place) -> bool:
    return bool(json.loads(place.run("status", "--format", "json", check=False).stdout)[0]["is_well"])


def test_a_port_that_is_taken_does_not_stop_the_work(place: Place) -> None:
    with webhook() as hooks:
        configure(place, hooks, hooks.server_port)
        try:
            place.start({"BEAT": "x"})
            assert place.ask("status")[0]["is_well"]
            assert f"no metrics on port {hooks.server_port}" in place.log.read_text()
        finally:
            place.kill()


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("heartbeat: gopher://example.org", "not an http"),
        ("heartbeat: {every: 60 s}", "'url' is missing"),
        ('heartbeat: "http://127.0.0.1/${NOBODY_SET_THIS}"', "NOBODY_SET_THIS is not set"),
        ("metrics: 99999", "out of range"),
    ],
)
def test_mistakes_are_named(place: Place, line: str, wrong: str) -> None:
    place.configure(settings=line + "\n")
    done = place.run("check", check=False)
    assert done.returncode == 2 and wrong in done.stderr and "tallywire.yaml:1" in done.stderr


def test_a_home_that_was_never_used_has_a_status_and_a_diagnosis(place: Place) -> None:
    assert "there is no store yet" in place.run("status", check=False).stdout
    done = place.run("doctor", check=False)
    assert done.returncode == 0 and "Traceback" not in done.stderr


def test_status_counts_what_lies_in_the_inbox_while_nobody_runs(place: Place) -> None:
    place.drop("first.txt", texts.FIRST)
    place.drop("later/killed.txt", texts.KILLED)
    assert "2 wait until it runs" in place.run("status", check=False).stdout
    place.run("run", "--once")
    assert "nothing waits" in place.run("status", check=False).stdout
    place.drop("sudan.txt", texts.SUDAN)
    place.drop("fires.part", texts.FIRES)
    assert "1 wait until it runs" in place.run("status", check=False).stdout
    assert json.loads(place.run("status", "--format", "json", check=False).stdout)[0]["waiting"] == 1
    (place.home.inbox / "sudan.txt").unlink()
    assert json.loads(place.run("status", "--format", "json", check=False).stdout)[0]["waiting"] == 0
