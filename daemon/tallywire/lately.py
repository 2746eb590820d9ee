"""For questions: the states that the decider keeps (tips.py), so that asking after an estimate does not fold all of it.

A kept state is used where nothing came since that bears on it; its verdicts are those that bear on the figure. All else
is folded from the claims, as ever. Reads only.
"""

from __future__ import annotations

from tallywire.core.estimate import Estimate, family
from tallywire.core.tip import can_have_tip, estimate_of
from tallywire.core.tipcodec import loaded
from tallywire.eventstore.base import Reader
from tallywire.folding import Folder
from tallywire.tips import META_FOLD, News, mark_of, news


class Lately(Folder):
    """Folds, or takes what is kept. For one moment of the store."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        mark = reader.row("meta", META_FOLD)
        self._news = None if mark is None else news(reader, mark["value_json"])

    def folded(self, estimate: str) -> Estimate:
        if estimate not in self._folded and (kept := self._kept(estimate)) is not None:
            self._folded[estimate] = kept
        return super().folded(estimate)

    def _kept(self, estimate: str) -> Estimate | None:
        definition = self.definitions[estimate]
        if self._news is None or _is_touched(self._news, estimate):
            return None
        row = self._reader.row("fold", estimate)
        if row is None or row["state_json"]["mark"] != mark_of(self._reader, definition):
            return None
        if not can_have_tip(definition, family(estimate, self.definitions)):
            return None
        return estimate_of(loaded(row["state_json"], definition.settings), definition)


def _is_touched(since: News, estimate: str) -> bool:
    return since.all_stale or estimate in since.stale or estimate in since.claims
