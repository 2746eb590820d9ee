"""Rules, held messages and corrections through a real store: what is told, when, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tallywire import act, backtest, staleness, whence
from tallywire.arguments import CommandError
from tallywire.config import Config
from tallywire.core.definition import AlertRule, Definition, QuietHours, fingerprint, to_json
from tallywire.core.events import (
    ArticleReceived,
    ClaimRecorded,
    ClaimWithdrawn,
    EstimateDefined,
    article_stream,
    claim_stream,
    estimate_stream,
)
from tallywire.decide import Decided, decide
from tallywire.deliver.channels import Channel
from tallywire.eventstore.memory import MemoryStore
from tallywire.folding import Folder
from tallywire.telling import Desk

Json = dict[str, Any]
NIGHT = QuietHours("22:00", "07:00", "Europe/Kyiv")
FIVE = AlertRule(change_percent=5.0)
CHANNELS = ("desk", "phone", "mail")
ANA = "analyst:ana"


class Newsroom:
    """A store with one estimate, a clock that is set by hand, and reports of it."""

    def __init__(self, *rules: AlertRule, to: tuple[str, ...] = ("desk",), interval: float = 0.0) -> None:
        self.now = datetime(2025, 3, 27, 12, 0, tzinfo=UTC)
        self.store = MemoryStore(clock=lambda: self.now)
        self.to, self.interval, self.known = to, interval, frozenset(CHANNELS)
        self.horizon: timedelta | None = None
        self.summary_hours: QuietHours | None = None
        self.count = 0
        self.define(*rules)

    def define(self, *rules: AlertRule) -> None:
        own, *beside = rules or (FIVE,)
        definition = Definition("mali", "N people killed in Mali", policy="latest", alert=own, rules=tuple(beside))
        definition = replace(definition, to=self.to)
        with self.store.transaction() as tx:
            event = EstimateDefined("mali", to_json(definition), fingerprint(definition))
            tx.append(estimate_stream("mali"), event)
        self.decide()

    def define_another(self, name: str, to: tuple[str, ...]) -> None:
        definition = Definition(name, f"N people killed in {name}", policy="latest", alert=FIVE, to=to)
        with self.store.transaction() as tx:
            event = EstimateDefined(name, to_json(definition), fingerprint(definition))
            tx.append(estimate_stream(name), event)
        self.decide()

    def report(
        self,
        figure: float,
        *,
        published: str | None = None,
        quiet: bool = False,
        decided: bool = True,
        of: str = "mali",
    ) -> str:
        """An article of now that gives a total; gives the claim's id."""
        self.count += 1
        article, claim = f"a{self.count}", f"c{self.count}"
        day = published or self.now.isoformat()
        quote = f"{figure} people have been killed"
        with self.store.transaction() as tx:
            where = (f"{article}.txt", 10, "text/plain", "text@1", "Title", f"Outlet {self.count}", None, None)
            received = ArticleReceived(article, *where, day, "header", quiet)
            tx.append(article_stream(article), received, correlation="quiet" if quiet else None)
            span = (quote, 0, 10, 0, 5, quote, "rule", "english@1")
            recorded = ClaimRecorded(claim, article, of, figure, figure, "exact", "total", "reported", *span)
            recorded = replace(recorded, source="The ministry", as_of=day[:10], basis="published")
            tx.append(claim_stream(claim), recorded, correlation="quiet" if quiet else None)
        if decided:
            self.decide()
        return claim

    def decide(self) -> Decided:
        known = [name for name in CHANNELS if name in self.known]
        desk = Desk(
            lambda to: [name for name in known if not to or name in to],
            timedelta(seconds=self.interval),
            self.horizon,
            self.summary_hours,
            self.known,
        )
        with self.store.transaction() as tx:
            return decide(tx, desk, self.now, idle=True)

    def later(self, **step: float) -> Decided:
        """The clock goes on, and what was held is looked at again, as after a restart."""
        self.now += timedelta(**step)
        return self.decide()

    def does(self, command: str, **arguments: Any) -> Json:
        with self.store.transaction() as tx:
            return act.act(tx, command, arguments, ANA)

    def told(self, channel: str = "desk") -> list[Json]:
        """What a channel gets, oldest first."""
        rows = self.store.rows("delivery", order="position", channel=channel)
        alerts = [self.store.row("alert", row["alert"]) for row in rows]
        return [alert for alert in alerts if alert is not None]

    def would(self) -> list[tuple[str, list[str], str, str]]:
        """What backtest says of the rules of now: when, to whom, title, reason."""
        config = Config(
            definitions=tuple(Folder(self.store).definitions.values()),
            channels=tuple(Channel(name, "console:") for name in CHANNELS),
        )
        alerts = backtest.run(self.store, config, None, None)["alerts"]
        return [(a["at"], a["channels"], a["title"], a["reason"]) for a in alerts]

    def was(self) -> list[tuple[str, list[str], str, str]]:
        """The same of what was raised for somebody."""
        rows = self.store.rows("alert", order="position")
        return [(a["raised_at"], a["channels_json"], a["title"], a["reason"]) for a in rows if a["channels_json"]]

    def raised(self) -> list[tuple[str, list[str]]]:
        return [
            (a["kind"], a["channels_json"]) for a in self.store.rows("alert", order="position") if a["channels_json"]
        ]

    def best(self, channel: str = "desk") -> list[Any]:
        return [alert["after_json"]["best"] for alert in self.told(channel)]


