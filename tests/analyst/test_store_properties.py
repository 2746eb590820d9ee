"""What must hold through the real store path: recorded events, decisions in batches, analysts' verdicts in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.core.estimate import same
from tallywire.core.events import SourcesDefined
from tallywire.eventstore.memory import MemoryStore
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.folding import Folder
from tallywire.past import KnownBy
from tests.analyst.newsroom import Newsroom, said

NAMES = [None, "Coast Guard", "the coastguard", "Harbour Office", "the harbour master", "Mayor", "Bay Radio"]
DAYS = [None, "2025-01-01", "2025-01-02", "2025-01-09", "2025-02-20", "2025-06-01"]
FIGURES = [100, 105, 150, 300, 320, 1000, (90, 110), None]
VERDICTS = ["claims.reject", "claims.restore", "claims.confirm", "claims.correct"]


@dataclass(frozen=True)
class Report:
    """An article with its claims, and what analysts do about its first claim, in this order."""

    key: str
    claims: tuple[tuple[tuple[str, Any], ...], ...]
    published: str | None
    outlet: str | None
    verdicts: tuple[str, ...]


@st.composite
def claims(draw: st.DrawFn) -> tuple[tuple[str, Any], ...]:
    figure = draw(st.sampled_from(FIGURES))
    bound = "range" if isinstance(figure, tuple) else "vague" if figure is None else "exact"
    values = said(
        figure,
        draw(st.sampled_from(NAMES)),
        estimate=draw(st.sampled_from(["dead", "dead", "hurt", "both"])),
        bound=draw(st.sampled_from([bound, bound, "at_least", "nearly"])) if bound == "exact" else bound,
        kind=draw(st.sampled_from(["total", "total", "total", "additional", "component"])),
        status=draw(st.sampled_from(["reported"] * 5 + ["planned"])),
        as_of=draw(st.sampled_from([None, None, "2025-01-05", "2025"])),
        correction=draw(st.sampled_from([False] * 5 + [True])),
    )
    return tuple(sorted(values.items(), key=lambda item: item[0]))


def reports() -> st.SearchStrategy[list[Report]]:
    one = st.builds(
        Report,
        st.just(""),
        st.lists(claims(), min_size=1, max_size=3).map(tuple),
        st.sampled_from(DAYS),
        st.sampled_from([None, None, "Quay Post", "Bay Radio"]),
        st.lists(st.sampled_from(VERDICTS), max_size=3).map(tuple),
    )
    found = st.lists(one, min_size=1, max_size=7)
    return found.map(lambda rs: [Report(f"r{n}", *list(vars(r).values())[1:]) for n, r in enumerate(rs)])


def run(order: Sequence[tuple[Report, list[bool]]], folder: Path | None = None) -> Newsroom:
    """Takes reports in with a decision after a step where the flag says so. A verdict that can't be given is none."""
    room = Newsroom(folder)
    for report, decisions in order:
        flags = iter([*decisions, *[False] * 9])
        first = f"{report.key}-0"
        rows = [dict(c) | {"claim": f"{report.key}-{n}"} for n, c in enumerate(report.claims)]
        room.report(*rows, published=report.published, outlet=report.outlet, decide=next(flags), key=report.key)
        for verdict in report.verdicts:
            room.verdict(verdict, first, decide=next(flags))
    room.decide()
    return room


def states(store: MemoryStore | SqliteStore) -> dict[str, Any]:
    folder = Folder(store)
    return {name: folder.state(name).summary() for name in folder.definitions}


@settings(max_examples=30, deadline=None)
@given(reports(), st.randoms(use_true_random=False), st.data())
def test_any_permutation_and_any_batching_give_the_same(found: list[Report], chance: Any, data: st.DataObject) -> None:
    flags = st.lists(st.booleans(), max_size=4)
    one = run([(report, []) for report in found])
    shuffled = list(found)
    chance.shuffle(shuffled)
    other = run([(report, data.draw(flags)) for report in shuffled])
    assert states(other.store) == states(one.store)
    for room in (one, other):
        for name, state in states(room.store).items():
            told = room.store.row("estimate", name)
            assert told is not None
            assert same(told["state_json"], state) or (told["state_json"] is None and state["best"] is None)
        assert room.store.verify().ok
        assert room.store.compare() == []  # rebuild equals live


@settings(max_examples=5, deadline=None)
@given(reports(), st.data())
def test_sqlite_gives_what_memory_gives(found: list[Report], data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.booleans(), max_size=4))
    with TemporaryDirectory() as folder:
        kept = run([(report, flags) for report in reversed(found)], Path(folder))
        assert states(kept.store) == states(run([(report, []) for report in found]).store)
        assert kept.store.compare() == []
        kept.store.close()


@settings(max_examples=25, deadline=None)
@given(reports(), st.integers(0, 6))
def test_known_by_now_equals_live_and_known_by_then_equals_then(found: list[Report], cut: int) -> None:
    room = run([(report, [True]) for report in found[:cut]])
    then, head = states(room.store), room.store.head()
    with room.store.transaction() as tx:
        tx.append("sources", SourcesDefined(tx.rows("sources")[0]["entries_json"], "later"))
    replayed = KnownBy(room.store, head)  # not the head any more: everything is replayed from its streams
    assert {name: replayed.state(name).summary() for name in then} == then
    for report in found[cut:]:
        rows = [dict(c) | {"claim": f"{report.key}-{n}"} for n, c in enumerate(report.claims)]
        room.report(*rows, published=report.published, outlet=report.outlet, key=report.key)
    for report in found:  # verdicts of later days, on claims of then too
        room.verdict("claims.reject", f"{report.key}-0")
    folder = KnownBy(room.store, head)
    assert {name: folder.state(name).summary() for name in then} == then
    now = KnownBy(room.store, room.store.head())
    assert {name: now.state(name).summary() for name in then} == states(room.store)
