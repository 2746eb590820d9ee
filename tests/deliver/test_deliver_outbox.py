"""Which delivery goes next, and what an attempt leaves in the tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.deliver import outbox
from tallywire.deliver.outbox import Choice, Job, Pace, Waiting, choose, is_hopeless, next_try, paced, pause
from tallywire.deliver.outcome import DELIVERED, Outcome
from tests.deliver.harness import START, Outbox

SECOND = timedelta(seconds=1)
FAILED = Outcome("passing", "HTTP 500")


def waiting(name: str, group: str | None = None, **more: Any) -> Waiting:
    return Waiting(name, "desk", group or name, **{"raised_at": START, **more})


def names(choice: Choice) -> list[str]:
    return [w.alert for w in choice.batch]


def job(attempt: int = 1, age: timedelta = timedelta()) -> Job:
    return Job({"id": "a", "kind": "change"}, "desk", attempt, repeat=False, queued_at=START - age)


# --- choosing -------------------------------------------------------------------------------------------------------


def test_the_oldest_goes_first() -> None:
    assert choose([waiting("a"), waiting("b")], Pace(), START).batch == (waiting("a"),)
    assert choose([], Pace(), START) == Choice((), None, "nothing queued")


def test_the_channel_waits_while_it_fails() -> None:
    choice = choose([waiting("a"), waiting("b")], Pace(2, START + SECOND), START)
    assert (choice.batch, choice.wait_until) == ((), START + SECOND)


def test_others_pass_one_that_backs_off_alone_but_not_its_own_estimate() -> None:
    head = waiting("a", "x", attempts=3, due=START + SECOND)
    assert choose([head, waiting("b", "x")], Pace(), START).wait_until == START + SECOND
    assert names(choose([head, waiting("b", "x"), waiting("c", "y")], Pace(), START)) == ["c"]


def test_every_sixth_failure_tries_another_in_place_of_the_oldest() -> None:
    queue = [waiting("a", "x", attempts=6), waiting("b", "x"), waiting("c", "y")]
    picked = {failures: names(choose(queue, Pace(failures, START), START)) for failures in range(14)}
    assert [failures for failures, chosen in picked.items() if chosen == ["c"]] == [6, 12]
    assert names(choose(queue[:2], Pace(6, START), START))[0] == "a", "there is no other"


def test_what_somebody_else_is_sending_is_left_alone() -> None:
    leased = waiting("a", "x", leased_until=START + SECOND)
    assert choose([leased, waiting("b", "x")], Pace(), START).wait_until == START + SECOND
    assert choose([leased], Pace(), START + SECOND).batch == (leased,)


def test_what_waited_goes_with_all_that_waits_behind_it_about_the_same_estimate() -> None:
    queue = [waiting("a", "x"), waiting("b", "y"), waiting("c", "x"), waiting("d", "x", raised_at=START + 20 * SECOND)]
    later = START + 20 * SECOND
    assert names(choose(queue, Pace(), later, room=99)) == ["a", "c", "d"]
    assert names(choose(queue, Pace(), later, room=0)) == ["a", "c", "d"], "what takes no room always has some"
    assert names(choose(queue, Pace(), START, room=99)) == ["a"], "nothing waited: each change is a message"
    assert names(choose(queue, Pace(apart=frozenset("x")), later, room=99)) == ["a"]
    tried = [waiting("a", "x", attempts=1), *queue[1:]]
    assert names(choose(tried, Pace(), START, room=99)) == ["a", "c", "d"], "a rate limit of some seconds"


rows_of_a_queue = st.lists(
    st.tuples(st.sampled_from("xyz"), st.integers(0, 8), st.integers(-2, 2), st.integers(-2, 2), st.integers(1, 9)),
    max_size=9,
)


@given(rows_of_a_queue, st.integers(0, 12), st.integers(-1, 1), st.integers(0, 30), st.sets(st.sampled_from("xyz")))
def test_within_an_estimate_the_order_never_changes(
    rows: list[tuple[str, int, int, int, int]], failures: int, brake: int, room: int, apart: set[str]
) -> None:
    """A message holds an unbroken run from its estimate's oldest on, all of it due and none of it being sent."""
    queue = [
        waiting(str(n), group, attempts=tries, due=START + due * SECOND, leased_until=START + held * SECOND, size=size)
        for n, (group, tries, due, held, size) in enumerate(rows)
    ]
    pace = Pace(failures, START + brake * SECOND if failures else None, apart=frozenset(apart))
    choice = choose(queue, pace, START, room)
    if not choice.batch:
        assert (choice.wait_until is None) == (not queue)
        assert choice.wait_until is None or choice.wait_until > START
        return
    group = [w for w in queue if w.group == choice.batch[0].group]
    assert list(choice.batch) == group[: len(choice.batch)]
    assert all(w.is_ready(START) for w in choice.batch)
    assert len(choice.batch) == 1 or sum(w.size for w in choice.batch) <= room
    assert len(choice.batch) == 1 or choice.batch[0].group not in apart
    behind = group[len(choice.batch) : len(choice.batch) + 1]
    if choice.batch[0].attempts and choice.batch[0].group not in apart:
        taken = sum(w.size for w in choice.batch)
        assert all(not w.is_ready(START) or taken + w.size > room for w in behind), "as many as fit"


