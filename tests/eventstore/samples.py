"""Events, clocks and stores for the tests of the event store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tallywire.core import events as ev
from tallywire.core.events import Event, alert_stream, article_stream, claim_stream, estimate_stream
from tallywire.eventstore.base import Transaction
from tallywire.eventstore.memory import MemoryStore
from tallywire.eventstore.sqlite import SqliteStore

Store = SqliteStore | MemoryStore
QUOTE = "some 1,200 lanterns were lit on the quay"
SENTENCE = "The harbour master counted, and some 1,200 lanterns were lit on the quay that night."


class Ticking:
    """A clock that goes on by a second each time it is read, and can be set back."""

    def __init__(self) -> None:
        self.now = datetime(2025, 3, 27, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def sqlite_store(folder: Path, clock: Callable[[], datetime] | None = None) -> SqliteStore:
    return SqliteStore.open(folder / "store.db", clock=clock or Ticking())


def received(article: str = "a1", **changes: Any) -> ev.ArticleReceived:
    values: dict[str, Any] = {
        "article": article,
        "path": f"{article}.txt",
        "size": 120,
        "media": "text/plain",
        "reader": "text@1",
        "title": "A night of lanterns at the harbour",
        "outlet": "The Quay Post",
        "author": "Ada Lantern-Smith",
        "url": "https://quay.example/lanterns",
        "published": "2025-03-26",
        "published_from": "header",
    }
    return ev.ArticleReceived(**values | changes)


def claimed(claim: str = "c1", article: str = "a1", **changes: Any) -> ev.ClaimRecorded:
    values: dict[str, Any] = {
        "claim": claim,
        "article": article,
        "estimate": "lanterns.lit",
        "low": 1200,
        "high": 1200,
        "bound": "about",
        "kind": "total",
        "status": "reported",
        "quote": QUOTE,
        "start": 33,
        "end": 73,
        "number_start": 38,
        "number_end": 43,
        "sentence": SENTENCE,
        "rule": "passive",
        "extractor": "english@1",
        "source": "harbour master",
    }
    return ev.ClaimRecorded(**values | changes)


def raised(alert: str = "alert1", **changes: Any) -> ev.AlertRaised:
    values: dict[str, Any] = {
        "alert": alert,
        "kind": "change",
        "estimate": "lanterns.lit",
        "severity": "info",
        "title": "Lanterns lit: 1,200",
        "text": f"It says: {QUOTE}.",
        "reason": "a rise of 20 %",
        "channels": ["desk", "mail"],
        "after": {"best": 1200},
        "evidence": [{"claim": "c1", "article": "a1", "quote": QUOTE, "outlet": "The Quay Post"}],
        "notified": {"rule": "rise", "best": 1200},
        "revision": 7,
    }
    return ev.AlertRaised(**values | changes)


def stream_of(event: Event) -> str:
    """The stream that an event belongs to."""
    if isinstance(event, ev.SourcesDefined):
        return ev.SOURCES_STREAM
    if isinstance(event, ev.FileRejected):
        return ev.file_stream(event.path, event.size, event.mtime_ns)
    if isinstance(event, ev.DigestRaised):
        return ev.digest_stream(event.name, event.day)
    streams = {"claim": claim_stream, "alert": alert_stream, "article": article_stream, "estimate": estimate_stream}
    name = next(name for name in streams if hasattr(event, name))
    return streams[name](getattr(event, name))


def add(tx: Transaction, *events: Event, by: str = "daemon") -> None:
    for event in events:
        tx.append(stream_of(event), event, by=by)


def fill(store: Store) -> None:
    """An article with its evidence, two claims, an estimate, and an alert about it."""
    with store.transaction() as tx:
        tx.keep("a1", b"<html>original</html>", f"A night of lanterns. {SENTENCE}", "text@1")
        add(tx, received(), claimed(), claimed("c2", low=3.0, high=10**18, onto=7))
        definition = {"id": "lanterns.lit", "track": "N lanterns lit on the quay"}
        add(tx, ev.EstimateDefined("lanterns.lit", definition, "f1"), ev.ArticleSeenAgain("a1", "copy/a1.txt"))
        add(tx, ev.EstimateRevised("lanterns.lit", None, {"best": 1200}, ["c1"], "first figure"), raised())


# --- any events -----------------------------------------------------------------------------------------------------

# Few ids, so that events meet; all of Unicode in texts, lone surrogates and NUL included.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
_MAYBE = st.none() | ANY_TEXT
_COUNT = st.integers(0, 10**12)
_NUMBER = st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.dictionaries(
    ANY_TEXT, st.none() | st.booleans() | _NUMBER | ANY_TEXT | st.lists(_NUMBER, max_size=2), max_size=3
)
_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "article": st.sampled_from(["a1", "a2", "a3"]),
    "like": st.sampled_from(["a1", "a2", "a3"]),
    "claim": st.sampled_from(["c1", "c2", "c3"]),
    "estimate": st.sampled_from(["e1", "e2"]),
    "alert": st.sampled_from(["n1", "n2"]),
    "channel": st.sampled_from(["desk", "mail"]),
    "channels": st.lists(st.sampled_from(["desk", "mail"]), max_size=3),
    "path": st.sampled_from(["x.txt", "y/\udcff.txt", "nul\0.txt"]),
    "changes": st.fixed_dictionaries(
        {}, optional={"low": _NUMBER, "quote": ANY_TEXT, "start": _COUNT, "claim": ANY_TEXT}
    ),
    "blanked": st.just({}),
}
_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "str": ANY_TEXT,
    "str | None": _MAYBE,
    "int": _COUNT,
    "int | None": st.none() | _COUNT,
    "bool": st.booleans(),
    "float": st.floats(0, 1),
    "float | None": st.none() | st.floats(0, 100),
    "Number": _NUMBER,
    "Number | None": st.none() | _NUMBER,
    "Json": _JSON,
    "Json | None": st.none() | _JSON,
    "list[str]": st.lists(ANY_TEXT, max_size=2),
    "list[Json]": st.lists(_JSON, max_size=2),
}


def any_of(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Any event of a kind."""
    fields = cls.__dataclass_fields__.values()
    names = {f.name: _BY_NAME[f.name] if f.name in _BY_NAME else _BY_TYPE[f.type] for f in fields}
    return st.builds(cls, **names)
