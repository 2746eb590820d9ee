"""A changed configuration reaches what is already there: definitions become events, kept texts are read again.

define       EstimateDefined, EstimateRetired, SourcesDefined for what changed, and the new tracking mark: one
             transaction; from here on files are read with the new definitions only
reextract    each kept text is read again in a transaction of its own; a cursor in the store lets a restart go on
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from tallywire.core.article import Article
from tallywire.core.claim import Claim, claim_id
from tallywire.core.definition import Definition, to_json
from tallywire.core.events import (
    SOURCES_STREAM,
    ClaimCorrected,
    ClaimRecorded,
    ClaimRestored,
    ClaimWithdrawn,
    EstimateDefined,
    EstimateRetired,
    SourcesDefined,
    claim_stream,
    estimate_stream,
)
from tallywire.core.source import Source
from tallywire.eventstore.base import Reader, Row, Transaction
from tallywire.ingest import META_TRACKING, QUIET, Run, claim_fields
from tallywire.tracking import Tracking

log = logging.getLogger("tallywire.define")
Read = Callable[[], AbstractContextManager[Reader]]  # lends a reader that sees one moment of the store
META_REEXTRACT: Final = "reextract"  # {"tracking": mark, "after": position of the last article read again}
FOUND_AGAIN: Final = "found again"
_COLUMN: Final = {"start": "start_at", "end": "end_at", "correction": "is_correction"}  # fields whose column differs


def define(tx: Transaction, tracking: Tracking, sources: Sequence[Source], *, by: str = "daemon") -> list[str]:
    """Records what changed in the configuration; gives one line for each change."""
    changes = [line for d in tracking.definitions if (line := _define_one(tx, d, by))]
    known = {d.id for d in tracking.definitions}
    for row in tx.rows("estimate"):
        if row["id"] not in known and not row["is_retired"]:
            tx.append(estimate_stream(row["id"]), EstimateRetired(row["id"], "no longer in the configuration"), by=by)
            changes.append(f"{row['id']}: retired")
    if _define_sources(tx, sources, by):
        changes.append("sources: changed")
    mark = tx.row("meta", META_TRACKING)
    if mark is None or mark["value_json"] != tracking.fingerprint:
        tx.put("meta", {"name": META_TRACKING, "value_json": tracking.fingerprint})
        if tx.head() and tx.rows("article", limit=1):
            tx.put("meta", {"name": META_REEXTRACT, "value_json": {"tracking": tracking.fingerprint, "after": 0}})
    return changes


def _define_one(tx: Transaction, definition: Definition, by: str) -> str | None:
    value = to_json(definition)
    mark = _mark(value)
    row = tx.row("estimate", definition.id)
    if row is not None and row["fingerprint"] == mark and not row["is_retired"]:
        return None
    tx.append(estimate_stream(definition.id), EstimateDefined(definition.id, value, mark), by=by)
    return f"{definition.id}: {'defined' if row is None else 'changed'}"


def _define_sources(tx: Transaction, sources: Sequence[Source], by: str) -> bool:
    entries = [{**dataclasses.asdict(s), "aliases": list(s.aliases)} for s in sources]
    mark = _mark(entries)
    row = tx.row("sources", "sources")
    if (row is None and not entries) or (row is not None and row["fingerprint"] == mark):
        return False
    tx.append(SOURCES_STREAM, SourcesDefined(entries, mark), by=by)
    return True


def _mark(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def is_pending(reader: Reader, tracking: Tracking) -> bool:
    """Whether kept texts still wait to be read again with these definitions."""
    row = reader.row("meta", META_REEXTRACT)
    return row is not None and row["value_json"]["tracking"] == tracking.fingerprint


def reextract(run: Run, read: Read, tracking: Tracking, stopping: Callable[[], bool] = lambda: False) -> int:
    """Reads every kept text again, from where an earlier run stopped; gives how many articles changed."""
    changed = 0
    while not stopping():
        with read() as reader:
            if not is_pending(reader, tracking):
                break
            batch = _next_batch(reader)
        if not batch:
            run(lambda tx: tx.delete("meta", META_REEXTRACT))
            break
        for row, text in batch:
            if stopping():
                break
            changed += _read_again(run, tracking, row, text)
    return changed


def _next_batch(reader: Reader, count: int = 50) -> list[tuple[Row, str | None]]:
    """The next articles after the cursor, with their texts (None where redacted, or where a newer version speaks)."""
    cursor = reader.row("meta", META_REEXTRACT)
    after = cursor["value_json"]["after"] if cursor else 0
    events = reader.events(after, types=["ArticleReceived"], limit=count)
    rows = [reader.row("article", e.stream.removeprefix("article-")) for e in events]
    return [(row, _speaking_text(reader, row)) for row in rows if row is not None]


def _speaking_text(reader: Reader, row: Row) -> str | None:
    return None if row["is_redacted"] or row["replaced_by"] else reader.text(row["id"])


def _read_again(run: Run, tracking: Tracking, row: Row, text: str | None) -> bool:
    found: Sequence[Claim] = () if text is None else tracking.extractor.read(kept_article(row, text)).claims
    cursor = {"tracking": tracking.fingerprint, "after": row["position"]}
    tracked = frozenset(d.id for d in tracking.definitions)

    def change(tx: Transaction) -> bool:
        if not is_pending(tx, tracking):  # a newer configuration came meanwhile, and starts over with its own
            return False
        changed = text is not None and compare_claims(tx, row["id"], found, tracked)
        tx.put("meta", {"name": META_REEXTRACT, "value_json": cursor})
        return changed

    return run(change)


def kept_article(row: Row, text: str) -> Article:
    """An article as it was read, from what the store keeps of it."""
    names = ("title", "outlet", "author", "url", "published", "published_from", "media", "reader")
    return Article(text=text, **{name: row[name] for name in names})


def compare_claims(
    tx: Transaction, article: str, found: Sequence[Claim], tracked: frozenset[str] | None = None
) -> bool:
    """Records what another reading of a text found, without touching what analysts decided; True when it changed.

    Claims about estimates that are not in `tracked` (None: all are) stay as they are: an estimate that is taken out and
    put back must not lose its figures in between, and nobody should hear that it did.
    """
    standing = {row["id"]: row for row in tx.rows("claim", article=article)}
    readings = {claim_id(article, claim): claim for claim in found}
    changed = False
    for identity, claim in readings.items():
        changed |= _compare_one(tx, article, identity, claim, standing.get(identity))
    for identity, row in standing.items():
        gone_missing = identity not in readings and (tracked is None or row["estimate"] in tracked)
        if gone_missing and row["state"] == "standing" and not row["verdict_by"]:
            gone = ClaimWithdrawn(identity, "no longer found", "another reading with the present definitions")
            tx.append(claim_stream(identity), gone, correlation=QUIET)
            changed = True
    return changed


def _compare_one(tx: Transaction, article: str, identity: str, claim: Claim, row: Row | None) -> bool:
    stream = claim_stream(identity)
    if row is None:
        event = ClaimRecorded(claim=identity, article=article, **claim_fields(claim))
        tx.append(stream, event, by=claim.extractor, correlation=QUIET)
        return True
    changes = {n: v for n, v in claim_fields(claim).items() if row[_COLUMN.get(n, n)] != v}
    if row["verdict_by"]:
        changes = {n: v for n, v in changes.items() if n not in _corrected_by_analysts(tx, identity)}
    if changes:
        tx.append(stream, ClaimCorrected(identity, changes, "another reading"), by=claim.extractor, correlation=QUIET)
    if row["state"] == "withdrawn" and not row["verdict_by"]:  # an analyst's rejection stays
        tx.append(stream, ClaimRestored(identity, FOUND_AGAIN), by=claim.extractor, correlation=QUIET)
        return True
    return bool(changes)


def _corrected_by_analysts(tx: Transaction, claim: str) -> set[str]:
    """The fields of a claim that an analyst set: no reading of ours goes over them."""
    events = tx.events(stream=claim_stream(claim), types=["ClaimCorrected"])
    return {name for event in events if event.by.startswith("analyst:") for name in event.data["changes"]}
