"""A home with years of news in its store, made in minutes: a genuine log, its evidence, its views, and decided states.

Events are sealed into the chain one by one, as an append does, but written in bulk with nothing folded; the views are
then made from the log by the store's own rebuild, and the estimates by the decider. The mix is that of a busy desk:
twelve estimates, most articles without a figure, several reports of each figure, copies, revisions, alerts on two
channels, and now and then an analyst.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tallywire import config as configuration
from tallywire import examples
from tallywire.core import events as ev
from tallywire.core.alerting import told
from tallywire.core.claim import Claim, claim_id
from tallywire.core.estimate import Estimate
from tallywire.core.events import Event
from tallywire.decide import decide
from tallywire.define import define
from tallywire.eventstore.chain import Head, Note, RawEvent, head_of, seal
from tallywire.eventstore.evidence import text_hash
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.eventstore.sqlite_rows import INSERT_EVENT, SELECT_EVENT
from tallywire.home import Home
from tallywire.recording import claim_fields
from tallywire.telling import Desk
from tallywire.tracking import compiled

BATCH: Final = 5_000  # events in one transaction
START: Final = datetime(2019, 1, 1, tzinfo=UTC)
END: Final = datetime(2026, 6, 1, tzinfo=UTC)
CHANNELS: Final = ("desk", "archive")
SILENT: Final = Desk(lambda to: [], timedelta(seconds=60))
SYLLABLES: Final = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "ir")]
WORDS: Final = [a + b for a in SYLLABLES for b in SYLLABLES]
AGENCIES: Final = [f"{a.title()}{b} Agency" for a in SYLLABLES[::9] for b in SYLLABLES[::28]]
OUTLETS: Final = [f"{a.title()}{b} Post" for a in SYLLABLES[::5] for b in SYLLABLES[1::40]]
# How often each is reported on: a few are the news of the day, most are not.
WEIGHTS: Final = {
    "rus.casualties": 45, "rus.killed": 22, "dprk.deployed": 12, "dprk.shells": 5, "dprk.artillery": 4,
    "dprk.missiles": 3, "dprk.containers": 2, "dprk.workers": 2, "dprk.captured": 2, "dprk.killed": 1,
    "dprk.wounded": 1, "dprk.casualties": 1,
}  # fmt: skip
NAMES: Final = list(WEIGHTS)
SHARES: Final = list(WEIGHTS.values())


class History:
    """Writes a log of about `count` events, always the same for the same count."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.chance = random.Random(11)
        self.made: Counter[str] = Counter()
        self.head = Head()
        self.now = START
        self.versions: Counter[str] = Counter()
        self.states = {name: Estimate(name, "anchored").summary() for name in NAMES}
        self.articles: list[str] = []  # the newest ones, for what comes later about them
        self.sentences = [self._sentence() for _ in range(3000)]

    def write(self, store: SqliteStore, progress: Callable[[int], None]) -> None:
        """Continues the log of a store in which the estimates are defined already."""
        raw = store._connection.raw  # nothing else is written meanwhile
        raw.execute("PRAGMA synchronous = OFF")
        for last in raw.execute(f"{SELECT_EVENT} ORDER BY position DESC LIMIT 1"):
            self.head = head_of(last)
        self.versions.update(dict(raw.execute("SELECT stream, max(version) FROM event GROUP BY stream")))
        first = self.head.position
        while self.head.position < self.count:
            self.now = START + (END - START) * (self.head.position / self.count)
            self._batch(raw, min(BATCH, self.count - self.head.position))
            progress(self.head.position - first)
        store.rebuild()

    def _batch(self, raw: sqlite3.Connection, size: int) -> None:
        events: list[RawEvent] = []
        kept: list[tuple[str, bytes, str]] = []
        while len(events) < size:
            events += self._article(kept)
            if self.chance.random() < 0.16:
                events += self._news()
            if self.chance.random() < 0.03:
                events += self._verdict(events[-1])
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(INSERT_EVENT, events)
        originals = [(article, zlib.compress(original)) for article, original, _ in kept]
        raw.executemany("INSERT INTO original (article, data) VALUES (?, ?)", originals)
        texts = [(article, "text@1", text) for article, _, text in kept]
        raw.executemany("INSERT INTO clean_text (article, reader, text) VALUES (?, ?, ?)", texts)
        ledger = [(f"{a[:12]}.txt", len(o), "done", a, self.now.isoformat(), self.now.isoformat()) for a, o, _ in kept]
        sql = "INSERT INTO file (path, size, state, article, first_seen, last_seen, tries) VALUES (?, ?, ?, ?, ?, ?, 1)"
        raw.executemany(sql, ledger)
        raw.execute("COMMIT")

    def _sealed(self, stream: str, event: Event, by: str = "daemon", cause: int | None = None) -> RawEvent:
        self.now += timedelta(milliseconds=20)
        version = 1
        if not stream.startswith("claim-") or self.versions[stream]:
            version = self.versions[stream] = self.versions[stream] + 1
        sealed, _ = seal(self.head, stream, version, event, Note(by, cause), self.now)
        self.head = head_of(sealed)
        self.made[type(event).__name__] += 1
        return sealed

    # --- what happens ---------------------------------------------------------------------------------------------

    def _article(self, kept: list[tuple[str, bytes, str]]) -> Iterator[RawEvent]:
        """One article; two of five have figures, and now and then it is a copy of another or seen again."""
        chance = self.chance
        parts = chance.choices(self.sentences, k=chance.randint(5, 14))
        claims: list[Claim] = []
        source = chance.choice(AGENCIES) if chance.random() < 0.7 else None
        for _ in range(chance.choice((0, 0, 0, 1, 2, 4, 9)) if chance.random() < 0.7 else 0):
            claims.append(self._claim(parts, source))
        text = " ".join(parts)
        original = text.encode()
        article = hashlib.sha256(original).hexdigest()
        kept.append((article, original, text))
        stream, path = ev.article_stream(article), f"{article[:12]}.txt"
        received = ev.ArticleReceived(
            article, path, len(original), "text/plain", "text@1", parts[0][:60], chance.choice(OUTLETS), None,
            f"https://news.example.org/{article[:16]}", self.now.date().isoformat(), "header",
            text_hash=text_hash(text),
        )  # fmt: skip
        yield (first := self._sealed(stream, received))
        for claim in claims:
            identity = claim_id(article, claim)
            event = ev.ClaimRecorded(claim=identity, article=article, **claim_fields(claim))
            yield self._sealed(ev.claim_stream(identity), event, claim.extractor, first[0])
        if chance.random() < 0.12:
            yield self._sealed(stream, ev.ArticleSeenAgain(article, f"copies/{path}"))
        if self.articles and chance.random() < 0.1:
            like = chance.choice(self.articles)
            yield self._sealed(stream, ev.ArticleGrouped(article, like, round(chance.uniform(0.5, 1), 3)))
        self.articles = [*self.articles[-50:], article]

    def _claim(self, parts: list[str], source: str | None) -> Claim:
        name = self.chance.choices(NAMES, SHARES)[0]
        figure = round(self._level(name) * self.chance.uniform(0.5, 1.02), -1)
        number = f"{figure:,.0f}"
        sentence = f"About {number} of them are counted so far, {source or 'it was said'}."
        start = sum(len(part) + 1 for part in parts)
        parts.append(sentence)
        low = int(figure)
        return Claim(
            name, low, low, "about", "total", "reported", sentence[:-1], start, start + len(sentence) - 1, start + 6,
            start + 6 + len(number), sentence, "passive", "english@1", source=source,
        )  # fmt: skip

    def _level(self, name: str) -> float:
        """What grows over the years."""
        top = 1000 * (1 + NAMES[::-1].index(name)) ** 2
        return 100 + top * self.head.position / self.count

    def _news(self) -> Iterator[RawEvent]:
        """An estimate is revised, and people are told on both channels; one delivery of a thousand is given up."""
        name = self.chance.choices(NAMES, SHARES)[0]
        before, level = self.states[name], round(self._level(name))
        documents = self.made["ArticleReceived"]
        after = {**before, "best": level, "low": round(level * 0.9), "high": level, "documents": documents}
        self.states[name] = after
        moved = [hashlib.sha256(str(self.head.position).encode()).hexdigest()[:16]]
        stream, reason = ev.estimate_stream(name), "rule 5: no jump over what stood, and the newest of its originator"
        yield (revised := self._sealed(stream, ev.EstimateRevised(name, before, after, moved, reason)))
        if self.chance.random() < 0.25:
            return
        alert = ev.alert_id("default", name, revised[0])
        quotes = [self._quote(name) for _ in range(3)]
        title = f"{name}: {before['best'] or 0:,} -> {level:,}"
        text = "\n".join([title, reason, *(f"“{q['quote']}” ({q['originator']}, {q['outlet']})" for q in quotes)])
        raised = ev.AlertRaised(
            alert, "change", name, "info", title, text, f"changed by more than 5%: {reason}", list(CHANNELS), before,
            after, quotes, told(after, self.now, "default", before), None, revised[0],
        )  # fmt: skip
        yield self._sealed(ev.alert_stream(alert), raised, cause=revised[0])
        for channel in CHANNELS:
            lost = self.chance.random() < 0.001
            event = ev.AlertAbandoned(alert, channel, 10, "404") if lost else ev.AlertDelivered(alert, channel, 1)
            yield self._sealed(ev.alert_stream(alert), event)

    def _quote(self, name: str) -> ev.Json:
        quote = self.chance.choice(self.sentences)
        return {
            "claim": hashlib.sha256(quote.encode()).hexdigest()[:16], "article": self.chance.choice(self.articles),
            "low": 1000, "high": 1000, "bound": "about", "kind": "total", "status": "reported", "quote": quote,
            "as_of": None, "originator": self.chance.choice(AGENCIES), "outlet": self.chance.choice(OUTLETS),
            "published": self.now.date().isoformat(), "title": quote[:60], "url": None, "path": "a.txt",
        }  # fmt: skip

    def _verdict(self, last: RawEvent) -> Iterator[RawEvent]:
        """An analyst looks at the claim that was just recorded."""
        if last[3] != "ClaimRecorded":
            return
        stream, claim = last[1], last[1].removeprefix("claim-")
        self.versions[stream] = 1
        event: Event = ev.ClaimConfirmed(claim, "the figure is in the ministry's own report")
        if self.chance.random() < 0.3:
            event = ev.ClaimWithdrawn(claim, "rejected", "this is about another front")
        yield self._sealed(stream, event, "analyst:ana")

    def _sentence(self) -> str:
        words = self.chance.choices(WORDS, k=self.chance.randint(8, 18))
        return " ".join(words).capitalize() + "."


def make(root: Path, count: int, progress: Callable[[int], None] = lambda count: None) -> tuple[Home, float]:
    """A home with `count` events in its store, everything decided; gives seconds too."""
    home, started = Home(root), time.perf_counter()
    examples.copy_to(home.config)
    (home.config / "channels.yaml").write_text("".join(f"{c}: json://127.0.0.1:9/{c}\n" for c in CHANNELS))
    for folder in (home.inbox, home.store):
        folder.mkdir(parents=True, exist_ok=True)
    config = configuration.load(root)
    history = History(count)
    store = SqliteStore.open(home.database, clock=lambda: history.now)
    try:
        with store.transaction() as tx:
            define(tx, compiled(config.definitions), config.sources)
            decide(tx, SILENT, history.now, idle=True)
        history.write(store, progress)
        history.now += timedelta(days=1)  # nothing that was told is too fresh to be followed by more
        with store.transaction() as tx:
            decide(tx, SILENT, history.now, idle=True)
    finally:
        store.close()
    return home, time.perf_counter() - started
