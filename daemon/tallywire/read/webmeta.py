"""What a page says about itself: JSON-LD, meta tags, <time>, its canonical address. Nothing is fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml.html import HtmlElement

from tallywire.read import dates, fields

_ARTICLE: Final = re.compile(r"article|posting|report|story|analysis", re.IGNORECASE)
_PUBLISHED: Final = (
    *("article:published_time", "og:article:published_time", "og:published_time", "article:published"),
    *("datepublished", "article.published", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate"),
    *("publish-date", "publish_date", "publication_date", "publication-date", "published-date", "published_date"),
    *("published_at", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dc.date.created"),
    *("dcterms.created", "citation_publication_date", "citation_date", "cxenseparse:recs:publishtime"),
    *("originalpublicationdate", "article_date_original", "og:release_date", "release_date", "displaydate"),
    *("date", "article.created", "created"),
)
_TITLE: Final = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "citation_title", "title")
_OUTLET: Final = ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "publisher")
_AUTHOR: Final = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_PUBLISHED_CLASS: Final = re.compile(r"publi|posted|entry-date|post-date|article-date|pubdate|timestamp|dateline", re.I)
_SAVED_FROM: Final = re.compile(r"(?:saved from url=\(\d+\)|\burl:\s*)(https?://\S{4,2000})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class About:
    """A page's metadata; `published` is ISO and `published_from` says where it stood, `misdated` what is no date."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None
    published_from: str = "none"
    misdated: str | None = None


def read(tree: HtmlElement) -> About:
    """JSON-LD speaks of the article and meta tags of the page, so the former comes first, but for the title."""
    known = next(iter(sorted(_linked(tree), key=_rank)), {})
    meta = _meta(tree)
    url = _address(tree, meta, known)
    published, published_from = _published(tree, meta, known, url)
    return About(
        title=_title(tree, meta, known),
        outlet=_words(known.get("publisher")) or _first(meta, _OUTLET, url=False),
        author=_words(known.get("author")) or _first(meta, _AUTHOR, url=False) or _byline(tree),
        url=url,
        published=published,
        published_from=published_from,
        misdated=None if published else next(iter(_stated(meta, known)), None),
    )


def _linked(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD that describe articles or pages."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        try:
            value = json.loads(script.text.strip().removesuffix(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _articles(value, 0)


def _articles(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:50]:
            yield from _articles(item, depth + 1)
    elif isinstance(value, dict):
        if _rank(value) < 2:
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _articles(value.get(key), depth + 1)


def _rank(value: dict[str, Any]) -> int:
    """0 for an article with a date, 1 for a page with one; others say nothing of use."""
    kind = str(value.get("@type"))
    if not value.get("datePublished") and not value.get("headline"):
        return 2
    return 0 if _ARTICLE.search(kind) else 1 if "page" in kind.lower() else 2


def _meta(tree: HtmlElement) -> dict[str, str]:
    """Meta tags by lower-case name, property or itemprop; the first of a name wins."""
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        content = (tag.get("content") or tag.get("datetime") or "").strip()
        for key in (tag.get("property"), tag.get("name"), tag.get("itemprop")):
            if key and content:
                found.setdefault(key.strip().lower(), content)
    return found


def _first(meta: dict[str, str], names: tuple[str, ...], url: bool | None = None) -> str | None:
    for name in names:
        value = meta.get(name)
        if value and (url is None or value.startswith(("http://", "https://")) is url):
            return value
    return None


def _words(value: Any) -> str | None:
    """A name in JSON-LD: text, an object with a name, or a list of those; an address is no name."""
    known = fields.read({"author": value}).author
    return None if known is None or known.startswith(("http://", "https://")) else known


def _address(tree: HtmlElement, meta: dict[str, str], known: dict[str, Any]) -> str | None:
    links = tree.iter("link")
    candidates = [link.get("href") for link in links if "canonical" in (link.get("rel") or "").lower().split()]
    candidates += [meta.get("og:url"), known.get("url"), meta.get("twitter:url"), meta.get("parsely-link")]
    for value in candidates:
        if isinstance(value, str) and value.strip().startswith(("http://", "https://")):
            return value.strip()
    for comment in tree.getroottree().xpath("//comment()[position() < 5]"):
        if found := _SAVED_FROM.search((comment.text or "")[:3000]):
            return found[1]
    return None


def _published(
    tree: HtmlElement, meta: dict[str, str], known: dict[str, Any], url: str | None
) -> tuple[str | None, str]:
    stated = known.get("datePublished")
    if isinstance(stated, str) and (found := dates.parse(stated)):
        return found, "json-ld"
    for name in _PUBLISHED:
        if found := dates.parse(meta.get(name)):
            return found, "meta"
    if found := _time(tree):
        return found, "header"
    found = dates.in_url(url)
    return (found, "meta") if found else (None, "none")


def _stated(meta: dict[str, str], known: dict[str, Any]) -> list[str]:
    """What the page's metadata gives as the date of publication."""
    values = (known.get("datePublished"), *(meta.get(name) for name in _PUBLISHED))
    return [value for value in values if isinstance(value, str) and value.strip()]


def _time(tree: HtmlElement) -> str | None:
    """<time> where the page marks it as the publication, else the one that is the only one."""
    times = [(element, dates.parse(element.get("datetime") or element.text_content())) for element in tree.iter("time")]
    for element, when in times:
        around = element.getparent().get("class") if element.getparent() is not None else None
        marks = " ".join(filter(None, (element.get("class"), element.get("itemprop"), around)))
        if when and (element.get("pubdate") is not None or _PUBLISHED_CLASS.search(marks)):
            return when
    days = {when[:10] for _, when in times if when}
    return next(when for _, when in times if when) if len(days) == 1 else None


def _title(tree: HtmlElement, meta: dict[str, str], known: dict[str, Any]) -> str | None:
    """The heading on the page where it is what the metadata calls it, else what the metadata says."""
    headings = [" ".join(element.text_content().split()) for element in tree.iter("h1")]
    named = [name for name in (_first(meta, _TITLE), _words(known.get("headline")), tree.findtext(".//title")) if name]
    for heading in headings:
        if len(heading.split()) > 2 and any(heading.casefold() in name.casefold() for name in named):
            return heading
    longest = max(headings, key=len, default="")
    if len(longest.split()) > 3 and (len(headings) == 1 or all(len(name.split()) < 4 for name in named)):
        return longest
    return _without_site(named[0], meta) if named else (headings[0] if headings else None)


def _without_site(title: str, meta: dict[str, str]) -> str:
    """ "What happened - The Outlet" without the outlet."""
    title = " ".join(title.split())
    site = (meta.get("og:site_name") or "").casefold()
    head, mark, tail = re.sub(r"\s[|–—]\s|\s-\s", "\x00", title).rpartition("\x00")
    if mark and (tail.casefold() == site or (not site and len(tail.split()) <= 4 < len(head.split()))):
        return title[: len(head)].strip() if "\x00" not in head else title[: -len(tail)].rstrip(" |–—-")
    return title


def _byline(tree: HtmlElement) -> str | None:
    for element in tree.iter("a", "span", "address", "p", "div"):
        if "author" in (element.get("rel") or "").split() or element.get("itemprop") == "author":
            words = " ".join(element.text_content().split())
            if 0 < len(words) <= 80:
                return words.removeprefix("By ").removeprefix("by ")
    return None
