"""The names under which programs keep an article's parts, in JSON, front matter and the like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tallywire.read import dates

# Compared without case, "_", "-" and spaces; the first name that holds something wins.
TEXT: Final = (
    *("text", "body", "content", "articlebody", "fulltext", "maintext", "contenttext", "bodytext", "plaintext"),
    *("articletext", "contenthtml", "html", "story", "rawtext", "articlecontent", "paragraphs"),
)
SUMMARY: Final = ("description", "summary", "abstract", "excerpt", "lead", "snippet")
TITLE: Final = ("title", "headline", "heading", "name", "subject")
PUBLISHED: Final = (
    *("published", "datepublished", "publishedat", "publisheddate", "publisheddatetime", "publishedon", "date"),
    *("pubdate", "publishdate", "publicationdate", "datepublish", "publishtime", "publishedtime", "datetime"),
    *("webpublicationdate", "firstpublished", "createdat", "datecreated", "timestamp", "time"),
)
OUTLET: Final = (
    *("outlet", "source", "site", "sitename", "publisher", "publication", "newspaper", "sourcename", "media"),
    *("provider", "website", "hostname", "domain", "sourcedomain", "feed"),
)
AUTHOR: Final = ("author", "authors", "byline", "creator", "writer", "by")
URL: Final = ("url", "canonicalurl", "canonical", "link", "permalink", "sourceurl", "weburl", "href", "uri", "source")
_NAME_IN: Final = ("name", "title", "label", "text", "#text", "@value", "value")


@dataclass(frozen=True, slots=True)
class Fields:
    """An article's parts as text, as they were written; `published` is ISO, `misdated` what is no date."""

    text: str = ""
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None
    misdated: str | None = None


def read(record: Mapping[str, object]) -> Fields:
    """Takes the known names out of a mapping; unknown ones are left alone."""
    given = {_plain(key): value for key, value in reversed(list(record.items()))}  # of two spellings the first wins
    stated = _dates(given)
    published = next((found for value in stated if (found := dates.parse(value))), None)
    return Fields(
        text=_text(given),
        title=_first(given, TITLE),
        outlet=_first(given, OUTLET, address=False),
        author=_first(given, AUTHOR),
        url=_first(given, URL, address=True),
        published=published,
        misdated=stated[0] if stated and published is None else None,
    )


def _plain(key: str) -> str:
    return "".join(c for c in key.casefold() if c not in "_- ")


def _text(given: Mapping[str, object]) -> str:
    for key in (*TEXT, *SUMMARY):
        value = given.get(key)
        if isinstance(value, list):
            value = "\n\n".join(filter(None, (_words(part) for part in value)))
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _words(value: object) -> str | None:
    """A value as words: text, a number, the name in an object, or a list of those."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict):
        return next((words for key in _NAME_IN if (words := _words(value.get(key)))), None)
    if isinstance(value, list):
        return (
            ", ".join(words for part in value[:20] if isinstance(part, str | dict) and (words := _words(part))) or None
        )
    return None


def _first(given: Mapping[str, object], names: tuple[str, ...], address: bool | None = None) -> str | None:
    """The first of `names` with words in it; `address` says whether these have to be a URL, or must not be one."""
    for name in names:
        words = _words(given.get(name))
        if words and (address is None or words.startswith(("http://", "https://")) is address):
            return words
    return None


def _dates(given: Mapping[str, object]) -> list[str]:
    """What stands under the names of dates, the likeliest first."""
    values = (given.get(name) for name in PUBLISHED)
    words = (_words(str(v) if isinstance(v, int | float) and not isinstance(v, bool) else v) for v in values)
    return [each for each in words if each]
