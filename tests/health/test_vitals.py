"""What ails a daemon, by what it knows of itself, and which of that is told to whom and when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tallywire.health.course import GRACE, Course, wording
from tallywire.health.vitals import Ailment, Queue, Stored, Vitals, ailments, report
from tallywire.pulse import Pulse

NOW = datetime(2025, 3, 27, 12, tzinfo=UTC)
WELL = Vitals(NOW, NOW - timedelta(days=3), {"the intake": 40.0, "the writer": 0.0}, waiting=7, free_bytes=10**10)


def names(vitals: Vitals) -> list[str]:
    return [each.name for each in ailments(vitals)]


def queue(hours: float, attempts: int) -> Stored:
    return Stored(queues=(Queue("desk", 4, NOW - timedelta(hours=hours), attempts, "HTTP 500"),))


def test_a_daemon_whose_parts_come_round_is_well() -> None:
    assert names(WELL) == []
    assert report(WELL)["is_well"] is True


def test_each_thing_that_can_be_wrong_has_its_name_and_advice() -> None:
    undecided = Stored(undecided_since=NOW - timedelta(minutes=11))
    cases = [
        (replace(WELL, store_error="the disk is full"), "store"),
        (replace(WELL, silences={"the intake": 301.0}), "the intake"),
        (replace(WELL, watch="another folder is at the inbox's place"), "inbox"),
        (replace(WELL, paused="the disk is full"), "paused"),
        (replace(WELL, stored=undecided), "decisions"),
        (replace(WELL, stored=queue(2, 5)), "deliveries to desk"),
    ]
    for vitals, name in cases:
        (ailment,) = ailments(vitals)
        assert (ailment.name, bool(ailment.text), bool(ailment.advice)) == (name, True, True)
        assert report(vitals)["is_well"] is False


def test_only_a_part_that_is_stuck_is_a_reason_to_restart() -> None:
    stuck = replace(WELL, silences={"the intake": 301.0}, store_error="full", watch="gone", stored=queue(2, 5))
    assert [each.name for each in ailments(stuck) if each.is_stall] == ["the intake"]


def test_a_channel_that_was_never_tried_or_only_lately_is_not_failing() -> None:
    assert names(replace(WELL, stored=queue(hours=20, attempts=2))) == []
    assert names(replace(WELL, stored=queue(hours=0.9, attempts=9))) == []


def test_the_report_is_json() -> None:
    vitals = replace(WELL, stored=replace(queue(2, 5), last_event=NOW, files={"stuck": 1}))
    again = json.loads(json.dumps(report(vitals)))
    assert again["stored"]["queues"][0]["oldest"] == "2025-03-27T10:00:00+00:00"
    assert again["ailments"][0]["channel"] == "desk"


def test_a_pulse_tells_silence_and_forgets_who_ended() -> None:
    seconds = [10.0]
    pulse = Pulse(lambda: seconds[0])
    pulse.beat("a"), pulse.beat("b")
    seconds[0] = 15.0
    pulse.beat("b")
    assert pulse.silences() == {"a": 5.0, "b": 0.0}
    pulse.ended("a")
    assert pulse.silences() == {"b": 0.0}
    pulse.count("files", "done"), pulse.count("files", "done")
    assert pulse.counts() == {("files", "done"): 2}


# --- the course of ailments -------------------------------------------------------------------------------------------

DISK = Ailment("store", "the disk is full", "make room")


def test_what_passes_within_a_minute_is_never_told() -> None:
    course = Course()
    assert course.news([DISK], NOW) == []
    assert course.news([DISK], NOW + GRACE / 2) == []
    assert course.news([], NOW + GRACE) == []


def test_what_lasts_is_told_once_and_so_is_its_end() -> None:
    course = Course()
    told = [course.news([DISK], NOW + timedelta(seconds=20 * step)) for step in range(20)]
    ((news,),) = [each for each in told if each]
    assert (news.since, news.until) == (NOW, None)
    (over,) = course.news([], NOW + timedelta(minutes=10))
    assert (over.since, over.until) == (NOW, NOW + timedelta(minutes=10))
    assert course.news([], NOW + timedelta(minutes=11)) == []
    assert "10 min" in wording(over)[1] and "make room" in wording(news)[1]


def test_what_comes_and_goes_is_told_once_a_day() -> None:
    course, told = Course(), 0
    for hour in range(20):
        at = NOW.replace(hour=0) + timedelta(hours=hour)
        for minute in (0, 2):
            told += sum(news.until is None for news in course.news([DISK], at + timedelta(minutes=minute)))
        course.news([], at + timedelta(minutes=30))
    assert told == 1
    next_day = NOW + timedelta(days=1)
    course.news([DISK], next_day)
    assert len(course.news([DISK], next_day + GRACE)) == 1


@given(st.lists(st.sets(st.sampled_from("abc"), max_size=3), max_size=60), st.integers(1, 50_000))
def test_nothing_is_over_that_was_not_told_of(looks: list[set[str]], step: int) -> None:
    course, told, at = Course(), set[str](), NOW
    for ill in looks:
        at += timedelta(seconds=step)
        for news in course.news([Ailment(name, name, "") for name in sorted(ill)], at):
            assert (news.until is None) == (news.ailment.name in ill)
            if news.until is None:
                assert news.ailment.name not in told and at - news.since >= GRACE
                told.add(news.ailment.name)
            else:
                told.remove(news.ailment.name)
