"""Acronyms in full, where a text spells them out: "the National Intelligence Service (NIS)"."""

from __future__ import annotations

import re
from typing import Final

_CAPITALISED: Final = re.compile(r"\b[A-Z][\w'’-]+")
_LINK: Final = re.compile(r"\s+(?:(?:of|the|for|and)\s+)*")


class Acronyms:
    """The names of one text by their initials. Read once, for a text may cite thousands."""

    def __init__(self, text: str) -> None:
        self.text = text
        initials: list[str] = []
        self._spans: list[tuple[int, int]] = []  # of the words; each stands at the place of its initial
        end = 0
        for match in _CAPITALISED.finditer(text):
            if initials and not _LINK.fullmatch(text, end, match.start()):
                initials.append(" ")
                self._spans.append((end, end))
            initials.append(match.group()[0])
            self._spans.append(match.span())
            end = match.end()
        self._initials = "".join(initials)

    def full(self, acronym: str) -> str | None:
        """The first name whose words start with these letters; small words may stand between them."""
        at = self._initials.find(acronym)
        if at < 0:
            return None
        start, end = self._spans[at][0], self._spans[at + len(acronym) - 1][1]
        return " ".join(self.text[start:end].split())