# --- several rules --------------------------------------------------------------------------------------------------


def test_each_rule_remembers_what_it_told() -> None:
    boss = AlertRule(name="boss", change_percent=50.0, to=("phone",), severity="critical")
    room = Newsroom(FIVE, boss)
    for day, figure in enumerate((100, 110, 120, 130, 140, 151, 152)):
        room.report(figure, published=f"2025-03-{day + 10}")
    assert room.best("desk") == [100, 110, 120, 130, 140, 151]
    assert room.best("phone") == [100, 151], "drift adds up for each rule by itself"
    assert {a["severity"] for a in room.told("phone")} == {"critical"}


def test_a_channel_that_two_rules_name_gets_one_message_the_gravest() -> None:
    room = Newsroom(FIVE, AlertRule(name="jump", change_percent=50.0, severity="critical"))
    room.report(100)
    room.report(200)
    room.report(210)
    assert [(a["after_json"]["best"], a["severity"]) for a in room.told()] == [
        (100, "critical"),
        (200, "critical"),
        (210, "info"),
    ]


def test_a_rule_added_later_starts_from_what_stands() -> None:
    room = Newsroom(FIVE)
    room.report(100)
    room.define(FIVE, AlertRule(name="boss", change_percent=50.0, to=("phone",)))
    room.decide()
    assert room.told("phone") == []
    room.report(151)
    assert room.best("phone") == [151]


BOSS = AlertRule(name="boss", change_percent=50.0, to=("phone",))
DRIFT = (33_500_000, 38_500_000, 43_500_000, 48_500_000)  # +66% from 29.3 million, and never +50% at once


def drifted(room: Newsroom) -> Newsroom:
    for figure in DRIFT:
        room.later(hours=1)
        room.report(figure)
    return room


def test_drift_adds_up_for_a_rule_added_later_and_backtest_agrees() -> None:
    room = Newsroom(FIVE)
    room.report(29_300_000)
    room.define(FIVE, BOSS)
    with restarted(room):
        assert room.told("phone") == []
    drifted(room)
    assert room.best("phone") == [48_500_000]
    lines = whence.explain(room.store, room.told("phone")[0]["id"])["lines"]
    assert "Told before, by rule default: 29,300,000. Told with this: 48,500,000." in lines
    first, second, *rest = room.would()
    assert [first[1], second[1]] == [["desk"], ["phone"]], "the rule would have told the first figure too"
    assert [first, *rest] == room.was()
    assert room.store.compare() == []


