"""Web pages: trafilatura finds the article, and a plainer reading takes over where that lost a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lxml.html import HtmlElement

from tallywire.read import blocks, encoding, furniture, webmeta
from tallywire.read.blocks import Block
from tallywire.read.draft import Draft

_DECLARED: Final = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_META: Final = 4096  # bytes in which a page names its charset (browsers look at 1,024)
_PROLOG: Final = re.compile(r"^\s*<\?xml[^>]{0,500}\?>")
_ASIDE: Final = frozenset(("nav", "aside", "footer", "form", "figcaption"))
# Parts of a class or id that name what stands beside an article rather than in it.
_BESIDE: Final = re.compile(
    r"(?:^|[-_\s])(?:related|share|sharing|social|comments?|newsletter|promo|sidebar|cookies?|consent|breadcrumbs?|nav"
    r"|menu|advert(?:isement)?|ads?|sponsor(?:ed)?|subscribe|recommend(?:ed|ations?)?|popular|trending|outbrain|taboola"
    r"|tags|signup|paywall|caption|credit|more-stories|read-more|most-read)(?:$|[-_\s])",
    re.IGNORECASE,
)
_PARAGRAPHS: Final = frozenset(("p", "li", "td", "blockquote"))
_DIGIT: Final = re.compile(r"\d")


def read_html(data: bytes, name: str) -> list[Draft]:
    """A saved page (.html, .htm): one article."""
    return [page(encoding.decode(data, declared(data)))]


def declared(data: bytes) -> str | None:
    """The charset that a page's meta tag or XML declaration names."""
    found = _DECLARED.search(data[:_META])
    return found[1].decode("ascii") if found else None


def page(html: str) -> Draft:
    """The article of a page given as text."""
    tree = blocks.parse(_PROLOG.sub("", html, count=1))
    about = webmeta.read(tree)
    return Draft(
        joined(_article(tree)),
        title=about.title,
        outlet=about.outlet,
        author=about.author,
        url=about.url,
        published=about.published,
        published_from=about.published_from,
        media="text/html",
        reader="html@1",
    )


def fragment(html: str) -> str:
    """All visible text of a piece of HTML (a mail's part, a JSON field), a block a line, but for lone links."""
    return joined([block.text for block in blocks.lines(blocks.parse(html)) if not _is_link(block)])


def joined(lines: list[str]) -> str:
    """Lines as text: paragraphs apart, the items of a list and the rows of a table together."""
    parts = []
    for before, line in zip(["", *lines], lines, strict=False):
        together = (before.startswith("- ") and line.startswith("- ")) or (" | " in before and " | " in line)
        parts.append(("\n" if together else "\n\n") + line)
    return "".join(parts).strip()


def _article(tree: HtmlElement) -> list[str]:
    found = _by_trafilatura(tree)
    seen = blocks.lines(tree)
    kept = {_key(line) for line in found}
    home = _home(seen, kept) if found else None
    if home is None:
        home = next(iter(tree.iter("body")), tree)
    plain = [block for block in blocks.lines(home, _beside(home, seen, kept)) if not _is_link(block)]
    if found and not _lost(plain, found) and len("".join(found)) * 3 > sum(len(block.text) for block in plain):
        return found
    return [block.text for block in plain]


def _by_trafilatura(tree: HtmlElement) -> list[str]:
    import trafilatura  # late: a sixth of a second

    text = trafilatura.extract(tree, include_comments=False, include_tables=True)
    rows = (row.strip() for row in (text or "").split("\n"))
    return [row.strip("| ") if row.startswith("|") else row for row in rows if row.strip("-| ")]


def _key(line: str) -> str:
    """What a line is compared by: letters and digits only."""
    return "".join(c for c in line.casefold() if c.isalnum())


def _home(seen: Iterable[Block], kept: set[str]) -> HtmlElement | None:
    """The lowest element that holds every paragraph that trafilatura kept: where the article is."""
    home: HtmlElement | None = None
    above: list[HtmlElement] = []
    for block in seen:
        if block.element.tag not in _PARAGRAPHS or _key(block.text) not in kept:
            continue
        line = list(blocks.ancestors(block.element))
        if home is None:
            above = line
        else:
            ours = set(line)
            above = above[next((i for i, element in enumerate(above) if element in ours), len(above) - 1) :]
        home = above[0]
    return home


def _beside(home: HtmlElement, seen: Iterable[Block], kept: set[str]) -> frozenset[HtmlElement]:
    """Elements inside `home` that are no part of the article by their tag or class; never one with kept paragraphs."""
    needed = {
        element
        for block in seen
        if block.element.tag in _PARAGRAPHS and _key(block.text) in kept
        for element in blocks.ancestors(block.element)
    }
    return frozenset(
        element
        for element in home.iter()
        if isinstance(element.tag, str) and element is not home and element not in needed and _is_beside(element)
    )


def _is_beside(element: HtmlElement) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return element.tag in _ASIDE or (element.tag not in _PARAGRAPHS and _BESIDE.search(named[:500]) is not None)


def _is_link(block: Block) -> bool:
    """A line that is nothing but a link leads to another page."""
    return block.links > 0.8 * len(block.text) and not furniture.is_sentence(block.text)


def _lost(plain: Iterable[Block], found: list[str]) -> bool:
    """Whether a block with a figure is missing from what trafilatura gave, or was torn apart there."""
    whole = _words(" ".join(found))
    figured = (block.text for block in plain if _DIGIT.search(block.text))
    return any(furniture.kind(line) is None and _words(line) not in whole for line in figured)


def _words(line: str) -> str:
    """Words as they stand, without the marks that lists and tables are given."""
    return " " + " ".join(word for word in line.split() if word not in ("|", "-")) + " "
