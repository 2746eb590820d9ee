"""What deserves a message: one table of differences, and the rules about time, repeats and corrections."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tallywire.core.alerting import Correction, stale, told
from tallywire.core.definition import AlertRule
from tests.alerting.states import START, Desk, plan, state, voice

Json = dict[str, Any]
ARMY, WEST, REBELS = "the army", "Western officials", "the rebels"
OPEN = [voice(ARMY, 300), voice(WEST, 1000)]
FIVE = AlertRule(change_percent=5.0)

# name: (rule, what was told (None: nothing), the state now, kinds of the message, words of its reason)
TABLE: dict[str, tuple[AlertRule, Json | None, Json, tuple[str, ...], str]] = {
    "nothing at all": (AlertRule(), None, state(), (), "nothing is known yet, and nothing was"),
    "a first figure": (FIVE, None, state(300), ("first figure",), "no figure was known before"),
    "the same figure": (AlertRule(), state(300), state(300), (), "the figure is what was last told: 300"),
    "more articles and originators": (
        AlertRule(),
        state(300),
        state(300, originators=5, documents=40, by=["other"], as_of="2025-03-01", bound="over"),
        (),
        "the figure is what was last told: 300",
    ),
    "any change, where no threshold is set": (
        AlertRule(),
        state(3000),
        state(3001),
        ("change",),
        "the best figure went from 3,000 to 3,001 (+0.0333%)",
    ),
    "a change short of the threshold": (
        FIVE,
        state(300),
        state(314),
        (),
        "the best figure went from 300 to 314 (+4.67%) since the last message, short of the threshold of 5%",
    ),
    "a change that just reaches it": (
        FIVE,
        state(300),
        state(315),
        ("change",),
        "the best figure went from 300 to 315 (+5%), reaching the threshold of 5%",
    ),
    "a fall": (FIVE, state(300), state(200), ("change",), "the best figure went from 300 to 200 (-33%)"),
    "from nought": (FIVE, state(0), state(3), ("change",), "the best figure went from 0 to 3"),
    "the high end": (FIVE, state(300), state(300, 300, 450), ("change",), "the high end went from 300 to 450 (+50%)"),
    "an end of the range, a little": (
        FIVE,
        state(300),
        state(300, 250, 400),
        (),
        "the low end went from 300 to 250 (-17%) since the last message,"
        " short of 1.4 times, from where on an end of the range counts by itself",
    ),
    "the low end, where best moved too little": (
        FIVE,
        state(300),
        state(301, 200, 301),
        ("change",),
        "the low end went from 300 to 200 (-33%)",
    ),
    "an absolute threshold, short": (AlertRule(change_absolute=100), state(300), state(399), (), "short of"),
    "an absolute threshold, reached": (
        AlertRule(change_absolute=100),
        state(300),
        state(400),
        ("change",),
        "reaching the threshold of 100",
    ),
    "both thresholds, one passed": (
        AlertRule(change_percent=5.0, change_absolute=100),
        state(300),
        state(350),
        (),
        "short of the threshold of 5% and 100",
    ),
    "both thresholds passed": (
        AlertRule(change_percent=5.0, change_absolute=100),
        state(300),
        state(400),
        ("change",),
        "reaching the threshold of 5% and 100",
    ),
    "the figure is gone": (FIVE, state(300), state(), ("change",), "nothing stands any more behind 300"),
    "a contradiction opens": (
        FIVE,
        state(300),
        state(300, contradiction=OPEN),
        ("contradiction",),
        "the sources contradict each other: 300 (the army) against 1,000 (Western officials)",
    ),
    "a contradiction as told": (
        FIVE,
        state(300, contradiction=OPEN),
        state(300, contradiction=[voice(ARMY, 310), voice(WEST, 1000)]),
        (),
        "the contradiction is still open: 310 (the army) against 1,000 (Western officials)",
    ),
    "a new side": (
        FIVE,
        state(300, contradiction=OPEN),
        state(300, contradiction=[*OPEN, voice(REBELS, 1000)]),
        ("contradiction",),
        "the contradiction has a new side",
    ),
    "a side says something clearly else": (
        FIVE,
        state(300, contradiction=OPEN),
        state(300, contradiction=[voice(ARMY, 300), voice(WEST, 1500)]),
        ("contradiction",),
        "300 (the army) against 1,500 (Western officials)",
    ),
    "a side gives in": (
        FIVE,
        state(300, contradiction=[*OPEN, voice(REBELS, 1000)]),
        state(300, contradiction=OPEN),
        (),
        "the contradiction is still open",
    ),
    "a contradiction ends": (
        FIVE,
        state(300, contradiction=OPEN),
        state(300),
        (),
        "the sources no longer contradict each other",
    ),
    "a rise and a contradiction together are one message": (
        FIVE,
        state(300),
        state(1000, 300, 1000, contradiction=OPEN),
        ("contradiction", "change"),
        "the sources contradict each other: 300 (the army) against 1,000 (Western officials);"
        " the best figure went from 300 to 1,000 (+233%), reaching the threshold of 5%",
    ),
    "a single source jumps": (
        FIVE,
        state(300),
        state(300, provisional=[voice(WEST, 1000)]),
        ("single-source jump",),
        "1,000 (Western officials) is a jump by a single source, not confirmed",
    ),
    "a jump as told": (
        FIVE,
        state(300, provisional=[voice(WEST, 1000)]),
        state(300, provisional=[voice(WEST, 1000)]),
        (),
        "1,000 (Western officials) is still not confirmed",
    ),
    "the same source jumps further": (
        FIVE,
        state(300, provisional=[voice(WEST, 1000)]),
        state(300, provisional=[voice(WEST, 2000)]),
        ("single-source jump",),
        "2,000 (Western officials) is a jump by a single source, not confirmed",
    ),
    "an undated report above what stands": (
        FIVE,
        state(300),
        state(300, provisional=[voice(WEST, 1000, as_of=None)]),
        ("undated report",),
        "1,000 (Western officials) is above what stands, but carries no date",
    ),
    "a jump is borne out": (
        FIVE,
        state(300, provisional=[voice(WEST, 1000)]),
        state(1000),
        ("confirmation", "change"),
        "the figure that was not confirmed, 1,000 (Western officials), is now borne out",
    ),
    "a jump is borne out nearly": (
        FIVE,
        state(300, provisional=[voice(WEST, 1000)]),
        state(950),
        ("confirmation", "change"),
        "1,000 (Western officials), is now borne out",
    ),
    "a jump of a range is borne out": (
        FIVE,
        state(300, provisional=[voice(WEST, 1000, 1500)]),
        state(1000, 1000, 1500),
        ("confirmation", "change"),
        "1,000-1,500 (Western officials), is now borne out",
    ),
    "a jump is overtaken": (
        FIVE,
        state(12_300, provisional=[voice(None, 99_500)]),
        state(199_500, bound="at_least"),
        ("change", "fading"),
        "99,500 (nobody named) was never confirmed, and is overtaken: 199,500 stands now",
    ),
    "a jump fades": (
        FIVE,
        state(300, provisional=[voice(WEST, 1000)]),
        state(310),
        ("fading",),
        "nothing has borne out 1,000 (Western officials), and it no longer counts",
    ),
    "a plan": (
        FIVE,
        state(300),
        state(300, planned=plan(25000, 30000)),
        ("new plan",),
        "25,000-30,000 more planned (Kyiv)",
    ),
    "a plan alone": (
        FIVE,
        None,
        state(planned=plan(10000, 10000, "total")),
        ("new plan",),
        "10,000 in all planned (Kyiv)",
    ),
    "the plan as told": (
        FIVE,
        state(300, planned=plan(25000, 30000)),
        state(300, planned=plan(25000, 30000) | {"originator": "Seoul", "as_of": "2025-03-01"}),
        (),
        "the plan is what was last told: 25,000-30,000 more",
    ),
    "a plan that moves a little": (
        FIVE,
        state(300, planned=plan(25000, 30000)),
        state(300, planned=plan(25000, 31000)),
        (),
        "short of the threshold of 5%",
    ),
    "another plan": (
        FIVE,
        state(300, planned=plan(25000, 30000)),
        state(300, planned=plan(30000, 30000, "total")),
        ("new plan",),
        "30,000 in all planned now, after 25,000-30,000 more",
    ),
    "a plan that ends": (FIVE, state(300, planned=plan(10, 10)), state(300), (), "the figure is what was last told"),
}


@pytest.mark.parametrize(("rule", "before", "after", "kinds", "words"), TABLE.values(), ids=TABLE)
def test_what_is_news(rule: AlertRule, before: Json | None, after: Json, kinds: tuple[str, ...], words: str) -> None:
    desk = Desk(rule)
    desk.notified = None if before is None else told(before, START)
    decision = desk.look(after)
    assert decision.kinds == kinds
    assert decision.action == ("send" if kinds else "nothing")
    assert words in decision.reason
    assert (decision.notified is not None) == bool(kinds)
    assert all(reason.text for reason in decision.reasons) and decision.reasons


def test_what_was_told_is_the_measure_not_the_state_before() -> None:
    desk = Desk(FIVE)
    actions = [desk.look(state(best)).action for best in (100, 103, 104, 104.9, 105, 107, 110, 111)]
    assert actions == ["send", "nothing", "nothing", "nothing", "send", "nothing", "nothing", "send"]


def test_a_state_from_before_the_rule_is_what_people_start_from() -> None:
    desk = Desk(FIVE, seen=state(300))
    assert desk.look(state(300)).action == "nothing"
    assert desk.look(state(400)).kinds == ("change",)


def test_deciding_again_says_nothing_even_after_a_restart() -> None:
    desk = Desk()
    full = state(300, 200, 400, contradiction=OPEN, provisional=[voice(WEST, 900)], planned=plan(5, 6))
    assert desk.look(full).action == "send"
    desk.notified = json.loads(json.dumps(desk.notified))
    assert desk.look(full).action == "nothing"


def test_a_side_that_leaves_and_comes_back_is_news_once() -> None:
    desk = Desk(FIVE)
    three = [*OPEN, voice(REBELS, 2000)]
    assert desk.look(state(300, contradiction=three)).action == "send"
    assert desk.look(state(600, contradiction=OPEN)).kinds == ("change",)
    assert desk.look(state(600, contradiction=three)).action == "nothing"
    assert desk.look(state(900)).kinds == ("change",)  # it is over
    assert desk.look(state(900, contradiction=OPEN)).kinds == ("contradiction",)


# --- the pause after a message --------------------------------------------------------------------------------------

MINUTE = timedelta(seconds=60)


def test_the_first_change_goes_out_at_once_and_the_next_waits() -> None:
    desk = Desk(FIVE, MINUTE)
    assert desk.look(state(300)).action == "send"
    held = desk.look(state(600), seconds=10)
    assert (held.action, held.until, held.notified) == ("hold", START + MINUTE, None)
    assert held.reason.endswith("held until 2025-03-01 12:01:00 UTC: at most one message in 60 s about one estimate")
    assert desk.look(state(900), seconds=49).action == "hold"
    late = desk.look(state(900), seconds=1)
    assert late.action == "send"
    assert late.compared is not None and (late.compared["best"], late.after["best"]) == (300, 900)


def test_to_and_fro_within_the_pause_says_nothing() -> None:
    desk = Desk(FIVE, MINUTE)
    desk.look(state(300))
    assert desk.look(state(600), seconds=10).action == "hold"
    assert desk.look(state(300), seconds=10).action == "nothing"
    assert desk.look(state(300), seconds=60).action == "nothing"


def test_a_long_silence_has_no_pause_after_it() -> None:
    desk = Desk(FIVE, MINUTE)
    desk.look(state(300))
    assert desk.look(state(600), seconds=3600).action == "send"


def test_a_clock_set_back_holds_nothing_for_ever() -> None:
    desk = Desk(FIVE, MINUTE)
    desk.look(state(300))
    assert desk.look(state(600), seconds=-3600).action == "send"


# --- quiet ----------------------------------------------------------------------------------------------------------


def test_quiet_sets_the_measure_and_sends_nothing() -> None:
    desk = Desk(FIVE, MINUTE)
    first = desk.look(state(300), quiet=True)
    assert (first.action, first.kinds) == ("quiet", ("first figure",))
    assert desk.look(state(310)).action == "nothing"
    assert desk.look(state(400), seconds=1).action == "send"  # nothing was said yet, so there is no pause to keep


def test_quiet_keeps_the_pause_of_the_last_message() -> None:
    desk = Desk(FIVE, MINUTE)
    desk.look(state(300))
    assert desk.look(state(400), quiet=True, seconds=1).action == "quiet"
    assert desk.look(state(600), seconds=1).action == "hold"


def test_kinds_that_are_not_asked_for() -> None:
    desk = Desk(AlertRule(kinds=("change",)))
    first = desk.look(state(300))
    assert first.action == "quiet" and "not a kind that this estimate alerts on" in first.reasons[0].text
    assert desk.look(state(300, contradiction=OPEN)).action == "nothing"
    both = desk.look(state(400, contradiction=OPEN))
    assert (both.action, both.kinds) == ("send", ("change",))


# --- corrections ----------------------------------------------------------------------------------------------------


def test_a_withdrawn_claim_that_was_told_is_a_correction_whatever_the_threshold() -> None:
    desk = Desk(FIVE)
    desk.look(state(300, by=["a"]))
    back = desk.look(state(299, by=["b"]), Correction("a", "rejected by ana: a typing error"))
    assert back.kinds == ("correction",) and back.corrects == "alert1" and back.severity == "warning"
    assert back.reason == "300 is corrected to 299: rejected by ana: a typing error"
    assert back.claims == ("a", "b")


def test_a_correction_names_the_alert_that_told_of_the_claim() -> None:
    desk = Desk(FIVE)
    desk.look(state(300, by=["a"]))
    desk.look(state(600, by=["a", "b"]))
    back = desk.look(state(400, by=["b"]), Correction("a", "rejected", alert="alert1"))
    assert back.corrects == "alert1"


def test_a_withdrawn_claim_that_nobody_was_told_of_is_no_correction() -> None:
    desk = Desk(FIVE)
    desk.look(state(300, by=["a"]))
    assert desk.look(state(310, by=["a", "b"])).action == "nothing"
    assert desk.look(state(309, by=["a"]), Correction("z", "rejected")).action == "nothing"


def test_a_withdrawn_claim_that_changes_no_figure_is_no_news() -> None:
    desk = Desk(FIVE)
    desk.look(state(300, by=["a"]))
    assert desk.look(state(300, by=["b"]), Correction("a", "rejected")).action == "nothing"


def test_a_report_worded_as_a_correction_is_one() -> None:
    desk = Desk(FIVE)
    desk.look(state(600, by=["a"]))
    back = desk.look(state(300, by=["b"]), Correction("b", "the report words it as a correction"))
    assert back.kinds == ("correction",) and back.corrects == "alert1"


def test_a_withdrawn_side_corrects_the_range() -> None:
    desk = Desk(FIVE)
    desk.look(state(300, 300, 1000, contradiction=OPEN))
    back = desk.look(state(300), Correction(OPEN[1]["claim"], "rejected"))
    assert back.kinds == ("correction",) and back.reason == "300 (300-1,000) is corrected to 300: rejected"


def test_an_unconfirmed_figure_that_is_withdrawn_is_taken_back() -> None:
    desk = Desk(FIVE)
    desk.look(state(300, provisional=[voice(WEST, 1000)]))
    back = desk.look(state(300), Correction(f"{WEST}-1000", "rejected: a misprint"))
    assert back.kinds == ("correction",) and back.corrects == "alert1"
    assert back.reason == "the unconfirmed 1,000 (Western officials) is taken back: rejected: a misprint"


def test_the_evidence_is_named() -> None:
    desk = Desk()
    found = desk.look(state(300, by=["a"], contradiction=OPEN, provisional=[voice(REBELS, 9)], planned=plan(1, 2)))
    assert set(found.claims) == {"a", *(side["claim"] for side in OPEN), f"{REBELS}-9", "plan"}


def test_evidence_that_is_new_comes_first() -> None:
    desk = Desk()
    desk.look(state(300, by=["a"]))
    assert desk.look(state(300, 200, 300, by=["a"], edges=["b", "a"])).claims == ("b", "a")


def test_a_withdrawn_end_of_the_range_is_a_correction() -> None:
    desk = Desk(FIVE)
    desk.look(state(300, 300, 310, by=["a"], edges=["b"]))
    back = desk.look(state(300, by=["a"]), Correction("b", "rejected"))
    assert back.kinds == ("correction",)


@pytest.mark.parametrize(("days", "is_news"), [(29, False), (30, True), (31, True)])
def test_staleness(days: int, is_news: bool) -> None:
    reason = stale(START, START + timedelta(days=days), timedelta(days=30))
    assert reason.is_news is is_news and f"no report for {days} days" in reason.text
