"""Who said what, how often they agreed with what stood later, and which names sources.yaml does not know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from rapidfuzz import fuzz, process

from tallywire.core.dates import fold_day
from tallywire.core.definition import FoldSettings
from tallywire.core.estimate import Estimate, Standing
from tallywire.core.measure import near
from tallywire.core.quantity import Number
from tallywire.core.source import normal
from tallywire.eventstore.base import Reader
from tallywire.folding import Folder

Json = dict[str, Any]
LIKE: Final = 80.0  # of 100: from where on two names are worth a look side by side


@dataclass(slots=True)
class Record:
    """What one name said. `judged`, `agreed`, `high`, `low`: statements compared with what stood a window later."""

    claims: int = 0
    articles: set[str] = field(default_factory=set)
    estimates: Counter[str] = field(default_factory=Counter)
    agreed: int = 0
    high: int = 0
    low: int = 0

    @property
    def judged(self) -> int:
        return self.agreed + self.high + self.low


class Consensus:
    """What stood a window after a day, by all that is known now. Each day is folded once."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._known: dict[tuple[str, date], Estimate] = {}

    def later(self, estimate: str, day: date) -> Estimate:
        until = day + timedelta(days=self._folder.definitions[estimate].settings.window_days)
        if (estimate, until) not in self._known:
            self._known[estimate, until] = self._folder.fold(estimate, until=until)
        return self._known[estimate, until]


def sources(reader: Reader) -> list[Json]:
    """One row for each originator and outlet that speaks for itself, the most cited first.

    `agreed` of `judged` dated totals were near, or within the range of, what stood a window later; `high` and `low`
    count the others. `alike`: a name of sources.yaml that this unknown one looks like.
    """
    folder = Folder(reader)
    records = _records(folder)
    rows = [_row(name, record, folder) for name, record in records.items()]
    return sorted(rows, key=lambda row: (-row["claims"], row["name"]))


def _records(folder: Folder) -> dict[str, Record]:
    records: dict[str, Record] = defaultdict(Record)
    consensus = Consensus(folder)
    for estimate, definition in folder.definitions.items():
        said: dict[tuple[str, Number], tuple[date, Standing]] = {}
        for claim in folder.standing(estimate):
            name = claim.originator or claim.outlet
            if name is None:
                continue
            record = records[name]
            record.claims += 1
            record.articles.add(claim.article)
            record.estimates[estimate] += 1
            _note_statement(said, name, claim)
        for (name, _), (day, claim) in said.items():
            _judge(records[name], claim, consensus.later(estimate, day), definition.settings)
    return records


def _note_statement(said: dict[tuple[str, Number], tuple[date, Standing]], name: str, claim: Standing) -> None:
    """One for each number that a name gave, on its first day: repeats are not judged again."""
    if claim.status != "reported" or claim.kind != "total" or claim.low is None:
        return
    day = fold_day(claim.status, claim.as_of, claim.published, onto=False)
    known = said.get((name, claim.low))
    if day is not None and (known is None or day < known[0]):
        said[name, claim.low] = (day, claim)


def _judge(record: Record, claim: Standing, later: Estimate, settings: FoldSettings) -> None:
    if later.best is None or later.low is None or later.high is None or claim.low is None or claim.high is None:
        return
    if near(claim.low, later.best, settings) or (later.low <= claim.low and claim.high <= later.high):
        record.agreed += 1
    elif claim.bound in ("at_least", "over") and claim.low <= later.best:
        record.agreed += 1  # "at least 300" is no mistake where 1,000 stand
    elif claim.low > later.best:
        record.high += 1
    else:
        record.low += 1


def _row(name: str, record: Record, folder: Folder) -> Json:
    entry = folder.sources.entry(name)
    return {
        "name": name,
        "grade": entry.grade if entry else None,
        "outlet": bool(entry and entry.outlet),
        "muted": bool(entry and entry.muted),
        "known": entry is not None,
        "claims": record.claims,
        "articles": len(record.articles),
        "estimates": dict(sorted(record.estimates.items())),
        "judged": record.judged,
        "agreed": record.agreed,
        "high": record.high,
        "low": record.low,
        "alike": None if entry else alike(name, folder),
    }


def alike(name: str, folder: Folder) -> str | None:
    """The known source that an unknown name looks most like: worth an alias, or not; a person decides."""
    known = {normal(alias): entry.name for entry in folder.sources.entries for alias in (entry.name, *entry.aliases)}
    found = process.extractOne(normal(name), list(known), scorer=fuzz.token_sort_ratio, score_cutoff=LIKE)
    return known[found[0]] if found else None


def unknown(rows: Iterable[Json]) -> list[Json]:
    """The rows of names that sources.yaml does not know."""
    return [row for row in rows if not row["known"]]
