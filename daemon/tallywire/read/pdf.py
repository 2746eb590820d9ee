"""PDF: the text of its pages, running heads and page numbers taken off, lines joined to paragraphs."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from typing import Final

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
    return [Draft(text, author=author, url=address, media="application/pdf", reader="pdf@1")]


def _pages(reader: object) -> list[list[str]]:
    pages = []
    characters = 0
    for page in reader.pages:  # type: ignore[attr-defined]
        text = texts.clean(page.extract_text())
        characters += len(text)
        if characters > LIMITS.characters:
            raise Rejected("too large", f"more than {LIMITS.characters:,} characters of text")
        pages.append(text.split("\n"))
    return pages


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
