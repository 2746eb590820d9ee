"""The kept state gives what a fold from scratch gives, whenever it takes a claim in at all."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallywire.core import statements
from tallywire.core import tip as tip_module
from tallywire.core.advance import advance
from tallywire.core.definition import Definition
from tallywire.core.estimate import fold
from tallywire.core.standing import Standing
from tallywire.core.statements import Voice, voice_of
from tallywire.core.tip import POLICIES, Known, Tip, estimate_of, tip_of
from tallywire.core.tipcodec import dumped, loaded
from tests.fold.rows import claim
from tests.fold.test_fold_properties import claims

Heard = dict[Any, Known]


def kept(tip: Tip, definition: Definition, heard: Heard) -> Tip:
    """What comes back from the store."""
    heard |= tip.heard
    return loaded(json.loads(json.dumps(dumped(tip))), definition.settings)


def made(definition: Definition, known: list[Standing]) -> Tip | None:
    """From scratch, as the decider makes it: of most statements only the first and last claim is held."""
    tip = tip_of(definition, iter(known), correctors=frozenset(voice_of(c) for c in known if c.correction))
    if tip is not None:
        taken_back = [o for o in fold(definition, known).left_out if o.rule == 4 and "correction" in o.reason]
        assert [o for o in estimate_of(tip, definition).left_out if o in taken_back] == taken_back
    return tip


def steps_of(definition: Definition, articles: list[list[Standing]]) -> int:
    """Takes articles in one after the other and compares after each; gives how many cost one step."""
    known: list[Standing] = []
    heard: Heard = {}
    tip: Tip | None = None
    taken = 0
    for article in articles:
        known += article
        if tip is not None and advance(tip, definition, article, lambda *key: heard.get(key)):
            taken += 1
        else:
            heard.clear()
            tip = made(definition, known)
        whole = fold(definition, known)
        if tip is not None:
            tip = kept(tip, definition, heard)
            found = estimate_of(tip, definition)
            assert found.summary() == whole.summary()
            assert found.reason == whole.reason
        else:
            assert whole.best is None or whole.undated
    return taken


@pytest.fixture(autouse=True)
def short_tails(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few statements are enough for some to be read for good."""
    monkeypatch.setattr(tip_module, "MOST", 6)
    monkeypatch.setattr(tip_module, "FEWEST", 3)
    monkeypatch.setattr(tip_module, "_HELD", 1)
    monkeypatch.setattr(statements, "_MANY", 2)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(POLICIES)), st.lists(claims(most=3), max_size=9), st.booleans())
def test_a_kept_state_gives_what_a_fold_from_scratch_gives(
    policy: Any, found: list[list[Standing]], dated: bool
) -> None:
    articles = [
        [replace(c, id=f"{chr(97 + (7 * n) % 26)}{n:02}{m}", article=f"a{n}", confirmed=False) for m, c in enumerate(a)]
        for n, a in enumerate(found)
    ]
    if dated:  # as news comes: mostly in the order of its dates
        articles.sort(key=lambda a: max((c.published or "" for c in a), default=""))
    steps_of(Definition("e", "N things", policy=policy), articles)


def news(days: list[str]) -> list[list[Standing]]:
    names = ["A", None, "B", "C", None, "D"]
    return [[claim(100 + (n * 7) % 40, names[n % 6], day, id=f"{n:03}", article=f"a{n}")] for n, day in enumerate(days)]


def test_news_in_the_order_of_its_dates_costs_one_step_each() -> None:
    articles = news([f"2025-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(200)])
    assert steps_of(Definition("e", "N things"), articles) >= 198
    tip = tip_of(Definition("e", "N things"), [c for a in articles for c in a])
    assert tip is not None and len(tip.steps) <= 12 and len(tip.tail) <= 6
    assert Voice(3, "a1") not in {voice for voice, _ in tip.heard}


def test_news_that_comes_some_days_late_is_read_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tip_module, "MOST", 60)
    monkeypatch.setattr(tip_module, "FEWEST", 30)
    days = [f"2025-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(200)]
    for n in range(0, 200, 10):
        days[n : n + 10] = reversed(days[n : n + 10])
    assert steps_of(Definition("e", "N things"), news(days)) >= 195


def test_many_claims_of_one_statement_are_held_as_two() -> None:
    known = [claim(300, "A", f"2025-03-{1 + n % 28:02}", id=f"{n:05}", article=f"a{n}") for n in range(5_000)]
    found = statements.collect(Definition("e", "N things"), known, None, whole=frozenset())
    (one,) = found.statements
    (whole,) = statements.collect(Definition("e", "N things"), known, None).statements
    assert len(one.members) == 2 and len(whole.members) == 5_000
    assert (one.day, one.last, one.bound, one.claims[0]) == (whole.day, whole.last, whole.bound, whole.claims[0])
    assert len(found.documents) == 5_000


def test_what_stood_is_remembered_by_day_not_by_figure() -> None:
    known = [claim(300 + n, "A", f"2025-03-{1 + n // 1_000:02}", id=f"{n:05}", article=f"a{n}") for n in range(5_000)]
    tip = made(Definition("e", "N things"), known)
    assert tip is not None
    assert len(tip.base.history) <= 2 * 5
    assert estimate_of(tip, Definition("e", "N things")).summary() == fold(Definition("e", "N things"), known).summary()
