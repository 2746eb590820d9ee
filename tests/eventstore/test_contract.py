"""What every event store must do, tried on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tallywire.core import events as ev
from tallywire.core.events import article_stream, claim_stream
from tallywire.eventstore.base import EventStore, StoreError, StreamConflictError, Transaction
from tallywire.eventstore.memory import MemoryStore
from tests.eventstore.samples import QUOTE, SENTENCE, Store, Ticking, add, claimed, fill, raised, received, sqlite_store


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Ticking) -> Iterator[Store]:
    opened: Store = sqlite_store(tmp_path, clock) if request.param == "sqlite" else MemoryStore(clock)
    yield opened
    opened.close()


def test_both_fulfil_the_protocol(store: Store) -> None:
    contract: EventStore = store
    assert contract.head() == 0


# --- appending ------------------------------------------------------------------------------------------------------


def test_an_empty_store_is_whole(store: Store) -> None:
    assert list(store.events()) == []
    found = store.verify()
    assert (found.ok, found.events, found.bad) == (True, 0, None)
    assert store.compare() == []


def test_an_event_comes_back_as_it_was_appended(store: Store) -> None:
    with store.transaction() as tx:
        first = tx.append(article_stream("a1"), received(), by="analyst:ana", correlation="x", expected=0)
        second = tx.append(article_stream("a1"), ev.ArticleDated("a1", None, "no date"), cause=first.position)
    assert (first.position, first.version, first.type, first.schema) == (1, 1, "ArticleReceived", 2)
    assert (first.stream, first.by, first.correlation, first.cause) == ("article-a1", "analyst:ana", "x", None)
    assert first.recorded_at == "2025-03-27T08:00:01.000000+00:00"
    assert first.data["title"] == "A night of lanterns at the harbour"
    assert (second.position, second.version, second.by, second.cause) == (2, 2, "daemon", 1)
    assert list(store.events()) == [first, second]
    assert (store.head(), store.version("article-a1"), store.version("article-a2")) == (2, 2, 0)


def test_a_stream_at_another_version_is_a_conflict_and_changes_nothing(store: Store) -> None:
    with store.transaction() as tx:
        add(tx, received())
        with pytest.raises(StreamConflictError) as caught:
            tx.append(article_stream("a1"), received(title="another"), expected=0)
        assert (caught.value.expected, caught.value.found) == (0, 1)
        tx.append(article_stream("a1"), ev.ArticleSeenAgain("a1", "b.txt"), expected=1)
    assert [event.type for event in store.events()] == ["ArticleReceived", "ArticleSeenAgain"]
    assert (store.row("article", "a1") or {})["title"] == "A night of lanterns at the harbour"


def test_time_never_goes_backwards(store: Store, clock: Ticking) -> None:
    with store.transaction() as tx:
        add(tx, received())
    clock.now -= timedelta(days=1)
    with store.transaction() as tx:
        add(tx, claimed())
    times = [event.recorded_at for event in store.events()]
    assert times[0] == times[1]
    assert store.verify().ok


def test_a_clock_without_a_zone_is_refused(tmp_path: Path) -> None:
    for store in (sqlite_store(tmp_path, lambda: datetime(2025, 3, 27)), MemoryStore(lambda: datetime(2025, 3, 27))):  # noqa: DTZ001
        with pytest.raises(StoreError, match="time zone"), store.transaction() as tx:
            add(tx, received())
        store.close()


@pytest.mark.parametrize(
    "event",
    [
        claimed(low=float("nan")),
        claimed(low=10**400),
        claimed(quote=None),
        claimed(start=10**30),
        ev.ClaimCorrected("c0", {"colour": "red"}, "no such field"),
        ev.ClaimCorrected("c0", {"quote": 5}, "no text"),
    ],
    ids=["nan", "huge", "null", "beyond 64 bits", "unknown field", "wrong type"],
)
def test_an_event_that_can_not_be_kept_is_refused_before_anything_is_written(store: Store, event: ev.Event) -> None:
    with store.transaction() as tx:
        add(tx, received(), claimed("c0"))
        with pytest.raises(StoreError):
            add(tx, event)
        add(tx, claimed("c9"))
    assert [e.stream for e in store.events()] == ["article-a1", "claim-c0", "claim-c9"]
    assert store.verify().ok
    assert store.compare() == []


def test_numbers_keep_their_kind(store: Store) -> None:
    with store.transaction() as tx:
        add(tx, received(), claimed("c1", low=10**18, high=3.0), claimed("c2", low=10**18 + 1, high=2**64, onto=1.5))
    one, two = store.rows("claim")
    assert [(type(v), v) for v in (one["low"], one["high"], one["onto"])] == [
        (int, 10**18),
        (float, 3.0),
        (type(None), None),
    ]
    assert (two["low"], two["onto"]) == (10**18 + 1, 1.5)
    assert two["high"] == float(2**64)
    assert [event.data["high"] for event in store.events(types=["ClaimRecorded"])] == [3.0, 2**64]


@pytest.mark.parametrize(
    "path", ["a\udcff.txt", "a\0b.txt", "\U0010ffff.txt", "a\U0010ffffdc80", "Ж\n\t.txt", "\ud83d"]
)
def test_any_file_name_is_kept(store: Store, path: str) -> None:
    with store.transaction() as tx:
        add(tx, received(path=path))
        tx.put("file", {"path": path, "state": "done", "article": "a1"})
        tx.append(f"odd-{path}", ev.ArticleSeenAgain("a1", "b"), by=path, correlation=path)
    assert (store.row("article", "a1") or {})["path"] == path
    assert (store.row("file", path) or {})["state"] == "done"
    assert [row["path"] for row in store.rows("sighting", path=path)] == [path]
    assert store.version(f"odd-{path}") == 1
    (odd,) = store.events(stream=f"odd-{path}")
    assert (odd.by, odd.correlation) == (path, path)
    assert store.verify().ok
    assert store.compare() == []


def test_the_views_hold_what_reading_the_log_gives(store: Store) -> None:
    """Two halves of a character are one once they were JSON; a view folded before that would differ when rebuilt."""
    with store.transaction() as tx:
        add(tx, received(path="\ud83d\ude00.txt"), raised(channels=("desk",)))
    assert store.compare() == []
    assert (store.row("article", "a1") or {})["path"] == "😀.txt"


# --- transactions ---------------------------------------------------------------------------------------------------


def test_a_rollback_leaves_nothing(store: Store) -> None:
    fill(store)
    before = _everything(store)
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        add(tx, received("a2"), ev.ClaimWithdrawn("c1", "rejected", "no"), raised("alert2"))
        tx.keep("a2", b"bytes", "text", "text@1")
        tx.put("file", {"path": "a2.txt", "state": "done"})
        tx.redact("a1", why="by mistake", by="analyst:ana")
        assert tx.head() == 11
        raise ZeroDivisionError
    assert _everything(store) == before
    assert store.text("a2") is None
    with store.transaction() as tx:
        add(tx, received("a2"))
    assert store.head() == 8, "a rollback gives its positions back"
    assert store.verify().ok


def _everything(store: Store) -> Any:
    tables = ("article", "claim", "estimate", "alert", "delivery", "notified", "sighting", "file")
    return list(store.events()), [store.rows(table) for table in tables], store.text("a1"), store.original("a1")


def test_a_transaction_sees_its_own_changes(store: Store) -> None:
    with store.transaction() as tx:
        add(tx, received(), claimed())
        tx.keep("a1", b"bytes", "text", "text@1")
        tx.put("checkpoint", {"name": "decide", "position": 2})
        assert (tx.head(), tx.version("claim-c1")) == (2, 1)
        assert [event.type for event in tx.events()] == ["ArticleReceived", "ClaimRecorded"]
        assert (tx.row("claim", "c1") or {})["state"] == "standing"
        assert (tx.text("a1"), tx.original("a1")) == ("text", b"bytes")
        assert tx.row("checkpoint", "decide") == {"name": "decide", "position": 2}


def test_transactions_do_not_nest(store: Store) -> None:
    with store.transaction() as tx:
        with pytest.raises(StoreError, match="nest"), store.transaction():
            pass
        add(tx, received())
    assert store.head() == 1


def test_a_transaction_that_is_over_is_over(store: Store) -> None:
    with store.transaction() as tx:
        add(tx, received())
    late: list[Callable[[Transaction], object]] = [
        lambda tx: add(tx, claimed()),
        lambda tx: tx.put("meta", {"name": "x"}),
        lambda tx: tx.rows("article"),
        lambda tx: tx.keep("a1", b"", "", "text@1"),
    ]
    for use in late:
        with pytest.raises(StoreError, match="over"):
            use(tx)
    assert store.head() == 1


# --- reading --------------------------------------------------------------------------------------------------------


def test_events_are_chosen_by_position_stream_and_type(store: Store) -> None:
    fill(store)
    positions = [event.position for event in store.events()]
    assert positions == list(range(1, 8))
    assert [e.position for e in store.events(4)] == [5, 6, 7]
    assert [e.type for e in store.events(stream="article-a1")] == ["ArticleReceived", "ArticleSeenAgain"]
    assert [e.position for e in store.events(1, stream="article-a1")] == [5]
    assert [e.position for e in store.events(types=("ClaimRecorded", "AlertRaised"))] == [2, 3, 7]
    assert [e.position for e in store.events(types=["ClaimRecorded"], stream="claim-c2")] == [3]
    assert [e.position for e in store.events(2, limit=2)] == [3, 4]
    assert list(store.events(limit=0)) == list(store.events(types=[])) == list(store.events(99)) == []


def test_a_walk_over_events_ends_where_the_log_ended_when_it_began(store: Store) -> None:
    with store.transaction() as tx:
        for number in range(1100):
            add(tx, ev.ArticleSeenAgain("a1", f"{number}.txt"))
        walked = 0
        for walked, event in enumerate(tx.events(), start=1):
            assert event.position == walked
            if walked % 100 == 0:
                add(tx, ev.ArticleSeenAgain("a1", f"{walked}-more.txt"))
    assert walked == 1100
    assert store.head() == 1111


def test_long_work_says_how_far_it_is(store: Store) -> None:
    with store.transaction() as tx:
        for number in range(2100):
            add(tx, ev.ArticleSeenAgain("a1", f"{number}.txt"))
    rebuilt, verified = list[int](), list[int]()
    store.rebuild(rebuilt.append)
    store.verify(verified.append)
    assert rebuilt == verified == [1000, 2000]


def test_rows_by_filter_order_and_limit(store: Store) -> None:
    with store.transaction() as tx:
        for name, state, size in [("d", "done", 3), ("a", "waiting", 3), ("c", None, None), ("b", "done", 1)]:
            tx.put("file", {"path": name, "state": state, "size": size})

    def names(**question: Any) -> str:
        return "".join(row["path"] for row in store.rows("file", **question))

    assert names() == "abcd"
    assert names(state="done") == "bd"
    assert names(state=None) == "c"
    assert names(state=["done", None]) == "bcd"
    assert names(state=("waiting", "done"), size=3) == "ad"
    assert names(state=[]) == ""
    assert names(path="d", state="waiting") == ""
    assert names(order="size") == "cbad"
    assert names(order="-size") == "adbc"
    assert names(order="-path", limit=2) == "dc"
    assert names(order="path", limit=0) == ""
    for question in ({}, {"state": "done"}, {"state": None}, {"state": ["done", None]}, {"state": []}, {"size": 3}):
        assert store.count("file", **question) == len(names(**question))


def test_booleans_and_json_come_back(store: Store) -> None:
    fill(store)
    assert [row["id"] for row in store.rows("claim", is_correction=False)] == ["c1", "c2"]
    assert store.rows("claim", is_correction=True) == []
    row = store.row("estimate", "lanterns.lit")
    assert row is not None
    assert (row["is_retired"], row["state_json"], row["pin_json"]) == (False, {"best": 1200}, None)
    assert store.rows("estimate", state_json={"best": 1200}) == [row]


@pytest.mark.parametrize(
    "ask",
    [
        lambda tx: tx.row("nowhere", "x"),
        lambda tx: tx.rows("nowhere"),
        lambda tx: tx.row("claim"),
        lambda tx: tx.row("sighting", "path only"),
        lambda tx: tx.rows("claim", colour="red"),
        lambda tx: tx.rows("claim", order="colour"),
        lambda tx: tx.rows("claim", order="id; DROP TABLE claim"),
        lambda tx: tx.rows("claim", limit=-1),
        lambda tx: tx.rows("claim", position="1"),
        lambda tx: tx.put("claim", {"id": "c1"}),
        lambda tx: tx.delete("claim", "c1"),
        lambda tx: tx.put("file", {"path": "x", "colour": "red"}),
        lambda tx: tx.put("file", {"state": "done"}),
        lambda tx: tx.put("file", {"path": "x", "size": "oops"}),
        lambda tx: tx.put("file", {"path": "x", "size": 2**63}),
        lambda tx: tx.put("file", {"path": "x", "size": True}),
        lambda tx: tx.put("attempt", {"alert": "x", "channel": "y", "is_open": 1}),
        lambda tx: tx.put("attempt", {"alert": "x", "channel": "y", "due": datetime(2025, 3, 27)}),  # noqa: DTZ001
        lambda tx: tx.put("meta", {"name": "x", "value_json": float("nan")}),
        lambda tx: tx.put("nowhere", {"name": "x"}),
    ],
)
def test_what_no_table_can_do_is_refused(store: Store, ask: Callable[[Transaction], object]) -> None:
    fill(store)
    before = _everything(store)
    with store.transaction() as tx, pytest.raises(StoreError):
        ask(tx)
    assert _everything(store) == before


def test_operational_rows_are_put_replaced_and_deleted(store: Store) -> None:
    with store.transaction() as tx:
        tx.put("attempt", {"alert": "x", "channel": "desk", "attempts": 1, "is_open": True})
        tx.put("meta", {"name": "list", "value_json": [1, 2.5, "Ж"]})
        tx.put("meta", {"name": "gone", "value_json": 1})
    with store.transaction() as tx:
        tx.put("attempt", {"alert": "x", "channel": "desk", "last_error": "no answer"})
        tx.delete("meta", "gone")
        tx.delete("meta", "never there")
    (row,) = store.rows("attempt")
    assert (row["attempts"], row["is_open"], row["last_error"]) == (None, None, "no answer")
    assert store.rows("meta") == [{"name": "list", "value_json": [1, 2.5, "Ж"]}]


def test_evidence_is_kept_once(store: Store) -> None:
    with store.transaction() as tx:
        tx.keep("a1", b"\0\xff bytes", "text with \0 and \udcff", "text@1")
        tx.keep("a1", b"other", "other", "text@2")
    assert store.original("a1") == b"\0\xff bytes"
    assert store.text("a1") == "text with \0 and \udcff"
    assert (store.original("a2"), store.text("a2")) == (None, None)


# --- rebuilding and comparing ---------------------------------------------------------------------------------------


def test_rebuilding_changes_nothing_and_keeps_what_is_operational(store: Store) -> None:
    fill(store)
    with store.transaction() as tx:
        tx.put("file", {"path": "a1.txt", "state": "done"})
    before = _everything(store)
    store.rebuild()
    assert _everything(store) == before
    assert store.compare() == []


def test_snapshots_and_readers_see_what_is_committed(store: Store) -> None:
    fill(store)
    reader = store.reader()
    with store.transaction() as tx:
        add(tx, claimed("c3"))
        assert reader.head() == 7
    assert reader.head() == 8
    with reader.snapshot() as then:
        assert then.head() == 8
        with store.transaction() as tx:
            add(tx, claimed("c4"))
        assert then.head() == 8
        assert len(then.rows("claim")) == 3
    assert reader.head() == 9
    reader.close()


# --- redaction ------------------------------------------------------------------------------------------------------


def test_redaction_blanks_texts_and_keeps_figures_and_the_chain(store: Store) -> None:
    fill(store)
    before = {event.position: event for event in store.events()}
    with store.transaction() as tx:
        other = received("a2", path="b.txt", title="The tower", author=None, url=None)
        add(tx, other, claimed("c8", "a2", quote="nine lanterns on the tower", sentence="x"))
        add(tx, ev.ClaimCorrected("c2", {"quote": QUOTE, "low": 4}, "another reading"))
        add(tx, ev.DigestRaised("d1", "daily", "2025-03-27", "Thursday", f"Of note: {SENTENCE}", ["desk"]))
        event = tx.redact("a1", why="asked for by the author", by="analyst:ana")
    assert (event.type, event.by) == ("ArticleRedacted", "analyst:ana")

    found = store.verify()
    assert (found.ok, found.redacted, found.bad) == (True, 7, None)
    for after in list(store.events())[:7]:
        then = before[after.position]
        assert (after.data_hash, after.hash, after.recorded_at) == (then.data_hash, then.hash, then.recorded_at)
    everything = repr(_everything(store))
    for secret in (QUOTE, SENTENCE, "night of lanterns at", "Lantern-Smith", "quay.example", "a1.txt"):
        assert secret not in everything

    article = store.row("article", "a1") or {}
    assert (article["is_redacted"], article["outlet"], article["published"]) == (True, "The Quay Post", "2025-03-26")
    assert (article["path"], article["title"], article["url"], article["author"]) == ("[redacted]", None, None, None)
    claims = store.rows("claim", article="a1")
    assert [(c["quote"], c["sentence"], c["low"]) for c in claims] == [
        ("[redacted]", "[redacted]", 1200),
        ("[redacted]", "[redacted]", 4),
    ]
    assert (store.row("claim", "c8") or {})["quote"] == "nine lanterns on the tower"
    alert = store.row("alert", "alert1") or {}
    assert alert["text"] == "It says: [redacted]."
    assert (store.row("alert", "d1") or {})["text"] == "Of note: [redacted]"
    assert alert["evidence_json"][0]["quote"] == "[redacted]"
    assert (store.text("a1"), store.original("a1"), store.rows("sighting", article="a1")) == (None, None, [])

    assert store.compare() == []
    views = _everything(store)
    store.rebuild()
    assert _everything(store) == views


def test_redacting_again_redacts_what_came_since(store: Store) -> None:
    fill(store)
    with store.transaction() as tx:
        tx.redact("a1", why="asked", by="analyst:ana")
        with pytest.raises(StoreError, match="redacted"):
            tx.keep("a1", b"again", "again", "text@1")
        add(tx, ev.ArticleSeenAgain("a1", "again.txt"))
        tx.redact("a1", why="asked again", by="analyst:ana")
    assert store.verify().ok
    assert store.verify().redacted == 6
    assert "again.txt" not in repr(list(store.events()))
    assert store.compare() == []


def test_an_unknown_article_is_not_redacted(store: Store) -> None:
    with store.transaction() as tx, pytest.raises(StoreError, match="no article"):
        tx.redact("a9", why="?", by="analyst:ana")
    assert store.head() == 0


def test_claim_streams_are_found_by_their_article(store: Store) -> None:
    fill(store)
    assert [e.data["claim"] for e in store.events(stream=claim_stream("c1"))] == ["c1"]
