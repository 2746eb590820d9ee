"""Text into blocks (paragraphs, headings, list items, rows) and those into sentences. Linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from tallywire.extract.tokens import Token, tokenize
from tallywire.extract.wordlists import words

Layout = Literal["prose", "heading", "list", "row"]

# A sentence longer than this is cut at a space: it is a dump of some kind, and later layers look around in a sentence.
LONGEST: Final = 2000
_HEADING: Final = 160

_ABBREVIATIONS: Final = words("sentences", "abbreviations")
_MAY_END: Final = words("sentences", "may end")
_STARTERS: Final = words("sentences", "starters")

_LINE: Final = re.compile(r"[^\n]+")
_MARKER: Final = re.compile(r"(?:[•●○▪▸►‣⁃·∙*✓-]|[–—]|[0-9]{1,2}[.)]|\([0-9a-z]{1,2}\)|[a-zA-Z]\))[ \t\u00a0]+")
_ROW: Final = re.compile(r"\t|\|| {3,}\S")
_STOP: Final = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s|[A-Z“"‘]|$)""")
_BEFORE: Final = re.compile(r"[\w.'’]+$")
_FINAL: Final = tuple(".!?…:;,\"”’')")


class Block(NamedTuple):
    """A stretch of text that no sentence crosses. `marker` is where a list item's bullet starts (else == start)."""

    marker: int
    start: int
    end: int
    layout: Layout
    indent: int
    paragraph: int = 0


class Sentence:
    """text[start:end], one sentence; its tokens are made when first asked for, for most sentences hold no number."""

    __slots__ = ("_tokens", "block", "end", "index", "start", "text")

    def __init__(self, text: str, start: int, end: int, block: Block, index: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.block = block
        self.index = index
        self._tokens: list[Token] | None = None

    @property
    def tokens(self) -> list[Token]:
        if self._tokens is None:
            self._tokens = tokenize(self.text, self.start, self.end)
        return self._tokens

    @property
    def surface(self) -> str:
        return self.text[self.start : self.end]

    @property
    def paragraph(self) -> int:
        """Each line is one, for files of one article differ in where they put blank lines; the items of a list and the
        rows of a table count with what leads them in."""
        return self.block.paragraph

    @property
    def is_heading(self) -> bool:
        return self.block.layout == "heading"

    @property
    def is_list_item(self) -> bool:
        return self.block.layout == "list"

    @property
    def is_row(self) -> bool:
        return self.block.layout == "row"

    @property
    def indent(self) -> int:
        return self.block.indent

    def __repr__(self) -> str:
        return f"Sentence({self.start}, {self.end}, {self.surface!r})"


def sentences(text: str) -> list[Sentence]:
    """All sentences, in order; headings and list items are sentences of their own."""
    found: list[Sentence] = []
    for block in blocks(text):
        for start, end in _split(text, block.start, block.end):
            found.append(Sentence(text, start, end, block, len(found)))
    return found


def blocks(text: str) -> Iterator[Block]:
    """Lines, joined again where a paragraph was only wrapped."""
    paragraph = -1
    for group in _groups(text):
        for block in _lines(text, group):
            paragraph += paragraph < 0 or block.layout in ("prose", "heading")
            yield block._replace(paragraph=paragraph)


def _groups(text: str) -> Iterator[list[tuple[int, int]]]:
    """The lines between two blank ones."""
    group: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        if match.group().isspace() or (group and text.count("\n", group[-1][1], match.start()) > 1):
            if group:
                yield group
            group = []
        if not match.group().isspace():
            group.append(match.span())
    if group:
        yield group


def _lines(text: str, group: list[tuple[int, int]]) -> Iterator[Block]:
    if len(group) > 1 and _wrapped(text, group):
        group = [(group[0][0], group[-1][1])]
    for at, (start, end) in enumerate(group):
        block = _block(text, start, end)
        if block.layout == "prose" and at + 1 < len(group) and _goes_on(text, block, group[at + 1]):
            continue_end = group[at + 1][1]
            group[at + 1] = (start, continue_end)
            continue
        yield block


def _wrapped(text: str, group: list[tuple[int, int]]) -> bool:
    """Lines of about one width, none but the last short, are one paragraph that some program wrapped."""
    widths = [end - start for start, end in group[:-1]]
    widest = max(widths)
    if not 40 <= widest <= 100 or min(widths) < 0.75 * widest or group[-1][1] - group[-1][0] > widest + 12:
        return False
    return not any(_MARKER.match(text.lstrip()[:0] or text, start) for start, _ in group[1:])


def _goes_on(text: str, block: Block, following: tuple[int, int]) -> bool:
    """A long line without a full stop goes on in the next one if that starts in lower case."""
    after = text[following[0] : following[0] + 40].lstrip()
    return block.end - block.start >= 40 and after[:1].islower() and not text.endswith(_FINAL, block.start, block.end)


def _block(text: str, start: int, end: int) -> Block:
    indent = -start  # nothing is copied: a long paragraph is looked at again with each line that it goes on in
    start, end = _trimmed(text, start, end)
    indent += start
    marker = _MARKER.match(text, start, end)
    if marker and marker.end() < end:
        return Block(start, marker.end(), end, "list", indent)
    layout: Layout = "prose"
    if end - start <= _HEADING:
        if _ROW.search(text, start, end):
            layout = "row"
        elif not text.endswith(_FINAL, start, end):
            layout = "heading"
    return Block(start, start, end, layout, indent)


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    here = start
    for stop in _STOP.finditer(text, start, end):
        if _ends(text, stop, here, end):
            yield from _cut(text, here, stop.end())
            here = stop.end()
    yield from _cut(text, here, end)


def _ends(text: str, stop: re.Match[str], start: int, end: int) -> bool:
    """Whether a full stop (or !, ?) ends a sentence, judged by the words on both sides."""
    after = text[stop.end() : min(end, stop.end() + 24)]
    following = after.lstrip(" \t\n\u00a0\"'“‘(")
    if not following:
        return True
    if following[0].islower():
        return False
    before = text[max(start, stop.start() - 24) : stop.start()]
    if not after[0].isspace():  # "Monday.Lee": a sentence end that lost its space, unlike "U.S" or "Node.JS"
        return len(before) > 1 and before[-2:].isalnum() and not before[-1].isupper() and following[1:2].islower()
    if stop.group()[0] != ".":
        return True
    return _word_ends(before, following)


def _word_ends(before: str, following: str) -> bool:
    match = _BEFORE.search(before)
    word = match.group().lower() if match else ""
    if word in _ABBREVIATIONS:
        return False
    if word in _MAY_END:
        head = following.split(None, 1)[0].lower().rstrip(",")
        return head in _STARTERS
    return not (len(word) == 1 and word.isalpha() and match is not None and match.group().isupper())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    start, end = _trimmed(text, start, end)
    while end - start > LONGEST:
        space = max(text.rfind(" ", start + 1, start + LONGEST), text.rfind("\n", start + 1, start + LONGEST))
        middle = space if space > 0 else start + LONGEST
        yield start, middle
        start = middle + 1 if space > 0 else middle
    if start < end:
        yield start, end
