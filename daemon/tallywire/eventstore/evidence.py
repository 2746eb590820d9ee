"""Whether the evidence is what arrived: originals by the hash that names them, clean texts by the one in the event."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator

from tallywire.eventstore.base import Reader, StoreError
from tallywire.eventstore.chain import PROGRESS_EVERY


def text_hash(text: str) -> str:
    """SHA-256 of a clean text; lone surrogates count as what they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def problems(reader: Reader, progress: Callable[[int], None] | None = None) -> Iterator[str]:
    """One line for each article whose original or clean text is missing or altered. Redacted ones are passed over.

    `progress` is told the position reached, now and then.
    """
    for count, event in enumerate(reader.events(types=["ArticleReceived"])):
        if progress and count % PROGRESS_EVERY == 0:
            progress(event.position)
        article = event.stream.removeprefix("article-")
        row = reader.row("article", article)
        if row is not None and row["is_redacted"]:
            continue
        for what in _altered(reader, article, event.data.get("text_hash")):
            yield f"article {article[:12]} (position {event.position}): {what}"


def _altered(reader: Reader, article: str, expected: str | None) -> Iterator[str]:
    try:
        original, text = reader.original(article), reader.text(article)
    except (zlib.error, StoreError, ValueError) as error:
        yield f"the evidence can't be read ({error})"
        return
    if original is None or text is None:
        yield "the evidence is missing"
        return
    if hashlib.sha256(original).hexdigest() != article:
        yield "the original is not what arrived"
    if expected is not None and text_hash(text) != expected:
        yield "the clean text is not what was read"
