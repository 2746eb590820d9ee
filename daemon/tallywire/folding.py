"""From the store's rows to the fold: definitions, sources and claims as core.estimate takes them. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Final

from tallywire.core import estimate as core
from tallywire.core import overlay
from tallywire.core.checks import violation
from tallywire.core.definition import Definition, from_json
from tallywire.core.estimate import Estimate, Standing
from tallywire.core.overlay import Rulings
from tallywire.core.source import Source, Sources
from tallywire.eventstore.base import Reader, Row

_HELD: Final = 2000  # rows of articles that are kept for the next claim


class Folder:
    """Folds estimates from what a reader sees now. What it read it keeps: use a new one for each task."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._articles: dict[str, Row] = {}
        self._groups: dict[str, str] = {}
        self._standing: dict[str, tuple[Standing, ...]] = {}
        self._folded: dict[str, Estimate] = {}

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """What is tracked, by id, retired estimates left out."""
        rows = self._reader.rows("estimate", is_retired=False)
        return {row["id"]: from_json(row["definition_json"]) for row in rows}

    @cached_property
    def sources(self) -> Sources:
        row = self._reader.row("sources", "sources")
        entries = row["entries_json"] if row else []
        return Sources([Source(**{**entry, "aliases": tuple(entry["aliases"])}) for entry in entries])

    def state(self, estimate: str) -> Estimate:
        """One estimate as people are told it: the fold, what it owes the estimates it hangs on, analysts' rulings."""
        definition = self.definitions[estimate]
        linked = {estimate, *definition.adds, *([definition.inside] if definition.inside else [])}
        folded = {each: self.folded(each) for each in sorted(linked & self.definitions.keys())}
        broken = violation(definition, folded)
        return overlay.published(folded[estimate], self.rulings(estimate), broken, definition.settings)

    def summary(self, estimate: str) -> Row:
        """The same as JSON-native values."""
        return self.state(estimate).summary()

    def folded(self, estimate: str) -> Estimate:
        """What the machine makes of it, computed once."""
        if estimate not in self._folded:
            self._folded[estimate] = self.fold(estimate)
        return self._folded[estimate]

    def rulings(self, estimate: str) -> Rulings:
        """What analysts set beside the fold."""
        row = self.estimate_row(estimate) or {}
        contradiction = row.get("contradiction_json") or {}
        closed = contradiction["sides"] if contradiction.get("closed_by") else ()
        return Rulings(row.get("pin_json"), closed)

    def fold(self, estimate: str, *, until: date | None = None) -> Estimate:
        """What the machine makes of one estimate by all the claims that stand; `until`: what was so on that day."""
        definition = self.definitions[estimate]
        standing = [s for each in sorted(core.family(estimate, self.definitions)) for s in self.standing(each)]
        return core.fold(definition, standing, links=core.links(estimate, self.definitions), until=until)

    def affected(self, estimates: Iterable[str]) -> list[str]:
        """These estimates and those that hang on them, in a fixed order."""
        return sorted(set().union(*(core.affected(e, self.definitions) for e in estimates)) & self.definitions.keys())

    def standing(self, estimate: str) -> tuple[Standing, ...]:
        """The claims of one estimate that nobody withdrew."""
        if estimate not in self._standing:
            restarts = self._restarts(estimate)
            self._standing[estimate] = tuple(self._claim(row, restarts) for row in self.claim_rows(estimate))
        return self._standing[estimate]

    def claim_rows(self, estimate: str) -> list[Row]:
        """The rows of an estimate's standing claims. Folders of another moment or mind put theirs in its place."""
        return self._reader.rows("claim", estimate=estimate, state="standing")

    def estimate_row(self, estimate: str) -> Row | None:
        """The row with what analysts set beside an estimate's fold."""
        return self._reader.row("estimate", estimate)

    def _restarts(self, estimate: str) -> dict[str | None, date]:
        """From which day on the figures of an originator (None: of all) count, where a series was begun anew."""
        row = self.estimate_row(estimate) or {}
        found = row.get("rebased_json") or []
        return {self.sources.canonical(r["originator"]): date.fromisoformat(r["day"]) for r in found}

    def _claim(self, row: Row, restarts: dict[str | None, date]) -> Standing:
        article = self.article(row["article"])
        originator, outlet = self.sources.voice(row["source"], article.get("outlet"))
        return Standing(
            id=row["id"],
            estimate=row["estimate"],
            article=row["article"],
            low=row["low"],
            high=row["high"],
            bound=row["bound"],
            kind=row["kind"],
            status=row["status"],
            originator=originator,
            outlet=outlet,
            published=article.get("published"),
            as_of=row["as_of"],
            onto=row["onto"],
            correction=bool(row["is_correction"]),
            confirmed=bool(row["is_confirmed"]),
            quote=row.get("quote", ""),
            muted=self.sources.is_muted(originator, outlet),
            group=self._group(article.get("group_id")),
            since=_latest(restarts.get(originator or outlet), restarts.get(None)) if restarts else None,
        )

    def _group(self, group: str | None) -> str | None:
        """The name of a set of near copies: its smallest article, so that it is the same in each order of arrival."""
        if group is not None and group not in self._groups:
            if len(self._groups) >= _HELD:
                self._groups.clear()
            row = self._reader.row("likeness", group)
            self._groups[group] = row["least"] if row else group
        return group and self._groups[group]

    def article(self, article: str) -> Row:
        if article not in self._articles:
            if len(self._articles) >= _HELD:  # a hundred thousand articles must not lie in memory for one fold
                self._articles.clear()
            self._articles[article] = self._reader.row("article", article) or {}
        return self._articles[article]

    def claim_article(self, claim: str) -> str | None:
        row = self._reader.row("claim", claim)
        return row["article"] if row else None

    def evidence(self, claims: Iterable[str]) -> list[Row]:
        """What a message or an explanation quotes for each claim: its words, who says so, where and when."""
        rows = (self._reader.row("claim", claim) for claim in claims)
        return [self._evidence(row) for row in rows if row is not None]

    def _evidence(self, row: Row) -> Row:
        article = self.article(row["article"])
        originator, outlet = self.sources.voice(row["source"], article.get("outlet"))
        return {
            "claim": row["id"],
            "article": row["article"],
            **{name: row[name] for name in ("low", "high", "bound", "kind", "status", "quote", "as_of")},
            "originator": originator,
            "outlet": outlet,
            "published": article.get("published"),
            "title": article.get("title"),
            "url": article.get("url"),
            "path": article.get("path"),
        }


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)
