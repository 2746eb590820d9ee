"""The states that the decider keeps are what a fold from scratch gives, after each decision, whatever happened."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallywire import ask, tips
from tallywire.arguments import CommandError
from tallywire.core.events import ArticleGrouped, article_stream
from tallywire.core.source import Source
from tallywire.core.tip import estimate_of
from tallywire.core.tipcodec import loaded
from tallywire.folding import Folder
from tallywire.lately import Lately
from tests.analyst.newsroom import BOATS, DEAD, HURT, SOURCES, Newsroom, said
from tests.analyst.test_store_properties import Report, reports


@pytest.fixture(autouse=True)
def every_state_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tips, "FEW", 0)


def newsroom() -> Newsroom:
    return Newsroom(definitions=(replace(DEAD, policy="anchored"), HURT, BOATS))


def compare(room: Newsroom) -> int:
    """Compares what is kept with the fold; gives how many states are kept."""
    folder = Folder(room.store)
    rows = room.store.rows("fold")
    for row in rows:
        definition = folder.definitions[row["estimate"]]
        state = estimate_of(loaded(row["state_json"], definition.settings), definition)
        assert state.summary() == folder.folded(definition.id).summary()
        assert state.reason == folder.folded(definition.id).reason
    return len(rows)


def compare_asked(room: Newsroom) -> None:
    """What is answered, decided or not, is the fold of what stands now."""
    asked, folder = Lately(room.store), Folder(room.store)
    for name in folder.definitions:
        assert asked.summary(name) == asked.state(name).summary() == folder.state(name).summary()


def happens(room: Newsroom, what: str, keys: Sequence[str]) -> None:
    articles = [row["id"] for row in room.store.rows("article", order="position")]
    if what == "group" and len(articles) > 1:
        with room.store.transaction() as tx:
            tx.append(article_stream(articles[-1]), ArticleGrouped(articles[-1], articles[0], 0.9))
    elif what == "date" and articles:
        with contextlib.suppress(CommandError):  # it has that date
            room.act("articles.date", id=articles[0], published="2025-01-04")
    elif what == "rebase":
        room.act("estimates.rebase", id="dead", day="2025-01-03")
    elif what == "pin":
        room.act("estimates.pin", id="hurt", value="7")
    elif what == "sources":
        room.define((), [*SOURCES, Source("Mayor", muted=True)])
    elif what == "policy":
        room.define([replace(DEAD, policy="highest")])
    elif what == "foreign":  # another version decided meanwhile and knew nothing of kept states
        with room.store.transaction() as tx:
            tx.put("meta", {"name": tips.META_FOLD, "value_json": 1})
        for key in keys[:1]:
            room.verdict("claims.reject", f"{key}-0")


EVENTS = ["", "", "", "", "group", "date", "rebase", "pin", "sources", "policy", "foreign"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports(), st.data())
def test_what_is_kept_is_the_fold_after_each_decision(found: list[Report], data: st.DataObject) -> None:
    room = data.draw(st.sampled_from([newsroom, Newsroom]))()  # the latter has a sum and its parts, which have no tips
    order = sorted(found, key=lambda r: r.published or "")
    for number, report in enumerate(order):
        rows = [dict(c) | {"claim": f"{report.key}-{n}"} for n, c in enumerate(report.claims)]
        rows = [row | {"estimate": "dead"} if row["estimate"] == "both" else row for row in rows]
        decided = data.draw(st.sampled_from([True, True, False]))
        room.report(*rows, published=report.published, outlet=report.outlet, key=report.key, decide=decided)
        if decided:
            compare(room)
        compare_asked(room)
        happens(room, data.draw(st.sampled_from(EVENTS)), [r.key for r in order[:number]])
        for verdict in report.verdicts[:1]:
            room.verdict(verdict, f"{report.key}-0")
            compare_asked(room)
        room.decide()
        compare(room)
        compare_asked(room)
    room.store.rebuild()
    room.report(said(5), published="2025-07-01")
    compare(room)


def test_one_more_article_does_not_read_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    room = newsroom()
    for n in range(30):
        room.report(said(100 + n, ["Coast Guard", None, "Mayor"][n % 3]), published=f"2025-01-{n + 1:02}")
    read: list[Any] = []
    monkeypatch.setattr(tips.Kept, "_anew", lambda self, definition: read.append(definition.id))
    room.report(said(140, None), said(132, "the coastguard"), published="2025-02-01")
    room.report(said(100, "Coast Guard"), published="2025-02-01")  # a repeat
    room.report(said(110, None), published="2025-01-20")  # an older count in nobody's name
    room.report(said(200, None))  # and an undated one
    answer = ask.show(room.store, "dead", most=20)
    assert read == []
    monkeypatch.undo()
    assert answer["is_partial"] and len(answer["claims"]) == ask.NEWEST
    reasons = {c["id"]: c["fold_reason"] for c in ask.show(room.store, "dead")["claims"]}
    told = [c for c in answer["claims"] if c["fold_reason"] is not None]
    assert told and all(c["fold_reason"] == reasons[c["id"]] for c in told)
    assert compare(room) == 1
    assert room.told()["best"] == 140 and room.told()["provisional"][0]["low"] == 200
