"""What a text says about figures published before: that it revises them, and which one it takes back."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.lexicon import closed
from tallywire.extract.line import DETERMINER, PREPOSITION, REPORT, STOPS, Line, is_contrast

_CORRECTS: Final = closed("correction")
_FIGURES: Final = closed("figure noun")
_ERRATUM: Final = frozenset({"erratum", "misstated", "misreported"})
_EARLIER: Final = frozenset({"earlier", "previous", "original", "initial", "first"})
_VERSION: Final = frozenset({"version", "versions", "edition", "story", "article", "dispatch", "headline"})
_RIGHT: Final = frozenset({"correct", "corrected"})
_CORRECTION: Final = _RIGHT | {"correction", "corrections"}
_OPENS: Final = ("The ", "the ", "THE ")
_TOLD: Final = _ERRATUM | _VERSION | {"correction"}
_REVISES: Final = re.compile("|".join(sorted(form for w in _TOLD for form in (w, w.capitalize(), w.upper()))))
_GAVE: Final = REPORT | {"misstated", "misreported", "incorrectly", "wrongly", "had"}


def corrects(frame: Frame, document: Document) -> bool:
    """Whether the text says that it revises an earlier figure: here, in its title, or just before."""
    vocabulary = frame.line.vocabulary
    if _CORRECTS & vocabulary:
        return True
    if _CORRECTION & vocabulary and any(_is_correction(a, b) for a, b in pairwise(frame.line.words)):
        return True
    index, paragraph = frame.line.index, frame.line.sentence.paragraph
    before = document.lines[max(0, index - 2) : index]
    told = [line for line in before if line.sentence.paragraph == paragraph or line.sentence.surface.endswith(":")]
    return any(_is_erratum(line) for line in [*told, *document.lines[:1]])


def _gives_correct(line: Line) -> bool:
    """ "The correct figure is 98": what was said right before it was wrong."""
    if not line.sentence.text.startswith(_OPENS, line.sentence.start):  # most have no tokens yet
        return False
    return line.lower(1) in _RIGHT and line.lower(2) in _FIGURES


def _is_correction(word: str, following: str) -> bool:
    """ "The correct figure", "issued a correction to"; a correction officer is none."""
    if word in _RIGHT:
        return following in _FIGURES
    return word in _CORRECTION and (not following.isalpha() or following in PREPOSITION | REPORT)


def _is_erratum(line: Line) -> bool:
    """ "Correction: ...", "An earlier version misstated ..."; a correction officer is none."""
    if not _REVISES.search(line.sentence.text, line.sentence.start, line.sentence.end):  # most have no tokens yet
        return False
    words = line.words
    headed = words[:1] == ["correction"] and words[1:2] in ([], [":"], ["to"], ["–"], ["-"])
    return headed or bool(_ERRATUM & line.vocabulary) or _version_at(line, len(words)) is not None


def corrected_away(frame: Frame, document: Document) -> bool:
    """ "An earlier version of this story said 112 people were killed", "98 people, not 112": taken back."""
    line = frame.line
    if is_contrast(line, frame.first):
        return True
    if _corrected_next(line, document):
        return True
    at = _version_at(line, frame.first)
    return at is not None and any(line.lower(i) in _GAVE for i in range(at, frame.first))


def _corrected_next(line: Line, document: Document) -> bool:
    """Whether the next sentence opens with "The correct figure"."""
    following = document.lines[line.index + 1 : line.index + 2]
    return any(map(_gives_correct, following)) and not _gives_correct(line)


def _version_at(line: Line, end: int) -> int | None:
    """Where a clause before tokens[end] names an earlier version of what is published, as its subject."""
    if _VERSION.isdisjoint(line.vocabulary):
        return None
    for at in range(end - 1, 0, -1):
        if line.lower(at) in STOPS and at < len(line.tokens) - 1:
            return None
        if line.lower(at) in _VERSION and line.lower(at - 1) in _EARLIER:
            return at if at < 2 or line.lower(at - 2) in DETERMINER else None
    return None
