"""An article as read from a file: clean text and what is known about it. All claims' offsets refer to `text`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """What a reader makes of a file (or of one member of a file).

    `text` starts with the title where one is known, so that a headline's figure has an offset too.
    `published` is an ISO date or date-time ("2025-03-27", "2025-03-27T08:49:00+00:00"), or None; `published_from` says
    where it was found: "meta", "json-ld", "json", "header", "dateline", "mail", "file name", "analyst" or "none", with
    what was given as a date there and can't be read, or lies in the future.
    """

    text: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None
    published_from: str = "none"
    media: str = "text/plain"
    reader: str = "text@1"
    member: str | None = None  # which part of a file of many articles this is
    span: tuple[int, int] | None = None  # the bytes of the file that are that part, where it stands by itself as a line
