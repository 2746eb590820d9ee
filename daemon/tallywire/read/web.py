"""Web pages: trafilatura finds the article, and a plainer reading takes over where that lost a figure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from lxml.html import HtmlElement

from tallywire.read import blocks, encoding, furniture, header, webmeta
from tallywire.read import text as texts
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
_TOO_LITTLE: Final = 250  # characters: less is no article
_LONG: Final = 40  # letters of a line that may be found inside another
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
    _drop_navigation(tree)
    lines = _article(tree)
    if about.published is None:
        lines = [*_above(tree, lines), *lines]
    return Draft(
        texts.joined(lines),
        title=about.title,
        outlet=about.outlet,
        author=about.author,
        url=about.url,
        published=about.published,
        published_from=about.published_from,
        misdated=about.misdated,
        media="text/html",
        reader="html@1",
    )


def fragment(html: str) -> str:
    """All visible text of a piece of HTML (a mail's part, a JSON field), a block a line, but for lone links."""
    tree = blocks.parse(html)
    _drop_navigation(tree)
    return texts.joined([block.text for block in blocks.lines(tree) if not _is_link(block)])


def _drop_navigation(tree: HtmlElement) -> None:
    """Takes the page's menus out: in a short page their headlines weigh more than the article.

    One that holds the article, because its end was forgotten, stays.
    """
    menus = [element for element in tree.iter() if element.tag == "nav" or element.get("role") == "navigation"]
    for menu in menus:
        if menu.getparent() is not None and next(menu.iter("article", "main", "h1", "p"), None) is None:
            menu.drop_tree()


def _article(tree: HtmlElement) -> list[str]:
    """Lines of the article: those that trafilatura takes for it, in the page's own words and order, and those with a
    figure that it left out in between. Where it finds little, all that stands in the page's main part."""
    found = _by_trafilatura(tree)
    seen = blocks.lines(tree)
    kept = _kept(seen, found)
    home = _home(kept)
    if home is None:
        home = next((e for e in tree.iter("article", "main") if len(e.text_content()) > _TOO_LITTLE), tree)
    plain = _inside(home, seen, kept)
    if sum(len(block.text) for block in kept) < 0.9 * sum(map(len, found)):
        return found  # it rewrote what it found, and blocks can't be told apart by their words
    if not kept or sum(len(block.text) for block in kept) * 4 < sum(len(block.text) for block in plain):
        return [block.text for block in plain]
    return [block.text for block in _with_lost_figures(seen, kept, plain)]


def _above(tree: HtmlElement, lines: list[str]) -> list[str]:
    """The date lines that the page shows between its heading and the first paragraph; trafilatura leaves them out."""
    opening = next((_key(line) for line in lines if furniture.is_sentence(line)), "")
    seen = blocks.lines(tree)
    end = next((i for i, block in enumerate(seen) if _key(block.text) == opening), 0)
    headings = [i for i in range(end) if seen[i].element.tag == "h1"]
    start = headings[-1] if headings else max(end - 6, 0)  # above the heading stands today's date, if any
    shown = [block.text.removeprefix("- ") for block in seen[start:end]]
    return [line for line in shown if header.is_date_line(line) and line not in lines]


def _by_trafilatura(tree: HtmlElement) -> list[str]:
    import trafilatura  # late: a sixth of a second

    text = trafilatura.extract(tree, include_comments=False, include_tables=True)
    rows = (row.strip() for row in (text or "").split("\n"))
    return [row.strip("| ") if row.startswith("|") else row for row in rows if row.strip("-| ")]


def _key(line: str) -> str:
    """What a line is compared by: letters and digits only."""
    return "".join(c for c in line.casefold() if c.isalnum())


def _kept(seen: list[Block], found: list[str]) -> list[Block]:
    """The blocks that were found: each line stands for one block, for a part of one, or for several (a torn or joined
    paragraph)."""
    keys = [_key(line) for line in found]
    left, known, whole = Counter(keys), set(keys), "\n".join(keys)
    chosen = set()
    for i, block in enumerate(seen):
        key = _key(block.text)
        if left[key] > 0:
            left[key] -= 1
            chosen.add(i)
        elif len(key) > _LONG and key not in known and key in whole:
            chosen.add(i)
    shown = [_key(block.text) for block in seen]
    chosen.update(*(_joined(key, shown) for key, times in left.items() if times > 0))
    parts = [key for key, times in left.items() if times > 0 and len(key) > _LONG]
    for i, block in enumerate(seen):
        if i not in chosen and parts and any(part in _key(block.text) for part in parts):
            chosen.add(i)
    return [seen[i] for i in sorted(chosen)]


def _joined(key: str, shown: list[str]) -> range:
    """The blocks in a row that a line was made of: of a short page all lines may come as one."""
    for start, first in enumerate(shown):
        end, rest = start, key
        while first and rest and end < len(shown) and rest.startswith(shown[end]):
            rest = rest[len(shown[end]) :]
            end += 1
        if not rest:
            return range(start, end)
    return range(0)


def _home(kept: list[Block]) -> HtmlElement | None:
    """The lowest element with nine tenths of what was kept: where the article is."""
    weights: Counter[HtmlElement] = Counter()
    for block in kept:
        for element in blocks.ancestors(block.element):
            weights[element] += len(block.text)
    enough = 0.9 * sum(len(block.text) for block in kept)
    able = [element for element, weight in weights.items() if weight >= enough]
    return max(able, key=lambda element: sum(1 for _ in blocks.ancestors(element)), default=None)


def _inside(home: HtmlElement, seen: Iterable[Block], kept: list[Block]) -> list[Block]:
    """The blocks in `home` but for links and for parts that stand beside the article by their tag or class."""
    needed = {element for block in kept for element in blocks.ancestors(block.element)}
    here = set(home.iter())
    beside: set[HtmlElement] = set()
    for element in home.iter():
        if isinstance(element.tag, str) and element is not home and element not in needed and _is_beside(element):
            beside.update(element.iter())
    return [b for b in seen if b.element in here and b.element not in beside and not _is_link(b)]


def _with_lost_figures(seen: list[Block], kept: list[Block], plain: list[Block]) -> Iterator[Block]:
    """What was kept, and the blocks with figures that were left out: between kept ones, or sentences next to them."""
    chosen, possible = {id(block) for block in kept}, {id(block) for block in plain}
    around = {block.element.getparent() for block in kept if block.element.tag == "p"}
    places = [i for i, block in enumerate(seen) if id(block) in chosen and id(block) in possible]
    first, last = (places[0], places[-1]) if places else (0, -1)
    for i, block in enumerate(seen):
        figure = _DIGIT.search(block.text) is not None
        near = first < i < last or (block.element.getparent() in around and furniture.is_sentence(block.text))
        lost = figure and near and id(block) in possible and furniture.kind(block.text) is None
        elsewhere = figure and block.element.tag == "p" and _is_link(block)  # another story's figure
        if lost or (id(block) in chosen and not elsewhere):
            yield block


def _is_beside(element: HtmlElement) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return element.tag in _ASIDE or (element.tag not in _PARAGRAPHS and _BESIDE.search(named[:500]) is not None)


def _is_link(block: Block) -> bool:
    """A line that is nothing but a link leads to another page."""
    return block.links > 0.8 * len(block.text) and not furniture.is_sentence(block.text)
