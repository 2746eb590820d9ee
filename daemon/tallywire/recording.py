"""What is recorded of a file, within one transaction: its articles, their claims, and how they stand to others.

Everything here is idempotent: streams are named by content, so doing it again changes nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from tallywire import duplicates, versions
from tallywire.core.article import Article
from tallywire.core.claim import Claim, claim_id
from tallywire.core.events import ArticleReceived, ArticleSeenAgain, ClaimRecorded, article_stream, claim_stream
from tallywire.core.likeness import Shape, shape
from tallywire.eventstore.base import Reader, Transaction
from tallywire.eventstore.evidence import text_hash
from tallywire.tracking import Tracking

QUIET: Final = "quiet"  # correlation of events whose effect is told in one summary instead of alerts
META_TRACKING: Final = "tracking"  # the fingerprint of the definitions that the recorded claims were found with


class StaleTrackingError(Exception):
    """The definitions changed between extraction and recording: extract again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article ready to be recorded: its id (SHA-256 of the content), evidence, claims, or why there are none.

    `unread`: which part of it was too much to look at.
    """

    article: str
    content: Article
    original: bytes
    claims: tuple[Claim, ...]
    why: str | None
    shape: Shape
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was new of a file."""

    articles: tuple[str, ...]
    claims: int
    new: bool


def prepare(content: Article, data: bytes, whole: str, tracking: Tracking, *, alone: bool, today: date) -> Prepared:
    """Extracts an article's claims. One of many members is named by its own content, not by the file's."""
    original = data if alone else member_bytes(content, data)
    article = whole if alone else hashlib.sha256(original).hexdigest()
    content = plausible(content, today)
    found = tracking.extractor.read(content)
    likeness = shape(content.text, content.title)
    return Prepared(article, content, original, found.claims, found.why, likeness, found.unread)


def plausible(content: Article, today: date) -> Article:
    """An article from the future has no date: one misprinted year would outlast every later report.

    A day's grace, for somewhere it is tomorrow already. An analyst can date the article.
    """
    said = (content.published or "")[:10]
    if said <= (today + timedelta(days=1)).isoformat()[: len(said)]:
        return content
    where = f"{content.published_from}, but {content.published} is in the future"
    return dataclasses.replace(content, published=None, published_from=where)


def member_bytes(content: Article, data: bytes) -> bytes:
    """A member of a file of many, as bytes that are the same wherever it stands: its line of `data` as it was.

    A member of a JSON list has no bytes of its own (commas and white space tie it to the others), nor has a line in
    UTF-16: of these what was read is kept, under sorted names.
    """
    if content.span is not None:
        return data[slice(*content.span)]
    fields = ("title", "text", "published", "outlet", "author", "url")
    return msgspec.json.encode({name: getattr(content, name) for name in fields}, order="deterministic")


def is_known(tx: Reader, article: str) -> bool:
    return tx.version(article_stream(article)) > 0


def sighted(tx: Transaction, article: str, shown: str) -> None:
    """A content that is there already, under a path not seen before. Of a redacted one nothing is noted."""
    row = tx.row("article", article)
    if tx.row("sighting", shown, article) is None and not (row and row["is_redacted"]):
        tx.append(article_stream(article), ArticleSeenAgain(article, shown))


def record(
    tx: Transaction, shown: str, size: int, prepared: Sequence[Prepared], tracking: Tracking, *, quiet: bool
) -> Recorded:
    """Appends a file's articles and claims. Raises StaleTrackingError when the definitions are others by now."""
    in_force = tx.row("meta", META_TRACKING)
    if in_force is not None and in_force["value_json"] != tracking.fingerprint:
        raise StaleTrackingError
    claims, new = 0, False
    for each in prepared:
        if is_known(tx, each.article):  # a member that came with another file, or a copy that another machine brought
            sighted(tx, each.article, shown)
        else:
            claims += _record_one(tx, each, shown, size, quiet=quiet)
            new = True
    return Recorded(tuple(p.article for p in prepared), claims, new)


def _record_one(tx: Transaction, each: Prepared, shown: str, size: int, *, quiet: bool) -> int:
    correlation = QUIET if quiet else None
    event = _received(each, shown, size, quiet=quiet)
    position = tx.append(article_stream(each.article), event, expected=0).position
    tx.keep(each.article, each.original, each.content.text, each.content.reader)
    claims = _record_claims(tx, each.article, each.claims, cause=position, correlation=correlation)
    versions.supersede(tx, each.article, correlation=correlation)
    duplicates.group(tx, each.article, each.shape, cause=position, correlation=correlation)
    return claims


def _received(each: Prepared, shown: str, size: int, *, quiet: bool) -> ArticleReceived:
    content = each.content
    return ArticleReceived(
        article=each.article,
        path=shown,
        size=size,
        media=content.media,
        reader=content.reader,
        title=content.title,
        outlet=content.outlet,
        author=content.author,
        url=content.url,
        published=content.published,
        published_from=content.published_from,
        quiet=quiet,
        text_hash=text_hash(content.text),
    )


def _record_claims(
    tx: Transaction, article: str, claims: Sequence[Claim], *, cause: int | None, correlation: str | None
) -> int:
    """Appends the claims that are not there yet; gives how many."""
    count = 0
    for claim in claims:
        stream = claim_stream(claim_id(article, claim))
        if tx.version(stream) == 0:
            event = ClaimRecorded(claim=claim_id(article, claim), article=article, **claim_fields(claim))
            tx.append(stream, event, by=claim.extractor, expected=0, cause=cause, correlation=correlation)
            count += 1
    return count


def claim_fields(claim: Claim) -> dict[str, Any]:
    """A claim's fields under the names of ClaimRecorded."""
    return {f.name: getattr(claim, f.name) for f in dataclasses.fields(claim)}
