"""Rule 6: a figure of the whole that an outlet prints as one of the part (casualties as deaths)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from tallywire.core.definition import Definition, FoldSettings
from tallywire.core.links import Links
from tallywire.core.measure import NearIndex, in_window, within
from tallywire.core.quantity import figure
from tallywire.core.standing import Standing
from tallywire.core.statements import Statement, Voice, collect


class Wholes:
    """What is given for the wholes of an estimate; read only when the first jump asks."""

    def __init__(
        self, links: Links, claims: Sequence[Standing], settings: FoldSettings, until: date | None = None
    ) -> None:
        self._links, self._claims, self._settings, self._until = links, claims, settings, until
        self._index: NearIndex[tuple[str, Statement]] | None = None
        self._by_voice: dict[Voice, list[Statement]] = defaultdict(list)

    def mistaken(self, found: Statement) -> str | None:
        """Why a jump in the part is taken for a mix-up, or None.

        An originator that itself gives a clearly higher whole knows the part from the whole: its figure stays.
        """
        if not self._links.wholes:
            return None
        index = self._read()
        if any(
            not within(found.low, own.low, self._settings.near) and (own.day is None or self._together(found, own))
            for own in self._by_voice.get(found.voice, ())
        ):
            return None
        hits = [(s.text, name) for name, s in index.near(found.low) if self._together(found, s)]
        if not hits:
            return None
        text, name = min(hits)
        return f"{figure(found.low)} is near what is given for {name} ({text}): taken for a mix-up of part and whole"

    def _together(self, part: Statement, whole: Statement) -> bool:
        """Said within a window of each other. An undated part may belong to any time, an undated whole proves none."""
        if part.day is None or whole.day is None:
            return part.day is None
        return in_window(part.day, whole.day, self._settings.window_days)

    def _read(self) -> NearIndex[tuple[str, Statement]]:
        if self._index is None:
            self._index = NearIndex(self._settings)
            for whole in self._links.wholes:
                definition = Definition(whole.id, "", adds=whole.adds)
                for found in collect(definition, self._claims, self._until).statements:
                    if found.role == "total":
                        self._index.add(found.low, (whole.id, found))
                        self._by_voice[found.voice].append(found)
        return self._index
