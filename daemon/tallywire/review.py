"""What waits for a person's eye: each entry with its claim, the text around it, and the command that settles it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from tallywire.core.dates import claim_day, issued_day, span
from tallywire.core.estimate import Estimate
from tallywire.core.findings import voiced
from tallywire.eventstore.base import Reader, Row
from tallywire.folding import Folder
from tallywire.sourcing import alike

Json = dict[str, Any]
KINDS: Final = (
    "contradiction",
    "pin",
    "single-source jump",
    "undated report",
    "odd date",
    "low confidence",
    "unknown originator",
)
AROUND: Final = 240  # characters of the document shown on each side of a quote


def review(reader: Reader, *, kind: str | None = None, estimate: str | None = None) -> list[Json]:
    """The queue, the weightiest first: [{kind, estimate, claim, why, command, figure, who, ..., before, quote, after}].

    A confirmed or corrected claim is settled and waits no more.
    """
    folder = Folder(reader)
    names = [name for name in folder.definitions if estimate is None or name == estimate]
    found = [entry for name in names for entry in _of_estimate(reader, folder, name)]
    found = [entry for entry in found if kind is None or entry["kind"] == kind]
    return sorted(found, key=lambda e: (KINDS.index(e["kind"]), e["estimate"], e["claim"] or ""))


def _of_estimate(reader: Reader, folder: Folder, name: str) -> Iterator[Json]:
    state = folder.state(name)
    yield from _of_state(reader, folder, name, state)
    strangers: set[str] = set()
    for row in folder.claim_rows(name):
        if row["verdict_by"]:
            continue
        article = folder.article(row["article"])
        if why := odd_date(row, article):
            yield _entry(reader, folder, "odd date", name, row["id"], why, _dating(row))
        stranger = folder.sources.canonical(row["source"])
        if stranger and folder.sources.entry(stranger) is None and stranger not in strangers:
            strangers.add(stranger)
            near = alike(stranger, folder)
            why = f"{stranger!r} stands nowhere in sources.yaml{f'; it looks like {near!r}' if near else ''}"
            yield _entry(reader, folder, "unknown originator", name, row["id"], why, "edit config/sources.yaml, reload")


def _of_state(reader: Reader, folder: Folder, name: str, state: Estimate) -> Iterator[Json]:
    """What the fold itself is unsure of."""
    if state.contradiction:
        sides = " against ".join(voiced(side.summary()) for side in state.contradiction.sides)
        first = state.contradiction.sides[-1].claims[0]
        yield _entry(reader, folder, "contradiction", name, first, sides, f"contradictions close {name} --why ...")
    if state.pin and state.pin.left:
        why = f"pinned at {state.pin.best:,} by {state.pin.by}, and the machine now says {state.pin.shadow[1]}"
        yield _entry(reader, folder, "pin", name, (state.by or (None,))[0], why, f"estimates unpin {name} --why ...")
    for waiting in state.provisional:
        claim = waiting.claims[0]
        if waiting.date is None:
            article = folder.claim_article(claim) or ""
            command = f"articles date {article[:12]} DATE --why ..."
            yield _entry(reader, folder, "undated report", name, claim, waiting.reason, command)
        else:
            command = f"claims confirm|reject {claim[:8]} --why ..."
            yield _entry(reader, folder, "single-source jump", name, claim, waiting.reason, command)
    if state.best is not None and state.originators == 0 and state.by:
        command = f"claims confirm|correct {state.by[0][:8]} --why ..."
        yield _entry(reader, folder, "low confidence", name, state.by[0], "nobody named stands behind it", command)


def odd_date(row: Row, article: Row) -> str | None:
    """Why a claim's date can't be right, or None: it then counts as undated (rule 1)."""
    stated, issued = span(row["as_of"]), issued_day(article.get("published"))
    received = str(article.get("received_at") or "")[:10]
    if issued is not None and received and issued > date.fromisoformat(received):
        return f"published {issued}, after it was received ({received})"
    if stated is None or issued is None or row["status"] != "reported":
        return None
    if stated[0] > issued:
        return f"speaks of {row['as_of']}, after its publication on {issued}"
    if claim_day(row["as_of"], article.get("published")) is None:
        return f"speaks of {row['as_of']}, more than a year before its publication on {issued}"
    return None


def _dating(row: Row) -> str:
    return f"claims correct {row['id'][:8]} --as-of DATE --why ..."


def _entry(reader: Reader, folder: Folder, kind: str, estimate: str, claim: str | None, why: str, command: str) -> Json:
    row = reader.row("claim", claim) if claim else None
    return {
        "kind": kind,
        "estimate": estimate,
        "claim": claim,
        "why": why,
        "command": f"tallywire {command}" if not command.startswith("edit") else command,
        **(_evidence(reader, folder, row) if row else {"quote": None}),
    }


def _evidence(reader: Reader, folder: Folder, row: Row) -> Json:
    """The claim, and the document's own text around it."""
    text = reader.text(row["article"]) or ""
    start, end = row["start_at"], row["end_at"]
    article = folder.article(row["article"])
    return {
        **{name: row[name] for name in ("low", "high", "bound", "status", "as_of", "source", "article")},
        "claim_kind": row["kind"],
        "outlet": article.get("outlet"),
        "published": article.get("published"),
        "file": article.get("path"),
        "before": text[max(0, start - AROUND) : start] if text else "",
        "quote": row["quote"],
        "after": text[end : end + AROUND] if text else "",
    }
