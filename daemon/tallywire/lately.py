"""For questions: the states that the decider keeps, so that asking after an estimate does not fold all of it.

Most have a tip (tips.py). Sums, parts and wholes have none: of these the decider keeps the summary that it decided on.
What is kept is used where nothing came since that bears on it; a tip's verdicts are those that bear on the figure. All
else is folded from the claims, as ever.
"""

from __future__ import annotations

from typing import Any, Final

from tallywire.core.definition import Definition
from tallywire.core.estimate import Estimate, family
from tallywire.core.tip import can_have_tip, estimate_of
from tallywire.core.tipcodec import loaded
from tallywire.eventstore.base import Reader, Transaction
from tallywire.folding import Folder
from tallywire.tips import META_FOLD, TYPES, News, mark_of, news

Json = dict[str, Any]
META_STATE: Final = "state"  # "state <estimate>": {"mark": ..., "summary": ...}
BESIDE: Final = ("EstimatePinned", "EstimateUnpinned", "ContradictionClosed")  # they change no fold, but what is told


def keep(tx: Transaction, folder: Folder, estimate: str, summary: Json) -> None:
    """Keeps what was decided of an estimate that has no tip; in the decision's transaction."""
    if not _has_tip(folder, folder.definitions[estimate]):
        value = {"mark": _mark(tx, folder), "summary": summary}
        tx.put("meta", {"name": f"{META_STATE} {estimate}", "value_json": value})


def _has_tip(folder: Folder, definition: Definition) -> bool:
    return can_have_tip(definition, family(definition.id, folder.definitions))


def _mark(reader: Reader, folder: Folder) -> list[str]:
    """Of all definitions: each of a family bears on the others."""
    return [f"{name} {mark_of(reader, definition)}" for name, definition in sorted(folder.definitions.items())]


class Lately(Folder):
    """Folds, or takes what is kept. For one moment of the store."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        mark = reader.row("meta", META_FOLD)
        decided = None if mark is None else mark["value_json"]
        self._news = None if decided is None else news(reader, decided)
        since = reader.events(decided or 0, types=(*TYPES, *BESIDE), limit=1)
        self._is_decided = decided is not None and next(since, None) is None

    def summary(self, estimate: str) -> Json:
        if self._is_decided and not _has_tip(self, self.definitions[estimate]):
            row = self._reader.row("meta", f"{META_STATE} {estimate}")
            if row is not None and row["value_json"]["mark"] == _mark(self._reader, self):
                found: Json = row["value_json"]["summary"]
                return found
        return super().summary(estimate)

    def folded(self, estimate: str) -> Estimate:
        if estimate not in self._folded and (kept := self._kept(estimate)) is not None:
            self._folded[estimate] = kept
        return super().folded(estimate)

    def _kept(self, estimate: str) -> Estimate | None:
        definition = self.definitions[estimate]
        if self._news is None or _is_touched(self._news, estimate):
            return None
        row = self._reader.row("fold", estimate) if _has_tip(self, definition) else None
        if row is None or row["state_json"]["mark"] != mark_of(self._reader, definition):
            return None
        return estimate_of(loaded(row["state_json"], definition.settings), definition)


def _is_touched(since: News, estimate: str) -> bool:
    return since.all_stale or estimate in since.stale or estimate in since.claims