def test_a_rule_added_later_measures_from_what_people_were_told() -> None:
    room = Newsroom(AlertRule(change_percent=80.0))
    room.report(100)
    room.report(140)  # told to nobody
    room.define(AlertRule(change_percent=80.0), BOSS)
    assert room.told("phone") == []
    room.report(149)
    room.report(150)
    assert room.best("phone") == [150] and room.told("phone")[0]["before_json"]["best"] == 100


def test_where_nobody_was_told_a_new_rule_measures_from_what_stood() -> None:
    unheard = replace(FIVE, quiet_hours=NIGHT)
    room = Newsroom(unheard)
    room.now = datetime(2025, 3, 27, 21, 30, tzinfo=UTC)
    room.report(100)  # held
    room.define(unheard, BOSS)
    room.report(130)
    room.report(160)
    assert room.told() == [] and room.best("phone") == [160]
    lines = whence.explain(room.store, room.told("phone")[0]["id"])["lines"]
    assert "Stood, told to nobody, when the rule began: 100. Told with this: 160." in lines
    room.later(hours=12)
    assert [(a["kind"], a["after_json"]["best"]) for a in room.told()] == [("first figure", 160)]


def test_a_first_figure_that_waits_is_told_at_the_end_as_one() -> None:
    room = Newsroom(replace(FIVE, quiet_hours=NIGHT))
    room.now = datetime(2025, 3, 27, 21, 30, tzinfo=UTC)
    room.report(100)
    room.report(101)
    room.later(hours=12)
    assert [(a["kind"], a["after_json"]["best"]) for a in room.told()] == [("first figure", 101)]


# --- what waits -----------------------------------------------------------------------------------------------------


def test_quiet_hours_hold_and_tell_what_still_holds() -> None:
    room = Newsroom(replace(FIVE, quiet_hours=NIGHT))
    room.report(100)
    room.now = datetime(2025, 3, 27, 21, 30, tzinfo=UTC)  # 23:30 in Kyiv
    room.report(120)
    room.later(hours=1)
    room.report(150)
    decided = room.later(hours=1)
    assert room.best() == [100] and decided.held_until == datetime(2025, 3, 28, 5, 0, tzinfo=UTC)
    room.now = datetime(2025, 3, 28, 5, 0, tzinfo=UTC)
    room.decide()
    assert room.best() == [100, 150]
    why = "held back since 2025-03-27 21:30 UTC (quiet hours 22:00-07:00 Europe/Kyiv); it still holds"
    assert why in room.told()[-1]["text"] and why in room.told()[-1]["reason"]
    assert room.later(hours=1).held_until is None and room.best() == [100, 150]


def test_what_goes_back_during_quiet_hours_is_never_told() -> None:
    room = Newsroom(replace(FIVE, quiet_hours=NIGHT))
    room.report(100)
    room.now = datetime(2025, 3, 27, 21, 30, tzinfo=UTC)
    claim = room.report(120)
    with room.store.transaction() as tx:
        tx.append(claim_stream(claim), ClaimWithdrawn(claim, "rejected", "a typing error"), by=ANA)
    room.later(hours=12)
    assert room.best() == [100]


def test_a_critical_rule_knows_no_quiet_hours() -> None:
    room = Newsroom(replace(FIVE, quiet_hours=NIGHT, severity="critical"))
    room.now = datetime(2025, 3, 27, 21, 30, tzinfo=UTC)
    room.report(100)
    assert room.best() == [100]


def test_a_cooldown_waits_and_a_correction_does_not_wait_for_it() -> None:
    room = Newsroom(replace(FIVE, cooldown=3600.0))
    room.report(100)
    room.later(minutes=1)
    claim = room.report(200)
    room.later(minutes=58)
    assert room.best() == [100]
    room.later(minutes=1)
    assert room.best() == [100, 200]
    with room.store.transaction() as tx:
        tx.append(claim_stream(claim), ClaimWithdrawn(claim, "rejected", "a hoax"), by=ANA)
    room.later(minutes=1)
    assert room.best() == [100, 200, 100] and room.told()[-1]["kind"] == "correction"


