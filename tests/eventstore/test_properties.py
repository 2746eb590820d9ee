"""Whatever is recorded: all stores and all rebuilds agree, and every log verifies."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.core import events as ev
from tallywire.core.events import Event
from tallywire.eventstore.base import TABLES, StoreError, Transaction
from tallywire.eventstore.memory import MemoryStore
from tests.eventstore.samples import Store, Ticking, any_of, sqlite_store, stream_of

Step = tuple[str, Any, str]  # ("append", event, by) | ("redact", article, by)

_BY = st.sampled_from(["daemon", "english@2", "analyst:ana"])
_APPEND = st.tuples(st.just("append"), st.one_of([any_of(cls) for cls in get_args(Event)]), _BY)
_REDACT = st.tuples(st.just("redact"), st.sampled_from(["a1", "a2"]), _BY)
_STEPS = st.lists(st.one_of(_APPEND, _APPEND, _APPEND, _REDACT), max_size=12)
# A transaction is some steps and whether it is rolled back at its end.
_HISTORY = st.lists(st.tuples(_STEPS, st.booleans()), max_size=5)


class _RollBackError(Exception):
    pass


def _step(tx: Transaction, step: Step) -> None:
    kind, what, by = step
    try:
        if kind == "redact":
            tx.redact(what, why="asked", by=by)
        else:
            if isinstance(what, ev.ArticleReceived):
                tx.keep(what.article, b"original", "text", what.reader)
            tx.append(stream_of(what), what, by=by)
    except StoreError as error:
        assert "no article" in str(error) or "redacted" in str(error)


def _live(store: Store, history: list[tuple[list[Step], bool]]) -> None:
    for steps, rolled_back in history:
        try:
            with store.transaction() as tx:
                for step in steps:
                    _step(tx, step)
                if rolled_back:
                    raise _RollBackError
        except _RollBackError:
            pass


def _state(store: Store) -> dict[str, Any]:
    state: dict[str, Any] = {name: store.rows(name) for name in TABLES}
    evidence = [(store.text(article), store.original(article)) for article in ("a1", "a2")]
    return state | {"events": list(store.events()), "evidence": evidence}


@settings(deadline=None, max_examples=60)
@given(_HISTORY)
def test_sqlite_and_memory_agree_live_and_rebuilt(history: list[tuple[list[Step], bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sqlite, memory = sqlite_store(Path(folder), Ticking()), MemoryStore(Ticking())
        try:
            for store in (sqlite, memory):
                _live(store, history)
                found = store.verify()
                assert (found.ok, found.bad, found.events) == (True, None, store.head())
                assert store.compare() == []
            live = _state(sqlite)
            assert live == _state(memory)
            for store in (sqlite, memory):
                store.rebuild()
                assert _state(store) == live
        finally:
            sqlite.close()


_CELLS = st.fixed_dictionaries(
    {"path": st.sampled_from(["a", "b", "\udcff", "\0", "Ж", "\U0010ffff"])},
    optional={
        "state": st.sampled_from(["done", "waiting", "\ud800", ""]) | st.none(),
        "size": st.integers(-(2**63) + 1, 2**63 - 1) | st.none(),
        "article": st.text(max_size=2),
    },
)
_FILTER = st.fixed_dictionaries(
    {},
    optional={
        "state": st.none() | st.just("done") | st.lists(st.sampled_from(["done", "\ud800", None]), max_size=3),
        "size": st.integers(-2, 2),
    },
)
_ORDER = st.none() | st.sampled_from(["state", "-state", "size", "-size", "path", "-path"])


@settings(deadline=None, max_examples=60)
@given(st.lists(_CELLS, max_size=8), _FILTER, _ORDER, st.none() | st.integers(0, 4))
def test_the_stores_give_the_same_rows(
    rows: list[dict[str, Any]], equal: dict[str, Any], order: str | None, limit: int | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sqlite, memory = sqlite_store(Path(folder)), MemoryStore(Ticking())
        try:
            for store in (sqlite, memory):
                with store.transaction() as tx:
                    for row in rows:
                        tx.put("file", row)
            found = sqlite.rows("file", order=order, limit=limit, **equal)
            assert found == memory.rows("file", order=order, limit=limit, **equal)
            assert {row["path"] for row in sqlite.rows("file")} == {row["path"] for row in rows}
        finally:
            sqlite.close()