# --- back-off -------------------------------------------------------------------------------------------------------


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_to_half_an_hour(attempt: int, jitter: float) -> None:
    assert 3.75 <= pause(attempt, jitter) <= 1800
    assert pause(attempt + 1, jitter) >= pause(attempt, jitter)


def test_a_day_of_tries_is_tens_of_tries_not_thousands() -> None:
    tries, passed = 0, 0.0
    while passed < 24 * 3600:
        tries += 1
        passed += pause(tries, 0.5)
    assert 40 < tries < 100


@pytest.mark.parametrize(("asked", "seconds"), [(None, 5), (3.0, 5), (60.0, 60), (10.0**9, 6 * 3600)])
def test_the_service_may_ask_for_more_time(asked: float | None, seconds: float) -> None:
    assert next_try(Outcome("limited", "x", asked), 1, START, 0.0) == START + timedelta(seconds=seconds)


def test_the_pace_of_a_channel() -> None:
    first = paced(Pace(), FAILED, [job(1)], START, 0.0)
    second = paced(first, FAILED, [job(2)], START, 0.0)
    assert (first.failures, second.failures) == (1, 2)
    assert second.not_before == START + 10 * SECOND
    assert paced(second, DELIVERED, [job(3)], START, 0.0) == Pace(is_proven=True)
    assert paced(second, Outcome("permanent"), [job(3)], START, 0.0).not_before is None
    assert paced(Pace(), FAILED, [job(9)], START, 0.0).failures == 9, "a restart does not begin to hurry again"
    well = Pace(is_proven=True)
    assert paced(well, FAILED, [job(9)], START, 0.0).failures == 1, "others go through: it is the message"


def test_what_fails_merged_while_the_channel_is_well_is_tried_one_by_one() -> None:
    well = Pace(is_proven=True)
    suspect = paced(well, FAILED, [job(), job()], START, 0.0)
    assert suspect.apart == {"a"}
    assert paced(suspect, DELIVERED, [job()], START, 0.0).apart == {"a"}, "the bad one may be further behind"
    assert paced(suspect, FAILED, [job()], START, 0.0).apart == frozenset(), "it is the channel, then"
    assert paced(well, FAILED, [job()], START, 0.0).apart == frozenset()
    assert paced(Pace(), FAILED, [job(), job()], START, 0.0).apart == frozenset(), "nothing ever went through"


@pytest.mark.parametrize(
    ("outcome", "attempt", "hours", "ends"),
    [
        (Outcome("permanent", "HTTP 404"), 1, 0, True),
        (FAILED, 50, 23, False),
        (FAILED, 50, 24, True),
        (FAILED, 3, 48, False),  # the machine was off: it had no day of tries
        (Outcome("limited", "HTTP 429", 60), 50, 25, True),
    ],
)
def test_when_a_delivery_is_given_up(outcome: Outcome, attempt: int, hours: int, ends: bool) -> None:
    assert is_hopeless(outcome, job(attempt, timedelta(hours=hours)), START) is ends


# --- the tables -----------------------------------------------------------------------------------------------------

HOLD = timedelta(seconds=60)


def leased(box: Outbox, channel: str = "desk") -> Job:
    delivery = outbox.queued(box.reader, channel)[0]
    found = box.run(lambda tx: outbox.lease(tx, delivery, box.clock(), HOLD))
    assert isinstance(found, Job)
    return found


