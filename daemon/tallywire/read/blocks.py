"""An HTML tree to lines: one block (paragraph, heading, list item, table row) a line, with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from tallywire.read.limits import LIMITS, Rejected

_BLOCKS: Final = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody "
    "td tfoot th thead tr ul".split()
)
_NEVER: Final = frozenset(
    "script style noscript template svg math canvas iframe object embed audio video map head select option datalist "
    "textarea button input del s strike".split()
)
_HIDDEN_STYLES: Final = ("display:none", "visibility:hidden", "mso-hide:all")
_CELLS: Final = frozenset(("td", "th"))
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class Block:
    """A line of the page. `links` is how many of its characters are inside links; `element` is the block element
    (paragraph, heading, cell ...) that its first words are in."""

    text: str
    links: int
    element: HtmlElement


def parse(html: str) -> HtmlElement:
    """The tree of a page, made safe to read: footnote numbers raised, struck-out text gone.

    Raises Rejected("too large" | "too deep" | "no text").
    """
    tags = html.count("<")
    if tags > LIMITS.tags:
        raise Rejected("too large", f"{tags:,} tags, at most {LIMITS.tags:,} are read")
    data = html.replace("\x00", "").encode("utf-8", "ignore")
    parser = HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        tree = document_fromstring(data, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        raise Rejected("no text", "no HTML was found in the page") from None
    _refuse_deep(tree)
    _raise_footnotes(tree)
    return tree


def lines(root: HtmlElement, skip: frozenset[HtmlElement] = frozenset()) -> list[Block]:
    """All that a reader sees below `root`, in order; whole elements in `skip` are left out."""
    layout = _layout_cells(root)
    made = _Lines()
    walk = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, element in walk:
        if event == "comment":
            made.add(element.tail, element.getparent())
        elif event == "start":
            if element in skip or _is_hidden(element):
                walk.skip_subtree()
            else:
                made.start(element, layout)
        else:
            made.end(element, layout, root, element in skip or _is_hidden(element))
    made.flush()
    return made.blocks


class _Lines:
    """Collects pieces of text until a block ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._links = 0
        self._in_link = 0
        self._prefix = ""
        self._owner: HtmlElement | None = None

    def start(self, element: HtmlElement, layout: frozenset[HtmlElement]) -> None:
        tag = element.tag
        if tag in _CELLS and element not in layout:
            if "".join(self._pieces).strip():
                self._pieces.append(" | ")
        elif tag in _BLOCKS or tag == "br":
            self.flush()
        if tag == "li":
            self._prefix = "- "
        self._in_link += tag == "a"
        self.add(element.text, element)

    def end(self, element: HtmlElement, layout: frozenset[HtmlElement], root: HtmlElement, hidden: bool) -> None:
        if not hidden:
            tag = element.tag
            self._in_link -= tag == "a"
            if tag in _BLOCKS and not (tag in _CELLS and element not in layout):
                self.flush()
        if element is not root:
            self.add(element.tail, element.getparent())

    def add(self, text: str | None, owner: HtmlElement) -> None:
        if not text:
            return
        self._pieces.append(text)
        if self._in_link:
            self._links += len(text)
        if self._owner is None and not text.isspace():
            self._owner = owner

    def flush(self) -> None:
        text = " ".join("".join(self._pieces).split())
        if text and self._owner is not None:
            self.blocks.append(Block(self._prefix + text, self._links, _block_of(self._owner)))
            self._prefix = ""
        self._pieces, self._links, self._owner = [], 0, None


def _block_of(element: HtmlElement) -> HtmlElement:
    """The paragraph, heading or other block that an element is in, itself included."""
    return next((up for up in ancestors(element) if up.tag in _BLOCKS), element)


def _is_hidden(element: HtmlElement) -> bool:
    if element.tag in _NEVER or element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and any(hidden in style.replace(" ", "").lower() for hidden in _HIDDEN_STYLES)


def _layout_cells(root: HtmlElement) -> frozenset[HtmlElement]:
    """Cells of tables that only lay out the page (mails do): those with blocks inside, and their neighbours."""
    found: set[HtmlElement] = set()
    for cell in root.iter("td", "th"):
        row = cell.getparent()
        if row is not None and row not in found and any(child.tag in _BLOCKS for child in cell):
            found.add(row)
    return frozenset(cell for row in found for cell in row)


def _refuse_deep(tree: HtmlElement) -> None:
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > LIMITS.elements_deep:
            raise Rejected("too deep", f"more than {LIMITS.elements_deep} levels of HTML elements")


def _raise_footnotes(tree: HtmlElement) -> None:
    """Puts "11,000<sup>4</sup>" as "11,000⁴": as plain text the two would be one number. Takes out <del>, too."""
    for element in list(tree.iter("sup")):
        for part in element.iter():
            if isinstance(part.tag, str):
                part.text = part.text.translate(_SUPERSCRIPTS) if part.text else None
            if part is not element and part.tail:
                part.tail = part.tail.translate(_SUPERSCRIPTS)
    for element in list(tree.iter("del", "s", "strike")):
        element.drop_tree()
    for element in list(tree.iter("embed")):
        element.drop_tag()  # the parser does not know that it has no end: what follows it would count as its content


def ancestors(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from element.iterancestors()
