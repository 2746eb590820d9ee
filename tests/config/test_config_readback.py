"""The alert rules in plain words, and what only a closer look at a channel's URL finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallywire import config
from tallywire.config import ConfigError, readback
from tallywire.core.definition import AlertRule
from tallywire.deliver.send import complaint
from tests.config.test_config_channels import CANARY, home
from tests.config.test_config_rules import load

ALERTS = """\
default: {change: 5%, on: [best, width], cooldown: 6 h, quiet hours: 22:00-07:00 Europe/Kyiv}
tags:
  front: {change: [2%, 100], interval: 90 s, live horizon: 30 days}
  urgent: {cooldown: off}
estimates:
  killed: {stale after: 14 days, quiet hours: off, kinds: [change, correction]}
rules:
  boss: {change: 50%, severity: critical, tags: [front], to: [night]}
  log: {to: [console]}
"""
SETTINGS = """\
zone: Europe/Kyiv
live horizon: 60 days
digest:
  - {at: "08:00", to: [desk]}
  - {every: monday, at: "09:30"}
"""


def test_a_rule_in_words(tmp_path: Path) -> None:
    loaded = load(tmp_path, ALERTS, settings=SETTINGS)
    killed, displaced = loaded.definitions
    assert readback.of_estimate(killed, loaded.channels) == [
        (
            "default",
            "a change of at least 5% in best or width; only change, correction; at most one message in 90 seconds; "
            "reports older than 30 days in a summary only; a message after 14 days without a report; to desk",
        ),
        ("boss", "a change of at least 50%; severity critical (knows no quiet hours); to phone"),
        ("log", "every change; to console"),
    ]
    assert readback.of_estimate(displaced, loaded.channels) == [
        (
            "default",
            "a change of at least 5% in best or width; a cooldown of 6 hours after a message (not for corrections and "
            "contradictions); held in the quiet hours 22:00-07:00 Europe/Kyiv; to console, desk, phone",
        ),
        ("log", "every change; to console"),
    ]


def test_the_whole_in_words(tmp_path: Path) -> None:
    assert readback.of_config(load(tmp_path, ALERTS, settings=SETTINGS)) == [
        "by default: a change of at least 5% in best or width; a cooldown of 6 hours after a message (not for "
        "corrections and contradictions); held in the quiet hours 22:00-07:00 Europe/Kyiv",
        "tag front: a change of at least 2% and 100; at most one message in 90 seconds; reports older than 30 days in "
        "a summary only",
        "tag urgent: no cooldown",
        "estimate killed: only change, correction; no quiet hours; a message after 14 days without a report",
        "rule boss, for tag front: a change of at least 50%; severity critical (knows no quiet hours); to night",
        "rule log, for every estimate: every change; to console",
        "at most one message about one estimate in 1 minute, unless a rule says else",
        "reports older than 60 days come in a summary only",
        "summaries wait out the quiet hours 22:00-07:00 Europe/Kyiv too",
        "digest daily: every day at 08:00 Europe/Kyiv, to desk",
        "digest weekly: every Monday at 09:30 Europe/Kyiv, to console, desk, phone",
    ]


def test_without_rules(tmp_path: Path) -> None:
    lines = readback.of_config(load(tmp_path, "", estimates="- track: N people displaced in Sudan\n"))
    assert lines == [
        "by default: every change",
        "at most one message about one estimate in 1 minute, unless a rule says else",
        "no digest",
    ]
    assert readback.of_rule(AlertRule(on=("low",))) == "every change in low"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "1 minute"), (90, "90 seconds"), (7200, "2 hours"), (86_400, "1 day"), (0.5, "0.5 seconds")],
)
def test_lengths(seconds: float, words: str) -> None:
    assert readback.length(seconds) == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"a: jsno://{CANARY}.example/x\n", "1: key 'a': apprise takes no such jsno:// URL"),
        (f"ok: json://localhost/x\na:\n  tags: b\n  url: discord://{CANARY}\n", "4: key 'url': apprise takes no such"),
        (f"a: mailto://{CANARY}\n", "1: key 'a': apprise takes no such mailto:// URL"),
    ],
)
def test_a_url_that_apprise_does_not_take(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(home(tmp_path, text), {}, probe=complaint)
    assert str(caught.value).startswith(f"config/channels.yaml:{message}")
    assert CANARY not in str(caught.value)


def test_urls_that_apprise_takes(tmp_path: Path) -> None:
    text = (
        f"a: json://u:{CANARY}@localhost/x\nb: mailtos://u:{CANARY}@example.org?to=a@example.org\nconsole: 'console:'\n"
    )
    assert len(config.load(home(tmp_path, text), {}, probe=complaint).channels) == 3