def settled(box: Outbox, job: Job, outcome: Outcome) -> str:
    state: str = box.run(lambda tx: outbox.settle(tx, job, outcome, box.clock(), 0.0))
    return state


def test_an_attempt_is_committed_before_the_send(any_box: Outbox) -> None:
    box = any_box
    alert = box.queue(["desk"])
    job = leased(box)
    row = box.row("attempt", alert, "desk")
    assert (row["attempts"], row["is_open"], job.attempt, job.repeat) == (1, True, 1, False)
    delivery = outbox.queued(box.reader, "desk")[0]
    assert box.run(lambda tx: outbox.lease(tx, delivery, box.clock(), HOLD)) is None, "not twice at the same time"


def test_an_attempt_without_outcome_is_a_possible_repeat_once_its_lease_is_over(any_box: Outbox) -> None:
    box = any_box
    alert = box.queue(["desk"])
    leased(box)
    box.clock.forward(seconds=61)
    job = leased(box)
    assert (job.attempt, job.repeat) == (2, True)
    assert settled(box, job, FAILED) == "queued"
    box.clock.forward(hours=1)
    job = leased(box)
    assert job.repeat, "it stays one: the first attempt may have arrived"
    assert settled(box, job, DELIVERED) == "delivered"
    assert box.row("delivery", alert, "desk")["is_repeat"] is True
    assert [e.data["repeat"] for e in box.events("AlertDelivered")] == [True]
    assert box.reader.row("attempt", alert, "desk") is None


def test_a_restart_need_not_wait_for_leases(any_box: Outbox) -> None:
    box = any_box
    box.queue(["desk"])
    leased(box)
    assert box.run(outbox.release) == 1
    assert leased(box).repeat


@pytest.mark.parametrize("outcome", [FAILED, Outcome("passing", "timed out", uncertain=True)])
def test_a_known_failure_is_no_repeat_and_an_uncertain_one_is(any_box: Outbox, outcome: Outcome) -> None:
    box = any_box
    box.queue(["desk"])
    assert settled(box, leased(box), outcome) == "queued"
    box.clock.forward(hours=1)
    assert leased(box).repeat is outcome.uncertain


def test_a_restart_tries_at_once_but_keeps_to_what_a_service_asked_for(any_box: Outbox) -> None:
    box = any_box
    first, second = box.queue(["desk", "ana"]), "limited"
    settled(box, leased(box, "desk"), FAILED)
    settled(box, leased(box, "ana"), Outcome("limited", "rate limited (HTTP 429)", 600))
    box.run(outbox.release)
    assert box.row("attempt", first, "desk")["due"] is None
    assert box.row("attempt", first, "ana")["due"] is not None, second


def test_a_restart_leaves_dead_letters_and_what_was_dropped_alone(any_box: Outbox) -> None:
    box = any_box
    dead = box.queue(["desk"])
    assert settled(box, leased(box), Outcome("permanent", "HTTP 404", uncertain=True)) == "dead"
    dropped = box.queue(["desk"], "two")
    leased(box)
    box.run(lambda tx: outbox.drop(tx, dropped, "desk", "enough", "analyst:ana"))
    before = [box.row("attempt", alert, "desk") for alert in (dead, dropped)]
    assert box.run(outbox.release) == 0, "nobody waits for their outcome"
    assert [box.row("attempt", alert, "desk") for alert in (dead, dropped)] == before
    assert outbox.queued(box.reader, "desk") == []


def test_a_dead_letter_that_is_requeued_still_knows_that_it_may_be_a_repeat(any_box: Outbox) -> None:
    box = any_box
    alert = box.queue(["desk"])
    settled(box, leased(box), Outcome("passing", "timed out", uncertain=True))
    box.clock.forward(hours=1)
    assert settled(box, leased(box), Outcome("permanent", "HTTP 404")) == "dead"
    assert [e.data["error"] for e in box.events("AlertAbandoned")] == ["HTTP 404"]
    box.run(lambda tx: outbox.requeue(tx, alert, "desk", "the address is right now", "analyst:ana"))
    assert leased(box).repeat


def test_settling_what_was_dropped_meanwhile_changes_nothing(any_box: Outbox) -> None:
    box = any_box
    alert = box.queue(["desk"])
    job = leased(box)
    box.run(lambda tx: outbox.drop(tx, alert, "desk", "enough", "analyst:ana"))
    assert settled(box, job, DELIVERED) == "gone"
    assert box.events("AlertDelivered") == []