def test_reports_older_than_the_horizon_come_in_one_summary() -> None:
    room = Newsroom(replace(FIVE, live_horizon=30.0))
    room.report(100, published="2024-03-01")
    assert [a["kind"] for a in room.told()] == ["summary"]
    assert room.told()[0]["title"] == "1 older report: 1 estimate moved"
    room.report(200, published="2025-03-26")
    assert [a["kind"] for a in room.told()] == ["summary", "change"]
    room.horizon = timedelta(days=1)
    room.define(FIVE)
    room.later(days=3)
    room.report(250, published="2025-03-27T08:00:00+00:00")
    assert [a["kind"] for a in room.told()] == ["summary", "change", "summary"]


def test_a_summary_keeps_to_the_quiet_hours_too() -> None:
    room = Newsroom(FIVE)
    room.summary_hours = NIGHT
    room.now = datetime(2025, 3, 27, 21, 30, tzinfo=UTC)
    room.report(100, quiet=True)
    assert room.told() == [] and room.decide().held_until == datetime(2025, 3, 28, 5, 0, tzinfo=UTC)
    room.later(hours=8)
    assert [a["kind"] for a in room.told()] == ["summary"]


def test_each_channel_gets_one_summary_of_what_it_would_be_told_of() -> None:
    room = Newsroom(FIVE, AlertRule(name="large", change_absolute=10_000.0, kinds=("change",), to=("mail",)))
    room.define_another("niger", to=("phone",))
    room.define_another("chad", to=CHANNELS)
    for place in ("mali", "niger", "chad", "mali"):
        room.report(100 + room.count, quiet=True, decided=False, of=place)
    room.decide()
    assert [(a["kind"], a["text"]) for a in room.told("desk")] == [
        ("summary", "people killed in chad: 102\npeople killed in Mali: 103")
    ]
    assert [a["text"] for a in room.told("phone")] == ["people killed in chad: 102\npeople killed in niger: 101"]
    assert [a["text"] for a in room.told("mail")] == ["people killed in chad: 102"]
    assert room.would() == room.was()


def test_channels_that_hear_of_the_same_share_one_summary() -> None:
    room = Newsroom(FIVE, to=())
    room.define_another("niger", to=CHANNELS)
    for place in ("mali", "niger", "niger"):
        room.report(100 + room.count, quiet=True, decided=False, of=place)
    room.decide()
    assert [(kind, channels) for kind, channels in room.raised()] == [("summary", list(CHANNELS))]


def test_a_first_figure_that_a_rule_does_not_ask_for_makes_no_summary() -> None:
    room = Newsroom(FIVE, AlertRule(name="moves", kinds=("change",), to=("mail",)))
    room.report(100)
    assert [a["kind"] for a in room.told()] == ["first figure"] and room.told("mail") == []
    room.report(110)
    assert [a["kind"] for a in room.told("mail")] == ["change"]


# --- snooze ---------------------------------------------------------------------------------------------------------


def snooze(room: Newsroom, hours: float, **more: Any) -> Json:
    until = (room.now + timedelta(hours=hours)).isoformat()
    return room.does("estimates.snooze", id="mali", until=until, why="we know", **more)


def test_a_snooze_holds_until_its_end_and_a_larger_change_breaks_through() -> None:
    room = Newsroom()
    room.report(100)
    snooze(room, 24)
    room.report(120)
    room.later(hours=1)
    assert room.best() == [100]
    room.report(150)
    assert room.best() == [100, 150]
    room.report(160)
    room.later(hours=22.5)
    assert room.best() == [100, 150]
    room.later(hours=1)
    assert room.best() == [100, 150, 160]
    assert "snoozed by ana: we know); it still holds" in room.told()[-1]["text"]


