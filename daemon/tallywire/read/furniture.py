"""Page furniture goes, line by line, by the lists in furniture.txt; what may carry a figure stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

Kind = Literal["line", "start", "links", "bio"]

_SHORT: Final = 160  # a longer line is prose, whatever it begins with
_HEADLINE: Final = 180
_NUMBER: Final = re.compile(r"\d[\d.,]*[km]?\b")
# Three digits or more and no year: what a "Photo:" line must have to be worth keeping.
_FIGURE: Final = re.compile(r"\d{1,3}(?:[,. ]\d{3})+(?!\d)|(?<![\d.,:/-])(?!(?:19|20)\d\d(?!\d))\d{3,}")
_ENDS_SENTENCE: Final = re.compile(r"[.!?…][\"'”’»)\]]*$")
_BULLET: Final = re.compile(r"[-*•◦▪‣·›»>]\s")
_MARKS: Final = " |•·*>»›→←▶►-–—_[](){}<:.,…!?+"
_INNER_MARK: Final = re.compile(r"\s+[·•|–—-]\s+")
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


@dataclass(frozen=True, slots=True)
class _Lists:
    line: frozenset[str]
    start: tuple[str, ...]
    links: frozenset[str]
    bio: frozenset[str]


@cache
def _lists() -> _Lists:
    kinds: dict[str, list[str]] = {}
    entries: list[str] = []
    for row in resources.files(__package__).joinpath("furniture.txt").read_text("utf-8").splitlines():
        if row.startswith("["):
            entries = kinds.setdefault(row[1 : row.index("]")], [])
        elif row.strip():
            entries.append(row.strip())  # remarks stand above the first kind and end in a list nobody reads
    return _Lists(frozenset(kinds["line"]), tuple(kinds["start"]), frozenset(kinds["links"]), frozenset(kinds["bio"]))


def has_figure(line: str) -> bool:
    """Whether a line has a number that could be a count: three digits or more, and not a year."""
    return _FIGURE.search(line) is not None


def is_sentence(line: str) -> bool:
    """Whether a line reads as prose rather than as a heading or a link: it is long, or has words and a full stop."""
    return len(line) > _HEADLINE or (len(line.split(None, 4)) > 4 and _ENDS_SENTENCE.search(line) is not None)


def strip(lines: list[str]) -> list[str]:
    """The lines without the furniture. Blank lines stay, order stays, nothing is rewritten."""
    return [lines[i] for i in _kept(lines, [kind(line) for line in lines])]


def kind(line: str) -> Kind | None:
    """Which list of furniture.txt a line is in; None for a line of the article."""
    if not line or len(line) > _SHORT:
        return None
    lists = _lists()
    plain = line.translate(_APOSTROPHES).casefold()
    key = _NUMBER.sub("#", _INNER_MARK.sub(" ", plain)).strip(_MARKS)
    if key in lists.links:
        return "links"
    if key in lists.bio:
        return "bio"
    if key in lists.line or _is_nothing(line):
        return "line"
    head, colon, rest = plain.replace(" :", ":").partition(":")
    if colon and rest.strip() and head.strip(_MARKS) in lists.links:
        return "line"  # "Read also: <a headline>" on one line, whose figures are another article's
    begins = plain.replace(" :", ":").lstrip(_MARKS).startswith(lists.start) or (colon and head.strip() in lists.bio)
    return "start" if begins and not has_figure(line) else None


def _is_nothing(line: str) -> bool:
    """A rule ("* * *"), or the lone zero of a counter. Another lone number may belong to the line below it."""
    return line == "0" or not any(c.isalnum() for c in line)


def _kept(lines: list[str], kinds: list[Kind | None]) -> Iterator[int]:
    last_sentence = max(
        (i for i, line in enumerate(lines) if kinds[i] is None and is_sentence(line)), default=len(lines)
    )
    blocks = "" in lines
    i = 0
    while i < len(lines):
        found = kinds[i]
        if found is None:
            yield i
        i += 1
        if found == "links":
            i = _end_of_links(lines, kinds, i) if i > last_sentence else _end_of_block(lines, i, blocks)
        elif found == "bio" and i > len(lines) // 2:
            i = _end_of_bio(lines, i)


def _end_of_links(lines: list[str], kinds: list[Kind | None], i: int) -> int:
    """Below the article's last sentence links run to the end, or to a heading that opens something else."""
    while i < len(lines) and not (lines[i].endswith(":") and kinds[i] is None):
        i += 1
    return i


def _end_of_block(lines: list[str], i: int, blocks: bool) -> int:
    """Inside the article only the block right after "Read also:" is links, and no more than five of them. In a text
    without blank lines it is one link (or a list of them), so that the next heading stays."""
    while i < len(lines) and not lines[i]:
        i += 1
    most = i + 5
    while i < min(most, len(lines)) and lines[i] and not is_sentence(lines[i]):
        item = _BULLET.match(lines[i]) is not None
        i += 1
        if not blocks and not item:
            break
    return i


def _end_of_bio(lines: list[str], i: int) -> int:
    """After "About the author" come a name, a role and a few sentences; a digit says that it is something else."""
    last = i + 5
    while i < min(last, len(lines)) and not any(c.isdigit() for c in lines[i]):
        i += 1
    return i
