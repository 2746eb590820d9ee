"""PDF: the text of its pages, running heads and page numbers taken off, lines joined to paragraphs."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import inf, nan
from statistics import median
from typing import Any, Final

from tallywire.read import furniture
from tallywire.read import text as texts
from tallywire.read.draft import Draft
from tallywire.read.limits import LIMITS, Rejected

_PAGE_NUMBER: Final = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[-–]\s*\d{1,4}\s*[-–]", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")
# What browsers print above and below a page: when it was printed, and from where.
_PRINTED: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d\d\b.*")
_ADDRESS: Final = re.compile(r"(https?://\S{4,2000})(?:\s+\d{1,4}/\d{1,4})?")
_EDGE: Final = 2  # lines at the top and at the bottom of a page that may be running heads
_WIDEST: Final = 160
_APART: Final = 1.25  # times the usual distance of two lines, for a new paragraph

Matrix = Sequence[float]  # how a piece of text is placed: (a, b, c, d, x, y)


def read_pdf(data: bytes, name: str) -> list[Draft]:
    """One article. The file's own dates are not used: they say when it was printed or saved.

    Raises Rejected("encrypted" | "too many pages" | "too large" | "no text"), and whatever pypdf raises.
    """
    from pypdf import PdfReader  # late: a tenth of a second
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every blemish of the file
    reader = PdfReader(io.BytesIO(data), strict=False)
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise Rejected("encrypted", "the PDF needs a password")
        if len(reader.pages) > LIMITS.pages:
            raise Rejected("too many pages", f"{len(reader.pages):,} pages, at most {LIMITS.pages:,} are read")
        pages = _pages(reader)
        about = reader.metadata
    except (DependencyError, FileNotDecryptedError, WrongPasswordError) as error:
        raise Rejected("encrypted", str(error)) from None
    address = next((found[1] for page in pages for i in _edge(page) if (found := _ADDRESS.fullmatch(page[i]))), None)
    text = _joined(_without_running_heads(pages))
    if not any(c.isalpha() for c in text):
        raise Rejected("no text", "the PDF holds pictures of its pages; make its text searchable (OCR) first")
    author = texts.line(about.author, 100) if about else None
    return [Draft(text, author=author, url=address, media="application/pdf", reader="pdf@2")]


def _pages(reader: Any) -> list[list[str]]:
    pages = []
    characters = 0
    for page in reader.pages:
        text = texts.clean(_spaced(page))
        characters += len(text)
        if characters > LIMITS.characters:
            raise Rejected("too large", f"more than {LIMITS.characters:,} characters of text")
        pages.append(text.split("\n"))
    return pages


def _spaced(page: Any) -> str:
    """A page's text with a blank line where the lines stand further apart than they mostly do: a new paragraph."""
    pieces: list[tuple[str, float]] = []

    def see(piece: str, outer: Matrix, inner: Matrix, font: object, size: float) -> None:
        pieces.append((piece, inner[4] * outer[1] + inner[5] * outer[3] + outer[5]))

    text: str = page.extract_text(visitor_text=see)
    lines, heights = text.split("\n"), _heights(pieces)
    if "".join(piece for piece, _ in pieces) != text or len(heights) != len(lines):
        return text
    gaps = [above - below for above, below in pairwise(heights)]
    apart = _APART * median([gap for gap in gaps if gap > 1] or [inf])
    rest = [
        ("\n\n" if gap > apart and not line[:1].islower() else "\n") + line
        for gap, line in zip(gaps, lines[1:], strict=True)
    ]
    return "".join([lines[0], *rest])


def _heights(pieces: list[tuple[str, float]]) -> list[float]:
    """How high each line stands on the page: that of its longest piece, for footnote numbers stand higher. Not a number
    for an empty line."""
    found: list[tuple[int, float]] = [(0, nan)]
    for piece, height in pieces:
        for place, part in enumerate(piece.split("\n")):
            if place:
                found.append((0, nan))
            if len(part.strip()) > found[-1][0]:
                found[-1] = len(part.strip()), height
    return [height for _, height in found]


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """Lines that stand at the edge of three pages or more, numbers aside, and page numbers at the edge of any."""
    edges = Counter(key for page in pages for key in {_DIGITS.sub("#", page[i]) for i in _edge(page)})

    def is_head(line: str) -> bool:
        if _PRINTED.fullmatch(line) or _ADDRESS.fullmatch(line):
            return True
        if edges[_DIGITS.sub("#", line)] > 2 and not furniture.has_figure(line):
            return True
        return len(pages) > 1 and _PAGE_NUMBER.fullmatch(line) is not None

    gone = [{i for i in _edge(page) if is_head(page[i])} for page in pages]
    return [[line for i, line in enumerate(page) if i not in heads] for page, heads in zip(pages, gone, strict=True)]


def _edge(page: list[str]) -> set[int]:
    filled = [i for i, line in enumerate(page) if line]
    return {*filled[:_EDGE], *filled[-_EDGE:]}


def _joined(pages: list[list[str]]) -> str:
    """The pages as one text. A paragraph that runs over a page's end goes on."""
    lines: list[str] = []
    for page in pages:
        filled = "\n".join(page).strip("\n").split("\n")
        runs_on = bool(lines) and lines[-1][-1:] not in '.!?:”"' and filled[0][:1].islower()
        if lines and not runs_on:
            lines.append("")
        lines.extend(filled)
    return texts.unwrap("\n".join(lines), _WIDEST)
