"""The originator of each figure: cited in its sentence, or carried on from the sentences before it."""

from __future__ import annotations

import re
from typing import Final

from tallywire.extract.attribution import Citation, citations
from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.line import Line

_CARRIES: Final = frozenset("of among they he she it these those the there some also according in that roughly".split())
_ACRONYM: Final = re.compile(r"[A-Z]{2,6}")
_BACK: Final = 4


class Sourcing:
    """Answers for one document; sentences are looked at when first asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._found: dict[int, list[Citation]] = {}

    def of(self, frame: Frame) -> str | None:
        """The originator as the text words it; None where nobody is cited."""
        here = _reaching(frame, self._citations(frame.line.index))
        if here and not here.weak:
            return self._spelled(here.name)
        carried = self._carried(frame.line, named=here is not None)
        if carried:
            return self._spelled(carried.name)
        return None if here is None or _is_pronoun(here) else here.name

    def _citations(self, index: int) -> list[Citation]:
        if index not in self._found:
            self._found[index] = citations(self.document.lines[index])
        return self._found[index]

    def _carried(self, line: Line, *, named: bool) -> Citation | None:
        """Whoever was cited last: in the same paragraph, or further up where the sentence says "he" or "the agency"."""
        if not named and not self._goes_on(line):
            return None
        for index in range(line.index - 1, max(-1, line.index - _BACK - 1), -1):
            if not named and self.document.lines[index].sentence.paragraph != line.sentence.paragraph:
                return None
            known = [c for c in self._citations(index) if not c.weak or (not named and not _is_pronoun(c))]
            if known:
                return next((c for c in reversed(known) if c.cited), known[-1])
        return None

    def _goes_on(self, line: Line) -> bool:
        return line.lower(0) in _CARRIES or line.sentence.is_list_item

    def _spelled(self, name: str) -> str:
        """An acronym in full, where the text spells it out: "National Intelligence Service (NIS)"."""
        bare = name.removeprefix("the ").strip()
        if not _ACRONYM.fullmatch(bare):
            return name
        words = r"\s+(?:of\s+|the\s+|for\s+|and\s+)*".join(rf"{re.escape(c)}[\w'’-]+" for c in bare)
        match = re.search(rf"\b{words}", self.document.text)
        return " ".join(match.group().split()) if match else name


def _is_pronoun(citation: Citation) -> bool:
    return citation.name.lower() in {"he", "she", "they", "it"}


def _reaching(frame: Frame, found: list[Citation]) -> Citation | None:
    """The citation that a number stands under: one that opens before it or closes after it, the nearest."""
    at = frame.mention.first
    reach = [c for c in found if c.is_left or c.verb < at]
    if not reach:
        return None
    cited = [c for c in reach if c.cited]
    if cited:
        return cited[0]
    return min(reach, key=lambda c: abs(c.verb - at))
