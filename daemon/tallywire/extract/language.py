"""Whether a text is English. A page of lists and tables has few words of running text, and is not foreign for that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tallywire.extract.wordlists import words

_CHARACTERS: Final = 4000  # of a text that are looked at
_FEW: Final = 40  # words: fewer tell nothing
# None of these is common in another language that is written with the same letters, as "in", "is" and "a" are.
_COMMON: Final = frozenset("the of and to that with by from were have has been which this their".split())
_FOREIGN: Final = words("foreign", "function words")
_ENDS: Final = re.compile(r"[.!?…][\"'”’»)\]]*$")
_WORD: Final = re.compile(r"[^\W\d_]+")


def is_english(lowered: str) -> bool:
    """Whether a text, in lower case, can be read as English.

    Sentences are English if they have its function words. Headings, list items and table rows need none: they count
    as foreign only where something speaks for another language, its function words, its marks or its script.
    """
    head = lowered[:_CHARACTERS]
    every = head.split()
    if len(every) < _FEW or _has_common(every):
        return True
    running = [word for line in head.split("\n") if _is_running(line) for word in line.split()]
    return len(running) < _FEW and not _is_foreign(_WORD.findall(head))


def _has_common(every: Sequence[str]) -> bool:
    return sum(map(_COMMON.__contains__, every)) >= 0.03 * len(every)


def _is_running(line: str) -> bool:
    """Whether a line is prose: it ends like a sentence, or is too long for a heading or a list item."""
    return len(line) > 180 or (len(line.split()) > 4 and _ENDS.search(line.rstrip()) is not None)


def _is_foreign(found: Sequence[str]) -> bool:
    """Two function words of other languages or more, one word in twenty-five; marked or other letters, one in twenty.

    Some names of places bring marks into English, but a table of them has plain words beside each.
    """
    told = [word for word in found if word in _FOREIGN]
    if len(set(told)) > 1 and len(told) >= 0.04 * len(found):
        return True
    letters = "".join(found)
    return sum(not letter.isascii() for letter in letters) >= 0.05 * max(len(letters), 1)
