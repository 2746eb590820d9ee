"""A newsroom on a real store: reports recorded as ingest records them, decisions as the daemon makes them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tallywire import act
from tallywire.arguments import CommandError
from tallywire.core.definition import Definition, fingerprint, to_json
from tallywire.core.events import (
    ArticleReceived,
    ClaimRecorded,
    EstimateDefined,
    SourcesDefined,
    article_stream,
    claim_stream,
    estimate_stream,
)
from tallywire.core.source import Source
from tallywire.decide import decide
from tallywire.eventstore.base import Transaction
from tallywire.eventstore.memory import MemoryStore
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.folding import Folder
from tallywire.telling import Desk

Json = dict[str, Any]
DEAD = Definition("dead", "N sailors lost in the bay", policy="range")
HURT = Definition("hurt", "N sailors hurt in the bay", policy="range")
BOTH = Definition("both", "N sailors lost or hurt in the bay", policy="range", adds=("dead", "hurt"))
BOATS = Definition("boats", "N boats sunk in the bay")
SOURCES = (
    Source("Coast Guard", ("the coastguard", "Coast Guard chief"), grade="B"),
    Source("Harbour Office", ("the harbour master",), grade="D"),
    Source("Quay Post", outlet=True),
    Source("Bay Radio", outlet=True),
)


class Newsroom:
    """`clock` is the recorded time of the next events; `day(n)` goes to another day."""

    def __init__(
        self,
        folder: Path | None = None,
        definitions: Sequence[Definition] = (DEAD, HURT, BOTH, BOATS),
        sources: Sequence[Source] = SOURCES,
    ) -> None:
        self.now = datetime(2025, 1, 1, 8, tzinfo=UTC)
        self.store = SqliteStore.open(folder / "desk.db", clock=self._tick) if folder else MemoryStore(self._tick)
        self.articles = 0
        self.define(definitions, sources)

    def _tick(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def to(self, day: str) -> None:
        """Goes on to noon of that day."""
        self.now = datetime.fromisoformat(f"{day}T12:00:00+00:00")

    def define(self, definitions: Sequence[Definition], sources: Sequence[Source] = SOURCES) -> None:
        with self.store.transaction() as tx:
            for each in definitions:
                tx.append(estimate_stream(each.id), EstimateDefined(each.id, to_json(each), fingerprint(each)))
            entries = [{**asdict(s), "aliases": list(s.aliases)} for s in sources]
            tx.append("sources", SourcesDefined(entries, str(hash(tuple(sources)))))
            self._decide(tx)

    def report(
        self,
        *claims: Json,
        published: str | None = None,
        outlet: str | None = None,
        decide: bool = True,
        key: str | None = None,
    ) -> str:
        """One article with its claims (keywords of ClaimRecorded; `n` is the figure). Gives the article's id."""
        with self.store.transaction() as tx:
            article = self.receive(tx, claims, published, outlet, key)
            if decide:
                self._decide(tx)
        return article

    def receive(
        self, tx: Transaction, claims: Iterable[Json], published: str | None, outlet: str | None, key: str | None = None
    ) -> str:
        self.articles += 1
        article = hashlib.sha256(f"article {key or self.articles}".encode()).hexdigest()
        text = f"Report {self.articles}. " + " ".join(_words(c) for c in claims)
        event = ArticleReceived(
            article, f"report-{self.articles}.txt", len(text), "text/plain", "text@1", f"Report {self.articles}",
            outlet, None, None, published, "header",
        )  # fmt: skip
        tx.append(article_stream(article), event)
        tx.keep(article, text.encode(), text, "text@1")
        for number, claim in enumerate(claims):
            self._claim(tx, article, number, claim, text)
        return article

    def _claim(self, tx: Transaction, article: str, number: int, claim: Json, text: str) -> None:
        given = {k: v for k, v in claim.items() if k != "n"}
        low, high = claim["n"] if isinstance(claim.get("n"), tuple) else (claim.get("n"), claim.get("n"))
        quote = _words(claim)
        start = text.index(quote)
        values: Json = {
            "estimate": "dead",
            "low": low,
            "high": high,
            "bound": "exact",
            "kind": "total",
            "status": "reported",
            "quote": quote,
            "start": start,
            "end": start + len(quote),
            "number_start": start,
            "number_end": start + len(str(low)),
            "sentence": quote,
            "rule": "passive",
            "extractor": "english@1",
        }
        identity = hashlib.sha256(f"{article}{number}".encode()).hexdigest()[:16]
        event = ClaimRecorded(**{**values, **given, "claim": given.get("claim", identity), "article": article})
        tx.append(claim_stream(event.claim), event)

    def act(self, command: str, by: str = "analyst:ana", **arguments: Any) -> Json:
        with self.store.transaction() as tx:
            answer = act.act(tx, command, {"why": "we checked", **arguments}, by)
            self._decide(tx)
        return answer

    def verdict(self, command: str, claim: str, *, decide: bool = True) -> None:
        """Like `act`, and nothing where the claim is in no state for it."""
        arguments = {"id": claim, "why": "we checked", **({"low": "310"} if command == "claims.correct" else {})}
        with self.store.transaction() as tx, contextlib.suppress(CommandError):
            act.act(tx, command, arguments, "analyst:ana")
            if decide:
                self._decide(tx)

    def decide(self) -> None:
        with self.store.transaction() as tx:
            self._decide(tx)

    def _decide(self, tx: Transaction) -> None:
        decide(tx, Desk(lambda to: ["console"], timedelta(0)), self.now, idle=True)

    def summary(self, estimate: str = "dead") -> Json:
        """What is published now, folded from scratch."""
        return Folder(self.store).state(estimate).summary()

    def told(self, estimate: str = "dead") -> Json:
        """What the last revision says."""
        row = self.store.row("estimate", estimate)
        assert row is not None
        found: Json = row["state_json"]
        return found

    def claims(self, estimate: str = "dead") -> list[str]:
        return [row["id"] for row in self.store.rows("claim", order="position", estimate=estimate)]

    def alerts(self) -> list[str]:
        return [row["kind"] for row in self.store.rows("alert", order="position")]


def _words(claim: Json) -> str:
    number = claim["n"][0] if isinstance(claim.get("n"), tuple) else claim.get("n", "scores")
    return (
        f"{number} were counted in the bay, {claim.get('source') or 'nobody'} said of {claim.get('estimate', 'dead')}."
    )


def said(n: Any, source: str | None = "Coast Guard", **more: Any) -> Json:
    """One claim of a report."""
    return {"n": n, "source": source, **more}
