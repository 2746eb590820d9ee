"""alerts.yaml: what an estimate's rule is put together from, and each mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallywire import config
from tallywire.config import ConfigError
from tallywire.core.definition import AlertRule, QuietHours, from_json, to_json

ESTIMATES = """\
- track: N soldiers killed in Mali
  id: killed
  tags: [front, urgent]
  alert: {change: 5%, to: [desk]}
- track: N people displaced in Mali
  id: displaced
"""
CHANNELS = "desk: json://localhost/a\nphone: {url: json://localhost/b, tags: [night]}\n"


def load(tmp_path: Path, alerts: str, estimates: str = ESTIMATES, settings: str = "") -> config.Config:
    folder = tmp_path / "config"
    folder.mkdir(exist_ok=True)
    for name, text in (("alerts", alerts), ("estimates", estimates), ("channels", CHANNELS), ("tallywire", settings)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return config.load(tmp_path, {})


def test_what_comes_later_goes_before(tmp_path: Path) -> None:
    alerts = """\
default: {change: 100, cooldown: 1 h, severity: warning}
tags:
  front: {change: 10%, cooldown: 2 h, on: [best, width]}
  urgent: {cooldown: off}
estimates:
  killed: {severity: critical}
"""
    killed, displaced = load(tmp_path, alerts).definitions
    assert killed.alert == AlertRule(
        change_percent=5.0, on=("best", "width"), severity="critical", to=("desk",), cooldown=0.0
    )
    assert displaced.alert == AlertRule(change_absolute=100, cooldown=3600.0, severity="warning")


def test_every_key_of_a_rule(tmp_path: Path) -> None:
    alerts = """\
rules:
  boss:
    change: [50%, "1,000"]
    on: high
    kinds: [change, correction]
    severity: critical
    to: [night]
    interval: 5 min
    cooldown: 6 h
    live horizon: 2 weeks
    quiet hours: {from: 22:00, to: 07:00, zone: Europe/Kyiv}
    stale after: 36 h
    tags: front
  all: {change: 90%}
"""
    killed, displaced = load(tmp_path, alerts).definitions
    boss = AlertRule(
        change_percent=50.0,
        change_absolute=1000,
        kinds=("change", "correction"),
        name="boss",
        on=("high",),
        severity="critical",
        to=("night",),
        interval=300.0,
        cooldown=21_600.0,
        live_horizon=14.0,
        quiet_hours=QuietHours("22:00", "07:00", "Europe/Kyiv"),
        stale=1.5,
    )
    everybody = AlertRule(change_percent=90.0, name="all")
    assert killed.rules == (boss, everybody) and displaced.rules == (everybody,)
    assert from_json(to_json(killed)) == killed


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-07:00", QuietHours("22:00", "07:00", "Asia/Kathmandu")),
        ("9:30 - 11:00 America/New_York", QuietHours("09:30", "11:00", "America/New_York")),
        ("{from: 1:00, to: 2:00}", QuietHours("01:00", "02:00", "Asia/Kathmandu")),
        ("off", None),
    ],
)
def test_quiet_hours_take_the_home_s_zone_unless_they_name_one(
    tmp_path: Path, text: str, hours: QuietHours | None
) -> None:
    found = load(tmp_path, f"default: {{quiet hours: {text}}}\n", settings="zone: Asia/Kathmandu\n")
    assert found.definitions[1].alert.quiet_hours == hours
    assert found.quiet_hours == hours


MISTAKES = {
    "defaults: {change: 5%}\n": "1: key 'defaults': unknown; did you mean 'default'?",
    "default:\n  chnage: 5%\n": "2: key 'chnage': unknown; did you mean 'change'?",
    "default: {change: a lot}\n": "1: key 'change': 'a lot' is neither a share (5%) nor a number (100)",
    "default: {on: middle}\n": "1: key 'on': 'middle' is not one of best, low, high, width",
    "default: {severity: loud}\n": "1: key 'severity': 'loud' is not one of info, warning, critical",
    "default: {quiet hours: at night}\n": "'at night' is not a span of hours; write it like 22:00-07:00",
    "default: {quiet hours: 22:00-25:00}\n": "'25:00' is not a time of day",
    "default: {quiet hours: 22:00-22:00}\n": "begin and end at the same time",
    "default: {quiet hours: 22:00-07:00 Kyiv}\n": "'Kyiv' is not a time zone",
    "default: {cooldown: soon}\n": "'soon' is not a length of time",
    "default: {to: [boss]}\n": "1: key 'to': there is no channel or tag 'boss'",
    "rules: {default: {change: 5%}}\n": "1: key 'default': is the name of every estimate's own rule",
    "rules:\n  boss:\n    tags: [frnt]\n": "3: key 'tags': there is no tag 'frnt'; did you mean 'front'?",
    "tags: {nosuch: {change: 5%}}\n": "1: key 'nosuch': there is no tag 'nosuch'",
    "estimates:\n  kiled: {change: 5%}\n": "2: key 'kiled': there is no estimate 'kiled'; did you mean 'killed'?",
}


@pytest.mark.parametrize("alerts", MISTAKES)
def test_mistakes_name_file_line_and_key(tmp_path: Path, alerts: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, alerts)
    assert str(caught.value).startswith("config/alerts.yaml:") and MISTAKES[alerts] in str(caught.value)


def test_several_digests(tmp_path: Path) -> None:
    digests = "digest: [{at: 07:30, to: [desk]}, {every: friday, at: 17:00}]\n"
    daily, weekly = load(tmp_path, "", settings=digests).settings.digests
    assert (daily.name, daily.weekday, daily.to) == ("daily", None, ("desk",))
    assert (weekly.name, weekly.weekday, weekly.at.hour) == ("weekly", 4, 17)
    for wrong, why in {
        "digest: [{at: 7:00}, {at: 8:00}]\n": "there is a digest 'daily' already; give this one a 'name'",
        "digest: {every: fryday}\n": "did you mean 'friday'?",
        "digest: {name: a b}\n": "can't be a name",
    }.items():
        with pytest.raises(ConfigError) as caught:
            load(tmp_path, "", settings=wrong)
        assert why in str(caught.value)
