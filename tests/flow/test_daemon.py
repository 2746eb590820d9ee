"""The whole way with a real daemon: files dropped in, messages that arrive, restarts, reloads, a clean end."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deliver.sinks import mail_server, webhook
from tests.flow import texts
from tests.harness import Place, wait_for


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    yield made
    made.kill()


def test_a_message_arrives_by_mail_and_webhook_with_its_evidence(tmp_path: Path) -> None:
    with mail_server() as mails, webhook() as hooks:
        channels = f'desk: "{mails.url()}"\nhook: "{hooks.url("ok")}"\n'
        place = Place(tmp_path / "home", estimates=texts.TROOPS, channels=channels, settings=texts.QUICK)
        place.start()
        try:
            place.drop("first.txt", texts.FIRST)
            mail, (_, hook) = mails.wait(1)[0], hooks.wait(1)[0]
            place.settle()
            assert place.stop() == 0
        finally:
            place.kill()
    quote = "11,000 Kenyan soldiers have been deployed to Haiti"
    body = mail.get_body(("plain",))
    assert body is not None
    told = body.get_content()
    assert quote.split(" have")[0] in " ".join(told.split())
    assert "General Staff" in told and "first.txt" in told
    assert "11,000" in mail["subject"]
    assert hook["estimate"] == "deployed" and hook["after"]["best"] == 11000
    assert any("11,000" in e["quote"] for e in hook["evidence"])
    assert "first.txt" in place.output.read_text()  # the console is a channel of its own


def test_the_second_report_of_the_same_increment_is_no_news(place: Place) -> None:
    place.start()
    place.drop("first.txt", texts.FIRST)
    place.settle()
    place.drop("more.json", texts.MORE)
    place.settle()
    alerts = [a for a in place.ask("alerts") if a["estimate"] == "deployed"]
    assert [a["kind"] for a in alerts] == ["first figure", "change"]
    assert place.estimate("deployed")["best"] == 14000
    place.drop("again.txt", texts.AGAIN)
    place.settle()
    assert len(place.ask("articles")) == 3
    assert [a["id"] for a in place.ask("alerts") if a["estimate"] == "deployed"] == [a["id"] for a in alerts]
    found = place.estimate("deployed")
    assert (found["best"], found["documents"]) == (14000, 3)
    assert place.is_whole()


def test_copied_renamed_touched_and_seen_after_a_restart_counts_once(place: Place) -> None:
    place.start()
    place.drop("first.txt", texts.FIRST)
    place.settle()
    place.drop("copy.txt", texts.FIRST)
    place.drop("sub/folder/third.txt", texts.FIRST)
    wait_for(lambda: len(list((place.home.inbox / "done").rglob("*.txt"))) == 3, "all three are put away")
    place.settle()
    done = next((place.home.inbox / "done").rglob("first.txt"))
    os.utime(done)
    shutil.copy2(done, place.home.inbox / "first.txt")
    wait_for(lambda: not (place.home.inbox / "first.txt").exists(), "the same path again")
    place.stop()
    place.drop("after-restart.txt", texts.FIRST)
    place.start()
    wait_for(lambda: not (place.home.inbox / "after-restart.txt").exists(), "found by the first scan")
    place.settle()
    assert len(place.ask("articles")) == 1
    assert len([e for e in place.ask("events") if e["type"] == "ArticleSeenAgain"]) == 3
    assert len(place.ask("claims", "--estimate", "deployed")) == 1
    assert len(place.ask("alerts")) == 1
    assert place.is_whole()


@pytest.mark.parametrize("after", ["keep", "delete"])
def test_what_happens_to_an_ingested_file_is_configured(tmp_path: Path, after: str) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=f"{texts.QUICK}after: {after}\n")
    place.start()
    try:
        place.drop("first.txt", texts.FIRST)
        wait_for(lambda: place.ask("articles"), "the article")
        wait_for(lambda: (place.home.inbox / "first.txt").exists() == (after == "keep"), after)
        place.stop()
        place.start()
        time.sleep(1.5)  # a scan passes over what was kept
        assert len(place.ask("events", "--type", "ArticleSeenAgain")) == 0
        assert [f["state"] for f in place.ask("inbox")] == ["done"]
    finally:
        place.kill()


def test_a_plain_copy_a_slow_writer_and_a_moved_folder_are_taken_in(place: Place, tmp_path: Path) -> None:
    place.start()
    with (place.home.inbox / "slow.txt").open("w") as slow:
        for piece in texts.KILLED.split("\n\n"):
            slow.write(piece + "\n\n")
            slow.flush()
            time.sleep(0.2)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "first.txt").write_text(texts.FIRST)
    (tmp_path / "folder").rename(place.home.inbox / "folder")
    (tmp_path / "quiet.txt").write_text(texts.NO_NUMBERS)
    shutil.copyfile(tmp_path / "quiet.txt", place.home.inbox / "quiet.txt")
    wait_for(lambda: len(place.ask("articles")) == 3, "three articles")
    place.settle()
    assert place.estimate("killed")["best"] == 300 and place.estimate("deployed")["best"] == 11000
    assert len([e for e in place.ask("events") if e["type"] == "ArticleReceived"]) == 3


def test_a_definition_added_to_a_running_daemon_finds_its_figures_in_earlier_articles(place: Place) -> None:
    place.start()
    place.drop("sudan.txt", texts.SUDAN)
    place.drop("fires.txt", texts.FIRES)
    wait_for(lambda: len(place.ask("articles")) == 2, "both articles")
    assert place.ask("claims") == []
    added = "- track: N people displaced in Sudan\n- track: N structures destroyed in Los Angeles fires\n"
    place.configure(estimates=texts.TROOPS + added)
    assert "people-displaced-in-sudan: defined" in place.run("reload").stdout
    place.settle()
    assert place.estimate("people-displaced-in-sudan")["best"] == 120000
    assert place.estimate("structures-destroyed-in-los-angeles-fires")["best"] == 9500
    kinds = wait_for(lambda: [a["kind"] for a in place.ask("alerts") if a["deliveries"]], "the summary")
    assert kinds == ["summary"]  # one message, not one for each estimate
    place.configure(estimates=added)
    place.run("reload")
    place.settle()
    assert {e["id"] for e in place.ask("estimates")} == {
        "people-displaced-in-sudan",
        "structures-destroyed-in-los-angeles-fires",
    }
    assert place.is_whole()


def test_sighup_reloads_and_an_invalid_file_changes_nothing(place: Place) -> None:
    place.start()
    place.configure(estimates=texts.TROOPS + "- trakc: N people displaced in Sudan\n")
    failed = place.run("reload", check=False)
    assert failed.returncode == 2
    assert "config/estimates.yaml:7: key 'trakc'" in failed.stderr and len(failed.stderr.splitlines()) == 1
    assert place.daemon is not None
    place.daemon.send_signal(1)
    wait_for(lambda: "nothing changed: config/estimates.yaml:7" in place.log.read_text(), "the log says so")
    assert len(place.ask("estimates")) == 2
    place.configure(estimates=texts.TROOPS + "- track: N people displaced in Sudan\n")
    place.daemon.send_signal(1)
    wait_for(lambda: len(place.ask("estimates")) == 3, "the new estimate")


def test_run_and_check_refuse_a_broken_configuration(place: Place) -> None:
    place.configure(settings="rescan: soon\n")
    for command in (["run"], ["run", "--once"], ["check"]):
        failed = place.run(*command, check=False)
        assert failed.returncode == 2, command
        assert failed.stderr.startswith("tallywire: config/tallywire.yaml:1: ") and "rescan" in failed.stderr
    assert not place.home.database.exists()


def test_a_second_daemon_on_the_same_home_is_refused(place: Place) -> None:
    place.start()
    assert place.daemon is not None
    second = place.run("run", check=False)
    assert second.returncode == 1 and f"pid {place.daemon.pid}" in second.stderr
    assert place.run("estimates").returncode == 0


def test_run_once_drains_and_leaves_what_fails_queued(tmp_path: Path) -> None:
    with webhook() as hooks:
        channels = f'hook: "{hooks.url("503")}"\n'
        place = Place(tmp_path / "home", estimates=texts.TROOPS, channels=channels, settings=texts.QUICK)
        place.drop("first.txt", texts.FIRST)
        place.run("run", "--once")
        assert len(hooks.posts) == 1
        assert {d["channel"]: d["state"] for d in place.ask("deliveries")} == {"console": "delivered", "hook": "queued"}
        assert not (place.home.inbox / "first.txt").exists()
        place.run("run", "--once")  # one more attempt of the same message, and nothing new
        assert [body["id"] for _, body in hooks.posts] == [hooks.posts[0][1]["id"]] * 2
        assert len(place.ask("alerts")) == 1


def test_a_verdict_without_a_daemon_and_with_one(place: Place) -> None:
    place.drop("first.txt", texts.FIRST)
    place.drop("killed.txt", texts.KILLED)
    place.run("run", "--once")
    claim = place.ask("claims", "--estimate", "killed")[0]["id"]
    assert "killed: 300 -> nothing" in place.run("claims", "reject", claim[:8], "--why", "a hoax").stdout
    assert place.estimate("killed")["best"] is None
    place.start()
    assert "killed: nothing -> 300" in place.run("claims", "restore", claim, "--why", "no hoax").stdout
    assert place.estimate("killed")["best"] == 300
    article = place.ask("articles")[0]["id"]
    place.run("articles", "date", article[:12], "2025-04-01", "--why", "the print edition")
    assert place.ask("articles")[0]["published"] == "2025-04-01"
    for bad in (
        ["claims", "reject", claim],
        ["claims", "reject", "zz", "--why", "x"],
        ["articles", "date", article, "soon", "--why", "x"],
    ):
        before = len(place.ask("events"))
        assert place.run(*bad, check=False).returncode != 0
        assert len(place.ask("events")) == before
    by = {e["by"] for e in place.ask("events") if e["type"] in ("ClaimWithdrawn", "ClaimRestored", "ArticleDated")}
    assert len(by) == 1 and by.pop().startswith("analyst:")


def test_a_rejected_claim_that_was_told_is_corrected_where_it_was_told(place: Place) -> None:
    place.start()
    place.drop("killed.txt", texts.KILLED)
    place.settle()
    told = place.ask("alerts")[0]
    claim = place.ask("claims", "--estimate", "killed")[0]["id"]
    place.run("claims", "reject", claim, "--why", "the source took it back")
    place.settle()
    correction = place.ask("alerts")[-1]
    assert (correction["kind"], correction["corrects"]) == ("correction", told["id"])


def test_a_reload_alone_applies_to_kept_articles(place: Place) -> None:
    place.drop("sudan.txt", texts.SUDAN)
    place.run("run", "--once")
    place.configure(estimates="- track: N people displaced in Sudan\n")
    place.run("reload")
    assert place.estimate("people-displaced-in-sudan")["best"] == 120000


def test_the_end_is_clean_and_quick_while_a_sink_hangs(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        channels = f'hook: "json://127.0.0.1:{deaf.getsockname()[1]}/"\n'
        place = Place(tmp_path / "home", estimates=texts.TROOPS, channels=channels, settings=texts.QUICK)
        place.start()
        try:
            place.drop("first.txt", texts.FIRST)
            wait_for(lambda: place.home.database.exists() and place.ask("deliveries"), "a delivery under way")
            assert place.stop() == 0
        finally:
            place.kill()
        states = {d["channel"]: d["state"] for d in place.ask("deliveries")}
        assert states["hook"] == "queued"
        assert not list(place.home.store.glob("control.*"))


def test_rebuild_makes_the_same_views(place: Place) -> None:
    for name in ("FIRST", "MORE", "KILLED"):
        place.drop(f"{name}.json" if name == "MORE" else f"{name}.txt", getattr(texts, name))
    place.run("run", "--once")
    before = {t: place.ask(t) for t in ("estimates", "claims", "articles", "alerts")}
    assert "0 rows had differed" in place.run("rebuild").stdout
    assert {t: place.ask(t) for t in before} == before
    events = [json.loads(line) for line in place.run("events", "--format", "jsonl").stdout.splitlines()]
    assert [e["position"] for e in events] == list(range(1, len(events) + 1))


def test_a_terminal_shows_how_far_a_check_is_and_a_pipe_does_not(place: Place) -> None:
    place.drop("first.txt", texts.FIRST)
    place.run("run", "--once")
    for command, bars in (
        ("verify", ["reading the log", "folding it", "the evidence"]),
        ("rebuild", ["folding the log"]),
    ):
        quiet = place.run(command)
        assert re.match(r"[\d,]+ events in [\d.]+ s: [\d,]+ a second", quiet.stdout) and quiet.stderr == ""
        ours, theirs = pty.openpty()
        done = subprocess.run(place.command(command), stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=60)
        os.close(theirs)
        shown = os.read(ours, 1 << 16).decode()
        os.close(ours)
        assert done.returncode == 0 and done.stdout.partition(" in ")[0] == quiet.stdout.partition(" in ")[0]
        assert all(bar in shown for bar in bars)
