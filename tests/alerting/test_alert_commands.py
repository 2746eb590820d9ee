"""The commands about alerts, run as people run them, on a home with a real store."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerting.here import Here
from tests.deliver.sinks import mail_server, webhook
from tests.flow import texts

CANARY = "c4nary-S3cret"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Here:
    """Two reports that moved an estimate, and one message that arrived and one that did not."""
    with webhook() as hooks:
        channels = f'hook: "{hooks.url("ok")}"\ndead: "{hooks.url(f"404/{CANARY}")}"\n'
        home = tmp_path_factory.mktemp("alerts") / "home"
        made = Here(home, estimates=texts.TROOPS, channels=channels, settings=texts.QUICK)
        made.drop("first.txt", texts.FIRST)
        made.run("run", "--once")
        made.drop("more.json", texts.MORE)
        made.drop("killed.txt", texts.KILLED)
        made.run("run", "--once")
    return made


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_explain_gives_rule_arithmetic_claims_and_each_step(place: Here) -> None:
    change = next(a for a in place.ask("alerts") if a["kind"] == "change")
    [answer] = place.ask("alerts", "explain", change["id"][:8])
    assert answer["rule"] == "default" and answer["before"]["best"] == 11000 and answer["after"]["best"] == 14000
    assert any("14,000 - 11,000 = +3,000 = +27.3%" in line for line in answer["lines"])
    assert any(
        line.startswith("Rule default (as configured now): any change of the figure") for line in answer["lines"]
    )
    assert answer["claims"] and all(c["state"] == "standing" and c["quote"] for c in answer["claims"])
    steps = [(step["what"], step["channel"]) for step in answer["steps"]]
    for channel in ("console", "hook", "dead"):
        assert ("queued", channel) in steps
    assert ("delivered", "hook") in steps and ("given up", "dead") in steps
    given_up = next(step for step in answer["steps"] if step["what"] == "given up")
    assert given_up["attempt"] == 1 and "404" in given_up["note"]
    shown = place.run("alerts", "explain", change["id"][:8]).stdout
    assert "14,000" in shown and "404" in shown and CANARY not in shown
    system = next(a for a in place.ask("alerts") if a["kind"] == "system")
    assert "delivered" in place.run("alerts", "explain", system["id"]).stdout


def test_explain_says_what_corrected_it(place: Here) -> None:
    killed = next(a for a in place.ask("alerts") if a["estimate"] == "killed")
    claim = place.ask("claims", "--estimate", "killed")[0]["id"]
    place.run("claims", "reject", claim, "--why", "a rumour")
    [answer] = place.ask("alerts", "explain", killed["id"])
    assert len(answer["corrected_by"]) == 1
    assert answer["claims"][0]["state"] == "withdrawn rejected"
    correction = next(a for a in place.ask("alerts") if a["id"] == answer["corrected_by"][0])
    assert correction["kind"] == "correction" and set(correction["deliveries"]) >= {"hook", "console"}
    place.run("claims", "restore", claim, "--why", "no rumour")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--for", "3d"], "deployed is snoozed until 2"),
        (["--for", "1 s"], "deployed is snoozed until 2"),
        (["--for", "15 min"], "deployed is snoozed until 2"),
        (["--for", "1.5 hours"], "deployed is snoozed until 2"),
        (["--for", "2w"], "deployed is snoozed until 2"),
        (["--until", "2099-01-01 08:00"], "deployed is snoozed until 2099-01-01 08:00"),
        (["--until", "2099-01-01", "--whatever-comes"], "deployed is snoozed until 2099-01-01 00:00"),
        (["--off"], "deployed is no longer snoozed"),
    ],
)
def test_snooze(place: Here, options: list[str], said: str) -> None:
    assert said in place.run("estimates", "snooze", "deployed", "--why", "known", *options).stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "say how long"),
        (["--for", "3d", "--off"], "say how long"),
        (["--for", "soon"], "not a length of time"),
        (["--for", "90"], "not a length of time"),
        (["--for", "0 s"], "is no length of time"),
        (["--for", "200 years"], "not a length of time"),
        (["--for", "99999999 d"], "more than a century"),
        (["--until", "2020-01-01"], "is over already"),
        (["--until", "later"], "is no time"),
    ],
)
def test_a_snooze_that_makes_no_sense(place: Here, options: list[str], said: str) -> None:
    failed = place.run("estimates", "snooze", "deployed", "--why", "known", *options, check=False)
    assert failed.returncode == 1 and said in failed.stderr and len(failed.stderr.splitlines()) == 1


def test_snooze_by_alert(place: Here) -> None:
    change = next(a for a in place.ask("alerts") if a["kind"] == "change")
    until = (datetime.now(UTC) + timedelta(hours=12)).strftime("%Y-%m-%d")
    said = place.run("alerts", "snooze", change["id"][:8], "--for", "12h", "--unless", "10", "--why", "seen").stdout
    assert "deployed is snoozed until " in said and until in said
    place.run("estimates", "snooze", "deployed", "--off", "--why", "over")


def test_retry_and_drop_find_the_delivery_that_is_meant(place: Here) -> None:
    killed = next(a["id"][:8] for a in place.ask("alerts") if a["estimate"] == "killed" and a["deliveries"])
    command = ("deliveries", "retry", killed, "--why", "the address is right now")
    assert place.run(*command).stdout == f"alert {killed} is queued for dead again\n", "the others arrived"
    assert "say which" in place.run(*command, check=False).stderr, "none of them is dead now"
    refused = place.run("deliveries", "drop", killed, "--channel", "hook", "--why", "x", check=False)
    assert refused.returncode == 1 and "is delivered; only queued or dead ones can be dropped" in refused.stderr
    assert (
        "dead (queued)" in place.run("deliveries", "drop", killed, "--channel", "x", "--why", "x", check=False).stderr
    )
    assert "is dropped for dead" in place.run("deliveries", "drop", killed, "--why", "enough").stdout
    steps = place.ask("alerts", "explain", killed)[0]["steps"]
    assert [step["what"] for step in steps if step["channel"] == "dead"][-2:] == ["queued again", "dropped"]


def test_a_dead_letter_can_be_dropped_for_good(place: Here) -> None:
    with place.store() as store:
        dead = [row["alert"] for row in store.rows("delivery", state="dead")]
    assert dead
    for alert in dead:
        assert "is dropped for dead" in place.run("deliveries", "drop", alert, "--why", "an old address").stdout
    with place.store() as store:
        assert store.count("delivery", state="dead") == 0 and store.compare() == []


def test_backtest_tells_what_would_have_been_sent(place: Here, tmp_path: Path) -> None:
    before = len(place.ask("events"))
    live = rows(place.run("backtest", "--format", "jsonl").stdout)
    sent = [a["title"] for a in place.ask("alerts") if a["estimate"] == "deployed" and a["deliveries"]]
    assert [a["title"] for a in live if a["estimate"] == "deployed"] == sent, "the rules of now: what was sent"
    (tmp_path / "rules.yaml").write_text("default: {change: 50%}\nrules: {all: {to: [hook], severity: critical}}\n")
    strict = rows(place.run("backtest", "--rules", str(tmp_path / "rules.yaml"), "--format", "jsonl").stdout)
    moved = [(a["rule"], a["channels"]) for a in strict if a["kind"] == "change" and a["estimate"] == "deployed"]
    assert moved == [("all", ["hook"])], "27% is not enough for the default rule"
    dated = rows(place.run("backtest", "--by", "published", "--format", "jsonl").stdout)
    assert [a["at"][:10] for a in dated][:2] == ["2025-03-03", "2025-03-27"]
    assert rows(place.run("backtest", "--to", "2001-01-01", "--format", "jsonl").stdout) == []
    table = place.run("backtest").stdout
    assert f"{len(live)} alerts in 1 day: " in table
    assert len(place.ask("events")) == before, "nothing was written"


def test_backtest_refuses_bad_rules(place: Here, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("default: {chnage: 50%}\n")
    failed = place.run("backtest", "--rules", str(tmp_path / "rules.yaml"), check=False)
    assert failed.returncode == 2 and "rules.yaml:1: key 'chnage'" in failed.stderr
    failed = place.run("backtest", "--rules", str(tmp_path / "none.yaml"), check=False)
    assert failed.returncode == 2 and "no such file" in failed.stderr
    assert place.run("backtest", "--from", "yesterday", check=False).returncode == 1


def test_channels_and_a_test_message(tmp_path: Path) -> None:
    with webhook() as hooks, mail_server() as mails:
        mail = mails.url(auth=f"ana:{CANARY}@")
        channels = f'hook: {{url: "{hooks.url(f"ok/{CANARY}")}", tags: [desk]}}\ndead: "{hooks.url(f"401/{CANARY}")}"\n'
        place = Here(tmp_path / "home", estimates=texts.TROOPS, channels=channels + f'mail: "{mail}"\n')
        listed = place.run("channels").stdout
        assert "json://127.0.0.1/***" in listed and "desk" in listed
        failed = place.run("test-send", "--format", "json", check=False)
        assert failed.returncode == 1
        outcomes = {row["name"]: (row["state"], row["error"]) for row in json.loads(failed.stdout)}
        assert outcomes["console"] == outcomes["hook"] == ("delivered", None)
        assert outcomes["dead"][0] == "permanent" and outcomes["dead"][1].startswith("HTTP 401")
        assert outcomes["mail"][0] == "permanent" and "login" in outcomes["mail"][1], "the server knows no login"
        assert "did you mean 'hook'" in place.run("test-send", "hok", check=False).stderr
        posted = [body for path, body in hooks.posts if path.startswith("ok")]
    assert len(posted[0]["message"]) > 20_000 and "@everyone" not in json.dumps(posted, ensure_ascii=False)
    for text in (listed, failed.stdout, failed.stderr):
        assert CANARY not in text