def test_a_snooze_that_nothing_breaks_through_and_its_early_end() -> None:
    room = Newsroom()
    room.report(100)
    snooze(room, 24, unless=None)
    room.report(900)
    room.later(hours=1)
    assert room.best() == [100]
    alert = room.told()[0]["id"]
    room.does("alerts.snooze", id=alert[:8], until=room.now.isoformat(), why="tell me after all")
    room.decide()
    assert room.best() == [100, 900]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "mali", "until": "soon", "why": "x"},
        {"id": "mali", "until": "2025-04-01T00:00", "why": "x"},
        {"id": "mali", "until": "2025-04-01T00:00+00:00"},
        {"id": "male", "until": "2025-04-01T00:00+00:00", "why": "x"},
        {"id": "mali", "until": "2025-04-01T00:00+00:00", "why": "x", "unless": -1},
    ],
)
def test_a_snooze_that_makes_no_sense_changes_nothing(wrong: Json) -> None:
    room = Newsroom()
    with pytest.raises(CommandError):
        room.does("estimates.snooze", **wrong)
    assert (room.store.row("estimate", "mali") or {})["snooze_json"] is None


# --- corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_goes_to_every_channel_that_got_what_it_corrects() -> None:
    room = Newsroom(FIVE, AlertRule(name="boss", change_percent=50.0, to=("phone",)))
    room.report(100)
    wrong = room.report(400)
    assert room.best("desk") == room.best("phone") == [100, 400]
    room.to = ("mail",)
    room.define(FIVE)  # by now alerts go elsewhere, and the boss's rule is gone
    room.known = frozenset({"desk", "phone", "mail"})
    room.does("claims.reject", id=wrong, why="a zero too many")
    room.decide()
    for channel in CHANNELS:
        last = room.told(channel)[-1]
        assert (last["kind"], last["after_json"]["best"]) == ("correction", 100), channel
    assert len({room.told(channel)[-1]["id"] for channel in CHANNELS}) == 1


def test_a_correction_leaves_out_channels_that_are_no_longer_there() -> None:
    room = Newsroom(to=("desk", "phone"))
    room.report(100)
    wrong = room.report(400)
    room.known = frozenset({"desk"})
    room.does("claims.reject", id=wrong, why="a zero too many")
    room.decide()
    assert room.best("phone") == [100, 400] and room.best("desk") == [100, 400, 100]


# --- storms and silence ---------------------------------------------------------------------------------------------


def test_fifty_live_reports_within_a_minute_are_two_messages_at_most() -> None:
    room = Newsroom(interval=60.0)
    for figure in range(100, 600, 10):
        room.report(figure)
        room.later(seconds=1)
    room.later(seconds=60)
    assert room.best() == [100, 590]
    room.later(hours=1)
    assert room.best() == [100, 590]


@contextmanager
def restarted(room: Newsroom) -> Iterator[None]:
    """The same store, nothing else: all that a restart leaves."""
    yield
    for _ in range(3):
        room.decide()


def test_no_restart_repeats_a_past_alert() -> None:
    room = Newsroom(interval=60.0)
    for figure in (100, 200, 300, 300, 150):
        room.later(days=1)
        with restarted(room):
            room.report(figure, decided=False)
        with restarted(room):
            room.later(seconds=61)
    ids = [row["id"] for row in room.store.rows("alert")]
    assert room.best() == [100, 200, 300, 150] and len(ids) == len(set(ids)) == 4


def test_staleness_is_told_once_for_each_silence() -> None:
    room = Newsroom(replace(FIVE, stale=3.0, quiet_hours=NIGHT))

    def look() -> list[str]:
        for name, rule in staleness.due(room.store, room.now):
            with room.store.transaction() as tx:
                desk = Desk(lambda to: ["desk"])
                assert staleness.raise_stale(tx, name, rule, desk, room.now)
                assert not staleness.raise_stale(tx, name, rule, desk, room.now)
        return [a["title"] for a in room.told() if a["kind"] == "staleness"]

    assert look() == [], "of what was never heard of there is no silence"
    room.report(100)
    room.later(days=2.9)
    assert look() == []
    room.later(days=0.6)  # by now it is night in Kyiv
    assert look() == []
    room.later(days=0.5)
    assert look() == ["people killed in Mali: no report for 4 days; the limit is 3"]
    room.later(days=30)
    assert len(look()) == 1
    room.report(100)
    room.later(days=4)
    snooze(room, 1)
    assert len(look()) == 1
    room.later(hours=2)
    assert len(look()) == 2
