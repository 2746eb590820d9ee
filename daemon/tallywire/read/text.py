"""Characters and lines: what stays, what goes, what becomes something else, so that figures read as figures."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Final

# Line and paragraph ends of any origin. Form feeds, vertical tabs and the separators of old record formats end lines.
_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\u2028]")
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f"  # controls that end no line
    "\u00ad\u034f"  # soft hyphen, grapheme joiner
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks: they can show a text other than it reads
    "\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff"  # zero width: "1<zwsp>1,000" is 11,000
    "\ufe00-\ufe0f\ufff9-\ufffc\ufffe\uffff"  # variation selectors, annotations, object placeholders, no characters
    "\ud800-\udfff\U000e0000-\U000e01ef]+"  # lone surrogates, tags
)
_SPACE: Final = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_SEPARATOR: Final = re.compile("(?<=[0-9])[\u066b\u066c\uff0c\uff0e](?=[0-9])")
_SEPARATORS: Final = {"\u066b": ".", "\u066c": ",", "\uff0c": ",", "\uff0e": "."}
_MISLABELLED: Final = re.compile("[\x80-\x9f]")
_SPACES: Final = re.compile(r" {2,}")
# Anything that the steps below could change; most texts have only what this leaves out: ASCII, accents, quotes, dashes.
_UNUSUAL: Final = re.compile("[^\n -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u20ac]")
_BLANKS: Final = re.compile(r"\n{3,}")
_WORD: Final = re.compile(r"[a-z]+")
_LIST_ITEM: Final = re.compile(r"(?:[-*•◦▪‣·–—>|]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")


def clean(text: str) -> str:
    """`text` with "\\n" line ends, plain spaces, ASCII digits and nothing invisible; quotes and dashes stay.

    Lines stay lines and blank lines stay one blank line. Idempotent.
    """
    if _UNUSUAL.search(text):
        text = _characters(text)
    text = _SPACES.sub(" ", text)
    text = "\n".join([row.strip(" ") for row in text.split("\n")])
    return _BLANKS.sub("\n\n", text).strip()


def line(text: str | None, most: int = 500) -> str | None:
    """A title or name on one line, or None when nothing (or far too much for one) is left."""
    if not text:
        return None
    cleaned = " ".join(clean(text).split())
    return cleaned if 0 < len(cleaned) <= most else None


def _characters(text: str) -> str:
    text = _LINE_END.sub("\n", text).replace("\u2029", "\n\n")
    text = _MISLABELLED.sub(_as_windows, text)
    text = _INVISIBLE.sub("", text)
    if text.isascii():
        return text.replace("\t", " ")
    text = _SPACE.sub(" ", text)
    text = unicodedata.normalize("NFC", text)
    text = _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found.group())), text)
    return _SEPARATOR.sub(lambda found: _SEPARATORS[found.group()], text)


def _as_windows(found: re.Match[str]) -> str:
    """A C1 control is a windows-1252 character that was read as Latin-1 (browsers do the same)."""
    return found.group().encode("latin-1").decode("cp1252", "ignore")


def joined(lines: list[str]) -> str:
    """Lines as text: paragraphs apart, the items of a list and the rows of a table together."""
    parts = []
    for before, line in zip(["", *lines], lines, strict=False):
        together = (before.startswith("- ") and line.startswith("- ")) or (" | " in before and " | " in line)
        parts.append(("\n" if together else "\n\n") + line)
    return "".join(parts).strip()


def unwrap(text: str, widest: int = 100) -> str:
    """Joins the lines of text that was wrapped at a fixed width (mail, PDF, old archives) to paragraphs.

    A line belongs to the one before it when its first word would not have fitted there. Text that is wider than
    `widest` characters was not wrapped, and stays.
    """
    lines = text.split("\n")
    width = _width(lines)
    if not 40 <= width <= widest:
        return text
    words = frozenset(_WORD.findall(text))
    paragraphs = [[lines[0]]]
    for previous, current in pairwise(lines):
        if _continues(previous, current, width):
            _append(paragraphs[-1], current, words)
        else:
            paragraphs.append([current])
    return "\n".join(" ".join(pieces) for pieces in paragraphs)


def _width(lines: list[str]) -> int:
    """The longest line, but for one in twenty: an address can't be wrapped."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[-1 - len(lengths) // 20] if lengths else 0


def _continues(previous: str, current: str, width: int) -> bool:
    if not previous or not current or len(previous) > width + 5 or _LIST_ITEM.match(current):
        return False
    word = current.split(" ", 1)[0]
    # Proportional fonts make full lines of unequal length: three characters in a hundred of play.
    return len(previous) + 1 + len(word) > width - width // 33 or len(previous) > 0.9 * width


def _append(pieces: list[str], after: str, words: frozenset[str]) -> None:
    """Adds a line to a paragraph. A hyphen at the end stays ("long-range", "25,000-30,000") unless the text has the
    word without it elsewhere, in which case the wrapping put it there."""
    before = pieces[-1]
    if len(before) < 2 or before[-1] not in "-–" or not (before[-2].isalnum() and after[0].isalnum()):
        pieces.append(after)
        return
    head, _, tail = after.partition(" ")
    word, rest = before[:-1].rsplit(" ", 1)[-1], _WORD.match(head)
    split = before[-1] == "-" and before[-2].islower() and rest is not None and word + rest.group() in words
    pieces[-1] = (before[:-1] if split else before) + head
    if tail:
        pieces.append(tail)
