"""What must hold for any course of events."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tallywire.core.alerting import told
from tallywire.core.definition import AlertRule
from tallywire.core.findings import passes
from tests.alerting.states import START, Desk, plan, state, voice

FIGURES = st.integers(1, 10_000)
VOICES = st.builds(voice, st.sampled_from(["a", "b", "c", None]), FIGURES, as_of=st.sampled_from(["2025-01-01", None]))


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    low, best, high = sorted(draw(st.tuples(FIGURES, FIGURES, FIGURES)))
    more: dict[str, Any] = {
        "contradiction": draw(
            st.none() | st.lists(VOICES, min_size=2, max_size=3, unique_by=lambda v: v["originator"])
        ),
        "provisional": draw(st.lists(VOICES, max_size=2, unique_by=lambda v: v["originator"])),
        "planned": draw(st.none() | st.builds(plan, FIGURES, FIGURES, st.sampled_from(["total", "additional"]))),
    }
    return draw(st.sampled_from([state(**more), state(best, low, high, **more)]))


RULES = st.builds(
    AlertRule,
    change_percent=st.none() | st.sampled_from([1.0, 5.0, 50.0]),
    change_absolute=st.none() | st.integers(1, 1000),
)


@given(RULES, st.lists(FIGURES, min_size=1, max_size=30))
def test_drift_adds_up(rule: AlertRule, walk: list[int]) -> None:
    """No step below the threshold fires by itself, and no drift beyond it is ever left untold."""
    desk = Desk(rule)
    for best in walk:
        known = desk.notified
        decision = desk.look(state(best))
        reached = known is None or passes(rule, known["best"], best)
        assert (decision.action == "send") == reached
        assert desk.notified is not None and not passes(rule, desk.notified["best"], best)


@given(st.integers(1, 30), st.integers(1, 40))
def test_small_steps_are_silent_until_their_sum_is_not(step: int, count: int) -> None:
    """Steps of less than a twentieth: silent one by one, told as soon as together they are that much."""
    desk = Desk(AlertRule(change_percent=5.0))
    desk.look(state(1000))
    for number in range(1, count + 1):
        desk.look(state(1000 + number * step))
    first = next((d for d in desk.sent[1:]), None)
    assert (first is not None) == (count * step >= 50)
    assert first is None or 50 <= first.after["best"] - 1000 < 50 + step


@given(RULES, st.lists(states(), min_size=1, max_size=8))
def test_nothing_is_said_twice(rule: AlertRule, course: list[dict[str, Any]]) -> None:
    desk = Desk(rule)
    for after in course:
        desk.look(after)
        desk.notified = json.loads(json.dumps(desk.notified))  # a restart
        again = desk.look(after)
        assert again.action == "nothing" and again.reasons


@given(states(), states())
def test_to_and_fro_within_the_pause_is_silent(one: dict[str, Any], other: dict[str, Any]) -> None:
    desk = Desk(interval=timedelta(seconds=60))
    desk.notified = told(one, START)
    assert desk.look(other, seconds=10).action in ("hold", "nothing")
    assert desk.look(one, seconds=10).action == "nothing"
    assert desk.look(one, seconds=100).action == "nothing"
    assert not desk.sent


@given(st.lists(st.tuples(states(), st.integers(0, 90)), min_size=1, max_size=12))
def test_messages_keep_their_distance_and_nothing_is_lost(course: list[tuple[dict[str, Any], int]]) -> None:
    desk, pause = Desk(interval=timedelta(seconds=60)), timedelta(seconds=60)
    moments = []
    for after, seconds in course:
        decision = desk.look(after, seconds=seconds)
        if decision.action == "send":
            moments.append(desk.now)
        assert decision.action != "hold" or (decision.until is not None and desk.now < decision.until)
    assert all(later - earlier >= pause for earlier, later in pairwise(moments))
    last = course[-1][0]
    desk.look(last, seconds=60)
    assert desk.look(last).action == "nothing"


@given(RULES, st.lists(states(), max_size=6))
def test_quiet_never_sends(rule: AlertRule, course: list[dict[str, Any]]) -> None:
    desk = Desk(rule)
    assert all(desk.look(after, quiet=True).action in ("quiet", "nothing") for after in course)


@given(RULES, states(), states())
def test_counts_and_evidence_alone_are_never_news(rule: AlertRule, one: dict[str, Any], other: dict[str, Any]) -> None:
    desk = Desk(rule)
    desk.look(one)
    same = {**one, **{name: other[name] for name in ("originators", "documents", "by", "as_of", "bound")}}
    assert desk.look({**same, "originators": 99, "documents": 99}).action == "nothing"
