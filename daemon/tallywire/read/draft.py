"""What a format's reader hands over, and how every draft becomes an Article the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tallywire.core.article import Article
from tallywire.read import dates, furniture, header
from tallywire.read import text as texts
from tallywire.read.limits import LIMITS, Limits, Rejected

_HOST: Final = re.compile(r"https?://([A-Za-z0-9.-]+\.[A-Za-z]{2,})(?=[:/?#]|$)")
_LONG_NUMBER: Final = r"[0-9]{%d}"


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as a format's reader found it: text with a paragraph, heading or list item a line, not yet cleaned.

    `published` is ISO, from metadata that speaks of the article itself; `sent` is a weaker date (a mail's) that header
    lines and datelines overrule. `misdated` is what was given as a date where none could be read.
    """

    text: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None
    published_from: str = "none"
    sent: str | None = None
    misdated: str | None = None
    media: str = "text/plain"
    reader: str = "text@1"
    member: str | None = None
    span: tuple[int, int] | None = None


def finish(draft: Draft, name: str, limits: Limits = LIMITS) -> Article:
    """Cleans the text, takes furniture and header lines off it, and puts the title on top, once.

    Raises Rejected("too large" | "no text").
    """
    if len(draft.text) > limits.characters:
        raise Rejected("too large", f"{len(draft.text):,} characters of text, at most {limits.characters:,} are read")
    lines = furniture.strip(texts.clean(draft.text).split("\n"))
    head = header.read(lines, texts.line(draft.title))
    body = texts.clean("\n".join(head.lines))
    text = f"{head.title}\n\n{body}".strip() if head.title else body
    _refuse(text, limits)
    published, published_from = _date(draft, head, name)
    url = texts.line(draft.url, 2000) or head.url
    return Article(
        text=text,
        title=head.title,
        outlet=texts.line(draft.outlet, 200) or texts.line(head.outlet, 200) or _site(url),
        author=texts.line(draft.author, 200) or texts.line(head.author, 200),
        url=url,
        published=published,
        published_from=published_from,
        media=draft.media,
        reader=draft.reader,
        member=draft.member,
        span=draft.span,
    )


def _site(url: str | None) -> str | None:
    """The host of an address: an outlet by its domain is better than none, and sources.yaml may know it."""
    found = _HOST.match(url or "")
    return found[1].lower().removeprefix("www.") if found else None


def _date(draft: Draft, head: header.Header, name: str) -> tuple[str | None, str]:
    """The first source that gives a day, and what was given as a date and gives none."""
    if draft.published:
        return draft.published, draft.published_from
    published, where = _second_best(draft, head, name)
    given = texts.line((draft.misdated or "")[:60])
    return published, f'{where}; "{given}" was given and can\'t be read as a date' if given else where


def _second_best(draft: Draft, head: header.Header, name: str) -> tuple[str | None, str]:
    """The first of header, dateline, mail and file name."""
    if found := head.date():
        return found
    if draft.sent:
        return draft.sent, "mail"
    if in_name := dates.in_name(name.rpartition("/")[2]):
        return in_name, "file name"
    return None, "none"


def _refuse(text: str, limits: Limits) -> None:
    if not any(c.isalpha() for c in text):
        raise Rejected("no text", "no letters were left once page furniture was taken away")
    if re.search(_LONG_NUMBER % limits.digits, text):
        raise Rejected("too large", f"a number of {limits.digits:,} digits or more")
