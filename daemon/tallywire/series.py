"""An estimate as a table over days: by when it was so (event date), and by when it was published (report date)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from tallywire.core import estimate as core
from tallywire.core.dates import fold_day, issued_day
from tallywire.core.estimate import Standing
from tallywire.core.quantity import Number
from tallywire.folding import Folder

Json = dict[str, Any]
LONGEST: Final = 3_660  # days: ten years of rows an estimate; older days are left out


def series(folder: Folder, estimate: str) -> Iterator[Json]:
    """{estimate, basis, day, best, low, high, daily}: one row a day from the first claim's to the last one's.

    `best` is the cumulative value at the end of that day, `daily` what it gained over the day before. `basis` "event":
    what was so by then, by all we know now; "report": what the reports published by then say.
    """
    for basis in ("event", "report"):
        yield from _rows(folder, estimate, basis)


def _rows(folder: Folder, estimate: str, basis: str) -> Iterator[Json]:
    days = sorted({day for claim in _family(folder, estimate) if (day := _day(claim, basis)) is not None})
    if not days:
        return
    before: Number | None = None
    for number, day in enumerate(days):
        figures = _figures(folder, estimate, basis, day)
        last = days[number + 1] if number + 1 < len(days) else day + timedelta(days=1)
        while day < last:  # days without a claim repeat what stood
            if (days[-1] - day).days < LONGEST:
                head = {"estimate": estimate, "basis": basis, "day": day.isoformat()}
                yield {**head, **figures, "daily": _gain(before, figures["best"])}
            before, day = figures["best"], day + timedelta(days=1)


def _gain(before: Number | None, best: Number | None) -> Number | None:
    return None if best is None else best - (before or 0)


def _figures(folder: Folder, estimate: str, basis: str, day: date) -> Json:
    if basis == "event":
        state = folder.fold(estimate, until=day)
    else:
        known = [c for c in _family(folder, estimate) if (issued := issued_day(c.published)) and issued <= day]
        links = core.links(estimate, folder.definitions)
        state = core.fold(folder.definitions[estimate], known, links=links)
    return {"best": state.best, "low": state.low, "high": state.high, "bound": state.bound}


def _family(folder: Folder, estimate: str) -> list[Standing]:
    return [c for each in sorted(core.family(estimate, folder.definitions)) for c in folder.standing(each)]


def _day(claim: Standing, basis: str) -> date | None:
    if basis == "report":
        return issued_day(claim.published)
    is_based = claim.kind == "additional" and claim.onto is not None
    return fold_day(claim.status, claim.as_of, claim.published, onto=is_based)
